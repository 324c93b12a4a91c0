"""The kinds of intervention in a whole village world: who is served, in which order, how often, and at what cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.calendar import Quarter
from simulator.counties import DIBAO_150, HIGHER, LOWER, MEAN_40
from simulator.interventions import KINDS
from simulator.interventions.delivery import COMMON_TERMS, Line
from simulator.interventions.equity_dividends import at_work
from simulator.processes.cooperatives import working_capital
from simulator.scenario import Intervention, Scenario
from simulator.world import World
from tests.systems import arm, entries, founded, null_history, only, pin_of, quarters, terms, zhejiang

RICH = {"programme.yuan_per_listed_household": 60_000.0, "programme.overhead": 0.0}
QUARTERS_OF_PROGRAMME = 17  # 2018Q4 to 2022Q4


def alone(kind: str, **values: float) -> Scenario:
    """The programme with one kind that nobody has to wait for."""
    return terms(only(zhejiang().with_values(RICH), kind), kind, ramp_quarters=1.0, **values)


def running(scenario: Scenario, name: str = "policy") -> Iterator[World]:
    return quarters(founded(), scenario, name, pin_of(null_history()))


def after_review(scenario: Scenario, world: World | None = None, year: int = 2018) -> World:
    """A world right after the review of a year, in the null arm, its books still open."""
    *_, last = (
        w.copy() for w in quarters(world or founded(), scenario, "null", pin_of(null_history()), last_year=year)
    )
    return last


# Columns that show a link to work or production, in the order in which `at_work` takes them.
WORK_LINKS = ("cooperative_share", "coop_member", "loans_taken", "start_granted", "led", "places")
WORK_LINKS += ("trained_quarters", "helped_quarters")


# What every kind declares.


def test_twenty_eight_kinds_each_with_its_own_number_and_code() -> None:
    assert len(KINDS) == 28
    assert sorted(kind.number for kind in KINDS.values()) == list(range(1, 29))
    assert len({kind.code for kind in KINDS.values()}) == 28
    assert all(kind.title_zh and kind.title_en for kind in KINDS.values())


def test_every_mechanism_is_a_column_that_the_kind_itself_writes() -> None:
    names = founded()
    names.bind(zhejiang())
    for kind in KINDS.values():
        assert kind.mechanism in names.names, kind.name
        assert kind.mechanism in kind.changed.arguments, kind.name


def test_a_programme_gives_every_kind_its_terms() -> None:
    for name, kind in KINDS.items():
        given_terms = set(only(zhejiang(), name).under(f"programme.interventions.{name}"))
        assert set(kind.terms) == given_terms - set(COMMON_TERMS), name


def line(start: tuple[int, int], end: tuple[int, int], ramp: float) -> Line:
    entry = Intervention("training", "programme", "special", "training", start, end)
    return Line(KINDS["training"], entry, {"ramp_quarters": ramp}, 0)


@given(st.integers(0, 12), st.integers(1, 8))
def test_a_kind_ramps_up_evenly(passed: int, ramp: int) -> None:
    now = Quarter(2018, 4)
    for _ in range(passed):
        now = now.next()
    assert math.isclose(line((2018, 4), (2022, 4), ramp).ramp(now), min(1.0, (passed + 1) / ramp))


def test_dates_are_inclusive_and_what_was_built_goes_on() -> None:
    work = line((2018, 4), (2019, 2), 4)
    assert [work.open(Quarter(2018, q)) for q in (3, 4)] == [False, True]
    assert [work.open(Quarter(2019, q)) for q in (2, 3)] == [True, False]
    assert [work.begun(Quarter(2018, 3)), work.begun(Quarter(2025, 1))] == [False, True]


# Budgets.


def test_a_fund_receives_its_share_a_quarter_of_a_year_at_a_time() -> None:
    world, history = arm("policy")
    values = zhejiang().values
    for fund in (fund for fund in zhejiang().funds if fund.role == "programme"):
        inflow = history.inflow[:, history.funds.index(fund.name)]
        yearly = values[f"programme.funds.{fund.name}.budget_share"] * values["programme.yuan_per_listed_household"]
        each = math.floor(25.0 * yearly) * world.baseline_listed
        assert inflow.tolist() == [0] * 7 + [each] * QUARTERS_OF_PROGRAMME, fund.name


def test_half_and_double_budgets_are_half_and_double() -> None:
    given_, half, double = (arm(name)[1].inflow for name in ("policy", "half", "double"))
    programme = [row for row, fund in enumerate(zhejiang().funds) if fund.role == "programme"]
    assert np.allclose(half[:, programme] * 2.0, given_[:, programme], rtol=1e-4)
    assert np.allclose(double[:, programme] / 2.0, given_[:, programme], rtol=1e-4)
    assert given_[:, programme].sum() > 0


def test_overhead_is_its_share_and_no_more() -> None:
    history = arm("policy")[1]
    for fund in ("two_mountains", "special", "weak_villages"):
        granted = int(history.inflow[:, history.funds.index(fund)].sum())
        rows = [r for r, entry in enumerate(history.ledger_lines) if (entry.fund, entry.kind) == (fund, "overhead")]
        share = int(history.ledger[:, rows].sum()) / granted
        assert 0.95 * zhejiang().values["programme.overhead"] < share <= zhejiang().values["programme.overhead"]


def test_every_line_spends_within_its_fund_and_on_a_declared_use() -> None:
    history = arm("double")[1]
    uses = {fund.name: fund.uses for fund in zhejiang().funds}
    assert [entry for entry in history.ledger_lines if entry.use not in uses[entry.fund]] == []
    assert (history.ledger >= 0).all() and (history.balance >= 0).all()


# Who is served.


RECEIVED = {
    "training": "trained_quarters",
    "micro_loan": "loans_taken",
    "industry_support": "cooperative_share",
    "workshop": "wage_workshop",
    "public_posts": "wage_post",
    "equity_dividends": "equity",
    "living_allowance": "allowance",
}
"""The column that rises when a household is served by a kind."""


@pytest.mark.parametrize("kind", sorted(RECEIVED))
def test_only_households_on_the_list_are_served(kind: str) -> None:
    served, left_out = 0, 0
    world = founded()
    before = getattr(world.households, RECEIVED[kind]).copy()
    scenario = alone(kind, take_up=1.0)
    # Households that join or divide would hand on what they hold.
    scenario = replace(scenario, switches={**scenario.switches, "model.process_families": "off"})
    for world in running(scenario):
        table = world.households
        now = getattr(table, RECEIVED[kind])
        rising = now > (0 if table.columns[RECEIVED[kind]].role == "flow" else before)
        assert (table.supported[rising] == 1).all() and (table.size[rising] > 0).all()
        served, left_out = served + int(rising.sum()), left_out + int((table.supported == 0).sum())
        before = now.copy()
    assert served > 0 and left_out > 0


@pytest.mark.parametrize("kept", ["on", "off"])
def test_support_follows_the_list_and_under_observation_the_programmes_choice(kept: str) -> None:
    scenario = zhejiang()
    # A household that divides or joins is another one from the first quarter on.
    switches = {"place.support_in_observation": kept, "model.process_families": "off"}
    scenario = replace(scenario, switches={**scenario.switches, **switches})
    observed = 0
    before = founded().households.list_state
    for world in running(scenario):
        table = world.households
        on_list = np.isin(before, (1, 2) if kept == "on" else (1,)) & (table.size > 0)
        assert np.array_equal(table.supported == 1, on_list)
        observed += int((before == 2).sum())
        before = table.list_state.copy()
    assert observed > 0


def test_more_take_up_keeps_all_who_were_offered_before() -> None:
    offered = []
    for take_up in (0.2, 0.5, 0.9):
        scenario = entries(alone("living_allowance", take_up=take_up), {"living_allowance"}, start=(2018, 1))
        first = next(iter(running(scenario)))
        offered.append(first.households.offered == 1)
    assert 0 < offered[0].sum() < offered[1].sum() < offered[2].sum()
    assert not (offered[0] & ~offered[1]).any() and not (offered[1] & ~offered[2]).any()


def test_a_village_builds_one_station_and_receives_one_grant() -> None:
    for kind, cost in (("village_station", 50_000_000), ("village_grant", 50_000_000)):
        scenario = alone(kind, take_up=1.0)
        assert {"village_station": 100 * 100_000 * 5, "village_grant": 100 * 500_000}[kind] == cost
        received = np.zeros(founded().villages.length, np.int64)
        for world in running(scenario):
            received += world.villages.public_money + world.villages.supplier_money
        weak = world.villages.stratum < 2
        assert received[weak].tolist() == [cost] * int(weak.sum()), kind
        assert set(received[~weak].tolist()) <= {0, cost}


def test_key_villages_are_served_before_weak_ones() -> None:
    world = founded()
    standing = int(world.villages.stands_for[world.villages.stratum == 0].sum())
    listed = world.baseline_listed
    # Money for the key villages in the first quarter and nothing more.
    share = zhejiang().values["programme.funds.weak_villages.budget_share"]
    enough = 50_000_000 * standing / (25.0 * share * listed) + 1.0
    scenario = terms(
        only(zhejiang(), "village_grant").with_values(
            {"programme.yuan_per_listed_household": enough, "programme.overhead": 0.0}
        ),
        "village_grant",
        take_up=1.0,
        ramp_quarters=1.0,
    )
    scenario = entries(scenario, {"village_grant"}, start=(2018, 1))
    first = next(iter(running(scenario)))
    assert (first.villages.granted == (first.villages.stratum == 0)).all()


def test_a_household_is_trained_at_most_once_in_four_years() -> None:
    scenario = alone("training", take_up=1.0, slots_per_year=4.0)
    slots = np.zeros(founded().households.length, np.int64)
    before = founded().households.trained_quarters
    for world in running(scenario):
        slots += world.households.trained_quarters > before
        before = world.households.trained_quarters.copy()
    # Seventeen quarters hold a first slot and, sixteen quarters later, a second.
    assert slots.max() == 2 and (slots == 1).any()


def test_no_loan_is_above_the_cap_and_nobody_borrows_twice() -> None:
    scenario = alone("micro_loan", take_up=1.0, loan_amount=100_001.0, loan_limit=50_000.0, term_quarters=2.0)
    # Households that join add up what each of them was lent.
    scenario = replace(scenario, switches={**scenario.switches, "model.process_families": "off"})
    for world in running(scenario):
        table = world.households
        assert set(np.unique(table.loans_taken).tolist()) <= {0, 5_000_000}
    assert (table.loans_repaid > 0).any()


def test_households_without_labour_or_with_disability_hold_shares_first() -> None:
    scenario = entries(alone("equity_dividends", take_up=1.0), {"equity_dividends"}, start=(2018, 1))
    table = next(iter(running(scenario))).households
    share = 2_500 * 15
    without = (table.supported == 1) & ((table.labour == 0.0) | (table.disabled > 0))
    assert without.any() and (table.equity[without] == share).all()
    short = scenario.with_values({"programme.yuan_per_listed_household": 400.0})
    table = next(iter(running(short))).households
    assert (table.equity > 0).any() and not table.equity[(table.labour > 0.0) & (table.disabled == 0)].any()


def test_a_disabled_member_comes_first_in_the_queue_for_shares_as_lack_of_labour_does() -> None:
    priority = np.zeros(4)
    KINDS["equity_dividends"].want.plain(
        seed=1,
        replicate=0,
        supported_rows=np.arange(4),
        offered=np.ones(4, np.int8),
        key=np.arange(1, 5, dtype=np.uint64),
        labour=np.array([0.0, 2.0, 2.0, 0.0]),
        disabled=np.array([0, 1, 0, 1]),
        **dict.fromkeys(WORK_LINKS, np.zeros(4, np.int64)),
        claim=np.zeros(4, np.int64),
        priority=priority,
        share_per_year=1500.0,
        without_labour_only=0.0,
        open_now=1,
        kind_number=7,
    )
    assert (priority < 1.0).tolist() == [True, True, False, True]


def test_who_has_labour_holds_shares_only_beside_work_or_production_where_the_plan_says_so() -> None:
    """FS-5 and C-5, by what the rule claims and by what an auditor counts at the year's end."""
    scenario = entries(alone("equity_dividends", take_up=1.0), {"equity_dividends"}, start=(2018, 1))
    path = "programme.interventions.equity_dividends.without_labour_only"
    for flag in (0.0, 1.0):
        table = next(iter(running(scenario.with_values({path: flag})))).households
        linked = np.any([getattr(table, name) > 0 for name in WORK_LINKS], axis=0)
        able = (table.supported == 1) & (table.labour > 0.0)
        assert (table.equity[able & linked] > 0).all() and (able & linked).any()
        assert (table.equity[able & ~linked] > 0).all() == (flag == 0.0)
        assert (table.equity[able & ~linked] > 0).any() == (flag == 0.0)
        assert table.equity[(table.supported == 1) & (table.labour == 0.0)].all()


