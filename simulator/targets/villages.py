"""Villages: collective income (T-V150, T-V100, T-VCOLL), cooperatives (T-COOP), leaders (T-LEAD)."""

from __future__ import annotations

import numpy as np

from simulator.reckoning import (
    KEY,
    VILLAGE_SHARE,
    WEAK,
    Judge,
    Judgement,
    Reckoning,
    no_village_below,
    village_mean,
    village_share,
)
from simulator.targets.reading import Reading


def without(measure: str, run: Reckoning) -> tuple[np.ndarray, np.ndarray]:
    """Key villages without what a flag of the year due says, and all of them: (V,) each."""
    among = (run.history.stratum == KEY).astype(np.float64)
    return among * (1.0 - run.history.village_year[measure][run.due]), among


def key_share_with(measure: str) -> Judge:
    """Share of the key villages with something, over the share asked."""

    def judge(run: Reckoning) -> Judgement:
        failing, among = map(run.sample.totals, without(measure, run))
        return run.judge(1.0 - failing / among - run.share_asked(VILLAGE_SHARE))

    return judge


def many(run: Reckoning) -> Judgement:
    """Leaders trained by the year due over the number asked, persons."""
    return run.judge(run.total("leaders")[:, run.due] - run.term("threshold"))


def many_each(run: Reckoning) -> Judgement:
    """Distinct households led so far per leader over the number asked; without a leader there are none."""
    led, leaders = run.total("led_so_far")[:, run.due], run.total("leaders")[:, run.due]
    return run.judge(run.ratio(led, leaders) - run.term("threshold"))


def many_each_still(run: Reckoning) -> Judgement:
    """The same of households led at the end of the year due."""
    led, leaders = run.total("households_led")[:, run.due], run.total("leaders")[:, run.due]
    return run.judge(run.ratio(led, leaders) - run.term("threshold"))


def villages_led_enough(run: Reckoning) -> Judgement:
    """Share of the villages with leaders where each leads enough distinct households on average, over the share asked;
    a place without a leader has none."""
    led, leaders = (run.history.village_year[name][run.due] for name in ("led_so_far", "leaders"))
    having = (leaders > 0).astype(np.float64)
    enough = having * (led >= run.term("threshold") * leaders)
    share = run.ratio(run.sample.totals(enough), run.sample.totals(having))
    return run.judge(share - run.share_asked(VILLAGE_SHARE))


def collective(last: int, zh: str, en: str) -> tuple[Reading, ...]:
    """T-V150, T-V100: the collective income of villages of the strata up to `last`."""
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


def operating(zh: str, en: str) -> tuple[Reading, ...]:
    """T-VCOLL: the operating income of the key villages' collectives; the document counts nothing else (QZ-6). Other
    weak villages, not registered, are in a reading of their own."""
    return (
        Reading("operating_95", "share", village_share("collective_operating", KEY),
                f"{zh}，经营性收入，95% 的村", f"{en}, operating income, 95 % of villages",
                f"至少 95% 的{zh}集体经营性收入达到目标；补助等非经营性收入不计。",
                f"At least 95 % of {en} reach the target by operating income; subsidies do not count."),
        Reading("with_weak_95", "share", village_share("collective_operating", WEAK),
                f"{zh}和其他薄弱村，经营性收入，95%", f"{en} and other weak ones, operating income, 95 %",
                f"{zh}和其他薄弱村中至少 95% 的集体经营性收入达到目标。",
                f"At least 95 % of {en} and other weak villages reach the target by operating income."),
        Reading("mean", "yuan/village/year", village_mean("collective_operating", KEY),
                f"{zh}，经营性收入的平均", f"{en}, mean operating income",
                f"{zh}集体经营性收入的平均达到目标。", f"The mean operating income of {en} reaches the target."),
        Reading("each_operating", "villages", no_village_below("collective_operating", KEY),
                f"{zh}，经营性收入，每个村", f"{en}, operating income, every village",
                f"没有一个{zh}的集体经营性收入低于目标。", f"None of the {en} misses it by operating income.",
                projected=True),
    )  # fmt: skip


