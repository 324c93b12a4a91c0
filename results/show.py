"""The answer as a county planner reads it in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from results.show_costs import costs_table
from results.show_grounds import ambiguities, assumptions
from results.show_growth import growth_table
from results.show_indicators import indicators_table
from results.show_left_out import left_out
from results.show_marginals import every_year_and_county, relative_lines
from results.show_readings import other_readings
from results.show_stopping import how_it_stopped
from results.show_two_levels import luck_and_ignorance
from results.show_verdict import verdict
from results.show_wellbeing import wellbeing_table
from results.tables import columns, wrap
from results.words import chance, quantity, say, unit, word

WIDTH = 100

Answers = Mapping[str, Any]
Part = Callable[[Answers, str], list[str]]


def show(answers: Answers, lang: str = "zh", charts: Path | None = None) -> str:
    """The whole answer as plain text in `lang` (zh or en). `charts` is the folder of the pictures, if there is one."""
    parts: tuple[Part, ...] = (
        _heading,
        how_it_stopped,
        _targets,
        indicators_table,
        relative_lines,
        every_year_and_county,
        verdict,
        luck_and_ignorance,
        growth_table,
        wellbeing_table,
        costs_table,
        left_out,
        other_readings,
        ambiguities,
        assumptions,
    )
    blocks = [part(answers, lang) for part in parts]
    blocks.append(_where(answers, lang, charts))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _heading(answers: Answers, lang: str) -> list[str]:
    on = answers["conditional_on"]
    failed = answers["runs_failed"]
    lines = [answers["title"][lang], say(lang, "模型模拟，不是预测", "a model simulation, not a forecast")]
    lines[1] += say(lang, f" · 重复模拟 {answers['runs']} 次", f" · {answers['runs']} replicates")
    if answers.get("households"):
        count = answers["households"]
        count = f"{count:,}" if isinstance(count, int) else str(count)
        if count == "full":
            lines[1] += say(lang, " · 全部农户", " · every household")
        else:
            lines[1] += say(lang, f" · 抽样 {count} 户", f" · {count} households sampled")
    if failed:
        lines[1] += say(lang, f" · 失败 {failed} 次", f" · runs failed: {failed}")
    given = [word(str(on[name]), lang) for name in ("macro", "parameters", "accounting") if on.get(name)]
    if on["macro"] == "published":
        given[0] += say(lang, "（宏观份额因此为零）", " (the macro share is 0 by construction)")
    off = [process[lang] for process in on.get("off", [])]
    given += [say(lang, f"关闭的过程：{'、'.join(off)}", f"processes switched off: {', '.join(off)}")] if off else []
    conditions = say(lang, "前提：", "Conditional on: ") + say(lang, "；", "; ").join(given)
    return [lines[0], "=" * WIDTH, lines[1], *wrap(conditions, WIDTH), *_changed(answers, lang)]


def _changed(answers: Answers, lang: str) -> list[str]:
    """What a change or the command line made of the programme."""
    applied = answers["conditional_on"].get("applied", {})
    kinds = answers.get("kinds", {})
    titles = answers["conditional_on"].get("changes", [])
    parts = [title[lang] for title in titles] if titles else [*applied.get("changes", [])]
    parts += [f"{path} = {value}" for path, value in applied.get("set", {}).items()]
    for name, zh, en in (("with", "加上", "with"), ("without", "去掉", "without")):
        titles = (kinds[kind][lang] if kind in kinds else word(kind, lang) for kind in applied.get(name, []))
        parts += [f"{say(lang, zh, en)} {title}" for title in titles]
    return wrap(say(lang, "改动：", "Changed: ") + say(lang, "；", "; ").join(parts), WIDTH) if parts else []


def _targets(answers: Answers, lang: str) -> list[str]:
    rows = [row for row in answers["targets"] if row["default"] and not row.get("indicator")]
    if not rows:
        return []
    head = say(lang, "目标实现的概率（方括号内为 95% 区间）", "Probability of meeting each target (95 % interval)")
    names = ["", *(word(arm, lang) for arm in ("policy", "null", "half", "double"))]
    names += [say(lang, "余量 10% / 中位 / 90%", "margin p10 / p50 / p90"), say(lang, "单位", "unit")]
    table = columns([names, *(_numbers(row, lang) for row in rows)], [False, *[True] * 5, False])
    lines = [head, "-" * WIDTH, table[0]]
    for row, numbers in zip(rows, table[1:], strict=True):
        lines += [numbers, *_under(row, lang)]
    return lines


def _numbers(row: Answers, lang: str) -> list[str]:
    half, double = row["budget"]["half"], row["budget"]["double"]
    margin = row["margin"]
    spread = " / ".join(quantity(margin[name], row["unit"]) for name in ("p10", "p50", "p90")) if margin else "-"
    return [
        row["id"],
        chance(row["probability"], row["interval"]),
        chance(row["null_probability"], row["null_interval"]),
        chance(half["probability"], None),
        chance(double["probability"], None),
        spread,
        unit(row["unit"], lang),
    ]


def _under(row: Answers, lang: str) -> list[str]:
    """What is said under the numbers of a target: what it is, what spreads its margin, what decides it."""
    title = row[f"title_{lang}"] or row["id"]
    reading = f"{say(lang, '口径：', 'read as: ')}{row[f'reading_{lang}']}"
    if row["distance_to_even"] is not None:
        reading += say(lang, "；", "; ") + _to_even(row["distance_to_even"], row["unit"], lang)
    lines = [f"{title} [{row['clause']}]", reading]
    share = row["variance_share"]
    if share:
        parts = say(lang, "，", ", ").join(f"{word(name, lang)} {100 * part:.0f}%" for name, part in share.items())
        lines.append(say(lang, "余量波动的来源：", "spread of the margin: ") + parts)
    if row["decided_by"]:
        verdict = say(lang, "有无项目结果都一样，取决于：", "the same with and without the programme; decided by: ")
        lines.append(verdict + row["decided_by"][lang])
    if row["sampling_note"]:
        lines.append("! " + row["sampling_note"][lang])
    return ["    " + part for line in lines for part in wrap(line, WIDTH - 4)]


def _to_even(shift: float, unit_name: str, lang: str) -> str:
    """How far the middle run is from just meeting the target: what would make the chances even."""
    amount = f"{quantity(abs(shift), unit_name, signed=False)} {unit(unit_name, lang)}"
    if shift > 0:
        return say(lang, f"距五五开：差 {amount}", f"{amount} short of an even chance")
    return say(lang, f"距五五开：余 {amount}", f"{amount} beyond an even chance")


def _where(answers: Answers, lang: str, charts: Path | None) -> list[str]:
    lines = [f"{say(lang, '运行编号', 'run')} {answers['run_id']} · {say(lang, '种子', 'seed')} {answers['seed']}"]
    if charts is not None:
        lines.append(f"{say(lang, '图表', 'charts')} {charts}")
    return lines
