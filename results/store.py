"""What an ensemble keeps: one SQLite file in a run's folder, one packed block and one transaction a run.

Every run that is wanted has a row with its key, a hash of all that decides it; it is pending until its block is there,
with a checksum. Only the coordinating process writes, as runs finish. Nothing finished is lost when the process is
stopped or killed. Whoever writes holds the database's lock, which the operating system lets go with its owner, and
nobody else may use the folder meanwhile. Elapsed times stand in a table of their own that nothing exports, so that
equal runs leave equal results; so do tracebacks, which name files of the machine.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from results.canonical import flat
from results.packing import pack, unpack
from simulator.history import RunRecord

FILE_NAME = "runs.sqlite"

Key = tuple[int, str, str]
"""Replicate, arm, variant."""

PENDING = "pending"

LAYOUT = 2
"""Number of the tables' layout, kept in the file; another one is another version's."""

TABLES = (
    "CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), text TEXT NOT NULL)",
    "CREATE TABLE runs (replicate INTEGER, arm TEXT, variant TEXT, run_key TEXT NOT NULL, status TEXT NOT NULL,"
    " checksum TEXT, block BLOB, PRIMARY KEY (replicate, arm, variant))",
    "CREATE TABLE times (replicate INTEGER, arm TEXT, variant TEXT, seconds REAL NOT NULL,"
    " PRIMARY KEY (replicate, arm, variant))",
    "CREATE TABLE tracebacks (replicate INTEGER, arm TEXT, variant TEXT, text TEXT NOT NULL,"
    " PRIMARY KEY (replicate, arm, variant))",
    f"PRAGMA user_version = {LAYOUT}",
)
PATIENCE = 1.0
"""Seconds to wait for a reader to be done with the file; a writer holds it for as long as it works."""
ONE_RUN = "WHERE replicate = ? AND arm = ? AND variant = ?"


class Row(NamedTuple):
    """A run as the file holds it: its key, the hash of what decides it, and its block, None while it is pending."""

    key: Key
    run_key: str
    status: str
    checksum: str | None
    block: bytes | None

    @property
    def whole(self) -> bool:
        """Whether the block is the one that was written; a pending run has nothing to be damaged."""
        return self.block is None or checksum(self.block) == self.checksum


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
        """Start a store in a folder, or go on with the one there if its meta is the same; nobody else may use it until
        it is closed.

        `again` drops the runs it holds. Raises StoreError if the folder holds runs of another identity, or if another
        process is at work in it.
        """
        wanted: dict[str, Any] = json.loads(canonical(meta))
        with _clear_messages(folder):
            folder.mkdir(parents=True, exist_ok=True)
            connection = _connect(folder, alone=True)
            try:
                found = _begin(connection, wanted)
                _refuse_another(folder, found, wanted)
                if again:
                    with _transaction(connection):
                        for table in ("runs", "times", "tracebacks"):
                            connection.execute(f"DELETE FROM {table}")
            except BaseException:
                connection.close()
                raise
        return cls(folder, connection, wanted)

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open the store of a folder to read it. Raises StoreError if there is none, or while a process writes it."""
        if not (folder / FILE_NAME).is_file():
            raise StoreError(f"{folder} 中没有运行结果。", f"there are no runs in {folder}.")
        with _clear_messages(folder):
            connection = _connect(folder)
            try:
                meta = _meta(connection)
            except BaseException:
                connection.close()
                raise
        if meta is None:
            connection.close()
            raise StoreError(f"{folder} 中没有运行结果。", f"there are no runs in {folder}.")
        return cls(folder, connection, meta)

    def grow(self, meta: Mapping[str, Any]) -> None:
        """Put another meta in place of the one that is kept: the same design, larger. The runs stay as they are."""
        with _clear_messages(self.folder), _transaction(self._connection):
            self._connection.execute("UPDATE meta SET text = ?", (canonical(meta),))
        self.meta = json.loads(canonical(meta))

    def expect(self, wanted: Mapping[Key, str]) -> None:
        """Note the runs that are wanted, pending until they are written: key -> hash of all that decides a run.

        Raises StoreError if a run is there already and another hash decided it.
        """
        held = {row[:3]: row[3] for row in self._rows("replicate, arm, variant, run_key")}
        changed = sorted(key for key, run_key in wanted.items() if held.get(key, run_key) != run_key)
        if changed:
            raise StoreError(
                f"{self.folder} 中已有的推演 {changed[0]} 与现在的设计不符。请换一个文件夹。",
                f"run {changed[0]} in {self.folder} was made by another design; choose another folder.",
            )
        fresh = [(*key, run_key) for key, run_key in wanted.items() if key not in held]
        with _clear_messages(self.folder), _transaction(self._connection):
            self._connection.executemany(f"INSERT INTO runs VALUES (?, ?, ?, ?, '{PENDING}', NULL, NULL)", fresh)

    def finished(self) -> set[Key]:
        """The keys of the runs that are kept, failed ones included: a failure repeats itself and is not retried."""
        rows = self._rows("replicate, arm, variant, status")
        return {(replicate, arm, variant) for replicate, arm, variant, status in rows if status != PENDING}

    def write(self, record: RunRecord) -> None:
        """Keep one run, in one transaction. Raises StoreError if the run is there already or the disk is full."""
        key = (record.replicate, record.arm, record.variant)
        block = pack(record)
        with _clear_messages(self.folder), _transaction(self._connection):
            run = self._connection
            run.execute(f"INSERT OR IGNORE INTO runs VALUES (?, ?, ?, '', '{PENDING}', NULL, NULL)", key)
            found = run.execute(
                f"UPDATE runs SET status = ?, checksum = ?, block = ? {ONE_RUN} AND status = '{PENDING}'",
                (record.status, checksum(block), block, *key),
            )
            if found.rowcount == 0:
                raise sqlite3.IntegrityError(str(key))
            run.execute("INSERT INTO times VALUES (?, ?, ?, ?)", (*key, record.elapsed_seconds))
            if record.traceback:
                run.execute("INSERT INTO tracebacks VALUES (?, ?, ?, ?)", (*key, record.traceback))

    def read(self, key: Key) -> RunRecord:
        """One run. Raises KeyError if it is not kept, StoreError if it is damaged."""
        with _clear_messages(self.folder):
            query = f"SELECT replicate, arm, variant, run_key, status, checksum, block FROM runs {ONE_RUN}"
            row = self._connection.execute(query, key).fetchone()
        if row is None or row[4] == PENDING:
            raise KeyError(key)
        return self._unpacked(_row(row))

    def rows(self) -> Iterator[Row]:
        """Every run as the file holds it, pending ones included, ordered by replicate, arm and variant."""
        yield from map(_row, self._rows("replicate, arm, variant, run_key, status, checksum, block"))

    def records(self) -> Iterator[RunRecord]:
        """All runs that are kept, ordered by replicate, arm and variant. Raises StoreError at a damaged one."""
        for row in self.rows():
            if row.block is not None:
                yield self._unpacked(row)

    def elapsed(self) -> dict[Key, float]:
        """Seconds each run took, by key."""
        rows = self._connection.execute("SELECT replicate, arm, variant, seconds FROM times")
        return {(replicate, arm, variant): seconds for replicate, arm, variant, seconds in rows}

    def tracebacks(self) -> dict[Key, str]:
        """The tracebacks of failed runs, by key."""
        rows = self._connection.execute("SELECT replicate, arm, variant, text FROM tracebacks")
        return {(replicate, arm, variant): text for replicate, arm, variant, text in rows}

    def _rows(self, columns: str) -> Iterator[tuple[Any, ...]]:
        with _clear_messages(self.folder):
            yield from self._connection.execute(f"SELECT {columns} FROM runs ORDER BY replicate, arm, variant")

    def _unpacked(self, row: Row) -> RunRecord:
        if row.block is None or not row.whole:
            raise StoreError(
                f"{self.folder} 中的推演 {row.key} 已损坏；fupin verify 列出全部损坏之处。",
                f"run {row.key} in {self.folder} is damaged; fupin verify lists every damage.",
            )
        return unpack(row.block)

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


