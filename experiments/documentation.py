"""Writes the generated pages of docs/ from the program itself: `python -m experiments.documentation [FOLDER]`.

Columns, parameters, kinds of intervention, processes, the steps of a quarter, what the documents leave open and what
became of every clause: none of these pages is written by hand.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import scenarios
from experiments.asked_for import askers, rule_name
from experiments.coverage import coverage_page
from experiments.quarter_steps import Step, steps
from results.ambiguities import AMBIGUITIES, decided
from scenarios import Loaded, Number
from simulator.columns import Table
from simulator.cooperatives import Cooperatives
from simulator.counties import Counties
from simulator.households import Households
from simulator.interventions import KINDS
from simulator.interventions.delivery import Kind
from simulator.members import Members
from simulator.rules import SOURCES
from simulator.villages import Villages
from simulator.world import PROCESS_SWITCH

FOLDER = Path(__file__).parents[1] / "docs"
GENERATED = "由 `make docs` 按程序生成，请勿手改。 Written by `make docs` from the program itself; edits here are lost."
TABLES: tuple[type[Table], ...] = (Households, Members, Villages, Cooperatives, Counties)
NOBODY = "nobody"


def main() -> None:
    """Write all pages into the folder named on the command line, or into docs/."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8", newline="\n")


def columns_page() -> str:
    """Every column of every table."""
    parts = [
        "A trait says what a unit is, a stock what it holds or has gathered in the year, a flow what passes in a"
        " quarter. Rules ask for a column by the name given here.",
    ]
    for kind in TABLES:
        rows = [[f"`{row['column']}`", *(row[name] for name in list(row)[1:])] for row in kind.described()]
        parts += [
            f"## {kind.__name__}",
            summary(kind),
            table(("column", "role", "type", "unit", "source", "meaning"), rows),
        ]
    return page("列 Columns", parts)


def parameters_page() -> str:
    """Every number, choice and yearly series of the default programme and the default terms of the kinds it lacks, with
    its source and who asks for it."""
    loaded = scenarios.load(scenarios.default_programme())
    numbers = numbers_told(loaded)
    parts = [
        f"All that `{loaded.scenario.name}` is told, with the place and the model it names, and the default terms of"
        " the kinds of intervention it does not have. Confidence: A, B or C as its author rates"
        " it; C is an assumption with a range. Asked for by: rules as `file.rule`, other code by its file."
    ]
    sections: dict[str, list[list[str]]] = {}
    for path, number in sorted(numbers.items()):
        owner, _, last = path.rpartition(".")
        sections.setdefault(owner, []).append([f"`{last}`", *number_cells(number), ", ".join(askers(path)) or NOBODY])
    head = ("number", "value", "unit", "range", "source", "confidence", "asked for by")
    for owner, rows in sections.items():
        parts += [f"## {owner}", table(head, rows)]
    unasked = [path for path in sorted(numbers) if not askers(path)]
    if unasked:
        parts += ["## Asked for by nobody", "\n".join(f"- `{path}`" for path in unasked)]
    return page("参数 Parameters", [*parts, *choices(loaded), *series(loaded)])


def numbers_told(loaded: Loaded) -> dict[str, Number]:
    """The numbers of a scenario, and the default terms of kinds it does not have under the paths they would get."""
    defaults = {
        f"programme.interventions.{kind}.{term}": number
        for kind, entry in scenarios.kind_defaults().items()
        if kind not in {line.kind for line in loaded.scenario.interventions}
        for term, number in entry.terms.items()
    }
    return {**defaults, **loaded.numbers}


def choices(loaded: Loaded) -> list[str]:
    """The section of named choices."""
    rows = [
        [f"`{path}`", choice.value, ", ".join(choice.choices), choice.note, ", ".join(askers(path)) or NOBODY]
        for path, choice in sorted(loaded.choices.items())
    ]
    return ["## Choices", table(("choice", "value", "choices", "meaning", "asked for by"), rows)]


def series(loaded: Loaded) -> list[str]:
    """One section a yearly series."""
    parts = []
    for path, yearly in sorted(loaded.series.items()):
        rows = [[str(year), *number_cells(point)] for year, point in sorted(yearly.points.items())]
        head = ("year", "value", "unit", "range", "source", "confidence")
        parts += [f"## {path}", f"Asked for by: {', '.join(askers(path)) or NOBODY}.", table(head, rows)]
    return parts


def kinds_page() -> str:
    """Every kind of intervention."""
    parts = []
    for kind in KINDS.values():
        parts += [f"## {kind.title_zh} {kind.title_en}: `{kind.name}` ({kind.code})"]
        parts += [str(importlib.import_module(kind.want.module).__doc__).strip(), delivery(kind)]
        parts += [table(("term", "unit"), [[f"`{term}`", unit] for term, unit in kind.terms.items()])]
    return page("措施 Kinds of intervention", parts)


