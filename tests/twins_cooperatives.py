"""Slow plain-Python twins of membership, cooperatives and counterparties, written from the equations they state."""

from __future__ import annotations

import math

import numpy as np

from simulator import draws
from tests.twins import Names, fen, uniform

ACTIVE, SHELL, DISTRESSED, FAILED = range(4)


def logistic(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))


def land_odds(names: Names, row: int) -> float:
    """Log-odds of land and of the mean share of members."""
    share = names["membership_share"]
    return math.log(share / (1 - share)) + names["join_land"] * math.log(max(names["land"][row] / names["land_mean"], 0.01))


def serving(names: Names) -> np.ndarray:
    """Cooperatives that serve their members: neither shells nor failed."""
    return np.array([status not in (SHELL, FAILED) for status in names["cooperative_status"]], np.int8)


def neighbours(names: Names, row: int) -> list[int]:
    """The other households of the hamlet."""
    same = (names["village"] == names["village"][row]) & (names["hamlet"] == names["hamlet"][row]) & (names["size"] > 0)
    return [other for other in np.flatnonzero(same) if other != row]


def expected_gain(names: Names, row: int, serves: int) -> float:
    """The premium on farm income a person, over the county's line, times how sure it is, less the mean household's."""
    line = names["county_line"][names["village_county"][names["village"][row]]]
    if line <= 0:
        return 0.0
    farm = names["farm_yuan"] * (names["land"][row] / names["land_mean"]) ** names["land_exponent"]
    outside = 1 - names["cooperative_shell_share"]
    sure = serves if names["coop_member"][row] else outside
    mean = outside * names["farm_yuan"] / names["household_size"]
    return float(names["cooperative_premium"] * (sure * farm / names["size"][row] - mean) / line)


def membership(names: Names) -> Names:
    """Everybody decides on last year's members."""
    before, serves = names["coop_member"], serving(names)
    after, paid, factor = before.copy(), np.zeros(len(before), np.int64), names["member_factor"].copy()
    fee = fen(names["share_fee"] * names["price_trend"])
    for row in np.flatnonzero(names["size"] > 0):
        home = names["village"][row]
        if uniform(names, names["key"][row], draws.MEMBERSHIP_YEAR, names["moment"], 0) < names["membership_review"]:
            others = neighbours(names, row)
            peers = np.mean(before[others]) if others else names["membership_share"]
            odds = land_odds(names, row) + names["join_gain"] * expected_gain(names, row, serves[home])
            odds += names["join_peers"] * (peers - names["membership_share"])
            odds += names["join_outreach"] * names["cooperative_outreach"][home]
            wants = uniform(names, names["key"][row], draws.MEMBERSHIP_YEAR, names["moment"], 1) < logistic(odds)
            granted = names["share_granted"][row] > 0
            if wants and not before[row] and (granted or names["savings"][row] >= fee):
                after[row], paid[row] = 1, 0 if granted else fee
            if not wants and before[row]:
                after[row], paid[row] = 0, -names["member_share"][row]
        factor[row] = 1 + names["cooperative_premium"] * serves[home] * after[row]
    by_village = np.bincount(names["village"], paid, len(serves)).astype(np.int64)
    return {
        "coop_member": after,
        "member_factor": factor,
        "savings": names["savings"] - paid,
        "share_paid": names["share_paid"] + paid,
        "member_share": names["member_share"] + paid,
        "cooperative_serves": serves,
        "cooperative_member_capital": names["cooperative_member_capital"] + by_village,
        "cooperative_members_paid": names["cooperative_members_paid"] + by_village,
    }
