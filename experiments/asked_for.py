"""Who asks for a number of a scenario: the rules whose arguments bear its name, and the files that look it up.

A rule is found by its arguments; a look-up by the path or name that stands in a source, patterns such as
`place.villages_{stratum}` included.
"""

from __future__ import annotations

import ast
import functools
import importlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import calibration
from simulator.rules import SOURCES, Rule
from simulator.world import PROCESS_SWITCH

# A pattern with fewer letters of its own in its last name than this, such as `{kind}_{term}`, would match anything.
LEAST_LETTERS = 5
# Terms are looked up by their bare names. Those of targets can be meant in these files only, where a kind's terms stand
# beside the kind's own name; otherwise a kind's terms are meant in its own file and in what all kinds share.
OF_TARGETS = {"targets", "reckoning", "constraints", "jackknife"}
OF_ALL_KINDS = {"budgets", "delivery"}
# The terms of funds and of indicators are handed over as a whole, and looked up by their bare names in these files.
OF_BLOCKS = {"funds": {"budgets"}, "indicators": {"indicators", "coverage", "budgets"}}


@dataclass
class Source:
    """What a file looks up: `strings` are all strings in it, `keys` those it subscripts or gets by, `patterns` its
    f-strings as regular expressions, `asked_to_work` the processes it asks whether they are switched on."""

    name: str
    strings: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    asked_to_work: set[str] = field(default_factory=set)

    def matches(self, text: str) -> bool:
        """Whether an f-string of the file can spell the text."""
        return any(pattern.fullmatch(text) for pattern in self.patterns)


def askers(path: str) -> list[str]:
    """The rules (`file.rule`) and files that ask for the number or choice of a path."""
    *owner, name = path.split(".")
    rules = {rule_name(rule) for rule in all_rules() if _takes(rule, owner, name)}
    files = {source.name for source in sources() if _looks_up(source, path, owner, name)}
    return sorted(rules) + sorted(files)


def rule_name(rule: Rule) -> str:
    """`file.rule`."""
    return f"{rule.module.rpartition('.')[2]}.{rule.plain.__name__}"


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the simulator, by file and place in it."""
    rules: list[Rule] = []
    for path in sorted(SOURCES.rglob("*.py")):
        if "\n@rule\n" in path.read_text(encoding="utf-8"):
            name = ".".join(("simulator", *path.relative_to(SOURCES).with_suffix("").parts))
            declared = vars(importlib.import_module(name)).values()
            rules += [thing for thing in declared if isinstance(thing, Rule) and thing.module == name]
    return tuple(rules)


@functools.cache
def sources() -> tuple[Source, ...]:
    """What every file of the simulator and of calibration looks up; readings of targets and constraints go by
    one name each."""
    rooms = {"": SOURCES, "calibration/": Path(str(calibration.__file__)).parent}
    return tuple(
        _read(path, room + (path.parent.name if path.parent.name in ("targets", "constraints") else path.stem))
        for room, folder in rooms.items()
        for path in sorted(folder.rglob("*.py"))
    )


def _takes(rule: Rule, owner: list[str], name: str) -> bool:
    if owner[:2] == ["programme", "interventions"]:
        own = rule.module.rpartition(".")[2] in {owner[2], *OF_ALL_KINDS}
        return f"{owner[2]}_{name}" in rule.arguments or (own and name in rule.arguments)
    return owner in (["model"], ["place"]) and name in rule.arguments


def _looks_up(source: Source, path: str, owner: list[str], name: str) -> bool:
    if path in source.strings or source.matches(path):
        return True
    if path.startswith(PROCESS_SWITCH):
        return path.removeprefix(PROCESS_SWITCH) in source.asked_to_work
    if name == "default_reading":
        return source.name == "targets"
    if owner[0] == "programme" and len(owner) > 1 and owner[1] in OF_BLOCKS:
        return source.name in OF_BLOCKS[owner[1]] and name in source.strings
    if owner[:2] == ["programme", "targets"]:
        return f"{owner[2]}.{name}" in source.strings or (source.name in OF_TARGETS and name in source.strings)
    if owner[:2] == ["programme", "interventions"]:
        own = source.name in {owner[2], *OF_ALL_KINDS} and name in source.keys
        judged = source.name in OF_TARGETS and {owner[2], name} <= source.strings
        return own or judged or f"{owner[2]}_{name}" in source.keys
    return owner in (["model"], ["place"]) and (name in source.keys or source.matches(name))


def _read(path: Path, name: str) -> Source:
    source = Source(name)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            source.strings.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            pattern = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values]
            if len("".join(pattern).rpartition(".")[2].replace(r"\w+", "")) >= LEAST_LETTERS:
                source.patterns.append(re.compile("".join(pattern)))
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            source.keys.add(str(node.slice.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "works":
            source.asked_to_work.add(str(getattr(node.args[-1], "value", "")))
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[-1]).endswith("['off']"):
            source.asked_to_work.add(str(getattr(node.left, "value", "")))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            source.keys.add(str(getattr(node.args[0], "value", "")))
    return source
