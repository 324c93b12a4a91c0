"""Serious and chronic illness, their bills, and what basic insurance pays back.

A serious illness strikes an adult with a yearly hazard by age, costs a lognormal bill and takes the member from work
for some quarters. A bill passes two standing layers: basic insurance pays `basic_rate` of what exceeds its deductible,
catastrophic insurance `catastrophic_rate` of what the patient would still pay beyond its own. Chronic illness costs a
lasting lognormal amount a year of which `chronic_rate` is paid back. Money rises with the trend of rural income.
"""

from __future__ import annotations

import math

from simulator.draws import normal
from simulator.members import CHRONIC
from simulator.processes.demography import PARTIAL_FROM, WORK_FROM
from simulator.rules import compiled, rule


@compiled
def patient_pays(bill, basic_rate, basic_deductible, catastrophic_rate, catastrophic_deductible):  # type: ignore[no-untyped-def]
    """Out-of-pocket yuan of one bill after both layers (model 7.8)."""
    after_basic = bill - basic_rate * max(bill - basic_deductible, 0.0)
    return after_basic - catastrophic_rate * max(after_basic - catastrophic_deductible, 0.0)


@rule
def illness(  # type: ignore[no-untyped-def]
    roster_start,
    member_present,
    member_age,
    member_health,
    member_frailty,
    member_sick_quarters,
    member_luck_illness,
    serious_hazard_adult,
    serious_hazard_elder,
    serious_quarters,
    serious_bill_median,
    serious_bill_sd,
    chronic_cost_median,
    chronic_cost_sd,
    chronic_rate,
    basic_rate,
    basic_deductible,
    catastrophic_rate,
    catastrophic_deductible,
    trend,
    reimbursement,
    out_of_pocket,
):
    """Illness of the quarter: who falls ill, what it costs, what is paid back. Hazards are of a quarter."""
    for household in range(reimbursement.shape[0]):
        bills = 0.0
        paid = 0.0
        for row in range(roster_start[household], roster_start[household + 1]):
            if member_present[row] == 0:
                continue
            if member_health[row] == CHRONIC:
                cost = 0.25 * trend * chronic_cost_median * math.exp(chronic_cost_sd * member_frailty[row])
                bills += cost
                paid += cost * (1.0 - chronic_rate)
            if member_sick_quarters[row] > 0:
                member_sick_quarters[row] -= 1
                continue
            if member_age[row] < WORK_FROM:
                continue
            hazard = serious_hazard_elder if member_age[row] >= PARTIAL_FROM else serious_hazard_adult
            if member_luck_illness[row] < hazard:
                # Given that it fell below the hazard, the uniform over the hazard is again uniform: it draws the bill.
                z = normal(member_luck_illness[row] / hazard)
                bill = serious_bill_median * math.exp(serious_bill_sd * z)
                bills += trend * bill
                paid += trend * patient_pays(
                    bill, basic_rate, basic_deductible, catastrophic_rate, catastrophic_deductible
                )
                member_sick_quarters[row] = serious_quarters
        out_of_pocket[household] = math.floor(100.0 * paid + 0.5)
        reimbursement[household] = math.floor(100.0 * (bills - paid) + 0.5)
