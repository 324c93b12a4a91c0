"""What each player adds: shares of list income and of cost side by side, of the targets' chances, and interactions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from results.charts import style
from results.game import CHANCE, COST, INCOME
from results.show_attribution import by_share, outcome_of, tells, writer
from results.tables import wrap
from results.words import quantity

FOLDER_NAME = "charts"
ROW_INCHES, BAR, LABEL_CELLS = 0.46, 0.56, 26
MARKS = (("leave_one_out", "s", "去掉它损失 lost without it"), ("add_one_in", "D", "只做它得到 gained by it alone"))
# More players than this and a cell is too small for a number.
MOST_NUMBERS = 12

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
    left.legend(loc="lower left", bbox_to_anchor=(0.0, 1.08), ncols=3, fontsize=9, columnspacing=1.2)
    _titles(figure, report, "各类措施各带来多少", "What each of them adds: Shapley shares, and first and last",
            "条为 Shapley 份额，横线为 95% 区间 bars: Shapley shares, lines: 95 % intervals")  # fmt: skip
    return style.save(figure, to / "attribution.png")


def _bars(axes: Axes, outcome: Mapping[str, Any], order: list[int]) -> None:
    number, unit_name = writer(outcome, "zh")
    for row, place in enumerate(order):
        found = outcome["players"][place]
        share = found["shapley"]["estimate"]
        axes.barh(row, share, BAR, color=style.POLICY, label=None if row else "Shapley 份额 share")
        _line(axes, row, found["shapley"])
        for name, mark, label in MARKS:
            axes.plot(found[name]["estimate"], row + (0.36 if name == "add_one_in" else -0.36), mark, markersize=4.5,
                      color=style.TARGET if name == "add_one_in" else style.INK, fillstyle="none",
                      label=None if row else label)  # fmt: skip
    for shift, (name, colour) in enumerate((("total", style.DOUBLE), ("apart", style.NULL))):
        axes.barh(len(order) + shift, outcome[name]["estimate"], BAR, color=colour)
        _line(axes, len(order) + shift, outcome[name])
    axes.axhline(len(order) - 0.5, color=style.FAINT, linewidth=0.8)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.set_title(outcome["title"]["zh"], fontsize=11, loc="left")
    axes.set_xlabel(f"{outcome['title']['en']}, {unit_name}")
    axes.xaxis.set_major_formatter(lambda value, _: number(value))


def _line(axes: Axes, row: float, found: Mapping[str, Any]) -> None:
    if found["interval"]:
        axes.hlines(row, *found["interval"], color=style.INK, linewidth=1.3)


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
    cells = 100 * np.array([[one["players"][p]["shapley"]["estimate"] for p in order] for one in moved])
    sure = np.array([[tells(one["players"][place]["shapley"]) for place in order] for one in moved])
    columns = [_short(report["players"][place]["title"]["zh"], 12) for place in order]
    rows = [f"{one['id'].removeprefix(CHANCE)}  {_short(one['title']['zh'], 34)}" for one in moved]
    whole = [f"{100 * one['total']['estimate']:+.0f}" for one in moved]
    figure, axes = _map(cells, sure, rows, columns, "百分点 points", 0.36)
    for row, text in enumerate(whole):
        axes.text(len(order) - 0.35, row, text, fontsize=9.5, va="center", color=style.INK)
    axes.text(len(order) - 0.35, -0.75, "全部 all", fontsize=9, va="center", color=style.FAINT)
    _titles(figure, report, "各类措施把目标的实现概率提高多少", "Points of probability that each adds to each target",
            "Shapley 份额；粗体：95% 区间不含零 Shapley shares; bold: interval without zero")  # fmt: skip
    return style.save(figure, to / "attribution_targets.png")


def interactions(report: Report, to: Path) -> Path | None:
    """Heat map of the pairwise interactions in list income; pairs without an interval stay white."""
    outcome = outcome_of(report, INCOME)
    if not outcome["replicates"] or len(report["players"]) < 2:
        return None
    players = len(report["players"])
    cells, sure = np.full((players, players), np.nan), np.zeros((players, players), bool)
    for found in outcome["interactions"]:
        one, other = found["pair"]
        if found["interval"]:
            cells[one, other] = cells[other, one] = found["estimate"]
            sure[one, other] = sure[other, one] = tells(found)
    if not np.isfinite(cells).any():
        return None
    names = [_short(player["title"]["zh"], 14) for player in report["players"]]
    figure, _ = _map(cells, sure, names, names, "元/人·年 yuan/person/year", 0.22)
    _titles(figure, report, "哪些措施相互增强，哪些相互替代", f"Pairwise interactions: {outcome['title']['en']}",
            "蓝：相互增强，橙：相互替代；粗体或点：95% 区间不含零 blue: help, orange: replace; bold, dot: sure")  # fmt: skip
    return style.save(figure, to / "attribution_interactions.png")


def _map(
    cells: np.ndarray, sure: np.ndarray, rows: list[str], columns: list[str], unit: str, margin: float
) -> tuple[Figure, Axes]:
    """Cells coloured around zero, with their numbers while there is room for them."""
    height = 3.4 + 0.4 * len(rows)
    figure, axes = style.canvas(12, height)
    axes.set_position((margin, 0.7 / height, 0.9 - margin, 1 - 2.9 / height))
    largest = max(float(np.nanmax(np.abs(cells))), 1e-9)
    shown = axes.imshow(cells, cmap="PuOr", norm=TwoSlopeNorm(0.0, -largest, largest), aspect="auto")
    for row, column in np.argwhere(np.isfinite(cells)):
        if len(columns) <= MOST_NUMBERS:
            text, weight = quantity(cells[row, column], "yuan"), "bold" if sure[row, column] else "normal"
        else:
            text, weight = "•" if sure[row, column] else "", "normal"
        pale = abs(cells[row, column]) < 0.6 * largest
        axes.text(column, row, text, ha="center", va="center", fontsize=9.5, fontweight=weight,
                  color=style.INK if pale else "white")  # fmt: skip
    axes.set_yticks(range(len(rows)), rows, fontsize=9.5)
    upright = len(columns) > MOST_NUMBERS
    turned: dict[str, Any] = {"rotation": 60, "ha": "left"} if upright else {}
    axes.set_xticks(range(len(columns)), columns, fontsize=9.5, **turned)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    figure.colorbar(shown, cax=figure.add_axes((0.95, 0.9 / height, 0.012, 1 - 3.3 / height)), label=unit)
    return figure, axes


def _short(name: str, cells: int = LABEL_CELLS) -> str:
    """A name on as many lines as it takes."""
    return "\n".join(wrap(name, cells))


def _titles(figure: Figure, report: Report, zh: str, en: str, note: str) -> None:
    style.titles(figure, zh, en, note)
    style.corner(figure, report)
