"""What each player adds: shares of list income and of cost side by side, of the targets' chances, and interactions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from results.charts import style
from results.game import CHANCE, COST, INCOME
from results.show_attribution import by_share, outcome_of, size_of, tells
from results.tables import wrap

FOLDER_NAME = "charts"
ROW_INCHES, BAR, LABEL_CELLS, ROW_CELLS = 0.46, 0.56, 26, 42
MARKS = (
    ("leave_one_out", "s", style.INK, -0.36, "去掉它损失 lost without it"),
    ("add_one_in", "D", style.TARGET, 0.36, "只做它得到 gained by it alone"),
)
# More players than this and a cell is too small for a number.
MOST_NUMBERS = 9
NOTE, NOTE_EN = "；粗体或点：95% 区间不含零", "; bold or dot: 95 % interval without zero"
NOTHING = "#ececec"
UNKNOWN: Mapping[str, Any] = {"estimate": None, "interval": None}

Report = Mapping[str, Any]


def write(report: Report, folder: Path) -> list[Path]:
    """Draw every picture there are numbers for into `charts` in a run's folder; tell which files."""
    to = folder / FOLDER_NAME
    to.mkdir(parents=True, exist_ok=True)
    with style.look():
        drawn = (shares(report, to), chances(report, to), interactions(report, to))
    return [path for path in drawn if path is not None]


def shares(report: Report, to: Path) -> Path | None:
    """A bar a player for list income and for cost, its interval, and what it adds last and first beside it; under them
    what all kinds add, and how far no kind is from the null arm."""
    income, cost = outcome_of(report, INCOME), outcome_of(report, COST)
    if not income["replicates"]:
        return None
    order = by_share(income)
    names = [_short(report["players"][place]["title"]["zh"]) for place in order]
    rows = len(order) + 2
    height = 2.75 + ROW_INCHES * rows
    figure, left = style.canvas(12, height)
    right = figure.add_axes((0.6, 0.1, 0.38, 0.1))
    for axes, outcome, place, wide in ((left, income, 0.19, 0.42), (right, cost, 0.66, 0.31)):
        axes.set_position((place, 0.85 / height, wide, 1 - 2.55 / height))
        _bars(axes, outcome, order)
        axes.set_ylim(rows - 0.4, -0.7)
        axes.grid(axis="y", visible=False)
    left.set_yticks(range(rows), [*names, "全部 − 没有 all - none", "没有 − 对照 none - null"])
    right.set_yticks(range(rows), [""] * rows)
    figure.legend(*left.get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0.18, 1 - 1.0 / height), ncols=3,
                  fontsize=9, columnspacing=1.2)  # fmt: skip
    _titles(figure, report, "各类措施各带来多少", "What each of them adds: Shapley shares, and first and last",
            "条为 Shapley 份额，横线为 95% 区间 bars: Shapley shares, lines: 95 % intervals")  # fmt: skip
    return style.save(figure, to / "attribution.png")


def _bars(axes: Axes, outcome: Mapping[str, Any], order: list[int]) -> None:
    scale, unit_name = size_of(outcome, "zh")
    for row, place in enumerate(order):
        found = outcome["players"][place]
        _bar(axes, row, found["shapley"], scale, style.POLICY, None if row else "Shapley 份额 share")
        for name, mark, colour, shift, label in MARKS:
            axes.plot(found[name]["estimate"] / scale, row + shift, mark, markersize=4.5, color=colour,
                      markerfacecolor="white", label=None if row else label)  # fmt: skip
    for below, (name, colour) in enumerate((("total", style.DOUBLE), ("apart", style.NULL))):
        _bar(axes, len(order) + below, outcome[name], scale, colour)
    axes.axhline(len(order) - 0.5, color=style.FAINT, linewidth=0.8)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.set_title(outcome["title"]["zh"], fontsize=11, loc="left")
    axes.set_xlabel(f"{outcome['title']['en']}, {unit_name}")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")


def _bar(axes: Axes, row: int, found: Mapping[str, Any], scale: float, colour: str, label: str | None = None) -> None:
    axes.barh(row, found["estimate"] / scale, BAR, color=colour, label=label)
    if found["interval"]:
        low, high = found["interval"]
        axes.hlines(row, low / scale, high / scale, color=style.FAINT, linewidth=1.6)


