"""`fupin facts`: what a place without policy shows, beside what is published: hit or missed, and why missed.

Each replicate draws its parameters from the place's admissible set and all other ranged numbers, its macro path from
the forecast, and runs the null arm four times under the same luck: as it is, without the pandemic, and after a small
and a large blow to everybody's income. A fact is hit when the mean over replicates lies within its tolerance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import scenarios
from calibration.draws_file import anchored_places
from calibration.facts import Fact, codes, read
from experiments.design import Options, macro_normals, parameters
from experiments.fact_measures import Replicate, measure
from experiments.fact_watch import Watch
from experiments.refusal import Refusal
from results.tables import columns, wrap
from results.words import say
from simulator.extra import ExtraRule
from simulator.scenario import Scenario
from simulator.simulate import NULL, Luck, MacroDraw, Run, World, found

HOUSEHOLDS, REPLICATES, SEED = 8000, 4, 1
SMALL, LARGE = 0.3, 1.0
WIDE = 100


@dataclass(frozen=True)
class Outcome:
    """A fact and what the replicates show of it; empty where the simulation has no answer."""

    fact: Fact
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over replicates; not a number without an answer."""
        return float(np.mean(self.values)) if self.values else math.nan

    @property
    def hit(self) -> bool:
        """Whether that mean lies within the tolerance."""
        return self.fact.hit(self.mean)


def facts(
    place: str | None = None, households: int = HOUSEHOLDS, runs: int = REPLICATES, seed: int = SEED
) -> list[Outcome]:
    """Every published fact with what the simulation shows. Raises Refusal for a place that is not anchored, or for
    impossible numbers."""
    known = anchored_places()
    place = place or next(iter(known))
    if place not in known:
        names = "、".join(known)
        raise Refusal((f"没有地区“{place}”；已知：{names}", f"no place named {place}; known: {names}"))
    options = Options(runs=runs, split=0, households=households, seed=seed)
    if faults := options.faults():
        raise Refusal(*faults)
    loaded = scenarios.load(known[place])
    seen = []
    for number in range(runs):
        scenario = loaded.scenario.with_values(parameters(loaded, options, number))
        macro = MacroDraw("forecast", macro_normals(scenario, seed, number))
        seen.append(measure(replicate(scenario, Luck(seed, number), households, macro)))
    return judged(read(), seen)


def judged(published: Sequence[Fact], seen: Sequence[Mapping[str, float]]) -> list[Outcome]:
    """The facts beside the measures of the replicates."""
    return [Outcome(fact, tuple(one[fact.measure] for one in seen) if fact.measure else ()) for fact in published]


def replicate(scenario: Scenario, luck: Luck, households: int, macro: MacroDraw) -> Replicate:
    """The runs of one replicate."""
    world = found(scenario, luck, households, macro)
    base, base_run = watched(world, scenario, luck, macro)
    history = base_run.history()
    calm_scenario = replace(scenario, switches={**scenario.switches, "model.process_pandemic": "off"})
    calm, _ = watched(world, calm_scenario, luck, macro, history.pin)
    struck, felled = (
        watched(world, scenario, luck, macro, history.pin, blow(size))[1].world.recorder.slices
        for size in (SMALL, LARGE)
    )
    return Replicate(base, history, base_run.world.recorder.slices, calm, struck, felled, world.villages.stratum)


def watched(
    world: World,
    scenario: Scenario,
    luck: Luck,
    macro: MacroDraw,
    pin: np.ndarray | None = None,
    *more: ExtraRule,
) -> tuple[Watch, Run]:
    """One run without policy on a copy of a world, watched to its end."""
    watch = Watch()
    run = Run(world.copy(), scenario, luck, macro, NULL, pin, [ExtraRule("watch", watch.look, when="end"), *more])
    while not run.finished:
        run.step()
    return watch, run


def blow(size: float) -> ExtraRule:
    """Takes `size` log points from everybody's transitory productivity when the first year after year 0 opens."""
    struck = False

    def strike(world: World) -> None:
        nonlocal struck
        if struck:
            return
        struck = True
        households, names = world.households, world.names
        households.transitory -= size
        households.productivity -= size
        households.wage_factor *= math.exp(-size * names["loading_wage"])
        households.business_factor *= math.exp(-size * names["loading_business"])

    return ExtraRule("blow", strike, when="start")


def told(place: str | None, households: int, runs: int, lang: str, to: Path | None = None) -> str:
    """The table for a terminal; with `to` the page is written there and its name returned. Raises what `facts` does."""
    outcomes = facts(place, households, runs)
    if to is None:
        return as_text(outcomes, lang)
    to.write_text(as_page(outcomes, households, runs), encoding="utf-8", newline="\n")
    return str(to)


def shown(value: float, unit: str) -> str:
    """A figure in its unit; a dash for none."""
    if not math.isfinite(value):
        return "—"
    return {"share": f"{100 * value:.1f} %", "ratio": f"{value:.2f}"}.get(unit, f"{value:,.0f}")


