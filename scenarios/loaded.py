"""A scenario as loaded: what the simulator is told, and where every number of it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.defaults import numbers_made_room, with_kinds
from scenarios.draws import Draws
from scenarios.layers import reading_path
from scenarios.resolve import Resolution
from scenarios.rules import quarter
from scenarios.schema import FundEntry, IndicatorEntry, InterventionEntry, PlaceFile, ProgrammeFile, TargetEntry
from scenarios.sourced import Number, Switch, YearlySeries
from scenarios.vocabulary import vocabulary
from simulator.scenario import Fund, Indicator, Intervention, Scenario, Target


@dataclass(frozen=True)
class Title:
    """A title in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Loaded:
    """A scenario with the source of everything in it.

    `numbers`, `choices` and `series` are by path; `titles` by `programme`, `place`, `listed` (the document's word for a
    household on the list), `change`, `funds.<name>` and `targets.<id>`; `draws` is the admissible set of the place,
    without paths that a layer above the place has set; `applied` says which change was applied, what was set on the
    command line and what was left out.
    """

    scenario: Scenario
    numbers: Mapping[str, Number]
    choices: Mapping[str, Switch]
    series: Mapping[str, YearlySeries]
    draws: Draws
    titles: Mapping[str, Title]
    documents: tuple[str, ...]
    applied: Mapping[str, Any]

    def ranged(self) -> dict[str, tuple[float, float, float]]:
        """(low, value, high) of every number with a range, but for those the place's joint draws speak for."""
        return {
            path: (number.range[0], number.value, number.range[1])
            for path, number in sorted(self.numbers.items())
            if number.range and path not in self.draws.paths
        }

    def resolved(self) -> dict[str, Any]:
        """Everything in the scenario with its source, ready for JSON, in one canonical order."""
        return {**self._content(), "origins": self._origins()}

    @property
    def scenario_hash(self) -> str:
        """sha256 of the resolved scenario; where its files lie and on which line a number stands do not enter."""
        return hashlib.sha256(canonical_json(self._content()).encode()).hexdigest()

    def _content(self) -> dict[str, Any]:
        return {
            "numbers": {path: _number(number) for path, number in sorted(self.numbers.items())},
            "choices": {path: _switch(switch) for path, switch in sorted(self.choices.items())},
            "series": {path: _series(series) for path, series in sorted(self.series.items())},
            "structure": _structure(self.scenario),
            "documents": list(self.documents),
            "titles": {name: {"zh": title.zh, "en": title.en} for name, title in sorted(self.titles.items())},
            "draws": _draws(self.draws),
            "applied": dict(self.applied),
        }

    def _origins(self) -> dict[str, str]:
        single = {path: item.origin for part in (self.numbers, self.choices) for path, item in part.items()}
        points = {
            f"{path}.{year}": point.origin
            for path, series in self.series.items()
            for year, point in series.points.items()
        }
        return dict(sorted({**single, **points}.items()))