@pytest.mark.parametrize("link", WORK_LINKS)
def test_each_link_to_work_or_production_counts(link: str) -> None:
    none = dict.fromkeys(WORK_LINKS, np.zeros(2, np.int64))
    assert not at_work(*none.values()).any()
    assert at_work(*{**none, link: np.array([0, 1])}.values()).tolist() == [False, True]


@given(st.floats(0.0, 1e7), st.floats(1.0, 1e7), st.floats(1.0, 1e6), st.floats(0.0, 0.9))
def test_money_beyond_what_a_cooperative_can_absorb_earns_less(
    capital: float, capacity: float, more: float, saturation: float
) -> None:
    now, then = (working_capital(value, capacity, saturation) for value in (capital, capital + more))
    assert now <= then <= now + more * (1 + 1e-9)
    assert then / (capital + more) <= (now / capital if capital > 0 else 1.0) * (1 + 1e-9)
    if capital >= capacity:
        assert then - now < more
    if capital + more <= capacity:
        assert then == capital + more


# dibao.


def own_income(world: World) -> np.ndarray:
    """Register income of the year without dibao and with all bills deducted, yuan a person and year."""
    table = world.households
    fen = table.year_wage + table.year_business + table.year_property + table.year_transfer
    fen = fen - table.year_reimbursement - table.year_out_of_pocket - table.year_dibao
    return np.where(table.year_persons > 0, 0.01 * fen / np.maximum(0.25 * table.year_persons, 0.25), np.inf)


