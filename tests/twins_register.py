"""Slow plain twins of the register, the county sums and the measures, from the sentences of their docstrings."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from simulator import draws
from simulator.measures import YEARLY
from tests.twins import Names, normal, uniform

NEVER, LISTED, OBSERVATION, EXITED = range(4)


def register_fen(names: Names, row: int) -> int:
    """The register's income of the year: no reimbursement, part of the bills deducted."""
    income = sum(int(names[f"year_{part}"][row]) for part in ("wage", "business", "property", "transfer"))
    deducted = math.floor(names["medical_deduction"] * names["year_out_of_pocket"][row] + 0.5)
    return income - int(names["year_reimbursement"][row]) - deducted


def observe(names: Names) -> Names:
    """Incomes as the list and the dibao office see them."""
    observed, verified = [], []
    for row, key in enumerate(names["key"]):
        if names["size"][row] == 0 or names["year_persons"][row] == 0:
            observed.append(math.inf)
            verified.append(math.inf)
            continue
        persons, fen = names["year_persons"][row] / 4, register_fen(names, row)
        share, fresh = names["observation_persistence"], normal(names, key, draws.HOUSEHOLD_YEAR, names["moment"], 2)
        error = math.sqrt(share) * names["observation_error"][row] + math.sqrt(1 - share) * fresh
        income = fen / 100 / persons
        factor = math.exp(names["observation_bias"] + names["reporting_bias"] + names["observation_sd"] * error)
        observed.append(income * factor if income > 0 else income)
        own = (fen - names["year_dibao"][row]) / 100 / persons
        own *= math.exp(names["verdict_sd"] * names["verdict_error"][row]) if own > 0 else 1.0
        last, memory = names["verified_income"][row], names["verdict_memory"]
        lasting = own if last == 0 else memory * last * (1 + names["rise"]) + (1 - memory) * own
        owner = names["assets"][row] > names["asset_limit"] or names["enterprise"][row] > 0
        verified.append(math.inf if owner else lasting)
    on_list = np.isin(names["list_state"], (LISTED, OBSERVATION))
    return {"observed_income": observed, "verified_income": verified, "reviewed": on_list.astype(int)}


def dibao_fen(names: Names, row: int, line: float) -> int:
    """A quarter's dibao in fen: for every member a quarter of line less withdrawn income, rounded up to a fen."""
    gap = line - names["dibao_withdrawal"] * max(names["verified_income"][row], 0.0)
    return int(names["size"][row]) * math.ceil(100 * gap / 4 - 1e-6)


def verdict(names: Names) -> Names:
    """Dibao of the coming year under both terms."""
    rows = len(names["size"])
    expected: Names = {name: [0] * rows for name in ("dibao", "dibao_entitled", "dibao_due", "dibao_standing")}
    for row in range(rows):
        income, wish = names["verified_income"][row], names["dibao_application"][row]
        expected["dibao_entitled"][row] = int(income < names["dibao_line_next"])
        entitled = income < names["dibao_line_next"]
        if entitled and wish < names["dibao_take_up_next"] and income <= names["dibao_cut_next"]:
            expected["dibao"][row] = 1
            expected["dibao_due"][row] = dibao_fen(names, row, names["dibao_line_next"])
        if income < names["dibao_line_standing"] and wish < names["dibao_take_up"] and income <= names["dibao_cut"]:
            expected["dibao_standing"][row] = dibao_fen(names, row, names["dibao_line_standing"])
    return expected


def county_of(names: Names) -> np.ndarray:
    """The county of every household."""
    return names["village_county"][names["village"]]


def persons(names: Names, rows: Iterable[int]) -> int:
    """Persons of households, villages counting for all they stand for."""
    return sum(int(names["size"][row]) * int(names["village_stands_for"][names["village"][row]]) for row in rows)


def candidates(names: Names) -> dict[int, float]:
    """Rows that would enter and their place in the queue."""
    line = names["county_line"][county_of(names)]
    queue = {}
    for row in range(len(names["size"])):
        if names["size"][row] == 0 or names["list_state"][row] in (LISTED, OBSERVATION):
            continue
        if names["dibao"][row] and names["dibao_listed"]:
            queue[row] = -math.inf
        elif names["observed_income"][row] < line[row] and names["application"][row] < names["list_take_up"]:
            lot = uniform(names, names["key"][row], draws.HOUSEHOLD_YEAR, names["moment"], 3)
            queue[row] = lot if names["random_selection"] else -community_score(names, row, line[row])
    return queue


