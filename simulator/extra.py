"""A researcher's own rules: run at a stated place of every quarter, with columns of their own, in every arm.

    jar = {"households": {"jar": stock(np.int64, "fen", "thrift", "set aside so far")}}
    thrift = ExtraRule("thrift", set_aside, columns=jar, numbers={"thrift_share": 0.05})
    history = simulate(world, scenario, luck, macro, "null", extra_rules=[thrift])

A rule is compiled (`@rule`) or a plain function; either is handed what its arguments are named after: columns, numbers
and terms as in `World.names`, and a plain function also `world` itself. Rules run in the order given. Columns of their
own are shared and handed on as they declare when households divide and join, and are empty where nobody is.
"""

from __future__ import annotations

import hashlib
import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.code_hash import code_hash
from simulator.columns import Column, Table
from simulator.invariants import Broken, check_invariants
from simulator.rules import Rule

if TYPE_CHECKING:
    from simulator.world import World

START, BEFORE_SETTLEMENT, END = PLACES = ("start", "before_settlement", "end")
TABLES = ("households", "members", "villages", "counties", "cooperatives")
SETTLED = ("wage", "business", "property", "transfer")
"""Columns that the settlement writes anew whatever stands in them."""


@dataclass(frozen=True)
class ExtraRule:
    """A rule that is not of the model.

    `when`: "start" (the year is opened and prices are set, nothing has happened yet), "before_settlement" (all is
    earned and paid, the households' books are still open) or "end" (after the settlement and, in a fourth quarter, the
    review; before the quarter is recorded). `columns`: the columns it needs that the model lacks, by table, declared
    with `trait`, `stock` or `flow`; they start at zero, and a stock in "fen" may not fall below it ("fen net" may).
    `numbers`: its own parameters, bound under their names as floating-point numbers. Raises ValueError for another
    place, an unknown table or a number that is not finite.
    """

    name: str
    rule: Rule | Callable[..., Any]
    when: str = BEFORE_SETTLEMENT
    columns: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.when not in PLACES:
            raise ValueError(f"extra rule {self.name}: no place {self.when}; known: {', '.join(PLACES)}")
        for table in self.columns:
            if table not in TABLES:
                raise ValueError(f"extra rule {self.name}: no table {table}; known: {', '.join(TABLES)}")
        for number, value in self.numbers.items():
            if not math.isfinite(value):
                raise ValueError(f"extra rule {self.name}: {number} cannot be {value}")

    def run(self, world: World) -> None:
        """Bind and run it. Raises KeyError naming the rule and the name it lacks, ValueError if one of its numbers is
        no longer what it was: a level of the day has the same name, or another rule wrote to it."""
        for number, value in self.numbers.items():
            if world.names[number] != value:
                raise ValueError(f"extra rule {self.name}: {number} is set by others during a run: choose another name")
        if isinstance(self.rule, Rule):
            self.rule(world.names)
            return
        names = {**world.names, "world": world}
        asked = inspect.signature(self.rule).parameters
        unknown = [name for name in asked if name not in names]
        if unknown:
            raise KeyError(f"extra rule {self.name} asks for {', '.join(unknown)}, which nothing declares")
        self.rule(*(names[name] for name in asked))

    @property
    def fingerprint(self) -> float:
        """A number that changes with what the rule does (`code_hash`), its place, columns and numbers: the first twelve
        hexadecimal digits of a hash."""
        columns = sorted((f"{table}.{name}", repr(held[name])) for table, held in self.columns.items() for name in held)
        numbers = sorted((name, float(value)) for name, value in self.numbers.items())
        told = repr((self.when, code_hash(self.rule), columns, numbers))
        return float(int(hashlib.sha256(told.encode()).hexdigest()[:12], 16))


