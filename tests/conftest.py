"""What the tests of the simulator share: the shipped scenario, a founded world, and small places filled at random."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

import scenarios
from simulator.columns import Column, Table
from simulator.cooperatives import Cooperatives
from simulator.counties import Counties
from simulator.households import Households
from simulator.macro import MacroDraw
from simulator.members import Members
from simulator.scenario import Scenario
from simulator.simulate import found
from simulator.villages import Villages
from simulator.world import Luck, World, parameter_names

# The first example compiles a rule: no deadline. The same examples every time: a test is red or green, never sometimes.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

VILLAGES, COUNTIES = 6, 3
# Rows of a village that no household lives in yet: all columns zero.
SPARE_ROWS = 3
# Columns whose values a rule takes for granted, (low, high) both inclusive; the others are filled by their unit.
BOUNDS = {
    "list_state": (0, 3),
    "dibao": (0, 1),
    "member_health": (0, 2),
    "member_age": (0, 95),
    "member_education": (0, 4),
    "member_sick_quarters": (0, 2),
    "village_stratum": (0, 2),
    "village_stands_for": (1, 9),
    "village_county": (0, COUNTIES - 1),
    "county_line_rule": (0, 3),
    "county_room": (0, 120),
    "year_persons": (1, 24),
    "last_persons": (0, 24),
    "reviews_above": (0, 1),
    "entered_for": (0, 3),
    "house": (0, 2),
    "house_helped": (0, 3),
    "house_damaged": (0, 2),
}


def random_column(name: str, column: Column, length: int, random: np.random.Generator) -> np.ndarray:
    """Plausible values of a declared column."""
    if name in BOUNDS:
        low, high = BOUNDS[name]
        return random.integers(low, high + 1, length)
    if column.unit == "key":
        return random.integers(0, 2**63, length).astype(np.uint64)
    if column.unit == "flag":
        return random.integers(0, 2, length)
    if column.unit in ("log", "sd"):
        return random.normal(0.0, 0.4 if column.unit == "log" else 1.0, length)
    if column.unit in ("uniform", "share"):
        return random.uniform(0.0, 1.0, length)
    if column.unit == "yuan/person/year":
        return random.uniform(-2_000.0, 30_000.0, length)
    if np.issubdtype(column.dtype, np.integer):
        return random.integers(0, 2_000_000 if column.unit.startswith("fen") else 4, length)
    return random.uniform(0.1, 3.0, length)


def random_table(kind: type[Table], length: int, seed: int, **given: np.ndarray) -> Table:
    """A table of random values; `given` columns are taken as they are. Each column has its own generator, so that a new
    column changes none of the others."""
    filled = {}
    for name, column in kind.columns.items():
        random = np.random.default_rng([seed, zlib.crc32((kind.prefix + name).encode())])
        filled[name] = given.get(name, random_column(kind.prefix + name, column, length, random))
    return kind(length, **filled)


def random_names(scenario: Scenario, seed: int) -> dict[str, Any]:
    """The names of a small place at random, as a rule would find them. Hazards are raised so that things happen."""
    random = np.random.default_rng(seed)
    households = np.array([random.integers(5, 14) + SPARE_ROWS for _ in range(VILLAGES)])
    length = int(households.sum())
    spare = np.concatenate([np.arange(number) >= number - SPARE_ROWS for number in households])
    size = np.where(spare, 0, random.integers(0, 7, length))
    places = np.where(spare, 6, size + 2)
    empty = places - size
    present = np.concatenate(
        [random.permutation([1] * there + [0] * free) for there, free in zip(size, empty, strict=True)]
    )
    capacity = random.choice([0.0, 0.5, 1.0], len(present))
    work = np.where(capacity == 0.0, 0, random.integers(1, 6, len(present)))
    student = random.choice([0, 0, 0, 0, 0, 1, 2, 3], len(present))
    village = np.repeat(np.arange(VILLAGES), households)
    homes = random_table(Households, length, seed, village=village, size=size, roster_used=np.where(spare, 0, places))
    for name in set(Households.columns) - {"village", "roster_used"}:
        getattr(homes, name)[spare] = 0
    tables = (
        homes,
        random_table(Members, len(present), seed, present=present, capacity=capacity, work=work, student=student),
        random_table(Villages, VILLAGES, seed),
        random_table(Counties, COUNTIES, seed),
        random_table(Cooperatives, VILLAGES, seed),
    )
    names: dict[str, Any] = {}
    for table in tables:
        names |= table.bindings()
    return {
        **names,
        **parameter_names(scenario),
        "roster_start": np.concatenate([[0], np.cumsum(places)]).astype(np.int64),
        "village_start": np.concatenate([[0], np.cumsum(households)]).astype(np.int64),
        "refused_splits": np.zeros(1, np.int64),
        "seed": 11,
        "replicate": seed,
        "moment": 8072,
        "annual_moment": 8072,
        "quarter": 4,
        "crop_ahead": 0.7,
        "province_key": np.uint64(987654321),
        "trend": 1.3,
        "collective_trend": 1.35,
        **{f"season_{what}": 0.3 for what in ("wage", "business", "property", "transfer", "sun")},
        "season_wage_year": np.array([0.29, 0.24, 0.24, 0.23]),
        "wage_local": 31_000.0,
        "wage_migrant": 36_000.0,
        "farm_yuan": 9_000.0,
        "farm_price": 1.1,
        "enterprise_yuan": 7_000.0,
        "remittance_yuan": 2_600.0,
        "rent_per_mu": 650.0,
        "property_yuan": 1_900.0,
        "pension_month": 360.0,
        "loan_return": 0.12,
        "pandemic_homecoming": 0.0,
        "pandemic_business": 1.0,
        "fertility": 0.5,
        "chronic_onset_adult": 0.2,
        "chronic_onset_elder": 0.5,
        "serious_hazard_adult": 0.3,
        "serious_hazard_elder": 0.6,
    }


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """The shipped programme of Zhejiang."""
    return scenarios.load("zhejiang_2018_2022").scenario


@pytest.fixture(scope="session")
def world(scenario: Scenario) -> World:
    """A world of about 2,000 households at the end of year 0. Shared: read it, copy it, do not change it."""
    return found(scenario, Luck(1, 1), 2_000, MacroDraw())


@pytest.fixture(scope="session")
def place(scenario: Scenario) -> Callable[[int], dict[str, Any]]:
    """Makes the names of a small random place from a seed."""
    return lambda seed: random_names(scenario, seed)
