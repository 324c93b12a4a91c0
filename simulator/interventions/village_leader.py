"""Village leaders in own business (FS-3, ZJ-2.2): people trained and backed to bring others along.

A village trains leaders; each is linked to `links` listed households with labour, different ones for every leader: a
leader who would find fewer is not trained. Whole leaders are trained, one for every `cost_per_leader` the village has
received so far: where part of the money leaks, what has arrived waits until it is enough, and the village asks again.
What changes is that linked households start a business of their own more often and keep it longer
(`processes/enterprise`).
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import compiled, rule


@compiled
def may_be_linked(row, supported, labour, led):  # type: ignore[no-untyped-def]
    """Whether a household is on the list, can work and follows no leader yet."""
    return supported[row] == 1 and labour[row] > 0.0 and led[row] == 0


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_start,
    village_key,
    village_stratum,
    village_offered,
    village_leaders,
    village_claim,
    village_priority,
    supported,
    labour,
    led,
    cost_per_leader,
    leaders,
    links,
    open_now,
    kind_number,
):
    """Training of as many leaders as the village still lacks and can find households for."""
    for village in range(village_key.shape[0]):
        lacking = int(leaders) - village_leaders[village]
        if open_now == 0 or village_offered[village] == 0 or lacking <= 0:
            continue
        found = 0
        for row in range(village_start[village], village_start[village + 1]):
            if may_be_linked(row, supported, labour, led):
                found += 1
        trained = min(lacking, found // max(int(links), 1))
        if trained > 0:
            village_claim[village] = trained * math.floor(100.0 * cost_per_leader + 0.5)
            lot = uniform(seed, replicate, village_key[village], DELIVERY + kind_number, 0, 0)
            village_priority[village] = village_stratum[village] + lot


@compiled
def paid_for(fen, cost_per_leader):  # type: ignore[no-untyped-def]
    """Whole leaders that so much money trains."""
    return fen // math.floor(100.0 * cost_per_leader + 0.5)


@rule
def delivered(village_delivered, village_leaders_paid, village_leaders, cost_per_leader):  # type: ignore[no-untyped-def]
    """Count the leaders trained with all that has been received."""
    for village in range(village_leaders.shape[0]):
        if village_delivered[village] > 0:
            village_leaders_paid[village] += village_delivered[village]
            village_leaders[village] = paid_for(village_leaders_paid[village], cost_per_leader)


@rule
def changed(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_start,
    village_delivered,
    village_leaders_paid,
    village_led,
    key,
    supported,
    labour,
    led,
    cost_per_leader,
    links,
    kind_number,
):
    """The mechanism: households linked to the leaders trained this quarter, by lot."""
    for village in range(village_delivered.shape[0]):
        if village_delivered[village] == 0:
            continue
        before = village_leaders_paid[village] - village_delivered[village]
        trained = paid_for(village_leaders_paid[village], cost_per_leader) - paid_for(before, cost_per_leader)
        first, last = village_start[village], village_start[village + 1]
        lots = np.ones(last - first)
        for row in range(first, last):
            if may_be_linked(row, supported, labour, led):
                lots[row - first] = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 1)
        for row in np.argsort(lots, kind="mergesort")[: trained * int(links)]:
            if lots[row] < 1.0:
                led[first + row] = 1
                village_led[village] += 1


KIND = Kind(
    name="village_leader",
    code="IV-LEADER",
    number=15,
    title_zh="创业致富带头人培育",
    title_en="village leaders in own business",
    to="village",
    cash=False,
    whole=True,
    mechanism="led",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "take_up_other": "share",
        "ramp_quarters": "quarters",
        "cost_per_leader": "yuan/person",
        "leaders": "person/village",
        "links": "household/person",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    overlap="exclusive",
    shares="the leader a household follows",
    once=True,
)
