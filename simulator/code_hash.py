"""A hash of what a function does: its compiled code, not its text, so that a comment changes nothing.

In it are, taken apart to the end: code and constants, names and arguments, defaults, the values of its closure, the
module's values that it names, and the functions it calls. Of values only those count that are the same whenever one
looks: numbers, words, tuples, and arrays where a rule is compiled, since compiling freezes them. A list, dict or array
of a plain function may gather results while it runs, and counts by its type alone. Functions of the simulator and of
libraries count by name: a run's identity has their versions.
"""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from simulator.rules import Rule

PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)


def code_hash(function: Rule | Callable[..., Any]) -> str:
    """Hash of a function or rule, 64 hexadecimal digits."""
    text = _told(function, isinstance(function, Rule), set(), True)
    return hashlib.sha256(text.encode()).hexdigest()


def _told(value: Any, frozen: bool, seen: set[int], own: bool = False) -> str:
    """A value in words. `frozen`: arrays count; `own`: a function counts wherever it comes from."""
    value = _bare(value)
    if isinstance(value, FunctionType):
        if id(value) in seen or not (own or _written_here(value)):
            return f"{value.__module__}.{value.__qualname__}"
        seen.add(id(value))
        return f"function({'; '.join(_told(part, frozen, seen) for part in _parts(value))})"
    if isinstance(value, functools.partial):
        held = (value.func, value.args, tuple(sorted(value.keywords.items())))
        return f"partial({_told(held, frozen, seen)})"
    if isinstance(value, CodeType):
        return _told(_of_code(value), frozen, seen)
    if isinstance(value, tuple):
        return f"({', '.join(_told(one, frozen, seen) for one in value)})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(_told(one, frozen, seen) for one in value))}}}"
    if frozen and isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {value.tobytes().hex()}"
    if isinstance(value, PLAIN):
        return f"{type(value).__name__} {value!r}"
    named = value if hasattr(value, "__qualname__") else type(value)
    return f"{named.__module__}.{named.__qualname__}"


def _bare(value: Any) -> Any:
    """The Python function within a rule, a compiled helper or a method; anything else as it is."""
    if isinstance(value, Rule):
        return value.plain
    if isinstance(value, MethodType):
        return value.__func__
    inner = getattr(value, "py_func", None)
    return inner if isinstance(inner, FunctionType) else value


def _written_here(function: FunctionType) -> bool:
    """Whether a function is the researcher's: neither of the simulator nor of a library."""
    package = function.__module__.partition(".")[0] if function.__module__ else ""
    library = package in sys.stdlib_module_names and package != "__main__"
    return not library and package != "simulator" and "site-packages" not in function.__code__.co_filename


def _of_code(code: CodeType) -> tuple[Any, ...]:
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    shape = (code.co_argcount, code.co_kwonlyargcount, code.co_flags)
    return (code.co_code, code.co_exceptiontable, shape, names, *code.co_consts)


def _parts(function: FunctionType) -> Iterator[Any]:
    """What a function is made of: code, defaults, closure, and the module's values it names."""
    yield function.__code__
    yield function.__defaults__
    yield tuple(sorted((function.__kwdefaults__ or {}).items()))
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            yield "empty"
    names = sorted(_named(function.__code__))
    for name in names:
        if name in function.__globals__:
            value = function.__globals__[name]
            yield name
            yield _of_module(value, names) if isinstance(value, ModuleType) else value


def _named(code: CodeType) -> set[str]:
    """The names a code and those within it ask for."""
    inner = [_named(one) for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*inner)


def _of_module(module: ModuleType, names: list[str]) -> tuple[Any, ...]:
    """A module's values under names that the function uses."""
    found = vars(module)
    return (module.__name__, *((name, found[name]) for name in names if isinstance(found.get(name, found), PLAIN)))
