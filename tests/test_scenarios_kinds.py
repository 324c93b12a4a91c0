"""The kinds' defaults: the file against the registry, programmes that leave terms out, and programmes given kinds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from scenarios.reader import packaged
from simulator.interventions import KINDS
from simulator.scenario import Scenario
from tests.systems import only, zhejiang


def lacking(kind: str) -> Scenario:
    """The shipped programme as if it had never heard of a kind."""
    programme = zhejiang()
    start = f"programme.interventions.{kind}."
    values = {path: value for path, value in programme.values.items() if not path.startswith(start)}
    left = tuple(entry for entry in programme.interventions if entry.kind != kind)
    return replace(programme, interventions=left, values=values, stated=values)


def test_the_shipped_defaults_have_no_fault() -> None:
    assert scenarios.check(packaged("kinds.yaml").path) == []


def test_every_kind_has_defaults_for_all_its_terms() -> None:
    defaults = scenarios.kind_defaults()
    assert sorted(set(KINDS) - set(defaults)) == [], "kinds without an entry in scenarios/kinds.yaml"
    assert sorted(set(defaults) - set(KINDS)) == [], "entries of scenarios/kinds.yaml without a kind"
    assert {kind: set(entry.terms) for kind, entry in defaults.items()} == {k: set(KINDS[k].terms) for k in KINDS}


def test_every_default_has_a_source_and_an_uncertain_one_a_range() -> None:
    for entry in scenarios.kind_defaults().values():
        for number in entry.terms.values():
            assert number.source and (number.confidence != "C" or number.range)


COST = "programme.interventions.training.cost_per_slot"


def programme_with(tmp_path: Path, term: str = "") -> Path:
    """A copy of the shipped programme, with a term of training stated or none but its budget share."""
    text = packaged("programmes/zhejiang_2018_2022.yaml").path.read_text(encoding="utf-8")
    before, name, after = text.partition("\n  training:\n")
    head, terms, rest = after.partition("    terms:\n")
    file = tmp_path / f"programme_{len(term)}.yaml"
    file.write_text(before + name + head + terms + term + rest, encoding="utf-8")
    return file


def test_a_programme_may_leave_a_term_to_the_defaults(tmp_path: Path) -> None:
    slots = "programme.interventions.training.slots_per_year"
    loaded = scenarios.load(programme_with(tmp_path), sets=[f"{slots}=0.1"])
    assert loaded.numbers[COST].value == scenarios.kind_defaults()["training"].terms["cost_per_slot"].value
    assert "kinds.yaml:" in loaded.numbers[COST].origin
    assert loaded.scenario.values[slots] == 0.1


def test_the_programme_overrides_the_defaults(tmp_path: Path) -> None:
    own = packaged("kinds.yaml").path.read_text(encoding="utf-8")
    assert own.count("value: 6000, unit: yuan/slot") == 1
    own = own.replace("value: 6000, unit: yuan/slot", "value: 7777, unit: yuan/slot")
    (tmp_path / "kinds.yaml").write_text(own, encoding="utf-8")
    stated = '      cost_per_slot: {value: 5000, unit: yuan/slot, assumption: "its own"}\n'
    assert scenarios.load(programme_with(tmp_path, stated)).scenario.values[COST] == 5000
    assert scenarios.load(programme_with(tmp_path)).scenario.values[COST] == 7777


def test_a_kind_added_stands_at_its_defaults_for_the_whole_programme() -> None:
    given = scenarios.with_kinds(lacking("training"), "training")
    entry = next(entry for entry in given.interventions if entry.kind == "training")
    assert (entry.fund, entry.use, entry.start, entry.end) == ("two_mountains", "training", (2018, 4), (2022, 4))
    assert "training" in next(fund for fund in given.funds if fund.name == "two_mountains").uses
    defaults = scenarios.kind_defaults()["training"].terms
    assert given.under("programme.interventions.training") == {term: n.value for term, n in defaults.items()}
    assert given.stated["programme.interventions.training.cost_per_slot"] == defaults["cost_per_slot"].value


def test_the_other_kinds_of_the_fund_make_room() -> None:
    given = scenarios.with_kinds(lacking("training"), "training", fund="two_mountains")
    before = zhejiang().under("programme.interventions.public_posts")["budget_share"]
    shares = [
        given.values[f"programme.interventions.{entry.kind}.budget_share"]
        for entry in given.interventions
        if entry.fund == "two_mountains"
    ]
    kept = [
        given.values[f"programme.indicators.{asked.name}.budget_share"]
        for asked in given.indicators
        if asked.fund == "two_mountains"
    ]
    assert kept
    assert sum(shares) + sum(kept) == pytest.approx(1.0)
    assert given.values["programme.interventions.public_posts.budget_share"] < before


def test_a_kind_the_programme_has_is_left_as_it_is() -> None:
    assert scenarios.with_kinds(zhejiang(), "training") is zhejiang()


def test_an_entitlement_is_paid_out_of_a_standing_fund() -> None:
    given = scenarios.with_kinds(lacking("dibao"), "dibao")
    assert given.interventions[-1].fund == "civil_affairs"


def test_only_gives_a_kind_alone_whether_the_programme_has_it_or_not() -> None:
    for scenario in (zhejiang(), lacking("training")):
        alone = only(scenario, "training")
        assert [entry.kind for entry in alone.interventions] == ["training"]
        assert alone.interventions[0].start == (2018, 4)


def test_unknown_kinds_and_funds_are_named() -> None:
    with pytest.raises(KeyError, match=r"traning.*training"):
        scenarios.with_kinds(zhejiang(), "traning")
    with pytest.raises(KeyError, match="no fund private"):
        scenarios.with_kinds(lacking("training"), "training", fund="private")


def test_a_kind_given_on_the_command_line_comes_with_its_sources() -> None:
    loaded = scenarios.load(
        "zhejiang_2018_2022", added=["IV-MOTIV"], sets=["programme.interventions.motivation.take_up=0.5"]
    )
    scenario = loaded.scenario
    assert scenario.interventions[-1].kind == "motivation"
    assert set(loaded.numbers) == set(scenario.values)
    assert {path: number.value for path, number in loaded.numbers.items()} == scenario.values
    assert scenario.values["programme.interventions.motivation.take_up"] == 0.5
    assert loaded.numbers["programme.interventions.motivation.cost_per_household"].source
    assert loaded.applied["with"] == ["motivation"]
    assert loaded.scenario_hash != scenarios.load("zhejiang_2018_2022").scenario_hash


def test_shares_of_a_fund_that_makes_room_are_not_drawn() -> None:
    loaded = scenarios.load("zhejiang_2018_2022", added=["motivation"])
    fund = loaded.scenario.interventions[-1].fund
    shares = [
        f"programme.interventions.{entry.kind}.budget_share"
        for entry in loaded.scenario.interventions
        if entry.fund == fund
    ]
    assert sum(loaded.scenario.values[path] for path in shares) <= 1 + 1e-9
    assert set(shares).isdisjoint(loaded.ranged())


def test_a_kind_nobody_knows_is_a_fault() -> None:
    with pytest.raises(scenarios.ScenarioFaults) as raised:
        scenarios.load("zhejiang_2018_2022", added=["motivaton"])
    (fault,) = raised.value.faults
    assert (fault.file, fault.line) == ("--with", 1) and "motivation" in fault.text("en")


def test_giving_what_is_there_changes_nothing() -> None:
    plain = scenarios.load("zhejiang_2018_2022")
    assert scenarios.load("zhejiang_2018_2022", added=["training"]).scenario_hash == plain.scenario_hash


def test_terms_of_another_kind_that_a_kind_rests_on_come_at_their_defaults(tmp_path: Path) -> None:
    """A programme that builds up cooperatives without industry support says by itself what a cooperative earns."""
    text = packaged("programmes/zhejiang_2018_2022.yaml").path.read_text(encoding="utf-8")
    before, _, rest = text.partition("\n  industry_support:\n")
    file = tmp_path / "without.yaml"
    file.write_text(
        before + "\n  cooperative_support:\n" + rest.partition("\n  cooperative_support:\n")[2], encoding="utf-8"
    )
    loaded = scenarios.load(file)
    asked = KINDS["cooperative_support"].rests_on["industry_support"]
    defaults = scenarios.kind_defaults()["industry_support"].terms
    given = {term: defaults[term].value for term in asked}
    assert loaded.scenario.under("programme.interventions.industry_support") == given
    left = {path for path in zhejiang().values if ".industry_support." in path or ".cooperative_support." in path}
    never = replace(zhejiang(), interventions=(), values={p: v for p, v in zhejiang().values.items() if p not in left})
    assert (
        scenarios.with_kinds(replace(never, interventions=zhejiang().interventions[2:]), "cooperative_support").under(
            "programme.interventions.industry_support"
        )
        == given
    )