def community_score(names: Names, row: int, line: float) -> float:
    """Need as the neighbours see it: low income, visible signs, favour."""
    signs = [names["house"][row] == 1, names["labour"][row] == 0, names["disabled"][row] > 0]
    signs.append(names["ill_year"][row] == 1 or names["struck_year"][row] == 1)
    favour = names["community_favour"] * normal(names, names["key"][row], draws.COMMUNITY_YEAR, 0, 0)
    weight, seen = names["community_weight"], -math.log(max(names["observed_income"][row], line / 100))
    return weight * seen + (1 - weight) * names["community_sign"] * sum(signs) + favour


def admitted(names: Names, queue: dict[int, float]) -> set[int]:
    """Who enters: by county, the foremost place in the queue first, all of one place together, while there is room. Who
    receives dibao enters in any case and uses up room."""
    enter: set[int] = set()
    for county, room in enumerate(names["county_room"]):
        own = {row: place for row, place in queue.items() if county_of(names)[row] == county}
        for place in sorted(set(own.values())):
            together = [row for row in own if own[row] == place]
            if place > -math.inf and persons(names, together) > room:
                break
            enter.update(together)
            room -= persons(names, together)
    return enter


def measure_year(names: Names) -> np.ndarray:
    """All yearly sums, column by column, from masks over households."""
    n = names
    there = (n["size"] > 0) & (n["year_persons"] > 0)
    size = np.where(there, n["year_persons"] / 4, 1.0)
    parts = {part: n[f"year_{part}"] / 100 for part in ("wage", "business", "property", "transfer")}
    if n["register_accounting"]:
        parts["wage"] = parts["wage"] + n["year_remittance"] / 100
        parts["transfer"] = parts["transfer"] - (n["year_remittance"] + n["year_reimbursement"]) / 100
    income = sum(parts.values())
    each = income / size
    register = np.array([register_fen(n, row) for row in range(len(size))])
    own = (register - n["year_dibao"]) / 100 / size
    cohort, before, dibao = n["cohort"] == 1, n["reviewed"] == 1, n["dibao"] == 1
    after = np.isin(n["list_state"], (LISTED, OBSERVATION))
    work, known = n["labour"] > 0, n["last_persons"] > 0
    left = n["exit_gift_share"] >= 0
    entitled = (own < n["dibao_line_next"]) & (n["assets"] <= n["asset_limit"]) & (n["enterprise"] == 0)
    everyone = np.ones(len(size), bool)
    populations = {"rural": everyone, "cohort": cohort, "before": before, "after": after}
    populations |= {f"{name}_labour": populations[name] & work for name in ("cohort", "before", "after")}
    last = n["last_persons"] / 4, n["last_income"] / 100
    columns: dict[str, np.ndarray] = {}
    for name, mask in populations.items():
        columns |= {f"persons_{name}": mask * size, f"income_{name}": mask * income, f"households_{name}": mask * 1.0}
        columns |= {f"{part}_{name}": mask * value for part, value in parts.items()}
        columns[f"square_income_{name}"] = mask * size * each**2
    poor = each < n["absolute_threshold"]
    matched = before & known
    columns |= {"matched_persons": matched * size, "matched_income": matched * income}
    columns |= {"matched_last_persons": matched * last[0], "matched_last_income": matched * last[1]}
    columns |= {
        "before_below_floor_register": before & (register / 100 / size < n["floor_threshold"]),
        "before_below_floor_true": before & (each < n["floor_threshold"]),
        "rural_below_absolute": poor,
        "persons_rural_below_absolute": poor * size,
        "rural_below_absolute_real": each < n["absolute_real_threshold"],
        "cohort_labour_reaching": cohort & work & (each >= n["labour_threshold"]),
        "entitled_observed": n["dibao_entitled"] == 1,
        "entitled_observed_covered": (n["dibao_entitled"] == 1) & dibao,
        "entitled_true": entitled,
        "entitled_true_covered": entitled & dibao,
        "exits_labour": left & work,
        "exits_gift_led": left & work & (n["exit_gift_share"] > n["gift_threshold"]),
        "persons_below_line": (each < n["county_line"][county_of(n)]) * size,
        "persons_dibao": dibao * size,
        "households_returned": (n["returned"] == 1) & after,
        "households_exited": n["list_state"] == EXITED,
        "exited_below_line": (n["list_state"] == EXITED) & (each < n["county_line"][county_of(n)]),
        "entries_income": n["entered_for"] == 1,
        "entries_illness": n["entered_for"] == 2,
        "entries_disaster": n["entered_for"] == 3,
        "unsafe_houses_before": before & (n["house"] == 1),
    }
    villages = len(n["village_key"])
    return np.array([np.bincount(n["village"], there * columns[name], villages) for name in YEARLY]).T
