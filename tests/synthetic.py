"""Records such as an ensemble leaves, made up from a few numbers, for the tests of `results`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.history import Finding, LedgerLine, Outcome, RunRecord
from simulator.scenario import Fund, Intervention, Scenario, Target

YEARS = np.arange(2017, 2023)
QUARTERS = np.array([(year, quarter) for year in YEARS for quarter in (1, 2, 3, 4)], dtype=np.int64)
LINES = (
    LedgerLine("special", "industry", "industry_support"),
    LedgerLine("special", "employment", "training"),
    LedgerLine("village", "collective", "village_station"),
    LedgerLine("relief", "assistance", "dibao"),
)
LISTED = 420_000.0
STRENGTH = {
    "policy": 1.0,
    "null": 0.0,
    "half": 0.5,
    "double": 1.7,
    "without:training": 0.7,
    "without:village_station": 0.9,
}
COMPONENTS = {"wage_pc": 0.50, "business_pc": 0.17, "property_pc": 0.05, "transfer_pc": 0.28}


def scenario() -> Scenario:
    """A programme with three targets, three funds and two kinds of intervention."""
    return Scenario(
        name="zhejiang_2018_2022",
        place="zhejiang",
        year0=2017,
        burn_in_years=8,
        first_year=2018,
        last_year=2022,
        values={"programme.targets.T-G10.threshold": 0.10, "programme.targets.T-FLOOR.threshold": 9000.0},
        switches={"model.accounting": "nbs"},
        series={},
        funds=(
            Fund("special", "programme", ("industry", "employment"), "ZJ-6.2", "财政专项扶贫资金", "special fund"),
            Fund("village", "programme", ("collective",), "ZJ-2.5", "消除薄弱村资金", "weak-village fund"),
            Fund("relief", "standing", ("assistance",), "ZJ-3.2", "社会救助资金", "social relief"),
        ),
        interventions=(
            Intervention("training", "programme", "special", "employment", (2018, 4), (2022, 4)),
            Intervention("village_station", "programme", "village", "collective", (2018, 3), (2022, 4)),
        ),
        targets=(
            Target("T-G10", 2022, "cohort", "ZJ-1.5.1", "低收入农户人均可支配收入年均增长10%以上",
                   "growth of low-income households' income of at least 10 % a year"),
            Target("T-FLOOR", 2022, "register_99", "ZJ-1.5.1", "低收入农户人均可支配收入达到9000元以上",
                   "low-income households at 9,000 yuan or more"),
            Target("T-V150", 2022, "total_95", "ZJ-1.5.4", "重点帮扶村集体经济年收入达到15万元以上",
                   "collective income of key villages of at least 150,000 yuan"),
        ),
    )  # fmt: skip


def resolved() -> dict[str, Any]:
    """What the reader of scenarios would hand over, in short."""

    def number(
        value: float, unit: str, kind: str, text: str, confidence: str, reach: list[float] | None
    ) -> dict[str, Any]:
        return {"value": value, "unit": unit, "source": {"kind": kind, "text": text}, "confidence": confidence,
                "range": reach, "note": ""}  # fmt: skip

    return {
        "numbers": {
            "model.sd_ability": number(0.25, "log", "assumption", "能力差异取自同类研究", "B", [0.15, 0.40]),
            "model.reach": number(0.6, "share", "assumption", "参与意愿，无公开数字", "C", [0.4, 0.8]),
            "place.rural_mean": number(24956, "yuan/person/year", "evidence", "NBS 2018", "A", None),
            "programme.interventions.training.take_up": number(
                0.3, "share", "assumption", "培训参加率", "C", [0.2, 0.5]
            ),
            "programme.funds.special.yuan_per_listed_household": number(
                2500, "yuan/household/year", "assumption", "文件未写金额，按同类市县投入推定", "C", [1000, 5000]
            ),
        },
        "choices": {
            "model.accounting": {"value": "nbs", "choices": ["nbs", "register"]},
            "place.line_rule": {"value": "max", "choices": ["dibao150", "mean40", "max"]},
        },
        "applied": {"changes": [], "set": {}, "without": []},
        "titles": {
            "programme": {"zh": "浙江省低收入农户高水平全面小康计划（2018—2022年）", "en": "Zhejiang 2018-2022"},
        },
    }


def meta(**changes: Any) -> dict[str, Any]:
    """How a run was asked for."""
    told = {"run_id": "3f9a1c2e", "scenario_hash": "b7d0aa11", "seed": 1, "households": 20_000, "macro": "forecast",
            "fixed": False, "versions": {"fupin": "0.1.0"}}  # fmt: skip
    return {**told, **changes}


def record(replicate: int, arm: str = "policy", variant: str = "base", seed: int = 7) -> RunRecord:
    """A finished run. Replicates share their parameters and macro path between arms, and luck but for partners."""
    parameter, macro, luck = (_normal(seed, replicate, source) for source in range(3))
    if variant in ("luck", "macro"):
        luck = _normal(seed, replicate, 12)
    if variant == "macro":
        macro = _normal(seed, replicate, 11)
    strength = STRENGTH[arm]
    growth = 0.095 + 0.012 * strength + 0.006 * parameter + 0.008 * macro + 0.002 * luck
    income = 11_775 * (1 + growth) ** np.arange(len(YEARS))
    margins = {
        "T-G10": ("cohort", True, "share", growth - 0.10, 2e-6),
        "T-FLOOR": ("register_99", True, "share", 0.004, 1e-7),
        "T-V150": ("total_95", True, "share", -0.08 + 0.1 * strength + 0.05 * parameter, 2e-3),
    }
    outcomes = [Outcome(target, reading, default, unit, float(margin), bool(margin >= 0), noise)
                for target, (reading, default, unit, margin, noise) in margins.items()]  # fmt: skip
    failing = float(np.exp(2 - parameter))
    outcomes.append(
        Outcome("T-V150", "each_total", False, "villages", -failing, None, 4.0, True, failing, float(np.exp(-failing)))
    )
    breach = replicate % 4 == 0 and arm != "null"
    findings = (Finding("C-20", "ZJ-6.2", breach, 0.18 if breach else 0.23, 0.20, "share",
                        "一类资金用于低收入农户的比例为18%，低于20%",
                        "18 % of the fund reaches the listed, below 20 %"),)  # fmt: skip
    return RunRecord(
        replicate, arm, variant, "succeeded", tuple(outcomes), findings, QUARTERS, _series(income, growth, strength),
        {"income_pc": "yuan/person/year", "collective_income": "yuan/village/year"}, LINES,
        _ledger(strength, parameter), {"model.reach": 0.6 + 0.05 * float(parameter)},
        {"baseline_listed_households": LISTED}, "", 1.25 + replicate, **_funds(strength),
    )  # fmt: skip


def failed(replicate: int, arm: str = "policy", variant: str = "base") -> RunRecord:
    """A run that came to nothing."""
    return RunRecord(replicate, arm, variant, "failed", error="OverdraftError: special")


def ensemble(runs: int = 24, partners: int = 8, left_out: int = 6) -> list[RunRecord]:
    """All runs of an ensemble with every arm."""
    records = [record(run, arm) for run in range(runs) for arm in ("policy", "null", "half", "double")]
    records += [record(run, "policy", variant) for run in range(partners) for variant in ("luck", "macro")]
    return records + [
        record(run, f"without:{kind}") for run in range(left_out) for kind in ("training", "village_station")
    ]


def _normal(seed: int, replicate: int, source: int) -> float:
    return float(np.random.Generator(np.random.Philox(key=[seed, 1000 * replicate + source])).standard_normal())


def _at_q4(values: np.ndarray) -> np.ndarray:
    quarterly = np.full(len(QUARTERS), np.nan)
    quarterly[3::4] = values
    return quarterly


def _series(income: np.ndarray, growth: float, strength: float) -> Mapping[tuple[str, str], np.ndarray]:
    tilt = {"wage_pc": 0.02 * strength, "business_pc": 0.0, "property_pc": 0.01 * strength, "transfer_pc": 0.0}
    scale = sum(COMPONENTS.values()) + sum(tilt.values())
    series = {(name, "cohort"): _at_q4(income * (share + tilt[name]) / scale) for name, share in COMPONENTS.items()}
    series["income_pc", "cohort"] = _at_q4(income)
    series["income_pc", "list_before"] = _at_q4(income * 0.97 ** np.arange(len(income)))
    series["income_pc", "rural"] = _at_q4(24_956 * (1.09 + growth / 100) ** np.arange(len(income)))
    series["collective_income", "key"] = np.linspace(60_000, 90_000 + 90_000 * strength, len(QUARTERS))
    return series | _of_the_period(growth, strength)


def _of_the_period(growth: float, strength: float) -> dict[tuple[str, str], np.ndarray]:
    """What is measured over all years, known at the last quarter; nobody gets programme money without the programme."""
    found = {}
    for who, lift in (("rural", 0.02), ("cohort", 0.10)):
        for n in range(20):
            found["growth_incidence", f"{who} {n + 1:02d}/20"] = 5 * growth + lift * strength * (20 - n) / 20
    for n in range(10):
        tilted = 0.1 + 0.01 * (4.5 - n) * (1 + strength)
        found["incidence_public", f"rural {n + 1:02d}/10"] = tilted
        found["incidence_support", f"rural {n + 1:02d}/10"] = tilted if strength else np.nan
    for label, share in (("able", 0.6), ("unable", 0.2)):
        for part in ("wage", "business", "property", "transfer"):
            found[f"growth_from_{part}", f"cohort {label}"] = share * (growth + 0.1 * strength)
    return {name: np.append(np.full(len(QUARTERS) - 1, np.nan), value) for name, value in found.items()}


def _funds(strength: float) -> dict[str, Any]:
    """Four fifths of what is put into a fund each quarter of the programme is paid, the rest lies idle."""
    inflow = np.zeros((len(QUARTERS), 3), np.int64)
    inflow[4:] = np.array([5.0 * strength, 2.0 * strength, 10.0]) * 1e9
    return {"funds": ("special", "village", "relief"), "inflow": inflow, "balance": inflow.cumsum(axis=0) // 5}


def _ledger(strength: float, parameter: float) -> np.ndarray:
    ledger = np.zeros((len(QUARTERS), len(LINES), 3), dtype=np.int64)
    yearly_yuan = np.array(
        [0.55 * strength, 0.35 * strength, 0.4 * strength, 2.0 + (0.1 - 0.02 * strength) * parameter]
    )
    ledger[4:, :, 0] = np.rint(yearly_yuan * 1e9 * 100 / 4 * 0.1)
    ledger[4:, :, 2] = np.rint(yearly_yuan * 1e9 * 100 / 4 * 0.9)
    return ledger
