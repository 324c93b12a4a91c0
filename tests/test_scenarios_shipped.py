"""The scenario files that are shipped: faultless, found from any folder, the same bytes everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest

import scenarios
from scenarios.messages import wordings
from scenarios.reader import packaged
from scenarios.vocabulary import vocabulary

TESTS = Path(__file__).parent
NAME = "zhejiang_2018_2022"
SHIPPED = sorted(packaged("").path.rglob("*.yaml"))


def test_resolved_is_the_same_bytes_in_two_processes() -> None:
    program = (
        "import sys, scenarios; "
        f"sys.stdout.buffer.write(scenarios.canonical_json(scenarios.load({NAME!r}).resolved()).encode())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(TESTS.parent)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    resolved = json.loads(outputs[0])
    assert set(resolved["numbers"]) == set(scenarios.load(NAME).scenario.values)
    kinds = {number["source"]["kind"] for number in resolved["numbers"].values()}
    assert kinds == {"clause", "evidence", "assumption"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_are_faultless(path: Path) -> None:
    assert [fault.text("en") for fault in scenarios.check(path)] == []


def test_shipped_scenarios_load_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programmes = [entry.name for entry in scenarios.listing() if entry.kind == "programme"]
    here = {name: scenarios.load(name).scenario_hash for name in programmes}
    monkeypatch.chdir(tmp_path)
    assert {name: scenarios.load(name).scenario_hash for name in programmes} == here
    assert scenarios.default_programme() in here


def test_every_shipped_programme_and_change_can_be_called_by_name() -> None:
    shipped = {path.stem for folder in ("programmes", "changes") for path in packaged(folder).path.glob("*.yaml")}
    assert {entry.name for entry in scenarios.listing()} == shipped


def test_units_in_the_plural_are_the_same_units() -> None:
    words = vocabulary()
    assert words.canonical_unit("hours/year") == words.canonical_unit("hour/year") == "hour/year"
    assert words.canonical_unit("hours/yaer") is None


def test_all_five_documents_can_be_cited() -> None:
    documents = vocabulary().documents.documents
    assert {name: len(document.clauses) for name, document in documents.items()} == {
        "ZJ": 42, "FS": 29, "HN": 17, "LL": 16, "QZ": 22,
    }  # fmt: skip


def test_the_schema_for_editors_is_not_stale() -> None:
    kept = (TESTS.parent / "docs" / "scenario.schema.json").read_text(encoding="utf-8")
    assert kept == scenarios.schema_text(), "print(scenarios.schema_text(), end='') > docs/scenario.schema.json"
    assert len(scenarios.export_schema()["oneOf"]) == 9


def test_every_wording_says_the_same_in_both_languages() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for name, wording in wordings().items():
        assert blanks(wording.what_zh) == blanks(wording.what_en), name
        assert blanks(wording.fix_zh) == blanks(wording.fix_en), name
        assert wording.what_zh.isascii() is False, name
        assert wording.what_en.isascii() is True, name
