"""Slow plain-Python twins of work, neighbours and carers, written from the equations their docstrings state."""

from __future__ import annotations

import math

import numpy as np

from simulator import draws
from tests.twins import HOME, IDLE, LOCAL, MIGRANT, POST, WORKSHOP, Names, present, uniform


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def away(names: Names, household: int, help_with_search: float) -> float:
    """Chance that work is found as a migrant."""
    share = names["migrant_share"]
    year0 = names["wage_migrant_month"] * names["months_migrant"] / names["wage_local_month"] / names["months_local"]
    x = math.log(share / (1 - share))
    x += names["migration_wage"] * math.log(names["wage_migrant"] / names["wage_local"] / year0)
    x += names["migration_peers"] * names["peer_migrants"][household]
    x -= names["migration_care"] * names["care_needed"][household]
    x -= names["migration_remoteness"] * (names["village_remoteness"][names["village"][household]] - 0.5)
    return logistic(x + names["migration_help"] * help_with_search)


def near_home(names: Names, household: int) -> float:
    """How much easier than usual work near home is to find."""
    village = names["village"][household]
    roads = 1 + names["commute_effect"] * names["village_infrastructure"][village]
    return float((1 + names["village_vacancies"][village]) * (1 + names["access"][household]) * roads)


def searching(names: Names, household: int, row: int) -> float:
    """How much of a full, attached worker's search a member does."""
    effort = 1.0 if names["member_capacity"][row] == 1.0 else names["finding_partial"]
    if not names["member_attached"][row]:
        low = names["finding_detached"]
        effort *= low + (1 - low) * names["effort"][household]
    return float(effort * (names["search_from_post"] if names["member_work"][row] in (POST, WORKSHOP) else 1.0))


def employment(names: Names) -> Names:
    work = names["member_work"].copy()
    for household in np.flatnonzero(names["size"] > 0):
        local = near_home(names, household)
        for row in present(names, household):
            if names["member_capacity"][row] == 0:
                continue
            luck, state, helped = names["member_luck_job"][row], int(work[row]), names["member_search_help"][row]
            if state in (LOCAL, MIGRANT):
                leaves = names["separation_migrant"] + names["pandemic_homecoming"]
                work[row] = HOME if luck < (leaves if state == MIGRANT else names["separation_local"]) else state
                continue
            young = names["member_age"][row] < 50 and names["member_capacity"][row] == 1.0
            far = away(names, household, helped) if young else 0.0
            own = min(names["finding"] * (far + (1 - far) * local), 1.0)
            if luck < searching(names, household, row) * (own + helped - own * helped):
                goes = names["member_luck_route"][row] < far / (far + (1 - far) * local)
                work[row] = MIGRANT if goes else LOCAL
    return {"member_work": work}


def workers(names: Names, household: int) -> list[int]:
    return [row for row in present(names, household) if names["member_capacity"][row] > 0]


def share(rows: list[int], names: Names, state: int) -> float:
    """Share of members who do a work."""
    return float(np.mean(names["member_work"][rows] == state)) if rows else 0.0


def network(names: Names) -> Names:
    peers = names["peer_migrants"].copy()
    columns = ("vacancies", "usual_migrants", "usual_jobs", "usual_seekers")
    new = {name: names[f"village_{name}"].copy() for name in columns}
    for village in range(len(new["vacancies"])):
        homes = [h for h in range(len(peers)) if names["village"][h] == village]
        everyone = [row for home in homes for row in workers(names, home)]
        looking = [r for r in everyone if names["member_attached"][r] == 1 and names["member_work"][r] == HOME]
        jobs, gone = share(everyone, names, LOCAL), share(everyone, names, MIGRANT)
        seekers = len(looking) / len(everyone)
        first = new["usual_jobs"][village] == 0
        usual = gone if first else new["usual_migrants"][village]
        for home in (home for home in homes if names["size"][home] > 0):
            near = [h for h in homes if h != home and names["hamlet"][h] == names["hamlet"][home]]
            groups = [[r for h in group for r in workers(names, h)] for group in (near, set(homes) - {home})]
            hamlet, whole = (share(rows, names, MIGRANT) for rows in groups)
            peers[home] = hamlet + names["network_rewiring"] * (whole - hamlet) - usual
        if not first and seekers > 0:
            usually_open = names["vacancy_share"] * new["usual_jobs"][village]
            still_open = max(new["usual_jobs"][village] + usually_open - jobs, usually_open / 10)
            tight = still_open * new["usual_seekers"][village] / (usually_open * seekers)
            new["vacancies"][village] = np.clip(tight, 0.1, 10) ** names["congestion"] - 1
        else:
            new["vacancies"][village] = 0.0
        for name, now in (("usual_migrants", gone), ("usual_jobs", jobs), ("usual_seekers", seekers)):
            old = new[name][village]
            new[name][village] = now if first else old + (1 - names["usual_memory"]) * (now - old)
    return {"peer_migrants": peers} | {f"village_{name}": values for name, values in new.items()}


def carers(names: Names) -> Names:
    needed = np.zeros(len(names["size"]), np.int64)
    capacity, work = names["member_capacity"].copy(), names["member_work"].copy()
    places = ({HOME}, {LOCAL, WORKSHOP, POST}, {MIGRANT})
    for household in range(len(needed)):
        rows = present(names, household)
        for row in rows:
            lasting = uniform(names, names["member_key"][row], draws.CARE, 0, 0)
            severe = names["member_health"][row] == 2 and lasting < names["severe_share"]
            needed[household] += bool(names["member_sick_quarters"][row] > 0 or severe)
        able = [row for row in rows if names["member_capacity"][row] > 0]
        nearest = next((at for at in places if any(work[row] in at for row in able)), None)
        if needed[household] == 0 or nearest is None:
            continue
        chosen = max((row for row in able if work[row] in nearest), key=lambda row: capacity[row])
        capacity[chosen] -= min(capacity[chosen], names["carer_loss"])
        work[chosen] = HOME if work[chosen] == MIGRANT else work[chosen]
        work[chosen] = IDLE if capacity[chosen] == 0 else work[chosen]
    return {"care_needed": needed, "member_capacity": capacity, "member_work": work}
