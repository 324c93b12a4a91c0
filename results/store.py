"""What an ensemble keeps: one SQLite file in a run's folder, one packed block and one transaction a run.

Only the coordinating process writes, as runs finish. Nothing finished is lost when the process is stopped or killed.
Elapsed times stand in a table of their own that nothing exports, so that equal runs leave equal results.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from results.canonical import flat
from results.packing import pack, unpack
from simulator.history import RunRecord

FILE_NAME = "runs.sqlite"

Key = tuple[int, str, str]
"""Replicate, arm, variant."""

TABLES = (
    "CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), text TEXT NOT NULL)",
    "CREATE TABLE runs (replicate INTEGER, arm TEXT, variant TEXT, status TEXT NOT NULL, block BLOB NOT NULL,"
    " PRIMARY KEY (replicate, arm, variant))",
    "CREATE TABLE times (replicate INTEGER, arm TEXT, variant TEXT, seconds REAL NOT NULL,"
    " PRIMARY KEY (replicate, arm, variant))",
)


class StoreError(Exception):
    """A store that cannot be used. `zh` and `en` say the same thing to a planner."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.zh = zh
        self.en = en


class Store:
    """The runs of one folder. `meta` is the identity and the options they were computed with."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, meta: dict[str, Any]) -> None:
        self.folder = folder
        self.meta = meta
        self._connection = connection

    @classmethod
    def create(cls, folder: Path, meta: Mapping[str, Any], again: bool = False) -> Store:
        """Start a store in a folder, or go on with the one there if its meta is the same.

        `again` drops the runs it holds. Raises StoreError if the folder holds runs of another identity.
        """
        wanted: dict[str, Any] = json.loads(canonical(meta))
        with _clear_messages(folder):
            folder.mkdir(parents=True, exist_ok=True)
            connection = _connect(folder)
            try:
                found = _begin(connection, wanted)
                _refuse_another(folder, found, wanted)
                if again:
                    with _transaction(connection):
                        connection.execute("DELETE FROM runs")
                        connection.execute("DELETE FROM times")
            except BaseException:
                connection.close()
                raise
        return cls(folder, connection, wanted)

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open the store of a folder. Raises StoreError if there is none."""
        if not (folder / FILE_NAME).is_file():
            raise StoreError(f"{folder} 中没有运行结果。", f"there are no runs in {folder}.")
        with _clear_messages(folder):
            connection = _connect(folder)
            meta = _meta(connection)
        if meta is None:
            connection.close()
            raise StoreError(f"{folder} 中没有运行结果。", f"there are no runs in {folder}.")
        return cls(folder, connection, meta)

    def finished(self) -> set[Key]:
        """The keys of the runs that are kept, failed ones included: a failure repeats itself and is not retried."""
        with _clear_messages(self.folder):
            return {tuple(row) for row in self._connection.execute("SELECT replicate, arm, variant FROM runs")}

    def write(self, record: RunRecord) -> None:
        """Keep one run, in one transaction. Raises StoreError if the run is there already or the disk is full."""
        key = (record.replicate, record.arm, record.variant)
        with _clear_messages(self.folder), _transaction(self._connection):
            self._connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?)", (*key, record.status, pack(record)))
            self._connection.execute("INSERT INTO times VALUES (?, ?, ?, ?)", (*key, record.elapsed_seconds))

    def read(self, key: Key) -> RunRecord:
        """One run. Raises KeyError if it is not kept."""
        query = "SELECT block FROM runs WHERE replicate = ? AND arm = ? AND variant = ?"
        with _clear_messages(self.folder):
            row = self._connection.execute(query, key).fetchone()
        if row is None:
            raise KeyError(key)
        return unpack(row[0])

    def records(self) -> Iterator[RunRecord]:
        """All runs, ordered by replicate, arm and variant."""
        with _clear_messages(self.folder):
            rows = self._connection.execute("SELECT block FROM runs ORDER BY replicate, arm, variant")
            for (block,) in rows:
                yield unpack(block)

    def elapsed(self) -> dict[Key, float]:
        """Seconds each run took, by key."""
        rows = self._connection.execute("SELECT replicate, arm, variant, seconds FROM times")
        return {(replicate, arm, variant): seconds for replicate, arm, variant, seconds in rows}

    def close(self) -> None:
        """Fold the write-ahead log into the file and let it go."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def canonical(meta: Mapping[str, Any]) -> str:
    """One text for one meaning: sorted keys, no spaces."""
    return json.dumps(meta, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _connect(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _begin(connection: sqlite3.Connection, wanted: dict[str, Any]) -> dict[str, Any]:
    """The meta of a store, written first if it is new: tables and meta appear together or not at all."""
    found = _meta(connection)
    if found is not None:
        return found
    with _transaction(connection):
        for table in TABLES:
            connection.execute(table)
        connection.execute("INSERT INTO meta VALUES (1, ?)", (canonical(wanted),))
    return wanted


def _meta(connection: sqlite3.Connection) -> dict[str, Any] | None:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    if known is None:
        return None
    meta: dict[str, Any] = json.loads(connection.execute("SELECT text FROM meta").fetchone()[0])
    return meta


def _refuse_another(folder: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    before, after = flat(found), flat(wanted)
    differing = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if not differing:
        return
    shown = "; ".join(f"{name}: {before.get(name)} -> {after.get(name)}" for name in differing[:5])
    raise StoreError(
        f"{folder} 中是另一次运行的结果（{shown}）。请换一个文件夹。",
        f"{folder} holds the runs of something else ({shown}); choose another folder.",
    )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _clear_messages(folder: Path) -> Iterator[None]:
    """Turn the faults of the database and the disk into one sentence a planner can act on."""
    try:
        yield
    except sqlite3.IntegrityError as fault:
        raise StoreError("该次运行已经保存过。", f"this run is kept already ({fault}).") from fault
    except (sqlite3.DatabaseError, OSError) as fault:
        reason = str(fault)
        if "full" in reason or "No space" in reason:
            raise StoreError(
                f"磁盘已满，无法写入 {folder}。已完成的运行都已保存；腾出空间后可以继续。",
                f"the disk is full: {folder} cannot be written. Finished runs are kept; free some space and resume.",
            ) from fault
        raise StoreError(
            f"无法使用 {folder / FILE_NAME}：{reason}。", f"cannot use {folder / FILE_NAME}: {reason}."
        ) from fault
