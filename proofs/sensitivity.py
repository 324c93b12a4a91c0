"""The whole way of `fupin sensitivity`, from design through store to indices, on functions whose indices are known.

Ishigami and Homma (1990) and the G function of Sobol' (Saltelli and Sobol' 1995) stand in for the model: only the
function that simulates a task is another. A third function has noise that only the luck decides, and a factor that does
nothing: luck has to get what is luck's.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any, cast

import numpy as np

from experiments.design import Options, Replicate
from experiments.sensitivity import Study, explain
from experiments.sensitivity_design import Question
from proofs.proof import Found
from results.store import Store
from scenarios import Loaded
from scenarios.uncertain import uniform
from simulator.history import Outcome, RunRecord
from simulator.parallel import Engine
from simulator.scenario import Scenario, Target

A, B = 7.0, 0.1
WEIGHTS = (0.0, 1.0, 4.5, 9.0)
NOISE = 0.5

Shares = Mapping[str, float]
Margin = Callable[[Mapping[str, float], float], float]
"""Of the numbers of a task, by path, and its luck as a standard normal."""


def ishigami(x: Mapping[str, float], _: float) -> float:
    """sin x1 + A sin^2 x2 + B x3^4 sin x1 on [-pi, pi]^3."""
    return math.sin(x["x1"]) + A * math.sin(x["x2"]) ** 2 + B * x["x3"] ** 4 * math.sin(x["x1"])


def ishigami_shares() -> tuple[Shares, Shares]:
    """S1 and ST of Ishigami's function."""
    v1, v2, v13 = 0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8, 8 * B**2 * math.pi**8 / 225
    whole = v1 + v2 + v13
    return ({"x1": v1 / whole, "x2": v2 / whole, "x3": 0.0},
            {"x1": (v1 + v13) / whole, "x2": v2 / whole, "x3": v13 / whole})  # fmt: skip


def g_function(x: Mapping[str, float], _: float) -> float:
    """Product of (|4 x - 2| + a) / (1 + a) over the unit cube."""
    return math.prod((abs(4 * x[f"x{i}"] - 2) + a) / (1 + a) for i, a in enumerate(WEIGHTS, 1))


def g_shares() -> tuple[Shares, Shares]:
    """S1 and ST of the G function."""
    parts = [1 / (3 * (1 + a) ** 2) for a in WEIGHTS]
    whole = math.prod(1 + part for part in parts) - 1
    alone = {f"x{i}": part / whole for i, part in enumerate(parts, 1)}
    total = {f"x{i}": part * (whole + 1) / (1 + part) / whole for i, part in enumerate(parts, 1)}
    return alone, total


def lucky(x: Mapping[str, float], luck: float) -> float:
    """x1 and luck; x2 does nothing."""
    return x["x1"] + NOISE * luck


def lucky_shares() -> tuple[Shares, Shares]:
    """S1 and ST of `lucky`, alike for it is a sum; `x1` is uniform on the unit interval."""
    shares = {"x1": (1 / 12) / (1 / 12 + NOISE**2), "x2": 0.0, "luck": NOISE**2 / (1 / 12 + NOISE**2), "macro": 0.0}
    return shares, shares


RANGES: Mapping[str, tuple[Margin, tuple[float, float, float], int]] = {
    "ishigami": (ishigami, (-math.pi, 0.0, math.pi), 3),
    "g": (g_function, (0.0, 0.5, 1.0), 4),
    "lucky": (lucky, (0.0, 0.5, 1.0), 2),
}
KNOWN = {"ishigami": ishigami_shares, "g": g_shares, "lucky": lucky_shares}


