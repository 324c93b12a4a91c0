"""Relocation out of places hard to live in (HN-1.4, LL-3.2.4, QZ-3, ZJ-3.5): a new house near jobs, land given up.

Open to listed households of villages whose habitability is below `habitability_below`; of those willing the share
`moves_per_year` asks within a year. A mover gets a house on safe ground, finds work more easily by `job_access` (its
hazard of finding work x (1 + access)), and farms less from the quarter of the move on: the share `land_returned` of the
land it works, its own and rented in, is too far away and given back; land leased out stays leased. It moves within the
county, and is counted in the village it came from. Nobody moves twice, nor out of a safe house the programme has just
rebuilt. Source: model 7.9 (a move brings jobs and loses land).
"""

from __future__ import annotations

import math

from simulator.calendar import quarterly_hazard
from simulator.draws import DELIVERY, uniforms
from simulator.households import MOVED, REBUILT
from simulator.interventions.delivery import Kind
from simulator.processes.disasters import RELOCATED, SAFE
from simulator.processes.farming import land_worked
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    village,
    village_habitability,
    supported_rows,
    offered,
    size,
    house,
    house_helped,
    claim,
    priority,
    habitability_below,
    moves_per_year,
    subsidy_per_person,
    open_now,
    kind_number,
):
    """The subsidy for every member; the hardest places first."""
    chance = quarterly_hazard(moves_per_year)
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        place = village_habitability[village[row]]
        if open_now == 0 or offered[row] == 0 or place >= habitability_below or house_helped[row] & MOVED:
            continue
        if house_helped[row] & REBUILT and house[row] == SAFE:
            continue
        asks, lot, _, _ = uniforms(seed, replicate, key[row], DELIVERY + kind_number, moment, 0)
        if asks < chance:
            claim[row] = math.floor(100.0 * subsidy_per_person * size[row] + 0.5)
            priority[row] = place + 1e-6 * lot


@rule
def delivered(supported_rows, delivered, house_helped):  # type: ignore[no-untyped-def]
    """Remember who was moved."""
    for index in range(supported_rows.shape[0]):
        if delivered[supported_rows[index]] > 0:
            house_helped[supported_rows[index]] |= MOVED


@rule
def changed(  # type: ignore[no-untyped-def]
    supported_rows,
    delivered,
    size,
    house,
    access,
    land,
    leased,
    rented,
    land_factor,
    house_cost,
    subsidy_per_person,
    own_cost_per_person,
    land_returned,
    job_access,
    land_mean,
    land_exponent,
):
    """The mechanism: nearer to jobs, less land, a safe house, and what the household itself spends on it: its own cost,
    and what of the subsidy did not arrive."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if delivered[row] > 0:
            house[row] = RELOCATED
            access[row] = job_access
            land[row] -= land_returned * max(land[row] - leased[row], 0.0)
            rented[row] -= land_returned * rented[row]
            land_factor[row] = land_worked(land[row], leased[row], rented[row], land_mean, land_exponent)
            lost = math.floor(100.0 * subsidy_per_person * size[row] + 0.5) - delivered[row]
            house_cost[row] += math.floor(100.0 * own_cost_per_person * size[row] + 0.5) + max(lost, 0)


KIND = Kind(
    name="relocation",
    code="IV-RELOC",
    number=23,
    title_zh="易地搬迁",
    title_en="relocation",
    to="household",
    cash=False,
    whole=True,
    mechanism="access",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "habitability_below": "share",
        "moves_per_year": "share/year",
        "subsidy_per_person": "yuan/person",
        "own_cost_per_person": "yuan/person",
        "land_returned": "share",
        "job_access": "share",
        "building_land": "m2/person",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    overlap="exclusive",
    shares="a house",
    once=True,
)
