"""What an auditor will ask of a run, kept while it runs: the ledger beyond what was paid, and the state of every
village's projects at the year's end. Villages are unweighted here, yuan and counts; `stands_for` enters when they are
judged.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from simulator.history import LedgerLine
from simulator.interventions.equity_dividends import at_work
from simulator.measures import place_sum
from simulator.scenario import Scenario
from simulator.villages import OTHER, STRATA, Villages

if TYPE_CHECKING:
    from simulator.world import World

BOOKS = ("committed", "leaked", "returned")
PROJECTS = ("cooperative", "asset_project", "station", "collective")


def fingerprint(scenario: Scenario) -> str:
    """Hash of all numbers, choices, series, targets and indicators: what nobody may edit in a run (FS-23)."""
    digest = hashlib.sha256()
    series = {path: sorted(yearly.items()) for path, yearly in scenario.series.items()}
    for part in (scenario.values, scenario.switches, series):
        digest.update(repr(sorted(part.items())).encode())
    digest.update(repr((scenario.targets, scenario.indicators, scenario.constraints)).encode())
    return digest.hexdigest()


class Trail:
    """Records the quarters of a run for its audit. Copies share what was recorded before the branch."""

    def __init__(self) -> None:
        self.books: list[dict[str, np.ndarray]] = []
        self.years: list[dict[str, np.ndarray]] = []
        self.dark = np.zeros(0, np.bool_)
        self.poverty_use = 0
        self.standards = ""

    def copy(self) -> Trail:
        """An independent trail with the same entries."""
        twin = Trail()
        twin.books, twin.years = list(self.books), list(self.years)
        twin.dark, twin.poverty_use, twin.standards = self.dark.copy(), self.poverty_use, self.standards
        return twin

    def quarter(self, world: World) -> None:
        """Keep the quarter that has just run; after a fourth quarter the year too."""
        in_ledger = world.now.year > world.path.year0
        self.books.append({name: getattr(world.accounts, name) * in_ledger for name in BOOKS})
        villages = world.villages
        dark = (villages.station_kw > 0) & (villages.station_output <= 0)
        self.dark = dark if len(self.dark) != len(dark) else self.dark | dark
        self.poverty_use += poverty_use(villages)
        if world.now.quarter == 4:
            self.years.append(village_state(world, self.dark))
            self.dark = np.zeros(0, np.bool_)

    def ledger(self, lines: tuple[LedgerLine, ...]) -> dict[str, np.ndarray]:
        """The books of all quarters: (Q, L, 3) for what has a village group, (Q, L) for what was returned."""
        held: dict[str, np.ndarray] = {}
        for name in BOOKS:
            shape = (len(self.books), len(lines), len(STRATA))[: 2 if name == "returned" else 3]
            held[name] = np.zeros(shape, np.int64)
            for quarter, books in enumerate(self.books):
                held[name][quarter, : len(books[name])] = books[name]
        return held

    def village_year(self) -> dict[str, np.ndarray]:
        """The state of the projects by year and village: name -> (Y, V) float64."""
        names = self.years[0] if self.years else ()
        return {name: np.stack([year[name] for year in self.years]).astype(np.float64) for name in names}

    def facts(self, scenario: Scenario, villages: Villages) -> dict[str, float]:
        """Single figures of the whole period, for the whole place; projects as they stand at the end."""
        facts = {"station_poverty_use_yuan": 0.01 * self.poverty_use}
        if self.years:
            last = self.years[-1]
            facts["overfunded_projects"] = place_sum((last["over_capacity"] > 0).astype(np.int64), villages)
            facts["overfunded_yuan"] = place_sum(last["over_capacity"], villages)
            for project in PROJECTS:
                counts = last[f"sources_{project}"]
                facts[f"{project}_one_source"] = place_sum((counts == 1).astype(np.int64), villages)
                facts[f"{project}_several_sources"] = place_sum((counts > 1).astype(np.int64), villages)
                facts[f"{project}_most_sources"] = float(counts.max())
        if self.standards:
            facts["standards_kept"] = float(self.standards == fingerprint(scenario))
        return facts


def poverty_use(villages: Villages) -> int:
    """Fen of station revenue put to poverty use this quarter: shared out, set aside for sharing, or kept by the
    collective of a poor village."""
    kept_elsewhere = np.where(villages.stratum == OTHER, villages.station_kept, 0)
    revenue = np.where(villages.station_kw > 0, villages.station_revenue, 0)
    return int(place_sum(revenue - villages.station_firm - kept_elsewhere, villages))


def village_state(world: World, dark: np.ndarray) -> dict[str, np.ndarray]:
    """What an auditor sees of each village's projects at the year's end."""
    villages, cooperatives, households = world.villages, world.cooperatives, world.households
    working = (households.list_state == 1) & (households.size > 0) & (households.labour > 0.0)
    linked = at_work(
        *(households.cooperative_share, households.coop_member, households.loans_taken, households.start_granted),
        *(households.led, households.places, households.trained_quarters, households.helped_quarters),
    )
    only_dividends = working & (households.equity > 0) & ~linked
    excess = 0.01 * cooperatives.capital - cooperatives.capacity
    state = {
        "dividend_only": np.bincount(households.village[only_dividends], minlength=villages.length),
        "over_capacity": np.where(cooperatives.capital > 0, np.maximum(excess, 0.0), 0.0),
        "dividend_arrears": 0.01 * (cooperatives.arrears + cooperatives.project_arrears),
        "unsold": villages.unsold.copy(),
        "stations": (villages.station_kw > 0).astype(np.int64),
        "stations_dark": dark.astype(np.int64),
        "collective_assets": 0.01 * villages.assets,
    }
    for project in PROJECTS:
        funds = world.accounts.sources.get(project, np.zeros(villages.length, np.int64))
        state[f"sources_{project}"] = np.array([int(bits).bit_count() for bits in funds])
    return state
