"""The probability of each target with its interval: with the programme, without it, at half and double the budget."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from results.charts import style
from results.tables import wrap

ZH_CELLS, EN_CELLS = 46, 72
ROW_INCHES = 0.92


def draw(answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw the default readings, one row a target; None where there is none."""
    rows = [row for row in answers["targets"] if row["default"] and row["probability"] is not None]
    if not rows:
        return None
    height = 2.1 + ROW_INCHES * len(rows)
    figure, axes = style.canvas(10, height)
    axes.set_position((0.40, 0.85 / height, 0.55, 1 - 2.05 / height))
    for place, row in enumerate(rows):
        _draw_row(axes, row, place)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("实现目标的概率 probability of meeting the target")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, handletextpad=0.3, columnspacing=1.2, fontsize=9)
    style.titles(
        figure,
        "目标实现的概率",
        "Probability of meeting each target, default reading",
        f"横线为 {100 * rows[0]['level']:g}% 区间 bar: {100 * rows[0]['level']:g} % interval",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "target_probabilities.png")


def _draw_row(axes: Axes, row: dict[str, Any], place: int) -> None:
    first = place == 0
    for chance, interval, shift, colour, label in (
        (row["probability"], row["interval"], -0.06, style.POLICY, "有项目 policy"),
        (row["null_probability"], row["null_interval"], 0.22, style.NULL, "无项目 null"),
    ):
        _interval(axes, chance, interval, place + shift, colour, label if first else None)
    for arm, shift, colour, marker, label in (
        ("half", -0.25, style.HALF, "v", "预算减半 half"),
        ("double", -0.39, style.DOUBLE, "^", "预算加倍 double"),
    ):
        chance = row["budget"][arm]["probability"]
        if chance is not None:
            axes.plot(chance, place + shift, marker=marker, color=colour, markersize=6.5, linestyle="none",
                      clip_on=False, label=label if first else None)  # fmt: skip
    _name(axes, row, place)


def _interval(
    axes: Axes, chance: float | None, interval: list[float] | None, place: float, colour: str, label: str | None
) -> None:
    if chance is None or interval is None:
        return
    axes.plot(interval, [place, place], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt", clip_on=False)
    axes.plot(chance, place, marker="o", color=colour, markersize=8, linestyle="none", label=label, clip_on=False)


def _name(axes: Axes, row: dict[str, Any], place: int) -> None:
    """Title in Chinese with its reading under it, then both in English, to the left of the row."""
    zh = wrap(row["title_zh"] or row["id"], ZH_CELLS)[:2]
    small = wrap(f"{row['id']} · 口径：{row['reading_zh']}", EN_CELLS)[:1]
    small += wrap(f"{row['title_en']} · {row['reading_en']}", EN_CELLS)[:2]
    under = place - 0.42 + 0.23 * len(zh)
    text: dict[str, Any] = dict(transform=axes.get_yaxis_transform(), clip_on=False, va="top")
    axes.text(-0.69, place - 0.42, "\n".join(zh), fontsize=10.5, color=style.INK, **text)
    axes.text(-0.69, under, "\n".join(small), fontsize=7.5, linespacing=1.3, color=style.FAINT, **text)
