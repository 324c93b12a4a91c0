"""Targets under every reading, on small histories reckoned by hand: two strata, three villages each, three years."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.history import History, Outcome
from simulator.reckoning import SURVEY_HOUSEHOLDS
from simulator.scenario import Scenario, Target
from simulator.targets import READINGS, evaluate, list_means

YEARS = np.array([2017, 2018, 2019])
STRATUM = np.array([0, 0, 0, 2, 2, 2])
STANDS_FOR = np.array([4, 4, 4, 10, 10, 10])
POPULATIONS = ("rural", "cohort", "before", "after", "cohort_labour", "before_labour", "after_labour")
DEFAULTS = {
    "T-G10": "cohort", "T-GREL": "cohort", "T-FLOOR": "register_99", "T-18K": "mean", "T-V150": "total_95",
    "T-V100": "total_95", "T-DIBAO": "observed_99", "T-ABS": "nominal_99",
}  # fmt: skip
THRESHOLDS = {"T-G10": 0.10, "T-FLOOR": 9_000.0, "T-18K": 18_000.0, "T-V150": 150_000.0, "T-V100": 100_000.0}


def scenario(**values: float) -> Scenario:
    """All targets, due in the last year; further numbers by target: T_G10=..., as a threshold."""
    stated = {f"programme.targets.{name}.threshold": value for name, value in THRESHOLDS.items()}
    return Scenario(
        name="small", place="small", year0=2017, burn_in_years=8, first_year=2018, last_year=2019,
        values={**stated, **values}, switches={}, series={},
        targets=tuple(Target(name, 2019, reading) for name, reading in DEFAULTS.items()),
    )  # fmt: skip


def constant(value: float) -> np.ndarray:
    return np.full((3, 6), value)


def village_year(incomes: Mapping[str, tuple[float, float, float]]) -> dict[str, np.ndarray]:
    """Ten persons in four households a village; incomes a person by population and year."""
    recorded = {f"persons_{who}": constant(10.0) for who in POPULATIONS}
    for who in POPULATIONS:
        recorded[f"income_{who}"] = 10.0 * np.tile(np.array(incomes.get(who, incomes["all"]))[:, None], 6)
    for who in ("rural", "cohort", "before", "cohort_labour"):
        recorded[f"households_{who}"] = constant(4.0)
    for who in ("cohort", "before"):
        recorded[f"square_income_{who}"] = 1.25 * recorded[f"income_{who}"] ** 2 / 10.0
    recorded |= {
        "matched_persons": constant(10.0), "matched_income": constant(120_000.0),
        "matched_last_persons": constant(10.0), "matched_last_income": constant(100_000.0),
        "before_below_floor_register": constant(0.0), "before_below_floor_true": constant(0.0),
        "rural_below_absolute": constant(0.0), "rural_below_absolute_real": constant(0.0),
        "persons_rural_below_absolute": constant(0.0), "cohort_labour_reaching": constant(4.0),
        "entitled_observed": constant(2.0), "entitled_observed_covered": constant(2.0),
        "entitled_true": constant(2.0), "entitled_true_covered": constant(2.0),
        "collective_total": constant(160_000.0), "collective_operating": constant(120_000.0),
    }  # fmt: skip
    return recorded


def history(incomes: Mapping[str, tuple[float, float, float]] | None = None, **measures: np.ndarray) -> History:
    """The rural mean grows by 5 % a year and the list by 12 % unless told otherwise; prices by 2 %."""
    told = {"all": (10_000.0, 11_200.0, 12_544.0), "rural": (20_000.0, 21_000.0, 22_050.0), **(incomes or {})}
    quarters = np.array([(year, quarter) for year in YEARS for quarter in (1, 2, 3, 4)])
    prices = np.full(12, np.nan)
    prices[3::4] = (1.0, 1.02, 1.0404)
    nothing = np.zeros((12, 0), np.int64)
    return History(
        quarters=quarters, years=YEARS, series={("cpi", "rural"): prices}, ledger_lines=(),
        ledger=np.zeros((12, 0, 3), np.int64), funds=(), inflow=nothing, balance=nothing,
        village_year={**village_year(told), **measures}, stratum=STRATUM, stands_for=STANDS_FOR,
        county=np.array([0, 0, 1, 1, 2, 2]), pin=np.ones(3), pin_residual=np.zeros(3), luck=(5, 3),
        micro={"village": np.arange(120) % 6, "income_true": np.linspace(8_000.0, 20_000.0, 120)},
    )  # fmt: skip


def answers(run: History, told: Scenario | None = None) -> dict[tuple[str, str], Outcome]:
    return {(outcome.target, outcome.reading): outcome for outcome in evaluate(run, told or scenario())}


def failing_in(villages: list[int], many: float = 1.0, year: int = 2) -> np.ndarray:
    counts = np.zeros((3, 6))
    counts[year, villages] = many
    return counts


def test_every_target_gives_every_reading_once_and_one_default() -> None:
    outcomes = evaluate(history(), scenario())
    assert [(o.target, o.reading) for o in outcomes] == [(t, r.name) for t in DEFAULTS for r in READINGS[t]]
    assert {o.target: o.reading for o in outcomes if o.default} == DEFAULTS
    assert {(o.target, o.reading, o.unit, o.projected) for o in outcomes} == {
        (target, reading.name, reading.unit, reading.projected) for target in DEFAULTS for reading in READINGS[target]
    }


def test_readings_are_told_in_both_languages() -> None:
    for reading in (reading for readings in READINGS.values() for reading in readings):
        assert any("一" <= sign <= "鿿" for sign in reading.title_zh + reading.meaning_zh)
        assert (reading.title_en + reading.meaning_en).isascii()
        assert reading.meaning_zh.endswith("。") and reading.meaning_en.endswith(".")


def test_growth_by_every_estimator() -> None:
    found = answers(history({
        "cohort": (10_000.0, 11_500.0, 12_535.0), "before": (10_000.0, 10_500.0, 12_600.0),
        "after": (10_000.0, 10_000.0, 12_000.0),
    }))  # fmt: skip
    assert found["T-G10", "cohort"].margin == pytest.approx(0.09 - 0.10)
    assert found["T-G10", "cohort"].met is False
    assert found["T-G10", "cohort_real"].margin == pytest.approx(1.09 / 1.02 - 1 - 0.10)
    assert found["T-G10", "cohort_average"].margin == pytest.approx(math.sqrt(1.2535) - 1 - 0.10)
    assert found["T-G10", "cohort_average"].met is True
    assert found["T-G10", "before"].margin == pytest.approx(0.05 - 0.10)
    assert found["T-G10", "after"].margin == pytest.approx(0.00 - 0.10)
    assert found["T-G10", "matched"].margin == pytest.approx(0.20 - 0.10)
    assert found["T-GREL", "cohort"].margin == pytest.approx(0.09 - 0.05)
    assert found["T-GREL", "cohort_average"].margin == pytest.approx(math.sqrt(1.2535) - 1.05)
    assert found["T-GREL", "before"].margin == pytest.approx(0.0)
    assert found["T-GREL", "after"].margin == pytest.approx(-0.05)
    assert found["T-GREL", "matched"].margin == pytest.approx(0.15)


def test_growth_of_exactly_the_threshold_is_met() -> None:
    told = scenario(**{"programme.targets.T-G10.threshold": 0.25})
    run = history({"cohort": (8_000.0, 10_000.0, 12_500.0)})
    assert answers(run, told)["T-G10", "cohort"].margin == 0.0
    assert answers(run, told)["T-G10", "cohort"].met is True


def test_years_after_the_target_and_before_the_programme_are_not_scored() -> None:
    run = history({"cohort": (10_000.0, 12_000.0, 12_000.0)})
    early = replace(scenario(), targets=(Target("T-G10", 2018, "cohort"),))
    late = replace(scenario(), first_year=2019, targets=(Target("T-G10", 2019, "cohort"),))
    from_year_0 = replace(scenario(), first_year=2017)
    assert answers(run, early)["T-G10", "cohort"].margin == pytest.approx(0.10)
    assert answers(run, late)["T-G10", "cohort"].margin == pytest.approx(-0.10)
    assert answers(run, from_year_0)["T-G10", "cohort_average"].margin == pytest.approx(math.sqrt(1.2) - 1.1)


def test_survey_is_the_list_mean_with_an_error_that_luck_decides() -> None:
    found = [answers(replace(history(), luck=(5, run)))["T-G10", "survey"].margin for run in range(300)]
    error = np.array(found) - answers(history())["T-G10", "before"].margin
    again = answers(replace(history(), luck=(5, 3)))["T-G10", "survey"].margin
    assert found[3] == again
    # sd over the mean is 1/2 for these households; growth has the error of two years, of which the lower is taken
    single = 1.12 * math.sqrt(2 * 0.25 / SURVEY_HOUSEHOLDS)
    assert 0.6 * single < error.std() < 1.1 * single
    assert error.mean() < 0


def test_floor_readings() -> None:
    found = answers(history(
        before_below_floor_register=failing_in([0]), before_below_floor_true=failing_in([3]),
    ))  # fmt: skip
    assert found["T-FLOOR", "register_99"].margin == pytest.approx(1 - 4 / 168 - 0.99)
    assert found["T-FLOOR", "register_99"].met is False
    assert found["T-FLOOR", "true_99"].margin == pytest.approx(1 - 10 / 168 - 0.99)
    strict = found["T-FLOOR", "strict"]
    assert (strict.margin, strict.failing_units, strict.none_failing, strict.met) == (-4.0, 4.0, 0.0, None)
    # 1 % of 120 households of weights 4 and 10: the third of the lowest, of which the first three weigh 4
    assert found["T-FLOOR", "p1_true"].margin == pytest.approx(8_000 + 12_000 * 2 / 119 - 9_000)


def test_share_asked_may_be_stated() -> None:
    run = history(before_below_floor_register=failing_in([0]))
    told = scenario(**{"programme.targets.T-FLOOR.share": 0.95})
    assert answers(run, told)["T-FLOOR", "register_99"].met is True


def test_lowest_percentile_is_only_known_in_the_last_year() -> None:
    early = replace(scenario(), targets=(Target("T-FLOOR", 2018, "register_99"),))
    outcome = answers(history(), early)["T-FLOOR", "p1_true"]
    assert math.isnan(outcome.margin) and outcome.met is None and not outcome.projected


def test_labour_readings() -> None:
    found = answers(history(
        {"cohort_labour": (1.0, 1.0, 18_500.0), "before_labour": (1.0, 1.0, 17_000.0)},
        cohort_labour_reaching=constant(4.0) - failing_in([5], 3.0),
    ))  # fmt: skip
    assert found["T-18K", "mean"].margin == pytest.approx(500.0)
    assert found["T-18K", "mean_current"].margin == pytest.approx(-1_000.0)
    assert found["T-18K", "each_99"].margin == pytest.approx(1 - 30 / 168 - 0.99)
    assert found["T-18K", "each"].failing_units == pytest.approx(30.0)


def test_village_readings() -> None:
    total = constant(160_000.0)
    total[2, 1] = 99_000.0
    stratum = np.array([0, 0, 0, 1, 1, 2])
    found = answers(replace(history(collective_total=total), stratum=stratum))
    assert found["T-V150", "total_95"].margin == pytest.approx(2 / 3 - 0.95)
    assert found["T-V150", "operating_95"].margin == pytest.approx(-0.95)
    assert found["T-V150", "mean"].margin == pytest.approx((2 * 160_000 + 99_000) / 3 - 150_000)
    assert found["T-V150", "each_total"].failing_units == 4.0
    assert found["T-V100", "total_95"].margin == pytest.approx(1 - 4 / 32 - 0.95)
    assert found["T-V100", "operating_95"].margin == pytest.approx(0.05)
    assert found["T-V100", "mean"].margin == pytest.approx(160_000 - 4 * 61_000 / 32 - 100_000)


def test_dibao_readings() -> None:
    found = answers(history(
        entitled_observed_covered=constant(2.0) - failing_in([0]),
        entitled_true_covered=constant(2.0) - failing_in([3], 2.0, year=1),
    ))  # fmt: skip
    assert found["T-DIBAO", "observed_99"].margin == pytest.approx(1 - 4 / 84 - 0.99)
    assert found["T-DIBAO", "true_99"].margin == pytest.approx(0.01)
    assert found["T-DIBAO", "each"].failing_units == 4.0


def test_absolute_poverty_looks_at_every_scored_year() -> None:
    found = answers(history(
        rural_below_absolute=failing_in([0], year=1), rural_below_absolute_real=failing_in([3], 4.0, year=0),
        persons_rural_below_absolute=failing_in([0], 5.0, year=1),
    ))  # fmt: skip
    assert found["T-ABS", "nominal_99"].margin == pytest.approx(1 - 4 / 168 - 0.99)
    assert found["T-ABS", "persons_99"].margin == pytest.approx(1 - 20 / 420 - 0.99)
    assert found["T-ABS", "real_99"].margin == pytest.approx(0.01)
    assert found["T-ABS", "each"].failing_units == 4.0
    assert found["T-ABS", "each"].none_failing == 0.0


def test_projected_reading_without_a_failure_says_how_likely_none_is() -> None:
    found = answers(history())["T-V150", "each_total"]
    expected = math.exp(
        math.lgamma(12.5) - math.lgamma(13) - math.lgamma(3.5) + math.lgamma(4)
    )  # three of twelve key villages seen; the other stratum is not asked
    assert found.met is None and found.projected
    assert found.failing_units == 0.0
    assert found.none_failing == pytest.approx(expected)


def test_counties_behind_are_counted_and_blown_up_to_the_place() -> None:
    run = history()
    run.village_year["income_cohort"][2, :2] = 10 * 11_000.0
    assert answers(run)["T-GREL", "per_county"].failing_units == pytest.approx(1.0)
    assert answers(run)["T-GREL", "per_county"].none_failing is None
    told = scenario(**{"place.counties": 9.0})
    assert answers(run, told)["T-GREL", "per_county"].margin == pytest.approx(-3.0)
    full = answers(replace(run, stands_for=np.ones(6)), told)["T-GREL", "per_county"]
    assert (full.met, full.projected, full.margin) == (False, False, -1.0)


def test_full_place_is_exact() -> None:
    run = replace(history(before_below_floor_register=failing_in([0])), stands_for=np.ones(6, np.int64))
    for outcome in evaluate(run, scenario(**{"programme.targets.T-FLOOR.share": 0.9})):
        assert outcome.sampling_variance == 0.0
        assert outcome.met is (outcome.margin >= 0) and not outcome.projected and outcome.none_failing is None


def test_village_standing_for_two_equals_two_copies() -> None:
    generator = np.random.Generator(np.random.Philox(3))
    rough = {name: value * generator.uniform(0.5, 1.0, (3, 6)) for name, value in history().village_year.items()}
    one = replace(history(**rough), stands_for=np.array([2, 1, 3, 2, 2, 5]), micro={})
    twice = np.repeat(np.arange(6), [2, 1, 1, 2, 1, 1])
    other = replace(
        one, village_year={name: value[:, twice] for name, value in one.village_year.items()},
        stratum=one.stratum[twice], county=one.county[twice], stands_for=np.array([1, 1, 1, 3, 1, 1, 2, 5]),
    )  # fmt: skip
    for first, second in zip(evaluate(one, scenario()), evaluate(other, scenario()), strict=True):
        assert second.margin == pytest.approx(first.margin, nan_ok=True), (first.target, first.reading)
        assert second.failing_units == pytest.approx(first.failing_units)


@given(st.floats(1.05, 1.5))
def test_all_incomes_higher_every_year_leave_relative_growth(factor: float) -> None:
    run, richer = history(), history()
    for name in ("income_rural", "income_cohort", "income_before", "income_after"):
        richer.village_year[name][:] *= factor
    first, second = answers(run), answers(richer)
    for reading in ("cohort", "cohort_average", "before", "after", "per_county"):
        assert second["T-GREL", reading].margin == pytest.approx(first["T-GREL", reading].margin, abs=1e-9)


@given(st.floats(1.0, 1.1), st.integers(0, 5))
def test_higher_list_incomes_in_the_last_year_never_lower_a_margin(factor: float, village: int) -> None:
    run, richer = history(), history()
    richer.village_year["income_cohort"][2, village] *= factor
    first, second = answers(run), answers(richer)
    for target, reading in (("T-G10", "cohort"), ("T-G10", "cohort_average"), ("T-GREL", "cohort")):
        assert second[target, reading].margin >= first[target, reading].margin - 1e-12


@given(st.floats(1.0, 1.1))
def test_a_higher_list_mean_in_the_lowest_year_raises_the_margin_by_as_much(factor: float) -> None:
    run = history({"cohort": (10_000.0, 11_300.0, 11_300.0 * factor)})
    assert answers(run)["T-G10", "cohort"].margin == pytest.approx(factor - 1.1)
    assert answers(run)["T-GREL", "cohort"].margin == pytest.approx(factor - 1.05)


def test_alike_villages_leave_no_sampling_variance_and_unlike_ones_do() -> None:
    run = history()
    assert answers(run)["T-G10", "cohort"].sampling_variance == pytest.approx(0.0, abs=1e-20)
    run.village_year["income_cohort"][2, 4] *= 0.8
    assert answers(run)["T-G10", "cohort"].sampling_variance > 1e-5


def test_variance_of_a_mean_in_yuan_is_the_stratified_one() -> None:
    run = history()
    spread = np.array([0.0, 30.0, 60.0, 0.0, 30.0, 90.0])
    run.village_year["income_cohort_labour"][2] += 10 * spread
    strata = ((12, spread[:3]), (30, spread[3:]))
    expected = sum(n**2 * (1 - 3 / n) * values.var(ddof=1) / 3 for n, values in strata) / 42**2
    assert answers(run)["T-18K", "mean"].sampling_variance == pytest.approx(expected)


def test_default_that_cannot_be_answered_is_refused() -> None:
    nobody = history(entitled_observed=constant(0.0), entitled_observed_covered=constant(0.0))
    with pytest.raises(ValueError, match=r"T-DIBAO .* observed_99: the run has no unit"):
        evaluate(nobody, scenario())
    with pytest.raises(ValueError, match="only a projection"):
        evaluate(history(), replace(scenario(), targets=(Target("T-FLOOR", 2019, "strict"),)))
    with pytest.raises(ValueError, match="no reading mean"):
        evaluate(history(), replace(scenario(), targets=(Target("T-FLOOR", 2019, "mean"),)))
    with pytest.raises(ValueError, match="no such target: T-44"):
        evaluate(history(), replace(scenario(), targets=(Target("T-44", 2019, "mean"),)))
    with pytest.raises(ValueError, match="falls due in 2022"):
        evaluate(history(), replace(scenario(), targets=(Target("T-FLOOR", 2022, "register_99"),)))


def test_other_reading_without_a_unit_is_unknown_and_the_rest_goes_on() -> None:
    nobody = history(entitled_true=constant(0.0), entitled_true_covered=constant(0.0))
    found = answers(nobody)
    assert found["T-DIBAO", "true_99"].met is None and math.isnan(found["T-DIBAO", "true_99"].margin)
    assert found["T-DIBAO", "observed_99"].met is True


def test_list_means_by_the_other_estimators_stand_at_the_fourth_quarters() -> None:
    """What the growth readings are made of: matched growth is this year's mean over the same households' last one."""
    run = history()
    means = list_means(run, scenario())
    closing = run.quarters[:, 1] == 4
    assert set(means) == {("income_pc", "matched"), ("income_pc_last_year", "matched"), ("income_pc", "survey")}
    for values in means.values():
        assert np.isfinite(values[closing]).all()
        assert np.isnan(values[~closing]).all()
    weight = run.stands_for
    now = weight @ run.village_year["matched_income"].T / (weight @ run.village_year["matched_persons"].T)
    before = weight @ run.village_year["matched_last_income"].T / (weight @ run.village_year["matched_last_persons"].T)
    assert means["income_pc", "matched"][closing] == pytest.approx(now)
    assert means["income_pc_last_year", "matched"][closing] == pytest.approx(before)
