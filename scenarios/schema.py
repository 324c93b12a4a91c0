"""The shape of every kind of file under scenarios/, as pydantic models; the JSON Schema for editors comes from them."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, TypeAdapter

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Quarter = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}Q[1-4]$")]
Years = Annotated[list[int], Field(min_length=2, max_length=2)]
Role = Literal["standing", "programme"]
FundRole = Literal["standing", "programme", "private"]


class Part(BaseModel):
    """Any mapping in a file: unknown keys are refused, and nothing is converted ("yes" stays text)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Title(Part):
    """A title in both languages."""

    zh: Text
    en: Text


class Sourced(Part):
    """A value with exactly one source, and what is known of its uncertainty; `zh` is the evidence or assumption in
    Chinese."""

    value: float
    clause: Text | None = None
    evidence: Text | None = None
    assumption: Text | None = None
    zh: Text | None = None
    confidence: Literal["A", "B", "C"] | None = None
    range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    note: Text | None = None


class Number(Sourced):
    """A number that enters the model."""

    unit: Text


class Choice(Part):
    """A switch: one of several named ways of doing a thing."""

    value: Text
    choices: Annotated[list[Text], Field(min_length=1)]
    clause: Text | None = None
    evidence: Text | None = None
    assumption: Text | None = None
    note: Text | None = None


class Series(Part):
    """A yearly series; its points share one unit."""

    unit: Text
    points: dict[int, Sourced]
    gaps: Literal["allowed"] | None = None
    note: Text | None = None


def _number_or_choice(value: Any) -> str:
    return "choice" if isinstance(value, str) else "number"


Setting = Annotated[
    Annotated[Number, Tag("number")] | Annotated[Text, Tag("choice")],
    Discriminator(_number_or_choice),
]


class ModelFile(Part):
    """Behavioural parameters, the same in every place."""

    kind: Literal["model"]
    title: Title | None = None
    parameters: dict[Name, Number] = {}
    switches: dict[Name, Choice] = {}


class PlaceFile(Part):
    """A place before any programme: its numbers, its published series, its admissible set of joint draws, and, for a
    place that is to be anchored to figures of its own, what is published of its incomes (`fupin anchor`)."""

    kind: Literal["place"]
    name: Name
    title: Title
    year0: int
    burn_in_years: int
    parameters: dict[Name, Number] = {}
    switches: dict[Name, Choice] = {}
    series: dict[Name, Series] = {}
    draws: Text | None = None
    published: dict[Name, Number] = {}
    overrides: dict[str, Setting] = {}


class FundEntry(Part):
    """A public purse of a programme. `clause` sets it up; `clauses` are further ones that speak of its money."""

    title: Title
    role: FundRole
    uses: Annotated[list[Name], Field(min_length=1)]
    clause: Text | None = None
    clauses: list[Text] = []
    terms: dict[Name, Number] = {}
    note: Text | None = None


class InterventionEntry(Part):
    """One line of a programme. A standing rule may leave out its dates: it runs throughout. `also` names further funds
    that pay when the first is empty."""

    role: Role
    fund: Name
    also: list[Name] = []
    use: Name
    clauses: list[Text] = []
    start: Quarter | None = None
    end: Quarter | None = None
    mechanism: Literal["on", "off"] = "on"
    terms: dict[Name, Number] = {}
    note: Text | None = None


class KindEntry(Part):
    """What holds for a kind of intervention unless a programme says otherwise: its terms, the clauses that speak of it
    in any document, and the use its money is booked under (its own name if none is given)."""

    use: Name | None = None
    clauses: list[Text] = []
    terms: dict[Name, Number] = {}
    note: Text | None = None


class KindsFile(Part):
    """Default terms of every kind of intervention, the same in every programme."""

    kind: Literal["kinds"]
    title: Title | None = None
    interventions: dict[Name, KindEntry]


class TargetEntry(Part):
    """A target of the document: `clause` states it, `clauses` are further ones that it answers."""

    clause: Text
    clauses: list[Text] = []
    title: Title
    year: int
    default_reading: Name
    terms: dict[Name, Number] = {}
    note: Text | None = None


