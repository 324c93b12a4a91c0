"""Roads, water, grid and network of a village (HN-1.10, HN-1.11, LL-3.4, QZ-7, ZJ-4.6): built up, wearing out.

A village claims an even part of the full cost every quarter until it is paid. What changes is its infrastructure, from
0 (what stood at year 0, kept up by ordinary budgets) to 1 (all that could be built), which wears out from then on. It
adds to farm output and shields crops (`processes/farming`) and shortens the way to work (`processes/employment`).
"""

from __future__ import annotations

import math

from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    village_offered, village_claim, village_infrastructure_paid, cost_per_village, build_quarters, open_now
):
    """An even part of the full cost, and in the end what is left of it."""
    full = math.floor(100.0 * cost_per_village + 0.5)
    part = math.floor(full / max(build_quarters, 1.0) + 0.5)
    for row in range(village_claim.shape[0]):
        if open_now == 1 and village_offered[row] == 1:
            village_claim[row] = max(min(part, full - village_infrastructure_paid[row]), 0)


@rule
def delivered(village_delivered, village_infrastructure_paid):  # type: ignore[no-untyped-def]
    """Add up what was paid."""
    for row in range(village_infrastructure_paid.shape[0]):
        village_infrastructure_paid[row] += village_delivered[row]


@rule
def changed(village_delivered, village_infrastructure, cost_per_village, depreciation):  # type: ignore[no-untyped-def]
    """The mechanism: what was there wears out a little, what was paid is built."""
    kept = (1.0 - depreciation) ** 0.25
    for row in range(village_infrastructure.shape[0]):
        village_infrastructure[row] *= kept
        if village_delivered[row] > 0:
            built = village_delivered[row] / (100.0 * cost_per_village)
            village_infrastructure[row] = min(1.0, village_infrastructure[row] + built)


KIND = Kind(
    name="infrastructure",
    code="IV-INFRA",
    number=18,
    title_zh="基础设施改善",
    title_en="infrastructure of villages",
    to="village",
    cash=False,
    whole=False,
    mechanism="village_infrastructure",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "take_up_other": "share",
        "ramp_quarters": "quarters",
        "cost_per_village": "yuan/village",
        "build_quarters": "quarters",
        "depreciation": "share/year",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    overlap="capped",
    shares="what can be built in a village",
)
