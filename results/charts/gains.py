"""Who gains and who loses from one plan to another, by group of households."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from results.charts import style
from results.gains import NOTICED
from results.show_comparison import minus
from results.show_gains import WORDS, shown

ROW_INCHES, BAR, GAP = 0.46, 0.62, 0.45
GAIN, LOSE = style.POLICY, style.TARGET

Compared = Mapping[str, Any]


def draw(found: Compared, name: str, to: Path) -> Path | None:
    """Shares that lose and gain to either side of the middle, and the mean change of the group; None where no household
    is there under both plans."""
    rows = shown(found, name)
    if not rows:
        return None
    places = _places(rows)
    height = 2.4 + ROW_INCHES * (places[-1] + 1)
    figure, left = style.canvas(12, height)
    box = 1.05 / height, 1 - 2.3 / height
    left.set_position((0.21, box[0], 0.40, box[1]))
    right = figure.add_axes((0.68, box[0], 0.28, box[1]))
    for place, row in zip(places, rows, strict=True):
        _shares(left, row, place, first=place == 0)
        _change(right, row, place)
        _name(left, row, place)
    for axes in (left, right):
        axes.axvline(0, color=style.INK, linewidth=0.8)
        axes.set_ylim(places[-1] + 0.7, -0.7)
        axes.set_yticks([])
        axes.grid(axis="y", visible=False)
    left.xaxis.set_major_formatter(lambda value, _: f"{abs(100 * value):g}%")
    left.margins(x=0.14)
    left.set_xlabel("占该组农户\nshare of the group's households")
    right.set_xlabel("全组平均变化，元/人·年\nmean change, yuan per person and year")
    right.xaxis.set_major_formatter(lambda value, _: f"{value:+,.0f}" if value else "0")
    right.locator_params(axis="x", nbins=6)
    for axes in (left, right):
        low, high = axes.get_xlim()
        axes.set_xticks([tick for tick in axes.get_xticks() if low <= tick <= high])
    left.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=9.5)
    more, _, less = name.partition("-")
    year = found["last_year"]
    style.titles(
        figure,
        f"{year} 年谁得谁失：{minus(name, 'zh')}",
        f"Who gains and who loses in {year}: {more} against {less}, the same households under common luck",
        f"人均收入变化超过 {100 * NOTICED:g}%；细线为 95% 区间；分组按基年 "
        f"change above {100 * NOTICED:g} %; line: 95 % interval; groups as of year 0",
    )
    first, other = ({"zh": f"{label} {_title(found, label)}"} for label in (less, more))
    on = {**found["conditional_on"], "changes": [other]}
    style.corner(figure, {"title": first, "conditional_on": on, "run_id": found["run_id"], "runs": found["runs"]})
    return style.save(figure, to / f"gains_{name}.png")


def _title(found: Compared, label: str) -> str:
    return next(side["title"]["zh"] for side in found["sides"] if side["label"] == label)


def _places(rows: Sequence[Compared]) -> list[float]:
    """Rows one below the other, with a gap between kinds of group."""
    places, at = [], 0.0
    for row, before in zip(rows, [rows[0], *rows], strict=False):
        at += GAP if row["by"] != before["by"] else 0.0
        places.append(at)
        at += 1.0
    return places


def _shares(axes: Axes, row: Compared, place: float, first: bool) -> None:
    for part, sign, shade, label in (("lose", -1, LOSE, "失 lose"), ("gain", 1, GAIN, "得 gain")):
        told = row[part]
        if told["replicates"] == 0:
            continue
        end = sign * told["mean"]
        axes.barh(place, end, BAR, color=shade, linewidth=0, label=label if first else None)
        reach = [sign * value for value in told["interval"] or (told["mean"],) * 2]
        axes.plot(reach, [place, place], color=style.INK, linewidth=1.1)
        farthest = max((end, *reach), key=abs)
        axes.annotate(f"{100 * told['mean']:.1f}%", (farthest, place), xytext=(5 * sign, 0), fontsize=8.5,
                      textcoords="offset points", ha="left" if sign > 0 else "right", va="center")  # fmt: skip


def _change(axes: Axes, row: Compared, place: float) -> None:
    told = row["mean_change"]
    if told["replicates"] == 0:
        return
    shade = GAIN if told["mean"] >= 0 else LOSE
    axes.plot(told["interval"] or (told["mean"],) * 2, [place, place], color=shade, linewidth=2.2)
    axes.plot(told["mean"], place, "o", color=shade, markersize=5.5)


def _name(axes: Axes, row: Compared, place: float) -> None:
    zh, en = WORDS[row["by"], row["group"]]
    share = f"{100 * row['households']['mean']:.0f}%"
    across = axes.get_yaxis_transform()
    axes.text(-0.03, place - 0.12, f"{zh}（{share}）", transform=across, ha="right", va="center", fontsize=10)
    axes.text(-0.03, place + 0.25, en, transform=across, ha="right", va="center", fontsize=7.5, color=style.FAINT)
