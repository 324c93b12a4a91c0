"""The lines of the printed answer that say how a run with `--until` came to its end, and what its intervals are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import wrap
from results.words import say

WIDTH = 100


def how_it_stopped(answers: Mapping[str, Any], lang: str) -> list[str]:
    """Nothing for a run of a number fixed beforehand."""
    found = answers.get("stopping")
    if not found:
        return []
    asked = f"{100 * found['until']:g}"
    none = say(lang, "（没有一次推演成功）", "no run succeeded")
    wide = [name for name, half in found["half_widths"].items() if half > found["until"]]
    if found["how"] == "reached":
        end = say(
            lang,
            f"推演 {found['runs']} 次后停下：各目标有项目时的区间半宽都不超过 {asked} 个百分点。",
            f"Stopped after {found['runs']} replicates: with the programme every target's interval is within"
            f" {asked} points either way.",
        )
    else:
        names = say(lang, "、", ", ").join(wide) or none
        end = say(
            lang,
            f"推演到上限 {found['runs']} 次停下，半宽仍超过 {asked} 个百分点的目标：{names}。",
            f"Stopped at the most allowed, {found['runs']} replicates; still wider than {asked} points either way:"
            f" {names}.",
        )
    valid = say(
        lang,
        f"每 {found['batch']} 次看一回，共看 {len(found['looks'])} 回。概率的区间在停下的那一刻有效，看多少回都一样，"
        "因此比次数事先定好的区间宽；收入、金额等均值的区间仍按次数事先定好来算。",
        f"Looked at every {found['batch']} replicates, {len(found['looks'])} times. Intervals of probabilities are"
        " valid at whatever moment the run stopped, which makes them wider than those of a number fixed beforehand;"
        " those of means (income, money) are still computed as if it had been.",
    )
    return [*wrap(end, WIDTH), *wrap(valid, WIDTH)]
