"""What each kind of intervention does on its own: policy less null, by component, per million yuan paid.

Every kind runs alone on the same places with the same money a listed household, from the programme's first quarter to
its last, and is set against the null arm of the same luck. Flows are summed over the whole period and the baseline
list, `_end` measures are taken in the last quarter; all for the whole place. What a kind does not spend it does not
answer for: figures are per million yuan of its own payments beyond those of the null arm.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

import scenarios
from experiments.refusal import Refusal
from results.tables import columns
from results.words import say
from simulator.extra import ExtraRule
from simulator.history import History
from simulator.interventions import KINDS
from simulator.measures import place_sum
from simulator.scenario import Scenario
from simulator.simulate import NULL, POLICY, Luck, MacroDraw, World, found, simulate

MILLION = 1e6
BUDGET = 1000.0
HOUSEHOLDS, REPLICATES, SEED = 4000, 4, 1

Reader = Callable[[World], np.ndarray]


@dataclass(frozen=True)
class Measure:
    """Something a kind may change. `read` gives it by village, unweighted, fen or a number; a flow is summed over the
    quarters, else the last quarter's is taken."""

    name: str
    zh: str
    en: str
    unit: str
    flow: bool
    read: Reader


def of_cohort(column: str) -> Reader:
    """Sums by village of a household column over the baseline list."""

    def read(world: World) -> np.ndarray:
        households = world.households
        held = np.where((households.cohort == 1) & (households.size > 0), getattr(households, column), 0)
        return np.bincount(households.village, held, world.villages.length)

    return read


def all_income(world: World) -> np.ndarray:
    """Income of every household, on the list or not, by village."""
    households = world.households
    held = households.wage + households.business + households.property + households.transfer
    return np.bincount(households.village, np.where(households.size > 0, held, 0), world.villages.length)


def unsafe(world: World) -> np.ndarray:
    """Households of the baseline list in an unsafe house, by village."""
    households = world.households
    there = (households.cohort == 1) & (households.size > 0) & (households.house == 1)
    return np.bincount(households.village[there], minlength=world.villages.length)


def collective(world: World) -> np.ndarray:
    """Income of the village collective, operating and other."""
    return world.villages.operating_income + world.villages.other_income


MEASURES: tuple[Measure, ...] = (
    Measure("wage", "工资性收入", "wages", "yuan", True, of_cohort("wage")),
    Measure("business", "经营净收入", "business", "yuan", True, of_cohort("business")),
    Measure("property", "财产净收入", "property", "yuan", True, of_cohort("property")),
    Measure("transfer", "转移净收入", "transfers", "yuan", True, of_cohort("transfer")),
    Measure("income_all", "全体农户收入", "income of all", "yuan", True, all_income),
    Measure("consumption", "消费", "consumption", "yuan", True, of_cohort("consumption")),
    Measure("debt_end", "期末债务", "debt at the end", "yuan", False, of_cohort("debt")),
    Measure("unsafe_end", "期末危房户", "unsafe houses at the end", "households", False, unsafe),
    Measure("students", "在学人季", "quarters at school", "person-quarters", True, of_cohort("students")),
    Measure("collective", "村集体收入", "collective income", "yuan", True, collective),
)
INCOME = ("wage", "business", "property", "transfer")


@dataclass
class Watch:
    """Adds the measures up while a run goes on."""

    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys((m.name for m in MEASURES), 0.0))

    def look(self, world: World) -> None:
        """The rule that runs at the end of every quarter. Whole place, yuan or numbers."""
        for measure in MEASURES:
            seen = float(place_sum(measure.read(world), world.villages)) * (0.01 if measure.unit == "yuan" else 1.0)
            self.sums[measure.name] = seen + (self.sums[measure.name] if measure.flow else 0.0)


@dataclass(frozen=True)
class Effect:
    """A kind's effects over replicates: `paid` million yuan by replicate, `per_million` by measure and replicate."""

    kind: str
    paid: np.ndarray
    per_million: Mapping[str, np.ndarray]

    def mean(self, measure: str) -> float:
        """Mean over replicates; nothing paid, no effect."""
        return float(np.mean(self.per_million[measure]))

    def error(self, measure: str) -> float:
        """Standard error of that mean; not a number for a single replicate."""
        values = self.per_million[measure]
        return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")

    @property
    def income(self) -> float:
        """All four components together."""
        return sum(self.mean(name) for name in INCOME)


def alone(scenario: Scenario, kind: str, budget: float = BUDGET, mechanism: bool = True) -> Scenario:
    """The scenario with one kind, at the programme's terms, and the whole of one fund for it: `budget` yuan a listed
    household and year; an entitlement is paid as it falls due."""
    given = scenarios.with_kinds(replace(scenario, interventions=(), indicators=()), kind)
    entry = replace(given.interventions[0], mechanism=mechanism)
    money = {
        "programme.yuan_per_listed_household": budget,
        f"programme.funds.{entry.fund}.budget_share": 1.0,
        f"programme.interventions.{kind}.budget_share": 1.0,
    }
    told = {path: value for path, value in money.items() if path in given.values}
    return replace(given.with_values(told), interventions=(entry,))


