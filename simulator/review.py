"""The yearly review at Q4: lines, observation, exits, entries, the dibao verdict, and the measures of the year.

Counties verify the list once a year, one file a household (ZJ-1.3, ZJ-6.4, LL-3.1.3), those who left it among them
(QZ-1.1), and the same review serves dibao: the two lists share their data (HN-1.8). Who no longer qualifies is let go,
and nobody's conduct bars anybody (FS-19, FS-23). Incomes are seen as they are, errors apart, unless `reporting_bias` is
set to try what falsified figures do (FS-25).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from simulator.counties import count_county_persons, count_county_results, entry_thresholds, lowest_admitted
from simulator.entry import admit, candidates
from simulator.interventions.delivery import Line
from simulator.interventions.dibao import programme_terms
from simulator.measures import YEARLY, measure_year, weighted
from simulator.register import identification_lines, keep_support, observe, review_listed, verdict
from simulator.scenario import Scenario
from simulator.world import World


def review(world: World, scenario: Scenario, lines: Sequence[Line]) -> None:
    """Review the list and leave the year's measures in `world.year_sums` (V, len(YEARLY))."""
    names, now = world.names, world.now
    terms = programme_terms(lines, now, names["dibao_take_up"], names["dibao_coverage"])
    standing_line = world.path.dibao_line[now.year + 1]
    names |= {
        "rise": world.path.rural_mean[now.year]
        / world.path.rural_mean.get(now.year - 1, world.path.rural_mean[now.year])
        - 1.0,
        "document_line": 1 if now.year >= scenario.first_year else 0,
        # Before the programme every place lists who receives dibao.
        "dibao_listed": int(now.year < scenario.first_year or scenario.switches["place.dibao_on_list"] == "on"),
        "mean_last_year": world.realised_mean.get(now.year - 1, world.path.rural_mean[now.year]),
        "dibao_last_year": world.path.dibao_line[now.year] / (1.0 + names["dibao_growth"]),
        "poverty_line_now": names.get("poverty_line", math.nan) * world.path.prices[now.year],
        "level_mean": float(np.exp(world.counties.level).mean()),
        "dibao_line_standing": standing_line,
        "dibao_take_up_next": terms.take_up,
    }
    identification_lines(names)
    names["dibao_line_next"] = terms.line(standing_line, float(world.counties.line.mean()))
    observe(names if now.year >= scenario.first_year else {**names, "reporting_bias": 0.0})
    count_county_persons(names)
    names["dibao_cut"] = coverage_cut(world, standing_line, names["dibao_take_up"], names["dibao_coverage"])
    names["dibao_cut_next"] = coverage_cut(world, names["dibao_line_next"], terms.take_up, terms.coverage)
    verdict(names)
    review_listed(names)
    if now.year >= scenario.first_year:
        count_county_results(names)
        if names["support_after_exit"]:
            keep_support(names)
    enter(world, scenario)
    measure(world, scenario)


def coverage_cut(world: World, line: float, take_up: float, coverage: float) -> float:
    """Up to which verified income dibao is granted, so that it covers at most `coverage` of rural persons."""
    households = world.households
    rows = np.flatnonzero((households.verified_income < line) & (households.dibao_application < take_up))
    order = np.argsort(households.verified_income[rows], kind="stable")
    return float(lowest_admitted({**world.names, "rows": rows, "order": order, "dibao_coverage": coverage}))


def enter(world: World, scenario: Scenario) -> None:
    """Admit candidates county by county as far as the quota goes (no quota before the document's own line applies)."""
    names, counties, households = world.names, world.counties, world.households
    count_county_persons(names)
    if world.now.year >= scenario.first_year:
        room = np.floor(world.county_quota * counties.persons).astype(np.int64) - counties.listed_persons
        counties.room[:] = np.maximum(room, 0)
    else:
        counties.room[:] = counties.persons
    rows = candidates(names)
    county = world.villages.county[households.village[rows]]
    names["candidate_rows"] = rows
    names["order"] = np.lexsort((households.priority[rows], county))
    names["county_thresholds"] = np.full(counties.length, -np.inf)
    entry_thresholds(names)
    admit(names)
    count_county_persons(names)
    world.list_shares.append(float(counties.listed_persons.sum() / counties.persons.sum()))


def measure(world: World, scenario: Scenario) -> None:
    """Sum the year by village and keep the realised rural mean."""
    names, values, prices = world.names, scenario.values, world.path.prices

    def stated(threshold: str) -> float:
        """A threshold of the document; not a number, which nothing is under, where it has no such target."""
        return values.get(f"programme.targets.{threshold}", math.nan)

    absolute = stated("T-ABS.threshold")
    base_year = int(values.get("programme.targets.T-ABS.price_year", world.path.year0))
    names |= {
        "sums": np.zeros((world.villages.length, len(YEARLY))),
        "floor_threshold": stated("T-FLOOR.threshold"),
        "labour_threshold": stated("T-18K.threshold"),
        "absolute_threshold": absolute,
        "absolute_real_threshold": absolute * prices[world.now.year] / prices[base_year],
        "moving_share": stated("T-45.threshold"),
        "estimate_line": stated("T-45.document_estimate"),
        "gift_threshold": values["model.gift_threshold"],
    }
    measure_year(names)
    world.year_sums = names["sums"]
    totals = weighted(world.year_sums, world.villages)
    world.realised_mean[world.now.year] = totals["income_rural"] / totals["persons_rural"]
