"""By what the runs of a folder are made: the tasks of its design and the function that does one.

Every command that keeps runs says here how its folder is read back, so that what checks runs need not know what they
were for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from experiments.design import Replicate, replicates
from experiments.ensemble import Simulate, simulate_replicate
from experiments.refusal import Refusal

RUN = "run"
PLANS: Mapping[str, str] = {
    RUN: "experiments.plan:of_run",
    "attribute": "experiments.attribution:of_folder",
    "branch": "experiments.branching:of_folder",
    "compare": "experiments.comparison_request:of_folder",
    "sensitivity": "experiments.sensitivity_request:of_folder",
}
"""Command -> module:function that is given a folder and its meta and returns the Plan of its runs."""


@dataclass(frozen=True)
class Plan:
    """The tasks of a design, and the function that simulates the arms of one."""

    tasks: tuple[Replicate, ...]
    simulate_one: Simulate


def command_of(meta: Mapping[str, Any]) -> str:
    """The command whose runs a folder keeps."""
    return str(meta.get("design", {}).get("command", RUN))


def plan_of(folder: Path, meta: Mapping[str, Any], runs: int) -> Plan:
    """The plan by which a folder's runs were made, of which `runs` replicates were begun. Raises Refusal where the
    scenario is not what it was, or for a command that is not known."""
    command = command_of(meta)
    if command not in PLANS:
        raise Refusal((f"不认识的推演种类：{command}", f"no such kind of runs: {command}"))
    module, name = PLANS[command].split(":")
    maker: Callable[[Path, Mapping[str, Any], int], Plan] = getattr(import_module(module), name)
    return maker(folder, meta, runs)


def of_run(folder: Path, meta: Mapping[str, Any], runs: int) -> Plan:
    """The plan of `fupin run`."""
    from experiments.request import understand

    wanted = understand(None, {}, resume=folder)
    options = replace(wanted.options, runs=runs)
    return Plan(replicates(wanted.loaded, options), partial(simulate_replicate, wanted.loaded.scenario, options))
