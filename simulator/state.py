"""A run saved at the end of a quarter: everything it needs to go on, as one block of bytes.

The block holds the tables, the accounts with their ledger so far, what was recorded, the pin and the key of the draws:
plain data and raw arrays, no code, so that reading it runs nothing. What a run makes anew when it is bound to its
scenario or opens a quarter is left out. A block begins with a checksum of the rest and says which sources of the
simulator, which numpy and numba and which scenario made it; any other refuses it, for there it would be another run.
A run that is packed, unpacked in another process and carried on ends in the same bytes as one that was not.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import struct
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np

from simulator.accounts import Accounts, Commitment
from simulator.calendar import Quarter
from simulator.columns import Table
from simulator.cooperatives import Cooperatives
from simulator.counties import Counties
from simulator.following import Following
from simulator.history import LedgerLine
from simulator.households import Households
from simulator.macro import MacroDraw, MacroPath, Pin
from simulator.members import Members
from simulator.record import Recorder
from simulator.rules import source_hash
from simulator.scenario import Fund, Scenario
from simulator.simulate import Run
from simulator.trail import Trail
from simulator.villages import Villages
from simulator.world import Luck, World
from simulator.yearly import YearSlice

MAGIC = b"FUPINSTATE1\n"
DIGEST = 32
TABLES = (Households, Members, Villages, Counties, Cooperatives)
KNOWN: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (*TABLES, World, Accounts, Commitment, Fund, LedgerLine, Luck, MacroDraw, MacroPath, Pin, Quarter)
} | {kind.__name__: kind for kind in (Recorder, Trail, Following, YearSlice)}
"""All a state may hold beside numbers, words and arrays."""
REMADE = frozenset(
    (
        *("names", "indicators", "extra_rules", "extra_tables"),  # bound to the scenario
        *("reached", "opening", "year_sums", "take_up_luck"),  # made within a quarter, or drawn again to the same
        *("seconds", "treatments"),  # watching only
    )
)


class StateError(Exception):
    """A state that cannot be saved or gone on from. `zh` and `en` say the same thing to a planner."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.zh, self.en = zh, en


def pack_state(run: Run) -> bytes:
    """The block of a run after some of its quarters. Raises StateError for a run with a researcher's own rules: they
    are code, which a state does not hold."""
    if run.world.extra_rules:
        raise StateError("带有自编规则的推演不能存盘。", "a run with extra rules cannot be saved: rules are code.")
    arrays: list[np.ndarray] = []
    pin = None if run.pin is None else list(run.pin.factors.values())
    told = {"world": run.world, "macro": run.macro, "arm": run.arm, "pin": pin}
    plain = _plain(told, arrays, {})
    header = {**made_by(run.scenario), "run": plain, "arrays": [[one.dtype.str, list(one.shape)] for one in arrays]}
    text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    body = zlib.compress(b"".join((len(text).to_bytes(8, "little"), text, *(one.tobytes() for one in arrays))), 1)
    return MAGIC + hashlib.sha256(body).digest() + body


def unpack_state(block: bytes, scenario: Scenario) -> Run:
    """The run of a block, ready to step on. Raises StateError for bytes that are no whole state, and for a state that
    other sources, libraries or another scenario than the one given have made."""
    start = len(MAGIC) + DIGEST
    if not block.startswith(MAGIC):
        raise StateError("这不是 fupin 的存盘文件。", "this is no saved state of fupin.")
    if hashlib.sha256(block[start:]).digest() != block[len(MAGIC) : start]:
        raise StateError("存盘文件已损坏。", "the saved state is damaged: its checksum does not hold.")
    body = zlib.decompress(block[start:])
    end = 8 + int.from_bytes(body[:8], "little")
    header = json.loads(body[8:end])
    due = made_by(scenario)
    if other := [name for name in due if header[name] != due[name]]:
        shown = "; ".join(f"{name} {header[name]} -> {due[name]}" for name in other)
        raise StateError(
            f"存盘时的版本或方案与现在不同（{shown}），请重新存盘。",
            f"the state was saved by other versions or for another scenario ({shown}): save it anew.",
        )
    told = _made(header["run"], _read_arrays(header["arrays"], body, end))
    world, pin = told["world"], told["pin"]
    factors = None if pin is None else np.array(pin)
    return Run(world, scenario, world.luck, told["macro"], told["arm"], factors, under_way=True)


