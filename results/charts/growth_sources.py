"""Where the growth of the baseline list came from: points by component, households with and without labour apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from results.charts import style
from results.ensemble import Ensemble, last_values
from results.words import listed, pair
from simulator.yearly import PARTS

PANELS = (("cohort able", "有劳动力的户 households with labour"), ("cohort unable", "无劳动力的户 without labour"))
BAR = 0.36
SHIFT = {"policy": -BAR / 2 - 0.01, "null": BAR / 2 + 0.01}


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw two bars a component, policy and null, in a panel each for both groups; None without the series."""
    points = {(who, arm): _points(ensemble, arm, who) for who, _ in PANELS for arm in SHIFT}
    if all(points[who, "policy"] is None for who, _ in PANELS):
        return None
    figure, left = style.canvas(11, 5.4)
    right = figure.add_axes((0.55, 0.1, 0.42, 0.1), sharey=left)
    for axes, place, (who, title) in zip((left, right), (0.075, 0.555), PANELS, strict=True):
        axes.set_position((place, 0.95 / 5.4, 0.42, 1 - 2.25 / 5.4))
        for arm, shift in SHIFT.items():
            found = points[who, arm]
            if found is not None:
                _bars(axes, found, shift, arm == "policy")
        axes.set_title(title, fontsize=11, loc="left")
        axes.axhline(0, color=style.INK, linewidth=0.8)
        words = [pair(f"{part}_pc") for part in PARTS]
        axes.set_xticks(range(len(PARTS)), [f"{word['zh']}\n{word['en']}" for word in words], fontsize=9.5)
        axes.grid(axis="x", visible=False)
        axes.margins(y=0.12)
    left.set_ylabel("占基期收入的百分点 points of year-0 income")
    right.legend(loc="lower right", bbox_to_anchor=(1.0, 1.08), ncols=2, borderaxespad=0)
    style.titles(
        figure,
        f"{listed(answers, 'zh')}收入增长的来源",
        f"Sources of the baseline list's growth to {answers['years'][1]}, nominal, mean over runs",
        "竖线为各次模拟的 10%–90% line: 10th to 90th percentile over runs",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "growth_sources.png")


def _points(ensemble: Ensemble, arm: str, who: str) -> np.ndarray | None:
    """Points added by each component, (runs, 4)."""
    columns = [last_values(ensemble, arm, f"growth_from_{part}", [who]) for part in PARTS]
    found = [100 * column[:, 0] for column in columns if column is not None]
    return np.stack(found, axis=1) if len(found) == len(PARTS) else None


def _bars(axes: Axes, points: np.ndarray, shift: float, policy: bool) -> None:
    at, means = np.arange(len(PARTS)) + shift, points.mean(axis=0)
    low, high = np.quantile(points, (0.1, 0.9), axis=0)
    colour, label = (style.POLICY, "有项目 with the programme") if policy else (style.NULL, "无项目对照 no programme")
    axes.bar(at, means, BAR, color=colour, alpha=1.0 if policy else 0.55, linewidth=0, label=label)
    axes.vlines(at, low, high, color=style.INK, linewidth=1.2)
    for place, mean, end in zip(at, means, np.maximum(high, 0.0), strict=True):
        axes.annotate(f"{mean:+.1f}", (place, end), xytext=(0, 3), textcoords="offset points", ha="center",
                      fontsize=8.5, color=style.INK)  # fmt: skip