def placed(numbers: dict[str, float]) -> list[tuple[str, float]]:
    """The numbers by path, wherever the model or the place keeps them."""
    known = zhejiang().values
    return [(next(f"{w}.{n}" for w in ("model", "place") if f"{w}.{n}" in known), v) for n, v in numbers.items()]


def test_without_error_and_at_full_coverage_everyone_below_the_line_gets_exactly_the_gap() -> None:
    """No error, no memory, no limit on property; only who runs a business is never verified as poor."""
    full = {"verdict_sd": 0.0, "verdict_memory": 0.0, "asset_limit": 1e9, "medical_deduction": 1.0}
    full |= {"dibao_take_up": 1.0, "dibao_coverage": 1.0}
    scenario = zhejiang().with_values(dict(placed(full)))
    # What is due to a household is divided with it.
    scenario = replace(scenario, switches={**scenario.switches, "model.process_families": "off"})
    first = founded()
    first.households.verified_income[:] = 0.0  # no earlier verdict to remember
    worlds = quarters(first, scenario, "null", pin_of(null_history()), last_year=2019)
    due, size, reviewed = np.zeros(0, np.int64), np.zeros(0), 0
    for world in worlds:
        table = world.households
        if world.now == Quarter(2018, 4):
            income, line_ = own_income(world), world.path.dibao_line[2019]
            below = (table.size > 0) & (income < line_) & (table.enterprise == 0.0)
            gap = np.where(below, table.size * (line_ - np.clip(income, 0.0, line_)), 0.0)
            due, size, reviewed = table.dibao_standing.copy(), table.size.copy(), int(below.sum())
            assert np.array_equal(table.dibao == 1, below)
            # A quarter of the gap of all members, rounded up to a fen a member.
            assert (due - 25.0 * gap >= -1e-5).all() and (due - 25.0 * gap <= table.size).all()
            lifted = np.maximum(income, 0.0)[below] + 0.04 * due[below] / size[below]
            assert (lifted >= line_ - 1e-6).all() and (lifted <= line_ + 0.04).all()
        if world.now.year == 2019 and world.now.quarter < 4:
            alive = table.size > 0
            assert np.array_equal(table.dibao_received, np.where(alive, due, 0))
            cost = int((due * alive) @ world.villages.stands_for[table.village])
            rows = [row for row, entry in enumerate(world.accounts.lines) if entry.kind == "standing_dibao"]
            assert int(world.accounts.paid[rows].sum()) == cost > 0
    assert reviewed > 50


