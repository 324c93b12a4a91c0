"""History run backwards: without the pandemic there is no slump, without the cliff of support fewer return (6.7)."""

from __future__ import annotations

import numpy as np

from proofs.arms import MACRO, NoCliff, arm, zhejiang
from proofs.proof import Found
from simulator.history import History
from simulator.simulate import NULL, POLICY, Luck, found

FIRST = 4 * (2020 - 2017)
"""Position of the first quarter of 2020."""


def pandemic(quick: bool) -> Found:
    """Real growth of rural income in the first quarter of 2020 on the year before, with and without the pandemic."""
    households, replicates = (4_000, 1) if quick else (20_000, 12)
    growth: dict[str, list[float]] = {"on": [], "off": []}
    for number in range(replicates):
        luck = Luck(41, number)
        world = found(zhejiang(), luck, households, MACRO)
        for state, grown in growth.items():
            _, history = arm(world, zhejiang(model__process_pandemic=state), luck)
            assert history is not None
            grown.append(real_growth(history))
    on, off = (float(np.mean(growth[state])) for state in ("on", "off"))
    checks = {"without the pandemic income grows": off > 0.0, "with it growth is lower": on < off}
    numbers = {"households": households, "replicates": replicates, "with the pandemic": on, "without": off}
    return Found(checks, numbers)


def real_growth(history: History) -> float:
    """Growth on the same quarter of the year before at constant prices."""
    income, prices = history.series["income_quarter_pc", "rural"], history.series["cpi", "rural"][3::4]
    return float(income[FIRST] / income[FIRST - 4] / (prices[FIRST // 4] / prices[FIRST // 4 - 1]) - 1.0)


def cliff(quick: bool) -> Found:
    """Of those who leave the list: listed again, and truly poor again, within a year; with support ending at the exit
    and with support that goes on."""
    households, replicates = (4_000, 1) if quick else (20_000, 8)
    shares: dict[str, list[tuple[float, float]]] = {"support ends": [], "support goes on": []}
    for number in range(replicates):
        luck, scenario = Luck(42, number), zhejiang()
        world = found(scenario, luck, households, MACRO)
        _, null = arm(world, scenario, luck, NULL)
        assert null is not None
        for name, rules in (("support ends", []), ("support goes on", NoCliff().rules())):
            _, policy = arm(world, scenario, luck, POLICY, null.pin, rules)
            assert policy is not None
            shares[name].append(returns(policy))
    ends, on = (np.array(shares[name]).mean(axis=0) for name in shares)
    checks = {
        "fewer are listed again": bool(on[0] < ends[0]),
        "fewer are truly poor again": bool(on[1] < ends[1]),
    }
    numbers = {
        "listed again, truly poor again; support ends": ends.tolist(),
        "listed again, truly poor again; support goes on": on.tolist(),
    }
    return Found(checks, {"households": households, "replicates": replicates, **numbers})


def returns(history: History) -> tuple[float, float]:
    """Shares of exits that are on the list again, and truly below the line again, a year later."""
    last = {
        name: float(history.series[f"exits{name}", "list"][-1]) for name in ("", "_listed_again", "_truly_poor_again")
    }
    return last["_listed_again"] / last[""], last["_truly_poor_again"] / last[""]
