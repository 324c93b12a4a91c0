"""Finding who is poor and why: T-DIBAO, T-ACC, T-ILL, T-ENTRY.

Entries have a cause (`entry`, `following`): illness, disaster, and for those of low income a disabled member, else a
student whose schooling costs. What they would be without the programme stands beside in the arm without it; what a
single arm can answer is whether the rate falls while the programme runs. The rate of year 0 is by the older line and
knows no entry between reviews.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from simulator.reckoning import Judge, Judgement, Reckoning, none_due, share_due
from simulator.targets.reading import Reading

Rate = Callable[[Reckoning], np.ndarray]
BLOWS = ("entries_illness", "entries_disaster", "entries_disability", "entries_schooling")
ALL_CAUSES = ("entries_income", "entries_illness", "entries_disaster")


def right_share(run: Reckoning, right: str, among: str) -> np.ndarray:
    """Share of what was found that is right, by year; all of nothing is right: (R, Y)."""
    return np.asarray(1.0 - run.ratio(run.total(among) - run.total(right), run.total(among)))


def precision(run: Reckoning) -> np.ndarray:
    """Persons on the list after the review who are truly below their county's line, among all on it: (R, Y)."""
    return right_share(run, "persons_after_poor", "persons_after")


def recall(run: Reckoning) -> np.ndarray:
    """Persons truly below the line who are on the list, among all below it: (R, Y)."""
    return right_share(run, "persons_after_poor", "persons_below_line")


def exit_precision(run: Reckoning) -> np.ndarray:
    """Households leaving the list this year that are truly at or above the line, among all leaving: (R, Y)."""
    return right_share(run, "exits_not_poor", "exits")


def higher(rate: Rate) -> Judge:
    """By how much a rate is higher in the year due than in year 0."""
    return lambda run: run.judge(rate(run)[:, run.due] - rate(run)[:, 0])


def reaching(rate: Rate) -> Judge:
    """A rate in the year due over the threshold."""
    return lambda run: run.judge(rate(run)[:, run.due] - run.term("threshold"))


def entry_rate(causes: tuple[str, ...]) -> Rate:
    """Entries for some causes per household not on the list when the review opens: (R, Y)."""

    def rate(run: Reckoning) -> np.ndarray:
        outside = run.total("households_rural") - run.total("households_before")
        return run.ratio(sum((run.total(cause) for cause in causes), np.zeros(1)), outside)

    return rate


def return_rate(run: Reckoning) -> np.ndarray:
    """Exited households listed again within the year, among those off the list when it opened: (R, Y)."""
    return run.ratio(run.total("returns"), run.total("households_out"))


def falling(rate: Rate) -> Judge:
    """By how much a rate is lower in the year due than in the first scored year; not a number with one year."""

    def judge(run: Reckoning) -> Judgement:
        first = run.scored[0]
        if first == run.due:
            return Judgement(math.nan, math.nan)
        rates = rate(run)
        return run.judge(rates[:, first] - rates[:, run.due])

    return judge


def under_year0(rate: Rate) -> Judge:
    """By how much the mean rate of the scored years is lower than that of year 0."""
    return lambda run: run.judge(rate(run)[:, 0] - rate(run)[:, run.scored].mean(axis=1))


def dibao() -> tuple[Reading, ...]:
    """T-DIBAO: everybody entitled receives it."""
    return (
        Reading("observed_99", "share",
                share_due(lambda run: run.total("entitled_observed_covered"), "entitled_observed"),
                "按核定条件，99% 的户", "as verified, 99 % of households",
                "目标年年末核定时，符合低保条件的农户中至少 99% 获准享受低保。",
                "At the review closing the year due, 99 % of households verified below the line are granted it."),
        Reading("true_99", "share", share_due(lambda run: run.total("entitled_true_covered"), "entitled_true"),
                "按真实收入，99% 的户", "by true income, 99 % of households",
                "目标年年末核定时，按真实收入符合条件的农户中至少 99% 获准享受低保。",
                "At the review closing the year due, 99 % of those entitled by true income are granted it."),
        Reading("each", "households",
                none_due(lambda recorded: recorded["entitled_observed"] - recorded["entitled_observed_covered"],
                         "entitled_observed"),
                "按核定条件，每一户", "as verified, every household",
                "目标年，没有一户符合核定条件而未享受低保。",
                "In the year due, no household that meets the conditions as verified goes without.", projected=True),
    )  # fmt: skip


