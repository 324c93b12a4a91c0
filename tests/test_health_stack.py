"""The four layers that pay a medical bill, in closed form, and what the programme's terms would add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.interventions.health_cover import KIND, raised
from simulator.processes.illness import illness, patient_pays
from tests import twins, twins_fortune

Place = Callable[[int], dict[str, Any]]
yuan = st.floats(0.0, 1e6)
rates = st.floats(0.0, 1.0)
want, changed = KIND.want, KIND.changed
layers = st.tuples(rates, yuan, rates, yuan, rates, yuan, rates, yuan)
TERMS = {
    "basic_rise": 0.10,
    "catastrophic_rise": 0.05,
    "deductible_factor": 0.5,
    "assistance_rate": 0.5,
    "assistance_cap": 3_000.0,
    "supplementary_rate": 0.4,
    "supplementary_deductible": 2_000.0,
    "premium_share": 0.5,
}
NOTHING = dict.fromkeys(TERMS, 0.0) | {"deductible_factor": 1.0}


@pytest.mark.parametrize(
    ("bill", "own"),
    [
        (0.0, 0.0),
        # Under the first deductible only assistance helps: half of 400.
        (400.0, 200.0),
        # 10,500 - 0.7 x 10,000 = 3,500; half of it assisted: 1,750, under every later deductible.
        (10_500.0, 1_750.0),
        # 40,500 - 28,000 = 12,500; beyond 6,000 at 0.6: 8,600; 3,000 assisted: 5,600; beyond 2,000 at 0.4: 4,160.
        (40_500.0, 4_160.0),
    ],
)
def test_a_bill_passes_four_layers(bill: float, own: float) -> None:
    assert patient_pays(bill, 0.7, 500.0, 0.6, 6_000.0, 0.5, 3_000.0, 0.4, 2_000.0) == pytest.approx(own)


@given(yuan, layers)
def test_a_patient_pays_between_nothing_and_the_bill(bill: float, terms: tuple[float, ...]) -> None:
    own = patient_pays(bill, *terms)
    pairs = zip(terms[::2], terms[1::2], strict=True)
    assert own == pytest.approx(twins.patient_pays(bill, *pairs), abs=1e-6)
    assert -1e-9 <= own <= bill + 1e-9
    more = patient_pays(bill + 100.0, *terms)
    assert own - 1e-6 <= more <= own + 100.0 + 1e-6, "a yuan more on the bill costs the patient at most a yuan more"
    assert patient_pays(bill, 0.0, terms[1], 0.0, terms[3], 0.0, terms[5], 0.0, terms[7]) == bill
    assert patient_pays(bill, 1.0, 0.0, *terms[2:]) == pytest.approx(0.0, abs=1e-9)


@given(yuan, layers, st.integers(0, 7))
def test_no_layer_that_pays_more_leaves_the_patient_more_to_pay(
    bill: float, terms: tuple[float, ...], changed: int
) -> None:
    """A higher rate or cap, or a lower deductible, of any one layer."""
    better = list(terms)
    deductible = changed in (1, 3, 7)
    better[changed] = better[changed] / 2 if deductible else better[changed] + (1e5 if changed == 5 else 0.0)
    if changed % 2 == 0:
        better[changed] = (1.0 + better[changed]) / 2
    assert patient_pays(bill, *better) <= patient_pays(bill, *terms) + 1e-6


def test_ten_per_cent_is_points_or_of_the_rate() -> None:
    assert raised(0.6, 0.1, 0) == pytest.approx(0.70)
    assert raised(0.6, 0.1, 1) == pytest.approx(0.66)
    assert raised(0.95, 0.1, 0) == 1.0, "no more than the bill is paid"


def fallen_ill(place: Place, seed: int) -> dict[str, Any]:
    """A place after the illnesses of the quarter, every household supported and offered the kind."""
    names = place(seed)
    for booked in ("out_of_pocket", "reimbursement", "cover_extra", "gravely_ill", "claim", "reimbursement_extra"):
        names[booked][:] = 0
    illness(names)
    names["offered"][:] = 1
    return names | TERMS | {"supported_rows": np.flatnonzero(names["size"] > 0), "open_now": 1}


@pytest.mark.parametrize("relative", [0, 1])
@pytest.mark.parametrize("seed", range(3))
def test_what_the_programme_pays_beyond(place: Place, seed: int, relative: int) -> None:
    names = fallen_ill(place, seed) | {"rise_of_rate": relative}
    expected = twins_fortune.cover(names)
    twins.agree(want, expected, names, fen=1)
    ill = names["gravely_ill"] == 1
    assert ill.sum() > 10 and (names["cover_extra"][ill] > 0).all(), "every serious bill is helped with"
    assert not names["cover_extra"][~ill].any(), "standing costs of chronic illness keep the standing terms"
    assert (names["cover_extra"] <= names["out_of_pocket"]).all()


def test_terms_that_add_nothing_pay_nothing(place: Place) -> None:
    names = fallen_ill(place, 0) | NOTHING
    want(names)
    assert (names["gravely_ill"] == 1).any()
    assert not names["cover_extra"].any() and not names["claim"].any()


def test_a_premium_is_paid_before_a_bill(place: Place) -> None:
    """With half of every claim paid, the premium takes what is due of it and the bill what is left."""
    names = fallen_ill(place, 1)
    want(names)
    names["delivered"] = names["claim"] // 2
    before = names["out_of_pocket"].copy()
    names |= {"pay_later": 1.0, "kind_number": 20}
    for booked in ("premium_subsidy", "treat_first"):
        names[booked][:] = 0
    changed(names)
    settled = np.maximum(names["delivered"] - (names["claim"] - names["cover_extra"]), 0)
    assert np.array_equal(names["reimbursement_extra"], settled)
    assert np.array_equal(names["out_of_pocket"], before - settled) and (names["out_of_pocket"] >= 0).all()
    assert np.array_equal(names["premium_subsidy"], names["delivered"] - settled)
    assert np.array_equal(names["treat_first"], names["gravely_ill"])


def test_nobody_falls_ill_in_an_empty_row(place: Place) -> None:
    names = place(1)
    names["size"][:] = 0
    before = {name: value.copy() for name, value in names.items() if isinstance(value, np.ndarray)}
    illness(names)
    assert all(np.array_equal(names[name], value) for name, value in before.items())
