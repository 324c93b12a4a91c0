"""Loans after they were lent: principal is conserved whatever becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.draws import DELIVERY
from simulator.interventions.mutual_fund import changed as run_fund
from simulator.processes.credit import fate, service_loans
from tests import twins, twins_spending
from tests.systems import founded, null_history, only, pin_of, quarters, terms, zhejiang

Place = Callable[[int], dict[str, Any]]
TERMS = {
    "micro_loan_compensation_share": 0.5,
    "micro_loan_default_hazard": 0.4,
    "micro_loan_extension_quarters": 4.0,
    "micro_loan_grace_quarters": 4.0,
    "micro_loan_rollover_share": 0.5,
    "micro_loan_term_quarters": 12.0,
}
RICH = {"programme.yuan_per_listed_household": 60_000.0, "programme.overhead": 0.0}


def lent(place: Place, seed: int, cash_kept: int = 1) -> dict[str, Any]:
    """A small place with loans of which some are at work beside money of the mutual-aid fund."""
    names = place(seed) | TERMS | {"cash_kept": cash_kept}
    random = np.random.default_rng(seed)
    names["loan_principal"][:] = random.choice([0, 1_000_000, 3_830_000], len(names["key"]))
    names["loan_quarters"][:] = random.integers(1, 4, len(names["key"]))
    names["mutual_loan"][:] = random.choice([0, 500_000], len(names["key"]))
    names["loan_idle"][:] = np.where(random.random(len(names["key"])) < 0.3, names["loan_principal"], 0)
    names["loan_capital"][:] = 0.01 * names["mutual_loan"]
    at_work = (names["loan_principal"] > 0) & (names["loan_idle"] == 0)
    names["loan_capital"][at_work] += 0.006 * names["loan_principal"][at_work]
    names["loan_service"][:] = 0
    names["struck"][::3], names["gravely_ill"][::3], names["loan_grace"][::3] = 0, 0, 0
    for name in ("wage", "business", "property", "transfer"):
        names[name][:] //= 4
    return names


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cash_kept", [0, 1])
def test_loans_are_serviced(place: Place, seed: int, cash_kept: int) -> None:
    names = lent(place, seed, cash_kept)
    expected, fates = twins_spending.service_loans(names)
    assert {"running", "repaid", "failed"} <= set(fates)
    twins.agree(service_loans, expected, names)


def test_every_fate_occurs(place: Place) -> None:
    seen = {fate for seed in range(16) for fate in twins_spending.service_loans(lent(place, seed))[1]}
    assert seen == {"running", "repaid", "extended", "renewed", "default", "failed"}


@given(st.integers(0, 60), st.integers(0, 1))
def test_principal_is_conserved(place: Place, seed: int, cash_kept: int) -> None:
    names = lent(place, seed, cash_kept)
    settled = ("loan_principal", "loans_repaid", "loans_written_off")
    before = sum(names[name] for name in settled)
    losses = names["loan_losses"] - names["loans_written_off"]
    repaid = names["loans_repaid"].copy()
    for _ in range(5):
        service_loans(names)
        assert np.array_equal(sum(names[name] for name in settled), before)
        assert np.array_equal(names["loan_losses"] - names["loans_written_off"], losses)
        assert (names["loan_service"] <= names["loans_repaid"] - repaid).all()
        names["moment"] += 1


@given(st.integers(-1, 3), st.booleans(), st.integers(0, 4), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_who_can_pay_pays_and_who_was_struck_is_spared(
    left: int, payable: bool, grace: int, luck: float, rollover: float
) -> None:
    end = fate(left, payable, grace, luck, rollover)
    assert (end == 0) == (left > 0)
    if left <= 0:
        assert (end == 1) == payable
        assert (end == 2) == (not payable and grace > 0)
        assert not (end == 4 and luck < rollover)


def test_loans_of_a_programme_conserve_principal_to_the_fen() -> None:
    scenario = only(zhejiang().with_values(RICH), "micro_loan")
    scenario = terms(scenario, "micro_loan", take_up=1.0, default_hazard=0.2, term_quarters=4, rollover_share=0.3)
    written_off, served, cash = 0, 0, 0
    for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
        table = world.households
        assert np.array_equal(table.loans_taken, table.loans_repaid + table.loans_written_off + table.loan_principal)
        assert not table.loan_idle.any()
        assert ((table.loan_capital > 0) <= (table.loan_principal > 0)).all()
        written_off, served = int(table.loans_written_off.sum()), served + int(table.loan_service.sum())
        cash += int(table.loan_cash.sum())
    assert written_off > 0 and served > 0 and cash > served


def test_banks_are_compensated_out_of_the_fund() -> None:
    base = only(zhejiang().with_values(RICH | {"programme.yuan_per_listed_household": 900_000.0}), "micro_loan")
    paid = []
    for share in (0.0, 0.5, 1.0):
        scenario = terms(base, "micro_loan", take_up=1.0, default_hazard=0.1, compensation_share=share)
        total = 0
        for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
            rows = [row for row, line in enumerate(world.accounts.lines) if line.kind == "micro_loan"]
            total += int(world.accounts.paid[rows].sum())
        made_good = world.households.loan_compensated
        asked = int(made_good @ world.villages.stands_for[world.households.village])
        paid.append(total)
    assert paid[2] - paid[0] == asked > 0
    assert paid[1] - paid[0] == pytest.approx(0.5 * asked, rel=1e-6)


@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_what_the_fund_cannot_pay_stays_the_banks_loss_and_is_claimed_again(lag: float) -> None:
    """Loans that fail fast, and a fund that falls short of what is due to the banks in most quarters."""
    base = only(zhejiang().with_values(RICH | {"programme.yuan_per_listed_household": 1_000.0}), "micro_loan")
    late_by = {"programme.interventions.micro_loan.lag_quarters": lag}
    base = replace(base, values={**base.values, **late_by})
    scenario = terms(base, "micro_loan", take_up=1.0, default_hazard=0.6, compensation_share=0.8)
    short, late = 0, 0
    made_good, written_off = np.zeros(0), np.zeros(0)
    for world in quarters(founded(), scenario, "policy", pin_of(null_history())):
        table = world.households
        assert np.array_equal(table.loans_written_off, table.loan_losses + table.loan_compensated)
        due = table.loan_compensated + table.loan_compensation
        # Rounded once for every loss, and households that join add theirs up.
        assert (np.abs(due - 0.8 * table.loans_written_off) <= 5).all()
        assert min(table.loan_compensation.min(), table.loan_losses.min()) >= 0
        short += int((table.loan_compensation > 0).sum())
        if len(made_good):
            late += int(((table.loan_compensated > made_good) & (table.loans_written_off == written_off)).sum())
        made_good, written_off = table.loan_compensated.copy(), table.loans_written_off.copy()
    assert short > 0 and late > 0 and made_good.sum() > 0


def test_a_yearly_hazard_of_default_is_one_of_a_year(place: Place) -> None:
    """Over four quarters of many draws the share of loans that failed is the yearly hazard."""
    failed, lent_out = 0, 0
    for seed in range(40):
        names = lent(place, 1) | {"replicate": seed}
        names["loan_quarters"][:], names["loans_written_off"][:] = 100, 0
        lent_out += int(((names["loan_principal"] > 0) & (names["size"] > 0)).sum())
        for _ in range(4):
            service_loans(names)
            names["moment"] += 1
        failed += int(((names["loans_written_off"] > 0) & (names["size"] > 0)).sum())
    assert failed / lent_out == pytest.approx(TERMS["micro_loan_default_hazard"], abs=0.05)


@given(st.integers(0, 40), st.floats(0.0, 0.5))
def test_the_money_of_a_mutual_aid_fund_is_conserved(place: Place, seed: int, loss_share: float) -> None:
    numbers = {"loan_size": 5_000.0, "borrow_share": 0.6, "fee_rate": 0.06, "loss_share": loss_share}
    names = place(seed) | numbers | {"kind_number": 16}
    books = tuple(f"village_mutual_{what}" for what in ("fees", "capital", "lost", "received"))
    for name in ("mutual_loan", "loan_capital", *books):
        names[name][:] = 0
    put_in = np.zeros_like(names["village_mutual_capital"])
    for quarter in (3, 4, 1, 2, 3, 4, 1):
        names["quarter"] = quarter
        names["loan_interest"][:], names["mutual_dividend"][:] = 0, 0
        names["village_delivered"][:] = 2_000_000 if names["moment"] == 8072 else 0
        names["supported"][:] = (names["size"] > 0) & ((names["key"] + np.uint64(names["moment"])) % 3 > 0)
        fees, called_in = names["village_mutual_fees"].copy(), names["mutual_loan"] * (quarter == 1)
        luck = [twins.uniform(names, key, DELIVERY + 16, names["moment"], 1) for key in names["key"]]
        run_fund(names)
        lost = called_in * ((names["size"] == 0) | (np.array(luck) < loss_share))
        put_in += names["village_delivered"] - np.bincount(names["village"], lost, len(put_in)).astype(np.int64)
        lent_out = np.bincount(names["village"], names["mutual_loan"], len(put_in))
        taken = np.bincount(names["village"], names["loan_interest"] - names["mutual_dividend"], len(put_in))
        assert np.array_equal(put_in, names["village_mutual_capital"])
        assert np.array_equal(put_in, names["village_mutual_received"] - names["village_mutual_lost"])
        assert (lent_out <= names["village_mutual_capital"]).all() and names["mutual_loan"].max() <= 500_000
        assert np.array_equal(names["village_mutual_fees"] - fees, taken)
        assert np.array_equal(np.rint(100 * names["loan_capital"]), names["mutual_loan"])
        names["moment"] += 1
    assert names["mutual_loan"].any()
