"""Plans compared: the differences of the main measures, and the path of the list's mean under each plan and without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.charts import gains, style
from results.show_comparison import amounts, later, main_measures, minus, times

COLOURS = ("#1f5f9e", "#c8541b", "#5b9a52", "#9a6bb0", "#e0a526", "#4fb0ae")
"""One a plan, the first one's first."""
ROW_INCHES, MARK_INCHES, LINE_INCHES = 0.24, 0.125, 0.1
"""Height of a measure's name, of each of its differences, and how far either line of the name lies from the middle."""
MONEY = "yuan/person/year"

Compared = Mapping[str, Any]


def write(found: Compared, to: Path) -> list[Path]:
    """Draw every picture of a comparison into a folder; tell which files."""
    to.mkdir(parents=True, exist_ok=True)
    with style.look():
        drawn = [differences(found, to), paths(found, to), *(gains.draw(found, name, to) for name in later(found))]
    return [path for path in drawn if path is not None]


def colour(found: Compared, name: str) -> str:
    """A difference has the colour of the plan it is of."""
    return COLOURS[[side["label"] for side in found["sides"]].index(name.partition("-")[0]) % len(COLOURS)]


def differences(found: Compared, to: Path) -> Path | None:
    """Incomes on the left, rates on the right: every later plan less the first, and each plan less its null arm."""
    told = main_measures(found, "zh")
    english = dict(zip((zh for zh, _ in told), (en for en, _ in main_measures(found, "en")), strict=True))
    parts = [[row for row in told if (row[1]["unit"] == MONEY) is wanted] for wanted in (True, False)]
    if not all(parts):
        return None
    rows = max(map(len, parts))
    height = 2.15 + _row_inches(found) * rows
    figure, left = style.canvas(14, height)
    box = 0.8 / height, 1 - 2.05 / height
    left.set_position((0.155, box[0], 0.215, box[1]))
    right = figure.add_axes((0.655, box[0], 0.22, box[1]))
    for axes, part, title in ((left, parts[0], "元/人·年 yuan per person and year"),
                              (right, parts[1], "百分点（基尼系数 ×100） points (Gini x 100)")):  # fmt: skip
        _forest(axes, found, part, english)
        axes.set_xlabel(title)
        axes.set_ylim(rows - 0.4, -0.6)
    many = len(found["differences"])
    left.legend(loc="lower left", bbox_to_anchor=(-0.65, 1.0), ncols=many, fontsize=9, columnspacing=1.2)
    year = found["last_year"]
    style.titles(
        figure,
        f"{year} 年各方案之差",
        f"Differences between plans in {year}, paired over runs of common luck",
        "横线为 95% 区间；右侧数字为方案之差 bar: 95 % interval; numbers on the right: plan less plan",
    )
    style.corner(figure, corner_of(found))
    return style.save(figure, to / "differences.png")


def corner_of(found: Compared) -> dict[str, Any]:
    """What the corner of a picture says: the first plan, then the others, the conditions and the run."""
    first, *others = ({"zh": f"{side['label']} {side['title']['zh']}"} for side in found["sides"])
    on = {**found["conditional_on"], "changes": others}
    return {"title": first, "conditional_on": on, "run_id": found["run_id"], "runs": found["runs"]}


def _forest(axes: Axes, found: Compared, rows: Sequence[tuple[str, Compared]], english: Mapping[str, str]) -> None:
    names = [*(name for name in found["differences"] if name.endswith("-null")), *later(found)]
    step = 0.62 / max(len(names) - 1, 1)
    for place, (title, row) in enumerate(rows):
        for position, name in enumerate(names):
            at = place - 0.31 + position * step
            _interval(axes, row, name, at, colour(found, name), minus(name, "zh") if place == 0 else None)
        across = axes.get_yaxis_transform()
        apart = LINE_INCHES / _row_inches(found)
        axes.text(-0.03, place - apart, title.strip(), transform=across, ha="right", va="center", fontsize=10)
        plain = english[title].strip().partition(" (")[0]
        axes.text(-0.03, place + apart, plain, transform=across, ha="right", va="center", fontsize=7.5,
                  color=style.FAINT)  # fmt: skip
        lines = [_told(row, name) for name in later(found)]
        axes.text(1.02, place, "\n".join(lines), transform=across, ha="left", va="center", fontsize=8.5)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)


def _row_inches(found: Compared) -> float:
    return ROW_INCHES + MARK_INCHES * len(found["differences"])


def _scale(unit_name: str) -> float:
    return 1.0 if unit_name.startswith("yuan") else 100.0


def _interval(axes: Axes, row: Compared, name: str, at: float, shade: str, label: str | None) -> None:
    told = row["differences"][name]
    if told is None:
        return
    scale = _scale(row["unit"])
    from_null = name.endswith("-null")
    if told["interval"]:
        axes.plot([scale * end for end in told["interval"]], [at, at], color=shade, linewidth=1.6 if from_null else 3.0,
                  alpha=0.65 if from_null else 1.0, solid_capstyle="butt")  # fmt: skip
    axes.plot(scale * told["difference"], at, marker="o" if from_null else "D", markersize=5.5, color=shade,
              markerfacecolor="white" if from_null else shade, linestyle="none", label=label)  # fmt: skip


