"""Lays the files over one another: model, place, programme, change, command line, each over the one before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeGuard

from scenarios import simulated
from scenarios.faults import Fault, closest, fault
from scenarios.reader import Location, Tree
from scenarios.sourced import (
    BOOKABLE_YUAN,
    Number,
    Switch,
    YearlySeries,
    broken_limit,
    check_clause,
    is_whole,
    read_number,
)
from scenarios.vocabulary import Vocabulary

COMMAND_LINE = "command line"
MAY_OVERRIDE = {"place": ("model.",), "programme": ("model.", "place."), "change": ("model.", "place.", "programme.")}


@dataclass
class Layers:
    """What the layers laid so far come to.

    `known` are all paths named so far, faulty ones too, so that a fault in one file raises no second one in another.
    `above_place` are the paths set by a layer over the place: the place's joint draws no longer speak for them.
    """

    words: Vocabulary
    numbers: dict[str, Number] = field(default_factory=dict)
    switches: dict[str, Switch] = field(default_factory=dict)
    series: dict[str, YearlySeries] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    above_place: set[str] = field(default_factory=set)

    def lay(self, tree: Tree) -> None:
        """Lay one file over what is there; what is wrong with it is noted in the tree."""
        for at, path in _number_places(tree):
            self._define_number(tree, at, path)
        for name in tree.part("switches"):
            self._define_switch(tree, ("switches", name), f"{tree.kind}.{name}")
        for name in tree.part("series"):
            self._define_series(tree, ("series", name), f"{tree.kind}.{name}")
        for name in tree.part("targets"):
            self._define_reading(tree, ("targets", name, "default_reading"), name)
        section = "set" if tree.kind == "change" else "overrides"
        for path in tree.part(section) if tree.kind in MAY_OVERRIDE else ():
            self._override(tree, (section, path), str(path))

    def lay_defaults(self, kinds: Tree, lacking: Mapping[str, Collection[str]]) -> None:
        """Lay the kinds' defaults for the terms a programme leaves out, by kind."""
        for kind, terms in lacking.items():
            for term in terms:
                if term in kinds.part("interventions", kind, "terms"):
                    at = ("interventions", kind, "terms", term)
                    self._define_number(kinds, at, f"programme.interventions.{kind}.{term}")

    def set_from_command_line(self, texts: Sequence[str]) -> list[Fault]:
        """Apply `path=value` texts; what is wrong with them is returned, with their number as the line."""
        faults: list[Fault] = []
        for line, text in enumerate(texts, start=1):
            path, sign, value = (part.strip() for part in text.partition("="))
            if not sign or not path or not value:
                faults.append(fault("--set", (line, 1), "set_syntax", text=text))
            elif path in self.switches:
                faults += self._choose(path, value, line)
            elif path in self.numbers:
                faults += self._number_from_text(path, value, line)
            else:
                message, words = self._why_not(path)
                faults.append(fault("--set", (line, 1), message, **words))
        return faults

    def _define_number(self, tree: Tree, at: Location, path: str) -> None:
        self.known.add(path)
        number = read_number(tree, at, path, self.words)
        if number is not None:
            self.numbers[path] = number

    def _define_switch(self, tree: Tree, at: Location, path: str) -> None:
        self.known.add(path)
        raw = tree.part(*at)
        value, choices = raw.get("value"), raw.get("choices")
        check_clause(tree, (*at, "clause"), raw.get("clause"), self.words)
        if not isinstance(value, str) or not isinstance(choices, list):
            return
        if value not in choices:
            tree.blame((*at, "value"), "value_not_a_choice", value=value, known=closest(value, map(str, choices)))
            return
        kind = next((kind for kind in ("clause", "evidence", "assumption") if kind in raw), "")
        source, note = str(raw.get(kind, "")), str(raw.get("note", ""))
        self.switches[path] = Switch(value, tuple(choices), kind, source, note, tree.origin(at))

    def _define_reading(self, tree: Tree, at: Location, target: str) -> None:
        """A target's default reading is a choice among those that a sample can answer with the terms stated."""
        path = reading_path(target)
        choices = simulated.default_readings(target, tree.part(*at[:-1], "terms"))
        self.known.add(path)
        value = tree.part(*at[:-1]).get(at[-1])
        if isinstance(value, str) and value in choices:
            self.switches[path] = Switch(value, tuple(choices), origin=tree.origin(at))

    def _define_series(self, tree: Tree, at: Location, path: str) -> None:
        self.known.add(path)
        raw = tree.part(*at)
        unit, points = raw.get("unit"), tree.part(*at, "points")
        if isinstance(unit, str) and self.words.canonical_unit(unit) is None:
            known = closest(unit, self.words.known_units())
            tree.blame((*at, "unit"), "unknown_unit", unit=unit, known=known)
        if "points" in raw and raw["points"] == {}:
            tree.blame((*at, "points"), "no_point", at_key=True)
        _check_years(tree, (*at, "points"), gaps="gaps" in raw)
        read = {
            year: read_number(tree, (*at, "points", year), path, self.words, str(unit))
            for year in points
            if _is_year(year)
        }
        good = {year: number for year, number in sorted(read.items()) if number is not None}
        if good and isinstance(unit, str):
            self.series[path] = YearlySeries(unit, good)

    def _override(self, tree: Tree, at: Location, path: str) -> None:
        allowed = MAY_OVERRIDE[tree.kind]
        raw = tree.part(*at[:-1])[at[-1]]
        if not path.startswith(allowed):
            tree.blame(
                at, "foreign_override", at_key=True, path=path, known=" | ".join(f"{start}*" for start in allowed)
            )
        elif isinstance(raw, str):
            self._override_switch(tree, at, path, raw)
        else:
            self._override_number(tree, at, path)

    def _override_switch(self, tree: Tree, at: Location, path: str, value: str) -> None:
        switch = self.switches.get(path)
        if path not in self.known:
            tree.blame(at, "unknown_path", at_key=True, path=path, known=closest(path, self.known))
        elif switch and value not in switch.choices:
            tree.blame(at, "not_a_choice", got=value, known=" | ".join(switch.choices))
        elif switch:
            self.switches[path] = replace(switch, value=value, origin=tree.origin(at))
            self._note_layer(tree, path)
        elif path in self.numbers:
            tree.blame(at, "path_is_number", path=path, unit=self.numbers[path].unit)

    def _override_number(self, tree: Tree, at: Location, path: str) -> None:
        new = read_number(tree, at, path, self.words)
        old = self.numbers.get(path)
        if path not in self.known or path in self.switches or path in self.series:
            message, words = self._why_not(path)
            tree.blame(at, message, at_key=True, **words)
        elif new and old and self.words.canonical_unit(new.unit) != self.words.canonical_unit(old.unit):
            tree.blame((*at, "unit"), "wrong_unit", path=path, unit=new.unit, known=old.unit)
        elif new and old:
            self.numbers[path] = new
            self._note_layer(tree, path)

    def _note_layer(self, tree: Tree, path: str) -> None:
        if tree.kind != "place":
            self.above_place.add(path)

    def _why_not(self, path: str) -> tuple[str, dict[str, object]]:
        """Why no number can be set at a path: the message and its words."""
        if path in self.switches:
            return "path_is_choice", {"path": path, "known": " | ".join(self.switches[path].choices)}
        if path in self.series:
            return "path_is_series", {"path": path}
        return "unknown_path", {"path": path, "known": closest(path, self.known)}

    def _choose(self, path: str, value: str, line: int) -> list[Fault]:
        switch = self.switches[path]
        if value not in switch.choices:
            return [fault("--set", (line, 1), "not_a_choice", got=value, known=" | ".join(switch.choices))]
        self.switches[path] = replace(switch, value=value, source_kind=COMMAND_LINE, source="", origin=COMMAND_LINE)
        self.above_place.add(path)
        return []

    def _number_from_text(self, path: str, text: str, line: int) -> list[Fault]:
        here, old = ("--set", (line, 1)), self.numbers[path]
        value = number_in(text)
        if value is None:
            return [fault(*here, "due_number", got=text, fix=f"{path}={old.value:g}")]
        broken = broken_limit(self.words, path, self.words.canonical_unit(old.unit) or "", value)
        if broken:
            return [fault(*here, "impossible", path=path, value=text, **broken)]
        if old.unit.startswith("yuan") and abs(value) >= BOOKABLE_YUAN:
            return [fault(*here, "too_much_money", value=text)]
        self.numbers[path] = Number(value, old.unit, COMMAND_LINE, f"{path}={text}", origin=COMMAND_LINE)
        self.above_place.add(path)
        return []


