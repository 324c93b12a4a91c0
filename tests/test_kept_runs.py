"""Runs that are kept: every damage is found, a sample is simulated again, and a grown run is the larger run."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from experiments import cli
from experiments.verification import verify
from results import charts
from results.packing import pack, unpack
from results.store import FILE_NAME, Row, Store, StoreError, checksum
from scenarios import ScenarioFaults

SMALL = ("--runs", "2", "--households", "800")
FLIPS = 8


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small finished run that nobody touches."""
    folder = tmp_path_factory.mktemp("kept") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "write", lambda *_: None)
        assert fupin("run", "zhejiang_2018_2022", *SMALL, "--out", str(folder)).exit_code == 0
    return folder


@pytest.fixture
def copy(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that may be spoiled."""
    monkeypatch.setattr(charts, "write", lambda *_: None)
    return Path(shutil.copytree(original, tmp_path / "copy"))


def fupin(*words: str) -> Result:
    """What the command answers."""
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def change(folder: Path, statement: str, *values: object) -> None:
    """Change the file behind the store's back."""
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def rows(folder: Path) -> list[Row]:
    with Store.open(folder) as store:
        return list(store.rows())


def test_an_untouched_run_has_no_fault_and_is_simulated_again(copy: Path) -> None:
    verdict = verify(copy, sample=1)
    assert verdict.faults == [] and verdict.pending == verdict.failed == 0
    assert verdict.runs == len(rows(copy)) and verdict.recomputed == verdict.runs // 2
    assert fupin("verify", str(copy), "--recompute", "0").exit_code == 0


def test_a_flipped_byte_in_a_payload_is_found_and_named(copy: Path) -> None:
    block = bytearray(rows(copy)[3].block or b"")
    block[len(block) // 2] ^= 1
    arm = rows(copy)[3].key[1]
    change(copy, "UPDATE runs SET block = ? WHERE replicate = 0 AND arm = ? AND variant = 'base'", bytes(block), arm)
    result = fupin("verify", str(copy), "--recompute", "0", "--lang", "en")
    assert result.exit_code == 1 and f"run 0 {arm} base: damaged" in result.stdout
    with Store.open(copy) as store, pytest.raises(StoreError, match="is damaged"):
        store.read((0, arm, "base"))


def test_a_byte_flipped_anywhere_in_the_file_is_found_or_changes_no_run(original: Path, tmp_path: Path) -> None:
    whole, content = rows(original), (original / FILE_NAME).read_bytes()
    moments, found = random.Random(5), 0
    for number in range(FLIPS):
        spoiled = bytearray(content)
        spoiled[moments.randrange(len(spoiled))] ^= 1 << moments.randrange(8)
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / FILE_NAME).write_bytes(bytes(spoiled))
        try:
            damaged = bool(verify(folder, sample=0).faults)
        except (StoreError, ScenarioFaults):
            damaged = True
        found += damaged
        assert damaged or rows(folder) == whole, f"flip {number} went unseen"
    assert found > FLIPS // 2, "most of the file is payload"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE runs SET run_key = 'f00d' WHERE replicate = 1 AND arm = 'null'", "what decides it"),
        ("UPDATE runs SET replicate = 7 WHERE replicate = 1 AND arm = 'double'", "is missing"),
        ("UPDATE runs SET variant = 'vase' WHERE replicate = 1 AND arm = 'double'", "none of this design"),
        ("DELETE FROM runs WHERE replicate = 0 AND arm = 'half'", "run 0 half base is missing"),
        ("UPDATE runs SET status = 'done' WHERE replicate = 0 AND arm = 'half'", "status done is wrong"),
        ("UPDATE meta SET text = replace(text, '\"seed\":1', '\"seed\":2')", "recorded inputs"),
    ],
)
def test_what_does_not_belong_to_the_design_is_found(copy: Path, statement: str, told: str) -> None:
    change(copy, statement)
    assert any(told in en for _, en in verify(copy, sample=0).faults)


def test_a_forged_run_with_a_right_checksum_is_found_by_simulating_it_again(copy: Path) -> None:
    for row in rows(copy):
        record = unpack(row.block or b"")
        forged = pack(replace(record, facts={**record.facts, "baseline_listed_households": 1.0}))
        change(
            copy,
            "UPDATE runs SET block = ?, checksum = ? WHERE replicate = ? AND arm = ? AND variant = ?",
            *(forged, checksum(forged), *row.key),
        )
    assert verify(copy, sample=0).faults == []
    verdict = verify(copy, sample=1)
    assert len(verdict.faults) == verdict.recomputed > 0


