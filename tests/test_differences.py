"""What two programmes differ in, and the paired effect of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import scenarios
from experiments import cli, differences
from experiments.differences import Pairs, entries, listed, simulated
from experiments.paired_effect import effect_text
from results.ensemble import Ensemble, yearly
from tests import synthetic

BASE = "zhejiang_2018_2022"
CHANGE = """kind: change
name: dearer
title: {zh: 更多资金, en: More money}
set:
  programme.yuan_per_listed_household: {value: 20000, unit: yuan/household/year, assumption: More, zh: 四倍}
  place.line_rule: mean40
without: [training]
"""


@pytest.fixture
def dearer(tmp_path: Path) -> str:
    file = tmp_path / "dearer.yaml"
    file.write_text(CHANGE, encoding="utf-8")
    return str(file)


def fupin(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_a_change_differs_in_what_it_sets_and_in_nothing_else(dearer: str) -> None:
    found = entries(scenarios.load(BASE), scenarios.load(dearer), "zh")
    told = {section: {entry.name: entry for entry in part} for section, part in found.items() if part}
    assert set(told) == {"interventions", "choices", "numbers"}
    assert set(told["interventions"]) == {"training"} and told["interventions"]["training"].second == ""
    assert set(told["choices"]) == {"place.line_rule"}
    money = told["numbers"]["programme.yuan_per_listed_household"]
    assert set(told["numbers"]) == {"programme.yuan_per_listed_household"}
    assert "5,000 [2,500, 10,000] 元/户/年" in money.first and "20,000 元/户/年 (assumption: 四倍)" in money.second


def test_the_list_both_ways_and_of_nothing(dearer: str) -> None:
    one, other = scenarios.load(BASE), scenarios.load(dearer)
    assert "training  only A" in listed(one, other, "en") and "training  only B" in listed(other, one, "en")
    assert "没有差别" in listed(one, one, "zh") and "no difference" in listed(one, one, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_programmes_of_two_places_are_listed_whole(lang: str) -> None:
    """Funds, targets, series and documents differ too; every section has its heading."""
    text = listed(scenarios.load(BASE), scenarios.load("hunan_2017_2020"), lang)
    column = 0 if lang == "zh" else 1
    assert all(words[column] in text for words in differences.SECTIONS.values())


def pairs(one: str, other: str, runs: int = 3) -> Pairs:
    return simulated(scenarios.load(one), scenarios.load(other), runs, 1500, 1, 2, lambda done, total: None)


def test_nothing_changed_nothing_differs() -> None:
    """The same programme under the same luck: every difference is exactly nothing."""
    found = pairs(BASE, BASE, runs=2)
    for run in (0, 1):
        first, second = (side.runs("policy")[run] for side in (found.first, found.second))
        assert first.parameters == second.parameters
        np.testing.assert_array_equal(first.ledger, second.ledger)
    text = effect_text(found, "en")
    assert "+0 [+0, +0]" in text


def test_only_what_differs_is_drawn_differently_and_the_effect_is_paired(dearer: str) -> None:
    found = pairs(BASE, dearer)
    money = "programme.yuan_per_listed_household"
    for run, first in found.first.runs("policy").items():
        second = found.second.runs("policy")[run]
        assert {path for path in first.parameters if first.parameters[path] != second.parameters.get(path)} == {money}
    differs = [
        yearly(found.second.runs("policy")[run], "income_pc", "cohort")[2022]
        - yearly(found.first.runs("policy")[run], "income_pc", "cohort")[2022]
        for run in range(3)
    ]
    text = effect_text(found, "zh")
    assert f"{np.mean(differs):+,.0f} [" in text and "2022 年基期名单人均收入" in text
    parts = [
        yearly(found.second.runs("policy")[run], "wage_pc", "cohort")[2022]
        - yearly(found.first.runs("policy")[run], "wage_pc", "cohort")[2022]
        for run in range(3)
    ]
    wages = next(line for line in text.splitlines() if line.startswith("    工资性收入"))
    assert f" {np.mean(parts):+,.0f} [" in wages
    assert all(name in text for name in ("经营净收入", "财产净收入", "转移净收入"))
    assert "支出（全期）" in text and "T-FLOOR" in text and "不在同一地区" not in text


def test_of_two_places_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    text = effect_text(pairs(BASE, "hunan_2017_2020", runs=2), "zh")
    assert "2020 年基期名单人均收入" in text, "the last year both have"
    assert "不在同一地区" in text


def test_constraints_are_counted_over_the_pairs() -> None:
    """C-20 is broken in 3 runs of 8 under A, which it binds, and in 4 under B, where it is a hint; another in none."""
    base = synthetic.record(0)
    finding = replace(base.findings[0], breach=False, broken=False)
    clean = replace(finding, constraint="C-LOAN")

    def side(broken_in: int, binding: bool) -> Ensemble:
        broken = replace(finding, broken=True, breach=binding)
        return Ensemble(
            replace(base, replicate=run, findings=(broken if run < broken_in else finding, clean)) for run in range(8)
        )

    loaded = scenarios.load(BASE)
    text = effect_text(Pairs(loaded, loaded, side(3, True), side(4, False)), "en")
    row = next(line for line in text.splitlines() if line.startswith("C-20"))
    assert row.split()[1:4] == ["38%", "50%", "+12.5"] and row.endswith("not admissible: A")
    assert "C-LOAN" not in text and "broken on neither side: 1 more" in text
    none = effect_text(Pairs(loaded, loaded, side(0, True), side(0, True)), "zh")
    assert "C-20" not in none and "其余 2 项两边都未违反" in none


def test_clauses_come_with_what_they_say() -> None:
    one, other = scenarios.load(BASE), scenarios.load("hunan_2017_2020")
    assert "HN-1.6 健康帮扶  只有 B" in listed(one, other, "zh")
    assert "HN-1.6 Health support  only B" in listed(one, other, "en")


def test_the_command_lists_and_simulates(dearer: str) -> None:
    only = fupin("diff", BASE, dearer, "--no-run")
    assert only.exit_code == 0 and "place.line_rule" in only.stdout and "B 减 A" not in only.stdout
    both = fupin("diff", BASE, dearer, "--runs", "2", "--households", "1500", "--lang", "en")
    assert both.exit_code == 0 and "B less A over 2 paired" in both.stdout, both.output


def test_all_faults_at_once(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "kind: change\nname: Bad\ntitle: {zh: 坏, en: bad}\nset: {model.no_such: mean}\n", encoding="utf-8"
    )
    refused = fupin("diff", "zhejiang_2018", str(broken), "--lang", "en")
    assert refused.exit_code == 2 and "zhejiang_2018_2022" in refused.stderr and "broken.yaml:2" in refused.stderr
    refused = fupin("diff", BASE, BASE, "--runs", "0", "--households", "0", "--workers", "0", "--lang", "en")
    assert refused.exit_code == 2 and len(refused.stderr.splitlines()) == 3