def canonical_json(content: object) -> str:
    """JSON with sorted keys and no spaces: the same content gives the same bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


def build(resolution: Resolution, sets: tuple[str, ...]) -> Loaded:
    """The loaded scenario of a resolution without faults."""
    place = PlaceFile.model_validate(resolution.files.place.data)
    programme = ProgrammeFile.model_validate(resolution.files.programme.data)
    changes = [tree.data for tree in resolution.files.changes]
    layers = resolution.layers
    titles = {
        "place": Title(place.title.zh, place.title.en),
        "programme": Title(programme.title.zh, programme.title.en),
    }
    titles |= {f"funds.{name}": Title(fund.title.zh, fund.title.en) for name, fund in programme.funds.items()}
    titles |= {f"targets.{name}": Title(entry.title.zh, entry.title.en) for name, entry in programme.targets.items()}
    titles |= {f"indicators.{name}": Title(e.title.zh, e.title.en) for name, e in programme.indicators.items()}
    listed = vocabulary().documents.documents[programme.documents[0]].listed
    titles["listed"] = Title(listed.zh, listed.en)
    titles |= {f"changes.{change['name']}": Title(change["title"]["zh"], change["title"]["en"]) for change in changes}
    applied = {
        "changes": [change["name"] for change in changes],
        "set": {path.strip(): value.strip() for path, _, value in (text.partition("=") for text in sets)},
        "without": sorted(set(resolution.without)),
        **({"with": sorted(resolution.added)} if resolution.added else {}),
    }
    scenario = _scenario(resolution, place, programme)
    return Loaded(
        scenario,
        numbers_made_room(layers.numbers, scenario, resolution.added),
        layers.switches,
        layers.series,
        resolution.draws,
        titles,
        tuple(programme.documents),
        applied,
    )


def _scenario(resolution: Resolution, place: PlaceFile, programme: ProgrammeFile) -> Scenario:
    layers = resolution.layers
    names = [programme.name, *(change.data["name"] for change in resolution.files.changes)]
    values = {path: number.value for path, number in layers.numbers.items()}
    readings = {reading_path(target): layers.switches[reading_path(target)].value for target in programme.targets}
    scenario = Scenario(
        name="+".join(names),
        place=place.name,
        year0=place.year0,
        burn_in_years=place.burn_in_years,
        first_year=programme.years[0],
        last_year=programme.years[1],
        values=values,
        switches={path: switch.value for path, switch in layers.switches.items() if path not in readings},
        series={path: {year: p.value for year, p in series.points.items()} for path, series in layers.series.items()},
        funds=_funds(programme),
        interventions=_interventions(programme, place),
        targets=_targets(programme, readings),
        constraints=tuple(programme.constraints),
        indicators=_indicators(programme),
        clauses=_cited(programme),
        stated=values,
    )
    scenario = with_kinds(scenario, *resolution.added)
    for kind in resolution.without:
        scenario = scenario.without(kind)
    return scenario


def _funds(programme: ProgrammeFile) -> tuple[Fund, ...]:
    return tuple(
        Fund(name, fund.role, tuple(fund.uses), fund.clause or "", fund.title.zh, fund.title.en)
        for name, fund in programme.funds.items()
    )


def _interventions(programme: ProgrammeFile, place: PlaceFile) -> tuple[Intervention, ...]:
    throughout = (place.year0 - place.burn_in_years, 1), (programme.years[1], 4)
    return tuple(
        Intervention(
            kind=kind,
            role=entry.role,
            fund=entry.fund,
            use=entry.use,
            start=quarter(entry.start) or throughout[0],
            end=quarter(entry.end) or throughout[1],
            clauses=tuple(entry.clauses),
            mechanism=entry.mechanism == "on",
            also=tuple(entry.also),
        )
        for kind, entry in programme.interventions.items()
    )


def _targets(programme: ProgrammeFile, readings: Mapping[str, str]) -> tuple[Target, ...]:
    return tuple(
        Target(name, entry.year, readings[reading_path(name)], entry.clause, entry.title.zh, entry.title.en)
        for name, entry in programme.targets.items()
    )


def _indicators(programme: ProgrammeFile) -> tuple[Indicator, ...]:
    return tuple(
        Indicator(
            name=name,
            of=entry.of,
            year=entry.year,
            clause=entry.clause,
            clauses=tuple(entry.clauses),
            among=entry.among or ("key" if entry.of == "village" else "all"),
            fund=entry.fund or "",
            use=entry.use or "",
            start=quarter(entry.start) or (programme.years[0], 1),
            title_zh=entry.title.zh,
            title_en=entry.title.en,
        )
        for name, entry in programme.indicators.items()
    )


def _cited(programme: ProgrammeFile) -> frozenset[str]:
    """The clauses the structure of a programme cites; a clause that is only the source of a number is not meant."""
    funds = {fund.clause for fund in programme.funds.values() if fund.clause}
    asked: list[TargetEntry | IndicatorEntry] = [*programme.targets.values(), *programme.indicators.values()]
    entries: list[FundEntry | InterventionEntry] = [*programme.funds.values(), *programme.interventions.values()]
    further = {clause for entry in (*entries, *asked) for clause in entry.clauses}
    return frozenset(funds | further | {entry.clause for entry in asked})


def _number(number: Number) -> dict[str, Any]:
    in_chinese = {"zh": number.source_zh} if number.source_zh else {}
    return {
        "value": number.value,
        "unit": number.unit,
        "source": {"kind": number.source_kind, "text": number.source, **in_chinese},
        "confidence": number.confidence,
        "range": list(number.range) if number.range else None,
        "note": number.note,
    }


def _switch(switch: Switch) -> dict[str, Any]:
    source = {"kind": switch.source_kind, "text": switch.source}
    return {"value": switch.value, "choices": list(switch.choices), "source": source, "note": switch.note}


def _series(series: YearlySeries) -> dict[str, Any]:
    return {"unit": series.unit, "points": {str(year): _number(point) for year, point in series.points.items()}}


def _draws(draws: Draws) -> dict[str, Any]:
    content = canonical_json([dict(row) for row in draws.rows])
    return {
        "rows": len(draws.rows),
        "central": draws.central,
        "paths": sorted(draws.paths),
        "sha256": hashlib.sha256(content.encode()).hexdigest() if draws.rows else "",
    }


def _structure(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "place": scenario.place,
        "year0": scenario.year0,
        "burn_in_years": scenario.burn_in_years,
        "years": [scenario.first_year, scenario.last_year],
        "funds": [{"name": f.name, "role": f.role, "uses": list(f.uses), "clause": f.clause} for f in scenario.funds],
        "interventions": [
            {
                "kind": line.kind,
                "role": line.role,
                "fund": line.fund,
                "use": line.use,
                "start": "{}Q{}".format(*line.start),
                "end": "{}Q{}".format(*line.end),
                "clauses": list(line.clauses),
                "mechanism": "on" if line.mechanism else "off",
            }
            for line in scenario.interventions
        ],
        "targets": [
            {"id": t.id, "year": t.year, "default_reading": t.default_reading, "clause": t.clause}
            for t in scenario.targets
        ],
        "constraints": list(scenario.constraints),
        "clauses": sorted(scenario.clauses),
        **({"indicators": [_indicator(entry) for entry in scenario.indicators]} if scenario.indicators else {}),
    }


def _indicator(entry: Indicator) -> dict[str, Any]:
    paid = {"fund": entry.fund, "use": entry.use, "start": "{}Q{}".format(*entry.start)} if entry.fund else {}
    asked = {"name": entry.name, "of": entry.of, "among": entry.among, "year": entry.year, "clause": entry.clause}
    return {**asked, "clauses": list(entry.clauses), **paid}
