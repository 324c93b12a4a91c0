"""Where the public money went: by fund and use over the whole period, with the programme and without it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from results.charts import style
from results.ensemble import Ensemble, spending
from results.tables import wrap

BAR = 0.3


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw a bar for each fund and use in each arm; None where nothing was paid."""
    costs = answers["costs"]
    if not costs:
        return None
    scale, zh_unit, en_unit = _scale(max(max(cost["yuan"], cost["null_yuan"]) for cost in costs))
    height = 2.3 + 0.72 * len(costs)
    figure, axes = style.canvas(10, height)
    axes.set_position((0.30, 0.85 / height, 0.62, 1 - 2.05 / height))
    for arm, name, shift, colour, label in (
        ("policy", "yuan", -BAR / 2, style.POLICY, "有项目 with the programme"),
        ("null", "null_yuan", BAR / 2, "#b9b9b9", "无项目对照 no programme"),
    ):
        means = np.array([cost[name] for cost in costs]) / scale
        spread = _spread(ensemble, arm, answers) / scale
        places = np.arange(len(costs)) + shift
        axes.barh(places, means, BAR, color=colour, label=label)
        axes.hlines(places, spread[0], spread[1], color=style.INK, linewidth=1.2)
        for place, mean, high in zip(places, means, spread[1], strict=True):
            axes.annotate(f"{mean:,.2f}", (max(mean, high), place), xytext=(5, 0), textcoords="offset points",
                          va="center", fontsize=9, color=style.INK)  # fmt: skip
    axes.set_yticks(np.arange(len(costs)), ["" for _ in costs])
    _names(axes, costs)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.12)
    axes.set_xlabel(f"{zh_unit} {en_unit}")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    first, last = answers["years"]
    style.titles(
        figure,
        f"{first}—{last} 年公共支出：按资金和用途",
        f"Public money {first}-{last} by fund and use, whole place, nominal, mean over runs",
        "细线为各次模拟的 10%–90% line: 10th to 90th percentile over runs",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "ledger.png")


def _names(axes: Any, costs: list[dict[str, Any]]) -> None:
    """Fund and use in Chinese, English smaller under it, to the left of each pair of bars."""
    for place, cost in enumerate(costs):
        zh = f"{cost['fund_title']['zh']} · {cost['use_title']['zh']}"
        en = f"{cost['fund_title']['en']} · {cost['use_title']['en']}"
        text: dict[str, Any] = dict(transform=axes.get_yaxis_transform(), ha="right", clip_on=False)
        axes.text(-0.015, place - 0.02, "\n".join(wrap(zh, 34)[:2]), fontsize=10, va="bottom", **text)
        axes.text(-0.015, place + 0.06, "\n".join(wrap(en, 52)[:2]), fontsize=7.5, color=style.FAINT, va="top", **text)


def _spread(ensemble: Ensemble, arm: str, answers: Mapping[str, Any]) -> np.ndarray:
    """10th and 90th percentile over runs of each cost, (2, costs) yuan."""
    costs = answers["costs"]
    first, last = answers["years"]
    runs = [spending(record, (first, last)) for record in ensemble.runs(arm).values()]
    if not runs:
        return np.zeros((2, len(costs)))
    table = [[paid.get((cost["fund"], cost["use"]), 0.0) for cost in costs] for paid in runs]
    return np.quantile(np.array(table), (0.1, 0.9), axis=0)


def _scale(largest: float) -> tuple[float, str, str]:
    """The unit in which the largest amount reads well."""
    if largest >= 1e8:
        return 1e8, "亿元", "100 million yuan"
    return (1e4, "万元", "10 thousand yuan") if largest >= 1e4 else (1.0, "元", "yuan")