def reading_path(target: str) -> str:
    """The path of the choice under which reading a target is judged by default."""
    return f"programme.targets.{target}.default_reading"


def number_in(text: str) -> float | None:
    """The finite number a text holds, written as in a file; None if it holds none."""
    try:
        value = float(text)
    except ValueError:
        return None
    finite = value - value == 0.0
    return value if finite and "_" not in text and text.isascii() else None


def _number_places(tree: Tree) -> Iterator[tuple[Location, str]]:
    """Where the numbers of a file stand, and the path each gets."""
    for name in tree.part("parameters"):
        yield ("parameters", name), f"{tree.kind}.{name}"
    for name in tree.part("published"):
        yield ("published", name), f"place.published_{name}"
    for section in ("funds", "interventions", "targets", "indicators"):
        for entry in tree.part(section):
            for term in tree.part(section, entry, "terms"):
                yield (section, entry, "terms", term), f"programme.{section}.{entry}.{term}"


def _is_year(year: object) -> TypeGuard[int]:
    return is_whole(year) and 1949 <= year <= 2100


def _check_years(tree: Tree, at: Location, gaps: bool) -> None:
    points = tree.part(*at)
    years = sorted(year for year in points if _is_year(year))
    for year in points:
        if is_whole(year) and not _is_year(year):
            tree.blame((*at, year), "bad_year", at_key=True, year=year)
    for year, following in pairwise(years):
        if following != year + 1 and not gaps:
            tree.blame((*at, following), "year_gap", at_key=True, year=year + 1)
