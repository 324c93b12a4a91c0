"""Attribution from runs to report: games put into records, failed runs, players, words, tables and pictures."""

from __future__ import annotations

import csv
import itertools
import math
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import players
from results.attribution import Shares, arms, attribution, owed_to_orders
from results.attribution_tables import write_tables
from results.charts import attribution as pictures
from results.ensemble import LISTED_HOUSEHOLDS
from results.game import COST, INCOME, Game
from results.intervals import paired_probabilities
from results.players import REST, USES, Player, alone, by_use, from_record, grouped, recorded
from results.shares import over_replicates
from results.show_attribution import attribution_text
from simulator.history import Outcome
from simulator.interventions import KINDS
from tests import synthetic
from tests.attributed import LIFT, SIX, TERM, additive, game_of, shared


def test_in_an_additive_programme_all_three_are_the_term_and_nothing_interacts() -> None:
    """Through records, ledger and series; the interval is that of the replicates' luck; cost is a kind's own."""
    who, luck = alone(SIX), 1 + 0.1 * np.arange(4)
    found = shared(game_of(who, additive), who)
    for player, told in zip(who, found[INCOME]["players"], strict=True):
        for name in ("leave_one_out", "add_one_in", "shapley"):
            assert told[name]["estimate"] == pytest.approx(TERM[player.kinds[0]] * luck.mean())
        spread = TERM[player.kinds[0]] * luck.std(ddof=1) / 2
        assert told["shapley"]["error"] == pytest.approx(spread)
        assert told["shapley"]["interval"][1] - told["shapley"]["estimate"] == pytest.approx(3.182 * spread, rel=1e-3)
    assert all(abs(pair["estimate"]) < 1e-9 for pair in found[INCOME]["interactions"])
    assert [told["shapley"]["estimate"] for told in found[COST]["players"]] == pytest.approx([1e7] * 6)
    assert found[INCOME]["sum"] == pytest.approx(found[INCOME]["total"]["estimate"], rel=1e-12)
    assert abs(found[INCOME]["remainder"]) < 1e-9


def test_nobody_is_not_forced_to_be_the_null_arm() -> None:
    found = shared(game_of(alone(SIX), additive), alone(SIX))[INCOME]
    assert found["apart"]["estimate"] == pytest.approx(LIFT * 1.15)
    assert found["levels"]["nobody"]["estimate"] - found["levels"]["null"]["estimate"] == pytest.approx(LIFT * 1.15)
    assert found["total"]["estimate"] == pytest.approx(1.15 * sum(TERM[kind] for kind in SIX))


def test_targets_are_judged_by_their_default_reading() -> None:
    """T-V150 has a second reading with another margin; no kind moves either in these runs."""
    records = game_of(alone(SIX[:2]), additive)
    found = shared(records, alone(SIX[:2]))["margin T-V150"]
    margins = [r.outcomes[2].margin for r in records if r.arm == "policy"]
    assert records[0].outcomes[2].default and not records[0].outcomes[3].default
    assert found["levels"]["everyone"]["estimate"] == pytest.approx(np.mean(margins))
    assert found["unit"] == "share" and {told["shapley"]["estimate"] for told in found["players"]} == {0}


def test_two_kinds_that_only_work_together() -> None:
    """A product: nothing alone, everything lost without either, halves by Shapley, and a positive interaction."""
    who = alone(("training", "workshop", "dibao"))

    def together(present: frozenset[str]) -> float:
        return 60.0 * ({"training", "workshop"} <= present)

    found = shared(game_of(who, together), who)[INCOME]
    names = [player.name for player in who]
    training, dibao = (found["players"][names.index(name)] for name in ("training", "dibao"))
    assert training["leave_one_out"]["estimate"] == pytest.approx(69)
    assert training["add_one_in"]["estimate"] == 0
    assert training["shapley"]["estimate"] == pytest.approx(34.5)
    assert (dibao["shapley"]["estimate"], dibao["shapley"]["interval"]) == (0, [0, 0])
    strength = {tuple(names[i] for i in pair["pair"]): pair["estimate"] for pair in found["interactions"]}
    assert strength["training", "workshop"] == pytest.approx(69)
    assert strength["training", "dibao"] == strength["workshop", "dibao"] == 0


