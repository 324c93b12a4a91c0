"""The futures of a plan as a table for a terminal: how surely each target is met in each, what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from results.branches import PLAN
from results.tables import columns, wrap
from results.words import chance, money_scale, quantity, say, unit

WIDTH = 100

Report = Mapping[str, Any]


def branches_text(report: Report, lang: str = "zh") -> str:
    """The answer in words, Chinese or English."""
    year, quarter = report["at"]
    title = say(
        lang,
        f"{report['title']['zh']}：{year} 年第 {quarter} 季度起的几种将来",
        f"{report['title']['en']}: futures from {year}Q{quarter} on",
    )
    parts = (
        [title, "=" * WIDTH, *_grounds(report, lang)],
        _legend(report, lang),
        _targets(report, lang),
        _list_mean(report, lang),
        _cost(report, lang),
        _notes(report, lang),
    )
    return "\n".join("\n".join(part) for part in parts if part)


def letters(report: Report) -> dict[str, str]:
    """The letter each future is called by, the plan first."""
    return {future["name"]: ascii_uppercase[place % 26] for place, future in enumerate(report["futures"])}


def _grounds(report: Report, lang: str) -> list[str]:
    households = report["households"]
    size = f"{households:,}" if isinstance(households, int) else say(lang, "全部", "all")
    return [
        say(
            lang,
            f"模型模拟，不是预测 · {report['runs']} 次推演，每次各个将来同一过去、同一运气 · 样本 {size} 户",
            f"a model simulation, not a forecast · {report['runs']} replicates, all futures of one past and luck ·"
            f" {size} households",
        )
    ]


def _legend(report: Report, lang: str) -> list[str]:
    called = letters(report)
    return ["", *(f"{called[f['name']]}  {f['title'][lang]}" for f in report["futures"])]


def parting(report: Report) -> list[Report]:
    """The default readings whose verdict some future changes in some replicate."""
    rows = [row for row in report["targets"] if row["default"]]
    return [row for row in rows if any(of["switched"] for of in row["futures"].values())]


def _targets(report: Report, lang: str) -> list[str]:
    """A block a target on which the futures part; the others, the same in every replicate, in one table."""
    level = f"{100 * report['level']:g}"
    head = say(
        lang,
        f"目标实现的概率（{level}% 区间）；比 A、比无项目：成对之差，百分点；余量：离目标多远，成对之差",
        f"Probability of meeting each target ({level} % interval); less A, less no programme: paired differences in"
        " points; margin: how far from the target, paired difference",
    )
    lines = ["", *wrap(head, WIDTH), "-" * WIDTH]
    rows = parting(report)
    blocks = [_block(report, row, lang) for row in rows]
    names = [say(lang, *pair) for pair in (("", ""), ("概率", "probability"), ("比 A", "less A"))]
    names += [say(lang, "比无项目", "less null"), say(lang, "余量比 A", "margin less A")]
    table = columns([names, *(row for block in blocks for row in block)], [False, True, True, True, True])
    place = 1
    for row, block in zip(rows, blocks, strict=True):
        lines += [*wrap(f"{row['id']}  {_named(row, lang)}", WIDTH), table[0], *table[place : place + len(block)]]
        place += len(block)
    return [*lines, *_alike(report, rows, lang)]


def _block(report: Report, row: Report, lang: str) -> list[list[str]]:
    null = row["futures"][PLAN]["null"]
    lines = []
    for name, letter in letters(report).items():
        of = row["futures"][name]
        moved = "" if name == PLAN else f"{change(of['margin_from_plan'], row['unit'])} {unit(row['unit'], lang)}"
        less = "" if name == PLAN else change(of["from_plan"], "share")
        lines.append(
            [f"  {letter}", chance(of["probability"], of["interval"]), less, change(of["from_null"], "share"), moved]
        )
    return [*lines, [say(lang, "  无项目", "  null"), chance(null["probability"], null["interval"]), "", "", ""]]


def _named(row: Report, lang: str) -> str:
    return say(lang, f"{row['title_zh']}（{row['reading_zh']}）", f"{row['title_en']} ({row['reading_en']})")


def _alike(report: Report, apart: Sequence[Report], lang: str) -> list[str]:
    rows = [row for row in report["targets"] if row["default"] and row not in apart]
    if not rows:
        return []
    head = say(
        lang,
        "以下目标在每次推演中各将来结论都一样（余量的差见 branches.csv）",
        "The futures agree on these in every replicate (differences of margins: branches.csv)",
    )
    cells = [["", say(lang, "各将来", "all futures"), say(lang, "无项目", "null"), ""]]
    for row in rows:
        of = row["futures"][PLAN]
        both = (chance(told["probability"], told["interval"]) for told in (of, of["null"]))
        cells.append([row["id"], *both, row[f"title_{lang}"]])
    return ["", head, *columns(cells, [False, True, True, False])]


def change(told: Mapping[str, Any] | None, unit_name: str) -> str:
    """A difference with its interval, or why it has none."""
    if told is None:
        return "-"
    middle, *ends = (
        without_sign_of_nothing(quantity(value, unit_name)) for value in (told["difference"], *(told["interval"] or ()))
    )
    return f"{middle} [{', '.join(ends) or '?'}]"


def without_sign_of_nothing(text: str) -> str:
    """A number as printed, but for the sign of one that is printed as zero."""
    return text if any(digit in text for digit in "123456789") else text.lstrip("+-")


def _list_mean(report: Report, lang: str) -> list[str]:
    """The list's mean income a year from the date's year on: the plan's, and what each future adds."""
    mean, called = report["list_mean"], letters(report)
    years = [place for place, year in enumerate(mean["years"]) if year >= report["at"][0]]
    others = [name for name in called if name != PLAN]
    listed = report["listed"][lang]
    head = say(
        lang,
        f"{listed}（基期名单）人均可支配收入，元/人·年，名义：A 为中位数 [10%, 90%]，其余为与 A 成对之差（区间）",
        f"Mean income of the baseline list ({listed}), yuan/person/year, nominal: A median [10 %, 90 %], others paired"
        " difference from A with interval",
    )
    rows = [["", "A", *(called[name] for name in others), say(lang, "A 比无项目", "A less no programme")]]
    for place in years:
        low, middle, high = (line[place] for line in mean["paths"][PLAN])
        rows.append(
            [
                str(mean["years"][place]),
                f"{middle:,.0f} [{low:,.0f}, {high:,.0f}]",
                *(change(mean["from_plan"][name][place], "yuan") for name in others),
                change(mean["from_null"][PLAN][place], "yuan"),
            ]
        )
    return ["", *wrap(head, WIDTH), "-" * WIDTH, *columns(rows, [False, *(True for _ in rows[0][1:])])]


