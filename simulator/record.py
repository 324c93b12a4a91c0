"""The recorder: gathers what a run's `History` is made of while it runs, and packs it at the end. Series are kept by
the quarter, as often as departments report (HN-3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.following import Following
from simulator.history import History
from simulator.indicators import indicator_year
from simulator.measures import (
    COLUMN,
    labour_per_head,
    measure_quarter,
    observed_mean,
    place_sum,
    stratum_mean,
    weighted,
)
from simulator.scenario import Scenario
from simulator.slices import year_slice
from simulator.trail import Trail
from simulator.villages import KEY, STRATA
from simulator.yearly import PARTS, YearSlice, measures_of_period, measures_of_year

if TYPE_CHECKING:
    from simulator.world import World

Series = dict[tuple[str, str], float]
MICRO = ("village", "income_true", "income_register", "size", "labour")


class Recorder:
    """Records year 0 and the years of the programme. The ledger opens with the programme: payments of year 0 are not in
    it. Copies share what was recorded before the branch."""

    def __init__(self) -> None:
        self.dates: list[tuple[int, int]] = []
        self.series: list[Series] = []
        self.years: list[np.ndarray] = []
        self.slices: list[YearSlice] = []
        self.collective: list[tuple[np.ndarray, np.ndarray]] = []
        self.paid: list[dict[int, np.ndarray]] = []
        self.inflow: list[np.ndarray] = []
        self.balance: list[np.ndarray] = []
        self.indicators: list[dict[str, np.ndarray]] = []
        self.micro: dict[str, np.ndarray] = {}
        self.station = np.zeros(3, np.int64)
        self.trail = Trail()
        self.following = Following()

    def copy(self) -> Recorder:
        twin = Recorder()
        for name in ("dates", "series", "years", "slices", "collective", "indicators", "paid", "inflow", "balance"):
            setattr(twin, name, list(getattr(self, name)))
        twin.micro = dict(self.micro)
        twin.station = self.station.copy()
        twin.trail = self.trail.copy()
        twin.following = self.following.copy()
        return twin

    def quarter(self, world: World) -> None:
        """Record the quarter that has just run; after a fourth quarter the year too."""
        now, accounts = world.now, world.accounts
        in_ledger = now.year > world.path.year0
        self.dates.append((now.year, now.quarter))
        self.paid.append({line: accounts.paid[line].copy() for line in range(len(accounts.lines)) if in_ledger})
        self.inflow.append(accounts.inflow * in_ledger)
        self.balance.append(accounts.balance.copy())
        self.trail.quarter(world)
        sums, poor = measure_quarter({**world.names, "quarter_line": 25.0 * self.relative_line(world)})
        rural, cohort, listed, dibao, rural_income, cohort_income = sums
        values: Series = {
            ("income_quarter_pc", "rural"): 0.01 * rural_income / rural,
            ("income_quarter_pc", "cohort"): 0.01 * cohort_income / cohort if cohort else np.nan,
            ("listed_share", "rural"): listed / rural,
            ("dibao_share", "rural"): dibao / rural,
        }
        for who, persons, row in (("rural", rural, poor[0]), ("cohort", cohort, poor[1])):
            for measure, value in zip(("fgt0", "fgt1", "fgt2", "watts"), row, strict=True):
                values[f"{measure}_quarter", who] = float(value) / persons if persons else np.nan
        villages = world.villages
        of_key = np.where(villages.stratum == KEY, villages.station_kept, 0)
        self.station += [
            int(place_sum(fen, villages)) for fen in (villages.station_revenue, villages.station_payout, of_key)
        ]
        if now.quarter == 4:
            self.year(world, values)
        self.series.append(values)

    def relative_line(self, world: World) -> float:
        """The relative poverty line of the year on the macro path, yuan a person."""
        return float(world.names["poverty_line_share"]) * world.path.rural_mean[world.now.year]

    def year(self, world: World, values: Series) -> None:
        """Record the year's sums by village and its yearly measures."""
        villages, households = world.villages, world.households
        self.years.append(world.year_sums)
        self.indicators.append(indicator_year(world))
        self.collective.append((0.01 * villages.year_total, 0.01 * villages.year_operating))
        totals = weighted(world.year_sums, villages)
        price = world.path.prices[world.now.year]
        values["cpi", "rural"] = price
        for who, population in (
            ("cohort", "cohort"),
            ("list_before", "before"),
            ("list_after", "after"),
            ("rural", "rural"),
        ):
            persons = totals[f"persons_{population}"]
            values["income_pc", who] = totals[f"income_{population}"] / persons if persons else np.nan
        values["income_pc_real", "cohort"] = values["income_pc", "cohort"] / price
        for cause in ("income", "illness", "disaster"):
            values[f"entries_{cause}", "list"] = totals[f"entries_{cause}"]
        values["exited_below_line", "list"] = totals["exited_below_line"]
        values["unsafe_houses", "list_before"] = totals["unsafe_houses_before"]
        for who in ("cohort", "rural"):
            for part in ("wage", "business", "property", "transfer"):
                persons = totals[f"persons_{who}"]
                values[f"{part}_pc", who] = totals[f"{part}_{who}"] / persons if persons else np.nan
        values["poor_share_true", "rural"] = totals["persons_below_line"] / totals["persons_rural"]
        values["observed_income_pc", "list_before"] = observed_mean(households, villages)
        mean = totals["income_rural"] / totals["persons_rural"]
        lines = {"relative": world.names["poverty_line_share"] * mean}
        if np.isfinite(world.names["absolute_real_threshold"]):
            lines["absolute"] = world.names["absolute_real_threshold"]
        accounting = bool(world.names["register_accounting"])
        piece = year_slice(world.now.year, world.names, households, lines)
        self.slices.append(piece)
        self.following.year(world, piece)
        values |= measures_of_year(piece)
        everybody = np.ones(households.length, np.int64)
        for who, chosen in (("rural", everybody), ("cohort", households.cohort)):
            values["labour_per_head", who] = labour_per_head(households, villages, chosen)
        for row, stratum in enumerate(STRATA):
            values["collective_income", stratum] = stratum_mean(self.collective[-1][0], villages, row)
        listed = np.flatnonzero((households.reviewed == 1) & (households.year_persons > 0) & (households.size > 0))
        person_years = 0.25 * households.year_persons[listed]
        register = sum(getattr(households, f"year_{part}")[listed] for part in PARTS)
        reimbursed = households.year_reimbursement[listed]
        true = register - (reimbursed if accounting else 0)
        deducted = np.floor(world.names["medical_deduction"] * households.year_out_of_pocket[listed] + 0.5)
        net = register - reimbursed - deducted
        columns = (
            households.village[listed].astype(np.int64),
            0.01 * true / person_years,
            0.01 * net / person_years,
            households.size[listed],
            households.labour[listed],
        )
        self.micro = dict(zip(MICRO, columns, strict=True))

    def history(self, world: World, scenario: Scenario) -> History:
        """Pack what was recorded."""
        lines, villages = tuple(world.accounts.lines), world.villages
        self.series[-1] = self.series[-1] | measures_of_period(self.slices)
        ledger = np.zeros((len(self.dates), len(lines), len(STRATA)), np.int64)
        for quarter, paid in enumerate(self.paid):
            for line, fen in paid.items():
                ledger[quarter, line] = fen
        names = sorted({name for values in self.series for name in values})
        sums = np.stack(self.years)
        village_year = {name: sums[:, :, position].copy() for name, position in COLUMN.items()}
        village_year["collective_total"] = np.stack([total for total, _ in self.collective])
        village_year["collective_operating"] = np.stack([operating for _, operating in self.collective])
        village_year |= {name: np.stack([year[name] for year in self.indicators]) for name in self.indicators[-1]}
        village_year |= self.trail.village_year() | self.following.village_year()
        years = range(scenario.year0, scenario.last_year + 1)
        pin = np.array([world.pin.factors[year] for year in years])
        expected = {year: mean * world.pin.stress.get(year, 1.0) for year, mean in world.path.rural_mean.items()}
        residual = [world.realised_mean[year] / expected[year] - 1.0 for year in years]
        reference = [world.path.reference_mean[year] * world.pin.stress.get(year, 1.0) for year in years]
        revenue, payout, kept = (0.01 * float(fen) for fen in self.station)
        return History(
            quarters=np.array(self.dates, np.int64),
            years=np.array(years),
            series={name: np.array([values.get(name, np.nan) for values in self.series]) for name in names},
            ledger_lines=lines,
            ledger=ledger,
            funds=tuple(fund.name for fund in world.accounts.funds),
            inflow=np.stack(self.inflow),
            balance=np.stack(self.balance),
            village_year=village_year,
            stratum=villages.stratum.copy(),
            stands_for=villages.stands_for.copy(),
            county=villages.county.copy(),
            supported=world.counties.supported[villages.county].astype(np.int64),
            pin=pin,
            pin_residual=np.array(residual),
            reference_mean=np.array(reference),
            luck=(world.luck.seed, world.luck.replicate),
            micro=self.micro,
            facts={
                "baseline_listed_households": float(world.baseline_listed),
                **self.trail.facts(scenario, villages),
                "station_revenue_yuan": revenue,
                "station_to_households_yuan": payout,
                "station_to_collective_yuan": kept,
                "sampled_households": float(np.count_nonzero(world.households.size)),
                "refused_splits": float(world.refused_splits[0]),
                "list_share_year0": self.series[3]["listed_share", "rural"],
            },
            stated=dict(scenario.stated or scenario.values),
            **self.trail.ledger(lines),
        )
