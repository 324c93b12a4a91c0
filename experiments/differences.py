"""What two programmes or changes differ in, and what that difference does: same luck, same draws where both have them.

Every draw is keyed by the name of its number, so a number both have with the same range takes the same value in both,
and one whose range differs keeps its place in it. Effects are differences of paired runs, with the interval of a paired
mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import scenarios
from experiments.anchoring import refuse_unanchored
from experiments.design import Options, Replicate, macro_normals, parameters
from experiments.ensemble import EnsembleFailed, simulate_replicate
from experiments.refusal import Refusal
from experiments.request import cores
from results.ensemble import Ensemble, Line, spending, yearly
from results.intervals import paired_mean
from results.tables import columns, wrap
from results.target_rows import chance
from results.words import money, plain_unit, quantity, say, unit
from scenarios import Loaded, Number, Switch
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
        "clauses": _told(dict.fromkeys(sorted(a.clauses), "✓"), dict.fromkeys(sorted(b.clauses), "✓")),
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
    for done, (task, result, _) in enumerate(parallel.run(simulate_one, tasks, workers or cores()), start=1):
        if isinstance(result, Exception):
            raise result
        records[task[0]].extend(result)
        progress(done, len(tasks))
    pairs = Pairs(one, other, Ensemble(records[0]), Ensemble(records[1]))
    if not _finished(pairs):
        raise EnsembleFailed(tuple(record.error for side in records for record in side if record.error))
    return pairs


def _simulate(sides: Sequence[Loaded], options: Options, task: tuple[int, Replicate]) -> list[RunRecord]:
    return simulate_replicate(sides[task[0]].scenario, options, task[1])


def _replicate(loaded: Loaded, options: Options, number: int) -> Replicate:
    normals = macro_normals(loaded.scenario, options.seed, number)
    return Replicate(number, options.seed, ARMS, parameters(loaded, options, number), normals)


def _finished(pairs: Pairs) -> list[int]:
    """Replicates whose policy arms ended on both sides."""
    return sorted(pairs.first.runs("policy").keys() & pairs.second.runs("policy").keys())


def effect_text(pairs: Pairs, lang: str) -> str:
    """What the difference does to the list's income, to targets and to cost, B less A."""
    runs = _finished(pairs)
    head = say(lang, f"B 减 A，成对推演 {len(runs)} 次（方括号内为 95% 区间）",
               f"B less A over {len(runs)} paired replicates (95 % interval)")  # fmt: skip
    names = [
        say(lang, "目标为余量", "targets: margin"),
        "A",
        "B",
        "B - A",
        say(lang, "单位", "unit"),
        say(lang, "概率", "probability"),
    ]
    rows = [_income_row(pairs, runs, lang), *_target_rows(pairs, runs, lang), _cost_row(pairs, runs, lang)]
    table = columns([names, *(row for row in rows if row)], [False, True, True, True, False, False])
    notes = []
    if pairs.one.scenario.place != pairs.other.scenario.place:
        notes = wrap(
            say(
                lang,
                "两者不在同一地区：差别中也含地区之间的差别，不只是方案的作用。",
                "They are of different places: what differs between the places is in it too, not the programmes alone.",
            ),
            WIDTH,
        )
    return "\n".join([head, "-" * WIDTH, *table, *notes])


def _income_row(pairs: Pairs, runs: Sequence[int], lang: str) -> list[str] | None:
    year = min(pairs.one.scenario.last_year, pairs.other.scenario.last_year)
    first, second = (
        [yearly(side.runs("policy")[run], "income_pc", "cohort").get(year, np.nan) for run in runs]
        for side in (pairs.first, pairs.second)
    )
    if not np.isfinite([*first, *second]).all():
        return None
    name = say(lang, f"{year} 年基期名单人均收入", f"mean income of the baseline list, {year}")
    return [name, *_compared(first, second, "yuan/person/year"), unit("yuan/person/year", lang), ""]


def _target_rows(pairs: Pairs, runs: Sequence[int], lang: str) -> list[list[str]]:
    """Targets both have: the default reading of A, where B knows it."""
    found = []
    for line in pairs.first.default_lines():
        first, second = pairs.first.outcomes("policy", line), pairs.second.outcomes("policy", line)
        paired = [run for run in runs if run in first and run in second]
        margins = [[side[run].margin for run in paired] for side in (first, second)]
        if not paired or not np.isfinite(margins).all():
            continue
        unit_name = first[paired[0]].unit
        name = f"{line.target} ({line.reading})"
        found.append(
            [name, *_compared(margins[0], margins[1], unit_name), unit(unit_name, lang), _chances(pairs, line)]
        )
    return found


def _chances(pairs: Pairs, line: Line) -> str:
    found = [chance(side, "policy", line)[0] for side in (pairs.first, pairs.second)]
    return " → ".join("-" if value is None else f"{100 * value:.0f}%" for value in found)


def _cost_row(pairs: Pairs, runs: Sequence[int], lang: str) -> list[str]:
    first, second = (
        [sum(spending(side.runs("policy")[run], (s.first_year, s.last_year)).values()) for run in runs]
        for side, s in ((pairs.first, pairs.one.scenario), (pairs.second, pairs.other.scenario))
    )
    mean, interval = paired_mean(np.array(second) - np.array(first))
    reach = f" [{money(interval[0], lang)}, {money(interval[1], lang)}]" if interval else ""
    name = say(lang, "支出（全期）", "paid over the whole period")
    cells = [money(float(np.mean(first)), lang), money(float(np.mean(second)), lang), money(mean, lang) + reach]
    return [name, *cells, "", ""]


def _compared(first: Sequence[float], second: Sequence[float], unit_name: str) -> list[str]:
    """Both means and the paired difference with its interval."""
    mean, interval = paired_mean(np.array(second) - np.array(first))
    ends = [quantity(end, unit_name) for end in interval] if interval else []
    reach = f" [{', '.join(ends)}]" if ends else ""
    means = [quantity(float(np.mean(side)), unit_name, signed=False) for side in (first, second)]
    return [*means, quantity(mean, unit_name) + reach]