def delivery(kind: Kind) -> str:
    """Who claims, who is paid, how claims are rationed and through which column income changes."""
    claimant = "Households claim" if kind.to == "household" else "Villages claim"
    payee = "and are paid in cash" if kind.cash else "and a supplier is paid for them"
    rationing = "claims are met whole, in order of priority" if kind.whole else "claims are all met by the same share"
    told = f"{claimant} {payee}; when money is short {rationing}. Mechanism: `{kind.mechanism}`."
    reach = {"near": " Offered to households just above the line of the list.", "all": " Offered to every household."}
    once = " A claimant does not claim again before it is delivered." if kind.once else ""
    shared = f" in {kind.shares}" if kind.shares else ""
    meeting = {
        "additive": "each adds its own",
        "exclusive": f"the first served takes the place{shared}",
        "capped": f"together never more than there is{shared}",
    }[kind.overlap]
    return f"{told}{reach.get(kind.reach, '')}{once} Where it meets other kinds ({kind.overlap}): {meeting}."


def steps_page() -> str:
    """The rules in the order they are called in a quarter."""
    rows = [
        [str(place), f"`{rule_name(step.rule)}`", when(step), summary(step.rule)]
        for place, step in enumerate(steps(), 1)
    ]
    parts = [
        "The rules in the order a run under the default programme, given every kind of intervention, was seen to call"
        " them. `simulator/quarter.py` is the"
        " same order with the reasons, and with what happens between rules: budgets, payments, the dibao cut.",
        table(("step", "rule", "quarters", "what it does"), rows),
    ]
    return page("一个季度的步骤 The steps of a quarter", parts)


def processes_page() -> str:
    """What happens without policy: every process with its equation, its source and its switch."""
    loaded = scenarios.load(scenarios.default_programme())
    parts = [
        "What happens whether or not there is a programme, one file and topic each, in the words of the files. A"
        " process with a switch can be turned off: `--set model.process_births=off`; the others then meet the same"
        " luck."
    ]
    folder = SOURCES / "processes"
    for path in sorted(folder.glob("[a-z]*.py")):
        switch = loaded.choices.get(f"{PROCESS_SWITCH}{path.stem}")
        title = f" {switch.note}" if switch else ""
        parts += [f"## `{path.stem}`{title}", f"```text\n{described(path)}\n```"]
    return page("过程 Processes", parts)


def described(path: Path) -> str:
    """The docstring of a file of the simulator."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def ambiguities_page() -> str:
    """What the documents leave open, and how the default programme reads it."""
    loaded = scenarios.load(scenarios.default_programme())
    entries = decided(loaded.resolved())
    parts = [
        "Thirteen questions that five policy documents leave open. Each is answered by a switch, a number or the"
        " reading under which a target is judged, never silently; the answers below are those of"
        f" `{loaded.scenario.name}` and are printed with every result. `--set PATH=VALUE` takes another.",
    ]
    for question in AMBIGUITIES:
        rows = [
            [f"`{entry['path']}`", entry["chosen"], ", ".join(entry["alternatives"])]
            for entry in entries
            if entry["number"] == question.number
        ]
        where = ", ".join(f"`{path}`" for path in question.paths)
        elsewhere = f"Does not arise in this programme; decided by {where}."
        parts += [
            f"## {question.number} {question.title_zh} {question.title_en}",
            f"{question.question_zh} {question.question_en} ({', '.join(question.texts)})",
            f"其他读法：{question.alternative_zh}。 The alternative: {question.alternative_en}.",
            table(("decided by", "default", "others"), rows) if rows else elsewhere,
        ]
    return page("文件未写明之处 What the documents leave open", parts)


def when(step: Step) -> str:
    """In which quarters of the year a step is made."""
    if any(step.rule is kind.delivered for kind in KINDS.values()):
        return "when paid"
    return "each" if len(step.quarters) == 4 else ", ".join(f"Q{quarter}" for quarter in sorted(step.quarters))


PAGES: Mapping[str, Callable[[], str]] = {
    "columns.md": columns_page,
    "parameters.md": parameters_page,
    "kinds.md": kinds_page,
    "steps.md": steps_page,
    "processes.md": processes_page,
    "ambiguities.md": ambiguities_page,
    "coverage.csv": coverage_page,
}


def number_cells(number: Number) -> list[str]:
    """Value, unit, range, source and confidence of a number."""
    low_high = f"{plain(number.range[0])} to {plain(number.range[1])}" if number.range else ""
    note = f" ({number.note})" if number.note else ""
    return [
        plain(number.value),
        number.unit,
        low_high,
        f"{number.source_kind}: {number.source}{note}",
        number.confidence,
    ]


def plain(value: float) -> str:
    """A number as its file would have it."""
    return f"{value:.12g}"


def summary(described: object) -> str:
    """The docstring in one line."""
    return " ".join(str(described.__doc__).split())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def page(title: str, parts: Iterable[str]) -> str:
    """A Markdown page."""
    return "\n\n".join([f"# {title}", GENERATED, *parts]) + "\n"


if __name__ == "__main__":
    main()
