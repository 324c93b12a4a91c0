"""States beside income: what stands, who is served first, to the fen; and that nothing of it enters income."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from results.answers import answers
from results.show_indicators import indicators_table
from simulator import indicators, quarter
from simulator.accounts import Accounts
from simulator.calendar import Quarter
from simulator.coverage import coverage_outcomes
from simulator.draws import FOUNDING_INDICATORS, uniforms
from simulator.history import History, RunRecord
from simulator.indicators import STATES, counted, pay_neediest, share_standing, track
from simulator.invariants import Broken
from simulator.jackknife import Sample
from simulator.scenario import Fund, Indicator, Scenario
from simulator.targets import evaluate, indicator_facts
from simulator.villages import Villages
from simulator.world import World
from tests.systems import LUCK, arm, founded, null_history, pin_of, quarters, zhejiang

OWN = tuple(entry.name for entry in zhejiang().indicators if STATES[entry.name].read is None)
OF_VILLAGES = tuple(name for name in OWN if STATES[name].of == "village")


def asking(*entries: Indicator, **terms: float) -> Scenario:
    """The shipped programme with these indicators in the place of its own; `water__covered` and so on are terms."""
    given_terms = {f"programme.indicators.{name.replace('__', '.')}": value for name, value in terms.items()}
    return replace(zhejiang(), indicators=entries, values={**zhejiang().values, **given_terms})


def of_name(name: str, scenario: Scenario) -> Indicator:
    return next(entry for entry in scenario.indicators if entry.name == name)


@functools.cache
def played(name: str = "policy", yuan: float = 5_000.0) -> tuple[World, History]:
    return arm(name, zhejiang().with_values({"programme.yuan_per_listed_household": yuan}))


def total(history: History, name: str, what: str) -> np.ndarray:
    """An indicator's units or covered units in the whole place, by year."""
    return history.village_year[f"indicator_{name}_{what}"] @ history.stands_for


@functools.cache
def facts_of(name: str = "policy", yuan: float = 5_000.0) -> dict[str, float]:
    return indicator_facts(played(name, yuan)[1], zhejiang())


def paid_on(history: History, name: str) -> int:
    rows = [row for row, line in enumerate(history.ledger_lines) if line.kind == name]
    return int(history.ledger[:, rows].sum())


# What stands at year 0.


@given(some.floats(0.05, 1.0))
def test_what_stands_has_the_stated_mean_and_is_a_share(covered: float) -> None:
    grid = (np.arange(200_000) + 0.5) / 200_000
    standing = share_standing(grid, covered)
    assert standing.mean() == pytest.approx(covered, abs=2e-3)
    assert standing.min() >= 0.0
    assert standing.max() <= 1.0


@pytest.mark.parametrize("covered", [0.0, 1.0])
def test_nothing_and_everything_stand_exactly(covered: float) -> None:
    assert set(share_standing(np.array([0.01, 0.5, 0.99]), covered).tolist()) == {covered}


def test_what_stands_is_drawn_by_the_key_of_the_village_and_of_the_founding() -> None:
    world, own = founded(), {"programme.indicators.water.covered": 0.6}
    track(world, zhejiang().with_values(own), paying=False)
    for row in range(world.villages.length):
        drawn = uniforms(LUCK.seed, LUCK.replicate, world.villages.key[row], FOUNDING_INDICATORS, 0, 2)[0]
        assert world.villages.water[row] == pytest.approx(drawn ** (1.0 / 0.6 - 1.0), rel=1e-12)


def test_households_are_enrolled_as_often_as_stated_and_independently() -> None:
    world = founded()
    terms = {"pension_insurance.covered": 0.7, "medical_insurance.covered": 0.4}
    track(world, zhejiang().with_values({f"programme.indicators.{n}": v for n, v in terms.items()}), paying=False)
    there = world.households.size > 0
    pension, medical = ((world.households.enrolled[there] & bit) > 0 for bit in (1, 2))
    spread = 4.0 * (0.25 / there.sum()) ** 0.5
    assert pension.mean() == pytest.approx(0.7, abs=spread)
    assert medical.mean() == pytest.approx(0.4, abs=spread)
    assert (pension & medical).mean() == pytest.approx(0.28, abs=spread)
    assert not world.households.enrolled[~there].any()


def test_the_numbers_and_bits_of_states_are_their_own() -> None:
    own = [state for state in STATES.values() if state.read is None]
    assert len({state.number for state in own}) == len(own)
    bits = [state.bit for state in own if state.of == "household"]
    assert len(set(bits)) == len(bits)
    assert all(bit.bit_count() == 1 for bit in bits)
    assert {name for name, state in STATES.items() if state in own and state.of == "village"} <= set(Villages.columns)


# Who is served.


