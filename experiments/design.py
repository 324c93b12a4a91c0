"""Which runs an ensemble needs: the arms of each replicate and what is drawn for it.

A replicate is new luck, a macro draw, one joint draw of the place's admissible set and a draw of every other ranged
number. All its arms branch from one burned-in world. Every draw here is keyed by (seed, replicate, name) and
stateless, so adding a parameter changes no other draw, and none of them enters the luck of the simulator.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from statistics import NormalDist
from typing import Any, Protocol

from scenarios.uncertain import between, uniform
from simulator.macro import COMMON
from simulator.scenario import Scenario

# Partner runs of the variance split take their luck and macro path from replicates beyond any that is counted.
PARTNER = 1_000_000

# The key of the simulator's draws holds a seed of 32 bits.
SEEDS = 2**32

FULL = "full"
FULL_RUNS = 5
"""Replicates of the full population where none are asked for: sampling is gone, and each takes minutes."""
BASE_ARMS = ("null", "policy", "half", "double")
MACRO_MODES = ("forecast", "published")


def _as_stored(value: Any) -> Any:
    """JSON knows lists only."""
    return tuple(value) if isinstance(value, list) else value


LATER: Mapping[str, Any] = {"added": [], "orders": 0, "per_draw": 1, "until": None, "at_most": None}
"""Options that came after the first runs were kept, and what they are where nobody gives them."""


@dataclass(frozen=True)
class Options:
    """What decides an ensemble, beside the scenario. `households` is a sample size or "full"; `split` and
    `leave_one_out` count the first replicates that also run the partners of the variance split and the arms with one
    kind left out; `sets` (`path=value`), `without` and `added` are what the command line changed in the scenario;
    `orders` is how many orders of joining an attribution samples in each replicate. `per_draw` replicates in a row
    share their draw of parameters. With `until`, replicates come in batches of `runs` until every target's interval has
    that half-width, or there are `at_most`."""

    runs: int = 32
    split: int = 16
    leave_one_out: int = 0
    households: int | str = 20_000
    seed: int = 1
    fixed: bool = False
    macro: str = "forecast"
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    orders: int = 0
    per_draw: int = 1
    until: float | None = None
    at_most: int | None = None

    def recorded(self) -> dict[str, Any]:
        """The options as plain data, the same for equal options."""
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        # An option that came later leaves runs that do not use it the identity they had.
        return {name: value for name, value in plain.items() if name not in LATER or value != LATER[name]}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Options:
        """The options among what a run folder recorded."""
        known = {**LATER, **record}
        return cls(**{entry.name: _as_stored(known[entry.name]) for entry in fields(cls)})

    def faults(self) -> list[tuple[str, str]]:
        """What is impossible in these options, one (Chinese, English) line each; empty when all is well."""
        looked_at = (
            (self.runs >= 1, "--runs 至少为 1", "--runs is at least 1"),
            (
                0 <= self.leave_one_out <= self.runs,
                f"--leave-one-out 在 0 与 --runs（{self.runs}）之间",
                f"--leave-one-out lies between 0 and --runs ({self.runs})",
            ),
            (0 <= self.seed < SEEDS, f"--seed 在 0 与 {SEEDS - 1} 之间", f"--seed lies between 0 and {SEEDS - 1}"),
            (
                self.households == FULL or (isinstance(self.households, int) and self.households >= 1),
                "--households 为正整数或 full",
                "--households is a positive whole number or full",
            ),
            (self.macro in MACRO_MODES, "--macro 为 forecast 或 published", "--macro is forecast or published"),
            *self._of_draws(),
        )
        return [(zh, en) for holds, zh, en in looked_at if not holds]

    def _of_draws(self) -> tuple[tuple[bool, str, str], ...]:
        """What must hold of `per_draw`, `until` and `at_most`: every look and the end come after whole draws."""
        each, until, most = self.per_draw, self.until, self.at_most
        return (
            (each >= 1, "--per-draw 至少为 1", "--per-draw is at least 1"),
            (
                each < 1 or self.runs % each == 0,
                f"--runs（{self.runs}）须是 --per-draw（{each}）的倍数",
                f"--runs ({self.runs}) is a multiple of --per-draw ({each})",
            ),
            (
                until is None or 0 < until < 0.5,
                "--until 在 0 与 0.5 之间（0.03 即上下 3 个百分点）",
                "--until lies between 0 and 0.5 (0.03: three points up or down)",
            ),
            (most is None or until is not None, "--at-most 须与 --until 同用", "--at-most goes with --until"),
            (
                most is None or (most >= self.runs and (each < 1 or most % each == 0)),
                f"--at-most 不少于 --runs（{self.runs}），且是 --per-draw（{each}）的倍数",
                f"--at-most is no fewer than --runs ({self.runs}) and a multiple of --per-draw ({each})",
            ),
        )


class JointDraws(Protocol):
    """The admissible set of a place: joint draws of its unknowns by path, and which row is the central one."""

    @property
    def rows(self) -> Sequence[Mapping[str, float]]:
        """One row a joint draw; none if the place has no admissible set."""

    @property
    def central(self) -> int:
        """Index of the central row."""


class Uncertain(Protocol):
    """What a loaded scenario must tell for its parameters to be drawn. What the command line or a change has set is
    neither in the joint draws nor ranged."""

    @property
    def scenario(self) -> Scenario:
        """The scenario at its stated values."""

    @property
    def draws(self) -> JointDraws:
        """The place's admissible set."""

    def ranged(self) -> Mapping[str, tuple[float, float, float]]:
        """Path -> (low, stated value, high) of every number with a range that the joint draws do not speak for."""


