"""The wheel holds everything and runs from any other folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("simulator", "scenarios", "results", "calibration", "experiments")
FIRST = "import sys; sys.path.insert(0, sys.argv.pop(1));"
"""The interpreter looks into the wheel before it looks into the environment the tests run in."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sources without looking anything up."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel laid out as an installer does, in a folder with a space and Chinese characters in its name."""
    folder = tmp_path_factory.mktemp("site") / "安装 here"
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def python(site: Path, elsewhere: Path, code: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run code against the installed wheel in a folder that is not the sources'."""
    command = [sys.executable, "-c", f"{FIRST} {code}", str(site), *words]
    return subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, encoding="utf-8", check=False)


def fupin(site: Path, elsewhere: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    return python(site, elsewhere, "from experiments.cli import main; main()", *words)


def test_every_source_and_data_file_is_in_the_wheel(wheel: Path) -> None:
    """Code, scenarios, tables and fonts."""
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("fupin-")}
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == sources
    assert {Path(name).suffix for name in inside} >= {".py", ".yaml", ".ttf"}


def test_the_wheel_brings_the_command_and_the_licence(wheel: Path) -> None:
    """`fupin` is installed by name, and the licence travels along."""
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    parser = ConfigParser()
    parser.read_string(archive.read(entry_points).decode("utf-8"))
    assert parser["console_scripts"]["fupin"] == "experiments.cli:main"
    assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())


def test_it_runs_from_another_folder(site: Path, tmp_path: Path) -> None:
    """The installed copy is the one that runs, finds its data files, and writes nothing where it is called."""
    found = python(site, tmp_path, "import scenarios; print(scenarios.__file__)")
    assert Path(found.stdout.strip()).is_relative_to(site)
    listed = fupin(site, tmp_path, "list")
    assert listed.returncode == 0, listed.stderr
    assert "zhejiang_2018_2022" in listed.stdout
    assert "readme_targets" in fupin(site, tmp_path, "study").stdout
    assert fupin(site, tmp_path, "--version").stdout.startswith("fupin ")
    assert list(tmp_path.iterdir()) == []


def test_a_small_run_from_another_folder(site: Path, tmp_path: Path) -> None:
    """The whole way, from the packaged policy file to answers and charts with their packaged font."""
    words = ("run", "zhejiang_2018_2022", "--runs", "1", "--households", "2000", "--out", "out", "--lang", "en")
    ran = fupin(site, tmp_path, *words)
    assert ran.returncode == 0, ran.stderr
    assert "T-G10" in ran.stdout
    assert (tmp_path / "out" / "answers.json").is_file()
    assert list((tmp_path / "out" / "charts").glob("*.png"))
