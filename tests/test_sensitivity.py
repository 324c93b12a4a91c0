"""`fupin sensitivity` from design to indices: closed forms, luck kept apart, failed points, interruption, words."""

from __future__ import annotations

import copy
import csv
import functools
import json
import shlex
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from matplotlib.figure import Figure
from matplotlib.text import Text
from typer.testing import CliRunner

import scenarios
from experiments import cli, sensitivity_request, sensitivity_worlds
from experiments.commands import sensitivity as command
from experiments.design import Options, Replicate
from experiments.ensemble import simulate_replicate
from experiments.sensitivity import Study, explain, sampled
from experiments.sensitivity_design import Ground, Question, along
from experiments.sensitivity_worlds import Worlds
from proofs.sensitivity import distances, g_shares, ishigami_shares, lucky_shares, simulated, study, through
from results import sensitivity
from results.charts import sensitivity as pictures
from results.charts import style
from results.packing import pack
from results.show_sensitivity import sensitivity_text, table
from results.store import Store
from scenarios.uncertain import between
from simulator.history import RunRecord
from simulator.parallel import Engine
from tests.guides import blocks

TAKE_UP, KEY = "programme.interventions.training.take_up", "place.villages_key"
BASE = {"morris": 4, "sobol": 16, "pawn": 60, "delta": 60}


def quiet(*_: int) -> None:
    """No progress."""


@pytest.mark.parametrize(("name", "seed"), [("ishigami", 0), ("g", 1), ("lucky", 0)])
def test_closed_forms_come_out_of_the_whole_pipeline(name: str, seed: int) -> None:
    """Design, store and estimators: each index within one and a half half-widths of its closed form."""
    assert max(distances(name, 128, seed).values()) < 1.5


def test_the_closed_forms_themselves() -> None:
    """Ishigami with A 7 and B 0.1 (Saltelli et al. 2008), G with 0, 1, 4.5, 9 by hand."""
    alone, total = ishigami_shares()
    assert [alone["x1"], alone["x2"], total["x3"]] == pytest.approx([0.3139, 0.4424, 0.2437], abs=1e-4)
    parts = [1 / 3, 1 / 12, 1 / 90.75, 1 / 300]
    whole = np.prod([1 + part for part in parts]) - 1
    assert g_shares()[0]["x1"] == pytest.approx(parts[0] / whole)
    assert g_shares()[1]["x4"] == pytest.approx(parts[3] / whole * (1 + whole) / (1 + parts[3]))


def test_luck_gets_what_is_lucks() -> None:
    """x1 + 0.5 luck: x1 has a quarter of the variance, x2 nothing at all, luck the rest."""
    found = through("lucky", "sobol", 64, 0)
    rows = {row["factor"]: row for row in found["factors"]}
    for factor, share in lucky_shares()[0].items():
        low, high = rows[factor]["ST_interval"]
        assert low <= share <= high
    assert rows["x2"]["S1"] == rows["x2"]["ST"] == rows["macro"]["ST"] == 0.0
    low, high = found["sum_S1_interval"]
    assert low <= 1 <= high
    morris = {row["factor"]: row for row in through("lucky", "morris", 8, 0)["factors"]}
    assert morris["x2"]["mu_star"] == 0.0
    assert morris["x1"]["mu_star"] == pytest.approx(1.0) and morris["x1"]["sigma"] == pytest.approx(0.0, abs=1e-9)
    assert morris["luck"]["sigma"] > 0


@pytest.mark.parametrize("method", ["pawn", "delta"])
def test_luck_nested_in_points_is_told_beside(method: str) -> None:
    found = through("lucky", method, 150, 0)
    rows = {row["factor"]: row for row in found["factors"]}
    assert set(rows) == {"x1", "x2"}, "luck and macro path are no factors here"
    low, high = found["luck_share_interval"]
    assert low <= lucky_shares()[0]["luck"] <= high and high - low < 0.3
    main = sensitivity.MAIN[method]
    assert rows["x1"][main] > found["floor"] > rows["x2"][main]


def test_seed_0_is_a_seed() -> None:
    """Some of SALib's functions take 0 for no seed: two designs of seed 0 would differ."""
    for method in ("morris", "sobol", "pawn", "delta"):
        designs = [study("g", method, 64, seed).sample().places for seed in (0, 0, 1)]
        assert np.array_equal(designs[0], designs[1]) and not np.array_equal(designs[0], designs[2]), method


