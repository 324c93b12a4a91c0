"""A planner's spreadsheets of villages and households, saved by Excel as CSV: read, checked, and summed up for a place.

UTF-8 (with or without a byte-order mark) and GBK are understood; headings may be Chinese or English, in any order, and
columns nobody asks for are let through. Every fault of both files is found at once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from calibration.anchor import quintile_means
from experiments.refusal import Refusal
from scenarios import Fault, ScenarioFaults

KEY, WEAK, OTHER = "key", "weak", "other"
CLASSES = {"重点": KEY, "重点村": KEY, "薄弱": WEAK, "薄弱村": WEAK, "其他": OTHER, "其他村": OTHER}
CLASSES |= {name: name for name in (KEY, WEAK, OTHER)}
YES_NO = {"是": True, "否": False, "yes": True, "no": False, "1": True, "0": False}
PARTS = ("wage", "business", "property", "transfer")
# Fewer than this many households with incomes tell no quintiles.
ENOUGH = 50


@dataclass(frozen=True)
class Heading:
    """A column: its headings, how a cell is read (None: not understood), what to write instead, whether it must be."""

    zh: str
    name: str
    read: Callable[[str], Any]
    fix_zh: str
    fix_en: str
    due: bool = True


def _text(cell: str) -> str | None:
    return cell or None


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", "").replace("，", ""))
    except ValueError:
        return None
    return value if value - value == 0.0 and "_" not in cell else None


def _not_negative(cell: str) -> float | None:
    value = _number(cell)
    return value if value is not None and value >= 0 else None


def _count(cell: str) -> int | None:
    value = _not_negative(cell)
    return int(value) if value is not None and value == int(value) else None


def _at_least_one(cell: str) -> int | None:
    value = _count(cell)
    return value if value else None


_WHOLE = ("从 0 起的整数", "a whole number from 0 on")
_ONE = ("从 1 起的整数", "a whole number from 1 on")
_YUAN = ("元，只写数字", "yuan, a number alone")
_FLAG = ("是 或 否", "yes or no")
VILLAGES = (
    Heading("村名", "village", _text, "村名", "the village's name"),
    Heading("类别", "class", CLASSES.get, "重点、薄弱 或 其他", "key, weak or other"),
    Heading("户数", "households", _at_least_one, *_ONE),
    Heading("人口", "persons", _at_least_one, *_ONE),
    Heading("在册人口", "listed_persons", _count, *_WHOLE),
    Heading("低保人口", "dibao_persons", _count, *_WHOLE),
    Heading("集体年收入", "collective", _not_negative, *_YUAN),
    Heading("其中经营收入", "operating", _not_negative, *_YUAN, due=False),
)
HOUSEHOLDS = (
    Heading("户编号", "household", _text, "不重复的编号", "a number of its own"),
    Heading("村名", "village", _text, "村名", "the village's name"),
    Heading("人口", "persons", _at_least_one, *_ONE),
    Heading("在册", "listed", lambda cell: YES_NO.get(cell.lower()), *_FLAG),
    Heading("低保", "dibao", lambda cell: YES_NO.get(cell.lower()), *_FLAG),
    Heading("工资性收入", "wage", _number, *_YUAN, due=False),
    Heading("经营净收入", "business", _number, *_YUAN, due=False),
    Heading("财产净收入", "property", _number, *_YUAN, due=False),
    Heading("转移净收入", "transfer", _number, *_YUAN, due=False),
)

Row = dict[str, Any]


@dataclass
class Sheet:
    """One file as it was read: rows by English column name, each with its line under `line`, and what is wrong."""

    name: str
    rows: list[Row] = field(default_factory=list)
    columns: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)

    def blame(self, line: int, zh: str, en: str, fix_zh: str = "", fix_en: str = "", column: int = 1) -> None:
        """Note a fault at a line."""
        self.faults.append(Fault(self.name, line, column, zh, en, fix_zh, fix_en))


def read_sheets(villages: Path | None, households: Path | None) -> tuple[Sheet | None, Sheet | None]:
    """Both files, checked also against one another. Raises ScenarioFaults with every fault of both."""
    towns = None if villages is None else read_sheet(villages, VILLAGES)
    homes = None if households is None else read_sheet(households, HOUSEHOLDS)
    if towns:
        _check_villages(towns)
    if homes:
        _check_once(homes, "household", "户编号")
    if towns and homes and not towns.faults:
        known = {row["village"] for row in towns.rows}
        for row in homes.rows:
            if row.get("village") and row["village"] not in known:
                zh, en = f"村名“{row['village']}”不在 {towns.name} 中", f"{towns.name} has no village {row['village']}"
                homes.blame(row["line"], zh, en, "该表中的村名", "a village of that file")
    faults = [fault for sheet in (towns, homes) if sheet for fault in sheet.faults]
    if faults:
        raise ScenarioFaults(faults)
    return towns, homes


def read_sheet(path: Path, headings: Sequence[Heading]) -> Sheet:
    """One file; what is wrong with it is noted. Raises Refusal where there is no such file."""
    if not path.is_file():
        raise Refusal((f"没有这个文件：{path}", f"no such file: {path}"))
    sheet = Sheet(str(path))
    text = decoded(path.read_bytes())
    if text is None:
        sheet.blame(1, "不是 UTF-8 或 GBK 的 CSV 文件", "no CSV file in UTF-8 or GBK", "在 Excel 中另存为 CSV UTF-8",
                    "save it as CSV UTF-8")  # fmt: skip
        return sheet
    lines = list(csv.reader(io.StringIO(text)))
    if not lines:
        sheet.blame(1, "文件是空的", "the file is empty", ",".join(h.zh for h in headings), "a first line of headings")
        return sheet
    places = _places(sheet, [cell.strip() for cell in lines[0]], headings)
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            sheet.rows.append(_row(sheet, number, cells, places))
    if not sheet.rows and not sheet.faults:
        sheet.blame(2, "没有一行数据", "no row of data", "每行一个村或一户", "a village or household a line")
    return sheet


def decoded(raw: bytes) -> str | None:
    """The text of a CSV file; None for a workbook and for any other encoding than UTF-8 and GBK."""
    if b"\0" in raw:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _places(sheet: Sheet, first: Sequence[str], headings: Sequence[Heading]) -> dict[int, Heading]:
    """Which column holds what."""
    places = {}
    for heading in headings:
        found = [index for index, cell in enumerate(first) if cell in (heading.zh, heading.name)]
        if len(found) > 1:
            sheet.blame(
                1, f"“{heading.zh}”有 {len(found)} 列", f"{len(found)} columns {heading.name}", "只留一列", "one"
            )
        elif found:
            places[found[0]] = heading
        elif heading.due:
            sheet.blame(1, f"缺少“{heading.zh}”一列", f"no column {heading.name}", heading.zh, heading.name)
    sheet.columns = frozenset(heading.name for heading in places.values())
    return places


def _row(sheet: Sheet, line: int, cells: Sequence[str], places: Mapping[int, Heading]) -> Row:
    row: Row = {"line": line}
    for index, heading in places.items():
        cell = cells[index].strip() if index < len(cells) else ""
        if not cell and not heading.due:
            continue
        value = heading.read(cell)
        if value is None:
            zh, en = f"“{heading.zh}”不能是“{cell}”", f"{heading.name} cannot be “{cell}”"
            sheet.blame(line, zh, en, heading.fix_zh, heading.fix_en, column=index + 1)
        else:
            row[heading.name] = value
    return row


def _check_villages(sheet: Sheet) -> None:
    _check_once(sheet, "village", "村名")
    whole = [
        ("households", "persons", "户数多于人口", "more households than persons"),
        ("listed_persons", "persons", "在册人口多于人口", "more listed persons than persons"),
        ("dibao_persons", "persons", "低保人口多于人口", "more persons on dibao than persons"),
        ("operating", "collective", "经营收入多于集体年收入", "more operating than collective income"),
    ]
    for row in sheet.rows:
        for part, all_of_it, zh, en in whole:
            if part in row and all_of_it in row and row[part] > row[all_of_it]:
                most = f"<= {row[all_of_it]:g}"
                sheet.blame(row["line"], zh, en, most, most)


def _check_once(sheet: Sheet, column: str, zh: str) -> None:
    seen: dict[str, int] = {}
    for row in sheet.rows:
        name = row.get(column)
        if name is not None and name in seen:
            sheet.blame(row["line"], f"{zh}“{name}”在第 {seen[name]} 行已有", f"{name} stands in line {seen[name]} too",
                        "不重复", "each once")  # fmt: skip
        elif name is not None:
            seen[name] = row["line"]


def derived(villages: Sheet | None, households: Sheet | None) -> dict[str, float]:
    """What the sheets say of a place, by the name of its number; `rural_mean` and what begins with `published_` too.
    Whatever both tell is taken from the villages, which are counted rather than sampled."""
    return {**_of_households(households), **_of_villages(villages)}


def _of_villages(sheet: Sheet | None) -> dict[str, float]:
    if sheet is None:
        return {}
    rows = sheet.rows
    total = {name: float(sum(row[name] for row in rows)) for name in ("households", "persons", "collective")}
    of_class = {name: [row["collective"] for row in rows if row["class"] == name] for name in (KEY, WEAK, OTHER)}
    found = {
        "villages_total": float(len(rows)),
        "villages_under_100k": float(len(of_class[KEY]) + len(of_class[WEAK])),
        "villages_key": float(len(of_class[KEY])),
        "households_per_village": total["households"] / len(rows),
        "household_size": total["persons"] / total["households"],
        "listed_persons": float(sum(row["listed_persons"] for row in rows)),
        "dibao_coverage": sum(row["dibao_persons"] for row in rows) / total["persons"],
    }
    if len(rows) > 1:
        found["village_size_sd"] = float(np.std(np.log([row["households"] for row in rows]), ddof=1))
    for name, held in of_class.items():
        # Incomes are drawn log-uniformly between the two: nothing is none, a yuan stands for it.
        low, high = np.quantile(held or total["collective"] / len(rows), (0.05, 0.95))
        found |= {f"collective_low_{name}": max(float(low), 1.0), f"collective_high_{name}": max(float(high), 2.0)}
    if "operating" in sheet.columns and total["collective"] > 0:
        found["collective_operating_share"] = sum(row.get("operating", 0.0) for row in rows) / total["collective"]
    return found


def _of_households(sheet: Sheet | None) -> dict[str, float]:
    if sheet is None:
        return {}
    persons = np.array([row["persons"] for row in sheet.rows], dtype=float)
    on_dibao = np.array([row["dibao"] for row in sheet.rows], dtype=float)
    found = {"household_size": float(persons.mean()), "dibao_coverage": float(persons @ on_dibao / persons.sum())}
    told = [row for row in sheet.rows if all(part in row for part in PARTS)]
    if len(told) >= ENOUGH:
        found |= _of_incomes(told)
    return found


def _of_incomes(rows: Sequence[Row]) -> dict[str, float]:
    """Mean income, its components a person, and the quintiles of households by income a person."""
    persons = np.array([row["persons"] for row in rows], dtype=float)
    parts = np.array([[row[part] for part in PARTS] for row in rows], dtype=float)
    income = parts.sum(axis=1)
    mean = float(income.sum() / persons.sum())
    fifths = quintile_means(income, persons, np.ones(len(rows)))
    found = {"rural_mean": mean}
    found |= {
        f"published_{part}": float(value) for part, value in zip(PARTS, parts.sum(axis=0) / persons.sum(), strict=True)
    }
    return found | {f"published_quintile_{n}": mean * value for n, value in enumerate(fifths, 1)}
