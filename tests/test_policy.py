"""What a programme may and may not change: compared household by household, column by column, to the byte."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest

import scenarios
from simulator.interventions import KINDS
from simulator.scenario import Fund, Scenario
from simulator.simulate import found
from simulator.world import World
from tests.systems import (
    HOUSEHOLDS,
    LUCK,
    MACRO,
    OFFERS,
    PROGRAMME_KINDS,
    arm,
    columns,
    differing,
    entries,
    founded,
    histories_differ,
    kinds_alone,
    null_history,
    only,
    penniless,
    pin_of,
    quarters,
    terms,
    zhejiang,
)

AMOUNTS = {
    "village_station": ("capacity_kw", "build_cost"),
    "training": ("cost_per_slot", "premium"),
    "micro_loan": ("loan_amount",),
    "industry_support": ("grant_per_year",),
    "workshop": ("top_up_share",),
    "public_posts": ("wage_month",),
    "equity_dividends": ("share_per_year",),
    "living_allowance": ("allowance_month", "contribution_share"),
    "mutual_fund": ("capital_grant",),
    "near_poor": ("support_year",),
    "village_grant": ("grant",),
    "dibao": ("line_growth_extra", "merged_share", "take_up_goal", "coverage_goal"),
    "cooperative_support": ("share_grant", "setup_cost"),
    "social_pairing": ("gift_per_year",),
    "market_link": ("cost_per_year",),
    "start_up_grant": ("grant",),
    "village_leader": ("cost_per_leader",),
    "land_lease": ("cost_per_mu",),
    "infrastructure": ("cost_per_village",),
    "ecology": ("yuan_per_mu", "care_year"),
    "health_cover": (
        *("premium_share", "basic_rise", "catastrophic_rise"),
        *("assistance_rate", "supplementary_rate", "pay_later"),
    ),
    "education_grant": ("fee_share", "grant_year", "college_grant"),
    "housing": ("subsidy", "own_cost"),
    "relocation": ("subsidy_per_person",),
    "relief": ("disaster_amount", "illness_share"),
    "insurance": ("subsidy_share", "station_trigger", "station_premium"),
    "job_placement": ("cost_per_placement",),
    "motivation": ("cost_per_household",),
}
"""The terms of each kind that say how much of it there is."""

UNCHANGED = {"health_cover": {"deductible_factor": 1.0}}
"""Terms that do nothing at another number than nought."""

PUBLIC = ("claim", "delivered", "public_money", "supplier_money")
INCOME = ("wage", "business", "property", "transfer", "year_wage", "year_business", "year_property", "year_transfer")
RICH = {"programme.yuan_per_listed_household": 30_000.0}


def effects(
    first: tuple[str, Scenario], second: tuple[str, Scenario], without: Collection[str] = OFFERS, before: int = 2023
) -> set[str]:
    """Columns that differ between two arms of one world in any quarter of the years before `before`."""
    pin, found = pin_of(null_history()), set()
    ours = quarters(founded(), first[1], first[0], pin, last_year=before - 1)
    theirs = quarters(founded(), second[1], second[0], pin, last_year=before - 1)
    for one, other in zip(ours, theirs, strict=True):
        found |= set(differing(columns(one, without), columns(other, without)))
    return found


def sham(scenario: Scenario) -> Scenario:
    """The whole programme with every amount at zero."""
    nothing = {kind: dict.fromkeys(names, 0.0) | UNCHANGED.get(kind, {}) for kind, names in AMOUNTS.items()}
    values = {f"programme.interventions.{kind}.{name}": v for kind, own in nothing.items() for name, v in own.items()}
    return scenario.with_values({path: value for path, value in values.items() if path in scenario.values})


def test_every_kind_has_an_amount_to_take_away() -> None:
    assert set(AMOUNTS) == set(KINDS)


def test_a_sham_programme_changes_nothing() -> None:
    # The offices run: their overhead is paid, and a loan of nothing has a term.
    offices = ("supplier_money", "delivered", "claim", "loan_quarters")
    assert effects(("null", kinds_alone()), ("policy", sham(kinds_alone())), (*OFFERS, *offices)) == set()


def test_a_sham_programme_is_administered_all_the_same() -> None:
    _, history = arm("policy", sham(kinds_alone()))
    _, null = arm("null", kinds_alone())
    assert histories_differ(null, history, ledger=False) == []
    paid = {kind: 0 for kind in KINDS}
    for row, line in enumerate(history.ledger_lines):
        paid[line.kind] = paid.get(line.kind, 0) + int(history.ledger[:, row].sum())
    assert [kind for kind in KINDS if paid[kind] > 0] == []
    assert paid["overhead"] > 0


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_real_programme_does_change_something(kind: str) -> None:
    scenario = only(zhejiang(), kind).with_values(RICH)
    if "take_up" in scenario.under(f"programme.interventions.{kind}"):
        scenario = terms(scenario, kind, take_up=1.0)
    mechanism = KINDS[kind].mechanism.removeprefix("member_")
    assert {name.removeprefix("member_") for name in effects(("null", scenario), ("policy", scenario))} >= {mechanism}


def test_the_null_programme_is_the_null_arm() -> None:
    empty = replace(kinds_alone(), interventions=())
    _, history = arm("policy", empty)
    _, null = arm("null", kinds_alone())
    assert histories_differ(null, history) == []
    assert {line.kind for line in history.ledger_lines}.isdisjoint(KINDS)


def test_the_null_arm_spends_nothing_of_the_programme() -> None:
    history = null_history()
    funds = {fund.name for fund in zhejiang().funds if fund.role == "programme"}
    assert {line.fund for line in history.ledger_lines}.isdisjoint(funds)
    positions = [history.funds.index(name) for name in sorted(funds)]
    assert not history.inflow[:, positions].any() and not history.balance[:, positions].any()


@pytest.mark.parametrize("kind", PROGRAMME_KINDS)
def test_without_a_budget_a_kind_is_inert(kind: str) -> None:
    broke = penniless(only(zhejiang(), kind))
    # What a bill is still worth to the programme is reckoned before the fund answers.
    assert effects(("null", broke), ("policy", broke), (*OFFERS, "claim", "cover_extra")) == set()


@pytest.mark.parametrize("kind", PROGRAMME_KINDS)
def test_with_its_mechanism_off_a_kind_costs_the_same_and_earns_nothing(kind: str) -> None:
    given = scenarios.with_kinds(zhejiang(), kind)
    reach = {path: 1.0 for path in given.values if path == f"programme.interventions.{kind}.take_up"}
    scenario = given.with_values({**RICH, **reach})
    off = entries(scenario, {kind}, mechanism=False)
    earned = {name for name in effects((f"without:{kind}", scenario), ("policy", off)) if name in INCOME}
    assert earned == set()
    _, history = arm("policy", off)
    cost = {line.kind: int(history.ledger[:, row].sum()) for row, line in enumerate(history.ledger_lines)}
    assert cost[kind] > 0


@pytest.mark.parametrize("kind", ["living_allowance", "equity_dividends", "industry_support", "village_station"])
def test_the_cost_of_a_kind_does_not_depend_on_its_mechanism(kind: str) -> None:
    # Only for kinds whose claims do not follow from what they changed themselves, and while the list is the same.
    scenario = entries(only(zhejiang().with_values(RICH), kind), {kind}, start=(2018, 1), end=(2018, 4))
    costs = []
    for mechanism in (True, False):
        played = entries(scenario, {kind}, mechanism=mechanism)
        worlds = quarters(founded(), played, "policy", pin_of(null_history()), last_year=2018)
        costs.append([paid_for(world, kind) for world in worlds])
    assert costs[0] == costs[1] and sum(costs[0]) > 0


def paid_for(world: World, kind: str) -> int:
    """Fen paid this quarter for a kind in the whole place."""
    rows = [row for row, line in enumerate(world.accounts.lines) if line.kind == kind]
    return int(world.accounts.paid[rows].sum())


def test_dibao_with_its_mechanism_off_moves_the_list_but_no_income() -> None:
    scenario = only(zhejiang(), "dibao")
    off = entries(scenario, {"dibao"}, mechanism=False)
    moved = effects(("null", scenario), ("policy", off))
    assert moved.isdisjoint(INCOME)
    assert {"dibao", "dibao_due", "public_money"} <= moved


def test_nothing_happens_before_a_programme_starts() -> None:
    pin = pin_of(null_history())
    scenario = zhejiang()
    start = min(entry.start for entry in scenario.interventions)
    assert start == (2018, 4)
    seen = set()
    policy = quarters(founded(), scenario, "policy", pin, last_year=2018)
    null = quarters(founded(), scenario, "null", pin, last_year=2018)
    for ours, theirs in zip(policy, null, strict=True):
        changed = differing(columns(ours, ()), columns(theirs, ()))
        if (ours.now.year, ours.now.quarter) < start:
            assert changed == [], ours.now
            assert not ours.accounts.balance.any()
            assert np.array_equal(ours.accounts.paid.sum(axis=0), theirs.accounts.paid.sum(axis=0))
        else:
            seen |= set(changed)
    assert {"allowance", "equity", "public_money"} <= seen


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_programme_dated_later_has_no_effect_before(kind: str) -> None:
    later = entries(only(zhejiang(), kind), {kind}, start=(2021, 1))
    assert effects(("null", later), ("policy", later), (), before=2021) == set()


def test_the_whole_programme_dated_four_years_later_is_the_null_arm_until_then() -> None:
    later = entries(kinds_alone(), set(KINDS), start=(2022, 1))
    _, history = arm("policy", later)
    _, null = arm("null", kinds_alone())
    for name, values in null.series.items():
        assert np.array_equal(values[:20], history.series[name][:20], equal_nan=True), name
    for name, values in null.village_year.items():
        assert values[:5].tobytes() == history.village_year[name][:5].tobytes(), name
    assert not np.array_equal(null.series["income_pc", "cohort"], history.series["income_pc", "cohort"], equal_nan=True)


def test_doubling_a_budget_that_is_not_used_up_changes_nothing() -> None:
    plenty = zhejiang().with_values({"programme.yuan_per_listed_household": 500_000.0, "programme.overhead": 0.0})
    _, given = arm("policy", plenty)
    _, double = arm("double", plenty)
    assert histories_differ(given, double, ledger=False) == []
    assert np.array_equal(given.ledger, double.ledger)
    assert double.balance[-1].sum() > given.balance[-1].sum() > 0


def test_a_budget_that_is_short_does_matter() -> None:
    _, given = arm("policy")
    _, half = arm("half")
    assert "series ('income_pc', 'cohort')" in histories_differ(given, half, ledger=False)
    assert half.ledger.sum() < given.ledger.sum()


def test_two_funds_with_one_earmark_are_one_fund() -> None:
    """Two kinds paid from one fund, or each from a fund of its own with its part of the budget."""
    kinds = ("equity_dividends", "living_allowance")
    base = only(zhejiang(), *kinds).with_values({"programme.overhead": 0.0})
    for kind in kinds:
        base = terms(base, kind, budget_share=0.5)
    share = "programme.funds.special.budget_share"
    twin = Fund("special_twin", "programme", base.funds[1].uses)
    assert base.funds[1].name == "special"
    split = entries(replace(base, funds=(*base.funds, twin)), {"living_allowance"}, fund="special_twin")
    values = {**split.values, share: 0.5 * base.values[share]}
    values["programme.funds.special_twin.budget_share"] = 0.5 * base.values[share]
    for kind in kinds:
        values[f"programme.interventions.{kind}.budget_share"] = 1.0
    split = replace(split, values=values)
    assert 25 * base.values[share] * base.values["programme.yuan_per_listed_household"] % 2 == 0
    _, one = arm("policy", base)
    _, two = arm("policy", split, found(split, LUCK, HOUSEHOLDS, MACRO))
    assert histories_differ(one, two, ledger=False) == []
    spent = {line.kind: int(one.ledger[:, row].sum()) for row, line in enumerate(one.ledger_lines)}
    split_spent = {line.kind: int(two.ledger[:, row].sum()) for row, line in enumerate(two.ledger_lines)}
    assert {kind: spent[kind] for kind in kinds} == {kind: split_spent[kind] for kind in kinds}
    assert spent["equity_dividends"] > 0
