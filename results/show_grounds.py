"""The end of the printed answer: how open questions of the documents were read, and on what numbers it rests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.assumptions import PROCESS
from results.choices import choice_title, choice_word
from results.tables import wrap
from results.words import plain_unit, quantity, say, unit

WIDTH = 100
MOST = 5
READING = ".default_reading"
RANKED = ("最要紧的假设（没有公开出处的数字）", "The assumptions that matter most (numbers nobody published)")
UNRANKED = (
    "没有公开出处的数字（未按影响排序：先资金和目标，再按区间相对宽度；--each-range 可排序）",
    "Numbers nobody published (not ranked: funds and targets first, then by range; --each-range ranks)",
)

Answers = Mapping[str, Any]


def ambiguities(answers: Answers, lang: str) -> list[str]:
    """What the documents leave open: the answer taken, and in brackets what else it could have been."""
    entries = answers.get("ambiguities", [])
    told = [_entry(answers, entry, lang) for entry in entries if entry.get("own", True)]
    known = {entry["path"] for entry in entries}
    for path, chosen in answers["conditional_on"]["switches"].items():
        if path not in known and not path.startswith(PROCESS) and not path.endswith(READING):
            told.append(f"{choice_title(path, lang)}{say(lang, '：', ': ')}{choice_word(path, chosen, lang)}")
    head = say(
        lang, "文件未写明之处的取法（括号内为其他取法）", "What the documents leave open: as read here (other readings)"
    )
    others = [f"{_entry(answers, entry, lang)} [{', '.join(entry['texts'])}]" for entry in entries
              if not entry.get("own", True)]  # fmt: skip
    elsewhere = say(lang, "其他文件提出、本方案也须取定的（方括号内为提出的条款）",
                    "Raised by other documents and answered here too [the clauses that raise it]")  # fmt: skip
    lines = [head, "-" * WIDTH, *_hanging(told)] if told else []
    lines += [""] if told and others else []
    return [*lines, *([elsewhere, "-" * WIDTH, *_hanging(others)] if others else [])]


def _hanging(texts: list[str]) -> list[str]:
    """Each text wrapped, its further lines set in."""
    lines = []
    for text in texts:
        first, *rest = wrap(text, WIDTH - 4)
        lines += [first, *(f"    {part}" for part in rest)]
    return lines


def _entry(answers: Answers, entry: Answers, lang: str) -> str:
    path, colon = entry["path"], say(lang, "：", ": ")
    name = f"{entry['number']} {entry['title'][lang]}"
    if path.endswith(READING):
        target = path.removeprefix("programme.targets.").removesuffix(READING)
        name += say(lang, "，", ", ") + target
        return f"{name}{colon}{_reading(answers, target, entry['chosen'], lang)}"
    if (title := choice_title(path, lang)) != entry["title"][lang]:
        name += say(lang, "，", ", ") + title
    others = [choice_word(path, other, lang) for other in entry["alternatives"]]
    rest = say(lang, f"（{'；'.join(others)}）", f" ({'; '.join(others)})") if others else ""
    return f"{name}{colon}{choice_word(path, entry['chosen'], lang)}{rest}"


def _reading(answers: Answers, target: str, reading: str, lang: str) -> str:
    """The reading in words; the others stand in the table of other readings."""
    words = {(row["id"], row["reading"]): row[f"reading_{lang}"] for row in answers["targets"]}
    return words.get((target, reading), reading)


def _reason(entry: Answers, lang: str) -> str:
    """Why a number was assumed; an answer of an earlier version says it in English only."""
    return str(entry["text"] if lang == "en" else entry.get("text_zh", entry["text"]))


def _moves(entry: Answers, lang: str) -> str:
    """What the ends of a number's range do to the target they move most, where that has been simulated."""
    moves = entry.get("moves")
    if not moves or not moves["target"]:
        return ""
    ends = " / ".join("-" if moves[end] is None else quantity(moves[end], moves["unit"]) for end in ("low", "high"))
    told = f"{moves['target']} {ends} {unit(moves['unit'], lang)}"
    return say(lang, f"（取区间两端时余量变化：{told}）", f" (margin at the ends of its range: {told})")


def assumptions(answers: Answers, lang: str) -> list[str]:
    """The first numbers nobody published, with range, unit and reason; and how many more there are."""
    entries = answers["assumptions"][:MOST]
    if not entries:
        return []
    more = len(answers["assumptions"]) - len(entries)
    head = say(lang, *(RANKED if any("moves" in entry for entry in entries) else UNRANKED))
    lines = [head, "-" * WIDTH]
    for entry in entries:
        reach = f" [{entry['range'][0]:,.10g}, {entry['range'][1]:,.10g}]" if entry["range"] else ""
        lines.append(f"{entry['path']} = {entry['value']:,.10g}{reach} {plain_unit(entry['unit'], lang)}")
        lines += ["    " + part for part in wrap(_reason(entry, lang) + _moves(entry, lang), WIDTH - 4)]
    if more:
        lines.append(say(lang, f"另有 {more} 个，见 answers.json", f"and {more} more in answers.json"))
    return lines
