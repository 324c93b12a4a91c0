"""The state of a run: the tables, where households and villages begin in them, the accounts, and the clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulator.accounts import Accounts
from simulator.calendar import Quarter, quarterly_hazard
from simulator.columns import Table
from simulator.cooperatives import Cooperatives
from simulator.counties import Counties
from simulator.extra import ExtraRule, own_columns, own_numbers
from simulator.households import Households
from simulator.indicators import Tracked
from simulator.interventions import KINDS
from simulator.macro import MacroPath, Pin
from simulator.members import Members
from simulator.processes.cooperatives import LINKAGES
from simulator.processes.demography import mortality_by_age
from simulator.processes.enterprise import start_hazard
from simulator.processes.productivity import log_variance, mean_correction
from simulator.processes.spending import thirds
from simulator.record import Recorder
from simulator.scenario import Scenario
from simulator.villages import Villages

# The switch of a process stands under this path and its name: on or off.
PROCESS_SWITCH = "model.process_"


@dataclass(frozen=True)
class Luck:
    """The key of all draws of a run: two numbers below 2**32. A replicate is new luck under the same seed."""

    seed: int
    replicate: int


@dataclass
class World:
    """Everything that changes in a run.

    `roster_start` (N + 1,) and `village_start` (V + 1,) are offsets: household i's members are rows
    roster_start[i] to roster_start[i + 1], village v's households rows village_start[v] to village_start[v + 1]. A row
    whose key is 0 is spare: a new household takes it, and `refused_splits` counts those that found none.
    `names` are the columns and numbers under which rules find them; `extra_rules` are a researcher's own and
    `extra_tables` their columns, row by row beside the table they extend; `seconds`, when set, gathers the time of each
    rule, `treatments`, when set, what each kind has delivered (fen by household, fen by village).
    """

    households: Households
    members: Members
    villages: Villages
    counties: Counties
    cooperatives: Cooperatives
    roster_start: np.ndarray
    village_start: np.ndarray
    accounts: Accounts
    luck: Luck
    path: MacroPath
    pin: Pin
    now: Quarter
    province_key: np.uint64
    realised_mean: dict[int, float] = field(default_factory=dict)
    list_shares: list[float] = field(default_factory=list)
    baseline_listed: int = 0
    county_quota: np.ndarray = field(default_factory=lambda: np.zeros(0))
    supported_rows: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    reached: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    opening: dict[str, np.ndarray] = field(default_factory=dict)
    year_sums: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    refused_splits: np.ndarray = field(default_factory=lambda: np.zeros(1, np.int64))
    recorder: Recorder = field(default_factory=Recorder)
    names: dict[str, Any] = field(default_factory=dict)
    indicators: tuple[Tracked, ...] = ()
    extra_rules: tuple[ExtraRule, ...] = ()
    extra_tables: tuple[Table, ...] = ()
    seconds: dict[str, float] | None = None
    treatments: dict[str, tuple[np.ndarray, np.ndarray]] | None = None
    take_up_luck: dict[int, np.ndarray] = field(default_factory=dict)

    def tables(self) -> tuple[Any, ...]:
        return (self.households, self.members, self.villages, self.counties, self.cooperatives, *self.extra_tables)

    def luck_of_take_up(self, kind: int) -> np.ndarray:
        """The lasting uniforms (N,) with which households take a kind up, as far as drawn so far; zero elsewhere."""
        if kind not in self.take_up_luck:
            self.take_up_luck[kind] = np.zeros(self.households.length)
        return self.take_up_luck[kind]

    def forget_luck_of_take_up(self, rows: np.ndarray) -> None:
        """Have it drawn again for rows that changed hands when families divided and joined."""
        for luck in self.take_up_luck.values():
            luck[rows] = 0.0

    def bind(self, scenario: Scenario) -> None:
        """Put every column and number under its name. Raises ValueError if two share one."""
        columns = [table.bindings() for table in self.tables()]
        numbers = parameter_names(scenario)
        fixed = {
            "roster_start": self.roster_start,
            "village_start": self.village_start,
            "province_key": self.province_key,
            "refused_splits": self.refused_splits,
            "seed": self.luck.seed,
            "replicate": self.luck.replicate,
            "own_columns": own_columns(self.extra_tables),
        }
        bound = (*columns, numbers, fixed, own_numbers(self.extra_rules))
        named = Counter(name for table in bound for name in table)
        twice = sorted(name for name, count in named.items() if count > 1)
        if twice:
            raise ValueError(f"declared twice: {', '.join(twice)}")
        self.names = {name: value for table in bound for name, value in table.items()}
        if self.seconds is not None:
            self.names["seconds"] = self.seconds

    def copy(self) -> World:
        """An independent world in the same state; bind it to a scenario before use."""
        return World(
            households=self.households.copy(),
            members=self.members.copy(),
            villages=self.villages.copy(),
            counties=self.counties.copy(),
            cooperatives=self.cooperatives.copy(),
            roster_start=self.roster_start,
            village_start=self.village_start,
            accounts=self.accounts.copy(),
            luck=self.luck,
            path=self.path,
            pin=self.pin.copy(),
            now=self.now,
            province_key=self.province_key,
            realised_mean=dict(self.realised_mean),
            list_shares=list(self.list_shares),
            baseline_listed=self.baseline_listed,
            county_quota=self.county_quota.copy(),
            supported_rows=self.supported_rows.copy(),
            refused_splits=self.refused_splits.copy(),
            recorder=self.recorder.copy(),
            indicators=self.indicators,
            extra_rules=self.extra_rules,
            extra_tables=tuple(table.copy() for table in self.extra_tables),
            seconds=self.seconds,
        )


def parameter_names(scenario: Scenario) -> dict[str, Any]:
    """The numbers rules may ask for: behavioural and place parameters by their own name, the terms of each kind as
    kind_term, and what follows from them once a run (hazards of a quarter, tables by age and education)."""
    numbers: dict[str, Any] = {**scenario.under("model"), **scenario.under("place")}
    for entry in scenario.interventions:
        for kind, terms in KINDS[entry.kind].rests_on.items():
            held = scenario.under(f"programme.interventions.{kind}")
            numbers |= {f"{kind}_{term}": held[term] for term in terms if term in held}
        for term, value in scenario.under(f"programme.interventions.{entry.kind}").items():
            numbers[f"{entry.kind}_{term}"] = value
    variance = log_variance(numbers)
    numbers["wage_correction"] = mean_correction(numbers["loading_wage"], variance)
    numbers["business_correction"] = mean_correction(numbers["loading_business"], variance)
    numbers["mortality"] = mortality_by_age(numbers["mortality_base"], numbers["mortality_slope"])
    numbers["education_factor"] = np.exp(numbers["education_premium"] * (np.arange(5) - 2.0))
    for name in ("serious_hazard_adult", "serious_hazard_elder", "disaster_hazard"):
        numbers[name] = quarterly_hazard(numbers[name])
    numbers["rise_of_rate"] = 1 if scenario.switches["model.reimbursement_rise"] == "relative" else 0
    numbers["serious_quarters"] = int(numbers["serious_quarters"])
    numbers["pension_age"] = int(numbers["pension_age"])
    numbers["random_selection"] = 1 if scenario.switches["place.selection"] == "random" else 0
    numbers["observation_reviews"] = round(numbers["observation_quarters"] / 4)
    numbers["dibao_listed"] = 1 if scenario.switches["place.dibao_on_list"] == "on" else 0
    numbers["support_in_observation"] = 1 if scenario.switches["place.support_in_observation"] == "on" else 0
    numbers["support_after_exit"] = 1 if scenario.switches["model.support_after_exit"] == "on" else 0
    numbers["linkage"] = LINKAGES.index(scenario.switches["model.cooperative_linkage"])
    numbers["off"] = frozenset(
        path.removeprefix(PROCESS_SWITCH)
        for path, choice in scenario.switches.items()
        if path.startswith(PROCESS_SWITCH) and choice == "off"
    )
    if "contributions" in numbers["off"]:
        # Nothing is due, so there is nothing that anybody could pay for the household either.
        numbers["pension_contribution"], numbers["medical_premium"] = 0.0, 0.0
    numbers["loan_by_firm"] = 1 if scenario.switches["model.loan_use"] == "firm" else 0
    numbers["assets_poor"], numbers["assets_rich"] = thirds(numbers["assets_sd"])
    numbers["business_start_hazard"] = start_hazard(numbers)
    numbers["register_accounting"] = 1 if scenario.switches["model.accounting"] == "register" else 0
    return numbers
