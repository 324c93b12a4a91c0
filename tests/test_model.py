"""The run through Mesa's interface: the engine's own numbers, and agents that are live views of rows."""

from __future__ import annotations

import gc
import warnings
import weakref

import mesa
import numpy as np
import pytest

import scenarios
from simulator.columns import Table
from simulator.history import History
from simulator.model import VIEWS, Cell, Cooperative, Household, RuralModel, View, Village
from simulator.scenario import Scenario
from simulator.simulate import Luck, MacroDraw, World, found, simulate

LUCK, MACRO, HOUSEHOLDS = Luck(2018, 3), MacroDraw(), 600


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return scenarios.load("zhejiang_2018_2022").scenario


@pytest.fixture(scope="module")
def year0(scenario: Scenario) -> World:
    """A world at the end of year 0. Models copy it; nothing here may use it up."""
    return found(scenario, LUCK, HOUSEHOLDS, MACRO)


@pytest.fixture(scope="module")
def without_policy(scenario: Scenario, year0: World) -> History:
    return simulate(year0.copy(), scenario, LUCK, MACRO, "null")


def model_of(scenario: Scenario, year0: World, arm: str, without_policy: History) -> RuralModel:
    pin = None if arm == "null" else without_policy.pin
    return RuralModel(scenario, luck=LUCK, macro=MACRO, arm=arm, pin=pin, world=year0)


