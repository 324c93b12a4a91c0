"""One run as one block of bytes: a JSON header followed by raw little-endian arrays, compressed; no pickle."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np

from simulator.history import Finding, LedgerLine, Outcome, RunRecord

MAGIC = b"FUPINRUN1"
PLAIN = ("replicate", "arm", "variant", "status", "error")
"""Fields of a record that are written as they are; the elapsed time is no part of the block."""
BOOKS = ("quarters", "ledger", "committed", "leaked", "returned", "inflow", "balance")
"""Arrays of whole numbers, each there or not."""
HOUSEHOLDS = "households."
"""Begins the name of a column of households, kept in its own type; most runs have none."""


def pack(record: RunRecord) -> bytes:
    """The block of a record. Equal records give equal bytes."""
    arrays = _arrays(record)
    header: dict[str, Any] = {name: getattr(record, name) for name in PLAIN}
    header["outcomes"] = [asdict(outcome) for outcome in record.outcomes]
    header["findings"] = [asdict(finding) for finding in record.findings]
    header["ledger_lines"] = [asdict(line) for line in record.ledger_lines]
    header["funds"] = list(record.funds)
    header["series"] = [list(key) for key in sorted(record.series)]
    for name in ("series_units", "parameters", "facts"):
        header[name] = dict(sorted(getattr(record, name).items()))
    header["arrays"] = [[name, array.dtype.str, list(array.shape)] for name, array in arrays]
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
    raw = b"".join(array.tobytes() for _, array in arrays)
    return zlib.compress(MAGIC + len(text).to_bytes(4, "little") + text + raw, 1)


def unpack(block: bytes) -> RunRecord:
    """The record of a block. Raises ValueError for bytes that are not a block."""
    try:
        data = zlib.decompress(block)
    except zlib.error as fault:
        raise ValueError("not a packed run") from fault
    if not data.startswith(MAGIC):
        raise ValueError("not a packed run")
    start = len(MAGIC) + 4
    end = start + int.from_bytes(data[len(MAGIC) : start], "little")
    header = json.loads(data[start:end])
    arrays = _read_arrays(header["arrays"], data, end)
    series = arrays.get("series", np.empty((0, 0)))
    books: dict[str, Any] = {name: arrays.get(name) for name in BOOKS}
    return RunRecord(
        **{name: header[name] for name in PLAIN},
        outcomes=tuple(Outcome(**fields) for fields in header["outcomes"]),
        findings=tuple(Finding(**fields) for fields in header["findings"]),
        **books,
        funds=tuple(header["funds"]),
        series={(measure, population): series[row] for row, (measure, population) in enumerate(header["series"])},
        series_units=header["series_units"],
        ledger_lines=tuple(LedgerLine(**fields) for fields in header["ledger_lines"]),
        parameters=header["parameters"],
        facts=header["facts"],
        households={
            name.removeprefix(HOUSEHOLDS): values for name, values in arrays.items() if name.startswith(HOUSEHOLDS)
        },
    )


def _arrays(record: RunRecord) -> list[tuple[str, np.ndarray]]:
    """The arrays of a record by name, little-endian and contiguous; the series stacked in key order."""
    arrays: list[tuple[str, np.ndarray]] = []
    for name in BOOKS:
        held = getattr(record, name)
        if held is not None:
            arrays.append((name, np.ascontiguousarray(held, dtype="<i8")))
    if record.series:
        arrays.append(("series", np.array([record.series[key] for key in sorted(record.series)], dtype="<f8")))
    for name, column in sorted(record.households.items()):
        arrays.append((HOUSEHOLDS + name, np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<"))))
    return arrays


def _read_arrays(declared: list[list[Any]], data: bytes, offset: int) -> dict[str, np.ndarray]:
    arrays = {}
    for name, dtype, shape in declared:
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(data, dtype=dtype, count=count, offset=offset).reshape(shape)
        offset += count * np.dtype(dtype).itemsize
    return arrays


def _plain(value: Any) -> Any:
    """NumPy scalars as Python's own numbers."""
    return value.item()
