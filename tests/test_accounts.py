"""Public purses: what a fund pays when it can, when it cannot, and when a rule asks for more than there is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import accounts as room
from simulator.accounts import Accounts, Overdraft, Weights
from simulator.history import LedgerLine
from simulator.scenario import Fund

SPECIAL = Fund("special", "programme", ("industry", "credit"))
ENTITLEMENT = Fund("civil_affairs", "standing", ("assistance",))

claimants = st.lists(
    st.tuples(
        st.integers(0, 5_000_000),  # claim, fen
        st.integers(1, 460),  # stands for
        st.integers(0, 2),  # village group
        st.integers(0, 4),  # priority, few values so that many tie
    ),
    min_size=1,
    max_size=30,
)


def opened(fen: int, fund: Fund = SPECIAL) -> tuple[Accounts, int]:
    """Accounts of one fund that holds `fen`, and its only line."""
    books = Accounts([fund])
    line = books.open_line(fund.name, fund.uses[0], "industry_support")
    books.grant(fund.name, fen)
    return books, line


def pay(books: Accounts, line: int, rows: Sequence[tuple[int, int, int, int]], in_order: bool) -> np.ndarray:
    claim, stands_for, stratum, priority = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    delivered = np.full(len(rows), -1, np.int64)
    books.pay(line, claim, delivered, stands_for, stratum, priority.astype(np.float64) if in_order else None)
    return delivered


def whole_claims_in_order(rows: Sequence[tuple[int, int, int, int]], limit: int) -> list[int]:
    """Brute force: class by class of equal priority, until one does not fit."""
    paid = [0] * len(rows)
    for rank in sorted({priority for *_, priority in rows}):
        group = [row for row, (*_, priority) in enumerate(rows) if priority == rank]
        asked = sum(rows[row][0] * rows[row][1] for row in group)
        if asked > limit:
            return paid
        limit -= asked
        for row in group:
            paid[row] = rows[row][0]
    return paid


@given(claimants, st.integers(0, 10**9))
def test_the_same_share_for_all(rows: list[tuple[int, int, int, int]], fen: int) -> None:
    books, line = opened(fen)
    delivered = pay(books, line, rows, in_order=False)
    asked = sum(claim * weight for claim, weight, *_ in rows)
    exact = [floor(claim * min(Fraction(fen, asked), 1)) if asked else 0 for claim, *_ in rows]
    # The share is a binary fraction: where the exact amount is a whole fen it may fall one short, never over.
    assert all(want - 1 <= got <= want for got, want in zip(delivered.tolist(), exact, strict=True))
    spent = sum(int(got) * weight for got, (_, weight, *_) in zip(delivered, rows, strict=True))
    assert books.balance[0] == fen - spent >= 0
    if asked > fen:
        assert books.balance[0] < 2 * sum(weight for _, weight, *_ in rows)
    else:
        assert delivered.tolist() == [claim for claim, *_ in rows]


@given(claimants, st.integers(0, 10**9))
def test_whole_claims_in_the_order_of_priority(rows: list[tuple[int, int, int, int]], fen: int) -> None:
    books, line = opened(fen)
    delivered = pay(books, line, rows, in_order=True)
    assert delivered.tolist() == whole_claims_in_order(rows, fen)
    assert books.balance[0] >= 0


@given(claimants, st.integers(0, 10**9), st.booleans())
def test_a_claimant_standing_for_two_is_two_claimants(
    rows: list[tuple[int, int, int, int]], fen: int, in_order: bool
) -> None:
    double = [(claim, 2, stratum, priority) for claim, _, stratum, priority in rows]
    copies = [(claim, 1, stratum, priority) for claim, _, stratum, priority in rows for _ in range(2)]
    one, two = opened(fen), opened(fen)
    first, second = pay(*one, double, in_order), pay(*two, copies, in_order)
    assert np.repeat(first, 2).tolist() == second.tolist()
    assert np.array_equal(one[0].paid, two[0].paid) and np.array_equal(one[0].balance, two[0].balance)


@given(claimants, st.integers(0, 10**9), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_claimants_does_not_matter(rows: list, fen: int, in_order: bool, shuffler) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(rows)))
    shuffler.shuffle(order)
    straight = pay(*opened(fen), rows, in_order)
    mixed = pay(*opened(fen), [rows[row] for row in order], in_order)
    assert straight[order].tolist() == mixed.tolist()


@given(claimants, st.integers(0, 10**9), st.booleans())
def test_the_ledger_is_kept_by_village_group(rows: list, fen: int, in_order: bool) -> None:
    books, line = opened(fen)
    delivered = pay(books, line, rows, in_order)
    by_group = [0, 0, 0]
    for got, (_, weight, stratum, _) in zip(delivered.tolist(), rows, strict=True):
        by_group[stratum] += got * weight
    assert books.paid[line].tolist() == by_group


def test_a_large_early_claim_that_does_not_fit_is_not_skipped() -> None:
    books, line = opened(500)
    assert pay(books, line, [(300, 1, 0, 0), (400, 1, 0, 1), (100, 1, 0, 2)], in_order=True).tolist() == [300, 0, 0]
    assert books.balance[0] == 200


def test_equal_priorities_are_served_together_or_not_at_all() -> None:
    books, line = opened(500)
    assert pay(books, line, [(300, 1, 0, 1), (300, 1, 0, 1)], in_order=True).tolist() == [0, 0]


def test_a_standing_fund_appropriates_what_falls_due() -> None:
    books, line = opened(0, ENTITLEMENT)
    assert pay(books, line, [(700, 3, 0, 0), (50, 2, 2, 0)], in_order=False).tolist() == [700, 50]
    assert books.inflow[0] == 2200 and books.balance[0] == 0
    assert books.paid[line].tolist() == [2100, 0, 100]


def test_a_line_spends_no_more_than_its_allotment_and_keeps_the_rest_for_later() -> None:
    books, line = opened(10_000)
    other = books.open_line("special", "credit", "micro_loan")
    books.allot(line, 1_000)
    books.allot(other, 9_000)
    assert pay(books, line, [(4_000, 1, 0, 0)], in_order=False).tolist() == [1_000]
    assert pay(books, line, [(1, 1, 0, 0)], in_order=False).tolist() == [0]
    assert pay(books, other, [(5_000, 1, 0, 0)], in_order=False).tolist() == [5_000]
    books.allot(line, 500)
    assert pay(books, line, [(4_000, 1, 0, 0)], in_order=False).tolist() == [500]
    # More was allotted than granted: the fund pays what it holds.
    assert pay(books, other, [(5_000, 1, 0, 0)], in_order=False).tolist() == [3_500]
    assert books.balance[0] == 0


def test_a_payment_beyond_the_fund_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    def generous(claim: np.ndarray, delivered: np.ndarray, share: float) -> None:
        delivered[:] = claim

    monkeypatch.setattr(room, "pay_shares", generous)
    books, line = opened(999)
    with pytest.raises(Overdraft, match=r"special is overdrawn by 1 fen .*industry_support"):
        pay(books, line, [(1_000, 1, 0, 0)], in_order=False)


@pytest.mark.parametrize("in_order", [False, True])
def test_a_fund_already_below_zero_fails_loudly_and_takes_nothing_back(in_order: bool) -> None:
    books, line = opened(-5)
    with pytest.raises(Overdraft, match="overdrawn by 5 fen"):
        pay(books, line, [(100, 1, 0, 0)], in_order)


def test_a_line_of_an_unknown_fund_is_refused() -> None:
    with pytest.raises(KeyError, match="no fund named treasury"):
        Accounts([SPECIAL]).open_line("treasury", "industry", "training")


def test_a_line_is_opened_once() -> None:
    books = Accounts([SPECIAL])
    first = books.open_line("special", "credit", "micro_loan")
    assert books.open_line("special", "credit", "micro_loan") == first
    assert books.open_line("special", "credit", "training") == first + 1
    assert books.lines == [LedgerLine("special", "credit", "micro_loan"), LedgerLine("special", "credit", "training")]


def test_a_new_quarter_clears_the_flows_and_keeps_the_balance() -> None:
    books, line = opened(1_000)
    pay(books, line, [(300, 2, 1, 0)], in_order=False)
    books.open_quarter()
    assert books.balance[0] == 400 and not books.inflow.any() and not books.paid.any()


def test_a_copy_of_the_books_is_independent() -> None:
    books, line = opened(1_000)
    books.allot(line, 600)
    twin = books.copy()
    pay(books, line, [(500, 1, 0, 0)], in_order=False)
    assert twin.balance[0] == 1_000 and not twin.paid.any()
    assert pay(twin, line, [(900, 1, 0, 0)], in_order=False).tolist() == [600]


def built_from(first: int, second: int, claims: Sequence[int], keys: Sequence[int]) -> list[int]:
    """The funds, a bit each, that paid into the project of every village: two funds hold so much, a claim a village."""
    books = Accounts([SPECIAL, Fund("donations", "programme", ("industry",))])
    lines = [books.open_line(name, "industry", "village_grant") for name in ("special", "donations")]
    books.grant("special", first)
    books.grant("donations", second)
    home = np.arange(len(claims))
    weights = Weights(np.full(len(claims), 2), np.zeros(len(claims), np.int64))
    claim, delivered = np.array(claims, np.int64), np.zeros(len(claims), np.int64)
    made = books.approve(lines, claim, home, weights, None, home, np.array(keys))
    books.settle(made, delivered, home, weights, project="collective")
    assert np.array_equal(delivered, claim)
    return [int(bits) for bits in books.sources["collective"]]


@pytest.mark.parametrize(
    ("first", "sources"),
    [
        (800, [1, 1, 0, 1, 1]),
        (600, [1, 1, 0, 1, 2]),
        (500, [1, 1, 0, 3, 2]),
        (100, [3, 2, 0, 2, 2]),
        (0, [2, 2, 0, 2, 2]),
    ],
)
def test_a_projects_sources_are_the_funds_that_paid_into_it(first: int, sources: list[int]) -> None:
    """Every village stands for two and claims 100, but the third, which claims nothing; where the first fund ends, one
    project is paid by both."""
    assert built_from(first, 800, [100, 100, 0, 100, 100], [1, 2, 3, 4, 5]) == sources


def test_sources_do_not_depend_on_the_order_of_rows_and_copies_are_alike() -> None:
    keys = [5, 4, 3, 2, 1]
    assert built_from(500, 800, [100, 100, 0, 100, 100], keys) == [2, 3, 0, 1, 1]
    assert built_from(300, 800, [100, 100, 0, 100, 100], [7, 8, 3, 7, 9]) == [3, 2, 0, 3, 2]
