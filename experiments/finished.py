"""A finished run's folder and its answer as text."""

from __future__ import annotations

import json
from pathlib import Path

from experiments.ensemble import ANSWERS
from experiments.refusal import Refusal
from results.show import show


def finished(directory: Path) -> Path:
    """The folder, if it holds a complete run. Raises Refusal otherwise."""
    if not (directory / ANSWERS).is_file():
        raise Refusal((f"{directory} 里没有完成的运行结果", f"{directory} holds no finished run"))
    return directory


def answer_text(folder: Path, lang: str) -> str:
    """The answer of a run as a planner reads it, in `lang`, zh or en."""
    answers = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
    return show(answers, lang, folder / "charts").rstrip("\n")
