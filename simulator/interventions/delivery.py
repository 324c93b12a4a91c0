"""What all kinds of intervention share: dates, targeting, take-up, ramp, rationing and budget, once for all.

A kind is one file. It says what a household or village wants (`want` writes a claim and a priority), what is delivered
once the fund has rationed the wants (`delivered`), and what that changes (`changed` writes the mechanism columns).
This module decides who is offered the kind, has the claims approved, pays what falls due and calls the three moments;
`quarter` serves one kind after the other, in the order of `interventions.KINDS`. With its mechanism switched off a
kind's claims are still paid and nothing else changes. Every kind takes the term `lag_quarters` (default 0): what is
approved is paid and delivered that many quarters later, to the claimants who are then still there, on the list or not;
`elsewhere` (default 1), how far it reaches outside the supported counties (`leaning`); and `targeting` (default 0),
whether those with potential or those in need come first (`targeting`). Who may claim is who is on the list, whatever
the true income (ZJ-6.4, LL-3.1.1), and each kind is asked for by those who have what it answers: a student, an unsafe
house, a bill, labour at home (LL-3.1.2, QZ-1.3). Money goes to the claimant itself or to who supplies it (ZJ-2.1,
ZJ-3.5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.accounts import Commitment
from simulator.calendar import Quarter
from simulator.draws import TAKE_UP, uniform, uniforms_of_many
from simulator.interventions.claims import clear, credit_households, credit_suppliers, deliver, who_asks
from simulator.interventions.leaning import hold_back_households, hold_back_villages, reach_of_counties
from simulator.interventions.targeting import pick_households
from simulator.rules import Rule, compiled, rule
from simulator.scenario import Intervention

if TYPE_CHECKING:
    from simulator.world import World

# Terms any kind may have besides its own, with their units.
COMMON_TERMS: Mapping[str, str] = {"lag_quarters": "quarters", "elsewhere": "ratio", "targeting": "ratio"}

# Whom a kind is offered to, by the flag that says so: the list, those just above its line, or everybody.
REACH = {"listed": "supported", "near": "near_poor", "all": "everybody"}


@dataclass(frozen=True)
class Kind:
    """A kind of intervention.

    `number` keys its take-up draws: a written constant, never reused. `to` says who claims: "household" or "village";
    `cash` whether the claimant is paid (True) or a supplier for it (False); `whole` whether claims are met entire, in
    order of priority, or all by the same share. `mechanism` names the column by which it changes income; `terms` are
    the numbers it takes, with their units. `overlap` declares what happens where several kinds meet in one household
    or village: "additive" (each adds its own), "exclusive" (the first served takes the place: a member's hours, a mu of
    land) or "capped" (together never more than what they share in: a bill, a cost); `shares` names what that is.
    `reach` says which households are offered it (see REACH). `once`: a claimant who has been promised it does not claim
    again before it is delivered. `project` names what of the village is built with the money: cooperative, asset
    project, station, collective. `rests_on`: terms of other kinds it works under too, in a programme without them at
    their defaults.
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
    overlap: str = "additive"
    shares: str = ""
    reach: str = "listed"
    once: bool = False
    project: str = ""
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A kind at work in one arm: its entry in the programme, its terms, and the ledger line it is paid on; `more` are
    its lines in further funds, drawn on when the first is empty."""

    kind: Kind
    entry: Intervention
    terms: Mapping[str, float]
    ledger_line: int
    more: tuple[int, ...] = ()

    @property
    def ledger_lines(self) -> tuple[int, ...]:
        """Its lines in the order in which they are drawn on."""
        return (self.ledger_line, *self.more)

    @property
    def funds(self) -> tuple[str, ...]:
        """The funds it may draw on, in that order."""
        return (self.entry.fund, *self.entry.also)

    def line_of(self, fund: str) -> int:
        """Its line in one of its funds."""
        return self.ledger_lines[self.funds.index(fund)]

    @property
    def lag(self) -> int:
        """Quarters from approval to payment."""
        return round(self.terms.get("lag_quarters", 0.0))

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
def support(size, list_state, supported, support_kept, support_in_observation):  # type: ignore[no-untyped-def]
    """Who may receive programme support: listed households, and where support is kept those under observation and those
    that have left the list (QZ-1.2, QZ-11.1)."""
    for row in range(size.shape[0]):
        kept = list_state[row] == 1 or (list_state[row] == 2 and support_in_observation == 1)
        kept = kept or (list_state[row] == 3 and support_kept[row] == 1)
        supported[row] = 1 if kept and size[row] > 0 else 0


@rule
def offer_households(  # type: ignore[no-untyped-def]
    eligible, helped, supported_rows, offered, take_up, take_up_shift, take_up_luck, ramp
):
    """Which eligible households would take the kind up: those whose lasting uniform, `take_up_luck`, says so; a
    household with a helper takes it up the more. `supported_rows` also holds households that left the list with a
    subsidised loan; these are offered nothing new."""
    alone = take_up * ramp
    with_helper = take_up * (1.0 + take_up_shift) * ramp
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        reach = with_helper if helped[row] == 1 else alone
        offered[row] = eligible[row] * np.int8(take_up_luck[row] < reach)


@rule
def offer_villages(  # type: ignore[no-untyped-def]
    seed, replicate, village_key, village_stratum, village_offered, take_up, take_up_other, ramp, kind_number
):
    """Which villages would take the kind up: `take_up` of the key and weak ones, `take_up_other` of the others."""
    for row in range(village_key.shape[0]):
        reach = take_up if village_stratum[row] < 2 else take_up_other
        luck = uniform(seed, replicate, village_key[row], TAKE_UP + kind_number, 0, 0)
        village_offered[row] = 1 if luck < reach * ramp else 0


def find_reached(world: World, lines: Sequence[Line]) -> None:
    """Once a quarter: the rows each reach in use covers, and the flag that says who of them is offered a kind."""
    households = world.households
    listed = (households.supported == 1) | (households.loan_principal > 0) | (households.loan_compensation > 0)
    world.supported_rows = np.flatnonzero(listed)
    world.reached = {"listed": (world.supported_rows, households.supported)}
    for reach in {line.kind.reach for line in lines} - {"listed"}:
        everybody = (households.size > 0).astype(np.int8)
        flag = everybody if reach == "all" else getattr(households, REACH[reach])
        world.reached[reach] = (np.flatnonzero((flag == 1) & (households.size > 0)), flag)
    for reach in world.reached:
        kinds = {line.kind.number for line in lines if line.kind.to == "household" and line.kind.reach == reach}
        draw_take_up(world, reach, sorted(kinds))


@compiled
def not_drawn(rows, luck):  # type: ignore[no-untyped-def]
    """Those of the rows that have no uniform yet."""
    fresh = np.empty(rows.shape[0], np.int64)
    found = 0
    for index in range(rows.shape[0]):
        # The next row takes the place of one that has its uniform.
        fresh[found] = rows[index]
        found += 1 if luck[rows[index]] == 0.0 else 0
    return fresh[:found]


def draw_take_up(world: World, reach: str, kinds: Sequence[int]) -> None:
    """The lasting uniforms of all kinds of one reach, for the households it covers for the first time; kept until a row
    changes hands. Who has one of one kind has one of each, so that one look finds who has none."""
    if not kinds:
        return
    began = any(kind not in world.take_up_luck for kind in kinds)
    lucks = [world.luck_of_take_up(kind) for kind in kinds]
    if began:
        for luck in lucks:
            luck.fill(0.0)
    fresh = not_drawn(world.reached[reach][0], lucks[0])
    agents = world.households.key[fresh]
    for kind, luck in zip(kinds, lucks, strict=True):
        luck[fresh] = uniforms_of_many(world.luck.seed, world.luck.replicate, agents, TAKE_UP + kind, 0)


def serve(world: World, line: Line, now: Quarter) -> None:
    """Offers, wants, payment, delivery and, unless its mechanism is switched off, change of one kind in one quarter."""
    names = line_names(world, line, now)
    claimants = serve_villages if line.kind.to == "village" else serve_households
    paid = claimants(world, line, names)
    if line.kind.delivered is not None and paid > 0:
        line.kind.delivered(names)
    if line.entry.mechanism:
        line.kind.changed(names)
    if world.treatments is not None:
        remember(world, line)
    if line.kind.to == "household":
        # The next kind finds nothing claimed and nothing delivered.
        clear(names["rows_asking"], world.households.claim)
        clear(names["rows_paid"], world.households.delivered)


def remember(world: World, line: Line) -> None:
    """Add what a kind delivered this quarter, fen by household and by village, to the treatments a panel follows."""
    assert world.treatments is not None
    households, villages = world.households, world.villages
    fresh = (np.zeros(households.length, np.int64), np.zeros(villages.length, np.int64))
    of_household, of_village = world.treatments.setdefault(line.kind.name, fresh)
    if line.kind.to == "household":
        of_household += households.delivered
    else:
        of_village += villages.delivered


def serve_villages(world: World, line: Line, names: dict[str, Any]) -> int:
    """Offers and claims of villages, and what falls due to them; returns fen paid for the whole place."""
    kind, table, accounts = line.kind, world.villages, world.accounts
    offer_villages(names)
    reach = county_reach(world, line)
    if reach.min() < 1.0:
        hold_back_villages({**names, "county_reach": reach})
    table.claim.fill(0)
    kind.want(names)
    rows = np.arange(table.length)
    if kind.once:
        table.claim[promised(accounts.pending, line)] = 0
    priority = table.priority if kind.whole else None
    claim = table.claim.copy()
    made = accounts.approve(line.ledger_lines, claim, rows, table, priority, rows, table.key, line.lag)
    table.delivered.fill(0)
    paid, fen = 0, np.zeros(table.length, np.int64)
    for due in falling_due(world, line, made):
        paid += accounts.settle(due, fen, rows, table, project=kind.project)
        table.delivered += fen
    received = table.public_money if kind.cash else table.supplier_money
    received += table.delivered
    return paid


def serve_households(world: World, line: Line, names: dict[str, Any]) -> int:
    """Offers and claims of households, and what falls due to them; returns fen paid for the whole place. Leaves in
    `names` the rows that were reached, those paid late among them, and the rows that were paid."""
    kind, table, villages, accounts = line.kind, world.households, world.villages, world.accounts
    rows = names["supported_rows"]
    offer_households(names)
    reach = county_reach(world, line)
    if reach.min() < 1.0:
        hold_back_households({**names, "county_reach": reach})
    if line.terms.get("targeting", 0.0) != 0.0:
        pick_households(names)
    kind.want(names)
    if kind.once:
        table.claim[promised(accounts.pending, line)] = 0
    asking, claims, homes, keys, priorities = who_asks(names)
    priority = priorities if kind.whole else None
    made = accounts.approve(line.ledger_lines, claims, homes, villages, priority, asking, keys, line.lag)
    paid, rows_paid = 0, np.zeros(0, np.int64)
    for due in falling_due(world, line, made):
        here = None if due is made else (table.key[due.rows] == due.keys) & (table.size[due.rows] > 0)
        fen = np.zeros(len(due.rows), np.int64)
        home = homes if due is made else table.village[due.rows]
        paid += accounts.settle(due, fen, home, villages, here, kind.project)
        if due is not made:
            rows = np.union1d(rows, due.rows)
        rows_paid = np.union1d(rows_paid, due.rows) if len(rows_paid) else due.rows
        deliver(due.rows, fen, table.delivered)
    names |= {"supported_rows": rows_paid}
    (credit_households if kind.cash else credit_suppliers)(names)
    names |= {"supported_rows": rows, "rows_asking": asking, "rows_paid": rows_paid}
    return paid


def county_reach(world: World, line: Line) -> np.ndarray:
    """How far a line reaches in every county (C,)."""
    fund = world.accounts.funds[world.accounts.row_of(line.ledger_line)]
    weight = world.names["performance_weight"] if fund.role == "programme" else 0.0
    return reach_of_counties(world.counties.supported, world.counties.results, line.terms.get("elsewhere", 1.0), weight)


def falling_due(world: World, line: Line, made: Commitment) -> list[Commitment]:
    """The commitments of a line to be paid this quarter, the one just made among them if it has no lag; the others stay
    pending."""
    accounts = world.accounts
    ours = [old for old in accounts.pending if old.lines == made.lines]
    due = [old for old in ours if old.due <= accounts.now]
    accounts.pending = [old for old in accounts.pending if not any(old is one for one in due)]
    if line.lag == 0:
        return [*due, made]
    accounts.pending.append(made)
    return due


def promised(pending: Sequence[Commitment], line: Line) -> np.ndarray:
    """Rows of the claimants to whom the line has committed money it has not yet paid."""
    ours = [old.rows[old.fen > 0] for old in pending if old.lines == line.ledger_lines]
    return np.concatenate(ours) if ours else np.zeros(0, np.int64)


def line_names(world: World, line: Line, now: Quarter) -> dict[str, Any]:
    """The names a kind's rules may ask for: the world's, its own terms, and how far it has ramped up."""
    rows, eligible = world.reached[line.kind.reach]
    return {
        **world.names,
        "take_up": 1.0,
        "take_up_other": 0.0,
        "take_up_shift": world.names.get("social_pairing_take_up_shift", 0.0),
        **line.terms,
        "ramp": line.ramp(now),
        "kind_number": line.kind.number,
        "open_now": 1 if line.open(now) else 0,
        # A claim put once is answered before it is put again.
        "answered_now": 1 if now.number % (line.lag + 1) == 0 else 0,
        "supported_rows": rows,
        "eligible": eligible,
        "take_up_luck": world.luck_of_take_up(line.kind.number),
    }
