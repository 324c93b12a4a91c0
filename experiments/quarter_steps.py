"""The order of rules in a quarter, as it was seen: one arm of a programme is run with every call noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

import scenarios
from simulator.interventions import KINDS
from simulator.rules import Rule
from simulator.simulate import POLICY, Luck, MacroDraw, Run, found, pin_for

HOUSEHOLDS = 600


@dataclass
class Step:
    """A call of a rule at its place in the order, and the quarters of the year in which it was made."""

    rule: Rule
    quarters: set[int] = field(default_factory=set)


def steps() -> list[Step]:
    """Every call that some quarter makes, in order, from a small world under the default programme with every kind of
    intervention there is."""
    scenario = scenarios.with_kinds(scenarios.load(scenarios.default_programme()).scenario, *KINDS)
    luck, macro = Luck(1, 0), MacroDraw()
    world = found(scenario, luck, HOUSEHOLDS, macro)
    run = Run(world, scenario, luck, macro, POLICY, pin_for(POLICY, world, scenario, luck, macro))
    seen: list[tuple[int, list[Rule]]] = []
    while not run.finished:
        quarter = world.now.quarter
        with noted() as calls:
            run.step()
        seen.append((quarter, calls))
    merged: list[Step] = []
    # The latest quarters come first: by then every kind has begun.
    for quarter, calls in reversed(seen):
        merged = merge(merged, calls, quarter)
    return merged


@contextmanager
def noted() -> Iterator[list[Rule]]:
    """Note every call of a rule meanwhile, in order."""
    calls: list[Rule] = []
    usual = Rule.__call__

    def call(rule: Rule, names: Mapping[str, Any]) -> Any:
        calls.append(rule)
        return usual(rule, names)

    setattr(Rule, "__call__", call)  # noqa: B010 - mypy forbids the plain assignment to a method
    try:
        yield calls
    finally:
        setattr(Rule, "__call__", usual)  # noqa: B010


def merge(steps: list[Step], calls: list[Rule], quarter: int) -> list[Step]:
    """The steps with one more quarter's calls laid over them: equal calls share a step, new ones come in between."""
    matcher = SequenceMatcher(None, [id(step.rule) for step in steps], [id(rule) for rule in calls], autojunk=False)
    merged: list[Step] = []
    for what, start, end, first, last in matcher.get_opcodes():
        merged += steps[start:end]
        if what == "equal":
            for step in steps[start:end]:
                step.quarters.add(quarter)
        else:
            merged += [Step(rule, {quarter}) for rule in calls[first:last]]
    return merged
