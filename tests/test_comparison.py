"""Plans under one luck: what is shared changes nothing, pairing is worth its name, what was interrupted goes on."""

from __future__ import annotations

import functools
import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import scenarios
from experiments import cli, comparison
from experiments.common_ground import ground
from experiments.comparison import fifths, simulate_sides, tasks
from experiments.comparison_request import told, understand
from experiments.design import Options, Replicate, macro_normals, parameters
from experiments.ensemble import simulate_replicate
from results.charts import comparison as pictures
from results.comparison import compare
from results.gains import COLUMNS, mean_income
from results.packing import pack, unpack
from results.store import Store
from scenarios import Loaded
from simulator.history import RunRecord
from simulator.simulate import Run
from tests.guides import blocks
from tests.systems import HOUSEHOLDS, founded

BASE = "zhejiang_2018_2022"
SMALL = ("--runs", "2", "--households", "800")
CHANGE = """kind: change
name: half
title: {zh: 资金减半, en: Half the money}
programme: zhejiang_2018_2022
set:
  programme.yuan_per_listed_household: {value: 2500, unit: yuan/household/year, assumption: Half, zh: 减半}
"""


load = functools.cache(scenarios.load)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, every scenario read once; pictures are looked at by tests of their own."""
    monkeypatch.setattr(pictures, "write", lambda *_: [])
    monkeypatch.setattr(scenarios, "load", load)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("changes") / "half.yaml"
    file.write_text(CHANGE, encoding="utf-8")
    return str(file)


def fupin(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def plain(record: RunRecord) -> bytes:
    """A run as an ordinary ensemble would keep it."""
    return pack(replace(record, variant="base", households={}))


def alone(side: Loaded, options: Options, number: int) -> dict[str, bytes]:
    """Both arms of a plan from a world of its own, by the way every other command goes."""
    arms = (("null", "base"), ("policy", "base"))
    normals = macro_normals(side.scenario, options.seed, number)
    task = Replicate(number, options.seed, arms, parameters(side, options, number), normals)
    return {record.arm: pack(record) for record in simulate_replicate(side.scenario, options, task)}


@pytest.mark.parametrize(
    ("name", "others", "worlds"),
    [
        (BASE, [{"without": ("training", "micro_loan")}, {"added": ("land_lease",)}], 1),
        (BASE, [{"sets": ("place.line_rule=mean40",)}, {"sets": ("programme.targets.T-FLOOR.threshold=8000",)}], 3),
        ("lvliang_2015_2020", [{"without": ("industry_support",)}], 1),
        ("quanzhou_2018_2019", [{"without": ("near_poor",)}], 1),
    ],
)
def test_what_is_shared_changes_nothing(
    name: str, others: list[dict[str, tuple[str, ...]]], worlds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every run is to the byte that of a plan simulated by itself; plans of equal ground have one world."""
    sides = [scenarios.load(name), *(scenarios.load(name, **other) for other in others)]
    options = Options(runs=1, households=800)
    made = []
    found = comparison.found
    monkeypatch.setattr(comparison, "found", lambda *asked: made.append(asked) or found(*asked))
    records = simulate_sides(sides, options, tasks(len(sides), options)[0])
    assert len(made) == worlds
    assert [(record.arm, record.variant) for record in records] == [
        (arm, label) for label in "ABC"[: len(sides)] for arm in ("null", "policy")
    ]
    for label, side in zip("ABC", sides, strict=False):
        shared = {record.arm: plain(record) for record in records if record.variant == label}
        assert shared == alone(side, options, 0), label


def test_the_ground_keeps_all_that_acts_without_a_programme() -> None:
    """Only numbers of kinds and funds that no null arm has are gone, and what fills these funds."""
    scenario = scenarios.load("lvliang_2015_2020").scenario
    of = ground(scenario)
    gone = scenario.values.keys() - of.values.keys() - {"programme.yuan_per_listed_household", "programme.overhead"}
    assert gone and all(path.startswith(("programme.interventions.", "programme.funds.")) for path in gone)
    assert all(entry.role == "standing" for entry in of.interventions) and of.funds == scenario.funds
    standing = [fund.name for fund in scenario.funds if fund.role == "standing"]
    assert standing and not any(path.startswith(f"programme.funds.{name}.") for path in gone for name in standing)
    assert ground(scenario.with_values({"model.sd_ability": 0.3})) != of
    assert ground(replace(scenario, switches={**scenario.switches, "place.line_rule": "mean40"})) != of
    assert ground(replace(scenario, last_year=2019)) != of
    assert ground(replace(scenario, targets=scenario.targets[1:])) != of


Three = tuple[list[RunRecord], list[Loaded]]


@pytest.fixture(scope="module")
def three(half: str) -> Three:
    """Six replicates of Zhejiang, of half its money, and of it without training."""
    sides = [load(BASE), load(half), load(BASE, without=("training",))]
    options = Options(runs=6, households=1000)
    return [record for task in tasks(3, options) for record in simulate_sides(sides, options, task)], sides


