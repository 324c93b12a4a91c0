"""Who asks for a number of a scenario: the rules whose arguments bear its name, and the files that look it up.

A rule is found by its arguments; a look-up by the path or name that stands in a source, patterns such as
`place.villages_{stratum}` included.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import calibration
from simulator import clock, quarter, simulate
from simulator.interventions import KINDS
from simulator.rules import SOURCES, Rule

ROOMS = (SOURCES, Path(calibration.__file__).parent)
KIND_FILES = "interventions/"
TARGET_FILES = ("targets.py", "reckoning.py", "constraints.py", "jackknife.py")
# A pattern with fewer letters of its own than this, such as `{kind}_{term}`, would match anything.
LEAST_LETTERS = 5


@dataclass
class Source:
    """What a file looks up: `constants` are all strings in it, `keys` those it subscripts or gets by, `patterns` its
    f-strings as regular expressions."""

    name: str
    constants: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    patterns: list[re.Pattern[str]] = field(default_factory=list)

    def names(self, path: str) -> bool:
        """Whether the file names a path in full."""
        return path in self.constants or self._matches(path)

    def looks_up(self, name: str) -> bool:
        """Whether the file looks a bare name up."""
        return name in self.keys or self._matches(name)

    def _matches(self, text: str) -> bool:
        return any(pattern.fullmatch(text) for pattern in self.patterns)


def all_rules() -> list[Rule]:
    """Every rule of the simulator, by file and name."""
    modules = {rule_or_kind.__module__ for rule_or_kind in (clock, quarter, simulate) if hasattr(rule_or_kind, "__module__")}
    return sorted(_rules(modules), key=rule_name)
