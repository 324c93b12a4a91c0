"""Each year and county beside the joint probability, and the two lines of a relative target."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from results.answers import answers
from results.ensemble import Ensemble, Line
from results.intervals import jeffreys
from results.marginals import beside_the_joint
from results.packing import pack, unpack
from results.show import show
from simulator.history import Outcome, RunRecord
from tests import synthetic

YEARS = ("2018", "2019", "2020")


def growth_run(replicate: int, arm: str, *held: bool) -> RunRecord:
    """A run of T-G10 whose years held or not, with every other outcome as it was."""
    record = synthetic.record(replicate, arm)
    parts = dict(zip(YEARS, held, strict=True))
    first = replace(record.outcomes[0], met=all(held), margin=0.01 if all(held) else -0.01, parts=parts)
    return replace(record, outcomes=(first, *record.outcomes[1:]))


def runs() -> list[RunRecord]:
    """Four runs: each year holds in three of them, all years together in one."""
    years = [(True, True, True), (False, True, True), (True, False, True), (True, True, False)]
    policy = [growth_run(number, "policy", *held) for number, held in enumerate(years)]
    return [*policy, *(growth_run(number, "null", True, False, False) for number in range(4))]


def test_the_joint_probability_is_not_that_of_any_year_nor_their_mean() -> None:
    found = beside_the_joint(Ensemble(runs()), Line("T-G10", "cohort"))
    assert [part["label"] for part in found["marginals"]] == list(YEARS)
    assert [part["probability"] for part in found["marginals"]] == [0.75, 0.75, 0.75]
    assert [part["null_probability"] for part in found["marginals"]] == [1.0, 0.0, 0.0]
    assert found["marginals"][0]["interval"] == jeffreys(3, 4)
    assert found["joint_seen"] == {
        "probability": 0.25, "interval": jeffreys(1, 4), "runs": 4, "null_probability": 0.0,
    }  # fmt: skip


def test_parts_survive_the_store() -> None:
    record = runs()[1]
    assert unpack(pack(record)).outcomes[0].parts == {"2018": False, "2019": True, "2020": True}


def told(records: list[RunRecord]) -> dict[str, Any]:
    found: dict[str, Any] = answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta())
    return found


def test_the_answer_and_the_page_tell_each_year() -> None:
    found = told(runs())
    row = next(row for row in found["targets"] if row["id"] == "T-G10")
    assert row["probability"] == row["joint_seen"]["probability"] == 0.25
    assert next(row for row in found["targets"] if row["id"] == "T-FLOOR")["joint_seen"] is None
    page = show(found, "en")
    assert "2018 75%, 2019 75%, 2020 75%" in page
    assert "2018 100%, 2019 0%, 2020 0%" in page
    assert "all together 25%" in page
    assert "逐年、逐县的概率" in show(found, "zh") and "同时实现 25%" in show(found, "zh")


def projected(replicate: int, arm: str, counties: int) -> RunRecord:
    """A run that saw some counties, of which the last fell behind."""
    parts = {f"sample county {number}": number < counties for number in range(1, counties + 1)}
    seen = Outcome("T-V150", "each_total", False, "villages", -1.0, None, 0.1, True, 1.0, None, parts)
    record = synthetic.record(replicate, arm)
    return replace(record, outcomes=(*record.outcomes[:3], seen))


@pytest.mark.parametrize(
    ("counties", "page_says", "page_says_zh"),
    [
        (3, "sample county 2 100%, sample county 3 0%", "示例县2 100%，示例县3 0%"),
        (20, "20 sample counties, lowest", "20 个示例县，最低示例县20"),
    ],
)
def test_counties_are_told_as_the_sample_shows_them(counties: int, page_says: str, page_says_zh: str) -> None:
    """A row of the model is never called as if it were a real county."""
    found = told([projected(number, arm, counties) for number in range(3) for arm in ("policy", "null")])
    row = next(row for row in found["targets"] if row["reading"] == "each_total")
    assert row["probability"] is None and row["joint_seen"]["probability"] == 0.0
    assert [part["of"] for part in row["marginals"]] == ["county"] * counties
    assert [part["label"] for part in row["marginals"]][-1] == f"sample county {counties}"
    page = show(found, "en")
    assert page_says in page and "as the sample shows it" in page and "no real county" in page
    assert page_says_zh in show(found, "zh") and "第 2 县" not in show(found, "zh")


def test_a_county_seen_in_some_runs_only_counts_those() -> None:
    records = [projected(0, "policy", 2), projected(1, "policy", 3), projected(2, "policy", 3)]
    found = beside_the_joint(Ensemble(records), Line("T-V150", "each_total"))["marginals"]
    assert [(part["runs"], part["probability"]) for part in found] == [(3, 1.0), (3, pytest.approx(2 / 3)), (2, 0.0)]


def test_both_lines_of_a_relative_target_are_told_in_yuan() -> None:
    records = []
    for number in range(5):
        record = synthetic.record(number)
        moving = Outcome("T-V150", "total_95", True, "share", 0.1, True, 0.0, line=9_000.0 + 100 * number)
        document = Outcome("T-V150", "document", False, "share", 0.1, number > 0, 0.0, line=8_699.0)
        records.append(replace(record, outcomes=(*record.outcomes[:2], moving, document)))
    found = told(records)
    row = next(row for row in found["targets"] if row["reading"] == "total_95")
    assert row["line"] == {"p10": 9_040.0, "p50": 9_200.0, "p90": 9_360.0}
    page = show(found, "en")
    assert "9,200 [9,040, 9,360], reached with 100%" in page
    assert "8,699, reached with 80%" in page
