"""Claims of households: gathered for the fund, and what it paid on them booked. One compiled pass each."""

from __future__ import annotations

import numpy as np

from simulator.rules import compiled, rule


@rule
def who_asks(supported_rows, claim, village, key, priority):  # type: ignore[no-untyped-def]
    """The rows with a claim, and of each its claim, village, key and priority."""
    asking = np.empty(supported_rows.shape[0], np.int64)
    found = 0
    for index in range(supported_rows.shape[0]):
        # The next row takes the place of one that does not ask.
        asking[found] = supported_rows[index]
        found += 1 if claim[supported_rows[index]] > 0 else 0
    asking = asking[:found]
    claims, homes = np.empty(found, claim.dtype), np.empty(found, village.dtype)
    keys, priorities = np.empty(found, key.dtype), np.empty(found, priority.dtype)
    for index in range(found):
        row = asking[index]
        claims[index], homes[index] = claim[row], village[row]
        keys[index], priorities[index] = key[row], priority[row]
    return asking, claims, homes, keys, priorities


@compiled
def deliver(rows, fen, delivered):  # type: ignore[no-untyped-def]
    """Add what was paid to what the kind at hand has delivered."""
    for index in range(rows.shape[0]):
        delivered[rows[index]] += fen[index]


@compiled
def clear(rows, column):  # type: ignore[no-untyped-def]
    """Set a column to zero in these rows."""
    for index in range(rows.shape[0]):
        column[rows[index]] = 0


@rule
def credit_households(supported_rows, delivered, public_money, year_support):  # type: ignore[no-untyped-def]
    """Book public money received in cash."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        public_money[row] += delivered[row]
        year_support[row] += delivered[row]


@rule
def credit_suppliers(supported_rows, delivered, village, village_supplier_money, year_support):  # type: ignore[no-untyped-def]
    """Book public money paid to a supplier on a household's behalf."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        village_supplier_money[village[row]] += delivered[row]
        year_support[row] += delivered[row]
