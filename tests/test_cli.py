"""The command line's contract: what it prints, where it writes, what it refuses, and its exit codes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import scenarios
from experiments import cli, ensemble, request
from experiments.design import Options, Replicate
from experiments.progress import EnsembleProgress
from results import charts
from results.store import FILE_NAME, Store
from simulator.history import RunRecord
from tests import synthetic

SMALL = ("--runs", "4", "--leave-one-out", "2")


class Loaded(SimpleNamespace):
    """A loaded scenario without files."""

    def resolved(self) -> dict[str, Any]:
        """The scenario with its sources."""
        return synthetic.resolved()

    def ranged(self) -> dict[str, tuple[float, float, float]]:
        """No number of it is uncertain."""
        return {}


class Simulator:
    """Stands in for the simulator behind the seam of `run_ensemble`: counts what it is asked for, and interrupts the
    run at a replicate when told to."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.interrupt_at: int | None = None

    def __call__(self, scenario: object, options: Options, task: Replicate) -> list[RunRecord]:
        """The records of one replicate."""
        if task.number == self.interrupt_at:
            raise KeyboardInterrupt
        self.begun.append(task.number)
        return [synthetic.record(task.number, arm, variant, seed=options.seed) for arm, variant in task.arms]


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A made-up simulator and scenario, and an empty folder to work in."""

    def load(
        name: str, sets: tuple[str, ...] = (), without: tuple[str, ...] = (), added: tuple[str, ...] = ()
    ) -> Loaded:
        scenario = synthetic.scenario()
        draws = SimpleNamespace(rows=(), central=0)
        return Loaded(scenario=scenario, draws=draws, scenario_hash=f"hash of {scenario.name} {sets} {without} {added}")

    stand_in = Simulator()
    monkeypatch.setattr(scenarios, "load", load)
    monkeypatch.setattr(scenarios, "default_programme", lambda: "zhejiang_2018_2022")
    monkeypatch.setattr(ensemble, "simulate_replicate", stand_in)
    monkeypatch.setattr(charts, "write", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    yield stand_in


def fupin(*words: object) -> Result:
    """What the command answers; an exception that is not an exit code fails the test."""
    result = CliRunner().invoke(cli.app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def only_run() -> Path:
    """The one folder below runs/."""
    (folder,) = Path("runs").iterdir()
    return folder


def test_version() -> None:
    """`fupin --version` names the package and a version."""
    result = fupin("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("fupin 0.")


def test_a_run_answers_and_keeps_everything(simulator: Simulator) -> None:
    """The answer is printed, the folder holds the store, the answers and the charts."""
    result = fupin("run", *SMALL)
    assert result.exit_code == 0, result.stderr
    assert "推演 0/4" in result.stderr and "推演 4/4" in result.stderr
    folder = only_run()
    assert folder.name.startswith("zhejiang_2018_2022-")
    assert "T-G10" in result.stdout and str(folder / "charts") in result.stdout
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    assert answers["runs"] == 4 and answers["run_id"] == folder.name.split("-")[-1]
    with Store.open(folder) as store:
        assert len(store.finished()) == 4 * 4 + 4 * 4 + 2 * 2


def test_a_complete_run_is_shown_and_not_computed(simulator: Simulator) -> None:
    """The second time nothing runs and the same answer is printed."""
    first = fupin("run", *SMALL)
    simulator.begun.clear()
    second = fupin("run", *SMALL)
    assert simulator.begun == []
    assert second.stdout == first.stdout


def test_again_computes_everything(simulator: Simulator) -> None:
    """`--again` starts over in the same folder and comes to the same bytes."""
    fupin("run", *SMALL)
    before = (only_run() / "answers.json").read_bytes()
    simulator.begun.clear()
    assert fupin("run", *SMALL, "--again").exit_code == 0
    assert sorted(simulator.begun) == [0, 1, 2, 3]
    assert (only_run() / "answers.json").read_bytes() == before


def test_the_same_bytes_at_one_and_two_workers(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers that finish out of order leave what one worker leaves: answers and every exported table."""
    assert fupin("run", *SMALL, "--workers", 1, "--out", "one").exit_code == 0
    later = threading.Event()

    def out_of_order(scenario: object, options: Options, task: Replicate) -> list[RunRecord]:
        if task.number == 0:
            assert later.wait(20)
        later.set()
        return simulator(scenario, options, task)

    monkeypatch.setattr(ensemble, "simulate_replicate", out_of_order)
    two = fupin("run", *SMALL, "--workers", 2, "--out", "two", "--lang", "en")
    assert "2 workers were at work" in two.stderr
    assert Path("one/answers.json").read_bytes() == Path("two/answers.json").read_bytes()
    for folder in ("one", "two"):
        assert fupin("export", folder, "--to", f"{folder}-tables").exit_code == 0
    tables = sorted(path.name for path in Path("one-tables").iterdir())
    assert tables == ["answers.csv", "ledger.csv", "runs.csv", "series.csv"]
    for name in tables:
        assert Path("one-tables", name).read_bytes() == Path("two-tables", name).read_bytes()


