"""The house stands as drawn: imports point down, and each outside library has its one room."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("simulator", "scenarios", "results", "calibration", "experiments")
LINT = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Lint the packages of a folder. The interpreter sees that folder before the installed package."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {LINT}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the sources, to be broken."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "fonts", "*.csv")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_sources_keep_every_contract() -> None:
    """What stands in pyproject.toml holds."""
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("simulator/calendar.py", "import results.store", "Imports point down only"),
        ("results/words.py", "import scenarios.faults", "Imports point down only"),
        ("scenarios/faults.py", "import results.words", "Imports point down only"),
        ("calibration/stray.py", "import experiments.design", "Imports point down only"),
        ("simulator/calendar.py", "import mesa", "mesa only in"),
        ("simulator/calendar.py", "import pydantic", "pydantic and ruamel.yaml only"),
        ("experiments/design.py", "from ruamel.yaml import YAML", "pydantic and ruamel.yaml reach"),
        ("experiments/ensemble.py", "import joblib", "joblib only in"),
        ("simulator/parallel.py", "import distributed", "dask only in"),
        ("results/store.py", "import matplotlib", "matplotlib only in"),
        ("calibration/stray.py", "import SALib", "SALib only in"),
        ("experiments/request.py", "import typer", "typer and rich only in"),
    ],
)
def test_a_stray_import_is_caught(house: Path, file: str, line: str, contract: str) -> None:
    """One import in the wrong place breaks the contract that forbids it."""
    target = house / file
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    future = "from __future__ import annotations\n"
    target.write_text(future + before.replace(future, "") + f"\n{line}\n", encoding="utf-8")
    result = _lint(house)
    assert result.returncode == 1
    broken = [row for row in result.stdout.splitlines() if " BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), result.stdout


def _modules() -> list[tuple[str, ast.Module]]:
    """Every source of the simulator, by its path below `simulator/`."""
    folder = ROOT / "simulator"
    paths = sorted(folder.rglob("*.py"))
    return [(path.relative_to(folder).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def test_only_simulate_knows_the_names_of_the_arms() -> None:
    """No rule can tell which arm it is in, for nothing below `simulate.py` says."""
    arms = {"null", "policy", "half", "double", "without:"}
    naming = {
        path
        for path, module in _modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and node.value in arms
    }
    assert naming == {"simulate.py"}


def test_no_rule_of_a_process_or_an_intervention_sees_what_a_village_stands_for() -> None:
    """The weight of a village enters where money is paid and sums are taken, never what a household does."""
    rules = [
        (f"{path}:{node.name}", {argument.arg for argument in node.args.args})
        for path, module in _modules()
        if path.startswith(("processes/", "interventions/"))
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(mark, ast.Name) and mark.id == "rule" for mark in node.decorator_list)
    ]
    assert len(rules) > 10
    assert [name for name, arguments in rules if "stands_for" in arguments] == []


def test_what_a_village_stands_for_enters_only_where_money_is_paid_and_sums_are_taken() -> None:
    """Declared in villages, set in population, used by accounts, counties, measures and slices; `record` only hands it
    to the `History`, whose readers (targets, constraints, the jackknife) weigh with it."""
    naming = {
        path
        for path, module in _modules()
        for node in ast.walk(module)
        if (isinstance(node, ast.Attribute) and node.attr == "stands_for")
        or (isinstance(node, ast.Name) and node.id == "village_stands_for")
    }
    model = {"population.py", "accounts.py", "counties.py", "measures.py", "slices.py"}
    readers = {path for path in naming if path.startswith("constraints/")}
    assert naming - readers == model | {"record.py", "targets/__init__.py"}
