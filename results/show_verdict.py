"""The verdict of the printed answer: which targets are likely met, all at once, and whether the plan may be adopted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.tables import wrap
from results.words import chance, say, word

WIDTH = 100
VERDICTS = {
    "met": ("把握过半", "met (more likely than not)"),
    "met, not admissible": ("达标但不可采纳", "met, not admissible"),
    "missed": ("把握不足一半", "missed (less likely than not)"),
}
TOGETHER = (
    ("all", "全部目标同时实现", "all targets together"),
    ("undecided", "其中有无项目结果不同的目标同时实现", "those not decided alike in both arms, together"),
)

Answers = Mapping[str, Any]


def verdict(answers: Answers, lang: str) -> list[str]:
    """Targets by verdict, the chance of all at once, and the constraints."""
    head = say(lang, "结论", "Verdict")
    return [head, "-" * WIDTH, *_by_verdict(answers, lang), *_together(answers, lang), *_constraints(answers, lang)]


def _by_verdict(answers: Answers, lang: str) -> list[str]:
    lines = []
    for name, words in VERDICTS.items():
        ids = [row["id"] for row in answers["targets"] if row["default"] and row["verdict"] == name]
        if ids:
            lines += _listed(say(lang, *words), ids, lang)
    return lines


def _together(answers: Answers, lang: str) -> list[str]:
    """A line each for all targets and for those the programme can decide; what is in them is named if it is not all."""
    lines = []
    for name, zh, en in TOGETHER:
        found = answers["joint"][name]
        if found["probability"] is None:
            continue
        policy = chance(found["probability"], found["interval"])
        null = chance(found["null_probability"], found["null_interval"])
        ids = "" if name == "all" else f" ({say(lang, '、', ', ').join(found['targets'])})"
        colon, pause = say(lang, "：", ": "), say(lang, "；", "; ")
        lines += wrap(f"{say(lang, zh, en)}{colon}{policy}{pause}{word('null', lang)} {null}{ids}", WIDTH)
    return lines


def _constraints(answers: Answers, lang: str) -> list[str]:
    findings = answers["findings"]
    if answers["admissible"]:
        told = say(lang, "合规检查：方案引用的条款均未违反。", "Constraints: no clause that the plan cites is broken.")
    else:
        told = say(lang, "合规检查：方案不可采纳（有违反条款的情形）。", "Constraints: the plan is not admissible.")
    lines = [told]
    for finding in findings:
        if finding["broken"]:
            lines += ["  " + part for part in wrap(_finding(finding, lang), WIDTH - 2)]
    kept = [finding["constraint"] for finding in findings if not finding["broken"] and finding["value"] is not None]
    if kept:
        label = say(lang, f"另查 {len(kept)} 项均符合", f"{len(kept)} more looked at and kept")
        lines += ["  " + part for part in _listed(label, kept, lang, WIDTH - 2)]
    return lines


def _finding(finding: Answers, lang: str) -> str:
    """What was found, and in how many runs: a breach of a clause of the plan, or a hint from another document."""
    share = finding["share_of_runs_in_breach"] if finding["breach"] else finding["share_of_runs"]
    often = say(lang, f"占 {100 * share:.0f}% 的模拟", f"in {100 * share:.0f}% of runs")
    kind = say(lang, "违反", "breach") if finding["breach"] else say(lang, "提示", "hint")
    mark = say(lang, f"{kind}（{often}） ", f"{kind} ({often}) ")
    return f"{mark}{finding['constraint']} [{finding['clause']}] {finding[f'message_{lang}']}"


def _listed(label: str, names: list[str], lang: str, cells: int = WIDTH) -> list[str]:
    return wrap(label + say(lang, "：", ": ") + say(lang, "、", ", ").join(names), cells)
