"""Slow plain-Python twins of membership, cooperatives and counterparties, written from the equations they state."""

from __future__ import annotations

import math

import numpy as np

from simulator import draws
from tests.twins import Names, fen, normal, uniform

ACTIVE, SHELL, DISTRESSED, FAILED = range(4)


def logistic(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))


def land_odds(names: Names, row: int) -> float:
    """Log-odds of land and of the mean share of members."""
    share = names["membership_share"]
    return math.log(share / (1 - share)) + names["join_land"] * math.log(
        max(names["land"][row] / names["land_mean"], 0.01)
    )


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
    fee = fen(names["share_fee"] * names["trend"])
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
        "member_share": names["member_share"] + paid,
        "cooperative_member_capital": names["cooperative_member_capital"] + by_village,
        "cooperative_members_paid": names["cooperative_members_paid"] + by_village,
    }


def working(capital: float, room: float, saturation: float) -> float:
    """Capital at work of what there is."""
    beyond = max(capital - room, 0.0)
    return min(capital, room) + (saturation * room * math.log(1 + beyond / room) if room > 0 else 0.0)


def is_linked(names: Names) -> np.ndarray:
    """Households that hold a share public money paid for."""
    return ((names["cooperative_share"] > 0) | (names["share_granted"] > 0)) & (names["size"] > 0)


def idle(names: Names, village: int) -> bool:
    """A cooperative with nothing to settle."""
    linked = (names["village"] == village) & is_linked(names)
    lost = names["cooperative_buyer_failed"][village] == 1 or names["cooperative_status"][village] == FAILED
    return bool(names["cooperative_received"][village] == 0 or not linked.any() or lost)


def surplus(names: Names, village: int) -> int:
    """Return on capital at work less charges on all capital, in fen."""
    if idle(names, village):
        return 0
    term = {key.removeprefix("industry_support_"): value for key, value in names.items() if "industry_support_" in key}
    linked = (names["village"] == village) & (names["cooperative_share"] > 0) & (names["size"] > 0)
    own, fiscal = (names[f"cooperative_{what}"][village] / 100 for what in ("member_capital", "capital"))
    if fiscal == 0:
        here = (names["village"] == village) & (names["size"] > 0)
        own = names["share_granted"][here].sum() / 100
    room = term["absorptive_capacity"] * linked.sum() + names["cooperative_capacity_added"][village] + own
    key, sd = names["cooperative_key"][village], term["return_sd"]
    luck = math.exp(sd * normal(names, key, draws.COOPERATIVE_YEAR, names["moment"], 1) - sd * sd / 2)
    sold = 1 + (names["village_year_market"][village] - 1) / names["marketed_share"]
    rate = term["capital_return"] * names["cooperative_quality"][village] * (1 + names["cooperative_tech"][village])
    serving_nobody = names["cooperative_luck_shell"][village] < term["shell_share"]
    rate *= 0.0 if serving_nobody else luck * names["farm_price"] * sold
    return math.floor(
        100 * (rate * working(fiscal + own, room, term["saturation"]) - term["charge_rate"] * (fiscal + own))
    )


def shared(fen_to_share: int, weights: np.ndarray) -> np.ndarray:
    """Each household's part by weight, rounded down."""
    if fen_to_share <= 0 or weights.sum() <= 0:
        return np.zeros(len(weights), np.int64)
    return np.floor(fen_to_share * (weights / weights.sum())).astype(np.int64)


def patronage(names: Names, linkage: str) -> np.ndarray:
    """What refunds go by under each linkage."""
    fiscal, own = names["cooperative_share"], names["member_share"] + names["share_granted"]
    by = {
        "labour": np.where(is_linked(names), names["labour"], 0.0),
        "order": is_linked(names).astype(float),
        "share": (fiscal + own).astype(float),
        "lease": np.where(fiscal + own > 0, names["land"], 0.0),
    }
    return np.where(names["size"] > 0, by[linkage], 0.0)


