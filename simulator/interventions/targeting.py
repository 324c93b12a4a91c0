"""Whom support picks out of the list: those with most potential, or those in most need (LL-3.2.1; HN-1.1 and ZJ-6.4 ask
for no such order).

A kind's term `targeting`, from -1 to 1, says how strongly the offers made in a village go by what the register sees. As
many households of the village are offered the kind as without it; which ones goes by the lowest score

    (1 - |targeting|) x lasting luck + |targeting| x place in the order

where the order is by observed income a person: the highest first among those with labour if `targeting` is above zero
(potential: what officials take for the ability to do something with support), the lowest first if it is below (need).
At zero luck alone decides, as it does where no `targeting` is stated. Money is not moved between villages by it.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.rules import compiled, rule


@compiled
def standing(row, labour, observed_income, targeting):  # type: ignore[no-untyped-def]
    """What the order goes by, the lowest first: observed income for need, its negative for potential. Who has no labour
    has no potential, and who was not observed comes last."""
    seen = observed_income[row]
    if targeting < 0.0:
        return seen
    return -seen if labour[row] > 0.0 and seen < math.inf else math.inf


@compiled
def deal_offers(rows, offered, take_up_luck, labour, observed_income, targeting):  # type: ignore[no-untyped-def]
    """Give the offers made to `rows`, the households of one village, to those with the lowest scores."""
    count = rows.shape[0]
    made = 0
    value = np.empty(count)
    for index in range(count):
        made += offered[rows[index]]
        value[index] = standing(rows[index], labour, observed_income, targeting)
    if made == 0 or made == count:
        return
    order = np.argsort(value, kind="mergesort")
    strength = abs(targeting)
    score = np.empty(count)
    for place in range(count):
        luck = take_up_luck[rows[order[place]]]
        score[order[place]] = (1.0 - strength) * luck + strength * (place + 0.5) / count
    chosen = np.argsort(score, kind="mergesort")
    for place in range(count):
        offered[rows[chosen[place]]] = 1 if place < made else 0


@rule
def pick_households(  # type: ignore[no-untyped-def]
    supported_rows, eligible, offered, take_up_luck, village, labour, observed_income, targeting
):
    """Deal the offers of every village anew among the households that may have them."""
    entitled = supported_rows[eligible[supported_rows] == 1]
    start = 0
    while start < entitled.shape[0]:
        end = start
        while end < entitled.shape[0] and village[entitled[end]] == village[entitled[start]]:
            end += 1
        deal_offers(entitled[start:end], offered, take_up_luck, labour, observed_income, targeting)
        start = end
