"""The answer: the fields it promises, the arithmetic behind them, and the same bytes for the same runs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from results import canonical
from results.answers import answers
from results.assumptions import assumptions
from results.ensemble import Ensemble, spending
from results.intervals import jeffreys, mean_probability
from simulator.history import RunRecord
from tests import synthetic

CONTRACT = {
    "schema_version", "scenario", "scenario_hash", "seed", "runs", "runs_failed", "versions", "conditional_on",
    "assumptions", "costs", "cost_per_listed_household", "without", "targets", "joint",
}  # fmt: skip
ROW = {
    "id", "reading", "default", "clause", "title_zh", "title_en", "unit", "probability", "interval", "level",
    "null_probability", "null_interval", "margin", "null_margin", "variance_share", "budget", "projected",
    "failing_units", "admissible", "findings",
}  # fmt: skip


def answer(records: list[RunRecord], **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta(**changes))
    return found


def row(found: dict[str, Any], target: str, reading: str | None = None) -> dict[str, Any]:
    chosen: dict[str, Any] = next(
        row for row in found["targets"] if row["id"] == target and (row["reading"] == reading or reading is None)
    )
    return chosen


def test_every_field_of_the_contract_is_there() -> None:
    found = answer(synthetic.ensemble())
    assert found.keys() >= CONTRACT
    for target in found["targets"]:
        assert target.keys() >= ROW
        assert target["budget"].keys() == {"half", "double"}
    assert found["without"][0].keys() >= {"kind", "runs", "targets", "list_mean_2022", "cost"}
    assert {(target["id"], target["reading"]) for target in found["targets"]} == {
        ("T-G10", "cohort"), ("T-FLOOR", "register_99"), ("T-V150", "total_95"), ("T-V150", "each_total"),
    }  # fmt: skip


def test_a_reading_has_a_name_a_planner_can_read() -> None:
    found = row(answer(synthetic.ensemble()), "T-V150", "total_95")
    assert "95%" in found["reading_zh"]
    assert "95 %" in found["reading_en"]


def test_the_bytes_are_the_same_whatever_the_order_of_arrival() -> None:
    records = synthetic.ensemble()
    mixed = [records[index] for index in np.random.Generator(np.random.Philox(key=[1, 1])).permutation(len(records))]
    assert canonical.text(answer(records)) == canonical.text(answer(mixed))


def test_partner_runs_never_count_towards_a_probability() -> None:
    records = synthetic.ensemble(runs=8, partners=0)
    misleading = replace(synthetic.record(0), variant="luck", outcomes=synthetic.record(0, "null").outcomes)
    for name in ("probability", "interval", "margin", "null_probability", "failing_units"):
        for line in answer(records)["targets"]:
            other = row(answer([*records, misleading]), line["id"], line["reading"])
            assert line[name] == other[name]


def test_a_probability_is_the_share_of_base_runs_that_meet_the_target() -> None:
    records = synthetic.ensemble()
    met = sum(
        record.outcomes[0].met is True for record in records if (record.arm, record.variant) == ("policy", "base")
    )
    found = row(answer(records), "T-G10")
    assert 0 < met < 24
    assert found["probability"] == met / 24
    assert found["interval"] == jeffreys(met, 24)
    assert found["level"] == 0.95


def test_failed_runs_are_counted_and_widen_the_interval() -> None:
    records = [*synthetic.ensemble(), synthetic.failed(24), synthetic.failed(24, "null"), synthetic.failed(2, "half")]
    found, sound = answer(records), answer(synthetic.ensemble())
    assert (found["runs"], found["runs_failed"]) == (25, 3)
    assert found["failures"][0] == {
        "run": 2, "arm": "half", "variant": "base", "error": "OverdraftError: special",
    }  # fmt: skip
    wide, narrow = row(found, "T-G10"), row(sound, "T-G10")
    assert wide["probability"] == narrow["probability"]
    assert wide["interval"][0] < narrow["interval"][0]
    assert wide["interval"][1] > narrow["interval"][1]


def test_margins_and_the_distance_to_an_even_chance() -> None:
    records = synthetic.ensemble()
    margins = [record.outcomes[0].margin for record in records if (record.arm, record.variant) == ("policy", "base")]
    found = row(answer(records), "T-G10")
    assert list(found["margin"].values()) == pytest.approx(np.quantile(margins, [0.1, 0.5, 0.9]))
    shifted = np.array(margins) + found["distance_to_even"]
    assert (shifted > 0).mean() == 0.5


def test_projected_readings_carry_failing_units_and_a_projection() -> None:
    records = synthetic.ensemble()
    found = row(answer(records), "T-V150", "each_total")
    base = [record.outcomes[3] for record in records if (record.arm, record.variant) == ("policy", "base")]
    assert found["projected"]
    assert found["failing_units"] == pytest.approx(np.mean([outcome.failing_units for outcome in base]))
    assert found["probability"] == pytest.approx(np.mean([outcome.none_failing for outcome in base]))
    chances = [outcome.none_failing for outcome in base if outcome.none_failing is not None]
    assert found["interval"] == mean_probability(chances, "policy T-V150 each_total")


def test_a_projected_reading_without_a_projection_is_null_throughout() -> None:
    records = [
        replace(record, outcomes=tuple(replace(outcome, none_failing=None) for outcome in record.outcomes))
        for record in synthetic.ensemble()
    ]
    found = row(answer(records), "T-V150", "each_total")
    for name in ("probability", "interval", "null_probability", "null_interval"):
        assert found[name] is None
    assert found["failing_units"] > 0


def test_a_reading_decided_alike_says_what_decides_it() -> None:
    found = answer(synthetic.ensemble())
    floor = row(found, "T-FLOOR")
    assert floor["probability"] == floor["null_probability"] == 1
    assert "低保" in floor["decided_by"]["zh"]
    assert "dibao" in floor["decided_by"]["en"]
    assert row(found, "T-G10")["decided_by"] is None
    own = {"T-FLOOR": {"zh": "甲", "en": "a"}}
    told = answers(synthetic.ensemble(), synthetic.scenario(), synthetic.resolved(), synthetic.meta(), own)
    assert row(told, "T-FLOOR")["decided_by"] == own["T-FLOOR"]


def test_joint_probabilities_are_of_runs_that_meet_all() -> None:
    records = synthetic.ensemble()
    found = answer(records)["joint"]
    policy = [record for record in records if (record.arm, record.variant) == ("policy", "base")]
    together = sum(all(outcome.met for outcome in record.outcomes if outcome.default) for record in policy)
    assert found["all"]["probability"] == together / 24
    assert found["all"]["interval"] == jeffreys(together, 24)
    assert found["all"]["targets"] == ["T-G10", "T-FLOOR", "T-V150"]
    assert found["undecided"]["targets"] == ["T-G10", "T-V150"]
    assert found["all"]["null_probability"] == 0
    least = min(row(answer(records), target)["probability"] for target in found["all"]["targets"])
    assert found["all"]["probability"] <= least


def test_where_all_is_decided_alike_there_is_nothing_undecided() -> None:
    records = [synthetic.record(0, arm) for arm in ("policy", "null")]
    alike = [replace(record, outcomes=record.outcomes[1:2]) for record in records]
    found = answer(alike)["joint"]
    assert found["undecided"] == {
        "targets": [], "probability": None, "interval": None, "null_probability": None, "null_interval": None,
    }  # fmt: skip
    assert found["all"]["probability"] == 1


def test_variance_shares_follow_what_was_put_in() -> None:
    found = answer(synthetic.ensemble(runs=200, partners=150, left_out=0))
    shares = row(found, "T-G10")["variance_share"]
    total = 0.006**2 + 0.008**2 + 0.002**2
    assert shares["macro"] == pytest.approx(0.008**2 / total, abs=0.12)
    assert shares["parameters"] == pytest.approx(0.006**2 / total, abs=0.12)
    assert sum(shares.values()) == pytest.approx(1)
    assert row(found, "T-FLOOR")["variance_share"] is None


def test_a_sample_too_small_is_told_with_the_number_that_is_needed() -> None:
    """At four times the odds of a quarter, four times the households: share 4/7 has odds 4/3, a quarter has 1/3."""
    found = row(answer(synthetic.ensemble(runs=200, partners=150, left_out=0)), "T-V150", "total_95")
    share = found["variance_share"]["sampling"]
    assert share > 0.25
    needed = found["needs_households"]
    assert needed >= 20_000
    thinner = share * 20_000 / needed
    assert thinner / (thinner + 1 - share) == pytest.approx(0.25, abs=0.01)
    assert f"{needed:,}" in found["sampling_note"]["zh"]
    assert row(answer(synthetic.ensemble()), "T-G10")["sampling_note"] is None


def test_no_more_households_are_asked_for_than_the_place_has() -> None:
    shipped = synthetic.scenario()
    place = {"place.villages_total": 60.0, "place.households_per_village": 350.0}
    scenario = replace(shipped, values={**shipped.values, **place})
    records = synthetic.ensemble(runs=200, partners=150, left_out=0)
    found = row(answers(records, scenario, synthetic.resolved(), synthetic.meta()), "T-V150", "total_95")
    assert found["needs_households"] == 21_000
    assert "--households full" in found["sampling_note"]["zh"]


def test_published_macro_and_fixed_parameters_have_no_share_and_are_named() -> None:
    found = answer(synthetic.ensemble(), macro="published", fixed=True)
    assert found["conditional_on"] == {
        "macro": "published", "parameters": "fixed", "accounting": "nbs", "switches": {"place.line_rule": "max"},
        "off": [],
        "applied": {"changes": [], "set": {}, "without": []},
        "changes": [],
    }  # fmt: skip
    shares = row(found, "T-G10")["variance_share"]
    assert shares["macro"] == shares["parameters"] == 0


def test_costs_are_means_over_runs_for_the_period() -> None:
    records = synthetic.ensemble()
    found = answer(records)
    industry = next(cost for cost in found["costs"] if cost["use"] == "industry")
    assert industry["yuan"] == pytest.approx(0.55e9 * 5)
    assert industry["null_yuan"] == 0
    assert industry["fund_title"]["zh"] == "财政专项扶贫资金"
    assert [cost["fund"] for cost in found["costs"]] == ["special", "special", "village", "relief"]
    more = sum(cost["yuan"] - cost["null_yuan"] for cost in found["costs"])
    assert found["cost_per_listed_household"] == pytest.approx(more / synthetic.LISTED)


def test_spending_outside_the_period_is_not_the_programmes() -> None:
    record = synthetic.record(0)
    assert record.ledger is not None
    ledger = record.ledger.copy()
    ledger[0] += 10**9
    moved = replace(record, ledger=ledger)
    assert spending(moved, (2018, 2022)) == spending(record, (2018, 2022))
    assert spending(moved, (2017, 2022)) != spending(record, (2017, 2022))


def test_without_the_fact_of_listed_households_there_is_no_cost_for_one() -> None:
    records = [replace(record, facts={}) for record in synthetic.ensemble()]
    assert answer(records)["cost_per_listed_household"] is None


def test_leaving_a_kind_out_is_paired_with_the_same_replicates() -> None:
    records = synthetic.ensemble()
    entry = next(entry for entry in answer(records)["without"] if entry["kind"] == "training")
    ensemble = Ensemble(records)
    met = {arm: [ensemble.runs(arm)[run].outcomes[0].met for run in range(6)] for arm in ("policy", "without:training")}
    assert entry["runs"] == 6
    assert entry["title"]["zh"] == "技能培训与就业"
    assert entry["targets"][0]["change"] == pytest.approx(np.mean(met["without:training"]) - np.mean(met["policy"]))
    mean = entry["list_mean_2022"]
    assert mean["interval"][0] < mean["change"] < mean["interval"][1] < 0
    paid = {arm: [sum(spending(ensemble.runs(arm)[run], (2018, 2022)).values()) for run in range(6)] for arm in met}
    assert entry["cost"]["change"] == pytest.approx(np.mean(paid["without:training"]) - np.mean(paid["policy"]))
    assert entry["cost"]["interval"][0] < entry["cost"]["change"] < entry["cost"]["interval"][1] < 0
    assert entry["targets"][3] == {"id": "T-V150", "reading": "each_total", "change": None, "interval": None}


def test_the_null_against_itself_changes_nothing() -> None:
    records = [synthetic.record(run, "policy") for run in range(8)]
    records += [replace(record, arm="null") for record in records]
    found = answer(records)
    assert 0 < row(found, "T-G10")["probability"] < 1
    assert row(found, "T-G10")["decided_by"] is None
    for target in found["targets"]:
        assert target["change_from_null"]["change"] in (0, None)
        assert target["margin"] == target["null_margin"]
    assert found["cost_per_listed_household"] == 0


def test_findings_tell_how_many_runs_are_in_breach() -> None:
    found = answer(synthetic.ensemble())
    (finding,) = found["findings"]
    assert finding["constraint"] == "C-20"
    assert finding["share_of_runs_in_breach"] == pytest.approx(6 / 24)
    assert "18 %" in finding["message_en"]
    assert not any(target["admissible"] for target in found["targets"])
    clean = [record for record in synthetic.ensemble() if record.replicate % 4]
    assert answer(clean)["admissible"]
    assert answer(clean)["findings"][0]["share_of_runs_in_breach"] == 0
    assert all(target["findings"] == [] for target in answer(clean)["targets"])
    assert all(target["findings"] == [finding] for target in found["targets"])


def test_assumptions_begin_with_yuan_per_listed_household_then_the_widest_range() -> None:
    found = answer(synthetic.ensemble())["assumptions"]
    assert [entry["path"] for entry in found] == [
        "programme.funds.special.yuan_per_listed_household",
        "model.sd_ability",
        "programme.interventions.training.take_up",
        "model.reach",
    ]
    assert found[0] == {
        "path": "programme.funds.special.yuan_per_listed_household", "value": 2500, "unit": "yuan/household/year",
        "range": [1000, 5000], "text": "文件未写金额，按同类市县投入推定", "confidence": "C",
    }  # fmt: skip


def test_funds_and_targets_come_before_wider_ranges_and_no_range_comes_last() -> None:
    reach = {
        "model.wide": (1.0, [0.0, 9.0]), "model.none": (1.0, None), "model.zero": (0.0, [0.0, 2.0]),
        "programme.targets.T-G10.threshold": (1.0, [0.9, 1.1]), "programme.funds.a.yuan_per_year": (10.0, [8.0, 12.0]),
    }  # fmt: skip
    numbers = {path: {"value": value, "range": ends, "source": {"kind": "assumption", "text": ""}}
               for path, (value, ends) in reach.items()}  # fmt: skip
    assert [entry["path"] for entry in assumptions({"numbers": numbers})] == [
        "programme.funds.a.yuan_per_year", "programme.targets.T-G10.threshold",
        "model.wide", "model.zero", "model.none",
    ]  # fmt: skip


def test_yuan_per_listed_household_comes_first_whatever_it_is_called() -> None:
    told = synthetic.resolved()
    first = told["numbers"]["programme.funds.special.yuan_per_listed_household"]
    told["numbers"] = {"programme.aid.share": {**first, "value": 0.5}, **told["numbers"]}
    found = answers([synthetic.record(0)], synthetic.scenario(), told, synthetic.meta())["assumptions"]
    assert [entry["path"] for entry in found[:2]] == [
        "programme.funds.special.yuan_per_listed_household", "programme.aid.share",
    ]  # fmt: skip


def test_an_ensemble_of_which_every_run_failed_still_answers() -> None:
    found = answer([synthetic.failed(run) for run in range(3)])
    assert (found["runs"], found["runs_failed"], found["targets"]) == (3, 3, [])
    assert found["joint"]["all"]["probability"] is None
    json.loads(canonical.text(found))


def test_a_single_run_answers_without_inventing_a_spread() -> None:
    found = answer([synthetic.record(0), synthetic.record(0, "null")])
    assert row(found, "T-G10")["variance_share"] is None
    assert row(found, "T-G10")["interval"] in (jeffreys(0, 1), jeffreys(1, 1))
    assert found["cost_per_listed_household_interval"] is None


def test_numbers_are_written_with_ten_digits_and_nothing_that_is_no_number() -> None:
    nest = {"b": np.float64(1 / 3), "a": (np.int64(2), float("nan"), float("inf"), -0.0, np.True_), "文": None}
    assert (
        canonical.text(nest)
        == '{\n "b": 0.3333333333,\n "a": [\n  2,\n  null,\n  null,\n  0.0,\n  true\n ],\n "文": null\n}\n'
    )


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    canonical.write(tmp_path / "answers.json", {"a": "中"})
    assert (tmp_path / "answers.json").read_bytes() == '{\n "a": "中"\n}\n'.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["answers.json"]
