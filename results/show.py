"""The answer as a county planner reads it in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from results.show_growth import growth_table
from results.show_left_out import left_out
from results.show_readings import other_readings
from results.show_wellbeing import wellbeing_table
from results.tables import columns, wrap
from results.words import chance, money, quantity, say, unit, word

WIDTH = 100
PROCESS = "model.process_"

Answers = Mapping[str, Any]
Part = Callable[[Answers, str], list[str]]


def show(answers: Answers, lang: str = "zh", charts: Path | None = None) -> str:
    """The whole answer as plain text in `lang` (zh or en). `charts` is the folder of the pictures, if there is one."""
    parts: tuple[Part, ...] = (
        _heading,
        _targets,
        _joint,
        growth_table,
        wellbeing_table,
        other_readings,
        _findings,
        _costs,
        left_out,
        _ambiguities,
        _assumptions,
    )
    blocks = [part(answers, lang) for part in parts]
    blocks.append(_where(answers, lang, charts))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _heading(answers: Answers, lang: str) -> list[str]:
    on = answers["conditional_on"]
    failed = answers["runs_failed"]
    lines = [answers["title"][lang], say(lang, "模型模拟，不是预测", "a model simulation, not a forecast")]
    lines[1] += say(lang, f" · 重复模拟 {answers['runs']} 次", f" · {answers['runs']} replicates")
    if answers.get("households"):
        count = answers["households"]
        count = f"{count:,}" if isinstance(count, int) else str(count)
        lines[1] += say(lang, f" · 抽样 {count} 户", f" · {count} households sampled")
    if failed:
        lines[1] += say(lang, f" · 失败 {failed} 次", f" · runs failed: {failed}")
    given = [word(str(on[name]), lang) for name in ("macro", "parameters", "accounting") if on.get(name)]
    if on["macro"] == "published":
        given[0] += say(lang, "（宏观份额因此为零）", " (the macro share is 0 by construction)")
    told = {path: choice for path, choice in on["switches"].items() if not _understood(path, choice)}
    switches = ", ".join(f"{path} = {choice}" for path, choice in told.items())
    conditions = say(lang, "前提：", "Conditional on: ") + say(lang, "；", "; ").join(given)
    if switches:
        conditions += say(lang, "；选项 ", "; choices ") + switches
    return [lines[0], "=" * WIDTH, lines[1], *wrap(conditions, WIDTH), *_changed(on.get("applied", {}), lang)]


def _understood(path: str, choice: str) -> bool:
    """A process at work goes without saying; readings of targets stand with the targets."""
    return (path.startswith(PROCESS) and choice == "on") or path.endswith(".default_reading")


def _changed(applied: Answers, lang: str) -> list[str]:
    """What a change or the command line made of the programme."""
    parts = [*applied.get("changes", [])]
    parts += [f"{path} = {value}" for path, value in applied.get("set", {}).items()]
    parts += [say(lang, f"加上 {word(kind, lang)}", f"with {kind}") for kind in applied.get("with", [])]
    parts += [say(lang, f"去掉 {word(kind, lang)}", f"without {kind}") for kind in applied.get("without", [])]
    return wrap(say(lang, "改动：", "Changed: ") + say(lang, "；", "; ").join(parts), WIDTH) if parts else []


def _targets(answers: Answers, lang: str) -> list[str]:
    rows = [row for row in answers["targets"] if row["default"]]
    if not rows:
        return []
    head = say(lang, "目标实现的概率（方括号内为 95% 区间）", "Probability of meeting each target (95 % interval)")
    names = ["", *(word(arm, lang) for arm in ("policy", "null", "half", "double"))]
    names += [say(lang, "余量 10% / 中位 / 90%", "margin p10 / p50 / p90"), say(lang, "单位", "unit")]
    table = columns([names, *(_numbers(row, lang) for row in rows)], [False, *[True] * 5, False])
    lines = [head, "-" * WIDTH, table[0]]
    for row, numbers in zip(rows, table[1:], strict=True):
        lines += [numbers, *_under(row, lang)]
    return lines


def _numbers(row: Answers, lang: str) -> list[str]:
    half, double = row["budget"]["half"], row["budget"]["double"]
    margin = row["margin"]
    spread = " / ".join(quantity(margin[name], row["unit"]) for name in ("p10", "p50", "p90")) if margin else "-"
    return [
        row["id"],
        chance(row["probability"], row["interval"]),
        chance(row["null_probability"], row["null_interval"]),
        chance(half["probability"], None),
        chance(double["probability"], None),
        spread,
        unit(row["unit"], lang),
    ]


def _under(row: Answers, lang: str) -> list[str]:
    """What is said under the numbers of a target: what it is, what spreads its margin, what decides it."""
    title = row[f"title_{lang}"] or row["id"]
    reading = f"{say(lang, '口径：', 'read as: ')}{row[f'reading_{lang}']}"
    if row["distance_to_even"] is not None:
        reading += say(lang, "；", "; ") + _to_even(row["distance_to_even"], row["unit"], lang)
    lines = [f"{title} [{row['clause']}]", reading]
    share = row["variance_share"]
    if share:
        parts = say(lang, "，", ", ").join(f"{word(name, lang)} {100 * part:.0f}%" for name, part in share.items())
        lines.append(say(lang, "余量波动的来源：", "spread of the margin: ") + parts)
    if row["decided_by"]:
        verdict = say(lang, "有无项目结果都一样，取决于：", "the same with and without the programme; decided by: ")
        lines.append(verdict + row["decided_by"][lang])
    if row["sampling_note"]:
        lines.append("! " + row["sampling_note"][lang])
    return ["    " + part for line in lines for part in wrap(line, WIDTH - 4)]


def _to_even(shift: float, unit_name: str, lang: str) -> str:
    """How far the middle run is from just meeting the target: what would make the chances even."""
    amount = f"{quantity(abs(shift), unit_name, signed=False)} {unit(unit_name, lang)}"
    if shift > 0:
        return say(lang, f"距五五开：差 {amount}", f"{amount} short of an even chance")
    return say(lang, f"距五五开：余 {amount}", f"{amount} beyond an even chance")


def _joint(answers: Answers, lang: str) -> list[str]:
    lines = []
    for name, zh, en in (
        ("all", "全部目标同时实现", "all targets together"),
        ("undecided", "其中有无项目结果不同的目标同时实现", "those not decided alike in both arms, together"),
    ):
        found = answers["joint"][name]
        if found["probability"] is None:
            continue
        policy = chance(found["probability"], found["interval"])
        null = chance(found["null_probability"], found["null_interval"])
        ids = say(lang, "、", ", ").join(found["targets"])
        lines += wrap(f"{say(lang, zh, en)}: {policy}{say(lang, '；', '; ')}{word('null', lang)} {null} ({ids})", WIDTH)
    return lines


def _findings(answers: Answers, lang: str) -> list[str]:
    findings = answers["findings"]
    if answers["admissible"]:
        verdict = say(lang, "合规检查：没有违反文件条款。", "Constraints: no clause of the documents is broken.")
    else:
        verdict = say(lang, "合规检查：方案不可采纳（有违反条款的情形）。", "Constraints: the plan is not admissible.")
        met = [row["id"] for row in answers["targets"] if row["default"] and row["verdict"] == "met, not admissible"]
        if met:
            names = say(lang, "、", ", ").join(met)
            verdict += say(lang, f"达标但不可采纳：{names}。", f" Met, not admissible: {names}.")
    lines = wrap(verdict, WIDTH)
    for finding in findings:
        if not finding["broken"]:
            continue
        told = f"{finding['constraint']} [{finding['clause']}] {finding[f'message_{lang}']}"
        if finding["breach"]:
            often = f"{100 * finding['share_of_runs_in_breach']:.0f}%"
            told = say(lang, f"违反（占 {often} 的模拟） ", f"breach (in {often} of runs) ") + told
        lines += ["  " + part for part in wrap(told, WIDTH - 2)]
    judged = [finding["constraint"] for finding in findings if not finding["broken"] and finding["value"] is not None]
    if judged:
        names = say(lang, "、", ", ").join(judged)
        kept = say(lang, f"另查 {len(judged)} 项均符合：", f"{len(judged)} more looked at and kept: ") + names
        lines += ["  " + part for part in wrap(kept, WIDTH - 2)]
    return lines


def _costs(answers: Answers, lang: str) -> list[str]:
    if not answers["costs"]:
        return []
    first, last = answers["years"]
    head = say(
        lang,
        f"{first}—{last} 年公共支出（全地区，各次模拟平均）",
        f"Public money {first}-{last}, whole place, mean over runs",
    )
    names = [say(lang, "资金", "fund"), say(lang, "用途", "use"), word("policy", lang), word("null", lang)]
    rows = [
        [cost["fund_title"][lang], cost["use_title"][lang], money(cost["yuan"], lang), money(cost["null_yuan"], lang)]
        for cost in answers["costs"]
    ]
    total = [sum(cost[name] for cost in answers["costs"]) for name in ("yuan", "null_yuan")]
    rows.append([say(lang, "合计", "total"), "", *(money(amount, lang) for amount in total)])
    lines = [head, "-" * WIDTH, *columns([names, *rows], [False, False, True, True])]
    each = answers["cost_per_listed_household"]
    if each is not None:
        interval = answers["cost_per_listed_household_interval"]
        spread = f" [{interval[0]:,.0f}, {interval[1]:,.0f}]" if interval else ""
        text = say(lang, "每个低收入农户比无项目多支出", "more than without the programme, per listed household:")
        lines.append(f"{text} {each:,.0f}{spread} {unit('yuan', lang)}")
    return lines


def _ambiguities(answers: Answers, lang: str) -> list[str]:
    """What the documents leave open: the answer taken, and in brackets what else it could have been."""
    entries = answers.get("ambiguities", [])
    if not entries:
        return []
    lines = [
        say(
            lang,
            "文件未写明之处的取法（括号内为其他取法）",
            "What the documents leave open: as read here (other readings)",
        )
    ]
    lines.append("-" * WIDTH)
    for entry in entries:
        name = entry["path"].removeprefix("programme.targets.").removesuffix(".default_reading")
        others = f" ({', '.join(entry['alternatives'])})" if entry["alternatives"] else ""
        told = f"{entry['number']} {entry['title'][lang]}{say(lang, '，', ', ')}{name}: {entry['chosen']}{others}"
        first, *rest = wrap(told, WIDTH - 4)
        lines += [first, *(f"    {part}" for part in rest)]
    return lines


def _assumptions(answers: Answers, lang: str) -> list[str]:
    entries = answers["assumptions"][:5]
    if not entries:
        return []
    more = len(answers["assumptions"]) - len(entries)
    lines = [
        say(lang, "最要紧的假设（没有公开出处的数字）", "The assumptions that matter most (numbers nobody published)")
    ]
    lines.append("-" * WIDTH)
    for entry in entries:
        reach = f" [{entry['range'][0]:,.10g}, {entry['range'][1]:,.10g}]" if entry["range"] else ""
        lines.append(f"{entry['path']} = {entry['value']:,.10g}{reach} {entry['unit']}")
        lines += ["    " + part for part in wrap(entry["text"], WIDTH - 4)]
    if more:
        lines.append(say(lang, f"另有 {more} 个，见 answers.json", f"and {more} more in answers.json"))
    return lines


def _where(answers: Answers, lang: str, charts: Path | None) -> list[str]:
    lines = [f"{say(lang, '运行编号', 'run')} {answers['run_id']} · {say(lang, '种子', 'seed')} {answers['seed']}"]
    if charts is not None:
        lines.append(f"{say(lang, '图表', 'charts')} {charts}")
    return lines
