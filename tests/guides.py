"""The code of a guide, as a reader would copy it."""

from __future__ import annotations

import re
from pathlib import Path

GUIDES = Path(__file__).parent.parent / "docs" / "guides"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(guide: str) -> list[tuple[str, str, str]]:
    """(language, file name or nothing, text) of each fenced block of a guide."""
    return BLOCK.findall((GUIDES / guide).read_text(encoding="utf-8"))


def script(guide: str) -> str:
    """Its Python, top to bottom."""
    return "\n\n".join(text for language, _, text in blocks(guide) if language == "python")
