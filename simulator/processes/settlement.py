"""The books of a household for the quarter: the four components and the sums of the year.

Components follow the accounting of the national survey (nbs): remittances and medical reimbursement are transfers. The
register books remittances as wages and, bills being settled at the counter, no reimbursement; both are kept apart so
that either convention can be read at the year's end.
"""

from __future__ import annotations

from simulator.rules import rule


@rule
def settle(  # type: ignore[no-untyped-def]
    size,
    wage_work,
    wage_workshop,
    wage_post,
    wage_cooperative,
    farm_income,
    enterprise_income,
    cooperative_refund,
    rent_income,
    station_dividend,
    equity_dividend,
    cooperative_dividend,
    loan_dividend,
    mutual_dividend,
    loan_interest,
    pension,
    remittance,
    gifts,
    reimbursement,
    reimbursement_extra,
    premium_subsidy,
    relief_received,
    near_support,
    grant_income,
    contributions,
    insurance_payout,
    dibao_received,
    allowance,
    ecology_income,
    land_rent_extra,
    out_of_pocket,
    wage,
    business,
    property,
    transfer,
    year_wage,
    year_business,
    year_property,
    year_transfer,
    year_remittance,
    year_reimbursement,
    year_out_of_pocket,
    year_dibao,
    year_gifts,
    public_money,
    year_public,
    year_market,
    year_persons,
):
    """Sum what was booked this quarter into the four components and add them to the year. All whole fen."""
    for row in range(size.shape[0]):
        if size[row] == 0:
            continue
        wage[row] = wage_work[row] + wage_workshop[row] + wage_post[row] + wage_cooperative[row]
        business[row] = farm_income[row] + enterprise_income[row] + cooperative_refund[row] + insurance_payout[row]
        dividends = station_dividend[row] + equity_dividend[row] + cooperative_dividend[row]
        dividends += loan_dividend[row] + mutual_dividend[row]
        property[row] = rent_income[row] + land_rent_extra[row] + dividends - loan_interest[row]
        public = pension[row] + dibao_received[row] + allowance[row] + relief_received[row] + ecology_income[row]
        public += near_support[row] + grant_income[row]
        health = reimbursement[row] + reimbursement_extra[row]
        private = remittance[row] + gifts[row]
        transfer[row] = public + private + health + premium_subsidy[row] - contributions[row]
        year_wage[row] += wage[row]
        year_business[row] += business[row]
        year_property[row] += property[row]
        year_transfer[row] += transfer[row]
        year_remittance[row] += remittance[row]
        year_reimbursement[row] += health
        year_out_of_pocket[row] += out_of_pocket[row]
        year_dibao[row] += dibao_received[row]
        year_gifts[row] += dividends + public
        year_public[row] += public_money[row]
        year_market[row] += wage_work[row] + remittance[row] + farm_income[row] + enterprise_income[row]
        year_persons[row] += size[row]


@rule
def close_year(  # type: ignore[no-untyped-def]
    size,
    register_accounting,
    last_income,
    last_persons,
    last_market,
    earlier_market,
    last_business,
    entered_for,
    year_wage,
    year_business,
    year_property,
    year_transfer,
    year_remittance,
    year_reimbursement,
    year_out_of_pocket,
    year_dibao,
    year_gifts,
    year_support,
    year_public,
    year_market,
    year_persons,
    ill_year,
    struck_year,
    disaster_share,
):
    """Keep the year's sums as last year's and start the new year at zero."""
    for row in range(size.shape[0]):
        income = year_wage[row] + year_business[row] + year_property[row] + year_transfer[row]
        last_income[row] = income - (year_reimbursement[row] if register_accounting else 0)
        last_persons[row] = year_persons[row]
        earlier_market[row] = last_market[row]
        last_market[row] = year_market[row]
        last_business[row] = year_business[row]
        entered_for[row] = 0
        year_wage[row] = 0
        year_business[row] = 0
        year_property[row] = 0
        year_transfer[row] = 0
        year_remittance[row] = 0
        year_reimbursement[row] = 0
        year_out_of_pocket[row] = 0
        year_dibao[row] = 0
        year_gifts[row] = 0
        year_support[row] = 0
        year_public[row] = 0
        year_market[row] = 0
        ill_year[row] = 0
        struck_year[row] = 0
        disaster_share[row] = 0.0
        year_persons[row] = 0
