"""Commitments and what becomes of them: paid late, given up, leaked, lapsed, shared by two purses, given privately."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.accounts import Accounts, Overdraft, Weights, by_lines
from simulator.interventions import KINDS
from simulator.scenario import Fund, Scenario
from simulator.world import World
from tests.systems import arm, entries, founded, null_history, only, pin_of, quarters, terms, zhejiang

SPECIAL = Fund("special", "programme", ("industry",))
SECOND = Fund("second", "programme", ("industry",))
ENTITLEMENT = Fund("relief", "standing", ("industry",))
VILLAGES = Weights(np.array([2, 1, 5]), np.array([0, 1, 2]))
HOME = np.array([0, 0, 1, 2])


def opened(fen: int, fund: Fund = SPECIAL) -> tuple[Accounts, int]:
    books = Accounts([fund, SECOND])
    line = books.open_line(fund.name, "industry", "training")
    books.grant(fund.name, fen)
    return books, line


def promise(books: Accounts, *lines: int, claim: tuple[int, ...] = (100, 50, 30, 10), lag: int = 2):  # type: ignore[no-untyped-def]
    """Claims of two households of a key village (standing for two), one of a weak and one of another (for five)."""
    rows = np.arange(4)
    return books.approve(lines, np.array(claim), HOME, VILLAGES, None, rows, rows + 1000, lag)


def total(books: Accounts) -> int:
    """What all funds hold and have let go since the quarter opened."""
    out = books.paid.sum() + books.leaked.sum() + books.returned.sum()
    return int(books.balance.sum() + out)


def test_a_promise_is_set_aside_and_paid_when_it_falls_due() -> None:
    books, line = opened(1_000)
    made = promise(books, line)
    # 2 x 100 + 2 x 50 + 1 x 30 + 5 x 10 = 380 fen for the whole place.
    assert made.amounts == (380,) and made.due == 2
    assert books.committed[line].tolist() == [300, 30, 50] and not books.paid.any()
    assert (books.balance[0], books.reserved[0], books.free(line)) == (1_000, 380, 620)
    delivered = np.zeros(4, np.int64)
    assert books.settle(made, delivered, HOME, VILLAGES) == 380
    assert delivered.tolist() == [100, 50, 30, 10]
    assert books.paid[line].tolist() == [300, 30, 50]
    assert (books.balance[0], books.reserved[0], books.outstanding[line]) == (620, 0, 0)


def test_reserved_money_is_not_promised_twice() -> None:
    books, line = opened(400)
    promise(books, line)
    assert promise(books, line).amounts[0] <= 20


def test_money_for_those_who_are_gone_goes_back_to_the_line() -> None:
    books, line = opened(1_000)
    books.allot(line, 400)
    made = promise(books, line)
    delivered = np.zeros(4, np.int64)
    here = np.array([True, False, True, False])
    assert books.settle(made, delivered, HOME, VILLAGES, here) == 230
    assert delivered.tolist() == [100, 0, 30, 0]
    assert books.committed[line].tolist() == [200, 30, 0]
    # 400 - 380 + what was meant for the two who are gone: 2 x 50 + 5 x 10.
    assert books.allotment[line] == 170 and books.balance[0] == 770 and books.reserved[0] == 0


def test_an_entitlement_given_up_goes_back_to_the_treasury() -> None:
    books, line = opened(0, ENTITLEMENT)
    made = promise(books, line)
    books.settle(made, np.zeros(4, np.int64), HOME, VILLAGES, np.array([True, True, True, False]))
    assert books.returned[line] == 50 and books.balance[0] == 0 and books.inflow[0] == 380


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), st.floats(0.0, 1.0))
def test_what_leaks_is_booked_and_never_vanishes(claim: list[int], share: float) -> None:
    books, line = opened(10**8)
    books.leakage[0] = share
    made = promise(books, line, claim=tuple(claim), lag=0)
    delivered = np.zeros(4, np.int64)
    books.settle(made, delivered, HOME, VILLAGES)
    assert delivered.tolist() == [fen - int(fen * share) for fen in claim]
    assert books.paid[line].sum() == sum(delivered * VILLAGES.stands_for[HOME])
    assert books.paid[line].sum() + books.leaked[line].sum() == books.committed[line].sum()
    assert total(books) == 10**8


def test_money_lapses_after_its_window_and_the_oldest_is_spent_first() -> None:
    books = Accounts([SPECIAL])
    line = books.open_line("special", "industry", "training")
    books.valid[0] = 2
    for now, spent in ((10, 0), (11, 130), (12, 0), (13, 0)):
        books.open_quarter(now)
        if now < 12:
            books.grant("special", 100)
            books.allot(line, 100)
        claim, delivered = np.array([spent]), np.zeros(1, np.int64)
        books.pay(line, claim, delivered, np.array([1]), np.array([0]))
        # Of the first grant nothing is left to lapse in quarter 12; 70 of the second lapse in 13.
        assert books.returned[line] == (70 if now == 13 else 0)
    assert books.balance[0] == 0 and books.allotment[line] == 0


def test_promised_money_does_not_lapse() -> None:
    books = Accounts([SPECIAL])
    line = books.open_line("special", "industry", "training")
    books.valid[0] = 1
    books.open_quarter(5)
    books.grant("special", 500)
    books.allot(line, 500)
    made = promise(books, line, lag=3)
    books.open_quarter(8)
    assert books.returned[line] == 120 and books.balance[0] == 380
    assert books.settle(made, np.zeros(4, np.int64), HOME, VILLAGES) == 380


@given(st.lists(st.integers(0, 1_000), min_size=9, max_size=9), st.data())
def test_parts_are_divided_among_lines_without_a_fen_lost(parts: list[int], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, sum(parts)))
    amounts = [first, sum(parts) - first]
    divided = by_lines(np.array(parts), amounts)
    assert divided.sum(axis=0).tolist() == parts and divided.sum(axis=1).tolist() == amounts
    assert divided.min() >= 0


@given(st.integers(0, 600), st.booleans())
def test_two_purses_with_one_earmark_are_one_purse(fen: int, in_order: bool) -> None:
    one, line = opened(2 * fen)
    two, first = opened(fen)
    second = two.open_line("second", "industry", "training")
    two.grant("second", fen)
    priority = np.array([3.0, 1.0, 2.0, 1.0]) if in_order else None
    got = []
    for books, lines in ((one, (line,)), (two, (first, second))):
        delivered = np.zeros(4, np.int64)
        made = books.approve(lines, np.array([100, 50, 30, 10]), HOME, VILLAGES, priority)
        books.settle(made, delivered, HOME, VILLAGES)
        got.append(delivered.tolist())
    assert got[0] == got[1]
    assert one.paid.sum(axis=0).tolist() == two.paid.sum(axis=0).tolist()
    assert one.balance.sum() == two.balance.sum() and two.balance.min() >= 0


def test_an_overdraft_by_a_faulty_ration_is_seen_when_it_is_settled() -> None:
    books, line = opened(1_000)
    made = promise(books, line)
    books.balance[0] = 100
    with pytest.raises(Overdraft, match="overdrawn by 280 fen"):
        books.settle(made, np.zeros(4, np.int64), HOME, VILLAGES)


def with_funds(scenario: Scenario) -> World:
    """A founded world whose books are opened anew for the funds of a scenario."""
    world = founded()
    world.accounts = Accounts(scenario.funds)
    recorder = world.recorder
    recorder.inflow = [np.zeros(len(scenario.funds), np.int64) for _ in recorder.inflow]
    recorder.balance = [np.zeros(len(scenario.funds), np.int64) for _ in recorder.balance]
    recorder.trail.books = [{name: books[:0] for name, books in quarter.items()} for quarter in recorder.trail.books]
    return world


def lagged(kind: str, quarters_late: float) -> Scenario:
    """The programme with one kind alone, from the first quarter, paid so many quarters late."""
    scenario = entries(only(zhejiang(), kind), {kind}, start=(2018, 1))
    path = f"programme.interventions.{kind}.lag_quarters"
    return replace(scenario, values={**scenario.values, path: quarters_late})


def test_a_kind_paid_late_pays_the_same_claims_later() -> None:
    committed: dict[float, list[int]] = {}
    paid: dict[float, list[int]] = {}
    for lag in (0.0, 2.0):
        scenario = lagged("living_allowance", lag)
        committed[lag], paid[lag] = [], []
        for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2018):
            ours = [row for row, line in enumerate(world.accounts.lines) if line.kind == "living_allowance"]
            committed[lag].append(int(world.accounts.committed[ours].sum()))
            paid[lag].append(int(world.accounts.paid[ours].sum()))
    assert paid[0.0] == committed[0.0] and min(paid[0.0][1:]) > 0
    assert paid[2.0][:2] == [0, 0]
    # A household that has died out in between is not paid: never more than was promised, and nearly all of it.
    for late, promised in zip(paid[2.0][2:], committed[2.0][:2], strict=True):
        assert 0.95 * promised <= late <= promised


@pytest.mark.parametrize("kind", ["village_grant", "village_station"])
def test_what_is_had_once_is_promised_once_though_it_comes_late(kind: str) -> None:
    at_once, late = (arm("policy", lagged(kind, lag))[1] for lag in (0.0, 3.0))
    ours = [row for row, line in enumerate(late.ledger_lines) if line.kind == kind]
    assert at_once.ledger[:, ours].sum() > 0
    assert np.array_equal(late.committed[:, ours], at_once.committed[:, ours])
    assert np.array_equal(late.ledger[3:, ours], at_once.ledger[:-3, ours])


def test_leakage_of_a_fund_is_cost_without_receipt() -> None:
    scenario = only(zhejiang(), "living_allowance")
    fund = scenario.interventions[0].fund
    leaking = replace(scenario, values={**scenario.values, f"programme.funds.{fund}.leakage": 0.2})
    dry, wet = arm("policy", scenario)[1], arm("policy", leaking)[1]
    ours = [row for row, line in enumerate(wet.ledger_lines) if line.fund == fund]
    spent = wet.ledger[:, ours].sum() + wet.leaked[:, ours].sum()
    assert wet.leaked[:, ours].sum() == pytest.approx(0.2 * spent, rel=1e-3)
    assert not dry.leaked.any()


def test_a_private_fund_brings_its_own_money_in_its_own_quarters_and_only_under_the_policy() -> None:
    scenario = only(zhejiang(), "living_allowance")
    old = scenario.interventions[0].fund
    given_money = Fund("well_wishers", "private", next(fund.uses for fund in scenario.funds if fund.name == old))
    scenario = replace(
        entries(scenario, {"living_allowance"}, fund="well_wishers"),
        funds=(*scenario.funds, given_money),
        values={
            **scenario.values,
            "programme.funds.well_wishers.yuan_per_year": 8_000_000.0,
            "programme.funds.well_wishers.inflow_q1": 0.0,
            "programme.funds.well_wishers.inflow_q2": 3.0,
            "programme.funds.well_wishers.inflow_q3": 0.0,
            "programme.funds.well_wishers.inflow_q4": 1.0,
        },
    )
    inflow = {}
    for name in ("policy", "half", "null"):
        history = arm(name, scenario, with_funds(scenario))[1]
        inflow[name] = history.inflow[-4:, history.funds.index("well_wishers")].tolist()
    assert inflow["policy"] == [0, 600_000_000, 0, 200_000_000]
    assert inflow["half"] == inflow["policy"] and inflow["null"] == [0, 0, 0, 0]


def test_a_budget_in_two_equal_funds_with_one_earmark_is_one_fund() -> None:
    kind = "living_allowance"
    scenario = terms(only(zhejiang(), kind), kind, budget_share=1.0)
    fund = next(fund for fund in scenario.funds if fund.name == scenario.interventions[0].fund)
    twin = replace(fund, name="twin")
    share = f"programme.funds.{fund.name}.budget_share"
    # Even numbers, so that half a budget is a whole number of fen a household.
    values = {**scenario.values, share: 0.5, "programme.yuan_per_listed_household": 1_600.0, "programme.overhead": 0.0}
    whole = replace(scenario, values=values)
    halves = {share: 0.25, "programme.funds.twin.budget_share": 0.25}
    split = replace(
        entries(scenario, {kind}, also=("twin",)), funds=(*scenario.funds, twin), values={**values, **halves}
    )
    (one, first), (two, second) = (arm("policy", told, with_funds(told)) for told in (whole, split))
    assert first.inflow.sum() == second.inflow.sum()
    assert np.array_equal(one.households.year_transfer, two.households.year_transfer)
    assert np.array_equal(first.ledger.sum(axis=1), second.ledger.sum(axis=1))


def test_every_kind_that_is_had_once_says_so() -> None:
    """A kind that remembers what it was paid and would ask again while it waits must not be promised twice."""
    remembering = {name for name, kind in KINDS.items() if kind.to == "village" and kind.delivered is not None}
    assert {name for name in remembering if not KINDS[name].once} <= {"cooperative_support", "infrastructure"}
