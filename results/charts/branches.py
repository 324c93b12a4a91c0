"""The mean income of the baseline list with the fork where the futures part, and how surely each meets the targets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from results.branches import PLAN
from results.charts import style
from results.show_branches import letters, parting
from results.tables import wrap

COLOURS = (style.POLICY, *(colour for colour in style.PALETTE if colour != style.POLICY))
NAME_CELLS = 42


def draw(report: Mapping[str, Any], to: Path) -> list[Path]:
    """Both pictures: `branches_list_mean.png` and `branches_targets.png`."""
    return [_list_mean(report, to), _targets(report, to)]


def _list_mean(report: Mapping[str, Any], to: Path) -> Path:
    """The path with its spread up to the fork, and from there a line a future, above how far each parts from the
    plan."""
    figure, axes = style.canvas(10, 8.2)
    lines = (len(report["futures"]) + 2) // 2
    axes.set_position((0.09, 0.405, 0.86, 0.475 - 0.03 * lines))
    below = figure.add_axes((0.09, 0.085, 0.86, 0.27), sharex=axes)
    mean, called = report["list_mean"], letters(report)
    years, fork = np.array(mean["years"]), fork_of(report)
    _spread(axes, years, np.array(mean["paths"]["null"]), style.NULL, "无项目对照 no programme")
    for place, future in enumerate(report["futures"]):
        colour = COLOURS[place % len(COLOURS)]
        label = f"{called[future['name']]}  {_both(future['title'])}"
        paths = np.array(mean["paths"][future["name"]])
        if future["name"] == PLAN:
            _spread(axes, years, paths, colour, label)
        else:
            since = years >= fork - 0.75
            axes.plot(years[since], paths[1][since], color=colour, linewidth=2.2, marker="o", markersize=4, label=label)
            _difference(below, years[since], mean["from_plan"][future["name"]][-since.sum() :], colour, place)
    for part in (axes, below):
        part.axvline(fork, color=style.INK, linewidth=1.0, linestyle=(0, (4, 3)))
        part.grid(axis="x", visible=False)
    at = f"{report['at'][0]}Q{report['at'][1]}"
    below.annotate(f"分叉 fork {at}", (fork, 1.0), xycoords=("data", "axes fraction"), xytext=(-5, -4), ha="right",
                  textcoords="offset points", va="top", fontsize=10, color=style.INK)  # fmt: skip
    below.axhline(0, color=COLOURS[0], linewidth=1.6)
    axes.set_ylabel("元/人·年 yuan/person/year")
    below.set_ylabel("与 A 之差 less A")
    for part in (axes, below):
        part.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=9.5, borderaxespad=0.2)
    axes.tick_params(labelbottom=False)
    below.set_xticks(years)
    below.set_xlim(years[0] - 0.15, years[-1] + 0.35)
    style.titles(
        figure,
        f"{report['listed']['zh']}人均可支配收入：{at} 起的几种将来",
        f"Mean income of the baseline list, nominal: futures from {at} on",
        "线为中位，阴影 10%–90%；下：成对之差与 95% 区间 line: median, band: 10–90 %; below: paired difference",
    )
    style.corner(figure, report)
    return style.save(figure, to / "branches_list_mean.png")


def _both(title: Mapping[str, str]) -> str:
    """A title in both languages, but once where they end in the same number."""
    same = title["zh"].split()[-1] == title["en"].split()[-1]
    return title["zh"] if same else f"{title['zh']} {title['en']}"


def fork_of(report: Mapping[str, Any]) -> float:
    """Where the fork lies among yearly values, each of which stands at its year's number and closes that year."""
    year, quarter = report["at"]
    return float(year - 1 + 0.25 * (quarter - 1))


def _spread(axes: Axes, years: np.ndarray, paths: np.ndarray, colour: str, label: str) -> None:
    low, middle, high = paths
    axes.fill_between(years, low, high, color=colour, alpha=0.16, linewidth=0)
    axes.plot(years, middle, color=colour, linewidth=2.2, marker="o", markersize=4, label=label)


