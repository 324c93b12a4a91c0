"""Among whom an attribution shares a result, as a planner asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from results import players
from results.attribution import EXACT

Faults = tuple[tuple[str, str], ...]
NONE: Faults = ()


def chosen(kinds: Sequence[str], groups: Sequence[str], each: bool) -> tuple[tuple[players.Player, ...], Faults]:
    """The players and what is wrong with what was asked, all at once.

    `groups`: "a+b", kinds that are one player; what they leave over is one more. `each`: every kind by itself. With
    neither, kinds by themselves if they are few, else by use. The order of `kinds` and `groups` changes nothing.
    """
    asked = [[name.strip() for name in group.split("+")] for group in groups]
    faults = _faults(kinds, asked, each)
    if faults:
        return (), faults
    if asked:
        found = players.grouped(asked, kinds)
    else:
        found = players.alone(kinds) if each or len(kinds) <= EXACT else players.by_use(kinds)
    if len(found) < 2:
        return (), (("归因至少需要两组措施", "an attribution needs two players at least"),)
    return found, NONE


def _faults(kinds: Sequence[str], groups: Sequence[Sequence[str]], each: bool) -> Faults:
    faults = []
    if each and groups:
        faults.append(("--each 与 --group 只能给一个", "give --each or --group, not both"))
    named = Counter(name for group in groups for name in group)
    for name in sorted(named.keys() - set(kinds)):
        near = get_close_matches(name, kinds, n=1)
        zh, en = (f"；是否指 {near[0]}", f"; did you mean {near[0]}") if near else ("", "")
        faults.append((f"--group：方案没有措施“{name}”{zh}", f"--group: the programme has no kind {name!r}{en}"))
    twice = sorted(name for name, count in named.items() if count > 1 and name in kinds)
    faults += [(f"--group：{name} 出现两次", f"--group: {name} is named twice") for name in twice]
    return tuple(faults)
