"""The columns of villages: row i is the i-th sampled village. Collective money is whole fen."""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, flow, stock, trait

KEY, WEAK, OTHER = 0, 1, 2
STRATA = ("key", "weak", "other")


class Villages(Table):
    """Sampled villages; `stands_for` says for how many villages of the place each stands and is read by `accounts`,
    `counties`, `measures` and `slices` alone."""

    prefix = "village_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from place and ordinal")
    stratum: np.ndarray = trait(np.int64, "code", "founding", "0 key village, 1 other weak village, 2 other")
    county: np.ndarray = trait(np.int64, "row", "founding", "row of its county")
    stands_for: np.ndarray = trait(np.int64, "villages", "founding", "villages of the place it stands for")
    level: np.ndarray = trait(np.float64, "log", "founding", "lasting log distance of local productivity")
    remoteness: np.ndarray = trait(np.float64, "share", "founding", "distance from jobs and markets: larger is remoter")
    habitability: np.ndarray = trait(
        np.float64, "share", "founding", "how fit to live in: water, slope, hazards; 1 is the best"
    )
    shock: np.ndarray = trait(np.float64, "log", "productivity", "shock of the year common to the village")
    station_insured: np.ndarray = stock(
        np.float64, "hours/year", "insurance", "sunshine insured: the insurer pays what hours lack of it; 0: none"
    )
    station_premium: np.ndarray = stock(
        np.float64, "hours/year", "insurance", "premium of that, in hours' worth of revenue"
    )
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
    usual_migrants: np.ndarray = stock(np.float64, "share", "network", "usual share of migrants among workers")
    usual_jobs: np.ndarray = stock(np.float64, "share", "network", "usual share of workers in work near home")
    usual_seekers: np.ndarray = stock(
        np.float64, "share", "network", "usual share of workers at home who look for work"
    )
    infrastructure_paid: np.ndarray = stock(np.int64, "fen", "infrastructure", "paid for infrastructure so far")
    supply: np.ndarray = flow(
        np.float64, "ratio", "farming", "farm output of the quarter in mean farms, season and price level apart"
    )
    usual_supply: np.ndarray = stock(np.float64, "ratio", "markets", "slow average of that supply; 0: not known yet")
    farm_price: np.ndarray = trait(np.float64, "ratio", "markets", "local price of farm produce; 1: the usual one")
    unsold: np.ndarray = trait(np.float64, "share", "markets", "part of what is not under contract that nobody bought")
    market_factor: np.ndarray = trait(
        np.float64, "ratio", "markets", "what the market makes of a yuan of output at the usual price; 1: a yuan"
    )
    year_market: np.ndarray = stock(
        np.float64, "ratio", "cooperatives", "market factor of the year so far, each quarter by its season"
    )
    contracted: np.ndarray = trait(
        np.float64, "share", "market_link", "part of what is marketed that is under contract"
    )
    price_floor: np.ndarray = trait(
        np.float64, "ratio", "market_link", "price floor of the contracts, relative to the usual price of produce"
    )
    contract_premium: np.ndarray = trait(
        np.float64, "ratio", "market_link", "what buying instead of donating adds to the price under contract"
    )
    demand_factor: np.ndarray = trait(
        np.float64, "ratio", "local_demand", "local demand for what own businesses sell; 1: the usual one"
    )
    leaders: np.ndarray = stock(np.int64, "persons", "village_leader", "village leaders trained so far")
    led: np.ndarray = stock(np.int64, "households", "village_leader", "households linked to its leaders so far")
    leaders_paid: np.ndarray = stock(np.int64, "fen", "village_leader", "received for training leaders so far")
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
    station_indemnity: np.ndarray = flow(
        np.int64, "fen", "insurance", "paid by the insurer for sunshine the station lacked: part of its revenue"
    )
    station_premium_paid: np.ndarray = flow(
        np.int64, "fen", "insurance", "premium of that, paid out of the station's revenue"
    )
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
    lease_assets: np.ndarray = stock(
        np.int64, "fen", "village_grant", "value of assets in the village that it leases out"
    )
    station_value: np.ndarray = stock(
        np.int64, "fen", "village_station", "the collective's part of the station's value"
    )
    station_subsidy_due: np.ndarray = stock(
        np.int64, "fen", "village_station", "subsidy earned by the station and not yet paid to it"
    )
    station_firm: np.ndarray = flow(np.int64, "fen", "village_station", "part of the revenue that goes to a firm")
    debt: np.ndarray = stock(np.int64, "fen", "village_station", "debt of the collective")
    debt_paid: np.ndarray = flow(np.int64, "fen", "collective_economy", "interest and repayment of the quarter")
    asset_yield: np.ndarray = flow(
        np.int64, "fen", "collective_economy", "yield of enclaves and leased assets, part of operating income"
    )
    works_paid: np.ndarray = flow(np.int64, "fen", "collective_economy", "wages of public works paid by the collective")
    assets: np.ndarray = stock(
        np.int64, "fen", "collective_economy", "assets of the collective besides cash, at what wear leaves of them"
    )
    operating_income: np.ndarray = flow(np.int64, "fen", "collective_economy", "operating income of the quarter")
    other_income: np.ndarray = flow(np.int64, "fen", "collective_economy", "other collective income of the quarter")
    year_operating: np.ndarray = stock(np.int64, "fen", "collective_economy", "operating income of the year so far")
    year_total: np.ndarray = stock(np.int64, "fen", "collective_economy", "all collective income of the year so far")
    spent_q1: np.ndarray = stock(np.int64, "fen", "spillover", "consumption in the first quarter of year 0")
    spent_q2: np.ndarray = stock(np.int64, "fen", "spillover", "consumption in the second quarter of year 0")
    spent_q3: np.ndarray = stock(np.int64, "fen", "spillover", "consumption in the third quarter of year 0")
    spent_q4: np.ndarray = stock(np.int64, "fen", "spillover", "consumption in the fourth quarter of year 0")
    own_income: np.ndarray = stock(np.int64, "fen", "spillover", "income of own businesses in year 0")
    mutual_capital: np.ndarray = stock(
        np.int64, "fen", "mutual_fund", "capital of the mutual-aid fund, lent or in cash"
    )
    mutual_received: np.ndarray = stock(np.int64, "fen", "mutual_fund", "public money put into that capital so far")
    mutual_lost: np.ndarray = stock(np.int64, "fen", "mutual_fund", "lent and not repaid, lost so far")
    mutual_fees: np.ndarray = stock(np.int64, "fen", "mutual_fund", "fees of the year so far, not yet shared out")
    mutual_founded: np.ndarray = trait(np.int8, "flag", "mutual_fund", "1: has received the capital of its fund")
    road: np.ndarray = stock(np.float64, "share", "indicators", "households on a paved road")
    water: np.ndarray = stock(np.float64, "share", "indicators", "households with safe drinking water")
    power_grid: np.ndarray = stock(np.float64, "share", "indicators", "households on a renewed power grid")
    broadband: np.ndarray = stock(np.float64, "share", "indicators", "households in reach of broadband as asked for")
    sanitation: np.ndarray = stock(np.float64, "share", "indicators", "households with waste and sewage taken care of")
    demonstration_hamlets: np.ndarray = stock(
        np.float64, "share", "indicators", "households in hamlets up to the standard the document sets"
    )
    clinic: np.ndarray = stock(np.float64, "share", "indicators", "households in reach of a village clinic")
    bus: np.ndarray = stock(np.float64, "share", "indicators", "households in reach of a bus that keeps running")
    team: np.ndarray = stock(np.float64, "share", "indicators", "households in reach of a team sent to live there")