def test_only_what_differs_is_drawn_differently(three: Three) -> None:
    records, _ = three
    money = "programme.yuan_per_listed_household"
    drawn = {(record.replicate, record.variant): record.parameters for record in records}
    for number in range(6):
        first, second = drawn[number, "A"], drawn[number, "B"]
        assert {path for path in first if first[path] != second.get(path)} == {money}
        assert first == drawn[number, "C"]


def test_means_of_two_variants_of_one_programme_take_a_sixth_of_the_runs(three: Three) -> None:
    """Pairing divides the variance of differences of means by six at least; for the list's mean that is sure."""
    records, sides = three
    meta = {"run_id": "x", "seed": 1, "households": 1000, "macro": "forecast", "fixed": False}
    found = compare(records, told(sides), meta)
    means = [
        row
        for row in found["series"]
        if (row["year"], row["quarter"]) == (2022, 4) and row["measure"].endswith("_pc")
        and row["population"] in ("cohort", "rural")
    ]  # fmt: skip
    assert len(means) >= 10
    for row in means:
        for name in ("B-A", "C-A"):
            assert row["differences"][name]["reduction"] is None or row["differences"][name]["reduction"] > 6, row
    (income,) = [row for row in means if (row["measure"], row["population"]) == ("income_pc", "cohort")]
    assert income["differences"]["B-A"]["reduction_interval"][0] > 6
    assert found["one_null"]


def test_households_are_those_the_run_measured(three: Three) -> None:
    """Means of the list from the columns are those the run recorded of the same quarter; they survive the store."""
    records, _ = three
    for record in records[:4]:
        homes = unpack(pack(record)).households
        assert set(homes) == set(COLUMNS) and all(np.array_equal(homes[n], record.households[n]) for n in COLUMNS)
        for measured, chosen in (
            ("list_before", homes["listed_before"] == 1),
            ("list_after", homes["listed_after"] == 1),
            ("cohort", homes["cohort"] == 1),
            ("rural", homes["key"] > 0),
        ):
            assert mean_income(homes, chosen) == pytest.approx(record.series["income_pc", measured][-1], rel=1e-12)
        assert np.all(np.diff(homes["key"].astype(np.float64)) > 0)
        assert set(np.unique(homes["fifth"])) == {0, 1, 2, 3, 4, 5} and set(np.unique(homes["able"])) == {-1, 0, 1}
        assert np.array_equal(homes["fifth"] == 0, homes["able"] == -1)


def test_fifths_hold_a_fifth_of_the_people() -> None:
    world = founded(households=HOUSEHOLDS)
    fifth, homes = fifths(world), world.households
    persons = world.villages.stands_for[homes.village] * homes.last_persons * (fifth > 0)
    assert np.bincount(fifth, persons)[1:] / persons.sum() == pytest.approx(np.full(5, 0.2), abs=0.01)
    each = np.where(fifth > 0, homes.last_income / np.maximum(homes.last_persons, 1), np.nan)
    for n in range(1, 5):
        assert each[fifth == n].max() <= each[fifth == n + 1].min()


def test_nothing_changed_nothing_differs() -> None:
    sides = [scenarios.load(BASE), scenarios.load(BASE)]
    options = Options(runs=2, households=800)
    records = [record for task in tasks(2, options) for record in simulate_sides(sides, options, task)]
    meta = {"run_id": "x", "seed": 1, "households": 800, "macro": "forecast", "fixed": False}
    found = compare(records, told(sides), meta)
    for row in found["series"]:
        change = row["differences"]["B-A"]
        assert change is None or (change["difference"] == 0.0 and change["reduction"] is None)
    assert all(row["gain"]["mean"] == row["lose"]["mean"] == 0.0 for row in found["gains"] if row["of"] == "B-A"
               and row["gain"]["replicates"])  # fmt: skip


def test_a_plan_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = [scenarios.load(BASE), scenarios.load(BASE, without=("training",))]
    options = Options(runs=1, households=800)
    step = Run.step

    def failing(run: Run) -> None:
        if any(entry.kind == "training" for entry in run.scenario.interventions):
            raise RuntimeError("no training today")
        step(run)

    monkeypatch.setattr(Run, "step", failing)
    records = simulate_sides(sides, options, tasks(2, options)[0])
    assert {(r.variant, r.arm): r.status for r in records} == {
        **{("A", "null"): "succeeded", ("A", "policy"): "failed"},
        **{("B", "null"): "succeeded", ("B", "policy"): "succeeded"},
    }
    assert "no training today" in records[1].error


def test_a_ground_that_fails_fails_its_plans_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = [scenarios.load(BASE), scenarios.load(BASE, sets=("place.line_rule=mean40",))]
    options = Options(runs=1, households=800)
    found = comparison.found

    def failing(scenario, *rest):  # type: ignore[no-untyped-def]
        if scenario.switches["place.line_rule"] == "mean40":
            raise RuntimeError("no such world")
        return found(scenario, *rest)

    monkeypatch.setattr(comparison, "found", failing)
    records = simulate_sides(sides, options, tasks(2, options)[0])
    assert [record.status for record in records] == ["succeeded", "succeeded", "failed", "failed"]


