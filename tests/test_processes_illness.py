"""Illness: who pays a bill, and what it adds up to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.illness import illness, patient_pays
from tests import twins

Place = Callable[[int], dict[str, Any]]
NOTHING = (0.0, 0.0, 0.0, 0.0)
"""Neither assistance nor supplementary insurance: the standing terms."""


@pytest.mark.parametrize(
    ("bill", "own"),
    [
        (0.0, 0.0),
        (500.0, 500.0),
        (10_500.0, 10_500 - 0.6 * 10_000),
        (29_250.0, 12_000.0),  # 0.4 x 29,250 + 300: the patient's part reaches the second deductible
        (100_500.0, 40_500 - 0.55 * 28_500),
    ],
)
def test_a_bill_passes_two_layers(bill: float, own: float) -> None:
    assert patient_pays(bill, 0.6, 500.0, 0.55, 12_000.0, *NOTHING) == pytest.approx(own)


@pytest.mark.parametrize("seed", range(4))
def test_illness(place: Place, seed: int) -> None:
    names = place(seed)
    expected, bills = twins.illness(names)
    assert (expected["member_sick_quarters"] > names["member_sick_quarters"]).sum() > 10
    twins.agree(illness, expected, names, fen=1)
    # What is paid back and what is not are the bill: each is rounded to the fen once.
    assert np.abs(names["reimbursement"] + names["out_of_pocket"] - 100 * bills)[bills > 0].max() <= 1.0001


def test_a_serious_illness_lasts_its_quarters_and_strikes_no_child(place: Place) -> None:
    names = place(0) | {"serious_hazard_adult": 1.0, "serious_hazard_elder": 1.0, "serious_quarters": 3}
    names["member_sick_quarters"][:] = 0
    illness(names)
    struck = (names["member_present"] == 1) & (names["member_age"] >= 18)
    assert (names["member_sick_quarters"] == np.where(struck, 3, 0)).all()
    names |= {"serious_hazard_adult": 0.0, "serious_hazard_elder": 0.0}
    for left in (2, 1, 0, 0):
        illness(names)
        assert (names["member_sick_quarters"][struck] == left).all()


def test_the_bill_of_a_mean_patient(place: Place) -> None:
    """Closed forms: a chronic illness of mean frailty costs its median; a struck member with luck at half the hazard
    has the median bill; both rise with the trend."""
    names = place(0) | {"serious_hazard_adult": 0.5, "trend": 1.2, "basic_rate": 0.5, "basic_deductible": 1_000.0}
    names |= {"catastrophic_rate": 0.0, "serious_bill_median": 9_000.0}
    names |= {"chronic_cost_median": 4_000.0, "chronic_rate": 0.25}
    names["member_present"][:], names["size"][:2] = 0, 1
    for booked in ("out_of_pocket", "reimbursement"):
        names[booked][:] = 0
    first = names["roster_start"][:2]
    names["member_present"][first], names["member_age"][first], names["member_frailty"][first] = 1, 40, 1.0
    names["member_sick_quarters"][first], names["member_luck_illness"][first] = 0, [0.25, 0.75]
    names["member_health"][first] = [0, 1]
    illness(names)
    assert names["out_of_pocket"][:2].tolist() == [100 * 1.2 * (9_000 - 4_000), 100 * 1.2 * 1_000 * 0.75]
    assert names["reimbursement"][:2].tolist() == [100 * 1.2 * 4_000, 100 * 1.2 * 1_000 * 0.25]
    assert not names["out_of_pocket"][2:].any(), "bills of members that are not there"
