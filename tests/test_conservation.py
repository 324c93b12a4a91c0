"""Nothing is lost and nothing comes from nowhere: public money, income, loans, stations, cooperatives, to the fen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator import quarter
from simulator.accounts import Accounts, Commitment
from simulator.cooperatives import FAILED
from simulator.interventions import delivery
from simulator.invariants import Broken
from simulator.measures import COLUMN
from simulator.scenario import Scenario
from simulator.world import World
from tests.systems import founded, null_history, only, pin_of, quarters, terms, zhejiang

ARMS = ("null", "policy", "half", "double", "without:training", "without:village_grant")
WAGES = ("wage_work", "wage_workshop", "wage_post", "wage_cooperative")
BUSINESS = ("farm_income", "enterprise_income", "cooperative_refund", "insurance_payout")
DIVIDENDS = ("station_dividend", "equity_dividend", "cooperative_dividend", "loan_dividend", "mutual_dividend")
PROPERTY = ("rent_income", "land_rent_extra", *DIVIDENDS)
GIVEN = ("pension", "dibao_received", "allowance", "relief_received", "ecology_income", "near_support", "grant_income")
TRANSFERS = (*GIVEN, "remittance", "gifts", "reimbursement", "reimbursement_extra", "premium_subsidy")


def added(world: World, names: tuple[str, ...]) -> np.ndarray:
    return sum((getattr(world.households, name) for name in names), np.zeros(world.households.length, np.int64))


def by_village(world: World, values: np.ndarray) -> np.ndarray:
    sums = np.zeros(world.villages.length, np.int64)
    np.add.at(sums, world.households.village, values)
    return sums


def fund_side(world: World, opening: np.ndarray) -> list[int]:
    """Fen by which each fund's books fail to close this quarter."""
    accounts = world.accounts
    spent = np.zeros(len(accounts.funds), np.int64)
    for line, paid in zip(accounts.lines, accounts.paid, strict=True):
        spent[accounts.position[line.fund]] += paid.sum()
    return (opening + accounts.inflow - spent - accounts.balance).tolist()


def receipt_side(world: World) -> int:
    """Fen that households, collectives and suppliers received this quarter beyond what the ledger says was paid."""
    villages, households = world.villages, world.households
    received = int(households.public_money @ villages.stands_for[households.village])
    received += int((villages.public_money + villages.supplier_money) @ villages.stands_for)
    return received - int(world.accounts.paid.sum())


def worst_of_arm(name: str, scenario: Scenario | None = None) -> tuple[int, int]:
    """The largest gap of any fund and of the receipts in any quarter of an arm."""
    world = founded()
    funds, receipts = 0, 0
    opening = world.accounts.balance.copy()
    for _ in quarters(world, scenario or zhejiang(), name, pin_of(null_history())):
        funds = max(funds, *(abs(gap) for gap in fund_side(world, opening)))
        receipts = max(receipts, abs(receipt_side(world)))
        opening = world.accounts.balance.copy()
    return funds, receipts


@pytest.mark.parametrize("name", ARMS)
def test_public_money_is_conserved_every_quarter(name: str) -> None:
    assert worst_of_arm(name) == (0, 0)


@pytest.mark.parametrize("name", ARMS)
def test_a_fund_never_holds_less_than_nothing(name: str) -> None:
    for world in quarters(founded(), zhejiang(), name, pin_of(null_history())):
        assert world.accounts.balance.min() >= 0


def test_one_fen_more_out_of_a_fund_is_seen_on_the_fund_side_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Accounts.settle

    def pay(self: Accounts, made: Commitment, *arguments: Any, **named: Any) -> int:
        total = honest(self, made, *arguments, **named)
        line = made.lines[0]
        self.balance[self.row_of(line)] -= 1 if self.lines[line].kind == "training" else 0
        return total

    monkeypatch.setattr(quarter, "check_invariants", lambda world: None)
    monkeypatch.setattr(Accounts, "settle", pay)
    assert worst_of_arm("policy") == (1, 0)


