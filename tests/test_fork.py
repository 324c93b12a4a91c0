"""A run that goes on under another scenario: what starts after the date is what it had been from the start."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

from simulator.calendar import Quarter
from simulator.fork import acts_before, fork, from_date
from simulator.history import History, LedgerLine
from simulator.scenario import Fund, Scenario
from simulator.simulate import Run, found, simulate
from tests.going_on import fingerprint, to_the_end, until
from tests.systems import LUCK, MACRO, SMALL, entries, founded, zhejiang

AT, WITHIN_A_YEAR, LATER = Quarter(2020, 1), Quarter(2019, 4), (2021, 1)
TRAINING = "programme.interventions.training."
EXTRA = "programme.funds.extra.yuan_per_year"


def later() -> Scenario:
    """The plan with training from 2021 on."""
    return entries(zhejiang(), {"training"}, start=LATER)


def own_fund() -> Scenario:
    """The same, training paid out of a fund of its own that stands before all others."""
    purse = Fund("extra", "programme", ("employment",), "ZJ-6.2")
    moved = entries(later(), {"training"}, fund="extra")
    return replace(moved, funds=(purse, *moved.funds), values={**moved.values, EXTRA: 5e8})


def untrained(scenario: Scenario) -> Scenario:
    return replace(scenario, interventions=tuple(e for e in scenario.interventions if e.kind != "training"))


def owing() -> Scenario:
    """Training in its own fund later, and village works, whose lines stand behind its own, paid half a year late."""
    plan = own_fund()
    return replace(plan, values={**plan.values, "programme.interventions.infrastructure.lag_quarters": 2.0})


def no_pandemic() -> Scenario:
    return replace(zhejiang(), switches={**zhejiang().switches, "model.process_pandemic": "off"})


PAIRS = {
    "as planned": (zhejiang, zhejiang, AT),
    "as planned, within a year": (zhejiang, zhejiang, WITHIN_A_YEAR),
    "other terms later": (later, lambda: later().with_values({TRAINING + "take_up": 0.9}), AT),
    "a kind and a fund later": (lambda: untrained(zhejiang()), own_fund, AT),
    "a kind never begun": (own_fund, lambda: untrained(own_fund()), WITHIN_A_YEAR),
    "a kind never begun, another owed": (owing, lambda: untrained(owing()), WITHIN_A_YEAR),
    "no pandemic": (zhejiang, no_pandemic, AT),
}


def trunk(plan: Scenario, at: Quarter) -> tuple[Run, Run]:
    """Null and policy arm at the date."""
    world = found(plan, LUCK, SMALL, MACRO)
    null = until(Run(world.copy(), plan, LUCK, MACRO, "null"), at)
    pin = to_the_end(fork(null, plan)).pin
    return null, until(Run(world, plan, LUCK, MACRO, "policy", pin), at)


def from_the_start(scenario: Scenario) -> dict[str, History]:
    world = found(scenario, LUCK, SMALL, MACRO)
    null = simulate(world.copy(), scenario, LUCK, MACRO, "null")
    return {"null": null, "policy": simulate(world, scenario, LUCK, MACRO, "policy", null.pin)}


def branched(plan: Scenario, future: Scenario, at: Quarter) -> dict[str, History]:
    null, policy = trunk(plan, at)
    other = to_the_end(fork(null, future))
    return {"null": other, "policy": to_the_end(fork(policy, future, other.pin))}


@pytest.mark.parametrize("which", PAIRS)
def test_what_begins_after_the_date_is_as_from_the_start(which: str) -> None:
    """Null and policy arm, every array and the packed record, byte for byte."""
    plan, future, at = PAIRS[which][0](), PAIRS[which][1](), PAIRS[which][2]
    assert acts_before(plan, future, at) == []
    whole, parts = from_the_start(future), branched(plan, future, at)
    for arm in ("null", "policy"):
        assert fingerprint(parts[arm], future, arm) == fingerprint(whole[arm], future, arm)


@functools.cache
def arms() -> tuple[Run, Run]:
    """The plan's trunk at the date: fork it, do not step it."""
    return trunk(zhejiang(), AT)


