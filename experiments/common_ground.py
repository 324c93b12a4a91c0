"""What of a scenario acts while no programme does: the ground that the variants of one programme have in common.

A world is founded, and its null arm run, from the ground alone: what was taken out cannot be looked at, for it is not
there. Two scenarios of equal ground under equal luck therefore have one world and one null arm, to the byte.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.scenario import Scenario

PURSE = ("programme.yuan_per_listed_household", "programme.overhead")
"""What fills the programme's funds, beside the terms of each fund."""


def ground(scenario: Scenario) -> Scenario:
    """The scenario without the programme's kinds of intervention and without the numbers of these kinds and of its
    funds; the funds themselves stay, for they have their rows in the accounts of any arm. Its name and the clauses it
    cites are those of a document and act on nothing."""
    gone = [f"programme.interventions.{entry.kind}." for entry in scenario.interventions if entry.role != "standing"]
    gone += [f"programme.funds.{fund.name}." for fund in scenario.funds if fund.role != "standing"]
    prefixes = tuple(gone)
    values = {
        path: value for path, value in scenario.values.items() if not path.startswith(prefixes) and path not in PURSE
    }
    return replace(
        scenario,
        name=scenario.place,
        interventions=tuple(entry for entry in scenario.interventions if entry.role == "standing"),
        values=values,
        stated={},
        constraints=(),
        clauses=frozenset(),
    )
