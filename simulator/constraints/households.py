"""Constraints on how households are helped: by work and production, not by dividends alone; and what they lose when
they earn more."""

from __future__ import annotations

import math

import numpy as np

from simulator.constraints.base import FEN, Constraint, stated, village_culprits, village_year, within
from simulator.history import Finding, History
from simulator.jackknife import Sample
from simulator.scenario import Scenario

BUILDING_LAND = 80.0
"""Building land set aside for a relocated person, square metres (ZJ-3.5)."""


def dividends_alone(history: History, scenario: Scenario) -> Finding:
    """No listed household with labour is served by asset dividends alone: households at the years' ends that hold
    shares in asset projects and have no link to work or production, summed over the years."""
    rule = Constraint("C-5", ("FS-5",), "households", 0.0,
                ("没有有劳动能力的低收入农户只靠资产分红。",
                 "No listed household with labour is served by dividends alone."),
                ("有些有劳动能力的低收入农户只分红、不参与生产就业。",
                 "Some listed households with labour get dividends and no link to work or production."))  # fmt: skip
    counts = village_year(history, scenario, "dividend_only")
    if counts is None or not len(counts):
        return rule.finding(scenario, math.nan, False)
    by_village = counts.max(axis=0)
    value = float((counts @ history.stands_for).max())
    return rule.finding(scenario, value, value > 0, village_culprits(history, by_village, ".0f", "户", "households"))


def gift_led_exits(history: History, scenario: Scenario) -> Finding:
    """Share of households with labour that left the list mainly on dividends and public transfers, over the
    programme's years (FS-23; ZJ-1.2 wants income to rise mainly by work)."""
    rule = Constraint("C-23", ("FS-23",), "share", 0.0,
                ("有劳动能力的退出户没有一户主要靠分红和转移性收入。",
                 "No household with labour left the list mainly on dividends and transfers."),
                ("有些有劳动能力的退出户主要靠分红和转移性收入，脱贫不稳定。",
                 "Some households with labour left the list mainly on dividends and transfers: an unstable exit."),
                ("没有有劳动能力的农户退出。", "No household with labour left the list."))  # fmt: skip
    sample = Sample(history.stratum, history.stands_for)
    led_by = history.village_year["exits_gift_led"][within(history, scenario)].sum(axis=0)
    exits, led = (
        float(sample.totals(history.village_year[name][within(history, scenario)].sum(axis=0))[0])
        for name in ("exits_labour", "exits_gift_led")
    )
    share = led / exits if exits > 0 else math.nan
    return rule.finding(scenario, share, share > 0, village_culprits(history, led_by, ".0f", "户", "households"))


def incentives(history: History, scenario: Scenario) -> Finding:
    """What a household loses of a yuan more: reported, never broken.

    At the dibao line the top-up falls by the withdrawal rate of a yuan seen. At the line of the list all programme
    support ends: the loss is the programme money a listed household and year, over the last year of the run.
    """
    rate = scenario.values.get("model.dibao_withdrawal", 1.0)
    listed = history.facts.get("baseline_listed_households", 0.0)
    roles = {fund.name: fund.role for fund in scenario.funds}
    support = [roles.get(line.fund) != "standing" for line in history.ledger_lines]
    last = history.quarters[:, 0] == scenario.last_year
    fen = history.ledger[np.ix_(last, np.array(support, dtype=bool))].sum() if len(support) else 0
    cliff = float(fen) / FEN / listed if listed > 0 else 0.0
    zh = f"低保线处每多得 1 元，低保金减少 {rate:.2f} 元；退出名单即失去的扶持每户每年约 {cliff:,.0f} 元。"
    en = (f"At the dibao line a yuan more costs {rate:.2f} yuan of dibao; leaving the list ends support of some"
          f" {cliff:,.0f} yuan a household and year.")  # fmt: skip
    rule = Constraint("C-INCENT", ("ZJ-4.10", "FS-19"), "share", 1.0, (zh, en), (zh, en))
    return rule.finding(scenario, rate, False)


def building_land(history: History, scenario: Scenario) -> Finding:
    """No more building land a mover than the quota: square metres a person as stated (ZJ-3.5). HN-1.4 controls the
    floor area of movers' houses too, without a figure."""
    land = stated(history, scenario, "relocation", "building_land")
    rule = Constraint("C-LAND", ("ZJ-3.5",), "m2/person", BUILDING_LAND,
                (f"搬迁建房用地每人 {land:,.0f} 平方米，不超过 80 平方米的指标。",
                 f"Building land of {land:,.0f} square metres a mover is within the quota of 80."),
                (f"搬迁建房用地每人 {land:,.0f} 平方米，超过 80 平方米的指标。",
                 f"Building land of {land:,.0f} square metres a mover is above the quota of 80."),
                ("本方案没有易地搬迁。", "The programme moves nobody."))  # fmt: skip
    return rule.finding(scenario, land, land > BUILDING_LAND)
