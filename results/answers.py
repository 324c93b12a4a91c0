"""The answer of an ensemble: which targets are reached, how surely, at what cost, and on what it all rests.

Probabilities are over base replicates of an arm; partner runs of the variance split never count towards one. Costs
are means over runs for the whole place and the programme's whole period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from results import target_rows
from results.ambiguities import decided as ambiguities_decided
from results.assumptions import assumptions, conditional_on, title
from results.counting import Counting
from results.decided import DECIDED_BY
from results.ensemble import LISTED_HOUSEHOLDS, Ensemble, Line, spending, yearly
from results.growth import growth, labour_drift
from results.idle import idle_funds
from results.indicator_rows import indicator_part, indicator_targets, threshold_path
from results.intervals import LEVEL
from results.stopping import stopped
from results.two_levels import two_levels
from results.wellbeing import exits, growth_sources, wellbeing
from results.words import pair
from simulator.history import Finding, RunRecord
from simulator.interventions import KINDS
from simulator.scenario import Scenario

SCHEMA_VERSION = 2
OVERHEAD = "administration"


def answers(
    records: Iterable[RunRecord],
    scenario: Scenario,
    resolved: Mapping[str, Any],
    meta: Mapping[str, Any],
    deciding: Mapping[str, Mapping[str, str]] = DECIDED_BY,
) -> dict[str, Any]:
    """The content of `answers.json`.

    `resolved` holds every number and switch of the scenario with its source; `meta` tells `scenario_hash`, `seed`,
    `run_id`, `households` (sampled), `macro` (published or forecast), `fixed` and `versions`; `deciding` names the
    assumption behind a target that both arms decide alike. The order in which records come changes nothing.
    """
    ensemble = Ensemble(records, Counting.of(meta))
    meta = {**meta, "all_households": _all_households(scenario)}
    targets = {target.id: target for target in scenario.targets} | indicator_targets(scenario)
    findings = _findings(ensemble)
    breaches = [finding for finding in findings if finding["breach"]]
    rows = []
    for line in _ordered(ensemble, scenario):
        threshold = scenario.values.get(threshold_path(line.target))
        row = target_rows.row(ensemble, line, targets.get(line.target), threshold, meta)
        row |= indicator_part(ensemble, line.target)
        alike = target_rows.decided_alike(ensemble, line)
        decided = deciding.get(line.target) if alike else None
        judged = {"admissible": not breaches, "verdict": _verdict(row["probability"], not breaches)}
        rows.append({**row, **judged, "findings": breaches, "decided_by": decided})
    defaults = [line for line in _ordered(ensemble, scenario) if line in ensemble.default_lines()]
    undecided = [line for line in defaults if not target_rows.decided_alike(ensemble, line)]
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario.name,
        "title": title(resolved, "programme", scenario.name),
        "scenario_hash": meta.get("scenario_hash"),
        "run_id": meta.get("run_id"),
        "seed": meta.get("seed"),
        "years": [scenario.first_year, scenario.last_year],
        "runs": len(ensemble.runs("policy")) + len(ensemble.failed("policy")),
        "runs_failed": len(ensemble.failures()),
        "failures": [_failure(record) for record in ensemble.failures()[:10]],
        "households": meta.get("households"),
        "versions": meta.get("versions", {}),
        "conditional_on": conditional_on(resolved, meta),
        "ambiguities": ambiguities_decided(resolved),
        "assumptions": assumptions(resolved),
        "kinds": {name: _kind_title(name) for name in KINDS},
        "listed": title(resolved, "listed", "listed"),
        "costs": _costs(ensemble, scenario, resolved),
        "idle": idle_funds(ensemble, scenario),
        **_cost_per_household(ensemble, scenario),
        "without": [_without(ensemble, scenario, kind) for kind in ensemble.kinds_left_out()],
        "targets": rows,
        "growth": growth(ensemble),
        "wellbeing": wellbeing(ensemble),
        "exits": exits(ensemble, _period(scenario)),
        "growth_sources": growth_sources(ensemble),
        "labour_per_head": labour_drift(ensemble),
        "joint": {
            "level": LEVEL,
            "all": target_rows.joint(ensemble, defaults),
            "undecided": target_rows.joint(ensemble, undecided),
        },
        "admissible": not breaches,
        "findings": findings,
        "stopping": stopped([*ensemble.runs("policy").values(), *ensemble.failed("policy").values()], meta),
        "two_levels": two_levels(ensemble, defaults, undecided),
    }


def _ordered(ensemble: Ensemble, scenario: Scenario) -> list[Line]:
    """Lines in the order of the document's targets."""
    place = {target.id: position for position, target in enumerate(scenario.targets)}
    return sorted(ensemble.lines(), key=lambda line: place.get(line.target, len(place)))


def _failure(record: RunRecord) -> dict[str, Any]:
    return {"run": record.replicate, "arm": record.arm, "variant": record.variant, "error": record.error}


