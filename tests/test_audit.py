"""The audit of a run: what became of the money, what lies idle, who funded what, reckoned by hand on small records."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from results import canonical
from results.answers import answers
from results.audit import COLUMNS, PROJECTS, audit, audit_csv, audit_text, idle_share
from results.store import Store
from simulator.history import RunRecord
from tests import synthetic

FUNDS = ("special", "village", "relief")
YUAN = 100


def record(number: int, leak: int = 0) -> RunRecord:
    """A run of the policy: in the programme's first quarter 100 yuan go into the special fund; 60 are committed to
    industry, 50 - `leak` paid, `leak` leaked, 10 returned, and the rest lies in the fund to the end."""
    base = synthetic.record(number)
    ledger, leaked = (np.zeros_like(base.ledger) for _ in range(2))
    returned = np.zeros(ledger.shape[:2], np.int64)
    inflow, balance = (np.zeros((len(ledger), len(FUNDS)), np.int64) for _ in range(2))
    committed = ledger.copy()
    inflow[4, 0], balance[4:, 0] = 100 * YUAN, 40 * YUAN
    committed[4, 0, 0], ledger[5, 0, 0], leaked[5, 0, 0] = 60 * YUAN, (50 - leak) * YUAN, leak * YUAN
    returned[9, 0] = 10 * YUAN
    facts = {"overfunded_projects": 3.0 + number, "overfunded_yuan": 700.0, "cooperative_one_source": 9.0,
             "cooperative_several_sources": 2.0, "cooperative_most_sources": 2.0 + number}  # fmt: skip
    return replace(base, ledger=ledger, committed=committed, leaked=leaked, returned=returned, funds=FUNDS,
                   inflow=inflow, balance=balance, facts={**base.facts, **facts})  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = [record(0), record(1, leak=10), synthetic.record(0, "null"), synthetic.record(0, variant="luck")]
    told = answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta())
    with Store.create(tmp_path / "run", {"seed": 1}) as store:
        for one in records:
            store.write(one)
    canonical.write(tmp_path / "run" / "answers.json", told)
    return tmp_path / "run"


def test_the_books_of_a_fund_are_the_means_of_the_policy_runs(folder: Path) -> None:
    found = audit(folder)
    special = found["funds"][0]
    assert found["runs"] == 2 and special["fund"] == "special" and special["title"]["zh"] == "财政专项扶贫资金"
    books = {name: special[name] for name in ("inflow", "committed", "paid", "leaked", "returned", "balance")}
    assert books == {"inflow": 100, "committed": 60, "paid": 45, "leaked": 5, "returned": 10, "balance": 40}
    assert special["idle_share"] == pytest.approx(0.4)
    assert special["inflow"] == special["paid"] + special["leaked"] + special["returned"] + special["balance"]


def test_every_line_of_the_ledger_is_there_and_adds_up_to_its_fund(folder: Path) -> None:
    found = audit(folder)
    assert [(line["fund"], line["kind"]) for line in found["lines"]] == [
        (line.fund, line.kind) for line in synthetic.LINES
    ]
    for fund in found["funds"]:
        ours = [line for line in found["lines"] if line["fund"] == fund["fund"]]
        assert sum(line["paid"] for line in ours) == pytest.approx(fund["paid"])


def test_projects_by_their_sources_and_those_beyond_what_they_carry(folder: Path) -> None:
    found = audit(folder)
    cooperative = {row["project"]: row for row in found["projects"]}["cooperative"]
    assert (cooperative["one_source"], cooperative["several_sources"], cooperative["most_sources"]) == (9, 2, 3)
    assert found["overfunded"] == {"projects": 3.5, "yuan": 700}


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("资金审计", "财政专项扶贫资金", "闲置", "40%", "多头投入", "超过承载能力")),
    ("en", ("Audit of public money", "special fund", "idle", "40%", "several sources", "more than they can carry")),
])  # fmt: skip
def test_the_audit_is_read_in_both_languages(folder: Path, lang: str, words: tuple[str, ...]) -> None:
    text = audit_text(audit(folder), lang)
    assert [word for word in words if word not in text] == []


def test_the_table_holds_one_figure_a_row(folder: Path) -> None:
    found = audit(folder)
    rows = list(csv.DictReader(io.StringIO(audit_csv(found))))
    assert tuple(rows[0]) == COLUMNS
    leaked = [row for row in rows if (row["section"], row["fund"], row["measure"]) == ("fund", "special", "leaked")]
    assert [float(row["value"]) for row in leaked] == [5.0] and leaked[0]["unit"] == "yuan"
    assert len(rows) == 7 * 3 + 4 * len(synthetic.LINES) + 3 * len(PROJECTS) + 2


def test_the_command_shows_it_or_writes_it(folder: Path, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["audit", str(folder), "--lang", "en"])
    assert shown.exit_code == 0 and "Audit of public money" in shown.stdout
    written = CliRunner().invoke(app, ["audit", str(folder), "--to", str(tmp_path / "audit.csv")])
    assert written.exit_code == 0
    assert (tmp_path / "audit.csv").read_text(encoding="utf-8-sig").replace("\n", "\r\n") == audit_csv(audit(folder))


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["audit", str(tmp_path)])
    assert refused.exit_code == 2 and "没有完成的运行结果" in refused.stderr


def test_the_stored_books_come_back_as_they_were(folder: Path) -> None:
    with Store.open(folder) as store:
        held = next(one for one in store.records() if one.arm == "policy" and one.replicate == 1)
    told = record(1, leak=10)
    for name in ("ledger", "committed", "leaked", "returned", "inflow", "balance"):
        assert np.array_equal(getattr(held, name), getattr(told, name)), name
    assert held.funds == FUNDS


def test_what_lies_idle_is_a_share_of_the_amounts_shown(folder: Path) -> None:
    """Runs of different size: the share is of the means that stand beside it, not a mean of shares."""
    assert idle_share({"inflow": 200.0, "balance": 50.0}) == 0.25
    assert idle_share({"inflow": 0.0, "balance": 0.0}) == 0.0
    for fund in audit(folder)["funds"]:
        assert fund["idle_share"] == pytest.approx(idle_share(fund))
