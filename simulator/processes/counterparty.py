"""Counterparties that fail: the buyer or operator a cooperative or an asset project depends on.

It is the risk of the partner that FS-30 names beside those of technique and market. Every year each fails with its own
hazard, independently from village to village: the contract is void, the cooperative or project fails with it, and of
its capital the share `recovery_share` is recovered. Source: model 7.2 and 7.5; the hazards are for stress and not
identified by data.
"""

from __future__ import annotations

from simulator.draws import COUNTERPARTY_YEAR, uniform
from simulator.rules import rule


@rule
def buyers_fail(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    cooperative_key,
    cooperative_received,
    cooperative_buyer_failed,
    industry_support_failure_hazard,
):
    """Which cooperatives that hold public money lose their buyer this year."""
    for row in range(cooperative_key.shape[0]):
        luck = uniform(seed, replicate, cooperative_key[row], COUNTERPARTY_YEAR, moment, 0)
        fails = luck < industry_support_failure_hazard and cooperative_received[row] > 0
        cooperative_buyer_failed[row] = 1 if fails else 0


@rule
def operators_fail(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    cooperative_key,
    cooperative_project_capital,
    cooperative_operator_failed,
    equity_dividends_failure_hazard,
):
    """Which asset projects lose their operator this year."""
    for row in range(cooperative_key.shape[0]):
        luck = uniform(seed, replicate, cooperative_key[row], COUNTERPARTY_YEAR, moment, 1)
        fails = luck < equity_dividends_failure_hazard and cooperative_project_capital[row] > 0
        cooperative_operator_failed[row] = 1 if fails else 0
