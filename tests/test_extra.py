"""A researcher's own rules: where they run, what they may carry, and that the model knows of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.columns import COPIED, EITHER, KEPT, OWN, SHARED, STAYS, flow, stock, trait
from simulator.extra import PLACES, ExtraRule
from simulator.history import History
from simulator.model import RuralModel
from simulator.processes.families import families
from simulator.rules import rule
from simulator.simulate import simulate
from simulator.world import World
from tests.systems import LUCK, MACRO, founded, histories_differ, zhejiang
from tests.test_processes_families import fill, lone_pair

SMALL = 400


@rule
def gift(size, quarter, allowance, given):  # type: ignore[no-untyped-def]
    """A hundred yuan to every household in the first quarter."""
    for row in range(size.shape[0]):
        if size[row] > 0 and quarter == 1:
            allowance[row] += 10_000
            given[row] += 10_000


def plain_gift(size: np.ndarray, quarter: int, allowance: np.ndarray, given: np.ndarray) -> None:
    if quarter == 1:
        allowance[size > 0] += 10_000
        given[size > 0] += 10_000


GIVEN = {"households": {"given": stock(np.int64, "fen", "gift", "given so far")}}


def null(*rules: ExtraRule, world: World | None = None) -> History:
    world = world or founded(households=SMALL)
    return simulate(world, zhejiang(), LUCK, MACRO, "null", extra_rules=rules)


def test_without_extra_rules_nothing_changes() -> None:
    assert histories_differ(null(), simulate(founded(households=SMALL), zhejiang(), LUCK, MACRO, "null")) == []


def test_compiled_and_plain_give_the_same_run() -> None:
    compiled, plain = null(ExtraRule("gift", gift, columns=GIVEN)), null(ExtraRule("gift", plain_gift, columns=GIVEN))
    assert [name for name in histories_differ(compiled, plain) if "extra_rule" not in name] == []
    assert histories_differ(compiled, null()) != []


def test_a_gift_before_settlement_is_income_of_that_quarter() -> None:
    bare, given = null(), null(ExtraRule("gift", plain_gift, columns=GIVEN))
    before = bare.series["income_quarter_pc", "rural"]
    after = given.series["income_quarter_pc", "rural"]
    first = bare.quarters.tolist().index([2018, 1])
    assert after[first] > before[first]
    # Nobody spends or borrows for it before the settlement of that quarter: later quarters of the year come after.
    assert np.all(after[:first] == before[:first])


@pytest.mark.parametrize("when", PLACES)
def test_each_place_is_reached_once_a_quarter(when: str) -> None:
    seen: list[Any] = []
    null(ExtraRule("look", lambda world: seen.append(world.now), when=when))
    assert len(seen) == len(set(seen)) == 20


def test_places_come_in_order_around_the_settlement() -> None:
    seen: list[tuple[str, bool]] = []

    def at(when: str) -> ExtraRule:
        return ExtraRule(when, lambda size, wage: seen.append((when, bool(wage.any()))), when=when)

    null(*map(at, reversed(PLACES)))
    assert seen[:3] == [("start", False), ("before_settlement", False), ("end", True)]


def test_own_columns_are_bound_copied_and_cleared_like_any_other() -> None:
    held = {
        "households": {"jar": stock(np.int64, "fen", "test", "kept"), "put": flow(np.int64, "fen", "test", "of now")}
    }
    amounts: list[tuple[int, int]] = []

    def save(size: np.ndarray, jar: np.ndarray, put: np.ndarray) -> None:
        put += np.where(size > 0, 5, 0)
        jar += put
        amounts.append((int(put.max()), int(jar.max())))

    world = founded(households=SMALL)
    null(ExtraRule("save", save, columns=held), world=world)
    assert amounts[:3] == [(5, 5), (5, 10), (5, 15)]
    twin = world.copy()
    twin.bind(zhejiang())
    assert twin.names["jar"].max() >= 5 * 20 - 5
    twin.names["jar"][:] = -1
    assert world.names["jar"].min() >= 0
    assert twin.extra_rules == world.extra_rules


def test_columns_of_other_tables_carry_their_prefix() -> None:
    held = {"villages": {"wells": stock(np.int64, "number", "test", "wells dug")}}

    def dig(village_wells: np.ndarray) -> None:
        village_wells += 1

    world = founded(households=SMALL)
    null(ExtraRule("dig", dig, columns=held), world=world)
    assert world.names["village_wells"].tolist() == [20] * world.villages.length


def test_a_column_the_model_has_is_refused() -> None:
    taken = {"households": {"land": stock(np.float64, "mu", "test", "again")}}
    with pytest.raises(ValueError, match="declared twice: land"):
        null(ExtraRule("again", plain_gift, columns=taken))


def test_two_rules_may_share_a_column() -> None:
    total: list[int] = []
    rules = (
        ExtraRule("gift", gift, columns=GIVEN),
        ExtraRule("look", lambda given: total.append(int(given.sum())), when="end", columns=GIVEN),
    )
    null(*rules)
    assert total[0] > 0 and total == sorted(total)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="extra rule look asks for no_such_column"):
        null(ExtraRule("look", lambda no_such_column: None))
    with pytest.raises(ValueError, match="no place noon; known: start, before_settlement, end"):
        ExtraRule("look", print, when="noon")
    with pytest.raises(ValueError, match="no table wells"):
        ExtraRule("look", print, columns={"wells": {}})


def test_mesas_interface_takes_them_too() -> None:
    extra = ExtraRule("gift", gift, columns=GIVEN)
    model = RuralModel(
        zhejiang(), LUCK, macro=MACRO, arm="policy", world=founded(households=SMALL), extra_rules=[extra]
    )
    model.run_model()
    pin = null(extra).pin
    direct = simulate(founded(households=SMALL), zhejiang(), LUCK, MACRO, "policy", pin=pin, extra_rules=[extra])
    assert histories_differ(model.history(), direct) == []


def test_a_rule_typed_at_a_prompt_compiles_without_a_cache() -> None:
    space: dict[str, Any] = {"rule": rule, "__name__": "__main__"}
    cell = "@rule\ndef twice(amount):\n    for row in range(amount.shape[0]):\n        amount[row] *= 2\n"
    exec(compile(cell, "<cell>", "exec"), space)
    amount = np.array([1, 2])
    space["twice"]({"amount": amount})
    assert amount.tolist() == [2, 4]
    assert ExtraRule("twice", space["twice"]).fingerprint > 0


def test_a_rule_of_a_script_runs(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\nfrom simulator.rules import rule\n\n\n@rule\ndef twice(amount):\n    amount[0] *= 2\n\n\n"
        "amount = np.array([4])\ntwice({'amount': amount})\nprint(amount[0])\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "8"


def test_what_households_hold_is_conserved_and_what_they_are_is_handed_on() -> None:
    """A whole-fen stock keeps its sum through every division, joining and death; a trait goes to the children."""
    columns = {"tin": stock(np.int64, "fen", "test", "in the tin"), "clan": trait(np.int8, "flag", "test", "of a clan")}
    known: dict[int, int] = {}
    sums: list[int] = []
    came: list[int] = []

    def watch(key: np.ndarray, kin_key: np.ndarray, tin: np.ndarray, clan: np.ndarray) -> None:
        if not known:
            tin[:] = np.where(key != 0, 1001 + np.arange(len(tin)), 0)
            clan[:] = (key != 0) & (key % np.uint64(2) == 1)
        else:
            new = [row for row in np.flatnonzero(key).tolist() if int(key[row]) not in known]
            came.extend(new)
            assert all(clan[row] == known[int(kin_key[row])] for row in new)
        assert not tin[key == 0].any() and not clan[key == 0].any()
        known.update({int(key[row]): int(clan[row]) for row in np.flatnonzero(key)})
        sums.append(int(tin.sum()))

    null(ExtraRule("watch", watch, when="end", columns={"households": columns}))
    assert len(came) > 3 and len(set(sums)) == 1


Place = Callable[[int], dict[str, Any]]


@pytest.mark.parametrize(
    ("inherited", "divided", "joined"),
    [
        *[(SHARED, (5, 4), 12), (COPIED, (9, 9), 3), (KEPT, (9, 0), 12), (EITHER, (9, 9), 9)],
        *[(STAYS, (9, 0), 9), (OWN, (9, 0), 3)],
    ],
)
@pytest.mark.parametrize("dtype", [np.int64, np.uint64, np.int8])
def test_own_columns_follow_their_declaration(
    place: Place, dtype: type[np.generic], inherited: str, divided: tuple[int, int], joined: int
) -> None:
    columns = {"": {"mine": stock(dtype, "number", "test", "of mine", inherited=inherited)}}
    names = place(0) | {"split_hazard": 1.0, "merge_hazard": 0.0, "own_columns": columns}
    row, _ = lone_pair(names)
    names["mine"] = np.zeros(len(names["key"]), dtype)
    fill(names, row, 7, [60, 58, 33, 31], mine=9)
    families(names)
    child = int(np.flatnonzero(names["kin_key"] == 7)[0])
    assert (names["mine"][row], names["mine"][child]) == divided

    names |= {"split_hazard": 0.0, "merge_hazard": 1.0}
    guest, host = lone_pair(names)
    names["mine"][:] = 0
    fill(names, guest, 7, [78], hamlet=1, mine=9)
    fill(names, host, 9, [50, 48], hamlet=1, mine=3)
    families(names)
    assert (names["mine"][guest], names["mine"][host]) == (0, joined)


def test_own_columns_of_members_go_where_they_go() -> None:
    tag = {"members": {"tag": trait(np.uint64, "key", "test", "whose column this is")}}
    moved: list[int] = []
    before: dict[int, int] = {}

    def watch(member_key: np.ndarray, member_present: np.ndarray, member_tag: np.ndarray, world: World) -> None:
        there = np.flatnonzero(member_present)
        if not before:
            member_tag[there] = member_key[there]
        assert np.all((member_tag[there] == member_key[there]) | (member_tag[there] == 0))
        moved.extend(row for row in there.tolist() if before.get(int(member_tag[row]), row) != row)
        before.update({int(member_key[row]): int(row) for row in there if member_tag[row]})

    world = founded(households=SMALL)
    null(ExtraRule("watch", watch, when="end", columns=tag), world=world)
    assert len(moved) > 3
    assert not world.names["member_tag"][world.members.present == 0].any()


def test_two_declarations_of_a_column_are_refused() -> None:
    other = {"households": {"given": stock(np.int64, "fen", "gift", "given so far", inherited=KEPT)}}
    with pytest.raises(ValueError, match="given has been declared in another way"):
        null(ExtraRule("gift", gift, columns=GIVEN), ExtraRule("again", plain_gift, columns=other))


def test_views_show_a_rules_own_columns() -> None:
    columns = {**GIVEN, "villages": {"wells": stock(np.int64, "number", "test", "wells dug")}}
    extra = ExtraRule("gift", gift, columns=columns)
    model = RuralModel(zhejiang(), LUCK, macro=MACRO, arm="null", world=founded(households=SMALL), extra_rules=[extra])
    model.step()
    household, village = model.household(0), model.village(1)
    assert household.given == 10_000 and village.wells == 0
    village.wells = 3
    household.given += 1
    assert model.world.names["village_wells"].tolist()[:3] == [0, 3, 0]
    assert model.world.names["given"][0] == 10_001
    with pytest.raises(ValueError, match=r"given cannot hold 0\.5"):
        household.given = 0.5
    for wrong in ("wells", "dug"):
        with pytest.raises(AttributeError, match=f"Household has no column {wrong}"):
            setattr(household, wrong, 1)
        with pytest.raises(AttributeError, match=f"Household has no column {wrong}"):
            getattr(household, wrong)


def take(savings: np.ndarray, size: np.ndarray) -> None:
    savings[size > 0] -= 10**9


def pay_wages(wage: np.ndarray, size: np.ndarray) -> None:
    wage[size > 0] += 100


@pytest.mark.parametrize(
    ("function", "when", "message"),
    [
        (take, "end", "rules mine leave books that do not add up: 2018Q1: savings and debts are not below zero"),
        (pay_wages, "end", "rules mine leave books that do not add up: 2018Q1: wage is the sum of its parts"),
        (pay_wages, "before_settlement", "rules mine write to wage, which the settlement overwrites"),
        (pay_wages, "start", "rules mine write to wage, which the settlement overwrites"),
    ],
)
def test_what_a_rule_may_not_write_is_refused(function: Callable[..., None], when: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        null(ExtraRule("mine", function, when=when))


def test_an_own_stock_of_fen_is_not_below_zero_unless_it_says_so() -> None:
    def owe(jar: np.ndarray, size: np.ndarray) -> None:
        jar[size > 0] -= 1

    for unit in ("fen", "fen net"):
        columns = {"households": {"jar": stock(np.int64, unit, "test", "balance")}}
        extra = ExtraRule("owe", owe, when="end", columns=columns)
        if unit == "fen":
            with pytest.raises(ValueError, match="rules owe leave jar below zero"):
                null(extra)
        else:
            null(extra)


def test_a_rule_that_forgets_empty_rows_leaves_nothing_there() -> None:
    def careless(jar: np.ndarray) -> None:
        jar += 1

    world = founded(households=SMALL)
    null(
        ExtraRule("careless", careless, columns={"households": {"jar": stock(np.int64, "fen", "test", "")}}),
        world=world,
    )
    assert world.names["jar"].max() > 0
    assert not world.names["jar"][world.households.key == 0].any()
