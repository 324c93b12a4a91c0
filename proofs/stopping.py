"""A run that stops by itself covers what it says; one that watched a Jeffreys interval would not. And the intervals of
the two levels cover theirs."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from scipy import stats

from proofs.proof import Found
from results.draws import Draw, chance, parts
from results.intervals import LEVEL, jeffreys, keyed_generator
from results.sequences import most_needed, sequence, sequences
from results.stopping import Tally
from simulator.history import Outcome, RunRecord

CHANCES = (0.0, 0.01, 0.05, 0.2, 0.5, 0.9, 1.0)
BATCH = 32
HALF_WIDTHS = (0.03, 0.05, 0.1)
LONG = 1024
"""Runs of which every single one is looked at."""
TARGETS = {"A": 0.05, "B": 0.5, "C": 0.8}
"""Three targets of one plan and their chances; bad luck is common to them."""
TOGETHER = 0.1
TOLD = 0.94
"""Coverage that an interval by resampling must have on average over the settings."""

Ends = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def jeffreys_ends(met: np.ndarray, runs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Jeffreys interval for many counts at once: what is fair for one look at a number fixed beforehand."""
    tail = (1 - LEVEL) / 2
    low = stats.beta.ppf(tail, met + 0.5, runs - met + 0.5)
    high = stats.beta.ppf(1 - tail, met + 0.5, runs - met + 0.5)
    return np.where(met == 0, 0.0, low), np.where(met == runs, 1.0, high)


