"""Asset projects behind equity dividends: what their capital earned and what shareholders get at the year's end.

Earnings are capital x return x luck of the year. The dividend due is the promised rate on all shares and what is in
arrears; it is paid as far as earnings and reserve reach, by shares, and what is short becomes arrears (C-30d). Arrears
left by two settlements in a row, more than four quarters, leave a project distressed; if the next leaves them too it
fails, as it does at once with its operator: the part `recovery_share` of capital and shares is left and earns nothing
until new money starts the project again. Whole fen, conserved. Source: model 7.5; FS-10, FS-30.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.cooperatives import FAILED
from simulator.draws import COOPERATIVE_YEAR, uniforms
from simulator.processes.cooperatives import fall_of_shares, luck_of_year, share_out, status_after
from simulator.rules import rule


@rule
def settle_projects(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    village_start,
    size,
    equity,
    equity_dividend,
    cooperative_key,
    cooperative_operator_failed,
    cooperative_project_capital,
    cooperative_project_earned,
    cooperative_project_reserve,
    cooperative_project_arrears,
    cooperative_project_arrears_years,
    cooperative_project_status,
    cooperative_project_lost,
    equity_dividends_dividend_rate,
    equity_dividends_project_return,
    equity_dividends_project_sd,
    equity_dividends_recovery_share,
):
    """The asset projects' year: capital earns return x luck; the dividend due on all shares is paid as far as earnings
    and reserve reach, the rest becomes arrears."""
    kept = equity_dividends_recovery_share
    for village in range(cooperative_project_capital.shape[0]):
        if cooperative_project_capital[village] == 0 or cooperative_project_status[village] == FAILED:
            continue
        first, last = village_start[village], village_start[village + 1]
        shares = np.zeros(last - first)
        held = np.int64(0)
        for row in range(first, last):
            if size[row] > 0:
                shares[row - first] = equity[row]
                held += equity[row]
        _, _, luck, _ = uniforms(seed, replicate, cooperative_key[village], COOPERATIVE_YEAR, moment, 0)
        lost = cooperative_operator_failed[village] == 1
        rate = 0.0 if lost else equity_dividends_project_return * luck_of_year(luck, equity_dividends_project_sd)
        earned = np.int64(math.floor(rate * cooperative_project_capital[village]))
        owed = np.int64(math.floor(equity_dividends_dividend_rate * held)) + cooperative_project_arrears[village]
        able = cooperative_project_reserve[village] + earned
        paid = share_out(0 if lost else min(owed, able), shares, equity_dividend, first, last)
        cooperative_project_earned[village] = earned
        cooperative_project_reserve[village] = able - paid
        # What rounding leaves of a dividend paid in full is no arrears.
        cooperative_project_arrears[village] = max(owed - able, 0)
        years = cooperative_project_arrears_years[village] + 1 if cooperative_project_arrears[village] > 0 else 0
        cooperative_project_arrears_years[village] = years
        status = status_after(cooperative_project_status[village], False, years, 0)
        if lost:
            status = FAILED
        cooperative_project_status[village] = status
        if status == FAILED:
            left = np.int64(math.floor(kept * cooperative_project_capital[village]))
            fall_of_shares(equity, kept, first, last)
            cooperative_project_lost[village] += cooperative_project_capital[village] - left
            cooperative_project_capital[village] = left
            cooperative_project_arrears[village], cooperative_project_arrears_years[village] = 0, 0
