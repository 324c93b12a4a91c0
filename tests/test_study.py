"""Studies: each stands for a command line that there is and remakes its figure; the README's are `make demo`'s."""

from __future__ import annotations

import csv
import functools
import re
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import scenarios
from experiments import cli, study
from experiments.refusal import Refusal
from results import charts, study_answers
from results.charts import branches as pictures
from results.charts import fan, style
from results.ensemble import Ensemble
from scenarios import Study, studies
from simulator.history import RunRecord
from tests.guides import blocks

ROOT = Path(__file__).parent.parent
NAMES = [path.stem for path in sorted(study.SHIPPED.glob("*.yaml"))]
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+\.png)\)")
SMALL = """
kind: study
name: small
title: {{zh: 小, en: small}}
question: {{zh: 差多少？, en: What is the difference?}}
command: {command}
scenarios: [zhejiang_2018_2022]
options: {options}
measures: {measures}
figures: [{figure}]
"""


WRITTEN = {studies.WHOLE: ("7", "7.5"), studies.NUMBER: ("7.5", "often")}
"""What may be written after an option, and what may not."""


@functools.cache
def listed() -> list[Study]:
    """The shipped studies, read once."""
    return study.listed()


def commands() -> Any:
    """The commands of the command line by name."""
    group: Any = typer.main.get_command(cli.app)
    return group.commands


@pytest.mark.parametrize("command", studies.OPTIONS)
def test_a_study_may_give_only_options_that_the_command_has(command: str) -> None:
    """By name, and by whether and what is written after them."""
    known = {option: param for param in commands()[command].params for option in param.opts}
    for name, due in studies.OPTIONS[command].items():
        param = known[f"--{name.replace('_', '-')}"]
        assert param.is_flag is (due == studies.FLAG), name
        assert param.multiple is (due == studies.WORDS), name
        if due in WRITTEN:
            good, bad = WRITTEN[due]
            commands()[command].make_context(command, [param.opts[0], good])
            with pytest.raises(Exception, match="valid"):
                commands()[command].make_context(command, [param.opts[0], bad])


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_study_is_sound_and_called_by_its_name(name: str) -> None:
    """Read without a fault; its command line is understood; both languages differ."""
    found = study.shipped(name)
    assert found.name == name
    assert found.title["zh"] != found.title["en"] and found.question["zh"] != found.question["en"]
    assert scenarios.check(study.SHIPPED / f"{name}.yaml") == []
    context = commands()[found.command].make_context(found.command, list(found.words[1:]))
    assert context.params


def test_there_is_a_study_of_every_command() -> None:
    assert {found.command for found in listed()} == set(studies.OPTIONS) == set(study_answers.ANSWERS)


def test_every_picture_of_the_readme_is_a_study_with_the_options_of_make_demo() -> None:
    """Each figure shown is named by a study, made by the very line that `make demo` runs."""
    shown = PICTURE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown
    demo = re.search(
        r"^demo:.*\n\t\$\(BIN\)/(fupin .*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert demo is not None
    made = {figure: found for found in listed() if found.name.startswith("readme_") for figure in found.figures}
    assert {Path(path).stem for path in shown} == set(made)
    for found in made.values():
        assert sorted(shlex.split(study.line(found))) == sorted(shlex.split(demo[1]))
        assert (ROOT / "docs" / "images" / f"{found.figures[0]}.png").is_file()


def test_without_a_name_they_are_listed_with_their_command_lines() -> None:
    result = CliRunner().invoke(cli.app, ["study", "--lang", "en"])
    assert result.exit_code == 0
    for found in listed():
        assert f"{found.name}  {found.title['en']}\n    {study.line(found)}\n" in result.stdout


def test_an_unknown_study_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal, match="readme_targets"):
        study.meant("readme_target")
    result = CliRunner().invoke(cli.app, ["study", "readme_target", "--lang", "en"])
    assert result.exit_code == 2 and "no study readme_target" in result.stderr


def small(folder: Path, **words: str) -> Path:
    """A study in a file of one's own."""
    (folder / "small.yaml").write_text(SMALL.format(**words), encoding="utf-8")
    return folder / "small.yaml"


