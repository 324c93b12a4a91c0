"""Every clause of the five documents has a home: no row is missing, every place exists and cites the clause back."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace

import pytest

from experiments.clause_homes import Homeless, cites, homes_of
from experiments.coverage import (
    COLUMNS,
    DOCUMENTS,
    NOT_MODELLED,
    NOTHING_TO_MODEL,
    Row,
    coverage_page,
    document_rows,
    faults,
    home_of,
    inventory,
)

PASSAGES = {
    "HN-1.1": 8, "HN-1.2": 9, "HN-1.3": 6, "HN-1.4": 3, "HN-1.5": 7, "HN-1.6": 10, "HN-1.7": 3, "HN-1.8": 5,
    "HN-1.9": 3, "HN-1.10": 3, "HN-1.11": 2, "HN-1.12": 6, "HN-2.2": 2, "HN-2.3": 3, "HN-2.4": 1, "HN-3.2": 1,
    "HN-3.3": 2,
    "FS-2": 15, "FS-3": 8, "FS-4": 2, "FS-5": 3, "FS-6": 1, "FS-7": 2, "FS-8": 2, "FS-9": 5, "FS-10": 2, "FS-11": 3,
    "FS-12": 4, "FS-13": 3, "FS-14": 2, "FS-15": 1, "FS-16": 3, "FS-17": 6, "FS-18": 3, "FS-19": 5, "FS-20": 2,
    "FS-21": 5, "FS-22": 7, "FS-23": 11, "FS-24": 2, "FS-25": 2, "FS-26": 1, "FS-27": 3, "FS-28": 1, "FS-29": 1,
    "FS-30": 5,
    "LL-1": 3, "LL-2": 4, "LL-3.1.1": 2, "LL-3.1.2": 2, "LL-3.1.3": 1, "LL-3.2.1": 4, "LL-3.2.2": 3, "LL-3.2.3": 3,
    "LL-3.2.4": 4, "LL-3.3.1": 2, "LL-3.3.2": 2, "LL-3.4": 2, "LL-3.5": 1, "LL-4.1": 1, "LL-4.2": 1, "LL-4.3": 3,
    "QZ-0": 1, "QZ-1.1": 5, "QZ-1.2": 1, "QZ-1.3": 4, "QZ-1.4": 1, "QZ-1.5": 1, "QZ-1.6": 1, "QZ-2": 3, "QZ-3": 3,
    "QZ-4": 2, "QZ-5": 2, "QZ-6": 5, "QZ-7": 2, "QZ-8": 1, "QZ-9": 2, "QZ-10": 3, "QZ-11.1": 1, "QZ-11.2": 1,
    "QZ-11.3": 2, "QZ-12": 1, "QZ-13": 1, "QZ-14": 3,
    "ZJ-0": 3, "ZJ-1.1": 2, "ZJ-1.2": 4, "ZJ-1.3": 5, "ZJ-1.4": 3, "ZJ-1.5.1": 4, "ZJ-1.5.2": 2, "ZJ-1.5.3": 1,
    "ZJ-1.5.4": 2, "ZJ-1.5.5": 1, "ZJ-2.1": 10, "ZJ-2.2": 4, "ZJ-2.3": 3, "ZJ-2.4": 8, "ZJ-2.5": 8, "ZJ-3.1": 1,
    "ZJ-3.2": 3, "ZJ-3.3": 2, "ZJ-3.4": 4, "ZJ-3.5": 9, "ZJ-3.6": 4, "ZJ-3.7": 2, "ZJ-3.8": 2, "ZJ-4.1": 4,
    "ZJ-4.2": 7, "ZJ-4.3": 7, "ZJ-4.4": 13, "ZJ-4.5": 4, "ZJ-4.6": 4, "ZJ-4.7": 3, "ZJ-4.8": 3, "ZJ-4.9": 1,
    "ZJ-4.10": 3, "ZJ-5.1": 3, "ZJ-5.2": 2, "ZJ-5.3": 3, "ZJ-5.4": 1, "ZJ-6.1": 1, "ZJ-6.2": 3, "ZJ-6.3": 1,
    "ZJ-6.4": 9, "ZJ-6.5": 2,
}  # fmt: skip
"""How many passages of each clause were taken down when the documents were read. The rows are the files; this count
is kept apart from them, so that a row that gets lost is noticed."""


def test_the_documents_have_429_passages() -> None:
    assert sum(PASSAGES.values()) == 429
    by_document = Counter({document: 0 for document in DOCUMENTS})
    for code, count in PASSAGES.items():
        by_document[code.partition("-")[0]] += count
    assert by_document == {"HN": 74, "FS": 110, "LL": 38, "QZ": 46, "ZJ": 161}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_row_is_missing(document: str) -> None:
    counted = Counter(row.clause for row in document_rows(document))
    assert counted == {code: count for code, count in PASSAGES.items() if code.startswith(f"{document}-")}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_exists_and_cites_the_clause_back(document: str) -> None:
    assert faults(document_rows(document)) == []


def test_what_has_nothing_to_model_is_said_not_to_be_modelled_or_is_modelled_after_all() -> None:
    """The list names rows that exist, and as many as were found when the documents were read."""
    assert len(NOTHING_TO_MODEL) == 25
    assert {row.key for row in inventory()} >= NOTHING_TO_MODEL


def test_summaries_tell_rows_apart() -> None:
    """No boilerplate: within a document hardly two rows say the same."""
    for document in DOCUMENTS:
        for lang in ("zh", "en"):
            said = Counter(getattr(row, lang).strip() for row in document_rows(document))
            assert {text for text, times in said.items() if times > 1} == set(), document


def test_the_page_has_every_row_and_the_file_of_every_place() -> None:
    told = list(csv.DictReader(io.StringIO(coverage_page())))
    assert tuple(told[0]) == COLUMNS
    assert [line["key"] for line in told] == [row.key for row in inventory()]
    first = next(line for line in told if line["key"] == "FS-22#1")
    assert first["where"].split("; ") == [
        "scenarios/programmes/foshan_2018_2020.yaml: funds.city",
        "scenarios/programmes/foshan_2018_2020.yaml: programme.funds.city.yuan_per_village",
        "scenarios/programmes/foshan_2018_2020.yaml: programme.village_money",
        "simulator/constraints/money.py: city_money (C-22)",
    ]
    assert all(bool(line["where"]) != (line["status"] == NOT_MODELLED) for line in told)


# A fault is found.

SOUND = Row("FS-4", "1", "产销合同", "Contracts", "intervention", ("kind:market_link",), "")


def test_a_sound_row_has_no_fault() -> None:
    assert faults([SOUND]) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"row": "2"}, "should be number 1"),
        ({"clause": "FS-99"}, "no document has this clause"),
        ({"en": " "}, "one of the languages"),
        ({"status": "done"}, "unknown status"),
        ({"where": ()}, "has no place"),
        ({"where": ("kind:market_links",)}, "no such kind"),
        ({"where": ("kind:training",)}, "does not cite it back"),
        ({"where": ("market_link",)}, "no such sort"),
        ({"where": ("programme:foshan_2018_2020:funds.town",)}, "no such programme"),
        ({"where": ("programme:foshan:funds.city",)}, "no such programme"),
        ({"where": ("programme:foshan_2018_2020:constraints.C-20",)}, "no such programme"),
        ({"where": ("programme:foshan_2018_2020:funds.city",)}, "does not cite it back"),
        ({"where": ("constraint:C-99",)}, "no such constraint"),
        ({"where": ("constraint:C-22",)}, "does not cite it back"),
        ({"where": ("number:programme.funds.city.yuan",)}, "no such number"),
        ({"where": ("number:programme.funds.city.yuan_per_village",)}, "does not cite it back"),
        ({"where": ("switch:programme.village_money",)}, "does not cite it back"),
        ({"where": ("switch:programme.no_money",)}, "no such switch"),
        ({"where": ("code:no_such_module.py",)}, "no such code"),
        ({"where": ("code:entry.py",)}, "does not cite it back"),
        ({"where": ("change:no_such_change",)}, "no such change"),
        ({"where": ("change:line_mean40",)}, "does not cite it back"),
        ({"where": ("kind:market_link", "kind:training")}, "does not cite it back"),
        ({"status": NOT_MODELLED}, "yet has a place"),
        ({"status": NOT_MODELLED, "where": ()}, "for no reason"),
        ({"status": NOT_MODELLED, "where": (), "reason": "No channel"}, "no decision record"),
        ({"status": NOT_MODELLED, "where": (), "reason": "Decision 9999"}, "no decision record"),
        ({"status": NOT_MODELLED, "where": (), "reason": "Decision 0001"}, "no decision record"),
    ],
)
def test_a_fault_in_a_row_is_found(change: dict[str, object], fault: str) -> None:
    assert any(fault in found for found in faults([replace(SOUND, **change)])), faults([replace(SOUND, **change)])  # type: ignore[arg-type]


def test_a_row_with_nothing_to_model_needs_a_reason_and_no_record() -> None:
    row = Row("FS-28", "1", "宣传", "Publicity", NOT_MODELLED, (), "No income channel")
    assert faults([row]) == []
    assert faults([replace(row, reason="")]) != []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("(ZJ-1.1)", True),
        ("ZJ-1.1.", True),
        ("HN-2.3, ZJ-1.1; FS-2", True),
        ("ZJ-1.10", False),
        ("ZJ-1.1.2", False),
        ("XZJ-1.1", False),
        ("IV-ZJ-1.1", False),
        ("ZJ-1", False),
    ],
)
def test_a_clause_is_told_from_its_neighbours(text: str, named: bool) -> None:
    assert cites(text, "ZJ-1.1") == named


def test_a_constraint_cites_through_the_helpers_it_calls() -> None:
    """The clause of the four risks stands in the function they share."""
    assert cites(home_of("constraint:C-30b", "FS-30").says, "FS-30")


def test_a_number_cites_its_source_and_not_what_it_is_about() -> None:
    (home,) = homes_of("number:programme.funds.donations.yuan_per_year", "FS-21")
    assert home.says == ""


def test_a_place_of_another_document_is_no_home() -> None:
    with pytest.raises(Homeless):
        homes_of("number:programme.funds.city.yuan_per_village", "ZJ-6.2")
