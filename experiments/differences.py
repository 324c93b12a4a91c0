"""What two programmes or changes differ in, number by number; `fupin compare` tells what the differences do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import scenarios
from results.tables import wrap
from results.words import plain_unit, say
from scenarios import Loaded, Number, Switch
from scenarios.vocabulary import vocabulary

WIDTH = 100


def loaded(names: Sequence[str]) -> tuple[Loaded, ...]:
    """The scenarios of some names or files. Raises ScenarioFaults with the faults of all."""
    found, faults = [], []
    for name in names:
        try:
            found.append(scenarios.load(name))
        except scenarios.ScenarioFaults as wrong:
            faults += [fault for fault in wrong.faults if fault not in faults]
    if faults:
        raise scenarios.ScenarioFaults(faults)
    return tuple(found)


@dataclass(frozen=True)
class Entry:
    """Something that differs: what it is and what either side has of it, empty where a side has nothing."""

    name: str
    first: str
    second: str


def entries(one: Loaded, other: Loaded, lang: str) -> dict[str, list[Entry]]:
    """All differences by section, in the order of `SECTIONS`."""
    a, b = one.scenario, other.scenario
    return {
        "frame": _told(_frame(one, lang), _frame(other, lang)),
        "clauses": _told(*(dict.fromkeys(_clauses(side.clauses, lang), "✓") for side in (a, b))),
        "constraints": _told(dict.fromkeys(a.constraints, "✓"), dict.fromkeys(b.constraints, "✓")),
        "funds": _told(*({f.name: _fund(f) for f in side.funds} for side in (a, b))),
        "interventions": _told(*({e.kind: _intervention(e) for e in side.interventions} for side in (a, b))),
        "targets": _told(*({t.id: _target(t) for t in side.targets} for side in (a, b))),
        "indicators": _told(*({i.name: f"{i.of} {i.fund} -{i.year}" for i in side.indicators} for side in (a, b))),
        "choices": _told(*({path: _switch(s) for path, s in side.choices.items()} for side in (one, other))),
        "series": _told(*(_points(side, lang) for side in (one, other))),
        "numbers": _told(*({path: _number(n, lang) for path, n in side.numbers.items()} for side in (one, other))),
    }


SECTIONS = {
    "frame": ("地区与年份", "place and years"),
    "clauses": ("条款", "clauses"),
    "constraints": ("约束", "constraints"),
    "funds": ("资金", "funds"),
    "interventions": ("措施", "interventions"),
    "targets": ("目标", "targets"),
    "indicators": ("指标", "indicators"),
    "choices": ("取法", "choices"),
    "series": ("年度序列", "series"),
    "numbers": ("数值", "numbers"),
}


def listed(one: Loaded, other: Loaded, lang: str) -> str:
    """The differences as text: what both have, what only A has, what only B has."""
    head = f"A {one.scenario.name}    B {other.scenario.name}"
    lines = [head, "=" * WIDTH]
    for section, found in entries(one, other, lang).items():
        if found:
            lines += ["", f"{say(lang, *SECTIONS[section])} ({len(found)})", "-" * WIDTH]
            lines += [line for entry in found for line in _lines(entry, lang)]
    if len(lines) == 2:
        lines.append(say(lang, "没有差别", "no difference"))
    return "\n".join(lines)


def _lines(entry: Entry, lang: str) -> list[str]:
    """A tick says that a side has a thing, and needs no words."""
    if entry.first and entry.second:
        told = [f"A {entry.first}", f"B {entry.second}"]
        return [entry.name, *(f"    {part}" for text in told for part in wrap(text, WIDTH - 4))]
    side, has = ("A", entry.first) if entry.first else ("B", entry.second)
    only = say(lang, f"只有 {side}", f"only {side}")
    return wrap(f"{entry.name}  {only}" + (f"  {has}" if has != "✓" else ""), WIDTH)


def _told(first: Mapping[str, str], second: Mapping[str, str]) -> list[Entry]:
    names = list(dict.fromkeys([*first, *second]))
    found = [Entry(name, first.get(name, ""), second.get(name, "")) for name in names]
    return [entry for entry in found if entry.first != entry.second]


def _frame(loaded: Loaded, lang: str) -> dict[str, str]:
    scenario = loaded.scenario
    return {
        say(lang, "地区", "place"): scenario.place,
        say(lang, "基年", "year 0"): str(scenario.year0),
        say(lang, "年份", "years"): f"{scenario.first_year}-{scenario.last_year}",
        say(lang, "文件", "documents"): ", ".join(loaded.documents),
    }


def _clauses(codes: Iterable[str], lang: str) -> list[str]:
    """Every code with what the clause says."""
    documents = vocabulary().documents.documents.values()
    titles = {code: title for document in documents for code, title in document.clauses.items()}
    return [f"{code} {say(lang, titles[code].zh, titles[code].en)}" for code in sorted(codes)]


def _fund(fund: Any) -> str:
    return f"{fund.role}; {', '.join(fund.uses)}; {fund.clause}"


def _intervention(entry: Any) -> str:
    dates = "{}Q{}-{}Q{}".format(*entry.start, *entry.end)
    also = f"+{','.join(entry.also)}" if entry.also else ""
    off = "" if entry.mechanism else "; mechanism off"
    return f"{entry.role}; {entry.fund}{also}/{entry.use}; {dates}; {', '.join(entry.clauses)}{off}"


def _target(target: Any) -> str:
    return f"{target.year}; {target.default_reading}; {target.clause}"


def _switch(switch: Switch) -> str:
    """Readings of targets stand under their targets; here all named choices."""
    return f"{switch.value} [{_source(switch.source_kind, switch.source)}]" if switch.source_kind else switch.value


def _points(loaded: Loaded, lang: str) -> dict[str, str]:
    return {
        f"{path} {year}": _number(point, lang, series.unit)
        for path, series in loaded.series.items()
        for year, point in series.points.items()
    }


def _number(number: Number, lang: str, unit_name: str = "") -> str:
    reach = f" [{number.range[0]:,.6g}, {number.range[1]:,.6g}]" if number.range else ""
    source = number.source_zh if lang == "zh" and number.source_zh else number.source
    name = plain_unit(unit_name or number.unit, lang)
    return f"{number.value:,.10g}{reach} {name} ({_source(number.source_kind, source)})"


def _source(kind: str, text: str) -> str:
    return text if kind == "clause" else f"{kind}: {text}"
