"""Proofs are kept honestly: old or failed results are caught, and the estimators find what is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from proofs import __main__ as command
from proofs import estimators, proof
from proofs.arms import on_list
from proofs.catalogue import PROOFS
from proofs.proof import RESULTS, Found, Proof, hash_of
from proofs.regression_to_mean import path

COMMITTED = sorted(RESULTS.glob("*.json"))


@pytest.mark.parametrize("file", COMMITTED, ids=lambda file: file.stem)
def test_a_committed_result_is_of_these_sources_and_holds(file: Path) -> None:
    """When this fails: `make proofs`."""
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert file.stem in PROOFS, f"{file.name} belongs to no proof"
    assert stored["sources"] == PROOFS[file.stem].hash, f"{file.stem} is old: run make proofs"
    assert stored["passed"] and all(stored["checks"].values()), f"{file.stem} failed: {stored['checks']}"


def test_all_proofs_have_a_result() -> None:
    if not COMMITTED:
        pytest.skip("no proof has been run yet: make proofs")
    assert {file.stem for file in COMMITTED} == set(PROOFS)


def test_sources_of_a_proof_are_the_model_or_what_it_reads_and_its_own_file() -> None:
    """A proof of intervals needs no model, and must not go old with it."""
    of_intervals = {"killed", "sensitivity", "stopping"}
    for name, one in PROOFS.items():
        room = "results/" if name in of_intervals else "simulator/"
        assert any(glob.startswith(room) for glob in one.sources) and one.title, name
        assert any(glob.startswith("proofs/") and "arms" not in glob for glob in one.sources)
        assert len(one.hash) == 16


def test_the_hash_follows_names_and_contents_but_not_line_ends(tmp_path: Path) -> None:
    one = tmp_path / "one.py"
    one.write_bytes(b"a = 1\n")
    before = hash_of(["*.py"], tmp_path)
    one.write_bytes(b"a = 1\r\n")
    assert hash_of(["*.py"], tmp_path) == before
    one.write_bytes(b"a = 2\n")
    assert hash_of(["*.py"], tmp_path) != before
    one.write_bytes(b"a = 1\n")
    one.rename(tmp_path / "other.py")
    assert hash_of(["*.py"], tmp_path) != before
    with pytest.raises(ValueError, match="no file"):
        hash_of(["*.yaml"], tmp_path)


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two made-up proofs in a folder of their own; returns the names as they run."""
    ran: list[str] = []
    monkeypatch.setattr(proof, "RESULTS", tmp_path)

    def made(name: str, holds: bool) -> Proof:
        def prove(quick: bool) -> Found:
            ran.append(name + " quick" * quick)
            return Found({"it holds": holds}, {"number": np.float64(1.5), "numbers": [1.0, 2.0]})

        return Proof(name, "made up", prove, ("proofs/__init__.py",))

    monkeypatch.setattr(command, "PROOFS", {"good": made("good", True), "bad": made("bad", False)})
    return ran


def test_finished_proofs_are_skipped_unless_asked_again(two: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["good"]) == 0 and two == ["good"]
    assert command.main(["good"]) == 0 and two == ["good"]
    assert "up to date" in capsys.readouterr().out
    assert command.main(["good", "--again"]) == 0 and two == ["good", "good"]


def test_a_failed_proof_stays_failed(two: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 1 and two == ["good", "bad"]
    assert command.main([]) == 1 and two == ["good", "bad"]
    assert "failed: bad" in capsys.readouterr().out


def test_an_old_result_is_made_again(two: list[str], tmp_path: Path) -> None:
    command.main(["good"])
    file = tmp_path / "good.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert stored["passed"] and stored["numbers"] == {"number": 1.5, "numbers": [1.0, 2.0]}
    file.write_text(json.dumps({**stored, "sources": "0" * 16}), encoding="utf-8")
    assert command.main(["good"]) == 0 and two == ["good", "good"]


def test_a_quick_run_keeps_nothing(two: list[str], tmp_path: Path) -> None:
    command.main(["good", "--quick"])
    assert two == ["good quick"] and not list(tmp_path.iterdir())


def test_what_is_finished_is_kept_when_stopped(
    two: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(quick: bool) -> Found:
        raise KeyboardInterrupt

    good = command.PROOFS["good"]
    monkeypatch.setattr(command, "PROOFS", {"good": good, "slow": Proof("slow", "made up", stop, good.sources)})
    assert command.main([]) == 130
    assert [file.name for file in tmp_path.iterdir()] == ["good.json"]
    assert "call again" in capsys.readouterr().err


def test_an_unknown_proof_is_refused(two: list[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["nothing"])


RANDOM = np.random.default_rng(5)
MANY = 40_000


def test_regression_and_matching_find_a_known_effect() -> None:
    """Treatment leans on x; with x known both find 2, without it regression does not."""
    x = RANDOM.normal(size=MANY)
    treated = RANDOM.uniform(size=MANY) < 1.0 / (1.0 + np.exp(-x))
    outcome = 3.0 * x + 2.0 * treated + RANDOM.normal(size=MANY)
    for method in (estimators.regression, estimators.matching):
        estimate, error = method(outcome, treated, x[:, None])
        assert abs(estimate - 2.0) < 4.0 * error < 0.5, method.__name__
    blind, error = estimators.regression(outcome, treated, RANDOM.normal(size=(MANY, 1)))
    assert blind - 2.0 > 10.0 * error


def test_the_propensity_score_is_the_probability() -> None:
    x = RANDOM.normal(size=MANY)
    true = 1.0 / (1.0 + np.exp(1.0 - 0.8 * x))
    score = estimators.propensity((RANDOM.uniform(size=MANY) < true).astype(float), x[:, None])
    assert np.abs(score - true).max() < 0.03


def test_differences_by_hand() -> None:
    before, after = np.array([1.0, 3.0, 2.0, 4.0]), np.array([4.0, 6.0, 3.0, 5.0])
    assert estimators.differences(before, after, np.array([True, True, False, False])) == (2.0, 0.0)


def test_a_fuzzy_discontinuity_finds_the_effect_of_treatment() -> None:
    """Below the line 70 % are treated, above it 10 %; the outcome slopes with the distance by itself."""
    distance = RANDOM.uniform(-1.0, 1.0, MANY)
    treated = RANDOM.uniform(size=MANY) < np.where(distance < 0.0, 0.7, 0.1)
    outcome = 1.5 * distance + 0.5 * treated + RANDOM.normal(size=MANY)
    (estimate, error), jump = estimators.discontinuity(outcome, treated, distance, 0.5)
    assert jump == pytest.approx(0.6, abs=0.05) and abs(estimate - 0.5) < 4.0 * error < 0.4


def test_growth_of_the_households_chosen() -> None:
    key, there = np.arange(3), np.ones(3, bool)
    years = [
        {"key": key, "there": there, "income": np.array(income), "weight": np.array([1.0, 1.0, 2.0])}
        for income in ([10.0, 20.0, 30.0], [20.0, 20.0, 0.0], [20.0, 40.0, 0.0])
    ]
    assert path(years, np.array([True, True, False])).tolist() == pytest.approx([1 / 3, 0.5])
    assert on_list(np.array([0, 1, 2, 3])).tolist() == [False, True, True, False]
