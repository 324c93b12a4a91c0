"""Who got the money: shares of programme money and of all public money by tenth of income before public money."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from results.charts import style
from results.ensemble import Ensemble, last_values

GROUPS = 10
BAR = 0.38
NEUTRAL = 100 / GROUPS
PANELS = (("incidence_support", "项目资金 programme money"), ("incidence_public", "全部公共资金 all public money"))
ARMS = (
    ("policy", -BAR / 2 - 0.01, style.POLICY, 1.0, "有项目 with the programme"),
    ("null", BAR / 2 + 0.01, style.NULL, 0.55, "无项目对照 no programme"),
)


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw a bar a tenth and arm in a panel each for both kinds of money; None where nothing was recorded."""
    shares = {(money, arm): _shares(ensemble, arm, money) for money, _ in PANELS for arm, *_ in ARMS}
    if all(shares[money, "policy"] is None for money, _ in PANELS):
        return None
    figure, left = style.canvas(11, 5.4)
    right = figure.add_axes((0.55, 0.1, 0.42, 0.1))
    for axes, place, (money, title) in zip((left, right), (0.075, 0.565), PANELS, strict=True):
        axes.set_position((place, 0.85 / 5.4, 0.42, 1 - 2.15 / 5.4))
        for arm, shift, colour, alpha, label in ARMS:
            found = shares[money, arm]
            if found is not None:
                alone = shares[money, "null"] is None
                _bars(axes, found, 0.0 if alone else shift, colour, alpha, label)
        axes.axhline(NEUTRAL, color=style.TARGET, linewidth=1.5, linestyle=(0, (5, 3)),
                     label=f"均分 equal shares: {NEUTRAL:g}%")  # fmt: skip
        axes.set_title(title, fontsize=11, loc="left")
        axes.set_xticks(range(GROUPS), [str(n + 1) for n in range(GROUPS)])
        axes.set_xlabel("十等分组，1 为最穷 tenth of persons, 1 = poorest", fontsize=9.5)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
        axes.grid(axis="x", visible=False)
    left.set_ylabel("所得份额 share received")
    right.legend(loc="upper right")
    style.titles(
        figure,
        f"钱到了谁手里（{answers['years'][1]} 年）",
        f"Who got the money in {answers['years'][1]}: persons by income before public money, mean over runs",
        "竖线为各次模拟的 10%–90%；无项目时没有项目资金 line: 10th to 90th percentile; no programme money without it",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "targeting.png")


def _shares(ensemble: Ensemble, arm: str, money: str) -> np.ndarray | None:
    """Per cent received by each tenth, (runs, 10)."""
    values = last_values(ensemble, arm, money, [f"rural {n + 1:02d}/{GROUPS}" for n in range(GROUPS)])
    return None if values is None else 100 * values


def _bars(axes: Axes, shares: np.ndarray, shift: float, colour: str, alpha: float, label: str) -> None:
    at = np.arange(GROUPS) + shift
    low, high = np.quantile(shares, (0.1, 0.9), axis=0)
    axes.bar(at, shares.mean(axis=0), BAR, color=colour, alpha=alpha, linewidth=0, label=label)
    axes.vlines(at, low, high, color=style.INK, linewidth=1.1)