def accuracy() -> tuple[Reading, ...]:
    """T-ACC: the list finds the poor, and lets go of those who are not."""
    stated = ("threshold",)
    return (
        Reading("precision_rising", "share", higher(precision),
                "识别准确率高于基期年", "precision of the list above year 0",
                "目标年年末在册人口中真实收入低于本县识别线者所占比例，高于基期年；线为各年的线。"
                "项目使在册户过线而尚未退出，这一比例会因此下降。",
                "Among persons on the list the share truly below their county's line (of that year) is above year 0;"
                " a programme that lifts listed households over the line before they leave lowers it."),
        Reading("recall_rising", "share", higher(recall),
                "应识别者在册的比例高于基期年", "recall of the list above year 0",
                "真实收入低于识别线的人口中在册的比例，高于基期年。",
                "Among persons truly below the line the share on the list is above year 0."),
        Reading("exit_rising", "share", higher(exit_precision),
                "退出准确率高于基期年", "precision of exits above year 0",
                "当年退出户中真实收入过线的比例，高于基期年。",
                "Among households leaving the list the share truly at or above the line is above year 0."),
        Reading("precision", "share", reaching(precision),
                "识别准确率达到要求", "precision of the list as asked",
                "目标年年末识别准确率达到规划写明的比例。", "Precision in the year due reaches the stated share.",
                needs=stated),
        Reading("recall", "share", reaching(recall),
                "应识别者在册的比例达到要求", "recall of the list as asked",
                "目标年年末应识别者在册的比例达到规划写明的比例。", "Recall in the year due reaches the stated share.",
                needs=stated),
        Reading("exit", "share", reaching(exit_precision),
                "退出准确率达到要求", "precision of exits as asked",
                "目标年退出准确率达到规划写明的比例。", "Precision of exits reaches the stated share.", needs=stated),
    )  # fmt: skip


def illness() -> tuple[Reading, ...]:
    """T-ILL: fewer households made poor by illness."""
    sick = entry_rate(("entries_illness", "entries_disability"))
    return (
        Reading("falling", "share", falling(sick),
                "因病因残新增率低于规划首年", "entries by illness and disability below the first year",
                "目标年未在册农户因大病或残疾列入名单的比例不高于规划首年；没有规划会怎样，见旁边的无项目对照。",
                "The share of households off the list that enter it by grave illness or disability is no higher in the"
                " year due than in the programme's first; the arm without the programme stands beside."),
        Reading("falling_illness", "share", falling(entry_rate(("entries_illness",))),
                "仅大病", "grave illness alone",
                "同上，只计大病。", "The same for grave illness alone."),
        Reading("year0", "share", under_year0(sick),
                "各年平均低于基期年", "mean of the years below year 0",
                "规划各年平均不高于基期年；基期年用旧线，也没有年中纳入，故偏严。",
                "The mean of the programme's years is no higher than year 0, which had the older line and no entry"
                " between reviews: a strict reading."),
    )  # fmt: skip


def entries() -> tuple[Reading, ...]:
    """T-ENTRY: fewer households made poor by illness, disability, schooling or disaster."""
    blows = entry_rate(BLOWS)
    return (
        Reading("falling", "share", falling(blows),
                "因病因残因学因灾新增率低于规划首年", "entries by these four causes below the first year",
                "目标年未在册农户因病、因残、因学、因灾列入名单（含返贫）的比例不高于规划首年；"
                "没有规划会怎样，见旁边的无项目对照。",
                "The share of households off the list that enter or return to it by these causes is no higher in the"
                " year due than in the programme's first; the arm without the programme stands beside."),
        Reading("falling_all", "share", falling(entry_rate(ALL_CAUSES)),
                "全部新增率低于规划首年", "entries for any cause below the first year",
                "同上，不分原因。", "The same whatever the cause."),
        Reading("returns", "share", falling(return_rate),
                "返贫率低于规划首年", "returns below the first year",
                "目标年年初已退出的农户，当年重新列入名单的比例不高于规划首年。",
                "Of households off the list after an exit the share listed again is no higher than in the first year."),
        Reading("year0", "share", under_year0(blows),
                "各年平均低于基期年", "mean of the years below year 0",
                "规划各年平均不高于基期年；基期年用旧线，也没有年中纳入，故偏严。",
                "The mean of the programme's years is no higher than year 0, which had the older line and no entry"
                " between reviews: a strict reading."),
    )  # fmt: skip
