"""The register: lines, observation, exit after a year of observation, entry by need, lot and quota."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.counties import FIXED, MEAN_40, entry_thresholds
from simulator.entry import BY_INCOME, admit, candidates
from simulator.macro import MacroDraw
from simulator.register import identification_lines, observe, review_listed, verdict
from simulator.scenario import Scenario
from simulator.simulate import NULL, Run, found
from simulator.world import Luck, World, parameter_names
from tests import twins, twins_register
from tests.twins_register import EXITED, LISTED, NEVER, OBSERVATION, county_of

Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize(
    ("document", "expected"),
    # Local means 20,000, 30,000 and 10,000; dibao 5,000. One line by rule: 1.5 x dibao, 40 %, the lower, the higher.
    [
        (0, [[10_000, 15_000, 5_000]] * 4),
        (1, [[7_500] * 3, [8_000, 12_000, 4_000], [7_500, 7_500, 4_000], [8_000, 12_000, 7_500]]),
    ],
)
def test_lines_by_hand(place: Place, document: int, expected: list[list[float]]) -> None:
    names = place(0) | {"document_line": document, "mean_last_year": 20_000.0, "dibao_last_year": 5_000.0}
    names |= {"list_line_share": 0.5, "level_mean": 1.25, "poverty_line_now": math.nan}
    names["county_level"][:] = np.log([1.25, 1.875, 0.625])
    for rule in range(4):
        names["county_line_rule"][:] = rule
        identification_lines(names)
        assert names["county_line"].tolist() == pytest.approx(expected[rule])


@pytest.mark.parametrize(("document", "line"), [(0, 6_000.0), (1, 4_400.0)])
def test_a_fixed_line_is_one_for_all_counties(place: Place, document: int, line: float) -> None:
    """Before the programme 0.3 of last year's mean of 20,000 yuan, then the line of the year, here with one county of
    another rule beside it."""
    names = place(0) | {"document_line": document, "mean_last_year": 20_000.0, "dibao_last_year": 5_000.0}
    names |= {"list_line_share": 0.3, "level_mean": 1.0, "poverty_line_now": 4_400.0}
    names["county_level"][:] = np.log([1.0, 1.5, 0.5])
    names["county_line_rule"][:] = [FIXED, FIXED, MEAN_40]
    identification_lines(names)
    assert names["county_line"].tolist() == pytest.approx([line, line, 4_000.0 if document else 3_000.0])


def test_the_fixed_line_follows_prices(scenario: Scenario) -> None:
    """In a run: from the first review of the programme on, the yuan of year 0 at the prices of each year."""
    told = replace(
        scenario,
        values={**scenario.values, "place.poverty_line": 4_000.0},
        switches={**scenario.switches, "place.line_rule": "fixed"},
    )
    world = found(told, Luck(4, 0), 600, MacroDraw())
    assert world.counties.line == pytest.approx(told.values["place.list_line_share"] * world.realised_mean[2016])
    run = Run(world, told, Luck(4, 0), MacroDraw(), NULL)
    for year in (2018, 2019):
        for _ in range(4):
            run.step()
        risen = (1.0 + told.values["place.forecast_inflation"]) ** (year - 2017)
        assert world.counties.line == pytest.approx(np.full(world.counties.length, 4_000.0 * risen))


@pytest.mark.parametrize("seed", range(4))
def test_observation(place: Place, seed: int) -> None:
    names = place(seed) | {"rise": 0.07, "reporting_bias": 0.1}
    names["year_property"][::9] = -40_000_000
    names["verified_income"][1::4] = 0.0
    names["assets"][:] /= 3.0
    names["enterprise"][::2] = 0.0
    expected = twins_register.observe(names)
    assert 5 < np.isfinite(expected["verified_income"]).sum() < np.isfinite(expected["observed_income"]).sum()
    assert min(expected["observed_income"]) < 0, "a loss is observed as it is"
    twins.agree(observe, expected, names)


def test_the_error_of_observation_has_its_spread_and_its_memory(place: Place, scenario: Scenario) -> None:
    many, random = 20_000, np.random.default_rng(1)
    base = {name: np.zeros(many, np.int64) for name in place(0) if name.startswith("year_")}
    names = {**parameter_names(scenario), **base, "seed": 1, "replicate": 1, "rise": 0.0}
    names |= {"key": np.arange(many, dtype=np.uint64), "observation_error": random.standard_normal(many)}
    zero = ("verdict_error", "observed_income", "verified_income", "assets", "enterprise")
    names |= {name: np.zeros(many) for name in zero}
    names |= {"size": np.full(many, 3), "list_state": np.zeros(many, np.int8), "reviewed": np.zeros(many, np.int8)}
    names |= {"observation_bias": -0.1, "observation_sd": 0.4, "observation_persistence": 0.7}
    names["year_wage"][:], names["year_persons"][:] = 3_000_000, 12
    errors = []
    for year in (2018, 2019):
        observe(names | {"moment": 4 * year + 3})
        errors.append(np.log(names["observed_income"] / 10_000))
    assert errors[0].mean() == pytest.approx(-0.1, abs=4 * 0.4 / math.sqrt(many))
    assert errors[0].std() == pytest.approx(0.4, rel=4 / math.sqrt(2 * many))
    assert np.corrcoef(errors)[0, 1] == pytest.approx(0.7, abs=4 * 0.51 / math.sqrt(many))


@pytest.mark.parametrize("seed", range(3))
def test_verdicts_on_dibao(place: Place, seed: int) -> None:
    names = place(seed) | {"dibao_line_standing": 9_000.0, "dibao_line_next": 9_900.0, "dibao_cut": 6_000.0}
    names |= {"dibao_cut_next": 8_000.0, "dibao_take_up": 0.6, "dibao_take_up_next": 0.8, "dibao_withdrawal": 0.8}
    expected = twins_register.verdict(names)
    assert 0 < sum(map(bool, expected["dibao_standing"])) < sum(expected["dibao"]) < sum(expected["dibao_entitled"])
    twins.agree(verdict, expected, names)


def test_dibao_tops_up_to_the_line(place: Place) -> None:
    """Three persons verified at 5,000 under a line of 8,760 with full withdrawal: 3 x 3,760 / 4 = 2,820 yuan."""
    names = place(0) | {"dibao_line_standing": 8_760.0, "dibao_line_next": 8_760.0, "dibao_withdrawal": 1.0}
    names |= {"dibao_cut": math.inf, "dibao_cut_next": math.inf, "dibao_take_up": 1.0, "dibao_take_up_next": 1.0}
    names["size"][:3], names["verified_income"][:3], names["dibao_application"][:3] = 3, [5_000, 8_760, -200], 0.5
    verdict(names)
    assert names["dibao_due"][:3].tolist() == names["dibao_standing"][:3].tolist() == [282_000, 0, 657_000]
    assert names["dibao"][:3].tolist() == [1, 0, 1]


def reviewing(place: Place) -> dict[str, Any]:
    """A place where nobody receives dibao, everyone is there and nobody has been reviewed above."""
    names = place(0) | {"observation_reviews": 1}
    names["dibao"][:], names["size"][:], names["reviews_above"][:], names["county_line"][:] = 0, 3, 0, 10_000.0
    return names


def states(names: dict[str, Any], observed: float) -> int:
    """The first household's state after a review that observes this income."""
    names["observed_income"][:] = observed
    review_listed(names)
    return int(names["list_state"][0])


