"""The market for farm land: who is short of hands leases out, who has hands at home rents in.

A lease runs for a year, with or without this market: when the next opens everybody has their own land back. Then a
household whose labour capacity is below `lease_below` leases out `lease_share` of its land. Households of the same
village with labour at home rent it in, in proportion to that labour and each at most as much as it owns; what they do
not take goes to operators from outside. Tenants pay the rent of the place (a cost in `farming`) and those who lease out
receive it (`transfers`), so within a village rent paid equals rent received for the part that stays in it. Source:
model 7.4.
"""

from __future__ import annotations

from simulator.rules import rule


@rule
def end_leases(leased, rented):  # type: ignore[no-untyped-def]
    """When a year opens everybody has their own land back, what a kind of intervention leased out included."""
    for row in range(leased.shape[0]):
        leased[row] = 0.0
        rented[row] = 0.0


@rule
def lease_land(village_start, size, land, leased, rented, labour, home_labour, lease_below, lease_share):  # type: ignore[no-untyped-def]
    """Leases of the year, made when the old ones have ended: mu leased out and mu rented in by every household. Labour
    at home is that of last quarter."""
    for village in range(village_start.shape[0] - 1):
        first, last = village_start[village], village_start[village + 1]
        offered = 0.0
        hands = 0.0
        for row in range(first, last):
            short = size[row] > 0 and labour[row] < lease_below
            if short:
                leased[row] = lease_share * land[row]
                offered += leased[row]
            elif size[row] > 0:
                hands += home_labour[row]
        if offered == 0.0 or hands == 0.0:
            continue
        for row in range(first, last):
            if size[row] > 0 and labour[row] >= lease_below:
                rented[row] = min(offered * home_labour[row] / hands, land[row])
