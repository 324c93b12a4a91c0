"""Whose income grew: growth of each twentieth of persons over the period, with the programme and without it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from results.charts import style
from results.ensemble import Ensemble, last_values

GROUPS = 20
SPREAD = (0.1, 0.5, 0.9)
PANELS = (("rural", "全体农村居民 all rural persons"), ("cohort", "基期名单农户 baseline list"))
LOOKS = (("null", style.NULL, "无项目对照 no programme"), ("policy", style.POLICY, "有项目 with the programme"))


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw the growth-incidence curves, all rural persons left and the list right; None without the series."""
    curves = {(who, arm): _curve(ensemble, arm, who) for who, _ in PANELS for arm, *_ in LOOKS}
    if curves["rural", "policy"] is None:
        return None
    figure, left = style.canvas(11, 5.6)
    right = figure.add_axes((0.55, 0.1, 0.42, 0.1))
    for axes, place, (who, title) in zip((left, right), (0.075, 0.56), PANELS, strict=True):
        axes.set_position((place, 0.85 / 5.6, 0.41, 1 - 2.15 / 5.6))
        for arm, colour, label in LOOKS:
            found = curves[who, arm]
            if found is not None:
                _band(axes, found, colour, label)
        axes.set_title(title, fontsize=11, loc="left")
        axes.set_xlim(0, 100)
        axes.set_ylim(*_reach([curve for (group, _), curve in curves.items() if group == who and curve is not None]))
        axes.set_xlabel("按人均收入由低到高的人口百分位 percentile of persons, poorest first", fontsize=9.5)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    first, last = answers["years"]
    left.set_ylabel(f"{first - 1}—{last} 年累计增幅 growth, {first - 1} to {last}")
    right.legend(loc="lower right", bbox_to_anchor=(1.0, 1.08), ncols=2, borderaxespad=0)
    style.titles(
        figure,
        "谁的收入增长更快",
        "Growth of per-capita income by twentieth of persons, nominal, groups drawn anew in each year",
        "线为中位，阴影为 10%–90%，过宽处截断 line: median, band: 10th to 90th percentile, cut if wide",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "growth_incidence.png")


def _curve(ensemble: Ensemble, arm: str, who: str) -> np.ndarray | None:
    """Percentiles of SPREAD over runs of each twentieth's growth, per cent (3, 20)."""
    values = last_values(ensemble, arm, "growth_incidence", [f"{who} {n + 1:02d}/{GROUPS}" for n in range(GROUPS)])
    return None if values is None else np.asarray(100 * np.quantile(values, SPREAD, axis=0))


def _reach(curves: list[np.ndarray]) -> tuple[float, float]:
    """The axis of a panel: all of the medians and nothing, and of the bands as much again on either side. Where the
    poorest start from next to nothing their growth may be any number, which would flatten all the rest."""
    low, middle, high = (np.concatenate([curve[row] for curve in curves]) for row in range(len(SPREAD)))
    bottom, top = min(0.0, float(np.nanmin(middle))), max(0.0, float(np.nanmax(middle)))
    room = max(top - bottom, 1.0)
    under, over = max(float(np.nanmin(low)), bottom - room), min(float(np.nanmax(high)), top + room)
    return min(bottom, under), max(top, over) + 0.05 * room


def _band(axes: Axes, curve: np.ndarray, colour: str, label: str) -> None:
    low, middle, high = curve
    at = (np.arange(GROUPS) + 0.5) * 100 / GROUPS
    axes.fill_between(at, low, high, color=colour, alpha=0.22, linewidth=0)
    axes.plot(at, middle, color=colour, linewidth=2.2, marker="o", markersize=3.5, label=label)