def test_raising_the_line_cannot_shorten_the_observed_list() -> None:
    listed = {}
    for rule in (LOWER, DIBAO_150, MEAN_40, HIGHER):
        world = founded()
        world.counties.line_rule[:] = rule
        world.county_quota[:] = 10.0
        after = after_review(zhejiang(), world)
        listed[rule] = (after.households.list_state == 1) | (after.households.list_state == 2)
        on = after.households.list_state == 1
        assert (after.counties.line[after.villages.county] > 0).all() and on.any()
    for rule in (DIBAO_150, MEAN_40):
        assert not (listed[LOWER] & ~listed[rule]).any()
        assert not (listed[rule] & ~listed[HIGHER]).any()
    assert listed[HIGHER].sum() > listed[LOWER].sum()


@pytest.mark.parametrize("number", ["place.dibao_coverage", "place.dibao_take_up"])
def test_raising_coverage_or_take_up_cannot_raise_exclusion(number: str) -> None:
    excluded, covered = [], []
    for value in (0.02, 0.05, 0.2, 1.0):
        after = after_review(zhejiang().with_values({"place.dibao_coverage": 1.0, number: value}))
        entitled = after.households.dibao_entitled == 1
        covered.append(after.households.dibao == 1)
        excluded.append(int((entitled & ~covered[-1]).sum()))
        assert not (covered[-1] & ~entitled).any()
    assert excluded == sorted(excluded, reverse=True) and excluded[0] > excluded[-1]
    for fewer, more in pairwise(covered):
        assert not (fewer & ~more).any()


