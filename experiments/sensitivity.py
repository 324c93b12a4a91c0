"""`fupin sensitivity`: SALib's designs over the ranges of a scenario, simulated into a store, and what they show.

A Saltelli design of every factor would need a million runs. Unless factors are chosen by hand, a few Morris
trajectories over all of them come first and the factors that move some target most go on; the others are then held at
their stated values, and how much of the movement they had is told.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from SALib.sample import latin
from SALib.sample import morris as trajectories
from SALib.sample import sobol as saltelli

from experiments.design import FULL, Options, Replicate
from experiments.ensemble import SCENARIO, Progress, Simulate, fill, missing, simulate_replicate, write_whole
from experiments.sensitivity_design import LEVELS, SCREENING, SECOND, STEPPED, Ground, Question, spread_levels
from experiments.sensitivity_worlds import Worlds
from results import canonical, sensitivity
from results.assumptions import conditional_on, title
from results.charts import FOLDER_NAME, style
from results.charts import sensitivity as pictures
from results.intervals import LEVEL, keyed_generator
from results.sensitivity import DRAWS, LUCK, MACRO, NOMINAL, Outputs, Sample
from results.show_sensitivity import table
from results.store import Store
from simulator.parallel import Engine
from simulator.simulate import memory_and_time

if TYPE_CHECKING:
    from scenarios import Loaded

# What a point takes against a replicate of four arms, as the simulator tells its time: measured.
SHARE_OF_FOUR_ARMS, SECONDS_AT_LEAST = 0.9, 0.05
REPORT = "sensitivity.json"
TABLE = "sensitivity.csv"


@dataclass(frozen=True)
class Study:
    """A question about a scenario, under options whose `runs` are the base size of the design."""

    loaded: Loaded
    options: Options
    question: Question

    @cached_property
    def ground(self) -> Ground:
        """What the design is of."""
        return Ground.of(self.loaded, self.options)

    @property
    def label(self) -> str:
        """What keys everything random about the design and its intervals."""
        return f"sensitivity/{self.question.method}/{self.options.seed}"

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets asked for, or all of the programme."""
        return self.question.targets or tuple(target.id for target in self.loaded.scenario.targets)

    def screens(self) -> bool:
        """Whether factors are chosen by Morris trajectories first."""
        question = self.question
        every = len(self.ground.factors(question.method))
        return question.method == "sobol" and not question.chosen and every > question.factors

    def screening(self) -> Sample:
        """The trajectories over every factor that choose those of the design."""
        return sampled("morris", self.ground.factors("morris"), SCREENING, f"{self.label}/screening")

    def through(self, first: Sample, outputs: Outputs) -> tuple[tuple[str, ...], dict[str, float | None]]:
        """The factors that a screening lets through, and their share of what moves each target."""
        label = f"{self.label}/screening"
        return sensitivity.chosen(first, outputs.margins[:, 0], self.targets, self.question.factors, label)

    def sample(self, factors: Sequence[str] = ()) -> Sample:
        """The design itself, over `factors` if a screening has chosen them."""
        question = self.question
        every = self.ground.factors(question.method)
        if question.chosen:
            factors = [name for name in every if name in question.chosen or name in (LUCK, MACRO)]
        made = sampled(question.method, factors or every, self.options.runs, self.label)
        per_point = 1 if question.method in STEPPED else question.per_point
        return replace(made, first=SECOND if self.screens() else 0, per_point=per_point)

    def count(self) -> int:
        """How many points are simulated in all."""
        screened = self.screens()
        kept = [""] * self.question.factors if screened else self.sample().factors
        units = {"morris": len(kept) + 1, "sobol": 2 * len(kept) + 2}.get(self.question.method)
        runs = self.options.runs * (units or self.question.per_point)
        return runs + (SCREENING * (len(self.ground.factors("morris")) + 1) if screened else 0)

    def seconds(self, workers: int) -> float:
        """About how long the study takes: each point is a burn-in and two arms."""
        size = None if self.options.households == FULL else int(self.options.households)
        sampled_seconds = memory_and_time(self.loaded.scenario, size)[1]
        return (SECONDS_AT_LEAST + SHARE_OF_FOUR_ARMS * sampled_seconds) * self.count() / workers


def sampled(method: str, factors: Sequence[str], base: int, label: str) -> Sample:
    """A design of SALib's in the unit cube. Its generator is made of the label, for some of SALib's functions take a
    seed of 0 for none, and from a seed, for some want children of it; the problem is copied, for some add to it."""
    problem = {"num_vars": len(factors), "names": list(factors), "bounds": [[0.0, 1.0]] * len(factors)}
    random = np.random.Generator(np.random.Philox(int(keyed_generator(label).integers(2**63))))
    if method == "morris":
        places = trajectories.sample(copy.deepcopy(problem), base, num_levels=LEVELS, seed=random)
        blocks = places.reshape(base, len(factors) + 1, len(factors))
        return Sample(method, tuple(factors), places, spread_levels(blocks, factors, label).reshape(places.shape))
    if method == "sobol":
        places = saltelli.sample(copy.deepcopy(problem), base, calc_second_order=True, seed=random)
    else:
        places = latin.sample(copy.deepcopy(problem), base, seed=random)
    return Sample(method, tuple(factors), places, places)


