"""What is told of plans compared, from made-up runs: numbers by hand, words, tables and pictures."""

from __future__ import annotations

import csv
import functools
import json
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from results import canonical
from results.charts import comparison as pictures
from results.charts import style
from results.comparison import compare
from results.comparison_tables import NAMES, write_tables
from results.ensemble import yearly
from results.intervals import paired_mean, paired_probabilities
from results.packing import pack, unpack
from results.show_comparison import comparison_text
from results.sides import Side
from simulator.history import RunRecord
from tests import synthetic

STRENGTH = {"A": "policy", "B": "half", "C": "double"}
META = {"run_id": "3f9a1c2e", "seed": 1, "households": 8000, "macro": "forecast", "fixed": False, "accounting": "nbs"}


def side(label: str, place: str = "zhejiang") -> Side:
    title = {"zh": f"方案{label}", "en": f"plan {label}"}
    return Side(label, f"plan_{label}", title, place, (2018, 2022), {"zh": "低收入农户", "en": "low-income household"})


def households(replicate: int, strength: float) -> dict[str, np.ndarray]:
    """Six households, half of them on the list; the programme gives the poorest 300 yuan a person and the third leaves
    the list under a strong one."""
    fen = np.array([1000, 2000, 4000, 8000, 16000, 32000]) * 300 + 1500 * replicate
    fen[0] += int(90_000 * strength)
    listed = np.array([1, 1, int(strength < 0.9), 0, 0, 0])
    return {
        "key": np.arange(1, 7, dtype=np.uint64),
        "weight": np.array([10, 10, 10, 20, 20, 30], np.int32),
        "fen": fen.astype(np.int64),
        "quarters": np.full(6, 12, np.int32),
        "listed_before": listed.astype(np.int8),
        "listed_after": listed.astype(np.int8),
        "cohort": np.array([1, 1, 1, 0, 0, 0], np.int8),
        "able": np.array([0, 1, 1, 1, 1, -1], np.int8),
        "fifth": np.array([1, 2, 3, 4, 5, 0], np.int8),
        "stratum": np.array([0, 0, 1, 1, 2, 2], np.int8),
    }


def runs(labels: str = "AB", number: int = 6) -> list[RunRecord]:
    found = []
    for replicate in range(number):
        for label in labels:
            for arm, like in (("null", "null"), ("policy", STRENGTH[label])):
                made = synthetic.record(replicate, like)
                homes = households(replicate, synthetic.STRENGTH[like])
                found.append(replace(made, arm=arm, variant=label, households=homes))
    return found


def compared(records: Sequence[RunRecord], labels: str = "AB", **changes: Any) -> dict[str, Any]:
    found = compare(records, [side(label) for label in labels], {**META, **changes})
    return json.loads(canonical.text(found))


@functools.cache
def two() -> dict[str, Any]:
    return compared(runs())


