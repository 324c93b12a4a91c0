"""What the documents leave open, and where each question is answered: never a silent choice.

Thirteen questions of five policy documents. Each names the choices and numbers, by path, that decide it: a switch, a
number, or the reading under which a target is judged by default. `decided` says for a scenario what was chosen and what
else could have been; a question that none of its paths decides does not arise there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

READING = "default_reading"


@dataclass(frozen=True)
class Ambiguity:
    """One question. `texts` are the clauses that raise it, `paths` decide it, `alternative`: what else it may mean.
    `as_printed`: it is about the printing of a figure, and arises only for a number that one of the texts states."""

    number: int
    title_zh: str
    title_en: str
    question_zh: str
    question_en: str
    alternative_zh: str
    alternative_en: str
    texts: tuple[str, ...]
    paths: tuple[str, ...]
    as_printed: bool = False


def reading(target: str) -> str:
    """The path of a target's default reading."""
    return f"programme.targets.{target}.{READING}"


AMBIGUITIES: tuple[Ambiguity, ...] = (
    Ambiguity(
        1,
        "连写的数字",
        "numerals run together",
        "来源文本丢了分隔符：户数与人数连成一串。",
        "The source lost its separators: households and persons stand in one string of digits.",
        "其他切分给出不可能的每户人数",
        "other cuts, with impossible household sizes; taken are 26,943 households and 88,797 persons",
        ("FS-2",),
        ("place.listed_households", "place.listed_persons"),
        as_printed=True,
    ),
    Ambiguity(
        2,
        "“达到”是平均还是每户",
        "reach: the mean or every unit",
        "“达到9000元、18000元、45%、60%”：指平均，还是每一户（村）。",
        "Whether the group's mean or each of its units must reach the figure.",
        "每一户（村）都达到",
        "every unit reaches it",
        ("FS-2", "ZJ-1.5.1"),
        (reading("T-FLOOR"), reading("T-18K"), reading("T-45"), reading("T-60")),
    ),
    Ambiguity(
        3,
        "“测算数”",
        "estimated figures",
        "文件中的元数是预计；法定目标是与当年实际平均的比例。",
        "The yuan figures are forecasts; the target is the ratio to the mean of the year itself.",
        "按文件所列元数",
        "the yuan figures as printed",
        ("FS-2",),
        (reading("T-45"), reading("T-60")),
    ),
    Ambiguity(
        4,
        "认定线",
        "identification line",
        "低保标准1.5倍，或不低于当地农民人均收入40%：由县选择。",
        "1.5 times the dibao line or 40 % of local rural income: each county chooses.",
        "全省统一取其一、取低或取高",
        "one rule everywhere, the lower of both, or the higher",
        ("ZJ-1.3",),
        ("place.line_rule",),
    ),
    Ambiguity(
        5,
        "增幅的口径",
        "what growth is of",
        "名义或实际；固定名单，还是每年调整的名单。",
        "Nominal or real; of the list as it stood at the start, or of a list that changes every year.",
        "实际增速；调整前或调整后的名单；同一批农户",
        "real growth; the list before or after its review; the same households",
        ("ZJ-1.5.1", "ZJ-6.4"),
        (reading("T-G10"), reading("T-GREL")),
    ),
    Ambiguity(
        6,
        "“报销比例提高10%”",
        "reimbursement raised by 10 %",
        "提高10个百分点，还是在原比例上提高10%。",
        "Ten percentage points, or a tenth of the rate.",
        "按原比例提高",
        "relative to the rate",
        ("HN-1.6",),
        ("model.reimbursement_rise",),
    ),
    Ambiguity(
        7,
        "“每年均要高于”",
        "above in every year",
        "每一年都要高，还是平均；每个县，还是合并计算。",
        "In every single year or on average; in each county or for all together.",
        "平均；每个县",
        "on average; in each county",
        ("LL-2", "ZJ-1.5.1"),
        (reading("T-EVERY"), reading("T-GREL")),
    ),
    Ambiguity(
        8,
        "“规模控制”",
        "control of the size of the list",
        "各县名额有限时，未纳入者不出现在后来的统计中；谁先纳入未写明。",
        "County quotas leave households out that later counts never see; who goes first is not said.",
        "名额更宽；先纳入观测收入最低者，或由社区评议，或抽签",
        "a wider quota; the lowest observed incomes, the community's ranking, or lots",
        ("LL-3.1.1",),
        ("place.quota_margin", "place.selection"),
    ),
    Ambiguity(
        9,
        "每村100万元",
        "one million yuan a village",
        "2019—2020年合计还是每年；平均还是每村。",
        "For both years together or each year; on average or in each village.",
        "每年；每村",
        "each year; each village",
        ("FS-22",),
        ("programme.village_money", "programme.funds.city.yuan_per_village"),
    ),
    Ambiguity(
        10,
        "观察期内的帮扶",
        "support under observation",
        "退出后观察一年，期内是否保留帮扶未写明。",
        "Whether support goes on during the year of observation is not said.",
        "不保留",
        "support ends",
        ("ZJ-6.4", "QZ-1.2"),
        ("place.support_in_observation", "model.support_after_exit"),
    ),
    Ambiguity(
        11,
        "“八有”与村退出标准",
        "the eight haves and the standards of village exit",
        "引用了标准，未列内容。",
        "The standards are cited and not listed.",
        "指标表可改",
        "a list of indicators that may be edited",
        ("FS-2", "FS-23"),
        (reading("T-VEXIT"), "programme.targets.T-VEXIT.listed_share"),
    ),
    Ambiguity(
        12,
        "“主要”“为主”",
        "mainly",
        "多大比例算“主要”。",
        "What share is the main one.",
        "40% 至 60%",
        "40 to 60 %",
        ("ZJ-2.3", "FS-23"),
        ("model.gift_threshold", "model.main_share", reading("T-COMP")),
    ),
    Ambiguity(
        13,
        "集体经济收入",
        "collective income",
        "总收入，还是经营性收入。",
        "All of it, or operating income alone.",
        "经营性收入",
        "operating income",
        ("ZJ-1.5.4", "ZJ-2.5", "QZ-6"),
        (reading("T-V150"), reading("T-V100"), reading("T-VCOLL-1"), reading("T-VCOLL-2")),
    ),
)