def write_state(run: Run, path: Path) -> None:
    """Keep a run in a file that is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + f".{os.getpid()}.part")
    try:
        with draft.open("wb") as stream:
            stream.write(pack_state(run))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def made_by(scenario: Scenario) -> dict[str, str]:
    """What must be the same for a state to be gone on from."""
    versions = {"simulator": source_hash(), "numpy": np.__version__, "numba": numba.__version__}
    return {**versions, "scenario": scenario_hash(scenario)}


def scenario_hash(scenario: Scenario) -> str:
    """Hash of everything a scenario tells, whatever the order in which its numbers stand; 16 hexadecimal digits."""
    told = [(entry.name, _in_order(getattr(scenario, entry.name))) for entry in fields(scenario)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _in_order(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((key, _in_order(held)) for key, held in value.items())
    if isinstance(value, frozenset):
        return sorted(value)
    return float(value) if isinstance(value, float) else value


def _plain(value: Any, arrays: list[np.ndarray], seen: dict[int, int]) -> Any:
    """A value as JSON holds it; arrays are gathered and stand as their number. An array met twice is kept once."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.generic):
        return {"number": [value.dtype.str, _plain(value.item(), arrays, seen)]}
    if isinstance(value, float) and not math.isfinite(value):
        return {"bits": struct.pack("<d", value).hex()}
    if isinstance(value, int | float):
        return value
    if isinstance(value, np.ndarray):
        if id(value) not in seen:
            seen[id(value)] = len(arrays)
            arrays.append(value)
        return {"array": seen[id(value)]}
    if isinstance(value, list):
        return [_plain(part, arrays, seen) for part in value]
    if isinstance(value, tuple):
        return {"tuple": [_plain(part, arrays, seen) for part in value]}
    if isinstance(value, Mapping):
        return {"map": [[_plain(part, arrays, seen) for part in pair] for pair in value.items()]}
    if KNOWN.get(type(value).__name__) is not type(value):
        raise TypeError(f"a state cannot hold a {type(value).__name__}")
    left_out = REMADE if isinstance(value, World) else frozenset()
    held = {name: _plain(part, arrays, seen) for name, part in vars(value).items() if name not in left_out}
    return {"is": type(value).__name__, "has": held}


def _made(value: Any, arrays: list[np.ndarray]) -> Any:
    """What `_plain` was given."""
    if isinstance(value, list):
        return [_made(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    if "is" in value:
        return _object(KNOWN[value["is"]], {name: _made(part, arrays) for name, part in value["has"].items()})
    ((what, held),) = value.items()
    if what == "array":
        return arrays[held]
    if what == "number":
        return np.dtype(held[0]).type(_made(held[1], arrays))
    if what == "bits":
        return struct.unpack("<d", bytes.fromhex(held))[0]
    parts = [_made(part, arrays) for part in held]
    return tuple(parts) if what == "tuple" else {key: part for key, part in parts}


def _object(kind: type, held: dict[str, Any]) -> Any:
    if issubclass(kind, Table):
        return kind(held.pop("length"), **held)
    if is_dataclass(kind):
        return kind(**held)
    made = object.__new__(kind)
    vars(made).update(held)
    return made


def _read_arrays(declared: list[list[Any]], body: bytes, offset: int) -> list[np.ndarray]:
    arrays = []
    for dtype, shape in declared:
        count = math.prod(shape)
        arrays.append(np.frombuffer(body, dtype=dtype, count=count, offset=offset).reshape(shape).copy())
        offset += arrays[-1].nbytes
    return arrays
