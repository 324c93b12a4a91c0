"""Compensation for public forest and pay for its care (HN-1.7, ZJ-2.4): yuan a mu, and forest-care posts.

A listed household that takes it up is compensated for the forest it holds; some of those with labour and without a
public-welfare post also look after the forest, a few days a month beside their other work. Both are paid out of the
fund. What changes is transfer income.
"""

from __future__ import annotations

import math

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.interventions.workshop import POST_PLACE
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    supported_rows,
    offered,
    forest,
    labour,
    places,
    claim,
    yuan_per_mu,
    care_share,
    care_year,
    trend,
    open_now,
    kind_number,
):
    """A quarter of the year's compensation, and of the pay of those who look after the forest."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if open_now == 0 or offered[row] == 0 or forest[row] == 0.0:
            continue
        yuan = yuan_per_mu * forest[row]
        cares = uniform(seed, replicate, key[row], DELIVERY + kind_number, 0, 0) < care_share
        if cares and labour[row] > 0.0 and places[row] & POST_PLACE == 0:
            yuan += care_year
        claim[row] = math.floor(25.0 * trend * yuan + 0.5)


@rule
def changed(supported_rows, delivered, ecology_income):  # type: ignore[no-untyped-def]
    """The mechanism: what was paid is income."""
    for index in range(supported_rows.shape[0]):
        ecology_income[supported_rows[index]] += delivered[supported_rows[index]]


KIND = Kind(
    name="ecology",
    code="IV-ECO",
    number=26,
    title_zh="生态补偿与护林岗位",
    title_en="forest compensation and care",
    to="household",
    cash=True,
    whole=False,
    mechanism="ecology_income",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "ramp_quarters": "quarters",
        "yuan_per_mu": "yuan/mu/year",
        "care_share": "share",
        "care_year": "yuan/household/year",
    },
    want=want,
    changed=changed,
    overlap="exclusive",
    shares="a public post: one a household",
)