def _difference(axes: Axes, years: np.ndarray, told: list[Mapping[str, Any]], colour: str, place: int) -> None:
    """Differences side by side, so that intervals of several futures are told apart."""
    shifted = years + 0.05 * (place - 1)
    axes.plot(shifted, [one["difference"] for one in told], color=colour, linewidth=1.6, marker="o", markersize=4)
    for year, one in zip(shifted, told, strict=True):
        if one["interval"]:
            axes.plot([year, year], one["interval"], color=colour, linewidth=3.5, alpha=0.4, solid_capstyle="butt")


def _targets(report: Mapping[str, Any], to: Path) -> Path:
    """A row a target on which the futures part (all of the document's where they part on none), a point and interval a
    future, the null arm last."""
    rows = parting(report) or [row for row in report["targets"] if row["default"] and row["id"].startswith("T-")]
    called = letters(report)
    each = 0.24 * (len(called) + 1) + 0.15
    each = max(each, 0.85)
    height = 2.4 + each * len(rows)
    figure, axes = style.canvas(10, height)
    axes.set_position((0.37, 0.8 / height, 0.58, 1 - 2.3 / height))
    step = 0.8 / (len(called) + 1)
    for place, row in enumerate(rows):
        null = row["futures"][PLAN]["null"]
        marks = [(row["futures"][name], COLOURS[at % len(COLOURS)], called[name]) for at, name in enumerate(called)]
        for order, (of, colour, label) in enumerate([*marks, (null, style.NULL, "无项目 null")]):
            _point(axes, of, place - 0.4 + step * (order + 0.5), colour, label if place == 0 else None)
        _name(axes, row, place, 1 / each)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_yticks(np.arange(len(rows) - 1) + 0.5, [])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("实现目标的概率 probability of meeting the target")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(called) + 1, handletextpad=0.3, fontsize=9)
    at = f"{report['at'][0]}Q{report['at'][1]}"
    told = wrap(
        " · ".join(f"{called[f['name']]} {f['title']['zh']} {f['title']['en']}" for f in report["futures"]), 150
    )
    same = sum(row["default"] for row in report["targets"]) - len(rows)
    others = f"其余 {same} 个结论相同 alike on {same} more"
    style.titles(
        figure,
        f"目标实现的概率：{at} 起的几种将来",
        f"Probability of meeting the targets, {100 * report['level']:g} % interval: futures from {at} on · {others}",
        "\n".join(told[:2]),
    )
    style.corner(figure, report)
    return style.save(figure, to / "branches_targets.png")


def _name(axes: Axes, row: Mapping[str, Any], place: int, inch: float) -> None:
    """Title in Chinese with its reading, then both in English, to the left of the row; `inch` in units of rows."""
    zh = wrap(row["title_zh"], NAME_CELLS)[:2]
    small = wrap(f"{row['id']} · 口径：{row['reading_zh']}", NAME_CELLS + 14)[:1]
    small += wrap(f"{row['title_en']} · {row['reading_en']}", NAME_CELLS + 14)[:2]
    look: dict[str, Any] = dict(transform=axes.get_yaxis_transform(), clip_on=False, va="top")
    axes.text(-0.61, place - 0.42, "\n".join(zh), fontsize=10, color=style.INK, **look)
    under = place - 0.42 + 0.2 * inch * len(zh)
    axes.text(-0.61, under, "\n".join(small), fontsize=7.2, linespacing=1.25, color=style.FAINT, **look)


def _point(axes: Axes, of: Mapping[str, Any], place: float, colour: str, label: str | None) -> None:
    if of["probability"] is None or of["interval"] is None:
        return
    axes.plot(of["interval"], [place, place], color=colour, linewidth=4, alpha=0.35, solid_capstyle="butt",
              clip_on=False)  # fmt: skip
    axes.plot(of["probability"], place, marker="o", color=colour, markersize=6.5, linestyle="none", label=label,
              clip_on=False)  # fmt: skip
