"""The columns of villages: row i is the i-th sampled village. Collective money is whole fen."""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, flow, stock, trait

KEY, WEAK, OTHER = 0, 1, 2
STRATA = ("key", "weak", "other")


class Villages(Table):
    """Sampled villages; `stands_for` says for how many villages of the place each stands and is read by `accounts`,
    `counties` and `measures` alone."""

    prefix = "village_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from place and ordinal")
    stratum: np.ndarray = trait(np.int64, "code", "founding", "0 key village, 1 other weak village, 2 other")
    county: np.ndarray = trait(np.int64, "row", "founding", "row of its county")
    stands_for: np.ndarray = trait(np.int64, "villages", "founding", "villages of the place it stands for")
    level: np.ndarray = trait(np.float64, "log", "founding", "lasting log distance of local productivity")
    remoteness: np.ndarray = trait(np.float64, "share", "founding", "distance from jobs and markets; the larger the remoter")
    habitability: np.ndarray = trait(
        np.float64, "share", "founding", "how fit to live in: water, slope, hazards; 1 is the best"
    )
    shock: np.ndarray = trait(np.float64, "log", "productivity", "shock of the year common to the village")
    disaster: np.ndarray = stock(
        np.float64, "share", "disasters", "share of the crop lost to disasters for the rest of the year"
    )
    collective_base: np.ndarray = trait(
        np.float64, "yuan/year", "founding", "collective operating income at year 0 without policy"
    )
    collective_subsidy: np.ndarray = trait(
        np.float64, "yuan/year", "founding", "collective income that is not operating, at year 0"
    )
    baseline_listed: np.ndarray = trait(np.int64, "households", "register", "households of the baseline list at year 0")
    offered: np.ndarray = trait(np.int8, "flag", "delivery", "offered the kind at hand and would take it up")
    infrastructure: np.ndarray = stock(
        np.float64, "share", "infrastructure", "roads, water, grid and network built beyond what stood; 0: none, 1: all"
    )
    vacancies: np.ndarray = trait(
        np.float64, "ratio", "network", "by how much finding work near home is easier than usual: hazard x (1 + this)"
    )
    migrant_share: np.ndarray = trait(np.float64, "share", "network", "migrants among workers when the year opens")
    usual_migrants: np.ndarray = stock(np.float64, "share", "network", "usual share of migrants among workers")
    usual_jobs: np.ndarray = stock(np.float64, "share", "network", "usual share of workers in work near home")
    usual_seekers: np.ndarray = stock(np.float64, "share", "network", "usual share of workers at home who look for work")
    claim: np.ndarray = flow(np.int64, "fen", "interventions", "claim of the kind at hand on its fund")
    priority: np.ndarray = flow(np.float64, "rank", "interventions", "the lower, the sooner served by the kind at hand")
    delivered: np.ndarray = flow(np.int64, "fen", "accounts", "what the fund paid on that claim")
    public_money: np.ndarray = flow(np.int64, "fen", "accounts", "public money received by the collective")
    supplier_money: np.ndarray = flow(
        np.int64, "fen", "accounts", "public money paid to suppliers, trainers, banks and offices for the village"
    )
    station_built: np.ndarray = trait(np.int8, "flag", "village_station", "1: a station has been paid for")
    station_kw: np.ndarray = stock(np.float64, "kW", "village_station", "capacity of the village station")
    station_age: np.ndarray = stock(np.float64, "years", "village_station", "years since commissioning")
    station_output: np.ndarray = flow(np.float64, "kWh", "village_station", "electricity sold this quarter")
    station_revenue: np.ndarray = flow(np.int64, "fen", "village_station", "revenue after operation and maintenance")
    station_kept: np.ndarray = flow(np.int64, "fen", "village_station", "the collective's part of the revenue")
    station_payout: np.ndarray = flow(
        np.int64, "fen", "village_station", "paid to households as dividends and post wages"
    )
    smoothing_fund: np.ndarray = stock(np.int64, "fen", "village_station", "reserve that smooths payouts over years")
    station_expected: np.ndarray = stock(
        np.float64, "fen/quarter", "village_station", "trend of the revenue shared out"
    )
    station_shared: np.ndarray = stock(
        np.int64, "fen", "village_station", "revenue set aside for households in the year so far"
    )
    collective_cash: np.ndarray = stock(np.int64, "fen", "collective_economy", "cash of the collective")
    granted: np.ndarray = trait(np.int8, "flag", "village_grant", "1: has received its collective-economy grant")
    enclave: np.ndarray = stock(np.int64, "fen", "village_grant", "capital placed in pooled assets elsewhere")
    operating_income: np.ndarray = flow(np.int64, "fen", "collective_economy", "operating income of the quarter")
    other_income: np.ndarray = flow(np.int64, "fen", "collective_economy", "other collective income of the quarter")
    year_operating: np.ndarray = stock(np.int64, "fen", "collective_economy", "operating income of the year so far")
    year_total: np.ndarray = stock(np.int64, "fen", "collective_economy", "all collective income of the year so far")
