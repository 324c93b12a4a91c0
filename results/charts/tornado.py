"""The assumed numbers that move the answer most: what each end of a range does to the target it moves most."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from results.charts import style
from results.moves import ENDS
from results.show_moves import MOST, end_of_range, number_label
from results.tables import wrap
from results.words import plain_unit, quantity, unit

ROW_INCHES, BAR, LABEL_CELLS = 0.5, 0.56, 44
COLOURS = {"low": style.HALF, "high": style.POLICY}
SPREAD = "余量变化占答案 10%–90% 余量范围的比例 change of the margin over the answer's own 10–90 % spread"
FARTHEST = "推演次数太少：占同一目标最大变化的比例 too few runs: over the farthest change of the same target"
WORDS = {"low": "取低值 at its low end", "high": "取高值 at its high end"}


def draw(report: Mapping[str, Any], answers: Mapping[str, Any], to: Path) -> Path | None:
    """Draw a bar a number, the weightiest on top, in shares of the answer's own spread (with too few runs, of the
    farthest move of the same target); a ring where the null run moves. None where no number moves anything."""
    rows = [row for row in report["rows"] if row["weight"] > 0][:MOST]
    if not rows:
        return None
    height = 2.3 + ROW_INCHES * len(rows)
    figure, axes = style.canvas(11, height)
    axes.set_position((0.36, 0.85 / height, 0.58, 1 - 2.1 / height))
    for place, row in enumerate(rows):
        _draw_row(axes, report, row, place)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.25)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:+.0f}%")
    axes.set_xlabel(SPREAD if report["enough"] else FARTHEST)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, fontsize=9, columnspacing=1.2)
    style.titles(
        figure,
        "最能改变结论的假设",
        "What the answer hangs on most: each assumed number at either end of its range",
        "每个数字只标出它改变最大的目标 each with the target it moves most · * 随地区参数组变动 along the joint draws",
    )
    style.corner(figure, {**answers, "runs": report["replicates"]})
    return style.save(figure, to / "each_range.png")


def _draw_row(axes: Axes, report: Mapping[str, Any], row: Mapping[str, Any], place: int) -> None:
    target = report["targets"][row["target"]]
    moved = row["targets"][row["target"]]
    for end in ENDS:
        shift, null = moved["policy"][end], moved["null"][end]
        if shift is not None:
            # Two ends on one side: the second bar is thinner, so that both are seen.
            thick = BAR if end == "low" else 0.6 * BAR
            axes.barh(place, shift / target["span"], thick, color=COLOURS[end], label=WORDS[end] if not place else None)
        if null is not None:
            label = "无项目 null" if not place and end == "low" else None
            axes.plot(null / target["span"], place, "o", markersize=5, color=style.NULL, fillstyle="none", label=label)
    ends = " / ".join("-" if moved["policy"][end] is None else quantity(moved["policy"][end], target["unit"])
                      for end in ENDS)  # fmt: skip
    _say(axes, place, row, f"{row['target']}  {ends} {unit(target['unit'], 'zh')}")


def _say(axes: Axes, place: int, row: Mapping[str, Any], effect: str) -> None:
    star = "*" if row["moved"] == "along the draws" else ""
    name = wrap(number_label(row["path"], "zh") + star, LABEL_CELLS)[0]
    across = axes.get_yaxis_transform()
    axes.text(-0.60, place - 0.14, name, transform=across, fontsize=10, color=style.INK, va="center")
    ends = "" if row["range"] is None else " – ".join(end_of_range(end) for end in row["range"]) + " "
    told = f"{ends}{plain_unit(row['unit'], 'zh')}  {effect}"
    axes.text(-0.60, place + 0.24, told, transform=across, fontsize=8, color=style.FAINT, va="center")