def decided(resolved: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a resolved scenario answers: for each path that decides a question, the answer and what else it could be.

    `own`: one of the programme's documents raises it, or it is about its targets, funds or the rules of its place. What
    remains is raised by another document and decided by a choice of the model that holds everywhere.

    `chosen` and every entry of `alternatives` are names of choices or readings, or numbers as text; numbers have their
    range as the alternative.
    """
    return [
        {
            "number": ambiguity.number,
            "title": {"zh": ambiguity.title_zh, "en": ambiguity.title_en},
            "path": path,
            "texts": list(ambiguity.texts),
            "own": _own(ambiguity, path, resolved),
            "chosen": chosen,
            "alternatives": alternatives,
        }
        for ambiguity in AMBIGUITIES
        for path, chosen, alternatives in _answers(ambiguity, resolved)
    ]


def _own(ambiguity: Ambiguity, path: str, resolved: Mapping[str, Any]) -> bool:
    raised_by = {text.split("-")[0] for text in ambiguity.texts}
    return not path.startswith("model.") or not raised_by.isdisjoint(resolved.get("documents", ()))


def _answers(ambiguity: Ambiguity, resolved: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    for path in ambiguity.paths:
        choice = resolved.get("choices", {}).get(path)
        number = resolved.get("numbers", {}).get(path)
        if choice:
            yield path, choice["value"], [name for name in choice["choices"] if name != choice["value"]]
        elif number and (not ambiguity.as_printed or number["source"]["text"] in ambiguity.texts):
            low_high = number.get("range")
            others = [" – ".join(f"{end:.10g}" for end in low_high)] if low_high else []
            yield path, f"{number['value']:.10g} {number['unit']}", others
