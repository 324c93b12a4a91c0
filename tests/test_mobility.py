"""Movement between years against closed forms, small tables done by hand, and identities."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.mobility import (
    duclos_araar_giles,
    jalan_ravallion,
    return_hazard,
    spells,
    transition_matrix,
    vulnerability,
)

panels = st.lists(st.lists(st.floats(1.0, 200.0), min_size=3, max_size=3), min_size=2, max_size=20).map(np.array)
LINE = np.array([100.0, 100.0, 100.0])


def test_nobody_moves_and_everybody_swaps() -> None:
    fifths, weight = np.repeat(np.arange(5), 2), np.ones(10)
    assert transition_matrix(fifths, fifths, weight) == pytest.approx(np.eye(5))
    assert transition_matrix(fifths, 4 - fifths, weight) == pytest.approx(np.eye(5)[::-1])
    assert transition_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([1.0, 3.0, 2.0]), 2) == pytest.approx(
        np.array([[0.25, 0.75], [0.0, 1.0]])
    )


def test_spells_and_returns_by_hand() -> None:
    """Four households, five years; one year out: one of four seen returns; two: one of two; three: none of one."""
    poor = np.array(
        [[1, 0, 1, 0, 0], [1, 0, 0, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]],
        bool,
    )
    weight = np.array([1.0, 1.0, 2.0, 1.0])
    assert spells(poor, weight) == pytest.approx(np.array([2, 1, 1, 1, 0, 0]) / 5)
    hazard = return_hazard(poor, weight)
    # Out for one year: household 0 (returns), 1, 3, and household 0 a second time.
    assert hazard[0] == pytest.approx(1 / 4)
    assert hazard[1] == pytest.approx(1 / 2)
    assert hazard[2] == pytest.approx(0.0)
    assert math.isnan(hazard[3])


def test_jalan_ravallion_by_hand() -> None:
    """One always at half the line: all chronic (1/4). One at 0 and at twice the line: its mean at it, all transient."""
    income = np.array([[50.0, 50.0], [0.0, 200.0]])
    found = jalan_ravallion(income, np.ones(2), np.array([100.0, 100.0]))
    assert found.chronic == pytest.approx(0.125)
    assert found.transient == pytest.approx(0.25)
    assert found.total == pytest.approx(0.375)


def test_duclos_araar_giles_by_hand() -> None:
    """Gaps (1/2, 1/2) and (1, 0), aversion 2: own equivalents 1/2 and 1/sqrt(2), transient (1/sqrt(2) - 1/2)/2."""
    income = np.array([[50.0, 50.0], [0.0, 200.0]])
    found = duclos_araar_giles(income, np.ones(2), np.array([100.0, 100.0]))
    assert found.total == pytest.approx(math.sqrt((0.25 + 0.5) / 2))
    assert found.transient == pytest.approx((1 / math.sqrt(2) - 0.5) / 2)
    assert found.chronic == pytest.approx(found.total - found.transient)


@given(panels)
def test_parts_add_up_and_are_never_negative(income: np.ndarray) -> None:
    weight = 1.0 + np.arange(len(income)) % 3
    for found in (jalan_ravallion(income, weight, LINE), duclos_araar_giles(income, weight, LINE)):
        assert found.total == pytest.approx(found.chronic + found.transient)
        assert found.transient >= -1e-12 and found.chronic >= -1e-12


@given(panels)
def test_without_change_nothing_is_transient(income: np.ndarray) -> None:
    still = np.repeat(income[:, :1], 3, axis=1)
    weight = np.ones(len(income))
    for found in (jalan_ravallion(still, weight, LINE), duclos_araar_giles(still, weight, LINE)):
        assert found.transient == pytest.approx(0.0, abs=1e-12)


def test_vulnerability_is_the_normal_share() -> None:
    """Log changes of plus and minus a half in equal parts: no drift, spread a half; at the line the risk is a half."""
    before = np.full(4, 100.0)
    after = 100.0 * np.exp(np.array([0.5, -0.5, 0.5, -0.5]))
    each, mean = vulnerability(before, after, np.ones(4), 100.0 * math.exp(0.5))
    assert each[0] == pytest.approx(0.5)
    assert each[1] == pytest.approx(NormalDist().cdf(2.0))
    assert mean == pytest.approx((0.5 + NormalDist().cdf(2.0)) / 2)
