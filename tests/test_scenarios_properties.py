"""Properties of reading scenarios: numbers survive, and nothing a user can write ends in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scenarios
from scenarios.layers import number_in
from scenarios.reader import Source, read
from tests.scenario_kinds import KINDS

FILES = Path(__file__).parent / "fixtures" / "scenarios"
WRITTEN = {
    path: (FILES / path).read_text(encoding="utf-8")
    for path in ("model.yaml", "places/small_place.yaml", "programmes/small_programme.yaml", "changes/no_training.yaml")
}
SCRAPS = st.sampled_from(
    [
        "null",
        "true",
        "no",
        "-1",
        "1e400",
        ".nan",
        "[]",
        "{}",
        "[1, 2]",
        "{a: 1}",
        "x",
        "'0.5'",
        "2018Q5",
        "2018",
        "&a b",
        "*a",
    ]
)  # the kinds of the simulator are replaced once for all examples, which is what is wanted
several_files = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def few_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.simulated.KINDS", KINDS)
    monkeypatch.setattr("scenarios.simulated.STANDING_LINES", ())


@several_files
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_set_on_the_command_line_is_the_number_written(value: float) -> None:
    assert number_in(repr(value)) == value


@several_files
@given(st.text(max_size=8))
def test_a_text_holds_a_finite_number_or_none(text: str) -> None:
    value = number_in(text)
    assert value is None or number_in(repr(value)) == value


@several_files
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15))
def test_a_number_in_a_file_is_read_as_written(tmp_path: Path, value: float) -> None:
    file = tmp_path / "numbers.yaml"
    file.write_text(f"kind: model\nparameters: {{a: {{value: {value!r}, unit: log, evidence: x}}}}\n", encoding="utf-8")
    assert read(Source(str(file), file)).data["parameters"]["a"]["value"] == value
    assert scenarios.check(file) == []


@several_files
@given(st.binary(max_size=60))
def test_any_bytes_give_faults_and_no_traceback(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bytes.yaml"
    file.write_bytes(content)
    assert scenarios.check(file)


@several_files
@given(st.sampled_from(sorted(WRITTEN)), st.data())
def test_a_damaged_file_gives_faults_within_it_or_loads(tmp_path: Path, name: str, data: st.DataObject) -> None:
    for path, text in WRITTEN.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    lines = WRITTEN[name].splitlines()
    row = data.draw(st.integers(0, len(lines) - 1))
    key, sign, _ = lines[row].partition(": ")
    damage = data.draw(st.sampled_from(["drop", "double", "scrap"]))
    lines[row : row + 1] = {
        "drop": [],
        "double": [lines[row], lines[row]],
        "scrap": [f"{key}{sign}{data.draw(SCRAPS)}"],
    }[damage]
    (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for fault in scenarios.check(tmp_path / name):
        own = fault.file == str(tmp_path / name)
        assert 1 <= fault.line <= (len(lines) + 1 if own else 1000)
        assert fault.text("zh") != fault.text("en")


@pytest.mark.parametrize("depth", [1500])
def test_deep_nesting_is_a_fault(tmp_path: Path, depth: int) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("kind: " + "[" * depth + "]" * depth, encoding="utf-8")
    (fault,) = scenarios.check(file)
    assert "nested too deeply" in fault.text("en")
