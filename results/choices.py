"""The named choices of a scenario in words: what is chosen, and what each answer means."""

from __future__ import annotations

from results.words import plain_unit, say

CHOICES: dict[str, tuple[tuple[str, str], dict[str, tuple[str, str]]]] = {
    "model.accounting": (
        ("收入口径", "income accounting"),
        {
            "nbs": ("国家统计局住户调查口径", "NBS household-survey convention"),
            "register": ("建档登记口径", "register convention"),
        },
    ),
    "model.cooperative_linkage": (
        ("合作社与农户的利益联结", "what a cooperative's refunds go by"),
        {
            "labour": ("按劳动", "labour"),
            "order": ("按订单", "orders"),
            "share": ("按股金", "shares"),
            "lease": ("按土地", "land leased"),
        },
    ),
    "model.loan_use": (
        ("小额信贷由谁使用", "who uses a micro-loan"),
        {
            "household": ("农户自用", "the household"),
            "firm": ("企业使用，农户领固定回报", "a firm, for a fixed return"),
        },
    ),
    "model.reimbursement_rise": (
        ("报销比例的提高", "rise of reimbursement"),
        {"points": ("10 个百分点", "10 percentage points"), "relative": ("在原比例上提高 10%", "10 % of the rate")},
    ),
    "place.line_rule": (
        ("认定线", "identification line"),
        {
            "mixed": ("各县从两种线中各选其一", "each county chooses one of two"),
            "dibao150": ("低保标准的 1.5 倍", "1.5 x the dibao line"),
            "mean40": ("农民人均收入的 40%", "40 % of the rural mean"),
            "min": ("两者取低", "the lower of both"),
            "max": ("两者取高", "the higher of both"),
            "fixed": ("固定元数，随物价调整", "one line in yuan that follows prices"),
        },
    ),
    "place.selection": (
        ("名额不足时先纳入谁", "who is listed first when the quota binds"),
        {"lowest": ("观测收入最低者", "lowest observed income"), "random": ("随机", "by lot")},
    ),
    "place.dibao_on_list": (
        ("领取低保者", "who receives dibao"),
        {"on": ("一直在册", "is always on the list"), "off": ("收入过线即可退出", "leaves it by income")},
    ),
    "place.support_in_observation": (
        ("观察期内的帮扶", "support in the observation year"),
        {"on": ("保留", "kept"), "off": ("停止", "stopped")},
    ),
    "model.support_after_exit": (
        ("退出名单后的帮扶", "support after leaving the list"),
        {"on": ("保留", "kept"), "off": ("停止", "stopped")},
    ),
    "model.performance_weight": (("考核结果对下一年资金的影响", "weight of results in next year's money"), {}),
    "place.quota_margin": (("名额的余量", "margin of the quota"), {}),
    "place.listed_households": (("名单户数", "households on the list"), {}),
    "place.listed_persons": (("名单人数", "persons on the list"), {}),
    "place.village_exit_standard": (("村的退出标准", "standard for a village to leave"), {}),
    "programme.funds.city.yuan_per_village": (("每村金额", "yuan a village"), {}),
    "programme.village_money": (
        ("每村金额指", "what the sum a village is for"),
        {"total": ("各年合计", "all years together"), "yearly": ("每年", "each year")},
    ),
    "model.gift_threshold": (("分红与转移占收入之比", "share of dividends and transfers in income"), {}),
    "model.main_share": (("“主要”所指的份额", "share that mainly asks for"), {}),
}


def choice_title(path: str, lang: str) -> str:
    """What a path decides; the path itself where it is not known."""
    return say(lang, *CHOICES[path][0]) if path in CHOICES else path


def choice_word(path: str, chosen: str, lang: str) -> str:
    """An answer in words; a number keeps its digits and has its unit in words."""
    known = CHOICES[path][1] if path in CHOICES else {}
    if chosen in known:
        return say(lang, *known[chosen])
    number, _, unit = chosen.partition(" ")
    return f"{number} {plain_unit(unit, lang)}" if number[:1].isdigit() and unit[:1].isalpha() else chosen
