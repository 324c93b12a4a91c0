"""The worked cases of `worked_cases/`: a village or two, the terms of one kind, and the amounts reckoned by hand.

Each case runs through the model's own quarter on a quiet world: nobody dies, falls ill, or finds or loses work by
chance, prices stand still, and nobody has land, assets or absent kin.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from simulator.accounts import Accounts
from simulator.calendar import Quarter
from simulator.cooperatives import Cooperatives
from simulator.counties import Counties
from simulator.households import Households
from simulator.interventions import KINDS
from simulator.macro import Pin, macro_path
from simulator.members import GOOD, Members
from simulator.scenario import Scenario
from simulator.villages import STRATA, Villages
from simulator.world import Luck, World
from tests.systems import MACRO, entries, only, quarters, terms, zhejiang

CASES = sorted((Path(__file__).parent / "worked_cases").glob("*.yaml"))
HEALTH = {"good": GOOD, "chronic": 1, "disabled": 2}
FIELDS = {"kind", "title", "budget", "terms", "values", "villages", "expected"}
QUIET = (
    *("model.mortality_base", "model.fertility", "model.serious_hazard_adult", "model.serious_hazard_elder"),
    *("model.chronic_onset_adult", "model.chronic_onset_elder", "model.finding", "model.separation_local"),
    *("model.separation_migrant", "model.loading_wage", "model.loading_business", "model.education_premium"),
    *("model.sd_permanent_shock", "model.sd_transitory_shock", "model.sd_village", "model.sd_county"),
    *("model.sd_province", "model.verdict_sd", "place.observation_sd", "place.forecast_growth"),
    *("place.pension_month_year0", "programme.overhead", "model.disaster_hazard"),
    *("model.split_hazard", "model.merge_hazard"),
    *("model.pension_contribution", "model.medical_premium", "model.price_sd"),
)


def read(path: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def quiet_scenario(case: dict[str, Any]) -> Scenario:
    """The shipped programme with this kind alone, its terms, and nothing else going on."""
    kind = case["kind"]
    scenario = entries(only(zhejiang(), kind), {kind}, start=(2018, 1))
    values = dict.fromkeys(QUIET, 0.0)
    # No county comes before another.
    values |= {path: 1.0 for path in scenario.values if path.endswith(".elsewhere")}
    # Nobody is observed above the line, so nobody leaves the list.
    values |= {"place.observation_bias": -9.0, "programme.yuan_per_listed_household": case["budget"]}
    fund = scenario.interventions[0].fund
    homes = sum(home.get("listed", True) for village in case["villages"] for home in village["households"])
    if f"programme.funds.{fund}.yuan_per_year" in scenario.values:
        values[f"programme.funds.{fund}.yuan_per_year"] = case["budget"] * homes
    if f"programme.funds.{fund}.budget_share" in scenario.values:
        values[f"programme.funds.{fund}.budget_share"] = 1.0
    return terms(scenario.with_values(values | case.get("values", {})), kind, **case["terms"])


def hand_built(case: dict[str, Any], scenario: Scenario) -> World:
    """The world of a case at the end of year 0."""
    homes = [(row, home) for row, village in enumerate(case["villages"]) for home in village["households"]]
    rosters = [home["members"] for _, home in homes]
    people = [member for roster in rosters for member in roster]
    counts = [len(village["households"]) for village in case["villages"]]
    villages = Villages(
        len(counts),
        key=np.arange(100, 100 + len(counts)),
        stratum=np.array([STRATA.index(village["stratum"]) for village in case["villages"]]),
        stands_for=np.ones(len(counts)),
        **{name: np.ones(len(counts)) for name in ("farm_price", "market_factor", "demand_factor")},
        collective_base=np.array([village.get("collective_base", 0) for village in case["villages"]]),
    )
    households = Households(
        len(homes),
        key=np.arange(1000, 1000 + len(homes)),
        village=np.array([row for row, _ in homes]),
        size=np.array([len(roster) for roster in rosters]),
        list_state=np.array([1 if home.get("listed", True) else 0 for _, home in homes]),
        cohort=np.array([1 if home.get("listed", True) else 0 for _, home in homes]),
        application=np.ones(len(homes)),
        dibao_application=np.array([home.get("dibao_application", 1.0) for _, home in homes]),
        member_factor=np.ones(len(homes)),
    )
    members = Members(
        len(people),
        key=np.arange(10_000, 10_000 + len(people)),
        present=np.ones(len(people)),
        age=np.array([member["age"] for member in people]),
        education=np.array([member.get("education", 2) for member in people]),
        health=np.array([HEALTH[member.get("health", "good")] for member in people]),
        attached=np.ones(len(people)),
    )
    # What else a case says of a household or village is a column by its name.
    for table, stated in ((households, [home for _, home in homes]), (villages, case["villages"])):
        for row, entry in enumerate(stated):
            for name in set(entry) & set(table.columns) - {"stratum"}:
                getattr(table, name)[row] = entry[name]
    world = World(
        households=households,
        members=members,
        villages=villages,
        counties=Counties(1, key=np.array([1])),
        cooperatives=Cooperatives(len(counts), key=np.arange(500, 500 + len(counts)), quality=np.ones(len(counts))),
        roster_start=np.concatenate([[0], np.cumsum([len(roster) for roster in rosters])]),
        village_start=np.concatenate([[0], np.cumsum(counts)]),
        accounts=Accounts(scenario.funds),
        luck=Luck(1, 1),
        path=macro_path(scenario, MACRO),
        pin=Pin(),
        now=Quarter(2018, 1),
        province_key=np.uint64(9),
        realised_mean={2017: 25_000.0},
        baseline_listed=int(households.cohort.sum()),
        county_quota=np.ones(1),
    )
    world.bind(scenario)
    return world


def differences(world: World, table: str, expected: list[dict[str, float]]) -> list[str]:
    """What a table holds that the case does not expect. Money is compared in whole fen, all else to twelve digits."""
    found = []
    for row, columns in enumerate(expected):
        for name, wanted in columns.items():
            held = getattr(getattr(world, table), name)[row]
            fen = getattr(world, table).columns[name].unit.startswith("fen")
            same = int(held) == round(100 * wanted) if fen else bool(np.isclose(held, wanted, rtol=1e-12))
            if not same:
                found.append(f"{world.now} {table} {row} {name}: {held / 100 if fen else held}, not {wanted}")
    return found


def faults(case: dict[str, Any]) -> list[str]:
    """Where the model and the hand reckoning part."""
    scenario = quiet_scenario(case)
    found, seen = [], set()
    pin = Pin(dict.fromkeys(range(2017, 2023), 1.0))
    last = max(int(name[:4]) for name in case["expected"])
    for world in quarters(hand_built(case, scenario), scenario, "policy", pin, last_year=last):
        name = f"{world.now.year}Q{world.now.quarter}"
        expected = case["expected"].get(name)
        if expected is None:
            continue
        seen.add(name)
        for table in ("households", "villages", "cooperatives"):
            found += differences(world, table, expected.get(table, []))
        ledger = zip(world.accounts.lines, world.accounts.paid, strict=True)
        paid = sum(int(by_group.sum()) for line, by_group in ledger if line.kind == case["kind"])
        if paid != round(100 * expected["paid"]):
            found.append(f"{name} paid {paid / 100}, not {expected['paid']}")
    return found + [f"{name} never ran" for name in sorted(set(case["expected"]) - seen)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_model_gives_what_was_reckoned_by_hand(path: Path) -> None:
    case = read(path)
    assert set(case) <= FIELDS and {"zh", "en"} == set(case["title"])
    assert faults(case) == []


def test_every_kind_has_a_worked_case() -> None:
    assert {read(path)["kind"] for path in CASES} == set(KINDS)


def test_every_case_explains_its_reckoning() -> None:
    assert [path.name for path in CASES if not path.read_text(encoding="utf-8").startswith("# ")] == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_fen_off_is_seen(path: Path) -> None:
    case = read(path)
    first = next(iter(case["expected"].values()))
    first["paid"] += 0.01
    assert len(faults(case)) == 1


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_states_only_terms_its_kind_takes(path: Path) -> None:
    case = read(path)
    assert set(case["terms"]) == set(KINDS[case["kind"]].terms) - ({"take_up_other"} - set(case["terms"]))
