"""Turns what pydantic finds wrong with the shape of a file into faults with a place and a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenarios.faults import closest
from scenarios.reader import Location, Tree
from scenarios.schema import FILES, Part

TO_FILL_IN = "待填"
"""What a new place file says where only the county knows the number."""
_DUE = {
    "float_type": "due_number",
    "int_type": "due_whole",
    "int_from_float": "due_whole",
    "string_type": "due_text",
    "list_type": "due_list",
    "dict_type": "due_mapping",
    "model_type": "due_mapping",
    "model_attributes_type": "due_mapping",
}


def check_shape(tree: Tree) -> None:
    """Note every fault of shape in `tree.faults`: unknown and missing keys, and values of the wrong sort."""
    if not tree.kind:
        return
    try:
        FILES[tree.kind].model_validate(tree.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(tree, detail)
    blamed = {(fault.line, fault.column) for fault in tree.faults}
    for location in _nothings(tree.data, ()):
        if tree.position(location) not in blamed and tree.position(location, at_key=True) not in blamed:
            tree.blame(location, "nothing_written", key=location[-1])


def _nothings(data: Any, location: Location) -> Iterator[Location]:
    """Where a key has no value: pydantic lets that pass for what may be left out."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, part in parts:
        if part is None:
            yield (*location, step)
        else:
            yield from _nothings(part, (*location, step))


def _note(tree: Tree, detail: ErrorDetails) -> None:
    location = _follow(tree.data, detail["loc"])
    kind, got = detail["type"], detail["input"]
    special = _SPECIAL.get(kind)
    if special:
        special(tree, location, detail)
    elif kind == "model_type" and isinstance(got, int | float) and not isinstance(got, bool):
        tree.blame(location, "bare_number", got=got)
    elif kind in _DUE and got == TO_FILL_IN:
        tree.blame(location, "not_filled_in", key=".".join(map(str, location[1:-1])) or location[-1])
    elif kind in _DUE:
        tree.blame(location, _DUE[kind], got_zh=called(got, "zh"), got_en=called(got, "en"), fix=_instead(got, kind))
    else:
        tree.blame(location, "other_shape", reason=detail["msg"])


def _follow(data: Any, loc: tuple[int | str, ...]) -> Location:
    """pydantic's location as ours: without the names of union branches and of keys it adds."""
    location: list[Any] = []
    for step in loc:
        known = (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int))
        if known:
            data = data[step]
            location.append(step)
    return tuple(location)


def _unknown_key(tree: Tree, location: Location, detail: ErrorDetails) -> None:
    known = _keys_allowed(FILES[tree.kind], location)
    tree.blame(location, "unknown_key", at_key=True, key=location[-1], known=closest(location[-1], known))


def _missing_key(tree: Tree, location: Location, detail: ErrorDetails) -> None:
    missing = detail["loc"][-1]
    if missing == "unit":
        tree.blame(location, "missing_unit", at_key=True, known="yuan | share | ...")
    else:
        tree.blame(location, "missing_key", at_key=True, key=missing)


def _not_a_choice(tree: Tree, location: Location, detail: ErrorDetails) -> None:
    choices = [part.strip("'") for part in detail["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    tree.blame(location, "not_a_choice", got=_shown(detail["input"]), known=" | ".join(choices))


def _pattern(tree: Tree, location: Location, detail: ErrorDetails) -> None:
    got = detail["input"]
    if "Q" in detail["ctx"]["pattern"]:
        tree.blame(location, "bad_quarter", got=got)
    else:
        tree.blame(location, "bad_name", at_key=detail["loc"][-1] == "[key]", got=got, fix=_as_name(str(got)))


def _as_name(text: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text.lower()).strip("_")
    return words if words[:1].isalpha() else f"x_{words}".rstrip("_")


def _wrong_length(tree: Tree, location: Location, detail: ErrorDetails) -> None:
    pair = location[-1] in ("range", "years")
    tree.blame(location, "due_pair" if pair else "empty_list")


def _empty_text(tree: Tree, location: Location, detail: ErrorDetails) -> None:
    tree.blame(location, "empty_text")


_SPECIAL: dict[str, Callable[[Tree, Location, ErrorDetails], None]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "literal_error": _not_a_choice,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _empty_text,
    "too_short": _wrong_length,
    "too_long": _wrong_length,
}


def called(got: object, lang: str) -> str:
    """What a wrong value is called, with the value itself where it is short."""
    names = {
        bool: ("真假值", "the truth value"),
        str: ("文字", "the text"),
        int: ("数字", "the number"),
        float: ("数字", "the number"),
        list: ("列表", "a list"),
        dict: ("一组键值", "a mapping"),
    }
    zh, en = names.get(type(got), ("空值", "nothing"))
    shown = "" if got is None or isinstance(got, list | dict) else f" {_shown(got)}"
    return (zh if lang == "zh" else en) + shown


def _shown(got: object) -> str:
    text = {True: "true", False: "false"}.get(got) if isinstance(got, bool) else str(got)
    return f"{text}"[:60]


def _instead(got: object, kind: str) -> str:
    """What to write for a value of the wrong sort, where it can be told from the value."""
    if kind == "string_type":
        return f'"{_shown(got)}"' if isinstance(got, int | float) else "..."
    text = str(got).replace(",", "").replace("\uff0c", "").strip()
    number = text.removesuffix("%")
    if isinstance(got, str) and number.replace(".", "", 1).isdigit():
        return f"{float(number) / 100:g}" if text.endswith("%") else number
    return "2018" if kind.startswith("int") else "0.5"


def _keys_allowed(annotation: Any, location: Location) -> list[str]:
    """The keys a file may have where its last one, an unknown one, stands."""
    here = _branches(annotation)
    for step in location[:-1]:
        here = [branch for part in here for branch in _inside(part, step)]
    return [key for part in here if _is_part(part) for key in part.model_fields]


def _inside(part: Any, step: Any) -> list[Any]:
    if _is_part(part):
        return _branches(part.model_fields[step].annotation) if step in part.model_fields else []
    return _branches(get_args(part)[-1]) if get_origin(part) in (dict, list) else []


def _branches(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _branches(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [branch for part in get_args(annotation) for branch in _branches(part)]
    return [] if origin is Literal else [annotation]


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)
