"""Where kinds of intervention meet: every overlap is declared, and all kinds at once break no book and no back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from simulator.interventions import KINDS
from simulator.interventions.delivery import REACH
from simulator.members import HOME, POST, WORKSHOP
from simulator.world import World
from tests.systems import arm, entries, founded, histories_differ, null_history, only, pin_of, quarters, zhejiang


def crowded() -> Iterator[World]:
    """Two years of a programme with every kind there is, from its first quarter, for everybody it may reach."""
    scenario = entries(only(zhejiang(), *KINDS), set(KINDS), start=(2018, 1))
    reached = {path: 1.0 for path in scenario.values if path.endswith((".take_up", ".take_up_other"))}
    rich = scenario.with_values({**reached, "programme.yuan_per_listed_household": 60_000.0})
    return quarters(founded(), rich, "policy", pin_of(null_history()), last_year=2019)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_what_happens_where_kinds_meet_is_declared(kind) -> None:  # type: ignore[no-untyped-def]
    assert kind.overlap in {"additive", "exclusive", "capped"} and kind.reach in REACH
    assert kind.overlap == "additive" or kind.shares, f"{kind.name} does not say what it shares"


def test_all_kinds_at_once_keep_the_books_and_the_hours() -> None:
    """The invariants are held every quarter inside the run: public money paid is public money received, once."""
    served: set[str] = set()
    for world in crowded():
        households, members = world.households, world.members
        home = np.repeat(np.arange(households.length), np.diff(world.roster_start))
        working = (members.present == 1) & (members.capacity > 0.0)
        # One member, one place: nobody is in a workshop or post who cannot work, and who is away does no work at home.
        assert not ((members.work == WORKSHOP) | (members.work == POST))[~working].any()
        near = np.isin(members.work, (HOME, WORKSHOP, POST))
        at_home = np.bincount(home, np.where(working & near, members.capacity, 0.0), minlength=households.length)
        assert (households.home_labour <= at_home + 1e-9).all()
        assert (households.home_labour <= households.labour + 1e-9).all()
        ours = zip(world.accounts.lines, world.accounts.paid.sum(axis=1), strict=True)
        served |= {line.kind for line, fen in ours if fen > 0}
    assert set(KINDS) - served <= {"relief", "insurance"}


@pytest.mark.parametrize("bill", ["reimbursement", "contributions"])
def test_nobody_is_paid_back_more_than_the_bill(bill: str) -> None:
    for world in crowded():
        households = world.households
        if bill == "reimbursement":
            assert (households.out_of_pocket >= 0).all()
        else:
            assert (households.premium_subsidy <= households.contributions).all()


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_claims_met_whole_have_an_order(kind) -> None:  # type: ignore[no-untyped-def]
    """Equal priorities are served together or not at all: a kind without an order would wait for ever."""
    order = "priority" if kind.to == "household" else "village_priority"
    assert not kind.whole or order in kind.want.arguments


def test_results_do_not_depend_on_the_order_of_lines_in_the_programme() -> None:
    scenario = only(zhejiang(), *KINDS)
    turned = replace(scenario, interventions=scenario.interventions[::-1])
    mixed = replace(scenario, interventions=scenario.interventions[1::2] + scenario.interventions[::2])
    assert turned.interventions != scenario.interventions != mixed.interventions
    _, told = arm("policy", scenario)
    for other in (turned, mixed):
        assert histories_differ(told, arm("policy", other)[1]) == []


def test_what_one_kind_leaves_another_is_served_first() -> None:
    order = list(KINDS)
    pairs = [("health_cover", "relief"), ("public_posts", "ecology"), ("housing", "relocation")]
    assert all(order.index(first) < order.index(then) for first, then in pairs)
