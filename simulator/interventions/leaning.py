"""Support that leans towards some counties: those the province supports (ZJ-1.4, ZJ-2.1, ZJ-4.1, HN-1.2, HN-1.7,
HN-2.2, LL-1, LL-3.4), and those that report the better results (LL-4.3, ZJ-6.5).

Documents ask for weight on poor counties and state none. A kind's term `elsewhere`, from 0 to 1, is its reach outside
the supported counties relative to its reach within: with luck u of a claimant, lasting and one a kind, it is taken up
where u < elsewhere x take-up x ramp. So money that a narrow purse would spread thin stays in the supported counties.

Where results move money, a county's reach is 1 - performance_weight x (1 - its results / the best county's), the
results being the share of its list that last year's review reported at or above the line: what is reported, not what is
true. Before there are results all counties count alike. This holds for the kinds that a programme fund pays.
"""

from __future__ import annotations

import numpy as np

from simulator.draws import TAKE_UP, uniform
from simulator.rules import rule


def reach_of_counties(
    supported: np.ndarray, results: np.ndarray, elsewhere: float, performance_weight: float
) -> np.ndarray:
    """How far a kind reaches in every county relative to its full reach: (C,) from 0 to 1."""
    if elsewhere == 1.0 and performance_weight == 0.0:
        return np.ones(len(supported))
    best = float(results.max())
    relative = results / best if best > 0.0 else np.ones_like(results)
    return np.where(supported == 1, 1.0, elsewhere) * (1.0 - performance_weight * (1.0 - relative))


@rule
def hold_back_households(  # type: ignore[no-untyped-def]
    supported_rows,
    offered,
    take_up_luck,
    helped,
    village,
    village_county,
    county_reach,
    take_up,
    take_up_shift,
    ramp,
):
    """Of the households that would take the kind up, those in counties it reaches in part that it does not reach."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        part = county_reach[village_county[village[row]]]
        if offered[row] == 1 and part < 1.0:
            reach = part * take_up * (1.0 + take_up_shift * helped[row])
            offered[row] = 1 if take_up_luck[row] < reach * ramp else 0


@rule
def hold_back_villages(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_stratum,
    village_county,
    village_offered,
    county_reach,
    take_up,
    take_up_other,
    ramp,
    kind_number,
):
    """Of the villages that would take the kind up, those in counties it reaches in part that it does not reach."""
    for row in range(village_key.shape[0]):
        part = county_reach[village_county[row]]
        if village_offered[row] == 1 and part < 1.0:
            reach = part * (take_up if village_stratum[row] < 2 else take_up_other)
            luck = uniform(seed, replicate, village_key[row], TAKE_UP + kind_number, 0, 0)
            village_offered[row] = 1 if luck < reach * ramp else 0