def _told(row: Compared, name: str) -> str:
    told = row["differences"][name]
    if told is None:
        return "-"
    unit = row["unit"] if row["unit"].startswith("yuan") else "share"
    numbers = amounts([told["difference"], *(told["interval"] or ())], unit)
    return f"{numbers[0]} [{', '.join(numbers[1:])}]"


def paths(found: Compared, to: Path) -> Path | None:
    """Above, the list's mean by year under every plan and without, with the spread over runs; below, quarter by
    quarter, what each plan adds to it, with its interval."""
    yearly = _rows(found, "income_pc")
    quarterly = _rows(found, "income_quarter_pc")
    if not yearly or not quarterly:
        return None
    figure, above = style.canvas(11, 9.2)
    above.set_position((0.09, 0.50, 0.87, 0.385))
    below = figure.add_axes((0.09, 0.075, 0.87, 0.325))
    _levels(above, found, yearly)
    _effects(below, found, quarterly)
    _worth(figure, found, yearly)
    listed = found["sides"][0]["listed"]["zh"]
    style.titles(
        figure,
        f"基期{listed}人均收入：各方案与无项目对照",
        "Mean income of the baseline list under each plan and without, nominal",
        "上：阴影为各次推演的 10%–90%，线为平均 above: band 10th to 90th percentile of runs, line: mean",
    )
    style.corner(figure, corner_of(found))
    return style.save(figure, to / "list_mean.png")


def _rows(found: Compared, measure: str) -> list[Compared]:
    return [row for row in found["series"] if (row["measure"], row["population"]) == (measure, "cohort")]


def _levels(axes: Axes, found: Compared, rows: Sequence[Compared]) -> None:
    labels = [side["label"] for side in found["sides"]]
    nulls = [labels[0]] if found["one_null"] else labels
    cells = [*((f"{label} null", style.NULL) for label in nulls), *((label, colour(found, label)) for label in labels)]
    for index, (cell, shade) in enumerate(cells):
        known = [row for row in rows if row["means"].get(cell) is not None]
        years = [row["year"] + 0.5 for row in known]
        means = [row["means"][cell] for row in known]
        low, high = np.array([row["spread"][cell] for row in known]).T
        null = cell.endswith("null")
        axes.fill_between(years, low, high, color=shade, alpha=0.10, linewidth=0)
        stroke = (0, (2, 1.5)) if null else "solid" if cell == labels[0] else (0, (6, 1.5))
        label = "无项目对照 no programme" if null and index == 0 else None if null else _title(found, cell)
        axes.plot(years, means, color=shade, linewidth=2.2, linestyle=stroke, marker="o", markersize=4, label=label)
    _years(axes, rows)
    axes.set_ylabel("元/人·年 yuan per person and year")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.legend(loc="upper left")


def _title(found: Compared, label: str) -> str:
    return next(f"{label} {side['title']['zh']}" for side in found["sides"] if side["label"] == label)


def _effects(axes: Axes, found: Compared, rows: Sequence[Compared]) -> None:
    """Each plan less its null arm, and the later ones less the first, a quarter's income."""
    for name in found["differences"]:
        known = [row for row in rows if row["differences"][name] is not None]
        when = np.array([row["year"] + (row["quarter"] - 0.5) / 4 for row in known])
        told = [row["differences"][name] for row in known]
        means = np.array([one["difference"] for one in told])
        ends = np.array([one["interval"] or (one["difference"],) * 2 for one in told])
        plans = not name.endswith("-null")
        shade = style.INK if plans and len(found["sides"]) == 2 else colour(found, name)
        axes.fill_between(when, ends[:, 0], ends[:, 1], color=shade, alpha=0.18, linewidth=0)
        axes.plot(when, means, color=shade, linewidth=1.8, linestyle=(0, (1, 1)) if plans else "solid",
                  label=minus(name, "zh"))  # fmt: skip
    axes.axhline(0, color=style.INK, linewidth=0.8)
    _years(axes, rows)
    axes.set_ylabel("元/人·季 yuan per person and quarter")
    axes.legend(loc="upper left", ncols=4, fontsize=9.5)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.12 * (high - low))
    axes.set_title("逐季之差，阴影为 95% 区间 difference by quarter, band: 95 % interval of paired runs", fontsize=9,
                   color=style.FAINT, loc="left")  # fmt: skip


def _years(axes: Axes, rows: Sequence[Compared]) -> None:
    """Years as spans, their name in the middle."""
    years = sorted({row["year"] for row in rows})
    axes.set_xticks([year + 0.5 for year in years], [str(year) for year in years])
    axes.set_xlim(years[0], years[-1] + 1)


def _worth(figure: Figure, found: Compared, rows: Sequence[Compared]) -> None:
    last = next((row for row in rows if row["year"] == found["last_year"]), None)
    if last is None:
        return
    worth = [(name, last["differences"][name]) for name in later(found)]
    parts = [f"{minus(name, 'zh')} ×{times(told['reduction'])}" for name, told in worth if told and told["reduction"]]
    if parts:
        text = "成对推演使方差缩小 variance divided by pairing: " + " · ".join(parts)
        figure.text(0.96, 0.43, text, fontsize=8.5, color=style.FAINT, ha="right")