def _cost(report: Report, lang: str) -> list[str]:
    called, paid = letters(report), report["cost"]
    scale, name = money_scale(max(abs(of["yuan"]["difference"]) for of in paid.values()), lang)
    year, quarter = report["at"]
    head = say(
        lang,
        f"自 {year} 年第 {quarter} 季度起比无项目多支出（{name}，名义，全地区）",
        f"Spent beyond no programme from {year}Q{quarter} on ({name}, nominal, whole place)",
    )
    rows = [["", say(lang, "支出", "spent"), say(lang, "比 A", "less A")]]
    for future in called:
        moved = "" if future == PLAN else _amount(paid[future]["from_plan"], scale)
        rows.append([called[future], _amount(paid[future]["yuan"], scale), moved])
    return ["", head, "-" * WIDTH, *columns(rows, [False, True, True])]


def _amount(told: Mapping[str, Any], scale: float) -> str:
    ends: Sequence[float] = told["interval"] or ()
    reach = ", ".join(f"{end / scale:,.2f}" for end in ends) or "?"
    return f"{told['difference'] / scale:,.2f} [{reach}]"


def _notes(report: Report, lang: str) -> list[str]:
    told = [
        say(
            lang,
            "每个将来只从这一天起改变：去掉的措施不再受理、不再拨款，已建成的照常运转，已批准的照付；各将来与自己的"
            "无项目对照相比。差的区间含 0 表示这些推演看不出差别。",
            "A future changes things from the date on only: a kind left out takes no new claims and gets no more money,"
            " what it built goes on and what was approved is paid. Each future has its own null arm. A difference whose"
            " interval holds 0 is none that these runs can see.",
        )
    ]
    if report["runs"] < 2:
        told.append(say(lang, "[?] 只有一次推演，没有区间。", "[?] a single replicate has no interval."))
    if report["runs_lost"]:
        told.append(
            say(
                lang,
                f"有 {report['runs_lost']} 次推演有一支失败，未计入差；概率的区间按两端计入。",
                f"{report['runs_lost']} replicates lost an arm: they are in no difference, and widen the intervals of"
                " probabilities at both ends.",
            )
        )
    return ["", *(line for text in told for line in wrap(text, WIDTH))]