def test_a_failed_point_is_left_out_and_counted() -> None:
    """Four runs fail: the indices are those of the design without the rows they belong to."""
    fail = {3, 40, 41, 300}

    def one(task: Replicate) -> list[RunRecord]:
        if task.number in fail:
            raise ArithmeticError("made to fail")
        return simulated("ishigami", task)

    found = through("ishigami", "sobol", 32, 0, one)
    assert len(found["errors"]) == 4 and (found["points_lost"], found["units_lost"]) == (4, 3)
    sample = study("ishigami", "sobol", 32, 0).sample()
    tasks = study("ishigami", "sobol", 32, 0).ground.tasks(sample)
    margins = np.array([simulated("ishigami", task)[1].outcomes[0].margin for task in tasks])
    kept = np.delete(margins.reshape(32, 12, 1), [0, 3, 25], axis=0)
    expected = sensitivity.estimators.sobol(kept, "t")["S1"].value[:, 0]
    rows = {row["factor"]: row["S1"] for row in found["factors"]}
    assert [rows[name] for name in sample.factors] == pytest.approx(expected, abs=1e-12)


def test_interrupted_it_goes_on_with_the_same_result(tmp_path: Path) -> None:
    """Stopped in the screening and again in the design: nothing finished is simulated twice."""
    done: list[int] = []
    stop = [20, 100]

    def one(task: Replicate) -> list[RunRecord]:
        if stop and len(done) == stop[0]:
            stop.pop(0)
            raise KeyboardInterrupt
        done.append(task.number)
        return simulated("g", task)

    asked = Study(study("g", "sobol", 16, 0).loaded, Options(runs=16, seed=0), Question("sobol", factors=4))
    assert asked.screens()
    meta = {"run_id": "x", "design": asked.question.recorded()}

    def go(folder: Path, simulate: Any) -> dict[str, Any]:
        with Store.create(folder, meta) as store:
            return explain(asked, store, Engine(), quiet, simulate)[0]

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            go(tmp_path / "one", one)
    told = go(tmp_path / "one", one)
    assert len(done) == len(set(done)) == asked.count()
    assert told == go(tmp_path / "two", lambda task: simulated("g", task))
    assert set(told["factors"]) == {"luck", "macro", "x1", "x2"} and told["held"] == 2
    assert 0.5 < told["screening"]["kept"]["g"] < 1


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground.of(scenarios.load("zhejiang_2018_2022"), Options(runs=4, households=600))


def test_a_point_becomes_the_run_that_the_ensemble_would_draw(ground: Ground) -> None:
    names = ("luck", "macro", "draws", TAKE_UP)
    sample = sampled("sobol", names, 4, "t")
    tasks = ground.tasks(sample)
    low, value, high = ground.loaded.ranged()[TAKE_UP]
    for task, (_, _, draws, take_up) in zip(tasks, sample.places, strict=True):
        assert task.parameters[TAKE_UP] == between(low, value, high, take_up)
        row = ground.rows[int(draws * len(ground.rows))]
        assert {path: task.parameters[path] for path in row} == row
    row = tasks[:10]
    assert len({task.luck_number for task in row}) == 2, "one luck a row, another where luck is what is stepped"
    assert [task.luck_number for task in row].count(row[0].luck_number) == 5
    held = ground.tasks(sampled("sobol", (TAKE_UP, KEY), 4, "t"))[0]
    assert {path: held.parameters[path] for path in ground.central} == ground.central and KEY in held.parameters
    assert set(held.parameters) == {TAKE_UP, KEY} | set(ground.central)


def test_every_ranged_number_is_a_factor(ground: Ground) -> None:
    assert ground.factors("morris") == ("luck", "macro", "draws", *ground.loaded.ranged())
    assert ground.factors("pawn") == ("draws", *ground.loaded.ranged())
    published = Ground.of(ground.loaded, Options(macro="published"))
    assert "macro" not in published.factors("sobol")


