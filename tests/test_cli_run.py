"""The command with the real simulator and the packaged scenario, at a small sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from experiments import cli
from results import charts
from results.store import Store

SMALL = ("--runs", "2", "--households", "800", "--leave-one-out", "1")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in; pictures are looked at by tests of their own."""
    monkeypatch.setattr(charts, "write", lambda *_: None)
    monkeypatch.chdir(tmp_path)


def fupin(*words: str) -> Result:
    """What the command answers."""
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_same_bytes_at_any_number_of_workers() -> None:
    """Answers and every exported table, with two workers seen to have run."""
    one = fupin("run", *SMALL, "--workers", "1", "--out", "one", "--lang", "en")
    two = fupin("run", *SMALL, "--workers", "2", "--out", "two", "--lang", "en")
    assert one.exit_code == two.exit_code == 0, one.stderr + two.stderr
    assert "2 workers were at work" in two.stderr and "1 workers were at work" in one.stderr
    assert Path("one/answers.json").read_bytes() == Path("two/answers.json").read_bytes()
    for folder in ("one", "two"):
        assert fupin("export", folder, "--to", f"{folder}-tables").exit_code == 0
    tables = sorted(path.name for path in Path("one-tables").iterdir())
    assert len(tables) == 4
    assert [
        name for name in tables if Path("one-tables", name).read_bytes() != Path("two-tables", name).read_bytes()
    ] == []


def test_no_run_fails_and_every_arm_is_kept() -> None:
    """The packaged scenario runs in every arm: base, budgets, partners, and each programme kind left out."""
    result = fupin("run", *SMALL, "--out", "kept", "--lang", "en")
    assert result.exit_code == 0 and "runs failed" not in result.stderr, result.stderr
    with Store.open(Path("kept")) as store:
        records = {(record.replicate, record.arm, record.variant): record for record in store.records()}
    assert {record.status for record in records.values()} == {"succeeded"}
    kinds = {arm for _, arm, _ in records if arm.startswith("without:")}
    assert len(kinds) > 5 and "without:training" in kinds
    assert records[0, "policy", "base"].parameters == records[0, "policy", "macro"].parameters
    assert records[0, "policy", "base"].parameters != records[1, "policy", "base"].parameters


def test_fixed_published_runs_differ_by_luck_alone() -> None:
    """Nothing is drawn but luck: parameters are those of the place's central draw, the macro share is nil."""
    words = ("--fixed", "--macro", "published", "--runs", "3", "--households", "800", "--out", "kept")
    assert fupin("run", *words).exit_code == 0
    answers = json.loads(Path("kept/answers.json").read_text(encoding="utf-8"))
    shares = [row["variance_share"] for row in answers["targets"] if row["variance_share"]]
    assert shares and all(share["macro"] == 0 and share["parameters"] == 0 for share in shares)
    with Store.open(Path("kept")) as store:
        drawn = {tuple(sorted(record.parameters.items())) for record in store.records()}
    assert len(drawn) == 1


def test_what_the_command_line_sets_is_not_drawn_and_says_so() -> None:
    """`--set` overrides every layer, holds in every replicate, and its source is the command line."""
    path = "programme.interventions.training.take_up"
    assert fupin("run", "--set", f"{path}=0.2", "--runs", "2", "--households", "800", "--out", "kept").exit_code == 0
    kept = json.loads(Path("kept/scenario.json").read_text(encoding="utf-8"))
    assert kept["numbers"][path]["value"] == 0.2
    assert "command line" in json.dumps(kept["numbers"][path])
    with Store.open(Path("kept")) as store:
        assert all(path not in record.parameters for record in store.records())


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("--without", "trainin"), "training"),
        (("--set", "model.sd_abilty=0.3"), "model.sd_ability"),
        (("--set", "model.sd_ability"), "path=value"),
        (("--set", "model.sd_ability=many"), "model.sd_ability"),
    ],
)
def test_a_slip_is_refused_with_what_was_meant(tmp_path: Path, words: tuple[str, ...], near: str) -> None:
    """Exit 2, the near name on stderr, nothing written."""
    refused = fupin("run", *words, "--lang", "en")
    assert refused.exit_code == 2 and near in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_population_beyond_memory_is_refused(tmp_path: Path) -> None:
    """Every household of the province on a thousand threads fits nowhere: memory and time, then the refusal."""
    refused = fupin("run", "--households", "full", "--workers", "1000", "--runs", "1000", "--lang", "en")
    assert refused.exit_code == 2
    first, second = refused.stderr.splitlines()
    assert "GiB" in first and "minutes" in first and "too little memory" in second
    assert list(tmp_path.iterdir()) == []


def test_a_first_run_says_that_it_compiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only where this version's compiled code is not there."""
    from types import SimpleNamespace

    from experiments.commands import computing
    from simulator.processes import employment

    fresh = SimpleNamespace(
        kernel=SimpleNamespace(stats=SimpleNamespace(cache_path=str(tmp_path))), label="employment.employment"
    )
    monkeypatch.setattr(employment, "employment", fresh)
    assert not computing.compiled_before()
    (tmp_path / "employment.employment-76.py311.1.nbc").touch()
    assert computing.compiled_before()