def test_a_study_of_a_run_remakes_its_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figure, table and answer are those of the run; a second time nothing is simulated and the same bytes come."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(charts, "write", _the_mean_alone)
    options = "{runs: 2, households: 1000, seed: 5}"
    file = small(tmp_path, command="run", options=options, measures="[T-G10, list_mean]", figure="list_mean")
    first = CliRunner().invoke(cli.app, ["study", str(file), "--to", "out", "--lang", "en"])
    assert first.exit_code == 0, first.stderr
    line = "fupin run zhejiang_2018_2022 --runs 2 --households 1000 --seed 5"
    for text in (f"$ {line}", "What is the difference?", "[T-G10]", "with less without"):
        assert text in first.stdout
    assert sorted(path.name for path in Path("out").iterdir()) == ["list_mean.png", "small.csv", "small.txt"]
    (folder,) = Path("runs").iterdir()
    assert Path("out/list_mean.png").read_bytes() == (folder / "charts" / "list_mean.png").read_bytes()
    assert Path("out/small.txt").read_text(encoding="utf-8").endswith(f"\n{line}\n")
    with Path("out/small.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["measure"], row["of_en"]) for row in rows] == [
        (measure, of)
        for measure in ("T-G10", "list_mean")
        for of in ("with the programme", "without it", "with less without")
    ]
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in rows)
    assert float(rows[3]["value"]) - float(rows[4]["value"]) == pytest.approx(float(rows[5]["value"]), rel=1e-6)
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    monkeypatch.setattr(charts, "write", _nothing)
    assert CliRunner().invoke(cli.app, ["study", str(file), "--to", "out", "--lang", "en"]).exit_code == 0
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before


def _the_mean_alone(folder: Path, records: Iterable[RunRecord], answers: Mapping[str, Any]) -> None:
    """One picture of the eight."""
    (folder / "charts").mkdir()
    with style.look():
        fan.draw(Ensemble(records), answers, folder / "charts")


def _nothing(*_: object) -> list[Path]:
    raise AssertionError("nothing was to be computed")


def test_a_figure_that_is_not_made_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are made are named, and nothing is put anywhere."""
    monkeypatch.chdir(tmp_path)
    options = "{at: 2022Q1, into: [no_village_stations], runs: 1, households: 1000}"
    file = small(tmp_path, command="branch", options=options, measures="[T-G10]", figure="branches_tragets")

    def drawn(_: object, to: Path) -> list[Path]:
        (to / "branches_targets.png").write_bytes(b"")
        return []

    monkeypatch.setattr(pictures, "draw", drawn)
    result = CliRunner().invoke(cli.app, ["study", str(file), "--to", "out", "--lang", "en"])
    assert result.exit_code == 2
    assert "no figure branches_tragets; there are branches_targets" in result.stderr
    assert not Path("out").exists()


def test_a_command_that_refuses_ends_the_study_with_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = "{at: 2022Q1, into: [line_mean40]}"
    file = small(tmp_path, command="branch", options=options, measures="[T-G10]", figure="branches_targets")
    result = CliRunner().invoke(cli.app, ["study", str(file), "--lang", "en"])
    assert result.exit_code == 2 and "place.line_rule acts before 2022Q1" in result.stderr


def test_a_scenario_beside_the_study_is_found(tmp_path: Path) -> None:
    """A file of one's own, named without its folder."""
    (tmp_path / "mine.yaml").write_text(
        "kind: change\nname: mine\ntitle: {zh: 我的, en: mine}\nprogramme: zhejiang_2018_2022\n", encoding="utf-8"
    )
    file = small(tmp_path, command="run", options="{}", measures="[T-G10]", figure="list_mean")
    file.write_text(file.read_text(encoding="utf-8").replace("[zhejiang_2018_2022]", "[mine.yaml]"), encoding="utf-8")
    found: Study = scenarios.load_study(file)
    assert found.words == ("run", str(tmp_path / "mine.yaml"))
    before = study.home(found)
    (tmp_path / "mine.yaml").write_text("kind: change\n", encoding="utf-8")
    assert study.home(found) != before


def test_the_guide_leads_to_a_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file has no fault and stands for the line it seems to; each of its commands is one."""
    monkeypatch.chdir(tmp_path)
    commands_of_guide = []
    for language, name, text in blocks("study.md"):
        if language == "yaml":
            Path(name).write_text(text, encoding="utf-8")
        else:
            commands_of_guide += [shlex.split(line, comments=True) for line in text.splitlines()]
    assert scenarios.check("my_question.yaml") == []
    line = study.line(scenarios.load_study(Path("my_question.yaml")))
    assert line.startswith("fupin branch zhejiang_2018_2022 --at 2020Q1 --into no_pandemic")
    asked = [commands()["study"].make_context("study", words[2:]).params["name"] for words in commands_of_guide]
    assert asked == [None, "readme_targets", "my_question.yaml"]
    assert all(study.meant(name) for name in asked if name)
