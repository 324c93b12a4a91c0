"""A finished run's folder: its answer and the audit of its money as text."""

from __future__ import annotations

import json
from pathlib import Path

from experiments.ensemble import ANSWERS
from experiments.refusal import Refusal
from results.answers import SCHEMA_VERSION
from results.audit import audit, audit_csv, audit_text
from results.show import show


def finished(directory: Path) -> Path:
    """The folder, if it holds a complete run. Raises Refusal otherwise."""
    if not (directory / ANSWERS).is_file():
        raise Refusal((f"{directory} 里没有完成的运行结果", f"{directory} holds no finished run"))
    return directory


def answer_text(folder: Path, lang: str) -> str:
    """The answer of a run as a planner reads it, in `lang`, zh or en."""
    answers = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))
    if answers.get("schema_version") != SCHEMA_VERSION:
        raise Refusal((f"{folder} 是旧版本的结果，请重新运行", f"{folder} is of an older version: run it again"))
    return show(answers, lang, folder / "charts").rstrip("\n")


def audited(directory: Path, lang: str, to: Path | None) -> str:
    """The audit of a finished run, or the CSV file it was written to. Raises Refusal where there is none."""
    try:
        found = audit(finished(directory))
    except ValueError:
        raise Refusal((f"{directory} 里没有完成的方案推演", f"{directory} holds no finished policy run")) from None
    if to is None:
        return audit_text(found, lang).rstrip("\n")
    to.write_text(audit_csv(found), encoding="utf-8-sig", newline="")
    return str(to)
