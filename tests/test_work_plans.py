"""Lüliang's plan and Quanzhou's: what they state stands as stated, what they leave open has a range, and money that is
stated once comes in once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import scenarios
from simulator.calendar import Quarter
from simulator.history import History
from simulator.interventions.budgets import money_once
from simulator.interventions.delivery import Line
from simulator.simulate import found, programme_lines, simulate
from tests.systems import LUCK, MACRO

LULIANG, QUANZHOU = "lvliang_2015_2020", "quanzhou_2018_2019"
ONCE = {"housing": 30e6, "village_income": 25e6, "key_places": 20e6, "team_city": 14e6}


@pytest.mark.parametrize(
    ("name", "path", "value", "clause"),
    [
        (LULIANG, "place.villages_key", 1439, "LL-2"),
        (LULIANG, "place.listed_persons", 613_300, "LL-2"),
        (LULIANG, "programme.indicators.team.threshold", 1.0, "LL-3.3.1"),
        (QUANZHOU, "place.villages_key", 181, "QZ-6"),
        (QUANZHOU, "place.counties_supported", 7, "QZ-3"),
        (QUANZHOU, "programme.targets.T-VCOLL-1.threshold", 10_000, "QZ-6"),
        (QUANZHOU, "programme.targets.T-VCOLL-2.threshold", 30_000, "QZ-6"),
        (QUANZHOU, "programme.targets.T-HOUSE.threshold", 1_300, "QZ-3"),
        (QUANZHOU, "programme.funds.housing.yuan_once", 30e6, "QZ-3"),
        (QUANZHOU, "programme.funds.village_income.yuan_once", 25e6, "QZ-6"),
        (QUANZHOU, "programme.funds.key_places.yuan_once", 20e6, "QZ-7"),
        (QUANZHOU, "programme.funds.team_city.yuan_once", 28 * 500_000, "QZ-11.3"),
        (QUANZHOU, "programme.interventions.micro_loan.approval", 1.0, "QZ-1.5"),
    ],
)
def test_stated_numbers_are_the_documents(name: str, path: str, value: float, clause: str) -> None:
    number = scenarios.load(name).numbers[path]
    assert (number.value, number.source_kind, number.source) == (value, "clause", clause)


@pytest.mark.parametrize(
    ("name", "due"),
    [
        (LULIANG, dict.fromkeys(("T-HEAD", "T-VEXIT", "T-EVERY", "T-COOP", "T-GAP"), 2020)),
        (
            QUANZHOU,
            {"T-VCOLL-1": 2018, "T-HOUSE": 2018}
            | dict.fromkeys(("T-VCOLL-2", "T-RELOC", "T-STABLE", "T-COMP", "T-VEXIT", "T-DIBAO", "T-ENTRY"), 2019),
        ),
    ],
)
def test_every_target_falls_due_when_the_document_says(name: str, due: dict[str, int]) -> None:
    assert {target.id: target.year for target in scenarios.load(name).scenario.targets} == due


@pytest.mark.parametrize("name", [LULIANG, QUANZHOU])
def test_money_is_stated_or_an_assumption_with_a_range(name: str) -> None:
    loaded = scenarios.load(name)
    money = [
        path for path in loaded.numbers if path.endswith(("yuan_per_listed_household", "yuan_per_year", "yuan_once"))
    ]
    assert len(money) == {LULIANG: 2, QUANZHOU: 10}[name]
    for path in money:
        number = loaded.numbers[path]
        assert number.source_kind == "clause" or (number.confidence == "C" and number.range is not None), path
        assert number.source_kind == "clause" or number.source_zh, path


def test_the_number_of_other_teams_is_open_within_the_villages_that_are_left() -> None:
    number = scenarios.load(QUANZHOU).numbers["programme.funds.team_other.yuan_once"]
    assert number.range is not None
    assert number.range[1] == (181 - 28) * 200_000


# Money stated once.


def lines_from(*starts: tuple[int, int]) -> tuple[Line, ...]:
    world = found(scenarios.load(QUANZHOU).scenario, LUCK, 300, MACRO)
    entries = programme_lines(world, scenarios.load(QUANZHOU).scenario)[: len(starts)]
    return tuple(
        replace(one, entry=replace(one.entry, start=start)) for one, start in zip(entries, starts, strict=True)
    )


@pytest.mark.parametrize(("yuan", "quarters"), [(30e6, 3), (1e6 / 3, 3), (7.0, 1), (5e5, 7)])
def test_it_comes_in_even_parts_from_the_first_start_and_then_no_more(yuan: float, quarters: int) -> None:
    lines = lines_from((2018, 3), (2018, 2))
    inflow, now = [], Quarter(2018, 1)
    for _ in range(12):
        inflow.append(money_once(now, lines, yuan, quarters) if now >= Quarter(2018, 2) else 0)
        now = now.next()
    assert len(set(inflow[1 : 1 + quarters])) == 1
    assert sum(inflow[1 + quarters :]) == inflow[0] == 0
    assert 0 <= sum(inflow) - 100 * yuan < quarters, "no less than stated, a fen a quarter more at the most"


def quanzhou_run() -> History:
    scenario = scenarios.load(QUANZHOU).scenario
    world = found(scenario, LUCK, 1_000, MACRO)
    pin = simulate(world.copy(), scenario, LUCK, MACRO, "null").pin
    return simulate(world, scenario, LUCK, MACRO, "policy", pin)


def test_the_city_puts_in_what_it_states_and_spends_it_on_nothing_else() -> None:
    history = quanzhou_run()
    years = history.quarters[:, 0]
    for fund, yuan in ONCE.items():
        inflow = 0.01 * history.inflow[:, history.funds.index(fund)]
        assert inflow[years == 2018].sum() == pytest.approx(yuan, abs=0.03)
        assert inflow[years != 2018].sum() == 0.0
        lines = [row for row, line in enumerate(history.ledger_lines) if line.fund == fund]
        uses = {history.ledger_lines[row].use for row in lines if np.abs(history.ledger[:, row]).sum() > 0}
        assert len(uses) == 1 and "administration" not in uses, fund
