"""Reporting bias improves the register and not the world (6.8); random recipients show what identification is worth
(6.6)."""

from __future__ import annotations

import numpy as np

from proofs.arms import MACRO, Diary, Shuffled, arm, on_list, zhejiang
from proofs.proof import Found
from simulator.history import History
from simulator.simulate import NULL, POLICY, Luck, found

BIASES = (0.0, 0.1, 0.2, 0.3)


def goodhart(quick: bool) -> Found:
    """From the first year on incomes are reported higher; the programme goes on for whom the register still knows."""
    households, replicates = (4_000, 1) if quick else (20_000, 8)
    observed, listed, true = (np.zeros((replicates, len(BIASES))) for _ in range(3))
    for number in range(replicates):
        luck = Luck(31, number)
        world = found(zhejiang(), luck, households, MACRO)
        _, null = arm(world, zhejiang(), luck)
        assert null is not None
        for column, bias in enumerate(BIASES):
            scenario = zhejiang().with_values({"model.reporting_bias": bias})
            diary, _ = arm(world, scenario, luck, POLICY, null.pin)
            observed[number, column], listed[number, column], true[number, column] = poverty(diary, 2022)
    seen, kept, real = (values.mean(axis=0) for values in (observed, listed, true))
    checks = {
        "register poverty falls with the bias": bool(np.all(np.diff(seen) < 0.0)),
        "the list shrinks": bool(np.all(np.diff(kept) < 0.0)),
        "true poverty does not fall": bool(np.all(real[1:] >= real[0] - 0.0005)),
    }
    numbers = {"bias": list(BIASES), "register poverty": seen.tolist(), "listed": kept.tolist(), "true": real.tolist()}
    return Found(checks, {"households": households, "replicates": replicates, **numbers})


def poverty(diary: Diary, number: int) -> tuple[float, float, float]:
    """Persons observed below their county's line, listed, and truly below it, as shares of rural persons."""
    year = diary.years[number]
    there = year["there"]
    weight = year["weight"][there]
    below = (
        year["observed_income"][there] < year["line"][there],
        on_list(year["list_state"][there]),
        year["income"][there] < year["line"][there],
    )
    seen, kept, real = (float(weight @ group / weight.sum()) for group in below)
    return seen, kept, real


def identification(quick: bool) -> Found:
    """The same programme and money for the list and for a list permuted among all households: what each takes off the
    poverty gap below the relative line, per million yuan."""
    households, replicates = (6_000, 1) if quick else (20_000, 8)
    relief: dict[str, list[float]] = {"the list": [], "random": []}
    paid: dict[str, list[float]] = {"the list": [], "random": []}
    for number in range(replicates):
        luck, scenario = Luck(32, number), zhejiang()
        world = found(scenario, luck, households, MACRO)
        _, null = arm(world, scenario, luck, NULL)
        assert null is not None
        for name, rules in (("the list", []), ("random", Shuffled(world, number).rules())):
            _, policy = arm(world, scenario, luck, POLICY, null.pin, rules)
            assert policy is not None
            money = yuan(policy) - yuan(null)
            paid[name].append(money / 1e9)
            relief[name].append(1e9 * (gap(null) - gap(policy)) / money)
    ours, theirs = np.array(relief["the list"]), np.array(relief["random"])
    error = float((ours - theirs).std(ddof=1) / np.sqrt(replicates)) if replicates > 1 else 0.0
    checks = {
        "the list does more per yuan than random recipients": bool((ours - theirs).mean() > 2.0 * error),
        "the list lowers the gap": bool(ours.mean() > 0.0),
    }
    numbers = {
        "gap lowered per billion yuan, the list": float(ours.mean()),
        "gap lowered per billion yuan, random": float(theirs.mean()),
        "value of identification": [float((ours - theirs).mean()), error],
        "billion yuan paid, the list": float(np.mean(paid["the list"])),
        "billion yuan paid, random": float(np.mean(paid["random"])),
    }
    return Found(checks, {"households": households, "replicates": replicates, **numbers})


def gap(history: History) -> float:
    """Sum over the programme's years of the poverty gap below the relative line."""
    return float(history.series["fgt1_relative", "rural"][7::4].sum())


def yuan(history: History) -> float:
    """Yuan paid over the run, whole place."""
    return 0.01 * float(history.ledger.sum())
