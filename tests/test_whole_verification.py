"""docs/verification.md names only tests and proofs that exist, and forgets none of the tests of the whole model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proofs.catalogue import PROOFS

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "verification.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+)::(test_\w+)`", PAGE)))
HERE = ("test_whole_conservation", "test_whole_metamorphic", "test_whole_placebo")
# Of the tools of the tests themselves.
ASIDE = {"test_every_amount_of_the_whole_programme_is_known_to_be_money"}


def defined_in(file: str) -> set[str]:
    """Names of the tests a file defines."""
    return set(re.findall(r"^def (test_\w+)\(", (TESTS / f"{file}.py").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_test_named_exists(file: str) -> None:
    assert {test for where, test in NAMED if where == file} <= defined_in(file)


@pytest.mark.parametrize("file", HERE)
def test_every_test_of_the_whole_is_named(file: str) -> None:
    assert defined_in(file) - ASIDE <= {test for where, test in NAMED if where == file}


def test_every_proof_is_named_and_every_proof_named_exists() -> None:
    assert set(re.findall(r"proof `(\w+)`", PAGE)) == set(PROOFS)


def test_every_row_says_where() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| What must hold")]
    assert len(rows) > 40
    assert [row for row in rows if "`test_" not in row and "proof `" not in row] == []
