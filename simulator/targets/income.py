"""Levels of income: T-FLOOR, T-18K, T-ABS, and the relative lines T-45 and T-60.

A relative line moves with the provincial rural mean of the year due (FS-2); the document's own estimate of it in yuan
(`document_estimate`) is read beside it. Both judge in yuan or as a ratio, and tell the line they judged by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from simulator.reckoning import (
    KEY,
    VILLAGE_SHARE,
    Judge,
    Judgement,
    Reckoning,
    lowest_percentile,
    mean_reaching,
    nobody_below,
    none_due,
    share_below,
    share_due,
)
from simulator.targets.reading import Reading

Line = Callable[[Reckoning], float]
PER_HEAD = ("income", "persons")


def moving_line(run: Reckoning) -> float:
    """The share stated (`threshold`) of the provincial rural mean of the year due, yuan/person/year."""
    return run.term("threshold") * float(run.reference[0, run.due])


def estimate_line(run: Reckoning) -> float:
    """The document's own estimate of that line, yuan/person/year."""
    return run.term("document_estimate")


def ratio_reaching(mean: Callable[[Reckoning], np.ndarray]) -> Judge:
    """A mean (R, Y) as a share of the provincial mean of the year due, over the share stated."""

    def judge(run: Reckoning) -> Judgement:
        ratio = (mean(run) / run.reference)[:, run.due]
        return replace(run.judge(ratio - run.term("threshold")), line=moving_line(run))

    return judge


def estimate_reaching(mean: Callable[[Reckoning], np.ndarray]) -> Judge:
    """A mean (R, Y) over the document's estimate in the year due, yuan/person/year."""

    def judge(run: Reckoning) -> Judgement:
        return replace(run.judge(mean(run)[:, run.due] - estimate_line(run)), line=estimate_line(run))

    return judge


def told(judge: Judge, line: Line) -> Judge:
    """The same judgement with the line it was judged by."""
    return lambda run: replace(judge(run), line=line(run))


def key_mean(run: Reckoning) -> np.ndarray:
    """Per-capita income of all residents of the key villages together, yuan/person/year: (R, Y)."""
    among = run.history.stratum == KEY
    income, persons = (run.sample.totals(among * run.history.village_year[f"{what}_rural"]) for what in PER_HEAD)
    return np.asarray(income / persons)


def key_villages_below(line: Line, run: Reckoning) -> tuple[np.ndarray, np.ndarray]:
    """Key villages whose mean income misses the line in the year due, and all of them: (V,) each."""
    income, persons = (run.history.village_year[f"{what}_rural"][run.due] for what in PER_HEAD)
    among = ((run.history.stratum == KEY) & (persons > 0)).astype(np.float64)
    return among * (income < line(run) * persons), among


def key_share(line: Line) -> Judge:
    """Share of the key villages whose mean income reaches the line, over the share asked."""

    def judge(run: Reckoning) -> Judgement:
        failing, among = map(run.sample.totals, key_villages_below(line, run))
        return replace(run.judge(1.0 - failing / among - run.share_asked(VILLAGE_SHARE)), line=line(run))

    return judge


def no_key_village_below(line: Line) -> Judge:
    """No key village's mean income misses the line."""
    return lambda run: replace(run.none_fails(*key_villages_below(line, run)), line=line(run))


