"""A run that stops by itself: where it looks, when it stops, and that nothing but what was found can change it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.design import Options
from experiments.growing import grown
from experiments.refusal import Refusal
from experiments.stopping import batches, outlook
from results.intervals import jeffreys
from results.sequences import half_width, most_needed, sequence
from results.show_stopping import how_it_stopped
from results.stopping import Tally, looks, most, stopped
from results.store import Store
from simulator.history import RunRecord
from tests import synthetic
from tests.test_cli import Simulator, fupin
from tests.test_cli import simulator as simulator

WIDE = ("--runs", "4", "--until", "0.3", "--at-most", "48")


def record(number: int) -> RunRecord:
    """A run in which one target is always met and the other in every fourth."""
    made = synthetic.record(number)
    kept = [outcome for outcome in made.outcomes if outcome.default][:2]
    outcomes = tuple(replace(outcome, met=index == 0 or number % 4 == 0) for index, outcome in enumerate(kept))
    return replace(made, outcomes=outcomes)


@given(st.integers(1, 50), st.integers(0, 400))
def test_looks_come_every_batch_and_at_the_end(batch: int, more: int) -> None:
    found = list(looks(batch, batch + more))
    assert found[-1] == batch + more and found == sorted(set(found))
    assert all(look % batch == 0 for look in found[:-1])


def test_the_most_is_what_is_given_or_enough_for_any_chance() -> None:
    assert most({"runs": 32, "until": 0.1, "at_most": 50}) == 50
    enough = most({"runs": 32, "until": 0.1})
    assert enough % 32 == 0 and enough - 32 < most_needed(0.1) <= enough
    assert most({"runs": 32, "until": 0.1, "per_draw": 4}) >= 4 * most_needed(0.1)


def test_a_tally_is_of_default_readings_and_counts_the_failed() -> None:
    tally = Tally()
    for number in range(12):
        tally.add(record(number))
    tally.add(synthetic.failed(12))
    assert tally.half_widths() == {"T-G10": half_width(sequence(12, 12, 1)), "T-FLOOR": half_width(sequence(3, 12, 1))}
    widest = max(tally.half_widths().values())
    assert tally.reached(widest) and not tally.reached(widest - 1e-9)
    assert not Tally().reached(0.49)


def test_an_end_is_told_with_its_looks_and_widths() -> None:
    records = [record(number) for number in range(64)]
    told = stopped(records, {"runs": 16, "until": 0.2, "at_most": 100})
    assert told is not None
    assert (told["how"], told["runs"], told["looks"]) == ("reached", 64, [16, 32, 48, 64])
    held = stopped(records, {"runs": 16, "until": 0.05, "at_most": 64})
    assert held is not None and held["how"] == "at_most" and held["half_widths"]["T-FLOOR"] > 0.05
    assert stopped(records, {"runs": 64}) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_end_is_told_in_words(lang: str) -> None:
    records = [record(number) for number in range(64)]
    for until, word in ((0.2, "64"), (0.05, "T-FLOOR")):
        told = stopped(records, {"runs": 16, "until": until, "at_most": 64})
        lines = "".join(how_it_stopped({"stopping": told}, lang))
        assert word in lines and f"{100 * until:g}" in lines
    assert how_it_stopped({"stopping": None}, lang) == how_it_stopped({}, lang) == []


def test_what_it_may_take_is_said_before() -> None:
    assert outlook(Options()) is None
    told = outlook(Options(until=0.03))
    assert told is not None and all("96" in line and str(most({"runs": 32, "until": 0.03})) in line for line in told)


class Kept(SimpleNamespace):
    """A store that has every run it is asked for."""

    def read(self, key: tuple[int, str, str]) -> RunRecord:
        """The policy arm's run."""
        assert key[1:] == ("policy", "base")
        self.read_so_far.append(key[0])
        return record(key[0])


