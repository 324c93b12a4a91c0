"""Studies: a question with the command that answers it, remade from nothing, its figures, table and answer in words."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import scenarios
from experiments.folders import HOME
from experiments.refusal import Refusal
from results import study_answers
from results.charts import FOLDER_NAME
from scenarios import Study
from simulator.versions import versions

SHIPPED = Path(str(files("experiments"))) / "studies"
KEY = 8


def listed() -> list[Study]:
    """The studies that come with the package, by name. Raises ScenarioFaults if one of them is faulty."""
    return [shipped(path.stem) for path in sorted(SHIPPED.glob("*.yaml"))]


def shipped(name: str) -> Study:
    """A study that comes with the package."""
    return scenarios.load_study(SHIPPED / f"{name}.yaml", f"studies/{name}.yaml")


def meant(name_or_file: str) -> Study:
    """The study of a name or a file. Raises Refusal if there is none, ScenarioFaults if it is faulty."""
    names = [path.stem for path in sorted(SHIPPED.glob("*.yaml"))]
    if name_or_file in names:
        return shipped(name_or_file)
    if not Path(name_or_file).is_file():
        known = "、".join(names), ", ".join(names)
        raise Refusal((f"没有研究 {name_or_file}；有：{known[0]}", f"no study {name_or_file}; there are {known[1]}"))
    return scenarios.load_study(Path(name_or_file))


def line(study: Study) -> str:
    """The command line a study stands for."""
    return shlex.join(("fupin", *study.words))


def home(study: Study) -> Path:
    """Where the runs of a study are kept: another study, or another version of the program, has another folder."""
    sources = [Path(name).read_text(encoding="utf-8") for name in study.scenarios if Path(name).is_file()]
    told = json.dumps([study.words, sources, versions()], sort_keys=True)
    return HOME / f"study-{study.name}-{hashlib.sha256(told.encode()).hexdigest()[:KEY]}"


def remake(study: Study, to: Path, run: Callable[[Sequence[str]], None], lang: str) -> str:
    """Run a study's command and put its figures, its table and its answer into a folder; the answer in words.

    `run` is given the words of a command line, without `fupin`. Raises Refusal for a figure that the command does not
    make, before anything is put there.
    """
    folder = home(study)
    run((*study.words, "--out", str(folder), "--lang", lang))
    pictures = [folder / FOLDER_NAME / f"{figure}.png" for figure in study.figures]
    made = sorted(path.stem for path in (folder / FOLDER_NAME).glob("*.png"))
    if faults := [figure.stem for figure in pictures if not figure.is_file()]:
        lacking, known = ", ".join(faults), ", ".join(made)
        raise Refusal((f"没有画出 {lacking}；有：{known}", f"no figure {lacking}; there are {known}"))
    found = study_answers.figures(study.command, folder, study.measures)
    to.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        draft = to / f".{picture.name}.part"
        shutil.copyfile(picture, draft)
        os.replace(draft, to / picture.name)
    study_answers.write_table(found, to / f"{study.name}.csv")
    text = study_answers.in_words(study.question, study.measures, found, lang)
    (to / f"{study.name}.txt").write_text(f"{text}\n\n{line(study)}\n", encoding="utf-8", newline="\n")
    return text
