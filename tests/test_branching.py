"""`fupin branch` with the real simulator: its runs are those of the plans from the start, and what it says of them."""

from __future__ import annotations

import csv
import json
import shlex
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import scenarios
from experiments import branching, cli
from experiments.design import Options, Replicate, macro_normals, parameters
from experiments.ensemble import simulate_replicate
from experiments.futures import understand
from experiments.refusal import Refusal
from results.charts import branches as pictures
from results.packing import pack
from results.store import Store
from simulator.calendar import Quarter
from simulator.history import RunRecord
from simulator.simulate import World
from tests.guides import blocks
from tests.test_fork import TRAINING

PLAN = "zhejiang_2018_2022"
SMALL = ("--runs", "2", "--households", "2000")
RICHER = f"{TRAINING}cost_per_slot=5000"
BRANCH = ("branch", PLAN, "--at", "2020Q1", "--into", "no_pandemic", "--into", "without:training", "--into", RICHER)


def fupin(*words: str) -> Result:
    """What the command answers."""
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def records(folder: str) -> dict[tuple[int, str, str], RunRecord]:
    with Store.open(Path(folder)) as store:
        return {(record.replicate, record.arm, record.variant): record for record in store.records()}


def of_the_run(source: str, number: int, arms: Sequence[str] = ("null", "policy"), *sets: str) -> dict[str, bytes]:
    """Arms of a replicate as `fupin run` makes them, packed."""
    loaded, options = scenarios.load(source, sets=sets), Options(runs=2, households=2000)
    normals = macro_normals(loaded.scenario, 1, number)
    task = Replicate(number, 1, tuple((arm, "base") for arm in arms), parameters(loaded, options, number), normals)
    return {record.arm: pack(record) for record in simulate_replicate(loaded.scenario, options, task)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of branches, its states beside it, and what was said."""
    home = tmp_path_factory.mktemp("branches")
    words = (*BRANCH, *SMALL, "--out", str(home / "made"), "--states", str(home / "states"), "--lang", "en")
    result = fupin(*words)
    assert result.exit_code == 0, result.stderr
    (home / "said.txt").write_text(result.stdout, encoding="utf-8")
    assert "4 of 4 states are kept" in result.stderr
    return home


def test_the_plan_as_it_stands_is_the_run_of_it(made: Path) -> None:
    """Null and policy arm of every replicate, byte for byte what `fupin run` keeps."""
    held = records(str(made / "made"))
    for number in (0, 1):
        for arm, packed in of_the_run(PLAN, number).items():
            assert pack(held[number, arm, "base"]) == packed


def test_a_future_that_differs_from_the_date_on_is_the_run_of_that_change(made: Path) -> None:
    """No pandemic, branched as its year begins: both arms are those of the change from the start."""
    held = records(str(made / "made"))
    for arm, packed in of_the_run("no_pandemic", 1).items():
        assert pack(replace(held[1, arm, "no_pandemic"], variant="base")) == packed


def test_a_null_arm_that_futures_share_is_that_of_each(made: Path) -> None:
    """What a programme pays for a trainee changes nothing without it: the null arm of that plan from the start."""
    null = records(str(made / "made"))[0, "null", RICHER]
    assert pack(replace(null, variant="base")) == of_the_run(PLAN, 0, ("null",), RICHER)["null"]


def test_every_future_has_both_arms_and_only_what_is_changed_differs(made: Path) -> None:
    """Training changes nothing without a programme: those futures share the plan's null arm."""
    held = records(str(made / "made"))
    names = ("base", "no_pandemic", "without:training", RICHER)
    assert set(held) == {(number, arm, name) for number in (0, 1) for arm in ("null", "policy") for name in names}
    assert {record.status for record in held.values()} == {"succeeded"}
    null = held[0, "null", "base"]
    for name, same in (("no_pandemic", False), ("without:training", True), (RICHER, True)):
        other = held[0, "null", name].series["income_pc", "cohort"]
        assert (other.tobytes() == null.series["income_pc", "cohort"].tobytes()) is same
    assert len({held[0, "policy", name].series["income_pc", "cohort"].tobytes() for name in names}) == len(names)


def test_what_is_said_and_written(made: Path) -> None:
    """Probabilities by future, paired differences with intervals, the path, the cost; a table and two pictures."""
    said = (made / "said.txt").read_text(encoding="utf-8")
    for text in ("futures from 2020Q1 on", "B  No pandemic in 2020", "less A", "T-G10", "Spent beyond no programme"):
        assert text in said
    report = json.loads((made / "made" / "branches.json").read_text(encoding="utf-8"))
    assert report["runs"] == 2 and report["runs_lost"] == 0
    assert [future["name"] for future in report["futures"]] == ["base", "no_pandemic", "without:training", RICHER]
    with (made / "made" / "branches.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    mean = [row for row in rows if row["what"].startswith("list mean") and row["future"] == "no_pandemic"]
    assert [float(row["from_plan"]) == 0.0 for row in mean] == [int(row["year"]) < 2020 for row in mean]
    held = records(str(made / "made"))
    difference = [
        float(held[n, "policy", "no_pandemic"].series["income_pc", "cohort"][-1])
        - float(held[n, "policy", "base"].series["income_pc", "cohort"][-1])
        for n in (0, 1)
    ]
    assert float(mean[-1]["from_plan"]) == pytest.approx(sum(difference) / 2, rel=1e-6)
    charts = {path.name for path in (made / "made" / "charts").iterdir()}
    assert charts == {"branches_list_mean.png", "branches_targets.png"}


def test_from_the_states_the_same_comes_without_founding(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other futures of the same trunk start from the files; the runs are those of a branching that founds anew."""
    monkeypatch.setattr(pictures, "draw", lambda *_: [])
    with monkeypatch.context() as patch:
        patch.setattr(branching, "found", _no_founding)
        words = ("branch", PLAN, "--at", "2020Q1", "--into", RICHER, *SMALL)
        result = fupin(*words, "--states", str(made / "states"), "--out", str(made / "later"))
    assert result.exit_code == 0, result.stderr
    first, second = records(str(made / "made")), records(str(made / "later"))
    assert all(pack(second[key]) == pack(first[key]) for key in second) and len(second) == 8


def test_a_damaged_state_is_made_anew(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The trunk is founded again, the results are the same, and the file is sound afterwards."""
    monkeypatch.setattr(pictures, "draw", lambda *_: [])
    damaged = next((made / "states").glob("*-0000-policy-*.state"))
    sound = damaged.read_bytes()
    damaged.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    words = ("branch", PLAN, "--at", "2020Q1", "--into", RICHER, "--runs", "1", "--households", "2000")
    assert fupin(*words, "--states", str(made / "states"), "--out", str(tmp_path / "again")).exit_code == 0
    assert damaged.read_bytes() == sound
    first, second = records(str(made / "made")), records(str(tmp_path / "again"))
    assert all(pack(second[key]) == pack(first[key]) for key in second)


def _no_founding(*_: object) -> World:
    raise AssertionError("nothing was to be founded")


def test_resumed_it_computes_what_is_missing_and_no_more(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with half its runs goes on to the same report; the finished replicate is not simulated again."""
    folder = made / "made"
    report, before = (folder / "branches.json").read_bytes(), {k: pack(r) for k, r in records(str(folder)).items()}
    (folder / "branches.json").unlink()
    with closing(sqlite3.connect(folder / "runs.sqlite")) as connection, connection:
        connection.execute(
            "UPDATE runs SET status = 'pending', block = NULL, checksum = NULL WHERE replicate = 1 AND arm = 'policy'"
        )
        connection.execute("DELETE FROM times WHERE replicate = 1 AND arm = 'policy'")
    simulated = []
    whole = branching.simulate_branches

    def noted(*told: object) -> list[RunRecord]:
        simulated.append(told[-1].number)  # type: ignore[attr-defined]
        return whole(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(branching, "simulate_branches", noted)
    result = fupin("branch", "--resume", str(folder))
    assert result.exit_code == 0, result.stderr
    assert simulated == [1]
    assert (folder / "branches.json").read_bytes() == report
    assert {key: pack(record) for key, record in records(str(folder)).items()} == before


def test_a_finished_folder_is_shown(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branching, "simulate_branches", _no_founding)
    shown = fupin("branch", "--resume", str(made / "made"), "--lang", "en")
    assert shown.exit_code == 0 and "computed before" in shown.stderr
    said = (made / "said.txt").read_text(encoding="utf-8")
    assert shown.stdout == said


def test_resumed_with_another_size_it_is_another_run(made: Path) -> None:
    result = fupin("branch", "--resume", str(made / "made"), "--runs", "3", "--lang", "en")
    assert result.exit_code == 2 and "runs: recorded 2, now 3" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--at", "2020", "--into", "no_pandemic"), "--at is a quarter between 2018Q1, 2022Q4"),
        (("--at", "2020Q1"), "give at least one future"),
        (("--at", "2020Q1", "--into", "line_mean40"), "place.line_rule acts before 2020Q1"),
        (("--at", "2020Q3", "--into", "no_pandemic"), "model.process_pandemic acts before 2020Q3"),
        (("--at", "2020Q1", "--into", "lvliang_2015_2020"), "year0 acts before"),
        (("--at", "2020Q1", "--into", "no_such_change"), "no_such_change"),
        (("--at", "2020Q1", "--into", "no_pandemic", "--into", "no_pandemic"), "two futures are called no_pandemic"),
    ],
)
def test_what_cannot_branch_is_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """With exit code 2, a reason in the planner's language, and nothing written."""
    result = fupin("branch", PLAN, *words, "--out", str(tmp_path / "out"), "--lang", "en")
    assert result.exit_code == 2
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_offending_paths_are_told_together() -> None:
    with pytest.raises(Refusal) as refused:
        understand(PLAN, "2020Q1", ("line_mean40", "model.sd_ability=0.3"), {})
    assert "place.line_rule" in refused.value.text("zh") and "model.sd_ability" in refused.value.text("zh")


def test_a_number_two_futures_have_is_drawn_alike() -> None:
    """What a future sets is not drawn; all else takes the plan's draws."""
    wanted = understand(PLAN, "2020Q1", (RICHER,), {"runs": 2, "households": 2000})
    assert wanted.at == Quarter(2020, 1)
    for task in branching.tasks(wanted):
        plan, future = task.futures["base"], task.futures[RICHER]
        assert plan == task.parameters
        assert future == {path: value for path, value in plan.items() if path in future}
        assert plan.keys() - future.keys() <= {f"{TRAINING}cost_per_slot"}


def test_it_can_be_verified(made: Path) -> None:
    """`fupin verify` simulates a replicate of the branches again and finds the same."""
    result = fupin("verify", str(made / "made"), "--recompute", "1", "--lang", "en")
    assert result.exit_code == 0, result.stdout + result.stderr


def test_the_guide_asks_for_futures_that_there_are() -> None:
    """Its command is understood as it stands."""
    ((_, _, text),) = blocks("branch.md")
    words = shlex.split(text.replace("\\\n", " "))
    asked = typer.main.get_command(cli.app).commands["branch"].make_context("branch", words[2:]).params  # type: ignore[attr-defined]
    wanted = understand(asked["source"], asked["at"], asked["into"], {"runs": 1})
    assert [future.name for future in wanted.futures] == ["base", *words[words.index("--into") + 1 :: 2]]
