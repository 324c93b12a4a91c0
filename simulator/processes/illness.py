"""Serious and chronic illness, their bills, and the layers of insurance and assistance that pay part of them.

A serious illness strikes an adult with a yearly hazard by age, costs a lognormal bill M and takes the member from work
for some quarters. What the patient still owes falls layer by layer (model 7.8):

    after basic insurance          P1 = M - r_b max(M - D_b, 0)
    after catastrophic insurance   P2 = P1 - r_c max(P1 - D_c, 0)
    after medical assistance       P3 = P2 - min(r_a P2, cap)
    after supplementary insurance  P4 = P3 - r_s max(P3 - D_s, 0)

Everybody has the first two, under the standing terms; the others and better terms are a programme's, and what they add
is reckoned in `interventions/health_cover`. Chronic illness costs a lasting lognormal amount a year of which
`chronic_rate` is paid back. Deductibles, caps and bills rise with the trend of rural income.
"""

from __future__ import annotations

import math

from simulator.draws import normal
from simulator.members import CHRONIC
from simulator.processes.demography import ADULT_FROM, PARTIAL_FROM
from simulator.rules import compiled, rule


@compiled
def beyond(owed, rate, deductible):  # type: ignore[no-untyped-def]
    """What is still owed, yuan, after a layer pays `rate` of what exceeds its deductible."""
    return owed - rate * max(owed - deductible, 0.0)


@compiled
def patient_pays(  # type: ignore[no-untyped-def]
    bill,
    basic_rate,
    basic_deductible,
    catastrophic_rate,
    catastrophic_deductible,
    assistance_rate,
    assistance_cap,
    supplementary_rate,
    supplementary_deductible,
):
    """Out-of-pocket yuan of one bill after all four layers (model 7.8)."""
    owed = beyond(bill, basic_rate, basic_deductible)
    owed = beyond(owed, catastrophic_rate, catastrophic_deductible)
    owed -= min(assistance_rate * owed, assistance_cap)
    return beyond(owed, supplementary_rate, supplementary_deductible)


@compiled
def hazard_of(age, serious_hazard_adult, serious_hazard_elder):  # type: ignore[no-untyped-def]
    """Hazard of a serious illness this quarter; none for children."""
    if age < ADULT_FROM:
        return 0.0
    return serious_hazard_elder if age >= PARTIAL_FROM else serious_hazard_adult


@compiled
def bill_of(luck, hazard, serious_bill_median, serious_bill_sd):  # type: ignore[no-untyped-def]
    """Bill of a member who fell ill, yuan at prices of year 0. Given that it fell below the hazard, the uniform over
    the hazard is again uniform: it draws the bill."""
    return serious_bill_median * math.exp(serious_bill_sd * normal(luck / hazard))


@rule
def illness(  # type: ignore[no-untyped-def]
    roster_start,
    roster_used,
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
    chronic_rate,
    basic_rate,
    basic_deductible,
    catastrophic_rate,
    catastrophic_deductible,
    trend,
    size,
    reimbursement,
    out_of_pocket,
    gravely_ill,
    ill_year,
):
    """Illness of the quarter: who falls ill, what it costs, what is paid back. Hazards are of a quarter."""
    chronic_quarter = 0.25 * trend * chronic_cost_median
    most = max(serious_hazard_adult, serious_hazard_elder)
    for household in range(size.shape[0]):
        if size[household] == 0:
            continue
        chronic = 0.0
        bills = 0.0
        owed = 0.0
        for row in range(roster_start[household], roster_start[household] + roster_used[household]):
            lasting = (member_health[row] == CHRONIC) & (member_present[row] == 1)
            chronic += chronic_quarter * member_frailty[row] * lasting
            # Most members are neither ill nor fall ill, whatever their age.
            if (member_luck_illness[row] >= most) & (member_sick_quarters[row] == 0):
                continue
            if member_present[row] == 0:
                continue
            if member_sick_quarters[row] > 0:
                member_sick_quarters[row] -= 1
                continue
            hazard = hazard_of(member_age[row], serious_hazard_adult, serious_hazard_elder)
            if member_luck_illness[row] < hazard:
                bill = bill_of(member_luck_illness[row], hazard, serious_bill_median, serious_bill_sd)
                bills += trend * bill
                owed += trend * patient_pays(
                    bill, basic_rate, basic_deductible, catastrophic_rate, catastrophic_deductible, 0.0, 0.0, 0.0, 0.0
                )
                member_sick_quarters[row] = serious_quarters
                gravely_ill[household] = 1
                ill_year[household] = 1
        paid_back = bills - owed + chronic_rate * chronic
        if chronic > 0.0 or bills > 0.0:
            out_of_pocket[household] = math.floor(100.0 * (bills + chronic - paid_back) + 0.5)
            reimbursement[household] = math.floor(100.0 * paid_back + 0.5)
