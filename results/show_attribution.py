"""An attribution as a planner reads it on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from results.attribution import MEASURES
from results.game import CHANCE, COMPONENTS, COST, INCOME, MARGIN
from results.show_attribution_notes import Number, notes, with_interval
from results.tables import columns, wrap
from results.words import money_scale, quantity, say, unit

WIDTH = 100
# Targets name those that carry most; interactions those that matter most.
MOST_PLAYERS, MOST_PAIRS = 3, 8
HEADS = {
    "leave_one_out": ("去掉它损失", "lost without it"),
    "add_one_in": ("只做它得到", "gained by it alone"),
    "shapley": ("Shapley 份额", "Shapley share"),
}

Report = Mapping[str, Any]
Told = Mapping[str, Any]


def attribution_text(report: Report, lang: str = "zh") -> str:
    """The whole answer: who the players are, list income, its components, money, targets, interactions, notes."""
    parts = (
        _head(report, lang),
        _players(report, lang),
        _shared(report, INCOME, lang),
        _components(report, lang),
        _shared(report, COST, lang),
        _targets(report, lang),
        _interactions(report, lang),
        notes(report, lang),
    )
    return "\n".join(line for part in parts if part for line in (*part, "")).rstrip()


def outcome_of(report: Report, name: str) -> Told:
    """One outcome by its id."""
    found: Told = next(one for one in report["outcomes"] if one["id"] == name)
    return found


def writer(outcome: Told, lang: str) -> tuple[Number, str]:
    """How an outcome's numbers are written, and in what unit."""
    if outcome["id"] != COST:
        return lambda value: quantity(value, outcome["unit"]), unit(outcome["unit"], lang)
    scale, name = size_of(outcome, lang)
    return lambda value: f"{value / scale:+,.2f}", name


def size_of(outcome: Told, lang: str) -> tuple[float, str]:
    """The size in which an outcome is told, and its name."""
    if outcome["id"] != COST:
        return 1.0, unit(outcome["unit"], lang)
    return money_scale(max(abs(found["shapley"]["estimate"] or 0.0) for found in outcome["players"]), lang)


def _head(report: Report, lang: str) -> list[str]:
    size = f"{report['households']:,}" if isinstance(report["households"], int) else str(report["households"])
    how = say(lang, "每种组合都推演", "every coalition runs") if not report["orders"] else say(
        lang, f"每次抽 {report['orders']} 种加入次序", f"{report['orders']} sampled orders in each"
    )  # fmt: skip
    return [
        say(lang, f"归因：{report['title']['zh']}", f"Attribution: {report['title']['en']}"),
        say(
            lang,
            f"{report['runs']} 次推演，共 {report['arms']:,} 个分支（{how}），每次约 {size} 户；方括号内为 95% 区间",
            f"{report['runs']} replicates, {report['arms']:,} arms in all ({how}), about {size} households each;"
            " 95 % intervals",
        ),
        "=" * WIDTH,
    ]


def _players(report: Report, lang: str) -> list[str]:
    if all(len(player["kinds"]) == 1 for player in report["players"]):
        return []
    rows = []
    for player in report["players"]:
        rows += wrap(f"{player['title'][lang]}：{player['parts'][lang]}" if lang == "zh"
                     else f"{player['title'][lang]}: {player['parts'][lang]}", WIDTH)  # fmt: skip
    return rows


def _shared(report: Report, name: str, lang: str) -> list[str]:
    """One outcome among the players, largest share first, with the sum, what it must come to, and the levels."""
    outcome = outcome_of(report, name)
    if not outcome["replicates"]:
        return []
    number, unit_name = writer(outcome, lang)
    rows = [["", *(say(lang, *HEADS[name]) for name in MEASURES)]]
    for place in by_share(outcome):
        found = outcome["players"][place]
        cells = [with_interval(found[name], number) for name in MEASURES]
        rows.append([report["players"][place]["title"][lang], *cells])
    rows.append([say(lang, "合计", "sum"), "", "", number(outcome["sum"])])
    rows.append([say(lang, "全部措施 − 没有措施", "all kinds - none"), "", "", with_interval(outcome["total"], number)])
    head = say(lang, f"{outcome['title']['zh']}（{unit_name}）", f"{outcome['title']['en']} ({unit_name})")
    level = {name: number(found["estimate"]).lstrip("+") for name, found in outcome["levels"].items()}
    return [
        head,
        "-" * WIDTH,
        *columns(rows, [False, True, True, True]),
        say(
            lang,
            f"余数 {outcome['remainder']:.1e}；无项目对照 {level['null']}，没有措施 {level['nobody']}，"
            f"全部措施 {level['everyone']}",
            f"remainder {outcome['remainder']:.1e}; null arm {level['null']}, no kind {level['nobody']},"
            f" all kinds {level['everyone']}",
        ),
    ]


def _components(report: Report, lang: str) -> list[str]:
    """Shapley shares of the components of income."""
    found = [outcome_of(report, name) for name in COMPONENTS]
    if not all(outcome["replicates"] for outcome in found):
        return []
    rows = [["", *(outcome["title"][lang] for outcome in found)]]
    for place in by_share(outcome_of(report, INCOME)):
        cells = [with_interval(outcome["players"][place]["shapley"], writer(outcome, lang)[0]) for outcome in found]
        rows.append([report["players"][place]["title"][lang], *cells])
    totals = [with_interval(outcome["total"], writer(outcome, lang)[0]) for outcome in found]
    rows.append([say(lang, "全部措施 − 没有措施", "all kinds - none"), *totals])
    head = say(lang, "收入构成的 Shapley 份额（元/人·年）", "Shapley shares of its components (yuan/person/year)")
    return [head, "-" * WIDTH, *columns(rows, [False, True, True, True, True])]


