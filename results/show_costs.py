"""The part of the printed answer that tells what was paid, from which fund and for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import columns, wrap
from results.words import listed, money_scale, say, unit, word
from simulator.constraints.money import IDLE

WIDTH = 100
ARMS = ("yuan", "null_yuan")

Answers = Mapping[str, Any]


def costs_table(answers: Answers, lang: str) -> list[str]:
    """Every fund with its uses under it, in one unit; then what the programme costs a listed household."""
    costs = answers["costs"]
    if not costs:
        return []
    first, last = answers["years"]
    scale, scale_name = money_scale(max(abs(cost[name]) for cost in costs for name in ARMS), lang)
    head = say(
        lang,
        f"{first}—{last} 年公共支出与社会捐赠（{scale_name}，名义，全地区，各次模拟平均）",
        f"Public money and donations {first}-{last} ({scale_name}, nominal, whole place, mean over runs)",
    )
    rows = [["", word("policy", lang), word("null", lang), say(lang, "期末闲置", "idle at the end")]]
    idle = {row["fund"]: f"{100 * row['idle_share']:.0f}%" for row in answers.get("idle", [])}
    for fund in dict.fromkeys(cost["fund"] for cost in costs):
        rows += _fund([cost for cost in costs if cost["fund"] == fund], scale, idle.get(fund, ""), lang)
    rows.append([say(lang, "合计", "total"), *_amounts(costs, scale), ""])
    lines = [head, "-" * WIDTH, *columns(rows, [False, True, True, True])]
    return [*lines, *_not_spent(answers, lang), *_each(answers, last - first + 1, lang)]


def _fund(costs: list[Answers], scale: float, idle: str, lang: str) -> list[list[str]]:
    """A line for the fund with what of it lies idle, and one a use under it where it has several."""
    rows = [[costs[0]["fund_title"][lang], *_amounts(costs, scale), idle]]
    if len(costs) > 1:
        rows += [["    " + cost["use_title"][lang], *_amounts([cost], scale), ""] for cost in costs]
    return rows


def _amounts(costs: list[Answers], scale: float) -> list[str]:
    sums = [sum(cost[name] for cost in costs) / scale for name in ARMS]
    digits = 2 if scale == 1e8 else 1
    return [f"{amount:,.{digits}f}" if amount else "0" for amount in sums]


def _not_spent(answers: Answers, lang: str) -> list[str]:
    """The funds of which too much lies idle when the budget is doubled."""
    titles = {cost["fund"]: cost["fund_title"][lang] for cost in answers["costs"]}
    told = [
        f"{titles.get(row['fund'], row['fund'])} {100 * row['double_idle_share']:.0f}%"
        for row in answers.get("idle", [])
        if (row["double_idle_share"] or 0.0) > IDLE
    ]
    if not told:
        return []
    head = say(lang, "预算加倍时花不完，期末闲置：", "Double the budget cannot be spent; idle at the end: ")
    return wrap(head + say(lang, "；", "; ").join(told), WIDTH)


def _each(answers: Answers, years: int, lang: str) -> list[str]:
    each = answers["cost_per_listed_household"]
    if each is None:
        return []
    interval = answers["cost_per_listed_household_interval"]
    spread = f" [{interval[0]:,.0f}, {interval[1]:,.0f}]" if interval else ""
    text = say(
        lang,
        f"平均每个{listed(answers, lang)}，{years} 年合计比无项目多支出",
        f"more than without the programme over {years} years, per listed household:",
    )
    return [f"{text} {each:,.0f}{spread} {unit('yuan', lang)}"]
