"""The part of the printed answer that tells what leaving out one kind of intervention changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from results.tables import columns, width, wrap
from results.words import money_scale, say

WIDTH = 100
Answers = Mapping[str, Any]
Line = tuple[str, str]


def left_out(answers: Answers, lang: str) -> list[str]:
    """Paired changes with intervals: list mean and cost first, then the probabilities, a few targets at a time."""
    entries = ordered(answers)
    if not entries:
        return []
    runs = min(entry["runs"] for entry in entries)
    head = say(
        lang,
        f"逐项去掉一类措施后的变化（只用 {runs} 次配对模拟；方括号内为 95% 区间；按名单均值的损失排列）",
        f"What changes with one kind left out ({runs} paired replicates only; 95 % intervals; greatest loss first)",
    )
    lines = [head, "-" * WIDTH, *_means(answers, lang)]
    lines += ["", say(lang, "实现概率的变化（百分点）", "Change of the probabilities (points)")]
    defaults = [(row["id"], row["reading"]) for row in answers["targets"] if row["default"]]
    moved = [line for line in defaults if any(_found(entry, line)["change"] for entry in entries)]
    moving = [entry for entry in entries if any(_found(entry, line)["change"] for line in moved)]
    lines += _probabilities(moving, moved, lang)
    still = [line for line in defaults if line not in moved]
    if moving and len(moving) < len(entries):
        rest = len(entries) - len(moving)
        lines.append(say(lang, f"其余 {rest} 类都不改变这些概率", f"the other {rest} kinds change none of these"))
    return lines + _unmoved(entries, still, lang)


def ordered(answers: Answers) -> list[Answers]:
    """The kinds left out, the one whose absence costs the list most first."""
    year = answers["years"][1]
    return sorted(answers["without"], key=lambda entry: (entry[f"list_mean_{year}"]["change"] or 0.0, entry["kind"]))


def _means(answers: Answers, lang: str) -> list[str]:
    year = answers["years"][1]
    costs = [entry["cost"]["change"] or 0.0 for entry in answers["without"]]
    scale, unit_name = money_scale(max(map(abs, costs)), lang)
    mean_name = say(lang, f"{year} 年名单均值（元）", f"list mean {year} (yuan)")
    rows = [["", mean_name, say(lang, f"平均支出（{unit_name}）", f"mean cost ({unit_name})")]]
    for entry in ordered(answers):
        mean, cost = entry[f"list_mean_{year}"], entry["cost"]
        digits = 2 if scale == 1e8 else 1
        amount = "-" if cost["change"] is None else f"{cost['change'] / scale:+,.{digits}f}"
        rows.append([entry["title"][lang], _spread(mean), amount])
    return columns(rows, [False, True, True])


def _probabilities(entries: list[Answers], lines: list[Line], lang: str) -> list[str]:
    """One table, or as many of like size as it takes to fit the width."""
    for tables in range(1, len(lines) + 1):
        size = math.ceil(len(lines) / tables)
        blocks = [_block(entries, lines[start : start + size], lang) for start in range(0, len(lines), size)]
        if tables == len(lines) or all(width(line) <= WIDTH for block in blocks for line in block):
            return [line for block in blocks for line in block]
    return []


def _block(entries: list[Answers], lines: list[Line], lang: str) -> list[str]:
    rows = [["", *(target for target, _ in lines)]]
    for entry in entries:
        rows.append([entry["title"][lang], *(_spread(_found(entry, line), 100) for line in lines)])
    return columns(rows, [False, *[True] * len(lines)])


def _unmoved(entries: list[Answers], lines: list[Line], lang: str) -> list[str]:
    """The targets whose result changed in no run, with the interval that this leaves."""
    if not lines:
        return []
    intervals = [_found(entry, line)["interval"] for entry in entries for line in lines]
    reach = max((100 * interval[1] for interval in intervals if interval), default=100.0)
    names = say(lang, "、", ", ").join(target for target, _ in lines)
    text = say(
        lang,
        f"没有净变化：{names}（区间不超过 ±{reach:.0f}）",
        f"no net change: {names} (intervals within ±{reach:.0f})",
    )
    return wrap(text, WIDTH)


def _found(entry: Answers, line: Line) -> Answers:
    found: Answers = next(row for row in entry["targets"] if (row["id"], row["reading"]) == line)
    return found


def _spread(found: Answers, scale: float = 1, digits: int = 0) -> str:
    if found["change"] is None:
        return "-"
    text = f"{scale * found['change']:+,.{digits}f}"
    if not found["interval"]:
        return text
    low, high = found["interval"]
    return f"{text} [{scale * low:+,.{digits}f}, {scale * high:+,.{digits}f}]"
