"""Relative lines, distances and "every year", on small histories reckoned by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.small_place import at, constant, history, margins, outcomes, told, yearly

T45 = told("T-45", "moving", threshold=0.45, document_estimate=8_699.0)
T60 = told("T-60", "moving_95", threshold=0.60, document_estimate=11_599.0)


def test_the_line_of_listed_labour_moves_with_the_mean_of_its_year() -> None:
    """45 % of 25,000 is 11,250; the document's 8,699 stands still."""
    run = history(
        income_cohort_labour=constant(100_000.0),
        income_before_labour=constant(90_000.0),
        cohort_labour_under_moving=at(2020, [0], 2.0),
        cohort_labour_under_estimate=at(2020, [3], 1.0),
    )
    found = outcomes(run, T45)
    assert found["moving"].margin == pytest.approx(10_000 / 25_000 - 0.45)
    assert (found["moving"].met, found["moving"].line) == (False, pytest.approx(11_250.0))
    assert found["document"].margin == pytest.approx(10_000 - 8_699)
    assert (found["document"].met, found["document"].line) == (True, 8_699.0)
    assert found["moving_current"].margin == pytest.approx(9_000 / 25_000 - 0.45)
    assert found["moving_99"].margin == pytest.approx(1 - 8 / 168 - 0.99)
    assert found["document_99"].margin == pytest.approx(1 - 10 / 168 - 0.99)
    assert found["each"].failing_units == 8.0 and found["each"].met is None


def test_raising_everybody_by_a_tenth_leaves_the_moving_reading_and_moves_the_estimate() -> None:
    run = history()
    richer = history(**{name: 1.1 * values for name, values in run.village_year.items() if name.startswith("income")})
    richer = replace(richer, reference_mean=1.1 * run.reference_mean)
    before, after = margins(run, T45), margins(richer, T45)
    assert after["moving"] == pytest.approx(before["moving"], abs=1e-12)
    assert after["document"] == pytest.approx(before["document"] + 1_000)
    pooled = [margins(each, T60)["pooled"] for each in (run, richer)]
    assert pooled[0] == pytest.approx(pooled[1], abs=1e-12)


def test_without_a_recorded_reference_the_place_is_its_own() -> None:
    run = replace(history(), reference_mean=np.zeros(0))
    found = outcomes(run, T45)["moving"]
    assert found.margin == pytest.approx(1.0 - 0.45)
    assert found.line == pytest.approx(4_500.0)


def test_an_estimate_the_document_does_not_make_is_not_read() -> None:
    silent = told("T-45", "moving", threshold=0.45)
    assert set(outcomes(history(), silent)) == {"moving", "moving_current", "moving_99", "each"}
    with pytest.raises(ValueError, match=r"T-45 cannot be read as document: it states no document_estimate"):
        outcomes(history(), told("T-45", "document", threshold=0.45))


def test_villages_at_a_share_of_the_provincial_mean() -> None:
    """The moving line is 15,000, the estimate 11,599; village 0 reaches both, 1 the estimate, 2 neither."""
    income = constant(500_000.0)
    income[3, :3] = [150_000.0, 120_000.0, 90_000.0]
    found = outcomes(history(income_rural=income), T60)
    assert found["moving_95"].margin == pytest.approx(1 / 3 - 0.95)
    assert found["document_95"].margin == pytest.approx(2 / 3 - 0.95)
    assert found["pooled"].margin == pytest.approx(12_000 / 25_000 - 0.60)
    assert found["pooled_document"].margin == pytest.approx(12_000 - 11_599)
    assert (found["each"].failing_units, found["each_document"].failing_units) == (8.0, 4.0)
    assert found["each"].line == pytest.approx(15_000.0)
    assert outcomes(replace(history(income_rural=income), stands_for=np.ones(6, np.int64)), T60)["each"].met is False


def test_poor_counties_ahead_in_every_year_jointly() -> None:
    """Villages 0 to 3 are poor: they grow by 10, 4 and 10 per cent, the others by 5 each year."""
    income = np.ones((4, 6)) * 100_000.0
    for year, (poor, rest) in enumerate(((1.10, 1.05), (1.04, 1.05), (1.10, 1.05)), 1):
        income[year] = income[year - 1] * np.array([poor] * 4 + [rest] * 2)
    found = outcomes(history(income_rural=income), told("T-EVERY", "pooled"))
    poor = np.array([1.0, 1.10, 1.10 * 1.04, 1.10 * 1.04 * 1.10])
    whole = (22 * poor + 20 * 1.05 ** np.arange(4)) / 42
    leads = (poor[1:] / poor[:-1]) - (whole[1:] / whole[:-1])
    assert found["pooled"].margin == pytest.approx(leads.min())
    assert found["pooled"].parts == {"2018": True, "2019": False, "2020": True}
    assert found["pooled"].met is False
    assert found["pooled_average"].margin == pytest.approx(poor[3] ** (1 / 3) - whole[3] ** (1 / 3))
    assert found["pooled_average"].met is True
    # County 0 is villages 0 and 1; county 1 is 2 and 3; county 2 is not poor and not asked.
    assert found["each_county"].parts == {"sample county 1": False, "sample county 2": False}
    assert found["each_county"].failing_units == pytest.approx(2.0)
    full = replace(history(income_rural=income), stands_for=np.ones(6, np.int64))
    assert outcomes(full, told("T-EVERY", "pooled"))["each_county"].met is False


def test_without_poor_counties_recorded_all_are_asked() -> None:
    run = replace(history(), supported=np.zeros(0, np.int64))
    assert outcomes(run, told("T-EVERY", "pooled"))["pooled"].margin == pytest.approx(0.0)


def test_every_year_of_growth_is_told_beside_the_joint_verdict() -> None:
    run = history(income_cohort=yearly(100_000.0, 111_000.0, 112_000.0, 130_000.0))
    growth = outcomes(run, told("T-G10", "cohort", threshold=0.10))
    assert growth["cohort"].parts == {"2018": True, "2019": False, "2020": True}
    assert growth["cohort_average"].parts == {}
    lead = outcomes(run, told("T-GREL", "cohort"))
    assert lead["cohort"].parts == {"2018": True, "2019": True, "2020": True}
    assert lead["per_county"].parts == {"sample county 1": True, "sample county 2": True, "sample county 3": True}


def test_gaps_narrow_or_widen() -> None:
    gini = np.full(16, np.nan)
    gini[3::4] = (0.40, 0.41, 0.40, 0.37)
    poor_income = constant(100_000.0)
    poor_income[3, :4] = 90_000.0
    run = history(income_cohort=yearly(40_000.0, 0.0, 0.0, 50_000.0), income_before=yearly(60_000.0, 0, 0, 50_000.0))
    found = margins(replace(run, series={("gini", "rural"): gini}), told("T-GAP", "list_ratio"))
    assert found["list_ratio"] == pytest.approx(0.5 - 0.4)
    assert found["list_current"] == pytest.approx(0.5 - 0.6)
    assert found["gini"] == pytest.approx(0.03)
    whole = (22 * 9_000 + 20 * 10_000) / 42
    poorer = margins(history(income_rural=poor_income), told("T-GAP", "list_ratio"))
    assert poorer["poor_counties"] == pytest.approx(9_000 / whole - 1.0)
    assert math.isnan(poorer["gini"])
