"""The same run through Mesa's interface: villages, cooperatives and households as live views of rows.

    model = RuralModel(scenario, luck=Luck(2018, 0), households=2000)
    model.household(17).list_state = 1
    model.run_model()
    history = model.history()

One step is one quarter of the engine that `simulate` runs, so the numbers are the same. A view holds no state: reading
an attribute reads the cell of that column, setting it writes the cell. Views are made when they are asked for, and the
model itself never asks. This is the only file that imports Mesa.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import mesa
import numpy as np
from mesa.agent import AgentSet

from simulator.calendar import Quarter
from simulator.columns import Column, Table
from simulator.cooperatives import Cooperatives
from simulator.extra import ExtraRule
from simulator.history import History
from simulator.households import Households
from simulator.scenario import Scenario
from simulator.simulate import POLICY, Luck, MacroDraw, Run, World, found, pin_for
from simulator.villages import Villages

AnyView = TypeVar("AnyView", bound="View")


class Cell:
    """A column's cell in the row of the view it is asked on.

    What the founding fixed in whole numbers (key, village, county, stratum, stands_for) says who the row is and where
    it lies in other tables: it can be read, not written.
    """

    def __init__(self, name: str, column: Column) -> None:
        self.name = name
        self.fixed = column.source == "founding" and np.issubdtype(column.dtype, np.integer)
        self.whole = np.issubdtype(column.dtype, np.integer)
        self.__doc__ = f"{column.meaning} ({column.unit}; {column.role})"

    def __get__(self, view: View | None, owner: type[View]) -> Any:
        return self if view is None else self.read(view.table, view.row)

    def __set__(self, view: View, value: float) -> None:
        self.write(view.table, view.row, value)

    def read(self, table: Table, row: int) -> Any:
        """The cell's value as a Python number."""
        return getattr(table, self.name)[row].item()

    def write(self, table: Table, row: int, value: float) -> None:
        """Raises AttributeError for a column that is fixed, ValueError for a value that the column cannot hold."""
        if self.fixed:
            raise AttributeError(f"{self.name} was fixed at the founding and cannot be set")
        if not math.isfinite(value) or (self.whole and value != math.floor(value)):
            raise ValueError(f"{self.name} cannot hold {value}")
        getattr(table, self.name)[row] = value


class Unnumbered:
    """Stands where Mesa 3.3 keeps a register that never lets a model go: views carry numbers of their own."""

    def __getitem__(self, model: object) -> Iterator[int]:
        return itertools.repeat(0)


class View(mesa.Agent):  # type: ignore[misc]
    """A row of a table as a Mesa agent. Its attributes are the table's columns and those that extra rules brought, by
    the names under which they were declared; money in fen.

    Set a trait or a stock between steps and what follows changes, unless the engine reckons that column anew anyway;
    a flow is that of the last quarter and is cleared when the next one opens. Any other attribute is refused.
    `remove` forgets the view, not the row.
    """

    _ids: ClassVar[Unnumbered] = Unnumbered()
    table_name: ClassVar[str]

    def __init_subclass__(cls, columns: type[Table], table_name: str, **others: Any) -> None:
        super().__init_subclass__(**others)
        cls.table_name = table_name
        for name, column in columns.columns.items():
            setattr(cls, name, Cell(name, column))

    def __init__(self, model: RuralModel, row: int, number: int) -> None:
        super().__init__(model)
        self.unique_id = number
        self.row = row

    def __getattr__(self, name: str) -> Any:
        """A column of an extra rule: only asked for what the class does not have."""
        table = self._extra_table(name)
        if table is None:
            raise AttributeError(f"{type(self).__name__} has no column {name}")
        return Cell(name, table.columns[name]).read(table, self.row)

    def __setattr__(self, name: str, value: Any) -> None:
        known = "row" not in vars(self) or name in vars(self) or hasattr(type(self), name)
        table = None if known else self._extra_table(name)
        if known:
            super().__setattr__(name, value)
        elif table is not None:
            Cell(name, table.columns[name]).write(table, self.row, value)
        else:
            raise AttributeError(f"{type(self).__name__} has no column {name}")

    def _extra_table(self, name: str) -> Table | None:
        """The table of an extra rule that has this column beside the view's own."""
        if "row" not in vars(self):
            return None
        beside = (table for table in self.model.world.extra_tables if table.prefix == self.table.prefix)
        return next((table for table in beside if name in table.columns), None)

    @property
    def table(self) -> Table:
        """The table whose row this is."""
        return getattr(self.model.world, self.table_name)

    def remove(self) -> None:
        super().remove()
        self.model.forget(self)


class Village(View, columns=Villages, table_name="villages"):
    """A sampled village."""

    @property
    def cooperative(self) -> Cooperative:
        """Its cooperative."""
        return self.model.cooperative(self.row)

    @property
    def households(self) -> list[Household]:
        """Its households."""
        start = self.model.world.village_start
        lived_in = self.model.lived_in()
        return [self.model.household(row) for row in range(start[self.row], start[self.row + 1]) if lived_in[row]]


