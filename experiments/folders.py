"""Where a run is kept, and what it is known by: an identity made of its inputs, never of a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.design import Options
from experiments.ensemble import ANSWERS
from experiments.refusal import Refusal
from results.store import FILE_NAME, Store
from simulator.versions import versions

HOME = Path("runs")


@dataclass(frozen=True)
class Folder:
    """A run's folder. `meta` is what it records of the run; `complete`: its answers are there and stand."""

    path: Path
    meta: Mapping[str, Any]
    complete: bool


def identity(
    source: str, scenario: str, scenario_hash: str, options: Options, design: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the store keeps of a run's inputs. `run_id` is a short hash of all the others but `source`, the name or
    file the scenario was read from. `design` is what another command than `fupin run` asks, as plain data."""
    inputs = {"scenario": scenario, "scenario_hash": scenario_hash, **options.recorded(), "versions": versions()}
    if design is not None:
        inputs["design"] = dict(design)
    return {"run_id": run_id(inputs), "source": source, **inputs}


def run_id(inputs: Mapping[str, Any]) -> str:
    """A short hash of a run's inputs."""
    text = json.dumps(inputs, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def recorded(folder: Path) -> dict[str, Any] | None:
    """What a folder recorded of its run, or None where there is no run."""
    if not (folder / FILE_NAME).is_file():
        return None
    with Store.open(folder) as store:
        return store.meta


def place(meta: Mapping[str, Any], out: Path | None, resume: Path | None, again: bool) -> Folder:
    """The folder a run goes to. Raises Refusal for a folder that holds another run, or other files."""
    path = resume or out or HOME / f"{meta['scenario']}-{meta['run_id']}"
    if path.exists() and not path.is_dir():
        raise Refusal((f"{path} 是文件，不是文件夹", f"{path} is a file, not a folder"))
    held = recorded(path) if path.is_dir() else None
    if held is None:
        if path.is_dir() and any(path.iterdir()):
            raise Refusal((f"{path} 里有别的文件，不是运行文件夹", f"{path} holds other files, no run"))
        return Folder(path, meta, complete=False)
    if held["run_id"] != meta["run_id"]:
        raise Refusal(*differences(path, held, meta))
    return Folder(path, held, complete=not again and answered(path) == held["run_id"])


def answered(path: Path) -> str | None:
    """The id of the run whose answers stand in a folder; None where there are none."""
    try:
        answers = json.loads((path / ANSWERS).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return str(answers.get("run_id"))


def differences(path: Path, held: Mapping[str, Any], meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Why a folder's run is not the one asked for, one (Chinese, English) line each."""
    lines = [(f"{path} 里是另一次运行（{held['run_id']}）", f"{path} holds another run ({held['run_id']})")]
    before, now = _inputs(held), _inputs(meta)
    for name in sorted(before.keys() | now.keys()):
        was, wanted = before.get(name), now.get(name)
        if was != wanted:
            lines.append((f"  {name}：记录为 {was}，现为 {wanted}", f"  {name}: recorded {was}, now {wanted}"))
    return lines


def _inputs(meta: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in meta.items() if name not in ("run_id", "source", "versions")}
    return {**plain, **meta["versions"]}
