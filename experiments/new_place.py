"""A place of a planner's own: a commented file to fill in, a programme that uses it, and tables for villages and homes.

Every number is explained in Chinese, with its unit and the office that has it. What only the county knows says `待填`
until it is filled in, and `fupin check` lists what is left; the rest stands in from rural Hunan, marked so and with its
range, so that an answer says on how many borrowed numbers it rests.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

import scenarios
from experiments import spreadsheets
from experiments.refusal import Refusal
from experiments.spreadsheets import CLASSES, HOUSEHOLDS, KEY, OTHER, PARTS, VILLAGES, WEAK
from results.intervals import keyed_generator
from results.words import plain_unit
from scenarios import Loaded, Number
from scenarios.shape import TO_FILL_IN as OPEN

STAND_IN = "hunan_2017_2020"
NAME = re.compile(r"[a-z][a-z0-9_]*")
SAMPLED = 20_000
OF_STRATUM = {"key": ("villages_key", None), "weak": ("villages_under_100k", "villages_key")}
OF_STRATUM |= {"other": ("villages_total", "villages_under_100k")}
ONE_COUNTY = {"counties": 1.0, "counties_supported": 1.0, "county_level_sd": 0.0, "supported_county_gap": 0.0}
TITLES = {"wage": "工资性收入", "business": "经营净收入", "property": "财产净收入", "transfer": "转移净收入"}


def new_place(name: str, title: str, year0: int, to: Path, sheets: Sequence[Path]) -> list[Path]:
    """Write NAME.yaml, NAME_plan.yaml and, where none was given to read, empty tables into a folder; return the files.

    `sheets` are CSV files of villages or of households. Raises Refusal, or ScenarioFaults with every fault of the
    sheets, before anything is written; no file there is overwritten.
    """
    villages, households = sorted_out(sheets)
    faults = (
        [] if NAME.fullmatch(name) else [(f"--name 只用小写字母、数字和下划线：{name}", f"no name for files: {name}")]
    )
    if not 2000 <= year0 <= 2100:
        faults.append((f"--year 在 2000 与 2100 之间：{year0}", f"--year lies between 2000 and 2100: {year0}"))
    files = {f"{name}.yaml": "", f"{name}_plan.yaml": ""}
    if not sheets:
        files |= {"villages.csv": _table(VILLAGES), "households.csv": _table(HOUSEHOLDS)}
    faults += [(f"已有 {to / file}，不覆盖", f"{to / file} is there already") for file in files if (to / file).exists()]
    if to.exists() and not to.is_dir():
        faults.append((f"{to} 不是文件夹", f"{to} is no folder"))
    if faults:
        raise Refusal(*faults)
    read = spreadsheets.read_sheets(villages, households)
    told = spreadsheets.derived(*read)
    names = "、".join(sheet.name for sheet in read if sheet)
    files[f"{name}.yaml"] = place_text(name, title, year0, told, names)
    files[f"{name}_plan.yaml"] = plan_text(name, title, year0)
    return write_all(to, files)


def example(to: Path) -> list[Path]:
    """Two made-up tables to try the commands on: 60 villages and 800 households. Nothing in them was observed."""
    files = {
        "villages.csv": _table(VILLAGES, _example_villages()),
        "households.csv": _table(HOUSEHOLDS, _example_homes()),
    }
    there = [to / file for file in files if (to / file).exists()]
    if there:
        raise Refusal(*((f"已有 {file}，不覆盖", f"{file} is there already") for file in there))
    return write_all(to, files)


def sorted_out(sheets: Sequence[Path]) -> tuple[Path | None, Path | None]:
    """Which file is of villages and which of households, by their headings. Raises Refusal for two of a kind."""
    found: dict[bool, list[Path]] = {True: [], False: []}
    for path in sheets:
        if not path.is_file():
            raise Refusal((f"没有这个文件：{path}", f"no such file: {path}"))
        first = (spreadsheets.decoded(path.read_bytes()) or "").partition("\n")[0]
        found["户编号" in first or "household," in f"{first.strip()},"].append(path)
    if max(len(paths) for paths in found.values()) > 1:
        raise Refusal(("--from 最多给一个村表和一个户表", "--from takes one table of villages and one of households"))
    return next(iter(found[False]), None), next(iter(found[True]), None)


def write_all(to: Path, files: Mapping[str, str]) -> list[Path]:
    """Write several files, all of them or none."""
    to.mkdir(parents=True, exist_ok=True)
    drafts = {to / f"{name}.part": to / name for name in files}
    try:
        for draft, text in zip(drafts, files.values(), strict=True):
            # Excel takes a CSV for UTF-8 only if it begins with a byte-order mark.
            coding = "utf-8-sig" if ".csv" in draft.name else "utf-8"
            draft.write_text(text, encoding=coding, newline="\n")
        for draft, path in drafts.items():
            os.replace(draft, path)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return list(drafts.values())


def explained() -> list[dict[str, str]]:
    """What every number of a place means and where a county finds it, in the order of the file."""
    text = (resources.files("experiments") / "new_place.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def place_text(name: str, title: str, year0: int, told: Mapping[str, float], names: str) -> str:
    """The place file: `told` numbers come from the planner's tables `names`."""
    stand_in = scenarios.load(STAND_IN)
    told = {**ONE_COUNTY, **told}
    told |= sample(told)
    lines = _head(name, title, year0)
    section = ""
    for entry in explained():
        if entry["section"] != section:
            section = entry["section"]
            lines += ["", f"  # 【{section}】"]
        where = f"。出处：{entry['where']}" if entry["where"] else ""
        number = stand_in.numbers[f"place.{entry['name']}"]
        lines += [f"  # {_mark(entry, told)}{entry['zh']}{where}。单位：{plain_unit(number.unit, 'zh')}"]
        lines += [f"  {entry['name']}: {_value(entry, number, told, names)}"]
    lines += ["", *_switches(stand_in), "", *_series(year0, told, names)]
    lines += ["", *_published(told, names), "", *_overrides(stand_in)]
    return "\n".join(lines) + "\n"


