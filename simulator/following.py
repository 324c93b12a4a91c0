"""What became of the households a document speaks of: yearly sums by village for its targets, and who left the list.

Kept by the recorder beside the sums of `measures`, unweighted and by village, from year 0 on. Households are followed
from one fourth quarter to the next by their key: who left the list at a review, who is on it again within one or two
years, whose house was helped. Nothing here is read by a rule of the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.cooperatives import FAILED, SHELL
from simulator.households import EXITED, LISTED, MOVED, OBSERVATION
from simulator.members import SENIOR
from simulator.processes.disasters import UNSAFE
from simulator.rules import compiled, rule
from simulator.yearly import YearSlice

if TYPE_CHECKING:
    from simulator.world import World

LOW_GIFTS, HIGH_GIFTS = 0.4, 0.6
"""Between these shares of dividends and public transfers lies what "mainly" may mean (clauses.md, T-COMP)."""

FOLLOWED: tuple[str, ...] = (
    "exits",
    "exits_not_poor",
    "exits_followed",
    "exits_back",
    "exits_poor_later",
    "exits_followed_two",
    "exits_back_two",
    "exits_gift_led_low",
    "exits_gift_led_high",
    "exits_unable",
    "exits_unable_gift_led",
    "income_exits_labour",
    "work_exits_labour",
    "remittance_exits_labour",
    "work_cohort_labour",
    "remittance_cohort_labour",
    "households_cohort_listed",
    "households_cohort_poor",
    "households_cohort_in_need",
    "persons_cohort_listed",
    "persons_after_poor",
    "cohort_labour_under_moving",
    "cohort_labour_under_estimate",
    "cohort_unsafe",
    "houses_helped",
    "moved",
    "moved_out",
    "moved_off_list",
    "moved_poor",
    "households_out",
    "returns",
    "returns_struck",
    "entries_disability",
    "entries_schooling",
    "households_led",
)
COLUMN = {name: position for position, name in enumerate(FOLLOWED)}
EXITS, EXITS_NOT_POOR = COLUMN["exits"], COLUMN["exits_not_poor"]
EXITS_FOLLOWED, EXITS_BACK = COLUMN["exits_followed"], COLUMN["exits_back"]
EXITS_POOR_LATER = COLUMN["exits_poor_later"]
EXITS_FOLLOWED_TWO, EXITS_BACK_TWO = COLUMN["exits_followed_two"], COLUMN["exits_back_two"]
EXITS_GIFT_LED_LOW, EXITS_GIFT_LED_HIGH = COLUMN["exits_gift_led_low"], COLUMN["exits_gift_led_high"]
EXITS_UNABLE, EXITS_UNABLE_GIFT_LED = COLUMN["exits_unable"], COLUMN["exits_unable_gift_led"]
INCOME_EXITS_LABOUR = COLUMN["income_exits_labour"]
WORK_EXITS_LABOUR = COLUMN["work_exits_labour"]
REMITTANCE_EXITS_LABOUR = COLUMN["remittance_exits_labour"]
WORK_COHORT_LABOUR = COLUMN["work_cohort_labour"]
REMITTANCE_COHORT_LABOUR = COLUMN["remittance_cohort_labour"]
HOUSEHOLDS_COHORT_LISTED = COLUMN["households_cohort_listed"]
HOUSEHOLDS_COHORT_POOR = COLUMN["households_cohort_poor"]
HOUSEHOLDS_COHORT_IN_NEED = COLUMN["households_cohort_in_need"]
PERSONS_COHORT_LISTED = COLUMN["persons_cohort_listed"]
PERSONS_AFTER_POOR = COLUMN["persons_after_poor"]
COHORT_LABOUR_UNDER_MOVING = COLUMN["cohort_labour_under_moving"]
COHORT_LABOUR_UNDER_ESTIMATE = COLUMN["cohort_labour_under_estimate"]
COHORT_UNSAFE = COLUMN["cohort_unsafe"]
HOUSES_HELPED = COLUMN["houses_helped"]
MOVED_HOUSEHOLDS = COLUMN["moved"]
MOVED_OUT, MOVED_OFF_LIST, MOVED_POOR = COLUMN["moved_out"], COLUMN["moved_off_list"], COLUMN["moved_poor"]
HOUSEHOLDS_OUT = COLUMN["households_out"]
RETURNS, RETURNS_STRUCK = COLUMN["returns"], COLUMN["returns_struck"]
ENTRIES_DISABILITY, ENTRIES_SCHOOLING = COLUMN["entries_disability"], COLUMN["entries_schooling"]
HOUSEHOLDS_LED = COLUMN["households_led"]
BY_INCOME = 1
"""Code of an entry for low income alone, as in `entry`."""


@compiled
def has_paying_student(row, roster_start, roster_used, member_present, member_student):  # type: ignore[no-untyped-def]
    """Whether a member is at senior secondary school or college, which cost."""
    for place in range(roster_start[row], roster_start[row] + roster_used[row]):
        if member_present[place] == 1 and member_student[place] >= SENIOR:
            return True
    return False


@rule
def follow_year(  # type: ignore[no-untyped-def]
    followed,
    known_key,
    left_last,
    left_before,
    back_before,
    was_out,
    help_seen,
    key,
    village,
    size,
    year_persons,
    labour,
    cohort,
    list_state,
    returned,
    entered_for,
    exit_gift_share,
    disabled,
    house,
    house_helped,
    led,
    roster_start,
    roster_used,
    member_present,
    member_student,
    year_wage,
    year_business,
    year_remittance,
    income_each,
    below_line,
    moving_line,
    estimate_line,
    gift_threshold,
):
    """Add a year to `followed` (V, len(FOLLOWED)) and keep who left the list. `income_each` (N,) is yuan a person in
    the chosen accounting and `below_line` (N,) true poverty by the county's line; work is wages and business, with
    remittances apart, in yuan. Flags of a row that has changed hands are dropped."""
    for row in range(size.shape[0]):
        if known_key[row] != key[row]:
            known_key[row], help_seen[row] = key[row], house_helped[row]
            left_last[row], left_before[row], back_before[row], was_out[row] = 0, 0, 0, 0
        if size[row] == 0 or year_persons[row] == 0:
            left_last[row], left_before[row], back_before[row], was_out[row] = 0, 0, 0, 0
            continue
        out = followed[village[row]]
        persons = 0.25 * year_persons[row]
        on_list = list_state[row] == LISTED or list_state[row] == OBSERVATION
        poor = below_line[row]
        work, remitted = 0.01 * (year_wage[row] + year_business[row]), 0.01 * year_remittance[row]
        came_back = on_list or entered_for[row] > 0
        if left_before[row] == 1:
            out[EXITS_FOLLOWED_TWO] += 1.0
            if back_before[row] == 1 or came_back:
                out[EXITS_BACK_TWO] += 1.0
        if left_last[row] == 1:
            out[EXITS_FOLLOWED] += 1.0
            if came_back:
                out[EXITS_BACK] += 1.0
            if poor:
                out[EXITS_POOR_LATER] += 1.0
        if was_out[row] == 1:
            out[HOUSEHOLDS_OUT] += 1.0
            if entered_for[row] > 0:
                out[RETURNS] += 1.0
                if entered_for[row] > BY_INCOME:
                    out[RETURNS_STRUCK] += 1.0
        left = exit_gift_share[row] >= 0.0 and list_state[row] == EXITED
        left_before[row], back_before[row] = left_last[row], 1 if left_last[row] == 1 and came_back else 0
        left_last[row], was_out[row] = 1 if left else 0, 1 if list_state[row] == EXITED else 0
        if left:
            out[EXITS] += 1.0
            if not poor:
                out[EXITS_NOT_POOR] += 1.0
        if exit_gift_share[row] >= 0.0 and labour[row] > 0.0:
            out[INCOME_EXITS_LABOUR] += persons * income_each[row]
            out[WORK_EXITS_LABOUR] += work
            out[REMITTANCE_EXITS_LABOUR] += remitted
            if exit_gift_share[row] > LOW_GIFTS:
                out[EXITS_GIFT_LED_LOW] += 1.0
            if exit_gift_share[row] > HIGH_GIFTS:
                out[EXITS_GIFT_LED_HIGH] += 1.0
        elif exit_gift_share[row] >= 0.0:
            out[EXITS_UNABLE] += 1.0
            if exit_gift_share[row] > gift_threshold:
                out[EXITS_UNABLE_GIFT_LED] += 1.0
        if cohort[row] == 1:
            if on_list:
                out[HOUSEHOLDS_COHORT_LISTED] += 1.0
                out[PERSONS_COHORT_LISTED] += persons
            if poor:
                out[HOUSEHOLDS_COHORT_POOR] += 1.0
            if on_list or poor:
                out[HOUSEHOLDS_COHORT_IN_NEED] += 1.0
            if house[row] == UNSAFE:
                out[COHORT_UNSAFE] += 1.0
            if labour[row] > 0.0:
                out[WORK_COHORT_LABOUR] += work
                out[REMITTANCE_COHORT_LABOUR] += remitted
                if income_each[row] < moving_line:
                    out[COHORT_LABOUR_UNDER_MOVING] += 1.0
                if income_each[row] < estimate_line:
                    out[COHORT_LABOUR_UNDER_ESTIMATE] += 1.0
        if on_list and poor:
            out[PERSONS_AFTER_POOR] += persons
        if help_seen[row] == 0 and house_helped[row] > 0:
            out[HOUSES_HELPED] += 1.0
        help_seen[row] = house_helped[row]
        if house_helped[row] & MOVED:
            out[MOVED_HOUSEHOLDS] += 1.0
            if list_state[row] == EXITED and returned[row] == 0:
                out[MOVED_OUT] += 1.0
            if not on_list:
                out[MOVED_OFF_LIST] += 1.0
            if poor:
                out[MOVED_POOR] += 1.0
        if led[row] == 1:
            out[HOUSEHOLDS_LED] += 1.0
        if entered_for[row] == BY_INCOME:
            if disabled[row] > 0:
                out[ENTRIES_DISABILITY] += 1.0
            elif has_paying_student(row, roster_start, roster_used, member_present, member_student):
                out[ENTRIES_SCHOOLING] += 1.0


@rule
def follow_cooperatives(  # type: ignore[no-untyped-def]
    village_start,
    size,
    cohort,
    list_state,
    coop_member,
    cooperative_share,
    share_granted,
    farm_output,
    cooperative_status,
    cooperative_buyer_failed,
):
    """Which villages have a cooperative with members or linked households at all, which of these work (no shell, not
    failed, its buyer in business, somebody on the list, now or at the baseline, taking part, and something to sell),
    and which lead: they work, and somebody on the list is linked, by a fiscal or a granted share, which is how the
    model ties orders and jobs to a household, too: (V,) flags each. Source: LL-3.2.1."""
    some = np.zeros(cooperative_status.shape[0])
    working = np.zeros(cooperative_status.shape[0])
    leading = np.zeros(cooperative_status.shape[0])
    for village in range(cooperative_status.shape[0]):
        listed, led, sold = False, False, 0.0
        for row in range(village_start[village], village_start[village + 1]):
            linked = cooperative_share[row] + share_granted[row] > 0
            if size[row] == 0 or (coop_member[row] == 0 and not linked):
                continue
            some[village] = 1.0
            sold += farm_output[row]
            known = list_state[row] == LISTED or list_state[row] == OBSERVATION or cohort[row] == 1
            listed = listed or known
            led = led or (known and linked)
        status = cooperative_status[village]
        works = status != SHELL and status != FAILED and cooperative_buyer_failed[village] == 0
        if works and listed and sold > 0.0:
            working[village] = 1.0
            leading[village] = 1.0 if led else 0.0
    return some, working, leading


class Following:
    """Keeps the years of a run for the targets. Copies share what was recorded before the branch."""

    def __init__(self) -> None:
        self.years: list[dict[str, np.ndarray]] = []
        self.memory: dict[str, np.ndarray] = {}

    def copy(self) -> Following:
        """An independent follower with the same years."""
        twin = Following()
        twin.years = list(self.years)
        twin.memory = {name: flags.copy() for name, flags in self.memory.items()}
        return twin

    def year(self, world: World, piece: YearSlice) -> None:
        """Keep the year that has just been reviewed. Raises ValueError if the world has other rows than last year."""
        households, villages, year = world.households, world.villages, world.now.year
        if not self.memory:
            self.memory = empty_memory(households.length)
            self.memory["known_key"][:] = households.key
            self.memory["help_seen"][:] = households.house_helped
        if len(self.memory["known_key"]) != households.length:
            # A compiled rule would read and write beyond the end.
            raise ValueError("households were followed in other rows than the world has")
        reference = world.path.reference_mean[year] * world.pin.stress.get(year, 1.0)
        terms: dict[str, Any] = {
            "followed": np.zeros((villages.length, len(FOLLOWED))),
            "income_each": piece.income,
            "below_line": piece.below_line,
            "moving_line": world.names["moving_share"] * reference,
        }
        names = {**world.names, **self.memory, **terms}
        follow_year(names)
        some, working, leading = follow_cooperatives(names)
        sums = {name: terms["followed"][:, position].copy() for name, position in COLUMN.items()}
        states = {"leaders": villages.leaders.astype(np.float64), "led_so_far": villages.led.astype(np.float64)}
        flags = {"cooperative": some, "cooperative_working": working, "cooperative_leading": leading}
        self.years.append({**sums, **states, **flags})

    def village_year(self) -> dict[str, np.ndarray]:
        """Sums by year and village: name -> (Y, V) float64."""
        names = self.years[0] if self.years else ()
        return {name: np.stack([year[name] for year in self.years]) for name in names}


def empty_memory(households: int) -> dict[str, np.ndarray]:
    """What is kept of every household row between years, nobody having left yet."""
    flags = ("left_last", "left_before", "back_before", "was_out", "help_seen")
    memory: dict[str, np.ndarray] = {name: np.zeros(households, np.int8) for name in flags}
    return {"known_key": np.zeros(households, np.uint64), **memory}
