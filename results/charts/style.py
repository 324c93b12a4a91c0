"""How a chart looks: fonts that are shipped with the package, colours, titles in two languages, the corner notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from results.tables import wrap

FONTS = Path(__file__).parents[1] / "fonts"
FAMILY = "Noto Sans SC"
POLICY, NULL, TARGET, HALF, DOUBLE = "#1f5f9e", "#8a8a8a", "#c8541b", "#7fb0dc", "#0b2f55"
PALETTE = ("#1f5f9e", "#e0a526", "#5b9a52", "#9a6bb0", "#c8541b", "#4fb0ae", "#7d6a58", "#c97b9c")
DPI = 150
PROGRAMME_CELLS = 52
INK, FAINT = "#222222", "#6b6b6b"
CONDITIONS = {
    "forecast": "预测 forecast",
    "published": "已公布 published",
    "drawn": "抽取 drawn",
    "fixed": "中心值 fixed",
    "nbs": "统计局 NBS",
    "register": "登记 register",
}

SETTINGS: Any = {
    "font.family": [FAMILY],
    "font.size": 11,
    "axes.unicode_minus": False,
    "axes.edgecolor": "#bbbbbb",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e6e6e6",
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 10,
}


def look() -> Any:
    """The settings of a chart as a context: nothing global stays changed but the font's registration."""
    known = {Path(entry.fname) for entry in fontManager.ttflist}
    for path in sorted(FONTS.glob("*.ttf")):
        if path not in known:
            fontManager.addfont(path)
    return rc_context(SETTINGS)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure in inches with one pair of axes, leaving room for titles above and notes below."""
    figure = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.09, 0.8 / height, 0.88, 1 - 1.75 / height))
    return figure, axes


def titles(figure: Figure, zh: str, en: str, note: str = "") -> None:
    """Chinese title with the English one smaller under it; `note` says units and what the spread is."""
    height = figure.get_figheight()
    figure.text(0.02, 1 - 0.16 / height, zh, fontsize=16, fontweight="bold", color=INK, va="top")
    figure.text(0.02, 1 - 0.50 / height, en, fontsize=10.5, color=FAINT, va="top")
    if note:
        figure.text(0.02, 1 - 0.72 / height, note, fontsize=9, color=FAINT, va="top")


def corner(figure: Figure, answers: Mapping[str, Any]) -> None:
    """Say that this is a model, on what it is conditional, which programme it is of, changed by what, and which run it
    comes from."""
    on = answers["conditional_on"]
    height = figure.get_figheight()
    named = [answers["title"]["zh"], *(change["zh"] for change in on.get("changes", []))]
    above = "\n".join(part for name in named for part in wrap(name, PROGRAMME_CELLS))
    figure.text(0.98, 1 - 0.16 / height, above, fontsize=9, color=FAINT, va="top", ha="right")
    parts = ["模型模拟 model simulation"]
    for name, label in (("macro", "宏观 macro"), ("parameters", "参数 parameters"), ("accounting", "口径 accounting")):
        if on.get(name):
            parts.append(f"{label}: {CONDITIONS.get(on[name], on[name])}")
    left = " · ".join(parts)
    right = f"运行 run {answers['run_id']} · {answers['runs']} 次 replicates"
    figure.text(0.02, 0.12 / height, left, fontsize=8, color=FAINT, va="bottom")
    figure.text(0.98, 0.12 / height, right, fontsize=8, color=FAINT, va="bottom", ha="right")


def save(figure: Figure, path: Path) -> Path:
    """Write a PNG whose bytes depend on nothing but the picture."""
    figure.savefig(path, format="png", dpi=DPI, metadata={"Software": None})
    return path
