"""A run that goes on under another scenario: what may differ from a date on, and how the books are carried over.

What a future changes acts from the date on. A kind it leaves out takes no more claims and gets no more money, while
what it built still works and what it promised is still paid; a kind it brings begins no earlier. What acted before the
date (the place, the burn-in, behaviour, what targets ask) must be the same. A future whose change begins after the
date is therefore the run of that change from the start, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from simulator.accounts import UNALLOTTED, Accounts
from simulator.calendar import Quarter
from simulator.history import LedgerLine
from simulator.interventions.budgets import OVERHEAD_KIND
from simulator.processes import pandemic
from simulator.record import Recorder
from simulator.scenario import Intervention, Scenario
from simulator.simulate import Run
from simulator.trail import BOOKS

READ_ANEW = (
    *("programme.interventions.*", "programme.funds.*", "programme.yuan_per_listed_household", "programme.overhead"),
    *("programme.indicators.*.unit_cost", "programme.indicators.*.budget_share", "programme.village_money"),
    *("place.support_in_observation", "place.dibao_on_list", "model.support_after_exit"),
    *("model.performance_weight", "model.reporting_bias"),
)
"""Paths that are read anew every quarter of the programme and by nothing before it: a future may set them."""
OF_PANDEMIC = ("model.process_pandemic", "model.pandemic_*")
"""Likewise, as long as the pandemic's year has not begun."""
FRAME = ("place", "year0", "burn_in_years", "first_year", "last_year")
AMOUNTS = ("budget_share", "yuan_per_year", "yuan_once", "yuan_per_village")
"""What fills a fund."""
PURSE = ("fund", "use", "also", "role", "start")
"""What of a kind that has begun cannot be another: its ledger lines hang on it."""


