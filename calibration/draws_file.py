"""The admissible set as files: the joint draws a place file names, and the fit of each, to be printed and looked at."""

from __future__ import annotations

import csv
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from pathlib import Path

import numpy as np

import scenarios
from calibration.anchor import Fit, Trial, admissible_set, anchored_paths, central
from calibration.carried import carried_paths, carried_set
from calibration.published import CARRIED, PUBLISHED, Published, in_place

WANTED, WANTED_CARRIED = 120, 40
# The place whose admissible set carried draws come from.
SOURCE = "zhejiang"
PARTS = {"zh": ("工资性", "经营净", "财产净", "转移净"), "en": ("wage", "business", "property", "transfer")}


def anchor_place(
    place: str,
    lang: str = "zh",
    wanted: int | None = None,
    workers: int | None = None,
    folder: Path | None = None,
    programme: str | Path | None = None,
) -> str:
    """Re-make the admissible set of a place, write `PLACE.draws.csv` and `PLACE.fit.csv` beside the place file (or into
    `folder`), and return the fit as text. Takes minutes to tens of minutes; progress goes to standard error. Nothing is
    written before the whole set is found. `programme` is needed for a place that no programme of the catalogue runs
    in: anchoring takes nothing from it but what a scenario must have."""
    loaded = scenarios.load(programme or places_to_anchor()[place])
    target = folder or Path(str(resources.files(scenarios))) / "places"
    many = workers or os.cpu_count() or 1
    if place in CARRIED:
        wanted = wanted or WANTED_CARRIED
        source = scenarios.load(anchored_places()[SOURCE])
        trials = carried_set(loaded, source, wanted, many, progress(wanted, lang))
        paths, published = carried_paths(loaded), in_place(CARRIED[place], loaded.scenario)
    else:
        wanted = wanted or WANTED
        trials = admissible_set(loaded, wanted, many, progress(wanted, lang))
        paths, published = anchored_paths(loaded), PUBLISHED[place]
    write_draws(target, place, paths, trials)
    return fit_text([trial.fit for trial in trials], published, lang)


def write_draws(target: Path, place: str, paths: Sequence[str], trials: list[Trial]) -> None:
    """The draws and the fit of a place as files."""
    middle = central(trials)
    rows = [["central", *paths]]
    for number, trial in enumerate(trials):
        values = trial.values or {}
        rows.append([str(int(number == middle)), *(f"{values[path]:.6g}" for path in paths)])
    replace_csv(target / f"{place}.draws.csv", rows)
    replace_csv(target / f"{place}.fit.csv", fit_rows(trials))


def places_to_anchor() -> dict[str, str]:
    """Places that `anchor_place` can make the set of, each with a programme that runs in it."""
    programmes = [listed for listed in scenarios.listing() if listed.kind == "programme"]
    return {listed.place: listed.name for listed in programmes if listed.place in {**PUBLISHED, **CARRIED}}


def anchored_places() -> dict[str, str]:
    """Those of them that are held against published figures of their own."""
    return {place: programme for place, programme in places_to_anchor().items() if place in PUBLISHED}


def progress(wanted: int, lang: str) -> Callable[[Trial, int], None]:
    """A reporter that says how many are found and how long the rest may take."""
    started, seen = time.monotonic(), 0

    def report(trial: Trial, kept: int) -> None:
        nonlocal seen
        seen += 1
        if seen % 20 == 0:
            passed = time.monotonic() - started
            left = f"{passed / kept * (wanted - kept) / 60:.0f}" if kept else "?"
            zh = f"已试 {seen} 组参数，可接受 {kept}/{wanted} 组，用时 {passed:.0f} 秒，约余 {left} 分钟"
            en = f"{seen} proposals, {kept}/{wanted} admissible, {passed:.0f} s, left about {left} min"
            print(zh if lang == "zh" else en, file=sys.stderr)

    return report


def replace_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV beside its place and move it there whole."""
    half = path.with_suffix(".half")
    with half.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    half.replace(path)


def fit_rows(trials: Sequence[Trial]) -> list[list[object]]:
    """The fit of every kept draw, one a row."""
    head = ["proposal", *(f"quintile_{n}" for n in range(1, 6)), *PARTS["en"], "rural_mean", "list_mean", "list_share"]
    rows: list[list[object]] = [[*head, "dibao_share", "list_drift"]]
    for trial in trials:
        fit = trial.fit
        numbers = (*fit.quintiles, *fit.components, fit.rural_mean, fit.list_mean, fit.list_share)
        rows.append([trial.index, *(f"{value:.6g}" for value in (*numbers, fit.dibao_share, fit.list_drift))])
    return rows


def fit_text(fits: Sequence[Fit], published: Published, lang: str) -> str:
    """What the set shows at year 0 beside what is published (for a carried place, at its stated numbers), for a reader;
    what is not published is a range, not fitted."""
    zh = lang == "zh"

    def say(chinese: str, english: str) -> str:
        return chinese if zh else english

    def row(name: str, values: Sequence[float], theirs: float | None, form: str) -> str:
        low, middle, high = (format(float(value), form) for value in np.quantile(values, (0.0, 0.5, 1.0)))
        beside = "" if theirs is None else say(f"   公布 {theirs:{form}}", f"   published {theirs:{form}}")
        return f"  {name}: {middle}  [{low}, {high}]{beside}"

    lines = [
        say(
            f"可接受参数组 {len(fits)} 组：中位数 [最小, 最大]",
            f"{len(fits)} admissible draws: median [lowest, highest]",
        )
    ]
    for number in range(5):
        name = say(f"第{number + 1}五等份人均收入（相对均值）", f"quintile {number + 1} mean, relative")
        lines.append(row(name, [fit.quintiles[number] for fit in fits], published.quintiles[number], ".3f"))
    for number, name in enumerate(PARTS[lang]):
        label = say(f"{name}收入占比", f"share of {name} income")
        lines.append(row(label, [fit.components[number] for fit in fits], published.components[number], ".3f"))
    free = say("（不拟合）", " (not fitted)")
    on_mean, on_share = (free if theirs is None else "" for theirs in (published.list_mean, published.list_share))
    list_mean = say(f"低收入农户人均收入{on_mean}", f"list mean{on_mean}")
    list_share = say(f"名单人口占比{on_share}", f"list share{on_share}")
    lines += [
        row(say("农村人均可支配收入", "rural mean"), [fit.rural_mean for fit in fits], published.rural_mean, ".0f"),
        row(list_mean, [fit.list_mean for fit in fits], published.list_mean, ".0f"),
        row(list_share, [fit.list_share for fit in fits], published.list_share, ".3f"),
        row(say("低保人口占比（不拟合）", "dibao share (not fitted)"), [fit.dibao_share for fit in fits], None, ".3f"),
        row(
            say("名单占比三年漂移", "drift of the list share, three years"),
            [fit.list_drift for fit in fits],
            None,
            "+.4f",
        ),
    ]
    return "\n".join(lines)
