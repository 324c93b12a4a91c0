"""The guides work as they stand: their code is put together and run."""

from __future__ import annotations

import importlib.util
import json
import shlex
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML
from typer.testing import CliRunner

import scenarios
from calibration import carried
from experiments import anchoring, cli, each_range
from scenarios.reader import Source, packaged
from simulator.draws import DELIVERY
from simulator.interventions import KINDS
from tests.guides import GUIDES, blocks, script
from tests.test_worked_cases import FIELDS, faults

NAME = "simulator.interventions.fuel_grant"
FIRST_OF_OTHERS = 2001
"""The first block of draws that the guide leaves to researchers."""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The files the guide asks one to write, below a folder of their own."""
    written = {}
    for _, name, text in blocks("add_a_kind.md"):
        if name:
            written[name] = tmp_path / name
            written[name].parent.mkdir(parents=True, exist_ok=True)
            written[name].write_text(text, encoding="utf-8")
    return written


@pytest.fixture
def fuel_grant(files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The guide's kind, registered and with its defaults, for the length of a test."""
    spec = importlib.util.spec_from_file_location(NAME, files["simulator/interventions/fuel_grant.py"])
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, NAME, module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(KINDS, "fuel_grant", module.KIND)  # type: ignore[arg-type]
    defaults = files["scenarios/kinds.yaml"]
    shipped = packaged("kinds.yaml").path.read_text(encoding="utf-8")
    defaults.write_text(shipped + defaults.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr("scenarios.defaults.packaged", lambda name: Source(name, defaults))
    scenarios.kind_defaults.cache_clear()
    monkeypatch.setattr("scenarios.defaults.kind_defaults", scenarios.kind_defaults.__wrapped__)
    return module


TRYING_OUT = 900
"""The guide's number for a kind that is not to stay: kinds of the model never reach it."""


def test_the_guides_kind_has_a_number_of_its_own(fuel_grant: ModuleType) -> None:
    numbers = [kind.number for kind in KINDS.values()]
    assert len(numbers) == len(set(numbers))
    assert fuel_grant.KIND.number == TRYING_OUT and sorted(numbers)[-2] < 100
    assert DELIVERY + TRYING_OUT < FIRST_OF_OTHERS


def test_the_guides_defaults_have_no_fault(fuel_grant: ModuleType, files: dict[str, Path]) -> None:
    assert [fault.text("en") for fault in scenarios.check(files["scenarios/kinds.yaml"])] == []


def test_the_guides_worked_case_holds(fuel_grant: ModuleType, files: dict[str, Path]) -> None:
    path = files["tests/worked_cases/fuel_grant.yaml"]
    case = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert set(case) <= FIELDS
    assert faults(case) == []
    case["expected"]["2018Q1"]["paid"] += 0.01
    assert len(faults(case)) == 1


def test_the_guides_python_runs(fuel_grant: ModuleType) -> None:
    code = "\n".join(text for language, name, text in blocks("add_a_kind.md") if language == "python" and not name)
    exec(compile(code, "<add_a_kind.md>", "exec"), {"__name__": "guide"})


def test_the_rule_guide_runs() -> None:
    space: dict[str, object] = {"__name__": "guide"}
    exec(compile(script("add_a_rule.md"), "<add_a_rule.md>", "exec"), space)
    assert space["seen"]


def test_the_county_guide_leads_to_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands one after the other, as a planner types them, at a small size."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(anchoring, "WANTED", 4)
    monkeypatch.setattr(carried, "LOOKS", ((2_000, 3, 4.0),))
    alone = each_range.Look.alone
    monkeypatch.setattr(each_range.Look, "alone", lambda look: alone(look)[:2])
    size = {"run": ["--runs", "2", "--households", "1500"], "compare": ["--runs", "2", "--households", "1500"]}
    told, due = [], {"check": [2, 0]}
    for language, name, text in blocks("my_county.md"):
        if language == "yaml":
            _take_over(Path(name), text)
        for command in text.splitlines() if language == "sh" else ():
            words = shlex.split(command)[1:]
            result = CliRunner().invoke(cli.app, [*words, *size.get(words[0], [])])
            codes = due.get(words[0], [])
            assert result.exit_code == (codes.pop(0) if codes else 0), f"{command}: {result.output}"
            told.append(words[0])
    assert told == ["new", "new", "check", "check", "anchor", "run", "run", "diff", "compare"]
    assert Path("answer/charts/each_range.png").is_file()
    assert "draws: anxian.draws.csv" in Path("anxian.yaml").read_text(encoding="utf-8")


def _take_over(file: Path, text: str) -> None:
    """Write a file of the guide, or replace in one that is there the lines that begin alike."""
    if not file.exists():
        file.write_text(text, encoding="utf-8")
        return
    lines = file.read_text(encoding="utf-8").splitlines()
    for new in text.splitlines():
        (at,) = [number for number, line in enumerate(lines) if line.startswith(new.partition(":")[0] + ":")]
        lines[at] = new
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def commands() -> list[tuple[str, str]]:
    """(guide, line) of every `fupin` command that a guide shows."""
    return [
        (path.name, line.partition("#")[0].strip())
        for path in sorted(GUIDES.glob("*.md"))
        for language, _, text in blocks(path.name)
        if language in ("sh", "")
        for line in text.replace("\\\n", " ").splitlines()
        if line.startswith("fupin ")
    ]


@pytest.mark.parametrize(("guide", "line"), commands())
def test_every_command_of_a_guide_has_the_options_it_is_given(guide: str, line: str) -> None:
    found: Any = typer.main.get_command(cli.app)
    words = shlex.split(line)[1:]
    while hasattr(found, "commands"):
        found = found.commands[words.pop(0)]
    known = {option for parameter in found.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_guide_to_how_many_runs_tells_what_the_proof_found() -> None:
    found = json.loads((GUIDES.parents[1] / "proofs" / "results" / "stopping.json").read_text(encoding="utf-8"))[
        "numbers"
    ]
    page = (GUIDES / "how_many_runs.md").read_text(encoding="utf-8")
    at = {chance: place for place, chance in enumerate(found["chances"])}
    for width in ("0.03", "0.05", "0.1"):
        means = found[f"sequence within {width}: mean runs"]
        told = [f"{means[at[chance]]:,.0f}" for chance in (0.0, 0.05, 0.2, 0.5, 0.9)]
        assert f"| {width} | {' | '.join(told)} |" in page


def test_every_guide_is_tested() -> None:
    tested = {
        "add_a_kind.md",
        "add_a_rule.md",
        "attribute.md",
        "branch.md",
        "cluster.md",
        "compare.md",
        "how_many_runs.md",
        "my_county.md",
        "sensitivity.md",
        "study.md",
    }
    assert {path.name for path in GUIDES.glob("*.md")} == tested
