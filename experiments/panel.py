"""Micro data out: one row a household and year of one arm of one run, made by running that arm again.

A run's folder keeps sums, not households. The arm is run anew from its recorded scenario, options and replicate, which
gives the same households to the last fen, and every fourth quarter is written down. Money is yuan a year for the whole
household unless the column says `per_person`; `_real` is at prices of year 0.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from experiments.design import FULL, Options, Replicate, replicates
from experiments.refusal import Refusal
from experiments.request import understand
from simulator.extra import ExtraRule
from simulator.scenario import Scenario
from simulator.simulate import Luck, MacroDraw, World, found, pin_for, simulate
from simulator.villages import STRATA
from simulator.yearly import PARTS

ARMS = ("policy", "null")
LIST_STATES = ("never", "listed", "observation", "exited")
TRAITS = ("size", "labour", "elders", "disabled", "land", "forest", "enterprise", "coop_member", "house", "dropouts")
REGISTER = ("cohort", "dibao", "returned", "entered_for")
# Who could not meet its bills without selling property, spending less or owing beyond its credit.
HARDSHIP = ("distressed",)
ASIDE = ("remittance", "reimbursement", "out_of_pocket", "dibao", "support", "public")
STOCKS = ("savings", "debt", "loan_principal", "equity", "cooperative_share")


@dataclass
class Follower:
    """Writes a world's households down at every fourth quarter and adds up what each kind delivered in the year."""

    years: list[dict[str, np.ndarray]] = field(default_factory=list)

    def look(self, world: World) -> None:
        """The rule that runs at the end of every quarter."""
        if world.now.quarter == 4:
            self.years.append(household_rows(world))
            world.treatments = {}


def household_rows(world: World) -> dict[str, np.ndarray]:
    """The columns of one year, households with persons only, in the order of their keys."""
    households, villages = world.households, world.villages
    there = np.flatnonzero((households.size > 0) & (households.year_persons > 0))
    there = there[np.argsort(households.key[there], kind="stable")]
    home = households.village[there]
    person_years = 0.25 * households.year_persons[there]
    price = world.path.prices[world.now.year]
    states = np.array(LIST_STATES)
    columns: dict[str, np.ndarray] = {
        "key": households.key[there],
        "year": np.full(len(there), world.now.year),
        "village": villages.key[home],
        "county": villages.county[home],
        "stratum": np.array(STRATA)[villages.stratum[home]],
        "weight": villages.stands_for[home],
        "person_years": person_years,
    }
    columns |= {name: getattr(households, name)[there] for name in TRAITS}
    columns["list_state"] = states[households.list_state[there]]
    columns |= {name: getattr(households, name)[there] for name in (*REGISTER, *HARDSHIP)}
    yuan = {part: 0.01 * getattr(households, f"year_{part}")[there] for part in (*PARTS, *ASIDE)}
    true = sum(yuan[part] for part in PARTS) / person_years
    observed = np.where(np.isfinite(households.observed_income[there]), households.observed_income[there], np.nan)
    columns |= yuan
    columns |= {
        "income_per_person": true,
        "income_per_person_real": true / price,
        "observed_income_per_person": observed,
        "observed_income_per_person_real": observed / price,
    }
    columns |= {name: 0.01 * getattr(households, name)[there] for name in STOCKS}
    for kind, (household_fen, village_fen) in sorted((world.treatments or {}).items()):
        columns[f"received_{kind}"] = 0.01 * household_fen[there]
        columns[f"village_received_{kind}"] = 0.01 * village_fen[home]
    return columns


def follow(scenario: Scenario, options: Options, task: Replicate, arm: str) -> list[dict[str, np.ndarray]]:
    """Run an arm of a replicate again and return its years' columns."""
    told = scenario.with_values(task.parameters)
    luck, macro = Luck(task.seed, task.number), MacroDraw(mode=options.macro, normals=task.macro)
    world = found(told, luck, None if options.households == FULL else int(options.households), macro)
    pin = pin_for(arm, world.copy(), told, luck, macro)
    follower = Follower()
    world.treatments = {}
    simulate(world, told, luck, macro, arm, pin, extra_rules=[ExtraRule("panel", follower.look, "end")])
    return follower.years


def write_panel(folder: Path, run: int, arm: str, to: Path) -> int:
    """Write the panel of an arm of run `run` of a finished folder to `to`, CSV or Parquet by its ending; returns the
    number of rows. Raises Refusal for what cannot be done; nothing is half-written."""
    wanted = understand(None, {}, resume=folder)
    tasks = replicates(wanted.loaded, wanted.options)
    faults = []
    if not 0 <= run < len(tasks):
        faults.append((f"--run 在 0 到 {len(tasks) - 1} 之间", f"--run is 0 to {len(tasks) - 1}"))
    if arm not in ARMS:
        faults.append(("--arm 为 policy 或 null", "--arm is policy or null"))
    if to.suffix not in (".csv", ".parquet"):
        faults.append(("--to 的文件名以 .csv 或 .parquet 结尾", "--to ends in .csv or .parquet"))
    if faults:
        raise Refusal(*faults)
    write = write_csv if to.suffix == ".csv" else parquet_writer()
    years = follow(wanted.loaded.scenario, wanted.options, tasks[run], arm)
    table = stacked(years)
    draft = to.with_name(to.name + ".part")
    to.parent.mkdir(parents=True, exist_ok=True)
    write(draft, table)
    os.replace(draft, to)
    return len(table["key"])


def stacked(years: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """One table of all years; what a kind delivered is zero in years before it began."""
    names = list(dict.fromkeys(name for year in years for name in year))
    return {name: np.concatenate([year.get(name, np.zeros(len(year["key"]))) for year in years]) for name in names}


def write_csv(path: Path, table: Mapping[str, np.ndarray]) -> None:
    """UTF-8 with a byte-order mark, so that spreadsheets read it; floats to the fen or six digits."""
    texts = [plain(values) for values in table.values()]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*texts, strict=True))


def plain(values: np.ndarray) -> list[Any]:
    """A column as texts or whole numbers; nothing where there is no number."""
    if values.dtype.kind != "f":
        return list(values.tolist())
    return ["" if np.isnan(value) else f"{value:.6g}" if abs(value) < 1.0 else f"{value:.2f}" for value in values]


def parquet_writer() -> Any:
    """How to write Parquet. Raises Refusal where the extra is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise Refusal(
            ("写 Parquet 需要先装扩展：pip install 'fupin[parquet]'", "Parquet needs: pip install 'fupin[parquet]'")
        ) from None

    def write(path: Path, table: Mapping[str, np.ndarray]) -> None:
        columns = {name: pyarrow.array(values) for name, values in table.items()}
        pyarrow.parquet.write_table(pyarrow.table(columns), path)

    return write