@pytest.mark.parametrize("credit", ["credit_households", "credit_suppliers"])
def test_one_fen_more_received_is_seen_on_the_receipt_side_alone(monkeypatch: pytest.MonkeyPatch, credit: str) -> None:
    honest: Callable[[dict], None] = getattr(delivery, credit)

    def generous(names: dict) -> None:
        honest(names)
        column = names["public_money"] if credit == "credit_households" else names["village_supplier_money"]
        column[0] += 1

    monkeypatch.setattr(quarter, "check_invariants", lambda world: None)
    monkeypatch.setattr(delivery, credit, generous)
    funds, receipts = worst_of_arm("policy")
    assert funds == 0
    assert receipts >= 1


def test_a_standing_transfer_booked_without_payment_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = quarter.pay_standing

    def generous(world: World) -> None:
        honest(world)
        world.households.public_money[3] += 1

    monkeypatch.setattr(quarter, "pay_standing", generous)
    with pytest.raises(Broken, match="2018Q1: what the ledger paid is what was received: off by"):
        worst_of_arm("null")


def test_the_ledger_of_the_history_is_what_was_paid() -> None:
    history = null_history()
    spent = {fund: 0 for fund in history.funds}
    for position, line in enumerate(history.ledger_lines):
        spent[line.fund] += int(history.ledger[:, position].sum())
    assert [spent[fund] for fund in history.funds] == history.inflow.sum(axis=0).tolist()


@pytest.mark.parametrize("name", ["null", "policy"])
def test_components_are_the_sums_of_what_was_booked(name: str) -> None:
    for world in quarters(founded(), zhejiang(), name, pin_of(null_history())):
        table = world.households
        alive = table.size > 0
        assert np.array_equal(table.wage, added(world, WAGES) * alive)
        assert np.array_equal(table.business, added(world, BUSINESS) * alive)
        assert np.array_equal(table.property, (added(world, PROPERTY) - table.loan_interest) * alive)
        assert np.array_equal(table.transfer, (added(world, TRANSFERS) - table.contributions) * alive)


def test_nothing_is_booked_for_a_household_that_has_died_out() -> None:
    flows = (*WAGES, *BUSINESS, *PROPERTY, *TRANSFERS, "loan_interest", "out_of_pocket", "public_money")
    extinct = 0
    for world in quarters(founded(), zhejiang(), "policy", pin_of(null_history())):
        gone = world.households.size == 0
        extinct += int(gone.sum())
        assert [name for name in flows if getattr(world.households, name)[gone].any()] == []
    assert extinct > 0


@pytest.mark.parametrize("accounting", ["nbs", "register"])
def test_a_year_is_its_quarters_and_a_village_its_households(accounting: str) -> None:
    scenario = zhejiang()
    scenario = replace(scenario, switches={**scenario.switches, "model.accounting": accounting})
    parts = ("wage", "business", "property", "transfer", "remittance", "reimbursement")
    year = {part: 0 for part in parts}
    for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
        table = world.households
        booked = {part: np.where(table.size > 0, getattr(table, part), 0) for part in parts}
        booked["reimbursement"] = booked["reimbursement"] + np.where(table.size > 0, table.reimbursement_extra, 0)
        year = {part: year[part] + booked[part] for part in parts}
        if world.now.quarter < 4:
            continue
        for part in parts:
            assert np.array_equal(year[part], getattr(table, f"year_{part}")), part
        if accounting == "register":
            year["wage"] = year["wage"] + year["remittance"]
            year["transfer"] = year["transfer"] - year["remittance"] - year["reimbursement"]
        alive = table.size > 0
        total = np.zeros(table.length, np.int64)
        for who, chosen in (("rural", alive), ("cohort", alive & (table.cohort == 1))):
            for part in parts[:4]:
                fen = np.rint(100.0 * world.year_sums[:, COLUMN[f"{part}_{who}"]]).astype(np.int64)
                assert np.array_equal(fen, by_village(world, year[part] * chosen)), (part, who)
            total = sum(year[part] for part in parts[:4])
            fen = np.rint(100.0 * world.year_sums[:, COLUMN[f"income_{who}"]]).astype(np.int64)
            assert np.array_equal(fen, by_village(world, total * chosen)), who
        year = {part: 0 for part in parts}


