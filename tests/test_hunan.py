"""Hunan's sector support: what the opinion states stands in the programme as stated, and the two lines become one."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenarios
from simulator.interventions.dibao import DibaoTerms

HUNAN = "hunan_2017_2020"
KIND = "programme.interventions"


@pytest.mark.parametrize(
    ("path", "value", "clause"),
    [
        (f"{KIND}.health_cover.basic_rise", 0.10, "HN-1.6"),
        (f"{KIND}.health_cover.deductible_factor", 0.5, "HN-1.6"),
        (f"{KIND}.housing.immediate_year", 2019.0, "HN-1.9"),
        (f"{KIND}.dibao.merged_share", 1.0, "HN-1.8"),
        ("programme.indicators.water.threshold", 1.0, "HN-1.11"),
    ],
)
def test_stated_numbers_are_the_documents(path: str, value: float, clause: str) -> None:
    number = scenarios.load(HUNAN).numbers[path]
    assert (number.value, number.source_kind, number.source) == (value, "clause", clause)


def test_houses_are_due_a_year_before_everything_else() -> None:
    due = {target.id: target.year for target in scenarios.load(HUNAN).scenario.targets}
    assert due.pop("T-HOUSE") == 2019
    assert set(due.values()) == {2020}


def test_amounts_the_opinion_leaves_open_are_assumptions_with_a_range() -> None:
    loaded = scenarios.load(HUNAN)
    money = [path for path in loaded.numbers if path.endswith(("yuan_per_listed_household", "yuan_per_year"))]
    money += [path for path in loaded.numbers if path.startswith("programme.funds.") and path.endswith("budget_share")]
    assert len(money) == 11
    for path in money:
        number = loaded.numbers[path]
        assert number.source_kind == "assumption" and number.confidence == "C" and number.range is not None, path


def test_both_readings_of_ten_per_cent_can_be_run() -> None:
    relative = scenarios.load(HUNAN, sets=["model.reimbursement_rise=relative"]).scenario
    assert scenarios.load(HUNAN).scenario.switches["model.reimbursement_rise"] == "points"
    assert relative.switches["model.reimbursement_rise"] == "relative"


@pytest.mark.parametrize("name", [entry.name for entry in scenarios.listing()])
def test_no_draw_sets_more_aside_than_a_fund_has(name: str) -> None:
    loaded = scenarios.load(name)
    highest: dict[str, float] = defaultdict(float)
    for path, number in loaded.numbers.items():
        if path.startswith("programme.funds.") and path.endswith(".budget_share"):
            highest["all funds"] += number.range[1] if number.range else number.value
    lines = [(line.fund, f"{KIND}.{line.kind}.budget_share") for line in loaded.scenario.interventions]
    lines += [(asked.fund, f"programme.indicators.{asked.name}.budget_share") for asked in loaded.scenario.indicators]
    for fund, path in lines:
        if path in loaded.numbers:
            number = loaded.numbers[path]
            highest[fund] += number.range[1] if number.range else number.value
    assert {fund: share for fund, share in highest.items() if share > 1.0 + 1e-9} == {}


@pytest.mark.parametrize(
    ("merged", "ramp", "line"),
    # Standing 2,400 rises by 5 % to 2,520; the poverty line is 3,000: 480 are missing.
    [(0.0, 1.0, 2_520.0), (1.0, 1.0, 3_000.0), (1.0, 0.25, 2_640.0), (0.9, 1.0, 2_700.0), (0.5, 1.0, 2_520.0)],
)
def test_the_dibao_line_is_lifted_to_the_share_of_the_poverty_line(merged: float, ramp: float, line: float) -> None:
    terms = DibaoTerms(0.8, 0.05, 1.05, merged, ramp)
    assert terms.line(2_400.0, 3_000.0) == pytest.approx(line)


@given(
    standing=st.floats(1_000, 9_000),
    poverty=st.floats(1_000, 9_000),
    merged=st.floats(0, 1),
    ramp=st.floats(0.05, 1),
)
def test_merging_never_lowers_the_dibao_line(standing: float, poverty: float, merged: float, ramp: float) -> None:
    line = DibaoTerms(0.8, 0.05, 1.0, merged, ramp).line(standing, poverty)
    assert line >= standing
    assert line <= max(standing, merged * poverty) * (1 + 1e-12)
