"""What a planner asked for and cannot have, said in Chinese and English."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is refused before anything is written. `faults` are (Chinese, English), one line each."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__("; ".join(en for _, en in faults))
        self.faults = faults

    def text(self, lang: str) -> str:
        """All faults, one a line, in `lang` (zh or en)."""
        return "\n".join(zh if lang == "zh" else en for zh, en in self.faults)
