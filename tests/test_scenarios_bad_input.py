"""Broken scenario files: each gives the stated faults, all of them and no others, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import scenarios
from tests.scenario_kinds import KINDS

FOLDER = Path(__file__).parent / "bad_input"
EXPECTED: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(
    (FOLDER / "expected.yaml").read_text(encoding="utf-8")
)


# The other files have few funds as they have few kinds.
WITH_STANDING_FUNDS = ("no_standing_fund.yaml", "standing_fund_of_another_role.yaml")


@pytest.fixture(autouse=True)
def few_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.simulated.KINDS", KINDS)


@pytest.mark.parametrize("name", EXPECTED)
def test_broken_file_gives_exactly_the_stated_faults(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name not in WITH_STANDING_FUNDS:
        monkeypatch.setattr("scenarios.simulated.STANDING_LINES", ())
    faults = scenarios.check(FOLDER / name)
    assert len(faults) == len(EXPECTED[name]), "\n".join(fault.text("en") for fault in faults)
    for fault, due in zip(faults, EXPECTED[name], strict=True):
        file = (FOLDER / due.get("file", name)).resolve()
        assert Path(fault.file).resolve() == file
        assert fault.line == due["line"]
        assert due["zh"] in fault.text("zh")
        assert due["en"] in fault.text("en")
        assert fault.text("en").startswith(f"{fault.file}:{fault.line}:{fault.column}: ")


def test_at_least_forty_broken_files() -> None:
    assert len(EXPECTED) >= 40


def test_every_broken_file_is_expected() -> None:
    companions = {"expected.yaml", "kinds.yaml", "model.yaml", "small.yaml"}
    assert {path.name for path in FOLDER.glob("*.yaml")} - companions == set(EXPECTED) - {"no_such_file.yaml"}
