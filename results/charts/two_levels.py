"""How much of each chance is luck and how much is not known, and how the chance settles as draws are added."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from results.charts import style
from results.show_two_levels import TOGETHER, unknown
from results.tables import wrap
from results.words import chance

ROW_INCHES, THICK, THIN = 0.84, 0.34, 0.16
TITLE_CELLS, ENGLISH_CELLS = 46, 70
ABOVE, BELOW = 1.55, 0.85
"""Inches of a picture that hold no bars: titles and legend, axis and notes."""
LUCK, UNKNOWN, NULL_LUCK, NULL_UNKNOWN = "#9cc3e4", "#e0a526", "#d5d5d5", "#9a9a9a"
LEFT, WIDTH = 0.35, 0.33
CURVES_LEFT, CURVES_WIDTH = 0.735, 0.235

Row = Mapping[str, Any]


def draw(answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw a bar a target whose chance varies, the null arm's under it, and beside it the chance with its interval from
    the first draws up to all; None where nothing could be split."""
    rows = [row for row in _rows(answers) if _share(row, "policy") is not None]
    if not rows:
        return None
    height = ABOVE + BELOW + ROW_INCHES * len(rows)
    figure, axes = style.canvas(11.5, height)
    axes.set_position((LEFT, BELOW / height, WIDTH, 1 - (ABOVE + BELOW) / height))
    for place, row in enumerate(rows):
        _name(axes, row, place)
        _bar(axes, row, "policy", place - 0.14, THICK, (LUCK, UNKNOWN))
        _bar(axes, row, "null", place + 0.22, THIN, (NULL_LUCK, NULL_UNKNOWN))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("结果波动中的份额 share of the variance of the outcome")
    axes.legend(handles=_legend(unknown(answers["two_levels"])), loc="lower left", bbox_to_anchor=(-0.62, 1.0), ncols=2,
                fontsize=8.5, columnspacing=1.2)  # fmt: skip
    _curves(figure, axes, rows, height)
    style.titles(
        figure,
        "碰运气的部分与我们不知道的部分",
        "Luck, and what nobody knows: where the doubt about each target comes from",
        "竖线为黄色部分的份额，横线为其 95% 区间；负值画作零；无灰条：无项目时次次一样 no grey bar: all runs alike",
    )
    style.corner(figure, answers)
    return style.save(figure, to / "two_levels.png")


def _rows(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Targets with their titles, and the joint chances."""
    found = answers["two_levels"]
    titles = {row["id"]: row for row in answers["targets"] if row["default"]}
    rows = [
        {
            **row,
            "zh": titles[row["id"]]["title_zh"] or row["id"],
            "en": f"{row['id']} · {titles[row['id']]['title_en']}",
        }
        for row in found["targets"]
    ]
    return rows + [{**row, "zh": TOGETHER[name][0], "en": TOGETHER[name][1]} for name, row in found["joint"].items()]


def _share(row: Row, arm: str) -> float | None:
    parts = row[arm]["parts"]
    return None if parts is None else parts["share"]


def _legend(name: tuple[str, str]) -> list[Patch]:
    """What the four colours are, whether or not a row has them."""
    told = ((UNKNOWN, name, "有项目 policy"), (LUCK, ("碰运气", "luck"), "有项目 policy"),
            (NULL_UNKNOWN, name, "无项目 null"), (NULL_LUCK, ("碰运气", "luck"), "无项目 null"))  # fmt: skip
    return [Patch(color=colour, label=f"{zh} {en}，{arm}") for colour, (zh, en), arm in told]


def _bar(axes: Axes, row: Row, arm: str, at: float, thick: float, colours: tuple[str, str]) -> None:
    """The part not known on the left, luck filling up to the whole; the estimate and its interval on top."""
    share = _share(row, arm)
    if share is None:
        return
    shown = min(max(share, 0.0), 1.0)
    axes.barh(at, shown, thick, color=colours[1])
    axes.barh(at, 1 - shown, thick, left=shown, color=colours[0])
    low, high = (min(max(end, 0.0), 1.0) for end in row[arm]["parts"]["share_interval"])
    if arm == "policy":
        axes.plot([low, high], [at, at], color=style.INK, linewidth=1.3, clip_on=False)
        axes.plot([shown, shown], [at - thick / 2, at + thick / 2], color=style.INK, linewidth=2.2, clip_on=False)


def _name(axes: Axes, row: Row, place: int) -> None:
    """What the target is and its chance, to the left of its bar."""
    across = axes.get_yaxis_transform()
    told = row["policy"]
    text: dict[str, Any] = dict(transform=across, clip_on=False, va="center")
    axes.text(-1.0, place - 0.28, wrap(row["zh"], TITLE_CELLS)[0], fontsize=10, color=style.INK, **text)
    axes.text(-1.0, place - 0.01, wrap(row["en"], ENGLISH_CELLS)[0], fontsize=7.5, color=style.FAINT, **text)
    under = f"把握 chance {chance(told['probability'], told['interval'])}"
    under += f"，弄清后 were it known ±{100 * told['parts']['spread']:.0f} 点 points"
    axes.text(-1.0, place + 0.24, under, fontsize=8, color=style.INK, **text)


def _curves(figure: Figure, axes: Axes, rows: list[dict[str, Any]], height: float) -> None:
    """Beside every row: the chance and its interval against the number of draws, on a logarithmic scale."""
    bottom, top = BELOW / height, 1 - ABOVE / height
    each = (top - bottom) / len(rows)
    for place, row in enumerate(rows):
        curve = figure.add_axes((CURVES_LEFT, top - (place + 0.9) * each, CURVES_WIDTH, 0.8 * each))
        _curve(curve, row)
        last = place == len(rows) - 1
        counts = [step["draws"] for step in row["convergence"]]
        curve.set_xticks(counts, [str(count) for count in counts] if last else [])
        if last:
            curve.set_xlabel("参数组数 draws of parameters")
    figure.text(CURVES_LEFT, top + 0.1 / height, "有项目的把握随参数组数的变化\nthe chance as draws are added",
                fontsize=8.5, color=style.INK, va="bottom")  # fmt: skip


def _curve(axes: Axes, row: Row) -> None:
    steps = [step for step in row["convergence"] if step["probability"] is not None]
    counts = [step["draws"] for step in steps]
    low, high = ([step["interval"][end] for step in steps] for end in (0, 1))
    axes.set_xscale("log", base=2)
    axes.minorticks_off()
    axes.fill_between(counts, low, high, color=style.POLICY, alpha=0.2, linewidth=0)
    axes.plot(
        counts, [step["probability"] for step in steps], color=style.POLICY, linewidth=1.8, marker="o", markersize=3
    )
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 1], ["0", "100%"], fontsize=7)
    axes.tick_params(axis="x", labelsize=8)
