"""Slow plain-Python twins of rules, written from the equations their docstrings state.

A twin reads the names a rule would read and returns the columns it expects the rule to have written.
"""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
from scipy.special import ndtri

from simulator import draws
from simulator.rules import Rule

Names = dict[str, Any]
IDLE, HOME, LOCAL, MIGRANT, WORKSHOP, POST = range(6)
WORD = 2**32


def agree(rule: Rule, expected: Names, names: Names, fen: int = 0) -> None:
    """Run a rule on `names` and hold every array to what is expected; what is not expected must not have changed.

    `fen` is how far whole-number money may be off, for the rounding of a last digit.
    """
    before = copy.deepcopy({name: value for name, value in names.items() if isinstance(value, np.ndarray)})
    rule(names)
    for name, old in before.items():
        wanted = np.asarray(expected.get(name, old))
        off = fen if name in expected and names[name].dtype in (np.int32, np.int64) else 0
        np.testing.assert_allclose(names[name], wanted, rtol=1e-11, atol=off or 1e-11, err_msg=name)


def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Philox 4x32-10 after Salmon and others (2011), in whole numbers of any length."""
    k0, k1 = key
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * counter[0], WORD)
        high1, low1 = divmod(0xCD9E8D57 * counter[2], WORD)
        counter = (high1 ^ counter[1] ^ k0, low1, high0 ^ counter[3] ^ k1, low0)
        k0, k1 = (k0 + 0x9E3779B9) % WORD, (k1 + 0xBB67AE85) % WORD
    return counter


def uniform(names: Names, agent: int, block: int, moment: int, lane: int) -> float:
    """One keyed uniform."""
    high, low = divmod(int(agent), WORD)
    counter = (low, high, (block << 16) + moment, 0)
    return (philox((names["seed"], names["replicate"]), counter)[lane] + 0.5) / WORD


def normal(names: Names, agent: int, block: int, moment: int, lane: int) -> float:
    """One keyed standard normal."""
    return float(ndtri(uniform(names, agent, block, moment, lane)))


def fen(yuan: float) -> int:
    """Yuan in whole fen, halves up."""
    return math.floor(100.0 * yuan + 0.5)


def present(names: Names, household: int) -> list[int]:
    """Rows of the members of a household who are there."""
    rows = range(names["roster_start"][household], names["roster_start"][household + 1])
    return [row for row in rows if names["member_present"][row] == 1]


def age_members(names: Names) -> Names:
    ages, health = names["member_age"].copy(), names["member_health"].copy()
    for row in np.flatnonzero(names["member_present"] == 1):
        ages[row] = min(ages[row] + 1, 110)
        onset = names["chronic_onset_elder" if ages[row] >= 60 else "chronic_onset_adult"]
        u = uniform(names, names["member_key"][row], draws.MEMBER_YEAR, names["moment"], 0)
        if health[row] == 0 and ages[row] >= 18 and u < onset:
            health[row] = 1
    return {"member_age": ages, "member_health": health}


def has_birth(names: Names, household: int) -> bool:
    """Whether the household has a woman of 20 to 44, fewer than two children under 16, a free place, and luck."""
    rows = present(names, household)
    ages = names["member_age"]
    women = [row for row in rows if names["member_female"][row] == 1 and 20 <= ages[row] <= 44]
    children = [row for row in rows if ages[row] < 16]
    places = names["roster_start"][household + 1] - names["roster_start"][household]
    luck = uniform(names, names["key"][household], draws.HOUSEHOLD_EVENTS, names["moment"], 0)
    return bool(women) and len(children) < 2 and len(rows) < places and luck < names["fertility"]


def capacity(names: Names, row: int) -> float:
    """Labour capacity of a member."""
    age, health = names["member_age"][row], names["member_health"][row]
    kept = health == 2 or names["member_sick_quarters"][row] > 0 or names["member_student"][row] > 0
    if kept or not 16 <= age < 75:
        return 0.0
    return 0.5 if age >= 60 or health == 1 else 1.0


def count_roster(names: Names) -> Names:
    there = names["member_present"] == 1
    able = np.array([capacity(names, row) for row in range(len(there))])
    work = names["member_work"].copy()
    work[there & (able == 0)] = IDLE
    work[there & (able > 0) & (names["member_work"] == IDLE)] = HOME
    homes = [present(names, household) for household in range(len(names["size"]))]
    return {
        "member_capacity": np.where(there, able, names["member_capacity"]),
        "member_work": work,
        "size": [len(rows) for rows in homes],
        "labour": [able[rows].sum() for rows in homes],
        "elders": [sum(names["member_age"][row] >= names["pension_age"] for row in rows) for rows in homes],
        "contributors": [sum(16 <= names["member_age"][row] < names["pension_age"] for row in rows) for rows in homes],
        "unwell": [
            sum(names["member_health"][row] == 2 or names["member_sick_quarters"][row] > 0 for row in rows)
            for rows in homes
        ],
        "disabled": [sum(names["member_health"][row] == 2 for row in rows) for rows in homes],
    }


def patient_pays(
    bill: float,
    basic: tuple[float, float],
    catastrophic: tuple[float, float],
    assistance: tuple[float, float] = (0.0, 0.0),
    supplementary: tuple[float, float] = (0.0, 0.0),
) -> float:
    """Each layer (rate, deductible) pays its rate of what exceeds its deductible of the patient's remaining part; the
    third (rate, cap) its rate of that part up to its cap."""
    for rate, deductible in (basic, catastrophic):
        bill -= rate * (bill - deductible) if bill > deductible else 0.0
    rate, cap = assistance
    bill = bill * (1 - rate) if bill * rate < cap else bill - cap
    rate, deductible = supplementary
    return bill - rate * (bill - deductible) if bill > deductible else bill


def illness(names: Names) -> tuple[Names, np.ndarray]:
    """The expected columns, and the total of bills in yuan by household."""
    basic = names["basic_rate"], names["basic_deductible"]
    catastrophic = names["catastrophic_rate"], names["catastrophic_deductible"]
    sick = names["member_sick_quarters"].copy()
    bills, own = np.zeros(len(names["size"])), np.zeros(len(names["size"]))
    began = np.zeros(len(bills), np.int8)
    for household in range(len(bills)):
        for row in present(names, household):
            age, luck = names["member_age"][row], names["member_luck_illness"][row]
            if names["member_health"][row] == 1:
                year = names["chronic_cost_median"] * names["member_frailty"][row]
                bills[household] += names["trend"] * year / 4
                own[household] += names["trend"] * year / 4 * (1 - names["chronic_rate"])
            hazard = names["serious_hazard_elder" if age >= 60 else "serious_hazard_adult"]
            if sick[row] > 0:
                sick[row] -= 1
            elif age >= 18 and luck < hazard:
                bill = names["serious_bill_median"] * math.exp(names["serious_bill_sd"] * ndtri(luck / hazard))
                bills[household] += names["trend"] * bill
                own[household] += names["trend"] * patient_pays(bill, basic, catastrophic)
                began[household] = 1
                sick[row] = names["serious_quarters"]
    booked = {
        "out_of_pocket": [fen(yuan) for yuan in own],
        "reimbursement": [fen(yuan) for yuan in bills - own],
    }
    expected = {
        **{name: np.where(bills > 0, value, names[name]) for name, value in booked.items()},
        "member_sick_quarters": sick,
        "gravely_ill": np.maximum(names["gravely_ill"], began),
        "ill_year": np.maximum(names["ill_year"], began),
    }
    return expected, bills


def earnings(names: Names) -> Names:
    wages, home = np.zeros(len(names["size"]), np.int64), np.zeros(len(names["size"]))
    at_home = {HOME: 1.0, POST: 1 - names["post_displacement"], WORKSHOP: 1 - names["post_displacement"]}
    level = {LOCAL: names["wage_local"], MIGRANT: names["wage_migrant"]}
    for household in range(len(wages)):
        yuan = 0.0
        for row in present(names, household):
            able, state = names["member_capacity"][row], int(names["member_work"][row])
            premium = names["education_premium"] * (names["member_education"][row] - 2) + names["member_premium"][row]
            home[household] += able * at_home.get(state, 0.0)
            yuan += able * level.get(state, 0.0) * math.exp(premium)
        wages[household] = fen(yuan * names["wage_factor"][household] * names["season_wage"])
    return {"wage_work": wages, "home_labour": home}


def standing_income(names: Names) -> Names:
    there = names["size"] > 0
    rent = names["season_property"] * (
        names["rent_per_mu"] * names["leased"] + names["property_yuan"] * names["assets"]
    )
    yuan = {
        "rent_income": rent,
        "pension": 3 * names["pension_month"] * names["elders"],
        "remittance": names["season_transfer"] * names["remittance_yuan"] * names["remitter"],
    }
    expected = {name: np.where(there, np.floor(100 * value + 0.5), names[name]) for name, value in yuan.items()}
    owed = np.where(there, np.floor(names["debt_rate"] * names["debt"] / 4 + 0.5), 0).astype(np.int64)
    return expected | {"loan_interest": names["loan_interest"] + owed}


def productivity_of_year(names: Names) -> Names:
    permanent, transitory = names["permanent"].copy(), names["transitory"].copy()
    for row, key in enumerate(names["key"]):
        slow = names["recovery_poor"] if names["assets"][row] < 0.5 else 0.0
        permanent[row] = names["permanence"] * permanent[row] + names["sd_permanent_shock"] * normal(
            names, key, draws.HOUSEHOLD_YEAR, names["moment"], 0
        )
        transitory[row] = (names["recovery"] + slow) * transitory[row] + names["sd_transitory_shock"] * normal(
            names, key, draws.HOUSEHOLD_YEAR, names["moment"], 1
        )
    shared = (names["village_shock"] + names["village_level"])[names["village"]]
    total = names["ability"] + permanent + transitory + shared
    moved = {
        "permanent": permanent,
        "transitory": transitory,
        "productivity": total,
        "wage_factor": names["wage_correction"] * np.exp(names["loading_wage"] * total),
        "business_factor": names["business_correction"] * np.exp(names["loading_business"] * total),
    }
    return {name: np.where(names["size"] > 0, values, names[name]) for name, values in moved.items()}