def effects(
    scenario: Scenario,
    kinds: Sequence[str] = tuple(KINDS),
    households: int = HOUSEHOLDS,
    replicates: int = REPLICATES,
    budget: float = BUDGET,
    mechanism: bool = True,
    seed: int = SEED,
) -> list[Effect]:
    """The effects of each kind on its own, in the order given."""
    paid: dict[str, list[float]] = {kind: [] for kind in kinds}
    changed: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for replicate in range(replicates):
        luck = Luck(seed, replicate)
        world = found(scenario, luck, households, MacroDraw())
        before, null = watched(world, scenario, luck, NULL)
        for kind in kinds:
            after, policy = watched(world, alone(scenario, kind, budget, mechanism), luck, POLICY, null.pin)
            paid[kind].append((payments(policy, kind) - payments(null, kind)) / MILLION)
            changed[kind].append({name: after[name] - before[name] for name in after})
    return [_effect(kind, np.array(paid[kind]), changed[kind]) for kind in kinds]


def _effect(kind: str, paid: np.ndarray, changed: Sequence[Mapping[str, float]]) -> Effect:
    divisor = np.where(paid > 0, paid, np.nan)
    values = {m.name: np.nan_to_num(np.array([change[m.name] for change in changed]) / divisor) for m in MEASURES}
    return Effect(kind, paid, values)


def watched(
    world: World, scenario: Scenario, luck: Luck, arm: str, pin: np.ndarray | None = None
) -> tuple[dict[str, float], History]:
    """One arm on a copy of a world: its measures and its history."""
    watch = Watch()
    rule = ExtraRule("effects", watch.look, when="end")
    history = simulate(world.copy(), scenario, luck, MacroDraw(), arm, pin, extra_rules=[rule])
    return watch.sums, history


def payments(history: History, kind: str) -> float:
    """Yuan paid for a kind over the run, whole place."""
    rows = [row for row, line in enumerate(history.ledger_lines) if line.kind == kind]
    return 0.01 * float(history.ledger[:, rows].sum())


def as_table(found_out: Sequence[Effect], lang: str) -> str:
    """The table for a terminal or a page: means over replicates, per million yuan; income with its standard error."""
    money = say(lang, "支出（百万元）", "paid, million")
    head = [say(lang, "措施", "kind"), money, *(say(lang, m.zh, m.en) for m in MEASURES)]
    head.insert(6, say(lang, "收入合计", "income"))
    rows = [head]
    for effect in found_out:
        kind = KINDS[effect.kind]
        cells = [
            f"{effect.mean(m.name):+,.1f}" if m.unit != "yuan" else f"{effect.mean(m.name):+,.0f}" for m in MEASURES
        ]
        cells.insert(4, f"{effect.income:+,.0f}")
        rows.append([say(lang, kind.title_zh, effect.kind), f"{float(np.mean(effect.paid)):,.0f}", *cells])
    return "\n".join(columns(rows, [False, *[True] * (len(head) - 1)]))


def as_page(found_out: Sequence[Effect], households: int, replicates: int, budget: float) -> str:
    """The page docs/effects.md, in both languages."""
    explained = [
        "# 各类措施的单独效果 What each kind does on its own",
        "由 `fupin effects --to docs/effects.md` 生成，请勿手改。 Written by that command; edits here are lost.",
        f"每类措施单独实施，预算同为每个在册农户每年 {budget:,.0f} 元；与同一运气下的无项目对照相比。"
        "表中为规划期内基期名单农户各项收入的变化，按每支出一百万元计"
        f"（约 {households:,} 户样本，{replicates} 次平均）。",
        f"Each kind alone with {budget:,.0f} yuan a listed household and year, set against no programme under the same"
        " luck: change over the whole period for the baseline list (the collective: all villages), per million yuan"
        f" paid for the kind ({households:,} households sampled, mean of {replicates} replicates). A yuan that reaches"
        " households which joined the list later is paid and not counted. The numbers rest on assumptions"
        " ([parameters](parameters.md)): they compare mechanisms and do not rank programmes.",
    ]
    tables = [f"```text\n{as_table(found_out, lang)}\n```" for lang in ("zh", "en")]
    return "\n\n".join([*explained, *tables]) + "\n"


def as_csv(found_out: Sequence[Effect]) -> str:
    """One row a kind and measure: mean and standard error per million yuan, and what was paid."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["kind", "measure", "unit", "per_million_yuan", "standard_error", "paid_million_yuan", "replicates"]
    )
    for effect in found_out:
        for m in MEASURES:
            numbers = [f"{x:.6g}" for x in (effect.mean(m.name), effect.error(m.name), float(np.mean(effect.paid)))]
            writer.writerow([effect.kind, m.name, m.unit, *numbers, len(effect.paid)])
    return out.getvalue()


def report(
    households: int, replicates: int, budget: float, lang: str, to: Path | None, kinds: Sequence[str] = ()
) -> str:
    """The effects under the default programme, of all kinds unless some are named: as a table, or written to a .csv or
    .md file whose name is returned. Raises Refusal for a kind there is not."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        wrong, known = ", ".join(unknown), ", ".join(KINDS)
        raise Refusal((f"没有这类措施：{wrong}。可用：{known}", f"no such kind: {wrong}; known: {known}"))
    scenario = scenarios.load(scenarios.default_programme()).scenario
    chosen = tuple(dict.fromkeys(kinds)) or tuple(KINDS)
    found_out = effects(scenario, chosen, households=households, replicates=replicates, budget=budget)
    if to is None:
        return as_table(found_out, lang)
    page = as_page(found_out, households, replicates, budget) if to.suffix == ".md" else as_csv(found_out)
    to.write_text(page, encoding="utf-8", newline="\n")
    return str(to)