def settlement(names: Names, linkage: str) -> Names:
    """Wages, guaranteed dividend, reserve, refund and residual, village by village."""
    wage, dividend, refund = (
        names[f].copy() for f in ("wage_cooperative", "cooperative_dividend", "cooperative_refund")
    )
    reserve, retained, arrears = (names[f"cooperative_{f}"].copy() for f in ("reserve", "retained", "arrears"))
    fiscal = np.where(names["size"] > 0, names["cooperative_share"], 0)
    holders = np.where(
        names["size"] > 0, names["cooperative_share"] + names["member_share"] + names["share_granted"], 0
    )
    for village in (v for v in range(len(reserve)) if not idle(names, v)):
        here = names["village"] == village
        earned = int(names["cooperative_surplus"][village])
        wages = shared(
            math.floor(names["industry_support_wage_share"] * max(earned, 0)),
            here * is_linked(names) * (names["labour"] > 0),
        )
        left = int(reserve[village]) + earned - wages.sum()
        owed = math.floor(names["industry_support_guaranteed_rate"] * (fiscal * here).sum()) + int(arrears[village])
        guaranteed = shared(min(owed, left), fiscal * here)
        arrears[village] = owed - max(min(owed, left), 0)
        rest = max(min(earned - wages.sum() - guaranteed.sum(), left - guaranteed.sum()), 0)
        free = math.floor((1 - names["industry_support_reserve_share"]) * rest)
        back = math.floor(names["industry_support_refund_share"] * free)
        refunded, residual = shared(back, patronage(names, linkage) * here), shared(free - back, holders * here)
        kept = earned - wages.sum() - guaranteed.sum() - refunded.sum() - residual.sum()
        wage, dividend, refund = wage + wages, dividend + guaranteed + residual, refund + refunded
        reserve[village] += kept
        retained[village] += kept
    return {
        "wage_cooperative": wage,
        "cooperative_dividend": dividend,
        "cooperative_refund": refund,
        "cooperative_reserve": reserve,
        "cooperative_retained": retained,
        "cooperative_arrears": arrears,
    }


def projects(names: Names) -> Names:
    """Asset projects: earn, pay what is due as far as it goes, owe the rest, fail after arrears or with it."""
    got = {name: names[name].copy() for name in ("equity", "equity_dividend")}
    state = {
        name: names[f"cooperative_project_{name}"].copy()
        for name in ("capital", "earned", "reserve", "arrears", "arrears_years", "status", "lost")
    }
    sd = names["equity_dividends_project_sd"]
    for village in range(len(state["capital"])):
        capital = int(state["capital"][village])
        if capital == 0 or state["status"][village] == FAILED:
            continue
        here = names["village"] == village
        alone = names["cooperative_operator_failed"][village] == 1
        luck = normal(names, names["cooperative_key"][village], draws.COOPERATIVE_YEAR, names["moment"], 2)
        rate = names["equity_dividends_project_return"] * math.exp(sd * luck - sd * sd / 2)
        earned = 0 if alone else math.floor(rate * capital)
        held = np.where(here & (names["size"] > 0), names["equity"], 0)
        due = math.floor(names["equity_dividends_dividend_rate"] * held.sum()) + int(state["arrears"][village])
        able = int(state["reserve"][village]) + earned
        dividends = shared(0 if alone else min(due, able), held)
        got["equity_dividend"] += dividends
        late = max(due - able, 0)
        years = int(state["arrears_years"][village]) + 1 if late else 0
        bad = years >= 2
        status = (FAILED if state["status"][village] == DISTRESSED else DISTRESSED) if bad else ACTIVE
        after = {
            "earned": earned,
            "reserve": able - dividends.sum(),
            "arrears": late,
            "arrears_years": years,
        }
        if alone or status == FAILED:
            status, kept = FAILED, math.floor(names["equity_dividends_recovery_share"] * capital)
            shares = np.floor(names["equity_dividends_recovery_share"] * got["equity"]).astype(np.int64)
            got["equity"] = np.where(here, shares, got["equity"])
            after |= {
                "capital": kept,
                "lost": state["lost"][village] + capital - kept,
                "arrears": 0,
                "arrears_years": 0,
            }
        for name, value in (after | {"status": status}).items():
            state[name][village] = value
    return got | {f"cooperative_project_{name}": values for name, values in state.items()}
