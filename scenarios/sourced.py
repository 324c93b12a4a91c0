"""A number with its unit and its one source, as it was read; and the rules every number keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from scenarios.faults import closest
from scenarios.reader import Location, Tree
from scenarios.schema import Limit
from scenarios.vocabulary import Vocabulary

SOURCES = ("clause", "evidence", "assumption")
BOOKABLE_YUAN = 1e13


@dataclass(frozen=True)
class Number:
    """A number of the resolved scenario.

    `source_kind` is clause | evidence | assumption | command line, `source` the clause code or sentence, `source_zh`
    the sentence in Chinese where there is one, `confidence` A, B, C or empty, `range` (low, high) or None, `origin`
    file:line:column or "command line".
    """

    value: float
    unit: str
    source_kind: str
    source: str
    confidence: str = ""
    range: tuple[float, float] | None = None
    note: str = ""
    source_zh: str = ""
    origin: str = field(default="", compare=False)


@dataclass(frozen=True)
class Switch:
    """A named choice of the resolved scenario."""

    value: str
    choices: tuple[str, ...]
    source_kind: str = ""
    source: str = ""
    note: str = ""
    origin: str = field(default="", compare=False)


@dataclass(frozen=True)
class YearlySeries:
    """A yearly series: `points` by year, each a Number in `unit`."""

    unit: str
    points: Mapping[int, Number]


def is_number(value: object) -> TypeGuard[int | float]:
    """True for whole and other numbers, not for truth values."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: object) -> TypeGuard[int]:
    """True for whole numbers, not for truth values."""
    return isinstance(value, int) and not isinstance(value, bool)


def read_number(tree: Tree, at: Location, path: str, words: Vocabulary, unit: str | None = None) -> Number | None:
    """The number at a location of a file; None, with the faults noted in the tree, if it breaks a rule.

    `unit` is given for a point of a series, which has none of its own.
    """
    if not tree.has_part(*at):
        return None
    raw = tree.part(*at)
    before = len(tree.faults)
    own_unit = raw.get("unit") if unit is None else unit
    canonical = _check_unit(tree, at, path, words, own_unit) if unit is None else words.canonical_unit(unit)
    _check_source(tree, at, raw, words)
    _check_range(tree, at, raw)
    if is_number(raw.get("value")):
        _check_value(tree, at, path, canonical or "", raw, words)
    if len(tree.faults) > before or not is_number(raw.get("value")) or not isinstance(own_unit, str):
        return None
    return _number(raw, own_unit, tree.origin(at))


def _number(raw: Mapping[Any, Any], unit: str, origin: str) -> Number:
    kind = next((kind for kind in SOURCES if kind in raw), "")
    ends = _ends(raw)
    return Number(
        value=float(raw["value"]),
        unit=unit,
        source_kind=kind,
        source=str(raw.get(kind, "")),
        confidence=str(raw.get("confidence", "")),
        range=(float(ends[0]), float(ends[1])) if ends else None,
        note=str(raw.get("note", "")),
        source_zh=str(raw.get("zh", "")),
        origin=origin,
    )


def _check_unit(tree: Tree, at: Location, path: str, words: Vocabulary, unit: object) -> str | None:
    if not isinstance(unit, str):
        return None
    canonical = words.canonical_unit(unit)
    if canonical is None:
        tree.blame((*at, "unit"), "unknown_unit", unit=unit, known=closest(unit, words.known_units()))
        return None
    term = words.term(path)
    if term and term.units and canonical not in [words.canonical_unit(known) for known in term.units]:
        tree.blame((*at, "unit"), "wrong_unit", path=path, unit=unit, known=" | ".join(term.units))
    return canonical


def _check_source(tree: Tree, at: Location, raw: Mapping[Any, Any], words: Vocabulary) -> None:
    sources = [kind for kind in SOURCES if kind in raw]
    if not sources:
        tree.blame(at, "no_source", at_key=True)
    if len(sources) > 1:
        tree.blame(at, "two_sources", at_key=True, count=len(sources), sources=", ".join(sources))
    check_clause(tree, (*at, "clause"), raw.get("clause"), words)
    if raw.get("confidence") == "C":
        if sources and "assumption" not in sources:
            tree.blame((*at, "confidence"), "c_not_assumption")
        if "range" not in raw:
            tree.blame((*at, "confidence"), "c_without_range")


def check_clause(tree: Tree, at: Location, clause: object, words: Vocabulary) -> None:
    """Note a clause code that no document has."""
    if isinstance(clause, str) and clause and clause not in words.clauses:
        tree.blame(at, "unknown_clause", clause=clause, known=closest(clause, words.clauses))


def _ends(raw: Mapping[Any, Any]) -> list[float]:
    ends = raw.get("range")
    return ends if isinstance(ends, list) and len(ends) == 2 and all(map(is_number, ends)) else []


def _check_range(tree: Tree, at: Location, raw: Mapping[Any, Any]) -> None:
    ends = _ends(raw)
    for index, end in enumerate(ends):
        if not math.isfinite(end):
            tree.blame((*at, "range", index), "not_finite")
    if not ends or not all(map(math.isfinite, ends)):
        return
    low, high = ends
    value = raw.get("value")
    if low >= high:
        tree.blame((*at, "range"), "empty_range", low=low, high=high)
    elif is_number(value) and math.isfinite(value) and not low <= value <= high:
        tree.blame((*at, "value"), "outside_range", value=value, low=low, high=high)


def _check_value(tree: Tree, at: Location, path: str, unit: str, raw: Mapping[Any, Any], words: Vocabulary) -> None:
    value = raw["value"]
    if not math.isfinite(value):
        tree.blame((*at, "value"), "not_finite")
        return
    if unit.startswith("yuan") and abs(value) >= BOOKABLE_YUAN:
        tree.blame((*at, "value"), "too_much_money", value=value)
    broken = broken_limit(words, path, unit, value)
    if broken:
        tree.blame((*at, "value"), "impossible", path=path, value=value, **broken)
        return
    for index, end in enumerate(_ends(raw)):
        beyond = broken_limit(words, path, unit, end)
        if beyond:
            tree.blame((*at, "range", index), "range_impossible", path=path, value=end, **beyond)


def broken_limit(words: Vocabulary, path: str, unit: str, value: float) -> dict[str, Any]:
    """Why a value is impossible at a path in a canonical unit (reason_zh, reason_en, bound); empty if it is not."""
    for limit in words.limits(path, unit):
        bound = _beyond(limit, value)
        if bound:
            return {"reason_zh": limit.zh, "reason_en": limit.en, "bound": bound}
    return {}


def _beyond(limit: Limit, value: float) -> str:
    if limit.high is not None and value > limit.high:
        return f"<= {limit.high:g}"
    if limit.low is not None and value < limit.low:
        return f">= {limit.low:g}"
    if limit.above is not None and value <= limit.above:
        return f"> {limit.above:g}"
    return ""
