"""The four layers that pay a medical bill, in closed form, and what the programme's terms would add."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.processes.illness import cover_terms, illness, patient_pays
from tests import twins

Place = Callable[[int], dict[str, Any]]
yuan = st.floats(0.0, 1e6)
rates = st.floats(0.0, 1.0)
layers = st.tuples(rates, yuan, rates, yuan, rates, yuan, rates, yuan)
STANDING = {
    "basic_rate": 0.6,
    "basic_deductible": 500.0,
    "catastrophic_rate": 0.55,
    "catastrophic_deductible": 12_000.0,
}
KIND = {
    "health_cover_basic_rise": 0.10,
    "health_cover_catastrophic_rise": 0.05,
    "health_cover_deductible_factor": 0.5,
    "health_cover_assistance_rate": 0.5,
    "health_cover_assistance_cap": 3_000.0,
    "health_cover_supplementary_rate": 0.4,
    "health_cover_supplementary_deductible": 2_000.0,
}


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


def test_without_the_kind_the_terms_are_the_standing_ones() -> None:
    cover = cover_terms(STANDING, relative=False)
    assert [cover[f"cover_{name}"] for name in STANDING if name != "basic_deductible"] == [0.6, 0.55, 12_000.0]
    assert not any(value for name, value in cover.items() if "assistance" in name or "supplementary" in name)


def test_ten_per_cent_is_points_or_of_the_rate() -> None:
    assert cover_terms(STANDING | KIND, relative=False)["cover_basic_rate"] == pytest.approx(0.70)
    assert cover_terms(STANDING | KIND, relative=True)["cover_basic_rate"] == pytest.approx(0.66)
    assert cover_terms(STANDING | KIND, relative=False)["cover_catastrophic_deductible"] == 6_000.0
    generous = STANDING | KIND | {"basic_rate": 0.95}
    assert cover_terms(generous, relative=False)["cover_basic_rate"] == 1.0, "no more than the bill is paid"


@pytest.mark.parametrize("seed", range(4))
def test_what_the_programme_would_pay_beyond(place: Place, seed: int) -> None:
    names = place(seed)
    names |= cover_terms(names | KIND, relative=False)
    for booked in ("out_of_pocket", "reimbursement", "cover_extra", "gravely_ill"):
        names[booked][:] = 0
    expected, _ = twins.illness(names)
    twins.agree(illness, expected, names, fen=1)
    ill = names["gravely_ill"] == 1
    assert ill.sum() > 10 and (names["cover_extra"][ill] > 0).all(), "every serious bill is helped with"
    assert not names["cover_extra"][~ill].any(), "standing costs of chronic illness keep the standing terms"
    assert (names["cover_extra"] <= names["out_of_pocket"]).all()


def test_without_the_kind_there_is_nothing_to_claim(place: Place) -> None:
    names = place(0)
    names["cover_extra"][:] = 0
    illness(names)
    assert (names["gravely_ill"] == 1).any() and not names["cover_extra"].any()


def test_nobody_falls_ill_in_an_empty_row(place: Place) -> None:
    names = place(1)
    names["size"][:] = 0
    before = {name: value.copy() for name, value in names.items() if isinstance(value, np.ndarray)}
    illness(names)
    assert all(np.array_equal(names[name], value) for name, value in before.items())
