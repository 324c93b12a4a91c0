"""Poverty, targeting and the cost of an exit: medians, paired differences and quotients by hand on small records."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from results.ensemble import Ensemble, last_values
from results.show_wellbeing import wellbeing_table
from results.wellbeing import exits, growth_sources, wellbeing
from simulator.history import LedgerLine, RunRecord

QUARTERS = np.array([(year, quarter) for year in (2017, 2018) for quarter in (1, 2, 3, 4)], np.int64)
HEADCOUNT, RATIO = ("fgt0_relative", "rural"), ("targeting_ratio_support", "rural")
# The 97.5 % point of Student's t with two degrees of freedom, from a printed table.
T_TWO_FREE = 4.302653


def record(replicate: int, arm: str, yuan: float = 0.0, **last: float) -> RunRecord:
    """A run of two years with the values of its last quarter; `yuan` are paid in the programme's first quarter."""
    named = {"headcount": HEADCOUNT, "ratio": RATIO}
    series = {}
    for name, value in last.items():
        values = np.full(len(QUARTERS), np.nan)
        values[-1] = value
        series[named.get(name, (name, "list"))] = values
    ledger = np.zeros((len(QUARTERS), 1, 3), np.int64)
    ledger[4, 0, 0] = round(100 * yuan)
    ledger[0, 0, 0] = 10**9 if arm == "policy" else 0
    lines = (LedgerLine("special", "industry", "industry_support"),)
    return RunRecord(
        replicate, arm, "base", "succeeded", quarters=QUARTERS, series=series, ledger_lines=lines, ledger=ledger
    )


def rows(records: list[RunRecord]) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in wellbeing(Ensemble(records))}


def test_medians_and_the_paired_difference_by_hand() -> None:
    """Differences -0.02, -0.03 and -0.07 have mean -0.04 and a standard deviation of sqrt(0.0007)."""
    policy, null = (0.10, 0.12, 0.20), (0.12, 0.15, 0.27)
    records = [record(run, "policy", headcount=value) for run, value in enumerate(policy)]
    records += [record(run, "null", headcount=value) for run, value in enumerate(null)]
    found = rows(records)["fgt0_relative"]
    assert (found["policy"], found["null"]) == (0.12, 0.15)
    assert found["change"] == pytest.approx(-0.04)
    half = T_TWO_FREE * math.sqrt(0.0007) / math.sqrt(3)
    assert found["interval"] == pytest.approx((-0.04 - half, -0.04 + half), abs=1e-6)


def test_a_run_without_its_partner_takes_no_part() -> None:
    records = [record(0, "policy", headcount=0.1), record(1, "policy", headcount=0.9), record(0, "null", headcount=0.2)]
    found = rows(records)["fgt0_relative"]
    assert (found["policy"], found["null"], found["interval"]) == (0.1, 0.2, None)


def test_what_only_the_programme_has_is_told_without_a_difference() -> None:
    """Without the programme nobody gets programme money: its targeting is not a number there."""
    records = [record(run, "policy", ratio=value) for run, value in enumerate((1.5, 2.5))]
    records += [record(run, "null", ratio=math.nan) for run in range(2)]
    found = rows(records)["targeting_ratio_support"]
    assert found["policy"] == 2.0
    assert found["null"] is found["change"] is found["interval"] is None
    text = "\n".join(wellbeing_table({"wellbeing": [found], "years": [2018, 2018]}, "en"))
    assert "2.000" in text and "nan" not in text and "None" not in text


def leaving(more: float) -> list[RunRecord]:
    """Two pairs: the programme costs 6,000 and 4,000 yuan more, and `more` exits of which half are stable."""
    records = []
    for run, (paid, other) in enumerate(((7000.0, 1000.0), (6000.0, 2000.0))):
        for arm, yuan, left in (("policy", paid, 100 + more), ("null", other, 100.0)):
            fates = {"exits_stable": left / 2, "exits_listed_again": 3.0, "exits_truly_poor_again": 4.0}
            records.append(record(run, arm, yuan, exits=left, **fates))
    return records


