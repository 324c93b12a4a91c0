"""The kinds that work through markets, land, own business, infrastructure and forests, on a whole small world."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from simulator.interventions import KINDS
from simulator.scenario import Scenario
from tests.systems import OFFERS, arm, entries, founded, null_history, only, pin_of, quarters, terms, zhejiang
from tests.test_policy import AMOUNTS, INCOME, RICH, effects

FARM_KINDS = ("market_link", "start_up_grant", "village_leader", "land_lease", "infrastructure", "ecology")
# A leader persuades everybody who can start, so that a small world shows it.
EAGER = {"model.leader_start": 30.0}
# What the offices note about a programme that changes nothing.
NOTES = ("claim", "delivered", "supplier_money", "public_money", "year_public", "year_support")


def alone(kind: str, **values: float) -> Scenario:
    """The programme with one kind alone, generously funded and taken up by all from its first quarter."""
    scenario = only(zhejiang().with_values({**RICH, **EAGER}), kind)
    return terms(scenario, kind, take_up=1.0, ramp_quarters=1.0, **values)


@functools.cache
def moved(kind: str) -> frozenset[str]:
    """What a kind changes against the null arm."""
    scenario = alone(kind)
    return frozenset(effects(("null", scenario), ("policy", scenario), (*OFFERS, *NOTES)))


def paid(scenario: Scenario, kind: str) -> int:
    """Fen paid for a kind over the programme."""
    _, history = arm("policy", scenario)
    rows = [row for row, line in enumerate(history.ledger_lines) if line.kind == kind]
    return int(history.ledger[:, rows].sum())


@pytest.mark.parametrize("kind", FARM_KINDS)
def test_a_sham_changes_nothing(kind: str) -> None:
    scenario = alone(kind, **dict.fromkeys(AMOUNTS[kind], 0.0))
    assert effects(("null", scenario), ("policy", scenario), (*OFFERS, *NOTES)) == set()
    assert paid(scenario, kind) == 0


@pytest.mark.parametrize("kind", FARM_KINDS)
def test_a_kind_works_through_its_mechanism(kind: str) -> None:
    assert KINDS[kind].mechanism in moved(kind)
    assert moved(kind) & set(INCOME)


@pytest.mark.parametrize("kind", FARM_KINDS)
def test_with_the_mechanism_off_it_costs_and_earns_nothing(kind: str) -> None:
    off = entries(alone(kind), {kind}, mechanism=False)
    assert not effects(("null", off), ("policy", off), (*OFFERS, *NOTES)) & set(INCOME)
    assert paid(off, kind) > 0


def test_no_two_kinds_change_the_same() -> None:
    assert len({moved(kind) for kind in FARM_KINDS}) == len(FARM_KINDS)


def test_every_leader_is_linked_to_ten_listed_households_of_its_own() -> None:
    scenario, links = alone("village_leader"), 10
    first = founded().households.led.copy()
    for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2019):
        table = world.households
        fresh = (table.led == 1) & (first == 0)
        assert (table.supported[fresh] == 1).all() and (table.labour[fresh] > 0).all()
        made = np.bincount(table.village[fresh], minlength=world.villages.length)
        assert (made % links == 0).all()
        first = table.led.copy()
    assert world.villages.leaders.sum() > 0
    assert (world.villages.leaders <= scenario.values["programme.interventions.village_leader.leaders"]).all()


def test_land_is_let_or_worked_once_under_an_organised_lease() -> None:
    scenario = alone("land_lease")
    for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2020):
        table = world.households
        assert (table.leased <= table.land + 1e-9).all() and (table.rented <= table.land + 1e-9).all()
        worked = np.maximum(table.land - table.leased + table.rented, 0.0)
        assert (table.leased + worked <= table.land + table.rented + 1e-9).all()
        assert (table.land_rent_extra[table.delivered == 0] >= 0).all()
    assert (table.land_rent_extra > 0).any() and not (table.land_rent_extra[table.labour >= 0.5] > 0).any()


def test_infrastructure_is_built_up_to_all_there_is_and_wears_out() -> None:
    scenario = alone("infrastructure", build_quarters=4.0).with_values({"programme.yuan_per_listed_household": 2e5})
    built = []
    for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
        assert ((world.villages.infrastructure >= 0) & (world.villages.infrastructure <= 1)).all()
        assert world.villages.infrastructure_paid.max() <= 100 * 3_000_000
        built.append(world.villages.infrastructure.max())
    assert max(built) > 0.9 and built[-1] < max(built)


def test_contracts_end_when_nobody_pays_for_them() -> None:
    scenario = entries(alone("market_link"), {"market_link"}, start=(2018, 1), end=(2018, 4))
    linked = [
        int((world.villages.contracted > 0).sum())
        for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2019)
    ]
    assert min(linked[:4]) > 0 and max(linked[4:]) == 0


@pytest.mark.parametrize("market", ["on", "off"])
def test_an_organised_lease_ends_with_its_year(market: str) -> None:
    """Paid for in 2018 alone: from 2019 on nobody leases out more than they do without the programme."""
    scenario = entries(alone("land_lease", organised_share=1.0), {"land_lease"}, start=(2018, 1), end=(2018, 4))
    scenario = replace(scenario, switches={**scenario.switches, "model.process_land_market": market})
    pin = pin_of(null_history())
    worlds = (quarters(founded(), scenario, name, pin, last_year=2019) for name in ("null", "policy"))
    for without, with_it in zip(*worlds, strict=True):
        more = with_it.households.leased - without.households.leased
        assert (more > 0).any() == (with_it.now.year == 2018)
        assert market == "on" or not with_it.households.rented.any()