def chances(report: Report, to: Path) -> Path | None:
    """Heat map: points of probability that each player adds to each target it moves, in Shapley shares."""
    moved = [
        one
        for one in report["outcomes"]
        if one["id"].startswith(CHANCE) and any(found["shapley"]["estimate"] for found in one["players"])
    ]
    if not moved:
        return None
    order = by_share(outcome_of(report, INCOME))
    cells = [[one["players"][place]["shapley"] for place in order] + [one["total"]] for one in moved]
    rows = [f"{one['id'].removeprefix(CHANCE)}  {one['title']['zh']}" for one in moved]
    names = [report["players"][place]["title"]["zh"] for place in order]
    figure, axes = _map(cells, rows, [*names, "全部 − 没有"], 0.31, 100.0)
    axes.axvline(len(order) - 0.5, color=style.INK, linewidth=0.8)
    _titles(figure, report, "各类措施把目标的实现概率提高多少", "What each adds to the probability of each target",
            f"百分点，Shapley 份额{NOTE} points, Shapley shares{NOTE_EN}")  # fmt: skip
    return style.save(figure, to / "attribution_targets.png")


def interactions(report: Report, to: Path) -> Path | None:
    """Heat map of the pairwise interactions in list income; pairs without an interval stay grey."""
    outcome = outcome_of(report, INCOME)
    players = len(report["players"])
    cells: list[list[Mapping[str, Any]]] = [[UNKNOWN] * players for _ in range(players)]
    for found in outcome["interactions"]:
        one, other = found["pair"]
        if found["interval"]:
            cells[one][other] = cells[other][one] = found
    if not any(found["interval"] for found in outcome["interactions"]):
        return None
    names = [player["title"]["zh"] for player in report["players"]]
    figure, _ = _map(cells, names, names, 0.22, 1.0)
    seldom, seldom_en = ("，灰：相遇太少", ", grey: seen too seldom") if report["orders"] else ("", "")
    _titles(figure, report, "哪些措施相互增强，哪些相互替代",
            f"Pairwise interactions: {outcome['title']['en']}; blue: help, orange: replace{seldom_en}",
            f"{outcome['title']['zh']}，元/人·年；蓝增强，橙替代{seldom}{NOTE} {outcome['unit']}{NOTE_EN}")  # fmt: skip
    return style.save(figure, to / "attribution_interactions.png")


def _map(
    cells: Sequence[Sequence[Mapping[str, Any]]], rows: list[str], columns: list[str], margin: float, scale: float
) -> tuple[Figure, Axes]:
    """Cells coloured around zero. While there is room each has its number and interval; else a dot where it is sure."""
    roomy = len(columns) <= MOST_NUMBERS
    above, each = (1.75, 0.52) if roomy else (2.9, 0.3)
    height = above + 0.55 + each * len(rows)
    figure, axes = style.canvas(12, height)
    axes.set_position((margin, 0.5 / height, 0.92 - margin, each * len(rows) / height))
    values = np.array([[math.nan if one["estimate"] is None else one["estimate"] for one in row] for row in cells])
    largest = max(float(np.nanmax(np.abs(values))), 1e-9) * scale
    colours = LinearSegmentedColormap.from_list("around zero", [style.TARGET, "#ffffff", style.POLICY])
    axes.set_facecolor(NOTHING)
    shown = axes.imshow(scale * values, cmap=colours, norm=Normalize(-largest, largest), aspect="auto")
    for (row, column), one in ((at, cells[at[0]][at[1]]) for at in np.argwhere(np.isfinite(values))):
        text = "•" if tells(one) and not roomy else ""
        if roomy and one["interval"]:
            mean, low, high = (f"{round(scale * value):+,}" for value in (one["estimate"], *one["interval"]))
            text = f"{mean}\n[{low}, {high}]"
        pale = abs(scale * values[row, column]) < 0.6 * largest
        axes.text(column, row, text, ha="center", va="center", fontsize=8.5,
                  fontweight="bold" if tells(one) else "normal", color=style.INK if pale else "white")  # fmt: skip
    small = 9.5 if roomy else 8.5
    axes.set_yticks(range(len(rows)), rows if not roomy else [_short(row, ROW_CELLS) for row in rows], fontsize=small)
    turned: dict[str, Any] = {} if roomy else {"rotation": 60, "ha": "left", "rotation_mode": "anchor"}
    axes.set_xticks(range(len(columns)), [_short(name, 14) if roomy else name for name in columns],
                    fontsize=small, **turned)  # fmt: skip
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.hlines(np.arange(len(rows) - 1) + 0.5, -0.5, len(columns) - 0.5, color="white", linewidth=1)
    axes.vlines(np.arange(len(columns) - 1) + 0.5, -0.5, len(rows) - 0.5, color="white", linewidth=1)
    bar = figure.colorbar(shown, cax=figure.add_axes((0.935, 0.5 / height, 0.012, each * len(rows) / height)))
    bar.ax.tick_params(labelsize=8.5)
    return figure, axes


def _short(name: str, cells: int = LABEL_CELLS) -> str:
    """A name on as many lines as it takes."""
    return "\n".join(wrap(name, cells))


def _titles(figure: Figure, report: Report, zh: str, en: str, note: str) -> None:
    style.titles(figure, zh, en, note)
    style.corner(figure, report)
