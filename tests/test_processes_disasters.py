"""Disasters: how often, how much of the crop, which houses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.disasters import disasters
from tests import twins, twins_fortune

Place = Callable[[int], dict[str, Any]]
HARSH = {
    "disaster_hazard": 0.6,
    "disaster_loss": 0.4,
    "disaster_house_safe": 0.5,
    "disaster_house_unsafe": 0.8,
}


@pytest.mark.parametrize("seed", range(4))
def test_disasters(place: Place, seed: int) -> None:
    names = place(seed) | HARSH
    expected = twins_fortune.disasters(names)
    assert (expected["village_disaster"] != names["village_disaster"]).any()
    assert (expected["house"] != names["house"]).any()
    twins.agree(disasters, expected, names)


def many_villages(place: Place, villages: int) -> dict[str, Any]:
    """A place of villages with one household each, all houses safe, nothing lost yet."""
    return place(0) | {
        "village_key": np.arange(1, villages + 1).astype(np.uint64),
        "key": np.arange(1, villages + 1).astype(np.uint64) + np.uint64(10**9),
        "village_start": np.arange(villages + 1),
        "village_disaster": np.zeros(villages),
        "disaster_share": np.zeros(villages),
        "size": np.ones(villages, np.int64),
        "crop_lost": np.zeros(villages),
        **{name: np.zeros(villages, np.int8) for name in ("house", "struck", "struck_year", "house_damaged")},
    }


def test_the_stated_hazard_and_loss_are_the_means(place: Place) -> None:
    """Closed forms: strikes are binomial; a strike takes the stated loss in the mean, uniformly from none to twice."""
    villages, hazard, loss, fragile = 40_000, 0.25, 0.3, 0.1
    names = many_villages(place, villages) | HARSH
    names |= {"disaster_hazard": hazard, "disaster_loss": loss, "disaster_house_safe": fragile}
    disasters(names)
    struck = names["struck"] == 1
    assert abs(struck.mean() - hazard) < 4 * (hazard * (1 - hazard) / villages) ** 0.5
    lost = names["village_disaster"]
    assert np.array_equal(lost > 0, struck) and lost.max() <= 2 * loss
    assert abs(lost[struck].mean() - loss) < 4 * loss / 3**0.5 / struck.sum() ** 0.5
    damaged = names["house_damaged"][struck].mean()
    assert abs(damaged - fragile) < 4 * (fragile / struck.sum()) ** 0.5
    assert np.array_equal(names["house"], names["house_damaged"]), "a damaged house is unsafe"
    larger = lost > loss
    assert names["house_damaged"][larger].mean() > 2 * names["house_damaged"][struck & ~larger].mean()


def test_a_second_strike_takes_part_of_what_the_first_left(place: Place) -> None:
    names = place(2) | HARSH | {"disaster_hazard": 1.0}
    names["village_disaster"][:] = 0.0
    left = 1.0
    for moment in (8072, 8073, 8074):
        before = names["village_disaster"].copy()
        disasters(names | {"moment": moment})
        assert (names["village_disaster"] > before).all()
        share = (names["village_disaster"] - before) / (1.0 - before)
        left *= 1.0 - share[0]
        assert (share <= 2 * HARSH["disaster_loss"] + 1e-12).all()
    assert 1.0 - names["village_disaster"][0] == pytest.approx(left)
    there = names["size"] > 0
    assert np.array_equal(names["disaster_share"][there], names["village_disaster"][names["village"]][there])


def test_a_total_loss_is_the_most_there_is(place: Place) -> None:
    names = many_villages(place, 2_000) | HARSH | {"disaster_hazard": 1.0, "disaster_loss": 0.9}
    disasters(names)
    assert names["village_disaster"].max() == 1.0


def test_relocated_houses_stand_on_safe_ground(place: Place) -> None:
    names = place(3) | HARSH | {"disaster_hazard": 1.0, "disaster_house_safe": 1.0, "disaster_house_unsafe": 1.0}
    names["house"][:] = 2
    names["house_damaged"][:] = 0
    disasters(names)
    assert (names["house"] == 2).all() and not names["house_damaged"].any()


def test_without_a_hazard_nothing_happens(place: Place) -> None:
    names = place(1) | HARSH | {"disaster_hazard": 0.0}
    twins.agree(disasters, {}, names)
