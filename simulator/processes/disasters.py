"""Disasters: a flood, a typhoon or a drought strikes a village and takes part of its crop and some of its houses.

A village is struck with the yearly hazard `disaster_hazard`, drawn every quarter. A strike takes the share
`disaster_loss` x 2u (u uniform, so that the stated loss is the mean) of what the village would still have harvested
this year; two strikes leave the product of what each leaves. Farming multiplies its net income by one minus that share
until the year ends; of the whole year's crop it is as much as was still to come, `crop_ahead`. A safe house is damaged
with probability `disaster_house_safe` x the strike's share over its mean and is unsafe from then on; an unsafe house,
likelier by `disaster_house_unsafe`, counts as damaged and stays unsafe; a relocated one stands on safe ground. Nobody
repairs a house without help. Productive capital is not touched.

The mean of yields is not corrected for the hazard: the level of farm income is solved with disasters at work when a
place is anchored, and the pin holds the rural mean. Source: model 7.2; hazard and loss are assumptions (model 8).
"""

from __future__ import annotations

from simulator.draws import DISASTER_QUARTER, HOUSE_EVENTS, uniform, uniforms
from simulator.rules import rule

# States of a house, and what a disaster did to it.
SAFE, UNSAFE, RELOCATED = 0, 1, 2
SAFE_DAMAGED, UNSAFE_DAMAGED = 1, 2


@rule
def disasters(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    village_key,
    village_start,
    village_disaster,
    crop_ahead,
    key,
    size,
    house,
    struck,
    struck_year,
    disaster_share,
    crop_lost,
    house_damaged,
    disaster_hazard,
    disaster_loss,
    disaster_house_safe,
    disaster_house_unsafe,
):
    """Strikes of the quarter; what they took is forgotten when the year closes. The hazard is of a quarter."""
    for village in range(village_key.shape[0]):
        first, last = village_start[village], village_start[village + 1]
        strikes, severity, _, _ = uniforms(seed, replicate, village_key[village], DISASTER_QUARTER, moment, 0)
        if strikes >= disaster_hazard:
            continue
        loss = min(2.0 * severity * disaster_loss, 1.0)
        lost = (1.0 - village_disaster[village]) * loss
        village_disaster[village] += lost
        for row in range(first, last):
            if size[row] == 0:
                continue
            struck[row] = 1
            struck_year[row] = 1
            disaster_share[row] = village_disaster[village]
            crop_lost[row] = lost * crop_ahead
            if house[row] == RELOCATED:
                continue
            fragility = disaster_house_unsafe if house[row] == UNSAFE else disaster_house_safe
            if uniform(seed, replicate, key[row], HOUSE_EVENTS, moment, 0) < 2.0 * severity * fragility:
                house_damaged[row] = UNSAFE_DAMAGED if house[row] == UNSAFE else SAFE_DAMAGED
                house[row] = UNSAFE
