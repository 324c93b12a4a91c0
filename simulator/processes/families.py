"""Households divide and join once a year, before rosters are counted.

Division: a household with a generation of adults of 20 to 45 and somebody at least a generation (18 years) older may
divide. The young generation (the adults less than 18 years older than its youngest, the disabled apart) moves out with
its children, each at least 18 years younger than one of them, with hazard `split_hazard` a year. It takes a spare row
of its village; without one it waits and is counted in `refused_splits`. Its key is mixed from its parents', the event
and the quarter, so it meets the same fortune in every arm.

Joining: somebody of 75 or more who lives alone joins a household of kin with a place free in its roster, with hazard
`merge_hazard`: the one it came from, one that came from it or from the same, and otherwise one of the hamlet. What a
household that has died out leaves goes the same way at once, in need to any household of the village, and its row is
spare again.

What is held is conserved: members keep all their columns, amounts are shared by persons (the parents keep the odd fen)
and added up again, as `inherited` declares for every column of a household (`columns`), those of a researcher's own
rules included. A loan stays with the parents and moves with who joins another household; nothing here depends on what a
programme did. The children of a division stay in the cohort, and a host on neither list nor cohort enters it with its
guest. Both hazards are assumptions that keep persons a household about steady.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.columns import COPIED, EITHER, KEPT, SHARED, STAYS, Column, Table
from simulator.draws import FAMILY_YEAR, SPLIT, offspring, uniform
from simulator.households import Households
from simulator.members import DISABLED, SPARE_PLACES, Members
from simulator.rules import compiled, inlined, rule

GENERATION = 18
YOUNG_FROM, YOUNG_UNTIL = 20, 45
ALONE_FROM = 75
# Of two list states the one that weighs more holds after a merger: listed, observed, exited, never.
WEIGHT = np.array([0, 3, 2, 1])


def families(names: Mapping[str, Any]) -> None:
    """Join who lives alone and what the dead left to other households, then divide households."""
    join(names)
    divide(names)


def join(names: Mapping[str, Any]) -> None:
    """Move guests and what they hold to their hosts; the rows they leave are spare."""
    guests, hosts, persons, *moves = find_hosts(names)
    move_members(names, *moves)
    alive = persons > 0
    for guest, host in zip(guests[alive], hosts[alive], strict=True):
        if WEIGHT[names["list_state"][guest]] > WEIGHT[names["list_state"][host]]:
            for name in ("list_state", "reviews_above", "returned"):
                names[name][host] = names[name][guest]
    for name, column in columns_of(names, Households).items():
        values = names[name]
        if column.inherited in (SHARED, KEPT):
            np.add.at(values, hosts, values[guests])
        elif column.inherited in (EITHER, STAYS):
            np.maximum.at(values, hosts[alive], values[guests[alive]])
        if name != "village":
            values[guests] = 0


def divide(names: Mapping[str, Any]) -> None:
    """Move young generations to spare rows of their villages and share what the household held by persons."""
    parents, children, leaving, persons, *moves = find_rows(names)
    move_members(names, *moves)
    for name, column in columns_of(names, Households).items():
        values = names[name]
        if column.inherited in (COPIED, EITHER):
            values[children] = values[parents]
        elif column.inherited == SHARED:
            whole = values.dtype.kind in "iu"
            held = values[parents].astype(np.int64) if whole else values[parents]
            part = held * leaving // persons if whole else held * (leaving / persons)
            values[children] = part
            values[parents] = held - part


def columns_of(names: Mapping[str, Any], table: type[Table]) -> dict[str, Column]:
    """A table's columns under the names of rules, and those that a researcher's own rules brought."""
    declared = {table.prefix + name: column for name, column in table.columns.items()}
    return declared | names.get("own_columns", {}).get(table.prefix, {})


def move_members(names: Mapping[str, Any], source: np.ndarray, target: np.ndarray) -> None:
    """Members move with all their columns from the places `source` to the empty ones in `target`."""
    for name in columns_of(names, Members):
        values = names[name]
        values[target] = values[source]
        values[source] = 0


@compiled
def young_bounds(first, end, member_present, member_age, member_health):  # type: ignore[no-untyped-def]
    """(youngest, eldest) of a roster's young generation; (0, 0) if nobody is a generation older than all of them."""
    youngest = YOUNG_UNTIL + 1
    for row in range(first, end):
        age = member_age[row]
        if member_present[row] == 1 and member_health[row] != DISABLED and YOUNG_FROM <= age < youngest:
            youngest = age
    eldest = 0
    oldest = 0
    for row in range(first, end):
        if member_present[row] == 1:
            age = member_age[row]
            oldest = max(oldest, age)
            if member_health[row] != DISABLED and youngest <= age < youngest + GENERATION and age <= YOUNG_UNTIL:
                eldest = max(eldest, age)
    if eldest == 0 or oldest < eldest + GENERATION:
        return 0, 0
    return youngest, eldest


@compiled
def moves_out(age, health, youngest, eldest):  # type: ignore[no-untyped-def]
    """Whether a member belongs to the young generation or is a child of it."""
    if youngest <= age <= eldest:
        return health != DISABLED
    return age < YOUNG_FROM and age + GENERATION <= eldest


@compiled
def spare_row(first, end, needed, key, roster_start):  # type: ignore[no-untyped-def]
    """The spare row of a village with the smallest roster of at least `needed` places; -1: none."""
    best = -1
    fewest = 0
    for row in range(first, end):
        places = roster_start[row + 1] - roster_start[row]
        if key[row] == 0 and places >= needed and (best < 0 or places < fewest):
            best = row
            fewest = places
    return best


