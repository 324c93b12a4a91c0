"""Support that leans towards the counties the province supports (ZJ-1.4, ZJ-2.1, ZJ-4.1, HN-1.2, HN-1.7, HN-2.2).

Documents ask for weight on poor counties and state none. A kind's term `elsewhere`, from 0 to 1, is its reach outside
the supported counties relative to its reach within: with luck u of a claimant, lasting and one a kind, it is taken up
where u < elsewhere x take-up x ramp. So money that a narrow purse would spread thin stays in the supported counties.
"""

from __future__ import annotations

from simulator.draws import TAKE_UP, uniform
from simulator.rules import rule


@rule
def hold_back_households(  # type: ignore[no-untyped-def]
    supported_rows,
    offered,
    take_up_luck,
    helped,
    village,
    village_county,
    county_supported,
    take_up,
    take_up_shift,
    ramp,
    elsewhere,
):
    """Of the households that would take the kind up, those outside the supported counties that it does not reach."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if offered[row] == 1 and county_supported[village_county[village[row]]] == 0:
            reach = elsewhere * take_up * (1.0 + take_up_shift * helped[row])
            offered[row] = 1 if take_up_luck[row] < reach * ramp else 0


@rule
def hold_back_villages(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_stratum,
    village_county,
    village_offered,
    county_supported,
    take_up,
    take_up_other,
    ramp,
    elsewhere,
    kind_number,
):
    """Of the villages that would take the kind up, those outside the supported counties that it does not reach."""
    for row in range(village_key.shape[0]):
        if village_offered[row] == 1 and county_supported[village_county[row]] == 0:
            reach = elsewhere * (take_up if village_stratum[row] < 2 else take_up_other)
            luck = uniform(seed, replicate, village_key[row], TAKE_UP + kind_number, 0, 0)
            village_offered[row] = 1 if luck < reach * ramp else 0
