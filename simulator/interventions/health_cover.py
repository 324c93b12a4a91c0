"""Better health cover for listed households (HN-1.6, FS-15, QZ-2, ZJ-3.4, ZJ-4.2): premium paid, bills shared further.

For those covered the fund pays part of the yearly premium of residents' medical insurance and, at the counter, what
the programme's terms pay of a serious bill beyond the standing ones: `cover_extra`. The four layers stand in
`processes/illness`; the programme raises the rates of the first two, lowers the catastrophic deductible and adds
assistance and supplementary insurance. It never pays more than what the patient owes. Where admission comes before
payment a patient need not borrow at the hospital door: `treat_first`, read by the borrowing of the quarter.
Premiums come before bills when the money is short.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.processes.illness import bill_of, hazard_of, patient_pays
from simulator.rules import compiled, rule


@compiled
def raised(rate, rise, rise_of_rate):  # type: ignore[no-untyped-def]
    """A rate of reimbursement raised by points, or by a part of itself (HN-1.6 says "by 10 %"); at most the bill."""
    return min(rate + rise * (rate if rise_of_rate == 1 else 1.0), 1.0)


@compiled
def premium_due(persons, medical_premium, premium_share, trend):  # type: ignore[no-untyped-def]
    """Fen of a quarter's premiums that the fund takes over."""
    return math.floor(25.0 * premium_share * medical_premium * trend * persons + 0.5)


@rule
def want(  # type: ignore[no-untyped-def]
    supported_rows,
    offered,
    size,
    gravely_ill,
    out_of_pocket,
    cover_extra,
    claim,
    roster_start,
    roster_used,
    member_present,
    member_age,
    member_sick_quarters,
    member_luck_illness,
    serious_hazard_adult,
    serious_hazard_elder,
    serious_quarters,
    serious_bill_median,
    serious_bill_sd,
    basic_rate,
    basic_deductible,
    catastrophic_rate,
    catastrophic_deductible,
    basic_rise,
    catastrophic_rise,
    rise_of_rate,
    deductible_factor,
    assistance_rate,
    assistance_cap,
    supplementary_rate,
    supplementary_deductible,
    medical_premium,
    premium_share,
    trend,
    open_now,
):
    """What this quarter's bills are still worth under the programme's terms, and a quarter of the premiums. Who fell
    ill this quarter has all quarters of the illness ahead."""
    for index in range(supported_rows.shape[0]):
        household = supported_rows[index]
        if open_now == 0 or offered[household] == 0:
            continue
        premiums = premium_due(size[household], medical_premium, premium_share, trend)
        saved = 0.0
        places = roster_used[household] if gravely_ill[household] == 1 else 0
        for row in range(roster_start[household], roster_start[household] + places):
            if member_present[row] == 0 or member_sick_quarters[row] != serious_quarters:
                continue
            hazard = hazard_of(member_age[row], serious_hazard_adult, serious_hazard_elder)
            bill = bill_of(member_luck_illness[row], hazard, serious_bill_median, serious_bill_sd)
            saved += patient_pays(
                bill, basic_rate, basic_deductible, catastrophic_rate, catastrophic_deductible, 0.0, 0.0, 0.0, 0.0
            ) - patient_pays(
                bill,
                raised(basic_rate, basic_rise, rise_of_rate),
                basic_deductible,
                raised(catastrophic_rate, catastrophic_rise, 0),
                deductible_factor * catastrophic_deductible,
                assistance_rate,
                assistance_cap,
                supplementary_rate,
                supplementary_deductible,
            )
        # Never more than what is owed: the last fen could be lost in rounding.
        cover_extra[household] = min(math.floor(100.0 * trend * max(saved, 0.0)), out_of_pocket[household])
        claim[household] = cover_extra[household] + premiums


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    supported_rows,
    offered,
    delivered,
    size,
    gravely_ill,
    out_of_pocket,
    reimbursement_extra,
    cover_settled,
    premium_subsidy,
    treat_first,
    medical_premium,
    premium_share,
    trend,
    pay_later,
    open_now,
    kind_number,
):
    """The mechanism: a smaller bill, a smaller premium, and, for whom the fund pays, treatment before payment at
    hospitals of the county."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        premiums = min(delivered[row], premium_due(size[row], medical_premium, premium_share, trend))
        premium_subsidy[row] += premiums
        reimbursement_extra[row] += delivered[row] - premiums
        # Money that comes late pays back, in cash, a bill of an earlier quarter.
        settled = min(delivered[row] - premiums, out_of_pocket[row])
        out_of_pocket[row] -= settled
        cover_settled[row] += settled
        if open_now == 1 and offered[row] == 1 and delivered[row] > 0 and gravely_ill[row] == 1:
            if uniform(seed, replicate, key[row], DELIVERY + kind_number, moment, 0) < pay_later:
                treat_first[row] = 1


KIND = Kind(
    name="health_cover",
    code="IV-HEALTH",
    number=20,
    title_zh="健康帮扶：参保补贴与多层医疗保障",
    title_en="health cover: premiums and layers of reimbursement",
    to="household",
    cash=True,
    whole=False,
    mechanism="reimbursement_extra",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "premium_share": "share",
        "basic_rise": "share",
        "catastrophic_rise": "share",
        "deductible_factor": "ratio",
        "assistance_rate": "share",
        "assistance_cap": "yuan/episode",
        "supplementary_rate": "share",
        "supplementary_deductible": "yuan",
        "pay_later": "share",
    },
    want=want,
    changed=changed,
    overlap="capped",
    shares="a medical bill",
)
