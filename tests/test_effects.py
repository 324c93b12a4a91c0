"""What each kind does on its own: nothing without its mechanism, and never just what another kind does."""

from __future__ import annotations

import csv
import functools
import io
import itertools

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments import cli
from experiments.effects import INCOME, MEASURES, Effect, alone, as_csv, as_page, as_table, effects
from simulator.interventions import KINDS
from tests.systems import zhejiang

SMALL = 3000
FLOWS = [measure.name for measure in MEASURES if measure.flow]


@functools.cache
def small(mechanism: bool = True) -> dict[str, Effect]:
    found = effects(zhejiang(), households=SMALL, replicates=1, mechanism=mechanism)
    return {effect.kind: effect for effect in found}


def vector(effect: Effect) -> np.ndarray:
    return np.array([effect.mean(measure.name) for measure in MEASURES])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_alone_is_paid_for_and_changes_something(kind: str) -> None:
    effect = small()[kind]
    assert effect.paid[0] > 0
    assert np.any(vector(effect) != 0)


@pytest.mark.parametrize("kind", KINDS)
def test_without_its_mechanism_a_kind_costs_money_and_changes_no_income(kind: str) -> None:
    effect = small(mechanism=False)[kind]
    assert effect.paid[0] > 0
    assert {name: effect.mean(name) for name in INCOME} == dict.fromkeys(INCOME, 0.0)


def test_no_two_kinds_do_the_same() -> None:
    for one, other in itertools.combinations(small().values(), 2):
        assert not np.allclose(vector(one), vector(other), rtol=1e-3, atol=1.0), f"{one.kind} and {other.kind}"


def test_all_have_the_same_dates_and_the_same_money() -> None:
    for kind in KINDS:
        scenario = alone(zhejiang(), kind, budget=1234.0)
        (entry,) = scenario.interventions
        assert (entry.kind, entry.start, entry.end) == (kind, (2018, 1), (2022, 4))
        assert scenario.values["programme.yuan_per_listed_household"] == 1234.0
        share = f"programme.interventions.{kind}.budget_share"
        assert scenario.values.get(share, 1.0) == 1.0


def made_up(kind: str, wage: float) -> Effect:
    values = {measure.name: np.array([0.0, 0.0]) for measure in MEASURES}
    return Effect(kind, np.array([1.0, 3.0]), {**values, "wage": np.array([wage, 3 * wage])})


def test_mean_error_and_income() -> None:
    effect = made_up("training", 100.0)
    assert (effect.mean("wage"), effect.error("wage"), effect.income) == (200.0, 100.0, 200.0)


def test_the_table_speaks_both_languages() -> None:
    text = as_table([made_up("training", 100.0)], "zh")
    assert "工资性收入" in text and KINDS["training"].title_zh in text and "+200" in text
    assert "wages" in as_table([made_up("training", 100.0)], "en")
    page = as_page([made_up("training", 100.0)], 4000, 4, 1000.0)
    assert "工资性收入" in page and "wages" in page and "1,000" in page


def test_the_csv_has_a_row_a_kind_and_measure() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv([made_up("training", 100.0), made_up("workshop", -1.0)]))))
    assert len(rows) == 2 * len(MEASURES)
    assert rows[0]["kind"] == "training" and float(rows[0]["per_million_yuan"]) == 200.0
    assert float(rows[0]["standard_error"]) == 100.0 and rows[0]["replicates"] == "2"


def test_the_command_may_be_limited_to_some_kinds() -> None:
    asked = ["effects", "living_allowance", "living_allowance", "--households", "400", "--runs", "1", "--lang", "en"]
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("kind") and [line.split()[0] for line in lines[1:]] == ["living_allowance"]


def test_a_kind_there_is_not_is_refused() -> None:
    done = CliRunner().invoke(cli.app, ["effects", "heating", "--lang", "en"])
    assert done.exit_code == cli.BAD_INPUT
    assert "no such kind: heating; known: " in done.output and "living_allowance" in done.output
