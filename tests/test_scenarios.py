"""Scenarios as data: layers and their precedence, sources, draws, the canonical form."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import scenarios
from scenarios.rules import quarter
from tests.scenario_kinds import KINDS

FILES = Path(__file__).parent / "fixtures" / "scenarios"
PROGRAMME = FILES / "programmes" / "small_programme.yaml"
CHANGE = FILES / "changes" / "no_training.yaml"


def faults_of(*args: object, **kwargs: object) -> tuple[scenarios.Fault, ...]:
    with pytest.raises(scenarios.ScenarioFaults) as raised:
        scenarios.load(*args, **kwargs)  # type: ignore[arg-type]
    return raised.value.faults


@pytest.fixture(autouse=True)
def few_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.simulated.KINDS", KINDS)
    monkeypatch.setattr("scenarios.simulated.STANDING_LINES", ())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the small scenario that a test may edit."""
    shutil.copytree(FILES, tmp_path / "scenarios")
    return tmp_path / "scenarios"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_simulator_is_told_plain_numbers_by_path() -> None:
    scenario = scenarios.load(PROGRAMME).scenario
    assert scenario.values["programme.funds.special.yuan_per_listed_household"] == 2000.0
    assert scenario.values["programme.targets.T-FLOOR.threshold"] == 9000.0
    assert scenario.switches == {"model.accounting": "nbs", "place.line_rule": "dibao150"}
    assert scenario.series["place.rural_mean"] == {2017: 24956.0, 2018: 27302.0}
    assert scenario.stated == scenario.values
    assert (scenario.year0, scenario.first_year, scenario.last_year) == (2017, 2018, 2022)


def test_structure_of_the_programme() -> None:
    scenario = scenarios.load(PROGRAMME).scenario
    lines = {line.kind: line for line in scenario.interventions}
    assert lines["village_station"].start == (2018, 4)
    assert lines["village_station"].end == (2019, 4)
    assert lines["training"].mechanism is False
    assert scenario.funds[0].uses == ("industry", "employment")
    assert scenario.clauses == {"ZJ-6.2", "ZJ-2.3", "ZJ-2.2", "ZJ-4.4", "ZJ-3.2", "ZJ-1.5.1"}


def test_a_standing_line_without_dates_runs_throughout() -> None:
    line = next(line for line in scenarios.load(PROGRAMME).scenario.interventions if line.role == "standing")
    assert (line.start, line.end) == ((2015, 1), (2022, 4))


def test_each_layer_overrides_the_one_below(copy: Path) -> None:
    path = "model.sd_ability"
    programme = copy / "programmes" / "small_programme.yaml"
    change = copy / "changes" / "no_training.yaml"
    own = "{path}: {{value: {value}, unit: log, evidence: a survey}}"

    def value(*args: object, **kwargs: object) -> float:
        return scenarios.load(*args, **kwargs).scenario.values[path]  # type: ignore[arg-type]

    edit(
        copy / "places" / "small_place.yaml",
        "  model.sd_ability:",
        "  model.placement_wage: {value: 1, unit: yuan/month, evidence: a survey}\n  model.sd_ability:",
    )
    assert scenarios.load(programme).scenario.values["model.placement_wage"] == 1.0
    assert value(programme) == 0.3
    edit(programme, "overrides:\n", "overrides:\n  " + own.format(path=path, value=0.31) + "\n")
    assert value(programme) == 0.31
    edit(change, "set:\n", "set:\n  " + own.format(path=path, value=0.32) + "\n")
    assert value(programme, change) == 0.32
    assert value(programme, change, sets=[f"{path}=0.33"]) == 0.33


def test_a_change_alone_finds_its_programme() -> None:
    alone, named = scenarios.load(CHANGE), scenarios.load(PROGRAMME, CHANGE)
    assert alone.scenario == named.scenario
    assert alone.scenario.name == "small_programme+no_training"
    assert alone.scenario.switches["place.line_rule"] == "mean40"
    assert "training" not in {line.kind for line in alone.scenario.interventions}


def test_a_programme_is_not_a_change() -> None:
    (fault,) = faults_of(PROGRAMME, PROGRAMME)
    assert "a change file is due here; this is a programme file" in fault.text("en")


def test_every_number_says_where_it_comes_from() -> None:
    numbers = scenarios.load(PROGRAMME).numbers
    floor = numbers["programme.targets.T-FLOOR.threshold"]
    assert (floor.source_kind, floor.source, floor.unit) == ("clause", "ZJ-1.5.1", "yuan/person/year")
    file, line, column = floor.origin.rsplit(":", 2)
    written = Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert written[int(column) - 1 :].startswith("threshold:")


def test_the_command_line_is_a_source() -> None:
    number = scenarios.load(PROGRAMME, sets=["model.placement_wage=2500"]).numbers["model.placement_wage"]
    assert (number.value, number.unit, number.range) == (2500.0, "yuan/month", None)
    assert (number.source_kind, number.origin) == ("command line", "command line")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model.sd_abilty=0.2", "write instead: model.sd_ability"),
        ("model.accounting=nbz", "write instead: nbs | register"),
        ("place.illness_share=1.5", "a share lies between 0 and 1"),
        ("place.illness_share=nan", "a number is due here"),
        ("place.illness_share=1_0", "a number is due here"),
        ("place.rural_mean=3", "a yearly series"),
        ("programme.funds.special.yuan_per_listed_household=-1", "a budget is not negative"),
        ("programme.funds.special.yuan_per_listed_household=1e13", "booked in fen"),
        ("place.illness_share", "is not path=value"),
        ("=1", "is not path=value"),
    ],
)
def test_what_cannot_be_set_is_said(text: str, said: str) -> None:
    (fault,) = faults_of(PROGRAMME, sets=[text])
    assert fault.file == "--set"
    assert said in fault.text("en")