def test_the_interval_of_a_probability_left_out_is_that_of_paired_proportions() -> None:
    who = alone(SIX)
    records = game_of(who, additive, runs=9)
    found = shared(records, who)["met T-G10"]
    met = {(r.replicate, r.arm): bool(r.outcomes[0].met) for r in records}
    for player, told in zip(who, found["players"], strict=True):
        without = [met[run, f"without:{player.kinds[0]}"] for run in range(9)]
        change, interval = paired_probabilities(without, [met[run, "policy"] for run in range(9)])
        assert told["leave_one_out"]["estimate"] == pytest.approx(change)
        assert told["leave_one_out"]["interval"] == pytest.approx(interval)
    assert found["total"]["interval"][0] > -1


def test_a_replicate_that_lacks_an_arm_drops_out_and_is_counted() -> None:
    """A failed arm, and in another replicate an outcome without a value in one arm: only that outcome loses it."""
    who = alone(SIX[:3])
    records = game_of(who, additive, runs=5)
    gone = next(i for i, r in enumerate(records) if r.replicate == 2 and r.arm == "without:training")
    records[gone] = synthetic.failed(2, "without:training")
    blank = next(i for i, r in enumerate(records) if r.replicate == 4 and r.arm == "without:micro_loan")
    outcome: Outcome = replace(records[blank].outcomes[0], margin=math.nan)
    records[blank] = replace(records[blank], outcomes=(outcome, *records[blank].outcomes[1:]))
    found = shared(records, who)
    assert (found[INCOME]["replicates"], found[INCOME]["dropped"]) == (4, 1)
    assert (found["margin T-G10"]["replicates"], found["margin T-G10"]["dropped"]) == (3, 2)
    kept = shared([r for r in records if r.replicate != 2], who)
    assert kept[INCOME]["players"] == found[INCOME]["players"]
    assert Game(records, synthetic.scenario()).failed == [(2, "without:training", "OverdraftError: special")]


def test_the_order_of_runs_changes_nothing() -> None:
    who = alone(SIX[:4])
    records = game_of(who, additive)
    assert shared(records[::-1], who) == shared(records, who)


def test_cost_per_yuan_is_told_only_where_income_is_told_from_nothing() -> None:
    who = alone(("training", "dibao"))

    def only_training(present: frozenset[str]) -> float:
        return 50.0 * ("training" in present)

    records = game_of(who, only_training, runs=6)
    found = shared(records, who)["cost_per_yuan"]
    households = records[0].facts[LISTED_HOUSEHOLDS]
    assert found[0]["estimate"] == pytest.approx(1e7 / households / (50 * 1.25))
    low, high = found[0]["interval"]
    assert low < found[0]["estimate"] < high
    assert found[1] == {"estimate": None, "interval": None}


def test_many_kinds_are_sampled_and_still_add_up() -> None:
    """Nine kinds, four orders: Shapley, leave one out and add one in of an additive programme, and a remainder of
    rounding; the orders owe nothing where they do not matter."""
    who = alone(list(KINDS)[:9])
    found = shared(game_of(who, additive, orders=4), who, orders=4)[INCOME]
    for player, told in zip(who, found["players"], strict=True):
        for name in ("leave_one_out", "add_one_in", "shapley"):
            assert told[name]["estimate"] == pytest.approx(1.15 * TERM[player.kinds[0]])
    assert abs(found["remainder"]) < 1e-9
    assert max(found["owed_to_orders"]) < 1e-9
    assert sum(pair["contexts"] for pair in found["interactions"]) == 4 * 4 * 8


def test_what_orders_owe_is_what_more_of_them_take_away() -> None:
    """Luck of a replicate of variance 1, orders whose pairs have variance 4: with four pairs half of what replicates
    differ by is owed to the orders. A single pair cannot say."""
    rng, runs, pairs = np.random.default_rng(9), 3000, 4
    of_pair = 5 + rng.normal(size=(runs, 1, 1, 1)) + 2 * rng.normal(size=(runs, pairs, 1, 1))
    apart = rng.normal(size=of_pair.shape)
    of_order = np.stack([of_pair + apart, of_pair - apart], axis=2).reshape(runs, 2 * pairs, 1, 1)
    added = {"shapley": of_order.mean(axis=1)}
    whole = rng.random((runs, 1)) < 0.9
    found = over_replicates(added["shapley"], np.broadcast_to(whole[:, None], (runs, 1, 1)), np.array([False]), 1.0)
    shares = Shares(added, np.zeros((runs, 0, 1)), np.zeros((runs, 0, 1)), of_order)
    owed = owed_to_orders(shares, whole, found)
    assert owed is not None and owed[0, 0] == pytest.approx(0.5, abs=0.03)
    assert owed_to_orders(replace(shares, of_order=of_order[:, :2]), whole, found) is None


