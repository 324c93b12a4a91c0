"""The engine's times: burn-in, branching, both arms, and where the time of an arm goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import scenarios
from simulator.rules import Rule
from simulator.scenario import Scenario
from simulator.simulate import NULL, POLICY, Luck, MacroDraw, Run, World, found, simulate

LUCK, MACRO = Luck(20181, 0), MacroDraw()


class Engine:
    """A founded world and what is timed on it. `pin` is the null arm's; all is compiled by the time it stands."""

    def __init__(self, households: int) -> None:
        self.scenario: Scenario = scenarios.load(scenarios.default_programme()).scenario
        self.households = households
        self.world: World = found(self.scenario, LUCK, households, MACRO)
        self.pin = simulate(self.world.copy(), self.scenario, LUCK, MACRO, NULL).pin
        simulate(self.world.copy(), self.scenario, LUCK, MACRO, POLICY, self.pin)
        self.quarters = 4 * (self.scenario.last_year - self.scenario.first_year + 1)

    def work(self) -> dict[str, Callable[[], Callable[[], Any]]]:
        """What to time: each entry prepares itself and gives the function to time."""
        return {
            "burn_in": lambda: lambda: found(self.scenario, LUCK, self.households, MACRO),
            "copy": lambda: self.world.copy,
            NULL: lambda: self.arm(NULL),
            POLICY: lambda: self.arm(POLICY),
        }

    def arm(self, arm: str) -> Callable[[], Any]:
        """An arm on a copy of the world, copied beforehand."""
        world = self.world.copy()
        pin = None if arm == NULL else self.pin
        return lambda: simulate(world, self.scenario, LUCK, MACRO, arm, pin)

    def time_by_rule(self, arm: str) -> tuple[dict[str, float], float]:
        """Seconds of every rule (`file.rule`) in one run of an arm, and seconds spent outside rules."""
        world = self.world.copy()
        world.seconds = {}
        start = time.perf_counter()
        run = Run(world, self.scenario, LUCK, MACRO, arm, None if arm == NULL else self.pin)
        with rules_named_by_file():
            while not run.finished:
                run.step()
        run.history()
        total = time.perf_counter() - start
        return dict(world.seconds), total - sum(world.seconds.values())


@contextmanager
def rules_named_by_file() -> Iterator[None]:
    """Meanwhile every rule has its file before its name, so that the times of the kinds' `want` are told apart."""
    modules = [module for name, module in sys.modules.items() if name.startswith("simulator.")]
    rules = {id(thing): thing for module in modules for thing in vars(module).values() if isinstance(thing, Rule)}
    usual = {identity: rule.name for identity, rule in rules.items()}
    for rule in rules.values():
        rule.name = f"{rule.module.rpartition('.')[2]}.{rule.name}"
    try:
        yield
    finally:
        for identity, rule in rules.items():
            rule.name = usual[identity]