def floor() -> tuple[Reading, ...]:
    """T-FLOOR: the lowest income of the list."""
    return (
        Reading("register_99", "share",
                share_due(lambda run: run.total("households_before") - run.total("before_below_floor_register"),
                          "households_before"),
                "登记收入，99% 的户", "register income, 99 % of households",
                "按低保后的登记收入，至少 99% 的在册农户达到底线。",
                "On register income after dibao, at least 99 % of listed households reach the floor."),
        Reading("true_99", "share",
                share_due(lambda run: run.total("households_before") - run.total("before_below_floor_true"),
                          "households_before"),
                "真实收入，99% 的户", "true income, 99 % of households",
                "按真实收入，至少 99% 的在册农户达到底线。",
                "On true income, at least 99 % of listed households reach it."),
        Reading("p1_true", "yuan/person/year", lowest_percentile,
                "真实收入的 1% 分位数", "1 % quantile of true income",
                "最低 1% 处农户的真实人均收入不低于底线。",
                "The household at the lowest 1 % has a true income at the floor."),
        Reading("strict", "households",
                none_due(lambda recorded: recorded["before_below_floor_register"], "households_before"),
                "登记收入，每一户", "register income, every household",
                "按登记收入，没有一户低于底线。", "On register income, no household at all is below.", projected=True),
    )  # fmt: skip


def labour() -> tuple[Reading, ...]:
    """T-18K: listed households with labour at a sum of money."""
    return (
        Reading("mean", "yuan/person/year", mean_reaching("cohort_labour"),
                "基期名单有劳动能力户的均值", "mean, baseline list with labour",
                "基期名单上有劳动能力的农户，人均收入的平均达到目标。",
                "The mean per-capita income of baseline-list households with labour capacity reaches the target."),
        Reading("mean_current", "yuan/person/year", mean_reaching("before_labour"),
                "当年名单有劳动能力户的均值", "mean, current list with labour",
                "当年名单（调整前）的平均；收入高者已退出，与名单定义相冲突。",
                "The mean of the current list before review; those above the line have left it."),
        Reading("each_99", "share",
                share_due(lambda run: run.total("cohort_labour_reaching"), "households_cohort_labour"),
                "99% 的户", "99 % of households",
                "基期名单有劳动能力的农户中至少 99% 达到。", "At least 99 % of those households reach it."),
        Reading("each", "households",
                none_due(lambda recorded: recorded["households_cohort_labour"] - recorded["cohort_labour_reaching"],
                         "households_cohort_labour"),
                "每一户", "every household",
                "基期名单有劳动能力的农户，没有一户达不到。", "None of those households misses it.", projected=True),
    )  # fmt: skip


def absolute() -> tuple[Reading, ...]:
    """T-ABS: nobody in absolute poverty."""
    return (
        Reading("nominal_99", "share", share_below("rural_below_absolute", "households_rural"),
                "4600 元（当年价），99% 的户", "4,600 yuan in current prices, 99 % of households",
                "每年至少 99% 的农村家庭人均收入不低于 4600 元。",
                "Every year at least 99 % of rural households are at or above 4,600 yuan a person."),
        Reading("persons_99", "share", share_below("persons_rural_below_absolute", "persons_rural"),
                "4600 元（当年价），99% 的人", "4,600 yuan in current prices, 99 % of persons",
                "同上，按人数计。", "The same, counted in persons."),
        Reading("real_99", "share", share_below("rural_below_absolute_real", "households_rural"),
                "4600 元（2015 年价），99% 的户", "4,600 yuan in 2015 prices, 99 % of households",
                "同上，但 4600 元按 2015 年价格逐年调整。",
                "The same, with the line carried forward from 2015 prices."),
        Reading("each", "households", nobody_below,
                "4600 元（当年价），每一户", "4,600 yuan in current prices, every household",
                "没有一户在任何一年低于 4600 元；不达标单位按户年计。",
                "No household is below in any year; failing units are household-years.", projected=True),
    )  # fmt: skip


def _under(measure: str) -> Callable[[Reckoning], np.ndarray]:
    """Totals of the baseline households with labour that are not under a line."""
    return lambda run: run.total("households_cohort_labour") - run.total(measure)


