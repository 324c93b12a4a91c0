"""The generated pages of docs/ say what the program is now."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenarios
from experiments.asked_for import all_rules, askers, rule_name
from experiments.documentation import (
    FOLDER,
    NOBODY,
    PAGES,
    TABLES,
    columns_page,
    kinds_page,
    numbers_told,
    parameters_page,
    table,
)
from experiments.quarter_steps import Step, merge, noted, steps
from simulator.interventions import KINDS
from simulator.rules import Rule


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    """When this fails: `make docs`."""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), f"docs/{name} is stale: run make docs"


def test_every_column_is_documented() -> None:
    page = columns_page()
    for kind in TABLES:
        for row in kind.described():
            assert f"| `{row['column']}` | {row['role']} | {row['dtype']} | {row['unit']} |" in page


def test_every_number_is_documented_with_its_source() -> None:
    page = parameters_page()
    loaded = scenarios.load(scenarios.default_programme())
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    numbers = numbers_told(loaded)
    assert len(rows) == len(numbers) + len(loaded.choices)
    for path, number in numbers.items():
        name = path.rpartition(".")[2]
        assert any(row.startswith(f"| `{name}` |") and number.source in row for row in rows), path


def test_every_kind_is_documented_with_its_terms() -> None:
    page = kinds_page()
    for kind in KINDS.values():
        section = page.partition(f"`{kind.name}` ({kind.code})")[2].partition("\n## ")[0]
        assert f"Mechanism: `{kind.mechanism}`" in section
        for term, unit in kind.terms.items():
            assert f"| `{term}` | {unit} |" in section


@pytest.mark.parametrize(
    ("path", "asker"),
    [
        ("model.sd_transitory_shock", "productivity.productivity_of_year"),
        ("place.counties", "population"),
        ("place.villages_key", "population"),
        ("place.season_wage_q1", "clock"),
        ("programme.yuan_per_listed_household", "budgets"),
        ("programme.funds.special.budget_share", "budgets"),
        ("programme.interventions.training.premium", "training.changed"),
        ("programme.interventions.training.take_up", "delivery.offer_households"),
        ("programme.interventions.training.ramp_quarters", "delivery"),
        ("programme.interventions.village_station.price", "stations.station_revenue"),
        ("programme.targets.T-18K.threshold", "review"),
        ("model.process_births", "quarter"),
    ],
)
def test_who_asks_for_a_number_is_found(path: str, asker: str) -> None:
    assert asker in askers(path)


@pytest.mark.parametrize("path", ["model.no_such_number", "place.training", "programme.interventions.workshop.premium"])
def test_nobody_is_made_to_ask(path: str) -> None:
    assert askers(path) == []


def test_no_number_of_the_programme_goes_unasked() -> None:
    """A number that nobody reads has no business in a scenario."""
    assert f"| {NOBODY} |" not in parameters_page()


def test_every_rule_is_found_once() -> None:
    names = [rule_name(rule) for rule in all_rules()]
    assert len(names) == len(set(names)) > 50
    assert {"training.want", "settlement.settle", "measures.measure_year"} <= set(names)


def test_the_steps_follow_the_page_of_the_model() -> None:
    called = [rule_name(step.rule) for step in steps()]
    order = ["luck.draw_members", "delivery.support", "employment.earnings", "settlement.settle", "entry.admit"]
    assert [name for name in called if name in order] == order
    yearly = {rule_name(step.rule): step.quarters for step in steps()}
    assert yearly["register.verdict"] == {4}
    assert yearly["demography.age_members"] == {1}
    assert yearly["settlement.settle"] == {1, 2, 3, 4}
    assert {f"{name}.want" for name in KINDS} <= set(called)


@given(st.lists(st.tuples(st.integers(1, 4), st.lists(st.integers(0, 5), max_size=12)), max_size=5))
def test_merged_steps_hold_every_quarter_in_order(quarters: list[tuple[int, list[int]]]) -> None:
    rules = [cast(Any, SimpleNamespace(number=number)) for number in range(6)]
    merged: list[Step] = []
    for quarter, numbers in quarters:
        merged = merge(merged, [rules[number] for number in numbers], quarter)
    for quarter, numbers in quarters:
        left = iter([step.rule for step in merged if quarter in step.quarters])
        assert all(any(rule is rules[number] for rule in left) for number in numbers)


def test_noting_calls_leaves_rules_as_they_were() -> None:
    usual = Rule.__call__
    with pytest.raises(KeyError), noted() as calls:
        all_rules()[0]({})
    assert Rule.__call__ is usual
    assert calls == [all_rules()[0]]


def test_a_bar_does_not_break_a_table() -> None:
    assert table(["a", "b"], [["1|2", "3"]]) == "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |"
