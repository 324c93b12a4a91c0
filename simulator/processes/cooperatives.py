"""Cooperatives at the year's end: what their capital earned and who gets it.

Public money, fiscal capital or shares granted to members, makes a cooperative invest and produce; what one without it
is worth to its members is `membership`. Its capital K works up to its absorptive capacity A: K up to A, then A + s A
ln(1 + (K - A) / A). K is fiscal and members' capital, without any fiscal capital the granted shares alone, for what
members paid in is not put to another use by a grant; A is a yuan a household with a fiscal share + what a programme
added + the members' part of K. It earns return x quality x (1 + technical service) x luck x price x capital at work;
price is what the markets of the four quarters, each by its season, make of a yuan of produce sold, the contracted part
at its floor at the least. A shell earns nothing. Linked is who holds a fiscal or a granted share. Settled in this
order: charges (tax, interest, wear) on the capital; wages to linked households with labour; the guaranteed dividend on
fiscal shares (what is short becomes arrears, paid first next year); a part of the rest for the reserve; the refund, by
the linkage: equal a linked household under orders, by labour under jobs, by land under leases and by capital under
shares, where all members take part (elite capture); the residual on all shares. A reserve below zero is debt.
Settlement is yearly, so arrears of more than four quarters are arrears left by two settlements in a row: the
cooperative is then distressed, as is one whose equity is below zero. One that still is at the next settlement fails:
part of its capital is recovered, the rest is lost and all shares fall with it. Asset projects work likewise
(`asset_projects`). Whole fen, conserved. Source: model 7.5; FS-30; the order follows the law on farmers' cooperatives.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.cooperatives import ACTIVE, DISTRESSED, FAILED, SHELL
from simulator.draws import COOPERATIVE_YEAR, normal, uniforms
from simulator.rules import compiled, rule

# How households are linked: by jobs, orders, shares or leases of land.
LABOUR, ORDER, SHARE, LEASE = 0, 1, 2, 3
LINKAGES = ("labour", "order", "share", "lease")
# Settlements in a row that may leave arrears before a cooperative or project is distressed.
PATIENCE = 2


@compiled
def working_capital(capital, capacity, saturation):  # type: ignore[no-untyped-def]
    """Capital at work, yuan, of `capital` yuan where `capacity` yuan can be absorbed."""
    if capital <= capacity:
        return capital
    if capacity <= 0.0:
        return 0.0
    return capacity + saturation * capacity * math.log(1.0 + (capital - capacity) / capacity)


@compiled
def luck_of_year(uniform, spread):  # type: ignore[no-untyped-def]
    """Log-normal luck of mean one."""
    return math.exp(spread * normal(uniform) - 0.5 * spread * spread)


@compiled
def refund_weight(linkage, linked, shares, labour, land):  # type: ignore[no-untyped-def]
    """What the refund of a household goes by: whether it is linked, and all its shares in fen."""
    if linkage == SHARE:
        return float(shares)
    if linkage == LEASE:
        return land if shares > 0 else 0.0
    if not linked:
        return 0.0
    return labour if linkage == LABOUR else 1.0


@compiled
def share_out(fen, weight, paid, first, last):  # type: ignore[no-untyped-def]
    """Pay `fen` to the households of a village by weight, each rounded down; returns what was paid."""
    total = 0.0
    for row in range(first, last):
        total += weight[row - first]
    spent = np.int64(0)
    if fen > 0 and total > 0.0:
        for row in range(first, last):
            part = np.int64(math.floor(fen * (weight[row - first] / total)))
            paid[row] += part
            spent += part
    return spent


@compiled
def fall_of_shares(shares, kept, first, last):  # type: ignore[no-untyped-def]
    """Cut the shares of a village's households to the part kept; returns what is left of them."""
    left = np.int64(0)
    for row in range(first, last):
        shares[row] = np.int64(math.floor(kept * shares[row]))
        left += shares[row]
    return left


