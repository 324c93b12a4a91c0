"""The part of the printed answer that tells each year and county apart, and the lines that relative targets have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from results.marginals import COUNTY
from results.tables import wrap
from results.words import chance, quantity, say, word

WIDTH = 100
MOST_COUNTIES = 15
"""Up to so many counties are told one by one; of more, the lowest, the middle and the highest."""

Answers = Mapping[str, Any]


def every_year_and_county(answers: Answers, lang: str) -> list[str]:
    """For each target that must hold every year (default reading) or in every county: all together, and each alone."""
    rows = [row for row in answers["targets"] if row.get("marginals") and (row["default"] or _of_counties(row))]
    if not rows:
        return []
    head = say(
        lang,
        "逐年、逐县的概率（联合概率不是各年、各县概率的平均）",
        "Year by year and county by county (the joint probability is not the mean of these)",
    )
    made_up = say(
        lang,
        "（示例县由模型抽样生成，编号不对应任何真实的县）",
        "(Sample counties are made by the model; their numbers stand for no real county.)",
    )
    told = [line for row in rows for line in _row(row, lang)]
    return [head, "-" * WIDTH, *told, *([made_up] if any(_of_counties(row) for row in rows) else [])]


def _of_counties(row: Answers) -> bool:
    return any(part["of"] == "county" for part in row["marginals"])


def _row(row: Answers, lang: str) -> list[str]:
    seen, colon, pause = row["joint_seen"], say(lang, "：", ": "), say(lang, "；", "; ")
    name = f"{row['id']} {row[f'reading_{lang}']}"
    together = say(lang, "同时实现", "all together")
    if row["projected"]:
        together += say(lang, "（按样本所见，偏低）", " (as the sample shows it: low)")
    joint = f"{together} {chance(seen['probability'], seen['interval'])}"
    joint += f"{pause}{word('null', lang)} {chance(seen['null_probability'], None)}"
    lines = wrap(f"{name}{colon}{joint}", WIDTH)
    for arm, key in (("policy", "probability"), ("null", "null_probability")):
        apart = _apart([(part["label"], part[key]) for part in row["marginals"] if part[key] is not None], lang)
        if apart:
            lines += ["    " + part for part in wrap(f"{word(arm, lang)}{colon}{apart}", WIDTH - 4)]
    return lines


def _apart(parts: Sequence[tuple[str, float]], lang: str) -> str:
    """Each label with its probability; many counties as lowest, middle and highest."""
    comma = say(lang, "，", ", ")
    if len(parts) <= MOST_COUNTIES:
        return comma.join(f"{_label(label, lang)} {chance(value, None)}" for label, value in parts)
    ranked = sorted(parts, key=lambda part: part[1])
    middle = chance(median(value for _, value in parts), None)
    ends = [f"{_label(label, lang)} {chance(value, None)}" for label, value in (ranked[0], ranked[-1])]
    return say(
        lang,
        f"{len(parts)} 个示例县，最低{ends[0]}，中位 {middle}，最高{ends[1]}",
        f"{len(parts)} sample counties, lowest {ends[0]}, median {middle}, highest {ends[1]}",
    )


def _label(label: str, lang: str) -> str:
    number = label.removeprefix(COUNTY)
    return label if number == label else say(lang, f"示例县{number}", label)


def relative_lines(answers: Answers, lang: str) -> list[str]:
    """Both lines of a relative target in yuan: the one that moves with the year's mean, and the document's estimate."""
    found: dict[str, dict[str, Answers]] = {}
    for row in answers["targets"]:
        if row.get("line"):
            found.setdefault(row["id"], {}).setdefault(_kind(row["reading"]), row)
    if not found:
        return []
    head = say(lang, "相对线（元/人·年）：随当年均值变动的线与文件的测算数", "Relative lines, yuan a person and year")
    return [head, "-" * WIDTH, *(part for name, rows in found.items() for part in _lines_of(name, rows, lang))]


def _kind(reading: str) -> str:
    """Readings by the document's own estimate carry it in their name."""
    return "document" if "document" in reading else "moving"


def _lines_of(name: str, rows: Mapping[str, Answers], lang: str) -> list[str]:
    told = []
    for row in rows.values():
        low, middle, high = (quantity(row["line"][at], "yuan", signed=False) for at in ("p10", "p50", "p90"))
        spread = "" if low == high else f" [{low}, {high}]"
        reached = chance(row["probability"], None)
        share = say(lang, f"实现的概率 {reached}", f"reached with {reached}")
        told.append(f"{row[f'reading_{lang}']}{say(lang, '：', ': ')}{middle}{spread}{say(lang, '，', ', ')}{share}")
    return wrap(f"{name} " + say(lang, "；", "; ").join(told), WIDTH)
