"""Leaving the list: T-HEAD, T-STABLE, T-VEXIT, T-COMP.

Where nobody has left the list a share of exits is nought, so that a target of good exits is missed, not met for want of
cases. Exits are those of the programme's years; a return is looked for one and two reviews later (`following`).
"""

from __future__ import annotations

import math

import numpy as np

from simulator.reckoning import HOUSEHOLD_SHARE, KEY, VILLAGE_SHARE, Judge, Judgement, Reckoning, none_due, share_due
from simulator.targets.reading import Reading

VILLAGE_LISTED_SHARE = 0.02
"""Share of listed persons at which a poor village leaves its list, where the programme states no other: the State's
rule of 2016 for the exit of poor villages (the west: 3 %)."""


def list_emptied(run: Reckoning) -> Judgement:
    """Part of year 0's listed persons by which the whole list, newcomers included, has shrunk, over the share asked."""
    listed = run.total("persons_after")
    return run.judge(1.0 - run.ratio(listed[:, run.due], listed[:, 0]) - run.share_asked(HOUSEHOLD_SHARE))


def kept_out(back: str, followed: str, reviews: int) -> Judge:
    """Share of the exits followed for so many reviews that are not `back`, over the share asked; not a number where
    the programme is too short to follow any."""

    def judge(run: Reckoning) -> Judgement:
        years = run.scored[reviews:]
        if len(years) == 0:
            return Judgement(math.nan, math.nan)
        return run.judge(_kept(run, back, followed, years) - run.share_asked(HOUSEHOLD_SHARE))

    return judge


def _kept(run: Reckoning, back: str, followed: str, years: np.ndarray) -> np.ndarray:
    """Share of units without a mark over some years, nought of none: (R,)."""
    units = run.total(followed)[:, years].sum(axis=1)
    return run.ratio(units - run.total(back)[:, years].sum(axis=1), units)


def kept_out_and_clean(run: Reckoning) -> Judgement:
    """The lower of two margins: exits not back within a year, and exits with labour not led by gifts."""
    years = run.scored[1:]
    if len(years) == 0:
        return Judgement(math.nan, math.nan)
    stable = _kept(run, "exits_back", "exits_followed", years)
    clean = _kept(run, "exits_gift_led", "exits_labour", run.scored)
    return run.judge(np.minimum(stable, clean) - run.share_asked(HOUSEHOLD_SHARE))


def none_back(run: Reckoning) -> Judgement:
    """No household back within a year of its exit."""
    recorded, years = run.history.village_year, run.scored[1:]
    return run.none_fails(recorded["exits_back"][years].sum(axis=0), recorded["exits_followed"][years].sum(axis=0))


def clean_exits(marked: str, among: str) -> Judge:
    """Share of exits of the scored years without a mark, over the share asked."""
    return lambda run: run.judge(_kept(run, marked, among, run.scored) - run.share_asked(HOUSEHOLD_SHARE))


def _work_share(run: Reckoning, who: str, years: np.ndarray, remitted: bool) -> np.ndarray:
    """Share of work in the income of households with labour over some years: (R,)."""
    work = run.total(f"work_{who}_labour") + (run.total(f"remittance_{who}_labour") if remitted else 0.0)
    return run.ratio(work[:, years].sum(axis=1), run.total(f"income_{who}_labour")[:, years].sum(axis=1))


def _rise_of_work(run: Reckoning, remitted: bool) -> np.ndarray:
    baseline = _work_share(run, "cohort", np.array([0]), remitted)
    return _work_share(run, "exits", run.scored, remitted) - baseline


def work_led(remitted: bool) -> Judge:
    """By how much work is more of the income of households with labour in the year they leave the list than it was of
    all such households of the baseline list in year 0."""
    return lambda run: run.judge(_rise_of_work(run, remitted))


def cohort_work_rising(run: Reckoning) -> Judgement:
    """The same of the baseline list's households with labour, whether they have left or not, in the year due."""
    due, first = np.array([run.due]), np.array([0])
    return run.judge(_work_share(run, "cohort", due, False) - _work_share(run, "cohort", first, False))


def work_led_and_clean(run: Reckoning) -> Judgement:
    """The lower of two margins: the share of work rises, and no exit with labour is led by gifts."""
    clean = _kept(run, "exits_gift_led", "exits_labour", run.scored) - run.share_asked(HOUSEHOLD_SHARE)
    return run.judge(np.minimum(_rise_of_work(run, False), clean))


def village_passes(run: Reckoning, poor: str) -> np.ndarray:
    """Which villages may leave their list, by year: (Y, V). `poor` persons are at most the share `listed_share` of all;
    mean income reaches `mean_ratio` of the provincial mean and collective income `collective` yuan where stated."""
    recorded = run.history.village_year
    persons, income = recorded["persons_rural"], recorded["income_rural"]
    passes = recorded[poor] <= run.stated("listed_share", VILLAGE_LISTED_SHARE) * persons
    passes &= income >= run.stated("mean_ratio", -math.inf) * run.reference[0][:, None] * persons
    return np.asarray(passes & (recorded["collective_total"] >= run.stated("collective", -math.inf)))


