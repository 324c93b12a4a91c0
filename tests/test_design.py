"""Which runs an ensemble needs and what is drawn for them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import scenarios
from experiments import design
from experiments.design import PARTNER, Options
from scenarios.uncertain import between, uniform
from simulator.macro import COMMON
from simulator.scenario import Intervention, Scenario


def _intervention(kind: str, role: str = "programme") -> Intervention:
    return Intervention(kind, role, "special", "industry", (2018, 1), (2022, 4))


SCENARIO = Scenario(
    name="small",
    place="somewhere",
    year0=2017,
    burn_in_years=8,
    first_year=2018,
    last_year=2022,
    values={"model.a": 1.0, "model.b": 2.0, "place.c": 3.0},
    switches={},
    series={},
    interventions=(_intervention("dibao", "standing"), _intervention("training"), _intervention("loan")),
)


@dataclass(frozen=True)
class Draws:
    """An admissible set."""

    rows: Sequence[Mapping[str, float]] = ()
    central: int = 0


@dataclass(frozen=True)
class Loaded:
    """A scenario as it is loaded, without files."""

    scenario: Scenario = SCENARIO
    draws: Draws = Draws()
    ranges: Mapping[str, tuple[float, float, float]] = field(
        default_factory=lambda: {"model.a": (0.0, 1.0, 4.0), "model.b": (1.0, 2.0, 2.5)}
    )

    def ranged(self) -> Mapping[str, tuple[float, float, float]]:
        """Path -> (low, value, high)."""
        return self.ranges


def test_the_stated_value_is_the_median_of_what_is_drawn() -> None:
    """Half of the mass lies below the stated value, uniform on each side (Kolmogorov-Smirnov on each half)."""
    drawn = [design.parameters(Loaded(), Options(), number)["model.a"] for number in range(4000)]
    below = [value for value in drawn if value < 1.0]
    assert stats.binomtest(len(below), len(drawn)).pvalue > 0.001
    assert stats.kstest(below, stats.uniform(0, 1).cdf).pvalue > 0.001
    assert stats.kstest([v for v in drawn if v >= 1.0], stats.uniform(1, 3).cdf).pvalue > 0.001


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_draw_stays_within_its_range(middle: float, below: float, above: float, u: float) -> None:
    """Whatever the range, however lopsided."""
    drawn = between(middle - below, middle, middle + above, u)
    slack = 1e-9 * (1 + abs(middle) + below + above)
    assert middle - below - slack <= drawn <= middle + above + slack


def test_a_quarter_of_the_mass_ends_half_way_to_the_low_end() -> None:
    """Closed form of the quantiles."""
    assert [between(0, 1, 4, u) for u in (0.25, 0.5, 0.75)] == [0.5, 1.0, 2.5]


def test_each_parameter_has_its_own_draw() -> None:
    """Two parameters of one replicate are uncorrelated (Spearman, 2,000 replicates)."""
    drawn = [design.parameters(Loaded(), Options(), number) for number in range(2000)]
    rank = stats.spearmanr([row["model.a"] for row in drawn], [row["model.b"] for row in drawn])
    assert rank.pvalue > 0.001


def test_adding_a_parameter_changes_no_other_draw() -> None:
    """A draw belongs to its path."""
    before = design.parameters(Loaded(), Options(), 7)
    more = {"model.0": (0.0, 1.0, 2.0), **Loaded().ranges}
    after = design.parameters(Loaded(ranges=more), Options(), 7)
    assert {path: after[path] for path in before} == before


def test_replicates_and_seeds_draw_apart() -> None:
    """No draw is shared between replicates or seeds."""
    keys = [(seed, number) for seed in (1, 2) for number in range(20)]
    drawn = {design.parameters(Loaded(), replace(Options(), seed=seed), number)["model.a"] for seed, number in keys}
    assert len(drawn) == len(keys)


def test_the_place_is_drawn_as_a_whole_and_not_again_by_parameter() -> None:
    """A joint draw keeps its row together and overrules a range of the same path."""
    rows = [{"place.c": float(row), "model.a": row / 10} for row in range(50)]
    seen = set()
    for number in range(300):
        drawn = design.parameters(Loaded(draws=Draws(rows)), Options(), number)
        assert drawn["model.a"] == drawn["place.c"] / 10
        seen.add(drawn["place.c"])
    assert len(seen) > 45


def test_fixed_takes_the_central_draw_and_nothing_else() -> None:
    """`--fixed` holds every parameter at its value."""
    loaded = Loaded(draws=Draws([{"place.c": 9.0}, {"place.c": 5.0}], central=1))
    assert design.parameters(loaded, Options(fixed=True), 3) == {"place.c": 5.0}
    assert design.parameters(Loaded(), Options(fixed=True), 3) == {}


def test_arms_of_a_replicate() -> None:
    """Every replicate has four arms; the first ones also the partners of the split and each programme kind left out."""
    options = Options(runs=3, split=2, leave_one_out=1)
    first, second, third = design.replicates(Loaded(), options)
    base = [("null", "base"), ("policy", "base"), ("half", "base"), ("double", "base")]
    partners = [("null", "luck"), ("policy", "luck"), ("null", "macro"), ("policy", "macro")]
    assert list(third.arms) == base
    assert list(second.arms) == base + partners
    assert list(first.arms) == [*base, *partners, ("without:training", "base"), ("without:loan", "base")]


def test_the_null_of_a_variant_runs_before_what_needs_its_pin() -> None:
    """The pin of an arm comes from the null arm of the same variant."""
    for task in design.replicates(Loaded(), Options(runs=2, split=1, leave_one_out=2)):
        order = list(task.arms)
        assert all(order.index(("null", variant)) <= order.index((arm, variant)) for arm, variant in order)


def test_the_published_path_has_no_macro_partner() -> None:
    """There is one published path, so nothing else to draw."""
    variants = {variant for _, variant in design.arms(Options(macro="published"), [], 0)}
    assert variants == {"base", "luck"}


def test_macro_surprises_are_standard_normal_and_the_partner_has_its_own() -> None:
    """One normal a year after year 0 and one common to all; the partner path has others."""
    tasks = design.replicates(Loaded(), Options(runs=400))
    assert set(tasks[0].macro) == {COMMON, 2018, 2019, 2020, 2021, 2022}
    assert stats.kstest([z for task in tasks for z in task.macro.values()], "norm").pvalue > 0.001
    assert all(task.macro[year] != task.partner_macro[year] for task in tasks for year in task.macro)
    assert tasks[1].partner_macro == design.macro_normals(SCENARIO, 1, 1 + PARTNER)


def test_more_runs_keep_the_first_ones() -> None:
    """Replicate 5 of 6 is replicate 5 of 60: more runs only add."""
    assert design.replicates(Loaded(), Options(runs=60))[:6] == design.replicates(Loaded(), Options(runs=6))


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (Options(runs=0), "--runs"),
        (Options(runs=4, leave_one_out=5), "--leave-one-out"),
        (Options(leave_one_out=-1), "--leave-one-out"),
        (Options(seed=-1), "--seed"),
        (Options(seed=2**32), "--seed"),
        (Options(households=0), "--households"),
        (Options(households="many"), "--households"),
        (Options(macro="imagined"), "--macro"),
    ],
)
def test_impossible_options_are_named(options: Options, word: str) -> None:
    """Each fault names the option, in both languages."""
    ((zh, en),) = options.faults()
    assert word in zh and word in en


def test_options_come_back_from_their_record() -> None:
    """What a folder records is enough to go on with it."""
    options = Options(runs=5, households="full", sets=("model.a=1",), without=("loan",), fixed=True)
    assert Options.from_record(options.recorded()) == options
    assert not options.faults()


def test_a_uniform_is_inside_the_open_interval() -> None:
    """The normal quantile of every draw is finite."""
    drawn = [uniform(1, number, "x") for number in range(1000)]
    assert all(0 < u < 1 for u in drawn)
    assert math.isclose(sum(drawn) / 1000, 0.5, abs_tol=0.05)


def test_the_demo_asks_for_few_enough_runs() -> None:
    """`make demo` shall take about two minutes on two cores, at about half a second an arm: leaving every kind out of
    many replicates would take longer than all the rest."""
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    (times,) = re.findall(r"fupin run zhejiang_2018_2022 --again --leave-one-out (\d+)", makefile)
    options = Options(leave_one_out=int(times))
    kinds = design.programme_kinds(scenarios.load("zhejiang_2018_2022").scenario)
    assert sum(len(design.arms(options, kinds, number)) for number in range(options.runs)) <= 350
