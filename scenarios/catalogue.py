"""Scenarios by name: what there is, and which file a name or a path means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.faults import ScenarioFaults, closest, fault
from scenarios.reader import Source, Tree, packaged, read
from scenarios.resolve import open_file
from scenarios.vocabulary import Vocabulary, vocabulary


@dataclass(frozen=True)
class Listed:
    """One line of `fupin list`. `place` and `years` of a change are those of its `programme`."""

    name: str
    kind: str
    title_zh: str
    title_en: str
    years: tuple[int, int]
    place: str
    programme: str


def default_programme() -> str:
    """The programme that is run when none is named."""
    return vocabulary().catalogue.default


def listing() -> list[Listed]:
    """Programmes and changes of the catalogue, programmes first. Raises ScenarioFaults if one of them is faulty."""
    words = vocabulary()
    programmes = {name: _opened(find(name, words), "programme") for name in words.catalogue.programmes}
    listed = [_listed(name, tree, tree, name) for name, tree in programmes.items()]
    for name in words.catalogue.changes:
        tree = _opened(find(name, words), "change")
        base = tree.data.get("programme", words.catalogue.default)
        listed.append(_listed(name, tree, programmes[base], base))
    return listed


def find(name_or_path: str | Path, words: Vocabulary) -> Source:
    """The file meant by a name of the catalogue or by a path. Raises ScenarioFaults if it means neither."""
    text = str(name_or_path)
    catalogue = words.catalogue
    entry = {**catalogue.changes, **catalogue.programmes}.get(text)
    if entry:
        return packaged(entry.file)
    if Path(text).suffix in (".yaml", ".yml") or Path(text).exists():
        return Source(text, Path(text))
    known = closest(text, [*catalogue.programmes, *catalogue.changes])
    raise ScenarioFaults([fault(text, (1, 1), "missing_file", known=known)])


def kind_of(name_or_path: str | Path) -> str:
    """The kind of file a name or a path means, as its first key says; empty if it says none. Raises ScenarioFaults if
    it means no file."""
    return read(find(name_or_path, vocabulary())).kind


def _opened(source: Source, due: str) -> Tree:
    tree = open_file(source, due)
    if tree.faults:
        raise ScenarioFaults(tree.faults)
    return tree


def _listed(name: str, tree: Tree, programme: Tree, base: str) -> Listed:
    title = tree.part("title")
    first, last = programme.data["years"]
    return Listed(name, tree.kind, title["zh"], title["en"], (first, last), programme.data["place"], base)
