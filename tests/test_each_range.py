"""One number at a time: shared worlds change nothing, moves are as computed by hand, an interrupted look goes on."""

from __future__ import annotations

import functools
import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from typer.testing import CliRunner

import scenarios
from experiments import cli, each_range
from experiments.design import Options, Replicate, macro_normals
from experiments.each_range import Kept, Look, Task, of_programme_alone
from experiments.ensemble import simulate_replicate
from results import charts, moves
from results.charts import style, tornado
from results.show_grounds import assumptions
from results.show_moves import moves_text, number_label
from simulator.history import Outcome, RunRecord

SMALL = 1_500
PLACE, STANDING, KIND = "place.villages_key", "programme.targets.", "programme.interventions.training.take_up"


@functools.cache
def look() -> Look:
    return Look(scenarios.load("zhejiang_2018_2022"), Options(), SMALL, 2)


@functools.cache
def ground() -> each_range.Ground:
    return each_range._ground(look(), 0)


def from_the_start(told: dict[str, float]) -> dict[str, dict[str, float | None]]:
    """Margins by arm of a replicate simulated whole, nothing shared."""
    scenario = look().loaded.scenario
    task = Replicate(0, 1, (("null", "base"), ("policy", "base")), told, macro_normals(scenario, 1, 0))
    records = simulate_replicate(scenario, Options(households=SMALL), task)
    return {
        record.arm: {o.target: o.margin if math.isfinite(o.margin) else None for o in record.outcomes if o.default}
        for record in records
    }


@pytest.mark.parametrize("path", [PLACE, "programme.yuan_per_listed_household", KIND])
def test_what_is_shared_changes_nothing(path: str) -> None:
    """A place's number, a programme's and a kind's: the same margins as when everything is simulated anew."""
    task = Task(path, "high", 0)
    assert each_range._moved(look(), ground(), task) == from_the_start(look().told(task))


def test_no_null_arm_looks_at_the_programmes_kinds_and_funds() -> None:
    """All of them moved at once, the null arm is the one of the stated numbers."""
    alone = [path for path in look().alone() if of_programme_alone(path, look().loaded.scenario)]
    assert len(alone) > 100
    told = look().told(Task("", "stated", 0)) | {path: look().loaded.ranged()[path][0] for path in alone}
    assert from_the_start(told)["null"] == ground().null


def test_numbers_of_the_joint_draws_are_not_moved_alone() -> None:
    alone, draws = set(look().alone()), look().loaded.draws
    assert not alone & draws.paths and {"place.wage_level", "model.sd_ability"} <= draws.paths
    assert {look().loaded.numbers[path].confidence for path in alone} == {"C"}
    assert len(look().screening()) == 2 * len(alone) + len(draws.rows)
    assert look().count == len(look().screening()) + 2 * each_range.CLOSER + 2


def outcome(target: str, margin: float, default: bool = True) -> Outcome:
    return Outcome(target, "r", default, "share", margin, margin >= 0, 0.0)


def answers(runs: int = 8) -> dict[str, Any]:
    def row(name: str, span: float) -> dict[str, Any]:
        titles = {"title_zh": name, "title_en": name}
        margin = {"p10": 0.0, "p50": 0.1, "p90": span}
        return {
            "id": name,
            "reading": "r",
            "default": True,
            "unit": "share",
            "margin": margin,
            **titles,
            "probability": 0.5,
        }

    on = {"macro": "forecast", "parameters": "drawn", "accounting": "nbs"}
    targets = [row("A", 0.2), row("B", 0.4), row("C", 0.0)]
    return {"run_id": "abc", "runs": runs, "title": {"zh": "方案"}, "targets": targets, "conditional_on": on}


def line(path: str, end: str, replicate: int, *margins: float, null: float = 0.0) -> dict[str, Any]:
    """A kept line: margins of the targets A, B and C."""
    held = dict(zip("ABC", margins, strict=True))
    return {"path": path, "end": end, "replicate": replicate, "policy": held, "null": dict.fromkeys("ABC", null)}


def records() -> list[RunRecord]:
    """Four runs whose margins of A are -0.3, -0.1, 0.1 and 0.3."""
    found = []
    for number, margin in enumerate((-0.3, -0.1, 0.1, 0.3)):
        outcomes = [outcome("A", margin), outcome("B", 0.1), outcome("C", 0.1)]
        found += [RunRecord(number, arm, "base", "succeeded", outcomes=outcomes) for arm in ("policy", "null")]
    return found


RESOLVED = {
    "numbers": {
        path: {"value": 1.0, "unit": "share", "range": [0.0, 2.0], "source": {"text": "Because", "zh": "因为"}}
        for path in ("model.x", "model.y", "model.d")
    }
}
LINES = [
    line("", "stated", 0, 0.0, 0.0, 0.0),
    line("", "stated", 1, 0.1, 0.0, 0.0),
    line("model.x", "low", 0, -0.1, 0.1, 9.0),
    line("model.x", "high", 0, 0.2, 0.0, 9.0),
    line("model.x", "low", 1, -0.1, 0.1, 9.0),
    line("model.y", "low", 0, 0.0, -0.4, 0.0, null=0.1),
    line("model.y", "high", 0, 0.0, 0.0, 0.0),
]


