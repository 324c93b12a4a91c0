"""Brings the files of a scenario together and finds every fault in them, before anything is built."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scenarios import simulated
from scenarios.draws import Draws, read_draws
from scenarios.faults import Fault, closest, fault
from scenarios.layers import Layers
from scenarios.reader import Source, Tree, packaged, read
from scenarios.rules import check_kinds, check_place, check_programme, check_wholes, check_without, lacking
from scenarios.shape import check_shape
from scenarios.vocabulary import Vocabulary

MODEL, KINDS = "model.yaml", "kinds.yaml"


@dataclass
class Files:
    """The files of one scenario, as they were read."""

    model: Tree
    kinds: Tree
    place: Tree
    programme: Tree
    changes: tuple[Tree, ...] = ()


@dataclass
class Resolution:
    """The layers of a scenario laid over one another, its admissible draws, and every fault found on the way."""

    files: Files
    layers: Layers
    draws: Draws
    without: tuple[str, ...]
    added: tuple[str, ...]
    faults: list[Fault]


def open_file(source: Source, due: str = "") -> Tree:
    """Read a file and check its shape. With `due`, a file of another kind is a fault."""
    tree = read(source)
    if due and tree.kind and tree.kind != due:
        tree.blame(("kind",), "wrong_kind", due=due, kind=tree.kind)
        tree.data = {}
    check_shape(tree)
    return tree


def companion(of: Source, folder: str, name: str) -> Source | None:
    """The file `name` that goes with another: beside it or in the neighbouring `folder`, else of the package."""
    nearby = [of.beside(f"{where}{name}") for where in ("", folder, "../", f"../{folder}")]
    shipped = packaged(f"{folder}{name}")
    found = next((source for source in [*nearby, shipped] if source.path.is_file()), None)
    return shipped if found and shipped.path.is_file() and found.path.samefile(shipped.path) else found


def open_model(of: Source) -> Tree:
    """The behavioural parameters that go with a file."""
    return open_file(companion(of, "", MODEL) or packaged(MODEL), "model")


def open_kinds(programme: Tree, added: Sequence[str] = ()) -> Tree:
    """The kinds' defaults that go with a programme; an empty tree if it states every term itself and is given no kind
    it lacks."""
    if not lacking(programme, added):
        return Tree(programme.source)
    return open_file(companion(programme.source, "", KINDS) or packaged(KINDS), "kinds")


def open_place(programme: Tree) -> Tree:
    """The place a programme names; an empty tree, the reason noted, if there is none."""
    name = programme.data.get("place")
    if not isinstance(name, str):
        return Tree(programme.source)
    found = companion(programme.source, "places/", f"{name}.yaml")
    if found is None:
        known = [path.stem for path in packaged("places").path.glob("*.yaml")]
        programme.blame(("place",), "missing_file", known=closest(name, known))
        return Tree(programme.source)
    return open_file(found, "place")


def resolve(
    files: Files,
    words: Vocabulary,
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
    added: Sequence[str] = (),
) -> Resolution:
    """Lay model, place, kinds' defaults, programme, changes and command line over one another."""
    defaults = lacking(files.programme, added)
    layers = Layers(words)
    for tree in (files.model, files.place):
        layers.lay(tree)
    layers.lay_defaults(files.kinds, defaults)
    layers.lay(files.programme)
    check_place(files.place)
    check_kinds(files.kinds, words, defaults)
    check_programme(files.programme, files.place, files.kinds, words)
    interventions = files.programme.part("interventions")
    for change in files.changes:
        _check_change(change, interventions)
        layers.lay(change)
    faults = layers.set_from_command_line(sets)
    faults += _check_named("--without", without, interventions)
    faults += _check_named("--with", added, files.kinds.part("interventions") or simulated.kinds())
    draws, draw_faults = draws_of(files.place, layers, whole=True)
    trees = (files.programme, *files.changes, files.kinds, files.place, files.model)
    found = [*gather(trees), *draw_faults, *faults]
    found += check_wholes(layers, files.programme)
    left_out = [kind for change in files.changes for kind in change.entries("without")]
    fresh = tuple(kind for kind in dict.fromkeys(added) if kind not in interventions)
    return Resolution(files, layers, draws.leaving_out(layers.above_place), (*left_out, *without), fresh, found)


def draws_of(place: Tree, layers: Layers, *, whole: bool) -> tuple[Draws, list[Fault]]:
    """The admissible set of a place, if it names one."""
    name = place.data.get("draws")
    if not isinstance(name, str) or not name:
        return Draws(), []
    known = layers.known - set(layers.switches) - set(layers.series)
    return read_draws(place.source.beside(name), known, whole)


def gather(trees: Iterable[Tree]) -> list[Fault]:
    """The faults of several files, each once, file by file and down the lines."""
    once: dict[Fault, None] = {}
    for tree in trees:
        once.update(dict.fromkeys(sorted(tree.faults)))
    return list(once)


def _check_change(change: Tree, interventions: Iterable[str]) -> None:
    def blame(index: int, kind: str, known: str) -> None:
        change.blame(("without", index), "unknown_intervention", name=kind, known=known)

    check_without(change.entries("without"), interventions, blame)


def _check_named(option: str, kinds: Sequence[str], interventions: Iterable[str]) -> list[Fault]:
    faults: list[Fault] = []

    def blame(index: int, kind: str, known: str) -> None:
        faults.append(fault(option, (index + 1, 1), "unknown_intervention", name=kind, known=known))

    check_without(kinds, interventions, blame)
    return faults
