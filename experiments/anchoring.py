"""`fupin anchor`: the admissible set of a shipped place by its name, or of a planner's own place by its file."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import scenarios
from calibration.anchor import SOLVED, TooFew, Trial
from calibration.carried import carried_paths, carried_set
from calibration.draws_file import (
    SOURCE,
    anchor_place,
    anchored_places,
    fit_text,
    places_to_anchor,
    progress,
    write_draws,
)
from calibration.published import in_place, shape_of
from experiments.refusal import Refusal
from experiments.request import cores
from scenarios import Loaded
from scenarios.reader import Source, read

# As many draws as the other carried places have, and how many proposals are looked at for them.
WANTED, MOST = 40, 400
SHOWN = 5


def anchor(place: str, lang: str, wanted: int | None = None) -> str:
    """Anchor a place and return its fit as text. Raises Refusal for a place that cannot be, ScenarioFaults for a file
    that is not filled in."""
    if place in places_to_anchor():
        return anchor_place(place, lang=lang)
    file = Path(place)
    if file.suffix not in (".yaml", ".yml") and not file.is_file():
        known = "、".join(places_to_anchor())
        zh, en = (
            f"没有可锚定的地区“{place}”；已知：{known}，或一个地区文件",
            f"no place to anchor named {place}; known: {known}",
        )
        raise Refusal((zh, f"{en}, or a place file"))
    return anchor_file(file, lang, wanted)


def anchor_file(file: Path, lang: str, wanted: int | None = None) -> str:
    """Anchor the place of a file to the figures in it: its draws and their fit are written beside it, and the file is
    given the line that names them. Takes minutes; nothing is written before the whole set is found."""
    wanted = wanted or WANTED
    place_file, programme = place_and_programme(file)
    loaded = scenarios.load(programme)
    shape = shape_of(loaded.scenario)
    if shape is None:
        zh = f"{place_file} 没有写全 published：四项收入和五组人均收入，无从求解"
        raise Refusal((zh, f"{place_file} does not say enough under published: four components and five quintiles"))
    missed: Counter[str] = Counter()
    tell = progress(wanted, lang)

    def report(trial: Trial, kept: int) -> None:
        missed.update(re.split(r"[:0-9]", miss)[0].strip() for miss in trial.misses)
        tell(trial, kept)

    try:
        trials = carried_set(loaded, scenarios.load(anchored_places()[SOURCE]), wanted, cores(), report, MOST)
    except TooFew as few:
        reasons = "; ".join(f"{name} {count}" for name, count in missed.most_common(SHOWN))
        zh = f"前 {MOST} 组参数中与 published 相符的不足 {wanted} 组"
        zh += f"。不符最多的：{reasons}。请核对这些数，或放宽 quintile_tolerance"
        raise Refusal(
            (zh, f"{few}; missed most: {reasons}. Check these figures, or widen quintile_tolerance")
        ) from None
    name = loaded.scenario.place
    write_draws(place_file.parent, name, carried_paths(loaded), trials)
    _name_draws(place_file, f"{name}.draws.csv")
    return fit_text([trial.fit for trial in trials], in_place(shape, loaded.scenario), lang)


def place_and_programme(file: Path) -> tuple[Path, Path]:
    """The place file meant by it or by a programme, and a programme of that place, beside it if need be."""
    tree = read(Source(str(file), file))
    if not tree.kind:
        raise scenarios.ScenarioFaults(tree.faults)
    if tree.kind == "programme":
        beside = file.parent / f"{tree.data.get('place')}.yaml"
        if not beside.is_file():
            raise Refusal(
                (f"{beside} 不存在：地区文件须在方案旁边", f"no {beside}: the place stands beside its programme")
            )
        return beside, file
    if tree.kind != "place":
        raise Refusal((f"{file} 不是地区文件", f"{file} is no place file"))
    for other in sorted(file.parent.glob("*.yaml")):
        found = read(Source(str(other), other))
        if found.kind == "programme" and found.data.get("place") == tree.data.get("name"):
            return file, other
    name = tree.data.get("name")
    zh = f"{file.parent} 里没有用到地区“{name}”的方案文件：求解要一个方案才能装入"
    raise Refusal((zh, f"{file.parent} holds no programme of place {name}: anchoring needs one to load"))


def refuse_unanchored(loaded: Loaded) -> None:
    """Raises Refusal for a place without an admissible set: its income levels and the line of its list are unknowns
    that were never solved, and drawing them from their ranges would simulate incomes nobody has."""
    if set(SOLVED) & loaded.ranged().keys():
        name = loaded.scenario.place
        zh = f"地区“{name}”还没有求解收入水平和名单：先运行 fupin anchor {name}.yaml"
        raise Refusal((zh, f"place {name} is not anchored, its income levels are unknown: fupin anchor {name}.yaml"))


def _name_draws(file: Path, draws: str) -> None:
    """Add the line that names the draws to a place file that lacks it; nothing else in it changes."""
    text = file.read_text(encoding="utf-8")
    if not re.search(r"^draws:", text, re.MULTILINE):
        half = file.with_name(f"{file.name}.half")
        half.write_text(f"{text.rstrip()}\ndraws: {draws}\n", encoding="utf-8", newline="\n")
        half.replace(file)