def onward(future: Scenario) -> History:
    null, policy = arms()
    return to_the_end(fork(policy, future, to_the_end(fork(null, future)).pin))


def booked(history: History, books: str, kind: str, since: Quarter) -> int:
    """Fen on the lines of a kind from a quarter on."""
    rows = [row for row, line in enumerate(history.ledger_lines) if line.kind == kind]
    after = (history.quarters[:, 0] * 4 + history.quarters[:, 1] - 1) >= since.number
    return int(getattr(history, books)[after][:, rows].sum())


def test_a_fork_leaves_the_trunk_as_it_was() -> None:
    """The trunk goes on to where a run goes that nothing was branched from."""
    null, _ = trunk(zhejiang(), AT)
    to_the_end(fork(null, untrained(zhejiang())))
    whole = simulate(founded(LUCK, SMALL), zhejiang(), LUCK, MACRO, "null")
    assert fingerprint(to_the_end(null), zhejiang(), "null") == fingerprint(whole, zhejiang(), "null")


def test_a_kind_left_out_takes_no_more_claims() -> None:
    """Nothing is committed on it from the date on, and what it had been paid before stands."""
    planned, without = onward(zhejiang()), onward(zhejiang().without("industry_support"))
    assert booked(planned, "committed", "industry_support", AT) > 0
    assert booked(without, "committed", "industry_support", AT) == 0
    start = Quarter(2018, 1)
    paid = booked(planned, "ledger", "industry_support", start) - booked(planned, "ledger", "industry_support", AT)
    assert booked(without, "ledger", "industry_support", start) == paid > 0


def test_what_a_kind_left_out_has_built_goes_on() -> None:
    """A station that stands earns and shares out as before."""
    plan, at = zhejiang(), Quarter(2021, 1)
    null, policy = trunk(plan, at)
    planned, without = (
        to_the_end(fork(policy, future, to_the_end(fork(null, future)).pin))
        for future in (plan, plan.without("village_station"))
    )
    assert without.village_year["stations"][-1].sum() == planned.village_year["stations"][-1].sum() > 0
    for fact in ("station_revenue_yuan", "station_to_households_yuan"):
        assert without.facts[fact] == planned.facts[fact] > 0


def test_promised_before_the_date_it_is_paid_after_it() -> None:
    """A kind with a lag: what was committed before the date falls due although the kind was left out."""
    slow = zhejiang()
    slow = replace(slow, values={**slow.values, TRAINING + "lag_quarters": 2.0})
    null, policy = trunk(slow, AT)
    future = slow.without("training")
    history = to_the_end(fork(policy, future, to_the_end(fork(null, future)).pin))
    assert booked(history, "committed", "training", AT) <= 0
    assert booked(history, "ledger", "training", AT) > 0


def test_a_fund_that_has_lost_all_its_kinds_receives_nothing_more() -> None:
    """And one of whose kinds some are left goes on as before."""
    scenario = zhejiang()
    alone = next(
        fund.name
        for fund in scenario.funds
        if sum(fund.name in (e.fund, *e.also) for e in scenario.interventions) == 1
        and fund.name not in {asked.fund for asked in scenario.indicators}
        and fund.role == "programme"
    )
    (kind,) = (entry.kind for entry in scenario.interventions if entry.fund == alone)
    planned, without = onward(scenario), onward(scenario.without(kind))
    row = planned.funds.index(alone)
    since = np.flatnonzero(planned.quarters[:, 0] >= AT.year)
    assert planned.inflow[since, row].min() > 0 and without.inflow[since, row].max() == 0
    assert (without.inflow[: since[0]] == planned.inflow[: since[0]]).all()
    others = [place for place in range(len(planned.funds)) if planned.funds[place] == "special"]
    assert (without.inflow[:, others] == planned.inflow[:, others]).all() and planned.inflow[since][:, others].all()


