"""Slow plain-Python twins of consumption, loans and local demand, written from the equations their docstrings state."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from simulator import draws
from tests.twins import Names, fen, uniform

BILLS = ("out_of_pocket", "school_cost", "house_cost", "insurance_premium")


def income_of(names: Names, row: int) -> int:
    """All income of a quarter that reaches the household as cash, fen."""
    settled = names["reimbursement"][row] + names["cover_settled"][row]
    return int(sum(names[part][row] for part in ("wage", "business", "property", "transfer")) - settled)


def pass_through(assets: float, sd: float, poor: float, rich: float) -> float:
    """Constant in the outer thirds of a lognormal holding with mean one, linear in between."""
    low, high = (math.exp(sd * NormalDist().inv_cdf(share) - sd * sd / 2) for share in (1 / 3, 2 / 3))
    return float(np.interp(assets, [low, high], [poor, rich]))


def spend_one(names: Names, row: int) -> Names:
    """What one household does with its quarter: a column by name."""
    income = income_of(names, row)
    each = income / names["trend"] / names["size"][row]
    habit = names["usual_income"][row] or each
    usual = max(0.0, habit * names["trend"] * names["size"][row])
    part = pass_through(names["assets"][row], names["assets_sd"], names["mpc_poor"], names["mpc_rich"])
    wanted = math.floor(max(0.0, names["consumption_share"] * usual + part * (income - usual)) + 0.5)
    bills = sum(int(names[bill][row]) for bill in BILLS) + int(names["loan_service"][row])
    have = int(names["savings"][row]) + income + int(names["loan_cash"][row])
    debt, price = int(names["debt"][row]), 100 * names["property_yuan"] / names["asset_yield"]
    new: Names = {"usual_income": habit + names["usual_weight"] * (each - habit), "consumption": wanted}
    new |= dict.fromkeys(("borrowed", "property_sold", "debt_repaid"), 0)
    new |= {"assets": names["assets"][row], "distressed": 0 if names["quarter"] == 1 else names["distressed"][row]}
    short = bills + wanted - have
    if short <= 0:
        new["debt_repaid"] = min(debt, -short)
        return new | {"savings": -short - new["debt_repaid"], "debt": debt - new["debt_repaid"]}
    steps = {
        "borrowed": max(math.floor(4 * names["debt_limit"] * usual) - debt, 0)
        + (int(names["out_of_pocket"][row]) if names["treat_first"][row] else 0),
        "property_sold": math.floor(names["assets"][row] * price),
        "cut": wanted,
        "owed": short,
    }
    for step, most in steps.items():
        steps[step] = min(short, most)
        short -= steps[step]
    harsh = steps["property_sold"] + steps["cut"] + steps["owed"] > 0
    new |= {"borrowed": steps["borrowed"] + steps["owed"], "property_sold": steps["property_sold"]}
    new |= {"consumption": wanted - steps["cut"], "debt": debt + new["borrowed"], "savings": 0}
    return new | {
        "assets": max(0.0, names["assets"][row] - steps["property_sold"] / price),
        "distressed": 1 if harsh else new["distressed"],
    }


def spend(names: Names) -> Names:
    """The columns that a quarter's spending leaves."""
    there = [int(row) for row in np.flatnonzero(names["size"] > 0)]
    done = {row: spend_one(names, row) for row in there}
    expected = {name: names[name].copy() for name in done[there[0]]}
    for row, columns in done.items():
        for name, value in columns.items():
            expected[name][row] = value
    return expected


def service_loans(names: Names) -> tuple[Names, list[str]]:
    """The columns after the loans of the quarter were looked at, and what became of each loan there was."""
    written = ("loan_principal", "loan_quarters", "loan_idle", "loan_capital", "loan_grace", "loan_losses")
    written += ("loan_compensation", "loan_service", "loans_repaid", "loans_written_off")
    new = {name: names[name].copy() for name in written}
    fates = []
    for row in np.flatnonzero(names["loan_principal"] > 0):
        principal = int(names["loan_principal"][row])
        own = fen(names["loan_capital"][row]) - int(names["mutual_loan"][row])
        held = min(int(names["loan_idle"][row]) + own, principal)
        blow = names["struck"][row] or names["gravely_ill"][row]
        new["loan_grace"][row] = names["micro_loan_grace_quarters"] if blow else max(0, names["loan_grace"][row] - 1)
        new["loan_quarters"][row] -= 1
        failed, renewed = (uniform(names, names["key"][row], draws.LOAN_QUARTER, names["moment"], n) for n in (0, 1))
        means = int(names["savings"][row]) + max(0, income_of(names, row)) // 4
        if names["size"][row] == 0 or (1 - failed) ** 4 > 1 - names["micro_loan_default_hazard"]:
            fate, held = "failed", 0
        elif new["loan_quarters"][row] > 0:
            fate = "running"
        elif not names["cash_kept"] or means >= principal - held:
            fate = "repaid"
        elif new["loan_grace"][row] > 0:
            fate = "extended"
            new["loan_quarters"][row], new["loan_grace"][row] = names["micro_loan_extension_quarters"], 0
        elif renewed < names["micro_loan_rollover_share"]:
            fate = "renewed"
            new["loan_quarters"][row] = names["micro_loan_term_quarters"]
        else:
            fate = "default"
        fates.append(fate)
        if fate in ("running", "extended", "renewed"):
            continue
        if fate == "repaid":
            new["loan_service"][row], held = principal - held, principal
        new["loans_repaid"][row] += held
        for name in ("loans_written_off", "loan_losses"):
            new[name][row] += principal - held
        new["loan_compensation"][row] += fen(0.01 * (principal - held) * names["micro_loan_compensation_share"])
        for name in ("loan_principal", "loan_quarters", "loan_idle", "loan_grace"):
            new[name][row] = 0
        new["loan_capital"][row] = names["mutual_loan"][row] / 100
    return new, fates


def local_demand(names: Names) -> np.ndarray:
    """The factor on the income of own businesses of every village."""
    factors = np.ones(len(names["village_own_income"]))
    for village, then in enumerate(names["village_spent_then"]):
        ours = (names["village"] == village) & (names["size"] > 0)
        year = sum(names[f"village_spent_q{quarter}"][village] for quarter in (1, 2, 3, 4))
        own = names["village_own_income"][village]
        if then > 0 and own > 0:
            more = names["consumption"][ours].sum() / then / names["trend"] - 1
            back = names["local_spend"] / names["consumption_share"] * more * year
            factors[village] = max(0.0, 1 + back / own)
    return factors
