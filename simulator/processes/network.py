"""Neighbours and openings: how many migrants a household knows, and how hard work near home is to find.

Once a year, when it opens, in every village:
* peers: share of migrants among the workers of other households, a mixture of the own hamlet (1 - `network_rewiring`)
  and the whole village (`network_rewiring`), less the share that is usual in the village. Hamlets stand in for a small
  world of eight neighbours (docs/decisions/0011-neighbours.md);
* openings per seeker: employers usually fill `usual_jobs` of the village's workers, and `vacancy_share` of that is open
  or ready to be opened; open = max((1 + vacancy_share) x usual_jobs - jobs, a tenth of what is usually open); seekers
  are attached workers at home; tightness = (open / usually open) / (seekers / usual_seekers), held to between a tenth
  and ten; finding work near home is eased by tightness**`congestion` - 1. Who is placed fills an opening, so that
  others find one less easily.
Those who made it away draw others after them: the example of neighbours that FS-19 speaks of.
What is usual follows what is, with memory `usual_memory` a year; at first it is what is, so that both start at zero.
Source: model 7.4 and 7.11; a matching function with openings after Pissarides 2000; sizes assumed, small.
"""

from __future__ import annotations

import numpy as np

from simulator.members import HOME, LOCAL, MIGRANT
from simulator.rules import compiled, rule


@compiled
def share_of_others(migrants, workers, own_migrants, own_workers):  # type: ignore[no-untyped-def]
    """Share of migrants among the workers of the other households of a group; 0 where there are none."""
    others = workers - own_workers
    return (migrants - own_migrants) / others if others > 0 else 0.0


@compiled
def ease(jobs, seekers, usual_jobs, usual_seekers, vacancy_share, congestion):  # type: ignore[no-untyped-def]
    """By how much finding work near home is easier than usual: tightness**congestion - 1; all shares of workers."""
    if usual_jobs <= 0.0 or usual_seekers <= 0.0 or seekers <= 0.0 or vacancy_share <= 0.0:
        return 0.0
    usually_open = vacancy_share * usual_jobs
    still_open = max(usually_open + usual_jobs - jobs, 0.1 * usually_open)
    tightness = (still_open / usually_open) / (seekers / usual_seekers)
    return min(max(tightness, 0.1), 10.0) ** congestion - 1.0


@compiled
def followed(usual, now, known, memory):  # type: ignore[no-untyped-def]
    """What is usual after another year; what is now where nothing was `known` yet."""
    return memory * usual + (1.0 - memory) * now if known else now


@compiled
def count_work(  # type: ignore[no-untyped-def]
    start,
    end,
    roster_start,
    roster_used,
    hamlet,
    member_present,
    member_capacity,
    member_attached,
    member_work,
    own,
    groups,
):
    """Workers, migrants, jobs near home and seekers of the village of household rows `start` to `end`; workers and
    migrants of its households into `own` and of its hamlets into `groups`."""
    jobs = 0
    seekers = 0
    for home in range(start, end):
        for row in range(roster_start[home], roster_start[home] + roster_used[home]):
            if member_present[row] == 0 or member_capacity[row] == 0.0:
                continue
            state = member_work[row]
            own[home - start, 0] += 1
            own[home - start, 1] += 1 if state == MIGRANT else 0
            jobs += 1 if state == LOCAL else 0
            seekers += 1 if state == HOME and member_attached[row] == 1 else 0
        for what in range(2):
            groups[hamlet[home], what] += own[home - start, what]
    return groups[:, 0].sum(), groups[:, 1].sum(), jobs, seekers


@rule
def network(  # type: ignore[no-untyped-def]
    village_start,
    roster_start,
    roster_used,
    size,
    hamlet,
    peer_migrants,
    member_present,
    member_capacity,
    member_attached,
    member_work,
    village_vacancies,
    village_usual_migrants,
    village_usual_jobs,
    village_usual_seekers,
    network_rewiring,
    vacancy_share,
    congestion,
    usual_memory,
):
    """Peers of every household and openings of every village for the year."""
    for home in range(village_start.shape[0] - 1):
        start, end = village_start[home], village_start[home + 1]
        own = np.zeros((end - start, 2), np.int64)
        groups = np.zeros((hamlet[start:end].max() + 1, 2), np.int64)
        workers, gone, jobs, seekers = count_work(
            start,
            end,
            roster_start,
            roster_used,
            hamlet,
            member_present,
            member_capacity,
            member_attached,
            member_work,
            own,
            groups,
        )
        if workers == 0:
            village_vacancies[home] = 0.0
            peer_migrants[start:end] = 0.0
            continue
        # Nothing is known of what is usual before the first year, and nothing of openings where nobody ever had a job.
        known = village_usual_jobs[home] > 0.0
        migrants = gone / workers
        usual = village_usual_migrants[home] if known else migrants
        for row in range(start, end):
            if size[row] == 0:
                continue
            its_workers, its_migrants = own[row - start, 0], own[row - start, 1]
            near = share_of_others(groups[hamlet[row], 1], groups[hamlet[row], 0], its_migrants, its_workers)
            far = share_of_others(gone, workers, its_migrants, its_workers)
            peer_migrants[row] = (1.0 - network_rewiring) * near + network_rewiring * far - usual
        village_vacancies[home] = ease(
            jobs / workers,
            seekers / workers,
            village_usual_jobs[home],
            village_usual_seekers[home],
            vacancy_share,
            congestion,
        )
        village_usual_migrants[home] = followed(village_usual_migrants[home], migrants, known, usual_memory)
        village_usual_jobs[home] = followed(village_usual_jobs[home], jobs / workers, known, usual_memory)
        village_usual_seekers[home] = followed(village_usual_seekers[home], seekers / workers, known, usual_memory)
