"""Micro-loans after they were lent: failure, repayment, extension, renewal, default (model 7.4 and 7.12, ZJ-4.4).

Every quarter a loan may fail, with the hazard that compounds to `default_hazard` a year: it is written off and the
capital bought with it is lost. When its term is over, the household withdraws what is idle or at work and pays the
rest, R, out of cash. It can if R is at most its savings and a quarter of the quarter's income, less what was settled at
the hospital. If it cannot, then in this order

* a disaster or grave illness within the last `grace_quarters` excuses it: the loan is extended by `extension_quarters`;
* with the chance `rollover_share` the bank renews it for another term without repayment;
* otherwise the bank recovers what is idle or at work and the rest is written off.

Principal is conserved to the fen: lent = repaid + written off + outstanding; written off = borne
by banks + compensated. Of each loss `compensation_share` is due to the bank from then on, and the loss is the bank's
until the fund has paid (`interventions/micro_loan`). With `process_spending` off no cash is kept, and every loan can be
repaid.
"""

from __future__ import annotations

import math

from simulator.calendar import quarterly_hazard
from simulator.draws import LOAN_QUARTER, uniforms
from simulator.rules import compiled, rule


@compiled
def fate(left, payable, grace, luck, rollover_share):  # type: ignore[no-untyped-def]
    """What becomes of a loan with `left` quarters to run: 0 runs on, 1 repaid, 2 extended, 3 renewed, 4 in default."""
    if left > 0:
        return 0
    if payable:
        return 1
    if grace > 0:
        return 2
    return 3 if luck < rollover_share else 4


@rule
def service_loans(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    size,
    struck,
    gravely_ill,
    wage,
    business,
    property,
    transfer,
    reimbursement,
    cover_settled,
    savings,
    cash_kept,
    mutual_loan,
    loan_principal,
    loan_quarters,
    loan_idle,
    loan_capital,
    loan_grace,
    loan_losses,
    loan_compensation,
    loan_service,
    loans_repaid,
    loans_written_off,
    micro_loan_compensation_share,
    micro_loan_default_hazard,
    micro_loan_extension_quarters,
    micro_loan_grace_quarters,
    micro_loan_rollover_share,
    micro_loan_term_quarters,
):
    """Failure and, at the end of the term, repayment, extension, renewal or default of every loan outstanding."""
    hazard, excused = quarterly_hazard(micro_loan_default_hazard), math.floor(micro_loan_grace_quarters + 0.5)
    for row in range(size.shape[0]):
        if loan_principal[row] == 0:
            continue
        blow = struck[row] == 1 or gravely_ill[row] == 1
        loan_grace[row] = excused if blow else max(loan_grace[row] - 1, 0)
        loan_quarters[row] -= 1
        # What of the borrowed capital is this loan's: money of the mutual-aid fund works beside it.
        at_work = math.floor(100.0 * loan_capital[row] + 0.5) - mutual_loan[row]
        held = min(loan_idle[row] + at_work, loan_principal[row])
        rest = loan_principal[row] - held
        income = wage[row] + business[row] + property[row] + transfer[row] - reimbursement[row] - cover_settled[row]
        payable = cash_kept == 0 or rest <= savings[row] + max(income, 0) // 4
        failure, renewal, _, _ = uniforms(seed, replicate, key[row], LOAN_QUARTER, moment, 0)
        end = fate(loan_quarters[row], payable, loan_grace[row], renewal, micro_loan_rollover_share)
        if size[row] == 0 or failure < hazard:
            held, end = 0, 4
        if end == 2:
            loan_quarters[row] = math.floor(micro_loan_extension_quarters + 0.5)
            loan_grace[row] = 0
        elif end == 3:
            loan_quarters[row] = math.floor(micro_loan_term_quarters + 0.5)
        if end == 1 or end == 4:
            if end == 1:
                loan_service[row] = rest
                held = loan_principal[row]
            lost = loan_principal[row] - held
            loans_repaid[row] += held
            loans_written_off[row] += lost
            loan_losses[row] += lost
            loan_compensation[row] += math.floor(micro_loan_compensation_share * lost + 0.5)
            loan_principal[row] = 0
            loan_quarters[row] = 0
            loan_idle[row] = 0
            loan_grace[row] = 0
            loan_capital[row] = 0.01 * mutual_loan[row]
