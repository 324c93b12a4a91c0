"""Who is on the list and who gains: by hand on a few households, and whole for any."""

from __future__ import annotations

import math

import numpy as np
import pytest

from results.gains import COLUMNS, gains_of, income, list_change, mean_income


def homes(**given: list[float]) -> dict[str, np.ndarray]:
    """Households of three person-years each (12 quarters) that stand for one, but for what is given."""
    number = len(given["key"])
    base = {"weight": 1, "quarters": 12, "listed_before": 0, "listed_after": 0, "cohort": 0, "able": 1, "fifth": 1}
    columns = {name: np.full(number, base.get(name, 0)) for name in COLUMNS}
    columns |= {name: np.array(values) for name, values in given.items()}
    return columns


def everybody(of: dict[str, np.ndarray]) -> np.ndarray:
    return np.ones(len(of["key"]), np.bool_)


def yuan(*each: float) -> list[float]:
    """Fen of a household of three with these yuan a person."""
    return [round(300 * one) for one in each]


def test_income_is_yuan_a_person_and_year() -> None:
    assert income(homes(key=[1], fen=yuan(9000), quarters=[12])).tolist() == [9000.0]
    assert income(homes(key=[1], fen=[900_000], quarters=[4])).tolist() == [9000.0]


def test_a_list_taken_apart_by_hand() -> None:
    """Household 2 stays and earns 500 more; 1 is on the first list alone, 3 on the second alone."""
    less = homes(key=[1, 2, 3], fen=yuan(1000, 3000, 9000), listed_before=[1, 1, 0])
    more = homes(key=[1, 2, 3], fen=yuan(1000, 3500, 5500), listed_before=[0, 1, 1])
    told = list_change(less, more, "before")
    # First list: mean 2000, its stayer 3000. Second: mean 4500, its stayer 3500.
    assert told["change"] == pytest.approx(2500) and told["stayers"] == pytest.approx(500)
    assert told["joined"] == pytest.approx(1000) and told["left"] == pytest.approx(1000)
    assert told["composition"] == pytest.approx(2000) and told["share"] == pytest.approx(0.5)
    assert math.isnan(list_change(less, more, "after")["change"]), "an empty list has no mean"


def test_the_parts_of_a_list_add_up_for_any_households() -> None:
    random = np.random.default_rng(3)
    for _ in range(50):
        sides = []
        for _ in range(2):
            key = np.sort(random.choice(60, 40, replace=False))
            sides.append(
                homes(
                    key=key,
                    fen=random.integers(-10_000, 9_000_000, 40),
                    quarters=random.integers(1, 25, 40),
                    weight=random.integers(1, 30, 40),
                    listed_after=random.integers(0, 2, 40),
                )
            )
        told = list_change(sides[0], sides[1], "after")
        means = [mean_income(side, side["listed_after"] == 1) for side in sides]
        assert told["change"] == pytest.approx(means[1] - means[0])
        assert told["change"] == pytest.approx(told["stayers"] + told["joined"] + told["left"])


def test_gains_by_hand() -> None:
    """Of four households one gains 200, one loses 100, one gains less than 1 %, one is there on one side only; the
    gainer stands for three."""
    less = homes(key=[1, 2, 3, 4], fen=yuan(1000, 2000, 5000, 800), weight=[3, 1, 1, 1], cohort=[1, 1, 0, 0])
    more = homes(key=[5, 3, 2, 1], fen=yuan(50, 5040, 1900, 1200))
    told = gains_of(less, more, everybody)
    assert told["gain"] == pytest.approx(0.6) and told["lose"] == pytest.approx(0.2)
    assert told["mean_gain"] == pytest.approx(200) and told["mean_loss"] == pytest.approx(-100)
    assert told["mean_change"] == pytest.approx((3 * 200 - 100 + 40) / 5) and told["households"] == 1.0
    listed = gains_of(less, more, lambda side: side["cohort"] == 1)
    assert listed["households"] == pytest.approx(0.8) and listed["gain"] == pytest.approx(0.75)
    nobody = gains_of(less, more, lambda side: side["cohort"] == 7)
    assert nobody["households"] == 0.0 and math.isnan(nobody["gain"])


def test_who_had_less_than_nothing_gains_by_losing_less() -> None:
    less, more = homes(key=[1, 2], fen=yuan(-1000, -1000)), homes(key=[1, 2], fen=yuan(-900, -1005))
    told = gains_of(less, more, everybody)
    assert told["gain"] == 0.5 and told["lose"] == 0.0
