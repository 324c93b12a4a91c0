"""What must be said beside the numbers of an attribution: what is checked, what is missing, how not to read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from results.game import COST, INCOME
from results.tables import columns, wrap
from results.words import money, quantity, say

WIDTH = 100

Report = Mapping[str, Any]
Number = Callable[[float], str]


def notes(report: Report, lang: str) -> list[str]:
    """Cost per yuan with its warning, then the checks and the limits."""
    told = [_reading(lang), _check(report, lang), _apart(report, lang), *_orders(report, lang), *_failed(report, lang)]
    return [*_cost_per_yuan(report, lang), *(line for text in told for line in wrap(text, WIDTH))]


def with_interval(found: Mapping[str, Any], number: Number) -> str:
    """An estimate and its interval, both as `number` writes them."""
    if found["estimate"] is None:
        return "-"
    ends = f" [{', '.join(number(end) for end in found['interval'])}]" if found["interval"] else ""
    return number(found["estimate"]) + ends


def _cost_per_yuan(report: Report, lang: str) -> list[str]:
    """Only players whose effect on income is told from nothing have a price."""
    prices = report["cost_per_yuan"]
    if prices is None or not any(price["estimate"] is not None for price in prices):
        return []
    rows = []
    for player, price in zip(report["players"], prices, strict=True):
        if price["estimate"] is not None:
            low, high = price["interval"]
            rows.append([player["title"][lang], f"{price['estimate']:,.1f} [{low:,.1f}, {high:,.1f}]"])
    head = say(
        lang,
        "名单收入每增加 1 元/人·年，全期每户支出（元，两者都取 Shapley 份额）",
        "Yuan paid a listed household over the period for 1 yuan a person and year (both in Shapley shares)",
    )
    warning = say(
        lang,
        "慎用：各组面向的人群和要解决的问题不同（救助、住房、医疗本不以增收为目的），相互重叠的部分按次序平均分摊，"
        "扩大某一组的规模不会按此比例增收。增收与零分不开的组没有这一比值。",
        "Beware: players serve different people and ends (relief, houses and health are not meant to raise income),"
        " what they share is split evenly over orders, and enlarging one of them does not buy income at this price."
        " Players whose effect cannot be told from nothing have none.",
    )
    return [head, "-" * WIDTH, *columns(rows, [False, True]), *wrap(warning, WIDTH), ""]


def _reading(lang: str) -> str:
    return say(
        lang,
        "“去掉它损失”：其余措施都在，少了它差多少；“只做它得到”：别的都没有，只有它能带来多少；“Shapley 份额”："
        "它在一切先后次序中带来的平均数。三者相近说明与别的措施无关；前两者不同说明有重叠或相互增强。"
        "去掉一类措施，共用资金的其余措施可以用它的钱，所以支出未必少同样多。",
        "“Lost without it”: all others at work, it alone missing; “gained by it alone”: nothing else at work;"
        " “Shapley share”: what it adds on average over all orders of joining. Alike: it has nothing to do with the"
        " others. First two unlike: they overlap or help each other. Kinds that share its fund may use the money of a"
        " kind left out, so that less need not be paid by as much.",
    )


def _check(report: Report, lang: str) -> str:
    """The largest remainder over all outcomes, in shares of the outcome's own level."""
    worst = 0.0
    for outcome in report["outcomes"]:
        sizes = [abs(found["estimate"] or 0.0) for found in outcome["levels"].values()]
        if outcome["remainder"] is not None and max(sizes) > 0:
            worst = max(worst, abs(outcome["remainder"]) / max(sizes))
    return say(
        lang,
        f"校验：份额之和应等于“全部措施 − 没有措施”；{len(report['outcomes'])} 项结果中余数最大为其水平的 {worst:.0e}"
        "（只是舍入）。份额从未按比例调整。",
        f"Check: shares must sum to “all kinds - none”; the largest remainder of {len(report['outcomes'])} outcomes is"
        f" {worst:.0e} of its level (rounding). Nothing was normalised.",
    )


def _apart(report: Report, lang: str) -> str:
    """How far nobody is from the null arm in income and in cost, and why."""
    income, cost = (next(one for one in report["outcomes"] if one["id"] == name) for name in (INCOME, COST))
    if not any(one["apart"]["estimate"] or one["apart"]["error"] for one in (income, cost)):
        return say(
            lang,
            "去掉全部措施后，名单收入和支出与无项目对照完全相同。",
            "Without any kind, list income and cost are those of the null arm exactly.",
        )
    yuan = with_interval(income["apart"], lambda value: quantity(value, income["unit"]))
    paid = with_interval(cost["apart"], lambda value: money(value, lang))
    return say(
        lang,
        f"“没有措施”不是无项目对照：名单收入相差 {yuan} 元/人·年，支出相差 {paid}。去掉全部措施后，用项目资金的指标"
        "（道路、饮水、住房等）仍照付照做，其资金仍到账并提取管理费；这一部分不归任何措施。",
        f"“None” is not the null arm: list income differs by {yuan} yuan/person/year, cost by {paid}. Without any kind,"
        " indicators with money of the programme (roads, water, houses) are still paid for and built, and their funds"
        " still filled and charged with overhead; that part belongs to no kind.",
    )


def _orders(report: Report, lang: str) -> list[str]:
    """Of sampled attributions: how error arises, and what would lessen it."""
    if not report["orders"]:
        return []
    outcome = next(one for one in report["outcomes"] if one["id"] == INCOME)
    unseen = sum(not found["interval"] for found in outcome["interactions"])
    told = [
        say(
            lang,
            f"Shapley 份额与相互作用由抽样的加入次序估计（每次推演 {report['orders']} 种，逆序成对），区间同时含"
            f"次序抽样与各次推演的误差；“去掉它”“只做它”是逐一推演的。{unseen} 对措施相遇太少，没有区间。",
            f"Shapley shares and interactions are estimated from sampled orders ({report['orders']} in each replicate,"
            " each with its reverse); intervals hold the error of orders and of replicates. “Without it” and “it alone”"
            f" ran for every kind. {unseen} pairs were seen too seldom for an interval.",
        )
    ]
    owed = [share for share in outcome["owed_to_orders"] or () if share is not None]
    if owed:
        share = sum(owed) / len(owed)
        told.append(
            say(
                lang,
                f"名单收入份额的误差（方差）平均 {100 * share:.0f}% 来自次序抽样：--orders 更多能减去"
                "这部分，其余要靠 --runs。",
                f"On average {100 * share:.0f} % of the squared error of shares of list income is owed to the orders:"
                " more --orders lessen that part, more --runs the rest.",
            )
        )
    return told


def _failed(report: Report, lang: str) -> list[str]:
    """Failed runs, and replicates that do not count for some outcome."""
    told = []
    if report["runs_failed"]:
        told.append(
            say(
                lang,
                f"{report['runs_failed']} 个分支推演失败；缺少任何一个所需分支的那次推演整个不计。",
                f"{report['runs_failed']} arms failed; a replicate that lacks any arm it needs does not count at all.",
            )
        )
    fewer = [one for one in report["outcomes"] if one["dropped"]]
    if fewer:
        least = min(one["replicates"] for one in fewer)
        told.append(
            say(
                lang,
                f"{len(fewer)} 项结果在部分推演中没有数值，只用其余推演（最少 {least} 次）。",
                f"{len(fewer)} outcomes have no value in some replicates and rest on the others ({least} at least).",
            )
        )
    return told