def of(rows: Sequence[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    (found,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found


def test_a_measure_by_hand() -> None:
    """List mean of 2022: the differences of the records themselves."""
    values = {
        (label, arm): [
            yearly(run, "income_pc", "cohort")[2022] for run in runs() if (run.variant, run.arm) == (label, arm)
        ]
        for label in "AB"
        for arm in ("null", "policy")
    }
    row = of(two()["series"], measure="income_pc", population="cohort", year=2022, quarter=4)
    assert row["unit"] == "yuan/person/year"
    assert row["means"]["B"] == pytest.approx(np.mean(values["B", "policy"]))
    assert row["means"]["A null"] == pytest.approx(np.mean(values["A", "null"]))
    for name, more, less in (("B-A", ("B", "policy"), ("A", "policy")), ("A-null", ("A", "policy"), ("A", "null"))):
        mean, interval = paired_mean(np.subtract(values[more], values[less]))
        told = row["differences"][name]
        assert told["difference"] == pytest.approx(mean) and told["interval"] == pytest.approx(list(interval or ()))
    a, b = np.array(values["A", "policy"]), np.array(values["B", "policy"])
    worth = (a.var() + b.var()) / (b - a).var()
    assert row["differences"]["B-A"]["reduction"] == pytest.approx(worth)


def test_every_series_is_there_by_quarter_and_group() -> None:
    rows = {(row["measure"], row["population"], row["year"], row["quarter"]) for row in two()["series"]}
    for run in runs(number=1):
        for (measure, population), values in run.series.items():
            for at in np.flatnonzero(np.isfinite(values)):
                year, quarter = synthetic.QUARTERS[at].tolist()
                assert (measure, population, year, quarter) in rows


def test_every_reading_of_every_target_has_its_margin_and_probability() -> None:
    rows = {(row["id"], row["reading"]) for row in two()["targets"]}
    assert rows == {(o.target, o.reading) for run in runs(number=1) for o in run.outcomes}
    row = of(two()["targets"], id="T-V150", reading="total_95")
    met = {
        label: [
            bool(o.met) for run in runs() if (run.variant, run.arm) == (label, "policy")
            for o in run.outcomes if (o.target, o.reading) == ("T-V150", "total_95")
        ]
        for label in "AB"
    }  # fmt: skip
    change, interval = paired_probabilities(met["A"], met["B"])
    told = row["probability"]["differences"]["B-A"]
    assert (told["difference"], told["interval"]) == (pytest.approx(change), pytest.approx(list(interval)))
    assert row["probability"]["means"]["A"]["probability"] == pytest.approx(np.mean(met["A"]))
    projected = of(two()["targets"], id="T-V150", reading="each_total")
    assert projected["probability"]["differences"]["B-A"]["difference"] == 0.0, "each run tells its own chance"


def test_lists_and_gains_are_those_of_the_households() -> None:
    """A lets the third household go, B keeps it; the poorest gets 300 yuan a person from A and half of it from B."""
    row = of(two()["lists"], of="B-A", list="before")
    assert row["stayers"]["mean"] == pytest.approx(-75) and row["share"]["mean"] == 1.0
    assert row["change"]["mean"] == pytest.approx(row["stayers"]["mean"] + row["joined"]["mean"])
    everybody = of(two()["gains"], of="B-A", by="all")
    assert everybody["lose"]["mean"] == pytest.approx(0.1) and everybody["gain"]["mean"] == 0.0
    assert everybody["mean_loss"]["mean"] == pytest.approx(-150)
    poorest = of(two()["gains"], of="A-null", by="fifth", group=1)
    assert poorest["gain"]["mean"] == 1.0 and poorest["mean_gain"]["mean"] == pytest.approx(300)


def test_a_replicate_with_a_failed_arm_is_left_out_and_counted() -> None:
    broken = [run if (run.replicate, run.variant, run.arm) != (2, "B", "policy") else
              replace(synthetic.failed(2), variant="B") for run in runs()]  # fmt: skip
    found = compared(broken)
    assert found["runs"] == 5 and found["runs_lost"] == 1 and found["errors"] == ["OverdraftError: special"]
    assert "另有 1 次中途失败" in comparison_text(found, "zh")
    row = of(found["series"], measure="income_pc", population="cohort", year=2022, quarter=4)
    kept = [yearly(run, "income_pc", "cohort")[2022] for run in runs()
            if (run.variant, run.arm) == ("A", "policy") and run.replicate != 2]  # fmt: skip
    assert row["means"]["A"] == pytest.approx(np.mean(kept)), "A's run of that replicate is left out too"
    told = of(found["targets"], id="T-FLOOR", reading="register_99")["probability"]["differences"]["B-A"]
    unknown = paired_probabilities([True] * 5, [True] * 5, failed=1)[1]
    assert told["difference"] == 0.0 and told["interval"] == pytest.approx(list(unknown))
    with pytest.raises(ValueError, match="no replicate"):
        compare([run for run in broken if run.replicate == 2], [side("A"), side("B")], META)


def test_constraints_are_counted_over_the_pairs() -> None:
    """C-20 is broken in 3 runs of 8 under A, which it binds, and in 4 under B, where it is a hint; another in none."""
    base = synthetic.record(0)
    finding = replace(base.findings[0], breach=False, broken=False)
    clean = replace(finding, constraint="C-LOAN")
    records = []
    for label, many, binding in (("A", 3, True), ("B", 4, False)):
        for run in range(8):
            broken = replace(finding, broken=True, breach=binding) if run < many else finding
            for arm in ("null", "policy"):
                made = replace(base, replicate=run, arm=arm, variant=label, findings=(broken, clean))
                records.append(made)
    found = compared(records)
    row = of(found["constraints"], constraint="C-20")
    assert row["means"] == {"A": 0.375, "B": 0.5} and row["inadmissible"] == ["A"]
    assert row["differences"]["B-A"]["difference"] == pytest.approx(0.125)
    text = comparison_text(found, "en")
    line = next(line for line in text.splitlines() if line.startswith("C-20"))
    assert line.split()[1:4] == ["38%", "50%", "+12.5"] and line.endswith("not admissible: A")
    assert "C-LOAN" not in text and "broken under no plan: 1 more" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_tells_each_part_and_null_beside_it(lang: str) -> None:
    text = comparison_text(compared(runs("ABC"), "ABC"), lang, Path("runs/compare-x"))
    words = {
        "zh": ["B 减 A", "C 减 A", "A 减 无项目对照", "谁得谁失", "两边都在册者", "方差缩小", "起点和无项目对照相同"],
        "en": ["B less A", "C less A", "A less no programme", "who loses", "stayers", "variance", "one null arm"],
    }[lang]  # fmt: skip
    assert all(word in text for word in words), text
    row = of(compared(runs("ABC"), "ABC")["series"], measure="income_pc", population="cohort", year=2022, quarter=4)
    told = row["differences"]["C-A"]
    low, high = told["interval"]
    assert f"{told['difference']:+,.0f} [{low:+,.0f}, {high:+,.0f}]" in text
    assert f"{row['means']['A null']:,.0f}" in text


def test_different_nulls_and_places_are_said() -> None:
    moved = []
    for run in runs():
        more = {key: values + 1.0 for key, values in run.series.items()} if run.variant == "B" else run.series
        moved.append(replace(run, series=more))
    text = comparison_text(compared(moved), "zh")
    assert "各方案的无项目对照不同" in text and "不在同一地区" not in text
    row = of(compared(moved)["series"], measure="income_pc", population="cohort", year=2022, quarter=4)
    assert f"{row['means']['A null']:,.0f} / {row['means']['B null']:,.0f}" in text, "both nulls, side by side"
    apart = compare(runs(), [side("A"), side("B", "hunan")], META)
    assert "不在同一地区" in comparison_text(apart, "zh")


def test_targets_that_are_alike_or_of_one_plan_are_told_apart() -> None:
    """T-FLOOR has one margin in every made-up run; T-V150 is taken from B."""
    records = []
    for run in runs():
        kept = tuple(o for o in run.outcomes if run.variant == "A" or o.target != "T-V150")
        records.append(replace(run, outcomes=kept))
    lines = comparison_text(compared(records), "zh").splitlines()
    assert "每次推演都毫无差别：T-FLOOR" in lines and "只有一个方案有：T-V150" in lines
    assert any(line.startswith("T-G10 (cohort)") for line in lines)


def test_households_of_different_years_are_not_compared() -> None:
    sides = [side("A"), replace(side("B"), years=(2018, 2021))]
    found = compare(runs(), sides, META)
    assert found["last_year"] == 2021 and {row["of"] for row in found["gains"]} == {"A-null", "B-null"}
    assert "没有同一年的同一农户可比" in comparison_text(found, "zh")


def test_households_survive_the_store_and_burden_no_other_run() -> None:
    (run, *_) = runs(number=1)
    back = unpack(pack(run)).households
    assert set(back) == set(run.households)
    for name, column in run.households.items():
        assert back[name].dtype == column.dtype and np.array_equal(back[name], column)
    assert b"households." in zlib.decompress(pack(run))
    assert b"households." not in zlib.decompress(pack(replace(run, households={})))


def test_tables_hold_every_figure(tmp_path: Path) -> None:
    paths = write_tables(two(), tmp_path)
    assert [path.name for path in paths] == list(NAMES)
    tables = {}
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            tables[path.name] = list(csv.DictReader(stream))
    assert len(tables["comparison.csv"]) == len(two()["series"]) + len(two()["money"])
    row = of(two()["series"], measure="wage_pc", population="cohort", year=2020, quarter=4)
    line = next(r for r in tables["comparison.csv"] if (r["measure"], r["year"]) == ("wage_pc", "2020"))
    assert float(line["B-A"]) == row["differences"]["B-A"]["difference"] and float(line["A"]) == row["means"]["A"]
    assert float(line["B-A high"]) == row["differences"]["B-A"]["interval"][1]
    assert len(tables["targets.csv"]) == 2 * len(two()["targets"])
    line = next(r for r in tables["gains.csv"] if (r["difference"], r["by"], r["figure"]) == ("B-A", "all", "lose"))
    assert float(line["mean"]) == pytest.approx(0.1)


def with_rates(run: RunRecord) -> RunRecord:
    """The made-up run with a rate of poverty and income by quarter."""
    income = run.series["income_pc", "cohort"]
    quarterly = np.repeat(income[3::4] / 4, 4)
    more = {("fgt0_relative", "rural"): 1_000 / income, ("income_quarter_pc", "cohort"): quarterly}
    return replace(run, series={**run.series, **more})


def test_pictures_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every glyph is there, every label inside the picture, the same bytes twice."""
    figures: list[Figure] = []
    save = style.save
    monkeypatch.setattr(style, "save", lambda figure, path: figures.append(figure) or save(figure, path))
    found = compared([with_rates(run) for run in runs("ABC")], "ABC")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = pictures.write(found, tmp_path / "one")
        again = pictures.write(found, tmp_path / "two")
    assert {path.name for path in paths} == {"differences.png", "list_mean.png", "gains_B-A.png", "gains_C-A.png"}
    assert all(one.read_bytes() == other.read_bytes() for one, other in zip(paths, again, strict=True))
    for figure in figures:
        for text in figure.findobj(Text):
            if text.get_visible() and text.get_text():
                box = text.get_window_extent()
                inside = figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
                assert inside and figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text.get_text()
