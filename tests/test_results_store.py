"""The store: what is written comes back, nothing finished is lost, another run's folder is refused."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from results.packing import pack, unpack
from results.store import FILE_NAME, Store, StoreError
from simulator.history import RunRecord
from tests import synthetic

META = {"identity": {"scenario_hash": "b7d0", "seed": 1}, "options": {"runs": 24}}


def assert_same(one: RunRecord, other: RunRecord) -> None:
    """Equal in everything but the elapsed time, which is no part of a stored run."""
    assert other.series.keys() == one.series.keys()
    for key in one.series:
        np.testing.assert_array_equal(other.series[key], one.series[key])
    arrays = ("quarters", "ledger", "inflow", "balance")
    for name in arrays:
        np.testing.assert_array_equal(getattr(other, name), getattr(one, name))
    blank = {"series": {}, "elapsed_seconds": 0.0, **dict.fromkeys(arrays)}
    assert replace(other, **blank) == replace(one, **blank)


def test_a_run_comes_back_as_it_was() -> None:
    record = synthetic.record(3, "null")
    assert_same(record, unpack(pack(record)))


def test_a_failed_run_comes_back_as_it_was() -> None:
    assert unpack(pack(synthetic.failed(5))) == synthetic.failed(5)


def test_equal_records_pack_to_equal_bytes_whatever_their_order_and_time() -> None:
    record = synthetic.record(3)
    shuffled = replace(record, series=dict(reversed(record.series.items())), elapsed_seconds=99.0)
    assert pack(record) == pack(shuffled)


def test_numpy_scalars_are_packed_as_numbers() -> None:
    record = synthetic.record(0)
    outcome = replace(record.outcomes[0], margin=np.float64(0.5), met=np.True_, sampling_variance=np.float32(0.25))
    back = unpack(pack(replace(record, outcomes=(outcome,)))).outcomes[0]
    assert (back.margin, back.met, back.sampling_variance) == (0.5, True, 0.25)
    assert isinstance(back.met, bool)


@pytest.mark.parametrize("block", [b"", b"not compressed", zlib.compress(b"something else")])
def test_other_bytes_are_refused(block: bytes) -> None:
    with pytest.raises(ValueError, match="not a packed run"):
        unpack(block)


def test_records_come_ordered_by_key_whatever_order_they_were_written_in(tmp_path: Path) -> None:
    records = synthetic.ensemble(runs=4, partners=2, left_out=2)
    with Store.create(tmp_path, META) as store:
        for record in reversed(records):
            store.write(record)
        keys = [(record.replicate, record.arm, record.variant) for record in store.records()]
    assert keys == sorted((record.replicate, record.arm, record.variant) for record in records)


def test_finished_runs_are_known_when_the_store_is_opened_again(tmp_path: Path) -> None:
    with Store.create(tmp_path, META) as store:
        store.write(synthetic.record(0))
        store.write(synthetic.failed(1))
    with Store.create(tmp_path, META) as store:
        assert store.finished() == {(0, "policy", "base"), (1, "policy", "base")}
        assert_same(synthetic.record(0), store.read((0, "policy", "base")))
        assert store.elapsed()[0, "policy", "base"] == 1.25
        with pytest.raises(KeyError):
            store.read((7, "policy", "base"))


def test_again_drops_what_was_there(tmp_path: Path) -> None:
    with Store.create(tmp_path, META) as store:
        store.write(synthetic.record(0))
    with Store.create(tmp_path, META, again=True) as store:
        assert store.finished() == set()
        assert store.elapsed() == {}
        store.write(synthetic.record(0))


def test_a_run_is_kept_once(tmp_path: Path) -> None:
    with Store.create(tmp_path, META) as store:
        store.write(synthetic.record(0))
        with pytest.raises(StoreError, match="kept already"):
            store.write(synthetic.record(0))


def test_a_run_is_kept_with_its_time_or_not_at_all(tmp_path: Path) -> None:
    with Store.create(tmp_path, META) as store:
        store._connection.execute("INSERT INTO times VALUES (0, 'policy', 'base', 1.0)")
        with pytest.raises(StoreError):
            store.write(synthetic.record(0))
        assert store.finished() == set()
        store.write(synthetic.record(1))
        assert store.finished() == {(1, "policy", "base")}


def test_another_identity_is_refused_by_name_and_nothing_is_changed(tmp_path: Path) -> None:
    with Store.create(tmp_path, META) as store:
        store.write(synthetic.record(0))
    other = {"identity": {"scenario_hash": "b7d0", "seed": 2}, "options": {"runs": 24}}
    for again in (False, True):
        with pytest.raises(StoreError) as fault:
            Store.create(tmp_path, other, again=again)
        assert "identity.seed: 1 -> 2" in fault.value.en
        assert "identity.seed" in fault.value.zh
    with Store.open(tmp_path) as store:
        assert store.meta == META
        assert store.finished() == {(0, "policy", "base")}


def test_meta_is_the_same_whatever_the_order_of_its_keys(tmp_path: Path) -> None:
    Store.create(tmp_path, META).close()
    Store.create(tmp_path, dict(reversed(META.items()))).close()


def test_a_folder_without_runs_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there are no runs"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_store_is_told_without_a_traceback_of_the_database(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("planning notes " * 200)
    with pytest.raises(StoreError, match="cannot use"):
        Store.create(tmp_path, META)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="cannot use"):
        Store.create(tmp_path / "taken", META)


def test_a_full_disk_is_told_and_keeps_what_was_finished(tmp_path: Path) -> None:
    with Store.create(tmp_path, META) as store:
        store.write(synthetic.record(0))
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError) as fault:
            for replicate in range(1, 50):
                store.write(synthetic.record(replicate))
        assert "disk is full" in fault.value.en
        assert "磁盘已满" in fault.value.zh
        kept = store.finished()
    with Store.open(tmp_path) as store:
        assert (0, "policy", "base") in kept
        assert store.finished() == kept
        assert len(list(store.records())) == len(kept)


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from results.store import Store
from tests import synthetic
store = Store.create(Path({folder!r}), {meta!r})
for replicate in range(1000):
    store.write(synthetic.record(replicate))
    print(replicate, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_said_was_finished(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[1])
    code = KILLED.format(root=root, folder=str(tmp_path), meta=META)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(5)]
        os.kill(writer.pid, signal.SIGKILL)
        said += [int(line) for line in writer.stdout]
    with Store.create(tmp_path, META) as store:
        finished = {replicate for replicate, _, _ in store.finished()}
        assert set(said) <= finished
        assert len(finished) < 1000
        assert len(list(store.records())) == len(finished)
        assert store._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_file_alone_is_enough_once_closed(tmp_path: Path) -> None:
    with Store.create(tmp_path, META) as store:
        store.write(synthetic.record(0))
        assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    assert connection.execute("SELECT count(*) FROM runs").fetchone() == (1,)
    connection.close()
