"""Public money: funds, uses and the ledger. Claims are approved against a fund and paid out of it, and no other way.

A fund belongs to the whole place, a claim to one sampled household or village, which stands for several: sums over
claims count each village for all it stands for. When a fund cannot meet all claims it pays either every claim the same
share, or whole claims in the order of their priority (`rationing`). What is approved is committed: set aside until it
is paid, at once or after a lag, to the claimants still there; what was meant for others goes back to its line. Of what
a fund pays a share may leak: it is booked as leaked and does not reach the claimant. Money of a fund with a window of
validity lapses when the window closes and is booked as returned to the treasury. Everything is whole fen:

    opening balance + inflow = paid + leaked + returned + closing balance, and committed = paid + leaked + outstanding.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.history import LedgerLine
from simulator.rationing import GROUPS, leaked_share, pay_in_order, pay_shares, payers, sum_by_group
from simulator.scenario import Fund
from simulator.villages import Villages

UNALLOTTED = "unallotted"


class Overdraft(Exception):
    """A fund was asked for more than it holds: a fault of the programme's rules, never of a scenario."""


class Weights(NamedTuple):
    """What each claimant's village stands for and its group, where there is no table of villages."""

    stands_for: np.ndarray
    stratum: np.ndarray


@dataclass(frozen=True)
class Commitment:
    """Money approved and not yet paid: `fen` (N,) for each claimant, a row of its table known again by its key.

    `amounts` are the fen for the whole place set aside on each of `lines`, `by_group` (3,) the same by village group;
    `due` is the number of the quarter in which they are paid.
    """

    lines: tuple[int, ...]
    amounts: tuple[int, ...]
    by_group: np.ndarray
    due: int
    rows: np.ndarray
    keys: np.ndarray
    fen: np.ndarray