def checksum(block: bytes) -> str:
    """What a block must hash to when it is read back."""
    return hashlib.sha256(block).hexdigest()


def _row(columns: tuple[Any, ...]) -> Row:
    return Row((columns[0], columns[1], columns[2]), *columns[3:])


def _connect(folder: Path, alone: bool = False) -> sqlite3.Connection:
    """A connection to a folder's file. `alone`: with the lock that keeps every other process out until it is closed or
    its process ends, however it ends."""
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None, timeout=PATIENCE)
    try:
        if alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if alone:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
        if layout not in (0, LAYOUT) or (layout == 0 and _has_meta(connection)):
            raise StoreError(
                f"{folder} 是别的版本的结果，请重新运行到新的文件夹。",
                f"{folder} was written by another version: run again into a new folder.",
            )
    except BaseException:
        connection.close()
        raise
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
    if not _has_meta(connection):
        return None
    meta: dict[str, Any] = json.loads(connection.execute("SELECT text FROM meta").fetchone()[0])
    return meta


def _has_meta(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is not None


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
    except (sqlite3.DatabaseError, OSError, ValueError) as fault:
        reason = str(fault)
        if "locked" in reason:
            raise StoreError(
                f"另一个进程正在使用 {folder}。等它结束，或换一个文件夹。",
                f"another process is at work in {folder}: wait until it ends, or choose another folder.",
            ) from fault
        if "full" in reason or "No space" in reason:
            raise StoreError(
                f"磁盘已满，无法写入 {folder}。已完成的运行都已保存；腾出空间后可以继续。",
                f"the disk is full: {folder} cannot be written. Finished runs are kept; free some space and resume.",
            ) from fault
        raise StoreError(
            f"无法使用 {folder / FILE_NAME}：{reason}。", f"cannot use {folder / FILE_NAME}: {reason}."
        ) from fault
