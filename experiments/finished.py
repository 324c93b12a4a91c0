"""A finished folder: the answer of its run, or the report of another command, and the audit of its money as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from experiments.ensemble import ANSWERS
from experiments.folders import recorded
from experiments.plan import RUN, command_of
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


REPORTS: Mapping[str, tuple[str, str]] = {
    "compare": ("comparison.json", "results.show_comparison:comparison_text"),
    "attribute": ("attribution.json", "results.show_attribution:attribution_text"),
    "sensitivity": ("sensitivity.json", "results.show_sensitivity:sensitivity_text"),
    "branch": ("branches.json", "results.show_branches:branches_text"),
}
"""Command -> the report it leaves in its folder, and module:function that puts it into words."""


def kept_text(folder: Path, lang: str) -> str:
    """What a folder's runs came to, whichever command they are of. Raises Refusal where they are not complete."""
    meta = recorded(folder) if folder.is_dir() else None
    command = command_of(meta) if meta else RUN
    if command not in REPORTS:
        return answer_text(finished(folder), lang)
    name, teller = REPORTS[command]
    if not (folder / name).is_file():
        raise Refusal((f"{folder} 里没有完成的运行结果", f"{folder} holds no finished run"))
    module, function = teller.split(":")
    report = json.loads((folder / name).read_text(encoding="utf-8"))
    return str(getattr(import_module(module), function)(report, lang)).rstrip("\n")


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
