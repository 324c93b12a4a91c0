"""Poverty, inequality, movement and targeting at the programme's end, with the programme and without, and what an exit
costs: the measures of `simulator.yearly` over the runs of an ensemble."""

from __future__ import annotations

from typing import Any

import numpy as np

from results.ensemble import Ensemble, last_value, spending
from simulator.history import RunRecord

MEASURES: tuple[tuple[str, str, str, str], ...] = (
    ("fgt0_relative", "rural", "贫困发生率（相对线，全体农村）", "poverty headcount, relative line, rural"),
    ("fgt1_relative", "rural", "贫困深度（相对线，全体农村）", "poverty gap, relative line, rural"),
    ("fgt2_relative", "rural", "贫困强度（相对线，全体农村）", "squared poverty gap, relative line, rural"),
    ("watts_relative", "rural", "沃茨指数（相对线，全体农村）", "Watts index, relative line, rural"),
    ("sen_relative", "rural", "森指数（相对线，全体农村）", "Sen index, relative line, rural"),
    ("fgt0_relative", "cohort", "贫困发生率（相对线，基期名单）", "poverty headcount, relative line, baseline list"),
    ("fgt2_relative", "cohort", "贫困强度（相对线，基期名单）", "squared poverty gap, relative line, baseline list"),
    ("fgt0_absolute", "rural", "贫困发生率（绝对线，全体农村）", "poverty headcount, absolute line, rural"),
    ("gini", "rural", "基尼系数（全体农村）", "Gini, rural"),
    ("theil", "rural", "泰尔指数（全体农村）", "Theil index, rural"),
    ("theil_between", "rural", "其中村际", "of it between villages"),
    ("transient_share_jalan_ravallion", "rural", "暂时性贫困占比（JR）", "transient share, Jalan-Ravallion"),
    ("transient_share_duclos_araar_giles", "rural", "暂时性贫困占比（DAG）", "transient share, Duclos-Araar-Giles"),
    (
        "vulnerability",
        "cohort",
        "下一年陷入贫困的平均可能（基期名单）",
        "mean risk of poverty next year, baseline list",
    ),
    ("return_hazard", "rural 1", "脱贫一年后返贫的比例", "poor again one year after leaving poverty"),
    (
        "targeting_precision",
        "rural",
        "名单准确率（名单中真正低于线）",
        "precision: listed who are truly below the line",
    ),
    ("targeting_recall", "rural", "名单覆盖率（真正低于线者在名单中）", "recall: truly below the line who are listed"),
    ("targeting_ratio_support", "rural", "CGH 瞄准比：项目资金", "Coady-Grosh-Hoddinott ratio, programme money"),
    ("targeting_ratio_public", "rural", "CGH 瞄准比：全部公共资金", "Coady-Grosh-Hoddinott ratio, all public money"),
)
SHARES = ("fgt", "transient_share", "vulnerability", "return_hazard", "targeting_precision", "targeting_recall")


def wellbeing(ensemble: Ensemble) -> list[dict[str, Any]]:
    """A row a measure at the last quarter: median in both arms, the mean paired difference and its interval. What the
    null arm has not (nobody gets programme money there) is None in it, and so is the difference."""
    both, _ = ensemble.pairs("policy", "null")
    policy, null = ensemble.runs("policy"), ensemble.runs("null")
    rows = []
    for measure, population, zh, en in MEASURES:
        found = {run: (last_value(policy[run], measure, population), last_value(null[run], measure, population))
                 for run in both}  # fmt: skip
        pairs = {run: pair for run, pair in found.items() if np.isfinite(pair).all()}
        mine = [pair[0] for pair in (pairs or found).values() if np.isfinite(pair[0])]
        if not mine:
            continue
        change, interval = ensemble.counting.paired_mean({run: pair[0] - pair[1] for run, pair in pairs.items()})
        rows.append(
            {
                "measure": measure,
                "population": population,
                "title": {"zh": zh, "en": en},
                "share": measure.startswith(SHARES),
                "policy": float(np.median(mine)),
                "null": float(np.median([pair[1] for pair in pairs.values()])) if pairs else None,
                "change": change if pairs else None,
                "interval": interval,
            }
        )
    return rows


def exits(ensemble: Ensemble, years: tuple[int, int]) -> dict[str, Any]:
    """Households that left the list, and those that stayed off and above the line a year later, means over runs in
    both arms; and what one more of either cost: money beyond the null arm over exits beyond it (None unless the
    interval of the paired difference, `more_exits` and `more_stable_exits`, lies above zero)."""
    both, _ = ensemble.pairs("policy", "null")
    policy, null = ensemble.runs("policy"), ensemble.runs("null")
    names = ("exits", "exits_stable", "exits_listed_again", "exits_truly_poor_again")
    if not both or ("exits", "list") not in policy[both[0]].series:
        return {}
    out: dict[str, Any] = {}
    for name in names:
        arms = [float(np.mean([last_value(runs[run], name, "list") for run in both])) for runs in (policy, null)]
        out[name] = dict(zip(("policy", "null"), arms, strict=True))
    cost = np.mean([_paid(policy[run], years) - _paid(null[run], years) for run in both])
    for name, of in (("exits", "exit"), ("exits_stable", "stable_exit")):
        gaps = {run: last_value(policy[run], name, "list") - last_value(null[run], name, "list") for run in both}
        more, interval = ensemble.counting.paired_mean(gaps)
        out[f"more_{of}s"] = {"change": more, "interval": interval}
        out[f"cost_per_{of}"] = float(cost / more) if interval is not None and interval[0] > 0.0 else None
    return out


def growth_sources(ensemble: Ensemble) -> list[dict[str, Any]]:
    """What each component added to the growth of the baseline list's mean over the period, households with and without
    labour apart: means over runs in both arms, shares of year 0's mean."""
    rows = []
    for label in ("able", "unable"):
        for part in ("wage", "business", "property", "transfer"):
            found = {}
            for arm in ("policy", "null"):
                values = [
                    last_value(run, f"growth_from_{part}", f"cohort {label}") for run in ensemble.runs(arm).values()
                ]
                values = [value for value in values if np.isfinite(value)]
                found[arm] = float(np.mean(values)) if values else None
            rows.append({"labour": label, "part": part, **found})
    return [row for row in rows if row["policy"] is not None]


def _paid(record: RunRecord, years: tuple[int, int]) -> float:
    return sum(spending(record, years).values())
