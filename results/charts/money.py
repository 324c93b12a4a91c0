"""What became of every fund of the programme: put in, committed, paid, and left idle at the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from results.audit import fund_books
from results.charts import style
from results.ensemble import Ensemble
from results.tables import wrap

BOOKS = (
    ("inflow", "#c9d6e4", "拨入 put in"),
    ("committed", style.HALF, "批准 committed"),
    ("paid", style.POLICY, "支付 paid"),
    ("balance", style.TARGET, "期末闲置 left idle at the end"),
)
BAR = 0.19
ROW_INCHES, EDGES_INCHES = 1.0, 2.0
YUAN = 1e8


def draw(ensemble: Ensemble, answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw four bars a fund of the programme; None where no books of funds were kept. Standing entitlements are left
    out, for they are paid as due and never idle; without the programme nothing is put into the others."""
    titles = {cost["fund"]: cost["fund_title"] for cost in answers["costs"] if cost["role"] != "standing"}
    years = answers["years"]
    runs = [fund_books(record, years) for record in ensemble.runs("policy").values() if record.inflow is not None]
    funds = [fund for fund in titles if runs and fund in runs[0]]
    if not funds:
        return None
    height = EDGES_INCHES + ROW_INCHES * len(funds)
    figure, axes = style.canvas(11, height)
    axes.set_position((0.31, 0.85 / height, 0.61, 1 - 2.0 / height))
    amounts = {book: np.array([[run[fund][book] for fund in funds] for run in runs]) / YUAN for book, *_ in BOOKS}
    idle = amounts["balance"].mean(axis=0) / np.maximum(amounts["inflow"].mean(axis=0), 1 / YUAN)
    for position, (book, colour, label) in enumerate(BOOKS):
        _bars(axes, amounts[book], position, colour, label, idle if book == "balance" else None)
    axes.set_ylim(len(funds) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_yticks(range(len(funds)), ["\n".join(_name(titles[fund])) for fund in funds], fontsize=8.5)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("亿元 100 million yuan")
    axes.legend(loc="lower right", bbox_to_anchor=(1.05, 1.0), ncols=4, fontsize=9)
    style.titles(
        figure,
        f"{years[0]}—{years[1]} 年项目资金与捐赠的去向",
        f"What became of programme funds and donations {years[0]}-{years[1]}, whole place, nominal, mean over runs",
        "细线为各次模拟的 10%–90%；无项目时不拨入 line: 10th to 90th percentile; nothing is put in without it",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "money.png")


def _bars(axes: Axes, yuan: np.ndarray, position: int, colour: str, label: str, idle: np.ndarray | None) -> None:
    """One bar a fund; what lies idle is said as a share of what was put in too."""
    at = np.arange(yuan.shape[1]) + (position - 1.5) * BAR
    means, (low, high) = yuan.mean(axis=0), np.quantile(yuan, (0.1, 0.9), axis=0)
    axes.barh(at, means, BAR * 0.92, color=colour, linewidth=0, label=label)
    axes.hlines(at, low, high, color=style.INK, linewidth=1.0)
    for row, (place, mean, end) in enumerate(zip(at, means, np.maximum(means, high), strict=True)):
        told = f"{mean:,.2f}" if idle is None else f"{mean:,.2f} ({100 * idle[row]:.0f}%)"
        axes.annotate(told, (end, place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8,
                      color=style.INK)  # fmt: skip


def _name(title: Mapping[str, str]) -> list[str]:
    return [*wrap(title["zh"], 40)[:2], *wrap(title["en"], 46)[:2]]