def test_trajectories_know_many_lucks_and_step_one_factor(ground: Ground) -> None:
    names = ("luck", "draws", TAKE_UP)
    sample = sampled("morris", names, 10, "t")
    tasks = ground.tasks(sample)
    assert len({task.luck_number for task in tasks}) == 20, "two a trajectory"
    assert len({json.dumps(sorted(task.parameters.items())) for task in tasks}) > 25
    levels = {float(place) for place in sample.told[:, 2]}
    assert levels == {float(place) for place in sample.places[:, 2]} and len(levels) <= 4
    for trajectory in sample.told.reshape(10, 4, 3):
        assert (np.diff(trajectory, axis=0) != 0).sum() == 3
    quarters = np.floor(sample.told[:, 1] * 4)
    assert np.array_equal(quarters, np.rint(sample.places[:, 1] * 3)), "a step of the draws goes the way of its level"


def test_points_that_share_a_world_give_what_they_give_alone(ground: Ground) -> None:
    """A trajectory over luck, a number of the place and three of the programme, every point also simulated alone:
    the same bytes, from fewer worlds; none is kept in the end."""
    fund, purse = "programme.interventions.industry_support.take_up", "programme.yuan_per_listed_household"
    tasks = ground.tasks(sampled("morris", ("luck", KEY, TAKE_UP, fund, purse), 1, "t"))
    scenario = ground.loaded.scenario
    worlds = Worlds(scenario, ground.options, tasks)
    assert len(worlds.wanted) == 3 and len(tasks) == 6
    for task in tasks:
        alone = simulate_replicate(scenario, ground.options, task)
        assert [pack(record) for record in worlds.simulate(task)] == [pack(record) for record in alone]
    assert not worlds.made


def test_what_fails_with_a_shared_world_fails_for_each_of_its_points(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = ground.tasks(sampled("morris", ("luck", TAKE_UP), 1, "t"))
    worlds = Worlds(ground.loaded.scenario, ground.options, tasks)

    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("made to fail")

    monkeypatch.setattr(sensitivity_worlds, "simulate", fail)
    records = [record for task in tasks for record in worlds.simulate(task)]
    assert {record.status for record in records} == {"failed"} and len(records) == 6
    monkeypatch.setattr(sensitivity_worlds, "found", fail)
    with pytest.raises(ArithmeticError):
        Worlds(ground.loaded.scenario, ground.options, tasks).simulate(tasks[0])


def test_draws_stand_in_order_of_what_they_differ_in_most() -> None:
    rows = [
        {"a": float(a), "b": 2.0 * a, "c": 5.0, "d": d} for a, d in zip((3, 1, 4, 2), (0.1, 0.2, 0.0, 0.1), strict=True)
    ]
    assert along(rows) in ([1, 3, 0, 2], [2, 0, 3, 1])
    assert along(rows[:1]) == [0] and along([]) == [] and along([{"a": 1.0}, {"a": 1.0}]) == [0, 1]


@functools.cache
def whole(method: str) -> dict[str, Any]:
    """A whole report of a toy."""
    asked = study("lucky", method, BASE[method], 0)
    meta = {"run_id": "abc", "design": asked.question.recorded()}
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder) / "x", meta) as store:
        return explain(asked, store, Engine(), quiet, lambda task: simulated("lucky", task))[0]


def told(method: str = "sobol") -> dict[str, Any]:
    """A report to do with as a test likes."""
    return copy.deepcopy(whole(method))


