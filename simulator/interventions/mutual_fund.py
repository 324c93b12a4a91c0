"""A village mutual-aid fund (LL-3.2.3, ZJ-4.4): a fiscal subsidy from which members borrow small sums for a year.

A village claims its capital once, key villages first. Members of the list with labour who would borrow
(`borrow_share`) and expect to earn more than the fee share the fund's free money, `loan_size` each at the most, in
whole yuan; it works in their own business (`processes/enterprise`) until it is called in at the turn of the year, when
each loan is lost with the chance `loss_share`. Fees of `fee_rate` a year are shared out in the fourth quarter, the same
to every listed household of the village, for the subsidy is quantified as their shares. Capital is conserved,
    mutual_capital, in the fund or lent, = mutual_received - mutual_lost.
Money of a micro-loan earns the same return beside it; if a programme has both kinds, at the rate stated there.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import compiled, rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_stratum,
    village_offered,
    village_mutual_founded,
    village_claim,
    village_priority,
    capital_grant,
    open_now,
    kind_number,
):
    """Claim the capital once."""
    for row in range(village_key.shape[0]):
        if open_now == 1 and village_offered[row] == 1 and village_mutual_founded[row] == 0:
            village_claim[row] = math.floor(100.0 * capital_grant + 0.5)
            lot = uniform(seed, replicate, village_key[row], DELIVERY + kind_number, 0, 0)
            village_priority[row] = village_stratum[row] + lot


@rule
def delivered(village_delivered, village_mutual_founded):  # type: ignore[no-untyped-def]
    """A village that was paid asks no more."""
    for row in range(village_mutual_founded.shape[0]):
        if village_delivered[row] > 0:
            village_mutual_founded[row] = 1


@compiled
def work_with(row, fen, loan_capital, mutual_loan):  # type: ignore[no-untyped-def]
    """Lend a household `fen` or, below zero, call them in; borrowed money at work follows to the fen."""
    mutual_loan[row] += fen
    loan_capital[row] = 0.01 * (math.floor(100.0 * loan_capital[row] + 0.5) + fen)


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    quarter,
    key,
    village_start,
    size,
    labour,
    supported,
    business_factor,
    loan_capital,
    loan_interest,
    mutual_loan,
    mutual_dividend,
    village_delivered,
    village_mutual_received,
    village_mutual_capital,
    village_mutual_lost,
    village_mutual_fees,
    loan_size,
    borrow_share,
    fee_rate,
    loss_share,
    loan_return,
    kind_number,
):
    """The mechanism: the fund's capital, what of it members work with, its fees and what they are shared out as."""
    for home in range(village_mutual_capital.shape[0]):
        village_mutual_received[home] += village_delivered[home]
        village_mutual_capital[home] += village_delivered[home]
        if village_mutual_capital[home] == 0:
            continue
        first, end = village_start[home], village_start[home + 1]
        asks = np.zeros(end - first, np.bool_)
        free, holders = village_mutual_capital[home], 0
        for row in range(first, end):
            if quarter == 1 and mutual_loan[row] > 0:
                luck = uniform(seed, replicate, key[row], DELIVERY + kind_number, moment, 1)
                if size[row] == 0 or luck < loss_share:
                    village_mutual_capital[home] -= mutual_loan[row]
                    village_mutual_lost[home] += mutual_loan[row]
                    free -= mutual_loan[row]
                work_with(row, -mutual_loan[row], loan_capital, mutual_loan)
            free -= mutual_loan[row]
            holders += supported[row]
            if supported[row] == 1 and labour[row] > 0.0 and mutual_loan[row] == 0:
                wishes = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0) < borrow_share
                asks[row - first] = wishes and loan_return * business_factor[row] > fee_rate
        each = 100 * min(math.floor(loan_size), free // (100 * max(asks.sum(), 1)))
        dividends = quarter == 4 and holders > 0
        for row in range(first, end):
            if asks[row - first]:
                work_with(row, each, loan_capital, mutual_loan)
            fee = math.floor(0.25 * fee_rate * mutual_loan[row] + 0.5)
            loan_interest[row] += fee
            village_mutual_fees[home] += fee
        dividend = village_mutual_fees[home] // holders if dividends else 0
        village_mutual_fees[home] -= dividend * holders
        for row in range(first, end):
            mutual_dividend[row] = dividend * supported[row]


KIND = Kind(
    name="mutual_fund",
    code="IV-MUTUAL",
    number=16,
    title_zh="村级互助资金",
    title_en="village mutual-aid fund",
    to="village",
    cash=False,
    whole=True,
    mechanism="village_mutual_capital",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "take_up_other": "share",
        "ramp_quarters": "quarters",
        "capital_grant": "yuan/village",
        "loan_size": "yuan/loan",
        "borrow_share": "share",
        "fee_rate": "share/year",
        "loss_share": "share/year",
        "loan_return": "share/year",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    once=True,
)