def served_first(claim: list[int], held: list[float], stands_for: list[int], money: int) -> list[int]:
    """What each village receives: groups of equal coverage from the lowest up, the last one in part."""
    received = [0] * len(claim)
    for level in sorted({h for h, c in zip(held, claim, strict=True) if c > 0}):
        rows = [row for row in range(len(claim)) if held[row] == level]
        asked = sum(claim[row] * stands_for[row] for row in rows)
        share = min(1.0, money / asked) if asked else 1.0
        for row in rows:
            received[row] = claim[row] if asked <= money else min(claim[row], int(claim[row] * share))
        if asked > money:
            break
        money -= asked
    return received


@given(
    some.lists(
        some.tuples(some.integers(0, 10**8), some.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), some.integers(1, 60)),
        min_size=1,
        max_size=9,
    ),
    some.integers(0, 10**10),
)
def test_the_least_covered_villages_come_first_and_the_next_in_part(
    drawn: list[tuple[int, float, int]], money: int
) -> None:
    claim, held, stands_for = (list(column) for column in zip(*drawn, strict=True))
    villages = Villages(len(drawn), stands_for=np.array(stands_for))
    accounts = Accounts((Fund("purse", "programme", ("works",)),))
    line = accounts.open_line("purse", "works", "water")
    accounts.open_quarter(1)
    accounts.grant("purse", money)
    received = pay_neediest(accounts, line, np.array(claim), np.array(held), villages)
    assert received.tolist() == served_first(claim, held, stands_for, money)
    assert accounts.balance[0] == money - int(received @ villages.stands_for)
    assert accounts.paid.sum() == int(received @ villages.stands_for)


def before_and_after(scenario: Scenario) -> tuple[World, np.ndarray, np.ndarray]:
    """The world after the first quarter of payment, who was enrolled before it, and who was then on the list."""
    earlier, seen = np.zeros(0, np.int8), np.zeros(0, np.bool_)
    for world in run(scenario):
        if world.now == Quarter(2018, 4):
            break
        earlier, seen = world.households.enrolled.copy(), world.households.reviewed == 1
    return world, earlier, seen


def run(scenario: Scenario, name: str = "policy"):  # type: ignore[no-untyped-def]
    return quarters(founded(), scenario, name, pin_of(null_history()))


PENSION = replace(of_name("pension_insurance", zhejiang()), among="all")


def test_households_of_the_least_covered_villages_come_first() -> None:
    rich = {"programme.yuan_per_listed_household": 120_000.0}
    world, earlier, on_list = before_and_after(asking(PENSION, pension_insurance__covered=0.5).with_values(rich))
    households, villages = world.households, world.villages
    on_list &= households.size > 0
    asked = (households.supported == 1) & (households.size > 0) & ((earlier & 1) == 0)
    fresh = asked & ((households.enrolled & 1) == 1)
    fen = np.bincount(households.village[fresh], minlength=villages.length) * 30_000
    assert int(fen @ villages.stands_for) == paid_in(world, "pension_insurance") > 0
    share = {
        row: float(((earlier & 1) == 1)[(households.village == row) & on_list].mean())
        for row in range(villages.length)
        if asked[households.village == row].any()
    }
    got = {row: fresh[households.village == row].sum() for row in share}
    lacked = {row: asked[households.village == row].sum() for row in share}
    order = sorted(share, key=lambda row: share[row])
    whole = [row for row in order if got[row] == lacked[row]]
    assert whole == order[: len(whole)]
    assert 0 < len(whole) < len(order) - 1
    assert not any(got[row] for row in order[len(whole) + 1 :])


def paid_in(world: World, name: str) -> int:
    rows = [row for row, line in enumerate(world.accounts.lines) if line.kind == name]
    return int(world.accounts.paid[rows].sum())


# What holds all along.


def test_coverage_never_falls_and_never_passes_the_whole() -> None:
    earlier: dict[str, np.ndarray] = {}
    for world in run(zhejiang()):
        for name in OF_VILLAGES:
            held = getattr(world.villages, name)
            assert held.max() <= 1.0
            assert (held >= earlier.get(name, 0.0 * held)).all()
            earlier[name] = held.copy()
    assert all((held > 0.0).all() for held in earlier.values())


@pytest.mark.parametrize("name", OF_VILLAGES)
def test_what_was_paid_is_what_is_no_longer_missing_to_the_fen(name: str) -> None:
    world, history = played()
    before = founded()
    track(before, zhejiang(), paying=False)
    entry = of_name(name, zhejiang())
    full = round(100 * zhejiang().values[f"programme.indicators.{name}.unit_cost"])
    here = counted(entry, world.villages)
    missing = [
        np.floor(full * (1.0 - getattr(found.villages, name)) + 0.5).astype(np.int64)[here] for found in (before, world)
    ]
    assert paid_on(history, name) == int((missing[0] - missing[1]) @ world.villages.stands_for[here]) > 0
    assert (getattr(world.villages, name)[~here] == getattr(before.villages, name)[~here]).all()


