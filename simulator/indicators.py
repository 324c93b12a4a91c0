"""States beside income that a document asks for: what stands, what is paid for, and how far it is when it falls due.

A village state is the share of a village's households that have it; a household state each household has or has not;
a derived state has no money of its own and reads what other processes do. What stands at year 0 comes of lasting
uniforms u: a village has the share u ** (1 / covered - 1), which lies between 0 and 1 and has the mean `covered`; a
household has it if u < `covered`.

Each quarter the line of an indicator, which may spend its `budget_share` of its fund and nothing else, pays for what is
missing at `unit_cost` (yuan for the whole of a village, or for a household): whole villages, the least covered first,
and of the next one as much as is left; households one by one, those of the least covered villages first. Nothing is
lost once it is there, and nothing here touches income: suppliers are paid. A household that comes on the list without
it counts as missing from then on. Covering more than is missing is impossible, and what no money came for stays
missing. Cites HN-1.5, HN-1.6, HN-1.10, HN-1.11, FS-2, FS-14, FS-15, FS-17, FS-20, LL-3.3.1, QZ-11.2, ZJ-1.5.5, ZJ-4.5,
ZJ-4.6. The draws of year 0 and the order of service are choices of the model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.accounts import Accounts
from simulator.calendar import Quarter
from simulator.draws import FOUNDING_INDICATORS, uniforms
from simulator.households import Households
from simulator.processes.disasters import UNSAFE
from simulator.rules import compiled, rule
from simulator.scenario import Indicator, Scenario
from simulator.villages import KEY, OTHER, WEAK, Villages

if TYPE_CHECKING:
    from simulator.world import World

VILLAGE, HOUSEHOLD = "village", "household"
AMONG: Mapping[str, int] = {"key": KEY, "weak": WEAK, "all": OTHER}
"""The last stratum of villages that counts, by name."""

# Which households count, and which of them have it: both (N,) bool.
Read = Callable[[Households], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class State:
    """A state that can be tracked. `number` keys its draws of year 0: a written constant, never reused; `bit` is its
    place in the column `enrolled` of households; `read` tells a derived one."""

    of: str
    title_zh: str
    title_en: str
    number: int = 0
    bit: int = 0
    read: Read | None = None

    @property
    def terms(self) -> Mapping[str, str]:
        """The numbers it takes, with their units."""
        if self.read is not None:
            return {"threshold": "share"}
        return {"threshold": "share", "covered": "share", "unit_cost": f"yuan/{self.of}", "budget_share": "share"}


def on_list(households: Households) -> np.ndarray:
    """The households on the list when the last review opened (N,) bool."""
    return (households.reviewed == 1) & (households.size > 0)


def safe_houses(households: Households) -> tuple[np.ndarray, np.ndarray]:
    """Listed households, and those of them in a safe house."""
    listed = on_list(households)
    return listed, listed & (households.house != UNSAFE)


def kept_at_school(households: Households) -> tuple[np.ndarray, np.ndarray]:
    """Listed households with somebody at school this year, and those of them that took nobody out for want of money."""
    left = households.dropouts > households.dropouts_before
    schooling = on_list(households) & ((households.students > 0) | left)
    return schooling, schooling & ~left


def dibao_granted(households: Households) -> tuple[np.ndarray, np.ndarray]:
    """Households that meet the dibao conditions as verified, and those of them to whom it was granted."""
    entitled = (households.size > 0) & (households.dibao_entitled == 1)
    return entitled, entitled & (households.dibao == 1)


STATES: Mapping[str, State] = {
    "road": State(VILLAGE, "村组道路硬化", "paved roads", 1),
    "water": State(VILLAGE, "饮水安全", "safe drinking water", 2),
    "power_grid": State(VILLAGE, "农网改造", "power grid", 3),
    "broadband": State(VILLAGE, "宽带接入", "broadband", 4),
    "sanitation": State(VILLAGE, "垃圾污水治理", "waste and sewage", 5),
    "demonstration_hamlets": State(VILLAGE, "示范自然村", "demonstration hamlets", 6),
    "clinic": State(VILLAGE, "村卫生站", "village clinics", 7),
    "bus": State(VILLAGE, "客运班车", "bus service", 8),
    "team": State(VILLAGE, "驻村工作队", "resident teams", 12),
    "pension_insurance": State(HOUSEHOLD, "养老保险参保", "pension insurance", 9, bit=1),
    "medical_insurance": State(HOUSEHOLD, "医疗保险参保", "medical insurance", 10, bit=2),
    "helper": State(HOUSEHOLD, "帮扶责任人", "an official answering for each household", 11, bit=4),
    "safe_house": State(HOUSEHOLD, "住房安全", "safe houses", read=safe_houses),
    "no_dropout": State(HOUSEHOLD, "不因贫失学", "nobody taken out of school", read=kept_at_school),
    "dibao_cover": State(HOUSEHOLD, "低保应保尽保", "dibao for all entitled", read=dibao_granted),
}
"""The states that a programme may ask for, by name. A village state is the column of that name."""


@dataclass(frozen=True)
class Tracked:
    """An indicator in one arm. `ledger_line` is the line it is paid on; None where nothing is paid: it is derived, or
    the arm has no programme."""

    entry: Indicator
    state: State
    terms: Mapping[str, float]
    ledger_line: int | None = None

    @property
    def funds(self) -> tuple[str, ...]:
        """The fund it may draw on, if any."""
        return () if self.ledger_line is None else (self.entry.fund,)

    @property
    def unit_fen(self) -> int:
        """Fen for the whole of a village, or for a household."""
        return math.floor(100.0 * self.terms["unit_cost"] + 0.5)

    def line_of(self, fund: str) -> int:
        """Its line in its fund. Raises ValueError where nothing is paid out of that fund."""
        if self.ledger_line is None or fund != self.entry.fund:
            raise ValueError(f"{self.entry.name} is not paid out of {fund}")
        return self.ledger_line

    def begun(self, now: Quarter) -> bool:
        """Whether money may be spent on it in this quarter."""
        return self.ledger_line is not None and Quarter(*self.entry.start) <= now


def track(world: World, scenario: Scenario, paying: bool, standing: bool = False) -> tuple[Tracked, ...]:
    """The indicators of a scenario, with what stands at year 0 written into their columns unless it is `standing` there
    already. Without `paying` nothing will be spent on them."""
    tracked = []
    for entry in scenario.indicators:
        state, terms = STATES[entry.name], scenario.under(f"programme.indicators.{entry.name}")
        paid = paying and state.read is None
        line = world.accounts.open_line(entry.fund, entry.use, entry.name) if paid else None
        tracked.append(Tracked(entry, state, terms, line))
        if state.read is None and not standing:
            found_state(world, entry.name, state, terms["covered"])
    return tuple(tracked)


def found_state(world: World, name: str, state: State, covered: float) -> None:
    """Write what stands at year 0 of one state."""
    luck = {"seed": world.luck.seed, "replicate": world.luck.replicate, "state_number": state.number}
    if state.of == VILLAGE:
        drawn = np.zeros(world.villages.length)
        lasting_uniforms({**luck, "agents": world.villages.key, "lane": 0, "drawn": drawn})
        getattr(world.villages, name)[:] = share_standing(drawn, covered)
    else:
        drawn = np.zeros(world.households.length)
        lasting_uniforms({**luck, "agents": world.households.key, "lane": 0, "drawn": drawn})
        enrolled = world.households.enrolled
        enrolled &= ~np.int8(state.bit)
        enrolled[(drawn < covered) & (world.households.size > 0)] |= np.int8(state.bit)


def share_standing(drawn: np.ndarray, covered: float) -> np.ndarray:
    """u ** (1 / covered - 1): between 0 and 1, with the mean `covered`, rising in both."""
    return drawn ** (1.0 / covered - 1.0) if covered > 0.0 else np.zeros_like(drawn)


@rule
def lasting_uniforms(seed, replicate, agents, state_number, lane, drawn):  # type: ignore[no-untyped-def]
    """One lasting uniform an agent and state: lane 0 for what stands at year 0, lane 1 for the order of service."""
    for row in range(agents.shape[0]):
        found = uniforms(seed, replicate, agents[row], FOUNDING_INDICATORS, 0, state_number)
        drawn[row] = found[0] if lane == 0 else found[1]


def serve_indicators(world: World) -> None:
    """Pay for what is missing of every indicator whose time has come."""
    for one in world.indicators:
        if one.begun(world.now):
            (serve_villages if one.state.of == VILLAGE else serve_households)(world, one)


def counted(entry: Indicator, villages: Villages) -> np.ndarray:
    """Which villages count for an indicator (V,) bool."""
    return villages.stratum <= AMONG[entry.among]


def serve_villages(world: World, one: Tracked) -> None:
    """The least covered villages first, each by no more than is missing; less than half a fen is nothing."""
    villages, held = world.villages, getattr(world.villages, one.entry.name)
    here, full = counted(one.entry, villages), one.unit_fen
    missing = np.floor(full * (1.0 - held) + 0.5).astype(np.int64)
    received = pay_neediest(world.accounts, one.line_of(one.entry.fund), np.where(here, missing, 0), held, villages)
    villages.supplier_money += received
    moved = here & ((received > 0) | (missing == 0))
    held[moved] = 1.0 - (missing - received)[moved] / full


def pay_neediest(accounts: Accounts, line: int, claim: np.ndarray, held: np.ndarray, villages: Villages) -> np.ndarray:
    """Meet the claims of villages (V,) entire, by rising `held` (V,), and with what is left a part of the next; returns
    the fen received (V,)."""
    home = np.arange(len(claim))
    made = [accounts.approve((line,), claim, home, villages, held)]
    waiting = np.where(made[0].fen == 0, claim, 0)
    if waiting.any():
        following = np.where(held == held[waiting > 0].min(), waiting, 0)
        made.append(accounts.approve((line,), following, home, villages))
    received, part = np.zeros_like(claim), np.zeros_like(claim)
    for commitment in made:
        accounts.settle(commitment, part, home, villages)
        received += part
    return received


def serve_households(world: World, one: Tracked) -> None:
    """Supported households without it, those of the least covered villages first, within a village by lot."""
    households, villages, bit = world.households, world.villages, np.int8(one.state.bit)
    lacking = (households.supported == 1) & ((households.enrolled & bit) == 0)
    rows = np.flatnonzero(lacking)
    home = households.village[rows].astype(np.int64)
    here = counted(one.entry, villages)[home] & (households.size[rows] > 0)
    rows, home = rows[here], home[here]
    lot, units, covered = np.zeros(len(rows)), *standing(one, households, villages)
    luck = {"seed": world.luck.seed, "replicate": world.luck.replicate, "state_number": one.state.number}
    lasting_uniforms({**luck, "agents": households.key[rows], "lane": 1, "drawn": lot})
    share = (covered / np.maximum(units, 1.0))[home]
    order = np.lexsort((lot, share))
    # Copies of a household draw the same lot and are served together.
    next_one = (np.diff(lot[order]) != 0.0) | (np.diff(share[order]) != 0.0)
    priority = np.empty(len(rows))
    priority[order[1:]] = np.cumsum(next_one)
    priority[order[:1]] = 0.0
    claim = np.full(len(rows), one.unit_fen, np.int64)
    made = world.accounts.approve((one.line_of(one.entry.fund),), claim, home, villages, priority)
    received = np.zeros_like(claim)
    world.accounts.settle(made, received, home, villages)
    households.enrolled[rows[made.fen > 0]] |= bit
    np.add.at(villages.supplier_money, home, received)


def standing(one: Tracked, households: Households, villages: Villages) -> tuple[np.ndarray, np.ndarray]:
    """Units that count and units that have it, by village: both (V,). A village is one unit, covered in part."""
    here = counted(one.entry, villages)
    if one.state.of == VILLAGE:
        return here.astype(np.float64), here * getattr(villages, one.entry.name)
    if one.state.read is not None:
        units, covered = one.state.read(households)
    else:
        units = on_list(households)
        covered = units & ((households.enrolled & one.state.bit) != 0)
    by_village = np.zeros((2, villages.length))
    count_by_village(units, covered, households.village, by_village)
    return here * by_village[0], here * by_village[1]


@compiled
def count_by_village(units, covered, village, by_village):  # type: ignore[no-untyped-def]
    """Add up by village (2, V) the households (N,) that count and those of them that have it."""
    row = 0
    while row < village.shape[0]:
        # One village after the other: its sum stays in a register.
        home, counting, having = village[row], 0, 0
        while row < village.shape[0] and village[row] == home:
            counting += units[row]
            having += covered[row]
            row += 1
        by_village[0, home] += counting
        by_village[1, home] += having


def indicator_year(world: World) -> dict[str, np.ndarray]:
    """Units and covered units of every indicator by village (V,) at the end of a year, by name."""
    found: dict[str, np.ndarray] = {}
    for one in world.indicators:
        units, covered = standing(one, world.households, world.villages)
        found |= {f"{recorded(one.entry.name)}_units": units, f"{recorded(one.entry.name)}_covered": covered}
    return found


def recorded(name: str) -> str:
    """How the names of what is recorded of an indicator begin."""
    return f"indicator_{name}"
