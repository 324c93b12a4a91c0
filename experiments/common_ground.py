"""What of a scenario acts while no programme does: the ground that the variants of one programme have in common.

A world is founded, and its null arm run, from the ground alone: what was taken out cannot be looked at, for it is not
there. Two scenarios of equal ground under equal luck therefore have one world and one null arm, to the byte.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from simulator.interventions import KINDS
from simulator.scenario import Scenario

PURSE = ("programme.yuan_per_listed_household", "programme.overhead")
"""What fills the programme's funds, beside the terms of each fund."""


def ground(scenario: Scenario) -> Scenario:
    """The scenario without the programme's kinds of intervention and without the numbers of any kind that is not at
    work and of the programme's funds; the funds themselves stay, for they have their rows in the accounts of any arm.
    Its name and the clauses it cites are those of a document and act on nothing."""
    standing = tuple(entry for entry in scenario.interventions if entry.role == "standing")
    kinds = {kind for entry in standing for kind in (entry.kind, *KINDS[entry.kind].rests_on)}
    funds = {fund.name for fund in scenario.funds if fund.role == "standing"}
    values = {path: value for path, value in scenario.values.items() if _acts(path, kinds, funds)}
    return replace(
        scenario,
        name=scenario.place,
        interventions=standing,
        values=values,
        stated={},
        constraints=(),
        clauses=frozenset(),
    )


def _acts(path: str, kinds: Collection[str], funds: Collection[str]) -> bool:
    """Whether a number may act while no programme does."""
    section, _, rest = path.removeprefix("programme.").partition(".")
    if path.startswith("programme.") and section in ("interventions", "funds"):
        return rest.partition(".")[0] in (kinds if section == "interventions" else funds)
    return path not in PURSE
