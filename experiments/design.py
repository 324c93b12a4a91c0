"""Which runs an ensemble needs: the arms of each replicate and what is drawn for it.

A replicate is new luck, a macro draw, one joint draw of the place's admissible set and a draw of every other ranged
number. All its arms branch from one burned-in world. Every draw here is keyed by (seed, replicate, name) and
stateless, so adding a parameter changes no other draw, and none of them enters the luck of the simulator.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import NormalDist
from typing import Any, Protocol

from simulator.scenario import Scenario

# Partner runs of the variance split take their luck and macro path from replicates beyond any that is counted.
PARTNER = 1_000_000

FULL = "full"
MACRO_MODES = ("forecast", "published")


@dataclass(frozen=True)
class Options:
    """What decides an ensemble, beside the scenario. `households` is a sample size or "full"; `split` and
    `leave_one_out` count the first replicates that also run the partners of the variance split and the arms with one
    kind left out; `sets` (`path=value`) and `without` are what the command line changed in the scenario."""

    runs: int = 48
    split: int = 16
    leave_one_out: int = 0
    households: int | str = 20_000
    seed: int = 1
    fixed: bool = False
    macro: str = "forecast"
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """The options as plain data, the same for equal options."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Options:
        """The options a run folder recorded."""
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in record.items()})

    def held(self) -> frozenset[str]:
        """Paths whose number the command line fixed: no draw may move them."""
        return frozenset(change.partition("=")[0].strip() for change in self.sets)


class Uncertain(Protocol):
    """What a loaded scenario must tell for its parameters to be drawn."""

    @property
    def scenario(self) -> Scenario:
        """The scenario at its stated values."""

    @property
    def draws(self) -> Sequence[Mapping[str, float]]:
        """The place's admissible set: one mapping of path to number a joint draw, empty if the place has none."""

    @property
    def central(self) -> Mapping[str, float]:
        """The central draw of the admissible set."""

    def ranged(self) -> Mapping[str, tuple[float, float, float]]:
        """Path -> (low, stated value, high) of every number with a range."""


@dataclass(frozen=True)
class Replicate:
    """One task: the world to found and the arms to branch from it.

    `arms` are (arm, variant) in the order to run them, the null of a variant first, for the others need its pin;
    `parameters` are drawn numbers by path; `macro` and `partner_macro` are standard normals by year.
    """

    number: int
    seed: int
    arms: tuple[tuple[str, str], ...]
    parameters: Mapping[str, float] = field(default_factory=dict)
    macro: Mapping[int, float] = field(default_factory=dict)
    partner_macro: Mapping[int, float] = field(default_factory=dict)


def uniform(seed: int, replicate: int, *names: object) -> float:
    """A uniform in (0, 1) that belongs to (seed, replicate, names) and to nothing else."""
    key = "/".join(str(part) for part in (seed, replicate, *names))
    return (int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") + 0.5) / 2**48


def between(low: float, middle: float, high: float, u: float) -> float:
    """The quantile `u` of a distribution with half its mass below `middle` and half above, uniform on each side:
    the stated value of a ranged number is its median."""
    if u < 0.5:
        return low + 2 * u * (middle - low)
    return middle + (2 * u - 1) * (high - middle)


def parameters(loaded: Uncertain, options: Options, replicate: int) -> dict[str, float]:
    """The numbers drawn for a replicate, by path. With `fixed`, the place's central draw and nothing else."""
    held = options.held()
    if options.fixed:
        return {path: value for path, value in loaded.central.items() if path not in held}
    joint = loaded.draws[int(uniform(options.seed, replicate, "place") * len(loaded.draws))] if loaded.draws else {}
    drawn = {
        path: between(low, middle, high, uniform(options.seed, replicate, "parameter", path))
        for path, (low, middle, high) in loaded.ranged().items()
    }
    return {path: value for path, value in {**drawn, **joint}.items() if path not in held}


def macro_normals(scenario: Scenario, seed: int, replicate: int) -> dict[int, float]:
    """One standard normal for each year after year 0: the surprise of the macro path in that year."""
    years = range(scenario.year0 + 1, scenario.last_year + 1)
    return {year: NormalDist().inv_cdf(uniform(seed, replicate, "macro", year)) for year in years}


def programme_kinds(scenario: Scenario) -> tuple[str, ...]:
    """The kinds of intervention the programme brings, each once, in the order it states them."""
    return tuple(dict.fromkeys(entry.kind for entry in scenario.interventions if entry.role == "programme"))


def arms(options: Options, kinds: Sequence[str], replicate: int) -> tuple[tuple[str, str], ...]:
    """The (arm, variant) pairs of a replicate, in the order to run them."""
    wanted = [("null", "base"), ("policy", "base"), ("half", "base"), ("double", "base")]
    if replicate < options.split:
        wanted += [(arm, variant) for variant in ("luck", "macro") for arm in ("null", "policy")]
    if replicate < options.leave_one_out:
        wanted += [(f"without:{kind}", "base") for kind in kinds]
    return tuple(wanted)


def replicates(loaded: Uncertain, options: Options) -> tuple[Replicate, ...]:
    """Every replicate of the ensemble, by number."""
    kinds = programme_kinds(loaded.scenario)
    return tuple(
        Replicate(
            number=number,
            seed=options.seed,
            arms=arms(options, kinds, number),
            parameters=parameters(loaded, options, number),
            macro=macro_normals(loaded.scenario, options.seed, number),
            partner_macro=macro_normals(loaded.scenario, options.seed, number + PARTNER),
        )
        for number in range(options.runs)
    )