def sample(told: Mapping[str, float]) -> dict[str, float]:
    """How many villages of each class a sample of 20,000 households holds, where the numbers of villages are known."""
    if "villages_total" not in told:
        return {}
    there = {stratum: told[all_of] - told.get(less or "", 0.0) for stratum, (all_of, less) in OF_STRATUM.items()}
    most = SAMPLED / told["households_per_village"]
    part = min(1.0, most / told["villages_total"])
    return {f"sample_{stratum}": float(max(1, round(part * number))) for stratum, number in there.items()}


def _head(name: str, title: str, year0: int) -> list[str]:
    return [
        f"# {title}：由 fupin new place 生成。写着“{OPEN}”的必须填；标“暂用”的借自湖南农村，请尽量换成本县的数。",
        "# 填数时一并写明来源：clause（条款）、evidence（公布的数据）、assumption（假设）三者取一；",
        "# confidence 为 A、B 或 C，C 必须写 range: [低, 高]。填完后 fupin check 本文件，再 fupin anchor 本文件。",
        "kind: place",
        f"name: {name}",
        f'title: {{zh: "{title}", en: "{name}"}}',
        "# 基年：规划开始前的最后一年",
        f"year0: {year0}",
        "burn_in_years: 8",
        "parameters:",
    ]


def _mark(entry: Mapping[str, str], told: Mapping[str, float]) -> str:
    if entry["name"] in told:
        return ""
    return {"must": f"【{OPEN}】", "should": "【暂用，宜核实】", "leave": "【暂用】", "solved": "【求解，不填】"}[
        entry["fill"]
    ]


def _value(entry: Mapping[str, str], number: Number, told: Mapping[str, float], names: str) -> str:
    name = entry["name"]
    if name in ONE_COUNTY or name.startswith("sample_") or name == "mean_ratio":
        value = told.get(name, number.value)
        return _number(value, number.unit, "assumption: A choice of design for one county, zh: 一个县的写法", "B")
    if name in told:
        return _number(told[name], number.unit, _summed(names), "B")
    if entry["fill"] == "must":
        return f"{{value: {OPEN}, unit: {number.unit}, evidence: {OPEN}来源, confidence: B}}"
    if entry["fill"] == "solved":
        source = 'assumption: "Solved by fupin anchor", zh: 由 fupin anchor 求解'
    else:
        source = 'assumption: "A stand-in from rural Hunan, to be checked", zh: 暂用湖南农村的数，待核实'
    return _number(number.value, number.unit, source, "C" if number.range else "B", number.range)


def _summed(names: str) -> str:
    return f'evidence: "由 {names} 汇总"'


def _number(value: float, unit: str, source: str, confidence: str, reach: tuple[float, float] | None = None) -> str:
    ends = f", range: [{reach[0]:.6g}, {reach[1]:.6g}]" if reach else ""
    return f"{{value: {_plain(value)}, unit: {unit}, {source}, confidence: {confidence}{ends}}}"


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.6g}"


def _switches(stand_in: Loaded) -> list[str]:
    """Named choices as in the place that stands in."""
    lines = ["switches:"]
    for path, switch in stand_in.choices.items():
        if path.startswith("place."):
            quoted = ", ".join(f'"{choice}"' for choice in switch.choices)
            lines += [f"  {path.removeprefix('place.')}:", f'    value: "{switch.value}"', f"    choices: [{quoted}]",
                      f'    note: "{switch.note}"']  # fmt: skip
    return lines


