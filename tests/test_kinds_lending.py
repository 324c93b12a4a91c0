"""Micro-loans, mutual-aid funds, aid to the near-poor and contributions paid, in a whole world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.interventions import KINDS
from simulator.scenario import Scenario
from tests.systems import arm, entries, founded, histories_differ, null_history, only, pin_of, quarters, terms, zhejiang

KINDS_HERE = {
    "micro_loan": ("loan_amount",),
    "mutual_fund": ("capital_grant",),
    "near_poor": ("support_year",),
    "living_allowance": ("allowance_month", "contribution_share"),
}
"""The kinds looked at here and the terms that say how much of each there is."""

EARNED = ("wage", "business", "property", "transfer")
RICH = {"programme.yuan_per_listed_household": 30_000.0}


def alone(kind: str, **values: float) -> Scenario:
    """The programme with one kind that nobody has to wait for."""
    return terms(only(zhejiang().with_values(RICH), kind), kind, ramp_quarters=1.0, take_up=1.0, **values)


def incomes(scenario: Scenario, name: str = "policy", last_year: int = 2020) -> list[np.ndarray]:
    """Components of every household quarter by quarter."""
    worlds = quarters(founded(), scenario, name, pin_of(null_history()), last_year=last_year)
    return [np.array([getattr(world.households, part) for part in EARNED]) for world in worlds]


def cost(scenario: Scenario, kind: str) -> int:
    """Fen paid for a kind in the whole place."""
    _, history = arm("policy", scenario)
    rows = [row for row, line in enumerate(history.ledger_lines) if line.kind == kind]
    return int(history.ledger[:, rows].sum())


@pytest.mark.parametrize("kind", sorted(KINDS_HERE))
def test_with_the_mechanism_off_it_costs_and_earns_nothing(kind: str) -> None:
    scenario = alone(kind)
    off = entries(scenario, {kind}, mechanism=False)
    null, with_it, without = incomes(scenario, "null"), incomes(scenario), incomes(off)
    assert all(np.array_equal(one, other) for one, other in zip(null, without, strict=True))
    assert not all(np.array_equal(one, other) for one, other in zip(null, with_it, strict=True))
    assert cost(off, kind) > 0


@pytest.mark.parametrize("kind", sorted(KINDS_HERE))
def test_a_sham_of_it_changes_nothing(kind: str) -> None:
    sham = terms(alone(kind), kind, **dict.fromkeys(KINDS_HERE[kind], 0.0))
    _, history = arm("policy", sham)
    assert histories_differ(arm("null", sham)[1], history, ledger=False) == []
    assert cost(sham, kind) == 0


def test_a_bank_that_approves_nobody_or_a_loan_that_does_not_pay_lends_nothing() -> None:
    for values in ({"approval": 0.0}, {"loan_return": 0.0}, {"risk_margin": 9.0}):
        world, _ = arm("policy", alone("micro_loan", **values))
        assert not world.households.loans_taken.any(), values


def test_a_loan_passed_to_a_firm_pays_a_fixed_return_and_no_interest() -> None:
    scenario = alone("micro_loan", default_hazard=0.0, term_quarters=8.0)
    scenario = replace(scenario, switches={**scenario.switches, "model.loan_use": "firm"})
    paid = 0
    for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
        table = world.households
        running = table.loan_dividend > 0
        assert not table.loan_capital.any() and not table.loan_service.any() and not table.loan_cash.any()
        assert np.array_equal(table.loan_dividend[running] % 57_450, np.zeros(running.sum()))
        paid += int(running.sum())
    assert paid > 0 and (table.loans_repaid > 0).any() and not table.loans_written_off.any()


def test_the_near_poor_are_outside_the_list_and_in_the_margin() -> None:
    scenario = alone("near_poor", margin=1.3)
    seen = 0
    for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2019):
        table = world.households
        line = world.counties.line[world.villages.county[table.village]]
        near = table.near_poor == 1
        assert (table.near_support[~near] == 0).all()
        if world.now.quarter == 2 and near.any():
            # At the second quarter the last review still stands.
            ratio = table.observed_income[near] / line[near]
            assert (ratio >= 1.0).all() and (ratio < 1.3).all() and (table.size[near] > 0).all()
            assert np.isin(table.list_state[near], (0, 3)).mean() > 0.95
        seen += int(near.sum())
    assert seen > 0


def test_contributions_paid_lower_those_of_listed_households_alone() -> None:
    scenario = alone("living_allowance", allowance_month=0.0)
    saved = 0
    pin = pin_of(null_history())
    worlds = (quarters(founded(), scenario, name, pin, last_year=2018) for name in ("null", "policy"))
    for without, with_it in zip(*worlds, strict=True):
        gain = without.households.contributions - with_it.households.contributions
        assert np.array_equal(gain, with_it.households.contribution_paid)
        assert (gain[with_it.households.supported == 0] == 0).all() and gain.min() >= 0
        saved += int(gain.sum())
    assert saved > 0


def test_the_codes_of_the_kinds_here() -> None:
    assert [KINDS[kind].number for kind in sorted(KINDS_HERE)] == [8, 3, 16, 19]
    assert [KINDS[kind].code for kind in sorted(KINDS_HERE)] == ["IV-PENSION", "IV-CREDIT", "IV-MUTUAL", "IV-NEAR"]
