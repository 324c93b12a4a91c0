"""Micro data out: the panel agrees with what the run itself recorded, to the fen."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from typer.testing import CliRunner, Result

from experiments import cli
from experiments.panel import plain
from results import charts
from results.store import Store

FIRST_COLUMNS = ["key", "year", "village", "county", "stratum", "weight"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of one replicate on a small sample."""
    home = tmp_path_factory.mktemp("panel")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "write", lambda *_: None)
        done = fupin("run", "--runs", "1", "--households", "600", "--out", str(home / "run"))
    assert done.exit_code == 0, done.stderr
    return home


def fupin(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def written(folder: Path, arm: str, ending: str = "csv") -> Path:
    """The panel of an arm, made once."""
    path = folder / f"{arm}.{ending}"
    if not path.exists():
        done = fupin("panel", str(folder / "run"), "--run", "0", "--arm", arm, "--to", str(path))
        assert done.exit_code == 0, done.stderr
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("arm", ["policy", "null"])
def test_means_of_the_panel_are_those_of_the_run(folder: Path, arm: str) -> None:
    """Mean income of the cohort and of everybody in every year, from the rows and from the run's own record."""
    rows = read(written(folder, arm))
    assert list(rows[0])[:6] == FIRST_COLUMNS
    with Store.open(folder / "run") as store:
        record = next(r for r in store.records() if (r.arm, r.variant) == (arm, "base"))
    assert record.quarters is not None
    for quarter in range(7, len(record.quarters), 4):
        year = str(record.quarters[quarter, 0])
        for who in ("rural", "cohort"):
            chosen = [row for row in rows if row["year"] == year and (who == "rural" or row["cohort"] == "1")]
            persons = sum(float(row["weight"]) * float(row["person_years"]) for row in chosen)
            parts = ("wage", "business", "property", "transfer")
            income = sum(float(row["weight"]) * sum(float(row[part]) for part in parts) for row in chosen)
            assert income / persons == pytest.approx(record.series["income_pc", who][quarter], rel=1e-6)


def test_treatments_add_up_to_the_ledger(folder: Path) -> None:
    """What households and villages of the sample received of each kind is what the ledger paid for the place."""
    rows = read(written(folder, "policy"))
    with Store.open(folder / "run") as store:
        record = next(r for r in store.records() if (r.arm, r.variant) == ("policy", "base"))
    assert record.ledger is not None
    for line, paid in zip(record.ledger_lines, record.ledger.sum(axis=(0, 2)), strict=True):
        name = f"received_{line.kind}"
        if name not in rows[0] or not paid:
            continue
        households = sum(float(row["weight"]) * float(row[name]) for row in rows)
        villages = {(row["village"], row["year"]): float(row["weight"]) * float(row[f"village_{name}"]) for row in rows}
        assert households + sum(villages.values()) <= 0.01 * paid + 0.5
        assert households + sum(villages.values()) >= 0.01 * paid * 0.97, "but for those who died within the year"


def test_the_null_arm_has_no_treatments_and_the_same_households(folder: Path) -> None:
    policy, null = read(written(folder, "policy")), read(written(folder, "null"))
    assert not [name for name in null[0] if "received" in name]
    keys = [{(row["key"], row["year"]) for row in rows if row["year"] <= "2018"} for rows in (policy, null)]
    assert len(keys[0] & keys[1]) > 0.95 * len(keys[0])


def test_parquet_holds_the_same_table(folder: Path) -> None:
    table = pyarrow.parquet.read_table(written(folder, "null", "parquet"))
    rows = read(written(folder, "null"))
    assert table.num_rows == len(rows) and table.column_names == list(rows[0])
    assert np.array_equal(table["key"].to_numpy(), np.array([row["key"] for row in rows], np.uint64))


def test_what_cannot_be_done_is_refused_whole(folder: Path) -> None:
    done = fupin(
        "panel", str(folder / "run"), "--run", "7", "--arm", "half", "--to", str(folder / "x.xls"), "--lang", "en"
    )
    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 3 and not (folder / "x.xls").exists()
    assert fupin("panel", str(folder), "--to", str(folder / "x.csv")).exit_code == 2


def test_numbers_as_text() -> None:
    assert plain(np.array([1234.567, 0.1234567, np.nan, 0.0])) == ["1234.57", "0.123457", "", "0"]
    assert plain(np.array([2**63 + 1], np.uint64)) == [2**63 + 1]