class IndicatorEntry(Part):
    """A state beside income that the document asks for. One with money of its own names its fund, use and first
    quarter; `among` says which villages count: the key ones, the weak ones too, or all (by default the key ones for a
    state of villages, all for one of households)."""

    clause: Text
    clauses: list[Text] = []
    title: Title
    of: Literal["village", "household"]
    among: Literal["key", "weak", "all"] | None = None
    fund: Name | None = None
    use: Name | None = None
    start: Quarter | None = None
    year: int
    terms: dict[Name, Number] = {}
    note: Text | None = None


class ProgrammeFile(Part):
    """A policy document as data: funds, interventions, targets, constraints."""

    kind: Literal["programme"]
    name: Name
    title: Title
    place: Name
    documents: Annotated[list[Text], Field(min_length=1)]
    years: Years
    funds: dict[Name, FundEntry]
    interventions: dict[Name, InterventionEntry]
    targets: dict[Text, TargetEntry]
    indicators: dict[Name, IndicatorEntry] = {}
    constraints: list[Text] = []
    parameters: dict[Name, Number] = {}
    switches: dict[Name, Choice] = {}
    overrides: dict[str, Setting] = {}


class ChangeFile(Part):
    """A what-if: some numbers and choices set anew, some interventions left out."""

    kind: Literal["change"]
    name: Name
    title: Title
    programme: Name | None = None
    set: dict[str, Setting] = {}
    without: list[Name] = []


class DocumentEntry(Part):
    """A policy document and the clauses of it that may be cited, each with a summary in the words of this project.
    `listed` is its own word for a household on the list."""

    title: Title
    listed: Title
    issuer: Title
    number: Text | None = None
    date: Text
    numbering: Title
    clauses: dict[Text, Title]


class DocumentsFile(Part):
    """Every policy document once."""

    kind: Literal["documents"]
    documents: dict[Text, DocumentEntry]


class Limit(Part):
    """What is impossible for a number, and why. `above` is a lower end that is itself excluded."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    zh: Text
    en: Text


class Term(Limit):
    """What the name of a number says: its possible units and limits. `path` is a pattern with *."""

    path: Text
    units: list[Text] | None = None


class Whole(Part):
    """Shares of one whole, by patterns of paths joined by " + "; those with the same <fund> add up to 1 at most."""

    paths: Text
    zh: Text
    en: Text


class UnitsFile(Part):
    """The vocabulary of units and what is impossible in them."""

    kind: Literal["units"]
    words: dict[Text, Title]
    limits: dict[Text, Limit] = {}
    terms: list[Term] = []
    wholes: list[Whole] = []


class CatalogueEntry(Part):
    """A programme or a change that may be called by name. `file` is relative to the catalogue."""

    file: Text


class CatalogueFile(Part):
    """Programmes and changes by name."""

    kind: Literal["catalogue"]
    default: Name
    programmes: dict[Name, CatalogueEntry]
    changes: dict[Name, CatalogueEntry] = {}


class StudyFile(Part):
    """A question, and how it is answered: the command that simulates, on which scenarios, with which of its options
    (`leave_one_out: 5`, `again: true`, `into: [no_pandemic]`); the targets its answer speaks of, and the pictures it
    makes."""

    kind: Literal["study"]
    name: Name
    title: Title
    question: Title
    command: Literal["run", "compare", "attribute", "sensitivity", "branch"]
    scenarios: Annotated[list[Text], Field(min_length=1)]
    options: dict[Name, Any] = {}
    measures: Annotated[list[Text], Field(min_length=1)]
    figures: Annotated[list[Text], Field(min_length=1)]


AnyFile = Annotated[
    ModelFile
    | KindsFile
    | PlaceFile
    | ProgrammeFile
    | ChangeFile
    | DocumentsFile
    | UnitsFile
    | CatalogueFile
    | StudyFile,
    Field(discriminator="kind"),
]

FILES: dict[str, type[Part]] = {
    "model": ModelFile,
    "kinds": KindsFile,
    "place": PlaceFile,
    "programme": ProgrammeFile,
    "change": ChangeFile,
    "documents": DocumentsFile,
    "units": UnitsFile,
    "catalogue": CatalogueFile,
    "study": StudyFile,
}


def export_schema() -> dict[str, Any]:
    """The JSON Schema of every kind of file, for editors that complete and check while one types."""
    schema = TypeAdapter[Any](AnyFile).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "fupin scenario files", **schema}


def schema_text() -> str:
    """The JSON Schema as it stands in docs/scenario.schema.json."""
    return json.dumps(export_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
