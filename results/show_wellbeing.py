"""Poverty, inequality, targeting and the cost of an exit as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import columns, wrap
from results.words import money, say, word
from simulator.yearly import PARTS

WIDTH = 100
DETAIL = ("fgt2", "watts", "sen", "theil", "transient_share")
"""Beginnings of the measures a planner can do without; they stand in answers.json."""
EXITS = (
    ("exits", "期内退出", "left in the period"),
    ("exits_stable", "一年后仍不在名单、收入高于线", "a year later off the list and above the line"),
    ("exits_listed_again", "一年后又在名单", "a year later listed again"),
    ("exits_truly_poor_again", "一年后真实收入低于线（不论是否被看见）", "a year later truly below it, seen or not"),
)
NOTE = (
    "比率之差为百分点。相对线为当年农村均值的一定比例；准确率、覆盖率按真实收入与县识别线比较，"
    "项目使名单内农户过线而尚未退出，准确率会因此下降；"
    "CGH 为最穷 40% 人口所得份额与 40% 之比（1 为中性）。",
    "Differences of rates are in points. The relative line is a share of the year's rural mean; precision and recall "
    "compare true income with the county's line: a programme that lifts listed households over it before they leave "
    "lowers precision; the Coady-Grosh-Hoddinott ratio is the share reaching the poorest 40 % over 40 % (1 is "
    "neutral).",
)


def wellbeing_table(answers: Mapping[str, Any], lang: str) -> list[str]:
    """Measures at the programme's end in both arms, and the paired difference."""
    rows = answers.get("wellbeing") or []
    if not rows:
        return []
    last = answers["years"][1]
    head = say(lang, f"{last} 年贫困、不平等、流动与瞄准", f"Poverty, inequality, movement and targeting in {last}")
    names = ["", word("policy", lang), word("null", lang), say(lang, "差 [95% 区间]", "difference [95 % interval]")]
    shown = [row for row in rows if not row["measure"].startswith(DETAIL)]
    table = [names, *(_cells(row, lang) for row in shown)]
    note = say(lang, *NOTE)
    if more := len(rows) - len(shown):
        note += say(
            lang,
            f"另有 {more} 项（沃茨、森、泰尔指数，暂时性贫困等）见 answers.json。",
            f" {more} more (Watts, Sen and Theil indices, transient poverty) stand in answers.json.",
        )
    lines = [head, "-" * WIDTH, *columns(table, [False, True, True, True]), *wrap(note, WIDTH)]
    return [*lines, *_exits(answers, lang), *_sources(answers, lang)]


def _cells(row: Mapping[str, Any], lang: str) -> list[str]:
    """A measure in both arms and the difference, in points where it is a share; a dash where there is none."""
    scale, digits, percent = (100.0, 2, "%") if row["share"] else (1.0, 3, "")
    arms = ["-" if row[arm] is None else f"{scale * row[arm]:.{digits}f}{percent}" for arm in ("policy", "null")]
    change = "-" if row["change"] is None else f"{scale * row['change']:+.{digits}f}"
    if row["interval"]:
        change += " [" + ", ".join(f"{scale * end:+.{digits}f}" for end in row["interval"]) + "]"
    return [row["title"][lang], *arms, change]


def _exits(answers: Mapping[str, Any], lang: str) -> list[str]:
    """Who left the list and what became of them, and the money each one more of them took."""
    found = answers.get("exits") or {}
    if not found:
        return []
    first, last = answers["years"]
    head = say(lang, f"{first}—{last} 年退出名单的户", f"Households that left the list, {first}-{last}")
    table = [["", word("policy", lang), word("null", lang)]]
    for name, zh, en in EXITS:
        table.append([say(lang, zh, en), *(f"{found[name][arm]:,.0f}" for arm in ("policy", "null"))])
    return ["", head, "-" * WIDTH, *columns(table, [False, True, True]), *_costs_of_exits(found, lang)]


def _costs_of_exits(found: Mapping[str, Any], lang: str) -> list[str]:
    """A line for exits and for stable ones: the cost of one more, or why there is none."""
    lines = []
    for of, zh, en in (
        ("exit", "比对照每多一户退出，多支出", "each exit more than without the programme costs"),
        ("stable_exit", "比对照每多一户稳定退出，多支出", "each stable exit more than without it costs"),
    ):
        # An answer of an earlier version has no interval: nothing is sure about it.
        cost, interval = found[f"cost_per_{of}"], found.get(f"more_{of}s", {}).get("interval")
        if cost is not None and interval is not None:
            lines.append(f"{say(lang, zh, en)} {money(cost, lang)}")
        elif interval is None or interval[1] > 0.0:
            told = "" if interval is None else f" [{interval[0]:+,.0f}, {interval[1]:+,.0f}]"
            unsure = say(lang, f"差异不确定{told}，不计算", f"the difference is not sure{told}; not computed")
            lines.append(f"{say(lang, zh, en)}{say(lang, '：', ': ')}{unsure}")
    if not lines:
        zh = "退出户数不比对照多，故不计每户退出的支出（名单随认定线和名额进出）。"
        en = "No more left than without the programme, so an exit has no cost (the list follows its line and quota)."
        lines.append(say(lang, zh, en))
    return lines


def _sources(answers: Mapping[str, Any], lang: str) -> list[str]:
    rows = answers.get("growth_sources") or []
    if not rows:
        return []
    head = say(
        lang,
        "基期名单收入增长的来源（占基期收入的百分点，有/无项目）",
        "Sources of the baseline list's growth (points of year-0 income, with / without)",
    )
    table = [["", *(word(f"{part}_pc", lang) for part in PARTS)]]
    for label, zh, en in (("able", "有劳动力", "with labour"), ("unable", "无劳动力", "without labour")):
        cells = {row["part"]: row for row in rows if row["labour"] == label}
        if len(cells) == len(PARTS):
            both = [f"{100 * cells[part]['policy']:+.1f} / {100 * cells[part]['null']:+.1f}" for part in PARTS]
            table.append([say(lang, zh, en), *both])
    return ["", head, "-" * WIDTH, *columns(table, [False, True, True, True, True])]
