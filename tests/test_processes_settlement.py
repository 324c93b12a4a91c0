"""The books of a household: components and sums, exact to the fen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.households import Households
from simulator.processes.assistance import credit_standing
from simulator.processes.settlement import close_year, settle
from simulator.world import World
from tests import twins

Place = Callable[[int], dict[str, Any]]
PARTS = {
    "wage": ("wage_work", "wage_workshop", "wage_post", "wage_cooperative"),
    "business": ("farm_income", "enterprise_income", "cooperative_refund", "insurance_payout"),
    "property": (
        *("rent_income", "land_rent_extra", "station_dividend", "equity_dividend", "cooperative_dividend"),
        *("loan_dividend", "mutual_dividend"),
    ),
    "transfer": (
        *("pension", "remittance", "reimbursement", "dibao_received", "allowance"),
        *("reimbursement_extra", "premium_subsidy", "relief_received", "ecology_income", "near_support"),
        *("grant_income", "gifts"),
    ),
}
PAID = {"property": "loan_interest", "transfer": "contributions"}
"""What is subtracted from a component."""
LENDING = ("borrowed", "debt_repaid", "property_sold", "loan_cash")
GIFTS = (
    *("station_dividend", "equity_dividend", "cooperative_dividend", "loan_dividend", "mutual_dividend"),
    *("pension", "dibao_received", "allowance", "relief_received", "ecology_income", "near_support", "grant_income"),
)
MARKET = ("wage_work", "remittance", "farm_income", "enterprise_income")
YEAR = [name for name in Households.columns if name.startswith("year_")]


@pytest.mark.parametrize("seed", range(3))
def test_components_are_the_sum_of_their_parts(place: Place, seed: int) -> None:
    names = place(seed)
    there = names["size"] > 0
    sums = {component: sum(names[part] for part in parts) for component, parts in PARTS.items()}
    sums |= {component: sums[component] - names[paid] for component, paid in PAID.items()}
    added = {f"year_{component}": value for component, value in sums.items()}
    added |= {f"year_{name}": names[name] for name in ("remittance", "out_of_pocket")}
    added["year_reimbursement"] = names["reimbursement"] + names["reimbursement_extra"]
    added |= {"year_public": names["public_money"], "year_support": np.zeros_like(names["size"])}
    added |= {"year_dibao": names["dibao_received"], "year_gifts": sum(names[part] for part in GIFTS)}
    added |= {"year_market": sum(names[part] for part in MARKET), "year_persons": names["size"]}
    assert set(added) == set(YEAR), "every sum of the year is accounted for"
    expected = {name: np.where(there, value, names[name]) for name, value in sums.items()}
    expected |= {name: np.where(there, names[name] + value, names[name]) for name, value in added.items()}
    twins.agree(settle, expected, names)


def test_every_income_of_a_household_is_in_one_component() -> None:
    """A column of money a household receives or pays is settled, or is named here with the reason why not."""
    not_income = {
        "claim": "a wish",
        "delivered": "counted where it is booked",
        "public_money": "a note on the side",
        "out_of_pocket": "spending; the register alone subtracts it",
        **{paid: "subtracted from a component" for paid in PAID.values()},
        "contribution_paid": "lowers contributions",
        "consumption": "spending",
        "loan_service": "spending",
        **{name: "a change of what is owed or held" for name in LENDING},
        "cover_extra": "what might be claimed of a bill",
        "cover_settled": "settled at the hospital: lowers a bill",
        "house_cost": "spending",
        "school_cost": "spending",
        "farm_inputs": "sold with the farm's output",
        "insurance_premium": "spending",
        **{component: "a component" for component in PARTS},
    }
    flows = {name for name, column in Households.columns.items() if column.role == "flow" and column.unit == "fen"}
    booked = [part for parts in PARTS.values() for part in parts]
    assert len(set(booked)) == len(booked)
    assert flows == set(booked) | set(not_income)


def test_the_books_of_a_world_add_up(world: World) -> None:
    """At the end of year 0 the year's page has been turned and the last quarter's flows are still there."""
    home = world.households
    for component, parts in PARTS.items():
        paid = getattr(home, PAID[component]) if component in PAID else 0
        total = sum(getattr(home, part) for part in parts) - paid
        there = home.size > 0
        assert np.array_equal(getattr(home, component)[there], total[there])
        assert getattr(home, component).any()
    assert not any(getattr(home, name).any() for name in YEAR)
    assert (home.last_income[home.size > 0] > 0).mean() > 0.95


@pytest.mark.parametrize("register", [0, 1])
def test_the_year_closes(place: Place, register: int) -> None:
    names = place(1) | {"register_accounting": register}
    income = names["year_wage"] + names["year_business"] + names["year_property"] + names["year_transfer"]
    expected = {name: np.zeros_like(names[name]) for name in YEAR}
    expected |= {
        "last_income": income - register * names["year_reimbursement"],
        "last_persons": names["year_persons"].copy(),
        "last_market": names["year_market"].copy(),
        "last_business": names["year_business"].copy(),
        "entered_for": np.zeros_like(names["entered_for"]),
        "earlier_market": names["last_market"].copy(),
    }
    expected |= {name: np.zeros_like(names[name]) for name in ("ill_year", "struck_year", "disaster_share")}
    twins.agree(close_year, expected, names)


def test_standing_money_is_booked_with_who_is_there(place: Place) -> None:
    names = place(2)
    there = names["size"] > 0
    assert not there.all()
    paid = names["pension"] + names["reimbursement"] + names["dibao_standing"]
    expected = {
        "dibao_standing": np.where(there, names["dibao_standing"], 0),
        "dibao_received": names["dibao_received"] + np.where(there, names["dibao_standing"], 0),
        "public_money": names["public_money"] + np.where(there, paid, 0),
    }
    twins.agree(credit_standing, expected, names)
