"""Plain-Python twins of how households divide and join and of schooling, written from the equations their docstrings
state. Households are dicts with a list of members; which row or place they stand in does not matter here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.special import ndtri

from simulator import draws
from simulator.households import Households
from simulator.members import Members
from tests import twins
from tests.twins import Names

Home = dict[str, Any]
RANK = {1: 3, 2: 2, 3: 1, 0: 0}
AMOUNTS, LARGER, SAME = ("shared", "kept"), ("either", "stays"), ("copied", "either")


def homes_of(names: Names) -> list[Home]:
    """The place as dicts: columns of a household, its `members` and the number of places in its `roster`."""
    homes = []
    for row in range(len(names["key"])):
        home: Home = {name: names[name][row].item() for name in Households.columns}
        rows = range(names["roster_start"][row], names["roster_start"][row + 1])
        home["roster"] = len(rows)
        home["members"] = [
            {name: names["member_" + name][place].item() for name in Members.columns}
            for place in rows
            if names["member_present"][place]
        ]
        homes.append(home)
    return homes


def ordered(homes: list[Home]) -> list[Home]:
    """The households that have a key, by it, their members by theirs: what may be compared."""
    for home in homes:
        home["members"].sort(key=lambda member: member["key"])
    return sorted((home for home in homes if home["key"]), key=lambda home: home["key"])


def luck(names: Names, home: Home, lane: int) -> float:
    return twins.uniform(names, home["key"], draws.FAMILY_YEAR, names["moment"], lane)


def of_inheritance(*kinds: str) -> list[str]:
    return [name for name, column in Households.columns.items() if column.inherited in kinds]


def families(names: Names) -> tuple[list[Home], int]:
    """The households after a year's joinings and divisions, and how many divisions found no row."""
    homes = homes_of(names)
    join(names, homes)
    return homes, divide(names, homes)


def nearness(guest: Home, host: Home) -> int:
    kin = host["kin_key"] == guest["key"] or guest["kin_key"] == host["key"]
    siblings = guest["kin_key"] != 0 and guest["kin_key"] == host["kin_key"]
    return 3 if kin or siblings else 2 if guest["hamlet"] == host["hamlet"] else 1


def join(names: Names, homes: list[Home]) -> None:
    def leaves(home: Home) -> bool:
        if home["key"] == 0 or len(home["members"]) > 1:
            return False
        if not home["members"]:
            return True
        return bool(home["members"][0]["age"] >= 75 and luck(names, home, 1) < names["merge_hazard"])

    # Who hosts is settled before anybody moves: a household with somebody younger than 75.
    could_host = [home for home in homes if any(member["age"] < 75 for member in home["members"])]
    for guest in sorted(filter(leaves, homes), key=lambda home: luck(names, home, 1)):
        alive = len(guest["members"]) == 1
        hosts = [
            host
            for host in could_host
            if host["village"] == guest["village"]
            and (not alive or len(host["members"]) < host["roster"])
            and (not alive or nearness(guest, host) >= 2)
        ]
        if hosts:
            take_in(min(hosts, key=lambda host: (-nearness(guest, host), host["key"] ^ guest["key"])), guest, alive)


def take_in(host: Home, guest: Home, alive: bool) -> None:
    for name in of_inheritance(*AMOUNTS):
        host[name] += guest[name]
    if alive:
        for name in of_inheritance(*LARGER):
            host[name] = max(host[name], guest[name])
        if RANK[guest["list_state"]] > RANK[host["list_state"]]:
            host |= {name: guest[name] for name in ("list_state", "reviews_above", "returned")}
    host["members"] += guest["members"]
    guest["members"] = []
    for name in set(Households.columns) - {"village"}:
        guest[name] = 0


