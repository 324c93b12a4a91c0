"""docs/model.md keeps the order of the ODD protocol, names every process and leads to pages that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.rules import SOURCES

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "model.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")


def test_headings_stand_in_the_order_of_the_protocol() -> None:
    assert re.findall(r"^## \d\. (.*)$", PAGE, re.MULTILINE) == [
        "On one page",
        "Purpose and patterns",
        "Entities, state variables and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialization",
        "Input data",
        "Submodels",
        "Left out, and why",
    ]


@pytest.mark.parametrize("process", sorted(path.stem for path in (SOURCES / "processes").glob("[a-z]*.py")))
def test_every_process_is_named(process: str) -> None:
    assert f"`{process}`" in PAGE


@pytest.mark.parametrize("page", sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")))
def test_links_lead_somewhere(page: str) -> None:
    path = DOCS / page
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_first_page_is_a_page() -> None:
    first = PAGE.partition("## 0. On one page")[2].partition("## 1.")[0]
    assert 250 < len(first.split()) < 500