def test_a_kind_that_a_future_brings_begins_at_the_date() -> None:
    """Not at the first quarter of the programme, which lies behind: it ramps up from the date on."""
    future = from_date(untrained(zhejiang()), zhejiang(), AT)
    assert {entry.start for entry in future.interventions if entry.kind == "training"} == {(2020, 1)}
    null, policy = trunk(untrained(zhejiang()), AT)
    history = to_the_end(fork(policy, zhejiang(), to_the_end(fork(null, zhejiang())).pin))
    line = next(row for row, line in enumerate(history.ledger_lines) if line.kind == "training")
    first = np.flatnonzero(history.ledger[:, line].any(axis=1))[0]
    assert tuple(history.quarters[first]) >= (2020, 1)


def test_money_that_was_spent_stays_on_its_line_when_funds_are_ordered_anew() -> None:
    """Up to the date every line has what the plan's has, wherever its row is."""
    plan = zhejiang()
    turned = replace(plan, funds=tuple(reversed(plan.funds)))
    null, policy = trunk(plan, AT)
    planned, other = (to_the_end(fork(policy, f, to_the_end(fork(null, f)).pin)) for f in (plan, turned))
    paid = [_by_line(history, history.ledger) for history in (planned, other)]
    assert paid[0].keys() == paid[1].keys() and all((paid[0][line] == paid[1][line]).all() for line in paid[0])
    assert other.funds == tuple(reversed(planned.funds))
    assert (other.balance[:, ::-1] == planned.balance).all() and (other.inflow[:, ::-1] == planned.inflow).all()
    assert all((other.village_year[n] == planned.village_year[n]).all() for n in planned.village_year if "sources" in n)


def _by_line(history: History, books: np.ndarray) -> dict[LedgerLine, np.ndarray]:
    return {line: books[:, row] for row, line in enumerate(history.ledger_lines)}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"model.sd_ability": 0.3}, "model.sd_ability"),
        ({"place.mean_ratio": 0.9}, "place.mean_ratio"),
        ({"programme.targets.T-FLOOR.threshold": 8000.0}, "programme.targets.T-FLOOR.threshold"),
    ],
)
def test_numbers_that_acted_before_are_named(change: dict[str, float], path: str) -> None:
    future = zhejiang().with_values(change)
    assert acts_before(zhejiang(), future, AT) == [path]
    with pytest.raises(ValueError, match=path):
        fork(arms()[0], future)


def test_what_else_acted_before_is_named() -> None:
    """Choices, frame, series, targets, indicators, funds, and where a kind that has begun has its money from."""
    plan = zhejiang()
    moved = {path: {**held, 2016: 1.0} if path == "place.inflation" else held for path, held in plan.series.items()}
    future = replace(
        entries(plan, {"training"}, fund="sectors", start=LATER),
        last_year=2023,
        switches={**plan.switches, "place.line_rule": "mean40"},
        series=moved,
        targets=plan.targets[1:],
        indicators=plan.indicators[1:],
        funds=plan.funds[1:],
    )
    assert acts_before(plan, future, AT) == [
        "last_year",
        "place.inflation",
        "place.line_rule",
        f"programme.funds.{plan.funds[0].name}",
        f"programme.indicators.{plan.indicators[0].name}",
        "programme.interventions.training.fund",
        "programme.interventions.training.start",
        f"programme.targets.{plan.targets[0].id}",
    ]


def test_the_pandemic_may_be_taken_away_until_its_year_begins() -> None:
    assert acts_before(zhejiang(), no_pandemic(), Quarter(2020, 1)) == []
    assert acts_before(zhejiang(), no_pandemic(), Quarter(2020, 2)) == ["model.process_pandemic"]


def test_what_is_read_anew_every_quarter_may_differ() -> None:
    """Terms, budgets, and choices that the programme's reviews read."""
    plan = zhejiang()
    values = {
        TRAINING + "take_up": 0.9,
        "programme.yuan_per_listed_household": 9000.0,
        "programme.overhead": 0.0,
        "programme.funds.special.leakage": 0.1,
        "model.reporting_bias": 0.1,
    }
    future = replace(plan, values={**plan.values, **values})
    future = replace(future, switches={**plan.switches, "place.support_in_observation": "off"})
    assert acts_before(plan, future, AT) == []
    assert onward(future).ledger.sum() != onward(plan).ledger.sum()
