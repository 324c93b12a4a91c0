"""Published facts are whole, their measures right on numbers made up, and no miss is without its reason."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration.facts import Fact, codes, read
from experiments import cli
from experiments.fact_measures import half_life, median_over_mean, net_of
from experiments.fact_watch import PARTS, Quarter, mean
from experiments.facts import (
    Outcome,
    as_page,
    as_text,
    facts,
    gathered,
    heading,
    judged,
    reasons,
    shown,
    span,
    summary,
)
from experiments.refusal import Refusal

PAGE = Path(__file__).parent.parent / "docs" / "facts.md"
FACTS = read()


def fact(**changes: object) -> Fact:
    return replace(FACTS[0], **changes)  # type: ignore[arg-type]


def test_every_fact_of_the_list_is_there() -> None:
    wanted = [f"F{number}" for number in (1, 3, 4, *range(7, 24))]
    assert codes(FACTS) == wanted


@pytest.mark.parametrize("one", FACTS, ids=lambda one: f"{one.code} {one.measure}")
def test_a_fact_is_whole(one: Fact) -> None:
    assert one.low < one.high and one.tolerance and one.published and one.source
    assert one.confidence in ("A", "B", "C") and one.unit in ("share", "ratio", "yuan", "years")
    for zh, en in ((one.zh, one.en), (one.covers_zh, one.covers_en), (one.note_zh, one.note_en)):
        assert bool(zh) == bool(en)
    assert bool(one.reason_zh) == bool(one.reason_en)
    assert "\n" not in "".join((one.note_zh, one.reason_zh)) and "|" not in one.zh + one.en


def test_published_compositions_add_up() -> None:
    """The figures as entered: shares of a year add up to one, whatever the tolerance around them."""
    middle = {one.measure: 0.5 * (one.low + one.high) for one in FACTS}
    assert sum(middle[f"share_{part}"] for part in PARTS) == pytest.approx(1.0, abs=1e-4)
    for part in (*PARTS, "total"):
        assert sum(middle[f"{part}_{quarter}"] for quarter in ("q1", "q2_q3", "q4")) == pytest.approx(1.0, abs=2e-3)
    assert sum(middle[f"quintile_{number}"] for number in range(1, 6)) == pytest.approx(5.0, abs=1e-4)


def test_bounds_are_inclusive_and_nothing_is_no_hit() -> None:
    one = fact(low=0.3, high=0.5)
    assert one.hit(0.3) and one.hit(0.5) and not one.hit(0.51) and not one.hit(math.nan)


def test_a_figure_is_judged_by_its_mean() -> None:
    (one,) = judged([fact(measure="x", low=1.0, high=2.0)], [{"x": 0.0}, {"x": 3.0}])
    assert one.hit and one.mean == 1.5 and span(one) == "1.50 [0.00, 3.00]"
    (none,) = judged([fact(measure="")], [{"x": 1.0}])
    assert not none.hit and span(none) == "—"


def test_figures_are_shown_in_their_unit() -> None:
    assert [shown(0.125, unit) for unit in ("share", "ratio", "yuan")] == ["12.5 %", "0.12", "0"]
    assert shown(12345.6, "yuan") == "12,346" and shown(math.nan, "share") == "—"


def test_misses_say_why_in_both_languages_once_a_fact() -> None:
    missed = [Outcome(fact(en=name, zh=name, reason_zh="因为", reason_en="because"), (9.0,)) for name in ("one", "two")]
    hit = Outcome(fact(low=0.0, high=10.0), (9.0,))
    assert reasons([*missed, hit], "en") == ["F1 one; two: because"]
    assert reasons([*missed, hit], "zh") == ["F1 one；two：因为"]
    assert "No reason" in reasons([Outcome(fact(reason_zh="", reason_en=""), (9.0,))], "en")[0]
    assert summary([*missed, hit], "en").startswith("1 of 3 figures hit; 0 of 1 facts")
    text = as_text([*missed, hit], "en")
    assert "because" in text and "Missed" in text and "fact" in text.splitlines()[0]
    page = as_page([*missed, hit], 8000, 4)
    assert "因为" in page and "because" in page and page.count("| F1 |") == 6
    assert gathered([], "zh") == []


def quarter(income: list[float], members: list[float], weight: list[float]) -> Quarter:
    nothing = {part: 0.0 for part in PARTS}
    arrays = [np.array(values) for values in (income, members, weight)]
    return Quarter(2020, 1, nothing, 0.0, 0.0, 0.0, 0.0, 0.0, *arrays)


def test_median_over_mean_by_hand() -> None:
    """Persons 1, 2, 1 with 10, 20, 70 a person: median 20, mean 30; who is away in a quarter does not count."""
    first = quarter([10, 40, 70, 5], [1, 2, 1, 1], [1, 1, 1, 1])
    second = quarter([10, 40, 70, 0], [1, 2, 1, 0], [1, 1, 1, 0])
    assert median_over_mean([first, second]) == pytest.approx(2 / 3)


def test_half_life_of_a_geometric_path() -> None:
    assert half_life(0.4 * 0.5 ** np.arange(5)) == pytest.approx(1.0)
    assert half_life(np.array([0.4, 0.4, 0.4])) > 1e6


def test_means_of_villages_are_taken_out() -> None:
    left = net_of(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 2]), np.array([1.0, 1.0, 2.0]))
    assert left.tolist() == [-1.0, 1.0, 0.0]
    assert mean(np.array([1.0, 4.0]), np.array([2.0, 1.0])) == 2.0 and math.isnan(mean(np.ones(1), np.zeros(1)))


def test_a_small_run_answers_every_measure() -> None:
    """All measures of the file come out as numbers; none is left to chance of naming."""
    outcomes = facts(households=1500, runs=1)
    assert [one.fact for one in outcomes] == list(FACTS)
    for one in outcomes:
        assert not one.fact.measure or math.isfinite(one.mean), one.fact.measure
    shares = {one.fact.measure: one.mean for one in outcomes}
    assert sum(shares[f"share_{part}"] for part in PARTS) == pytest.approx(1.0)
    assert sum(shares[f"total_{quarter}"] for quarter in ("q1", "q2_q3", "q4")) == pytest.approx(1.0)
    assert shares["blow_left_after_four_years"] < 1.0


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(Refusal):
        facts("atlantis")
    answer = CliRunner().invoke(cli.app, ["facts", "atlantis", "--lang", "en"])
    assert answer.exit_code == 2 and "atlantis" in answer.stderr


def test_the_page_gives_every_miss_a_reason() -> None:
    """The committed page lists every figure, and no miss stands without an explanation."""
    page = PAGE.read_text(encoding="utf-8")
    assert "No reason has been given" not in page and "原因尚未说明" not in page
    assert all(f"| {one.code} | {one.zh} | " in page and f"| {one.code} | {one.en} | " in page for one in FACTS)
    assert all(" | ".join(heading(lang)) in page for lang in ("zh", "en"))
