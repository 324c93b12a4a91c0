"""Health cover, housing, relocation, relief and insurance in a whole world: who is helped, by how much, and by what."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulator.households import MOVED, REBUILT
from simulator.interventions import KINDS
from simulator.scenario import Scenario
from simulator.world import World
from tests.systems import columns, differing, entries, founded, null_history, only, pin_of, quarters, terms, zhejiang

HARD = {
    "programme.yuan_per_listed_household": 200_000.0,
    "programme.overhead": 0.0,
    "model.disaster_hazard": 0.8,
    "model.disaster_house_safe": 0.3,
}
NOTHING = {
    "health_cover": {
        **dict.fromkeys(("premium_share", "basic_rise", "catastrophic_rise"), 0.0),
        **dict.fromkeys(("assistance_rate", "supplementary_rate", "pay_later"), 0.0),
        "deductible_factor": 1.0,
    },
    "housing": {"subsidy": 0.0, "own_cost": 0.0},
    "relocation": {"subsidy_per_person": 0.0, "own_cost_per_person": 0.0, "job_access": 0.0, "land_returned": 0.0},
    "relief": {"disaster_amount": 0.0, "illness_share": 0.0},
    "insurance": {"subsidy_share": 0.0, "station_trigger": 0.0, "station_premium": 0.0},
}
"""Terms under which each kind gives nothing."""

SOFT = {
    "housing": {"immediate_year": 2018.0},
    "relocation": {"habitability_below": 1.0, "moves_per_year": 2.0},
    "relief": {"loss_trigger": 0.0, "bill_trigger": 500.0},
}
"""Terms that let more households in, so that a small world shows what a kind does."""

MONEY = ("offered", "priority", "claim", "delivered", "public_money", "supplier_money", "year_public", "year_support")
NOTES = {"cover_extra", "house_helped"}


def alone(kind: str, **values: float) -> Scenario:
    """A hard world with this kind for everybody on the list, from the first quarter of 2018 on."""
    scenario = entries(only(zhejiang(), kind), {kind}, start=(2018, 1)).with_values(HARD)
    fund = scenario.interventions[0].fund
    scenario = scenario.with_values({f"programme.funds.{fund}.budget_share": 1.0})
    return terms(scenario, kind, budget_share=1.0, take_up=1.0, ramp_quarters=1.0, **SOFT.get(kind, {}), **values)


def run(scenario: Scenario, name: str = "policy") -> Iterator[World]:
    return quarters(founded(), scenario, name, pin_of(null_history()), last_year=2018)


def changes(scenario: Scenario) -> set[str]:
    """Columns, money on its way apart, in which a year of the kind differs from a year without it."""
    found: set[str] = set()
    for one, other in zip(run(scenario, "null"), run(scenario), strict=True):
        found |= set(differing(columns(one, MONEY), columns(other, MONEY)))
    return found


def paid(world: World, kind: str) -> int:
    rows = [row for row, line in enumerate(world.accounts.lines) if line.kind == kind]
    return int(world.accounts.paid[rows].sum())


@pytest.mark.parametrize("kind", sorted(NOTHING))
def test_terms_that_give_nothing_change_nothing(kind: str) -> None:
    scenario = terms(alone(kind), kind, **NOTHING[kind])
    assert changes(scenario) == set()
    assert sum(paid(world, kind) for world in run(scenario)) == 0


@pytest.mark.parametrize("kind", sorted(NOTHING))
def test_with_its_mechanism_off_a_kind_is_paid_for_and_changes_nothing(kind: str) -> None:
    off = entries(alone(kind), {kind}, mechanism=False)
    assert changes(off) <= NOTES
    with_it, without = next(run(alone(kind))), next(run(off))
    assert paid(with_it, kind) == paid(without, kind) > 0


@pytest.mark.parametrize("kind", sorted(NOTHING))
def test_a_kind_changes_its_mechanism(kind: str) -> None:
    assert KINDS[kind].mechanism in changes(alone(kind))


def test_no_two_of_them_change_the_same_columns() -> None:
    own = {kind: changes(alone(kind)) & {kind.mechanism for kind in KINDS.values()} for kind in NOTHING}
    assert len({frozenset(found) for found in own.values()}) == len(own), own


def test_a_bill_is_shared_and_never_more_than_the_bill_is_paid() -> None:
    helped = 0
    for without, world in zip(run(alone("health_cover"), "null"), run(alone("health_cover")), strict=True):
        ours, theirs = world.households, without.households
        assert np.array_equal(ours.out_of_pocket + ours.reimbursement_extra, theirs.out_of_pocket)
        assert ours.out_of_pocket.min() >= 0
        assert (ours.supported[ours.reimbursement_extra > 0] == 1).all()
        assert (ours.premium_subsidy <= np.maximum(ours.contributions, 0)).all()
        helped += int((ours.reimbursement_extra > 0).sum())
    assert helped > 5


def test_unsafe_houses_become_safe_once_and_dibao_households_pay_nothing() -> None:
    scenario, helped = alone("housing", subsidy=20_000.0, own_cost=10_000.0, backstop_share=1.0), 0
    before = founded().households.house_helped.copy()
    for without, world in zip(run(scenario, "null"), run(scenario), strict=True):
        table, dibao = world.households, without.households.dibao == 1
        built = table.house_cost > 0
        assert (table.house[built] == 0).all() and (table.house_helped[built] == REBUILT).all()
        assert set(table.house_cost[built].tolist()) <= {1_000_000}
        if world.now.quarter < 4:
            # The review has not changed who is on dibao.
            assert not (built & dibao).any()
        served = table.house_helped > before
        each = np.where(served & built, 2_000_000, np.where(served, 3_000_000, 0))
        assert paid(world, "housing") == int(each @ world.villages.stands_for[table.village]), "nobody is helped twice"
        helped, before = helped + int(served.sum()), table.house_helped.copy()
    assert helped > 5
    waiting = (table.supported == 1) & (table.house == 1) & (table.house_helped & REBUILT == 0)
    assert not waiting.any()


def test_unsafe_houses_of_dibao_households_come_first() -> None:
    table = next(run(alone("housing"))).households
    asking = (founded().households.house == 1) & (table.offered == 1)
    dibao = table.dibao == 1
    assert (asking & dibao).any() and (asking & ~dibao).any()
    assert table.priority[asking & dibao].max() < table.priority[asking & ~dibao].min()


def test_movers_give_up_land_and_find_work_more_easily() -> None:
    scenario = alone("relocation", job_access=0.4, land_returned=0.5)
    for without, world in zip(run(scenario, "null"), run(scenario), strict=True):
        table, theirs = world.households, without.households
        moved = table.house_helped & MOVED > 0
        assert (table.house[moved] == 2).all() and (table.access[moved] == 0.4).all()
        assert (table.access[~moved] == 0.0).all() and not (table.house[~moved] == 2).any()
        given_back = np.where(moved, 0.5 * np.maximum(theirs.land - theirs.leased, 0.0), 0.0)
        assert np.allclose(table.land, theirs.land - given_back) and given_back.any()
    assert moved.sum() > 5


def test_a_mover_farms_what_is_left_from_the_quarter_of_the_move_on() -> None:
    scenario = alone("relocation", land_returned=0.5)
    values, met = scenario.values, 0
    for without, world in zip(run(scenario, "null"), run(scenario), strict=True):
        table, theirs = world.households, without.households
        moved = (table.house_helped & MOVED > 0) & (table.size > 0)
        assert np.allclose(table.rented[moved], 0.5 * theirs.rented[moved])
        worked = np.maximum(table.land - table.leased + table.rented, 0.0) / values["place.land_mean"]
        assert np.allclose(table.land_factor[moved], worked[moved] ** values["model.land_exponent"])
        here = moved & (theirs.farm_output > 0) & (theirs.leased == 0) & (table.home_labour == theirs.home_labour)
        part = 0.5 ** values["model.land_exponent"]
        assert np.allclose(table.farm_output[here] / theirs.farm_output[here], part)
        met += int(here.sum())
    assert met > 5


def test_only_villages_hard_to_live_in_are_left() -> None:
    fit = float(np.median(founded().villages.habitability))
    for world in run(terms(alone("relocation"), "relocation", habitability_below=fit)):
        table = world.households
        moved = table.house_helped & MOVED > 0
        assert (world.villages.habitability[table.village[moved]] < fit).all()
    assert moved.any()


def test_relief_follows_a_misfortune_and_ends_at_its_cap() -> None:
    reasons = {"struck": 0, "gravely_ill": 0}
    for world in run(alone("relief", relief_cap=2_000.0)):
        table = world.households
        received = table.relief_received > 0
        assert ((table.struck == 1) | (table.gravely_ill == 1))[received].all()
        assert table.relief_received.max() <= 200_000 * world.names["trend"] + 1
        for reason in reasons:
            reasons[reason] += int((getattr(table, reason) == 1)[received].sum())
    assert min(reasons.values()) > 5


def test_who_was_insured_before_the_disaster_is_paid() -> None:
    paid_out, insured = 0, founded().households.insured.copy()
    for world in run(alone("insurance")):
        table = world.households
        received = table.insurance_payout > 0
        assert (insured[received] == 1).all() and (table.struck[received] == 1).all()
        assert not (table.house[(insured == 1) & (table.house_damaged == 1)] == 1).any(), "the insurer makes it good"
        paid_out, insured = paid_out + int(received.sum()), table.insured.copy()
    assert paid_out > 5


def test_who_is_treated_first_sells_nothing_for_the_bill() -> None:
    """No better terms, only payment after treatment: bills are the same, distress is less."""
    terms_of_bills = {name: value for name, value in NOTHING["health_cover"].items() if name != "pay_later"}
    terms_of_bills["premium_share"] = 1.0
    bare = alone("health_cover", **terms_of_bills)
    sold = []
    for pay_later in (0.0, 1.0):
        treated = 0
        for world in run(terms(bare, "health_cover", pay_later=pay_later)):
            table = world.households
            patients = (table.gravely_ill == 1) & (table.supported == 1)
            assert np.array_equal(table.treat_first == 1, patients if pay_later else np.zeros_like(patients))
            treated += int(table.property_sold[patients].sum())
        sold.append(treated)
    assert sold[1] < sold[0]