def acts_before(plan: Scenario, future: Scenario, at: Quarter) -> list[str]:
    """The paths in which a future differs from the plan and which acted before the date, in order; none if it may
    follow from there."""
    may = READ_ANEW if at > Quarter(pandemic.YEAR, 1) else (*READ_ANEW, *OF_PANDEMIC)
    found = {name for name in FRAME if getattr(plan, name) != getattr(future, name)}
    for before, after in ((plan.values, future.values), (plan.switches, future.switches)):
        differing = (path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
        found |= {path for path in differing if not any(fnmatchcase(path, pattern) for pattern in may)}
    found |= {path for path in plan.series.keys() | future.series.keys() if not _alike(path, plan, future)}
    found |= {f"programme.targets.{name}" for name in _differing(plan.targets, future.targets, "id")}
    found |= {f"programme.indicators.{name}" for name in _differing(plan.indicators, future.indicators, "name")}
    kept = {fund.name: fund.role for fund in future.funds}
    found |= {f"programme.funds.{fund.name}" for fund in plan.funds if kept.get(fund.name) != fund.role}
    told = {entry.kind: entry for entry in future.interventions}
    for entry in _begun(plan, at):
        now = told.get(entry.kind, entry)
        found |= {f"programme.interventions.{entry.kind}.{n}" for n in PURSE if getattr(now, n) != getattr(entry, n)}
    return sorted(found)


def _alike(path: str, plan: Scenario, future: Scenario) -> bool:
    return dict(plan.series.get(path, {})) == dict(future.series.get(path, {}))


def _differing(before: Iterable[Any], after: Iterable[Any], name: str) -> set[str]:
    """Names of entries that only one side has, or that are not the same on both."""
    one, other = ({getattr(entry, name): entry for entry in side} for side in (before, after))
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def _begun(scenario: Scenario, at: Quarter) -> tuple[Intervention, ...]:
    return tuple(entry for entry in scenario.interventions if Quarter(*entry.start) < at)


def from_date(plan: Scenario, future: Scenario, at: Quarter) -> Scenario:
    """The future as it can be from the date on: kinds it brings begin then at the earliest, kinds of the plan that it
    leaves out have ended, and a fund that has lost all it paid for receives nothing more."""
    begun = {entry.kind for entry in _begun(plan, at)}
    date = (at.year, at.quarter)
    entries = [
        entry if entry.kind in begun else replace(entry, start=max(entry.start, date)) for entry in future.interventions
    ]
    told = {entry.kind for entry in entries}
    dropped = [entry for entry in _begun(plan, at) if entry.kind not in told]
    if not dropped:
        return replace(future, interventions=tuple(entries))
    values = {**_terms(plan, dropped), **future.values}
    spending = {fund for entry in entries for fund in (entry.fund, *entry.also)}
    spending |= {asked.fund for asked in future.indicators}
    ended = [f"programme.interventions.{entry.kind}.budget_share" for entry in dropped]
    for fund in {name for entry in dropped for name in (entry.fund, *entry.also)} - spending:
        ended += [f"programme.funds.{fund}.{amount}" for amount in AMOUNTS]
    values |= {path: 0.0 for path in ended if path in values}
    before = (at.year - 1, 4) if at.quarter == 1 else (at.year, at.quarter - 1)
    entries += [replace(entry, end=min(entry.end, before)) for entry in dropped]
    return replace(future, interventions=tuple(entries), values=values, stated=future.stated or future.values)


def _terms(plan: Scenario, dropped: Iterable[Intervention]) -> dict[str, float]:
    """The numbers of the plan under the kinds that a future leaves out: what they built still works by them."""
    prefixes = tuple(f"programme.interventions.{entry.kind}." for entry in dropped)
    return {path: value for path, value in plan.values.items() if path.startswith(prefixes)}


def fork(run: Run, future: Scenario, pin: np.ndarray | None = None) -> Run:
    """An independent run that goes on from this one's next quarter under a future, in the same arm and with the same
    luck and macro draw; `pin` is that of the future's own null arm, which has none. The run itself stays as it is.

    Raises ValueError, naming the paths, for a future that differs in what acted before.
    """
    plan, at = run.scenario, run.world.now
    if before := acts_before(plan, future, at):
        raise ValueError(f"acts before {at.year}Q{at.quarter}: {', '.join(before)}")
    world = run.world.copy()
    old, world.accounts = world.accounts, Accounts(future.funds)
    for line in old.lines[: _of_the_burn_in(run)]:
        world.accounts.open_line(*_key(line))
    # Opens the lines of the future's indicators and kinds where a run from the start has them.
    going_on = Run(world, from_date(plan, future, at), world.luck, run.macro, run.arm, pin, under_way=True)
    _carry(old, world.accounts, world.recorder)
    return going_on


def _of_the_burn_in(run: Run) -> int:
    """How many ledger lines were open before the run opened those of its kinds and indicators."""
    own = [row for line in run.lines for row in line.ledger_lines]
    own += [one.ledger_line for one in run.world.indicators if one.ledger_line is not None]
    return min(own, default=len(run.world.accounts.lines))


def _key(line: LedgerLine) -> tuple[str, str, str]:
    return line.fund, line.use, line.kind


def _carry(old: Accounts, new: Accounts, recorder: Recorder) -> None:
    """Move every fund and line of the old books, with what was recorded of them, to its row in the new ones. A line
    that the future does not open and that never moved money is left behind."""
    kept = [row for row, line in enumerate(old.lines) if line in new.lines or _used(old, row, recorder)]
    moved = {row: new.open_line(*_key(old.lines[row])) for row in kept}
    funds = {row: new.position[fund.name] for row, fund in enumerate(old.funds)}
    for name in ("opening", "balance", "inflow", "reserved", "leakage", "valid"):
        setattr(new, name, _rows(getattr(old, name), funds, len(new.funds)))
    for name in (*BOOKS, "paid", "outstanding"):
        setattr(new, name, _rows(getattr(old, name), moved, len(new.lines)))
    for row, there in moved.items():
        new.allotment[there], new.grants[there] = old.allotment[row], list(old.grants[row])
    new.now = old.now
    new.pending = [replace(made, lines=tuple(moved[row] for row in made.lines)) for made in old.pending]
    new.sources = {project: _bits(paid, funds) for project, paid in old.sources.items()}
    recorder.paid = [{moved[row]: fen for row, fen in paid.items() if row in moved} for paid in recorder.paid]
    recorder.inflow = [_rows(fen, funds, len(new.funds)) for fen in recorder.inflow]
    recorder.balance = [_rows(fen, funds, len(new.funds)) for fen in recorder.balance]
    recorder.trail.books = [
        {name: _rows(fen, moved, len(new.lines)) for name, fen in books.items()} for books in recorder.trail.books
    ]


def _used(accounts: Accounts, row: int, recorder: Recorder) -> bool:
    """Whether a line is nobody's in particular (overhead, money not set aside) or has had money on it."""
    if accounts.outstanding[row] or accounts.grants[row] or accounts.lines[row].kind in (OVERHEAD_KIND, UNALLOTTED):
        return True
    return any(books[name][row : row + 1].any() for books in recorder.trail.books for name in BOOKS)


def _rows(values: np.ndarray, places: Mapping[int, int], length: int) -> np.ndarray:
    """The rows of an array at their new places, the others zero; rows without a place are left out."""
    found = np.zeros((length, *values.shape[1:]), values.dtype)
    for row, there in places.items():
        if row < len(values):
            found[there] = values[row]
    return found


def _bits(paid: np.ndarray, funds: Mapping[int, int]) -> np.ndarray:
    """Which funds have paid, a bit a fund, with the bits at the funds' new places."""
    found = np.zeros_like(paid)
    for row, there in funds.items():
        found |= ((paid >> row) & 1) << there
    return found