def _targets(report: Report, lang: str) -> list[str]:
    """Each target: what all kinds do to its margin and its probability, and who carries most of that."""
    margins = [one for one in report["outcomes"] if one["id"].startswith(MARGIN)]
    chances = [outcome_of(report, CHANCE + one["id"].removeprefix(MARGIN)) for one in margins]
    lines = []
    for margin, chance in zip(margins, chances, strict=True):
        carried = [line for outcome, what in ((margin, ("余量", "margin")), (chance, ("概率", "probability")))
                   if _moved(outcome) for line in _carried(report, outcome, say(lang, *what), lang)]  # fmt: skip
        if carried:
            lines += [*wrap(f"{margin['id'].removeprefix(MARGIN)}  {margin['title'][lang]}", WIDTH), *carried]
    head = say(
        lang,
        f"目标：由谁带来（Shapley，份额最大的 {MOST_PLAYERS} 组）",
        f"Targets: who carries them (Shapley, the {MOST_PLAYERS} largest shares)",
    )
    same = ("各种组合下余量都不变", "the same margin in every coalition")
    alike = ("各种组合下概率都不变", "the same probability in every coalition")
    return [head, "-" * WIDTH, *lines, *_still(margins, same, lang), *_still(chances, alike, lang)]


def _still(outcomes: Sequence[Told], what: tuple[str, str], lang: str) -> list[str]:
    """The targets that nobody moves in any replicate, and how wide that leaves the intervals of probabilities."""
    still = [one for one in outcomes if one["replicates"] and not _moved(one)]
    if not still:
        return []
    names = say(lang, "、", ", ").join(one["id"].split(" ")[-1] for one in still)
    reach = max((100 * one["total"]["interval"][1] for one in still if one["chance"]), default=0.0)
    within = say(lang, f"（区间 ±{reach:.0f} 个百分点）", f" (intervals within ±{reach:.0f} points)") if reach else ""
    return wrap(say(lang, what[0] + within + "：", what[1] + within + ": ") + names, WIDTH)


def _carried(report: Report, outcome: Told, what: str, lang: str) -> list[str]:
    number, unit_name = writer(outcome, lang)
    carrying = [place for place in by_share(outcome, absolute=True) if outcome["players"][place]["shapley"]["estimate"]]
    most = [
        f"{report['players'][place]['title'][lang]} {with_interval(outcome['players'][place]['shapley'], number)}"
        for place in carrying[:MOST_PLAYERS]
    ]
    whole = with_interval(outcome["total"], number)
    text = say(lang, f"{what} {whole} {unit_name}：", f"{what} {whole} {unit_name}: ") + say(lang, "，", ", ").join(
        most
    )
    return [f"    {line}" for line in wrap(text, WIDTH - 4)]


def _interactions(report: Report, lang: str) -> list[str]:
    """The pairs that help or replace each other most in list income, of those told from nothing."""
    outcome = outcome_of(report, INCOME)
    sure = [found for found in outcome["interactions"] if tells(found)]
    sure.sort(key=lambda found: -abs(found["estimate"]))
    number, unit_name = writer(outcome, lang)
    titles = [player["title"][lang] for player in report["players"]]
    ways = {True: say(lang, "相互增强", "help each other"), False: say(lang, "相互替代", "replace each other")}
    rows = [
        [
            " × ".join(titles[player] for player in found["pair"]),
            with_interval(found, number),
            ways[found["estimate"] > 0],
        ]
        for found in sure[:MOST_PAIRS]
    ]
    head = say(
        lang,
        f"两两相互作用：{outcome['title']['zh']}（{unit_name}）",
        f"Pairwise interactions: {outcome['title']['en']} ({unit_name})",
    )
    pairs, seen = len(outcome["interactions"]), sum(bool(found["interval"]) for found in outcome["interactions"])
    told = say(
        lang,
        f"{pairs} 对中 {seen} 对有区间，其中 {len(sure)} 对不含零；单凭偶然约会有 {0.05 * seen:.1f} 对。",
        f"{seen} of {pairs} pairs have an interval, {len(sure)} of them without zero; by chance alone about"
        f" {0.05 * seen:.1f} would.",
    )
    table = columns(rows, [False, True, False]) if rows else []
    return [head, "-" * WIDTH, *table, *wrap(told, WIDTH)]


def tells(found: Told) -> bool:
    """Whether an interval leaves zero out."""
    return bool(found["interval"]) and (found["interval"][0] > 0 or found["interval"][1] < 0)


def by_share(outcome: Told, absolute: bool = False) -> list[int]:
    """Players by their Shapley share, the largest first; `absolute`: by its size."""
    shares: Sequence[float] = [found["shapley"]["estimate"] or 0.0 for found in outcome["players"]]
    return sorted(range(len(shares)), key=lambda place: -(abs(shares[place]) if absolute else shares[place]))


def _moved(outcome: Told) -> bool:
    """Whether some player adds something anywhere."""
    return bool(outcome["replicates"]) and any(
        found[name]["estimate"] or found[name]["error"] for found in outcome["players"] for name in MEASURES
    )