def span(outcome: Outcome) -> str:
    """Mean over replicates, and the lowest and highest."""
    if not outcome.values:
        return "—"
    low, high = (shown(bound, outcome.fact.unit) for bound in (min(outcome.values), max(outcome.values)))
    return f"{shown(outcome.mean, outcome.fact.unit)} [{low}, {high}]"


def cells(outcome: Outcome, lang: str) -> list[str]:
    """One row of the table."""
    fact = outcome.fact
    own = say(lang, "（自定）", " (ours)") if fact.own else ""
    return [
        fact.code,
        say(lang, fact.zh, fact.en),
        fact.published,
        say(lang, fact.covers_zh, fact.covers_en),
        fact.confidence,
        fact.tolerance + own,
        span(outcome),
        say(lang, "吻合", "hit") if outcome.hit else say(lang, "不吻合", "missed"),
    ]


def heading(lang: str) -> list[str]:
    """The heads of the table."""
    zh = ("编号", "事实", "公布", "适用于", "可信度", "允许偏差", "模拟 [最低, 最高]", "结果")
    en = ("fact", "what", "published", "covers", "confidence", "tolerance", "simulated [lowest, highest]", "result")
    return list(zh if lang == "zh" else en)


def reasons(outcomes: Sequence[Outcome], lang: str) -> list[str]:
    """Why figures are missed: a line for all of a fact that share a reason."""
    none = say(lang, "原因尚未说明。", "No reason has been given yet.")
    missed = [(one, say(lang, one.fact.reason_zh, one.fact.reason_en) or none) for one in outcomes if not one.hit]
    return gathered(missed, lang)


def gathered(told: Sequence[tuple[Outcome, str]], lang: str) -> list[str]:
    """Lines `code figures: text`, figures of one fact with the same text together."""
    lines: dict[tuple[str, str], list[str]] = {}
    for one, text in told:
        lines.setdefault((one.fact.code, text), []).append(say(lang, one.fact.zh, one.fact.en))
    between, colon = say(lang, "；", "; "), say(lang, "：", ": ")
    return [f"{code} {between.join(figures)}{colon}{text}" for (code, text), figures in lines.items()]


def summary(outcomes: Sequence[Outcome], lang: str) -> str:
    """How many figures and how many whole facts are hit."""
    hits = sum(one.hit for one in outcomes)
    whole = codes([one.fact for one in outcomes])
    clean = [code for code in whole if all(one.hit for one in outcomes if one.fact.code == code)]
    return say(
        lang,
        f"{len(outcomes)} 个数字中 {hits} 个吻合；{len(whole)} 条事实中 {len(clean)} 条全部吻合。",
        f"{hits} of {len(outcomes)} figures hit; {len(clean)} of {len(whole)} facts hit in every figure.",
    )


def as_text(outcomes: Sequence[Outcome], lang: str) -> str:
    """The table and the reasons for a terminal."""
    rows = [heading(lang), *(cells(outcome, lang) for outcome in outcomes)]
    lines = columns(rows, [False] * len(rows[0]))
    told = [line for reason in reasons(outcomes, lang) for line in wrap(reason, WIDE)]
    missed = say(lang, "未能吻合及其原因：", "Missed, and why:")
    return "\n".join([*lines, "", summary(outcomes, lang), *(["", missed, *told] if told else [])])


def as_page(outcomes: Sequence[Outcome], households: int, runs: int) -> str:
    """The page docs/facts.md, in both languages."""
    parts = [
        "# 典型事实 Stylised facts",
        "由 `fupin facts --to docs/facts.md` 生成，请勿手改。 Written by that command; edits here are lost.",
        f"没有项目时，默认地区（约 {households:,} 户样本，参数取自可行参数集，{runs} 次）与公布数字相比。"
        "多数数字来自外省或全国，并非浙江；允许偏差注明“自定”的，来源没有给出。未能吻合的，写明原因，不为此调参。",
        f"The default place without policy ({households:,} households sampled, parameters from the admissible set,"
        f" {runs} replicates) beside published figures. Most are of another province or of the nation, not of Zhejiang."
        " A tolerance marked as ours is not the source's. Misses are given their reason and are not tuned away.",
    ]
    for lang, title in (("zh", "## 中文"), ("en", "## English")):
        head = heading(lang)
        rows = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head))]
        rows += ["| " + " | ".join(cell.replace("|", "/") for cell in cells(one, lang)) + " |" for one in outcomes]
        parts += [title, summary(outcomes, lang), "\n".join(rows)]
        told = reasons(outcomes, lang)
        if told:
            parts += [say(lang, "### 未能吻合及其原因", "### Missed, and why"), "\n".join(f"* {line}" for line in told)]
        parts += [
            say(lang, "### 来源与说明", "### Sources and notes"),
            "\n".join(f"* {line}" for line in sources(outcomes, lang)),
        ]
    return "\n\n".join(parts) + "\n"


def sources(outcomes: Sequence[Outcome], lang: str) -> list[str]:
    """Where published figures come from and what must be borne in mind, a line for all of a fact that share both."""
    stop = say(lang, "。", ". ")
    notes = [(one, say(lang, one.fact.note_zh, one.fact.note_en)) for one in outcomes]
    return gathered([(one, one.fact.source + (stop + note if note else "")) for one, note in notes], lang)
