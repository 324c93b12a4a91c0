"""A micro-loan with subsidised interest (ZJ-4.4): bank money lent without collateral, interest paid by the fund.

A listed household with labour that takes it up borrows once for `term_quarters`; `invested_share` of the loan works in
its own business (see `processes/farming`), the rest does not. The public claim is the subsidised interest. At the end
of the term the household repays what it has at work, the default hazard apart; principal is conserved: lent = repaid +
written off + outstanding.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    supported_rows,
    offered,
    labour,
    size,
    claim,
    loan_principal,
    loan_quarters,
    loans_taken,
    loans_repaid,
    loans_written_off,
    loan_amount,
    loan_limit,
    rate,
    subsidised_share,
    default_hazard,
    open_now,
    kind_number,
):
    """Loans fall due or fail, new ones are lent, and the subsidised part of a quarter's interest is claimed. Interest
    is subsidised for as long as a loan runs, after the household has left the list too (ZJ-4.4)."""
    for row in range(key.shape[0]):
        if loan_principal[row] > 0:
            loan_quarters[row] -= 1
            luck = uniform(seed, replicate, key[row], DELIVERY + kind_number, moment, 0)
            if size[row] == 0 or luck < 0.25 * default_hazard:
                loans_written_off[row] += loan_principal[row]
                loan_principal[row] = 0
            elif loan_quarters[row] <= 0:
                loans_repaid[row] += loan_principal[row]
                loan_principal[row] = 0
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        fresh = open_now == 1 and loans_taken[row] == 0 and offered[row] == 1 and labour[row] > 0.0
        asked = math.floor(100.0 * min(loan_amount, loan_limit) + 0.5) if fresh else loan_principal[row]
        if asked > 0:
            claim[row] = math.floor(0.25 * rate * subsidised_share * asked + 0.5)


@rule
def delivered(  # type: ignore[no-untyped-def]
    supported_rows, delivered, loan_principal, loan_quarters, loans_taken, loan_amount, loan_limit, term_quarters
):
    """Banks lend where the fund pays its part of the interest: without a budget there is no loan."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0 and loans_taken[row] == 0:
            loan_principal[row] = math.floor(100.0 * min(loan_amount, loan_limit) + 0.5)
            loans_taken[row] = loan_principal[row]
            loan_quarters[row] = math.floor(term_quarters + 0.5)


@rule
def changed(  # type: ignore[no-untyped-def]
    loan_principal, loan_capital, loan_interest, delivered, invested_share, rate
):
    """The mechanism: borrowed capital at work, and the interest the fund did not pay."""
    for row in range(loan_principal.shape[0]):
        loan_capital[row] = 0.01 * invested_share * loan_principal[row]
        if loan_principal[row] > 0:
            due = math.floor(0.25 * rate * loan_principal[row] + 0.5)
            loan_interest[row] = max(due - delivered[row], 0)


KIND = Kind(
    name="micro_loan",
    code="IV-CREDIT",
    number=3,
    title_zh="扶贫小额信贷贴息",
    title_en="micro-loan with interest subsidy",
    to="household",
    cash=False,
    whole=False,
    mechanism="loan_capital",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "loan_amount": "yuan/loan",
        "loan_limit": "yuan/loan",
        "term_quarters": "quarters",
        "rate": "share/year",
        "subsidised_share": "share",
        "invested_share": "share",
        "loan_return": "share/year",
        "default_hazard": "share/year",
    },
    want=want,
    changed=changed,
    delivered=delivered,
)
