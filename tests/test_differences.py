"""What two programmes differ in."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import scenarios
from experiments import cli, differences
from experiments.differences import entries, listed

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


def test_clauses_come_with_what_they_say() -> None:
    one, other = scenarios.load(BASE), scenarios.load("hunan_2017_2020")
    assert "HN-1.6 健康帮扶  只有 B" in listed(one, other, "zh")
    assert "HN-1.6 Health support  only B" in listed(one, other, "en")


def test_the_command_lists_and_says_what_simulates(dearer: str) -> None:
    told = fupin("diff", BASE, dearer)
    assert told.exit_code == 0 and "place.line_rule" in told.stdout
    assert told.stdout.rstrip().endswith(f"fupin compare {BASE} {dearer}")


def test_all_faults_at_once(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "kind: change\nname: Bad\ntitle: {zh: 坏, en: bad}\nset: {model.no_such: mean}\n", encoding="utf-8"
    )
    refused = fupin("diff", "zhejiang_2018", str(broken), "--lang", "en")
    assert refused.exit_code == 2 and "zhejiang_2018_2022" in refused.stderr and "broken.yaml:2" in refused.stderr
