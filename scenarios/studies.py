"""Studies as data: reads and checks a file that says which command answers a question, on what and with which options.

A study stands for one line of the command line and says nothing else: whoever reads it can type that line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.catalogue import find
from scenarios.faults import ScenarioFaults, closest
from scenarios.reader import Source, Tree, read
from scenarios.resolve import companion, gather, open_file
from scenarios.schema import StudyFile
from scenarios.shape import called
from scenarios.vocabulary import Vocabulary, vocabulary

FLAG, WHOLE, NUMBER, WORD, WORDS = "flag", "whole", "number", "word", "words"
SAMPLED = {"runs": WHOLE, "households": WORD, "seed": WHOLE}
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "run": {
        **{**SAMPLED, "fixed": FLAG, "macro": WORD, "set": WORDS, "without": WORDS, "with": WORDS},
        **{"leave_one_out": WHOLE, "again": FLAG, "until": NUMBER, "per_draw": WHOLE},
    },
    "compare": {**SAMPLED, "fixed": FLAG, "macro": WORD, "again": FLAG},
    "attribute": {**SAMPLED, "group": WORDS, "each": FLAG, "orders": WHOLE, "again": FLAG},
    "sensitivity": {
        **{**SAMPLED, "method": WORD, "target": WORDS, "factor": WORDS, "factors": WHOLE, "per_point": WHOLE},
        **{"macro": WORD, "set": WORDS, "without": WORDS, "with": WORDS, "again": FLAG},
    },
    "branch": {**SAMPLED, "at": WORD, "into": WORDS, "fixed": FLAG, "macro": WORD, "set": WORDS, "again": FLAG},
}
"""The options a study may give to each command, by what is written after them."""
LIST_MEAN = "list_mean"
"""A measure beside the targets: the mean income of the baseline list."""


@dataclass(frozen=True)
class Study:
    """A study as read. `words` is the command line it stands for, without `fupin`."""

    name: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    command: str
    scenarios: tuple[str, ...]
    words: tuple[str, ...]
    measures: tuple[str, ...]
    figures: tuple[str, ...]


def load_study(path: Path, name: str = "") -> Study:
    """The study of a file; `name` is how messages call it. Raises ScenarioFaults with every fault."""
    tree = open_file(Source(name or str(path), path), "study")
    if tree.data and not tree.faults:
        check_study(tree, vocabulary())
    if tree.faults:
        raise ScenarioFaults(gather([tree]))
    told = StudyFile.model_validate(tree.data)
    sources = tuple(_source(tree, each) for each in told.scenarios)
    return Study(
        told.name,
        told.title.model_dump(),
        told.question.model_dump(),
        told.command,
        sources,
        (told.command, *sources, *_words(told)),
        tuple(told.measures),
        tuple(told.figures),
    )


def check_study(tree: Tree, words: Vocabulary) -> None:
    """Note what is wrong in meaning with a study: options its command does not have, scenarios that are not there,
    measures that none of them has."""
    if tree.faults:
        return
    command, names = tree.data["command"], tree.data["scenarios"]
    known = OPTIONS[command]
    for option, value in tree.part("options").items():
        if option not in known:
            at = ("options", option)
            tree.blame(at, "unknown_key", at_key=True, key=option, known=closest(option, known))
        else:
            _check_value(tree, option, known[option], value)
    if command == "compare" and len(names) < 2:
        tree.blame(("scenarios",), "two_scenarios")
    if command != "compare" and len(names) > 1:
        tree.blame(("scenarios", 1), "one_scenario", command=command, name=names[0])
    measures = set(_measures(tree, words))
    for place, measure in enumerate(tree.data["measures"]):
        if measures and measure not in measures | {LIST_MEAN}:
            tree.blame(("measures", place), "not_nameable", name=measure, known=closest(measure, measures))


def _check_value(tree: Tree, option: str, due: str, value: Any) -> None:
    at = ("options", option)
    truth = isinstance(value, bool)
    got: dict[str, Any] = {"got_zh": called(value, "zh"), "got_en": called(value, "en")}
    if due == FLAG and not truth:
        tree.blame(at, "due_flag", name=option, **got)
    elif due == WHOLE and (truth or not isinstance(value, int)):
        tree.blame(at, "due_whole", fix=f"{option}: 5", **got)
    elif due == NUMBER and (truth or not isinstance(value, int | float)):
        tree.blame(at, "due_number", fix=f"{option}: 0.05", **got)
    elif due == WORD and (truth or not isinstance(value, str | int)):
        tree.blame(at, "due_text", fix=f"{option}: ...", **got)
    elif due == WORDS and not (isinstance(value, list) and value and all(isinstance(one, str) for one in value)):
        tree.blame(at, "due_list", **got)


def _measures(tree: Tree, words: Vocabulary) -> Iterator[str]:
    """The targets and indicators of the programmes a study is of; faults where one is not there."""
    for place, name in enumerate(tree.data["scenarios"]):
        try:
            opened = read(_found(tree, name, words))
            if opened.kind == "change":
                opened = read(_found(tree, opened.data.get("programme", words.catalogue.default), words))
        except ScenarioFaults:
            known = closest(name, [*words.catalogue.programmes, *words.catalogue.changes])
            tree.blame(("scenarios", place), "not_nameable", name=name, known=known)
            continue
        yield from opened.part("targets")
        yield from (f"I.{indicator}" for indicator in opened.part("indicators"))


def _found(tree: Tree, name: str, words: Vocabulary) -> Source:
    """The file a study means: one beside it, or by name or path from here."""
    beside = companion(tree.source, "", name) if name.endswith((".yaml", ".yml")) else None
    found = beside or find(name, words)
    if not found.path.is_file():
        raise ScenarioFaults(())
    return found


def _source(tree: Tree, name: str) -> str:
    """A scenario as the command line calls it: a name as it is, a file beside the study by its path."""
    return str(_found(tree, name, vocabulary()).path) if name.endswith((".yaml", ".yml")) else name


def _words(told: StudyFile) -> Iterator[str]:
    """The options as they are typed, in the order of the file."""
    for name, value in told.options.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            yield from [option] if value else []
        else:
            for one in value if isinstance(value, list) else [value]:
                yield option
                yield str(one)
