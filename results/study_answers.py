"""The answer to a study's question: of what its command found, the figures on the measures it asks about, in one shape
whatever the command, with their intervals."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from results.branches import PLAN
from results.canonical import plain
from results.ensemble import Ensemble, yearly
from results.intervals import paired_mean
from results.show_branches import without_sign_of_nothing
from results.show_sensitivity import factor_label
from results.store import Store
from results.tables import columns, wrap
from results.words import chance, plain_unit, quantity, say, unit

LIST_MEAN, MOST, WIDTH = "list_mean", 5, 100
INCOME = "yuan/person/year"
TABLE = ("measure", "title_zh", "title_en", "of_zh", "of_en", "value", "low", "high", "unit")
Title = Mapping[str, str]
POLICY, NULL = {"zh": "有项目", "en": "with the programme"}, {"zh": "无项目", "en": "without it"}
EFFECT = {"zh": "有项目减无项目", "en": "with less without"}
MEAN = {"zh": "最后一年名单人均收入", "en": "list mean income, last year"}


@dataclass(frozen=True)
class Figure:
    """One figure of an answer: of which measure, of whom or what, its value and interval. `unit` is chance for a
    probability, share for points, else as in a scenario."""

    measure: str
    title: Title
    of: Title
    value: float | None
    interval: Sequence[float] | None
    unit: str

    def shown(self, lang: str) -> str:
        """The figure with its interval, or with a mark that it has none."""
        if self.value is None:
            return "-"
        if self.unit == "chance":
            return chance(self.value, self.interval)
        signed = self.unit == "share" or self.title is not MEAN or self.of not in (POLICY, NULL)
        parts = (quantity(part, self.unit, signed) for part in (self.value, *(self.interval or ())))
        value, *ends = map(without_sign_of_nothing, parts)
        return f"{value} [{', '.join(ends) or '?'}] {unit(self.unit, lang) or plain_unit(self.unit, lang)}"


def figures(command: str, folder: Path, measures: Sequence[str]) -> list[Figure]:
    """What a command's folder says of the measures. Raises KeyError for a command without an answer."""
    found = list(ANSWERS[command](folder))
    return [figure for measure in measures for figure in found if figure.measure == measure]


