"""Kinds that serve villages: what they deliver of money that leaks on its way; a station whose sunshine is insured."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simulator import draws
from simulator.interventions import village_leader, village_station
from simulator.scenario import Scenario
from simulator.world import World
from tests import twins
from tests.systems import entries, founded, null_history, only, pin_of, quarters, terms, zhejiang

CAPACITY, BUILD_COST = 60.0, 5.0
LEADER = 20_000.0


def leaking(scenario: Scenario, share: float) -> Scenario:
    """The programme with this share of the money of its first line's fund lost on the way."""
    path = f"programme.funds.{scenario.interventions[0].fund}.leakage"
    return replace(scenario, values={**scenario.values, path: share})


def alone(kind: str, share: float = 0.0) -> Scenario:
    """One kind alone from the first quarter, for every village and with money enough, this share of it lost."""
    rich = zhejiang().with_values({"programme.yuan_per_listed_household": 60_000.0})
    scenario = entries(only(rich, kind), {kind}, start=(2018, 1))
    return leaking(terms(scenario, kind, take_up=1.0, take_up_other=1.0, ramp_quarters=1.0, budget_share=1.0), share)


def played(scenario: Scenario, last_year: int = 2018) -> list[World]:
    return [
        world.copy() for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=last_year)
    ]


def built(leaks: float, debt_share: float, firm_share: float) -> tuple[float, int, int]:
    """Kilowatts, value and debt of a station whose grant arrived but for the part that leaked."""
    granted = math.floor(100_000 * CAPACITY * BUILD_COST * (1 - debt_share - firm_share) + 0.5)
    village = {name: np.zeros(1, np.int64) for name in ("village_station_value", "village_debt")}
    names = village | {"village_station_kw": np.zeros(1), "capacity_kw": CAPACITY, "build_cost": BUILD_COST}
    names |= {"village_delivered": np.array([granted - int(granted * leaks)])}
    village_station.KIND.changed(names | {"debt_share": debt_share, "firm_share": firm_share})
    return names["village_station_kw"][0], names["village_station_value"][0], names["village_debt"][0]


@pytest.mark.parametrize("debt_share", [0.0, 0.3])
@pytest.mark.parametrize("firm_share", [0.0, 0.2])
def test_a_station_is_as_large_as_the_money_that_arrived(debt_share: float, firm_share: float) -> None:
    cost = 100_000 * CAPACITY * BUILD_COST
    whole = (CAPACITY, cost * (1 - firm_share), cost * debt_share)
    assert built(0.0, debt_share, firm_share) == pytest.approx(whole, abs=1.0)
    assert built(0.0, debt_share, firm_share)[0] == CAPACITY
    kilowatts, value, debt = built(0.25, debt_share, firm_share)
    lost = 0.25 * (1 - debt_share - firm_share)
    assert kilowatts == pytest.approx(CAPACITY * (1 - lost))
    assert (value, debt) == pytest.approx((cost * (1 - firm_share - lost), cost * debt_share), abs=1.0)


def test_stations_of_a_leaking_fund_are_smaller_by_what_leaked() -> None:
    tight, leaky = (played(alone("village_station", share))[-1].villages for share in (0.0, 0.2))
    capacity = alone("village_station").values["programme.interventions.village_station.capacity_kw"]
    assert set(tight.station_kw) == {capacity}
    np.testing.assert_allclose(leaky.station_kw, 0.8 * tight.station_kw, rtol=1e-9)
    np.testing.assert_allclose(leaky.station_value, 0.8 * tight.station_value, rtol=1e-7)


def trained(payments: list[float]) -> list[int]:
    """Leaders of a village after each of these payments, yuan."""
    books = {name: np.zeros(1, np.int64) for name in ("village_leaders_paid", "village_leaders", "village_delivered")}
    counts = []
    for yuan in payments:
        books["village_delivered"][0] = round(100 * yuan)
        village_leader.KIND.delivered(books | {"cost_per_leader": LEADER})
        counts.append(int(books["village_leaders"][0]))
    return counts