def _costs(ensemble: Ensemble, scenario: Scenario, resolved: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Means by fund and use: funds in the order of the programme, their uses by size with overhead last."""
    policy, null = (_mean_spending(ensemble, arm, scenario) for arm in ("policy", "null"))
    titles = {fund.name: {"zh": fund.title_zh, "en": fund.title_en} for fund in scenario.funds if fund.title_zh}
    roles = {fund.name: fund.role for fund in scenario.funds}
    place = {fund.name: position for position, fund in enumerate(scenario.funds)}
    paid = {key: policy.get(key, 0.0) + null.get(key, 0.0) for key in {*policy, *null}}
    keys = sorted(paid, key=lambda key: (place.get(key[0], len(place)), key[1] == OVERHEAD, -paid[key], key))
    return [
        {
            "fund": fund,
            "use": use,
            "yuan": policy.get((fund, use), 0.0),
            "null_yuan": null.get((fund, use), 0.0),
            "role": roles.get(fund, "programme"),
            "fund_title": titles.get(fund) or title(resolved, f"funds.{fund}", fund),
            "use_title": title(resolved, f"uses.{use}", use),
        }
        for fund, use in keys
    ]


def _mean_spending(ensemble: Ensemble, arm: str, scenario: Scenario) -> dict[tuple[str, str], float]:
    runs = [spending(record, _period(scenario)) for record in ensemble.runs(arm).values()]
    keys = sorted({key for paid in runs for key in paid})
    return {key: float(np.mean([paid.get(key, 0.0) for paid in runs])) for key in keys}


def _period(scenario: Scenario) -> tuple[int, int]:
    return (scenario.first_year, scenario.last_year)


def _total(record: RunRecord, scenario: Scenario) -> float:
    return sum(spending(record, _period(scenario)).values())


def _cost_per_household(ensemble: Ensemble, scenario: Scenario) -> dict[str, Any]:
    """Yuan that the programme costs beyond the null arm, over the whole period, per household listed in year 0."""
    policy, null = ensemble.runs("policy"), ensemble.runs("null")
    differences = {
        run: (_total(policy[run], scenario) - _total(null[run], scenario)) / policy[run].facts[LISTED_HOUSEHOLDS]
        for run in ensemble.pairs("policy", "null")[0]
        if policy[run].facts.get(LISTED_HOUSEHOLDS, 0) > 0
    }
    mean, interval = ensemble.counting.paired_mean(differences)
    return {"cost_per_listed_household": mean if differences else None, "cost_per_listed_household_interval": interval}


def _without(ensemble: Ensemble, scenario: Scenario, kind: str) -> dict[str, Any]:
    """What leaving one kind out changes, paired with the policy arm of the same replicates."""
    arm = f"without:{kind}"
    both, _ = ensemble.pairs("policy", arm)
    policy, other = ensemble.runs("policy"), ensemble.runs(arm)
    means = {
        run: yearly(other[run], "income_pc", "cohort").get(scenario.last_year, np.nan)
        - yearly(policy[run], "income_pc", "cohort").get(scenario.last_year, np.nan)
        for run in both
    }
    costs = {run: _total(other[run], scenario) - _total(policy[run], scenario) for run in both}
    return {
        "kind": kind,
        "title": _kind_title(kind),
        "runs": len(both),
        "targets": [
            {"id": line.target, "reading": line.reading, **target_rows.change(ensemble, "policy", arm, line)}
            for line in _ordered(ensemble, scenario)
        ],
        f"list_mean_{scenario.last_year}": _mean_change(ensemble, means),
        "cost": _mean_change(ensemble, costs),
    }


def _all_households(scenario: Scenario) -> int | None:
    """Households of the whole place, None where the scenario does not say."""
    villages, each = (scenario.values.get(f"place.{name}") for name in ("villages_total", "households_per_village"))
    return None if villages is None or each is None else round(villages * each)


def _kind_title(name: str) -> dict[str, str]:
    kind = KINDS.get(name)
    return {"zh": kind.title_zh, "en": kind.title_en} if kind else pair(name)


def _mean_change(ensemble: Ensemble, differences: Mapping[int, float]) -> dict[str, Any]:
    mean, interval = ensemble.counting.paired_mean(differences)
    return {"change": mean, "interval": interval}


def _findings(ensemble: Ensemble) -> list[dict[str, Any]]:
    """The constraints over the policy arm's runs: how often each is in breach, how often it informs."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    runs = ensemble.runs("policy").values()
    for record in runs:
        for finding in record.findings:
            grouped.setdefault((finding.constraint, finding.clause), []).append(finding)
    return [_finding(found, len(runs)) for _, found in sorted(grouped.items())]


def _verdict(probability: float | None, admissible: bool) -> str:
    """Whether a target is more likely met than not, and by a plan that may be adopted."""
    if probability is None or probability < 0.5:
        return "missed"
    return "met" if admissible else "met, not admissible"


def _finding(found: list[Finding], runs: int) -> dict[str, Any]:
    breaches = [finding for finding in found if finding.breach]
    broken = [finding for finding in found if finding.broken]
    values = [finding.value for finding in found if np.isfinite(finding.value)]
    shown = (breaches or broken or found)[0]
    return {
        "constraint": shown.constraint,
        "clause": shown.clause,
        "breach": bool(breaches),
        "share_of_runs_in_breach": len(breaches) / runs,
        "broken": bool(broken or breaches),
        "share_of_runs": len(found) / runs,
        "value": float(np.mean(values)) if values else None,
        "threshold": shown.threshold,
        "unit": shown.unit,
        "message_zh": shown.message_zh,
        "message_en": shown.message_en,
    }
