"""Leaving the list, villages, houses and identification, on small histories reckoned by hand.

Key villages (0 to 2) stand for 4 each, the others for 10: 42 villages of ten persons in four households.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.targets import READINGS
from tests.small_place import at, constant, history, margins, outcomes, told, yearly


def test_headcount_by_the_register_and_in_truth() -> None:
    run = history(
        persons_cohort_listed=at(2020, [0], 5.0),
        persons_after=yearly(10.0, 8.0, 4.0, 1.0),
        persons_below_line=at(2020, [3], 3.0),
        households_cohort_listed=at(2020, [0], 2.0),
        households_cohort_poor=at(2020, [3], 1.0),
        households_cohort_in_need=at(2020, [0, 3], 2.0),
    )
    found = outcomes(run, told("T-HEAD", "cohort_99"))
    assert found["cohort_99"].margin == pytest.approx(1 - 20 / 420 - 0.99)
    assert found["cohort_true_99"].margin == pytest.approx(1 - 10 / 168 - 0.99)
    assert found["both_99"].margin == pytest.approx(1 - 28 / 168 - 0.99)
    assert found["list_99"].margin == pytest.approx(0.9 - 0.99)
    assert found["true_99"].margin == pytest.approx(1 - 30 / 420 - 0.99)
    assert (found["each"].failing_units, found["each_true"].failing_units) == (8.0, 10.0)


def test_stable_exits_are_those_of_the_programme_that_could_be_followed() -> None:
    """Exits followed in 2018 are of year 0 and do not count; one of 84 followed in 2019 and 2020 is back."""
    run = history(
        exits_followed=yearly(0.0, 4.0, 1.0, 1.0),
        exits_back=at(2019, [0], 1.0) + at(2018, [1], 4.0),
        exits_poor_later=at(2020, [3], 1.0),
        exits_followed_two=yearly(0.0, 0.0, 4.0, 1.0),
        exits_back_two=at(2020, [0, 1], 1.0) + at(2019, [3], 4.0),
        exits_labour=yearly(0.0, 1.0, 1.0, 1.0),
        exits_gift_led=at(2018, [3], 1.0),
    )
    found = outcomes(run, told("T-STABLE", "one_year"))
    assert found["one_year"].margin == pytest.approx(1 - 4 / 84 - 0.99)
    assert found["two_years"].margin == pytest.approx(1 - 8 / 42 - 0.99)
    assert found["true_one_year"].margin == pytest.approx(1 - 10 / 84 - 0.99)
    assert found["one_year_clean"].margin == pytest.approx(min(1 - 4 / 84, 1 - 10 / 126) - 0.99)
    assert found["each"].failing_units == 4.0
    assert margins(run, told("T-STABLE", "one_year", share=0.9))["one_year"] == pytest.approx(1 - 4 / 84 - 0.9)


def test_no_exit_at_all_is_no_stable_exit() -> None:
    found = outcomes(history(), told("T-STABLE", "one_year"))
    assert found["one_year"].margin == pytest.approx(-0.99) and found["one_year"].met is False
    short = replace(told("T-STABLE", "one_year", 2019), first_year=2018)
    assert math.isnan(margins(history(), short)["two_years"])


def test_villages_leave_their_list() -> None:
    """Village 0 has a tenth listed; village 1 had it in 2019 as in 2018, none in 2020; village 2 is poor unseen."""
    listed = constant(0.0)
    listed[:, 0], listed[1:3, 1], listed[3, 0] = 1.0, 1.0, 1.0
    listed[2, 0] = 0.0
    run = history(persons_after=listed, persons_below_line=at(2020, [2], 1.0))
    found = outcomes(run, told("T-VEXIT", "rule_95"))
    assert found["rule_95"].margin == pytest.approx(2 / 3 - 0.95)
    assert found["once_95"].margin == pytest.approx(1.0 - 0.95)
    assert found["true_95"].margin == pytest.approx(2 / 3 - 0.95)
    assert found["each"].failing_units == 4.0
    assert margins(run, told("T-VEXIT", "rule_95", listed_share=0.1))["rule_95"] == pytest.approx(0.05)
    # 10,000 yuan a head against 25,000: 40 % are reached, 41 % are not.
    for share, margin in ((0.40, 2 / 3 - 0.95), (0.41, -0.95)):
        stated = told("T-VEXIT", "rule_95", mean_ratio=share)
        assert margins(run, stated)["rule_95"] == pytest.approx(margin)
    collective = told("T-VEXIT", "rule_95", collective=1.0)
    assert margins(run, collective)["rule_95"] == pytest.approx(-0.95)


def test_exits_led_by_work() -> None:
    """In year 0 work is half of the income of listed labour, with remittances 0.7; of exits it is 0.8 and 0.85."""
    run = history(
        work_cohort_labour=yearly(50_000.0, 0.0, 0.0, 65_000.0),
        remittance_cohort_labour=constant(20_000.0),
        income_exits_labour=yearly(9.0, 60_000.0, 20_000.0, 20_000.0),
        work_exits_labour=yearly(9.0, 50_000.0, 15_000.0, 15_000.0),
        remittance_exits_labour=yearly(0.0, 5_000.0, 0.0, 0.0),
        exits_labour=yearly(7.0, 2.0, 1.0, 1.0),
        exits_gift_led=at(2019, [0], 1.0),
        exits_gift_led_low=at(2019, [0, 3], 1.0),
        exits_unable=yearly(0.0, 0.0, 0.0, 1.0),
        exits_unable_gift_led=at(2020, [3], 1.0),
    )
    found = margins(run, told("T-COMP", "both"))
    assert found["rising"] == pytest.approx(0.8 - 0.5)
    assert found["rising_remitted"] == pytest.approx(0.85 - 0.7)
    assert found["cohort_rising"] == pytest.approx(0.65 - 0.5)
    assert found["clean_99"] == pytest.approx(1 - 4 / 168 - 0.99)
    assert found["clean_99_low"] == pytest.approx(1 - 14 / 168 - 0.99)
    assert found["clean_99_high"] == pytest.approx(0.01)
    assert found["unable_99"] == pytest.approx(1 - 10 / 42 - 0.99)
    assert found["both"] == pytest.approx(found["clean_99"])


def test_collectives_by_operating_income_alone() -> None:
    operating = constant(50_000.0)
    operating[2, 1], operating[2, 4] = 29_000.0, 0.0
    run = history(collective_operating=operating, collective_total=constant(90_000.0))
    found = outcomes(run, told("T-VCOLL-2", "operating_95", 2019, threshold=30_000.0))
    assert found["operating_95"].margin == pytest.approx(2 / 3 - 0.95)
    strata = replace(run, stratum=np.array([0, 0, 0, 1, 1, 2]))
    wider = outcomes(strata, told("T-VCOLL-2", "operating_95", 2019, threshold=30_000.0))["with_weak_95"]
    assert wider.margin == pytest.approx(18 / 32 - 0.95)
    assert found["mean"].margin == pytest.approx((2 * 50_000 + 29_000) / 3 - 30_000)
    assert found["each_operating"].failing_units == 4.0
    assert outcomes(run, told("T-VCOLL-1", "operating_95", 2019, threshold=10_000.0))["operating_95"].met is True


def test_cooperatives_that_work_in_every_poor_village() -> None:
    run = history(
        cooperative=constant(1.0),
        cooperative_working=constant(1.0) - at(2020, [2, 4], 1.0),
        cooperative_leading=at(2020, [0, 3], 1.0),
    )
    found = outcomes(run, told("T-COOP", "leading_95"))
    assert found["leading_95"].margin == pytest.approx(1 / 3 - 0.95)
    assert found["working_95"].margin == pytest.approx(2 / 3 - 0.95)
    assert found["any_95"].margin == pytest.approx(0.05)
    assert found["each"].failing_units == 8.0


def test_leaders_and_the_distinct_households_they_lead() -> None:
    """Key villages have 2 leaders who lead 24, 20 and 16 households: 24 leaders of the place lead 240."""
    leaders, led = at(2020, [0, 1, 2], 2.0), at(2020, [0], 24.0) + at(2020, [1], 20.0) + at(2020, [2], 16.0)
    run = history(leaders=leaders, households_led=0.5 * led, led_so_far=led)
    assert margins(run, told("T-LEAD-1", "trained", threshold=20.0))["trained"] == pytest.approx(4.0)
    found = margins(run, told("T-LEAD-2", "mean", threshold=10.0))
    assert found["mean"] == pytest.approx(0.0)
    assert found["mean_still"] == pytest.approx(-5.0)
    assert found["villages_95"] == pytest.approx(2 / 3 - 0.95)
    nobody = margins(history(), told("T-LEAD-2", "mean", threshold=10.0))
    assert nobody["mean"] == pytest.approx(-10.0)


def test_houses_are_safe_or_helped() -> None:
    run = history(
        unsafe_houses_before=at(2020, [0], 1.0),
        cohort_unsafe=at(2020, [3], 2.0),
        houses_helped=yearly(9.0, 1.0, 2.0, 0.0),
    )
    found = outcomes(run, told("T-HOUSE", "listed_99", threshold=120.0))
    assert found["listed_99"].margin == pytest.approx(1 - 4 / 168 - 0.99)
    assert found["cohort_99"].margin == pytest.approx(1 - 20 / 168 - 0.99)
    assert found["helped"].margin == pytest.approx(3 * 42 - 120)
    assert found["each"].failing_units == 4.0
    assert "helped" not in outcomes(run, told("T-HOUSE", "listed_99"))
    empty = history(households_before=constant(0.0))
    assert outcomes(empty, told("T-HOUSE", "listed_99"))["listed_99"].met is True


def test_the_relocated_settle() -> None:
    run = history(
        moved=yearly(0.0, 1.0, 1.0, 2.0),
        moved_out=constant(2.0) - at(2020, [0], 1.0),
        moved_off_list=constant(2.0),
        moved_poor=at(2020, [3], 2.0),
    )
    found = outcomes(run, told("T-RELOC", "out_99"))
    assert found["out_99"].margin == pytest.approx(1 - 4 / 84 - 0.99)
    assert found["off_list_99"].margin == pytest.approx(0.01)
    assert found["true_99"].margin == pytest.approx(1 - 20 / 84 - 0.99)
    assert found["each"].failing_units == 4.0
    assert outcomes(history(), told("T-RELOC", "out_99"))["out_99"].met is False, "nobody was moved"


def test_the_list_finds_the_poor_better_than_before() -> None:
    run = history(
        persons_after=yearly(4.0, 0.0, 0.0, 4.0),
        persons_after_poor=yearly(2.0, 0.0, 0.0, 3.0),
        persons_below_line=yearly(4.0, 0.0, 0.0, 4.0),
        exits=yearly(4.0, 0.0, 0.0, 4.0),
        exits_not_poor=yearly(3.0, 0.0, 0.0, 2.0),
    )
    found = margins(run, told("T-ACC", "precision_rising", threshold=0.9))
    assert found["precision_rising"] == pytest.approx(0.75 - 0.5)
    assert found["recall_rising"] == pytest.approx(0.75 - 0.5)
    assert found["exit_rising"] == pytest.approx(0.5 - 0.75)
    assert found["precision"] == found["recall"] == pytest.approx(0.75 - 0.9)
    assert found["exit"] == pytest.approx(0.5 - 0.9)
    nobody = margins(history(persons_after=constant(0.0)), told("T-ACC", "precision_rising"))
    assert nobody["precision_rising"] == 0.0


def test_entries_by_cause_fall() -> None:
    """Three of four households are off the list each year; entries a household off the list, by cause."""
    run = history(
        households_before=constant(1.0),
        entries_illness=yearly(0.3, 0.6, 0.0, 0.3),
        entries_disability=yearly(0.0, 0.3, 0.0, 0.3),
        entries_schooling=yearly(0.0, 0.3, 0.0, 0.0),
        entries_disaster=yearly(0.0, 0.0, 0.3, 0.3),
        entries_income=yearly(0.9, 0.9, 0.9, 1.2),
        households_out=yearly(0.0, 4.0, 4.0, 4.0),
        returns=yearly(0.0, 1.0, 2.0, 2.0),
    )
    ill = margins(run, told("T-ILL", "falling"))
    assert ill["falling"] == pytest.approx(0.3 - 0.2)
    assert ill["falling_illness"] == pytest.approx(0.2 - 0.1)
    assert ill["year0"] == pytest.approx(0.1 - (0.3 + 0.0 + 0.2) / 3)
    entry = margins(run, told("T-ENTRY", "falling"))
    assert entry["falling"] == pytest.approx(0.4 - 0.3)
    assert entry["falling_all"] == pytest.approx(0.5 - 0.6)
    assert entry["returns"] == pytest.approx(0.25 - 0.5)
    assert entry["year0"] == pytest.approx(0.1 - (0.4 + 0.1 + 0.3) / 3)


def test_every_target_has_a_reading_that_a_sample_can_answer_and_names_it_once() -> None:
    for target, readings in READINGS.items():
        names = [reading.name for reading in readings]
        assert len(set(names)) == len(names), target
        assert any(not reading.projected and not reading.needs for reading in readings), target
        assert all(reading.unit and reading.title_zh and reading.title_en for reading in readings)


def test_sampling_variance_is_known_where_villages_differ() -> None:
    leaders = at(2020, [0, 1, 2], 2.0)
    leaders[3, 0] = 5.0
    found = outcomes(history(leaders=leaders), told("T-LEAD-1", "trained", threshold=20.0))["trained"]
    spread = np.array([5.0, 2.0, 2.0]).var(ddof=1)
    assert found.sampling_variance == pytest.approx(12**2 * (1 - 3 / 12) * spread / 3)
