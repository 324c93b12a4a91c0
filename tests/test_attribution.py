"""Attribution from runs to report: games put into records, failed runs, players, and a small real one killed and
resumed."""

from __future__ import annotations

import csv
import itertools
import json
import math
import shlex
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from experiments import attribution as command
from experiments import cli, players
from experiments.design import Options, Replicate, programme_kinds
from experiments.ensemble import simulate_replicate
from experiments.plan import plan_of
from experiments.refusal import Refusal
from results.attribution import Shares, arms, attribution, owed_to_orders
from results.attribution_tables import write_tables
from results.charts import attribution as pictures
from results.ensemble import LISTED_HOUSEHOLDS
from results.game import COMPONENTS, COST, INCOME, Game
from results.intervals import paired_probabilities
from results.players import REST, USES, Player, alone, by_use, from_record, grouped, recorded
from results.shares import over_replicates
from results.show_attribution import attribution_text
from results.store import FILE_NAME, Store
from simulator.history import Outcome, RunRecord
from simulator.interventions import KINDS
from simulator.parallel import Engine
from tests import synthetic, systems
from tests.guides import blocks

SIX = ("industry_support", "training", "micro_loan", "village_station", "health_cover", "dibao")
TERM = dict(zip(KINDS, range(3, 3 + len(KINDS)), strict=True))
LIFT = 100.0

Worth = Callable[[frozenset[str]], float]


def additive(present: frozenset[str]) -> float:
    """A kind is worth its own term, whoever else is there."""
    return float(sum(TERM[kind] for kind in present))


def record(replicate: int, arm: str, kinds: Sequence[str], worth: Worth) -> RunRecord:
    """A run whose list income is what the kinds present are worth, scaled by the luck of the replicate, whose cost is
    ten million yuan a kind, and whose first target is met where income has grown by half the terms of all."""
    absent = set(kinds) if arm == "null" else set(arm.removeprefix("without:").split("+"))
    present = frozenset(kinds) - absent
    gained = (1 + 0.1 * replicate) * (worth(present) + (LIFT if arm != "null" else 0.0))
    made = synthetic.record(replicate, "policy")
    at_end = {name: np.full(24, np.nan) for name in (INCOME, *COMPONENTS)}
    at_end[INCOME][3::4] = 10_000 + replicate + gained
    for name in COMPONENTS:
        at_end[name][3::4] = gained / 4
    ledger = np.zeros_like(made.ledger)
    ledger[8, 0, 0] = 1_000_000_000 * len(present)
    met = gained >= sum(TERM[kind] for kind in kinds) / 2 + LIFT
    first = replace(made.outcomes[0], margin=gained, met=met)
    series = {(name, "cohort"): values for name, values in at_end.items()}
    return replace(made, arm=arm, ledger=ledger, leaked=None, series=series, outcomes=(first, *made.outcomes[1:]))


def game_of(who: Sequence[Player], worth: Worth, runs: int = 4, orders: int = 0) -> list[RunRecord]:
    """All runs an attribution needs."""
    kinds = [kind for player in who for kind in player.kinds]
    return [record(r, arm, kinds, worth) for r in range(runs) for arm in arms(who, orders, 1, r)]


def shared(records: Sequence[RunRecord], who: Sequence[Player], orders: int = 0) -> dict[str, Any]:
    """The report's numbers by outcome, and the cost per yuan."""
    found = attribution(Game(records, synthetic.scenario()), who, orders, 1)
    return {**{outcome["id"]: outcome for outcome in found["outcomes"]}, "cost_per_yuan": found["cost_per_yuan"]}


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


GROUPS = ("--group", "training+job_placement", "--group", "dibao")
SMALL = ("attribute", "zhejiang_2018_2022", "--runs", "2", "--households", "2000", "--lang", "en")


