"""Binding of rules, and compiled code that never outlives the sources it came from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator import rules
from simulator.rules import rule

PROBE = '''
from simulator.calendar import quarterly_hazard
from simulator.rules import rule


@rule
def probe(annual, out):
    """The hazard, by a helper of another file."""
    out[0] = quarterly_hazard(annual)
'''
SCRIPT = """
import numpy as np
from simulator.probe import probe
from simulator.rules import source_hash

out = np.zeros(1)
probe({"annual": 1.0, "out": out})
print(out[0], source_hash(), sum(probe.kernel.stats.cache_hits.values()))
"""


@rule
def share_out(pot, claim, received):  # type: ignore[no-untyped-def]
    """Everyone gets a share of the pot by claim."""
    total = claim.sum()
    for row in range(claim.shape[0]):
        received[row] = pot * claim[row] / total
    return total


def test_a_rule_is_bound_by_the_names_of_its_arguments() -> None:
    names = {"received": np.zeros(2), "claim": np.array([1.0, 3.0]), "pot": 8.0, "nobody_asks": object()}
    assert share_out(names) == 4.0
    assert names["received"].tolist() == [2.0, 6.0]  # type: ignore[attr-defined]
    assert share_out.arguments == ("pot", "claim", "received")
    assert share_out.name == "share_out"
    assert share_out.__doc__ == "Everyone gets a share of the pot by claim."


def test_what_nothing_declares_is_named_with_the_rule_that_asks() -> None:
    with pytest.raises(KeyError, match=r"test_rules\.share_out asks for 'claim', which nothing declares"):
        share_out({"pot": 1.0, "received": np.zeros(1)})


def test_the_time_of_a_rule_is_gathered_only_on_request() -> None:
    names = {"received": np.zeros(1), "claim": np.ones(1), "pot": 1.0}
    seconds: dict[str, float] = {}
    share_out({**names, "seconds": seconds})
    first = seconds["test_rules.share_out"]
    share_out({**names, "seconds": seconds})
    assert seconds.keys() == {"test_rules.share_out"}
    assert 0.0 < first < seconds["test_rules.share_out"]


def test_division_by_zero_follows_numpy() -> None:
    names = {"received": np.zeros(1), "claim": np.zeros(1), "pot": 1.0}
    share_out(names)
    assert np.isnan(names["received"][0])  # type: ignore[index]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the simulator's sources with a probe."""
    shutil.copytree(rules.SOURCES, tmp_path / "simulator", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "simulator" / "probe.py").write_text(PROBE, encoding="utf-8")
    return tmp_path


def run_probe(house: Path) -> tuple[float, str, int]:
    """The probe's answer in a new process, the hash of its sources, and how often its code came from the cache."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(house / "cache"), "PYTHONPATH": str(house)}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-B", "-c", SCRIPT], cwd=house, env=environment, capture_output=True, text=True, check=True
    )
    answer, digest, hits = done.stdout.split()
    return float(answer), digest, int(hits)


@pytest.mark.skipif(sys.platform != "linux", reason="the cache folder is set by a variable of Linux desktops")
def test_an_edited_helper_changes_what_its_callers_compute(house: Path) -> None:
    first = run_probe(house)
    assert first[0] == 1.0
    assert run_probe(house) == (1.0, first[1], 1)
    helper = house / "simulator" / "calendar.py"
    before = helper.read_text(encoding="utf-8")
    after = before.replace("return 1.0 - max(1.0 - annual, 0.0) ** 0.25", "return 5.0 - max(1.0 - annual, 0.0) ** 0.25")
    assert after != before
    helper.write_text(after, encoding="utf-8")
    answer, digest, hits = run_probe(house)
    assert (answer, hits) == (5.0, 0)
    assert digest != first[1]


def hash_of(house: Path) -> str:
    """The hash of the sources in that folder."""
    return rules.source_hash.__wrapped__(house / "simulator")


def test_any_edit_changes_the_hash(house: Path) -> None:
    seen = [hash_of(house)]
    path = house / "simulator" / "processes" / "farming.py"
    text = path.read_bytes()
    path.write_bytes(text.replace(b"\n", b"\r\n"))
    assert hash_of(house) == seen[0], "line ends are not an edit"
    path.write_bytes(text + b"#")
    seen.append(hash_of(house))
    path.rename(path.with_name("tilling.py"))
    seen.append(hash_of(house))
    (house / "simulator" / "new.py").touch()
    seen.append(hash_of(house))
    path.with_name("tilling.py").unlink()
    seen.append(hash_of(house))
    assert len(set(seen)) == len(seen)
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in seen)