def test_leaders_are_trained_as_the_money_for_them_arrives() -> None:
    assert trained([LEADER, 2 * LEADER]) == [1, 3]
    # A tenth leaks: no leader for nine tenths of the cost, and none is lost for good.
    assert trained([0.9 * LEADER] * 10) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_leaking_fund_trains_whole_leaders_for_what_arrives_and_links_as_many_households() -> None:
    scenario = terms(alone("village_leader", 0.3), "village_leader", leaders=2.0, links=4.0)
    cost = 100 * scenario.values["programme.interventions.village_leader.cost_per_leader"]
    first, spent, received, linked = founded().households.led.copy(), 0, 0, 0
    for world in quarters(founded(), scenario, "policy", pin_of(null_history()), last_year=2018):
        table, villages = world.households, world.villages
        ours = [row for row, line in enumerate(world.accounts.lines) if line.kind == "village_leader"]
        spent += int((world.accounts.paid[ours] + world.accounts.leaked[ours]).sum())
        received += int(villages.delivered @ villages.stands_for)
        linked += np.bincount(table.village, (table.led == 1) & (first == 0), villages.length)
        first = table.led.copy()
        assert np.array_equal(villages.leaders, villages.leaders_paid // cost)
        assert (villages.leaders <= 2).all() and np.array_equal(linked, 4 * villages.leaders)
    assert villages.leaders.sum() > 0
    assert int(villages.leaders_paid @ villages.stands_for) == received == pytest.approx(0.7 * spent, rel=1e-6)


@pytest.mark.parametrize("kind", ["village_grant", "mutual_fund"])
def test_capital_of_a_leaking_fund_is_what_arrived(kind: str) -> None:
    column = {"village_grant": ("enclave", "lease_assets"), "mutual_fund": ("mutual_capital",)}[kind]
    tight, leaky = (played(alone(kind, share))[0].villages for share in (0.0, 0.25))
    held, left = (sum(getattr(villages, name) for name in column) for villages in (tight, leaky))
    assert held.sum() > 0
    np.testing.assert_allclose(left, 0.75 * held, rtol=0.02 if kind == "village_grant" else 1e-9)


def test_as_much_is_under_contract_as_the_money_that_arrived_pays_for() -> None:
    tight, leaky = (played(alone("market_link", share))[0].villages.contracted for share in (0.0, 0.25))
    share = alone("market_link").values["programme.interventions.market_link.contract_share"]
    assert (tight == share).any()
    np.testing.assert_allclose(leaky, 0.75 * tight, rtol=1e-6)


def test_a_standing_fund_does_not_leak() -> None:
    scenario = zhejiang()
    fund = next(fund.name for fund in scenario.funds if fund.role == "standing")
    leaky = replace(scenario, values={**scenario.values, f"programme.funds.{fund}.leakage": 0.1})
    with pytest.raises(ValueError, match=f"{fund}.leakage: a standing fund pays straight into accounts"):
        played(leaky)


def insured(trigger: float, mechanism: bool = True) -> list[World]:
    """Quarters of 2018 to 2019 with stations everywhere, insured for so many hours; insurers are paid nothing else."""
    scenario = only(alone("village_station"), "village_station", "insurance")
    scenario = entries(scenario, {"insurance"}, start=(2018, 2), mechanism=mechanism)
    scenario = terms(scenario, "village_station", budget_share=0.9)
    return played(terms(scenario, "insurance", station_trigger=trigger, station_premium=9.0), 2019)


def test_an_insured_station_is_paid_for_the_sun_it_lacks() -> None:
    """The hours of a year, drawn again here, and what they lack of those insured, by the books of the village."""
    numbers = {name: zhejiang().values[f"programme.interventions.village_station.{name}"] for name in
               ("design_hours", "hours_sd", "price")}  # fmt: skip
    first, last = (zhejiang().values[f"place.season_sun_q{quarter}"] for quarter in (1, 4))
    seasons = (first, 0.5 * (1.0 - first - last), 0.5 * (1.0 - first - last), last)
    covered, bare = insured(1_050.0), insured(1_050.0, mechanism=False)
    paid = 0
    for world, other in zip(covered, bare, strict=True):
        villages, moment = world.villages, 4 * world.now.year
        names = {"seed": world.luck.seed, "replicate": world.luck.replicate}
        sun = seasons[world.now.quarter - 1]
        for row in np.flatnonzero((villages.station_kw > 0) & (villages.station_insured > 0)):
            luck = twins.normal(names, villages.key[row], draws.STATION_YEAR, moment, 0)
            hours = max(numbers["design_hours"] + numbers["hours_sd"] * luck, 0.0)
            worth = numbers["price"] * villages.station_kw[row] * sun
            assert villages.station_indemnity[row] == pytest.approx(100 * worth * max(1_050.0 - hours, 0.0), abs=1)
            assert villages.station_premium_paid[row] == pytest.approx(100 * worth * 9.0, abs=1)
        net = villages.station_indemnity - villages.station_premium_paid
        assert np.array_equal(villages.station_revenue, other.villages.station_revenue + net)
        assert not other.villages.station_indemnity.any() and not other.villages.station_premium_paid.any()
        paid += int(villages.station_indemnity.sum())
    assert paid > 0


def test_a_poor_year_of_an_insured_station_reaches_the_households() -> None:
    safe, cautious = (insured(trigger)[-1] for trigger in (1_300.0, 0.0))
    for name in ("wage_post", "station_dividend"):
        assert getattr(safe.households, name).sum() > getattr(cautious.households, name).sum()
