"""Where the public money went: by fund and use over the whole period, with the programme and without it.

Programme funds and standing entitlements have a panel and a scale each: pensions would dwarf everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.charts import style
from results.ensemble import Ensemble, spending
from results.tables import wrap

BAR = 0.34
ROW_INCHES, HEADING_INCHES, AXIS_INCHES, TOP_INCHES = 0.40, 0.34, 0.95, 1.05
LEFT, WIDTH = 0.27, 0.64
USE_CELLS = 32
PANELS = (
    (("programme", "private"), "项目资金与社会捐赠 programme funds and donations"),
    (("standing",), "常规制度 standing entitlements"),
)
ARMS = (
    ("policy", "yuan", -BAR / 2, style.POLICY, "有项目 with the programme"),
    ("null", "null_yuan", BAR / 2, "#b9b9b9", "无项目对照 no programme"),
)

Costs = list[Mapping[str, Any]]


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw a bar for each fund and use in each arm; None where nothing was paid."""
    panels = [(label, [cost for cost in answers["costs"] if cost["role"] in roles]) for roles, label in PANELS]
    panels = [(label, costs) for label, costs in panels if costs]
    if not panels:
        return None
    heights = [_inches(costs) for _, costs in panels]
    total = TOP_INCHES + sum(heights) + AXIS_INCHES * len(panels)
    figure, first = style.canvas(10, total)
    top = total - TOP_INCHES
    for position, ((label, costs), height) in enumerate(zip(panels, heights, strict=True)):
        axes = first if position == 0 else figure.add_axes((0.1, 0.1, 0.1, 0.1))
        axes.set_position((LEFT, (top - height) / total, WIDTH, height / total))
        _panel(axes, costs, label, ensemble, answers)
        top -= height + AXIS_INCHES
    _captions(figure, first, answers)
    return style.save(figure, to / "ledger.png")


def _inches(costs: Costs) -> float:
    return ROW_INCHES * len(costs) + HEADING_INCHES * len({cost["fund"] for cost in costs})


def _panel(axes: Axes, costs: Costs, label: str, ensemble: Ensemble, answers: Mapping[str, Any]) -> None:
    scale, zh_unit, en_unit = _scale(max(max(cost["yuan"], cost["null_yuan"]) for cost in costs))
    places, headings = _places(costs)
    longest = 0.0
    for arm, name, shift, colour, arm_label in ARMS:
        means = np.array([cost[name] for cost in costs]) / scale
        low, high = _spread(ensemble, arm, costs, answers) / scale
        longest = max(longest, means.max(), high.max())
        axes.barh(places + shift, means, BAR, color=colour, label=arm_label)
        axes.hlines(places + shift, low, high, color=style.INK, linewidth=1.2)
        for place, mean, end in zip(places + shift, means, high, strict=True):
            if mean == 0.0:
                continue
            axes.annotate(f"{mean:,.2f}", (max(mean, end), place), xytext=(5, 0), textcoords="offset points",
                          va="center", fontsize=8.5, color=style.INK)  # fmt: skip
    _names(axes, costs, places, headings)
    axes.set_ylim(_inches(costs) / ROW_INCHES - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    axes.set_xlim(0, 1.16 * longest)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axes.set_xlabel(f"{label} · {zh_unit} {en_unit}")


def _places(costs: Costs) -> tuple[np.ndarray, dict[str, float]]:
    """Heights of the rows and of the headings of the funds, counted in rows from the top."""
    places, headings, at = [], {}, 0.0
    for cost in costs:
        if cost["fund"] not in headings:
            headings[cost["fund"]] = at - 0.05
            at += HEADING_INCHES / ROW_INCHES
        places.append(at)
        at += 1.0
    return np.array(places), headings


def _names(axes: Axes, costs: Costs, places: np.ndarray, headings: Mapping[str, float]) -> None:
    """The fund as a heading over its uses, at the left."""
    titles = {cost["fund"]: cost["fund_title"] for cost in costs}
    edge: dict[str, Any] = dict(transform=axes.get_yaxis_transform(), va="center", clip_on=False)
    left = -(LEFT - 0.02) / WIDTH
    for fund, place in headings.items():
        title = f"{titles[fund]['zh']}  {titles[fund]['en']}"
        axes.text(left, place, title, fontsize=9.5, fontweight="bold", color=style.INK, **edge,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    for cost, place in zip(costs, places, strict=True):
        use = f"{cost['use_title']['zh']} {cost['use_title']['en']}"
        axes.text(-0.012, place, "\n".join(wrap(use, USE_CELLS)[:2]), fontsize=9, ha="right", **edge)


def _captions(figure: Figure, axes: Axes, answers: Mapping[str, Any]) -> None:
    first, last = answers["years"]
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=9)
    style.titles(
        figure,
        f"{first}—{last} 年公共支出与社会捐赠：按资金和用途",
        f"Public money and donations {first}-{last} by fund and use, whole place, nominal, mean over runs",
        "细线为各次模拟的 10%–90% line: 10th to 90th percentile over runs",
    )
    style.corner(figure, answers)


def _spread(ensemble: Ensemble, arm: str, costs: Costs, answers: Mapping[str, Any]) -> np.ndarray:
    """10th and 90th percentile over runs of each cost, (2, costs) yuan."""
    first, last = answers["years"]
    runs = [spending(record, (first, last)) for record in ensemble.runs(arm).values()]
    if not runs:
        return np.zeros((2, len(costs)))
    table = [[paid.get((cost["fund"], cost["use"]), 0.0) for cost in costs] for paid in runs]
    return np.asarray(np.quantile(np.array(table), (0.1, 0.9), axis=0))


def _scale(largest: float) -> tuple[float, str, str]:
    """The unit in which the largest amount reads well."""
    if largest >= 1e8:
        return 1e8, "亿元", "100 million yuan"
    return (1e4, "万元", "10 thousand yuan") if largest >= 1e4 else (1.0, "元", "yuan")
