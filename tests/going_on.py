"""Runs that stop and go on: the hashes of what a run recorded, and going on from saved states in another process."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

import scenarios
from experiments.design import Replicate
from experiments.ensemble import record_of
from results.packing import pack
from simulator.calendar import Quarter
from simulator.history import History
from simulator.scenario import Scenario
from simulator.simulate import Run
from simulator.state import unpack_state


def until(run: Run, date: Quarter) -> Run:
    """The run, its quarters before a date done."""
    while run.world.now < date:
        run.step()
    return run


def to_the_end(run: Run) -> History:
    """What the run recorded."""
    while not run.finished:
        run.step()
    return run.history()


def fingerprint(history: History, scenario: Scenario, arm: str) -> dict[str, str]:
    """Hashes of every field of a history, byte for byte, and of the packed record of the run."""
    found = {entry.name: _hash(getattr(history, entry.name)) for entry in fields(history)}
    record = record_of(Replicate(0, 1, ()), arm, "base", scenario, history, 0.0)
    return {**found, "record": hashlib.sha256(pack(record)).hexdigest()}


def _hash(value: Any) -> str:
    digest = hashlib.sha256()
    parts = value.items() if isinstance(value, Mapping) else [("", value)]
    for name, part in parts:
        digest.update(repr(name).encode())
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype} {part.shape}".encode() + part.tobytes())
        else:
            digest.update(repr(part).encode())
    return digest.hexdigest()


def main(folder: Path) -> None:
    """Carry every saved state of a folder to its end; a line each with the file's name and the run's fingerprint."""
    for path in sorted(folder.glob("*.state")):
        scenario = scenarios.load(path.name.partition("-")[0]).scenario
        run = unpack_state(path.read_bytes(), scenario)
        for name, found in fingerprint(to_the_end(run), scenario, run.arm).items():
            print(path.name, name, found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
