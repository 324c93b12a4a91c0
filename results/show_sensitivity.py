"""What moves each target most, in words and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from results.sensitivity import INDICES, LUCK, MACRO, MAIN
from results.show_moves import end_of_range, number_label
from results.tables import columns, wrap
from results.words import plain_unit, quantity, say, unit

SHOWN, PAIRS, WIDTH = 5, 3, 100
SURE = "C"
"""Confidence of a number that nobody published."""

METHODS = {
    "morris": ("逐步法（Morris）", "elementary effects (Morris)"),
    "sobol": ("方差分解（Sobol'）", "shares of variance (Sobol')"),
    "pawn": ("分布距离（PAWN）", "distance of distributions (PAWN)"),
    "delta": ("密度距离（delta）", "distance of densities (delta)"),
}
UNITS = {
    "morris": ("条轨迹", "trajectories"),
    "sobol": ("行", "rows"),
    "pawn": ("个点", "points"),
    "delta": ("个点", "points"),
}
NAMES = {
    "mu_star": ("平均幅度 μ*", "mean size mu*"),
    "mu": ("平均变化 μ", "mean mu"),
    "sigma": ("离散 σ", "spread sigma"),
    "S1": ("单独 S1", "alone S1"),
    "ST": ("含交互 ST", "total ST"),
    "S2": ("两者交互 S2", "pair S2"),
    "median": ("中位距离", "median distance"),
    "maximum": ("最大距离", "largest distance"),
    "delta": ("delta", "delta"),
}
NOTHING = ("看不出哪个因素改变它的余量。", "No factor is seen to move its margin.")
NOT_NUMBERS = {LUCK: ("运气", "luck"), MACRO: ("宏观路径", "macro path")}

Told = Mapping[str, Any]


def factor_label(name: str, lang: str) -> str:
    """A factor as a reader meets it."""
    return say(lang, *NOT_NUMBERS[name]) if name in NOT_NUMBERS else number_label(name, lang)


def index(name: str, row: Told, unit_name: str, signed: bool = False) -> str:
    """An index with its interval, effects in the unit of the margin; `-` where there is none, `?` for the interval
    where too little was simulated for one."""
    value, ends = row[name], row[f"{name}_interval"]
    if value is None:
        return "-"
    if name in INDICES["morris"]:
        shown = [quantity(part, unit_name, signed) for part in (value, *(ends or ()))]
    else:
        shown = [f"{part:.2f}" for part in (value, *(ends or ()))]
    return f"{shown[0]} [{shown[1]}, {shown[2]}]" if ends else f"{shown[0]} [?]"


def sensitivity_text(report: Told, lang: str = "zh") -> str:
    """Every target with the factors that move it most, what these are, and what the design cannot tell."""
    method, names = report["method"], INDICES[report["method"]]
    lines = [_headline(report, lang), "-" * WIDTH]
    for target, told in report["targets"].items():
        lines += _target(target, told, report, lang)
        rows = _shown(told, method)
        if not rows:
            lines.append("    " + say(lang, *NOTHING))
        else:
            head = ["", *(say(lang, *NAMES[name]) for name in names), say(lang, "依据", "source")]
            cells = [_cells(report, row, told, lang) for row in rows]
            lines += [f"  {line}" for line in columns([head, *cells], [False, *[True] * len(names), False])]
        lines += [f"    {part}" for text in _beside(told, report, lang) for part in wrap(text, WIDTH - 4)]
        lines.append("")
    lines += [line for text in (*_drivers(report, lang), *_notes(report, lang)) for line in wrap(text, WIDTH)]
    return "\n".join(lines)


def table(report: Told) -> list[list[str]]:
    """One row a target, factor and index, with its interval, for a spreadsheet; the header first."""
    head = ["target", "factor", "factor_zh", "confidence", "index", "value", "low", "high"]
    return [head, *_entries(report)]


def _entries(report: Told) -> Iterator[list[str]]:
    for target, told in report["targets"].items():
        for row in told["factors"]:
            of = report["factors"][row["factor"]]
            for name in INDICES[report["method"]]:
                yield [target, row["factor"], factor_label(row["factor"], "zh"), of.get("confidence") or "",
                       *_numbers(name, row)]  # fmt: skip
        for pair in told.get("pairs", ()):
            both = " × ".join(factor_label(name, "zh") for name in pair["factors"])
            yield [target, " × ".join(pair["factors"]), both, "", *_numbers("S2", pair)]


def _numbers(name: str, row: Told) -> list[str]:
    ends = row[f"{name}_interval"] or ("", "")
    return [name, *("" if part in (None, "") else f"{part:.10g}" for part in (row[name], *ends))]


def _headline(report: Told, lang: str) -> str:
    size = report["households"]
    shown = f"{size:,}" if isinstance(size, int) else str(size)
    return say(
        lang,
        f"什么在左右目标：{METHODS[report['method']][0]}，{report['title']['zh']}，{report['base']}"
        f" {UNITS[report['method']][0]}，共推演 {report['runs']:,} 个点，每次约 {shown} 户",
        f"What the targets hang on: {METHODS[report['method']][1]}, {report['title']['en']}, {report['base']}"
        f" {UNITS[report['method']][1]}, {report['runs']:,} simulations of about {shown} households",
    )


def _shown(told: Told, method: str) -> list[Told]:
    """The leading factors that move the target at all, by more than chance where a method knows what chance does."""
    return [row for row in told["factors"][:SHOWN] if (row[MAIN[method]] or 0.0) > (told.get("floor") or 0.0)]


def _target(name: str, told: Told, report: Told, lang: str) -> list[str]:
    title = wrap(f"{name}  {say(lang, told['title_zh'], told['title_en'])}", WIDTH)
    if told["mean"] is None:
        return [*title, say(lang, "    没有一个点算出余量。", "    No point gave a margin.")]
    middle, spread = (quantity(told[part], told["unit"], part == "mean") for part in ("mean", "sd"))
    named = unit(told["unit"], lang)
    return [
        *title,
        say(
            lang,
            f"    余量平均 {middle} {named}，标准差 {spread}",
            f"    margin {middle} {named} on average, standard deviation {spread}",
        ),
    ]


def _cells(report: Told, row: Told, told: Told, lang: str) -> list[str]:
    of = report["factors"][row["factor"]]
    source = say(lang, "假设", "assumed") if of.get("confidence") == SURE else of.get("confidence") or ""
    shown = [index(name, row, told["unit"], name == "mu") for name in INDICES[report["method"]]]
    return [factor_label(row["factor"], lang), *shown, source]


def _beside(told: Told, report: Told, lang: str) -> list[str]:
    """What a method says of all factors of a target together."""
    said = []
    if told.get("sum_S1") is not None:
        total = index("sum_S1", told, "")
        said.append(say(lang, f"各自单独合计 ΣS1 = {total}，其余为交互。",
                        f"All of them alone: sum of S1 = {total}; the rest is interaction."))  # fmt: skip
        pairs = [p for p in told["pairs"][:PAIRS] if p["S2_interval"] and p["S2_interval"][0] > 0]
        if pairs:
            listed = "；".join(
                f"{' × '.join(factor_label(name, lang) for name in p['factors'])} {index('S2', p, '')}" for p in pairs
            )
            said.append(say(lang, f"明显的两两交互：{listed}。", f"Pairs that clearly interact: {listed}."))
    if told.get("floor") is not None:
        many, floor = len(told["factors"]), f"{told['floor']:.2f}"
        zh = f"{many} 个毫无作用的因素，最大的也会偶然达到 {floor}（95%），点越多越低；不高于它的不列。"
        en = (
            f"The largest of {many} factors without any effect reaches {floor} by chance (95 %), less with more points;"
        )
        said.append(say(lang, zh, f"{en} what does not exceed it is not listed."))
    if told.get("luck_share") is not None:
        share, runs = index("luck_share", told, ""), report["per_point"]
        zh = f"单次推演的方差中，运气与宏观路径占 {share}；以上按每点 {runs} 次的均值计算，运气只使其模糊。"
        en = (
            f"Of the variance of a single run, luck and macro path are {share}; the indices are of means of {runs} runs"
        )
        said.append(say(lang, zh, f"{en} a point, which luck blurs and does not add to."))
    return [*said, *_came_about(told, report, lang), *_lost(told, report, lang)]


def _came_about(told: Told, report: Told, lang: str) -> list[str]:
    """The leading factor at a quarter, at half and at the whole of the design, and whether that is settled."""
    name = MAIN[report["method"]]
    if len(told["convergence"]) < 2 or not _shown(told, report["method"]):
        return []
    steps = [f"{part['units']}: {index(name, part['factors'][0], told['unit'])}" for part in told["convergence"]]
    first = factor_label(told["convergence"][-1]["factors"][0]["factor"], lang)
    zh, en = f"收敛（{first}）：{' → '.join(steps)}", f"Convergence ({first}): {' → '.join(steps)}"
    if told["settled"] is False:
        zh += "。尚未收敛：有指数在一半样本时落在区间之外，请加大 --runs"
        en += ". Not settled: an index from half the design is outside its interval; use more --runs"
    return [say(lang, f"{zh}。", f"{en}.")]


def _lost(told: Told, report: Told, lang: str) -> list[str]:
    """Points without a margin, and what they take with them."""
    points, units, (zh, en) = told["points_lost"], told["units_lost"], UNITS[report["method"]]
    if not points:
        return []
    return [
        say(
            lang,
            f"{points} 个点没有余量，未计入（涉及 {units} {zh}）。",
            f"{points} points have no margin and do not count ({units} {en} affected).",
        )
    ]


def _drivers(report: Told, lang: str) -> list[str]:
    """Each number among those shown, once: its value, range and why it is what it is."""
    seen: dict[str, None] = {}
    for told in report["targets"].values():
        seen.update({row["factor"]: None for row in _shown(told, report["method"])})
    numbers = [name for name in seen if "range" in report["factors"][name]]
    said = [say(lang, "其中的数字：", "The numbers among them:")] if numbers else []
    for name in numbers:
        of = report["factors"][name]
        low, high = (end_of_range(end) for end in of["range"])
        kind = say(lang, "假设", "assumed") if of["confidence"] == SURE else of["confidence"]
        said.append(
            f"  {name} = {of['value']:,.10g} [{low}, {high}] {plain_unit(of['unit'], lang)}"
            f" ({kind}) {of['reason'][lang]}"
        )
    return said


def _notes(report: Told, lang: str) -> list[str]:
    said = [""]
    if report["screening"]:
        kept = [share for share in report["screening"]["kept"].values() if share is not None]
        least = f"{100 * min(kept):.0f}%" if kept else "-"
        said.append(say(
            lang,
            f"先用 {report['screening']['trajectories']} 条 Morris 轨迹（{report['screening']['points']:,} 个点）筛选；"
            f"其余 {report['held']} 个因素取定值，它们的作用和交互不在其中。"
            f"入选因素在各目标平均幅度之和中至少占 {least}。",
            f"Screened first by {report['screening']['trajectories']} Morris trajectories"
            f" ({report['screening']['points']:,} points); the other {report['held']} factors are held at their stated"
            f" values, and what they do, alone or with others, is left out. The chosen have at least {least} of the"
            " summed mu* of every target.",
        ))  # fmt: skip
    elif report["held"]:
        said.append(say(
            lang,
            f"其余 {report['held']} 个因素未经筛选，取定值；它们的作用和交互不在其中。",
            f"The other {report['held']} factors were not screened and are held at their stated values; what they do,"
            " alone or with others, is left out.",
        ))  # fmt: skip
    said += [say(lang, *text) for text in MEANING[report["method"]]]
    if report["errors"]:
        said.append(say(lang, f"有 {len(report['errors'])} 次推演失败，未作任何填补。",
                        f"{len(report['errors'])} simulations failed; nothing was filled in for them."))  # fmt: skip
    return said


STEPPED_LUCK = (
    "运气与宏观路径本身就是因素，同一行（轨迹）的点共用，所以运气从不算在数字头上。",
    "Luck and macro path are factors themselves, shared by the points of a row or trajectory: luck is never credited to"
    " a number.",
)
NOT_ORDERED = (
    "运气、宏观路径和地区参数组没有大小之分，只看幅度，不看方向。",
    "Luck, macro path and the place's joint draws have no more or less: look at sizes only, not at directions.",
)
INTERVALS = ("方括号内为 95% 区间（重抽样）。", "In brackets: 95 % intervals, by resampling.")
MEANING: Mapping[str, Sequence[tuple[str, str]]] = {
    "morris": (
        INTERVALS,
        (
            "平均幅度：该数字走完整个区间时余量平均变动多少；离散大说明作用不是直线的，或取决于其他因素。",
            "Mean size: how far the margin moves on average when the number crosses its whole range; a large spread"
            " says that the effect is not straight or depends on others.",
        ),
        STEPPED_LUCK,
        NOT_ORDERED,
    ),
    "sobol": (
        INTERVALS,
        (
            "S1 是该因素单独解释的方差比例，ST 连同它与其他因素（也与运气）的一切交互。",
            "S1 is the share of variance a factor explains alone, ST with all its interactions, those with luck too.",
        ),
        STEPPED_LUCK,
    ),
    "pawn": (
        INTERVALS,
        (
            "把因素限定在其区间的十分之一内，余量的分布与全体相差多远（0 至 1）。",
            "How far the distribution of the margin is from that of all points once the factor is held within a tenth"
            " of its range (0 to 1).",
        ),
    ),
    "delta": (
        INTERVALS,
        (
            "把因素限定在一段区间内，余量的密度与全体平均相差多远（0 至 1），已扣除偏差；"
            "余量堆在同一数值时请改用 pawn。",
            "How far the density of the margin is from that of all points once the factor is held within a class of"
            " its range (0 to 1), bias removed; where margins pile up at one value use pawn.",
        ),
    ),
}
