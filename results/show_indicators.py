"""The part of the printed answer that tells of states beside income: how far, how surely, with whose money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import columns
from results.words import chance, money_scale, say, word

WIDTH = 100

Answers = Mapping[str, Any]


def indicators_table(answers: Answers, lang: str) -> list[str]:
    """Two lines an indicator: coverage with the programme and without, what is asked for, probabilities, yuan spent by
    the year due and yuan that were missing; under them what it is."""
    rows = [row for row in answers["targets"] if row.get("indicator")]
    if not rows:
        return []
    amounts = [row["indicator"][what]["policy"] or 0.0 for row in rows for what in ("yuan", "missing_yuan")]
    scale, scale_name = money_scale(max(amounts), lang)
    head = say(
        lang,
        f"收入以外的指标（到期时；金额为{scale_name}；“缺口”为达标尚缺的资金）",
        f"Indicators beside income, when they fall due ({scale_name}; missing: still needed to get there)",
    )
    names = ["", word("policy", lang), word("null", lang)]
    names += [say(lang, "要求", "asked"), say(lang, "实现概率", "probability"), say(lang, "无项目", "null")]
    names += [say(lang, "已支出", "spent"), say(lang, "缺口", "missing")]
    table = columns([names, *(_cells(row, scale, lang) for row in rows)], [False, *[True] * 7])
    lines = [head, "-" * WIDTH, table[0]]
    for row, numbers in zip(rows, table[1:], strict=True):
        lines += [numbers, f"    {row[f'title_{lang}'] or row['id']} [{row['clause']}]"]
    return lines


def _cells(row: Answers, scale: float, lang: str) -> list[str]:
    told = row["indicator"]
    return [
        row["id"],
        share(told["coverage"]["policy"]),
        share(told["coverage"]["null"]),
        share(row["threshold"]),
        chance(row["probability"], row["interval"]),
        chance(row["null_probability"], None),
        _amount(told["yuan"]["policy"], scale),
        _amount(told["missing_yuan"]["policy"], scale),
    ]


def share(value: float | None) -> str:
    """A share in per cent, never rounded to all of it."""
    if value is None:
        return "-"
    return f"{min(100 * value, 99.9):.1f}%" if value < 1.0 else "100%"


def _amount(yuan: float | None, scale: float) -> str:
    return "-" if yuan is None else f"{yuan / scale:,.2f}" if yuan else "0"
