"""One replicate: every arm branches from one burned-in world, under the luck and macro path of its variant."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.design import PARTNER, Options, Replicate, arms
from experiments.ensemble import simulate_replicate
from simulator import constraints, targets
from simulator.macro import MacroDraw
from simulator.world import Luck
from tests import synthetic


@dataclass
class World:
    """Counts its copies, and tells whether one was used twice."""

    copies: list[World] = field(default_factory=list)
    used: int = 0

    def copy(self) -> World:
        """A branch."""
        self.copies.append(World())
        return self.copies[-1]


@dataclass
class Recorder:
    """Stands in for `simulator.simulate`: keeps what it is called with and makes a history that says so."""

    foundings: list[Any] = field(default_factory=list)
    calls: list[Any] = field(default_factory=list)
    failing: str = ""
    world: World = field(default_factory=World)

    def found(self, scenario: Any, luck: Luck, households: int | None, macro: MacroDraw) -> World:
        """A burned-in world."""
        self.foundings.append((scenario.values, luck, households, macro))
        return self.world

    def simulate(self, world: World, scenario: Any, luck: Luck, macro: MacroDraw, arm: str, pin: Any = None) -> Any:
        """One arm."""
        world.used += 1
        self.calls.append(SimpleNamespace(arm=arm, luck=luck, macro=macro, pin=pin, world=world))
        if arm == self.failing:
            raise OverflowError("the fund is overdrawn")
        own = (arm, luck.replicate, macro.normals[2018])
        facts = {"listed_households": 7.0}
        books = dict.fromkeys(("quarters", "ledger", "committed", "leaked", "returned", "inflow", "balance"))
        return SimpleNamespace(pin=own, series={}, ledger_lines=(), funds=(), facts=facts, **books)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """In place of the simulator."""
    stand_in = Recorder()
    module = ModuleType("simulator.simulate")
    vars(module).update(Luck=Luck, MacroDraw=MacroDraw, found=stand_in.found, simulate=stand_in.simulate)
    monkeypatch.setitem(sys.modules, "simulator.simulate", module)
    monkeypatch.setattr(targets, "evaluate", lambda history, scenario: ())
    monkeypatch.setattr(constraints, "evaluate", lambda history, scenario: ())
    monkeypatch.setattr(targets, "indicator_facts", lambda history, scenario: {})
    monkeypatch.setattr(targets, "list_means", lambda history, scenario: {("income_pc", "survey"): MEASURED})
    return stand_in


MEASURED = np.array([1.0, 2.0])
OPTIONS = Options(runs=1, split=1, leave_one_out=1, households="full", seed=5)
FLOOR = "programme.targets.T-FLOOR.threshold"
TASK = Replicate(
    number=3,
    seed=5,
    arms=arms(OPTIONS, ["training"], 0),
    parameters={FLOOR: 8000.0},
    macro={2018: 0.5},
    partner_macro={2018: -1.5},
)


def test_one_burn_in_under_the_drawn_parameters(recorder: Recorder) -> None:
    """The world is founded once, with the replicate's luck and parameters; `full` is no sample at all."""
    simulate_replicate(synthetic.scenario(), OPTIONS, TASK)
    ((values, luck, households, macro),) = recorder.foundings
    assert values[FLOOR] == 8000.0
    assert luck == Luck(5, 3) and households is None and macro == MacroDraw("forecast", {2018: 0.5})
    assert [world.used for world in recorder.world.copies] == [1] * len(TASK.arms)
    assert recorder.world.used == 0


def test_partners_take_other_luck_then_another_path_too(recorder: Recorder) -> None:
    """(P, M, L), (P, M, L') and (P, M', L')."""
    records = simulate_replicate(synthetic.scenario(), OPTIONS, TASK)
    told = {
        (record.arm, record.variant): (call.luck.replicate, call.macro.normals[2018])
        for record, call in zip(records, recorder.calls, strict=True)
    }
    expected = {"base": (3, 0.5), "luck": (3 + PARTNER, 0.5), "macro": (3 + PARTNER, -1.5)}
    assert told == {(arm, variant): expected[variant] for arm, variant in TASK.arms}


def test_every_arm_is_pinned_to_the_null_of_its_variant(recorder: Recorder) -> None:
    """The null arm sets the pin and has none; all others of the variant take it over."""
    for record, call in zip(simulate_replicate(synthetic.scenario(), OPTIONS, TASK), recorder.calls, strict=True):
        own = ("null", call.luck.replicate, call.macro.normals[2018])
        assert call.pin == (None if record.arm == "null" else own)


def test_a_failing_arm_is_recorded_and_stops_no_other(recorder: Recorder) -> None:
    """The record says what went wrong and where; the other arms are finished."""
    recorder.failing = "double"
    records = {(r.arm, r.variant): r for r in simulate_replicate(synthetic.scenario(), OPTIONS, TASK)}
    broken = records.pop(("double", "base"))
    assert broken.status == "failed"
    assert broken.error.startswith("OverflowError: the fund is overdrawn (test_replicate.py:")
    assert {record.status for record in records.values()} == {"succeeded"}
    assert records["policy", "base"].parameters == {FLOOR: 8000.0}
    assert records["policy", "base"].series == {("income_pc", "survey"): MEASURED}


def test_without_its_null_arm_no_arm_of_a_variant_stands(recorder: Recorder) -> None:
    """There is no path to hold it to."""
    recorder.failing = "null"
    records = simulate_replicate(synthetic.scenario(), OPTIONS, TASK)
    assert {record.status for record in records} == {"failed"}
    assert sum("its null arm failed" in record.error for record in records) == len(records) - 3
