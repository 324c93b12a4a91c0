"""A start-up grant with a plan (FS-3, FS-5, FS-12): capital for a household that would begin a business of its own.

A listed household with a full worker and without a business that takes it up claims the grant once; it is paid to the
supplier of tools, stock or premises. What changes is the capital at hand to start with, and with it how soon a business
begins and how long it lasts (`processes/enterprise`). The grant itself is not income.
"""

from __future__ import annotations

import math

from simulator.calendar import quarterly_hazard
from simulator.draws import DELIVERY, uniforms
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
    assets,
    enterprise,
    start_granted,
    claim,
    priority,
    business_means,
    business_minimum,
    trend,
    grant,
    asks_per_year,
    open_now,
    kind_number,
):
    """One grant a household; a yearly share of those offered it comes with a plan, served by lot. A plan must add up:
    with the grant the household has what it takes to start."""
    chance = quarterly_hazard(asks_per_year)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 0 or offered[row] == 0 or labour[row] < 1.0 or enterprise[row] > 0.0 or start_granted[row] == 1:
            continue
        if business_means * assets[row] + grant / trend < business_minimum:
            continue
        asks, _, _, lot = uniforms(seed, replicate, key[row], DELIVERY + kind_number, moment, 0)
        if asks < chance:
            claim[row] = math.floor(100.0 * grant + 0.5)
            priority[row] = lot


@rule
def delivered(supported_rows, delivered, start_granted):  # type: ignore[no-untyped-def]
    """A household that was paid asks no more."""
    for index in range(supported_rows.shape[0]):
        if delivered[supported_rows[index]] > 0:
            start_granted[supported_rows[index]] = 1


@rule
def changed(supported_rows, delivered, start_capital):  # type: ignore[no-untyped-def]
    """The mechanism: capital to start with."""
    for index in range(supported_rows.shape[0]):
        start_capital[supported_rows[index]] += 0.01 * delivered[supported_rows[index]]


KIND = Kind(
    name="start_up_grant",
    code="IV-ENT",
    number=14,
    title_zh="创业补助",
    title_en="start-up grant",
    to="household",
    cash=False,
    whole=True,
    mechanism="start_capital",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "grant": "yuan/household",
        "asks_per_year": "share/year",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    once=True,
)
