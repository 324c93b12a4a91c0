"""The audit of a finished run: what became of every fund and line, what lies idle, and which projects were funded from
several purses or beyond what they can carry (FS-22, FS-30, QZ-14). It is what publication (ZJ-6.4), the yearly report
(FS-25), yearly inspection (ZJ-6.5) and the regular search for problems (HN-2.3) would look at. Means over the policy
runs, whole place and period.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from results.export import ANSWERS_NAME
from results.indicator_rows import state_title
from results.store import Store
from results.tables import columns
from results.words import money, money_scale, say, word
from simulator.history import RunRecord
from simulator.interventions import KINDS

COLUMNS = ("section", "fund", "use", "kind", "project", "measure", "value", "unit")
BOOKS = ("committed", "paid", "leaked", "returned")
PROJECTS = {
    "cooperative": ("合作社", "cooperative"),
    "asset_project": ("资产收益项目", "asset project"),
    "station": ("光伏电站", "station"),
    "collective": ("村集体项目", "collective"),
}
WIDTH = 100

Key = TypeVar("Key")
Audit = Mapping[str, Any]


def audit(folder: Path) -> dict[str, Any]:
    """The audit of the folder's policy runs: `funds`, `lines`, `projects`, `overfunded`, amounts in yuan.

    Raises StoreError if the folder has no runs, FileNotFoundError if it has no answers, ValueError if no run under the
    policy finished with its books.
    """
    answers = json.loads((folder / ANSWERS_NAME).read_text(encoding="utf-8"))
    with Store.open(folder) as store:
        runs = [
            record
            for record in store.records()
            if record.variant == "base" and record.arm == "policy" and not record.error and record.ledger is not None
        ]
    if not runs:
        raise ValueError("no finished run under the policy")
    titles = {cost["fund"]: cost["fund_title"] for cost in answers["costs"]}
    years = tuple(answers["years"])
    lines = mean_of([line_books(run, years) for run in runs])
    funds = mean_of([fund_books(run, years) for run in runs])
    return {
        "runs": len(runs),
        "years": list(years),
        "funds": [
            {
                "fund": fund,
                "title": titles.get(fund, {"zh": fund, "en": fund}),
                **found,
                "idle_share": idle_share(found),
            }
            for fund, found in funds.items()
        ],
        "lines": [{"fund": fund, "use": use, "kind": kind, **found} for (fund, use, kind), found in lines.items()],
        "projects": [{"project": project, **project_facts(runs, project)} for project in PROJECTS],
        "overfunded": {
            "projects": mean_fact(runs, "overfunded_projects"),
            "yuan": mean_fact(runs, "overfunded_yuan"),
        },
    }


def line_books(record: RunRecord, years: Sequence[int]) -> dict[tuple[str, str, str], dict[str, float]]:
    """Yuan committed, paid, leaked and returned by fund, use and kind in one run."""
    within = period(record, years)
    books = {"paid": record.ledger, **{name: getattr(record, name) for name in BOOKS if name != "paid"}}
    sums = {name: sum_by_line(held, within, len(record.ledger_lines)) for name, held in books.items()}
    return {
        (line.fund, line.use, line.kind): {name: 0.01 * float(sums[name][row]) for name in BOOKS}
        for row, line in enumerate(record.ledger_lines)
    }


def fund_books(record: RunRecord, years: Sequence[int]) -> dict[str, dict[str, float]]:
    """By fund in one run: yuan put in, what became of it, and what is left."""
    within = period(record, years)
    lines = line_books(record, years)
    found = {}
    for row, fund in enumerate(record.funds):
        put_in = 0.01 * float(record.inflow[within, row].sum()) if record.inflow is not None else 0.0
        left = 0.01 * float(record.balance[within, row][-1]) if record.balance is not None else 0.0
        books = {name: sum(line[name] for key, line in lines.items() if key[0] == fund) for name in BOOKS}
        found[fund] = {"inflow": put_in, **books, "balance": left}
    return found


def idle_share(books: Mapping[str, float]) -> float:
    """What part of the money put into a fund lies idle at the end."""
    return books["balance"] / books["inflow"] if books["inflow"] > 0 else 0.0


def period(record: RunRecord, years: Sequence[int]) -> np.ndarray:
    """Which quarters of a run lie in the programme: (Q,) bool."""
    assert record.quarters is not None
    return np.asarray((record.quarters[:, 0] >= years[0]) & (record.quarters[:, 0] <= years[-1]))


def sum_by_line(books: np.ndarray | None, within: np.ndarray, lines: int) -> np.ndarray:
    """Fen by line (L,) of books by quarter and line, and by village group if they have one."""
    if books is None:
        return np.zeros(lines, np.int64)
    return np.asarray(books[within].reshape(int(within.sum()), lines, -1).sum(axis=(0, 2)))


def mean_of(found: Sequence[Mapping[Key, Mapping[str, float]]]) -> dict[Key, dict[str, float]]:
    """Means over runs of figures by key, in the order the keys are first met; a run without a key counts as nothing."""
    keys = list(dict.fromkeys(key for run in found for key in run))
    return {
        key: {
            name: float(np.mean([run[key][name] if key in run else 0.0 for run in found]))
            for name in next(run[key] for run in found if key in run)
        }
        for key in keys
    }


def mean_fact(runs: Sequence[RunRecord], name: str) -> float:
    """Mean over runs of one of their facts; nothing where it was not kept."""
    return float(np.mean([run.facts.get(name, 0.0) for run in runs]))


def project_facts(runs: Sequence[RunRecord], project: str) -> dict[str, float]:
    """Projects of a kind by the number of funds that paid into them."""
    return {
        "one_source": mean_fact(runs, f"{project}_one_source"),
        "several_sources": mean_fact(runs, f"{project}_several_sources"),
        "most_sources": max(run.facts.get(f"{project}_most_sources", 0.0) for run in runs),
    }


def audit_text(found: Audit, lang: str = "zh") -> str:
    """The audit as it is read in a terminal, in `lang` (zh or en)."""
    first, last = found["years"][0], found["years"][-1]
    blocks = [
        [
            say(lang, f"资金审计 {first}—{last}（全地区，{found['runs']} 次模拟平均）",
                f"Audit of public money {first}-{last}, whole place, mean over {found['runs']} runs"),
            "=" * WIDTH,
        ],
        fund_table(found, lang),
        line_table(found, lang),
        project_table(found, lang),
    ]  # fmt: skip
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def book_heads(lang: str) -> list[str]:
    """Headings of what is booked."""
    names = (("批准", "committed"), ("支付", "paid"), ("流失", "leaked"), ("交回", "returned"))
    return [say(lang, zh, en) for zh, en in names]


def fund_table(found: Audit, lang: str) -> list[str]:
    """Every fund: what came in, what became of it, what lies idle."""
    names = ("inflow", *BOOKS, "balance")
    scale, scale_name = money_scale(max(fund[name] for fund in found["funds"] for name in names), lang)
    head = [f"{say(lang, '资金', 'fund')} ({scale_name})", say(lang, "拨入", "put in"), *book_heads(lang)]
    head += [say(lang, "结余", "left"), say(lang, "闲置", "idle")]
    rows = [
        [fund["title"][lang], *(amount(fund[name], scale) for name in names), f"{100 * fund['idle_share']:.0f}%"]
        for fund in found["funds"]
    ]
    return columns([head, *rows], [False, *[True] * 7])


def line_table(found: Audit, lang: str) -> list[str]:
    """Every line of the ledger, under its fund."""
    if not found["lines"]:
        return []
    scale, scale_name = money_scale(max(line[name] for line in found["lines"] for name in BOOKS), lang)
    titles = {fund["fund"]: fund["title"][lang] for fund in found["funds"]}
    rows = [[f"{say(lang, '措施', 'kind')} ({scale_name})", say(lang, "用途", "use"), *book_heads(lang)]]
    for fund in dict.fromkeys([*titles, *(line["fund"] for line in found["lines"])]):
        lines = [line for line in found["lines"] if line["fund"] == fund]
        rows += [[titles.get(fund, fund), *[""] * (1 + len(BOOKS))]] if lines else []
        for line in lines:
            amounts = (amount(line[name], scale) for name in BOOKS)
            rows.append(["    " + kind_title(line["kind"], lang), word(line["use"], lang), *amounts])
    return columns(rows, [False, False, *[True] * 4])


def amount(yuan: float, scale: float) -> str:
    """Yuan in the size of a table."""
    return f"{yuan / scale:,.{2 if scale == 1e8 else 1}f}" if yuan else "0"


def kind_title(name: str, lang: str) -> str:
    """A kind of intervention by its title; what is no kind (overhead, standing transfers) by its word."""
    standing = {
        "pension": ("基本养老金", "basic pension"),
        "reimbursement": ("医疗费用报销", "medical reimbursement"),
        "standing_dibao": ("原有低保", "dibao under standing terms"),
        "overhead": ("管理费", "overhead"),
        "unallotted": ("未分配", "unallotted"),
    }
    if name in KINDS:
        return say(lang, KINDS[name].title_zh, KINDS[name].title_en)
    state = state_title(name)
    if state:
        return state[lang]
    return say(lang, *standing[name]) if name in standing else word(name, lang)


def project_table(found: Audit, lang: str) -> list[str]:
    """Projects by the number of their sources, and those that hold more than they can carry."""
    head = [say(lang, "项目", "project"), say(lang, "单一来源", "one source"), say(lang, "多头投入", "several sources")]
    head.append(say(lang, "最多来源", "most sources"))
    rows = [
        [
            say(lang, *PROJECTS[row["project"]]),
            *(f"{row[name]:,.0f}" for name in ("one_source", "several_sources", "most_sources")),
        ]
        for row in found["projects"]
    ]
    over = found["overfunded"]
    told = say(
        lang,
        f"资金超过承载能力的合作社：{over['projects']:,.0f} 个，超出 {money(over['yuan'], lang)}",
        f"Cooperatives holding more than they can carry: {over['projects']:,.0f}, by {money(over['yuan'], lang)}",
    )
    return [*columns([head, *rows], [False, True, True, True]), told]


def audit_csv(found: Audit) -> str:
    """The audit as CSV, one figure a row."""
    rows: list[Sequence[Any]] = [COLUMNS]
    for fund in found["funds"]:
        for name in ("inflow", *BOOKS, "balance"):
            rows.append(("fund", fund["fund"], "", "", "", name, fund[name], "yuan"))
        rows.append(("fund", fund["fund"], "", "", "", "idle_share", fund["idle_share"], "share"))
    for line in found["lines"]:
        for name in BOOKS:
            rows.append(("line", line["fund"], line["use"], line["kind"], "", name, line[name], "yuan"))
    for row in found["projects"]:
        for name in ("one_source", "several_sources"):
            rows.append(("project", "", "", "", row["project"], name, row[name], "projects"))
        rows.append(("project", "", "", "", row["project"], "most_sources", row["most_sources"], "funds"))
    for name, unit in (("projects", "projects"), ("yuan", "yuan")):
        rows.append(("overfunded", "", "", "", "cooperative", name, found["overfunded"][name], unit))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