def cooperatives() -> tuple[Reading, ...]:
    """T-COOP: a cooperative that leads poor households in every poor village. Only a cooperative with public money can
    fail in the model and only one with it links households: the first favours the arm without, the second the other."""
    return (
        Reading("leading_95", "share", key_share_with("cooperative_leading"),
                "95% 的村有带动名单农户的合作社", "95 % of villages with a cooperative that leads listed households",
                "至少 95% 的重点（贫困）村有带动名单农户的合作社：不是空壳、未倒闭、有产品可卖，"
                "且至少一户在册或基期名单农户经财政折股或赠股与之联结（订单、用工随之）；有无项目同一标准。"
                "未受扶持的合作社自行与农户的订单、用工联结没有模拟，按无带动计，因此无项目一侧偏低，两侧之差不全是项目的成效。",
                "At least 95 % of key (poor) villages have a cooperative that is no shell, has not failed, has"
                " something to sell, and is linked to a household of the list (now or at the baseline) by a fiscal or"
                " granted share, which orders and jobs come with; the same in both arms. Orders and jobs that"
                " unsupported cooperatives give of their own accord are not modelled and count as none: without the"
                " programme the share is too low, and not all of the difference is the programme's."),
        Reading("working_95", "share", key_share_with("cooperative_working"),
                "95% 的村有名单农户参加、在运转的合作社",
                "95 % of villages with a working cooperative with listed members",
                "至少 95% 的重点（贫困）村有运转的合作社：不是空壳、未倒闭，"
                "至少一户在册或基期名单农户参加（含自行入社），且有产品可卖。"
                "未受扶持的合作社的倒闭没有模拟，因此无项目一侧偏高，不宜据此说项目有害。",
                "At least 95 % of key (poor) villages have a cooperative that is no shell, has not failed, has a"
                " household of the list (now or at the baseline) among those taking part, members of their own accord"
                " too, and something to sell. Failures of unsupported cooperatives are not modelled: without the"
                " programme the share is too high, and no harm of the programme can be read off it."),
        Reading("any_95", "share", key_share_with("cooperative"),
                "95% 的村有合作社（含空壳）", "95 % of villages with a cooperative, shells included",
                "至少 95% 的重点（贫困）村有社员或入股户的合作社，不论是否运转。",
                "At least 95 % of key (poor) villages have a cooperative with members, whether it works or not."),
        Reading("each", "villages", lambda run: run.none_fails(*without("cooperative_leading", run)),
                "每个村有带动名单农户的合作社", "every village with a cooperative that leads listed households",
                "没有一个重点（贫困）村缺少带动名单农户的合作社。",
                "No key village is without a cooperative that leads listed households.", projected=True),
    )  # fmt: skip


def leaders() -> tuple[Reading, ...]:
    """T-LEAD-1: how many leaders."""
    return (
        Reading("trained", "persons", many,
                "累计培育的带头人", "leaders trained so far",
                "到目标年累计培育的创业致富带头人达到人数；文件写“争取”，是软目标。",
                "As many leaders have been trained by the year due; the text says strive for: a soft target."),
    )  # fmt: skip


def led() -> tuple[Reading, ...]:
    """T-LEAD-2: how many distinct households each leads."""
    return (
        Reading("mean", "households", many_each,
                "平均每名带头人带动的户（不重复）", "distinct households per leader, mean",
                "到目标年累计，平均每名带头人带动的不同农户达到户数，一户只计一次；没有带头人则为零。",
                "Distinct households led so far per leader reach the number, each counted once; none where nobody"
                " leads."),
        Reading("mean_still", "households", many_each_still,
                "平均每名带头人年末仍带动的户", "households per leader still led, mean",
                "只计目标年年末仍在的农户。", "Only households still there at the end of the year due."),
        Reading("villages_95", "share", villages_led_enough,
                "95% 有带头人的村平均达到", "in 95 % of villages with leaders",
                "有带头人的村中至少 95%，村内平均每名带头人带动的不同农户达到户数。",
                "In at least 95 % of villages with leaders the mean number of distinct households each leads is"
                " reached."),
    )  # fmt: skip