@dataclass
class Clock:
    """Seconds of simulating, and of all else: design, reading back, estimators."""

    simulating: float = 0.0
    beside: float = 0.0

    @property
    def share(self) -> float:
        """All else over simulating; NaN where nothing was simulated."""
        return self.beside / self.simulating if self.simulating > 0 else float("nan")


def explain(
    study: Study, store: Store, engine: Engine, progress: Progress, simulate_one: Simulate | None = None
) -> tuple[dict[str, Any], Clock]:
    """Simulate what the store lacks of the study; what it shows, ready for JSON, and how long that took. Interrupting
    keeps every run that had finished. `simulate_one` gives the records of a task, the model's own if it is None."""
    began, clock, total = time.perf_counter(), Clock(), study.count()

    def simulated(sample: Sample, before: int) -> Outputs:
        tasks, started = study.ground.tasks(sample), time.perf_counter()
        one = simulate_one or _simulate(study, engine, missing(tasks, store))
        fill(store, tasks, engine, lambda done, _: progress(before + done, total), one)
        clock.simulating += time.perf_counter() - started
        return sensitivity.outputs_of(store, sample, study.targets)

    factors: Sequence[str] = ()
    screened: dict[str, Any] | None = None
    errors: tuple[str, ...] = ()
    if study.screens():
        first = study.screening()
        outputs = simulated(first, 0)
        factors, kept = study.through(first, outputs)
        screened, errors = {"trajectories": SCREENING, "points": len(first.places), "kept": kept}, outputs.errors
    sample = study.sample(factors)
    outputs = simulated(sample, screened["points"] if screened else 0)
    told = {**report(study, sample, outputs, store.meta), "screening": screened, "errors": [*errors, *outputs.errors]}
    clock.beside = time.perf_counter() - began - clock.simulating
    return told, clock


def _simulate(study: Study, engine: Engine, tasks: Iterable[Replicate]) -> Simulate:
    """The model: with worlds that points share where they are simulated in one process."""
    if engine.kind == "threads":
        return Worlds(study.loaded.scenario, study.options, tasks).simulate
    return partial(simulate_replicate, study.loaded.scenario, study.options)


def report(study: Study, sample: Sample, outputs: Outputs, meta: Mapping[str, Any]) -> dict[str, Any]:
    """What a design shows, with all that is needed to read it."""
    resolved = study.loaded.resolved()
    found = sensitivity.rows(sample, outputs.margins, study.targets, study.label)
    by_id = {target.id: target for target in study.loaded.scenario.targets}
    every = study.ground.factors(sample.method)
    return {
        "run_id": meta["run_id"],
        "title": title(resolved, "programme", study.loaded.scenario.name),
        "conditional_on": conditional_on(resolved, meta),
        "method": sample.method,
        "base": sample.units,
        "per_point": sample.per_point,
        "runs": study.count(),
        "households": study.options.households,
        "seed": study.options.seed,
        "level": LEVEL,
        "factors": {name: _factor(study, name, resolved) for name in sample.factors},
        "held": len([name for name in every if name not in sample.factors]),
        "targets": {
            name: {
                "title_zh": by_id[name].title_zh,
                "title_en": by_id[name].title_en,
                "reading": outputs.read.get(name, ("", ""))[0],
                "unit": outputs.read.get(name, ("", ""))[1],
                **told,
                "settled": sensitivity.settled(told, sample.method),
            }
            for name, told in found.items()
        },
    }


def _factor(study: Study, name: str, resolved: Mapping[str, Any]) -> dict[str, Any]:
    """What a factor is: for a number its value, range, unit, confidence and reason."""
    if name in NOMINAL:
        return {"rows": len(study.ground.rows)} if name == DRAWS else {}
    number = resolved["numbers"][name]
    source = number["source"]
    return {
        "value": number["value"],
        "range": list(number["range"]),
        "unit": number["unit"],
        "confidence": number["confidence"],
        "assumed": source["kind"] == "assumption",
        "reason": {"zh": source.get("zh", source["text"]), "en": source["text"]},
    }


def write(study: Study, told: Mapping[str, Any], folder: Path) -> None:
    """Write `sensitivity.json`, `sensitivity.csv`, the resolved scenario and the pictures into a run's folder."""
    resolved = json.dumps(study.loaded.resolved(), ensure_ascii=False, indent=1)
    write_whole(folder / SCENARIO, resolved + "\n")
    with style.look():
        pictures.draw(told, folder / FOLDER_NAME)
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\r\n").writerows(table(told))
    write_whole(folder / TABLE, "\ufeff" + sheet.getvalue())
    canonical.write(folder / REPORT, told)
