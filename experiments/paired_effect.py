"""What the difference of two programmes does: income of the list and its parts, targets, cost, constraints, B less A.

Effects are differences of paired runs, with the interval of a paired mean; of constraints, of a paired share.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments.differences import WIDTH, Pairs, finished
from results.ensemble import Line, spending, yearly
from results.intervals import paired_mean, paired_probabilities
from results.tables import columns, wrap
from results.target_rows import chance
from results.words import money, quantity, say, unit, word
from simulator.history import RunRecord

TOTAL = "income_pc"
PARTS = ("wage_pc", "business_pc", "property_pc", "transfer_pc")


def effect_text(pairs: Pairs, lang: str) -> str:
    """What the difference does to the list's income and its parts, to targets, cost and constraints, B less A."""
    runs = finished(pairs)
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
    rows = [*_income_rows(pairs, runs, lang), *_target_rows(pairs, runs, lang), _cost_row(pairs, runs, lang)]
    table = columns([names, *rows], [False, True, True, True, False, False])
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
    return "\n".join([head, "-" * WIDTH, *table, *notes, *_constraints(pairs, runs, lang)])


def _income_rows(pairs: Pairs, runs: Sequence[int], lang: str) -> list[list[str]]:
    """Mean income of the baseline list in the last year of both, and its parts, of those that every run recorded."""
    year = min(pairs.one.scenario.last_year, pairs.other.scenario.last_year)
    rows = []
    for measure in (TOTAL, *PARTS):
        first, second = (
            [yearly(side.runs("policy")[run], measure, "cohort").get(year, np.nan) for run in runs]
            for side in (pairs.first, pairs.second)
        )
        if np.isfinite([*first, *second]).all():
            whole = say(lang, f"{year} 年基期名单人均收入", f"mean income of the baseline list, {year}")
            name = whole if measure == TOTAL else "    " + word(measure, lang)
            rows.append([name, *_compared(first, second, "yuan/person/year"), unit("yuan/person/year", lang), ""])
    return rows


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


def _constraints(pairs: Pairs, runs: Sequence[int], lang: str) -> list[str]:
    """In what share of the runs each constraint is broken, of those broken in any; then how many never are."""
    sides = [[_broken(side.runs("policy")[run]) for run in runs] for side in (pairs.first, pairs.second)]
    judged = sorted({name for side in sides for run in side for name in run})
    told = [name for name in judged if any(run.get(name) for side in sides for run in side)]
    head = say(lang, "约束：被违反的推演所占份额", "Constraints: share of runs in which each is broken")
    rows = [["", "A", "B", "B - A", say(lang, "单位", "unit"), ""]]
    for name in told:
        first, second = ([bool(run.get(name)) for run in side] for side in sides)
        rows.append([name, *_shares(first, second, lang), _force(pairs, name, lang)])
    lines = columns(rows, [False, True, True, True, False, False])
    kept = len(judged) - len(told)
    rest = say(lang, f"其余 {kept} 项两边都未违反", f"broken on neither side: {kept} more")
    return ["", head, "-" * WIDTH, *(lines if told else []), rest]


def _broken(record: RunRecord) -> dict[str, bool]:
    """By constraint, whether a run breaks it, be it binding there or for information only."""
    return {finding.constraint: finding.broken or finding.breach for finding in record.findings}


def _shares(first: Sequence[bool], second: Sequence[bool], lang: str) -> list[str]:
    change, interval = paired_probabilities(first, second)
    shares = [f"{100 * np.mean(side):.0f}%" for side in (first, second)]
    ends = ", ".join(quantity(end, "share") for end in interval)
    return [*shares, f"{quantity(change, 'share')} [{ends}]", unit("share", lang)]


def _force(pairs: Pairs, constraint: str, lang: str) -> str:
    """On which side a breach makes the plan inadmissible: the other one does not cite the clause."""
    binding = [
        name
        for name, side in (("A", pairs.first), ("B", pairs.second))
        if any(f.constraint == constraint and f.breach for run in side.runs("policy").values() for f in run.findings)
    ]
    if not binding:
        return say(lang, "仅作提示", "for information")
    return say(lang, "不可采纳：", "not admissible: ") + say(lang, "、", ", ").join(binding)