def test_the_cost_of_an_exit_by_hand() -> None:
    """5,000 yuan more on average; 10 more exits cost 500 each, 5 more stable ones 1,000. Year 0 is not counted."""
    found = exits(Ensemble(leaving(10.0)), (2018, 2018))
    assert found["exits"] == {"policy": 110.0, "null": 100.0}
    assert found["exits_truly_poor_again"] == {"policy": 4.0, "null": 4.0}
    assert found["cost_per_exit"] == pytest.approx(500)
    assert found["cost_per_stable_exit"] == pytest.approx(1000)


@pytest.mark.parametrize(
    ("others", "sure"), [((90.0, 92.0, 91.0), True), ((50.0, 130.0, 93.0), False), ((91.0,), False)]
)
def test_a_difference_of_exits_that_may_be_noise_has_no_cost(others: tuple[float, ...], sure: bool) -> None:
    """100 stable exits each against 91 on average: sure at a standard deviation of 1, not at 40, nor of one pair."""
    records = []
    for run, other in enumerate(others):
        for arm, left in (("policy", 100.0), ("null", other)):
            fates = {"exits_stable": left, "exits_listed_again": 3.0, "exits_truly_poor_again": 4.0}
            records.append(record(run, arm, 900.0 if arm == "policy" else 0.0, exits=left, **fates))
    found = exits(Ensemble(records), (2018, 2018))
    measured = [*rows([record(0, arm, headcount=0.1) for arm in ("policy", "null")]).values()]
    answer = {"wellbeing": measured, "exits": found, "years": [2018, 2018]}
    printed = {lang: "\n".join(wellbeing_table(answer, lang)) for lang in ("zh", "en")}
    assert (found["cost_per_stable_exit"] == pytest.approx(100)) if sure else found["cost_per_stable_exit"] is None
    assert ("稳定退出，多支出：差异不确定" in printed["zh"]) is not sure
    assert ("not computed" in printed["en"]) is not sure


@pytest.mark.parametrize("more", [0.0, -5.0])
def test_no_more_exits_have_no_cost(more: float) -> None:
    found = exits(Ensemble(leaving(more)), (2018, 2018))
    assert found["cost_per_exit"] is found["cost_per_stable_exit"] is None
    for lang, words in (("zh", "不计每户退出的支出"), ("en", "an exit has no cost")):
        measured = [*rows([record(0, arm, headcount=0.1) for arm in ("policy", "null")]).values()]
        answer = {"wellbeing": measured, "exits": found, "years": [2018, 2018]}
        assert words in "\n".join(wellbeing_table(answer, lang))


def test_runs_that_recorded_no_exits_tell_none() -> None:
    assert exits(Ensemble([record(0, arm, headcount=0.1) for arm in ("policy", "null")]), (2018, 2018)) == {}
    assert wellbeing(Ensemble([])) == [] and wellbeing_table({}, "zh") == []


def test_sources_of_growth_are_means_over_the_runs_of_an_arm() -> None:
    records = []
    for run, (wage, transfer) in enumerate(((0.2, 0.1), (0.4, 0.3))):
        one = record(run, "policy")
        values = {"wage": wage, "business": 0.0, "property": 0.0, "transfer": transfer}
        series = {(f"growth_from_{part}", "cohort able"): np.full(8, value) for part, value in values.items()}
        records.append(RunRecord(run, "policy", "base", "succeeded", quarters=one.quarters, series=series))
    found = growth_sources(Ensemble(records))
    assert [(row["labour"], row["part"]) for row in found] == [
        ("able", part) for part in ("wage", "business", "property", "transfer")
    ]
    assert [row["policy"] for row in found] == pytest.approx([0.3, 0.0, 0.0, 0.2])
    assert all(row["null"] is None for row in found)


def test_last_values_leave_out_runs_with_a_gap() -> None:
    ensemble = Ensemble([record(0, "policy", headcount=0.1), record(1, "policy", headcount=math.nan)])
    found = last_values(ensemble, "policy", "fgt0_relative", ["rural"])
    assert found is not None and found.tolist() == [[0.1]]
    assert last_values(ensemble, "null", "fgt0_relative", ["rural"]) is None
