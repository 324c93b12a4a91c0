"""A researcher's own rules: run at a stated place of every quarter, with columns of their own, in every arm.

    jar = {"households": {"jar": stock(np.int64, "fen", "thrift", "set aside so far")}}
    thrift = ExtraRule("thrift", set_aside, columns=jar)
    history = simulate(world, scenario, luck, macro, "null", extra_rules=[thrift])

A rule is compiled (`@rule`) or a plain function; either is handed what its arguments are named after: columns, numbers
and terms as in `World.names`, and a plain function also `world` itself. Rules run in the order given.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.columns import Column, Table
from simulator.rules import Rule

if TYPE_CHECKING:
    from simulator.world import World

PLACES = ("start", "before_settlement", "end")
TABLES = ("households", "members", "villages", "counties", "cooperatives")


@dataclass(frozen=True)
class ExtraRule:
    """A rule that is not of the model.

    `when`: "start" (the year is opened and prices are set, nothing has happened yet), "before_settlement" (all is
    earned and paid, the households' books are still open) or "end" (after the settlement and, in a fourth quarter, the
    review; before the quarter is recorded). `columns`: the columns it needs that the model lacks, by table, declared
    with `trait`, `stock` or `flow`; they start at zero. Raises ValueError for another place or an unknown table.
    """

    name: str
    rule: Rule | Callable[..., Any]
    when: str = "before_settlement"
    columns: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.when not in PLACES:
            raise ValueError(f"extra rule {self.name}: no place {self.when}; known: {', '.join(PLACES)}")
        for table in self.columns:
            if table not in TABLES:
                raise ValueError(f"extra rule {self.name}: no table {table}; known: {', '.join(TABLES)}")

    def run(self, world: World) -> None:
        """Bind and run it. Raises KeyError naming the rule and the name it lacks."""
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
        """A number that changes with the rule's code: the first twelve hexadecimal digits of its hash."""
        function = self.rule.plain if isinstance(self.rule, Rule) else self.rule
        try:
            code = inspect.getsource(function).encode()
        except (OSError, TypeError):
            code = getattr(getattr(function, "__code__", None), "co_code", repr(function).encode())
        return float(int(hashlib.sha256(self.when.encode() + code).hexdigest()[:12], 16))


def attach(world: World, rules: Sequence[ExtraRule]) -> None:
    """Give a world extra rules and the columns they declare; those it carries already keep what they hold. The world
    must be bound afterwards, which refuses a column whose name is taken."""
    world.extra_rules = tuple(rules)
    carried = {name for table in world.extra_tables for name in table.bindings()}
    for rule in rules:
        for name, columns in rule.columns.items():
            home: Table = getattr(world, name)
            fresh = {column: what for column, what in columns.items() if home.prefix + column not in carried}
            if fresh:
                table = type(f"Extra{type(home).__name__}", (Table,), {"prefix": home.prefix, **fresh})
                world.extra_tables = (*world.extra_tables, table(home.length))
                carried |= {home.prefix + column for column in fresh}


def run_extra(world: World, place: str) -> None:
    """Run the extra rules that stand at a place of the quarter."""
    for rule in world.extra_rules:
        if rule.when == place:
            rule.run(world)


def facts(rules: Sequence[ExtraRule]) -> dict[str, float]:
    """What a history says of them: each by name with its fingerprint."""
    return {f"extra_rule:{rule.name}": rule.fingerprint for rule in rules}