def assert_same(one: History, other: History) -> None:
    assert one.series.keys() == other.series.keys()
    for name, values in one.series.items():
        np.testing.assert_array_equal(values, other.series[name], err_msg=str(name))
    for name, values in one.village_year.items():
        np.testing.assert_array_equal(values, other.village_year[name], err_msg=name)
    assert one.ledger_lines == other.ledger_lines
    for name in ("quarters", "ledger", "inflow", "balance", "pin", "pin_residual"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.facts == other.facts


def assert_same_columns(one: World, other: World) -> None:
    for mine, theirs in zip(one.tables(), other.tables(), strict=True):
        for name, column in mine.bindings().items():
            np.testing.assert_array_equal(column, theirs.bindings()[name], err_msg=name)


@pytest.mark.parametrize("arm", ["policy", "null", "double", "without:training"])
def test_a_model_runs_as_simulate_does_quarter_by_quarter(
    scenario: Scenario, year0: World, without_policy: History, arm: str
) -> None:
    pin = None if arm == "null" else without_policy.pin
    world = year0.copy()
    expected = simulate(world, scenario, LUCK, MACRO, arm, pin)
    model = model_of(scenario, year0, arm, without_policy)
    for quarter, date in enumerate(expected.quarters.tolist()):
        if quarter >= 4:
            model.step()
        if quarter >= 3:
            assert [model.now.year, model.now.quarter] == date
            for name, value in model.measures.items():
                np.testing.assert_equal(value, expected.series[name][quarter])
    assert not model.running
    assert_same(model.history(), expected)
    assert_same_columns(model.world, world)


def test_a_model_founds_its_world_and_finds_its_pin(scenario: Scenario, year0: World, without_policy: History) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = RuralModel(scenario, luck=LUCK, households=HOUSEHOLDS)
    model.run_model()
    assert model.steps == 20
    assert_same(model.history(), simulate(year0.copy(), scenario, LUCK, MACRO, "policy", without_policy.pin))


def test_a_model_leaves_the_world_it_was_given_alone(scenario: Scenario, year0: World, without_policy: History) -> None:
    before = year0.copy()
    model = model_of(scenario, year0, "policy", without_policy)
    model.household(0).list_state = 1 - min(model.household(0).list_state, 1)
    model.step()
    assert_same_columns(year0, before)


def test_a_model_ends_with_the_programme(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    with pytest.raises(RuntimeError, match="history is complete after the last quarter"):
        model.history()
    model.run_model()
    with pytest.raises(RuntimeError, match="no more steps"):
        model.step()


def test_an_unknown_arm_is_refused(scenario: Scenario, year0: World) -> None:
    with pytest.raises(ValueError, match="no such arm: triple"):
        RuralModel(scenario, luck=LUCK, arm="triple", world=year0)


def test_views_are_made_when_asked_for(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    model.step()
    assert views_alive(model) == 0
    assert model.household(5) is model.household(5)
    assert model.village(1).cooperative.home is model.village(1)
    assert views_alive(model) == 3
    assert len(model.villages) == year0.villages.length
    lived_in = int(model.lived_in().sum())
    assert len(model.agents_by_type[Household]) == lived_in < year0.households.length
    assert len(model.agents) == 2 * year0.villages.length + lived_in
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)
    assert set(model.agent_types) == set(VIEWS)
    for row in (-1, year0.households.length):
        with pytest.raises(IndexError, match="no Household in row"):
            model.household(row)


def views_alive(model: RuralModel) -> int:
    gc.collect()
    return sum(1 for thing in gc.get_objects() if isinstance(thing, View) and thing.model is model)


def test_a_village_holds_its_own_households(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    held = [household for village in model.villages for household in village.households]
    assert [household.row for household in held] == np.flatnonzero(year0.households.key).tolist()
    assert all(household.home.row == household.village for household in held)


@pytest.mark.parametrize("kind", VIEWS)
def test_every_column_reads_as_the_cell_of_its_row(kind: type[View], scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    model.step()
    table: Table = getattr(model.world, kind.table_name)
    row = table.length // 2
    view = model.view(kind, row)
    for name in table.columns:
        assert isinstance(getattr(kind, name), Cell), f"{name} is hidden"
        assert getattr(view, name) == getattr(table, name)[row]


def test_setting_an_attribute_writes_that_cell_alone(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    before = model.world.copy()
    model.household(7).last_income = 123_456
    assert model.world.households.last_income[7] == 123_456
    model.world.households.last_income[7] = before.households.last_income[7]
    assert_same_columns(model.world, before)


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("key", 1, AttributeError, "fixed at the founding"),
        ("village", 1, AttributeError, "fixed at the founding"),
        ("last_income", 0.5, ValueError, "cannot hold 0.5"),
        ("land", float("nan"), ValueError, "cannot hold nan"),
        ("list_state", 1000, OverflowError, "1000"),
        ("lastincome", 1, AttributeError, "Household has no column lastincome"),
    ],
)
def test_what_a_column_cannot_take_is_refused(
    scenario: Scenario, year0: World, name: str, value: float, error: type[Exception], message: str
) -> None:
    household = RuralModel(scenario, luck=LUCK, arm="null", world=year0).household(0)
    with pytest.raises(error, match=message):
        setattr(household, name, value)


def test_a_village_keeps_its_place(scenario: Scenario, year0: World) -> None:
    village = RuralModel(scenario, luck=LUCK, arm="null", world=year0).village(0)
    for name in ("county", "stratum", "stands_for"):
        with pytest.raises(AttributeError, match="fixed at the founding"):
            setattr(village, name, 0)


def test_writing_back_what_was_read_changes_nothing(scenario: Scenario, year0: World, without_policy: History) -> None:
    model = model_of(scenario, year0, "null", without_policy)
    while model.running:
        for agent in (model.household(3), model.village(2), model.cooperative(2)):
            for name, cell in vars(type(agent)).items():
                if isinstance(cell, Cell) and not cell.fixed:
                    setattr(agent, name, getattr(agent, name))
        model.step()
    assert_same(model.history(), without_policy)


def test_a_household_put_on_the_list_is_supported(scenario: Scenario, year0: World, without_policy: History) -> None:
    edited, plain = (model_of(scenario, year0, "policy", without_policy) for _ in range(2))
    never = np.flatnonzero((year0.households.list_state == 0) & (year0.households.size > 1))
    row = int(never[0])
    for model in (edited, plain):
        model.step()
        assert model.household(row).supported == 0
    edited.household(row).list_state = 1
    for model in (edited, plain):
        model.step()
    assert (edited.household(row).supported, plain.household(row).supported) == (1, 0)
    assert edited.measures["listed_share", "rural"] > plain.measures["listed_share", "rural"]


def test_a_household_given_land_farms_it_from_the_next_year_on(scenario: Scenario, year0: World) -> None:
    edited, plain = (RuralModel(scenario, luck=LUCK, arm="null", world=year0) for _ in range(2))
    for model in (edited, plain):
        model.step()
    farms = np.flatnonzero((plain.world.households.farm_income > 0) & (plain.world.households.leased == 0))
    row = int(farms[0])
    edited.household(row).land *= 10.0
    for model in (edited, plain):
        for _ in range(4):
            model.step()
    assert edited.household(row).farm_income > plain.household(row).farm_income
    assert edited.household(row).business > plain.household(row).business


def test_a_collective_keeps_the_cash_it_is_given(scenario: Scenario, year0: World) -> None:
    edited, plain = (RuralModel(scenario, luck=LUCK, arm="null", world=year0) for _ in range(2))
    edited.village(0).collective_cash += 12_345
    for model in (edited, plain):
        model.step()
    assert edited.village(0).collective_cash - plain.village(0).collective_cash == 12_345


def test_a_cooperative_given_capital_settles_its_year(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    cooperative = model.cooperative(1)
    member = cooperative.home.households[0]
    cooperative.luck_shell = 1.0
    cooperative.capital = cooperative.received = member.cooperative_share = 50_000_00
    for _ in range(4):
        model.step()
    assert cooperative.surplus > 0 or cooperative.lost > 0
    assert model.cooperative(0).surplus == 0


def test_a_data_collector_sees_models_and_agents(scenario: Scenario, year0: World, without_policy: History) -> None:
    model = model_of(scenario, year0, "policy", without_policy)
    collector = mesa.DataCollector(
        model_reporters={"listed": lambda model: model.measures["listed_share", "rural"], "quarter": "now"},
        agent_reporters={"key": "key"},
        agenttype_reporters={
            Household: {"wage": "wage", "home": lambda household: household.home.row},
            Village: {"cash": "collective_cash"},
            Cooperative: {"capital": "capital"},
        },
    )
    wages = []
    for _ in range(3):
        model.step()
        collector.collect(model)
        wages.append(model.world.households.wage[model.lived_in()])
    series = model.world.recorder.series
    of_model = collector.get_model_vars_dataframe()
    assert of_model["listed"].tolist() == [values["listed_share", "rural"] for values in series[-3:]]
    assert len(collector.get_agent_vars_dataframe()) == 3 * len(model.agents)
    of_households = collector.get_agenttype_vars_dataframe(Household)
    assert of_households["wage"].tolist() == np.concatenate(wages).tolist()
    # Within the first year no household dies out or divides after the first quarter.
    assert of_households["home"].tolist() == model.world.households.village[model.lived_in()].tolist() * 3
    of_villages = collector.get_agenttype_vars_dataframe(Village)["cash"]
    assert of_villages.tolist()[-year0.villages.length :] == model.world.villages.collective_cash.tolist()


def test_mesa_verbs_work_on_views(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    listed = model.households.select(lambda household: household.list_state == 1)
    assert len(listed) == int((year0.households.list_state == 1).sum()) > 0
    listed.set("loan_capital", 1000.0)
    assert model.world.households.loan_capital.sum() == 1000.0 * len(listed)
    assert sum(model.villages.get("stands_for")) == int(year0.villages.stands_for.sum())


def test_a_removed_view_leaves_the_row(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    view = model.household(0)
    key = view.key
    view.remove()
    assert model.household(0) is not view
    assert model.household(0).key == key


def test_a_model_with_agents_is_freed(scenario: Scenario, year0: World) -> None:
    model = RuralModel(scenario, luck=LUCK, arm="null", world=year0)
    assert len(model.agents) > 0
    model.step()
    world, model_itself = weakref.ref(model.world), weakref.ref(model)
    del model
    gc.collect()
    assert (world(), model_itself()) == (None, None)
