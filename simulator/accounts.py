"""Public money: funds, uses and the ledger. `pay` is the only way it moves.

A fund belongs to the whole place, a claim to one sampled household or village, which stands for several: sums over
claims count each village for all it stands for. When a fund cannot meet all claims it pays either every claim the same
share, or whole claims in the order of their priority; equal priorities are served together or not at all, so that a
village standing for two equals two copies of it. Everything is whole fen; the ledger is kept by line (fund, use, kind)
and village group.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.history import LedgerLine
from simulator.rules import compiled
from simulator.scenario import Fund
from simulator.villages import STRATA, Villages

GROUPS = len(STRATA)


class Overdraft(Exception):
    """A fund was asked for more than it holds: a fault of the programme's rules, never of a scenario."""


class Accounts:
    """The funds of a run and the ledger of the quarter.

    `balance`, `inflow`: (F,) int64 fen, inflow of the quarter; `paid`: (L, 3) int64 fen of the quarter for the whole
    place by line and village group. A `standing` fund is an entitlement: what falls due is appropriated as it is paid.
    """

    def __init__(self, funds: Sequence[Fund]) -> None:
        self.funds = tuple(funds)
        self.position = {fund.name: row for row, fund in enumerate(self.funds)}
        self.balance = np.zeros(len(self.funds), np.int64)
        self.inflow = np.zeros(len(self.funds), np.int64)
        self.lines: list[LedgerLine] = []
        self.allotment: list[int | None] = []
        self.paid = np.zeros((0, len(STRATA)), np.int64)

    def copy(self) -> Accounts:
        twin = Accounts(self.funds)
        twin.balance = self.balance.copy()
        twin.inflow = self.inflow.copy()
        twin.lines = list(self.lines)
        twin.allotment = list(self.allotment)
        twin.paid = self.paid.copy()
        return twin

    def open_line(self, fund: str, use: str, kind: str) -> int:
        """The row of the ledger for this fund, use and kind. Raises KeyError for a fund that is not declared."""
        if fund not in self.position:
            raise KeyError(f"no fund named {fund}")
        line = LedgerLine(fund, use, kind)
        if line not in self.lines:
            self.lines.append(line)
            self.allotment.append(None)
            self.paid = np.vstack([self.paid, np.zeros((1, len(STRATA)), np.int64)])
        return self.lines.index(line)

    def open_quarter(self) -> None:
        self.inflow[:] = 0
        self.paid[:] = 0

    def grant(self, fund: str, fen: int) -> None:
        """Put a budget into a fund."""
        row = self.position[fund]
        self.inflow[row] += fen
        self.balance[row] += fen

    def allot(self, line: int, fen: int) -> None:
        """Set part of its fund aside for a line, which from then on may spend no more than its allotments."""
        self.allotment[line] = (self.allotment[line] or 0) + fen

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
        return self._pay(line, claim, delivered, home, villages.stands_for, villages.stratum, priority)

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
        """Pay claims out of the line's fund and return the fen paid for the whole place.

        `claim`, `delivered`: (N,) int64 fen a claimant, `delivered` is written; `stands_for`, `stratum`: (N,) of each
        claimant's village. With `priority` whole claims are paid, lowest first; without, all the same share. Raises
        Overdraft if the fund ends below zero.
        """
        return self._pay(line, claim, delivered, np.arange(len(claim)), stands_for, stratum, priority)

    def _pay(
        self,
        line: int,
        claim: np.ndarray,
        delivered: np.ndarray,
        home: np.ndarray,
        stands_for: np.ndarray,
        stratum: np.ndarray,
        priority: np.ndarray | None,
    ) -> int:
        """`pay` with the weights and groups of villages, `home` being each claimant's village among them."""
        fund = self.funds[self.position[self.lines[line].fund]]
        row = self.position[fund.name]
        by_group = sum_by_group(claim, home, stands_for, stratum)
        asked = int(by_group.sum())
        if fund.role == "standing":
            self.inflow[row] += asked
            self.balance[row] += asked
        allotment = self.allotment[line]
        limit = int(self.balance[row]) if allotment is None else min(int(self.balance[row]), allotment)
        if asked <= limit:
            delivered[:] = claim
        else:
            if priority is None:
                pay_shares(claim, delivered, max(limit, 0) / asked)
            else:
                order = np.argsort(priority, kind="stable")
                pay_in_order(claim, delivered, stands_for[home], priority, order, limit)
            by_group = sum_by_group(delivered, home, stands_for, stratum)
        total = int(by_group.sum())
        self.paid[line] += by_group
        self.balance[row] -= total
        if allotment is not None:
            self.allotment[line] = allotment - total
        if self.balance[row] < 0:
            raise Overdraft(f"fund {fund.name} is overdrawn by {-int(self.balance[row])} fen on {self.lines[line]}")
        return total


@compiled
def pay_shares(claim, delivered, share):  # type: ignore[no-untyped-def]
    """Pay every claim the same share, rounded down to the fen."""
    for row in range(claim.shape[0]):
        delivered[row] = min(claim[row], np.int64(claim[row] * share))


@compiled
def pay_in_order(claim, delivered, stands_for, priority, order, limit):  # type: ignore[no-untyped-def]
    """Pay whole claims in the order of priority until the next group of equal priority does not fit."""
    delivered[:] = 0
    left = limit
    start = 0
    while start < order.shape[0]:
        end = start
        asked = np.int64(0)
        while end < order.shape[0] and priority[order[end]] == priority[order[start]]:
            asked += claim[order[end]] * stands_for[order[end]]
            end += 1
        if asked > left:
            return
        left -= asked
        for position in range(start, end):
            delivered[order[position]] = claim[order[position]]
        start = end


@compiled
def sum_by_group(fen, home, stands_for, stratum):  # type: ignore[no-untyped-def]
    """Fen for the whole place by village group (3,), each claimant's village counting for all it stands for."""
    by_group = np.zeros(GROUPS, np.int64)
    for row in range(fen.shape[0]):
        by_group[stratum[home[row]]] += fen[row] * stands_for[home[row]]
    return by_group
