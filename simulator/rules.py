"""How a rule is compiled and bound.

A rule is a loop over columns, compiled by Numba without the interpreter lock; its arguments are named after the
columns, parameters and terms it reads and writes, so the signature is its documentation and binding it is looking
the names up. Compiled code is cached on disk in a folder named by a hash of the rule's own file and of every file of
the simulator it imports, directly or not: Numba's own check sees only the file of the function it compiles, not an
edited helper in another file.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numba
import platformdirs

SOURCES = Path(__file__).parent
# Imports that matter to compiled code stand at the left margin; an indented one serves type checking only.
IMPORTED = re.compile(r"^from (simulator[.\w]*) import (?:\(([^)]*)\)|(.*))$", re.MULTILINE)


@functools.cache
def source_hash(folder: Path = SOURCES) -> str:
    """Hash of the sources in a folder, 16 hexadecimal digits; the simulator's are part of a run's identity."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


@functools.cache
def imports_of(path: Path) -> frozenset[Path]:
    """Files of the simulator that one of them imports."""
    found = set()
    for module, several, one in IMPORTED.findall(path.read_text(encoding="utf-8")):
        folder = SOURCES.joinpath(*module.split(".")[1:])
        names = [name.split(" as ")[0].strip() for name in (several or one).split(",")]
        found |= {folder.with_suffix(".py"), folder / "__init__.py", *(folder / f"{name}.py" for name in names if name)}
    return frozenset(file for file in found if file.is_file())


@functools.cache
def cache_key(path: Path) -> str:
    """Hash of a file and of every file of the simulator it imports, directly or not: its folder of compiled code."""
    closure, ahead = {path}, [path]
    while ahead:
        fresh = imports_of(ahead.pop()) - closure
        closure |= fresh
        ahead += fresh
    digest = hashlib.sha256()
    for file in sorted(closure):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def compiled(function: Callable[..., Any], inline: str = "never") -> Any:
    """Compile a function for use in rules: cached under `cache_key` of its file, no interpreter lock. A function from
    outside the simulator (a script, a prompt, a notebook) is compiled anew in every session: its constants may be set
    from elsewhere, which no hash of files shows."""
    usual = numba.config.CACHE_DIR
    file = Path(inspect.getfile(function))
    if not file.is_file() or SOURCES.resolve() not in file.resolve().parents:
        return numba.njit(nogil=True, error_model="numpy", inline=inline)(function)
    key = cache_key(file)
    numba.config.CACHE_DIR = str(Path(platformdirs.user_cache_dir("fupin", appauthor=False)) / key)
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy", inline=inline)(function)
    finally:
        numba.config.CACHE_DIR = usual


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a function that is written out where it is called: a loop that calls nothing takes several rows at a
    time."""
    return compiled(function, inline="always")


class Rule:
    """A compiled loop with the names of its arguments.

    Calling it with a mapping of names binds and runs it; `seconds` in that mapping, when present, collects the time
    each rule took under `file.rule` (for the benchmark only: times never enter a result).
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.name = function.__name__
        self.module = function.__module__
        self.label = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self.__doc__ = function.__doc__
        self.plain = function
        self.kernel = compiled(function)
        # What an extra rule was compiled with (`extra.hold_constants`).
        self.compiled_as = ""
        self.arguments = tuple(inspect.signature(function).parameters)

    def __call__(self, names: Mapping[str, Any]) -> Any:
        """Run on the columns and numbers in `names`. Raises KeyError naming the rule and the name it lacks."""
        try:
            bound = [names[argument] for argument in self.arguments]
        except KeyError as missing:
            raise KeyError(f"rule {self.module}.{self.name} asks for {missing}, which nothing declares") from None
        timing = names.get("seconds")
        if timing is None:
            return self.kernel(*bound)
        start = time.perf_counter()
        result = self.kernel(*bound)
        timing[self.label] = timing.get(self.label, 0.0) + time.perf_counter() - start
        return result


def rule(function: Callable[..., Any]) -> Rule:
    """Declare a rule: see `Rule`."""
    return Rule(function)
