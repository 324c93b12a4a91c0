"""What an answer rests on: the choices it is conditional on and the numbers nobody has published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.words import pair

FIRST = "yuan_per_listed_household"
FOREMOST = ("programme.funds.", "programme.targets.")
"""Beginnings of the paths that decide how much is spent and what is asked for."""
ACCOUNTING = "model.accounting"
PROCESS = "model.process_"


def assumptions(resolved: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Numbers that are assumptions: yuan per listed household first, then others of funds and targets, then the rest,
    each by the width of its range relative to its value, the widest first. Nothing is known of what they move: that
    takes `--each-range`. `text_zh` is the reason in Chinese, of those that have one."""
    numbers = resolved.get("numbers", {})
    assumed = {path: number for path, number in numbers.items() if number["source"]["kind"] == "assumption"}
    return [
        {
            "path": path,
            "value": number.get("value"),
            "unit": number.get("unit"),
            "range": number.get("range"),
            "text": number["source"]["text"],
            "confidence": number.get("confidence"),
            **({"text_zh": number["source"]["zh"]} if "zh" in number["source"] else {}),
        }
        for path, number in sorted(assumed.items(), key=lambda item: _rank(*item))
    ]


def _rank(path: str, number: Mapping[str, Any]) -> tuple[bool, bool, float, str]:
    return (not path.endswith(FIRST), not path.startswith(FOREMOST), -relative_width(number), path)


def relative_width(number: Mapping[str, Any]) -> float:
    """Width of a number's range over its value, over the farther end where the value is zero; zero without a range."""
    ends = number.get("range")
    if not ends:
        return 0.0
    scale = abs(number.get("value") or 0.0) or max(map(abs, ends))
    return float((ends[1] - ends[0]) / scale) if scale else 0.0


def conditional_on(resolved: Mapping[str, Any], meta: Mapping[str, Any]) -> dict[str, Any]:
    """The macro path, the parameters, the accounting convention, every other named choice, the processes switched off
    in words, and what was changed, with the titles of changes."""
    applied = resolved.get("applied", {})
    switches = {path: switch["value"] for path, switch in sorted(resolved.get("choices", {}).items())}
    return {
        "macro": meta.get("macro", "forecast"),
        "parameters": "fixed" if meta.get("fixed", False) else "drawn",
        "accounting": switches.pop(ACCOUNTING, None),
        "switches": switches,
        "off": [
            _process(path, choice)
            for path, choice in sorted(resolved.get("choices", {}).items())
            if path.startswith(PROCESS) and choice["value"] == "off"
        ],
        "applied": applied,
        "changes": [title(resolved, f"changes.{name}", name) for name in applied.get("changes", [])],
    }


def _process(path: str, choice: Mapping[str, Any]) -> dict[str, str]:
    """What a process is, from the note of its switch (Chinese / English); its name where there is none."""
    zh, slash, en = str(choice.get("note", "")).partition(" / ")
    return {"zh": zh, "en": en} if slash else pair(path.removeprefix(PROCESS))


def title(resolved: Mapping[str, Any], path: str, name: str) -> dict[str, str]:
    """The title of a thing in both languages: from the scenario where it has one, else from the common words."""
    titles = resolved.get("titles", {})
    found = titles.get(path)
    return {"zh": found["zh"], "en": found["en"]} if found else pair(name)