@inlined
def kinship(guest, host, key, kin_key, hamlet):  # type: ignore[no-untyped-def]
    """3: kin (parents, children or siblings by division); 2: neighbours in a hamlet; 1: of one village."""
    own, theirs = kin_key[guest], kin_key[host]
    # One test without branches: every guest asks it of a whole village.
    kin = (theirs == key[guest]) | (own == key[host]) | ((own != 0) & (own == theirs))
    return 3 if kin else (2 if hamlet[guest] == hamlet[host] else 1)


@compiled
def free_place(first, end, member_present, taken):  # type: ignore[no-untyped-def]
    """The first place of a roster that is empty and not promised to anybody; -1: none."""
    for row in range(first, end):
        if member_present[row] == 0 and taken[row] == 0:
            return row
    return -1


@rule
def find_hosts(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    kin_key,
    hamlet,
    village,
    village_start,
    roster_start,
    member_present,
    member_age,
    merge_hazard,
):
    """This year's joinings, those with the least luck first: (guest rows, host rows, 1 for a person and 0 for what the
    dead left; places members move from and to). Among equally close hosts the choice is by key; a
    host has somebody younger than 75 and, for a person, a place free."""
    number = key.shape[0]
    persons = np.zeros(number, np.int64)
    hosting = np.zeros(number, np.uint8)
    guests = np.empty(number, np.int64)
    luck = np.empty(number)
    found = 0
    for row in range(number):
        if key[row] == 0:
            continue
        # All places: those of a household divided off just now are not yet counted as in use. More than one person, one
        # of them young enough, is all there is to know.
        for member in range(roster_start[row], roster_start[row + 1]):
            persons[row] += member_present[member]
            hosting[row] |= member_present[member] & np.uint8(member_age[member] < ALONE_FROM)
            if persons[row] > 1 and hosting[row] == 1:
                break
        if persons[row] > 1 or hosting[row] == 1:
            continue
        u = uniform(seed, replicate, key[row], FAMILY_YEAR, moment, 1)
        if persons[row] == 0 or u < merge_hazard:
            guests[found] = row
            luck[found] = u
            found += 1
    guests = guests[:found][np.argsort(luck[:found])]
    hosts = np.full(found, -1, np.int64)
    source, target = np.empty(found, np.int64), np.empty(found, np.int64)
    moving = 0
    taken = np.zeros(member_present.shape[0], np.uint8)
    for index in range(found):
        guest = guests[index]
        needs = 2 if persons[guest] == 1 else 1
        closest = 0
        for row in range(village_start[village[guest]], village_start[village[guest] + 1]):
            if hosting[row] == 0:
                continue
            near = kinship(guest, row, key, kin_key, hamlet)
            if near < max(needs, closest):
                continue
            if near == closest and (key[row] ^ key[guest]) > (key[hosts[index]] ^ key[guest]):
                continue
            if persons[guest] == 0 or free_place(roster_start[row], roster_start[row + 1], member_present, taken) >= 0:
                closest = near
                hosts[index] = row
        if closest > 0 and persons[guest] == 1:
            place = free_place(roster_start[hosts[index]], roster_start[hosts[index] + 1], member_present, taken)
            taken[place] = 1
            for member in range(roster_start[guest], roster_start[guest + 1]):
                if member_present[member] == 1:
                    source[moving], target[moving] = member, place
                    moving += 1
    settled = hosts >= 0
    return guests[settled], hosts[settled], persons[guests[settled]], source[:moving], target[:moving]


@rule
def find_rows(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    key,
    kin_key,
    village,
    village_start,
    roster_start,
    member_present,
    member_age,
    member_health,
    split_hazard,
    refused_splits,
):
    """This year's divisions, those with the least luck first: (parents' rows, children's rows, persons leaving, persons
    before; places members move from and to). Names the children; their roster keeps room for
    births."""
    rows = np.empty(key.shape[0], np.int64)
    luck = np.empty(key.shape[0])
    asking = 0
    for row in range(key.shape[0]):
        if key[row] != 0:
            u = uniform(seed, replicate, key[row], FAMILY_YEAR, moment, 0)
            if u < split_hazard:
                rows[asking] = row
                luck[asking] = u
                asking += 1
    rows = rows[:asking][np.argsort(luck[:asking])]
    children = np.full(asking, -1, np.int64)
    leaving = np.zeros(asking, np.int64)
    persons = np.zeros(asking, np.int64)
    room = np.sum(roster_start[rows + 1] - roster_start[rows])
    source, target = np.empty(room, np.int64), np.empty(room, np.int64)
    moving = 0
    for index in range(asking):
        row = rows[index]
        first, end = roster_start[row], roster_start[row + 1]
        youngest, eldest = young_bounds(first, end, member_present, member_age, member_health)
        if eldest == 0:
            continue
        for member in range(first, end):
            if member_present[member] == 1:
                persons[index] += 1
                if moves_out(member_age[member], member_health[member], youngest, eldest):
                    source[moving + leaving[index]] = member
                    leaving[index] += 1
        needed = leaving[index] + SPARE_PLACES
        child = spare_row(village_start[village[row]], village_start[village[row] + 1], needed, key, roster_start)
        if child < 0:
            refused_splits[0] += 1
            continue
        for place in range(leaving[index]):
            target[moving] = roster_start[child] + place
            moving += 1
        key[child] = offspring(key[row], SPLIT, moment)
        kin_key[child] = key[row]
        children[index] = child
    settled = children >= 0
    return rows[settled], children[settled], leaving[settled], persons[settled], source[:moving], target[:moving]
