"""The list gets better by itself: its growth without policy, year by year from the year it was drawn up (6.1)."""

from __future__ import annotations

import numpy as np

from proofs.arms import MACRO, arm, columns, on_list, same, zhejiang
from proofs.proof import Found
from simulator.calendar import quarters_of
from simulator.macro import first_simulated_year
from simulator.population import found_world
from simulator.quarter import close_books, run_quarter
from simulator.scenario import Scenario
from simulator.simulate import Luck, mark_baseline

SETTINGS = {
    "central": {},
    "little transitory": {"model.sd_transitory_shock": 0.10},
    "much transitory": {"model.sd_transitory_shock": 0.35},
    "observed without error": {"place.observation_sd": 0.0, "place.observation_bias": 0.0},
    "observed badly": {"place.observation_sd": 0.60},
    "community looks at income": {"model.community_weight": 0.9},
    "community looks at need": {"model.community_weight": 0.3},
}
LINE = 0.40
FOLLOWED = 4


def prove(quick: bool) -> Found:
    """Growth of the mean of a list drawn on income observed in year -1 below 40 % of the mean, of the register's own
    list, of those who entered it in the first year of the programme (the community weighs in their queue alone, for
    before that year no quota binds), and of everybody."""
    households, replicates = (4_000, 1) if quick else (20_000, 8)
    numbers: dict[str, object] = {"households": households, "replicates": replicates}
    growth = {}
    for name, values in SETTINGS.items():
        scenario = zhejiang().with_values(values)
        tables = [growth_by_year(scenario, Luck(21, number), households) for number in range(replicates)]
        growth[name] = {who: np.mean([table[who] for table in tables], axis=0) for who in tables[0]}
        for who, path in growth[name].items():
            numbers[f"{name}, {who}"] = [float(value) for value in path]
    excess = {name: paths["drawn on income"] - paths["everybody"] for name, paths in growth.items()}
    checks = {f"{name}: the first year jumps most": bool(path.argmax() == 0) for name, path in excess.items()}
    checks |= {f"{name}: a jump without policy": bool(path[0] > 0.0) for name, path in excess.items()}
    checks["more transitory luck, larger jump"] = bool(excess["much transitory"][0] > excess["little transitory"][0])
    checks["from the third year on less than half of the jump"] = all(
        abs(excess_of[3:].mean()) < 0.5 * excess_of[0] for excess_of in excess.values()
    )
    return Found(checks, numbers)


def growth_by_year(scenario: Scenario, luck: Luck, households: int) -> dict[str, np.ndarray]:
    """Growth from year -1 to 0, 0 to 1, ... of mean income a person, by group; those who entered at the first review of
    the programme's years from their entry on."""
    world = found_world(scenario, luck, households, MACRO)
    years = []
    for now in quarters_of(first_simulated_year(scenario), scenario.year0):
        run_quarter(world, scenario)
        if now.quarter == 4 and now.year >= scenario.year0 - 1:
            years.append(columns(world))
        if now.quarter == 4 and now.year == scenario.year0:
            world.recorder.quarter(world)
        close_books(world)
    mark_baseline(world, scenario)
    diary, _ = arm(world, scenario, luck)
    years += [diary.years[year] for year in sorted(diary.years)][:FOLLOWED]
    first = years[0]
    mean = float(np.average(first["income"][first["there"]], weights=first["weight"][first["there"]]))
    drawn = first["there"] & (first["observed_income"] < LINE * mean)
    register = first["there"] & on_list(first["list_state"])
    entered = on_list(years[2]["list_state"]) & ~on_list(years[1]["list_state"]) & same(years[1], years[2])
    return {
        "drawn on income": path(years, drawn),
        "register": path(years, register),
        "everybody": path(years, first["there"]),
        "entered in the first year": path(years[2:], entered),
    }


def path(years: list[dict[str, np.ndarray]], chosen: np.ndarray) -> np.ndarray:
    """Growth of the mean of the households chosen, there in all years (T - 1,)."""
    rows = chosen & same(*years)
    weight = years[0]["weight"][rows]
    means = np.array([np.average(year["income"][rows], weights=weight) for year in years])
    return means[1:] / means[:-1] - 1.0
