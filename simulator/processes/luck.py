"""The uniforms of members for a quarter, drawn in one pass; every rule after it is a function of columns alone."""

from __future__ import annotations

import numpy as np

from simulator.draws import MEMBER_QUARTER, as_uniform, philox
from simulator.rules import rule

_LOW = np.uint64(0xFFFFFFFF)


@rule
def draw_members(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    member_key,
    member_luck_death,
    member_luck_illness,
    member_luck_job,
    member_luck_route,
):
    """Four uniforms for every member: death, serious illness, work lost or found, migrant or local work. An empty place
    gets its own too, which nobody reads: without a branch many places are drawn for at once."""
    key_a, key_b = np.uint64(seed), np.uint64(replicate)
    counter = (np.uint64(MEMBER_QUARTER) << np.uint64(16)) | np.uint64(moment)
    for row in range(member_key.shape[0]):
        low, high = member_key[row] & _LOW, member_key[row] >> np.uint64(32)
        death, ill, job, route = philox(key_a, key_b, low, high, counter, np.uint64(0))
        member_luck_death[row], member_luck_illness[row] = as_uniform(death), as_uniform(ill)
        member_luck_job[row], member_luck_route[row] = as_uniform(job), as_uniform(route)