def relative_labour() -> tuple[Reading, ...]:
    """T-45: listed households with labour at a share of the provincial rural mean."""
    estimate = ("document_estimate",)
    return (
        Reading("moving", "share", ratio_reaching(lambda run: run.mean("cohort_labour")),
                "基期名单有劳动能力户的均值，随当年全省均值变动的线", "mean, baseline list with labour, moving line",
                "目标年基期名单上有劳动能力农户的人均收入，与当年全省农村均值之比达到规定比例；线随当年均值变动。",
                "The mean income of baseline-list households with labour reaches the stated share of the provincial"
                " rural mean of that year: the line moves with it."),
        Reading("document", "yuan/person/year", estimate_reaching(lambda run: run.mean("cohort_labour")),
                "基期名单有劳动能力户的均值，文件测算数", "mean, baseline list with labour, the document's estimate",
                "同一均值达到文件写明的测算数（元），不随当年均值变动。",
                "The same mean reaches the sum the document estimated for the line, whatever the year's mean.",
                needs=estimate),
        Reading("moving_current", "share", ratio_reaching(lambda run: run.mean("before_labour")),
                "当年名单有劳动能力户的均值，变动的线", "mean, current list with labour, moving line",
                "按当年名单（调整前）计；收入高者已退出名单。",
                "By the list of that year before its review; those who did well have left it."),
        Reading("moving_99", "share",
                told(share_due(_under("cohort_labour_under_moving"), "households_cohort_labour"), moving_line),
                "99% 的户，变动的线", "99 % of households, moving line",
                "基期名单上有劳动能力的农户至少 99% 达到随当年均值变动的线。",
                "At least 99 % of baseline-list households with labour reach the moving line."),
        Reading("document_99", "share",
                told(share_due(_under("cohort_labour_under_estimate"), "households_cohort_labour"), estimate_line),
                "99% 的户，文件测算数", "99 % of households, the document's estimate",
                "这些农户至少 99% 达到文件的测算数。", "At least 99 % of them reach the document's estimate.",
                needs=estimate),
        Reading("each", "households",
                told(none_due(lambda recorded: recorded["cohort_labour_under_moving"], "households_cohort_labour"),
                     moving_line),
                "每一户，变动的线", "every household, moving line",
                "基期名单上有劳动能力的农户，没有一户达不到变动的线。",
                "None of those households misses the moving line.", projected=True),
    )  # fmt: skip


def relative_villages() -> tuple[Reading, ...]:
    """T-60: key villages at a share of the provincial rural mean."""
    estimate = ("document_estimate",)
    return (
        Reading("moving_95", "share", key_share(moving_line),
                "95% 的村，随当年全省均值变动的线", "95 % of villages, moving line",
                "至少 95% 的重点（贫困）村，全村人均收入达到当年全省农村均值的规定比例。",
                "In at least 95 % of key (poor) villages the mean income of all residents reaches the stated share of"
                " that year's provincial rural mean."),
        Reading("document_95", "share", key_share(estimate_line),
                "95% 的村，文件测算数", "95 % of villages, the document's estimate",
                "至少 95% 的重点（贫困）村，全村人均收入达到文件的测算数。",
                "In at least 95 % of key (poor) villages it reaches the document's estimate.", needs=estimate),
        Reading("pooled", "share", ratio_reaching(key_mean),
                "各村合并，变动的线", "villages pooled, moving line",
                "重点（贫困）村居民合并计算的人均收入达到当年全省农村均值的规定比例。",
                "The mean income of the residents of all key villages together reaches the moving line."),
        Reading("pooled_document", "yuan/person/year", estimate_reaching(key_mean),
                "各村合并，文件测算数", "villages pooled, the document's estimate",
                "合并计算的人均收入达到文件的测算数。", "Their mean income together reaches the document's estimate.",
                needs=estimate),
        Reading("each", "villages", no_key_village_below(moving_line),
                "每个村，变动的线", "every village, moving line",
                "没有一个重点（贫困）村低于随当年均值变动的线。", "No key village lies below the moving line.",
                projected=True),
        Reading("each_document", "villages", no_key_village_below(estimate_line),
                "每个村，文件测算数", "every village, the document's estimate",
                "没有一个重点（贫困）村低于文件的测算数。", "No key village lies below the document's estimate.",
                projected=True, needs=estimate),
    )  # fmt: skip
