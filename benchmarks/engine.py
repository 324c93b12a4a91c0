"""The engine's times: burn-in, branching, both arms, and where the time of an arm goes. The policy is the default
programme with every kind of intervention there is and every process on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np

import scenarios
from simulator.interventions import KINDS
from simulator.scenario import Scenario
from simulator.simulate import NULL, POLICY, Luck, MacroDraw, Run, World, found, simulate

LUCK, MACRO = Luck(20181, 0), MacroDraw()


UNCHECKED = "policy without invariants"


def unchecked(work: Callable[[], Any]) -> Callable[[], Any]:
    """The same work with the invariants of every quarter left out."""

    def run() -> Any:
        with patch("simulator.quarter.check_invariants", lambda world: None):
            return work()

    return run


class Engine:
    """A founded world and what is timed on it. `pin` is the null arm's; all is compiled by the time it stands."""

    def __init__(self, households: int) -> None:
        programme = scenarios.load(scenarios.default_programme()).scenario
        self.scenario: Scenario = scenarios.with_kinds(programme, *KINDS)
        self.households = households
        self.world: World = found(self.scenario, LUCK, households, MACRO)
        self.pin = simulate(self.world.copy(), self.scenario, LUCK, MACRO, NULL).pin
        simulate(self.world.copy(), self.scenario, LUCK, MACRO, POLICY, self.pin)
        self.quarters = 4 * (self.scenario.last_year - self.scenario.first_year + 1)
        self.living = int(np.count_nonzero(self.world.households.size))

    def work(self) -> dict[str, Callable[[], Callable[[], Any]]]:
        """What to time: each entry prepares itself and gives the function to time."""
        return {
            "burn_in": lambda: lambda: found(self.scenario, LUCK, self.households, MACRO),
            "copy": lambda: self.world.copy,
            NULL: lambda: self.arm(NULL),
            POLICY: lambda: self.arm(POLICY),
            UNCHECKED: lambda: unchecked(self.arm(POLICY)),
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
        while not run.finished:
            run.step()
        run.history()
        total = time.perf_counter() - start
        return dict(world.seconds), total - sum(world.seconds.values())
