"""A purse that cannot meet every claim: whole claims in their order, held to a loop that sorts them all."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.rationing import BANDS, pay_in_order

CLAIMS = st.tuples(
    st.integers(0, 900),
    st.integers(0, 2),
    st.sampled_from([0.0, 0.25, 0.2500000001, 1.0, 1.75]) | st.floats(-3.0, 3.0),
)


def in_plain_words(claims: list[tuple[int, int, float]], stands_for: list[int], limit: int) -> list[int]:
    """Groups of equal priority from the lowest on, each whole or none of it, and nothing after the first that does not
    fit."""
    paid = [0] * len(claims)
    for priority in sorted({priority for claim, _, priority in claims if claim}):
        group = [row for row, (claim, _, own) in enumerate(claims) if claim and own == priority]
        asked = sum(claims[row][0] * stands_for[claims[row][1]] for row in group)
        if asked > limit:
            break
        limit -= asked
        for row in group:
            paid[row] = claims[row][0]
    return paid


@given(st.lists(CLAIMS, max_size=60), st.lists(st.integers(1, 40), min_size=3, max_size=3), st.integers(0, 60_000))
def test_whole_claims_are_paid_in_their_order(
    claims: list[tuple[int, int, float]], stands_for: list[int], limit: int
) -> None:
    claim = np.array([row[0] for row in claims], np.int64)
    home = np.array([row[1] for row in claims], np.int64)
    priority = np.array([row[2] for row in claims])
    delivered = np.full(len(claims), 77, np.int64)
    pay_in_order(claim, delivered, np.array(stands_for), home, priority, limit)
    assert delivered.tolist() == in_plain_words(claims, stands_for, limit)


def test_many_claims_of_one_band_are_told_apart() -> None:
    """Priorities closer together than a band is wide, beside one far away."""
    near = np.arange(500)[::-1] / (500 * 4.0 * BANDS)
    priority = np.concatenate([near, [1.0]])
    claim = np.full(501, 10, np.int64)
    delivered = np.zeros(501, np.int64)
    pay_in_order(claim, delivered, np.ones(1, np.int64), np.zeros(501, np.int64), priority, 1234)
    assert np.flatnonzero(delivered).tolist() == list(range(500 - 123, 500))
