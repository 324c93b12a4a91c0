"""The printed answer: aligned, in either language, and nothing that matters left out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenarios
from results import canonical
from results.answers import answers
from results.assumptions import assumptions
from results.ensemble import Ensemble
from results.idle import idle_funds
from results.show import show
from results.show_costs import costs_table
from results.show_grounds import assumptions as show_assumptions
from results.show_left_out import left_out
from results.show_verdict import VERDICTS, verdict
from results.tables import columns, pad, width, wrap
from results.words import chance, money, quantity
from tests import synthetic


def told(**changes: Any) -> dict[str, Any]:
    """The answer as it is read back from its file."""
    records = [*synthetic.ensemble(), synthetic.failed(24)]
    found = answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta(**changes))
    back: dict[str, Any] = json.loads(canonical.text(found))
    return back


def test_a_chinese_character_is_two_cells_wide() -> None:
    assert width("概率 79%") == 8
    assert pad("概率", 6) == "概率  "
    assert pad("概率", 6, right=True) == "  概率"


def test_columns_line_up_in_cells() -> None:
    lines = columns([["资金", "1"], ["special", "1,000"]], [False, True])
    assert [width(line) for line in lines] == [14, 14]
    assert lines[0].endswith("    1")


WORDS = ("低收入", "农户", "，", "。", "income ", "of ", "the ", "list ", "95% ", "均值")


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.integers(12, 40))
def test_wrapped_lines_fit_and_lose_nothing(words: list[str], cells: int) -> None:
    text = "".join(words)
    lines = wrap(text, cells)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert width(line.rstrip("，。% ")) <= cells
        assert not line.startswith(" ")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_planner_must_see_is_there(lang: str) -> None:
    answer = told()
    text = show(answer, lang, Path("runs/zhejiang/charts"))
    for row in answer["targets"]:
        assert row[f"title_{lang}"].split()[0] in text
    for entry in answer["assumptions"][:5]:
        assert entry["path"] in text
    for wanted in (
        "79% [57, 92]",
        "25% [11, 44]",
        "46%",
        "C-20",
        "ZJ-6.2",
        f"{answer['cost_per_listed_household']:,.0f}",
        "3f9a1c2e",
        "-317",
        "runs/zhejiang",
    ):
        assert wanted in text
    assert "nan" not in text.lower().replace("finance", "")
    assert "None" not in text


def test_each_language_has_its_own_words() -> None:
    answer = told()
    assert "无项目对照" in show(answer, "zh")
    assert "模型模拟，不是预测" in show(answer, "zh")
    assert "样本太小" in show(answer, "zh")
    english = show(answer, "en")
    assert "no programme" in english
    assert "a model simulation, not a forecast" in english
    assert "无项目" not in english


def test_the_heading_says_what_the_answer_is_conditional_on() -> None:
    assert "宏观份额因此为零" in show(told(macro="published"), "zh")
    assert "macro share is 0 by construction" in show(told(macro="published"), "en").replace("\n", " ")
    assert "宏观份额因此为零" not in show(told(), "zh")
    assert "参数取中心值" in show(told(fixed=True), "zh")


def test_what_was_changed_is_said() -> None:
    answer = told()
    assert "改动" not in show(answer, "zh")
    applied = {"changes": ["no_training"], "set": {"place.line_rule": "mean40"}, "without": ["micro_loan"]}
    answer["conditional_on"]["applied"] = applied
    assert "改动：no_training；place.line_rule = mean40；去掉 扶贫小额信贷贴息" in show(answer, "zh")
    assert "Changed: no_training; place.line_rule = mean40; without micro-loan with interest subsidy" in show(
        answer, "en"
    )
    answer["conditional_on"]["changes"] = [{"zh": "不办培训", "en": "No training"}]
    assert "改动：不办培训；place.line_rule = mean40" in show(answer, "zh")


def test_lines_fit_a_terminal() -> None:
    for lang in ("zh", "en"):
        assert max(width(line) for line in show(told(), lang).splitlines()) <= 110


def test_an_answer_without_runs_can_be_shown() -> None:
    found = answers([synthetic.failed(0)], synthetic.scenario(), synthetic.resolved(), synthetic.meta())
    assert "失败 1 次" in show(json.loads(canonical.text(found)), "zh")


def test_chances_are_never_rounded_to_certainty() -> None:
    assert chance(0.001, None) == "<1%"
    assert chance(0.999, (0.96, 1.0)) == ">99% [96, 100]"
    assert chance(0.0, (0.0, 0.05)) == "0% [0, 5]"
    assert chance(None, None) == "-"


def test_money_and_quantities_as_planners_say_them() -> None:
    assert money(2.75e9, "zh") == "27.50 亿元"
    assert money(-352_000, "zh") == "-35.2 万元"
    assert money(2.75e9, "en") == "2,750.0 million yuan"
    assert quantity(0.0123, "share") == "+1.2"
    assert quantity(-812.4, "yuan/person/year") == "-812"


def test_what_matters_comes_first() -> None:
    """Targets, verdict, growth, money, kinds left out, other readings, then what it all rests on."""
    text = show(told(), "en")
    order = ("Probability of meeting", "Verdict", "Growth of the baseline list", "Public money", "one kind left out")
    rest = ("Read otherwise", "What the documents leave open", "Numbers nobody published (not ranked")
    places = [text.index(part) for part in (*order, *rest)]
    assert places == sorted(places)


def test_the_verdict_sorts_every_target() -> None:
    answer = told()
    answer["targets"][0]["verdict"] = "missed"
    lines = verdict(answer, "en")
    judged = {row["id"]: row["verdict"] for row in answer["targets"] if row["default"]}
    assert set(judged.values()) == {"missed", "met, not admissible"}
    for target, found in judged.items():
        assert any(line.startswith(VERDICTS[found][1]) and target in line for line in lines)
    assert any("breach (in 25% of runs) C-20 [ZJ-6.2]" in line for line in lines)


def test_costs_add_up_under_their_fund() -> None:
    """A fund with several uses is their sum; one unit for the whole table; a fund with one use takes one line."""
    cost = {"role": "programme", "null_yuan": 0.0}
    costs = [
        {**cost, "fund": "a", "fund_title": {"en": "fund A"}, "use": "u", "use_title": {"en": "roads"}, "yuan": 3e6},
        {**cost, "fund": "a", "fund_title": {"en": "fund A"}, "use": "v", "use_title": {"en": "wells"}, "yuan": 1.5e6},
        {**cost, "fund": "b", "fund_title": {"en": "fund B"}, "use": "u", "use_title": {"en": "roads"}, "yuan": 2e6},
    ]
    answer = {"costs": costs, "years": [2018, 2022], "cost_per_listed_household": None}
    cells = [line.split() for line in costs_table(answer, "en")[3:]]
    assert cells == [
        ["fund", "A", "4.5", "0"],
        ["roads", "3.0", "0"],
        ["wells", "1.5", "0"],
        ["fund", "B", "2.0", "0"],
        ["total", "6.5", "0"],
    ]


def test_doubling_is_judged_by_the_runs_at_double_the_budget() -> None:
    policy, double = synthetic.record(0), synthetic.record(0, "double")
    assert double.balance is not None
    found = idle_funds(Ensemble([policy, replace(double, balance=3 * double.balance)]), synthetic.scenario())
    assert [(row["idle_share"], row["double_idle_share"]) for row in found] == [pytest.approx((0.2, 0.6))] * 2


def test_what_lies_idle_stands_beside_what_was_paid() -> None:
    """As `synthetic` made it, a fifth of every fund is left, at either budget; standing money is paid as due."""
    answer = told()
    assert {row["fund"] for row in answer["idle"]} == {"special", "village"}
    assert [row["idle_share"] for row in answer["idle"]] == pytest.approx([0.2, 0.2])
    lines = costs_table(answer, "zh")
    assert [line.split()[-1] for line in lines if line.startswith(("财政专项", "消除薄弱村"))] == ["20%", "20%"]
    assert not next(line for line in lines if line.startswith("社会救助")).endswith("%")
    assert "预算加倍时花不完，期末闲置：财政专项扶贫资金 20%；消除薄弱村资金 20%" in lines
    answer["idle"][0]["double_idle_share"] = 0.05
    assert "idle at the end: weak-village fund 20%" in " ".join(costs_table(answer, "en"))
    answer["idle"][1]["double_idle_share"] = None
    assert not any("花不完" in line for line in costs_table(answer, "zh"))


def kind_left_out(name: str, mean: float, change: float) -> dict[str, Any]:
    return {
        "kind": name,
        "title": {"en": name},
        "runs": 5,
        "targets": [{"id": "T-G10", "reading": "cohort", "change": change, "interval": [-0.4, 0.4]}],
        "list_mean_2022": {"change": mean, "interval": None},
        "cost": {"change": -1e6, "interval": None},
    }


def test_kinds_left_out_come_by_what_the_list_loses() -> None:
    """The greatest loss first; only kinds that move a probability take a line of the second table."""
    entries = [kind_left_out("alpha", -5.0, 0.0), kind_left_out("beta", -90.0, -0.2), kind_left_out("gamma", 3.0, 0.0)]
    answer = {
        "without": entries,
        "years": [2018, 2022],
        "targets": [{"id": "T-G10", "reading": "cohort", "default": True}],
    }
    lines = left_out(answer, "en")
    assert [line.split()[0] for line in lines[3:6]] == ["beta", "alpha", "gamma"]
    assert [line.split()[0] for line in lines if "[-40, +40]" in line] == ["beta"]
    assert "the other 2 kinds change none of these" in lines


def test_the_first_assumptions_of_the_shipped_plan_give_their_reasons_in_chinese() -> None:
    """Every reason printed in a Chinese answer is Chinese, and the English answer keeps its own."""
    entries = assumptions(scenarios.load(scenarios.default_programme()).resolved())
    printed = {lang: show_assumptions({"assumptions": entries}, lang)[2:-1] for lang in ("zh", "en")}
    for lang, lines in printed.items():
        reasons = [line for line in lines if line.startswith("    ")]
        assert {any(ord(sign) > 0x3000 for sign in line) for line in reasons} == {lang == "zh"}
