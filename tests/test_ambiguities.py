"""What the documents leave open is decided by paths that exist, and every answer says how."""

from __future__ import annotations

import pytest

import scenarios
from results.ambiguities import AMBIGUITIES, READING, decided
from results.answers import answers
from results.choices import choice_title, choice_word
from results.show import show
from scenarios.vocabulary import vocabulary
from tests import synthetic

SHIPPED = scenarios.load("zhejiang_2018_2022")

# Questions that the shipped programme's documents do not raise.
ELSEWHERE = {1, 3, 9, 11}


def test_all_thirteen_are_registered_with_clauses_that_exist() -> None:
    assert [question.number for question in AMBIGUITIES] == list(range(1, 14))
    assert {text for question in AMBIGUITIES for text in question.texts} <= vocabulary().clauses


def test_the_shipped_programme_answers_every_question_it_raises() -> None:
    answered = {entry["number"] for entry in decided(SHIPPED.resolved())}
    assert answered == {question.number for question in AMBIGUITIES} - ELSEWHERE


def test_run_together_numerals_are_a_question_of_foshans_figures_alone() -> None:
    paths = {
        name: [entry["path"] for entry in decided(scenarios.load(name).resolved()) if entry["number"] == 1]
        for name in ("foshan_2018_2020", "quanzhou_2018_2019", "lvliang_2015_2020")
    }
    assert paths == {"foshan_2018_2020": ["place.listed_persons"], "quanzhou_2018_2019": [], "lvliang_2015_2020": []}


def test_every_answer_has_an_alternative() -> None:
    assert [entry["path"] for entry in decided(SHIPPED.resolved()) if not entry["alternatives"]] == []


@pytest.mark.parametrize("entry", decided(SHIPPED.resolved()), ids=lambda entry: f"{entry['number']} {entry['path']}")
def test_the_path_decides(entry: dict[str, object]) -> None:
    """It names a choice or a number that may be set; a choice of a reading is the one the target is judged by."""
    path = str(entry["path"])
    if path in SHIPPED.choices:
        other = entry["alternatives"][0]  # type: ignore[index]
        changed = scenarios.load("zhejiang_2018_2022", sets=[f"{path}={other}"])
        assert other in {e["chosen"] for e in decided(changed.resolved()) if e["path"] == path}
        if path.endswith(READING):
            judged = {target.id: target.default_reading for target in changed.scenario.targets}
            assert judged[path.split(".")[2]] == other
    else:
        assert path in SHIPPED.numbers


def test_the_answer_prints_them() -> None:
    resolved = synthetic.resolved()
    judged = {"value": "cohort", "choices": ["cohort", "cohort_real", "before"]}
    resolved = {**resolved, "choices": {**resolved["choices"], "programme.targets.T-G10.default_reading": judged}}
    answer = answers(synthetic.ensemble(), synthetic.scenario(), resolved, synthetic.meta())
    assert {entry["path"] for entry in answer["ambiguities"]} == {
        "place.line_rule",
        "programme.targets.T-G10.default_reading",
    }
    assert "5 增幅的口径，T-G10：基期名单，名义，逐年" in show(answer, "zh")
    told = " ".join(show(answer, "en").split())
    assert "4 identification line: the higher of both (1.5 x the dibao line; 40 % of the rural mean)" in told


def test_a_working_process_takes_no_line_and_one_switched_off_does() -> None:
    resolved = synthetic.resolved()
    choices = {"model.process_births": "on", "model.process_illness": "off"}
    told: dict[str, dict[str, object]] = {
        path: {"value": value, "choices": ["on", "off"], "note": "疾病 / illness and its bills"}
        for path, value in choices.items()
    }
    resolved = {**resolved, "choices": {**resolved["choices"], **told}}
    answer = answers(synthetic.ensemble(), synthetic.scenario(), resolved, synthetic.meta())
    assert answer["conditional_on"]["off"] == [{"zh": "疾病", "en": "illness and its bills"}]
    assert "processes switched off: illness and its bills" in " ".join(show(answer, "en").split())
    assert "关闭的过程：疾病" in show(answer, "zh")
    assert "births" not in show(answer, "en")


def test_every_choice_of_the_shipped_programme_has_words() -> None:
    """No name of the code is left where a planner reads, neither for a choice nor for its answers."""
    choices = SHIPPED.resolved()["choices"]
    named = {path: choice for path, choice in choices.items() if "process_" not in path and not path.endswith(READING)}
    assert len(named) > 5
    for path, choice in named.items():
        assert choice_title(path, "zh") != path
        assert all(choice_word(path, name, "zh") != name for name in choice["choices"]), path


def test_questions_of_other_documents_stand_apart_with_their_clauses() -> None:
    """Hunan's own question is how far reimbursement rises; what mainly means is asked by Zhejiang's and Foshan's."""
    apart = {
        name: {entry["number"] for entry in decided(scenarios.load(name).resolved()) if not entry["own"]}
        for name in ("zhejiang_2018_2022", "hunan_2017_2020", "quanzhou_2018_2019")
    }
    assert apart == {"zhejiang_2018_2022": {6}, "hunan_2017_2020": {10, 12}, "quanzhou_2018_2019": {6, 12}}
    answer = answers(synthetic.ensemble(3, 0, 0), synthetic.scenario(), synthetic.resolved(), synthetic.meta())
    answer["ambiguities"] = decided(scenarios.load("hunan_2017_2020").resolved())
    text = show(answer, "zh")
    own, others = text[text.index("文件未写明") :].split("其他文件提出、本方案也须取定的")
    assert "6 “报销比例提高10%”" in own and "12 “主要”" not in own
    assert "12 “主要”" in others and "[ZJ-2.3, FS-23]" in others


def test_a_number_keeps_its_digits_and_has_its_unit_in_words() -> None:
    assert choice_word("model.main_share", "0.5 share", "zh") == "0.5 比例"
    assert choice_word("place.quota_margin", "0 – 0.5", "zh") == "0 – 0.5"
