"""A researcher's own rules: where they run, what they may carry, and that the model knows of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.columns import flow, stock
from simulator.extra import PLACES, ExtraRule
from simulator.history import History
from simulator.model import RuralModel
from simulator.rules import rule
from simulator.simulate import simulate
from simulator.world import World
from tests.systems import LUCK, MACRO, founded, histories_differ, zhejiang

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


def test_the_history_names_the_rules_and_their_code() -> None:
    first = null(ExtraRule("gift", gift, columns=GIVEN)).facts["extra_rule:gift"]
    other = null(ExtraRule("gift", plain_gift, columns=GIVEN)).facts["extra_rule:gift"]
    assert first != other and first == int(first)
    assert first == ExtraRule("gift", gift).fingerprint != ExtraRule("gift", gift, when="end").fingerprint


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
