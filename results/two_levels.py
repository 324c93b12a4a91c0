"""How much of each chance is luck, and how much is what nobody knows: the runs of an answer at two levels.

With several runs a draw of parameters (`--per-draw`) the draws are taken apart as they are. With one, the first
replicates have partner runs of the same parameters with other luck and another macro path; each makes a pair with its
base run. Such a pair branched from one burned-in world and shares its sampled villages, so that what the sample and the
burn-in decide counts as not known there.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from results.canonical import plain
from results.draws import Draw, parts
from results.ensemble import Ensemble, Line
from results.worst_off import counties, villages

ARMS = ("policy", "null")
TABLE = "two_levels.csv"
NONE = (None, None)
FIRST = 4
"""Fewest draws of which convergence is told; each further row has twice as many."""

Held = dict[int, bool]
Asked = Callable[[str, str], Held]
"""Arm and variant -> whether each finished run met what is asked, by replicate."""


def two_levels(ensemble: Ensemble, defaults: Sequence[Line], undecided: Sequence[Line]) -> dict[str, Any]:
    """`design`: draws (several runs each) or partners (one run and its partner), None where there is neither;
    `partner` the variant that makes a pair; `targets` a row for each default reading, `joint` for all of them together
    and for those not decided alike in both arms, each split in both arms and with its convergence; `counties` and
    `villages` where the worst off are."""
    partner = next((name for name in ("macro", "luck") if ensemble.runs("policy", name)), None)
    several = ensemble.counting.per_draw > 1

    def row(asked: Asked, label: str) -> dict[str, Any]:
        return {arm: _split(ensemble, arm, asked, partner, label) for arm in ARMS} | {
            "convergence": _convergence(ensemble, asked("policy", "base"), label)
        }

    return {
        "design": "draws" if several else "partners" if partner else None,
        "per_draw": ensemble.counting.per_draw,
        "partner": None if several else partner,
        "targets": [
            {
                "id": line.target,
                "reading": line.reading,
                **row(_all_of(ensemble, [line]), f"{line.target} {line.reading}"),
            }
            for line in defaults
        ],
        "joint": {
            name: {
                "targets": [line.target for line in lines],
                **row(_all_of(ensemble, lines), f"together {len(lines)}"),
            }
            for name, lines in (("all", defaults), ("undecided", undecided))
            if lines
        },
        "counties": [found for line in ensemble.lines() if (found := counties(ensemble, line))],
        "villages": villages(ensemble),
    }


def _all_of(ensemble: Ensemble, lines: Sequence[Line]) -> Asked:
    """Whether a run met all of some targets."""

    def asked(arm: str, variant: str) -> Held:
        outcomes = [ensemble.outcomes(arm, line, variant) for line in lines]
        return {
            run: all(run in found and bool(found[run].met) for found in outcomes) for run in ensemble.runs(arm, variant)
        }

    return asked


def _split(ensemble: Ensemble, arm: str, asked: Asked, partner: str | None, label: str) -> dict[str, Any]:
    """The probability in an arm with its interval, and its two parts; None where no draw has two finished runs."""
    held, failed = asked(arm, "base"), ensemble.failed(arm)
    told: dict[str, Any] = {
        "probability": sum(held.values()) / len(held) if held else None,
        "interval": ensemble.counting.probability(held, failed, f"{arm} {label}") if held or failed else None,
        "runs": len(held),
        "failed": len(failed),
    }
    if ensemble.counting.per_draw > 1:
        draws = list(ensemble.counting.draws(held, failed).values())
    else:
        draws = _pairs(held, asked(arm, partner)) if partner else []
    found = parts(draws, f"parts {arm} {label}")
    if found is None:
        return told | {"parts": None}
    return told | {
        "parts": {
            "draws": found.draws,
            "aleatory": found.aleatory,
            "aleatory_interval": found.aleatory_interval,
            "epistemic": found.epistemic,
            "epistemic_interval": found.epistemic_interval,
            "share": found.share,
            "share_interval": found.share_interval,
            "spread": float(np.sqrt(max(found.epistemic, 0.0))),
            "spread_interval": [float(np.sqrt(max(end, 0.0))) for end in found.epistemic_interval],
        }
    }


def _pairs(base: Held, partner: Held) -> list[Draw]:
    """A base run and its partner, where both finished."""
    return [Draw(int(base[run]) + int(partner[run]), 2) for run in sorted(base.keys() & partner.keys())]


def _convergence(ensemble: Ensemble, held: Held, label: str) -> list[dict[str, Any]]:
    """The probability in the policy arm from the first 4, 8, 16 ... draws of parameters, the last row from all."""
    failed, each = ensemble.failed("policy"), ensemble.counting.per_draw
    tried = {*held, *failed}
    draws = max(tried) // each + 1 if tried else 0
    counts = [count for step in range(20) if (count := FIRST * 2**step) < draws]
    rows = []
    for count in [*counts, draws] if draws else []:
        mine = {run: met for run, met in held.items() if run // each < count}
        lost = [run for run in failed if run // each < count]
        rows.append(
            {
                "draws": count,
                "runs": len(mine),
                "probability": sum(mine.values()) / len(mine) if mine else None,
                "interval": ensemble.counting.probability(mine, lost, f"policy {label}"),
            }
        )
    return rows


def write(folder: Path, found: Mapping[str, Any]) -> Path:
    """The split as `two_levels.csv` of a run's folder: a row a target or joint chance, and arm."""
    to = folder / TABLE
    draft = to.with_name(to.name + ".part")
    with draft.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(plain(_table(found)))
    os.replace(draft, to)
    return to


def _table(found: Mapping[str, Any]) -> list[list[Any]]:
    """The rows of the table, the header first."""
    names = ("aleatory", "epistemic", "share", "spread")
    ends = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    rows: list[list[Any]] = [["what", "arm", "runs", "failed", "probability", "low", "high", "draws", *ends]]
    asked = {row["id"]: row for row in found["targets"]}
    asked |= {f"together: {name}": row for name, row in found["joint"].items()}
    for name, row in asked.items():
        for arm in ARMS:
            one, split = row[arm], row[arm]["parts"] or {}
            counts = [one[count] for count in ("runs", "failed", "probability")]
            values = [(split.get(part), *(split.get(f"{part}_interval") or NONE)) for part in names]
            rows.append([name, arm, *counts, *(one["interval"] or NONE), split.get("draws"), *chain(*values)])
    return rows
