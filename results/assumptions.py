"""What an answer rests on: the choices it is conditional on and the numbers nobody has published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.words import pair

FIRST = "yuan_per_listed_household"
ORDER_OF_CONFIDENCE = {"C": 0, "B": 1, "A": 2}
ORDER_OF_ORIGIN = {"programme": 0, "place": 1, "model": 2}
ACCOUNTING = "model.accounting"
PROCESS = "model.process_"


def assumptions(resolved: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Numbers that are assumptions: yuan per listed household first, then the least certain, the programme's first.
    `text_zh` is the reason in Chinese, of those that have one."""
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


def _rank(path: str, number: Mapping[str, Any]) -> tuple[bool, int, int, str]:
    confidence = ORDER_OF_CONFIDENCE.get(str(number.get("confidence")), len(ORDER_OF_CONFIDENCE))
    origin = ORDER_OF_ORIGIN.get(path.split(".")[0], len(ORDER_OF_ORIGIN))
    return (not path.endswith(FIRST), confidence, origin, path)


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