@functools.cache
def table(ends: Ends, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """The interval for every count of hits there can be in `runs`."""
    return ends(np.arange(runs + 1.0), np.full(runs + 1, float(runs)))


def at_the_stop(p: float, until: float, ends: Ends) -> tuple[float, float]:
    """Exact chance that the interval holds `p` when it is first seen to be as narrow as `until`, looked at every BATCH
    runs, and the mean number of runs. States are the counts of hits of runs that go on."""
    batch = stats.binom.pmf(np.arange(BATCH + 1), BATCH, p)
    going, runs, covered, needed = np.ones(1), 0, 0.0, 0.0
    while going.sum() > 1e-12:
        runs += BATCH
        going = np.convolve(going, batch)
        low, high = table(ends, runs)
        narrow = (high - low) / 2 <= until
        covered += going[narrow & (low <= p) & (p <= high)].sum()
        needed += runs * going[narrow].sum()
        going[narrow] = 0.0
    return float(covered), float(needed)


def ever_misses(p: float, ends: Ends, runs: int = LONG) -> float:
    """Exact chance that an interval looked at after every run misses `p` at one of them at least."""
    going = np.ones(1)
    for count in range(1, runs + 1):
        going = np.convolve(going, (1 - p, p))
        low, high = table(ends, count)
        going[(p < low) | (p > high)] = 0.0
    return float(1 - going.sum())


def together(repetitions: int, until: float) -> tuple[dict[str, float], dict[str, float]]:
    """The rule at work on several targets of one plan that share their luck, by simulation: how often the sequence of
    each, and a Jeffreys interval at the same moment, holds its chance when all are narrow enough."""
    sets = {bits: _record(bits) for bits in np.ndindex((2,) * len(TARGETS))}
    generator = keyed_generator("together")
    watched, naive = dict.fromkeys(TARGETS, 0.0), dict.fromkeys(TARGETS, 0.0)
    for _ in range(repetitions):
        tally = Tally()
        while not tally.reached(until):
            common, own = generator.random((BATCH, 1)), generator.random((BATCH, len(TARGETS)))
            luck = np.where(generator.random(own.shape) < 0.5, common, own)
            for row in (luck < list(TARGETS.values())).astype(int).tolist():
                tally.add(sets[tuple(row)])
        for name, p in TARGETS.items():
            for found, interval in ((watched, sequence), (naive, jeffreys)):
                low, high = interval(tally.met[name], tally.runs)
                found[name] += (low <= p <= high) / repetitions
    return watched, naive


def _record(bits: tuple[int, ...]) -> RunRecord:
    outcomes = tuple(
        Outcome(name, "default", True, "share", float(bit), bool(bit), 0.0)
        for name, bit in zip(TARGETS, bits, strict=True)
    )
    return RunRecord(0, "policy", "base", "succeeded", outcomes)


def prove(quick: bool) -> Found:
    """Coverage at the stopping time and mean number of runs, by chance and half-width, exact, and the same for Jeffreys
    under the same rule; the chance that either ever misses; the rule on several targets at once, simulated; coverage
    of the two levels' intervals."""
    numbers: dict[str, object] = {"looks every": BATCH, "chances": list(CHANCES)}
    lowest: dict[str, float] = {}
    for name, ends in (("sequence", sequences), ("Jeffreys", jeffreys_ends)):
        for until in HALF_WIDTHS:
            found = [at_the_stop(p, until, ends) for p in CHANCES]
            numbers[f"{name} within {until}: coverage when it stops"] = [coverage for coverage, _ in found]
            numbers[f"{name} within {until}: mean runs"] = [runs for _, runs in found]
            lowest[name] = min(lowest.get(name, 1.0), *(coverage for coverage, _ in found))
        ever = [ever_misses(p, ends) for p in CHANCES]
        numbers[f"{name}: chance that it ever misses, looked at after each of {LONG} runs"] = ever
        lowest[f"{name} ever"] = 1 - max(ever)
    repetitions = 200 if quick else 2000
    covered, naive = together(repetitions, TOGETHER)
    numbers |= {"most runs needed": [most_needed(until) for until in HALF_WIDTHS], "repetitions": repetitions}
    numbers |= {"several targets at once: sequence": covered, "several targets at once: Jeffreys": naive}
    levels, told = two_levels(15 if quick else 1000)
    checks = {
        "a sequence covers when it stops, every chance and half-width": lowest["sequence"] >= LEVEL,
        "it ever misses in at most 5 %, looked at after every run": lowest["sequence ever"] >= LEVEL,
        "it covers when several targets that share their luck must be sure": min(covered.values()) >= LEVEL,
        "Jeffreys under the same rule falls short somewhere": lowest["Jeffreys"] < LEVEL,
        "Jeffreys looked at after every run misses in more than a quarter somewhere": lowest["Jeffreys ever"] < 0.75,
    }
    return Found(checks | levels, numbers | told)


def two_levels(repetitions: int) -> tuple[dict[str, bool], dict[str, object]]:
    """Draws with chances of their own from a beta distribution of known mean and variance: are both parts estimated
    without bias, and do their intervals and that of the chance cover?"""
    cover, bias, numbers = [], [], {}
    for draws, each in ((8, 4), (16, 2), (16, 4), (32, 2)):
        for mean in (0.1, 0.5):
            for shared in (0.0, 0.2, 0.6):
                label = f"{draws} draws of {each} runs, mean {mean}, epistemic share {shared}"
                found = _known(draws, each, mean, shared, repetitions, label)
                cover.append(found[:3])
                bias.append(found[3])
                numbers[f"{label}: coverage of luck, unknown, chance"] = list(found[:3])
    means = np.mean(cover, axis=0)
    return (
        {
            "both parts are free of bias (five standard errors)": max(bias) < 5.0,
            f"intervals of luck, unknown and chance cover {TOLD:g} on average": bool(means.min() >= TOLD),
        },
        {"two levels: mean coverage of luck, unknown, chance": means.tolist(), **numbers},
    )


def _known(draws: int, each: int, mean: float, shared: float, repetitions: int, label: str) -> tuple[float, ...]:
    """Coverage of the three intervals, and the larger bias of both parts in standard errors."""
    generator = keyed_generator(label)
    size = (repetitions, draws)
    spread = (1 - shared) / shared if shared else 0.0
    chances = generator.beta(mean * spread, (1 - mean) * spread, size) if shared else np.full(size, mean)
    hits = generator.binomial(each, chances)
    variance = mean * (1 - mean)
    truth = np.array([variance * (1 - shared), variance * shared, mean])
    covered, estimates = np.zeros(3), []
    for number, row in enumerate(hits.tolist()):
        sample = [Draw(count, each) for count in row]
        found = parts(sample, f"{label} {number}")
        if found is None:
            raise RuntimeError("draws of two runs and more have parts")
        ends = (found.aleatory_interval, found.epistemic_interval, chance(sample, f"{label} {number}"))
        covered += [low <= value <= high for (low, high), value in zip(ends, truth, strict=True)]
        estimates.append((found.aleatory, found.epistemic))
    table = np.array(estimates)
    errors = table.std(axis=0, ddof=1) / np.sqrt(repetitions)
    off = float((np.abs(table.mean(axis=0) - truth[:2]) / errors).max())
    return (*(covered / repetitions).tolist(), off)