def test_exit_takes_a_year_of_observation(place: Place) -> None:
    names = reviewing(place)
    names["list_state"][:] = LISTED
    assert states(names, 9_999) == LISTED
    assert states(names, 10_000) == OBSERVATION
    assert states(names, 9_000) == LISTED, "who falls below is listed again"
    assert states(names, 12_000) == OBSERVATION, "and the year of observation starts anew"
    assert names["exit_gift_share"].max() == -1.0
    assert states(names, 12_000) == EXITED
    assert names["exit_gift_share"].min() >= 0.0
    assert states(names, 12_000) == EXITED
    assert names["exit_gift_share"].max() == -1.0, "an exit is counted once"
    assert states(names, 0) == EXITED, "a return is an entry, by application and quota"


def test_without_observation_exit_is_at_once(place: Place, scenario: Scenario) -> None:
    names = reviewing(place) | {"observation_reviews": 0}
    names["list_state"][:] = LISTED
    assert states(names, 10_000) == EXITED
    for quarters, reviews in ((0, 0), (4, 1), (8, 2)):
        drawn = scenario.with_values({"place.observation_quarters": quarters})
        assert parameter_names(drawn)["observation_reviews"] == reviews
    names = reviewing(place) | {"observation_reviews": 2}
    names["list_state"][:] = LISTED
    assert [states(names, 10_000) for _ in range(3)] == [OBSERVATION, OBSERVATION, EXITED]


