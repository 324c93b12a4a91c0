"""Who is on the list, who gains and who loses, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.gains import NOTICED
from results.tables import columns, wrap
from results.words import say

WIDTH = 100
WORDS: Mapping[tuple[str, int], tuple[str, str]] = {
    ("all", 0): ("全部农户", "all households"),
    ("cohort", 1): ("基期名单内", "on the baseline list"),
    ("cohort", 0): ("基期名单外", "not on the baseline list"),
    ("able", 1): ("有劳动力", "with labour"),
    ("able", 0): ("无劳动力", "without labour"),
    ("able", -1): ("其后新立户（劳动力）", "formed since (labour)"),
    ("fifth", 1): ("基年收入最低五分之一", "poorest fifth at year 0"),
    ("fifth", 2): ("次低", "second fifth"),
    ("fifth", 3): ("中间", "third fifth"),
    ("fifth", 4): ("次高", "fourth fifth"),
    ("fifth", 5): ("最高五分之一", "richest fifth"),
    ("fifth", 0): ("其后新立户", "formed since"),
    ("stratum", 0): ("重点帮扶村", "key villages"),
    ("stratum", 1): ("薄弱村", "other weak villages"),
    ("stratum", 2): ("其他村", "other villages"),
}
TWICE = ("able", -1)
"""The households formed since the programme began are a group once, not once with every trait they had not yet."""

Compared = Mapping[str, Any]


def shown(found: Compared, name: str) -> list[Compared]:
    """The rows of a difference, by group."""
    return [row for row in found["gains"] if row["of"] == name and (row["by"], row["group"]) != TWICE]


def lists_table(found: Compared, name: str, lang: str) -> list[str]:
    """The change of the current list's mean: what those earn more who are on it under both plans, and who is on it."""
    more, _, less = name.partition("-")
    rows = [row for row in found["lists"] if row["of"] == name]
    if not rows:
        return []
    head = say(
        lang,
        f"当年名单人均收入之差，{more} 减 {less}：在册者自身与进出之别（元/人·年）",
        f"Current list's mean, {more} less {less}: stayers and composition (yuan/person/year)",
    )
    titles = {"before": ("调整前的名单", "list before the review"), "after": ("调整后的名单", "list after it")}
    names = [
        *("", say(lang, "合计", "total"), say(lang, "两边都在册者", "stayers")),
        *(say(lang, f"只在 {more} 册", f"only under {more}"), say(lang, f"只在 {less} 册", f"only under {less}")),
        say(lang, "两边都在册（人口）", "stayers, persons"),
    ]
    table = [names]
    for row in rows:
        cells = [_figure(row[part]) for part in ("change", "stayers", "joined", "left")]
        table.append([say(lang, *titles[row["list"]]), *cells, _figure(row["share"], percent=True)])
    return [head, "-" * WIDTH, *columns(table, [False, *[True] * 5])]


def gains_table(found: Compared, name: str, lang: str) -> list[str]:
    """Who gains and loses from one plan to the other, by group."""
    more, _, less = name.partition("-")
    rows = shown(found, name)
    year = found["last_year"]
    head = say(
        lang,
        f"{year} 年谁得谁失，{more} 与 {less} 相比（同一农户）",
        f"Who gains and who loses in {year}, {more} against {less} (the same households)",
    )
    if not rows:
        none = say(lang, "没有同一年的同一农户可比", "no households of the same year in common: nothing to compare")
        return [head, "-" * WIDTH, none]
    names = [
        *("", say(lang, "占农户", "of all"), say(lang, "得", "gain"), say(lang, "失", "lose")),
        *(say(lang, "得者平均", "mean gain"), say(lang, "失者平均", "mean loss"), say(lang, "全组平均", "mean change")),
    ]
    table = [names]
    for row in rows:
        shares = [_figure(row[part], percent=True) for part in ("gain", "lose")]
        yuan = [_figure(row[part]) for part in ("mean_gain", "mean_loss", "mean_change")]
        group = say(lang, *WORDS[row["by"], row["group"]])
        table.append([group, f"{100 * row['households']['mean']:.0f}%", *shares, *yuan])
    cut = f"{100 * NOTICED:g}"
    note = say(
        lang,
        f"得、失：人均收入变化超过 {cut}%；后三列为元/人·年。分组按基年；方括号内为 95% 区间，-：没有这样的农户。",
        f"To gain or lose: income a person changes by more than {cut} %; last three columns in yuan a person and year. "
        "Groups as of year 0; 95 % intervals in brackets; -: no such household.",
    )
    return [head, "-" * WIDTH, *columns(table, [False, *[True] * 6]), *wrap(note, WIDTH)]


def _figure(told: Compared, percent: bool = False) -> str:
    if told["replicates"] == 0:
        return "-"
    numbers = [told["mean"], *(told["interval"] or ())]
    if percent:
        texts = [f"{100 * number:.1f}" for number in numbers]
        texts[0] += "%"
    else:
        digits = 0 if max(map(abs, numbers)) >= 100 else 1
        texts = [f"{round(number, digits) + 0.0:+,.{digits}f}" for number in numbers]
    return f"{texts[0]} [{', '.join(texts[1:]) or '-'}]"