def attach(world: World, rules: Sequence[ExtraRule]) -> None:
    """Give a world extra rules and the columns they declare; those it carries already keep what they hold. The world
    must be bound afterwards, which refuses a column or number whose name is taken. Raises ValueError for a column
    declared in two ways, and for a compiled rule with a constant that has changed since it first ran."""
    world.extra_rules = tuple(rules)
    for rule in rules:
        hold_constants(rule)
        for name, columns in rule.columns.items():
            home: Table = getattr(world, name)
            carried = own_columns(world.extra_tables).get(home.prefix, {})
            for column, what in columns.items():
                named = home.prefix + column
                if carried.get(named, what) != what:
                    raise ValueError(f"extra rule {rule.name}: {named} has been declared in another way")
            fresh = {column: what for column, what in columns.items() if home.prefix + column not in carried}
            if fresh:
                table = type(f"Extra{type(home).__name__}", (Table,), {"prefix": home.prefix, **fresh})
                world.extra_tables = (*world.extra_tables, table(home.length))


def hold_constants(extra: ExtraRule) -> None:
    """A compiled rule keeps the constants it was compiled with: refuse it (ValueError) when they are others now."""
    if not isinstance(extra.rule, Rule):
        return
    now = code_hash(extra.rule)
    if extra.rule.compiled_as not in ("", now):
        raise ValueError(
            f"extra rule {extra.name} was compiled with other constants: make the rule anew, or use `numbers`"
        )
    extra.rule.compiled_as = now


def own_columns(tables: Iterable[Table]) -> dict[str, dict[str, Column]]:
    """The declarations of extra tables by the prefix of the table they extend and the name rules ask for."""
    found: dict[str, dict[str, Column]] = {}
    for table in tables:
        named = {table.prefix + name: column for name, column in table.columns.items()}
        found[table.prefix] = {**found.get(table.prefix, {}), **named}
    return found


def own_numbers(rules: Iterable[ExtraRule]) -> dict[str, float]:
    """The numbers rules bring. Raises ValueError if two give one name different values."""
    found: dict[str, float] = {}
    for rule in rules:
        for name, value in rule.numbers.items():
            if found.setdefault(name, float(value)) != value:
                raise ValueError(f"extra rule {rule.name}: {name} has another value in another rule")
    return found


def run_extra(world: World, place: str) -> None:
    """Run the extra rules that stand at a place of the quarter and hold what they leave against `check`."""
    standing = [rule for rule in world.extra_rules if rule.when == place]
    for rule in standing:
        rule.run(world)
    if standing:
        check(world, place, ", ".join(rule.name for rule in standing))
    if place == END:
        clear_empty(world)


def check(world: World, place: str, who: str) -> None:
    """Raises ValueError naming the rules: before the settlement for writing to a column that it overwrites, at the end
    for books that do not add up (`check_invariants`) or an own stock of fen below zero."""
    if place != END:
        lost = [name for name in SETTLED if world.names[name].any()]
        if lost:
            raise ValueError(f"extra rules {who} write to {', '.join(lost)}, which the settlement overwrites")
        return
    try:
        check_invariants(world)
    except Broken as broken:
        raise ValueError(f"extra rules {who} leave books that do not add up: {broken}") from broken
    for columns in own_columns(world.extra_tables).values():
        for name, column in columns.items():
            if (column.role, column.unit) == ("stock", "fen") and world.names[name].min(initial=0) < 0:
                raise ValueError(f"extra rules {who} leave {name} below zero: declare it in fen net if it may be")


def clear_empty(world: World) -> None:
    """Own columns are zero where nobody lives and in empty places of a roster: who comes next starts anew."""
    for table in world.extra_tables:
        there = {
            world.households.prefix: world.households.key,
            world.members.prefix: world.members.present,
        }.get(table.prefix)
        if there is not None:
            for name in table.columns:
                getattr(table, name)[there == 0] = 0


def facts(rules: Sequence[ExtraRule]) -> dict[str, float]:
    """What a history says of them: each by name with its fingerprint."""
    return {f"extra_rule:{rule.name}": rule.fingerprint for rule in rules}
