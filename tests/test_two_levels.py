"""Luck and what is not known in an answer: from partner runs, from draws with several runs, told, drawn and written."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.design import Options, replicates
from results.answers import answers
from results.charts import style
from results.charts import two_levels as picture
from results.counting import Counting
from results.draws import Draw, parts
from results.ensemble import Ensemble, Line
from results.show import show
from results.show_two_levels import luck_and_ignorance
from results.two_levels import two_levels, write
from results.worst_off import counties, villages
from simulator.history import Outcome, RunRecord
from tests import synthetic
from tests.test_design import Loaded

G10, V150 = Line("T-G10", "cohort"), Line("T-V150", "total_95")


def split(records: Iterable[RunRecord], counting: Counting | None = None, *lines: Line) -> dict[str, Any]:
    """The block of an answer for some targets."""
    return two_levels(Ensemble(records, counting), lines or (G10, V150), lines or (G10, V150))


def told(
    counting: Counting | None = None, records: Iterable[RunRecord] | None = None, **changes: Any
) -> dict[str, Any]:
    """The whole answer of a made-up ensemble."""
    found = synthetic.ensemble() if records is None else records
    meta = synthetic.meta(**({"per_draw": counting.per_draw} if counting else {}), **changes)
    return answers(found, synthetic.scenario(), synthetic.resolved(), meta)


def several(draws: int = 12, each: int = 4) -> list[RunRecord]:
    """Replicates that share what a draw decides: met or not by the draw alone for T-V150, by luck alone for T-G10."""
    records = []
    for run in range(draws * each):
        for arm in ("policy", "null"):
            made = synthetic.record(run, arm)
            met = {"T-G10": (7 * run) % 5 < 2, "T-V150": arm == "policy" and (run // each) % 3 == 0}
            outcomes = tuple(
                replace(outcome, met=met[outcome.target]) if outcome.target in met and outcome.default else outcome
                for outcome in made.outcomes
            )
            records.append(replace(made, outcomes=outcomes))
    return records


def test_partner_runs_make_pairs_and_only_they_are_split() -> None:
    found = split(synthetic.ensemble(runs=24, partners=8))
    assert (found["design"], found["partner"], found["per_draw"]) == ("partners", "macro", 1)
    ensemble = Ensemble(synthetic.ensemble(runs=24, partners=8))
    base, macro = (ensemble.outcomes("policy", V150, variant) for variant in ("base", "macro"))
    pairs = [Draw(int(bool(base[run].met)) + int(bool(macro[run].met)), 2) for run in range(8)]
    by_hand = parts(pairs, "parts policy T-V150 total_95")
    row = found["targets"][1]["policy"]
    assert by_hand is not None and row["parts"]["draws"] == 8 and row["runs"] == 24
    assert (row["parts"]["aleatory"], row["parts"]["epistemic"]) == (by_hand.aleatory, by_hand.epistemic)
    assert row["parts"]["epistemic_interval"] == by_hand.epistemic_interval
    assert row["parts"]["aleatory"] == 0, "in the made-up records parameters alone decide T-V150"


def test_without_another_macro_path_the_partner_has_other_luck_alone() -> None:
    records = [record for record in synthetic.ensemble() if record.variant != "macro"]
    assert split(records)["partner"] == "luck"
    bare = split([record for record in records if record.variant == "base"])
    assert bare["design"] is None and bare["targets"][0]["policy"]["parts"] is None


def test_a_failed_partner_leaves_its_pair_out_and_a_failed_run_is_counted() -> None:
    records = [r for r in synthetic.ensemble(runs=10, partners=6)
               if (r.replicate, r.arm, r.variant) not in {(2, "policy", "macro"), (3, "policy", "base")}]  # fmt: skip
    records += [synthetic.failed(2, "policy", "macro"), synthetic.failed(3)]
    row = split(records)["targets"][0]["policy"]
    assert (row["runs"], row["failed"], row["parts"]["draws"]) == (9, 1, 4)


def test_with_several_runs_a_draw_luck_and_parameters_are_told_apart() -> None:
    found = split(several(), Counting(4))
    luck, unknown = (row["policy"]["parts"] for row in found["targets"])
    assert found["design"] == "draws" and luck["draws"] == 12
    assert unknown["aleatory"] == 0 and unknown["share"] == 1 and unknown["share_interval"][0] > 0.5
    assert luck["share"] < 0.2 and luck["share_interval"][0] <= 0
    assert found["targets"][1]["null"]["parts"]["share"] is None
    both = found["joint"]["all"]["policy"]
    assert both["probability"] == np.mean([(7 * run) % 5 < 2 and (run // 4) % 3 == 0 for run in range(48)])


def test_an_answer_takes_a_draw_for_its_unit_everywhere() -> None:
    """The same runs said to be of one draw each have narrower intervals."""
    alone, shared = told(None, several()), told(Counting(4), several())
    rows = [{row["id"]: row for row in found["targets"] if row["default"]} for found in (alone, shared)]
    for key in ("interval", "change_from_null"):
        narrow, wide = (found["T-V150"][key] for found in rows)
        narrow, wide = (end["interval"] if isinstance(end, dict) else end for end in (narrow, wide))
        assert wide[1] - wide[0] > 1.3 * (narrow[1] - narrow[0]), key
    split_row = next(row for row in shared["two_levels"]["targets"] if row["id"] == "T-V150")
    assert split_row["policy"]["interval"] == rows[1]["T-V150"]["interval"]
    assert shared["two_levels"]["joint"]["all"]["policy"]["interval"] == shared["joint"]["all"]["interval"]


def test_convergence_doubles_the_draws_and_ends_with_all() -> None:
    steps = split(several(), Counting(4))["targets"][1]["convergence"]
    assert [(step["draws"], step["runs"]) for step in steps] == [(4, 16), (8, 32), (12, 48)]
    assert [step["probability"] for step in steps] == [2 / 4, 3 / 8, 4 / 12]
    assert [step["draws"] for step in split(synthetic.ensemble(runs=3))["targets"][0]["convergence"]] == [3]


def by_county(run: int, *held: bool) -> RunRecord:
    """A run whose target must hold in every county."""
    names = {f"sample county {number}": met for number, met in enumerate(held)}
    outcome = Outcome("T-GREL", "per_county", False, "counties", 0.0, None, 0.0, True, 1.0, 0.5, names)
    return RunRecord(run, "policy", "base", "succeeded", (outcome,))


def test_the_worst_county_of_a_run_meets_it_when_all_do_and_the_lowest_is_picked_from_those_seen() -> None:
    runs = [by_county(run, True, run % 2 == 0, run % 4 != 3) for run in range(16)]
    runs.append(by_county(16, True, True, True, False))
    found = counties(Ensemble(runs), Line("T-GREL", "per_county"))
    assert found is not None and found["projected"]
    assert found["worst_meets"]["probability"] == 8 / 17
    assert (found["lowest"]["label"], found["lowest"]["probability"], found["lowest"]["of"]) == (
        "sample county 1",
        9 / 17,
        3,
    )
    assert found["lowest"]["interval"] == Counting().probability(
        {run: run < 9 for run in range(17)}, [], "", 1 - 0.05 / 3
    )
    assert counties(Ensemble(synthetic.ensemble()), G10) is None


def test_types_of_village_are_told_by_what_the_runs_record() -> None:
    found = villages(Ensemble(with_villages()))
    assert found is not None and [kind["name"] for kind in found["types"]] == ["key", "other"]
    assert [kind["poorest_in"] for kind in found["types"]] == [1.0, 0.0]
    assert found["types"][0]["policy"]["p50"] == 180_000 and found["types"][0]["null"]["p50"] == 90_000
    assert villages(Ensemble(synthetic.ensemble())) is None, "one type is nothing to compare"


def with_villages() -> list[RunRecord]:
    """The ensemble with a second type of village."""
    rich = {("collective_income", "other"): np.full(24, 3e6)}
    return [replace(record, series={**record.series, **rich}) for record in synthetic.ensemble()]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("design", ["partners", "draws", "none"])
def test_it_is_told_in_words(lang: str, design: str) -> None:
    answer = {
        "partners": lambda: told(records=with_villages()),
        "draws": lambda: told(Counting(4), several()),
        "none": lambda: told(records=[record for record in synthetic.ensemble() if record.variant == "base"]),
    }[design]()
    lines = luck_and_ignorance(answer, lang)
    text = "\n".join(lines)
    assert text in show(answer, lang) and "None" not in text and "nan" not in text
    assert max(map(len, lines)) <= 110
    assert ("T-V150" in text) == (design != "none")
    word = {
        "partners": ("--per-draw", "--per-draw"),
        "draws": ("每组 4 次", "4 runs each"),
        "none": ("分不开", "cannot"),
    }
    assert word[design][lang == "en"] in text
    assert luck_and_ignorance({}, lang) == []


def test_with_parameters_held_nothing_is_said_to_be_unknown() -> None:
    answer = told()
    held = {**answer, "conditional_on": {**answer["conditional_on"], "parameters": "fixed"}}
    assert "--fixed" in "\n".join(luck_and_ignorance(held, "zh"))
    assert "--fixed" not in "\n".join(luck_and_ignorance(answer, "zh"))


def test_the_table_has_a_row_a_chance_and_arm(tmp_path: Path) -> None:
    answer = told(Counting(4), several())
    path = write(tmp_path, answer["two_levels"])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["what"], row["arm"]) for row in rows[-2:]] == [
        ("together: undecided", arm) for arm in ("policy", "null")
    ]
    (row,) = (row for row in rows if (row["what"], row["arm"]) == ("T-V150", "policy"))
    assert (row["share"], row["aleatory"], row["draws"]) == ("1.0", "0.0", "12")
    assert float(row["share_low"]) <= 1 <= float(row["share_high"])


def test_the_picture_is_drawn_where_something_varies(tmp_path: Path) -> None:
    with style.look():
        drawn = picture.draw(told(Counting(4), several()), tmp_path)
        bare = told(records=[record for record in synthetic.ensemble() if record.variant == "base"])
        assert picture.draw(bare, tmp_path) is None
    assert drawn is not None and drawn.stat().st_size > 20_000


def test_replicates_of_one_draw_share_parameters_and_nothing_else() -> None:
    tasks = replicates(Loaded(), Options(runs=8, per_draw=4, split=0))
    own = replicates(Loaded(), Options(runs=2, split=0))
    assert [task.parameters for task in tasks] == [own[0].parameters] * 4 + [own[1].parameters] * 4
    assert len({tuple(task.macro.items()) for task in tasks}) == len({task.luck_number for task in tasks}) == 8
    assert replicates(Loaded(), Options(runs=8), first=6) == replicates(Loaded(), Options(runs=8))[6:]
