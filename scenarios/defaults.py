"""The kinds' default terms, and programmes given kinds of intervention they do not have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from scenarios import simulated
from scenarios.faults import ScenarioFaults, closest
from scenarios.layers import Layers
from scenarios.reader import packaged
from scenarios.resolve import KINDS, open_file
from scenarios.schema import KindsFile
from scenarios.sourced import Number
from scenarios.vocabulary import vocabulary
from simulator.scenario import Fund, Intervention, Scenario


@dataclass(frozen=True)
class Defaults:
    """What holds for a kind unless a programme says otherwise."""

    use: str
    clauses: tuple[str, ...]
    terms: Mapping[str, Number]


@lru_cache(maxsize=1)
def kind_defaults() -> Mapping[str, Defaults]:
    """The defaults that come with the package, by kind. Raises ScenarioFaults if their file is faulty."""
    tree, layers = open_file(packaged(KINDS), "kinds"), Layers(vocabulary())
    layers.lay(tree)
    if tree.faults:
        raise ScenarioFaults(tree.faults)
    return {
        kind: Defaults(
            entry.use or kind,
            tuple(entry.clauses),
            {term: layers.numbers[f"programme.interventions.{kind}.{term}"] for term in entry.terms},
        )
        for kind, entry in KindsFile.model_validate(tree.data).interventions.items()
    }


def with_kinds(scenario: Scenario, *kinds: str, fund: str | None = None) -> Scenario:
    """The scenario with an entry for every kind named that it lacks, at the kind's defaults.

    Paid out of `fund`, else of the first programme fund (an entitlement, which has no budget share: the first standing
    fund); the fund may then be used for it. It runs from the first quarter any kind of the programme does to the
    programme's last. The fund's other kinds give way in proportion where their budget shares and the new ones come to
    more than one. Raises KeyError for a kind without defaults or a fund the programme lacks.
    """
    for kind in kinds:
        if kind not in {entry.kind for entry in scenario.interventions}:
            scenario = _with_kind(scenario, kind, fund)
    return scenario


def _with_kind(scenario: Scenario, kind: str, fund: str | None) -> Scenario:
    known = kind_defaults()
    if kind not in known:
        raise KeyError(f"no defaults for kind {kind}; known: {closest(kind, known)}")
    defaults = known[kind]
    purse = _purse(scenario, fund, "programme" if "budget_share" in defaults.terms else "standing")
    others = tuple(entry for entry in scenario.interventions if entry.kind != kind)
    entry = Intervention(
        kind,
        "programme",
        purse.name,
        defaults.use,
        min((other.start for other in others), default=(scenario.first_year, 1)),
        (scenario.last_year, 4),
        defaults.clauses,
    )
    own = {f"programme.interventions.{kind}.{term}": number.value for term, number in defaults.terms.items()}
    for other, terms in simulated.rests_on(kind).items():
        own |= {f"programme.interventions.{other}.{term}": known[other].terms[term].value for term in terms}
    values = {**own, **scenario.values}
    kept = [
        f"programme.indicators.{asked.name}.budget_share" for asked in scenario.indicators if asked.fund == purse.name
    ]
    values |= _room(values, kind, [other.kind for other in others if other.fund == purse.name], kept)
    widened = purse if defaults.use in purse.uses else replace(purse, uses=(*purse.uses, defaults.use))
    return replace(
        scenario,
        interventions=(*others, entry),
        funds=tuple(widened if other.name == purse.name else other for other in scenario.funds),
        values=values,
        stated={**own, **scenario.stated},
    )


def numbers_made_room(numbers: Mapping[str, Number], scenario: Scenario, added: Collection[str]) -> dict[str, Number]:
    """The numbers of a scenario that was given kinds: budget shares of the funds that pay for them are as they came out
    and are no longer drawn, so that they go on adding up to one at most."""
    funds = {entry.fund for entry in scenario.interventions if entry.kind in added}
    changed = {}
    for entry in scenario.interventions:
        path = f"programme.interventions.{entry.kind}.budget_share"
        if entry.fund in funds and path in numbers:
            changed[path] = replace(numbers[path], value=scenario.values[path], range=None)
    return {**numbers, **changed}


def _purse(scenario: Scenario, name: str | None, role: str) -> Fund:
    found = next((fund for fund in scenario.funds if (fund.name == name if name else fund.role == role)), None)
    if found is None:
        raise KeyError(f"programme {scenario.name} has no fund {name or role}")
    return found


def _room(values: Mapping[str, float], kind: str, others: list[str], kept: list[str]) -> dict[str, float]:
    """The budget shares of a fund's other kinds once a new one has its own; those at the paths `kept` stay."""
    path = "programme.interventions.{}.budget_share".format
    shares = {path(other): values[path(other)] for other in others if path(other) in values}
    left = max(1.0 - values.get(path(kind), 0.0) - sum(values[name] for name in kept), 0.0)
    taken = sum(shares.values())
    return {name: share * left / taken for name, share in shares.items()} if taken > left else {}