@pytest.mark.parametrize("name", OWN)
def test_an_indicator_spends_no_more_than_its_share_of_its_fund(name: str) -> None:
    _, history = played()
    entry, values = of_name(name, zhejiang()), zhejiang().values
    share = values[f"programme.indicators.{name}.budget_share"] * (1.0 - values["programme.overhead"])
    inflow = int(history.inflow[:, history.funds.index(entry.fund)].sum())
    assert 0 < paid_on(history, name) <= share * inflow * 1.000001


def test_without_the_programme_nothing_is_paid_and_what_stands_stays() -> None:
    world, history = played("null")
    before = founded()
    track(before, zhejiang(), paying=False)
    assert not {line.kind for line in history.ledger_lines} & set(OWN)
    for name in OF_VILLAGES:
        assert np.array_equal(getattr(world.villages, name), getattr(before.villages, name))


def test_indicators_with_money_of_their_own_move_nothing_else() -> None:
    _, beside = played()
    _, alone = arm("policy", replace(zhejiang(), indicators=()))
    for table in ("series", "micro"):
        ours, theirs = getattr(beside, table), getattr(alone, table)
        assert ours.keys() == theirs.keys()
        assert all(np.array_equal(ours[key], theirs[key], equal_nan=True) for key in theirs)
    for key, values in alone.village_year.items():
        assert np.array_equal(beside.village_year[key], values, equal_nan=True), key
    for row, line in enumerate(alone.ledger_lines):
        assert np.array_equal(beside.ledger[:, beside.ledger_lines.index(line)], alone.ledger[:, row]), line
    assert {line.kind for line in beside.ledger_lines} - {line.kind for line in alone.ledger_lines} == set(OWN)


