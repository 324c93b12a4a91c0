"""A saved run goes on as if nothing had happened, in any process; what is damaged or foreign is refused."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scenarios
from simulator import state
from simulator.calendar import Quarter
from simulator.extra import ExtraRule
from simulator.rules import source_hash
from simulator.simulate import Luck, MacroDraw, Run, found, simulate
from simulator.state import StateError, pack_state, unpack_state, write_state
from tests.going_on import fingerprint, to_the_end, until
from tests.systems import LUCK, MACRO, SMALL, founded, null_history, zhejiang

ROOT = Path(__file__).parent.parent
STOPS = {"zhejiang_2018_2022": (Quarter(2019, 4), Quarter(2020, 1)), "lvliang_2015_2020": (Quarter(2017, 3),)}
HOUSEHOLDS = 2000

Found = dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Found, Found]:
    """By programme and name of state: fingerprints of the runs that never stopped, and of those carried to their end in
    another process from states saved after the third quarter of a year and after the fourth."""
    folder, whole = tmp_path_factory.mktemp("states"), {}
    for name, stops in STOPS.items():
        scenario = scenarios.load(name).scenario
        luck, macro = Luck(3, 2), MacroDraw("forecast", {0: 0.3, scenario.first_year: -1.0})
        world = found(scenario, luck, HOUSEHOLDS, macro)
        null = simulate(world.copy(), scenario, luck, macro, "null")
        for arm, pin in (("null", None), ("policy", null.pin)):
            run = Run(world.copy(), scenario, luck, macro, arm, pin)
            files = [f"{name}-{arm}-{stop.year}Q{stop.quarter}.state" for stop in stops]
            for stop, file in zip(stops, files, strict=True):
                write_state(until(run, stop), folder / file)
            whole |= dict.fromkeys(((name, file) for file in files), fingerprint(to_the_end(run), scenario, arm))
    command = [sys.executable, "-m", "tests.going_on", str(folder)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    carried: Found = {}
    for file, part, digest in (line.split() for line in said.splitlines()):
        carried.setdefault((file.partition("-")[0], file), {})[part] = digest
    return whole, carried


@pytest.mark.parametrize("name", STOPS)
@pytest.mark.parametrize("arm", ["null", "policy"])
def test_gone_on_in_another_process_it_is_the_same_run(both: tuple[Found, Found], name: str, arm: str) -> None:
    """Every array of the history and the packed record, byte for byte."""
    whole, carried = both
    files = [key for key in whole if key[0] == name and f"-{arm}-" in key[1]]
    assert len(files) == len(STOPS[name])
    for key in files:
        assert carried[key] == whole[key]


def contents(run: Run) -> str:
    """Everything a state keeps of a run, arrays by their hashes."""
    arrays: list[np.ndarray] = []
    plain = state._plain(run.world, arrays, {})

    def filled(value: Any) -> Any:
        if isinstance(value, dict) and value.keys() == {"array"}:
            array = arrays[value["array"]]
            return [array.dtype.str, array.shape, hashlib.sha256(array.tobytes()).hexdigest()]
        if isinstance(value, dict):
            return {key: filled(part) for key, part in value.items()}
        return [filled(part) for part in value] if isinstance(value, list) else value

    return json.dumps(filled(plain), sort_keys=True)


@pytest.mark.parametrize("arm", ["null", "policy"])
def test_a_copy_is_what_is_saved_and_loaded(arm: str) -> None:
    """At the end of each of the four quarters, then and two quarters later."""
    pin = null_history(LUCK, SMALL).pin
    run = Run(founded(LUCK, SMALL), zhejiang(), LUCK, MACRO, arm, pin)
    for year in (2018, 2019, 2020, 2021):
        until(run, Quarter(year, year % 4 + 1))
        copied = Run(run.world.copy(), zhejiang(), LUCK, MACRO, arm, pin, under_way=True)
        loaded = unpack_state(pack_state(run), zhejiang())
        assert contents(copied) == contents(loaded) == contents(run)
        for one in (copied, loaded, run):
            until(one, Quarter(year, year % 4 + 1).next().next())
        assert contents(copied) == contents(loaded) == contents(run)


@pytest.fixture(scope="module")
def block() -> bytes:
    """A packed run."""
    return pack_state(until(Run(founded(LUCK, SMALL), zhejiang(), LUCK, MACRO, "null"), Quarter(2018, 2)))


@pytest.mark.parametrize("place", [5, 20, 60, -1])
def test_a_flipped_byte_is_found(block: bytes, place: int) -> None:
    """In the mark, the checksum, and what they guard."""
    broken = bytearray(block)
    broken[place] ^= 1
    with pytest.raises(StateError):
        unpack_state(bytes(broken), zhejiang())


def test_half_a_state_is_none(block: bytes) -> None:
    with pytest.raises(StateError, match="checksum"):
        unpack_state(block[: len(block) // 2], zhejiang())


def test_a_state_of_another_scenario_is_refused(block: bytes) -> None:
    """One number is enough, and so is another date."""
    other = zhejiang().with_values({"programme.overhead": 0.011})
    with pytest.raises(StateError, match="scenario"):
        unpack_state(block, other)


def test_a_state_of_other_sources_is_refused(block: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "source_hash", lambda: "0123456789abcdef")
    with pytest.raises(StateError, match=f"simulator {source_hash()} -> 0123456789abcdef") as refused:
        unpack_state(block, zhejiang())
    assert "请重新存盘" in refused.value.zh


def test_the_order_of_numbers_in_a_scenario_does_not_matter() -> None:
    scenario = zhejiang()
    turned = scenario.with_values({})
    object.__setattr__(turned, "values", dict(reversed(scenario.values.items())))
    object.__setattr__(turned, "stated", scenario.stated)
    assert state.scenario_hash(turned) == state.scenario_hash(scenario)


def test_rules_of_a_researcher_are_code_and_are_not_saved() -> None:
    rule = ExtraRule("nothing", lambda: None)
    run = Run(founded(LUCK, SMALL), zhejiang(), LUCK, MACRO, "null", extra_rules=(rule,))
    with pytest.raises(StateError, match="rules are code"):
        pack_state(run)


def test_what_is_not_known_is_not_saved() -> None:
    """A new kind of thing in a world must be declared: nothing is left out in silence."""
    run = Run(founded(LUCK, SMALL), zhejiang(), LUCK, MACRO, "null")
    run.world.realised_mean[1900] = Path("somewhere")  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"cannot hold a \w+Path"):
        pack_state(run)


def test_a_state_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(founded(LUCK, SMALL), zhejiang(), LUCK, MACRO, "null")
    write_state(run, tmp_path / "kept.state")
    before = (tmp_path / "kept.state").read_bytes()
    run.step()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for name in ("kept.state", "fresh.state"):
        with pytest.raises(OSError, match="No space"):
            write_state(run, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.state"]
    assert (tmp_path / "kept.state").read_bytes() == before
