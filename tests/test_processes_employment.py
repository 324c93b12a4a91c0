"""Work found and lost, and wages."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.processes.employment import earnings, employment
from simulator.scenario import Scenario
from tests import twins, twins_work
from tests.twins import HOME, IDLE, LOCAL, MIGRANT, POST, WORKSHOP

Place = Callable[[int], dict[str, Any]]
MEMBERS = 40_000


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("moved", [{}, {"pandemic_homecoming": 0.3, "migration_wage": 3.0, "migration_peers": 1.5}])
def test_employment(place: Place, seed: int, moved: dict[str, float]) -> None:
    names = place(seed) | {"finding": 0.2, "separation_local": 0.3, "separation_migrant": 0.4, **moved}
    expected = twins_work.employment(names)
    assert (expected["member_work"] != names["member_work"]).sum() > 5
    twins.agree(employment, expected, names)


@pytest.mark.parametrize("seed", range(4))
def test_earnings(place: Place, seed: int) -> None:
    names = place(seed)
    names["wage_work"][:] = 0
    expected = twins.earnings(names)
    assert (expected["wage_work"] > 0).sum() > 10
    twins.agree(earnings, expected, names, fen=1)


def crowd(scenario: Scenario, state: int, capacity: float = 1.0, age: int = 30) -> dict[str, Any]:
    """Many members alike, with luck, in one household of a village where nothing is unusual."""
    random = np.random.default_rng(state)
    wages = scenario.under("place")
    at_rest = ("peer_migrants", "access", "effort", "village_vacancies", "village_infrastructure")
    return {
        **scenario.under("model"),
        **wages,
        **{name: np.zeros(1) for name in at_rest},
        "village": np.zeros(1, np.int32),
        "size": np.array([MEMBERS]),
        "roster_start": np.array([0, MEMBERS]),
        "roster_used": np.array([MEMBERS]),
        "care_needed": np.zeros(1, np.int64),
        "village_remoteness": np.full(1, 0.5),
        "wage_local": 2.0 * wages["wage_local_month"] * wages["months_local"],
        "wage_migrant": 2.0 * wages["wage_migrant_month"] * wages["months_migrant"],
        "pandemic_homecoming": 0.0,
        "member_search_help": np.zeros(MEMBERS),
        "member_present": np.ones(MEMBERS, np.int8),
        "member_capacity": np.full(MEMBERS, capacity),
        "member_age": np.full(MEMBERS, age),
        "member_attached": np.ones(MEMBERS, np.int8),
        "member_work": np.full(MEMBERS, state, np.int8),
        "member_luck_job": random.uniform(size=MEMBERS),
        "member_luck_route": random.uniform(size=MEMBERS),
    }


def shares(names: dict[str, Any]) -> dict[int, float]:
    """Share of members in each state after a quarter."""
    employment(names)
    return {state: float((names["member_work"] == state).mean()) for state in range(6)}


def near(share: float) -> Any:
    """Within four standard errors of a share."""
    return pytest.approx(share, abs=4 * math.sqrt(max(share * (1 - share), 1e-9) / MEMBERS))


def test_transitions_come_as_often_as_their_hazards(scenario: Scenario) -> None:
    p = scenario.under("model")
    after = shares(crowd(scenario, HOME))
    assert after[MIGRANT] == near(p["finding"] * p["migrant_share"])
    assert after[LOCAL] == near(p["finding"] * (1 - p["migrant_share"]))
    assert after[HOME] == near(1 - p["finding"])
    assert shares(crowd(scenario, LOCAL))[HOME] == near(p["separation_local"])
    assert shares(crowd(scenario, MIGRANT))[HOME] == near(p["separation_migrant"])
    for state in (POST, WORKSHOP):
        assert shares(crowd(scenario, state))[state] == near(1 - p["finding"] * p["search_from_post"])
    partial = shares(crowd(scenario, HOME, capacity=0.5))
    assert partial[LOCAL] == near(p["finding"] * p["finding_partial"])
    assert partial[MIGRANT] == 0.0
    detached = crowd(scenario, HOME) | {"member_attached": np.zeros(MEMBERS, np.int8)}
    assert shares(detached)[HOME] == near(1 - p["finding"] * p["finding_detached"])


def test_what_eases_finding_work_and_where_it_leads(scenario: Scenario) -> None:
    """The hazard and the route move in closed form with openings, roads, access, peers, care, distance and wages."""
    p = scenario.under("model")
    f, m = p["finding"], p["migrant_share"]

    def after(**changed: Any) -> dict[int, float]:
        return shares(crowd(scenario, HOME) | changed)

    def moved(log_odds: float) -> float:
        return m * math.exp(log_odds) / (m * math.exp(log_odds) + 1 - m)

    one = np.ones(1)
    for easier, local in (
        ({"village_vacancies": -0.4 * one}, 0.6),
        ({"access": 0.5 * one}, 1.5),
        ({"village_infrastructure": 0.5 * one}, 1 + 0.5 * p["commute_effect"]),
    ):
        assert after(**easier)[LOCAL] == near(f * (1 - m) * local)
        assert after(**easier)[MIGRANT] == near(f * m)
    for pulled, log_odds in (
        ({"peer_migrants": 0.4 * one}, 0.4 * p["migration_peers"]),
        ({"care_needed": np.array([2])}, -2 * p["migration_care"]),
        ({"village_remoteness": np.ones(1)}, -0.5 * p["migration_remoteness"]),
        ({"wage_migrant": 100_000.0, "wage_local": 50_000.0}, None),
    ):
        if log_odds is None:
            usual = scenario.under("place")
            ratio = usual["wage_migrant_month"] * usual["months_migrant"]
            ratio /= usual["wage_local_month"] * usual["months_local"]
            log_odds = p["migration_wage"] * math.log(2 / ratio)
        assert after(**pulled)[MIGRANT] == near(f * moved(log_odds))
        assert after(**pulled)[HOME] == near(1 - f)


def test_help_with_the_search_adds_less_than_it_gives_because_some_would_have_found_work(scenario: Scenario) -> None:
    p = scenario.under("model")
    helped = crowd(scenario, HOME, age=55) | {"member_search_help": np.full(MEMBERS, 0.3)}
    found = shares(helped)[LOCAL]
    assert found == near(p["finding"] + 0.3 - 0.3 * p["finding"])
    assert found - p["finding"] == near(0.3 * (1 - p["finding"]))


def test_effort_makes_the_discouraged_look_for_work(scenario: Scenario) -> None:
    p = scenario.under("model")
    idle = crowd(scenario, HOME) | {"member_attached": np.zeros(MEMBERS, np.int8), "effort": np.full(1, 0.5)}
    assert shares(idle)[HOME] == near(1 - p["finding"] * (p["finding_detached"] + 1) / 2)


def test_migrants_come_home_in_the_pandemic(scenario: Scenario) -> None:
    p = scenario.under("model")
    assert shares(crowd(scenario, MIGRANT) | {"pandemic_homecoming": 0.1})[HOME] == near(p["separation_migrant"] + 0.1)
    assert shares(crowd(scenario, LOCAL) | {"pandemic_homecoming": 0.1})[HOME] == near(p["separation_local"])


def test_from_fifty_work_is_found_near_home(scenario: Scenario) -> None:
    assert shares(crowd(scenario, HOME, age=50))[MIGRANT] == 0.0
    assert shares(crowd(scenario, HOME, age=49))[MIGRANT] > 0.0


@pytest.mark.parametrize("state", [IDLE, LOCAL, MIGRANT, HOME])
def test_without_capacity_no_work_is_found_or_paid(place: Place, scenario: Scenario, state: int) -> None:
    names = crowd(scenario, state, capacity=0.0)
    assert shares(names)[state] == 1.0
    paid = place(0)
    paid["member_capacity"][:], paid["wage_work"][:], paid["member_work"][:] = 0.0, 0, state
    earnings(paid)
    assert not paid["wage_work"].any()
    assert not paid["home_labour"].any()


def test_over_years_finding_and_losing_balance(scenario: Scenario) -> None:
    names = crowd(scenario, HOME, age=55)
    random = np.random.default_rng(9)
    for _ in range(120):
        names["member_luck_job"] = random.uniform(size=MEMBERS)
        employment(names)
    p = scenario.under("model")
    assert (names["member_work"] == LOCAL).mean() == near(p["finding"] / (p["finding"] + p["separation_local"]))


def test_the_wage_of_a_mean_worker(place: Place) -> None:
    """A full local worker with junior secondary schooling and mean productivity earns the level of the season; training
    and a level of schooling add their premiums; a post leaves the rest of the time for the home."""
    names = place(0) | {"season_wage": 0.25, "wage_local": 30_000.0, "post_displacement": 0.3}
    names["education_factor"] = np.exp(names["education_premium"] * (np.arange(5) - 2.0))
    names["wage_factor"][:], names["wage_work"][:], names["member_present"][:] = 1.0, 0, 0
    one = names["roster_start"][:4]
    names["member_present"][one], names["member_capacity"][one] = 1, 1.0
    names["member_education"][one], names["member_premium"][one] = [2, 3, 2, 2], [0.0, 0.0, 0.1, 0.0]
    names["member_work"][one] = [LOCAL, LOCAL, LOCAL, POST]
    earnings(names)
    factors = [1.0, math.exp(names["education_premium"]), math.exp(0.1), 0.0]
    assert names["wage_work"][:4].tolist() == pytest.approx([750_000 * factor for factor in factors], abs=1)
    assert names["home_labour"][:4].tolist() == [0.0, 0.0, 0.0, pytest.approx(0.7)]
