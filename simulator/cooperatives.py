"""The columns of cooperatives: row i is the cooperative of the i-th village."""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, stock, trait


class Cooperatives(Table):
    """One cooperative a village, which industry support works through; money is whole fen."""

    prefix = "cooperative_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from the village")
    luck_shell: np.ndarray = trait(
        np.float64, "uniform", "founding", "a shell, serving nobody, if below the shell share"
    )
    quality: np.ndarray = trait(np.float64, "ratio", "founding", "return relative to the mean cooperative")
    failed: np.ndarray = trait(np.int8, "flag", "industry_support", "1: has failed and pays nothing")
    linked: np.ndarray = trait(np.int64, "households", "industry_support", "listed households linked to it")
    capital: np.ndarray = stock(
        np.int64, "fen", "industry_support", "fiscal capital, quantified as shares of linked households"
    )
    reserve: np.ndarray = stock(np.int64, "fen", "industry_support", "reserve held back from the surplus")
    arrears: np.ndarray = stock(np.int64, "fen", "industry_support", "guaranteed dividends not yet paid")
    surplus: np.ndarray = stock(
        np.int64, "fen", "industry_support", "surplus of the last settlement before any pay-out"
    )
    lost: np.ndarray = stock(np.int64, "fen", "industry_support", "capital lost in a failure")
