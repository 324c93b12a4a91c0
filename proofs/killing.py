"""`python -m proofs.killing FOLDER SEED KILLS`: kill an ensemble at random moments and resume it.

The parent loads everything once and forks, so that a child is at work at once and is killed in the middle of a
simulation, of a write, or of the answer. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

import scenarios
from experiments import ensemble
from experiments.design import BASE_ARMS, Options, Replicate
from experiments.ensemble import ANSWERS, run_ensemble
from experiments.folders import identity
from proofs.proof import ROOT, Found
from results import charts
from results.export import export
from results.store import Key, Store
from simulator.history import RunRecord
from simulator.parallel import Engine
from simulator.scenario import Scenario

KILLS = 20
OPTIONS = Options(runs=8, split=0, households=600)


def prove(quick: bool) -> Found:
    """What became of an ensemble killed twenty times, or three if `quick`."""
    kills = 3 if quick else KILLS
    with tempfile.TemporaryDirectory() as home:
        words = [sys.executable, "-m", "proofs.killing", home, "1", str(kills)]
        told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = json.loads(told)
    return Found(
        {
            f"killed {kills} times": found["kills"] == kills,
            "more than half of the kills came before the answer was there": found["unfinished"] > kills // 2,
            "no finished replicate was simulated again": found["again"] == [],
            "every export is that of a run nobody killed": found["differing"] == [],
        },
        found,
    )


def main(home: Path, seed: int, wanted: int) -> None:
    """Kill until there were so many kills as are wanted, finishing a run as often as that takes."""
    charts.write = lambda *_: []  # pictures are no part of what is compared
    loaded = scenarios.load("zhejiang_2018_2022")
    meta = identity("zhejiang_2018_2022", loaded.scenario.name, loaded.scenario_hash, OPTIONS)

    simulate_replicate = ensemble.simulate_replicate
    log = os.open(home / "simulated", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def told(scenario: Scenario, options: Options, task: Replicate) -> list[RunRecord]:
        os.write(log, f"{task.number}\n".encode())
        return simulate_replicate(scenario, options, task)

    ensemble.simulate_replicate = told

    def work(folder: Path, workers: int) -> None:
        (home / "simulated").write_text("")
        with Store.create(folder, meta) as store:
            run_ensemble(loaded, OPTIONS, store, Engine(workers=workers), lambda done, total: None)

    began = time.monotonic()
    work(home / "whole", 1)
    seconds = time.monotonic() - began
    again: list[Any] = []
    moments, kills, unfinished, chain = random.Random(seed), 0, 0, 0
    while kills < wanted:
        folder = home / f"killed-{chain}"
        chain += 1
        complete = False
        while not complete:
            before = kept(folder)
            child = os.fork()
            if child == 0:
                work(folder, 2)
                os._exit(0)
            if kills < wanted:
                time.sleep(moments.uniform(0.0, 0.3 * seconds))
                os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            killed = os.WIFSIGNALED(status)
            kills += killed
            unfinished += killed and not (folder / ANSWERS).is_file()
            after = kept(folder)
            again += [key for key, checksum in before.items() if after[key] != checksum]
            simulated = {int(line) for line in (home / "simulated").read_text().split()}
            again += [replicate for replicate in simulated if replicate in whole(before)]
            complete = not killed
        assert status == 0
    names = [f"killed-{number}" for number in range(chain)]
    tables = {name: exported(home / name) for name in ("whole", *names)}
    differing = [name for name in names if tables[name] != tables["whole"]]
    print(json.dumps({"kills": kills, "unfinished": unfinished, "again": again, "differing": differing, "runs": chain}))


def kept(folder: Path) -> dict[Key, str | None]:
    """Checksums of the runs that are kept."""
    if not (folder / "runs.sqlite").is_file():
        return {}
    with Store.create(folder, _meta(folder)) as store:
        return {row.key: row.checksum for row in store.rows() if row.block is not None}


def whole(runs: Collection[Key]) -> set[int]:
    """Replicates of which every arm is there."""
    there = Counter(replicate for replicate, _, _ in runs)
    return {replicate for replicate, arms in there.items() if arms == len(BASE_ARMS)}


def _meta(folder: Path) -> dict[str, object]:
    with Store.open(folder) as store:
        return store.meta


def exported(folder: Path) -> dict[str, bytes]:
    """All that the folder gives to others, by name."""
    written = export(folder, folder / "tables")
    return {path.name: path.read_bytes() for path in (*written, folder / ANSWERS)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
