"""Killed at any moment and resumed, a run gives the same bytes, and what had finished is not simulated again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from results.store import Store, StoreError
from tests import synthetic

ROOT = Path(__file__).parents[1]


KILLS = 5
"""Here; the proof `killed` has twenty."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
def test_killed_at_random_moments_and_resumed(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "proofs.killing", str(tmp_path), "7", str(KILLS)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["kills"] == KILLS
    assert found["unfinished"] > KILLS // 2, "most kills should come before the answer is there"
    assert found["again"] == [], "a finished run was simulated again"
    assert found["differing"] == []


HOLDER = """
import sys, time
from pathlib import Path
from results.store import Store
store = Store.create(Path(sys.argv[1]), {"seed": 1})
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_process_is_refused_until_the_first_ends_however_it_ends(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        for use in (lambda: Store.create(tmp_path, {"seed": 1}), lambda: Store.open(tmp_path)):
            with pytest.raises(StoreError) as refusal:
                use()
            assert "another process is at work" in refusal.value.en and "另一个进程" in refusal.value.zh
        holder.kill()
    with Store.create(tmp_path, {"seed": 1}) as store:
        store.write(synthetic.record(0))
