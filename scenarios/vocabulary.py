"""What a file may say: units and what is impossible in them, and clause codes; the names that can be called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from scenarios.faults import ScenarioFaults, closest
from scenarios.reader import Location, Source, Tree, packaged, read
from scenarios.schema import CatalogueFile, DocumentsFile, Limit, Term, UnitsFile, Whole
from scenarios.shape import check_shape


@dataclass(frozen=True)
class Vocabulary:
    """Units, documents and catalogue, each checked."""

    units: UnitsFile
    documents: DocumentsFile
    catalogue: CatalogueFile
    catalogue_source: Source

    @property
    def clauses(self) -> frozenset[str]:
        """Every clause code that may be cited."""
        return frozenset(code for document in self.documents.documents.values() for code in document.clauses)

    def canonical_unit(self, unit: str) -> str | None:
        """The unit with every word in the singular (`hours/year` -> `hour/year`); None if a word is unknown."""
        words = []
        for word in unit.split("/"):
            known = next((form for form in (word, word.removesuffix("s")) if form in self.units.words), None)
            if known is None:
                return None
            words.append(known)
        return "/".join(words)

    def known_units(self) -> list[str]:
        """The units to suggest: single words and those usual in the terms."""
        return sorted({*self.units.words, *(unit for term in self.units.terms for unit in term.units or ())})

    def term(self, path: str) -> Term | None:
        """What the name of the number at `path` says of it."""
        return next((term for term in self.units.terms if fnmatchcase(path, term.path)), None)

    def limits(self, path: str, unit: str) -> list[Limit]:
        """What is impossible for the number at `path`, in a canonical unit."""
        by_name, by_unit = self.term(path), self.units.limits.get(unit)
        return [limit for limit in (by_name, by_unit) if limit is not None]

    def wholes(self, paths: Iterable[str], fund_of: Mapping[str, str]) -> list[tuple[Whole, list[str]]]:
        """Groups of paths that are shares of one whole. `fund_of` gives the fund of an intervention or indicator."""
        groups = []
        for whole in self.units.wholes:
            members: dict[str, list[str]] = {}
            for part in whole.paths.split(" + "):
                pattern = re.escape(part).replace(r"\*", "[^.]*").replace("<fund>", "(?P<kind>[^.]*)")
                for match in filter(None, (re.fullmatch(pattern, path) for path in paths)):
                    kind = match.groupdict().get("kind", "")
                    members.setdefault(fund_of.get(kind, kind), []).append(match.string)
            groups += [(whole, group) for group in members.values()]
        return groups


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that comes with the package. Raises ScenarioFaults if one of its files is faulty."""
    trees = [read(packaged(name)) for name in ("units.yaml", "documents.yaml", "catalogue.yaml")]
    for tree in trees:
        check_shape(tree)
    faults = [fault for tree in trees for fault in tree.faults]
    if faults:
        raise ScenarioFaults(faults)
    units, documents, catalogue = trees
    return Vocabulary(
        UnitsFile.model_validate(units.data),
        DocumentsFile.model_validate(documents.data),
        CatalogueFile.model_validate(catalogue.data),
        catalogue.source,
    )


def check_vocabulary(tree: Tree) -> None:
    """Note what is wrong in meaning with a units, documents or catalogue file whose shape is right."""
    if tree.kind == "documents":
        for name, document in tree.part("documents").items():
            for code in document["clauses"]:
                if not str(code).startswith(f"{name}-"):
                    location = ("documents", name, "clauses", code)
                    tree.blame(location, "unknown_clause", at_key=True, clause=code, known=f"{name}-...")
    if tree.kind == "units":
        _check_terms(tree)
    if tree.kind == "catalogue":
        for part in ("programmes", "changes"):
            for name, entry in tree.part(part).items():
                if not tree.source.beside(entry["file"]).path.is_file():
                    tree.blame((part, name, "file"), "missing_file", known=f"{part}/{name}.yaml")
        if tree.data["default"] not in tree.part("programmes"):
            known = " | ".join(tree.part("programmes"))
            tree.blame(("default",), "not_nameable", name=tree.data["default"], known=known)


def _check_terms(tree: Tree) -> None:
    units = UnitsFile.model_validate(tree.data)
    vocabulary_read = Vocabulary(units, DocumentsFile(kind="documents", documents={}), _NO_NAMES, tree.source)
    places: list[tuple[Location, str]] = [(("limits", unit), unit) for unit in units.limits]
    for number, term in enumerate(units.terms):
        places += [(("terms", number, "units", index), unit) for index, unit in enumerate(term.units or ())]
    for location, unit in places:
        if vocabulary_read.canonical_unit(unit) is None:
            tree.blame(location, "unknown_unit", at_key=True, unit=unit, known=closest(unit, units.words))


_NO_NAMES = CatalogueFile(kind="catalogue", default="none", programmes={})
