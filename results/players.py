"""Who a result is shared among: kinds of intervention alone, by use, or in a planner's own groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.interventions import KINDS

REST = "rest"
"""The kinds of a programme that a planner's own groups do not name."""

USES: Mapping[str, tuple[str, ...]] = {
    "production": (
        *("industry_support", "cooperative_support", "equity_dividends", "market_link", "land_lease"),
        *("start_up_grant", "village_leader"),
    ),
    "work": ("training", "job_placement", "workshop", "public_posts", "motivation"),
    "credit": ("micro_loan", "mutual_fund", "insurance"),
    "village": ("village_station", "village_grant", "infrastructure"),
    "services": ("health_cover", "education_grant", "housing", "relocation"),
    "transfers": ("dibao", "living_allowance", "relief", "near_poor", "ecology", "social_pairing"),
}
"""What every kind is for: the uses of the page on the architecture."""

TITLES: Mapping[str, tuple[str, str]] = {
    "production": ("产业与自营", "production, own business"),
    "work": ("就业", "work"),
    "credit": ("信贷与风险", "credit and risk"),
    "village": ("村集体与设施", "the village"),
    "services": ("教育医疗住房", "services and houses"),
    "transfers": ("转移支付", "transfers"),
    REST: ("其余措施", "the other kinds"),
}


@dataclass(frozen=True)
class Player:
    """One of those a result is shared among. `kinds` are all at work or none, in the order programmes serve them."""

    name: str
    kinds: tuple[str, ...]

    @property
    def title(self) -> dict[str, str]:
        """What a reader calls it."""
        if self.name in TITLES:
            zh, en = TITLES[self.name]
            return {"zh": zh, "en": en}
        # What a kind consists of stands after a colon.
        short = [(KINDS[kind].title_zh.split("：")[0], KINDS[kind].title_en.split(":")[0]) for kind in self.kinds]
        return {"zh": "＋".join(zh for zh, _ in short), "en": " + ".join(en for _, en in short)}

    @property
    def parts(self) -> dict[str, str]:
        """Its kinds in words."""
        return {
            "zh": "＋".join(KINDS[kind].title_zh for kind in self.kinds),
            "en": " + ".join(KINDS[kind].title_en for kind in self.kinds),
        }


def alone(kinds: Iterable[str]) -> tuple[Player, ...]:
    """Every kind by itself."""
    return tuple(Player(kind, (kind,)) for kind in served(kinds))


def by_use(kinds: Iterable[str]) -> tuple[Player, ...]:
    """The kinds of each use together, uses of which there is no kind left out; a kind of one's own, which has no use
    among these, is with the rest."""
    there = set(kinds)
    groups = {use: served(there & set(of_use)) for use, of_use in USES.items()}
    groups[REST] = served(there - {kind for of_use in USES.values() for kind in of_use})
    return tuple(Player(use, own) for use, own in groups.items() if own)


def grouped(groups: Iterable[Sequence[str]], kinds: Iterable[str]) -> tuple[Player, ...]:
    """A planner's own groups, and what they leave over as one more; whatever the order they are given in."""
    own = sorted((served(group) for group in groups), key=lambda group: order(group[0]))
    over = served(set(kinds) - {kind for group in own for kind in group})
    players = tuple(Player("+".join(group), group) for group in own)
    return (*players, Player(REST, over)) if over else players


def recorded(players: Iterable[Player]) -> dict[str, list[str]]:
    """Players as plain data: kinds by name."""
    return {player.name: list(player.kinds) for player in players}


def from_record(record: Mapping[str, Sequence[str]]) -> tuple[Player, ...]:
    """Players as they were recorded, in their own order whatever the order of the record."""
    uses = [*USES, REST]
    found = [Player(name, tuple(kinds)) for name, kinds in record.items()]
    return tuple(
        sorted(found, key=lambda one: (uses.index(one.name), 0) if one.name in uses else (-1, order(one.kinds[0])))
    )


def served(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds, each once, in the order programmes serve them."""
    return tuple(sorted(set(kinds), key=order))


def order(kind: str) -> int:
    """The place of a kind among all."""
    return list(KINDS).index(kind)