def _not_out(run: Reckoning, poor: str, once: bool) -> tuple[np.ndarray, np.ndarray]:
    """Key villages that have not left their list in the year due (`once`: nor in any scored year), and all: (V,)."""
    passes = village_passes(run, poor)
    out = passes[run.scored].any(axis=0) if once else passes[run.due]
    among = (run.history.stratum == KEY).astype(np.float64)
    return among * ~out, among


def villages_out(poor: str, once: bool = False) -> Judge:
    """Share of the key villages that have left their list, over the share asked."""

    def judge(run: Reckoning) -> Judgement:
        failing, among = map(run.sample.totals, _not_out(run, poor, once))
        return run.judge(1.0 - failing / among - run.share_asked(VILLAGE_SHARE))

    return judge


def headcount() -> tuple[Reading, ...]:
    """T-HEAD: nobody on the list, nobody truly poor."""
    return (
        Reading("cohort_99", "share",
                share_due(lambda run: run.total("persons_cohort") - run.total("persons_cohort_listed"),
                          "persons_cohort"),
                "基期名单 99% 的人退出名单", "99 % of the baseline list's persons off the list",
                "目标年年末，基期名单上的人至少 99% 已不在名单上（观察期内仍算在册）；新识别者不计。",
                "At the end of the year due at least 99 % of the persons of the baseline list are off it (under"
                " observation is on it); who was identified later does not count."),
        Reading("cohort_true_99", "share",
                share_due(lambda run: run.total("households_cohort") - run.total("households_cohort_poor"),
                          "households_cohort"),
                "基期名单 99% 的户真实收入过线", "99 % of the baseline list truly above the line",
                "目标年，基期名单农户至少 99% 按真实收入不低于本县识别线，不论是否在册。",
                "In the year due at least 99 % of the baseline list's households are at or above their county's line by"
                " true income, listed or not."),
        Reading("both_99", "share",
                share_due(lambda run: run.total("households_cohort") - run.total("households_cohort_in_need"),
                          "households_cohort"),
                "基期名单 99% 的户既退出又真实过线", "99 % of the baseline list both off it and truly above",
                "两个条件同时满足：不在名单上，真实收入也过线。",
                "Both at once: off the list and truly above the line."),
        Reading("list_99", "share", list_emptied,
                "当年名单（含新识别）减少 99%", "the whole list, newcomers included, 99 % smaller",
                "目标年年末在册人数（含新识别与返贫）比基期年年末减少 99% 以上。",
                "Persons on the list at the end of the year due, newly identified and returned ones included, are at"
                " least 99 % fewer than at the end of year 0."),
        Reading("true_99", "share",
                share_due(lambda run: run.total("persons_rural") - run.total("persons_below_line"), "persons_rural"),
                "99% 的农村人口真实收入过线", "99 % of rural persons truly above the line",
                "目标年，全部农村人口至少 99% 按真实收入不低于本县识别线。",
                "In the year due at least 99 % of all rural persons are at or above their county's line."),
        Reading("each", "households",
                none_due(lambda recorded: recorded["households_cohort_listed"], "households_cohort"),
                "基期名单每一户退出", "every household of the baseline list off it",
                "基期名单上没有一户仍在册。", "No household of the baseline list is still on it.", projected=True),
        Reading("each_true", "households",
                none_due(lambda recorded: recorded["households_cohort_poor"], "households_cohort"),
                "基期名单每一户真实过线", "every household of the baseline list truly above",
                "基期名单上没有一户真实收入低于识别线。", "No household of the baseline list is truly below the line.",
                projected=True),
    )  # fmt: skip


def stable() -> tuple[Reading, ...]:
    """T-STABLE: who has left the list stays off it."""
    return (
        Reading("one_year", "share", kept_out("exits_back", "exits_followed", 1),
                "退出一年内未返贫，99%", "not back within a year, 99 %",
                "规划期内退出的农户，至少 99% 在其后四个季度内未再列入名单；无人退出则视为未实现。",
                "Of households that left in the programme's years at least 99 % are not listed again within four"
                " quarters; where nobody has left it is missed."),
        Reading("two_years", "share", kept_out("exits_back_two", "exits_followed_two", 2),
                "退出两年内未返贫，99%", "not back within two years, 99 %",
                "同上，按其后八个季度计。", "The same within eight quarters."),
        Reading("true_one_year", "share", kept_out("exits_poor_later", "exits_followed", 1),
                "退出一年后真实收入过线，99%", "truly above the line a year later, 99 %",
                "退出一年后，至少 99% 的户真实收入不低于识别线，不论名单是否发现。",
                "A year after the exit at least 99 % are truly at or above the line, seen by the list or not."),
        Reading("one_year_clean", "share", kept_out_and_clean,
                "一年内未返贫，且不靠分红与转移", "not back within a year, and not led by gifts",
                "退出户 99% 一年内未返贫；有劳动能力的退出户 99% 不以分红和转移性收入为主。",
                "99 % of exits are not back within a year, and 99 % of exits with labour are not mainly on dividends"
                " and transfers."),
        Reading("each", "households", none_back,
                "退出一年内无一户返贫", "no household back within a year",
                "没有一户在退出后四个季度内返回名单。", "No household is listed again within four quarters.",
                projected=True),
    )  # fmt: skip


