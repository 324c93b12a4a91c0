"""Which assumed numbers move the answer most, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.moves import DRAWS, ENDS, ENOUGH
from results.tables import columns, wrap
from results.words import chance, plain_unit, quantity, say, unit
from simulator.interventions import KINDS

MOST, WIDTH = 15, 100
OWNERS = {
    "place": ("地区", "place"),
    "model": ("模型", "model"),
    "programme": ("方案", "programme"),
    "funds": ("资金", "fund"),
    "indicators": ("指标", "indicator"),
    "targets": ("目标", "target"),
}

SPREAD = (
    "“占余量范围”是余量变化与答案中该目标余量 10%–90% 范围之比。",
    "“Of its spread”: the change relative to the distance between the 10th and 90th percentile of the margin in the"
    " answer.",
)
FARTHEST = (
    f"注意：答案不足 {ENOUGH} 次推演，余量范围靠不住，不用作尺度；“占最大变化”是余量变化与单个假设使"
    f"同一目标产生的最大变化之比，只在同一目标内可比，概率也很粗。请用 --runs {ENOUGH} 以上重算。",
    f"Warning: the answer has fewer than {ENOUGH} runs, too few for a spread of its margins to measure by. “Of the"
    " farthest”: the change relative to the farthest that any number moved alone takes the same target; it compares"
    f" within a target only, and probabilities are coarse. Run with --runs {ENOUGH} or more.",
)

Row = Mapping[str, Any]


def moves_text(report: Mapping[str, Any], lang: str = "zh") -> str:
    """The numbers that move the answer most: what each is, the target it moves most, and by how much at either end."""
    moving = [row for row in report["rows"] if row["weight"] > 0]
    head = say(lang, "最能改变结论的假设（逐个取区间两端，其余不变）", "What the answer hangs on most, one at a time")
    names = ["", say(lang, "目标", "target"), say(lang, "余量变化 低 / 高", "change of margin low / high")]
    names += [
        say(lang, "单位", "unit"),
        say(lang, "概率 低 / 高", "probability"),
        say(lang, "占余量范围", "of its spread") if report["enough"] else say(lang, "占最大变化", "of the farthest"),
    ]
    table = columns(
        [names, *(_cells(report, row, lang) for row in moving[:MOST])], [False, False, True, False, True, True]
    )
    lines = [head, "-" * WIDTH, table[0]]
    for row, numbers in zip(moving, table[1:], strict=False):
        lines += [numbers, *([f"    {_value(row, lang)}"] if row["range"] else [])]
        lines += [f"    {part}" for part in wrap(row["reason"][lang], WIDTH - 4) if part]
    return "\n".join([*lines, "", *_notes(report, len(moving), lang)])


def number_label(path: str, lang: str) -> str:
    """A number's path as a reader meets it: the kind in words before the name of its term."""
    if path == DRAWS:
        return say(lang, "地区参数组（整体更换）", "the place's joint draws, as a whole")
    owner, _, name = path.rpartition(".")
    section, _, kind = owner.removeprefix("programme.").rpartition(".")
    if section == "interventions" and kind in KINDS:
        return f"{say(lang, KINDS[kind].title_zh, KINDS[kind].title_en)} {name}"
    if owner not in OWNERS and section in OWNERS:
        name = f"{kind} {name}"
    return f"{say(lang, *OWNERS.get(owner, OWNERS.get(section, (kind, kind))))} {name}"


def _cells(report: Mapping[str, Any], row: Row, lang: str) -> list[str]:
    target = report["targets"][row["target"]]
    moved = row["targets"][row["target"]]["policy"]
    ends = [moved[end] for end in ENDS]
    shifts = " / ".join("-" if end is None else quantity(end, target["unit"]) for end in ends)
    chances = " / ".join(chance(moved[f"{end}_probability"], None) for end in ENDS)
    star = "*" if row["moved"] == "along the draws" else ""
    name = number_label(row["path"], lang) + star
    return [name, row["target"], shifts, unit(target["unit"], lang), chances, f"{100 * row['weight']:.0f}%"]


def _value(row: Row, lang: str) -> str:
    """The number's path, stated value, ends and unit."""
    low, high = (end_of_range(end) for end in row["range"])
    return f"{row['path']} = {row['value']:,.10g} [{low}, {high}] {plain_unit(row['unit'], lang)}"


def end_of_range(end: float) -> str:
    """An end of a range: large numbers in full, others to four digits."""
    return f"{end:,.10g}" if abs(end) >= 1e4 else f"{end:,.4g}"


def _notes(report: Mapping[str, Any], moving: int, lang: str) -> list[str]:
    rest = max(moving - MOST, 0)
    still = len(report["rows"]) - moving
    size = f"{report['households']:,}" if isinstance(report["households"], int) else str(report["households"])
    failed = report["failed"]
    told = [
        say(
            lang,
            f"共推演 {report['simulated']:,} 次，每次约 {size} 户；全部数字算一次，最要紧的 {report['closer']} 个各算"
            f" {report['replicates']} 次取平均。另有 {rest} 个数字影响较小，{still} 个看不出影响，见 each_range.json。",
            f"{report['simulated']:,} simulations of about {size} households: every number once, the {report['closer']}"
            f" that move most in {report['replicates']} replicates. {rest} more move less and {still} not visibly:"
            " see each_range.json.",
        ),
        say(
            lang,
            "概率是把答案各次推演的余量平移后的估计。"
            "* 由地区参数组联合确定的数字不能单独改动：所示为它在各组参数间由 10% 到 90% 分位时余量随之的变化，"
            "一同变动的其他数字的作用也在内。",
            "Probabilities are those of the answer's margins shifted by the change. * A number that the place's joint"
            " draws speak for is not moved alone: shown is what goes with it from its 10th to its 90th percentile among"
            " the draws, the numbers that rise and fall with it included.",
        ),
        say(lang, *(SPREAD if report["enough"] else FARTHEST)),
    ]
    if failed:
        told.append(say(lang, f"有 {failed} 次推演失败，未计入。", f"{failed} simulations failed and do not count."))
    return [line for text in told for line in wrap(text, WIDTH)]
