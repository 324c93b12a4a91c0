"""The mean income of the baseline list over the years: with the programme, without it, and what the target asks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from results.charts import style
from results.ensemble import Ensemble, yearly
from results.words import listed

GROWTH_TARGET = "T-G10"
SPREAD = (0.1, 0.5, 0.9)


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw the 10th to 90th percentile over runs as a band and the middle run as a line; None without the series."""
    bands = {arm: _band(ensemble, arm) for arm in ("policy", "null")}
    if bands["policy"] is None:
        return None
    figure, axes = style.canvas(10, 6.4)
    looks = {
        "null": (style.NULL, "无项目对照 no programme", -12),
        "policy": (style.POLICY, "有项目 with the programme", 10),
    }
    for arm, band in bands.items():
        if band is not None:
            colour, label, lift = looks[arm]
            _draw_band(axes, *band, colour, label, lift)
    years, middle = bands["policy"]
    _draw_target(axes, _growth(answers), years, middle[1, 0])
    axes.set_xticks(years)
    axes.set_xlim(years[0] - 0.15, years[-1] + 0.75)
    axes.set_ylabel("元/人·年 yuan per person and year")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.legend(loc="upper left")
    style.titles(
        figure,
        f"{listed(answers, 'zh')}人均可支配收入",
        "Mean per-capita disposable income of the baseline list, nominal",
        "基期名单，名义值；阴影为各次模拟的 10%–90%，线为中位 band: 10th to 90th percentile over runs, line: median",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "list_mean.png")


def _band(ensemble: Ensemble, arm: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Years, and the percentiles of SPREAD over runs by year, (3, years)."""
    runs = [yearly(record, "income_pc", "cohort") for record in ensemble.runs(arm).values()]
    years = sorted(set.intersection(*(set(run) for run in runs))) if runs else []
    if not years:
        return None
    table = np.array([[run[year] for year in years] for run in runs])
    return np.array(years), np.quantile(table, SPREAD, axis=0)


def _draw_band(axes: Axes, years: np.ndarray, band: np.ndarray, colour: str, label: str, lift: float) -> None:
    low, middle, high = band
    axes.fill_between(years, low, high, color=colour, alpha=0.22, linewidth=0)
    axes.plot(years, middle, color=colour, linewidth=2.4, marker="o", markersize=4.5, label=label)
    axes.annotate(f"{middle[-1]:,.0f}", (years[-1], middle[-1]), xytext=(8, lift), textcoords="offset points",
                  color=colour, fontweight="bold", va="center")  # fmt: skip


def _draw_target(axes: Axes, growth: float | None, years: np.ndarray, start: float) -> None:
    """The path that grows by the target's rate from the year-0 mean, where the programme has such a target."""
    if growth is None:
        return
    path = start * (1 + growth) ** (years - years[0])
    label = f"目标：每年增长 {100 * growth:g}% ({GROWTH_TARGET}) target: {100 * growth:g} % a year"
    axes.plot(years, path, color=style.TARGET, linewidth=1.8, linestyle=(0, (5, 3)), label=label)


def _growth(answers: Mapping[str, Any]) -> float | None:
    """The yearly growth that the target asks, if the programme has it."""
    asked = (row["threshold"] for row in answers["targets"] if row["id"] == GROWTH_TARGET)
    return next(asked, None)