def test_loans_conserve_principal() -> None:
    scenario = terms(only(zhejiang(), "micro_loan"), "micro_loan", default_hazard=0.2, term_quarters=6, take_up=0.8)
    repaid, written_off, outstanding = 0, 0, 0
    for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
        table = world.households
        settled = table.loans_repaid + table.loans_written_off + table.loan_principal
        assert np.array_equal(table.loans_taken, settled)
        assert table.loan_principal.min() >= 0
        repaid, written_off = int(table.loans_repaid.sum()), int(table.loans_written_off.sum())
        outstanding = max(outstanding, int(table.loan_principal.sum()))
    assert min(repaid, written_off, outstanding) > 0


def test_station_money_is_conserved() -> None:
    rich = zhejiang().with_values({"programme.yuan_per_listed_household": 60_000.0})
    scenario = terms(only(rich, "village_station"), "village_station", take_up=1.0, take_up_other=0.5)
    world = founded()
    smoothing, cash = world.villages.smoothing_fund.copy(), world.villages.collective_cash.copy()
    revenue = 0
    for _ in quarters(world, scenario, "policy", pin_of(null_history())):
        table = world.villages
        own = np.floor(25.0 * world.names["collective_trend"] * table.collective_base + 0.5).astype(np.int64)
        kept = table.operating_income - own
        assert np.array_equal(table.station_revenue, kept + table.station_payout + table.smoothing_fund - smoothing)
        assert np.array_equal(table.collective_cash - cash, table.operating_income + table.other_income)
        assert (table.works_paid == 0).all() and (table.debt == 0).all()
        shared = by_village(world, world.households.wage_post + world.households.station_dividend)
        assert np.array_equal(shared, table.station_payout)
        assert table.smoothing_fund.min() >= 0
        smoothing, cash = table.smoothing_fund.copy(), table.collective_cash.copy()
        revenue += int(table.station_revenue.sum())
    assert revenue > 0


def test_cooperative_money_is_conserved() -> None:
    without_overhead = only(zhejiang(), "industry_support").with_values({"programme.overhead": 0.0})
    split = {"in_kind_share": 0.0, "tech_share": 0.0}
    scenario = terms(without_overhead, "industry_support", failure_hazard=0.2, shell_share=0.2, **split)
    world = founded()
    reserve, received = world.cooperatives.reserve.copy(), world.cooperatives.received.copy()
    status = world.cooperatives.status.copy()
    for _ in quarters(world, scenario, "policy", pin_of(null_history())):
        table, households = world.cooperatives, world.households
        assert np.array_equal(table.received - received, world.villages.supplier_money)
        held = table.capital + table.member_capital + table.reserve
        assert np.array_equal(held, table.received + table.members_paid + table.retained - table.lost)
        own = by_village(world, households.member_share + households.share_granted)
        assert np.array_equal(table.member_capital, own)
        if world.now.quarter == 4:
            paths = households.wage_cooperative + households.cooperative_dividend + households.cooperative_refund
            settled = (table.capital > 0) & (table.linked > 0) & (status != FAILED) & (table.status != FAILED)
            kept = table.surplus - by_village(world, paths)
            assert np.array_equal(np.where(settled, table.reserve - reserve, 0), np.where(settled, kept, 0))
            held = by_village(world, households.cooperative_share)
            holders = by_village(world, (households.cooperative_share > 0).astype(np.int64))
            # Shares lost in a failure are rounded household by household.
            assert ((held <= table.capital) & (table.capital - held <= 5 * holders)).all()
        reserve, received, status = table.reserve.copy(), table.received.copy(), table.status.copy()
    assert table.lost.sum() > 0 and table.surplus.sum() > 0