def test_an_interrupted_run_is_kept_and_resumed_to_the_same_bytes(simulator: Simulator) -> None:
    """Ctrl-C: exit 130, how to go on is printed, nothing finished is computed twice, and the end is the same."""
    assert fupin("run", *SMALL, "--out", "whole").exit_code == 0
    simulator.begun.clear()
    simulator.interrupt_at = 2
    stopped = fupin("run", *SMALL, "--out", "parted", "--workers", 1)
    assert stopped.exit_code == 130
    assert "fupin run --resume parted" in stopped.stderr
    assert not Path("parted/answers.json").exists()
    simulator.interrupt_at = None
    resumed = fupin("run", "--resume", "parted", "--workers", 2, "--lang", "en")
    assert resumed.exit_code == 0, resumed.stderr
    assert sorted(simulator.begun) == [0, 1, 2, 3]
    assert Path("parted/answers.json").read_bytes() == Path("whole/answers.json").read_bytes()


def test_the_default_folder_of_an_unfinished_run_is_resumed(simulator: Simulator) -> None:
    """The same command again goes on by itself."""
    simulator.interrupt_at = 3
    assert fupin("run", *SMALL, "--workers", 1).exit_code == 130
    simulator.interrupt_at = None
    assert fupin("run", *SMALL, "--workers", 1).exit_code == 0
    assert simulator.begun == [0, 1, 2, 3]


def test_a_missing_folder_to_resume_starts_anew(simulator: Simulator) -> None:
    """`--resume` of nothing is a new run there."""
    assert fupin("run", *SMALL, "--resume", "later").exit_code == 0
    assert Path("later/answers.json").exists()


