"""Poverty, inequality, targeting and the cost of an exit as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import columns, wrap
from results.words import money, say, word

WIDTH = 100
PARTS = ("wage", "business", "property", "transfer")
NOTE = (
    "相对线为当年农村均值的一定比例；准确率、覆盖率按真实收入与县识别线比较；"
    "CGH 为最穷 40% 人口所得份额与 40% 之比（1 为中性）。",
    "The relative line is a share of the year's rural mean; precision and recall compare true income with the county's "
    "line; the Coady-Grosh-Hoddinott ratio is the share reaching the poorest 40 % over 40 % (1 is neutral).",
)


def wellbeing_table(answers: Mapping[str, Any], lang: str) -> list[str]:
    """Measures at the programme's end in both arms, and the paired difference."""
    rows = answers.get("wellbeing") or []
    if not rows:
        return []
    last = answers["years"][1]
    head = say(lang, f"{last} 年贫困、不平等、流动与瞄准", f"Poverty, inequality, movement and targeting in {last}")
    names = ["", word("policy", lang), word("null", lang), say(lang, "差 [95% 区间]", "difference [95 % interval]")]
    table = [names]
    for row in rows:
        scale, digits, unit = (100.0, 2, "%") if row["share"] else (1.0, 3, "")
        cells = [f"{scale * row[arm]:.{digits}f}{unit}" for arm in ("policy", "null")]
        change = f"{scale * row['change']:+.{digits}f}"
        if row["interval"]:
            change += " [" + ", ".join(f"{scale * end:+.{digits}f}" for end in row["interval"]) + "]"
        table.append([row["title"][lang], *cells, change])
    lines = [head, "-" * WIDTH, *columns(table, [False, True, True, True]), *wrap(say(lang, *NOTE), WIDTH)]
    return [*lines, *_exits(answers, lang), *_sources(answers, lang)]


def _exits(answers: Mapping[str, Any], lang: str) -> list[str]:
    found = answers.get("exits") or {}
    if not found:
        return []

    def both(name: str) -> str:
        return f"{found[name]['policy']:,.0f} / {found[name]['null']:,.0f}"

    told = say(
        lang,
        f"期内退出名单（有/无项目，户）：{both('exits')}；一年后仍稳定：{both('exits_stable')}；一年后又在名单：{both('exits_listed_again')}；"
        f"一年后真实收入又低于线（不论是否被看见）：{both('exits_truly_poor_again')}。",
        f"Households that left the list (with / without the programme): {both('exits')}; stable a year later: "
        f"{both('exits_stable')}; listed again: {both('exits_listed_again')}; truly below the line again, seen or not: "
        f"{both('exits_truly_poor_again')}.",
    )
    for name, zh, en in (
        ("cost_per_exit", "每多一户退出", "each exit beyond the null arm's costs"),
        ("cost_per_stable_exit", "每多一户稳定退出", "each stable exit beyond the null arm's costs"),
    ):
        each = found[name]
        told += " " + say(lang, zh, en) + " "
        told += (
            money(each, lang) if each is not None else say(lang, "无法计算（没有增加）", "not defined (no more exits)")
        )
        told += say(lang, "。", ".")
    return wrap(told, WIDTH)


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