def village_exit() -> tuple[Reading, ...]:
    """T-VEXIT: poor villages leave their list."""
    return (
        Reading("rule_95", "share", villages_out("persons_after"),
                "95% 的村达到出列条件", "95 % of villages meet the rule of exit",
                "目标年年末至少 95% 的重点（贫困）村达到出列条件：在册人口占比不超过规定（未写明时 2%），"
                "以及规划写明的收入条件。",
                "At the end of the year due at least 95 % of key (poor) villages meet the rule of exit: listed persons"
                " at most the stated share (2 % where none is), and what else the programme states of income."),
        Reading("once_95", "share", villages_out("persons_after", once=True),
                "95% 的村曾达到出列条件", "95 % of villages met the rule once",
                "出列后不再收回：在目标年之前任何一年达到过条件即算。",
                "An exit is not undone: meeting the rule in any year up to the one due counts."),
        Reading("true_95", "share", villages_out("persons_below_line"),
                "95% 的村按真实收入达到条件", "95 % of villages meet it by true income",
                "同出列条件，但按真实收入低于识别线的人口占比计。",
                "The same rule with persons truly below the line in place of those listed."),
        Reading("each", "villages", lambda run: run.none_fails(*_not_out(run, "persons_after", False)),
                "每个村出列", "every village out", "没有一个重点（贫困）村未达到出列条件。",
                "No key village fails the rule of exit.", projected=True),
    )  # fmt: skip


def composition() -> tuple[Reading, ...]:
    """T-COMP: exits are led by work, not by dividends and transfers."""
    return (
        Reading("both", "share", work_led_and_clean,
                "劳动收入占比上升，且 99% 不靠分红与转移", "share of work rises, and 99 % not led by gifts",
                "有劳动能力的退出户：退出当年工资与经营收入占比高于基期年名单同类户；"
                "且 99% 的户分红和公共转移不超过一半。",
                "Exits with labour: wages and business are more of their income than of the baseline list's in year 0,"
                " and for 99 % dividends and public transfers are no more than half."),
        Reading("rising", "share", work_led(False),
                "劳动收入占比上升（汇款计转移）", "share of work rises, remittances as transfers",
                "只看占比：退出当年工资与经营收入占比高于基期年名单有劳动能力户。",
                "The share alone, remittances being transfers as in the national survey."),
        Reading("rising_remitted", "share", work_led(True),
                "劳动收入占比上升（汇款计务工）", "share of work rises, remittances as wages",
                "同上，但外出家人汇款计入务工收入（登记口径）。",
                "The same with remittances as wages, as registers do."),
        Reading("cohort_rising", "share", cohort_work_rising,
                "基期名单劳动收入占比上升", "share of work rises on the baseline list",
                "基期名单有劳动能力户，目标年工资与经营收入占比高于基期年，不论是否退出。",
                "On the baseline list with labour the share in the year due is above year 0, exited or not."),
        Reading("clean_99", "share", clean_exits("exits_gift_led", "exits_labour"),
                "99% 的退出户不靠分红与转移（一半为界）", "99 % of exits not led by gifts, line at a half",
                "有劳动能力的退出户，99% 的分红和公共转移不超过收入的一半（界限见参数）。",
                "Of exits with labour 99 % have dividends and public transfers up to half of income (a parameter)."),
        Reading("clean_99_low", "share", clean_exits("exits_gift_led_low", "exits_labour"),
                "同上，界限四成", "the same, line at 40 %",
                "“为主”从严，以四成为界。", "Mainly read strictly: from 40 % on."),
        Reading("clean_99_high", "share", clean_exits("exits_gift_led_high", "exits_labour"),
                "同上，界限六成", "the same, line at 60 %",
                "“为主”从宽，以六成为界。", "Mainly read loosely: from 60 % on."),
        Reading("unable_99", "share", clean_exits("exits_unable_gift_led", "exits_unable"),
                "无劳动能力退出户（另列）", "exits without labour, reported apart",
                "无劳动能力的退出户，99% 不以分红和公共转移为主；政策本就安排其靠分红和低保，仅作参考。",
                "Exits without labour of which 99 % are not led by gifts; by design they live on dividends and dibao:"
                " for information."),
    )  # fmt: skip
