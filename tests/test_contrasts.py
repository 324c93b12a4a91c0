"""The what-ifs that set one document against another: each changes what is simulated, in the direction it is meant."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import scenarios
from simulator.history import History
from simulator.scenario import Scenario
from simulator.simulate import found, simulate
from simulator.world import World
from tests.systems import LUCK, MACRO

HOUSEHOLDS = 1_000
ZHEJIANG, LULIANG, QUANZHOU = "zhejiang_2018_2022", "lvliang_2015_2020", "quanzhou_2018_2019"
CONTRASTS = {
    "dividend_led_exits": ZHEJIANG,
    "work_led_exits": ZHEJIANG,
    "pure_station_terms": ZHEJIANG,
    "station_shares_and_loans": ZHEJIANG,
    "no_pandemic": ZHEJIANG,
    "support_stops_at_exit": QUANZHOU,
    "potential_first": LULIANG,
    "need_first": LULIANG,
    "pay_for_performance": LULIANG,
    "moving_line": LULIANG,
}


@functools.cache
def scenario_of(name: str) -> Scenario:
    return scenarios.load(name).scenario


@functools.cache
def founded(name: str) -> World:
    return found(scenario_of(name), LUCK, HOUSEHOLDS, MACRO)


@functools.cache
def run(name: str) -> tuple[World, History]:
    """The policy arm of a programme or what-if on the pin of its own null arm, founded under its own choices."""
    scenario = scenario_of(name)
    home = (
        name
        if scenario.switches["place.line_rule"] != scenario_of(base(name)).switches["place.line_rule"]
        else base(name)
    )
    pin = simulate(founded(home).copy(), scenario, LUCK, MACRO, "null").pin
    world = founded(home).copy()
    return world, simulate(world, scenario, LUCK, MACRO, "policy", pin)


def base(name: str) -> str:
    return CONTRASTS.get(name, name)


def paid(history: History, kind: str) -> float:
    """Yuan paid for a kind over the programme."""
    rows = [row for row, line in enumerate(history.ledger_lines) if line.kind == kind]
    return 0.01 * float(history.ledger[:, rows].sum())


def test_every_contrast_of_the_documents_is_in_the_catalogue() -> None:
    listed = {entry.name for entry in scenarios.listing()}
    assert set(CONTRASTS) <= listed
    assert "support_stops_in_observation" in listed and "line_mean40" in listed


@pytest.mark.parametrize("name", CONTRASTS)
def test_a_contrast_changes_numbers_or_choices_that_its_programme_has(name: str) -> None:
    changed, plain = scenario_of(name), scenario_of(base(name))
    assert changed.name == f"{base(name)}+{name}"
    assert set(changed.values) == set(plain.values)
    numbers = {path for path, value in changed.values.items() if value != plain.values[path]}
    choices = {path for path, value in changed.switches.items() if value != plain.switches[path]}
    assert numbers or choices


@pytest.mark.parametrize("name", CONTRASTS)
def test_a_contrast_changes_what_becomes_of_households(name: str) -> None:
    ours, theirs = run(name)[1].village_year["income_rural"], run(base(name))[1].village_year["income_rural"]
    assert not np.array_equal(ours, theirs)
    if name != "moving_line":
        assert np.array_equal(ours[0], theirs[0]), "year 0 is before the programme"


def test_dividends_or_work_get_the_money() -> None:
    by_dividends, plain, by_work = (run(name)[1] for name in ("dividend_led_exits", ZHEJIANG, "work_led_exits"))
    assert (
        paid(by_dividends, "equity_dividends")
        > paid(plain, "equity_dividends")
        > paid(by_work, "equity_dividends")
        == 0
    )
    assert paid(by_dividends, "training") < paid(plain, "training") < paid(by_work, "training")
    special = [history.funds.index("special") for history in (by_dividends, plain, by_work)]
    put_in = {
        int(history.inflow[:, row].sum()) for history, row in zip((by_dividends, plain, by_work), special, strict=True)
    }
    assert len(put_in) == 1, "the same money in all three"


def test_station_terms_say_who_gets_the_revenue() -> None:
    pure, plain, mixed = (run(name)[1].facts for name in ("pure_station_terms", ZHEJIANG, "station_shares_and_loans"))
    assert pure["station_to_collective_yuan"] == 0.0 < plain["station_to_collective_yuan"]
    assert plain["station_poverty_use_yuan"] / plain["station_revenue_yuan"] > (
        mixed["station_poverty_use_yuan"] / mixed["station_revenue_yuan"]
    )


def test_support_after_the_exit_is_kept_in_quanzhou_and_ends_in_the_contrast() -> None:
    kept, stopped = run(QUANZHOU)[0].households, run("support_stops_at_exit")[0].households
    assert (kept.support_kept[(kept.list_state == 3) & (kept.supported == 1)] == 1).all()
    assert kept.support_kept.sum() > 0 == stopped.support_kept.sum()


def test_potential_and_need_pick_other_households_of_the_same_villages() -> None:
    chosen = {}
    for name in ("potential_first", "need_first"):
        households = run(name)[0].households
        served = (households.cooperative_share > 0) & (households.size > 0)
        chosen[name] = float(np.median(households.observed_income[served & np.isfinite(households.observed_income)]))
    assert chosen["potential_first"] > 1.1 * chosen["need_first"]


def test_reported_results_move_money_between_counties_and_bias_empties_the_list() -> None:
    plain, paid_by_results = run(LULIANG), run("pay_for_performance")
    results = paid_by_results[0].counties.results
    assert 0.0 < results.max() <= 1.0 and np.ptp(results[results > 0.0]) > 0.0
    listed = [world.counties.listed_persons.sum() for world, _ in (plain, paid_by_results)]
    assert listed[1] < listed[0]
    assert paid(paid_by_results[1], "industry_support") != paid(plain[1], "industry_support")


def test_without_the_pandemic_2020_is_a_better_year() -> None:
    year = run(ZHEJIANG)[1].years.tolist().index(2020)
    struck, spared = (run(name)[1].village_year["income_rural"] for name in (ZHEJIANG, "no_pandemic"))
    assert np.array_equal(struck[year - 1], spared[year - 1])
    assert spared[year].sum() > struck[year].sum()


def test_a_moving_line_rises_with_incomes() -> None:
    fixed, moving = (run(name)[0] for name in (LULIANG, "moving_line"))
    assert moving.counties.line.mean() > 1.2 * fixed.counties.line.mean()
    assert np.ptp(fixed.counties.line) == 0.0 < np.ptp(moving.counties.line)