def test_the_programmes_line_is_never_below_the_standing_one() -> None:
    for world in running(only(zhejiang(), "dibao")):
        assert (world.households.dibao_due >= world.households.dibao_standing).all()
    assert (world.households.dibao_due > world.households.dibao_standing).any()


def test_whoever_receives_dibao_stays_on_the_list() -> None:
    for world in running(zhejiang()):
        if world.now.quarter == 4:
            table = world.households
            assert (table.list_state[(table.dibao == 1) & (table.size > 0)] == 1).all()


def test_a_cooperative_built_up_without_industry_support_produces_and_pays_out() -> None:
    without = zhejiang()
    kept = {path: value for path, value in without.values.items() if ".industry_support." not in path}
    scenario = only(replace(without, interventions=(), values=kept | RICH), "cooperative_support")
    scenario = entries(scenario, {"cooperative_support"}, start=(2018, 1))
    paid = 0
    for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2019):
        table, linked = world.households, world.households.share_granted > 0
        flows = table.wage_cooperative + table.cooperative_dividend + table.cooperative_refund
        assert not (table.wage_cooperative + table.cooperative_refund)[~linked].any()
        assert not world.cooperatives.surplus[world.cooperatives.received == 0].any()
        paid += int(flows[linked].sum())
    assert paid > 0