@dataclass(frozen=True)
class NoDraws:
    """A place without an admissible set."""

    rows: Sequence[Mapping[str, float]] = ()
    central: int = 0
    paths: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Toy:
    """What stands in for a loaded scenario: `count` numbers over one range each, and one target."""

    name: str
    draws: NoDraws = NoDraws()

    @property
    def scenario(self) -> Scenario:
        """One target, three years."""
        target = Target(self.name, 2020, "r", "", self.name, self.name)
        return Scenario(
            name=self.name,
            place="toy",
            year0=2017,
            burn_in_years=1,
            first_year=2018,
            last_year=2020,
            values={},
            switches={},
            series={},
            funds=(),
            interventions=(),
            targets=(target,),
        )

    def ranged(self) -> dict[str, tuple[float, float, float]]:
        """x1, x2 and so on."""
        _, ends, count = RANGES[self.name]
        return {f"x{i}": ends for i in range(1, count + 1)}

    def resolved(self) -> dict[str, Any]:
        """What a report looks up."""
        source = {"kind": "assumption", "text": "toy"}
        number = {"value": 0.0, "range": [0.0, 1.0], "unit": "number", "confidence": "C", "source": source}
        return {"numbers": {path: number for path in self.ranged()}, "titles": {}}


def simulated(name: str, task: Replicate) -> list[RunRecord]:
    """The records of a task whose margin is the function: what stands in for the model."""
    margin = RANGES[name][0](task.parameters, NormalDist().inv_cdf(uniform(0, task.luck_number, "toy")))
    outcome = Outcome(name, "r", True, "ratio", margin, margin >= 0, 0.0)
    return [
        RunRecord(task.number, arm, variant, "succeeded", outcomes=(outcome,) if arm == "policy" else ())
        for arm, variant in task.arms
    ]


def study(name: str, method: str, base: int, seed: int) -> Study:
    """A study of one of the functions."""
    loaded = cast(Loaded, Toy(name))
    return Study(loaded, Options(runs=base, seed=seed, households=1), Question(method, factors=8))


def through(name: str, method: str, base: int, seed: int, one: Callable[[Replicate], list[RunRecord]] | None = None,
            folder: Path | None = None) -> dict[str, Any]:  # fmt: skip
    """What the whole pipeline says of a function, by its only target."""
    asked = study(name, method, base, seed)
    with tempfile.TemporaryDirectory() as temporary:
        meta = {"run_id": f"{name}{seed}", "design": asked.question.recorded(), "seed": seed}
        with Store.create(folder or Path(temporary) / "run", meta) as store:
            told, _ = explain(
                asked, store, Engine(workers=1), lambda *_: None, one or (lambda task: simulated(name, task))
            )
    found: dict[str, Any] = told["targets"][name]
    return found | {"errors": told["errors"]}


def distances(name: str, base: int, seed: int) -> dict[str, float]:
    """How far each index of a function is from its closed form, in half widths of its interval; 0 where both are 0."""
    rows = {row["factor"]: row for row in through(name, "sobol", base, seed)["factors"]}
    found = {}
    for index, shares in zip(("S1", "ST"), KNOWN[name](), strict=True):
        for factor, truth in shares.items():
            half = rows[factor][f"{index}_interval"][1] - rows[factor][index]
            error = abs(rows[factor][index] - truth)
            found[f"{index} {factor}"] = error / half if half > 1e-12 else float(error > 1e-9)
    return found


def prove(quick: bool) -> Found:
    """Every index of every function within its interval about as often as the interval promises, seed 0 among the
    seeds, and none far outside."""
    base, seeds = (64, range(2)) if quick else (128, range(4))
    apart = {name: [distances(name, base, seed) for seed in seeds] for name in RANGES}
    flat = np.array([value for found in apart.values() for one in found for value in one.values()])
    worst = {name: max(max(one.values()) for one in found) for name, found in apart.items()}
    inside = float((flat <= 1).mean())
    inert = [one["S1 x2"] for one in apart["lucky"]] + [one["ST x2"] for one in apart["lucky"]]
    checks = {
        "indices lie in their 95 % intervals at least nine times of ten": inside >= 0.9,
        "no index is farther than two half widths off": max(worst.values()) <= 2.0,
        "a factor that does nothing gets nothing of the luck": max(inert) == 0.0,
        "seed 0 is a seed like the others": max(max(found[0].values()) for found in apart.values()) <= 2.0,
    }
    numbers = {"rows": base, "seeds": len(seeds), "indices": len(flat), "inside": inside, **worst}
    return Found(checks, numbers)
