"""The targets of a document and how each may be read: pure functions of what a run recorded.

A reading gives a margin: zero or more means met. "Every" is read as a share of units by default, because no sample can
answer for every unit; the strict readings are `projected`: expected failing units, and the probability of none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator.history import History, Outcome
from simulator.jackknife import Sample
from simulator.reckoning import (
    KEY,
    WEAK,
    Judge,
    Reckoning,
    ahead_each_year,
    counties_behind,
    growth_each_year,
    lowest_percentile,
    mean_reaching,
    no_village_below,
    nobody_below,
    none_due,
    share_below,
    share_due,
    village_mean,
    village_share,
)
from simulator.scenario import Scenario, Target


@dataclass(frozen=True)
class Reading:
    """One way to read a target. `projected`: no sample can answer it; `judge` reckons the margin, in `unit`."""

    name: str
    unit: str
    judge: Judge
    title_zh: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    projected: bool = False


def evaluate(history: History, scenario: Scenario) -> tuple[Outcome, ...]:
    """Every target of the scenario under every reading, in their order.

    Raises ValueError for a target or a default reading not known, a target that falls due outside the run, and a
    default reading without a unit to look at or one that only a projection can answer.
    """
    sample = Sample(history.stratum, history.stands_for)
    totals: dict[str, np.ndarray] = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple(
            _outcome(reading, Reckoning(history, scenario, sample, target, totals))
            for target in scenario.targets
            for reading in _readings(target)
        )


def list_means(history: History, scenario: Scenario) -> dict[tuple[str, str], np.ndarray]:
    """The list mean by the estimators that need more than one year or a survey, at every Q4 as (Q,) yuan/person/year,
    NaN in other quarters: the same households of the list this year (`matched`) and their mean of the year before
    (`income_pc_last_year`), and the list as a survey of 2,000 households measures it (`survey`)."""
    nobody = Target(id="", year=scenario.last_year, default_reading="")
    sample = Sample(history.stratum, history.stands_for)
    run = Reckoning(history, scenario, sample, nobody, {})
    with np.errstate(divide="ignore", invalid="ignore"):
        yearly = {
            ("income_pc", "matched"): run.total("matched_income") / run.total("matched_persons"),
            ("income_pc_last_year", "matched"): run.total("matched_last_income") / run.total("matched_last_persons"),
            ("income_pc", "survey"): run.surveyed("before"),
        }
    closing = history.quarters[:, 1] == 4
    means = {}
    for name, values in yearly.items():
        means[name] = np.full(len(history.quarters), np.nan)
        means[name][closing] = values[0]
    return means


def _readings(target: Target) -> tuple[Reading, ...]:
    if target.id not in READINGS:
        raise ValueError(f"no such target: {target.id} (known: {', '.join(READINGS)})")
    names = [reading.name for reading in READINGS[target.id]]
    if target.default_reading not in names:
        raise ValueError(f"{target.id} has no reading {target.default_reading} (known: {', '.join(names)})")
    return READINGS[target.id]


def _outcome(reading: Reading, run: Reckoning) -> Outcome:
    judgement = reading.judge(run)
    projected = reading.projected and not run.sample.full
    default = reading.name == run.target.default_reading
    met = None if projected or np.isnan(judgement.margin) else bool(judgement.margin >= 0)
    if default and met is None:
        why = "only a projection answers it" if projected else "the run has no unit to look at"
        raise ValueError(f"{run.target.id} cannot be answered under its default reading {reading.name}: {why}")
    return Outcome(
        target=run.target.id,
        reading=reading.name,
        default=default,
        unit=reading.unit,
        margin=judgement.margin,
        met=met,
        sampling_variance=judgement.sampling_variance,
        projected=projected,
        failing_units=judgement.failing_units,
        none_failing=judgement.none_failing,
    )


def _growth() -> tuple[Reading, ...]:
    return (
        Reading("cohort", "share", growth_each_year("cohort"),
                "基期名单，名义，逐年", "baseline list, nominal, each year",
                "基期名单上的农户，人均可支配收入名义增速每年都不低于目标。",
                "Nominal growth of the per-capita income of the baseline list reaches the target every year."),
        Reading("cohort_real", "share",
                lambda run: run.judge((run.growth(run.real(run.mean("cohort"))) - run.term("threshold")).min(axis=1)),
                "基期名单，实际，逐年", "baseline list, real, each year",
                "同上，但扣除农村居民消费价格上涨。", "The same, at constant rural consumer prices."),
        Reading("cohort_average", "share",
                lambda run: run.judge(run.yearly_growth(run.mean("cohort")) - run.term("threshold")),
                "基期名单，名义，年均", "baseline list, nominal, average",
                "各年平均（复合）增速不低于目标，个别年份可低。",
                "Compound average growth over the years reaches the target; single years may fall short."),
        Reading("before", "share", growth_each_year("before"),
                "当年名单（调整前），逐年", "current list before review, each year",
                "每年第四季度调整前的名单均值相比上年同口径的增速；含名单更替的影响。",
                "The mean of each year's list as it stands before the review; turnover of the list is in it."),
        Reading("after", "share", growth_each_year("after"),
                "当年名单（调整后），逐年", "current list after review, each year",
                "每年调整后的名单均值的增速：退出者收入高、新进者收入低，增速被压低。",
                "The mean of the list after the review: the better-off have left and poorer ones entered."),
        Reading("matched", "share",
                lambda run: run.judge((run.matched_growth() - run.term("threshold")).min(axis=1)),
                "同一批农户，逐年", "same households, each year",
                "在册农户本年与上年收入相比；含向均值回归，不全是项目效果。",
                "The same listed households this year and last; it carries regression to the mean."),
        Reading("survey", "share",
                lambda run: run.judge((run.growth(run.surveyed("before")) - run.term("threshold")).min(axis=1)),
                "2000 户抽样调查，逐年", "2,000-household survey, each year",
                "每年另抽 2000 户在册农户（调整前）所测得的增速，含调查误差。",
                "Growth as fresh samples of 2,000 listed households (before review) measure it, with their error."),
    )  # fmt: skip


def _relative_growth() -> tuple[Reading, ...]:
    return (
        Reading("cohort", "share", ahead_each_year("cohort"),
                "基期名单，全省合并，逐年", "baseline list, province pooled, each year",
                "基期名单的增速每年都高于全省农村居民。",
                "The baseline list grows faster than all rural residents every year."),
        Reading("cohort_average", "share",
                lambda run: run.judge(run.yearly_growth(run.mean("cohort")) - run.yearly_growth(run.mean("rural"))),
                "基期名单，年均", "baseline list, average",
                "年均增速高于全省农村居民。", "Its average growth is above that of all rural residents."),
        Reading("before", "share", ahead_each_year("before"),
                "当年名单（调整前），逐年", "current list before review, each year",
                "调整前名单均值的增速每年高于全省农村居民；含名单更替的影响。",
                "The list before the review outgrows rural residents every year; turnover is in it."),
        Reading("after", "share", ahead_each_year("after"),
                "当年名单（调整后），逐年", "current list after review, each year",
                "调整后名单均值的增速每年高于全省农村居民；含名单更替的影响。",
                "The list after the review outgrows rural residents every year; turnover is in it."),
        Reading("matched", "share",
                lambda run: run.judge((run.matched_growth() - run.growth(run.mean("rural"))).min(axis=1)),
                "同一批农户，逐年", "same households, each year",
                "同一批在册农户的增速每年高于全省农村居民；含向均值回归。",
                "The same listed households outgrow rural residents every year; regression to the mean is in it."),
        Reading("per_county", "counties", counties_behind,
                "每个县，逐年", "every county, each year",
                "每个县的名单增速每年都高于本县农村居民；样本只能给出预计不达标县数。",
                "In every county, every year; a sample can only give the counties expected to fail.", projected=True),
    )  # fmt: skip


def _floor() -> tuple[Reading, ...]:
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


def _labour() -> tuple[Reading, ...]:
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


def _villages(last: int, zh: str, en: str) -> tuple[Reading, ...]:
    return (
        Reading("total_95", "share", village_share("collective_total", last),
                f"{zh}，总收入，95% 的村", f"{en}, total income, 95 % of villages",
                f"至少 95% 的{zh}集体经济总收入达到目标。",
                f"At least 95 % of {en} reach the target by total collective income."),
        Reading("operating_95", "share", village_share("collective_operating", last),
                f"{zh}，经营性收入，95% 的村", f"{en}, operating income, 95 % of villages",
                f"至少 95% 的{zh}仅凭经营性收入达到目标。",
                f"At least 95 % of {en} reach it by operating income alone."),
        Reading("mean", "yuan/village/year", village_mean("collective_total", last),
                f"{zh}，总收入的平均", f"{en}, mean total income",
                f"{zh}集体经济总收入的平均达到目标。", f"The mean collective income of {en} reaches the target."),
        Reading("each_total", "villages", no_village_below("collective_total", last),
                f"{zh}，总收入，每个村", f"{en}, total income, every village",
                f"没有一个{zh}达不到目标。", f"None of the {en} misses the target.", projected=True),
    )  # fmt: skip


def _dibao() -> tuple[Reading, ...]:
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


def _absolute() -> tuple[Reading, ...]:
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


READINGS: Mapping[str, tuple[Reading, ...]] = {
    "T-G10": _growth(),
    "T-GREL": _relative_growth(),
    "T-FLOOR": _floor(),
    "T-18K": _labour(),
    "T-V150": _villages(KEY, "重点帮扶村", "key villages"),
    "T-V100": _villages(WEAK, "重点帮扶村和薄弱村", "key and weak villages"),
    "T-DIBAO": _dibao(),
    "T-ABS": _absolute(),
}
"""The targets that can be evaluated and their readings, in the order they are answered."""
