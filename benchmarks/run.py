"""Measures the model's speed, prints it and writes it to `benchmarks/latest.json`: `python -m benchmarks.run`.

Everything runs on one core, in rounds that interleave all pieces of work. Times are of this machine as busy as it was;
the ratio to Mesa is measured in the same rounds and travels better.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import common_workload
from benchmarks.cold import first_and_second_run
from benchmarks.engine import UNCHECKED, Engine
from benchmarks.timing import Timing, interleaved
from simulator.simulate import NULL, POLICY

LATEST = Path(__file__).parent / "latest.json"
PACKAGES = ("mesa", "numba", "numpy")
NANO, MILLI = 1e9, 1e3


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=__doc__)
    parser.add_argument("--households", type=int, default=100_000, help="of the engine's sample, about")
    parser.add_argument("--mesa-households", type=int, default=100_000, help="of the common workload in Mesa")
    parser.add_argument("--repeats", type=int, default=3, help="rounds")
    parser.add_argument("--no-cold", action="store_true", help="leave the cold compile out")
    parser.add_argument("--out", type=Path, default=LATEST, help="where the figures are written")
    chosen = parser.parse_args(arguments)
    figures = measure(chosen.households, chosen.mesa_households, chosen.repeats, cold=not chosen.no_cold)
    print(text(figures))
    chosen.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(households: int, mesa_households: int, repeats: int, *, cold: bool) -> dict[str, Any]:
    """All figures, ready for JSON: times in the unit their name ends in."""
    engine = Engine(households)
    sampled = engine.living
    work = {**engine.work(), "mesa": lambda: common_workload.prepare(mesa_households)}
    times = interleaved(work, repeats)
    of_arm = NANO / sampled / engine.quarters
    of_mesa = NANO / mesa_households / common_workload.STEPS
    figures: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{package: version(package) for package in PACKAGES},
        "households": sampled,
        "quarters": engine.quarters,
        "burn_in_quarters": 4 * engine.scenario.burn_in_years,
        "repeats": repeats,
        "ns_per_household_quarter": {arm: times[arm].scaled(of_arm) for arm in (NULL, POLICY)},
        "burn_in_ns_per_household_quarter": times["burn_in"].scaled(
            NANO / sampled / (4 * engine.scenario.burn_in_years)
        ),
        "invariants_share_of_policy": round(1.0 - times[UNCHECKED].best / times[POLICY].best, 3),
        "burn_in_ms": times["burn_in"].scaled(MILLI),
        "copy_ms": times["copy"].scaled(MILLI),
        "by_rule": {arm: by_rule(engine, arm, repeats) for arm in (NULL, POLICY)},
        "mesa_households": mesa_households,
        "mesa_ns_per_household_step": times["mesa"].scaled(of_mesa),
        "mesa_over_policy": ratio(times["mesa"], times[POLICY], of_mesa / of_arm),
    }
    if cold:
        first, second = first_and_second_run()
        figures["first_run_seconds"], figures["second_run_seconds"] = round(first, 1), round(second, 1)
        figures["cold_compile_seconds"] = round(first - second, 1)
    return figures


def by_rule(engine: Engine, arm: str, repeats: int) -> dict[str, Any]:
    """Nanoseconds a household-quarter by rule, the slowest first, and outside rules: medians over the rounds."""
    rounds = [engine.time_by_rule(arm) for _ in range(repeats)]
    scale = NANO / engine.living / engine.quarters
    names = {name for rules, _ in rounds for name in rules}
    rules = {name: statistics.median(rules[name] for rules, _ in rounds) * scale for name in names}
    outside = statistics.median(outside for _, outside in rounds) * scale
    ordered = sorted(rules.items(), key=lambda item: (-item[1], item[0]))
    return {"outside_rules": round(outside, 2), "rules": {name: round(value, 2) for name, value in ordered}}


def ratio(over: Timing, under: Timing, scale: float) -> dict[str, float]:
    """How many times longer, by the best and by the median."""
    best, median = over.best / under.best, over.median / under.median
    return {"best": round(best * scale, 2), "median": round(median * scale, 2)}


def text(figures: Mapping[str, Any]) -> str:
    """The figures for a reader."""
    size = f"{figures['households']} households, {figures['quarters']} quarters"
    lines = [
        f"{size}, one core; best | median of {figures['repeats']}",
        row("null arm", figures["ns_per_household_quarter"][NULL], "ns per household-quarter"),
        row("policy arm", figures["ns_per_household_quarter"][POLICY], "ns per household-quarter"),
        f"invariants                {100 * figures['invariants_share_of_policy']:>10.1f}   per cent of the policy arm",
        row("founding and burn-in", figures["burn_in_ns_per_household_quarter"], "ns per household-quarter"),
        row("founding and burn-in", figures["burn_in_ms"], "ms"),
        row("copy of the world", figures["copy_ms"], "ms"),
    ]
    for arm in (NULL, POLICY):
        parts = figures["by_rule"][arm]
        lines += ["", f"{arm} arm by rule, ns per household-quarter (median)"]
        lines.append(f"  {'outside rules':<44}{parts['outside_rules']:>10.2f}")
        lines += [f"  {name:<44}{value:>10.2f}" for name, value in parts["rules"].items()]
    lines += [
        "",
        row("common workload in Mesa", figures["mesa_ns_per_household_step"], "ns per household-step (shuffle_do)"),
        row("Mesa over the policy arm", figures["mesa_over_policy"], "times; a step of the workload does less"),
    ]
    if "cold_compile_seconds" in figures:
        lines.append(
            f"first run {figures['first_run_seconds']} s, second {figures['second_run_seconds']} s: "
            f"compiling takes {figures['cold_compile_seconds']} s"
        )
    return "\n".join(lines)


def row(name: str, values: Mapping[str, float], unit: str) -> str:
    """One figure with its best and its median."""
    return f"{name:<26}{values['best']:>10.1f} |{values['median']:>10.1f}  {unit}"


if __name__ == "__main__":
    main()