def found(lines: list[dict[str, Any]], draws: list[dict[str, float]]) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in moves.rows(lines, draws, records(), answers(), RESOLVED)}


def test_moves_by_hand() -> None:
    rows = found(LINES, [])
    assert list(rows) == ["model.x", "model.y"], "both move a target by one of its spans: then by path"
    x, y = rows["model.x"], rows["model.y"]
    # A: low -0.1 and -0.2 in two replicates, high +0.2 in one, over a span of 0.2. C has no span and decides nothing.
    assert (x["target"], x["weight"]) == ("A", pytest.approx(1.0))
    assert x["targets"]["A"]["policy"]["low"] == pytest.approx(-0.15)
    assert x["targets"]["A"]["policy"]["high_interval"] is None
    assert x["targets"]["A"]["policy"]["low_probability"] == 0.25, "of -0.45, -0.25, -0.05, 0.15 one is met"
    assert x["targets"]["A"]["policy"]["high_probability"] == 0.75
    assert (y["target"], y["weight"], y["unit_of_target"]) == ("B", pytest.approx(1.0), "share")
    assert y["targets"]["B"]["null"]["low"] == pytest.approx(0.1)
    shuffled = found(LINES[::-1], [])
    assert json.dumps(shuffled) == json.dumps(rows), "the order of lines is the order in which threads finished"


def test_along_the_draws_only_what_is_sure_counts() -> None:
    random = np.random.default_rng(3)
    steps = np.linspace(0.0, 1.0, 60)
    draws = [
        {"model.d": float(step), "model.x": float(noise)}
        for step, noise in zip(steps, random.normal(size=60), strict=True)
    ]
    lines = [LINES[0]]
    lines += [
        line(moves.DRAWS, str(n), 0, 0.5 * float(step) + random.normal(0, 0.02), 0.0, 0.0)
        for n, step in enumerate(steps)
    ]
    rows = found(lines, draws)
    along = rows["model.d"]
    assert along["moved"] == "along the draws" and along["range"] == pytest.approx([0.1, 0.9], abs=0.01)
    assert along["targets"]["A"]["policy"]["low"] == pytest.approx(-0.2, abs=0.02)
    assert along["targets"]["A"]["policy"]["high"] == pytest.approx(0.2, abs=0.02)
    assert rows["model.x"]["weight"] == 0.0, "noise that happens to lean one way"
    assert rows[moves.DRAWS]["moved"] == "together" and rows[moves.DRAWS]["weight"] == pytest.approx(2.25, rel=0.1)


def test_assumptions_come_in_the_order_of_what_they_move() -> None:
    held = [{"path": path} for path in ("model.z", "model.y", "model.x")]
    rows = moves.rows(LINES, [], records(), answers(), RESOLVED)
    told = moves.ordered(held, rows)
    assert [entry["path"] for entry in told] == ["model.x", "model.y", "model.z"]
    assert told[0]["moves"]["target"] == "A" and "moves" not in told[2]
    assert moves.ordered(told, []) == [{"path": path} for path in ("model.x", "model.y", "model.z")]


def test_too_few_runs_have_no_spread_to_weigh_by() -> None:
    """x takes A at most 0.2 (high, one replicate) and B 0.1, y takes B 0.4: the spans of 0.2 and 0.4 for A and B, and
    whatever C spans, do not count; C is moved by 9 and now counts."""
    few = answers(7)
    assert moves.enough(answers(8)) and not moves.enough(few) and not moves.enough({**answers(8), "runs_failed": 1})
    assert moves.spans(few, LINES) == pytest.approx({"A": 0.2, "B": 0.4, "C": 9.0})
    few["targets"][0]["margin"]["p90"] = 1e-9
    rows = {row["path"]: row for row in moves.rows(LINES, [], records(), few, RESOLVED)}
    assert (rows["model.x"]["weight"], rows["model.y"]["weight"]) == (pytest.approx(1.0), pytest.approx(1.0))
    assert moves.most_moving(LINES, ["model.x", "model.y"], few) == ["model.x", "model.y"]
    for lang, words in (("zh", "答案不足 8 次推演"), ("en", "fewer than 8 runs")):
        assert words in moves_text(report(7), lang).replace("\n", " ") and words not in moves_text(report(), lang)


def report(runs: int = 8) -> dict[str, Any]:
    rows = moves.rows(LINES, [], records(), answers(runs), RESOLVED)
    size = {"households": 100, "replicates": 2, "closer": 30, "simulated": 7, "failed": 1}
    told = {"enough": moves.enough(answers(runs)), "targets": moves.described(answers(runs), LINES)}
    return {"run_id": "abc", "seed": 1, **size, **told, "rows": rows}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_says_numbers_ends_and_failures(lang: str) -> None:
    text = moves_text(report(), lang)
    assert "model.x = 1 [0, 2]" in text and "-15.0 / +20.0" in text and "25% / 75%" in text and "100%" in text
    assert ("因为" if lang == "zh" else "Because") in text
    assert ("1 次推演失败" if lang == "zh" else "1 simulations failed") in text


