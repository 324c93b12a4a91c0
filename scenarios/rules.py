"""What must hold between the parts of a place or a programme: dates, funds and uses, names, clauses, splits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from scenarios import simulated
from scenarios.faults import Fault, closest, fault_at
from scenarios.layers import Layers
from scenarios.reader import Location, Tree
from scenarios.sourced import check_clause, is_whole
from scenarios.vocabulary import Vocabulary

Quarter = tuple[int, int]


def quarter(text: object) -> Quarter | None:
    """`2018Q4` as (2018, 4); None if it is not a quarter."""
    if not isinstance(text, str) or len(text) != 6 or text[4] != "Q" or text[5] not in "1234":
        return None
    return (int(text[:4]), int(text[5])) if text[:4].isdecimal() else None


# What `fupin anchor` needs to know of a place's incomes: four components, the means of five groups, and a tolerance.
PUBLISHED = (
    *("wage", "business", "property", "transfer"),
    *("quintile_1", "quintile_2", "quintile_3", "quintile_4", "quintile_5", "quintile_tolerance"),
)


def check_place(tree: Tree) -> None:
    """Note an unusable year 0, a negative burn-in, and published figures that are none or not all there."""
    published = tree.part("published")
    for name in published:
        if name not in PUBLISHED:
            tree.blame(("published", name), "unknown_key", at_key=True, key=name, known=closest(name, PUBLISHED))
    for name in PUBLISHED:
        if published and name not in published:
            tree.blame(("published",), "missing_key", at_key=True, key=name)
    year0, burn_in = tree.data.get("year0"), tree.data.get("burn_in_years")
    if is_whole(year0) and not 1949 <= year0 <= 2100:
        tree.blame(("year0",), "bad_year", year=year0)
    if is_whole(burn_in) and burn_in < 0:
        tree.blame(("burn_in_years",), "negative_duration", key="burn_in_years")


def lacking(programme: Tree, added: Iterable[str] = ()) -> dict[str, list[str]]:
    """The terms a programme leaves to the kinds' defaults, by kind, those of kinds it is given on top among them; kinds
    that state all of theirs are not named. Terms of a kind it has not but another rests on are left to them too."""
    kinds = (*programme.part("interventions"), *added)
    left = {
        kind: [term for term in simulated.terms(kind) if term not in programme.part("interventions", kind, "terms")]
        for kind in kinds
    }
    for kind in kinds:
        left |= {other: [*terms] for other, terms in simulated.rests_on(kind).items() if other not in kinds}
    return {kind: terms for kind, terms in left.items() if terms}


def check_kinds(tree: Tree, words: Vocabulary, asked: Collection[str] | None = None) -> None:
    """Note what is wrong with the kinds' defaults, or with those of the kinds asked for: each entry gives all the terms
    its kind takes, in its units."""
    for name in tree.part("interventions") if asked is None else asked:
        if name not in tree.part("interventions"):
            continue
        at: Location = ("interventions", name)
        _nameable(tree, at, name, simulated.kinds(), at_key=True)
        _check_terms(tree, name, words)
        for index, clause in enumerate(tree.entries(*at, "clauses")):
            check_clause(tree, (*at, "clauses", index), clause, words)


def check_programme(tree: Tree, place: Tree, kinds: Tree, words: Vocabulary) -> None:
    """Note what does not hold together in a programme. `kinds` gives the terms it leaves out."""
    years = _years(tree, place)
    for index, document in enumerate(tree.entries("documents")):
        _nameable(tree, ("documents", index), document, words.documents.documents, "unknown_document")
    for name, fund in tree.part("funds").items():
        check_clause(tree, ("funds", name, "clause"), _get(fund, "clause"), words)
        for index, clause in enumerate(tree.entries("funds", name, "clauses")):
            check_clause(tree, ("funds", name, "clauses", index), clause, words)
        if _get(fund, "role") == "private" and "yuan_per_year" not in tree.part("funds", name, "terms"):
            tree.blame(("funds", name), "missing_key", at_key=True, key="terms.yuan_per_year")
        if _get(fund, "role") == "standing" and "leakage" in tree.part("funds", name, "terms"):
            tree.blame(("funds", name, "terms", "leakage"), "standing_leaks", at_key=True)
    for name in simulated.standing_funds():
        if tree.part("funds", name).get("role") != "standing":
            at: Location = ("funds", name) if name in tree.part("funds") else ("funds",)
            tree.blame(at, "no_standing_fund", at_key=True, fund=name)
    for name in tree.part("interventions"):
        _check_intervention(tree, name, years, kinds, words)
    for name in tree.part("targets"):
        _check_target(tree, name, years, words)
    for name in tree.part("indicators"):
        _check_indicator(tree, name, years, words)
    for index, name in enumerate(tree.entries("constraints")):
        _nameable(tree, ("constraints", index), name, simulated.constraints())


def check_without(kinds: Iterable[str], interventions: Iterable[str], blame: Callable[[int, str, str], None]) -> None:
    """Call `blame(index, kind, known)` for every kind left out that the programme does not have."""
    known = list(interventions)
    for index, kind in enumerate(kinds):
        if kind not in known:
            blame(index, kind, closest(kind, known))


def check_wholes(layers: Layers, programme: Tree) -> list[Fault]:
    """Shares of one whole that add up to more than 1, each where the last of them stands."""
    spenders = {**programme.part("interventions"), **programme.part("indicators")}
    fund_of = {str(name): str(_get(entry, "fund")) for name, entry in spenders.items()}
    faults = []
    for whole, paths in layers.words.wholes(layers.numbers, fund_of):
        total = sum(layers.numbers[path].value for path in paths)
        if total > 1 + 1e-9:
            where = layers.numbers[paths[-1]].origin
            faults.append(fault_at(where, "whole_exceeded", reason_zh=whole.zh, reason_en=whole.en, sum=f"{total:g}"))
    return faults


def _years(tree: Tree, place: Tree) -> tuple[int, int] | None:
    """First and last year of a programme; None, the reason noted, if it has no usable ones."""
    years = tree.data.get("years")
    if not isinstance(years, list) or len(years) != 2 or not all(map(is_whole, years)):
        return None
    first, last = years
    for index, year in enumerate(years):
        if not 1949 <= year <= 2100:
            tree.blame(("years", index), "bad_year", year=year)
            return None
    if last < first:
        tree.blame(("years",), "years_reversed", first=first, last=last)
        return None
    year0 = place.data.get("year0")
    if is_whole(year0) and first <= year0:
        tree.blame(("years", 0), "before_year0", first=first, year0=year0, fix=f"[{year0 + 1}, {max(last, year0 + 1)}]")
    return first, last


def _check_intervention(tree: Tree, name: str, years: tuple[int, int] | None, kinds: Tree, words: Vocabulary) -> None:
    at: Location = ("interventions", name)
    entry = tree.part(*at)
    _nameable(tree, at, name, simulated.kinds(), at_key=True)
    _check_terms(tree, name, words, kinds.part("interventions", name, "terms"))
    further = [((*at, "also", index), fund) for index, fund in enumerate(tree.entries(*at, "also"))]
    for where, fund in [((*at, "fund"), entry.get("fund")), *further]:
        _check_fund(tree, at, where, fund)
    for index, clause in enumerate(tree.entries(*at, "clauses")):
        check_clause(tree, (*at, "clauses", index), clause, words)
    _check_dates(tree, at, years)


def _check_fund(tree: Tree, at: Location, where: Location, fund: object) -> None:
    """Note a fund the programme lacks, and a use of the entry at `at` that it may not pay for."""
    funds, use = tree.part("funds"), tree.part(*at).get("use")
    if isinstance(fund, str) and fund not in funds:
        tree.blame(where, "unknown_fund", fund=fund, known=closest(fund, map(str, funds)))
    uses = tree.entries("funds", fund, "uses") if isinstance(fund, str) else ()
    if isinstance(use, str) and uses and use not in uses:
        tree.blame((*at, "use"), "unknown_use", fund=fund, use=use, known=closest(use, map(str, uses)))


def _check_terms(tree: Tree, kind: str, words: Vocabulary, defaults: Collection[str] = ()) -> None:
    """Note terms a kind does not take, terms it lacks and no default gives, and terms in another unit than it takes."""
    due = simulated.terms(kind)
    if not due:
        return
    at: Location = ("interventions", kind, "terms")
    given = tree.part(*at)
    _check_given(tree, at, {**due, **simulated.common_terms()}, words)
    missing = [term for term in due if term not in given and term not in defaults]
    if missing:
        tree.blame(at, "missing_terms", at_key=True, kind=kind, terms=", ".join(missing))


def _check_given(tree: Tree, at: Location, allowed: Mapping[str, str], words: Vocabulary) -> None:
    """Note terms that are not allowed where they stand, and terms in another unit than the one allowed."""
    for term, number in tree.part(*at).items():
        if term not in allowed:
            tree.blame((*at, term), "unknown_key", at_key=True, key=term, known=closest(term, allowed))
            continue
        unit = _get(number, "unit")
        canonical = words.canonical_unit(unit) if isinstance(unit, str) else None
        if canonical and canonical != words.canonical_unit(allowed[term]):
            path = ".".join(("programme", *map(str, at[:-1]), str(term)))
            tree.blame((*at, term, "unit"), "wrong_unit", path=path, unit=unit, known=allowed[term])


def _check_dates(tree: Tree, at: Location, years: tuple[int, int] | None) -> None:
    entry = tree.part(*at)
    dates = {key: quarter(entry.get(key)) for key in ("start", "end")}
    if entry.get("role") == "programme":
        for key, date in dates.items():
            if key not in entry:
                tree.blame(at, "missing_key", at_key=True, key=key)
            elif date and years and not years[0] <= date[0] <= years[1]:
                tree.blame((*at, key), "outside_years", quarter=entry[key], first=years[0], last=years[1])
    start, end = dates["start"], dates["end"]
    if start and end and end < start:
        tree.blame((*at, "end"), "ends_before_start", start=entry["start"], end=entry["end"])


def _check_target(tree: Tree, name: str, years: tuple[int, int] | None, words: Vocabulary) -> None:
    at: Location = ("targets", name)
    entry = tree.part(*at)
    _nameable(tree, at, name, simulated.targets(), at_key=True)
    if name in simulated.targets():
        reading = entry.get("default_reading")
        terms = tree.part(*at, "terms")
        _nameable(tree, (*at, "default_reading"), reading, simulated.default_readings(name, terms))
    _check_asked(tree, at, years, words)


def _check_indicator(tree: Tree, name: str, years: tuple[int, int] | None, words: Vocabulary) -> None:
    at: Location = ("indicators", name)
    entry, state = tree.part(*at), simulated.indicators().get(name)
    _check_asked(tree, at, years, words)
    if state is None:
        _nameable(tree, at, name, simulated.indicators(), at_key=True)
        return
    if entry.get("of") not in (None, state.of):
        tree.blame((*at, "of"), "not_a_choice", got=entry["of"], known=state.of)
    for key in ("fund", "use", "start"):
        if state.read is None and key not in entry:
            tree.blame(at, "missing_key", at_key=True, key=key)
        elif state.read is not None and key in entry:
            tree.blame((*at, key), "derived_pays_nothing", at_key=True, name=name, key=key)
    _check_fund(tree, at, (*at, "fund"), entry.get("fund"))
    start = quarter(entry.get("start"))
    if start and years and not years[0] <= start[0] <= years[1]:
        tree.blame((*at, "start"), "outside_years", quarter=entry["start"], first=years[0], last=years[1])
    _check_given(tree, (*at, "terms"), state.terms, words)
    missing = [term for term in state.terms if term not in tree.part(*at, "terms")]
    if missing:
        tree.blame(at, "indicator_lacks", at_key=True, name=name, terms=", ".join(missing))


def _check_asked(tree: Tree, at: Location, years: tuple[int, int] | None, words: Vocabulary) -> None:
    """Note unknown clauses of a target or an indicator, and a date outside the programme."""
    check_clause(tree, (*at, "clause"), tree.part(*at).get("clause"), words)
    for index, clause in enumerate(tree.entries(*at, "clauses")):
        check_clause(tree, (*at, "clauses", index), clause, words)
    year = tree.part(*at).get("year")
    if years and is_whole(year) and not years[0] <= year <= years[1]:
        message = "target_before_start" if year < years[0] else "target_after_end"
        tree.blame((*at, "year"), message, year=year, first=years[0], last=years[1])


def _nameable(
    tree: Tree, at: Location, name: object, known: Iterable[str], message: str = "not_nameable", *, at_key: bool = False
) -> None:
    if isinstance(name, str) and name not in known:
        word = "document" if message == "unknown_document" else "name"
        tree.blame(at, message, at_key=at_key, known=closest(name, known), **{word: name})


def _get(part: object, key: str) -> object:
    return part.get(key) if isinstance(part, dict) else None
