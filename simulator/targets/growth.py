"""Growth and distance: T-G10, T-GREL, T-EVERY and T-GAP.

"Every year" is joint over the years (and counties): the lowest counts, and each year (county) is told beside it. The
poor counties are those the place supports; their villages stand for them alone.
"""

from __future__ import annotations

import numpy as np

from simulator.reckoning import (
    Judge,
    Judgement,
    Reckoning,
    ahead_each_year,
    by_county,
    counties_behind,
    counties_failing,
    growth_each_year,
)
from simulator.targets.reading import Reading


def poor_counties(run: Reckoning) -> np.ndarray:
    """Which sampled villages lie in the counties the place supports, (V,); all where nobody recorded it."""
    supported = run.history.supported
    return supported == 1 if len(supported) else np.ones(len(run.history.county), np.bool_)


def poor_mean(run: Reckoning) -> np.ndarray:
    """Per-capita income of rural residents of the poor counties, yuan/person/year: (R, Y)."""
    among = poor_counties(run)
    recorded = run.history.village_year
    income, persons = (run.sample.totals(among * recorded[f"{what}_rural"]) for what in ("income", "persons"))
    return np.asarray(income / persons)


def poor_ahead(run: Reckoning) -> Judgement:
    """The lowest yearly lead of the poor counties' growth over that of the whole place, as a share."""
    return run.judge_years(run.growth(poor_mean(run)) - run.growth(run.mean("rural")))


def poor_ahead_average(run: Reckoning) -> Judgement:
    """Their lead in average growth a year, as a share."""
    return run.judge(run.yearly_growth(poor_mean(run)) - run.yearly_growth(run.mean("rural")))


def poor_counties_behind(run: Reckoning) -> Judgement:
    """No poor county whose rural growth is at or behind that of the whole place in a scored year."""
    counties, of = np.unique(run.history.county, return_inverse=True)
    asked = np.bincount(of, weights=poor_counties(run), minlength=len(counties)) > 0
    own = by_county(run, "income_rural") / by_county(run, "persons_rural")
    ahead = run.growth(own) > run.growth(run.mean("rural")[:1])
    return counties_failing(run, ahead, asked, run.scenario.values.get("place.counties_supported", int(asked.sum())))


def gap_narrowing(population: str) -> Judge:
    """By how much the ratio of a population's mean to the rural mean is higher in the year due than in year 0."""

    def judge(run: Reckoning) -> Judgement:
        ratio = run.mean(population) / run.mean("rural")
        return run.judge(ratio[:, run.due] - ratio[:, 0])

    return judge


def poor_gap_narrowing(run: Reckoning) -> Judgement:
    """The same for the rural residents of the poor counties."""
    ratio = poor_mean(run) / run.mean("rural")
    return run.judge(ratio[:, run.due] - ratio[:, 0])


def gini_falling(run: Reckoning) -> Judgement:
    """By how much the Gini coefficient of rural incomes is lower in the year due than in year 0. The jackknife has no
    Gini by village: its sampling variance is not known."""
    gini = run.history.series.get(("gini", "rural"), np.full(len(run.history.quarters), np.nan))
    closing = gini[run.history.quarters[:, 1] == 4]
    return Judgement(float(closing[0] - closing[run.due]), float("nan"))


def growth() -> tuple[Reading, ...]:
    """T-G10: growth of the list's income."""
    return (
        Reading("cohort", "share", growth_each_year("cohort"),
                "基期名单，名义，逐年", "baseline list, nominal, each year",
                "基期名单上的农户，人均可支配收入名义增速每年都不低于目标。",
                "Nominal growth of the per-capita income of the baseline list reaches the target every year."),
        Reading("cohort_real", "share",
                lambda run: run.judge_years(run.growth(run.real(run.mean("cohort"))) - run.term("threshold")),
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
                lambda run: run.judge_years(run.matched_growth() - run.term("threshold")),
                "同一批农户，逐年", "same households, each year",
                "在册农户本年与上年收入相比；含向均值回归，不全是项目效果。",
                "The same listed households this year and last; it carries regression to the mean."),
        Reading("survey", "share",
                lambda run: run.judge_years(run.growth(run.surveyed("before")) - run.term("threshold")),
                "2000 户抽样调查，逐年", "2,000-household survey, each year",
                "每年另抽 2000 户在册农户（调整前）所测得的增速，含调查误差。",
                "Growth as fresh samples of 2,000 listed households (before review) measure it, with their error."),
    )  # fmt: skip