@dataclass(frozen=True)
class Replicate:
    """One task: the world to found and the arms to branch from it.

    `arms` are (arm, variant) in the order to run them, the null of a variant first, for the others need its pin;
    `parameters` are drawn numbers by path; `macro` and `partner_macro` are the standard normals of `macro_normals`.
    `luck` is the replicate whose luck this one has, where that is not its own.
    """

    number: int
    seed: int
    arms: tuple[tuple[str, str], ...]
    parameters: Mapping[str, float] = field(default_factory=dict)
    macro: Mapping[int, float] = field(default_factory=dict)
    partner_macro: Mapping[int, float] = field(default_factory=dict)
    luck: int | None = None

    @property
    def luck_number(self) -> int:
        """The replicate that keys the draws of the simulator."""
        return self.number if self.luck is None else self.luck


DECIDING = ("scenario_hash", "versions", "households", "macro", "design")
"""What of a folder's identity decides every single run in it: not how many there are."""


def run_key(meta: Mapping[str, Any], task: Replicate, arm: str, variant: str) -> str:
    """Hash of all that decides one run: the resolved scenario, seed and luck, parameters and macro path drawn,
    replicate, arm and version of the code; 64 hexadecimal digits."""
    decides = {
        **{name: meta.get(name) for name in DECIDING},
        "seed": task.seed,
        "replicate": task.number,
        "luck": task.luck_number,
        "arm": arm,
        "variant": variant,
        "parameters": dict(task.parameters),
        "macro_path": [sorted(task.macro.items()), sorted(task.partner_macro.items())],
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def parameters(loaded: Uncertain, options: Options, replicate: int) -> dict[str, float]:
    """The numbers of the draw of parameters of this number, by path: a replicate's own, unless several share one. With
    `fixed`, the place's central draw and nothing else."""
    rows = loaded.draws.rows
    if options.fixed:
        return dict(rows[loaded.draws.central]) if rows else {}
    drawn = {
        path: between(low, value, high, uniform(options.seed, replicate, "parameter", path))
        for path, (low, value, high) in loaded.ranged().items()
    }
    joint = rows[int(uniform(options.seed, replicate, "place") * len(rows))] if rows else {}
    return {**drawn, **joint}


def macro_normals(scenario: Scenario, seed: int, replicate: int) -> dict[int, float]:
    """The surprises of a macro path, standard normals: one for each year after year 0, one common to all of them."""
    years = (COMMON, *range(scenario.year0 + 1, scenario.last_year + 1))
    return {year: NormalDist().inv_cdf(uniform(seed, replicate, "macro", year)) for year in years}


def programme_kinds(scenario: Scenario) -> tuple[str, ...]:
    """The kinds of intervention the programme brings, each once, in the order it states them."""
    return tuple(dict.fromkeys(entry.kind for entry in scenario.interventions if entry.role == "programme"))


def arms(options: Options, kinds: Sequence[str], replicate: int) -> tuple[tuple[str, str], ...]:
    """The (arm, variant) pairs of a replicate, in the order to run them. Under the published macro path there is no
    other path to draw, hence no `macro` partner."""
    wanted = [(arm, "base") for arm in BASE_ARMS]
    partners = ("luck", "macro") if options.macro == "forecast" else ("luck",)
    if replicate < options.split:
        wanted += [(arm, variant) for variant in partners for arm in ("null", "policy")]
    if replicate < options.leave_one_out:
        wanted += [(f"without:{kind}", "base") for kind in kinds]
    return tuple(wanted)


def replicates(loaded: Uncertain, options: Options, first: int = 0) -> tuple[Replicate, ...]:
    """Every replicate of the ensemble from the `first` on, by number; those of one draw of parameters come one after
    the other."""
    kinds = programme_kinds(loaded.scenario)
    return tuple(
        Replicate(
            number=number,
            seed=options.seed,
            arms=arms(options, kinds, number),
            parameters=parameters(loaded, options, number // options.per_draw),
            macro=macro_normals(loaded.scenario, options.seed, number),
            partner_macro=macro_normals(loaded.scenario, options.seed, number + PARTNER),
        )
        for number in range(first, options.runs)
    )
