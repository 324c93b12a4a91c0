"""The one way answers are written: fixed key order, UTF-8, floats of ten significant digits, a newline at the end."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

DIGITS = 10


def text(value: Any) -> str:
    """JSON of a nest of mappings, sequences, numbers and strings. What is not a finite number is null."""
    return json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """The same nest in Python's own types, floats rounded."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") + 0.0 if math.isfinite(value) else None
    return value


def flat(nest: Mapping[str, Any], prefix: str = "", ends: Sequence[str] = ()) -> dict[str, Any]:
    """A nest of mappings as one, by dotted names; a list is taken apart by the names of its `ends`, if any."""
    found: dict[str, Any] = {}
    for name, value in nest.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.", ends)
        elif isinstance(value, list) and ends:
            found |= {f"{prefix}{name}.{end}": item for end, item in zip(ends, value, strict=False)}
        else:
            found[prefix + name] = value
    return found


def write(path: Path, value: Any) -> None:
    """Write a file that is either whole or not there."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(text(value), encoding="utf-8", newline="\n")
    os.replace(draft, path)
