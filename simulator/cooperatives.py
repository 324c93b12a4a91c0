"""The columns of cooperatives: row i is the cooperative of the i-th village, and the asset project beside it.

Balance sheet, every quarter and to the fen: what a cooperative holds is what it was given, paid in and earned, less
what it lost,
    capital + member_capital + reserve = received + members_paid + retained - lost,
where `received` is fiscal money and granted shares, `members_paid` the members' own money net of what they took back
and `retained` surplus not paid out. A reserve below zero is debt, which its creditors lose when it fails (`lost` is
then the less). The asset project's: project_capital = project_received - project_lost, and its reserve rises by
project_earned less the equity dividends paid.
"""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, flow, stock, trait
from simulator.rules import compiled

ACTIVE, SHELL, DISTRESSED, FAILED = 0, 1, 2, 3


@compiled
def fresh_start(status, luck_shell, shell_share):  # type: ignore[no-untyped-def]
    """Status of a cooperative that receives money: one that had failed starts anew."""
    if status != FAILED:
        return status
    return SHELL if luck_shell < shell_share else ACTIVE


class Cooperatives(Table):
    """One cooperative a village, which industry support works through; money is whole fen."""

    prefix = "cooperative_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from the village")
    luck_shell: np.ndarray = trait(
        np.float64, "uniform", "founding", "a shell, serving nobody, if below the shell share"
    )
    quality: np.ndarray = trait(np.float64, "ratio", "founding", "return relative to the mean cooperative")
    status: np.ndarray = trait(np.int8, "code", "cooperatives", "0 active, 1 shell, 2 distressed, 3 failed")
    outreach: np.ndarray = trait(np.float64, "share", "cooperative_support", "how far a programme recruits members")
    tech: np.ndarray = trait(
        np.float64, "share", "industry_support", "by how much technical service raises its return this year"
    )
    buyer_failed: np.ndarray = flow(np.int8, "flag", "counterparty", "1: its buyer or operator failed this quarter")
    linked: np.ndarray = trait(np.int64, "households", "industry_support", "listed households linked to it")
    capital: np.ndarray = stock(
        np.int64, "fen", "industry_support", "fiscal capital, quantified as shares of linked households"
    )
    member_capital: np.ndarray = stock(np.int64, "fen", "membership", "share capital of members, paid or granted")
    members_paid: np.ndarray = stock(np.int64, "fen", "membership", "members' own money paid in, less taken back")
    received: np.ndarray = stock(np.int64, "fen", "interventions", "public money received so far")
    retained: np.ndarray = stock(np.int64, "fen", "cooperatives", "surplus kept so far, less what it paid out of it")
    capacity_added: np.ndarray = stock(
        np.float64, "yuan", "cooperative_support", "capital it can use beyond what its households absorb"
    )
    capacity: np.ndarray = stock(
        np.float64, "yuan", "cooperatives", "fiscal capital it can put to use, as of the last settlement"
    )
    reserve: np.ndarray = stock(np.int64, "fen", "industry_support", "reserve held back from the surplus")
    arrears: np.ndarray = stock(np.int64, "fen", "industry_support", "guaranteed dividends not yet paid")
    arrears_years: np.ndarray = stock(np.int64, "years", "cooperatives", "settlements in a row that left arrears")
    surplus: np.ndarray = stock(
        np.int64, "fen", "industry_support", "surplus of the last settlement before any pay-out"
    )
    lost: np.ndarray = stock(np.int64, "fen", "industry_support", "capital lost in a failure")
    project_capital: np.ndarray = stock(np.int64, "fen", "equity_dividends", "capital of the village's asset project")
    project_received: np.ndarray = stock(
        np.int64, "fen", "equity_dividends", "public money the asset project received so far"
    )
    project_earned: np.ndarray = flow(np.int64, "fen", "equity_dividends", "what its capital earned this year")
    project_reserve: np.ndarray = stock(np.int64, "fen", "equity_dividends", "earned by the project and not paid out")
    project_arrears: np.ndarray = stock(np.int64, "fen", "equity_dividends", "dividends of the project in arrears")
    project_arrears_years: np.ndarray = stock(
        np.int64, "years", "equity_dividends", "settlements in a row that left arrears"
    )
    project_status: np.ndarray = trait(np.int8, "code", "equity_dividends", "0 active, 2 distressed, 3 failed")
    operator_failed: np.ndarray = flow(np.int8, "flag", "counterparty", "1: the asset project's operator failed")
    project_lost: np.ndarray = stock(np.int64, "fen", "equity_dividends", "project capital lost in failures")