@compiled
def status_after(status, shell, arrears_years, equity):  # type: ignore[no-untyped-def]
    """Status after a settlement: sound or not, and failed when already distressed before."""
    if arrears_years >= PATIENCE or equity < 0:
        return FAILED if status == DISTRESSED else DISTRESSED
    return SHELL if shell else ACTIVE


@rule
def follow_market(quarter, season_business, village_market_factor, village_year_market):  # type: ignore[no-untyped-def]
    """What the year's markets have made of a yuan of output so far: in the fourth quarter their mean by season."""
    for village in range(village_year_market.shape[0]):
        earlier = village_year_market[village] if quarter > 1 else 0.0
        village_year_market[village] = earlier + season_business * village_market_factor[village]


@rule
def earn_surplus(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    village_start,
    size,
    village_year_market,
    cooperative_share,
    share_granted,
    cooperative_key,
    cooperative_luck_shell,
    cooperative_quality,
    cooperative_tech,
    cooperative_status,
    cooperative_linked,
    cooperative_capital,
    cooperative_received,
    cooperative_member_capital,
    cooperative_capacity_added,
    cooperative_capacity,
    cooperative_buyer_failed,
    cooperative_surplus,
    farm_price,
    marketed_share,
    industry_support_capital_return,
    industry_support_return_sd,
    industry_support_absorptive_capacity,
    industry_support_saturation,
    industry_support_charge_rate,
    industry_support_shell_share,
):
    """The year's surplus after charges of every cooperative that holds public money, and what it could absorb."""
    for village in range(cooperative_key.shape[0]):
        cooperative_surplus[village] = 0
        linked = 0
        fiscal = 0
        granted = np.int64(0)
        for row in range(village_start[village], village_start[village + 1]):
            if size[row] > 0:
                fiscal += cooperative_share[row] > 0
                linked += cooperative_share[row] + share_granted[row] > 0
                granted += share_granted[row]
        cooperative_linked[village] = linked
        room = industry_support_absorptive_capacity * fiscal + cooperative_capacity_added[village]
        cooperative_capacity[village] = room
        idle = cooperative_received[village] == 0 or linked == 0 or cooperative_buyer_failed[village] == 1
        if idle or cooperative_status[village] == FAILED:
            continue
        own = 0.01 * (cooperative_member_capital[village] if cooperative_capital[village] > 0 else granted)
        capital = 0.01 * cooperative_capital[village] + own
        _, luck, _, _ = uniforms(seed, replicate, cooperative_key[village], COOPERATIVE_YEAR, moment, 0)
        price = farm_price * (1.0 + (village_year_market[village] - 1.0) / marketed_share)
        rate = industry_support_capital_return * cooperative_quality[village] * (1.0 + cooperative_tech[village])
        rate *= luck_of_year(luck, industry_support_return_sd) * price
        if cooperative_luck_shell[village] < industry_support_shell_share:
            rate = 0.0
        gross = rate * working_capital(capital, room + own, industry_support_saturation)
        cooperative_surplus[village] = np.int64(math.floor(100.0 * (gross - industry_support_charge_rate * capital)))