@pytest.mark.parametrize("name", ["serve_villages", "serve_households"])
def test_money_that_reaches_no_supplier_stops_the_run(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    honest = getattr(indicators, name)

    def pocketing(world: World, one: indicators.Tracked) -> None:
        held = world.villages.supplier_money.copy()
        honest(world, one)
        world.villages.supplier_money[:] = held

    monkeypatch.setattr(indicators, name, pocketing)
    with pytest.raises(Broken, match="what the ledger paid is what was received"):
        arm("policy")


def test_a_quarter_serves_indicators_once(monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setattr(quarter, "serve_indicators", lambda world: served.append(world.now))
    arm("policy")
    assert len(served) == len(set(served)) == 20


# How far it is when it falls due.


def outcome(history: History, scenario: Scenario, name: str):  # type: ignore[no-untyped-def]
    return next(found for found in evaluate(history, scenario) if found.target == f"I.{name}")


@pytest.mark.parametrize("name", OWN)
def test_without_money_it_is_not_reached_and_says_what_is_missing(name: str) -> None:
    _, history = played(yuan=0.0)
    values, facts = zhejiang().values, facts_of(yuan=0.0)
    assert not outcome(history, zhejiang(), name).met
    assert facts[f"indicator_{name}_yuan"] == 0.0
    short = values[f"programme.indicators.{name}.threshold"] - facts[f"indicator_{name}_coverage"]
    needed = short * total(history, name, "units")[-1] * values[f"programme.indicators.{name}.unit_cost"]
    assert facts[f"indicator_{name}_missing_yuan"] == pytest.approx(needed) != 0.0


@pytest.mark.parametrize("name", OWN)
def test_with_money_enough_it_is_reached_exactly(name: str) -> None:
    _, history = played(yuan=100_000.0)
    found = outcome(history, zhejiang(), name)
    assert found.met
    assert facts_of(yuan=100_000.0)[f"indicator_{name}_missing_yuan"] == 0.0
    if name in OF_VILLAGES:
        assert (found.margin, found.failing_units, found.sampling_variance) == (0.0, 0.0, 0.0)


def test_it_is_judged_at_the_end_of_the_year_due() -> None:
    _, history = played()
    entry = of_name("water", zhejiang())
    for year in range(zhejiang().first_year, zhejiang().last_year + 1):
        due = replace(zhejiang(), indicators=(replace(entry, year=year),))
        coverage = (total(history, "water", "covered") / total(history, "water", "units"))[history.years == year]
        threshold = zhejiang().values["programme.indicators.water.threshold"]
        assert outcome(history, due, "water").margin == pytest.approx(coverage.item() - threshold)
        within = history.quarters[:, 0] <= year
        row = [line.kind for line in history.ledger_lines].index("water")
        assert indicator_facts(history, due)["indicator_water_yuan"] == pytest.approx(
            history.ledger[within, row].sum() / 100
        )
    late = replace(zhejiang(), indicators=(replace(entry, year=2030),))
    with pytest.raises(ValueError, match=r"I\.water falls due in 2030"):
        coverage_outcomes(history, late, Sample(history.stratum, history.stands_for))


def test_where_there_is_no_unit_nobody_goes_without() -> None:
    _, history = played()
    nobody = {**history.village_year, "indicator_no_dropout_units": 0.0 * history.village_year["households_rural"]}
    nobody["indicator_no_dropout_covered"] = nobody["indicator_no_dropout_units"]
    found = outcome(replace(history, village_year=nobody), zhejiang(), "no_dropout")
    assert (found.met, found.margin) == (True, pytest.approx(0.01))


# States read off other processes.


def test_derived_states_agree_with_what_is_measured_of_the_same_households() -> None:
    dibao = Indicator("dibao_cover", "household", 2022, among="all")
    house = Indicator("safe_house", "household", 2022, among="all")
    _, history = arm("policy", asking(dibao, house, dibao_cover__threshold=0.99, safe_house__threshold=0.99))
    year = history.village_year
    scored = slice(1, None)
    assert np.array_equal(year["indicator_dibao_cover_units"][scored], year["entitled_observed"][scored])
    assert np.array_equal(year["indicator_dibao_cover_covered"][scored], year["entitled_observed_covered"][scored])
    unsafe = year["indicator_safe_house_units"] - year["indicator_safe_house_covered"]
    assert np.array_equal(year["indicator_safe_house_units"][scored], year["households_before"][scored])
    assert np.array_equal(unsafe[scored], year["unsafe_houses_before"][scored])
    assert unsafe[scored].any()


def test_a_household_that_took_a_student_out_this_year_is_not_covered() -> None:
    households = founded().households.take(np.arange(6))
    households.reviewed[:], households.size[:] = [1, 1, 1, 1, 0, 1], [3, 3, 3, 3, 3, 0]
    households.students[:] = [1, 0, 2, 0, 1, 1]
    households.dropouts[:], households.dropouts_before[:] = [2, 1, 3, 1, 1, 1], [2, 0, 2, 1, 0, 0]
    units, covered = indicators.kept_at_school(households)
    assert units.tolist() == [True, True, True, False, False, False]
    assert covered.tolist() == [True, False, False, False, False, False]


def test_dropouts_of_a_year_are_those_since_it_opened() -> None:
    counted_so_far = []
    for world in run(zhejiang().with_values({"model.dropout_hazard": 1.0, "model.dropout_burden": 0.0})):
        households = world.households
        assert (households.dropouts >= households.dropouts_before).all()
        counted_so_far.append((int(households.dropouts_before.sum()), int(households.dropouts.sum())))
    before, after = (np.array(counts).reshape(-1, 4) for counts in zip(*counted_so_far, strict=True))
    assert (before == before[:, :1]).all()
    assert (after[:, 0] > before[:, 0]).any()


# In the answer.


def record(name: str) -> RunRecord:
    history = played(name)[1]
    return RunRecord(
        0, name, "base", "succeeded", outcomes=evaluate(history, zhejiang()), quarters=history.quarters,
        series=history.series, ledger_lines=history.ledger_lines, ledger=history.ledger,
        facts={**history.facts, **facts_of(name)},
    )  # fmt: skip


def test_the_answer_tells_coverage_probability_and_money_of_both_arms() -> None:
    found = answers(
        [record("policy"), record("null")], zhejiang(), {"numbers": {}}, {"seed": 1, "run_id": "x", "households": 2000}
    )
    rows = {row["id"]: row for row in found["targets"] if row["id"].startswith("I.")}
    assert list(rows) == [f"I.{entry.name}" for entry in zhejiang().indicators]
    bus, facts, null = rows["I.bus"], facts_of(), facts_of("null")
    assert (bus["clause"], bus["threshold"], bus["reading_zh"]) == ("ZJ-4.6", 1.0, "覆盖率")
    assert bus["indicator"]["coverage"]["policy"] == facts["indicator_bus_coverage"]
    assert bus["indicator"]["coverage"]["null"] == null["indicator_bus_coverage"] < facts["indicator_bus_coverage"]
    assert bus["indicator"]["yuan"] == {
        "policy": facts["indicator_bus_yuan"],
        "null": 0.0,
        "half": None,
        "double": None,
    }
    assert (bus["probability"], bus["null_probability"]) == (1.0, 0.0)
    assert rows["I.safe_house"]["indicator"]["yuan"]["policy"] is None
    shown = {lang: "\n".join(indicators_table(found, lang)) for lang in ("zh", "en")}
    assert all(entry.title_zh in shown["zh"] and entry.title_en in shown["en"] for entry in zhejiang().indicators)
    assert "100%" in next(line for line in shown["zh"].splitlines() if line.startswith("I.bus"))
