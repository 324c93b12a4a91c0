"""What the simulator knows by name: kinds of intervention and their terms, targets and their readings, constraints."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from simulator.constraints import CHECKS
from simulator.indicators import STATES, State
from simulator.interventions import KINDS
from simulator.interventions.delivery import COMMON_TERMS
from simulator.processes.assistance import STANDING_LINES
from simulator.targets import READINGS


def kinds() -> list[str]:
    """The kinds of intervention a programme may use."""
    return list(KINDS)


def kind_called(name: str) -> str:
    """The kind meant by its name or its code; what is neither is returned as it is."""
    return next((kind.name for kind in KINDS.values() if kind.code == name), name)


def terms(kind: str) -> Mapping[str, str]:
    """The terms a kind takes, with their units; empty for a kind that is not known."""
    return KINDS[kind].terms if kind in KINDS else {}


def rests_on(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The terms of other kinds a kind works under too, by kind."""
    return KINDS[kind].rests_on if kind in KINDS else {}


def common_terms() -> Mapping[str, str]:
    """The terms any kind may have besides its own, with their units."""
    return COMMON_TERMS


def standing_funds() -> list[str]:
    """The funds every programme has, out of which pensions, reimbursements and dibao are paid in every arm."""
    return sorted({fund for fund, _, _, _ in STANDING_LINES})


def targets() -> list[str]:
    """The targets that can be evaluated."""
    return list(READINGS)


def default_readings(target: str, terms: Collection[str]) -> list[str]:
    """The readings of a target that a sample can answer and for which the `terms` stated are enough, so that they may
    be its default."""
    known = READINGS.get(target, ())
    return [reading.name for reading in known if not reading.projected and set(reading.needs) <= set(terms)]


def indicators() -> Mapping[str, State]:
    """The states beside income that a programme may ask for, by name."""
    return STATES


def constraints() -> list[str]:
    """The constraints that can be looked at."""
    return list(CHECKS)
