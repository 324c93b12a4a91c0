"""A living allowance for disabled members of listed households, and their pension contributions (ZJ-3.6, ZJ-3.3).

The household receives the allowance in cash; government pays `contribution_share` of the lowest tier of the residents'
pension for its members between 16 and the pension age to the insurer. Money that falls short is shared between both.
"""

from __future__ import annotations

import math

from simulator.interventions.delivery import Kind
from simulator.processes.transfers import pension_due
from simulator.rules import compiled, rule


@compiled
def allowance_due(disabled, allowance_month, trend):  # type: ignore[no-untyped-def]
    """Fen of three months of the allowance."""
    return math.floor(300.0 * allowance_month * trend * disabled + 0.5)


@compiled
def paid_for(contributors, pension_contribution, contribution_share):  # type: ignore[no-untyped-def]
    """Fen of the quarter's pension contributions that government pays."""
    return math.floor(contribution_share * pension_due(contributors, pension_contribution) + 0.5)


@rule
def want(  # type: ignore[no-untyped-def]
    supported_rows,
    offered,
    disabled,
    contributors,
    claim,
    allowance_month,
    contribution_share,
    pension_contribution,
    trend,
    open_now,
):
    """Three months of the allowance for every disabled member, and a quarter's contributions."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            claim[row] = allowance_due(disabled[row], allowance_month, trend)
            claim[row] += paid_for(contributors[row], pension_contribution, contribution_share)


@rule
def changed(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    disabled,
    contributors,
    allowance,
    contribution_paid,
    allowance_month,
    contribution_share,
    pension_contribution,
    trend,
):
    """The mechanism: cash, and contributions the household need not pay."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] == 0:
            continue
        cash = allowance_due(disabled[row], allowance_month, trend)
        insurer = paid_for(contributors[row], pension_contribution, contribution_share)
        part = cash / (cash + insurer) if cash + insurer > 0 else 1.0
        in_cash = math.floor(part * delivered[row] + 0.5)
        allowance[row] += in_cash
        contribution_paid[row] += delivered[row] - in_cash


KIND = Kind(
    name="living_allowance",
    code="IV-PENSION",
    number=8,
    title_zh="困难残疾人生活补贴与代缴养老保险费",
    title_en="allowance for the disabled and pension contributions paid",
    to="household",
    cash=True,
    whole=False,
    mechanism="allowance",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "allowance_month": "yuan/month",
        "contribution_share": "share",
    },
    want=want,
    changed=changed,
)
