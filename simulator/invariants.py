"""What must hold in every quarter of every run, to the fen: public money, the books of households, collectives and
cooperatives, loans, station cash, hours and land.

For every fund, opening balance + inflow = paid + leaked + returned + balance, no balance is below what is reserved, and
what is committed on a line is paid, leaked or outstanding. What the ledger paid is what households, collectives and
suppliers received. A household's components are the sums of what was booked, its loans are repaid, written off or
outstanding, it works no more than it can and leases out no more land than it has. What the households of a village
received, borrowed and sold, they spent, paid back, put into shares or saved; by village, as what a household holds goes
with who leaves it, but never out of the village. A station's cash is electricity x price and what its insurer pays,
less premium and upkeep, and is kept or set aside for sharing. A cooperative holds what it was given, paid in and
earned, less what it lost, an asset project and its reserve likewise; a mutual-aid fund what it was given and has not
lost, lent or idle: what a check of its tables for errors asks of an office (FS-23). Every gap is the largest of any
unit, fen or physical units. Two compiled passes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulator.calendar import Quarter
from simulator.measures import place_sum
from simulator.rules import rule

if TYPE_CHECKING:
    from simulator.world import World

HOUSEHOLD_CHECKS = (
    "wage is the sum of its parts",
    "business income is the sum of its parts",
    "property income is the sum of its parts",
    "transfer income is the sum of its parts",
    "a loan is repaid, written off or outstanding",
    "savings and debts are not below zero",
    "no household works more than it can",
    "no household leases out more land than it has",
    "no household's money of a quarter comes near what 32 bits hold",
)
VILLAGE_CHECKS = (
    "station cash is electricity times price and cover less premium, upkeep and what the subsidy is late",
    "station cash is kept or set aside for sharing",
    "a cooperative holds what it was given and earned, less what it lost",
    "an asset project holds what it received, less what it lost",
    "collective cash is what was earned less what works and debt took",
    "what households received, borrowed and sold was spent, paid back, put into shares or saved",
    "an asset project's reserve is what it earned and did not share out",
    "a mutual-aid fund holds what it was given, less what was lost",
    "a mutual-aid fund lends no more than it holds",
    "collective assets are the sum of their parts",
)
LARGEST_FLOW = 2**29
"""Fen a household may receive or spend in a quarter, 5.4 million yuan: four such quarters fit into the sum of a year in
32 bits, which would otherwise turn into another number unseen."""
TOLERANCE = 1e-6
"""For what is not counted in whole fen: workers and mu of land."""


class Broken(Exception):
    """An invariant does not hold: a fault of the program, never of a scenario."""

    def __init__(self, quarter: Quarter, which: str, how_much: float) -> None:
        super().__init__(f"{quarter.year}Q{quarter.quarter}: {which}: off by {how_much:,.6g}")
        self.quarter, self.which, self.how_much = quarter, which, how_much


@rule
def household_gaps(  # type: ignore[no-untyped-def]
    size,
    village,
    public_money,
    wage_work,
    wage_workshop,
    wage_post,
    wage_cooperative,
    farm_income,
    enterprise_income,
    cooperative_refund,
    insurance_payout,
    rent_income,
    land_rent_extra,
    station_dividend,
    equity_dividend,
    cooperative_dividend,
    loan_dividend,
    mutual_dividend,
    loan_interest,
    pension,
    dibao_received,
    allowance,
    relief_received,
    ecology_income,
    near_support,
    grant_income,
    remittance,
    gifts,
    reimbursement,
    reimbursement_extra,
    premium_subsidy,
    contributions,
    wage,
    business,
    property,
    transfer,
    loans_taken,
    loans_repaid,
    loans_written_off,
    loan_principal,
    savings,
    debt,
    labour,
    home_labour,
    land,
    leased,
    cash_kept,
    loan_cash,
    borrowed,
    property_sold,
    cover_settled,
    consumption,
    out_of_pocket,
    school_cost,
    house_cost,
    insurance_premium,
    loan_service,
    debt_repaid,
    mutual_loan,
    year_support,
    gaps,
    received,
    saved,
    lent,
    shared_out,
):
    """Fill `gaps` with the largest gap of each household check and add up by village: public money `received`, what
    households `saved` by their flows less what they hold, what the mutual-aid fund `lent`, project earnings
    `shared_out`. What the dead left counts as held."""
    flows = np.int64(0)
    for row in range(size.shape[0]):
        home = village[row]
        saved[home] -= savings[row]
        lent[home] += mutual_loan[row]
        if size[row] == 0:
            continue
        received[home] += public_money[row]
        shared_out[home] += equity_dividend[row]
        bills = out_of_pocket[row] + school_cost[row] + house_cost[row] + insurance_premium[row]
        if cash_kept == 1:
            settled = reimbursement[row] + cover_settled[row]
            came = wage[row] + business[row] + property[row] + transfer[row] - settled
            came += loan_cash[row] + borrowed[row] + property_sold[row]
            saved[home] += came - consumption[row] - bills - loan_service[row] - debt_repaid[row]
        work = wage_work[row] + wage_workshop[row] + wage_post[row] + wage_cooperative[row]
        trade = farm_income[row] + enterprise_income[row] + cooperative_refund[row] + insurance_payout[row]
        shares = station_dividend[row] + equity_dividend[row] + cooperative_dividend[row]
        shares += loan_dividend[row] + mutual_dividend[row]
        held = rent_income[row] + land_rent_extra[row] + shares - loan_interest[row]
        given = pension[row] + dibao_received[row] + allowance[row] + relief_received[row] + ecology_income[row]
        given += near_support[row] + remittance[row] + reimbursement[row] + reimbursement_extra[row]
        given += premium_subsidy[row] - contributions[row] + gifts[row] + grant_income[row]
        gaps[0] = max(gaps[0], abs(wage[row] - work))
        gaps[1] = max(gaps[1], abs(business[row] - trade))
        gaps[2] = max(gaps[2], abs(property[row] - held))
        gaps[3] = max(gaps[3], abs(transfer[row] - given))
        of_loans = loans_repaid[row] + loans_written_off[row] + loan_principal[row]
        gaps[4] = max(gaps[4], abs(loans_taken[row] - of_loans))
        gaps[5] = max(gaps[5], -min(savings[row], debt[row], loan_principal[row]))
        gaps[6] = max(gaps[6], home_labour[row] - labour[row])
        gaps[7] = max(gaps[7], leased[row] - land[row])
        # Any bit set in one of them is set in the end. The sums are of 64 bits, and so is public money.
        flows |= abs(work) | abs(trade) | abs(held) | abs(given) | abs(bills)
        flows |= abs(consumption[row]) | abs(public_money[row]) | abs(year_support[row])
    gaps[8] = flows if flows >= LARGEST_FLOW else 0


@rule
def village_gaps(  # type: ignore[no-untyped-def]
    village_public_money,
    village_supplier_money,
    village_station_kw,
    village_station_output,
    village_station_indemnity,
    village_station_premium_paid,
    village_station_revenue,
    village_station_subsidy_due,
    village_station_kept,
    village_station_firm,
    village_station_payout,
    village_smoothing_fund,
    village_collective_cash,
    village_operating_income,
    village_other_income,
    village_works_paid,
    village_debt_paid,
    village_mutual_received,
    village_mutual_capital,
    village_mutual_lost,
    village_assets,
    village_enclave,
    village_lease_assets,
    village_station_value,
    opening_savings,
    opening_smoothing_fund,
    opening_collective_cash,
    opening_station_subsidy_due,
    opening_project_reserve,
    opening_members_paid,
    station_price,
    station_upkeep,
    cooperative_capital,
    cooperative_member_capital,
    cooperative_reserve,
    cooperative_received,
    cooperative_members_paid,
    cooperative_retained,
    cooperative_lost,
    cooperative_project_capital,
    cooperative_project_received,
    cooperative_project_lost,
    cooperative_project_reserve,
    cooperative_project_earned,
    gaps,
    received,
    saved,
    lent,
    shared_out,
):
    """Fill `gaps` with the largest gap of each village check and add what collectives and suppliers received."""
    for row in range(received.shape[0]):
        received[row] += village_public_money[row] + village_supplier_money[row]
        if village_station_kw[row] > 0.0:
            sold = station_price * village_station_output[row] - 250.0 * station_upkeep * village_station_kw[row]
            late = village_station_subsidy_due[row] - opening_station_subsidy_due[row]
            sun = math.floor(100.0 * sold + 0.5) + village_station_indemnity[row] - village_station_premium_paid[row]
            gaps[0] = max(gaps[0], abs(village_station_revenue[row] + late - sun))
        set_aside = village_smoothing_fund[row] - opening_smoothing_fund[row] + village_station_payout[row]
        shared = village_station_kept[row] + village_station_firm[row] + set_aside
        gaps[1] = max(gaps[1], abs(village_station_revenue[row] - shared))
        held = cooperative_capital[row] + cooperative_member_capital[row] + cooperative_reserve[row]
        paid_in = cooperative_received[row] + cooperative_members_paid[row]
        gaps[2] = max(gaps[2], abs(held - paid_in - cooperative_retained[row] + cooperative_lost[row]))
        project = cooperative_project_received[row] - cooperative_project_lost[row]
        gaps[3] = max(gaps[3], abs(cooperative_project_capital[row] - project))
        earned = village_operating_income[row] + village_other_income[row]
        earned -= village_works_paid[row] + village_debt_paid[row]
        gaps[4] = max(gaps[4], abs(village_collective_cash[row] - opening_collective_cash[row] - earned))
        shares = cooperative_members_paid[row] - opening_members_paid[row]
        gaps[5] = max(gaps[5], abs(opening_savings[row] + saved[row] - shares))
        reserve = opening_project_reserve[row] + cooperative_project_earned[row] - shared_out[row]
        gaps[6] = max(gaps[6], abs(cooperative_project_reserve[row] - reserve))
        left = village_mutual_received[row] - village_mutual_lost[row]
        gaps[7] = max(gaps[7], abs(village_mutual_capital[row] - left))
        gaps[8] = max(gaps[8], lent[row] - village_mutual_capital[row])
        parts = village_enclave[row] + village_lease_assets[row] + village_station_value[row]
        gaps[9] = max(gaps[9], abs(village_assets[row] - parts))


@rule
def sum_savings(village, savings, held):  # type: ignore[no-untyped-def]
    """Add the savings of households, fen, to those `held` in their villages."""
    for row in range(village.shape[0]):
        held[village[row]] += savings[row]


def open_books(world: World) -> None:
    """Keep what the stocks of villages, and what all their households had saved, were when the quarter opened."""
    villages = world.villages
    held = np.zeros(villages.length, np.int64)
    sum_savings({**world.names, "held": held})
    world.opening = {
        "opening_savings": held,
        "opening_project_reserve": world.cooperatives.project_reserve.copy(),
        "opening_members_paid": world.cooperatives.members_paid.copy(),
        "opening_smoothing_fund": villages.smoothing_fund.copy(),
        "opening_collective_cash": villages.collective_cash.copy(),
        "opening_station_subsidy_due": villages.station_subsidy_due.copy(),
    }


def check_invariants(world: World) -> None:
    """Hold the quarter that has just run against every invariant. Raises Broken for the first that does not hold."""
    for which, gap in gaps_of(world).items():
        if gap > TOLERANCE:
            raise Broken(world.now, which, gap)


def gaps_of(world: World) -> dict[str, float]:
    """By how much each invariant fails to hold in the quarter that has just run."""
    household, village = np.zeros(len(HOUSEHOLD_CHECKS)), np.zeros(len(VILLAGE_CHECKS))
    received, saved, lent, shared_out = np.zeros((4, world.villages.length), np.int64)
    names = {
        **world.names,
        **world.opening,
        "station_price": world.names.get("village_station_price", 0.0),
        # A station that stands still costs nothing.
        "station_upkeep": 0.0 if "stations" in world.names["off"] else world.names.get("village_station_upkeep", 0.0),
        "cash_kept": 0 if "spending" in world.names["off"] else 1,
        "received": received,
        "saved": saved,
        "lent": lent,
        "shared_out": shared_out,
    }
    household_gaps({**names, "gaps": household})
    village_gaps({**names, "gaps": village})
    return {
        **fund_gaps(world),
        "what the ledger paid is what was received": abs(
            place_sum(received, world.villages) - world.accounts.paid.sum()
        ),
        **dict(zip(HOUSEHOLD_CHECKS, household.tolist(), strict=True)),
        **dict(zip(VILLAGE_CHECKS, village.tolist(), strict=True)),
    }


def fund_gaps(world: World) -> dict[str, float]:
    """The largest gap of any fund or line in the books of the quarter, fen."""
    accounts = world.accounts
    if not accounts.lines:
        return {}
    fund = np.array([accounts.row_of(line) for line in range(len(accounts.lines))])
    out = np.zeros(len(accounts.funds), np.int64)
    reserved = np.zeros(len(accounts.funds), np.int64)
    np.add.at(out, fund, accounts.paid.sum(axis=1) + accounts.leaked.sum(axis=1) + accounts.returned)
    np.add.at(reserved, fund, accounts.outstanding)
    promised = np.zeros(len(accounts.lines), np.int64)
    for commitment in accounts.pending:
        np.add.at(promised, list(commitment.lines), list(commitment.amounts))
    return {
        "a fund's balance is what came in less what went out": worst(
            accounts.opening + accounts.inflow - out - accounts.balance
        ),
        "no fund holds less than it has promised": max(0, int((accounts.reserved - accounts.balance).max())),
        "what is reserved is what is committed and not yet paid": worst(accounts.reserved - reserved),
        "what is outstanding on a line is owed to somebody": worst(accounts.outstanding - promised),
    }


def worst(gap: np.ndarray) -> int:
    """The largest gap either way."""
    return int(np.abs(gap).max())
