"""Neighbours who left, and openings near home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.network import ease, network
from tests import twins, twins_work
from tests.twins import HOME, LOCAL, MIGRANT

Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("known", [True, False])
def test_network(place: Place, seed: int, known: bool) -> None:
    names = place(seed)
    if not known:
        names["village_usual_jobs"][:] = 0.0
    expected = twins_work.network(names)
    assert np.abs(expected["peer_migrants"]).max() > 0.1
    twins.agree(network, expected, names)


def village(works: list[int], hamlets: list[int]) -> dict[str, Any]:
    """A village of households of one full worker each."""
    count = len(works)
    zeros = {name: np.zeros(1) for name in ("vacancies", "usual_migrants", "usual_jobs")}
    return {
        "village_start": np.array([0, count]),
        "roster_start": np.arange(count + 1),
        "roster_used": np.ones(count, np.int64),
        "size": np.ones(count, np.int64),
        "hamlet": np.array(hamlets),
        "peer_migrants": np.zeros(count),
        "member_present": np.ones(count, np.int8),
        "member_capacity": np.ones(count),
        "member_attached": np.ones(count, np.int8),
        "member_work": np.array(works, np.int8),
        **{f"village_{name}": values for name, values in zeros.items()},
        "village_usual_seekers": np.zeros(1),
        "network_rewiring": 0.25,
        "vacancy_share": 0.5,
        "congestion": 0.5,
        "usual_memory": 0.75,
    }


def test_a_village_of_four_by_hand() -> None:
    """Hamlet 0: a migrant and one at home; hamlet 1: two with work near home. Half of three others are 1/3 migrants."""
    names = village([MIGRANT, HOME, LOCAL, LOCAL], [0, 0, 1, 1])
    network(names)
    expected = [0.0 - 0.25, 0.75 + 0.25 / 3 - 0.25, 0.25 / 3 - 0.25, 0.25 / 3 - 0.25]
    assert names["peer_migrants"] == pytest.approx(expected)
    assert (names["village_usual_jobs"][0], names["village_usual_seekers"][0]) == (0.5, 0.25)
    assert (names["village_usual_migrants"][0], names["village_vacancies"][0]) == (0.25, 0.0)
    # A year later one job is lost: open 0.5 x 0.5 + 0.25, twice the usual, for twice the seekers.
    names["member_work"][2] = HOME
    network(names)
    assert names["village_vacancies"][0] == pytest.approx(0.0)
    assert names["village_usual_jobs"][0] == pytest.approx(0.75 * 0.5 + 0.25 * 0.25)


@pytest.mark.parametrize(
    ("jobs", "seekers", "factor"),
    [(0.4, 0.2, 1.0), (0.4, 0.4, 0.5**0.3), (0.44, 0.2, 0.1**0.3), (0.6, 0.2, 0.1**0.3), (0.38, 0.2, 1.5**0.3)],
)
def test_work_is_harder_to_find_the_more_seek_it_and_the_fewer_jobs_are_open(
    jobs: float, seekers: float, factor: float
) -> None:
    assert ease(jobs, seekers, 0.4, 0.2, 0.1, 0.3) == pytest.approx(factor - 1)
    assert ease(jobs, seekers, 0.4, 0.2, 0.1, 0.0) == 0.0


def test_the_order_of_households_does_not_matter(place: Place) -> None:
    names, random = village([MIGRANT, HOME, LOCAL, LOCAL, MIGRANT, HOME], [0, 1, 0, 2, 1, 0]), np.random.default_rng(1)
    order = random.permutation(6)
    mixed = {name: values[order] if name in MOVED else np.copy(values) for name, values in names.items()}
    network(names)
    network(mixed)
    assert names["peer_migrants"][order].tobytes() == mixed["peer_migrants"].tobytes()


MOVED = ("hamlet", "peer_migrants", "member_work")


def test_an_empty_village_is_quiet() -> None:
    names = village([HOME, HOME], [0, 0])
    names["member_present"][:] = 0
    network(names)
    assert not names["peer_migrants"].any() and not names["village_vacancies"].any()
