"""The market for farm land."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.processes.land import end_leases, lease_land
from simulator.world import World
from tests import twins, twins_farm

Place = Callable[[int], dict[str, Any]]
HOMES = st.lists(
    st.tuples(st.integers(0, 5), st.floats(0.0, 30.0), st.sampled_from([0.0, 0.5, 1.0, 2.5]), st.floats(0.0, 3.0)),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("seed", range(4))
def test_leases_of_the_year(place: Place, seed: int) -> None:
    names = place(seed)
    names["labour"][:] = np.arange(len(names["labour"])) % 4 * 0.4
    expected = twins_farm.lease_land(names)
    assert (expected["leased"] > 0).any() and (expected["rented"] > 0).any()
    end_leases(names)
    twins.agree(lease_land, expected, names)


@given(HOMES, HOMES, st.floats(0.0, 1.0))
def test_no_mu_is_worked_twice(one: list[Any], other: list[Any], share: float) -> None:
    homes = [*one, *other]
    size, land, labour, home = (np.array(column) for column in zip(*homes, strict=True))
    names = {
        **{"size": size, "land": land, "labour": labour, "home_labour": home},
        **{"leased": np.ones(len(homes)), "rented": np.ones(len(homes)), "lease_below": 0.5, "lease_share": share},
        "village_start": np.array([0, len(one), len(homes)]),
    }
    end_leases(names)
    lease_land(names)
    leased, rented = names["leased"], names["rented"]
    worked = land - leased + rented
    assert (leased >= 0).all() and (rented >= 0).all()
    assert (leased <= land + 1e-12).all() and (rented <= land + 1e-12).all()
    # Leased out + worked by itself <= owned + rented in, for everyone; who leases out rents nothing in.
    assert (leased + worked <= land + rented + 1e-9).all() and not ((leased > 0) & (rented > 0)).any()
    for village in (slice(0, len(one)), slice(len(one), None)):
        assert rented[village].sum() <= leased[village].sum() + 1e-9
        # All is taken at home unless somebody reaches what they own.
        if (names["home_labour"][village][(size > 0)[village] & (labour >= 0.5)[village]] > 0).any():
            full = (rented[village] >= land[village] - 1e-9)[(labour >= 0.5)[village] & (home > 0)[village]].any()
            assert full or rented[village].sum() == pytest.approx(leased[village].sum())


def test_land_and_rent_in_the_world(world: World) -> None:
    table = world.households
    there = table.size > 0
    worked = table.land - table.leased + table.rented
    assert (table.leased + worked <= table.land + table.rented + 1e-9).all()
    assert (table.rented[there] > 0).any() and (table.leased[there] > 0).any()
    leased = np.bincount(table.village, table.leased, world.villages.length)
    rented = np.bincount(table.village, table.rented, world.villages.length)
    # What tenants of a village pay is at most what it receives; the rest is let to operators from outside.
    assert (rented <= leased + 1e-9).all()
