"""What became of every clause: the inventory of scenarios/clauses/, each row held against the files and the code.

One row a passage of a document, one file a document: what it says in our words, what became of it (`status`), where it
lives and why. `faults` says what is wrong with an inventory; `coverage_page` is docs/coverage.csv. A row that is not
modelled either has nothing in it that a household's income, a fund or a list could feel (NOTHING_TO_MODEL) or names the
decision record that says why.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.clause_homes import Home, Homeless, cites, homes_of
from scenarios.reader import packaged
from scenarios.vocabulary import vocabulary

INVENTORY_COLUMNS = ("clause", "row", "zh", "en", "status", "where", "reason")
COLUMNS = ("clause", "row", "key", "summary_zh", "summary_en", "status", "where", "reason")
DOCUMENTS = ("HN", "FS", "LL", "QZ", "ZJ")
NOT_MODELLED = "not modelled"
STATUSES = ("intervention", "rule", "target", "constraint", "fund", "indicator", NOT_MODELLED)
DECISIONS = Path(__file__).parents[1] / "docs" / "decisions"
NOTHING_TO_MODEL = frozenset({
    "HN-1.2#7", "HN-1.2#8", "HN-1.5#5", "HN-1.5#6", "HN-1.5#7", "HN-1.6#10", "HN-1.12#3", "HN-2.3#1", "HN-3.3#1",
    "HN-3.3#2", "FS-22#5", "FS-26#1", "FS-27#2", "FS-28#1", "LL-4.1#1", "QZ-12#1", "QZ-13#1", "ZJ-3.3#2", "ZJ-3.6#4",
    "ZJ-4.1#3", "ZJ-4.2#6", "ZJ-4.4#13", "ZJ-4.9#1", "ZJ-5.1#3", "ZJ-6.3#1",
})  # fmt: skip
"""Administration, publicity, careers, quality of schools and hospitals: rows without a channel to what is simulated."""


@dataclass(frozen=True)
class Row:
    """One passage. `where` are places as `clause_homes` knows them; `file` is where the row itself stands."""

    clause: str
    row: str
    zh: str
    en: str
    status: str
    where: tuple[str, ...]
    reason: str
    file: str = ""

    @property
    def key(self) -> str:
        """Its name: the clause and its place within it."""
        return f"{self.clause}#{self.row}"


def inventory() -> list[Row]:
    """Every row of every document, in their order."""
    return [row for document in DOCUMENTS for row in document_rows(document)]


def document_rows(document: str) -> list[Row]:
    """The rows of one document. Raises ValueError for a file without the columns of an inventory."""
    source = packaged(f"clauses/{document}.csv")
    lines = list(csv.reader(io.StringIO(source.path.read_text(encoding="utf-8"))))
    if tuple(lines[0]) != INVENTORY_COLUMNS or any(len(line) != len(INVENTORY_COLUMNS) for line in lines):
        raise ValueError(f"{source.name}: every line has the columns {', '.join(INVENTORY_COLUMNS)}")
    return [
        Row(clause, row, zh, en, status, tuple(filter(None, map(str.strip, where.split(";")))), reason, source.name)
        for clause, row, zh, en, status, where, reason in lines[1:]
    ]


def faults(rows: Sequence[Row]) -> list[str]:
    """What is wrong with an inventory, row by row: numbering, wording, status, and places that are not there or do not
    cite the clause back."""
    return [f"{row.file}: {row.key}: {fault}" for row, fault in [*misnumbered(rows), *each(rows)]]


def misnumbered(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Rows that do not count up from 1 within their clause."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row.clause] += 1
        if row.row != str(seen[row.clause]):
            yield row, f"should be number {seen[row.clause]} of its clause"


def each(rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    """What is wrong with each row by itself."""
    for row in rows:
        if row.clause not in vocabulary().clauses:
            yield row, "no document has this clause"
        if not (row.zh.strip() and row.en.strip()):
            yield row, "says nothing in one of the languages"
        if row.status not in STATUSES:
            yield row, f"unknown status {row.status} (known: {', '.join(STATUSES)})"
        look = left_out if row.status == NOT_MODELLED else misplaced
        yield from ((row, fault) for fault in look(row))


def left_out(row: Row) -> Iterator[str]:
    """What is wrong with a row that is not modelled."""
    if row.where:
        yield "is not modelled and yet has a place"
    if not row.reason.strip():
        yield "is not modelled for no reason"
    if row.key not in NOTHING_TO_MODEL and not decided(row):
        yield "is not modelled and no decision record says why"


def decided(row: Row) -> bool:
    """Whether the reason names a decision record (`decision 0015`) that cites the clause."""
    named = re.findall(r"[Dd]ecision (\d{4})", row.reason)
    records = [path for number in named for path in DECISIONS.glob(f"{number}-*.md")]
    return any(cites(path.read_text(encoding="utf-8"), row.clause) for path in records)


def misplaced(row: Row) -> Iterator[str]:
    """What is wrong with the places of a row."""
    if not row.where:
        yield "has no place"
    for place in row.where:
        try:
            home = home_of(place, row.clause)
        except Homeless as absent:
            yield str(absent)
        else:
            if not cites(home.says, row.clause):
                yield f"{place} ({home.where}) does not cite it back"


def home_of(place: str, clause: str) -> Home:
    """The home of a place that cites the clause; its first one if none does."""
    homes = homes_of(place, clause)
    return next((home for home in homes if cites(home.says, clause)), homes[0])


def coverage_page() -> str:
    """docs/coverage.csv: every row with the file and key of each of its places."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in inventory():
        where = "; ".join(home_of(place, row.clause).where for place in row.where)
        writer.writerow((row.clause, row.row, row.key, row.zh, row.en, row.status, where, row.reason))
    return text.getvalue()