class Accounts:
    """The funds of a run and the ledger of the quarter.

    `opening`, `balance`, `inflow`, `reserved`: (F,) int64 fen, `reserved` being the part of the balance that is
    committed. `committed`, `paid`, `leaked`: (L, 3) int64 fen of the quarter for the whole place by line and village
    group; commitments given up count as negative. `returned`: (L,) fen of the quarter. `outstanding`: (L,) fen
    committed on a line and neither paid nor leaked. `leakage`: (F,) share; `valid`: (F,) quarters, 0 without a window.
    `sources`: project -> (V,) which funds have paid into that project of the village, a bit a fund. A `standing` fund
    is an entitlement: what falls due is appropriated as it is approved.
    """

    def __init__(self, funds: Sequence[Fund]) -> None:
        self.funds = tuple(funds)
        self.position = {fund.name: row for row, fund in enumerate(self.funds)}
        self.opening, self.balance, self.inflow, self.reserved = np.zeros((4, len(self.funds)), np.int64)
        self.leakage = np.zeros(len(self.funds))
        self.valid = np.zeros(len(self.funds), np.int64)
        self.now = 0
        self.lines: list[LedgerLine] = []
        self.allotment: list[int | None] = []
        self.grants: list[list[tuple[int, int]]] = []
        self.committed, self.paid, self.leaked = np.zeros((3, 0, GROUPS), np.int64)
        self.returned, self.outstanding = np.zeros((2, 0), np.int64)
        self.pending: list[Commitment] = []
        self.sources: dict[str, np.ndarray] = {}

    def copy(self) -> Accounts:
        """Independent books in the same state. Commitments are never changed and may be shared."""
        twin = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                setattr(twin, name, value.copy())
        for name in ("lines", "allotment", "pending"):
            setattr(twin, name, list(getattr(self, name)))
        twin.grants = [list(grants) for grants in self.grants]
        twin.sources = {project: funds.copy() for project, funds in self.sources.items()}
        return twin

    def open_line(self, fund: str, use: str, kind: str) -> int:
        """The row of the ledger for this fund, use and kind. Raises KeyError for a fund that is not declared."""
        if fund not in self.position:
            raise KeyError(f"no fund named {fund}")
        line = LedgerLine(fund, use, kind)
        if line not in self.lines:
            self.lines.append(line)
            self.allotment.append(None)
            self.grants.append([])
            for name in ("committed", "paid", "leaked", "returned", "outstanding"):
                held = getattr(self, name)
                setattr(self, name, np.concatenate([held, np.zeros((1, *held.shape[1:]), np.int64)]))
        return self.lines.index(line)

    def open_quarter(self, now: int = 0) -> None:
        """Open the quarter of that number: the flows start at zero, and what is no longer valid lapses."""
        self.now = now
        self.opening[:] = self.balance
        for flow in (self.inflow, self.committed, self.paid, self.leaked, self.returned):
            flow[:] = 0
        for line, grants in enumerate(self.grants):
            window = int(self.valid[self.row_of(line)])
            while window and grants and grants[0][0] + window <= now:
                _, fen = grants.pop(0)
                self.allotment[line] = (self.allotment[line] or 0) - fen
                self.give_back(line, fen)

    def row_of(self, line: int) -> int:
        """The row of the fund a line is paid from."""
        return self.position[self.lines[line].fund]

    def give_back(self, line: int, fen: int) -> None:
        """Return money of a line's fund to the treasury."""
        self.balance[self.row_of(line)] -= fen
        self.returned[line] += fen

    def grant(self, fund: str, fen: int) -> None:
        """Put a budget into a fund."""
        row = self.position[fund]
        self.inflow[row] += fen
        self.balance[row] += fen

    def allot(self, line: int, fen: int) -> None:
        """Set part of its fund aside for a line, which from then on may spend no more than its allotments."""
        self.allotment[line] = (self.allotment[line] or 0) + fen
        if self.valid[self.row_of(line)] and fen > 0:
            self.grants[line].append((self.now, fen))

    def pay_households(
        self,
        line: int,
        claim: np.ndarray,
        delivered: np.ndarray,
        home: np.ndarray,
        villages: Villages,
        priority: np.ndarray | None = None,
    ) -> int:
        """`pay` for households: `home` (N,) is the row of each claimant's village."""
        made = self.approve((line,), claim, home, villages, priority)
        return self.settle(made, delivered, home, villages)

    def pay_villages(self, line: int, villages: Villages, whole: bool) -> int:
        """`pay` for the claims of villages; `whole` meets them entire, in order of their priority."""
        priority = villages.priority if whole else None
        return self.pay(line, villages.claim, villages.delivered, villages.stands_for, villages.stratum, priority)

    def pay(
        self,
        line: int,
        claim: np.ndarray,
        delivered: np.ndarray,
        stands_for: np.ndarray,
        stratum: np.ndarray,
        priority: np.ndarray | None = None,
    ) -> int:
        """Approve claims on a line and pay them at once; returns the fen paid for the whole place, leaks left out.

        `claim`, `delivered`: (N,) int64 fen a claimant, `delivered` is written; `stands_for`, `stratum`: (N,) of each
        claimant's village. With `priority` whole claims are paid, lowest first; without, all the same share. Raises
        Overdraft if the fund ends below zero.
        """
        home, weights = np.arange(len(claim)), Weights(stands_for, stratum)
        made = self.approve((line,), claim, home, weights, priority)
        return self.settle(made, delivered, home, weights)

    def approve(
        self,
        lines: Sequence[int],
        claim: np.ndarray,
        home: np.ndarray,
        villages: Villages | Weights,
        priority: np.ndarray | None = None,
        rows: np.ndarray | None = None,
        keys: np.ndarray | None = None,
        lag: int = 0,
    ) -> Commitment:
        """Commit what the lines can pay of the claims, the first line first.

        `home` (N,) is each claimant's row among `villages`; `rows`, `keys` tell the claimants again after `lag`
        quarters. Several lines stand for one purse (ZJ-6.2 pools public, bank and private money): claims are rationed
        against all they hold together.
        """
        stands_for, stratum = villages.stands_for, villages.stratum
        by_group = sum_by_group(claim, home, stands_for, stratum)
        asked = int(by_group.sum())
        self.appropriate(lines[0], asked)
        limits = [self.free(line) for line in lines]
        limit = sum(limits)
        fen = claim
        if asked > limit:
            fen = np.zeros_like(claim)
            if priority is None:
                pay_shares(claim, fen, max(limit, 0) / asked)
            else:
                pay_in_order(claim, fen, stands_for, home, priority, limit)
            by_group = sum_by_group(fen, home, stands_for, stratum)
        amounts = in_turn(int(by_group.sum()), limits)
        for line, amount, groups in zip(lines, amounts, by_lines(by_group, amounts), strict=True):
            self.reserved[self.row_of(line)] += amount
            self.committed[line] += groups
            self.outstanding[line] += amount
            self.spend_allotment(line, amount)
        none = np.zeros(0, np.int64)
        return Commitment(
            tuple(lines),
            tuple(amounts),
            by_group,
            self.now + lag,
            none if rows is None else rows,
            none if keys is None else keys,
            fen,
        )

    def settle(
        self,
        made: Commitment,
        delivered: np.ndarray,
        home: np.ndarray,
        villages: Villages | Weights,
        here: np.ndarray | None = None,
        project: str = "",
    ) -> int:
        """Pay a commitment to the claimants still `here` (all by default) and give the rest back to its lines.

        Writes what each claimant receives into `delivered` (N,) and returns the fen received for the whole place. The
        first line's fund sets the share that leaks. What was paid into a `project` of their villages is remembered by
        fund. Raises Overdraft if a fund ends below zero.
        """
        stands_for, stratum = villages.stands_for, villages.stratum
        delivered[:] = made.fen if here is None else np.where(here, made.fen, 0)
        gross = made.by_group if here is None else sum_by_group(delivered, home, stands_for, stratum)
        leaked = np.zeros(GROUPS, np.int64)
        share = self.leakage[self.row_of(made.lines[0])]
        if share > 0.0:
            leaked_share(delivered, share)
            leaked = gross - sum_by_group(delivered, home, stands_for, stratum)
        missing = np.zeros(GROUPS, np.int64)
        if here is not None:
            missing = made.by_group - gross
        split = by_lines(np.concatenate([gross - leaked, leaked, missing]), made.amounts)
        for line, amount, parts in zip(made.lines, made.amounts, split, strict=True):
            received, lost, given_up = parts.reshape(3, GROUPS)
            self.book(line, amount, received, lost, given_up)
        if project:
            self.note_sources(project, made, delivered, home, villages, split[:, :GROUPS])
        return int((gross - leaked).sum())

    def note_sources(
        self,
        project: str,
        made: Commitment,
        delivered: np.ndarray,
        home: np.ndarray,
        villages: Villages | Weights,
        received: np.ndarray,
    ) -> None:
        """Remember which funds paid into the project of which villages; `received` (n, 3) is each line's part."""
        stands_for, stratum = villages.stands_for, villages.stratum
        sources = self.sources.setdefault(project, np.zeros(len(stratum), np.int64))
        paid = payers(delivered, made.keys, stratum[home], received, stands_for[home])
        for line, theirs in zip(made.lines, paid, strict=True):
            np.bitwise_or.at(sources, home[theirs], 1 << self.row_of(line))

    def book(self, line: int, amount: int, received: np.ndarray, lost: np.ndarray, given_up: np.ndarray) -> None:
        """Write one line's part of a payment: what was committed becomes paid, leaked or given up."""
        row = self.row_of(line)
        self.paid[line] += received
        self.leaked[line] += lost
        self.committed[line] -= given_up
        self.reserved[row] -= amount
        self.outstanding[line] -= amount
        self.balance[row] -= int(received.sum() + lost.sum())
        freed = int(given_up.sum())
        if freed and self.funds[row].role == "standing":
            self.give_back(line, freed)
        elif freed and self.allotment[line] is not None:
            self.allot(line, freed)
        if self.balance[row] < 0:
            fund = self.funds[row].name
            raise Overdraft(f"fund {fund} is overdrawn by {-int(self.balance[row])} fen on {self.lines[line]}")

    def appropriate(self, line: int, fen: int) -> None:
        """A standing fund receives what falls due on it."""
        row = self.row_of(line)
        if self.funds[row].role == "standing":
            self.inflow[row] += fen
            self.balance[row] += fen

    def free(self, line: int) -> int:
        """Fen a line may still commit: of its allotment, and of what its fund holds uncommitted."""
        row, allotment = self.row_of(line), self.allotment[line]
        held = int(self.balance[row] - self.reserved[row])
        return held if allotment is None else min(held, allotment)

    def spend_allotment(self, line: int, fen: int) -> None:
        """Take committed money out of a line's allotment, the oldest grant first."""
        allotment, grants = self.allotment[line], self.grants[line]
        if allotment is not None:
            self.allotment[line] = allotment - fen
        while fen > 0 and grants:
            granted, left = grants.pop(0)
            if left > fen:
                grants.insert(0, (granted, left - fen))
            fen -= min(left, fen)


def in_turn(total: int, limits: Sequence[int]) -> list[int]:
    """`total` taken from each limit in turn; what no limit covers falls on the last, where it shows as an overdraft."""
    amounts = []
    for limit in limits[:-1]:
        amounts.append(min(total, max(limit, 0)))
        total -= amounts[-1]
    return [*amounts, total]


def by_lines(parts: np.ndarray, amounts: Sequence[int]) -> np.ndarray:
    """Divide `parts` (P,) among lines that bear `amounts` (n,) of their sum, the first parts by the first lines:
    (n, P) with the parts as column sums and the amounts as row sums."""
    if len(amounts) == 1:
        return parts[None, :]
    ends, cuts = np.cumsum(parts), np.concatenate([[0], np.cumsum(amounts)])
    below = np.minimum(ends[None, :], cuts[:, None])
    below = np.concatenate([np.zeros((len(cuts), 1), np.int64), below], axis=1)
    return np.diff(np.diff(below, axis=1), axis=0)
