"""The benchmark measures what it says: the common workload does as stated, and every figure is written."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks import run
from benchmarks.common_workload import LINE, LISTED, NOT_LISTED, OBSERVED, CommonWorkload, Household, initial_states
from benchmarks.timing import Timing, interleaved
from simulator.quarter import settle


def months_on(household: Household, income: float, months: int) -> int:
    """The household's state after so many months at an income."""
    household.income = income
    for _ in range(months):
        household.review()
    return household.listed


def test_the_list_of_the_workload_moves_as_stated() -> None:
    household = next(iter(CommonWorkload(150).people))
    household.listed, household.months = NOT_LISTED, 0
    assert months_on(household, LINE - 1.0, 5) == NOT_LISTED
    assert months_on(household, LINE, 1) == NOT_LISTED
    assert months_on(household, LINE - 1.0, 6) == LISTED
    assert months_on(household, 1.1 * LINE, 11) == LISTED
    assert months_on(household, 1.1 * LINE, 1) == OBSERVED
    assert months_on(household, LINE - 1.0, 1) == LISTED
    assert months_on(household, 1.1 * LINE, 12) == OBSERVED
    assert months_on(household, LINE, 12) == NOT_LISTED


def test_the_workload_starts_as_stated() -> None:
    states = initial_states(20_000)
    assert sum(state["employed"] for state in states) / 20_000 == pytest.approx(0.6, abs=0.02)
    assert {state["size"] for state in states} == {1, 2, 3, 4, 5, 6}
    bases = sorted(state["base"] for state in states)
    assert bases[10_000] == pytest.approx(800.0, rel=0.03)
    assert math.log(bases[16_827] / bases[10_000]) == pytest.approx(0.6, rel=0.05)


def test_the_workload_keeps_the_wage_growth_and_the_floor() -> None:
    model = CommonWorkload(450)
    before = [household.wage for household in model.people]
    for _ in range(12):
        model.step()
    growth = {round(household.wage / wage, 9) for household, wage in zip(model.people, before, strict=True)}
    assert growth == {round(1.003**12, 9)}
    assert all(household.income >= LINE for household in model.people if household.eligible)
    assert model.outputs["least"] <= model.outputs["p10"] <= model.outputs["p50"] <= model.outputs["p90"]
    assert len(model.homes) == 3


def test_work_is_interleaved_and_prepared_outside_the_time() -> None:
    order: list[str] = []

    def piece(name: str):  # type: ignore[no-untyped-def]
        def prepare():  # type: ignore[no-untyped-def]
            order.append(f"prepare {name}")
            return lambda: order.append(name)

        return prepare

    times = interleaved({"a": piece("a"), "b": piece("b")}, 2)
    assert order == ["prepare a", "a", "prepare b", "b"] * 2
    assert {name: len(timing.seconds) for name, timing in times.items()} == {"a": 2, "b": 2}


def test_best_and_median_are_told_apart() -> None:
    assert Timing((3.0, 1.0, 2.0)).scaled(10.0) == {"best": 10.0, "median": 20.0}
    assert run.ratio(Timing((6.0, 8.0)), Timing((2.0, 2.0)), 0.5) == {"best": 1.5, "median": 1.75}


def test_every_figure_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "figures.json"
    run.main(["--households", "600", "--mesa-households", "300", "--repeats", "1", "--no-cold", "--out", str(path)])
    figures = json.loads(path.read_text(encoding="utf-8"))
    printed = capsys.readouterr().out
    for arm in ("null", "policy"):
        parts = figures["by_rule"][arm]
        assert parts["outside_rules"] > 0.0
        assert all(f"  {name} " in printed for name in parts["rules"])
    of_kinds = {"training.want", "training.changed", "micro_loan.want", "delivery.offer_households"}
    assert of_kinds & set(figures["by_rule"]["null"]["rules"]) == set()
    assert of_kinds <= set(figures["by_rule"]["policy"]["rules"])
    assert figures["mesa_over_policy"]["best"] > 0.0
    assert settle.name == "settle"
