"""The growth exhibit as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import columns, wrap
from results.words import say

WIDTH = 100
PANDEMIC_YEAR = 2020
NOTE = (
    "“逐年”目标取各年最低增幅：样本越小，最低值越偏低，故概率偏保守。四季度才开始的措施几乎不影响当年；"
    "无项目对照的增幅来自名单自行回升与农村收入增长。",
    "An every-year target takes the lowest year: the smaller the sample, the lower the lowest, so its probability errs "
    "on the low side. What starts in the last quarter of a year hardly moves that year; growth without it is "
    "the list bouncing back by itself and rural growth.",
)


def growth_table(answers: Mapping[str, Any], lang: str) -> list[str]:
    """Growth of the list mean by year, policy, null and rural, median [p10, p90], and how often each year binds."""
    rows = answers.get("growth") or []
    if not rows:
        return []
    head = say(lang, "基期名单人均收入增幅：中位 [10%, 90%]", "Growth of the baseline list's mean: median [p10, p90]")
    names = [
        "",
        say(lang, "有项目", "programme"),
        say(lang, "无项目对照", "no programme"),
        say(lang, "全体农村", "rural mean"),
        say(lang, "最低年份占比（有/无）", "lowest year in (with / without)"),
    ]
    table = [names]
    for row in rows:
        cells = [f"{100 * s['p50']:.1f}% [{100 * s['p10']:.1f}, {100 * s['p90']:.1f}]" for s in _arms(row)]
        binding = f"{100 * row['policy_binding']:.0f}% / {100 * row['null_binding']:.0f}%"
        table.append([str(row["year"]), *cells, binding])
    notes = [
        *wrap(say(lang, *NOTE), WIDTH),
        *_pandemic(answers, lang),
        *_drift(answers.get("labour_per_head") or {}, lang),
    ]
    return [head, "-" * WIDTH, *columns(table, [False, True, True, True, True]), *notes]


def _pandemic(answers: Mapping[str, Any], lang: str) -> list[str]:
    """What stands behind a weak 2020 and a strong 2021 of a drawn macro path."""
    on = answers.get("conditional_on", {})
    shown = PANDEMIC_YEAR in {row["year"] for row in answers["growth"]} and on.get("macro") == "forecast"
    if not shown or on.get("switches", {}).get("model.process_pandemic") != "on":
        return []
    text = say(
        lang,
        "2020 年按季度计入疫情冲击，次年恢复，有无项目都一样；方案制定时并不知道。",
        "2020 has the pandemic in it quarter by quarter, and 2021 the recovery, alike in both arms; the plan could not "
        "know.",
    )
    return wrap(text, WIDTH)


def _drift(found: Mapping[str, Mapping[str, float]], lang: str) -> list[str]:
    """How labour per head drifts without policy: the rural mean is pinned, so a gap between the two moves growth."""
    if set(found) != {"rural", "cohort"}:
        return []
    rural, cohort = ({name: found[who][name] for name in ("first", "last")} for who in ("rural", "cohort"))
    moved = [f"{100 * (who['last'] / who['first'] - 1):+.1f}%" for who in (rural, cohort)]
    text = say(
        lang,
        f"对照组人均劳动能力的变化：全体农村 {moved[0]}，基期名单 {moved[1]}"
        "（家庭有生老病死、分户与合户，没有外来迁入）。"
        "农村均值钉在宏观路径上，两者之差会在两组中同样抬高或压低名单相对农村的增幅。",
        f"Labour capacity per head without the programme: rural {moved[0]}, baseline list {moved[1]} (households "
        "divide and join, people are born, age and die, nobody arrives from outside). The rural mean is pinned to the "
        "macro path, so a gap between the two moves the list's growth against rural growth alike in both arms.",
    )
    return wrap(text, WIDTH)


def _arms(row: Mapping[str, Any]) -> list[Mapping[str, float]]:
    return [row["policy"], row["null"], row["rural"]]
