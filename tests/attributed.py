"""Runs of an attribution made up from a game: what a run comes to is what the kinds at work in it are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from results.attribution import arms, attribution
from results.game import COMPONENTS, INCOME, Game
from results.players import Player
from simulator.history import RunRecord
from simulator.interventions import KINDS
from tests import synthetic

SIX = ("industry_support", "training", "micro_loan", "village_station", "health_cover", "dibao")
TERM = dict(zip(KINDS, range(3, 3 + len(KINDS)), strict=True))
LIFT = 100.0

Worth = Callable[[frozenset[str]], float]


def additive(present: frozenset[str]) -> float:
    """A kind is worth its own term, whoever else is there."""
    return float(sum(TERM[kind] for kind in present))


def record(replicate: int, arm: str, kinds: Sequence[str], worth: Worth) -> RunRecord:
    """A run whose list income is what the kinds present are worth, scaled by the luck of the replicate, whose cost is
    ten million yuan a kind, and whose first target is met where income has grown by half the terms of all."""
    absent = set(kinds) if arm == "null" else set(arm.removeprefix("without:").split("+"))
    present = frozenset(kinds) - absent
    gained = (1 + 0.1 * replicate) * (worth(present) + (LIFT if arm != "null" else 0.0))
    made = synthetic.record(replicate, "policy")
    at_end = {name: np.full(24, np.nan) for name in (INCOME, *COMPONENTS)}
    at_end[INCOME][3::4] = 10_000 + replicate + gained
    for name in COMPONENTS:
        at_end[name][3::4] = gained / 4
    ledger = np.zeros_like(made.ledger)
    ledger[8, 0, 0] = 1_000_000_000 * len(present)
    met = gained >= sum(TERM[kind] for kind in kinds) / 2 + LIFT
    first = replace(made.outcomes[0], margin=gained, met=met)
    series = {(name, "cohort"): values for name, values in at_end.items()}
    return replace(made, arm=arm, ledger=ledger, leaked=None, series=series, outcomes=(first, *made.outcomes[1:]))


def game_of(who: Sequence[Player], worth: Worth, runs: int = 4, orders: int = 0) -> list[RunRecord]:
    """All runs an attribution needs."""
    kinds = [kind for player in who for kind in player.kinds]
    return [record(r, arm, kinds, worth) for r in range(runs) for arm in arms(who, orders, 1, r)]


def shared(records: Sequence[RunRecord], who: Sequence[Player], orders: int = 0) -> dict[str, Any]:
    """The report's numbers by outcome, and the cost per yuan."""
    found = attribution(Game(records, synthetic.scenario()), who, orders, 1)
    return {**{outcome["id"]: outcome for outcome in found["outcomes"]}, "cost_per_yuan": found["cost_per_yuan"]}
