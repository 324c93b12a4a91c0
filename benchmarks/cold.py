"""Seconds from starting Python to the end of a tiny run, with a cache folder that is empty at first.

Run as a program of its own: `python -m benchmarks.cold FOLDER` prints the seconds spent importing and running.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

import platformdirs


def first_and_second_run() -> tuple[float, float]:
    """Seconds of a first run, which compiles everything, and of a second, which finds it compiled."""
    with tempfile.TemporaryDirectory(prefix="fupin-cold-") as folder:
        command = [sys.executable, "-m", "benchmarks.cold", folder]
        outputs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    return float(outputs[0]), float(outputs[1])


def tiny_run(folder: str) -> float:
    """Seconds to import the simulator and run both arms of a small world, compiled code kept in `folder`."""
    platformdirs.user_cache_dir = lambda *_, **__: folder
    start = time.perf_counter()
    # Imported here so that the folder is set before anything is compiled.
    import scenarios
    from simulator.simulate import POLICY, Luck, MacroDraw, found, pin_for, simulate

    scenario, luck, macro = scenarios.load(scenarios.default_programme()).scenario, Luck(1, 0), MacroDraw()
    world = found(scenario, luck, 500, macro)
    simulate(world.copy(), scenario, luck, macro, POLICY, pin_for(POLICY, world, scenario, luck, macro))
    return time.perf_counter() - start


if __name__ == "__main__":
    print(tiny_run(sys.argv[1]))