def fupin(*words: str) -> Result:
    """What the command answers."""
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small real attribution among three groups, on two workers."""
    folder = tmp_path_factory.mktemp("attribution") / "whole"
    result = fupin(*SMALL, *GROUPS, "--workers", "2", "--out", str(folder))
    assert result.exit_code == 0 and "arms failed" not in result.stdout, result.stderr
    return folder


def test_a_real_attribution_adds_up(whole: Path) -> None:
    report = command.read(whole)
    assert [player["name"] for player in report["players"]] == ["training+job_placement", "dibao", REST]
    assert report["arms"] == 2 * (1 + 8) and report["runs_failed"] == 0
    for outcome in report["outcomes"]:
        shares = [told["shapley"]["estimate"] for told in outcome["players"]]
        level = max(abs(found["estimate"]) for found in outcome["levels"].values())
        assert sum(shares) == pytest.approx(outcome["total"]["estimate"], abs=1e-8 * max(level, 1))
        assert abs(outcome["remainder"]) <= 1e-12 * max(level, 1)
    income = next(one for one in report["outcomes"] if one["id"] == INCOME)
    assert abs(income["total"]["estimate"]) > 100
    with Store.open(whole) as store:
        arms_run = {record.arm for record in store.records()}
    assert {"null", "policy", "without:dibao", "without:job_placement+training"} < arms_run


def test_the_order_of_groups_is_the_same_run_and_is_not_computed_again(whole: Path) -> None:
    before = (whole / FILE_NAME).stat().st_mtime_ns
    swapped = ("--group", "dibao", "--group", "job_placement+training")
    result = fupin(*SMALL, *swapped, "--out", str(whole))
    assert result.exit_code == 0 and "Attribution" in result.stdout
    assert (whole / FILE_NAME).stat().st_mtime_ns == before
    assert fupin(*SMALL, "--group", "dibao", "--out", str(whole)).exit_code == 2


def files(folder: Path) -> dict[str, bytes]:
    """What an attribution writes beside its store."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(FILE_NAME)]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_stopped_resumed_and_on_one_worker_it_is_the_same_to_the_byte(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after the first replicate, then with two arms of it taken away: only what lacks is simulated."""
    asked: list[Replicate] = []

    def watched(scenario: Any, options: Options, task: Replicate) -> list[RunRecord]:
        asked.append(task)
        return simulate_replicate(scenario, options, task)

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "simulate_replicate", watched)
    folder = tmp_path / "again"
    given = {"runs": 2, "households": 2000}
    wanted = command.understand("zhejiang_2018_2022", given, ("dibao", "training+job_placement"), out=folder)
    with pytest.raises(KeyboardInterrupt):
        command.attribute(wanted, Engine(workers=1), stop)
    assert len(asked) == 1 and not (folder / command.REPORT).exists()
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute("DELETE FROM times WHERE arm IN ('policy', 'without:dibao')")
        connection.execute("DELETE FROM runs WHERE arm IN ('policy', 'without:dibao') AND replicate = 0")
    connection.close()
    result = fupin("attribute", "--resume", str(folder), "--workers", "1")
    assert result.exit_code == 0, result.stderr
    again, fresh = sorted(asked[1:], key=lambda task: task.number)
    assert [arm for arm, _ in again.arms] == ["null", "without:dibao", "policy"]
    assert len(fresh.arms) == 9
    assert files(folder) == files(whole)


def made_up(monkeypatch: pytest.MonkeyPatch) -> list[Replicate]:
    """Simulate nothing: every run is one of the additive game. The tasks that were asked for."""
    asked: list[Replicate] = []

    def simulated(scenario: Any, options: Options, task: Replicate) -> list[RunRecord]:
        asked.append(task)
        return [record(task.number, arm, programme_kinds(scenario), additive) for arm, _ in task.arms]

    monkeypatch.setattr(command, "simulate_replicate", simulated)
    return asked


def test_the_guide_leads_to_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands one after the other, on made-up runs: by use, every kind, own groups, and more replicates."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pictures, "write", lambda *_: [])
    asked, smaller = made_up(monkeypatch), {"32": "3"}
    ((_, _, text),) = blocks("attribute.md")
    for line in text.splitlines():
        words = [smaller.get(word, word) for word in shlex.split(line)[1:]]
        result = fupin(*words, *([] if "--resume" in words else ["--runs", "2"]))
        assert result.exit_code == 0, result.output
    assert sorted(task.number for task in asked) == [0, 0, 0, 1, 1, 1, 2]
    assert [len(command.read(Path(name))["players"]) for name in ("shared", "each", "own")] == [6, 12, 3]
    assert (command.read(Path("shared"))["runs"], command.read(Path("each"))["orders"]) == (3, 2)


def test_a_larger_one_keeps_the_runs_there_are(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "grown"
    shutil.copytree(whole, folder)
    asked = made_up(monkeypatch)
    assert fupin("attribute", "--resume", str(folder), "--runs", "3").exit_code == 0
    assert [task.number for task in asked] == [2]
    assert command.read(folder)["runs"] == 3
    refused = fupin("attribute", "--resume", str(folder), "--runs", "2", "--lang", "en")
    assert refused.exit_code == 2 and "only grow" in refused.stderr


def test_a_folder_tells_by_what_its_runs_were_made(whole: Path) -> None:
    with Store.open(whole) as store:
        meta, kept = store.meta, store.finished()
    plan = plan_of(whole, meta, 1)
    assert {(task.number, *pair) for task in plan.tasks for pair in task.arms} == {key for key in kept if key[0] == 0}


def test_what_cannot_be_is_refused_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--group", "trainning", "--each", "--runs", "0", "--orders", "3", "--lang", "en")
    refused = fupin("attribute", "zhejiang_2018_2022", *words)
    assert refused.exit_code == 2 and len(refused.stderr.splitlines()) >= 4, refused.stderr
    assert fupin("attribute", "--resume", str(tmp_path)).exit_code == 2
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Refusal):
        command.read(tmp_path)


def test_without_kinds_and_indicators_nothing_is_left_of_a_programme() -> None:
    """Nobody is the null arm exactly, once there are no indicators to spend the programme's money."""
    scenario = systems.kinds_alone()
    nobody = "without:" + "+".join(sorted(programme_kinds(scenario)))
    _, found = systems.arm(nobody, scenario)
    for key, values in systems.null_history().series.items():
        np.testing.assert_array_equal(found.series[key], values)
    assert json.dumps(found.ledger.sum().item()) == json.dumps(systems.null_history().ledger.sum().item())