def test_other_options_than_recorded_are_refused(simulator: Simulator) -> None:
    """What is given must equal what is recorded, and the difference is named."""
    fupin("run", *SMALL, "--out", "kept")
    before = Path("kept", FILE_NAME).read_bytes()
    refused = fupin("run", "--resume", "kept", "--runs", 5, "--lang", "en")
    assert refused.exit_code == 2
    assert "runs: recorded 4, now 5" in refused.stderr
    assert Path("kept", FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("again", [(), ("--again",)])
def test_out_onto_another_run_is_refused(simulator: Simulator, again: tuple[str, ...]) -> None:
    """Nothing is ever written over another run, `--again` or not."""
    fupin("run", *SMALL, "--out", "kept")
    before = Path("kept/answers.json").read_bytes()
    refused = fupin("run", *SMALL, "--seed", 2, "--out", "kept", *again)
    assert refused.exit_code == 2 and "seed" in refused.stderr
    assert Path("kept/answers.json").read_bytes() == before


def test_out_into_a_folder_of_other_files_is_refused(simulator: Simulator) -> None:
    """A planner's documents are no place for a run."""
    Path("papers").mkdir()
    Path("papers/plan.txt").write_text("plan", encoding="utf-8")
    assert fupin("run", *SMALL, "--out", "papers").exit_code == 2
    assert [path.name for path in Path("papers").iterdir()] == ["plan.txt"]
    assert fupin("run", *SMALL, "--out", "papers/plan.txt").exit_code == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--runs", "0"), "--runs"),
        (("--runs", "3", "--leave-one-out", "4"), "--leave-one-out"),
        (("--households", "many"), "--households"),
        (("--households", "-5"), "--households"),
        (("--seed", "-1"), "--seed"),
        (("--workers", "0"), "--workers"),
        (("--out", "a", "--resume", "b"), "--resume"),
        (("--again", "--resume", "b"), "--again"),
        (("--macro", "imagined"), "--macro"),
        (("--nonsense",), "--nonsense"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_impossible_requests_are_refused_before_anything_is_written(
    simulator: Simulator, tmp_path: Path, words: tuple[str, ...], named: str, lang: str
) -> None:
    """Exit 2, the option named on stderr, no traceback, no file."""
    refused = fupin("run", *words, "--lang", lang)
    assert refused.exit_code == 2
    assert named in refused.stderr and "Traceback" not in refused.stderr and refused.stdout == ""
    assert list(tmp_path.iterdir()) == []
    assert simulator.begun == []


def test_two_faults_are_two_lines(simulator: Simulator) -> None:
    """All faults at once, one a line."""
    refused = fupin("run", "--runs", "0", "--seed", "-1", "--lang", "en")
    assert refused.stderr.splitlines() == ["--runs is at least 1", "--seed lies between 0 and 4294967295"]


def test_another_scenario_options_or_seed_is_another_run(simulator: Simulator) -> None:
    """The identity covers every input; the language, the workers and the time are none."""
    asked = [(), ("--seed", 2), ("--runs", 5), ("--fixed",), ("--macro", "published"), ("--set", "model.a=1")]
    asked += [("--without", "training"), ("--with", "housing"), ("--households", 2000), ("--leave-one-out", 1)]
    ids = {fupin("run", *SMALL[:2], *words).exit_code for words in asked}
    assert ids == {0}
    assert len(list(Path("runs").iterdir())) == len(asked)
    fupin("run", *SMALL[:2], "--lang", "en", "--workers", 1)
    assert len(list(Path("runs").iterdir())) == len(asked)


def test_an_edited_scenario_is_another_run(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same name with other content is not mistaken for the run there is, and cannot be resumed into it."""
    fupin("run", *SMALL, "--out", "kept")
    load = scenarios.load

    def edited(*words: Any, **options: Any) -> Loaded:
        return Loaded(**{**vars(load(*words, **options)), "scenario_hash": "edited"})

    monkeypatch.setattr(scenarios, "load", edited)
    refused = fupin("run", "--resume", "kept", "--lang", "en")
    assert refused.exit_code == 2 and "scenario_hash" in refused.stderr
    assert fupin("run", *SMALL, "--out", "kept").exit_code == 2


def test_show_prints_the_answer_again(simulator: Simulator) -> None:
    """`show` is the answer of the run, in either language."""
    ran = fupin("run", *SMALL, "--out", "kept")
    assert fupin("show", "kept").stdout == ran.stdout
    english = fupin("show", "kept", "--lang", "en")
    assert english.exit_code == 0 and english.stdout != ran.stdout


@pytest.mark.parametrize("words", [("show", "nothing"), ("export", "nothing", "--to", "tables")])
def test_a_folder_without_a_run_is_refused(simulator: Simulator, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Exit 2 and nothing written."""
    refused = fupin(*words)
    assert refused.exit_code == 2 and "nothing" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_export_does_not_write_over_other_files(simulator: Simulator) -> None:
    """Tables go to an empty folder or over an earlier export only."""
    fupin("run", *SMALL, "--out", "kept")
    Path("papers").mkdir()
    Path("papers/plan.txt").write_text("plan", encoding="utf-8")
    assert fupin("export", "kept", "--to", "papers").exit_code == 2
    assert fupin("export", "kept", "--to", "tables").exit_code == 0
    assert fupin("export", "kept", "--to", "tables").exit_code == 0


def test_failed_runs_are_counted_and_named(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replicate that raises is kept as failed in every arm, is told on stderr, and stops no other."""

    def brittle(scenario: object, options: Options, task: Replicate) -> list[RunRecord]:
        if task.number == 1:
            raise ZeroDivisionError("no households")
        return simulator(scenario, options, task)

    monkeypatch.setattr(ensemble, "simulate_replicate", brittle)
    result = fupin("run", "--runs", 3, "--out", "kept", "--lang", "en")
    answers = json.loads(Path("kept/answers.json").read_text(encoding="utf-8"))
    assert answers["runs"] == 3 and answers["runs_failed"] == 8
    assert "ZeroDivisionError: no households" in result.stderr


def test_where_every_run_fails_there_is_no_answer(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1 with the errors; no answers are written, so the folder does not pass for complete."""

    def broken(scenario: object, options: Options, task: Replicate) -> list[RunRecord]:
        raise ZeroDivisionError("no households")

    monkeypatch.setattr(ensemble, "simulate_replicate", broken)
    result = fupin("run", "--runs", 3, "--out", "kept", "--lang", "en")
    assert result.exit_code == 1 and result.stdout == ""
    assert "24 runs failed: ZeroDivisionError: no households" in result.stderr
    assert not Path("kept/answers.json").exists()


def test_an_interrupted_second_time_is_not_shown_as_complete(simulator: Simulator) -> None:
    """`--again` takes the old answers away with the old runs; going on brings back the same bytes."""
    fupin("run", *SMALL, "--workers", 1, "--out", "kept")
    before = Path("kept/answers.json").read_bytes()
    simulator.interrupt_at = 1
    assert fupin("run", *SMALL, "--workers", 1, "--out", "kept", "--again").exit_code == 130
    assert fupin("show", "kept").exit_code == 2
    simulator.interrupt_at = None
    assert fupin("run", "--resume", "kept").exit_code == 0
    assert Path("kept/answers.json").read_bytes() == before


def test_the_resolved_scenario_is_kept(simulator: Simulator) -> None:
    """Every result stands beside the numbers it rests on and their sources."""
    fupin("run", "--runs", 1, "--out", "kept")
    kept = json.loads(Path("kept/scenario.json").read_text(encoding="utf-8"))
    assert kept == synthetic.resolved()


def test_out_of_memory_is_tried_once_more_alone(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is a matter of the moment: the replicate runs again after the others and nothing is marked failed."""
    starved: list[int] = []

    def hungry(scenario: object, options: Options, task: Replicate) -> list[RunRecord]:
        if task.number == 0 and not starved:
            starved.append(0)
            raise MemoryError
        return simulator(scenario, options, task)

    monkeypatch.setattr(ensemble, "simulate_replicate", hungry)
    assert fupin("run", "--runs", 3, "--out", "kept").exit_code == 0
    assert starved == [0] and sorted(simulator.begun) == [0, 1, 2]
    assert json.loads(Path("kept/answers.json").read_text(encoding="utf-8"))["runs_failed"] == 0


def test_a_full_population_that_does_not_fit_is_refused(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory and time are printed first, then the run is refused with nothing written."""
    monkeypatch.setattr(request, "weigh", lambda _: request.Weight(needed=2**40, available=2**33, seconds=7200.0))
    refused = fupin("run", *SMALL, "--households", "full", "--lang", "en")
    assert refused.exit_code == 2
    first, second = refused.stderr.splitlines()
    assert "1024.0 GiB" in first and "120 minutes" in first and "too little memory" in second
    assert not Path("runs").exists()


def test_a_full_population_has_five_replicates_unless_told_otherwise(tmp_path: Path) -> None:
    def runs(**given: object) -> int:
        return request.understand(None, given, out=tmp_path / "kept").options.runs

    assert [runs(households="full"), runs(households="full", runs=7), runs(households="3000")] == [5, 7, 32]
    assert runs(households="full", runs=None) == 5, "what the command line was not given comes as None"


def test_check_lists_every_fault_of_every_file(tmp_path: Path) -> None:
    """One fault a line with file, line and column on stderr, exit 2; nothing on stdout."""
    for name in ("first", "second"):
        (tmp_path / f"{name}.yaml").write_text("kind: nonsense\n", encoding="utf-8")
    result = fupin("check", tmp_path / "first.yaml", tmp_path / "second.yaml", tmp_path, "--lang", "en")
    assert result.exit_code == 2 and result.stdout == ""
    first, second, folder = result.stderr.splitlines()
    assert first.startswith(f"{tmp_path / 'first.yaml'}:1:7: ") and "second.yaml:1:7: " in second
    assert folder.startswith(f"{tmp_path}:1:1: ")


def test_check_accepts_a_packaged_file() -> None:
    """Every kind of YAML under scenarios/ may be checked."""
    result = fupin("check", Path(scenarios.__file__).parent / "units.yaml", "--lang", "en")
    assert result.exit_code == 0 and result.stdout.endswith("units.yaml: no faults\n")


def test_an_unknown_scenario_is_refused_with_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name: exit 2, the near name, nothing written."""
    monkeypatch.chdir(tmp_path)
    result = fupin("run", "zhejiang_2018_2023", "--lang", "en")
    assert result.exit_code == 2 and "zhejiang_2018_2022" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_schema_is_json() -> None:
    """For editors: a JSON Schema that knows every kind of file."""
    schema = json.loads(fupin("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")


def test_time_left_follows_the_pace_so_far() -> None:
    """A quarter done in 10 s leaves 30 s; what a resumed run found done does not count as pace."""
    progress = EnsembleProgress("en")
    assert progress.line(12, 48, 10.0) == "runs 12/48, 10 s so far, about 30 s left"
    progress.begun_at = 36
    assert progress.line(40, 48, 10.0) == "runs 40/48, 10 s so far, about 20 s left"
    assert EnsembleProgress("zh").line(0, 48, 0.0) == "推演 0/48，已用 0 秒，约剩 ? 秒"