@rule
def settle_cooperatives(  # type: ignore[no-untyped-def]
    village_start,
    size,
    labour,
    land,
    cooperative_share,
    member_share,
    share_granted,
    wage_cooperative,
    cooperative_dividend,
    cooperative_refund,
    cooperative_status,
    cooperative_linked,
    cooperative_buyer_failed,
    cooperative_received,
    cooperative_reserve,
    cooperative_retained,
    cooperative_arrears,
    cooperative_surplus,
    linkage,
    industry_support_wage_share,
    industry_support_guaranteed_rate,
    industry_support_reserve_share,
    industry_support_refund_share,
):
    """Share the year's surplus out in the stated order."""
    for village in range(cooperative_status.shape[0]):
        first, last = village_start[village], village_start[village + 1]
        idle = cooperative_received[village] == 0 or cooperative_linked[village] == 0
        if idle or cooperative_buyer_failed[village] == 1 or cooperative_status[village] == FAILED:
            continue
        surplus = cooperative_surplus[village]
        workers, fiscal = np.zeros(last - first), np.zeros(last - first)
        patrons, holders = np.zeros(last - first), np.zeros(last - first)
        shares = np.int64(0)
        for row in range(first, last):
            if size[row] == 0:
                continue
            own = member_share[row] + share_granted[row]
            shares += cooperative_share[row]
            fiscal[row - first] = cooperative_share[row]
            holders[row - first] = cooperative_share[row] + own
            linked = cooperative_share[row] + share_granted[row] > 0
            workers[row - first] = 1.0 if linked and labour[row] > 0.0 else 0.0
            patrons[row - first] = refund_weight(linkage, linked, cooperative_share[row] + own, labour[row], land[row])
        wages = np.int64(math.floor(industry_support_wage_share * max(surplus, 0)))
        wages = share_out(wages, workers, wage_cooperative, first, last)
        left = cooperative_reserve[village] + surplus - wages
        owed = np.int64(math.floor(industry_support_guaranteed_rate * shares)) + cooperative_arrears[village]
        dividends = share_out(min(owed, left), fiscal, cooperative_dividend, first, last)
        # What rounding leaves of a dividend paid in full is no arrears.
        cooperative_arrears[village] = owed - max(min(owed, left), 0)
        earned = max(min(surplus - wages - dividends, left - dividends), 0)
        free = np.int64(math.floor((1.0 - industry_support_reserve_share) * earned))
        refund = np.int64(math.floor(industry_support_refund_share * free))
        refunded = share_out(refund, patrons, cooperative_refund, first, last)
        residual = share_out(free - refund, holders, cooperative_dividend, first, last)
        kept = surplus - wages - dividends - refunded - residual
        cooperative_reserve[village] += kept
        cooperative_retained[village] += kept


@rule
def review_cooperatives(  # type: ignore[no-untyped-def]
    village_start,
    cooperative_share,
    member_share,
    share_granted,
    cooperative_luck_shell,
    cooperative_shell_share,
    cooperative_status,
    cooperative_linked,
    cooperative_buyer_failed,
    cooperative_received,
    cooperative_capital,
    cooperative_member_capital,
    cooperative_reserve,
    cooperative_arrears,
    cooperative_arrears_years,
    cooperative_lost,
    industry_support_recovery_share,
):
    """Status after the settlement, and what a failure leaves: of capital and shares the part recovered."""
    kept = industry_support_recovery_share
    for village in range(cooperative_status.shape[0]):
        idle = cooperative_received[village] == 0 or cooperative_linked[village] == 0
        if idle or cooperative_status[village] == FAILED:
            continue
        capital = cooperative_capital[village] + cooperative_member_capital[village]
        equity = capital + cooperative_reserve[village] - cooperative_arrears[village]
        years = cooperative_arrears_years[village] + 1 if cooperative_arrears[village] > 0 else 0
        cooperative_arrears_years[village] = years
        shell = cooperative_luck_shell[village] < cooperative_shell_share
        status = status_after(cooperative_status[village], shell, years, equity)
        if cooperative_buyer_failed[village] == 1:
            status = FAILED
        cooperative_status[village] = status
        if status == FAILED:
            first, last = village_start[village], village_start[village + 1]
            fall_of_shares(cooperative_share, kept, first, last)
            members = fall_of_shares(member_share, kept, first, last) + fall_of_shares(share_granted, kept, first, last)
            fiscal = np.int64(math.floor(kept * cooperative_capital[village]))
            debt = min(cooperative_reserve[village], 0)
            cooperative_lost[village] += capital - fiscal - members + debt
            cooperative_capital[village], cooperative_member_capital[village] = fiscal, members
            cooperative_reserve[village] -= debt
            cooperative_arrears[village], cooperative_arrears_years[village] = 0, 0