class Cooperative(View, columns=Cooperatives, table_name="cooperatives"):
    """The cooperative of a village."""

    @property
    def home(self) -> Village:
        """Its village."""
        return self.model.village(self.row)


class Household(View, columns=Households, table_name="households"):
    """A household; `village` is the row of its village, `home` the village. A row is taken again once its household has
    died out: `key` says who lives there."""

    @property
    def home(self) -> Village:
        """Its village."""
        return self.model.village(self.village)


VIEWS: tuple[type[View], ...] = (Village, Cooperative, Household)


class RuralModel(mesa.Model):  # type: ignore[misc]
    """One arm of one run, stepped a quarter at a time from the end of year 0.

    `households`: about how many to sample for the world founded here (None: all); a `world` already founded is copied
    and `households` has no say. `pin`: the null arm's, if at hand; otherwise that arm is run first where one is needed.
    `extra_rules` are a researcher's own, in every arm. `running` turns False after the programme's last quarter. Mesa's
    own generators follow the luck but take no part in the run. Raises ValueError for an unknown arm.
    """

    def __init__(
        self,
        scenario: Scenario,
        luck: Luck,
        *,
        macro: MacroDraw | None = None,
        arm: str = POLICY,
        households: int | None = 2000,
        pin: np.ndarray | None = None,
        world: World | None = None,
        extra_rules: Sequence[ExtraRule] = (),
    ) -> None:
        super().__init__(rng=(luck.seed << 32) | luck.replicate)
        macro = macro or MacroDraw()
        self.world = found(scenario, luck, households, macro) if world is None else world.copy()
        if pin is None:
            pin = pin_for(arm, self.world, scenario, luck, macro, extra_rules)
        self._run = Run(self.world, scenario, luck, macro, arm, pin, extra_rules)
        self._views: dict[tuple[type[View], int], View] = {}

    def step(self) -> None:
        """Run the next quarter. Raises RuntimeError when the programme is over."""
        if self._run.finished:
            raise RuntimeError("the programme's last quarter has run: no more steps")
        self._run.step()
        self.running = not self._run.finished

    def history(self) -> History:
        """What the run recorded. Raises RuntimeError while quarters are left."""
        if not self._run.finished:
            raise RuntimeError(f"the run has reached {self.now}: its history is complete after the last quarter")
        return self._run.history()

    @property
    def now(self) -> Quarter:
        """The quarter that ran last."""
        return Quarter(*self.world.recorder.dates[-1])

    @property
    def measures(self) -> Mapping[tuple[str, str], float]:
        """The measures of the quarter that ran last, by measure and population; yearly ones after a fourth quarter."""
        return self.world.recorder.series[-1]

    def village(self, row: int) -> Village:
        """The village in a row. Raises IndexError if there is none."""
        return self.view(Village, row)

    def cooperative(self, row: int) -> Cooperative:
        """The cooperative of the village in a row. Raises IndexError if there is none."""
        return self.view(Cooperative, row)

    def household(self, row: int) -> Household:
        """The household in a row. Raises IndexError if there is none."""
        return self.view(Household, row)

    def view(self, kind: type[AnyView], row: int) -> AnyView:
        """The one view of a row, made if nobody has asked for it yet. Raises IndexError if there is no such row."""
        row = int(row)
        if not 0 <= row < self._rows(kind):
            raise IndexError(f"no {kind.__name__} in row {row}")
        if (kind, row) not in self._views:
            before = sum(self._rows(other) for other in VIEWS[: VIEWS.index(kind)])
            self._views[kind, row] = kind(self, row, before + row + 1)
        view = self._views[kind, row]
        assert isinstance(view, kind)
        return view

    def forget(self, view: View) -> None:
        """Let a removed view go; the row stays, and asking for it again makes a new view."""
        self._views.pop((type(view), view.row), None)

    @property
    def villages(self) -> AgentSet:
        """All villages."""
        return self._all(Village)

    @property
    def cooperatives(self) -> AgentSet:
        """All cooperatives."""
        return self._all(Cooperative)

    @property
    def households(self) -> AgentSet:
        """All households."""
        return self._all(Household)

    @property
    def agents(self) -> AgentSet:
        """Everything there is a view of: asking makes the views of every row."""
        for kind in VIEWS:
            self._all(kind)
        return super().agents

    @property
    def agents_by_type(self) -> dict[type, AgentSet]:
        """The same by class: asking makes the views of every row."""
        for kind in VIEWS:
            self._all(kind)
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """The classes of agents."""
        return list(dict.fromkeys((*VIEWS, *super().agent_types)))

    def _rows(self, kind: type[View]) -> int:
        return getattr(self.world, kind.table_name).length

    def lived_in(self) -> np.ndarray:
        """Which rows hold a household (N,) bool: the others are spare, for households that divide."""
        return self.world.households.key != 0

    def _all(self, kind: type[View]) -> AgentSet:
        there = self.lived_in() if kind is Household else np.ones(self._rows(kind), bool)
        for view in [view for (of, row), view in self._views.items() if of is kind and not there[row]]:
            view.remove()
        for row in np.flatnonzero(there):
            self.view(kind, int(row))
        return super().agents_by_type[kind]
