"""What all kinds of intervention share: dates, targeting, take-up, ramp, rationing and budget, once for all.

A kind is one file. It says what a household or village wants (`want` writes a claim and a priority), what is delivered
once the fund has rationed the wants (`delivered`), and what that changes (`changed` writes the mechanism columns).
This module decides who is offered the kind, pays the claims and calls the three moments at the two places where
`quarter` asks for them. With its mechanism switched off a kind's claims are still paid and nothing else changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.calendar import Quarter
from simulator.draws import TAKE_UP, uniform
from simulator.rules import Rule, rule
from simulator.scenario import Intervention

if TYPE_CHECKING:
    from simulator.world import World


@dataclass(frozen=True)
class Kind:
    """A kind of intervention.

    `number` keys its take-up draws: a written constant, never reused. `to` says who claims: "household" or "village";
    `cash` whether the claimant is paid (True) or a supplier for it (False); `whole` whether claims are met entire, in
    order of priority, or all by the same share. `mechanism` names the column by which it changes income; `terms` are
    the numbers it takes, with their units.
    """

    name: str
    code: str
    number: int
    title_zh: str
    title_en: str
    to: str
    cash: bool
    whole: bool
    mechanism: str
    terms: Mapping[str, str]
    want: Rule
    changed: Rule
    delivered: Rule | None = None


@dataclass(frozen=True)
class Line:
    """A kind at work in one arm: its entry in the programme, its terms, and the ledger line it is paid on."""

    kind: Kind
    entry: Intervention
    terms: Mapping[str, float]
    ledger_line: int

    def open(self, now: Quarter) -> bool:
        """Whether it takes new claims in this quarter."""
        return Quarter(*self.entry.start) <= now <= Quarter(*self.entry.end)

    def begun(self, now: Quarter) -> bool:
        """Whether it has started, so that what it built still works."""
        return Quarter(*self.entry.start) <= now

    def ramp(self, now: Quarter) -> float:
        """Share of its reach in force: rises evenly over `ramp_quarters`."""
        quarters = now.number - Quarter(*self.entry.start).number + 1
        return min(1.0, quarters / max(self.terms.get("ramp_quarters", 1.0), 1.0))


@rule
def support(size, list_state, supported, support_in_observation):  # type: ignore[no-untyped-def]
    """Who may receive programme support: listed households, and those under observation where support is kept."""
    for row in range(size.shape[0]):
        kept = list_state[row] == 1 or (list_state[row] == 2 and support_in_observation == 1)
        supported[row] = 1 if kept and size[row] > 0 else 0


@rule
def offer_households(seed, replicate, key, supported, supported_rows, offered, take_up, ramp, kind_number):  # type: ignore[no-untyped-def]
    """Which supported households would take the kind up: each has one lasting uniform a kind. `supported_rows` also
    holds households that left the list with a subsidised loan; these are offered nothing new."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        luck = uniform(seed, replicate, key[row], TAKE_UP + kind_number, 0, 0)
        offered[row] = 1 if supported[row] == 1 and luck < take_up * ramp else 0


@rule
def offer_villages(  # type: ignore[no-untyped-def]
    seed, replicate, village_key, village_stratum, village_offered, take_up, take_up_other, ramp, kind_number
):
    """Which villages would take the kind up: `take_up` of the key and weak ones, `take_up_other` of the others."""
    for row in range(village_key.shape[0]):
        reach = take_up if village_stratum[row] < 2 else take_up_other
        luck = uniform(seed, replicate, village_key[row], TAKE_UP + kind_number, 0, 0)
        village_offered[row] = 1 if luck < reach * ramp else 0


@rule
def credit_households(supported_rows, delivered, public_money):  # type: ignore[no-untyped-def]
    """Book public money received in cash."""
    for index in range(supported_rows.shape[0]):
        public_money[supported_rows[index]] += delivered[supported_rows[index]]


@rule
def credit_suppliers(supported_rows, delivered, village, village_supplier_money):  # type: ignore[no-untyped-def]
    """Book public money paid to a supplier on a household's behalf."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        village_supplier_money[village[row]] += delivered[row]


def serve(world: World, line: Line, now: Quarter) -> None:
    """Offers, wants, payment, delivery and, unless its mechanism is switched off, change of one kind in one quarter."""
    kind = line.kind
    names = line_names(world, line, now)
    if kind.to == "village":
        offer_villages(names)
        world.villages.claim.fill(0)
        kind.want(names)
        table = world.villages
        paid = world.accounts.pay_villages(line.ledger_line, table, kind.whole)
        received = table.public_money if kind.cash else table.supplier_money
        received += table.delivered
    else:
        offer_households(names)
        world.households.claim[world.supported_rows] = 0
        kind.want(names)
        paid = pay_households(world, line)
        (credit_households if kind.cash else credit_suppliers)(names)
    if kind.delivered is not None and paid > 0:
        kind.delivered(names)
    if line.entry.mechanism:
        kind.changed(names)


def pay_households(world: World, line: Line) -> int:
    """Pay the claims of the supported households and write what each was paid into `delivered`."""
    rows = world.supported_rows
    table = world.households
    delivered = np.zeros(len(rows), np.int64)
    priority = table.priority[rows] if line.kind.whole else None
    paid = world.accounts.pay_households(
        line.ledger_line, table.claim[rows], delivered, table.village[rows], world.villages, priority
    )
    table.delivered[rows] = delivered
    return paid


def line_names(world: World, line: Line, now: Quarter) -> dict[str, Any]:
    """The names a kind's rules may ask for: the world's, its own terms, and how far it has ramped up."""
    return {
        **world.names,
        "take_up": 1.0,
        "take_up_other": 0.0,
        **line.terms,
        "ramp": line.ramp(now),
        "kind_number": line.kind.number,
        "open_now": 1 if line.open(now) else 0,
        "supported_rows": world.supported_rows,
    }
