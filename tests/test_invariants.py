"""Every invariant is seen: green on a run of the policy, red on a copy of it that is a fen, a worker or a mu off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulator import invariants, quarter
from simulator.invariants import HOUSEHOLD_CHECKS, VILLAGE_CHECKS, Broken, check_invariants
from simulator.processes.settlement import settle
from simulator.world import World
from tests.systems import crowded, founded, null_history, pin_of, quarters, small_quarters, terms, zhejiang


@pytest.fixture(scope="module")
def after_a_quarter() -> World:
    """A world in the last quarter of 2020 under the policy, before its books are closed, with stations at work."""
    rich = zhejiang().with_values({"programme.yuan_per_listed_household": 40_000.0})
    scenario = terms(rich, "village_station", take_up=1.0, take_up_other=1.0)
    *_, world = quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2020)
    return world


def copied(world: World) -> World:
    twin = world.copy()
    twin.opening = {name: values.copy() for name, values in world.opening.items()}
    twin.names = {**world.names, **{n: v for table in twin.tables() for n, v in table.bindings().items()}}
    return twin


def first_home(world: World) -> int:
    return int(np.flatnonzero(world.households.size > 0)[0])


def add(table: str, column: str, amount: float = 1) -> Callable[[World], None]:
    """One fen more in the first living household's, or the first village's, column."""

    def corrupt(world: World) -> None:
        row = first_home(world) if table == "households" else 0
        getattr(getattr(world, table), column)[row] += amount

    return corrupt


def with_station(world: World) -> None:
    row = int(np.flatnonzero(world.villages.station_kw > 0)[0])
    world.villages.station_output[row] += 1.0


def below_zero(world: World) -> None:
    world.households.savings[first_home(world)] = -1


def too_much_land(world: World) -> None:
    row = first_home(world)
    world.households.leased[row] = world.households.land[row] + 0.01


def too_much_work(world: World) -> None:
    row = first_home(world)
    world.households.home_labour[row] = world.households.labour[row] + 0.5


def beyond_32_bits(world: World) -> None:
    """A wage too large for its column: what is booked of it is another number."""
    row = first_home(world)
    booked = np.array([3_000_000_000]).astype(np.int32)[0]
    world.households.wage_work[row] = world.households.wage[row] = booked


def lent_out(world: World) -> None:
    row = first_home(world)
    world.households.mutual_loan[row] += world.villages.mutual_capital[world.households.village[row]] + 1


def promised_beyond_the_balance(world: World) -> None:
    world.accounts.reserved[0] = world.accounts.balance[0] + 1


CORRUPTIONS: dict[str, Callable[[World], None]] = {
    "a fund's balance is what came in less what went out": lambda world: world.accounts.balance.__iadd__(1),
    "no fund holds less than it has promised": promised_beyond_the_balance,
    "what is reserved is what is committed and not yet paid": lambda world: world.accounts.reserved.__iadd__(-1),
    "what is outstanding on a line is owed to somebody": lambda world: world.accounts.outstanding.__iadd__(1),
    "what the ledger paid is what was received": add("households", "public_money"),
    "wage is the sum of its parts": add("households", "wage_work"),
    "business income is the sum of its parts": add("households", "farm_income"),
    "property income is the sum of its parts": add("households", "rent_income"),
    "transfer income is the sum of its parts": add("households", "remittance"),
    "a loan is repaid, written off or outstanding": add("households", "loans_repaid"),
    "savings and debts are not below zero": below_zero,
    "no household works more than it can": too_much_work,
    "no household leases out more land than it has": too_much_land,
    HOUSEHOLD_CHECKS[8]: beyond_32_bits,
    VILLAGE_CHECKS[0]: with_station,
    VILLAGE_CHECKS[1]: add("villages", "smoothing_fund"),
    VILLAGE_CHECKS[2]: add("cooperatives", "reserve"),
    VILLAGE_CHECKS[3]: add("cooperatives", "project_capital"),
    VILLAGE_CHECKS[4]: add("villages", "collective_cash"),
    VILLAGE_CHECKS[5]: add("households", "savings"),
    VILLAGE_CHECKS[6]: add("cooperatives", "project_reserve"),
    VILLAGE_CHECKS[7]: add("villages", "mutual_capital"),
    VILLAGE_CHECKS[8]: lent_out,
    VILLAGE_CHECKS[9]: add("villages", "assets"),
}


def test_a_sound_quarter_passes(after_a_quarter: World) -> None:
    check_invariants(copied(after_a_quarter))


@pytest.mark.parametrize("which", CORRUPTIONS)
def test_one_fen_off_is_seen_and_named(after_a_quarter: World, which: str) -> None:
    world = copied(after_a_quarter)
    CORRUPTIONS[which](world)
    found = gaps(world)
    assert which in found, found
    with pytest.raises(Broken) as raised:
        check_invariants(world)
    assert raised.value.how_much > 0 and raised.value.which in found


def gaps(world: World) -> list[str]:
    """Names of all invariants that do not hold."""
    return [name for name, gap in invariants.gaps_of(world).items() if gap > invariants.TOLERANCE]


def test_every_invariant_has_its_corruption(after_a_quarter: World) -> None:
    assert set(CORRUPTIONS) == set(invariants.gaps_of(copied(after_a_quarter)))
    assert set(HOUSEHOLD_CHECKS) | set(VILLAGE_CHECKS) < set(CORRUPTIONS)


def test_a_broken_invariant_tells_when_what_and_how_much(after_a_quarter: World) -> None:
    world = copied(after_a_quarter)
    world.households.public_money[first_home(world)] += 7
    village = world.households.village[first_home(world)]
    with pytest.raises(Broken, match=r"20\d\dQ[1-4]: what the ledger paid is what was received: off by") as raised:
        check_invariants(world)
    assert raised.value.how_much == 7 * world.villages.stands_for[village]


def test_everything_the_settlement_adds_up_is_checked() -> None:
    read = [name for name in settle.arguments if not name.startswith("year_")]
    assert [name for name in read if name not in invariants.household_gaps.arguments] == []


MADE = {
    "spend": ("savings", VILLAGE_CHECKS[5]),
    "settle_projects": ("cooperative_project_reserve", VILLAGE_CHECKS[6]),
    "lease_income": ("village_mutual_capital", VILLAGE_CHECKS[7]),
    "close_collective_quarter": ("village_assets", VILLAGE_CHECKS[9]),
    "station_revenue": ("village_station_premium_paid", VILLAGE_CHECKS[0]),
}
"""Rules of a quarter, a column to which each adds one fen too much, and what that breaks."""


@pytest.mark.parametrize("rule", MADE)
def test_a_rule_that_makes_one_fen_stops_the_run(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    column, broken = MADE[rule]
    honest: Callable[[dict[str, np.ndarray]], None] = getattr(quarter, rule)

    def generous(names: dict[str, np.ndarray]) -> None:
        honest(names)
        some = np.flatnonzero(names[column] > 0)
        names[column][some[:1]] += 1

    assert len(list(small_quarters(crowded(), last_year=2018))) == 4
    monkeypatch.setattr(quarter, rule, generous)
    with pytest.raises(Broken, match=f"2018Q[1-4]: {broken}: off by 1"):
        list(small_quarters(crowded(), last_year=2018))


@pytest.mark.parametrize("times", [1e3, 1e4, 1e5, 1e6])
def test_wages_beyond_what_their_column_holds_stop_the_run(monkeypatch: pytest.MonkeyPatch, times: float) -> None:
    """Wages as `earnings` books them, until 32 bits no longer hold them and they turn into other numbers."""
    honest = quarter.earnings

    def generous(names: dict[str, float]) -> None:
        honest({**names, "season_wage": times * names["season_wage"]})

    monkeypatch.setattr(quarter, "earnings", generous)
    with pytest.raises(Broken, match=f"2018Q1: {HOUSEHOLD_CHECKS[8]}"):
        list(small_quarters(crowded(), last_year=2018))


def test_without_spending_savings_move_by_shares_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    off = crowded()
    off = replace(off, switches={**off.switches, "model.process_spending": "off"})
    assert len(list(small_quarters(off, last_year=2018))) == 4
    honest = quarter.membership

    def forgetful(names: dict[str, np.ndarray]) -> None:
        honest(names)
        names["savings"][np.flatnonzero(names["savings"])[0]] -= 1

    monkeypatch.setattr(quarter, "membership", forgetful)
    with pytest.raises(Broken, match=f"2018Q1: {VILLAGE_CHECKS[5]}: off by 1"):
        list(small_quarters(off, last_year=2018))
