"""What is wrong with a file a user wrote: where, what, and what to write instead, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from scenarios.messages import wordings


@dataclass(frozen=True, order=True)
class Fault:
    """One fault at `file:line:column` (both from 1). `fix` says what to write instead; it may be empty."""

    file: str
    line: int
    column: int
    what_zh: str
    what_en: str
    fix_zh: str
    fix_en: str

    def text(self, lang: str = "zh") -> str:
        """`file:line:column: what; write instead ...` in `lang`, zh or en."""
        place = f"{self.file}:{self.line}:{self.column}: "
        if lang == "zh":
            return place + self.what_zh + (f"；应改为：{self.fix_zh}" if self.fix_zh else "")
        return place + self.what_en + (f"; write instead: {self.fix_en}" if self.fix_en else "")


class ScenarioFaults(ValueError):
    """Every fault of a file and of the files it pulls in. `str` gives them in Chinese, one a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.text("zh"))

    def text(self, lang: str = "zh") -> str:
        """All faults, one a line, in `lang`."""
        return "\n".join(fault.text(lang) for fault in self.faults)


def fault(file: str, position: tuple[int, int], message: str, **words: object) -> Fault:
    """The fault called `message` in the table of messages, its blanks filled with `words`.

    A word that differs between the languages is given twice, as `name_zh` and `name_en`, and stands in both texts
    as `{name}`.
    """
    zh = {key.removesuffix("_zh"): word for key, word in words.items() if not key.endswith("_en")}
    en = {key.removesuffix("_en"): word for key, word in words.items() if not key.endswith("_zh")}
    wording = wordings()[message]
    line, column = position
    return Fault(
        file,
        line,
        column,
        wording.what_zh.format(**zh),
        wording.what_en.format(**en),
        wording.fix_zh.format(**zh),
        wording.fix_en.format(**en),
    )


def fault_at(origin: str, message: str, **words: object) -> Fault:
    """The fault where a number came from: `file:line:column`, or the command line."""
    file, line, column = origin.rsplit(":", 2) if origin.count(":") >= 2 else ("--set", "1", "1")
    return fault(file, (int(line), int(column)), message, **words)


def closest(word: object, known: Iterable[object]) -> str:
    """What to write for a misspelt `word`: the nearest known words, or, where none is near, all (at most twelve)."""
    words = sorted(map(str, known))
    near = get_close_matches(str(word), words, n=2, cutoff=0.6)
    shown = near or words[:12]
    return " | ".join(shown) + ("" if near or len(words) <= 12 else " | ...")
