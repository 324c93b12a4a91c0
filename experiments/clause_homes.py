"""Where a clause of a document lives: a place as the inventory names it, looked up in the scenario files and the code.

    kind:<kind>                                  a kind of intervention
    programme:<name>:<section>.<entry>           an entry of a programme; of `constraints` the constraint it names
    constraint:<id>                              a check in simulator/constraints/
    number:<path> | switch:<path>                a number or a named choice of a programme of the clause's document
    code:<file.py>                               a module
    change:<name>                                a what-if of the catalogue

A home is the file and key where it is, and all it says of clauses.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FunctionType

import scenarios
from scenarios import Loaded
from scenarios.catalogue import find
from scenarios.reader import Tree
from scenarios.resolve import open_file
from scenarios.vocabulary import vocabulary
from simulator.constraints import CHECKS

ROOT = Path(__file__).parents[1]
PACKAGES = ("simulator", "scenarios", "results", "calibration", "experiments")
SECTIONS = ("funds", "interventions", "targets", "indicators")


@dataclass(frozen=True)
class Home:
    """A place that exists: `where` is its file and key, `says` the text in which it cites clauses."""

    where: str
    says: str


class Homeless(Exception):
    """A place the inventory names does not exist."""


def cites(text: str, clause: str) -> bool:
    """Whether a text names a clause: ZJ-1.1 is not named by ZJ-1.10, ZJ-1.1.2 or ZJ-1.1-2."""
    return re.search(rf"(?<![\w.-]){re.escape(clause)}(?![\w-]|\.\d)", text) is not None


def homes_of(place: str, clause: str) -> list[Home]:
    """Where a place is; a kind, a number and a choice may be in several files. Raises Homeless if it is nowhere."""
    sort, _, name = place.partition(":")
    if sort not in LOOKUPS:
        raise Homeless(f"{place}: no such sort of place (known: {', '.join(LOOKUPS)})")
    found = list(LOOKUPS[sort](name, clause.partition("-")[0]))
    if not found:
        raise Homeless(f"{place}: there is no such {sort}")
    return found


@lru_cache(maxsize=1)
def programmes() -> Mapping[str, tuple[Tree, Loaded]]:
    """Every programme of the catalogue as its file has it and as it is loaded."""
    names = vocabulary().catalogue.programmes
    return {name: (open_file(find(name, vocabulary())), scenarios.load(name)) for name in names}


def of_document(document: str) -> Iterator[tuple[Tree, Loaded]]:
    """The programmes that stand on a document."""
    return ((tree, loaded) for tree, loaded in programmes().values() if document in tree.entries("documents"))


def entry_home(tree: Tree, section: str, name: str) -> Home:
    """An entry of a programme, with its clause and clauses."""
    entry = tree.part(section, name)
    cited = [entry.get("clause", ""), *tree.entries(section, name, "clauses")]
    return Home(f"{tree.source.name}: {section}.{name}", " ".join(map(str, cited)))


def kind_homes(kind: str, document: str) -> Iterator[Home]:
    """A kind in kinds.yaml, and its line in the programmes of the document."""
    if kind in scenarios.kind_defaults():
        yield Home(f"scenarios/kinds.yaml: interventions.{kind}", " ".join(scenarios.kind_defaults()[kind].clauses))
    for tree, _ in of_document(document):
        if tree.has_part("interventions", kind):
            yield entry_home(tree, "interventions", kind)


def programme_homes(name: str, document: str) -> Iterator[Home]:
    """An entry of a programme by `<programme>:<section>.<entry>`."""
    programme, _, key = name.partition(":")
    section, _, entry = key.partition(".")
    if programme not in programmes():
        return
    tree = programmes()[programme][0]
    if section == "constraints" and entry in tree.entries("constraints"):
        yield from constraint_homes(entry, document)
    elif section in SECTIONS and tree.has_part(section, entry):
        yield entry_home(tree, section, entry)


def constraint_homes(name: str, document: str) -> Iterator[Home]:
    """A check of a constraint, with the helpers of its module that it calls."""
    if name in CHECKS:
        check = CHECKS[name]
        where = f"{Path(inspect.getfile(check)).relative_to(ROOT).as_posix()}: {check.__name__} ({name})"
        functions: list[Callable[..., object]] = [check, *helpers(check)]
        yield Home(where, "\n".join(inspect.getsource(function) for function in functions))


def helpers(check: Callable[..., object]) -> list[FunctionType]:
    """The functions of its own module that a function names."""
    assert isinstance(check, FunctionType)
    module = vars(sys.modules[check.__module__])
    named = [module.get(name) for name in check.__code__.co_names]
    return [found for found in named if isinstance(found, FunctionType) and found.__module__ == check.__module__]


def number_homes(path: str, document: str) -> Iterator[Home]:
    """A number, which cites the clause that is its source."""
    for _, loaded in of_document(document):
        if path in loaded.numbers:
            number = loaded.numbers[path]
            yield Home(told(number.origin, path), number.source if number.source_kind == "clause" else "")


def switch_homes(path: str, document: str) -> Iterator[Home]:
    """A named choice, which cites in its source or note."""
    for _, loaded in of_document(document):
        if path in loaded.choices:
            choice = loaded.choices[path]
            yield Home(told(choice.origin, path), f"{choice.source} {choice.note}")


def told(origin: str, path: str) -> str:
    """The file of an origin and the path, without the line, which moves with every edit."""
    return f"{origin.partition(':')[0]}: {path}"


def code_homes(name: str, document: str) -> Iterator[Home]:
    """A module by its name, in whichever packages have one of it."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob(name)):
            yield Home(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def change_homes(name: str, document: str) -> Iterator[Home]:
    """A what-if, with all its file says."""
    if name in vocabulary().catalogue.changes:
        source = find(name, vocabulary())
        yield Home(source.name, source.path.read_text(encoding="utf-8"))


LOOKUPS: Mapping[str, Callable[[str, str], Iterator[Home]]] = {
    "kind": kind_homes,
    "programme": programme_homes,
    "constraint": constraint_homes,
    "number": number_homes,
    "switch": switch_homes,
    "code": code_homes,
    "change": change_homes,
}
