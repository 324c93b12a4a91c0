"""What moves each target: a bar a factor with its interval, and all targets in one table of colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from results.charts import style
from results.sensitivity import MAIN
from results.show_sensitivity import METHODS, NAMES, factor_label
from results.tables import wrap
from results.words import unit

BARS, CELLS, LABEL_CELLS = 10, 18, 44
LEAST = 0.005
"""What is shown as nothing."""
ROW_INCHES, CELL_INCHES = 0.46, 0.36
COLOURS = {"mu_star": style.POLICY, "sigma": "#e0a526", "S1": style.HALF, "ST": style.POLICY,
           "median": style.POLICY, "maximum": style.HALF, "delta": style.POLICY}  # fmt: skip
DRAWN = {"morris": ("mu_star", "sigma"), "sobol": ("ST", "S1"), "pawn": ("median", "maximum"), "delta": ("delta", "S1")}
HEAT = LinearSegmentedColormap.from_list("heat", ("#ffffff", style.HALF, style.DOUBLE))

Report = Mapping[str, Any]


def draw(report: Report, to: Path) -> list[Path]:
    """Draw bars for every target that anything moves, and the table of all; tell which files."""
    to.mkdir(parents=True, exist_ok=True)
    paths = [_bars(report, name, told, to) for name, told in report["targets"].items() if _moving(report, told)]
    return [*paths, *([_heat(report, to)] if paths else [])]


def _moving(report: Report, told: Report) -> list[Report]:
    name = MAIN[report["method"]]
    return [row for row in told["factors"] if (row[name] or 0.0) > (told.get("floor") or 0.0)]


def _bars(report: Report, target: str, told: Report, to: Path) -> Path:
    rows = _moving(report, told)[:BARS]
    height = 2.5 + ROW_INCHES * len(rows)
    figure, axes = style.canvas(11, height)
    axes.set_position((0.38, 0.85 / height, 0.58, 1 - 2.25 / height))
    scale = 100.0 if report["method"] == "morris" and told["unit"] == "share" else 1.0
    for place, row in enumerate(rows):
        for offset, name in zip((-0.17, 0.17), DRAWN[report["method"]], strict=True):
            _bar(axes, row, name, place + offset, scale, place == 0)
        _label(axes, report, row, place)
    if told.get("floor") is not None:
        axes.axvline(told["floor"], color=style.TARGET, linewidth=1.2, linestyle="--",
                     label="偶然可达 by chance (95 %)")  # fmt: skip
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    left, right = min(0.0, axes.get_xlim()[0]), axes.get_xlim()[1]
    axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= right])
    axes.set_xlim(left, right)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.set_xlabel(_measured(report, told))
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=9, columnspacing=1.2)
    title = wrap(f"什么在左右 {target} {told['title_zh']}", 58)
    style.titles(
        figure,
        title[0] + ("…" if len(title) > 1 else ""),
        f"What moves the margin of {target}: {METHODS[report['method']][1]}",
        "线段为 95% 区间 lines: 95 % intervals · * 未经证实的假设 assumed, nobody published it",
    )
    style.corner(figure, report)
    return style.save(figure, to / f"sensitivity_{report['method']}_{target}.png")


def _bar(axes: Axes, row: Report, name: str, at: float, scale: float, first: bool) -> None:
    value, ends = row[name], row[f"{name}_interval"]
    if value is None:
        return
    label = " ".join(NAMES[name]) if first else None
    axes.barh(at, value * scale, 0.32, color=COLOURS[name], label=label)
    if ends:
        axes.plot([end * scale for end in ends], [at, at], color=style.INK, linewidth=1.1, solid_capstyle="butt")


def _label(axes: Axes, report: Report, row: Report, place: int) -> None:
    of = report["factors"][row["factor"]]
    star = "*" if of.get("confidence") == "C" else ""
    across = axes.get_yaxis_transform()
    name = wrap(factor_label(row["factor"], "zh") + star, LABEL_CELLS)[0]
    axes.text(-0.62, place - 0.13, name, transform=across, fontsize=10, color=style.INK, va="center")
    told = wrap(of["reason"]["zh"], 54)[0] if "reason" in of else factor_label(row["factor"], "en")
    axes.text(-0.62, place + 0.24, told, transform=across, fontsize=8, color=style.FAINT, va="center")


def _measured(report: Report, told: Report) -> str:
    if report["method"] != "morris":
        return {"sobol": "余量方差的份额 share of the variance of the margin"}.get(
            report["method"], "与全体分布的距离，0–1 distance from the distribution of all points, 0 to 1"
        )
    zh, en = (unit(told["unit"], lang) for lang in ("zh", "en"))
    return f"走完整个区间时余量的变动，{zh} change of the margin across the whole range, {en}"


def _heat(report: Report, to: Path) -> Path:
    """Factors by targets; Morris sizes as a share of the largest of their target, for targets have different units."""
    targets = [name for name, told in report["targets"].items() if _moving(report, told)]
    values = {name: _by_factor(report, report["targets"][name]) for name in targets}
    factors = sorted(report["factors"], key=lambda name: (-max(values[t].get(name, 0.0) for t in targets), name))
    factors = [name for name in factors if max(values[t].get(name, 0.0) for t in targets) >= LEAST][:CELLS]
    grid = np.array([[values[target].get(name, 0.0) for target in targets] for name in factors])
    height = 2.9 + CELL_INCHES * len(factors)
    figure, axes = style.canvas(11, height)
    axes.set_position((0.36, 1.35 / height, 0.61, 1 - 2.6 / height))
    # A share of variance beyond 1 is the error of a small design, and no reason to pale the others.
    most = min(max(float(grid.max()), 1e-9), 1.0)
    axes.imshow(grid, aspect="auto", cmap=HEAT, vmin=0.0, vmax=most)
    axes.grid(visible=False)
    axes.set_xticks(range(len(targets)), targets, rotation=45, ha="right", fontsize=9)
    labels = [_named(report, name) for name in factors]
    axes.set_yticks(range(len(factors)), labels, fontsize=9)
    axes.tick_params(length=0)
    _write_cells(axes, report, grid, most, factors, targets)
    what = {
        "morris": "占该目标最大平均幅度的比例 mean size mu* over the largest of the target",
        "sobol": "含交互的方差份额 ST total share of variance ST",
        "pawn": "分布距离中位数减去偶然所达到的 median distance less what chance gives",
        "delta": "delta 减去偶然所达到的 less what chance gives",
    }[report["method"]]
    style.titles(
        figure,
        "什么在左右各项目标",
        "What moves each target",
        f"{what} · 括号：不能确定大于 0 in brackets: not surely above 0 · * 假设 assumed",
    )
    style.corner(figure, report)
    return style.save(figure, to / f"sensitivity_{report['method']}.png")


def _write_cells(
    axes: Axes, report: Report, grid: np.ndarray, most: float, factors: Sequence[str], targets: Sequence[str]
) -> None:
    for row, column in np.ndindex(grid.shape):
        if grid[row, column] >= LEAST:
            dark = grid[row, column] > 0.55 * most
            sure = _sure(report, report["targets"][targets[column]], factors[row])
            value = f"{grid[row, column]:.2f}"
            axes.text(column, row, value if sure else f"({value})", ha="center", va="center", fontsize=8,
                      color="white" if dark else style.INK)  # fmt: skip


def _sure(report: Report, told: Report, name: str) -> bool:
    """Whether an index is above nothing, or above what a factor without effect reaches, interval and all."""
    row = next(row for row in told["factors"] if row["factor"] == name)
    ends = row[f"{MAIN[report['method']]}_interval"]
    return ends is not None and ends[0] > (told.get("floor") or 0.0)


def _named(report: Report, name: str) -> str:
    star = "*" if report["factors"][name].get("confidence") == "C" else ""
    return wrap(factor_label(name, "zh") + star, LABEL_CELLS)[0]


def _by_factor(report: Report, told: Report) -> dict[str, float]:
    name, floor = MAIN[report["method"]], told.get("floor") or 0.0
    found = {row["factor"]: max((row[name] or 0.0) - floor, 0.0) for row in told["factors"]}
    largest = max(found.values())
    return {k: v / largest for k, v in found.items()} if report["method"] == "morris" and largest else found