def test_batches_follow_one_another_until_all_is_sure() -> None:
    store: Any = Kept(read_so_far=[])
    options = Options(runs=16, until=0.2)
    assert list(batches(options, store)) == [(0, 16), (16, 32), (32, 48)]
    assert store.read_so_far == list(range(48))
    assert half_width(sequence(8, 32)) > 0.2 >= half_width(sequence(12, 48))
    assert half_width(jeffreys(8, 32)) <= 0.2, "a Jeffreys interval would have stopped a batch before"
    assert list(batches(replace(options, at_most=40), store)) == [(0, 16), (16, 32), (32, 40)]
    assert list(batches(Options(runs=5), store)) == [(0, 5)]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (Options(until=0.0), "--until"),
        (Options(until=0.5), "--until"),
        (Options(at_most=64), "--until"),
        (Options(until=0.1, at_most=16), "--at-most"),
        (Options(runs=6, per_draw=4), "--per-draw"),
        (Options(runs=8, per_draw=4, until=0.1, at_most=10), "--at-most"),
        (Options(per_draw=0), "--per-draw"),
    ],
)
def test_what_cannot_be_asked_is_named(options: Options, word: str) -> None:
    ((zh, en),) = options.faults()
    assert word in zh and word in en


def test_options_nobody_uses_leave_no_trace_in_the_record() -> None:
    assert not {"until", "at_most", "per_draw"} & Options().recorded().keys()
    asked = Options(until=0.03, at_most=640, per_draw=4)
    assert Options.from_record(asked.recorded()) == asked and not asked.faults()


def test_the_number_of_replicates_is_the_same_whoever_works_and_however_often_it_is_stopped(
    simulator: Simulator,
) -> None:
    """One worker, three workers, and a run interrupted in its third batch and resumed: the same bytes."""
    assert fupin("run", *WIDE, "--out", "one", "--workers", 1).exit_code == 0
    whole = sorted(simulator.begun)
    assert 4 < len(whole) < 48 and len(whole) % 4 == 0
    assert fupin("run", *WIDE, "--out", "three", "--workers", 3).exit_code == 0
    simulator.begun.clear()
    simulator.interrupt_at = 9
    assert fupin("run", *WIDE, "--out", "cut", "--workers", 1).exit_code == 130
    assert not Path("cut/answers.json").exists()
    before, simulator.interrupt_at = len(simulator.begun), None
    assert fupin("run", "--resume", "cut", "--workers", 2).exit_code == 0
    assert sorted(simulator.begun) == whole and before == 9
    answers = [Path(name, "answers.json").read_bytes() for name in ("one", "three", "cut")]
    assert answers[0] == answers[1] == answers[2]
    told = json.loads(answers[0])
    assert told["stopping"]["how"] == "reached" and told["stopping"]["runs"] == told["runs"] == len(whole)
    for row in told["targets"]:
        if row["default"]:
            met = round(row["probability"] * len(whole))
            assert row["interval"] == pytest.approx(sequence(met, len(whole)), abs=1e-9)
    with Store.open(Path("one")) as store:
        assert {key[0] for key in store.finished()} == set(whole)


def test_what_failed_keeps_it_going_to_the_most_and_no_further(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed run is unknown at both ends: with every second one failed no interval gets narrow."""

    def fails(scenario: object, options: Options, task: Any) -> list[RunRecord]:
        if task.number % 2:
            raise OverflowError("the fund is overdrawn")
        return simulator(scenario, options, task)

    monkeypatch.setattr("experiments.ensemble.simulate_replicate", fails)
    assert fupin("run", "--runs", 4, "--until", 0.2, "--at-most", 18, "--out", "some").exit_code == 0
    told = json.loads(Path("some/answers.json").read_text(encoding="utf-8"))["stopping"]
    assert (told["how"], told["runs"], told["looks"]) == ("at_most", 18, [4, 8, 12, 16, 18])
    assert min(told["half_widths"].values()) > 0.2


def test_a_run_that_stopped_by_itself_is_not_grown(simulator: Simulator) -> None:
    assert fupin("run", *WIDE, "--out", "one").exit_code == 0
    with pytest.raises(Refusal, match="--until"):
        grown(Path("one"), 64)
