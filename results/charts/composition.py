"""What the income of the baseline list is made of, year by year, with the programme and without it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from results.charts import style
from results.ensemble import Ensemble, yearly
from results.words import listed, pair

COMPONENTS = ("wage_pc", "business_pc", "property_pc", "transfer_pc")
BAR = 0.36


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw two stacked bars a year, policy and null; None where the components were not recorded."""
    means = {arm: _means(ensemble, arm) for arm in ("policy", "null")}
    if means["policy"] is None:
        return None
    figure, axes = style.canvas(10, 6.4)
    for arm, shift, fade in (("policy", -BAR / 2 - 0.01, 1.0), ("null", BAR / 2 + 0.01, 0.45)):
        found = means[arm]
        if found is not None:
            _stack(axes, *found, shift, fade)
            _whisker(axes, ensemble, arm, shift)
    years = means["policy"][0]
    axes.set_xticks(years)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel("元/人·年 yuan per person and year")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    _legend(axes)
    style.titles(
        figure,
        f"{listed(answers, 'zh')}收入构成",
        "Income of the baseline list by component, nominal, mean over runs",
        "深色为有项目，浅色为无项目对照；竖线为总收入各次模拟的 10%–90% "
        "dark: with the programme, pale: without; line: 10th to 90th percentile of the total",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "income_components.png")


def _means(ensemble: Ensemble, arm: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Years, and the mean over runs of each component by year, (components, years)."""
    runs = ensemble.runs(arm).values()
    series = [[yearly(record, name, "cohort") for name in COMPONENTS] for record in runs]
    years = sorted(set.intersection(*(set(values) for run in series for values in run))) if series else []
    if not years:
        return None
    table = np.array([[[values[year] for year in years] for values in run] for run in series])
    return np.array(years), table.mean(axis=0)


def _stack(axes: Axes, years: np.ndarray, means: np.ndarray, shift: float, fade: float) -> None:
    """Stack the components; what is negative goes below the line."""
    above, below = np.zeros(len(years)), np.zeros(len(years))
    for component, colour in zip(means, style.PALETTE, strict=False):
        base = np.where(component >= 0, above, below)
        axes.bar(years + shift, component, BAR, bottom=base, color=colour, alpha=fade, linewidth=0)
        above += np.maximum(component, 0)
        below += np.minimum(component, 0)


def _whisker(axes: Axes, ensemble: Ensemble, arm: str, shift: float) -> None:
    totals = [yearly(record, "income_pc", "cohort") for record in ensemble.runs(arm).values()]
    for year in sorted(set.intersection(*(set(run) for run in totals))):
        low, high = np.quantile([run[year] for run in totals], (0.1, 0.9))
        axes.plot([year + shift] * 2, [low, high], color=style.INK, linewidth=1.4, solid_capstyle="butt")


def _legend(axes: Axes) -> None:
    handles = []
    for name, colour in zip(COMPONENTS, style.PALETTE, strict=False):
        words = pair(name)
        handles.append(Patch(color=colour, label=f"{words['zh']} {words['en']}"))
    axes.legend(handles=handles[::-1], loc="upper left")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * 1.18)
