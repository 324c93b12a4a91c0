"""The two doors: `load` a scenario to run it, `check` a file to see what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from scenarios.catalogue import find
from scenarios.faults import Fault, ScenarioFaults, closest
from scenarios.layers import Layers
from scenarios.loaded import Loaded, build
from scenarios.reader import Source, Tree
from scenarios.resolve import (
    Files,
    Resolution,
    companion,
    draws_of,
    gather,
    open_file,
    open_kinds,
    open_model,
    open_place,
    resolve,
)
from scenarios.rules import check_kinds, check_place
from scenarios.simulated import kind_called
from scenarios.studies import check_study
from scenarios.vocabulary import Vocabulary, check_vocabulary, vocabulary


def load(
    name_or_path: str | Path,
    change: str | Path | None = None,
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
    added: Sequence[str] = (),
) -> Loaded:
    """The scenario of a programme, or of a change and the programme it changes, with the source of every number.

    `name_or_path` and `change` are names of the catalogue or paths to YAML files; `sets` are texts `path=value`;
    `without` are kinds of intervention left out, by name or code, `added` kinds the programme is given at their
    defaults where it lacks them (`with_kinds`). Precedence: the command line overrides the change,
    the change overrides the programme, the programme overrides the kinds' defaults and the place, and the place
    overrides the model. A path set above the place is no longer drawn from the place's admissible set.

    Raises ScenarioFaults with every fault of these files and of the files they pull in.
    """
    words = vocabulary()
    asked = [open_file(find(name, words)) for name in (name_or_path, change) if name is not None]
    left_out, given = ([kind_called(name) for name in names] for names in (without, added))
    resolution = _resolve(asked, words, sets, left_out, given)
    if resolution.faults:
        raise ScenarioFaults(resolution.faults)
    return build(resolution, tuple(sets))


def check(path: str | Path) -> list[Fault]:
    """Every fault of a file of any kind under scenarios/ and of the files it pulls in; empty if there is none."""
    tree = open_file(Source(str(path), Path(path)))
    if not tree.kind:
        return gather([tree])
    try:
        return _CHECKS[tree.kind](tree)
    except ScenarioFaults as other:
        return list(dict.fromkeys([*gather([tree]), *other.faults]))


def _resolve(
    asked: list[Tree],
    words: Vocabulary,
    sets: Sequence[str] = (),
    without: Sequence[str] = (),
    added: Sequence[str] = (),
) -> Resolution:
    """Resolve a programme and changes, or changes alone with the programme the first of them names."""
    for tree in asked:
        if not tree.kind:
            raise ScenarioFaults(gather(asked))
    programme = asked[0] if asked[0].kind != "change" else _base(asked[0], words)
    changes = [tree for tree in asked if tree is not programme]
    for tree, due in [(programme, "programme"), *((change, "change") for change in changes)]:
        if tree.kind != due:
            tree.blame(("kind",), "wrong_kind", due=due, kind=tree.kind)
            raise ScenarioFaults(gather([tree]))
    model, kinds, place = open_model(programme.source), open_kinds(programme, added), open_place(programme)
    files = Files(model, kinds, place, programme, tuple(changes))
    return resolve(files, words, sets, without, added)


def _base(change: Tree, words: Vocabulary) -> Tree:
    """The programme a change belongs to: the one it names, else the default of the catalogue."""
    named = change.data.get("programme")
    name = named if isinstance(named, str) else words.catalogue.default
    found = companion(change.source, "programmes/", f"{name}.yaml")
    if found is None:
        change.blame(("programme",), "missing_file", known=closest(name, words.catalogue.programmes))
        raise ScenarioFaults(gather([change]))
    return open_file(found, "programme")


def _check_scenario(tree: Tree) -> list[Fault]:
    return _resolve([tree], vocabulary()).faults


def _check_model(tree: Tree) -> list[Fault]:
    Layers(vocabulary()).lay(tree)
    return gather([tree])


def _check_kinds(tree: Tree) -> list[Fault]:
    Layers(vocabulary()).lay(tree)
    check_kinds(tree, vocabulary())
    return gather([tree])


def _check_place(tree: Tree) -> list[Fault]:
    layers, model = Layers(vocabulary()), open_model(tree.source)
    layers.lay(model)
    layers.lay(tree)
    check_place(tree)
    _, faults = draws_of(tree, layers, whole=False)
    return [*gather([tree]), *faults, *gather([model])]


def _check_vocabulary(tree: Tree) -> list[Fault]:
    if not tree.faults:
        check_vocabulary(tree)
    return gather([tree])


def _check_study(tree: Tree) -> list[Fault]:
    check_study(tree, vocabulary())
    return gather([tree])


_CHECKS: dict[str, Callable[[Tree], list[Fault]]] = {
    "model": _check_model,
    "kinds": _check_kinds,
    "place": _check_place,
    "programme": _check_scenario,
    "change": _check_scenario,
    "documents": _check_vocabulary,
    "units": _check_vocabulary,
    "catalogue": _check_vocabulary,
    "study": _check_study,
}
