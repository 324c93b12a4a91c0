"""Serious and chronic illness, their bills, and the layers of insurance and assistance that pay part of them.

A serious illness strikes an adult with a yearly hazard by age, costs a lognormal bill M and takes the member from work
for some quarters. What the patient still owes falls layer by layer (model 7.8):

    after basic insurance          P1 = M - r_b max(M - D_b, 0)
    after catastrophic insurance   P2 = P1 - r_c max(P1 - D_c, 0)
    after medical assistance       P3 = P2 - min(r_a P2, cap)
    after supplementary insurance  P4 = P3 - r_s max(P3 - D_s, 0)

Everybody has the first two under the standing terms. The programme's terms (HN-1.6, QZ-2, ZJ-3.4, ZJ-4.2) raise r_b and
r_c, lower D_c and add the others; what they would pay of a bill beyond the standing terms is `cover_extra`, which
`interventions/health_cover` claims for those it covers. Without that kind the terms are the standing ones and the extra
is nothing. Chronic illness costs a lasting lognormal amount a year of which `chronic_rate` is paid back. Deductibles,
caps and bills rise with the trend of rural income.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from simulator.draws import normal
from simulator.members import CHRONIC
from simulator.processes.demography import PARTIAL_FROM
from simulator.rules import compiled, rule

ADULT_FROM = 18


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


def cover_terms(numbers: Mapping[str, float], relative: bool) -> dict[str, float]:
    """The terms of a patient the programme covers, from the standing ones and those of the kind `health_cover`.

    HN-1.6 raises reimbursement "by 10 %": percentage points, or if `relative` per cent of the rate. Without the kind
    nothing is raised, lowered or added.
    """

    def term(name: str, without: float = 0.0) -> float:
        return numbers.get(f"health_cover_{name}", without)

    rise = term("basic_rise") * (numbers["basic_rate"] if relative else 1.0)
    return {
        "cover_basic_rate": min(numbers["basic_rate"] + rise, 1.0),
        "cover_catastrophic_rate": min(numbers["catastrophic_rate"] + term("catastrophic_rise"), 1.0),
        "cover_catastrophic_deductible": numbers["catastrophic_deductible"] * term("deductible_factor", 1.0),
        "cover_assistance_rate": term("assistance_rate"),
        "cover_assistance_cap": term("assistance_cap"),
        "cover_supplementary_rate": term("supplementary_rate"),
        "cover_supplementary_deductible": term("supplementary_deductible"),
    }


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
    chronic_rate,
    basic_rate,
    basic_deductible,
    catastrophic_rate,
    catastrophic_deductible,
    cover_basic_rate,
    cover_catastrophic_rate,
    cover_catastrophic_deductible,
    cover_assistance_rate,
    cover_assistance_cap,
    cover_supplementary_rate,
    cover_supplementary_deductible,
    trend,
    size,
    reimbursement,
    out_of_pocket,
    cover_extra,
    gravely_ill,
    ill_year,
):
    """Illness of the quarter: who falls ill, what it costs, what is paid back. Hazards are of a quarter."""
    chronic_quarter = 0.25 * trend * chronic_cost_median
    for household in range(size.shape[0]):
        if size[household] == 0:
            continue
        chronic = 0.0
        bills = 0.0
        owed = 0.0
        owed_covered = 0.0
        for row in range(roster_start[household], roster_start[household + 1]):
            if member_present[row] == 0:
                continue
            if member_health[row] == CHRONIC:
                chronic += chronic_quarter * member_frailty[row]
            if member_sick_quarters[row] > 0:
                member_sick_quarters[row] -= 1
                continue
            if member_age[row] < ADULT_FROM:
                continue
            hazard = serious_hazard_elder if member_age[row] >= PARTIAL_FROM else serious_hazard_adult
            if member_luck_illness[row] < hazard:
                # Given that it fell below the hazard, the uniform over the hazard is again uniform: it draws the bill.
                z = normal(member_luck_illness[row] / hazard)
                bill = serious_bill_median * math.exp(serious_bill_sd * z)
                bills += trend * bill
                owed += trend * patient_pays(
                    bill, basic_rate, basic_deductible, catastrophic_rate, catastrophic_deductible, 0.0, 0.0, 0.0, 0.0
                )
                owed_covered += trend * patient_pays(
                    bill,
                    cover_basic_rate,
                    basic_deductible,
                    cover_catastrophic_rate,
                    cover_catastrophic_deductible,
                    cover_assistance_rate,
                    cover_assistance_cap,
                    cover_supplementary_rate,
                    cover_supplementary_deductible,
                )
                member_sick_quarters[row] = serious_quarters
                gravely_ill[household] = 1
                ill_year[household] = 1
        paid_back = bills - owed + chronic_rate * chronic
        if chronic > 0.0 or bills > 0.0:
            out_of_pocket[household] = math.floor(100.0 * (bills + chronic - paid_back) + 0.5)
            reimbursement[household] = math.floor(100.0 * paid_back + 0.5)
            # Never more than what is owed: less than a fen could be lost in rounding.
            cover_extra[household] = min(math.floor(100.0 * max(owed - owed_covered, 0.0)), out_of_pocket[household])
