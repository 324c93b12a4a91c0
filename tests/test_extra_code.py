"""What a rule is known by: its fingerprint, the constants it was compiled with, and the numbers it brings."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.columns import KEPT, Column, stock
from simulator.extra import ExtraRule
from simulator.rules import rule
from tests.test_extra import GIVEN, gift, null, plain_gift


def test_the_history_names_the_rules_and_their_code() -> None:
    first = null(ExtraRule("gift", gift, columns=GIVEN)).facts["extra_rule:gift"]
    other = null(ExtraRule("gift", plain_gift, columns=GIVEN)).facts["extra_rule:gift"]
    assert first != other and first == int(first)
    assert first == ExtraRule("gift", gift, columns=GIVEN).fingerprint
    assert first != ExtraRule("gift", gift, when="end", columns=GIVEN).fingerprint


def made(text: str, name: str = "mine", **space: Any) -> Any:
    """A function out of text, as if typed at a prompt."""
    space |= {"__name__": "__main__", "rule": rule, "np": np}
    exec(compile(text, "<cell>", "exec"), space)
    return space[name]


def mark(text: str, **space: Any) -> float:
    return ExtraRule("mine", made(text, **space)).fingerprint


PAYS = "def mine(savings):\n    savings += 5\n"
SAYS = "def mine(savings, share=0.1):\n    savings += SHARE\n"
CALLS = "def inner(x):\n    return x + {}\n\ndef mine(savings):\n    savings[0] = [inner(y) for y in (1, 2)][0]\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((PAYS, {}), (PAYS.replace("5", "6"), {})),
        ((PAYS, {}), (PAYS.replace("savings", "debt"), {})),
        ((SAYS, {"SHARE": 5}), (SAYS, {"SHARE": 6})),
        ((SAYS, {"SHARE": 5}), (SAYS, {"SHARE": 5.0})),
        ((SAYS, {"SHARE": (1, 2)}), (SAYS, {"SHARE": (1, 3)})),
        ((SAYS, {"SHARE": 5}), (SAYS.replace("0.1", "0.2"), {"SHARE": 5})),
        ((CALLS.format(1), {}), (CALLS.format(2), {})),
        (("@rule\n" + SAYS, {"SHARE": np.ones(2)}), ("@rule\n" + SAYS, {"SHARE": np.zeros(2)})),
        (("@rule\n" + CALLS.format(1), {}), ("@rule\n" + CALLS.format(2), {})),
    ],
)
def test_the_fingerprint_changes_with_what_the_rule_does(
    one: tuple[str, Mapping[str, Any]], other: tuple[str, Mapping[str, Any]]
) -> None:
    assert mark(one[0], **one[1]) == mark(one[0], **one[1])
    assert mark(one[0], **one[1]) != mark(other[0], **other[1])


def test_the_fingerprint_changes_with_closures_columns_and_numbers() -> None:
    def adding(amount: int) -> Callable[..., None]:
        def mine(savings: np.ndarray) -> None:
            savings += amount

        return mine

    def declared(column: Column) -> ExtraRule:
        return ExtraRule("mine", print, columns={"households": {"jar": column}})

    variants = [
        ExtraRule("mine", adding(1)),
        ExtraRule("mine", adding(2)),
        ExtraRule("mine", adding(2), numbers={"share": 0.1}),
        ExtraRule("mine", adding(2), numbers={"share": 0.2}),
        declared(stock(np.int64, "fen", "test", "kept")),
        declared(stock(np.int64, "fen", "test", "kept", inherited=KEPT)),
        declared(stock(np.int32, "fen", "test", "kept")),
    ]
    assert len({extra.fingerprint for extra in variants}) == len(variants)


def test_the_fingerprint_says_nothing_of_comments_and_of_what_was_gathered() -> None:
    assert mark(PAYS) == mark(PAYS.replace("5", "5  # five"))
    seen: list[int] = []
    look = ExtraRule("look", lambda moment: seen.append(moment), when="end")
    before = look.fingerprint
    history = null(look)
    assert seen and look.fingerprint == before == history.facts["extra_rule:look"]


def test_a_constant_set_from_elsewhere_before_the_first_call_counts(tmp_path: Path) -> None:
    """Code compiled before from the same file with another constant is not taken for it."""
    (tmp_path / "mine.py").write_text(
        "from simulator.rules import rule\n\nSHARE = 2\n\n\n@rule\ndef times(amount):\n    amount[0] *= SHARE\n",
        encoding="utf-8",
    )
    seen = []
    for setting in ("", "mine.SHARE = 5; "):
        call = f"import numpy, mine; {setting}a = numpy.array([4]); mine.times({{'amount': a}}); print(a[0])"
        done = subprocess.run([sys.executable, "-c", call], cwd=tmp_path, capture_output=True, text=True, check=True)
        seen.append(int(done.stdout))
    assert seen == [8, 20]


def test_a_constant_set_after_compiling_is_refused() -> None:
    space: dict[str, Any] = {"rule": rule, "__name__": "__main__", "SHARE": 2}
    exec(compile("@rule\ndef mine(usual_income):\n    usual_income[0] += SHARE\n", "<cell>", "exec"), space)
    extra = ExtraRule("mine", space["mine"])
    null(extra)
    null(extra)
    space["SHARE"] = 3
    with pytest.raises(ValueError, match="mine was compiled with other constants"):
        null(extra)


@rule
def share_of_gift(size, allowance, gift_yuan):  # type: ignore[no-untyped-def]
    for row in range(size.shape[0]):
        if size[row] > 0:
            allowance[row] += int(100.0 * gift_yuan)


def test_a_rule_may_bring_numbers() -> None:
    few, many = (null(ExtraRule("gift", share_of_gift, numbers={"gift_yuan": yuan})) for yuan in (1, 50))
    assert many.series["transfer_pc", "rural"][-1] > few.series["transfer_pc", "rural"][-1]
    assert few.facts["extra_rule:gift"] != many.facts["extra_rule:gift"]
    seen: list[float] = []
    null(
        ExtraRule("gift", share_of_gift, numbers={"gift_yuan": 2}),
        ExtraRule("look", lambda gift_yuan: seen.append(gift_yuan)),
    )
    assert set(seen) == {2.0}


@pytest.mark.parametrize("taken", ["fertility", "land", "village_cash", "seed", "trend", "quarter"])
def test_a_number_whose_name_is_taken_is_refused(taken: str) -> None:
    columns = {"villages": {"cash": stock(np.int64, "fen", "test", "cash")}}
    with pytest.raises(ValueError, match=taken):
        null(ExtraRule("mine", lambda size: None, numbers={taken: 0.123}, columns=columns))


def test_numbers_must_be_finite_and_of_one_value() -> None:
    with pytest.raises(ValueError, match="share cannot be nan"):
        ExtraRule("mine", print, numbers={"share": float("nan")})
    two = [ExtraRule(f"of_{value}", lambda size: None, numbers={"share": value}) for value in (1.0, 2.0)]
    with pytest.raises(ValueError, match="share has another value"):
        null(*two)
