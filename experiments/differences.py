"""What two programmes or changes differ in, and the paired runs of both: same luck, same draws where both have them.

Every draw is keyed by the name of its number, so a number both have with the same range takes the same value in both,
and one whose range differs keeps its place in it. `paired_effect` tells what the difference does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import scenarios
from experiments.anchoring import refuse_unanchored
from experiments.design import Options, Replicate, macro_normals, parameters
from experiments.ensemble import EnsembleFailed, simulate_replicate
from experiments.refusal import Refusal
from experiments.request import cores
from results.ensemble import Ensemble
from results.tables import wrap
from results.words import plain_unit, say
from scenarios import Loaded, Number, Switch
from scenarios.vocabulary import vocabulary
from simulator import parallel
from simulator.history import RunRecord

WIDTH = 100
ARMS = (("null", "base"), ("policy", "base"))

Progress = Callable[[int, int], None]


def both(first: str, second: str, runs: int, households: int, seed: int, workers: int | None) -> tuple[Loaded, Loaded]:
    """The two scenarios. Raises Refusal for impossible options, ScenarioFaults with the faults of both."""
    faults = Options(runs=runs, households=households, seed=seed).faults()
    if workers is not None and workers < 1:
        faults.append(("--workers 至少为 1", "--workers is at least 1"))
    if faults:
        raise Refusal(*faults)
    loaded, found = [], []
    for name in (first, second):
        try:
            loaded.append(scenarios.load(name))
        except scenarios.ScenarioFaults as wrong:
            found += [fault for fault in wrong.faults if fault not in found]
    if found:
        raise scenarios.ScenarioFaults(found)
    return loaded[0], loaded[1]


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


@dataclass(frozen=True)
class Pairs:
    """The paired runs of two scenarios, and of which place and years they are."""

    one: Loaded
    other: Loaded
    first: Ensemble
    second: Ensemble


def simulated(
    one: Loaded, other: Loaded, runs: int, households: int, seed: int, workers: int | None, progress: Progress
) -> Pairs:
    """Null and policy arms of both under the same luck. Raises EnsembleFailed if no pair came to an end."""
    for side in (one, other):
        refuse_unanchored(side)
    options = Options(runs=runs, households=households, seed=seed)
    sides = (one, other)
    tasks = [(side, _replicate(sides[side], options, number)) for number in range(runs) for side in (0, 1)]
    records: tuple[list[RunRecord], list[RunRecord]] = ([], [])
    progress(0, len(tasks))
    simulate_one = partial(_simulate, sides, options)
    engine = parallel.Engine(workers=workers or cores())
    for done, (task, result, _) in enumerate(parallel.run(simulate_one, tasks, engine), start=1):
        if isinstance(result, Exception):
            raise result
        records[task[0]].extend(result)
        progress(done, len(tasks))
    pairs = Pairs(one, other, Ensemble(records[0]), Ensemble(records[1]))
    if not finished(pairs):
        raise EnsembleFailed(tuple(record.error for side in records for record in side if record.error))
    return pairs


def _simulate(sides: Sequence[Loaded], options: Options, task: tuple[int, Replicate]) -> list[RunRecord]:
    return simulate_replicate(sides[task[0]].scenario, options, task[1])


def _replicate(loaded: Loaded, options: Options, number: int) -> Replicate:
    normals = macro_normals(loaded.scenario, options.seed, number)
    return Replicate(number, options.seed, ARMS, parameters(loaded, options, number), normals)


def finished(pairs: Pairs) -> list[int]:
    """Replicates whose policy arms ended on both sides."""
    return sorted(pairs.first.runs("policy").keys() & pairs.second.runs("policy").keys())
