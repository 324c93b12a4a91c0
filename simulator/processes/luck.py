"""The uniforms of members for a quarter, drawn in one pass; every rule after it is a function of columns alone."""

from __future__ import annotations

import numpy as np

from simulator.draws import MEMBER_QUARTER, philox
from simulator.rules import compiled, rule

# Members drawn for together: their words fit into the nearest memory and go through the rounds side by side.
TOGETHER = 256
_LOW = np.uint64(0xFFFFFFFF)
_SCALE = 1.0 / 4294967296.0


@compiled
def words_of_many(seed, replicate, keys, number, block, moment, words):  # type: ignore[no-untyped-def]
    """The words `words` (4, TOGETHER) of one decision block for the first `number` of the agents `keys`: what
    `draws.uniforms` turns into uniforms, for many agents at once."""
    key_a, key_b = np.uint64(seed), np.uint64(replicate)
    counter = (np.uint64(block) << np.uint64(16)) | np.uint64(moment)
    for agent in range(number):
        low, high = keys[agent] & _LOW, keys[agent] >> np.uint64(32)
        a, b, c, d = philox(key_a, key_b, low, high, counter, np.uint64(0))
        words[0, agent], words[1, agent], words[2, agent], words[3, agent] = a, b, c, d


@rule
def draw_members(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    member_key,
    member_present,
    member_luck_death,
    member_luck_illness,
    member_luck_job,
    member_luck_route,
):
    """Four uniforms for every member present: death, serious illness, work lost or found, migrant or local work."""
    rows = np.empty(TOGETHER, np.int64)
    keys = np.empty(TOGETHER, np.uint64)
    words = np.empty((4, TOGETHER), np.uint64)
    found = 0
    last = member_key.shape[0] - 1
    for row in range(last + 1):
        rows[found] = row
        keys[found] = member_key[row]
        found += member_present[row]
        if found == TOGETHER or row == last:
            words_of_many(seed, replicate, keys, found, MEMBER_QUARTER, moment, words)
            for index in range(found):
                member_luck_death[rows[index]] = (np.float64(words[0, index]) + 0.5) * _SCALE
                member_luck_illness[rows[index]] = (np.float64(words[1, index]) + 0.5) * _SCALE
                member_luck_job[rows[index]] = (np.float64(words[2, index]) + 0.5) * _SCALE
                member_luck_route[rows[index]] = (np.float64(words[3, index]) + 0.5) * _SCALE
            found = 0