def test_other_code_is_said_and_never_passed_over(copy: Path) -> None:
    with Store.open(copy) as store:
        meta = store.meta
    from experiments.folders import run_id

    inputs = {name: value for name, value in meta.items() if name not in ("run_id", "source")}
    inputs["versions"] = {**meta["versions"], "simulator": "0000"}
    change(copy, "UPDATE meta SET text = ?", json.dumps({"run_id": run_id(inputs), "source": meta["source"], **inputs}))
    assert [en for _, en in verify(copy).faults] == [
        "made by other versions (simulator differ): it cannot be simulated again here"
    ]


def test_a_grown_run_is_the_larger_run_and_its_old_runs_never_change(copy: Path, tmp_path: Path) -> None:
    before = {row.key: row for row in rows(copy)}
    assert fupin("grow", str(copy), "--runs", "3").exit_code == 0
    larger = tmp_path / "larger"
    assert fupin("run", "zhejiang_2018_2022", *SMALL[2:], "--runs", "3", "--out", str(larger)).exit_code == 0
    assert (copy / "answers.json").read_bytes() == (larger / "answers.json").read_bytes()
    after = {row.key: row for row in rows(copy)}
    assert {key: after[key] for key in before} == before
    assert rows(copy) == rows(larger)
    assert verify(copy, sample=0).faults == []
    fewer = fupin("grow", str(copy), "--runs", "2", "--lang", "en")
    assert fewer.exit_code == 2 and "cannot be fewer" in fewer.stderr


def test_growing_that_is_interrupted_goes_on_by_resuming(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments import ensemble

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ensemble, "fill", interrupt)
        stopped = fupin("grow", str(copy), "--runs", "3", "--lang", "en")
    assert stopped.exit_code == 130 and "--resume" in stopped.stderr
    resumed = fupin("run", "--resume", str(copy))
    assert resumed.exit_code == 0
    assert json.loads((copy / "answers.json").read_text(encoding="utf-8"))["runs"] == 3


def test_a_failed_run_keeps_its_traceback_and_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "write", lambda *_: None)
    from simulator import constraints

    evaluate, calls = constraints.evaluate, []

    def second_fails(*given: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise ZeroDivisionError("a bug")
        return evaluate(*given)

    monkeypatch.setattr(constraints, "evaluate", second_fails)
    folder = tmp_path / "run"
    assert fupin("run", *SMALL, "--workers", "1", "--out", str(folder)).exit_code == 0
    with Store.open(folder) as store:
        failed = [row.key for row in store.rows() if row.status == "failed"]
        assert len(failed) == 1 and "in second_fails" in store.tracebacks()[failed[0]]
    assert verify(folder, sample=0).failed == 1


def test_a_disk_that_fills_up_while_the_answer_is_written_is_told_and_nothing_is_lost(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import os

    from results import canonical

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "answers.json")

    before = rows(copy)
    (copy / "answers.json").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(canonical, "write", full)
        stopped = fupin("run", "--resume", str(copy), "--lang", "en")
    assert stopped.exit_code == 1 and "the disk is full" in stopped.stderr and "Traceback" not in stopped.stderr
    assert rows(copy) == before and not (copy / "answers.json").exists()
    assert fupin("run", "--resume", str(copy)).exit_code == 0


def test_every_command_that_keeps_runs_can_be_checked_resumed_and_shown_again() -> None:
    from importlib import import_module

    from experiments import attribution, comparison_request, futures, sensitivity
    from experiments.finished import REPORTS
    from experiments.plan import PLANS, RUN

    assert PLANS.keys() - {RUN} == REPORTS.keys()
    for teller in (*PLANS.values(), *(teller for _, teller in REPORTS.values())):
        module, name = teller.split(":")
        assert callable(getattr(import_module(module), name))
    homes = {"compare": comparison_request, "attribute": attribution, "branch": futures, "sensitivity": sensitivity}
    assert {command: home.REPORT for command, home in homes.items()} == {
        command: report for command, (report, _) in REPORTS.items()
    }
