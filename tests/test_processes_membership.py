"""Membership: who joins and leaves, what it costs, what it is worth; every fen of a share is somewhere."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.cooperatives import ACTIVE, FAILED, SHELL
from simulator.processes.membership import found_membership, membership
from tests import twins, twins_cooperatives

Place = Callable[[int], dict[str, Any]]


def village_people(place: Place, seed: int, **changes: Any) -> dict[str, Any]:
    """A place where many think their membership over, in three hamlets a village, with savings about the fee."""
    names = place(seed) | {"trend": 1.2, "membership_review": 0.8, "share_fee": 800.0} | changes
    random = np.random.default_rng(seed)
    length = len(names["size"])
    names["hamlet"] = random.integers(0, 3, length)
    names["savings"] = random.integers(50_000, 200_000, length)
    names["share_granted"][:] = random.integers(0, 2, length) * 50_000
    names["member_share"][:] = np.where(names["coop_member"] == 1, 70_000, 0)
    names["cooperative_status"][:] = [ACTIVE, SHELL, FAILED, 2, ACTIVE, ACTIVE]
    names["cooperative_outreach"][:] = [0.0, 0.0, 0.0, 1.0, 0.5, 0.0]
    names["cooperative_member_capital"][:] = np.bincount(names["village"], names["member_share"], 6)
    return names


@pytest.mark.parametrize("seed", range(6))
def test_everybody_decides_as_the_equation_says(place: Place, seed: int) -> None:
    names = village_people(place, seed)
    before = names["coop_member"].copy()
    twins.agree(membership, twins_cooperatives.membership(names), names)
    assert {-1, 0, 1} == set(names["coop_member"] - before)


def test_shares_and_savings_conserve_money(place: Place) -> None:
    names = village_people(place, 1)
    savings, capital = int(names["savings"].sum()), int(names["cooperative_member_capital"].sum())
    for year in range(8):
        membership(names | {"moment": 8072 + 4 * year})
    paid_in = int(names["cooperative_member_capital"].sum()) - capital
    assert int(names["savings"].sum()) + paid_in == savings and paid_in != 0
    assert np.array_equal(names["cooperative_member_capital"], np.bincount(names["village"], names["member_share"], 6))


def test_only_members_of_a_cooperative_that_serves_gain(place: Place) -> None:
    names = village_people(place, 2)
    membership(names)
    gains = (names["coop_member"] == 1) & np.isin(names["village"], [0, 3, 4, 5]) & (names["size"] > 0)
    there = names["size"] > 0
    assert 0 < gains.sum() < there.sum()
    assert np.allclose(names["member_factor"][there], np.where(gains, 1.0 + names["cooperative_premium"], 1.0)[there])


def test_who_cannot_pay_the_fee_cannot_join_unless_a_share_is_granted(place: Place) -> None:
    names = village_people(place, 3, membership_review=1.0, membership_share=0.999)
    names["savings"][:], names["coop_member"][:], names["member_share"][:] = 95_999, 0, 0
    membership(names)
    there = names["size"] > 0
    assert np.array_equal(names["coop_member"][there], (names["share_granted"] > 0)[there])
    names["savings"][:] = 96_000
    membership(names)
    assert names["coop_member"][there].all()
    assert set(names["member_share"][there & (names["share_granted"] == 0)]) == {96_000}


def test_membership_stands_about_still_where_it_began(place: Place) -> None:
    names = village_people(place, 4)
    rows = 60_000
    random = np.random.default_rng(9)
    big = {name: names[name] for name in membership.arguments + found_membership.arguments if name in names}
    for name, value in list(big.items()):
        if isinstance(value, np.ndarray) and len(value) == len(names["size"]):
            big[name] = np.zeros(rows, value.dtype)
    big |= {
        "key": random.integers(0, 2**63, rows).astype(np.uint64),
        "village": np.repeat(np.arange(6), rows // 6),
        "village_start": np.arange(0, rows + 1, rows // 6),
        "size": np.full(rows, 3),
        "savings": np.full(rows, 10**9),
        "land": names["land_mean"] * np.exp(0.6 * random.normal(size=rows)),
        "membership_review": 0.2,
        "county_line": np.full(3, 7_000.0),
    }
    for column in ("outreach", "member_capital"):
        names[f"cooperative_{column}"][:] = 0
    found_membership(big)
    share = big["coop_member"].mean()
    assert abs(share - big["membership_share"]) < 0.02
    assert big["cooperative_member_capital"].sum() == big["member_share"].sum()
    for year in range(10):
        membership(big | {"moment": 8072 + 4 * year})
    assert abs(big["coop_member"].mean() - share) < 0.02


@pytest.mark.parametrize("name", ["land", "savings", "outreach"])
def test_more_of_it_makes_no_fewer_members(place: Place, name: str) -> None:
    members = []
    for factor in (1.0, 3.0):
        names = village_people(place, 5, membership_review=1.0, membership_share=0.6)
        names["coop_member"][:], names["member_share"][:] = 0, 0
        column = "cooperative_outreach" if name == "outreach" else name
        names[column][:] = factor * names[column] + (0.3 * factor if name == "outreach" else 0)
        membership(names)
        members.append(names["coop_member"] == 1)
    assert not (members[0] & ~members[1]).any() and members[1].sum() > members[0].sum()


def test_no_rule_of_membership_reads_what_a_village_stands_for() -> None:
    assert "stands_for" not in inspect.getsource(membership.plain)
