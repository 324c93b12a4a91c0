"""Better health cover for listed households (HN-1.6, FS-15, QZ-2, ZJ-3.4, ZJ-4.2): premium paid, bills shared further.

For those covered the fund pays part of the yearly premium of residents' medical insurance and, at the counter, what
the programme's terms pay of a serious bill beyond the standing ones: `cover_extra` of `processes/illness`, where the
four layers stand. It is never more than what the patient owes. Where admission comes before payment a patient need
not borrow at the hospital door: `treat_first`, read by the borrowing of the quarter. Bills are settled before premiums
when the money is short.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    supported_rows, offered, size, cover_extra, claim, medical_premium, premium_share, price_trend, open_now
):
    """What this quarter's bills are still worth under the programme's terms, and a quarter of the premiums."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 1 and offered[row] == 1:
            premiums = 25.0 * premium_share * medical_premium * price_trend * size[row]
            claim[row] = cover_extra[row] + math.floor(premiums + 0.5)


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    supported_rows,
    offered,
    delivered,
    cover_extra,
    gravely_ill,
    out_of_pocket,
    reimbursement_extra,
    premium_subsidy,
    treat_first,
    pay_later,
    open_now,
    kind_number,
):
    """The mechanism: a smaller bill, a smaller premium, and treatment before payment at hospitals of the county."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        settled = min(delivered[row], cover_extra[row])
        reimbursement_extra[row] += settled
        out_of_pocket[row] -= settled
        premium_subsidy[row] += delivered[row] - settled
        if open_now == 1 and offered[row] == 1 and gravely_ill[row] == 1:
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