def _read(folder: Path, name: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return report


def _titles(row: Mapping[str, Any]) -> Title:
    return {"zh": row.get("title_zh") or row["id"], "en": row.get("title_en") or row["id"]}


def _of_run(folder: Path) -> Iterator[Figure]:
    """Probabilities in both arms and their difference; the list's mean income in the last year."""
    for row in _read(folder, "answers.json")["targets"]:
        if row["default"]:
            moved, title = row["change_from_null"], _titles(row)
            yield Figure(row["id"], title, POLICY, row["probability"], row["interval"], "chance")
            yield Figure(row["id"], title, NULL, row["null_probability"], row["null_interval"], "chance")
            yield Figure(row["id"], title, EFFECT, moved["change"], moved["interval"], "share")
    with Store.open(folder) as store:
        ensemble = Ensemble(store.records())
    last = {
        arm: {number: [*yearly(run, "income_pc", "cohort").values()][-1] for number, run in ensemble.runs(arm).items()}
        for arm in ("policy", "null")
    }
    both = sorted(last["policy"].keys() & last["null"].keys())
    for of, values in (
        (POLICY, list(last["policy"].values())),
        (NULL, list(last["null"].values())),
        (EFFECT, [last["policy"][number] - last["null"][number] for number in both]),
    ):
        mean, interval = paired_mean(values)
        yield Figure(LIST_MEAN, MEAN, of, mean, interval, INCOME)


def _of_branch(folder: Path) -> Iterator[Figure]:
    """Probabilities in every future, and what each future changes."""
    report = _read(folder, "branches.json")
    for future in report["futures"]:
        name, title = future["name"], future["title"]
        less = {
            lang: say(lang, f"{title['zh']} 减 照原计划", f"{title['en']} less as planned") for lang in ("zh", "en")
        }
        for row in report["targets"]:
            if row["default"]:
                of = row["futures"][name]
                yield Figure(row["id"], _titles(row), title, of["probability"], of["interval"], "chance")
                if moved := of["from_plan"]:
                    yield Figure(row["id"], _titles(row), less, moved["difference"], moved["interval"], "share")
        if name != PLAN:
            moved = report["list_mean"]["from_plan"][name][-1]
            yield Figure(LIST_MEAN, MEAN, less, moved["difference"], moved["interval"], INCOME)


def _of_compare(folder: Path) -> Iterator[Figure]:
    """Probabilities with every plan, and the differences of plans."""
    report = _read(folder, "comparison.json")
    titles = {side["label"]: side["title"] for side in report["sides"]}
    named = {name: {lang: _difference(name, titles, lang) for lang in ("zh", "en")} for name in report["differences"]}
    for row in report["targets"]:
        if row["default"]:
            title = {"zh": f"{row['id']}（{row['reading_zh']}）", "en": f"{row['id']} ({row['reading_en']})"}
            for label, side in titles.items():
                of = row["probability"]["means"][label]
                yield Figure(row["id"], title, side, of["probability"], of["interval"], "chance")
            for name, moved in row["probability"]["differences"].items():
                if moved:
                    yield Figure(row["id"], title, named[name], moved["difference"], moved["interval"], "share")
    incomes = [row for row in report["series"] if (row["measure"], row["population"]) == ("income_pc", "cohort")]
    for name, moved in max(incomes, key=lambda row: row["year"])["differences"].items() if incomes else ():
        yield Figure(LIST_MEAN, MEAN, named[name], moved["difference"], moved["interval"], INCOME)


def _difference(name: str, titles: Mapping[str, Title], lang: str) -> str:
    more, _, less = name.partition("-")
    other = NULL[lang] if less == "null" else titles[less][lang]
    return say(lang, f"{titles[more]['zh']} 减 {other}", f"{titles[more]['en']} less {other}")


def _of_attribute(folder: Path) -> Iterator[Figure]:
    """The Shapley share of every player, and all together."""
    report = _read(folder, "attribution.json")
    called = {"income_pc": LIST_MEAN}
    whole = {"zh": "全部措施", "en": "all kinds"}
    for outcome in report["outcomes"]:
        measure = called.get(outcome["id"], outcome["id"].removeprefix("margin "))
        if outcome["chance"] or outcome["total"] is None:
            continue
        total = outcome["total"]
        yield Figure(measure, outcome["title"], whole, total["estimate"], total["interval"], outcome["unit"])
        for player, shares in zip(report["players"], outcome["players"], strict=True):
            share = shares["shapley"]
            yield Figure(
                measure, outcome["title"], player["title"], share["estimate"], share["interval"], outcome["unit"]
            )


def _of_sensitivity(folder: Path) -> Iterator[Figure]:
    """The factors that move a target's margin most, by the first index of the method."""
    report = _read(folder, "sensitivity.json")
    for target, told in report["targets"].items():
        title = {"zh": told["title_zh"], "en": told["title_en"]}
        for row in told["factors"][:MOST]:
            index = next(name for name in row if f"{name}_interval" in row)
            of = {lang: factor_label(row["factor"], lang) for lang in ("zh", "en")}
            size = told["unit"] if index == "mu_star" else "ratio"
            yield Figure(target, title, of, row[index], row[f"{index}_interval"], size)


ANSWERS: Mapping[str, Callable[[Path], Iterator[Figure]]] = {
    "run": _of_run,
    "branch": _of_branch,
    "compare": _of_compare,
    "attribute": _of_attribute,
    "sensitivity": _of_sensitivity,
}


def in_words(question: Title, measures: Sequence[str], found: Sequence[Figure], lang: str) -> str:
    """The question, and under it every figure that answers it; a measure of which the command says nothing is named."""
    lines = [*wrap(question[lang], WIDTH), "-" * WIDTH]
    for measure in measures:
        mine = [figure for figure in found if figure.measure == measure]
        if not mine:
            lines.append(say(lang, f"[{measure}] 这条命令没有给出", f"[{measure}] the command says nothing of it"))
            continue
        lines += wrap(f"{mine[0].title[lang]}" + ("" if measure == LIST_MEAN else f" [{measure}]"), WIDTH)
        lines += columns([[f"    {figure.of[lang]}", figure.shown(lang)] for figure in mine], [False, True])
    return "\n".join(lines)


def write_table(found: Sequence[Figure], path: Path) -> None:
    """The figures as CSV, a row each."""
    rows = [
        (f.measure, f.title["zh"], f.title["en"], f.of["zh"], f.of["en"], f.value, *(f.interval or ("", "")), f.unit)
        for f in found
    ]
    draft = path.with_name(path.name + ".part")
    with draft.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, lineterminator="\r\n").writerows([TABLE, *map(plain, rows)])
    os.replace(draft, path)
