"""The guides work as they stand: their code is put together and run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from ruamel.yaml import YAML

import scenarios
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


def test_every_guide_is_tested() -> None:
    assert {path.name for path in GUIDES.glob("*.md")} == {"add_a_rule.md", "add_a_kind.md"}
