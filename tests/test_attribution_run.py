"""`fupin attribute` itself: a small real one killed and resumed, grown, refused; the guide."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from experiments import attribution as command
from experiments import cli
from experiments.design import Options, Replicate, programme_kinds
from experiments.ensemble import simulate_replicate
from experiments.plan import plan_of
from experiments.refusal import Refusal
from results.charts import attribution as pictures
from results.game import INCOME
from results.players import REST
from results.store import FILE_NAME, Store
from simulator.history import RunRecord
from simulator.parallel import Engine
from tests import systems
from tests.attributed import additive, record
from tests.guides import blocks

GROUPS = ("--group", "training+job_placement", "--group", "dibao")
SMALL = ("attribute", "zhejiang_2018_2022", "--runs", "2", "--households", "2000", "--lang", "en")


def fupin(*words: str) -> Result:
    """What the command answers."""
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small real attribution among three groups, on two workers."""
    folder = tmp_path_factory.mktemp("attribution") / "whole"
    result = fupin(*SMALL, *GROUPS, "--workers", "2", "--out", str(folder))
    assert result.exit_code == 0 and "arms failed" not in result.stdout, result.stderr
    return folder


def test_a_real_attribution_adds_up(whole: Path) -> None:
    report = command.read(whole)
    assert [player["name"] for player in report["players"]] == ["training+job_placement", "dibao", REST]
    assert report["arms"] == 2 * (1 + 8) and report["runs_failed"] == 0
    for outcome in report["outcomes"]:
        shares = [told["shapley"]["estimate"] for told in outcome["players"]]
        level = max(abs(found["estimate"]) for found in outcome["levels"].values())
        assert sum(shares) == pytest.approx(outcome["total"]["estimate"], abs=1e-8 * max(level, 1))
        assert abs(outcome["remainder"]) <= 1e-12 * max(level, 1)
    income = next(one for one in report["outcomes"] if one["id"] == INCOME)
    assert abs(income["total"]["estimate"]) > 100
    with Store.open(whole) as store:
        arms_run = {record.arm for record in store.records()}
    assert {"null", "policy", "without:dibao", "without:job_placement+training"} < arms_run


def test_the_order_of_groups_is_the_same_run_and_is_not_computed_again(whole: Path) -> None:
    before = (whole / FILE_NAME).stat().st_mtime_ns
    swapped = ("--group", "dibao", "--group", "job_placement+training")
    result = fupin(*SMALL, *swapped, "--out", str(whole))
    assert result.exit_code == 0 and "Attribution" in result.stdout
    assert (whole / FILE_NAME).stat().st_mtime_ns == before
    assert fupin(*SMALL, "--group", "dibao", "--out", str(whole)).exit_code == 2


def files(folder: Path) -> dict[str, bytes]:
    """What an attribution writes beside its store."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(FILE_NAME)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_stopped_resumed_and_on_one_worker_it_is_the_same_to_the_byte(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after the first replicate, then with two arms of it taken away: only what lacks is simulated."""
    asked: list[Replicate] = []

    def watched(scenario: Any, options: Options, task: Replicate) -> list[RunRecord]:
        asked.append(task)
        return simulate_replicate(scenario, options, task)

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "simulate_replicate", watched)
    folder = tmp_path / "again"
    given = {"runs": 2, "households": 2000}
    wanted = command.understand("zhejiang_2018_2022", given, ("dibao", "training+job_placement"), out=folder)
    with pytest.raises(KeyboardInterrupt):
        command.attribute(wanted, Engine(workers=1), stop)
    assert len(asked) == 1 and not (folder / command.REPORT).exists()
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute("DELETE FROM times WHERE arm IN ('policy', 'without:dibao')")
        connection.execute("DELETE FROM runs WHERE arm IN ('policy', 'without:dibao') AND replicate = 0")
    connection.close()
    result = fupin("attribute", "--resume", str(folder), "--workers", "1")
    assert result.exit_code == 0, result.stderr
    again, fresh = sorted(asked[1:], key=lambda task: task.number)
    assert [arm for arm, _ in again.arms] == ["null", "without:dibao", "policy"]
    assert len(fresh.arms) == 9
    assert files(folder) == files(whole)


def made_up(monkeypatch: pytest.MonkeyPatch) -> list[Replicate]:
    """Simulate nothing: every run is one of the additive game. The tasks that were asked for."""
    asked: list[Replicate] = []

    def simulated(scenario: Any, options: Options, task: Replicate) -> list[RunRecord]:
        asked.append(task)
        return [record(task.number, arm, programme_kinds(scenario), additive) for arm, _ in task.arms]

    monkeypatch.setattr(command, "simulate_replicate", simulated)
    return asked


def test_the_guide_leads_to_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands one after the other, on made-up runs: by use, every kind, own groups, and more replicates."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pictures, "write", lambda *_: [])
    asked, smaller = made_up(monkeypatch), {"32": "3"}
    ((_, _, text),) = blocks("attribute.md")
    for line in text.splitlines():
        words = [smaller.get(word, word) for word in shlex.split(line)[1:]]
        result = fupin(*words, *([] if "--resume" in words else ["--runs", "2"]))
        assert result.exit_code == 0, result.output
    assert sorted(task.number for task in asked) == [0, 0, 0, 1, 1, 1, 2]
    assert [len(command.read(Path(name))["players"]) for name in ("shared", "each", "own")] == [6, 12, 3]
    assert (command.read(Path("shared"))["runs"], command.read(Path("each"))["orders"]) == (3, 2)


def test_a_larger_one_keeps_the_runs_there_are(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "grown"
    shutil.copytree(whole, folder)
    asked = made_up(monkeypatch)
    assert fupin("attribute", "--resume", str(folder), "--runs", "3").exit_code == 0
    assert [task.number for task in asked] == [2]
    assert command.read(folder)["runs"] == 3
    refused = fupin("attribute", "--resume", str(folder), "--runs", "2", "--lang", "en")
    assert refused.exit_code == 2 and "only grow" in refused.stderr


def test_a_folder_tells_by_what_its_runs_were_made(whole: Path) -> None:
    with Store.open(whole) as store:
        meta, kept = store.meta, store.finished()
    plan = plan_of(whole, meta, 1)
    assert {(task.number, *pair) for task in plan.tasks for pair in task.arms} == {key for key in kept if key[0] == 0}


def test_what_cannot_be_is_refused_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--group", "trainning", "--each", "--runs", "0", "--orders", "3", "--lang", "en")
    refused = fupin("attribute", "zhejiang_2018_2022", *words)
    assert refused.exit_code == 2 and len(refused.stderr.splitlines()) >= 4, refused.stderr
    assert fupin("attribute", "--resume", str(tmp_path)).exit_code == 2
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Refusal):
        command.read(tmp_path)


def test_without_kinds_and_indicators_nothing_is_left_of_a_programme() -> None:
    """Nobody is the null arm exactly, once there are no indicators to spend the programme's money."""
    scenario = systems.kinds_alone()
    nobody = "without:" + "+".join(sorted(programme_kinds(scenario)))
    _, found = systems.arm(nobody, scenario)
    for key, values in systems.null_history().series.items():
        np.testing.assert_array_equal(found.series[key], values)
    assert found.ledger.sum() == systems.null_history().ledger.sum()
