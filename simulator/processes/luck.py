"""The uniforms of members for a quarter, drawn in one pass; every rule after it is a function of columns alone."""

from __future__ import annotations

from simulator.draws import MEMBER_QUARTER, uniforms
from simulator.rules import rule


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
    for row in range(member_key.shape[0]):
        if member_present[row] == 1:
            death, illness, job, route = uniforms(seed, replicate, member_key[row], MEMBER_QUARTER, moment, 0)
            member_luck_death[row] = death
            member_luck_illness[row] = illness
            member_luck_job[row] = job
            member_luck_route[row] = route