def _series(year0: int, told: Mapping[str, float], names: str) -> list[str]:
    mean = f"{{value: {OPEN}, evidence: {OPEN}来源, confidence: B}}"
    if "rural_mean" in told:
        mean = f"{{value: {_plain(told['rural_mean'])}, {_summed(names)}, confidence: B}}"
    zh = 'assumption: "A stand-in, to be checked", zh: 暂用，待核实'
    return [
        "series:",
        "  # 本县农村居民人均可支配收入。出处：统计局。至少写基年；写出以后各年才能用 --macro published",
        "  rural_mean:",
        "    unit: yuan/person/year",
        "    points:",
        f"      {year0}: {mean}",
        "  # 农村居民消费价格涨幅。出处：统计局",
        "  inflation:",
        "    unit: share/year",
        "    points:",
        f"      {year0}: {{value: 0.02, {zh}, confidence: C, range: [0, 0.04]}}",
    ]


def _published(told: Mapping[str, float], names: str) -> list[str]:
    """What the place is anchored to."""
    lines = [
        "# fupin anchor 据以求解的公布数：人均收入四项构成，按户人均收入由低到高分五组（每组户数相同）的人均收入。",
        "# 出处：统计局住户调查，或由 households.csv 汇总。quintile_tolerance 是五组各自允许的偏差。",
        "published:",
    ]
    names_due = [*PARTS, *(f"quintile_{number}" for number in range(1, 6))]
    for name in names_due:
        title = TITLES.get(name) or f"第{name[-1]}组（1 最低）人均收入"
        value = told.get(f"published_{name}")
        stated = f"{{value: {OPEN}, unit: yuan/person/year, evidence: {OPEN}来源, confidence: B}}"
        if value is not None:
            stated = _number(value, "yuan/person/year", _summed(names), "B")
        lines += [f"  # {title}", f"  {name}: {stated}"]
    source = (
        'assumption: "As wide as for the provinces without quintiles of their own", zh: 与没有本地五等分数据的省相同'
    )
    return [*lines, f"  quintile_tolerance: {_number(0.15, 'share', source, 'B')}"]


def _overrides(stand_in: Loaded) -> list[str]:
    """Prices of bills, schools and business as in the place that stands in."""
    lines = ["# 医疗、教育、创业的花费，基年价：【暂用，宜核实】", "overrides:"]
    for path, number in stand_in.numbers.items():
        if path.startswith("model.") and "places/" in number.origin:
            source = 'assumption: "A stand-in from rural Hunan, to be checked", zh: 暂用湖南农村的数，待核实'
            told = _number(number.value, number.unit, source, "C" if number.range else "B", number.range)
            lines.append(f"  {path}: {told}")
    return lines


def plan_text(name: str, title: str, year0: int) -> str:
    """A programme that uses the place: three measures, three targets, to be replaced by the county's own."""
    template = (resources.files("experiments") / "new_plan.yaml").read_text(encoding="utf-8")
    for word, value in (("NAME", name), ("TITLE", title), ("FIRST", str(year0 + 1)), ("LAST", str(year0 + 4))):
        template = template.replace(f"<{word}>", value)
    return template


def _table(headings: Sequence[Any], rows: Sequence[Sequence[object]] = ()) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[heading.zh for heading in headings], *rows])
    return out.getvalue()


CHINESE = {cls: zh for zh, cls in CLASSES.items() if len(zh) == 2}
EXAMPLE_VILLAGES, EXAMPLE_HOMES = 60, 800
# Of each class: part of the villages, log mean of collective income, part of persons listed.
EXAMPLE_CLASSES = {KEY: (0.2, 9.4, 0.16), WEAK: (0.3, 10.2, 0.08), OTHER: (0.5, 12.0, 0.04)}


def _example_villages() -> list[list[object]]:
    random = keyed_generator("example villages")
    rows: list[list[object]] = []
    for cls, (part, level, listed) in EXAMPLE_CLASSES.items():
        for _ in range(round(part * EXAMPLE_VILLAGES)):
            households = round(float(np.exp(random.normal(5.6, 0.3))))
            persons = round(3.4 * households)
            income = round(float(np.exp(random.normal(level, 0.6))))
            counts = [households, persons, round(listed * persons), round(0.03 * persons), income, income // 2]
            rows.append([f"{CHINESE[cls]}{len(rows) + 1}村", CHINESE[cls], *counts])
    return rows


def _example_homes() -> list[list[object]]:
    """Incomes with the dispersion and the components of an inland county."""
    random, villages = keyed_generator("example households"), [str(row[0]) for row in _example_villages()]
    rows: list[list[object]] = []
    for number in range(EXAMPLE_HOMES):
        size = int(random.choice([1, 2, 3, 4, 5, 6], p=[0.08, 0.2, 0.24, 0.24, 0.15, 0.09]))
        head = float(np.exp(random.normal(9.2, 0.58)))
        parts = [round(size * head * share) for share in (0.41, 0.36, 0.02, 0.21)]
        flags = ["是" if head < 4500 else "否", "是" if head < 3200 else "否"]
        rows.append([f"{number + 1:04d}", villages[number % len(villages)], size, *flags, *parts])
    return rows