def test_the_command_compares_goes_on_and_grows(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replicate that is kept is not simulated again; more replicates leave the old ones as they are; the same bytes
    at any number of workers."""
    whole = fupin("compare", BASE, half, *SMALL, "--workers", "2", "--out", "whole", "--lang", "en")
    assert whole.exit_code == 0, whole.output
    assert "B less A" in whole.stdout and "2 paired replicates" in whole.stdout
    done: list[int] = []
    simulate = comparison.simulate_sides
    counted = lambda *asked: done.append(asked[-1].number) or simulate(*asked)  # noqa: E731
    monkeypatch.setattr("experiments.comparison_request.simulate_sides", counted)
    one = fupin("compare", BASE, half, "--runs", "1", *SMALL[2:], "--workers", "1", "--out", "grown")
    assert one.exit_code == 0 and done == [0], one.output
    grown = fupin("compare", "--resume", "grown", "--runs", "2", "--lang", "en")
    assert grown.exit_code == 0 and done == [0, 1], grown.output
    for name in ("comparison.json", "comparison.csv", "targets.csv", "gains.csv"):
        assert Path("grown", name).read_bytes() == Path("whole", name).read_bytes()
    again = fupin("compare", BASE, half, *SMALL, "--out", "whole", "--lang", "en")
    assert done == [0, 1] and again.stdout == whole.stdout and "computed before" in again.stderr
    assert fupin("compare", "--resume", "whole", "--runs", "1").exit_code == 2, "fewer than there are"


def test_what_a_comparison_keeps_can_be_verified(half: str) -> None:
    """The folder says how it was made: a run of it simulated again is the one that is kept."""
    assert fupin("compare", BASE, half, "--runs", "1", "--households", "800", "--out", "kept").exit_code == 0
    with Store.open(Path("kept")) as store:
        assert [(r.arm, r.variant) for r in store.records()] == [
            ("null", "A"), ("null", "B"), ("policy", "A"), ("policy", "B"),
        ]  # fmt: skip
    verified = fupin("verify", "kept", "--recompute", "1", "--lang", "en")
    assert verified.exit_code == 0, verified.output


def test_interrupted_it_says_how_to_go_on_and_does(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate = comparison.simulate_sides

    def interrupted(*asked):  # type: ignore[no-untyped-def]
        if asked[-1].number == 1:
            raise KeyboardInterrupt
        return simulate(*asked)

    monkeypatch.setattr("experiments.comparison_request.simulate_sides", interrupted)
    stopped = fupin("compare", BASE, half, *SMALL, "--workers", "1", "--out", "kept", "--lang", "en")
    assert stopped.exit_code == 130 and "fupin compare --resume kept" in stopped.stderr
    monkeypatch.setattr("experiments.comparison_request.simulate_sides", simulate)
    assert fupin("compare", "--resume", "kept", "--lang", "en").exit_code == 0
    assert json.loads(Path("kept/comparison.json").read_text(encoding="utf-8"))["runs"] == 2


def test_what_cannot_be_compared_is_refused_whole(tmp_path: Path) -> None:
    refused = fupin("compare", BASE, "--runs", "0", "--households", "0", "--lang", "en")
    assert refused.exit_code == 2 and len(refused.stderr.splitlines()) == 3, refused.stderr
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "kind: change\nname: Bad\ntitle: {zh: 坏, en: bad}\nset: {model.no_such: mean}\n", encoding="utf-8"
    )
    refused = fupin("compare", "zhejiang_2018", str(broken), "--lang", "en")
    assert refused.exit_code == 2 and "zhejiang_2018_2022" in refused.stderr and "broken.yaml:2" in refused.stderr
    assert fupin("compare", "--resume", "nowhere").exit_code == 2
    assert fupin("compare", BASE, BASE, "--workers", "0").exit_code == 2
    assert not Path("runs").exists()


def test_the_guide_leads_to_an_answer() -> None:
    """Its commands one after the other, as a planner types them, at a small size."""
    told = []
    for language, name, text in blocks("compare.md"):
        if language == "yaml":
            Path(name).write_text(text, encoding="utf-8")
        for command in text.splitlines() if language == "sh" else ():
            words = ["2" if word == "24" else word for word in shlex.split(command)[1:]]
            size = ["--runs", "1", "--households", "800"] if words[:1] == ["compare"] and "--out" in words else []
            result = fupin(*words, *size)
            assert result.exit_code == 0, result.output
            told.append(result.stdout)
    assert "yuan_per_listed_household" in told[0] and "成对推演 1 次" in told[1] and "成对推演 2 次" in told[2]


def test_a_folder_of_another_comparison_is_refused(half: str) -> None:
    wanted = understand([BASE, half], {"runs": 1, "households": 800})
    assert wanted.folder.path == Path("runs") / f"compare-{wanted.folder.meta['run_id']}"
    turned = understand([half, BASE], {"runs": 1, "households": 800})
    assert turned.folder.meta["run_id"] != wanted.folder.meta["run_id"], "which plan is the first matters"