def relative_growth() -> tuple[Reading, ...]:
    """T-GREL: growth of the list over that of rural residents."""
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
                lambda run: run.judge_years(run.matched_growth() - run.growth(run.mean("rural"))),
                "同一批农户，逐年", "same households, each year",
                "同一批在册农户的增速每年高于全省农村居民；含向均值回归。",
                "The same listed households outgrow rural residents every year; regression to the mean is in it."),
        Reading("survey", "share",
                lambda run: run.judge_years(run.growth(run.surveyed("before")) - run.growth(run.mean("rural"))),
                "2000 户抽样调查，逐年", "2,000-household survey, each year",
                "每年另抽 2000 户在册农户（调整前）所测得的增速高于全省农村居民，含调查误差。",
                "Growth as fresh samples of 2,000 listed households measure it beats that of rural residents."),
        Reading("per_county", "counties", counties_behind,
                "每个县，逐年", "every county, each year",
                "每个县的名单增速每年都高于本县农村居民；样本只能给出预计不达标县数。",
                "In every county, every year; a sample can only give the counties expected to fail.", projected=True),
    )  # fmt: skip


def every_year() -> tuple[Reading, ...]:
    """T-EVERY: poor counties ahead of the whole place in every year."""
    return (
        Reading("pooled", "share", poor_ahead,
                "贫困县合并，逐年", "poor counties pooled, each year",
                "各贫困县农民合并计算，人均收入增速每年都高于全市农村平均；每一年都要做到。",
                "Income a head of the farmers of all poor counties together outgrows the place's every single year."),
        Reading("pooled_average", "share", poor_ahead_average,
                "贫困县合并，年均", "poor counties pooled, average",
                "各贫困县合并计算的年均增速高于全市平均，个别年份可低。",
                "Their average growth over the years is above the place's; single years may fall behind."),
        Reading("each_county", "counties", poor_counties_behind,
                "每个贫困县，逐年", "every poor county, each year",
                "每个贫困县每年的增速都高于全市农村平均；样本只能给出预计不达标县数，逐县结果按样本所见，偏低。",
                "Every poor county in every year; a sample only gives the counties expected to fail, and what it shows"
                " of single counties errs on the low side.", projected=True),
    )  # fmt: skip


def gap() -> tuple[Reading, ...]:
    """T-GAP: distances narrow between year 0 and the year due."""
    return (
        Reading("list_ratio", "share", gap_narrowing("cohort"),
                "基期名单与农村均值之比上升", "ratio of the baseline list to the rural mean rises",
                "目标年基期名单人均收入与农村居民均值之比高于基期年；名单在差年景里划定，自身会回升一部分。",
                "The ratio of the baseline list's income to the rural mean is above that of year 0; part of the rise is"
                " the list bouncing back by itself."),
        Reading("list_current", "share", gap_narrowing("before"),
                "当年名单（调整前）与农村均值之比上升", "ratio of the current list to the rural mean rises",
                "同上，按各年当年名单（调整前）计；含名单更替的影响。",
                "The same by each year's own list before the review; turnover of the list is in it."),
        Reading("poor_counties", "share", poor_gap_narrowing,
                "贫困县与全市均值之比上升", "ratio of the poor counties to the rural mean rises",
                "目标年贫困县农民人均收入与全市农村均值之比高于基期年。",
                "The ratio of the poor counties' rural income to the place's mean is above that of year 0."),
        Reading("gini", "ratio", gini_falling,
                "农村基尼系数下降", "Gini of rural incomes falls",
                "目标年农村居民收入的基尼系数低于基期年；抽样误差未知。",
                "The Gini coefficient of rural incomes is below that of year 0; its sampling error is not known."),
    )  # fmt: skip