def test_who_receives_dibao_stays_and_who_is_gone_is_forgotten(place: Place) -> None:
    names = reviewing(place)
    names["list_state"][:], names["dibao"][:] = OBSERVATION, 1
    assert states(names, 90_000) == LISTED
    assert states(names | {"dibao_listed": 0}, 90_000) == OBSERVATION, "unless dibao is counted as any other income"
    assert states(names | {"dibao_listed": 0}, 90_000) == EXITED
    names["size"][:] = 0
    assert states(names, 0) == NEVER


def test_the_share_of_gifts_at_exit(place: Place) -> None:
    names = reviewing(place)
    names["list_state"][:], names["reviews_above"][:], names["observed_income"][:] = OBSERVATION, 1, 20_000.0
    for part in ("wage", "business", "property", "transfer"):
        names[f"year_{part}"][:] = 1_000
    names["year_gifts"][:] = 1_000
    names["year_transfer"][1] = -9_000
    review_listed(names)
    assert names["exit_gift_share"][:2].tolist() == [0.25, 1.0]


@pytest.mark.parametrize("lot", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_candidates_and_their_queue(place: Place, seed: int, lot: int) -> None:
    names = place(seed) | {"random_selection": lot, "list_take_up": 0.8, "dibao_listed": seed % 2}
    names["county_line"][:] = np.abs(names["county_line"]) + 10_000.0
    queue = twins_register.candidates(names)
    assert len(queue) > 5
    before = names["priority"].copy()
    rows = candidates(names)
    assert rows.tolist() == list(queue)
    assert names["priority"][rows].tolist() == pytest.approx(list(queue.values()), rel=1e-12)
    others = np.setdiff1d(np.arange(len(before)), rows)
    assert np.array_equal(names["priority"][others], before[others])


def entering(place: Place, seed: int, ties: bool = False) -> tuple[dict[str, Any], dict[int, float]]:
    """Names ready for admission, and the queue by the twin."""
    names = place(seed) | {"random_selection": 0, "list_take_up": 1.0}
    if ties:
        names |= {"community_weight": 1.0, "community_favour": 0.0}
        names["observed_income"][:] = np.round(names["observed_income"], -4)
    queue = twins_register.candidates(names)
    names["candidate_rows"] = candidates(names)
    names["order"] = np.lexsort((names["priority"][names["candidate_rows"]], county_of(names)[names["candidate_rows"]]))
    names["county_thresholds"] = np.zeros(3)
    return names, queue


def test_the_quota_binds_somewhere_among_the_places_tried(place: Place) -> None:
    shut = 0
    for seed in range(6):
        names, queue = entering(place, seed)
        shut += len(queue) - len(twins_register.admitted(names, queue))
    assert shut > 5


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_entry_by_need_up_to_the_quota(place: Place, seed: int, ties: bool) -> None:
    names, queue = entering(place, seed, ties)
    enter = twins_register.admitted(names, queue)
    before, returned = names["list_state"].copy(), names["returned"].copy()
    room = {county: names["county_room"][county] for county in range(3)}
    entry_thresholds(names)
    admit(names)
    assert set(np.flatnonzero((names["list_state"] == LISTED) & (before != LISTED))) == enter
    assert len(enter) > 0
    back = np.isin(np.arange(len(before)), list(enter)) & (before == EXITED)
    assert np.array_equal(names["returned"], np.where(back, 1, returned))
    for county in range(3):
        own = [row for row in enter if county_of(names)[row] == county and not names["dibao"][row]]
        by_dibao = [row for row in enter if county_of(names)[row] == county and names["dibao"][row]]
        assert twins_register.persons(names, own) <= max(room[county] - twins_register.persons(names, by_dibao), 0)


def test_without_room_only_dibao_enters(place: Place) -> None:
    names, queue = entering(place, 1)
    names["county_room"][:] = 0
    entry_thresholds(names)
    before = names["list_state"].copy()
    admit(names)
    entered = np.flatnonzero(names["list_state"] != before)
    assert entered.tolist() == [row for row in queue if names["dibao"][row] == 1]
    assert len(entered) > 0


def test_equal_incomes_enter_together_or_not_at_all(place: Place) -> None:
    names = place(2) | {"random_selection": 0, "list_take_up": 1.0, "county_thresholds": np.zeros(3)}
    names |= {"community_weight": 1.0, "community_favour": 0.0}
    names["village_county"][:] = [0, 1, 2, 0, 1, 2]
    names["dibao"][:], names["observed_income"][:], names["county_line"][:] = 0, 5_000.0, 6_000.0
    rows = candidates(names)
    county = county_of(names)[rows]
    wanted = [twins_register.persons(names, rows[county == row]) for row in range(3)]
    assert min(wanted) > 0
    names["county_room"][:] = [wanted[0], wanted[1] - 1, wanted[2] + 1]
    entry_thresholds(names | {"candidate_rows": rows, "order": np.lexsort((names["priority"][rows], county))})
    assert names["county_thresholds"].tolist() == [math.log(5_000.0), -math.inf, math.log(5_000.0)]


def test_need_and_lot_admit_different_households(place: Place) -> None:
    """By need the admitted are the lowest; by lot they are not, and the lot is drawn anew every year."""
    chosen = []
    for lot, moment in ((0, 8075), (1, 8075), (1, 8079)):
        names = place(3) | {"random_selection": lot, "list_take_up": 1.0, "moment": moment}
        names |= {"community_weight": 1.0, "community_favour": 0.0}
        names["dibao"][:], names["county_line"][:], names["county_room"][:] = 0, 30_000.0, 60
        rows = candidates(names)
        names |= {"candidate_rows": rows, "county_thresholds": np.zeros(3)}
        names["order"] = np.lexsort((names["priority"][rows], county_of(names)[rows]))
        entry_thresholds(names)
        foremost = names["priority"][rows] <= names["county_thresholds"][county_of(names)[rows]]
        chosen.append(set(rows[foremost].tolist()))
    assert chosen[0] != chosen[1] != chosen[2]
    observed = place(3)["observed_income"]
    assert np.mean(observed[list(chosen[0])]) < min(np.mean(observed[list(other)]) for other in chosen[1:])


def test_in_a_run_the_quota_binds_and_observation_lasts_a_year(world: World, scenario: Scenario) -> None:
    """Through the programme's years without policy, review by review."""
    # Who divides or joins another household takes its place on the list along.
    scenario = replace(scenario, switches={**scenario.switches, "model.process_families": "off"})
    run = Run(world.copy(), scenario, world.luck, MacroDraw(), NULL)
    home, counties = run.world.households, run.world.counties
    county = run.world.villages.county[home.village]
    exits = entries = late = 0
    while not run.finished:
        before, last_quarter = home.list_state.copy(), run.world.now.quarter == 4
        run.step()
        there = home.size > 0
        if not last_quarter:
            changed = home.list_state != before
            assert (home.entered_for[changed] > BY_INCOME).all(), "between reviews only who was struck enters"
            late += changed.sum()
            continue
        left = there & (home.list_state == EXITED) & (before != EXITED)
        assert (before[left] == OBSERVATION).all()
        entered = there & (home.list_state == LISTED) & ~np.isin(before, (LISTED, OBSERVATION))
        by_need = entered & (home.dibao == 0)
        room = np.floor(run.world.county_quota * counties.persons)
        assert (counties.listed_persons <= room)[county[by_need]].all()
        assert (home.list_state[there & (home.dibao == 1)] == LISTED).all()
        exits, entries = exits + left.sum(), entries + by_need.sum()
    assert min(exits, entries, late) > 10
