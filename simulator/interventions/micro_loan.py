"""A micro-loan with subsidised interest (ZJ-4.4): bank money lent without collateral, interest paid by the fund.

A listed household with labour that takes it up and that the bank approves (`approval`) borrows once for
`term_quarters`, if its expected return pays (skill and the wish to start something, as LL-3.2.3 asks; QZ-1.5 lends to
all who qualify):

    loan_return x its business factor > rate x (1 - subsidised_share) + risk_margin

`invested_share` of the loan works in its own business (see `processes/enterprise`), the rest is kept as cash. With the
switch `loan_use` at `firm` the whole loan is passed to a firm instead, which bears interest and repayment and pays the
household `firm_rate` a year on it ("户贷企用"). The public claims are the subsidised interest, for as long as a loan
runs, and `compensation_share` of what banks wrote off, out of the risk-compensation money. What the fund pays goes to
the interest of the day first and then to the compensation due; what it cannot pay stays due, is claimed again, and is
the bank's loss meanwhile: written off = compensated + borne by banks. What becomes of a loan is `processes/credit`.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import compiled, rule


@compiled
def subsidy(principal, rate, subsidised_share):  # type: ignore[no-untyped-def]
    """Fen of a quarter's interest that the fund is to pay."""
    return math.floor(0.25 * rate * subsidised_share * principal + 0.5)


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    supported_rows,
    offered,
    labour,
    business_factor,
    claim,
    loan_principal,
    loan_compensation,
    loans_taken,
    loan_by_firm,
    loan_amount,
    loan_limit,
    rate,
    subsidised_share,
    approval,
    risk_margin,
    loan_return,
    firm_rate,
    open_now,
    answered_now,
    kind_number,
):
    """The subsidised interest of loans that run or are asked for, and the compensation still due. Interest is
    subsidised after the household has left the list too (ZJ-4.4)."""
    cost = rate * (1.0 - subsidised_share) + risk_margin
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        principal = loan_principal[row]
        if open_now == 1 and offered[row] == 1 and loans_taken[row] == 0 and labour[row] > 0.0:
            gain = firm_rate if loan_by_firm == 1 else loan_return * business_factor[row] - cost
            if gain > 0.0 and uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0) < approval:
                principal = math.floor(100.0 * min(loan_amount, loan_limit) + 0.5)
        claim[row] = subsidy(principal, rate, subsidised_share)
        if answered_now == 1:
            claim[row] += loan_compensation[row]


@rule
def delivered(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    loan_principal,
    loan_idle,
    loan_quarters,
    loan_losses,
    loan_compensated,
    loan_compensation,
    loans_taken,
    loan_amount,
    loan_limit,
    term_quarters,
    rate,
    subsidised_share,
):
    """Banks lend where the fund pays its part of the interest: without a budget there is no loan. What is paid beyond
    the interest of the day makes losses good."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0 and loans_taken[row] == 0:
            loan_principal[row] = math.floor(100.0 * min(loan_amount, loan_limit) + 0.5)
            loan_idle[row] = loan_principal[row]
            loans_taken[row] = loan_principal[row]
            loan_quarters[row] = math.floor(term_quarters + 0.5)
        if delivered[row] > 0 and loan_compensation[row] > 0:
            beyond = max(delivered[row] - subsidy(loan_principal[row], rate, subsidised_share), 0)
            made_good = min(beyond, loan_compensation[row])
            loan_compensation[row] -= made_good
            loan_compensated[row] += made_good
            loan_losses[row] -= made_good


@rule
def changed(  # type: ignore[no-untyped-def]
    loan_principal,
    loan_idle,
    loan_capital,
    loan_cash,
    loan_interest,
    loan_dividend,
    delivered,
    loan_by_firm,
    invested_share,
    rate,
    subsidised_share,
    firm_rate,
):
    """The mechanism: the loan put to use, in whole yuan, and the interest the fund did not pay; or what the firm that
    uses it pays."""
    for row in range(loan_principal.shape[0]):
        if loan_principal[row] == 0:
            continue
        if loan_by_firm == 1:
            loan_dividend[row] = math.floor(0.25 * firm_rate * loan_principal[row] + 0.5)
            continue
        if loan_idle[row] > 0:
            invested = math.floor(0.01 * invested_share * loan_idle[row])
            loan_capital[row] += invested
            loan_cash[row] = loan_idle[row] - 100 * invested
            loan_idle[row] = 0
        due = math.floor(0.25 * rate * loan_principal[row] + 0.5)
        loan_interest[row] += due - min(delivered[row], subsidy(loan_principal[row], rate, subsidised_share))


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
        "approval": "share",
        "risk_margin": "share/year",
        "invested_share": "share",
        "loan_return": "share/year",
        "firm_rate": "share/year",
        "default_hazard": "share/year",
        "extension_quarters": "quarters",
        "grace_quarters": "quarters",
        "rollover_share": "share",
        "compensation_share": "share",
    },
    want=want,
    changed=changed,
    delivered=delivered,
)
