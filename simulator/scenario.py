"""What a run is told: plain numbers by path, named choices, yearly series, and the structure of a programme.

Built by `scenarios.load` from YAML files; the simulator itself reads no file. Every number is reached by its path
(`model.sd_ability`, `place.villages_key`, `programme.interventions.training.cost_per_slot`), so that a draw of
parameters is a dictionary and a new `Scenario` shares everything else with the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property


@dataclass(frozen=True)
class Fund:
    """A public purse.

    `uses` are the only purposes it may pay for; `role` is `standing` (present in every arm, an entitlement whose
    budget is appropriated as it falls due), `programme` (absent from the null arm, a fixed budget a year) or `private`
    (donations and paired assistance: absent from the null arm, `yuan_per_year` whatever the budget).
    Its terms stand under `programme.funds.<name>.<term>`.
    """

    name: str
    role: str
    uses: tuple[str, ...]
    clause: str = ""
    title_zh: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Intervention:
    """One line of a programme: a kind of intervention with its fund, use and dates.

    `kind` is the stem of a file in `simulator/interventions/`; `start` and `end` are quarters `(year, quarter)`,
    both inclusive; `mechanism` False keeps the cost and switches the effect off; `also` names further funds that pay
    when the first is empty. Its terms stand under `programme.interventions.<kind>.<term>`.
    """

    kind: str
    role: str
    fund: str
    use: str
    start: tuple[int, int]
    end: tuple[int, int]
    clauses: tuple[str, ...] = ()
    mechanism: bool = True
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A target of the document. `id` names its evaluator in `simulator/targets/`; its terms stand under
    `programme.targets.<id>.<term>`; `year` is the date it falls due."""

    id: str
    year: int
    default_reading: str
    clause: str = ""
    title_zh: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Indicator:
    """A state beside income that the document asks for, with its date and, unless it is derived from what other
    processes do, its own money.

    `name` is one of `simulator.indicators.STATES`; `of` says whose state it is, `among` which villages count (`key`,
    `weak`: these and the other weak ones, `all`). From the quarter `start` on it is paid for out of `fund` and booked
    under `use`. It is judged at the end of `year`. Its terms stand under `programme.indicators.<name>.<term>`.
    """

    name: str
    of: str
    year: int
    clause: str = ""
    clauses: tuple[str, ...] = ()
    among: str = "key"
    fund: str = ""
    use: str = ""
    start: tuple[int, int] = (0, 1)
    title_zh: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Scenario:
    """Everything a run is told, but for its luck and the arm. `clauses` are all clause codes the programme cites;
    `stated` keeps the numbers as loaded, which a draw does not change (C-PV2 judges the stated design hours)."""

    name: str
    place: str
    year0: int
    burn_in_years: int
    first_year: int
    last_year: int
    values: Mapping[str, float]
    switches: Mapping[str, str]
    series: Mapping[str, Mapping[int, float]]
    funds: tuple[Fund, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    targets: tuple[Target, ...] = ()
    constraints: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    clauses: frozenset[str] = field(default_factory=frozenset)
    stated: Mapping[str, float] = field(default_factory=dict)

    def with_values(self, changes: Mapping[str, float]) -> Scenario:
        """The same scenario with some numbers replaced. Raises KeyError for a path the scenario does not have."""
        unknown = sorted(set(changes) - set(self.values))
        if unknown:
            raise KeyError(f"no such number in scenario {self.name}: {', '.join(unknown)}")
        return replace(self, values={**self.values, **changes}, stated=self.stated or self.values)

    def without(self, *kinds: str) -> Scenario:
        """The same scenario with some kinds of intervention left out; standing rules stay."""
        return replace(
            self, interventions=tuple(i for i in self.interventions if i.kind not in kinds or i.role == "standing")
        )

    def under(self, prefix: str) -> dict[str, float]:
        """The numbers under a prefix (`programme.interventions.training`), by their last name."""
        return dict(self._by_prefix.get(prefix, {}))

    @cached_property
    def _by_prefix(self) -> dict[str, dict[str, float]]:
        """All numbers under every prefix: funds and kinds ask every quarter."""
        found: dict[str, dict[str, float]] = {}
        for path, value in self.values.items():
            parts = path.split(".")
            for depth in range(1, len(parts)):
                found.setdefault(".".join(parts[:depth]), {})[".".join(parts[depth:])] = value
        return found