def test_more_orders_need_more_arms_and_no_others() -> None:
    who = alone(list(KINDS)[:9])
    assert set(arms(who, 2, 1, 5)) < set(arms(who, 6, 1, 5))
    assert arms(who, 2, 1, 5) != arms(who, 2, 1, 6)
    assert len(arms(who[:6], 0, 1, 5)) == 1 + 64


def test_every_kind_has_a_use_and_it_is_the_one_the_house_is_drawn_with() -> None:
    named = [kind for kinds in USES.values() for kind in kinds]
    assert sorted(named) == sorted(KINDS)
    page = Path(__file__).parents[1].joinpath("docs", "architecture.md").read_text(encoding="utf-8")
    table = page.split("### interventions/ by use\n")[1].split("\n\n")[0].splitlines()[2:]
    drawn = [set(row.split("|")[1].replace("`", "").replace(" ", "").split(",")) for row in table]
    assert drawn == [set(kinds) for kinds in USES.values()]


def test_players_do_not_hang_on_the_order_they_are_named_in() -> None:
    kinds = ("training", "workshop", "dibao", "relief", "housing", "insurance")
    for order in itertools.islice(itertools.permutations(kinds), 0, 720, 97):
        assert by_use(order) == by_use(kinds)
        assert grouped([order[:2], order[2:4]], order) == grouped([order[2:4], order[1::-1]], kinds)
    assert [player.name for player in by_use(kinds)] == ["work", "credit", "services", "transfers"]
    own = grouped([["relief", "dibao"], ["workshop"]], kinds)
    assert [player.name for player in own] == ["workshop", "relief+dibao", REST]
    for who in (own, by_use(kinds), alone(kinds)):
        assert from_record(dict(sorted(recorded(who).items()))) == who


def test_a_kind_without_a_use_is_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "fuel_grant", KINDS["relief"])
    assert by_use(("dibao", "fuel_grant")) == (Player("transfers", ("dibao",)), Player(REST, ("fuel_grant",)))


def test_who_the_players_are() -> None:
    many = list(KINDS)[:9]
    assert len(players.chosen(many, (), False)[0]) < 6
    assert len(players.chosen(many, (), True)[0]) == 9
    assert len(players.chosen(many[:5], (), False)[0]) == 5
    found, faults = players.chosen(many, ("trainning+workshop", "market_link+market_link"), True)
    assert found == () and len(faults) == 3
    assert "did you mean training" in faults[1][1] and "market_link" in faults[2][1]
    assert players.chosen(("training",), (), False)[1] == (
        ("归因至少需要两组措施", "an attribution needs two players at least"),
    )


def report_of(runs: int = 5) -> dict[str, Any]:
    """A whole report of made-up runs, as it is read back from its file."""
    who = alone(SIX)
    found = attribution(Game(game_of(who, additive, runs), synthetic.scenario()), who, 0, 1)
    head = {
        "run_id": "3f9a1c2e", "title": {"zh": "浙江省计划", "en": "Zhejiang"}, "households": 2000,
        "runs": runs, "orders": 0, "arms": 65 * runs, "runs_failed": 2, "conditional_on": {"macro": "forecast"},
        "players": [{"name": p.name, "kinds": list(p.kinds), "title": p.title, "parts": p.parts} for p in who],
    }  # fmt: skip
    return {**head, **found}


def test_the_text_says_what_is_there_and_what_is_missing() -> None:
    report = report_of()
    text = attribution_text(report, "en")
    assert "2 arms failed" in text and "Nothing was normalised" in text and "Beware" in text
    assert "not the null arm: list income differs by +120" in text
    for kind in SIX:
        assert KINDS[kind].title_zh.split("：")[0] in attribution_text(report)
    assert max(map(len, attribution_text(report, "en").splitlines())) <= 130


def test_tables_and_pictures_are_the_same_each_time(tmp_path: Path) -> None:
    report = report_of()
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        write_tables(report, folder)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            drawn = pictures.write(report, folder)
        assert [path.name for path in drawn] == [
            "attribution.png", "attribution_targets.png", "attribution_interactions.png",
        ]  # fmt: skip
    for path in sorted((tmp_path / "one").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()
    with (tmp_path / "one" / "attribution.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    income = {row["player"]: row for row in rows if row["outcome"] == INCOME}
    assert float(income["技能培训与就业"]["shapley"]) == pytest.approx(1.2 * TERM["training"])
    assert float(income["total"]["shapley"]) == pytest.approx(1.2 * sum(TERM[kind] for kind in SIX))
