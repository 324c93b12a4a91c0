"""Support that leans towards the supported counties: which offers are held back elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.draws import TAKE_UP, uniform
from simulator.interventions.leaning import hold_back_households, hold_back_villages, reach_of_counties

SUPPORTED = np.array([1, 0], np.int8)


def held_back(
    luck: np.ndarray, offered: np.ndarray, county: np.ndarray, elsewhere: float, **terms: float
) -> np.ndarray:
    names = {
        "supported_rows": np.arange(len(luck)),
        "offered": offered.copy(),
        "take_up_luck": luck,
        "helped": np.zeros(len(luck), np.int8),
        "village": np.arange(len(luck)),
        "village_county": county,
        "county_reach": reach_of_counties(SUPPORTED, np.zeros(2), elsewhere, 0.0),
        "take_up": 0.8,
        "take_up_shift": 0.5,
        "ramp": 1.0,
    }
    names |= terms
    hold_back_households.plain(**names)
    return np.asarray(names["offered"])


def test_half_the_reach_elsewhere_and_all_of_it_in_supported_counties() -> None:
    # Take-up 0.8: everybody below it was offered. Elsewhere the reach is 0.4: 0.39 keeps the offer, 0.41 loses it.
    luck = np.array([0.39, 0.41, 0.39, 0.41])
    county = np.array([0, 0, 1, 1])
    assert held_back(luck, np.ones(4, np.int8), county, elsewhere=0.5).tolist() == [1, 1, 1, 0]


def test_a_helper_widens_the_reach_elsewhere_too() -> None:
    # With a helper the reach is 0.5 x 0.8 x 1.5 = 0.6.
    luck, county, helped = np.array([0.59, 0.61]), np.array([1, 1]), np.ones(2, np.int8)
    assert held_back(luck, np.ones(2, np.int8), county, elsewhere=0.5, helped=helped).tolist() == [1, 0]


def test_nobody_is_offered_what_was_not_offered() -> None:
    assert held_back(np.zeros(2), np.zeros(2, np.int8), np.array([0, 1]), elsewhere=0.9).tolist() == [0, 0]


@given(luck=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=30), elsewhere=st.floats(0, 1))
def test_the_share_kept_elsewhere_is_what_its_own_take_up_would_offer(luck: list[float], elsewhere: float) -> None:
    drawn = np.array(luck)
    offered = (drawn < 0.8).astype(np.int8)
    kept = held_back(drawn, offered, np.ones(len(luck), np.int64), elsewhere=elsewhere)
    assert np.array_equal(kept, (drawn < elsewhere * 0.8).astype(np.int8))


@pytest.mark.parametrize("stratum", [0, 1, 2])
def test_villages_likewise_by_their_group(stratum: int) -> None:
    count = 400
    key = np.arange(1, count + 1, dtype=np.uint64)
    luck = np.array([uniform(7, 0, one, TAKE_UP + 9, 0, 0) for one in key])
    reach = 0.9 if stratum < 2 else 0.3
    offered = (luck < reach).astype(np.int8)
    county = np.arange(count) % 2
    names = {
        "seed": 7,
        "replicate": 0,
        "village_key": key,
        "village_stratum": np.full(count, stratum),
        "village_county": county,
        "village_offered": offered.copy(),
        "county_reach": reach_of_counties(SUPPORTED, np.zeros(2), 0.25, 0.0),
        "take_up": 0.9,
        "take_up_other": 0.3,
        "ramp": 1.0,
        "kind_number": 9,
    }
    hold_back_villages.plain(**names)
    expected = np.where(county == 0, offered, luck < 0.25 * reach)
    assert np.array_equal(names["village_offered"], expected)
    assert 0 < names["village_offered"].sum() < offered.sum()