def test_a_number_is_named_by_what_it_belongs_to() -> None:
    labels = {path: number_label(path, "zh") for path in ("programme.funds.gifts.yuan_per_year", "place.counties")}
    assert list(labels.values()) == ["资金 gifts yuan_per_year", "地区 counties"]


def test_the_picture_has_every_glyph_and_stays_within_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures: list[Figure] = []
    save = style.save
    monkeypatch.setattr(style, "save", lambda figure, path: figures.append(figure) or save(figure, path))
    with warnings.catch_warnings(), style.look():
        warnings.simplefilter("error")
        path = tornado.draw(report(), answers(), tmp_path)
    assert path and path.read_bytes()[:4] == b"\x89PNG"
    (figure,) = figures
    box = figure.bbox
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible():
            drawn = text.get_window_extent()
            assert drawn.x0 >= box.x0 - 1 and drawn.x1 <= box.x1 + 1, text.get_text()
    assert tornado.draw({**report(), "rows": []}, answers(), tmp_path) is None


def test_kept_lines_survive_and_a_torn_one_is_computed_again(tmp_path: Path) -> None:
    path, header = tmp_path / "kept.jsonl", {"run_id": "a", "households": 100, "seed": 1}
    first = Kept(path, header, again=False)
    first.add(LINES[0])
    first.add(LINES[2])
    path.write_text(path.read_text(encoding="utf-8") + '{"path": "model.y", "en', encoding="utf-8")
    second = Kept(path, header, again=False)
    assert second.lines == [LINES[0], LINES[2]] and Task("model.x", "low", 0) in second
    assert Kept(path, {**header, "run_id": "b"}, again=False).lines == []
    assert Kept(path, header, again=True).lines == []


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three numbers and no picture, in an empty folder."""
    alone = Look.alone
    wanted = (PLACE, KIND, "programme.yuan_per_listed_household")
    monkeypatch.setattr(Look, "alone", lambda look: [path for path in alone(look) if path in wanted])
    monkeypatch.setattr(
        Look, "screening", lambda look: [Task(p, end, 0) for p in look.alone() for end in ("low", "high")]
    )
    monkeypatch.setattr(charts, "write", lambda *_: None)
    monkeypatch.setattr(tornado, "draw", lambda *_: None)
    monkeypatch.chdir(tmp_path)


def test_interrupted_it_goes_on_and_orders_the_answer(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["run", "--each-range", "--runs", "2", "--households", str(SMALL), "--out", "one", "--lang", "en"]
    moved, seen = each_range._moved, list[Task]()

    def interrupted(look: Look, ground: each_range.Ground, task: Task) -> dict[str, Any]:
        seen.append(task)
        return moved(look, ground, task)

    add = Kept.add

    def stop_at_third(kept: Kept, line: dict[str, Any]) -> None:
        add(kept, line)
        if len(kept.lines) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(each_range, "_moved", interrupted)
    with monkeypatch.context() as patch:
        patch.setattr(Kept, "add", stop_at_third)
        stopped = CliRunner().invoke(cli.app, words)
    assert stopped.exit_code == 130 and "kept" in stopped.stderr and "Traceback" not in stopped.output
    kept = {
        Task(one["path"], one["end"], one["replicate"])
        for one in map(json.loads, Path("one/each_range.jsonl").read_text().splitlines()[1:])
    }
    assert len(kept) == 3
    seen.clear()
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.output
    assert not kept & set(seen) and len(seen) == 12 - 2
    assert "What the answer hangs on most" in done.stdout
    first = json.loads(Path("one/answers.json").read_text(encoding="utf-8"))["assumptions"][0]
    assert first["moves"]["weight"] > 0 and first["path"] in (PLACE, KIND, "programme.yuan_per_listed_household")
    report = json.loads(Path("one/each_range.json").read_text(encoding="utf-8"))
    assert report["households"] == SMALL and [row["weight"] for row in report["rows"]] == sorted(
        (row["weight"] for row in report["rows"]), reverse=True
    )


def test_the_answer_says_what_a_number_moves() -> None:
    entry = {"path": "model.x", "value": 1.0, "unit": "share", "range": [0, 2], "text": "Because", "text_zh": "因为"}
    rows = moves.rows(LINES, [], records(), answers(), RESOLVED)
    told = moves.ordered([entry], rows)
    assert "（取区间两端时余量变化：A -15.0 / +20.0 百分点）" in "".join(
        assumptions({"assumptions": told}, "zh")
    ).replace(" " * 4, "")
    assert "margin" not in "".join(assumptions({"assumptions": [entry]}, "en"))
