"""Which interval belongs to a number: by how its runs were counted."""

from __future__ import annotations

import math

import pytest

from results.counting import Counting
from results.draws import Draw, chance
from results.intervals import jeffreys, mean_probability, paired_mean, paired_probabilities
from results.sequences import sequence

MET = {0: True, 1: False, 2: True, 4: True, 5: False, 7: False, 8: True, 9: True}
"""Of replicates 0 to 9; 3 and 6 failed."""
FAILED = [3, 6]
AFTER = {run: run % 3 == 0 for run in MET}


def test_the_meta_of_a_folder_says_how() -> None:
    assert Counting.of({}) == Counting(1, False) and Counting().plain
    assert Counting.of({"per_draw": 4, "until": 0.1}) == Counting(4, True)
    assert not Counting(2).plain and not Counting(watched=True).plain


def test_plain_runs_have_the_intervals_for_a_number_fixed_beforehand() -> None:
    plain = Counting()
    assert plain.probability(MET, FAILED, "x") == jeffreys(5, 8, 2)
    assert plain.mean({0: 0.2, 1: 0.7, 2: 0.4}, FAILED, "x") == mean_probability([0.2, 0.7, 0.4], "x", 2)
    assert plain.change(MET, AFTER, FAILED, "x") == paired_probabilities(list(MET.values()), list(AFTER.values()), 2)
    assert plain.paired_mean({0: 1.0, 1: 3.0, 2: 4.0}) == paired_mean([1.0, 3.0, 4.0])


def test_watched_runs_have_sequences() -> None:
    watched = Counting(watched=True)
    assert watched.probability(MET, FAILED, "x") == sequence(5, 8, 2)
    assert watched.mean({0: 0.2, 1: 0.7}, FAILED, "x") == sequence(0.2 + 0.7, 2, 2)


def test_runs_of_one_draw_count_as_one() -> None:
    pairs = Counting(2)
    assert pairs.draws(MET, FAILED) == {
        0: Draw(1, 2), 1: Draw(1, 1, 1), 2: Draw(1, 2), 3: Draw(0, 1, 1), 4: Draw(2, 2),
    }  # fmt: skip
    assert pairs.probability(MET, FAILED, "x") == chance(list(pairs.draws(MET, FAILED).values()), "x")
    assert pairs.by_draw({0: 1.0, 1: 3.0, 2: 5.0}).tolist() == [2.0, 5.0]
    assert pairs.paired_mean({0: 1.0, 1: 3.0, 2: 5.0}) == paired_mean([2.0, 5.0])


def test_repeating_every_run_within_its_draw_adds_no_certainty_to_a_sequence() -> None:
    """Four runs of a draw that all do the same are worth one."""
    copied = {4 * run + number: met for run, met in MET.items() for number in range(4)}
    lost = [4 * run + number for run in FAILED for number in range(4)]
    assert Counting(4, watched=True).probability(copied, lost, "x") == Counting(watched=True).probability(
        MET, FAILED, "x"
    )


@pytest.mark.parametrize("counting", [Counting(watched=True), Counting(2), Counting(2, watched=True)])
def test_a_change_is_the_chance_to_gain_less_the_chance_to_lose(counting: Counting) -> None:
    """Its interval is made of one at 97.5 % for each, holds the change, and turns with the arms."""
    change, (low, high) = counting.change(MET, AFTER, FAILED, "x")
    assert change == pytest.approx((sum(AFTER.values()) - sum(MET.values())) / len(MET))
    assert -1 <= low < change < high <= 1
    gained = {run: AFTER[run] and not MET[run] for run in MET}
    lost = {run: MET[run] and not AFTER[run] for run in MET}
    gain, loss = (
        counting.probability(held, FAILED, f"x {name}", 0.975) for name, held in (("gained", gained), ("lost", lost))
    )
    assert (low, high) == (max(-1.0, gain[0] - loss[1]), min(1.0, gain[1] - loss[0]))
    assert math.isnan(counting.change({}, {}, [], "x")[0])