def young_generation(home: Home) -> list[dict[str, Any]]:
    """Who would move out: the youngest generation of adults and its children; nobody if no older one remains."""
    people = home["members"]
    adults = [member for member in people if 20 <= member["age"] <= 45 and member["health"] != 2]
    if not adults:
        return []
    youngest = min(member["age"] for member in adults)
    young = [member for member in adults if member["age"] - youngest < 18]
    eldest = max(member["age"] for member in young)
    if not any(member["age"] >= eldest + 18 for member in people):
        return []
    children = [
        member for member in people if member["age"] < 20 and any(m["age"] - member["age"] >= 18 for m in young)
    ]
    return young + children


def divide(names: Names, homes: list[Home]) -> int:
    refused = 0
    asking = [home for home in homes if home["key"] and luck(names, home, 0) < names["split_hazard"]]
    for parent in sorted(asking, key=lambda home: luck(names, home, 0)):
        leaving, persons = young_generation(parent), len(parent["members"])
        if not leaving:
            continue
        rows = [home for home in homes if home["village"] == parent["village"] and home["key"] == 0]
        rows = [home for home in rows if home["roster"] >= len(leaving) + 2]
        if not rows:
            refused += 1
            continue
        child = min(rows, key=lambda home: home["roster"])
        child["key"] = int(draws.offspring(np.uint64(parent["key"]), draws.SPLIT, names["moment"]))
        child["kin_key"] = parent["key"]
        child |= {name: parent[name] for name in of_inheritance(*SAME)}
        for name in of_inheritance("shared"):
            whole = isinstance(parent[name], int)
            child[name] = parent[name] * len(leaving) // persons if whole else parent[name] * len(leaving) / persons
            parent[name] -= child[name]
        child["members"] = leaving
        parent["members"] = [member for member in parent["members"] if member not in leaving]
    return refused


def stage(age: int, education: int) -> int:
    if 6 <= age <= 15:
        return 1
    if 16 <= age <= 18 and education >= 3:
        return 2
    return 3 if 19 <= age <= 21 and education == 4 else 0


def schooling(names: Names) -> Names:
    """The columns that the yearly rule writes."""
    expected = {
        name: names[name].copy()
        for name in ("member_education", "member_student", "students", "dropouts", "school_aid")
    }
    education, student = expected["member_education"], expected["member_student"]
    bounds = [ndtri(1 - names[f"{level}_share"]) for level in ("senior", "college")]
    for home in range(len(names["size"])):
        rows = twins.present(names, home)
        for row in rows:
            if names["member_age"][row] == 16:
                means = names["ability"][home] + names["permanent"][home]
                z = twins.normal(names, names["member_key"][row], draws.SCHOOLING_YEAR, names["moment"], 0)
                education[row] = 2 + sum(z + names["schooling_lean"] * means > bound for bound in bounds)
            student[row] = stage(names["member_age"][row], education[row])
        yearly = {2: names["school_cost_senior"], 3: names["school_cost_college"]}
        cost = 100 * names["trend"] * sum(yearly.get(int(student[row]), 0) for row in rows)
        short = cost > names["dropout_burden"] * names["last_income"][home] and names["savings"][home] < cost
        unlucky = (
            twins.uniform(names, names["key"][home], draws.SCHOOLING_YEAR, names["moment"], 1) < names["dropout_hazard"]
        )
        known = names["last_persons"][home] > 0
        if cost > 0 and short and unlucky and known and not names["school_aid"][home]:
            for row in rows:
                if student[row] >= 2:
                    education[row], student[row] = student[row], 0
                    expected["dropouts"][home] += 1
        expected["students"][home] = sum(student[row] > 0 for row in rows)
        expected["school_aid"][home] = 0
    return expected


def school_costs(names: Names) -> Names:
    """What a quarter of school costs, in fen."""
    yearly = [0, *(names[f"school_cost_{level}"] for level in ("compulsory", "senior", "college"))]
    booked = names["school_cost"].copy()
    for home in np.flatnonzero(names["students"] > 0):
        yuan = sum(yearly[names["member_student"][row]] for row in twins.present(names, home))
        booked[home] = math.floor(25 * names["trend"] * yuan + 0.5)
    return {"school_cost": booked}