def test_all_faults_of_a_command_line_come_together() -> None:
    faults = faults_of(PROGRAMME, sets=["model.sd_abilty=1", "x"], without=["trainin"])
    assert [(fault.file, fault.line) for fault in faults] == [("--set", 1), ("--set", 2), ("--without", 1)]


def test_a_standing_rule_stays_when_its_kind_is_left_out() -> None:
    kinds = {line.kind for line in scenarios.load(PROGRAMME, without=["dibao", "training"]).scenario.interventions}
    assert kinds == {"village_station", "micro_loan", "dibao"}


def test_a_kind_is_left_out_by_its_code_too() -> None:
    by_name, by_code = (scenarios.load(PROGRAMME, without=[kind]) for kind in ("training", "IV-TRAIN"))
    assert by_code.scenario == by_name.scenario
    assert by_code.scenario_hash == by_name.scenario_hash


def test_the_interventions_of_a_fund_share_it(copy: Path) -> None:
    programme = copy / "programmes" / "small_programme.yaml"
    edit(
        programme, "      take_up: {", "      budget_share: {value: 0.8, unit: share, assumption: x}\n      take_up: {"
    )
    said = [fault.text("en") for fault in scenarios.check(programme)]
    assert any("in one fund add up to 1.1, more than 1" in text for text in said)


def test_a_breach_of_a_clause_loads() -> None:
    values = scenarios.load(PROGRAMME).scenario.values
    assert values["programme.interventions.village_station.design_hours"] == 999.0
    assert values["programme.interventions.micro_loan.loan_amount"] == 100001.0


def test_draws_of_the_place() -> None:
    draws = scenarios.load(PROGRAMME).draws
    assert len(draws.rows) == 3
    assert draws.rows[draws.central] == {"place.dispersion": 0.50, "model.sd_ability": 0.30}


def test_what_is_set_above_the_place_is_no_longer_drawn() -> None:
    assert scenarios.load(CHANGE).draws.paths == {"model.sd_ability"}
    assert scenarios.load(PROGRAMME, sets=["model.sd_ability=0.2"]).draws.paths == {"place.dispersion"}


def test_ranged_numbers_leave_out_the_columns_of_the_draws() -> None:
    plain = scenarios.load(PROGRAMME)
    assert plain.ranged()["place.illness_share"] == (0.05, 0.12, 0.2)
    assert not plain.draws.paths & set(plain.ranged())
    assert scenarios.load(CHANGE).ranged()["place.dispersion"] == (0.5, 0.55, 0.6)


def test_the_hash_does_not_know_where_the_files_lie(copy: Path) -> None:
    before = scenarios.load(PROGRAMME).scenario_hash
    programme = copy / "programmes" / "small_programme.yaml"
    programme.write_text("# a remark\n\n" + programme.read_text(encoding="utf-8"), encoding="utf-8")
    assert scenarios.load(programme).scenario_hash == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("programmes/small_programme.yaml", "value: 2000", "value: 2001"),
        ("programmes/small_programme.yaml", "range: [1000, 4000]", "range: [1000, 4001]"),
        ("programmes/small_programme.yaml", "start: 2018Q4", "start: 2019Q1"),
        ("places/small_place.yaml", "value: 27302", "value: 27303"),
        ("places/small_place.draws.csv", "0.58", "0.59"),
        ("model.yaml", "value: nbs", "value: register"),
    ],
)
def test_the_hash_knows_what_a_run_is_told(copy: Path, file: str, old: str, new: str) -> None:
    edit(copy / file, old, new)
    moved = scenarios.load(copy / "programmes" / "small_programme.yaml")
    assert moved.scenario_hash != scenarios.load(PROGRAMME).scenario_hash


def test_faults_of_a_file_and_of_those_it_pulls_in_come_together(copy: Path) -> None:
    edit(copy / "model.yaml", "unit: log", "unit: logg")
    edit(copy / "places" / "small_place.yaml", "burn_in_years: 2", "burn_in_years: -2")
    edit(copy / "programmes" / "small_programme.yaml", "fund: relief", "fund: releif")
    faults = scenarios.check(copy / "programmes" / "small_programme.yaml")
    assert [Path(fault.file).name for fault in faults] == ["small_programme.yaml", "small_place.yaml", "model.yaml"]


def test_a_file_that_may_not_be_read_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (fault,) = scenarios.check(PROGRAMME)
    assert "cannot be read (PermissionError)" in fault.text("en")


def test_an_unknown_name_suggests_the_known() -> None:
    (fault,) = faults_of("zhejiang_2018_2023")
    assert "write instead: zhejiang_2018_2022" in fault.text("en")


@pytest.mark.parametrize(
    ("text", "due"),
    [("2018Q4", (2018, 4)), ("2018Q5", None), ("2018Q0", None), ("2018q4", None), ("18Q4", None), (2018, None)],
)
def test_quarters(text: object, due: tuple[int, int] | None) -> None:
    assert quarter(text) == due
