"""What a proof is, when its result is old, and where results are kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
MODEL = ("simulator/**/*.py", "scenarios/*.py", "scenarios/*.yaml", "scenarios/places/*", "scenarios/programmes/*.yaml")
"""All that decides what a simulation gives."""
HELPERS = ("proofs/arms.py", "proofs/estimators.py", "experiments/effects.py")

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """What a proof found: `checks` statement -> whether it holds, `numbers` behind them, ready for JSON."""

    checks: Mapping[str, bool]
    numbers: Numbers

    @property
    def passed(self) -> bool:
        """Whether every statement holds."""
        return all(self.checks.values())


@dataclass(frozen=True)
class Proof:
    """A statistical proof: `prove(quick)` runs it, smaller and without weight if `quick`; `sources` are globs of the
    files its result depends on, from the root."""

    name: str
    title: str
    prove: Callable[[bool], Found]
    sources: Sequence[str]

    @property
    def file(self) -> Path:
        """Where its result is kept."""
        return RESULTS / f"{self.name}.json"

    @property
    def hash(self) -> str:
        """Hash of its sources as they are now, 16 hexadecimal digits."""
        return hash_of(self.sources)

    def stored(self) -> dict[str, Any] | None:
        """Its committed result, if there is one."""
        return json.loads(self.file.read_text(encoding="utf-8")) if self.file.is_file() else None

    def fresh(self) -> bool:
        """Whether it has a result made from the sources as they are now."""
        stored = self.stored()
        return stored is not None and stored["sources"] == self.hash


def hash_of(globs: Sequence[str], root: Path = ROOT) -> str:
    """Hash of names and contents of all files the globs match. Raises ValueError for a glob that matches none."""
    digest = hashlib.sha256()
    files: set[Path] = set()
    for glob in globs:
        matched = {path for path in root.glob(glob) if path.is_file()}
        if not matched:
            raise ValueError(f"no file matches {glob}")
        files |= matched
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def keep(proof: Proof, found: Found, seconds: float, sources: str) -> None:
    """Write a result, whole or not at all. `sources`: the hash when the proof began."""
    content = {
        "name": proof.name,
        "title": proof.title,
        "sources": sources,
        "passed": found.passed,
        "checks": dict(found.checks),
        "numbers": dict(found.numbers),
        "seconds": round(seconds),
    }
    RESULTS.mkdir(exist_ok=True)
    half = proof.file.with_suffix(".half")
    half.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=float) + "\n", encoding="utf-8")
    half.replace(proof.file)
