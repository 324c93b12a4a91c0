"""The common words of outputs in both languages: measures, populations, uses, kinds, arms and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WORDS: dict[str, tuple[str, str]] = {
    "policy": ("有项目", "policy"),
    "null": ("无项目对照", "no programme"),
    "half": ("预算减半", "half budget"),
    "double": ("预算加倍", "double budget"),
    "forecast": ("按预测抽取的宏观路径", "macro path drawn from forecasts"),
    "published": ("已公布的宏观路径", "published macro path"),
    "drawn": ("参数在其范围内抽取", "parameters drawn within their ranges"),
    "fixed": ("参数取中心值", "parameters at their central values"),
    "nbs": ("国家统计局住户调查口径", "NBS household-survey convention"),
    "register": ("建档登记口径", "register convention"),
    "luck": ("运气", "luck"),
    "macro": ("宏观", "macro"),
    "parameters": ("参数", "parameters"),
    "sampling": ("抽样", "sampling"),
    "income_pc": ("人均可支配收入", "per-capita disposable income"),
    "wage_pc": ("工资性收入", "wages"),
    "business_pc": ("经营净收入", "own business, net"),
    "property_pc": ("财产净收入", "property, net"),
    "transfer_pc": ("转移净收入", "transfers, net"),
    "cohort": ("基期名单农户", "baseline list"),
    "listed": ("在册农户", "listed households"),
    "list_before": ("当年名单（调整前）", "current list before review"),
    "list_after": ("当年名单（调整后）", "current list after review"),
    "industry": ("产业扶持", "industry support"),
    "employment": ("就业帮扶", "employment"),
    "training": ("技能培训", "training"),
    "credit": ("信贷贴息", "credit"),
    "energy": ("光伏等能源", "energy"),
    "assets": ("资产收益", "assets"),
    "assistance": ("社会救助", "assistance"),
    "insurance": ("保险", "insurance"),
    "health": ("医疗保障", "health"),
    "education": ("教育资助", "education"),
    "housing": ("住房", "housing"),
    "relocation": ("易地搬迁", "relocation"),
    "ecology": ("生态", "ecology"),
    "infrastructure": ("基础设施", "infrastructure"),
    "administration": ("管理费", "administration"),
    "collective": ("村集体经济", "village collective"),
    "key": ("重点帮扶村", "key villages"),
    "weak": ("薄弱村", "weak villages"),
    "other": ("其他村", "other villages"),
}

UNITS: dict[str, tuple[str, str]] = {
    "yuan": ("元", "yuan"),
    "yuan/year": ("元/年", "yuan/year"),
    "yuan/person/year": ("元/人·年", "yuan/person/year"),
    "yuan/household/year": ("元/户·年", "yuan/household/year"),
    "yuan/village/year": ("元/村·年", "yuan/village/year"),
    "share": ("百分点", "points"),
    "ratio": ("比值", "ratio"),
    "persons": ("人", "persons"),
    "households": ("户", "households"),
    "villages": ("村", "villages"),
    "counties": ("县", "counties"),
}


UNIT_WORDS: dict[str, str] = {
    "yuan": "元",
    "share": "比例",
    "ratio": "比值",
    "log": "对数",
    "index": "指数",
    "number": "个",
    "person": "人",
    "worker": "劳动力",
    "household": "户",
    "village": "村",
    "county": "县",
    "cooperative": "合作社",
    "loan": "笔贷款",
    "slot": "名额",
    "post": "岗位",
    "year": "年",
    "quarter": "季",
    "month": "月",
    "hour": "小时",
    "mu": "亩",
    "m2": "平方米",
}
"""Chinese of the single words that the units of a scenario are joined of."""


MEASURE_UNITS: dict[str, str] = {
    "income_quarter_pc": "yuan/person/quarter",
    "collective_income": "yuan/village/year",
    "listed_share": "share",
    "labour_per_head": "workers/person",
    "dibao_share": "share",
    "poor_share_true": "share",
    "cpi": "index",
}


COUNTS = ("exits", "entries", "exited", "unsafe_houses")
RATIOS = ("gini", "theil", "watts", "sen_", "targeting_ratio", "chronic", "transient_j", "transient_d")
SHARES = (
    *("fgt", "targeting", "incidence", "growth_incidence", "transition", "years_poor", "return_hazard"),
    *("transient_share", "vulnerability", "growth_from"),
)
"""Beginnings of the names of measures by their unit."""


def measure_unit(measure: str) -> str:
    """The unit of a recorded series; what is per person is of the year unless it says otherwise."""
    if "_pc" in measure:
        return MEASURE_UNITS.get(measure, "yuan/person/year")
    if measure.startswith(COUNTS):
        return "households"
    if measure.startswith(RATIOS):
        return "ratio"
    return MEASURE_UNITS.get(measure, "share" if measure.startswith(SHARES) else "")


def pair(name: str) -> dict[str, str]:
    """Both languages of a common word; the name itself where it is none."""
    zh, en = WORDS.get(name, (name.replace("_", " "), name.replace("_", " ")))
    return {"zh": zh, "en": en}


def word(name: str, lang: str) -> str:
    """A common word in one language."""
    return say(lang, **pair(name))


def listed(answers: Mapping[str, Any], lang: str) -> str:
    """What the programme's document calls a household on the list; an answer of an earlier version does not say."""
    return say(lang, **answers.get("listed", pair("listed")))


def say(lang: str, zh: str, en: str) -> str:
    """One of two wordings."""
    return en if lang == "en" else zh


def unit(name: str, lang: str) -> str:
    """A unit in one language; the name itself where it is not known."""
    zh, en = UNITS.get(name, (name, name))
    return say(lang, zh, en)


def plain_unit(name: str, lang: str) -> str:
    """The unit of a scenario's number in one language, word by word; a share stays a share here."""
    if lang == "en":
        return name
    return "/".join(UNIT_WORDS.get(part, UNIT_WORDS.get(part.removesuffix("s"), part)) for part in name.split("/"))


def quantity(value: float, unit_name: str, signed: bool = True) -> str:
    """A number as it is printed: shares in points, money without decimals."""
    sign = "+" if signed else ""
    if unit_name == "share":
        return f"{100 * value:{sign}.1f}"
    if unit_name.startswith("yuan") or abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    return f"{value:{sign}.3g}"


def money_scale(largest: float, lang: str) -> tuple[float, str]:
    """The size in which a planner says an amount of yuan, and its name: 亿元 and 万元, or million yuan."""
    if lang == "en":
        return (1e6, "million yuan") if largest >= 1e6 else (1.0, "yuan")
    if largest >= 1e8:
        return 1e8, "亿元"
    return (1e4, "万元") if largest >= 1e4 else (1.0, "元")


def money(yuan: float, lang: str) -> str:
    """One amount in its own size."""
    scale, name = money_scale(abs(yuan), lang)
    digits = 0 if scale == 1 else 2 if name == "亿元" else 1
    return f"{yuan / scale:,.{digits}f} {name}"


def chance(probability: float | None, interval: Sequence[float] | None) -> str:
    """A probability in whole per cent; never rounded to certainty."""
    if probability is None:
        return "-"
    text = "<1%" if 0 < probability < 0.005 else ">99%" if 0.995 < probability < 1 else f"{100 * probability:.0f}%"
    return f"{text} [{100 * interval[0]:.0f}, {100 * interval[1]:.0f}]" if interval else text
