"""Reads one YAML 1.2 file into plain data that still knows on which line everything stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from scenarios.faults import Fault, closest, fault

KINDS = ("model", "kinds", "place", "programme", "change", "documents", "units", "catalogue", "study")

Location = tuple[Any, ...]
Position = tuple[int, int]

_TAG = "tag:yaml.org,2002:"
_BASES = {"0x": 16, "0o": 8, "0b": 2}


@dataclass(frozen=True)
class Source:
    """A file of the package, or of the user. `name` is how messages call it."""

    name: str
    path: Path

    def beside(self, name: str) -> Source:
        """The file `name` in the same folder."""
        folder = self.name.rpartition("/")[0]
        return Source(f"{folder}/{name}" if folder else name, self.path.parent / name)


def packaged(name: str) -> Source:
    """A file that comes with the package, `places/zhejiang.yaml` say, wherever the package is installed."""
    return Source(f"scenarios/{name}", Path(str(files("scenarios"))) / name)


@dataclass
class Tree:
    """One file as plain data. `keys` and `values` give line and column of what stands at a location, a tuple of
    keys and list indices from the top."""

    source: Source
    data: dict[Any, Any] = field(default_factory=dict)
    keys: dict[Location, Position] = field(default_factory=dict)
    values: dict[Location, Position] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind of file, as its first key says; empty if it does not."""
        kind = self.data.get("kind")
        return kind if isinstance(kind, str) and kind in KINDS else ""

    def position(self, location: Location, at_key: bool = False) -> Position:
        """Where the value (or, with `at_key`, the key) at a location stands; of the nearest part that exists."""
        first, second = (self.keys, self.values) if at_key else (self.values, self.keys)
        while location:
            found = first.get(location) or second.get(location)
            if found:
                return found
            location, first, second = location[:-1], self.keys, self.values
        return (1, 1)

    def origin(self, location: Location) -> str:
        """`file:line:column` of a location."""
        line, column = self.position(location, at_key=True)
        return f"{self.source.name}:{line}:{column}"

    def blame(self, location: Location, message: str, *, at_key: bool = False, **words: object) -> None:
        """Note a fault at a location."""
        self.faults.append(fault(self.source.name, self.position(location, at_key), message, **words))

    def part(self, *location: Any) -> Mapping[Any, Any]:
        """The mapping at a location; empty if there is none, so that later checks need not ask."""
        here = self._at(location)
        return here if isinstance(here, dict) else {}

    def entries(self, *location: Any) -> Sequence[Any]:
        """The list at a location; empty if there is none."""
        here = self._at(location)
        return here if isinstance(here, list) else ()

    def has_part(self, *location: Any) -> bool:
        """True if a mapping, be it empty, stands at a location."""
        return isinstance(self._at(location), dict)

    def _at(self, location: Location) -> Any:
        here: Any = self.data
        for step in location:
            here = here.get(step) if isinstance(here, dict) else None
        return here


def read(source: Source) -> Tree:
    """The file as a tree. What is wrong with it as YAML stands in `faults` of the tree; nothing is raised."""
    tree = Tree(source)
    text = read_text(source, tree.faults)
    if text is None:
        return tree
    try:
        yaml = YAML(typ="rt")
        yaml.composer.warn_double_anchors = False
        node = yaml.compose(text)
        if node is None:
            tree.blame((), "empty", known=" | ".join(KINDS))
        elif not isinstance(node, MappingNode):
            tree.blame((), "not_a_mapping", known=" | ".join(KINDS))
        else:
            tree.data = _plain(tree, node, (), set())
            _look_at_kind(tree)
    except _AliasUsedError:
        tree.data = {}
    except RecursionError:
        tree.blame((), "too_deep")
    except YAMLError as error:
        tree.faults.append(_syntax_fault(source.name, text, error))
    return tree


def read_text(source: Source, faults: list[Fault]) -> str | None:
    """The text of a file, or None with the reason added to `faults`."""
    start = (1, 1)
    try:
        if source.path.is_dir():
            faults.append(fault(source.name, start, "directory"))
            return None
        content = source.path.read_bytes()
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        faults.append(fault(source.name, start, "missing_file", known="", known_en=""))
    except UnicodeDecodeError as error:
        before = content[: error.start]
        position = (before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        faults.append(fault(source.name, position, "not_utf8"))
    except (OSError, ValueError) as error:
        faults.append(fault(source.name, start, "unreadable", reason=type(error).__name__))
    return None


def _look_at_kind(tree: Tree) -> None:
    if "kind" not in tree.data:
        tree.blame((), "no_kind", known=" | ".join(KINDS))
    elif not tree.kind:
        tree.blame(("kind",), "unknown_kind", kind=tree.data["kind"], known=closest(tree.data["kind"], KINDS))


def _syntax_fault(name: str, text: str, error: YAMLError) -> Fault:
    if isinstance(error, ReaderError):
        before = text[: error.position]
        position = (before.count("\n") + 1, error.position - before.rfind("\n"))
        return fault(name, position, "syntax", reason="control character")
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    position = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = str(getattr(error, "problem", None) or error).splitlines()[0]
    return fault(name, position, "tab" if "\\t" in reason else "syntax", reason=reason)


class _AliasUsedError(Exception):
    """The file refers to a part of itself: it cannot be read as plain data."""


def _plain(tree: Tree, node: Node, location: Location, seen: set[int]) -> Any:
    """The data of a node, its positions noted. A node met twice was referred to by an alias."""
    tree.values[location] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if id(node) in seen:
        tree.blame(location, "alias", at_key=True)
        raise _AliasUsedError
    seen.add(id(node))
    if isinstance(node, MappingNode):
        return dict(_pairs(tree, node, location, seen))
    if isinstance(node, SequenceNode):
        return [_plain(tree, part, (*location, index), seen) for index, part in enumerate(node.value)]
    return _scalar(node) if isinstance(node, ScalarNode) else str(node.tag)


def _pairs(tree: Tree, node: MappingNode, location: Location, seen: set[int]) -> Iterator[tuple[Any, Any]]:
    for key_node, value_node in node.value:
        key = _scalar(key_node) if isinstance(key_node, ScalarNode) else str(key_node.tag)
        here = (*location, key)
        position = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if here in tree.keys:
            first = tree.keys[here][0]
            tree.faults.append(fault(tree.source.name, position, "duplicate_key", key=key, first=first))
            continue
        tree.keys[here] = position
        yield key, _plain(tree, value_node, here, seen)


def _scalar(node: ScalarNode) -> Any:
    """Null, truth value, whole number, number or text, as YAML 1.2 has it: `no`, `on` and dates are text."""
    text = str(node.value)
    tag = str(node.tag).removeprefix(_TAG)
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in ("true", "yes", "on")
    try:
        if tag == "int":
            return _whole(text)
        if tag == "float":
            return float(re.sub(r"\.(inf|nan)$", r"\1", text.replace("_", ""), flags=re.IGNORECASE))
    except ValueError:  # tagged as a number by hand (!!int x)
        return text
    return text


def _whole(text: str) -> int | float:
    digits = text.replace("_", "")
    unsigned = digits.lstrip("+-").lower()
    if unsigned[:2] in _BASES:
        return int(unsigned[2:], _BASES[unsigned[:2]]) * (-1 if digits.startswith("-") else 1)
    # int() refuses more than 4,300 digits; as a number that long is infinite anyway
    return int(digits) if len(unsigned) <= 300 else float(digits)
