"""What `fupin sensitivity` spends beside simulating: `python -m benchmarks.sensitivity [PROGRAMME]`.

For each method at its usual size, the processor's seconds of design, tasks and indices over those of its simulations,
these from the first points of the design. Reading the store back is not in it; the command itself tells the whole ratio
on stderr. Delta is measured too, and held to nothing.
"""

from __future__ import annotations

import sys
import time

import numpy as np

import scenarios
from experiments.design import Options
from experiments.sensitivity import Study
from experiments.sensitivity_design import BASES, FACTORS, HOUSEHOLDS, METHODS, Question
from experiments.sensitivity_worlds import Worlds
from results.sensitivity import rows

POINTS = 24
"""Points simulated, after one for the compiler."""


def main() -> None:
    """Measure and print a line a method."""
    loaded = scenarios.load(sys.argv[1] if len(sys.argv) > 1 else scenarios.default_programme())
    each = seconds_a_point(Study(loaded, Options(runs=2, households=HOUSEHOLDS), Question("morris")))
    print(f"{each:.3f} s a point of {HOUSEHOLDS:,} households, one core")
    for method in METHODS:
        study = Study(loaded, Options(runs=BASES[method], households=HOUSEHOLDS), Question(method))
        beside = seconds_beside(study)
        simulating = study.count() * each
        share = f"{beside / simulating:.1%}"
        print(f"{method}: {beside:.1f} s beside {simulating:.0f} s of {study.count():,} points: {share}")


def seconds_a_point(study: Study) -> float:
    """Seconds of one point of a design, burn-in and both arms, worlds shared as they are in it."""
    tasks = study.ground.tasks(study.sample())[: POINTS + 1]
    worlds = Worlds(study.loaded.scenario, study.options, tasks)
    worlds.simulate(tasks[0])
    begun = time.process_time()
    for task in tasks[1:]:
        worlds.simulate(task)
    return (time.process_time() - begun) / POINTS


def seconds_beside(study: Study) -> float:
    """Seconds of the design, of its tasks and of all indices of all targets, on made-up margins."""
    begun = time.process_time()
    names = study.ground.factors(study.question.method)[:FACTORS] if study.screens() else ()
    sample = study.sample(names)
    study.ground.tasks(sample)
    shape = (len(sample.places), sample.per_point, len(study.targets))
    margins = np.random.default_rng(1).normal(size=shape) + sample.places[:, :1, None]
    rows(sample, margins, study.targets, study.label)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