@pytest.mark.parametrize("method", ["morris", "sobol", "pawn", "delta"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_for_every_method(method: str, lang: str) -> None:
    report = told(method)
    text = sensitivity_text(report, lang)
    assert ("假设" if lang == "zh" else "assumed") in text and "x1 = 0 [0, 1]" in text
    assert ("95% 区间" if lang == "zh" else "95 % intervals") in text
    if method in ("morris", "sobol"):
        assert ("运气" if lang == "zh" else "luck") in text
    sheet = table(report)
    assert sheet[0][0] == "target" and {row[4] for row in sheet[1:]} >= set(sensitivity.INDICES[method])


def test_failures_and_gaps_are_said() -> None:
    report = told()
    report["errors"] = ["ArithmeticError: x"] * 3
    report["targets"]["lucky"] |= {"points_lost": 3, "units_lost": 2, "settled": False}
    text = " ".join(sensitivity_text(report, "en").split())
    assert "3 simulations failed" in text and "3 points have no margin" in text and "Not settled" in text
    empty = report["targets"]["lucky"] | {"mean": None, "sd": None, "sum_S1": None}
    empty["factors"] = [{**row, "ST": None, "ST_interval": None} for row in empty["factors"]]
    report["targets"]["lucky"] = empty
    assert "没有一个点算出余量" in sensitivity_text(report, "zh")


@pytest.mark.parametrize("method", ["morris", "sobol", "pawn", "delta"])
def test_pictures_have_every_glyph_and_stay_within_themselves(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures: list[Figure] = []
    save = style.save
    monkeypatch.setattr(style, "save", lambda figure, path: figures.append(figure) or save(figure, path))
    report = told(method)
    with warnings.catch_warnings(), style.look():
        warnings.simplefilter("error")
        paths = pictures.draw(report, tmp_path)
    assert [path.name for path in paths] == [f"sensitivity_{method}_lucky.png", f"sensitivity_{method}.png"]
    for figure in figures:
        box = figure.bbox
        for text in figure.findobj(Text):
            if text.get_text().strip() and text.get_visible():
                drawn = text.get_window_extent()
                assert drawn.x0 >= box.x0 - 1 and drawn.x1 <= box.x1 + 1, text.get_text()


def test_what_nothing_moves_has_no_picture(tmp_path: Path) -> None:
    report = told()
    for row in report["targets"]["lucky"]["factors"]:
        row["ST"] = 0.0
    with style.look():
        assert pictures.draw(report, tmp_path) == []


WORDS = ["sensitivity", "zhejiang_2018_2022", "--households", "600", "--lang", "en"]
TARGETS = ["--target", "T-V150", "--target", "T-FLOOR"]
SMALL = [*WORDS, "--runs", "2", "--factor", TAKE_UP, "--factor", KEY, *TARGETS]


def test_the_command_on_a_shipped_programme(tmp_path: Path) -> None:
    """Two trajectories over two numbers, luck and macro path; a second call simulates nothing and writes the same."""
    done = CliRunner().invoke(cli.app, [*SMALL, "--out", str(tmp_path / "one")])
    assert done.exit_code == 0, done.output
    assert "10 points to simulate" in done.stderr and "villages_key" in done.stdout
    first = (tmp_path / "one" / "sensitivity.json").read_bytes()
    report = json.loads(first)
    assert list(report["targets"]) == ["T-V150", "T-FLOOR"] and report["held"] == 299
    assert {row["factor"] for row in report["targets"]["T-V150"]["factors"]} == {"luck", "macro", KEY, TAKE_UP}
    with (tmp_path / "one" / "sensitivity.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 2 * 4 * 3
    again = CliRunner().invoke(cli.app, ["sensitivity", "--resume", str(tmp_path / "one"), *TARGETS, "--lang", "en"])
    assert again.exit_code == 0, again.output
    assert (tmp_path / "one" / "sensitivity.json").read_bytes() == first
    checked = CliRunner().invoke(cli.app, ["verify", str(tmp_path / "one"), "--recompute", "1", "--lang", "en"])
    assert checked.exit_code == 0, checked.output


def test_the_commands_of_the_guide_ask_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is understood whole; simulating them takes minutes."""
    asked: list[sensitivity_request.Asked] = []

    def stop(wanted: sensitivity_request.Asked, _: object) -> None:
        asked.append(wanted)
        raise typer.Exit(0)

    monkeypatch.setattr(command, "_computed", stop)
    monkeypatch.chdir(tmp_path)
    ((_, _, text),) = blocks("sensitivity.md")
    for line in text.splitlines():
        done = CliRunner().invoke(cli.app, shlex.split(line)[1:])
        assert done.exit_code == 0, done.output
    assert [one.study.question.method for one in asked] == ["morris", "sobol", "pawn"]
    assert [one.study.count() for one in asked] == [6 * 304, 4 * 304 + 128 * 18, 512 * 2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--method", "sobol", "--runs", "100"], "power of 2"),
        (["--factor", "place.village_key"], "near it: place.villages_key"),
        (["--factor", "model.sd_ability"], "joint draws speak for it"),
        (["--factor", "luck"], "at least one number"),
        (["--target", "T-NOPE"], "no target T-NOPE"),
        (["--per-point", "3"], "belongs to pawn and delta"),
        (["--factors", "5"], "belongs to sobol"),
        (["--method", "sobol", "--factors", "2"], "at least 3"),
        (["--method", "pawn", "--runs", "10", "--per-point", "0"], "--per-point is at least 1"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(words: list[str], said: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.app, [*WORDS, *words, "--out", str(tmp_path / "x")])
    assert done.exit_code == 2 and said in done.stderr and not (tmp_path / "x").exists()
