"""The part of the printed answer that tells luck from what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from results.marginals import COUNTY
from results.tables import columns, wrap
from results.words import chance, quantity, say, unit, word

WIDTH = 100
TOGETHER = {"all": ("全部目标同时", "all together"), "undecided": ("其中结果不同的同时", "those not decided alike")}

Answers = Mapping[str, Any]
Row = Mapping[str, Any]


def luck_and_ignorance(answers: Answers, lang: str) -> list[str]:
    """The split of each chance that is neither 0 nor 1, the joint chances, convergence, and where the worst off are."""
    found = answers.get("two_levels")
    if not found:
        return []
    rows = {row["id"]: row for row in found["targets"]}
    rows |= {say(lang, *TOGETHER[name]): row for name, row in found["joint"].items()}
    told = [
        *_parts(found, rows, lang),
        *_held(answers, lang),
        *_convergence(answers, rows, lang),
        *_worst_off(answers, lang),
    ]
    head = say(
        lang,
        "把握不到十成：碰运气的部分与我们不知道的部分",
        "Why a chance is not certainty: luck, and what nobody knows",
    )
    return [head, "-" * WIDTH, *told] if told else []


def _varies(row: Row) -> bool:
    return row["policy"]["parts"] is not None and row["policy"]["parts"]["share"] is not None


def _parts(found: Row, rows: Mapping[str, Row], lang: str) -> list[str]:
    """A line each for those that vary, then the names of the others and how it was split."""
    if found["design"] is None:
        return wrap(say(lang, "只有一次推演一组参数，且没有配对推演，分不开。",
                        "One run to a draw of parameters and no partner runs: it cannot be split."), WIDTH)  # fmt: skip
    names = ["", say(lang, "把握", "chance"), say(lang, "碰运气", "luck"), say(lang, *unknown(found))]
    names += [say(lang, "95% 区间", "95 % interval"), say(lang, "若弄清，把握 ±（点）", "± were it known (points)")]
    varied = {name: row for name, row in rows.items() if _varies(row)}
    table = columns([names, *(_numbers(name, row["policy"]) for name, row in varied.items())], [False, *[True] * 5])
    lines = list(table) if varied else []
    alike = [name for name, row in rows.items() if not _varies(row)]
    if alike:
        one = say(lang, "次次达到或次次未达到，无从区分：", "Every run split met it or none did: ")
        lines += wrap(one + say(lang, "、", ", ").join(alike), WIDTH)
    return [*lines, *wrap(_how(found, rows, lang), WIDTH)]


def _held(answers: Answers, lang: str) -> list[str]:
    """That nothing is not known where the parameters are held."""
    if answers["conditional_on"].get("parameters") != "fixed":
        return []
    zh = "参数取定值（--fixed），没有“不知道”的部分；上面归到那里的，只是抽样或偶然。"
    en = "Parameters are held (--fixed): what is put down to not knowing here is the sample, or chance."
    return wrap(say(lang, zh, en), WIDTH)


def unknown(found: Row) -> tuple[str, str]:
    """What the part that is not luck holds: the sample too, where both runs of a pair have the same villages."""
    return ("不知道和抽样", "not known and sample") if found["design"] == "partners" else ("不知道", "not known")


def _numbers(name: str, told: Row) -> list[str]:
    part = told["parts"]
    ends = f"[{', '.join(map(_percent, part['share_interval']))}]" if part["share_interval"] else "-"
    known = (
        f"{100 * part['spread']:.0f} [{100 * part['spread_interval'][0]:.0f}, {100 * part['spread_interval'][1]:.0f}]"
    )
    return [name, chance(told["probability"], told["interval"]), f"{_percent(1 - part['share'])}%",
            f"{_percent(part['share'])}%", ends, known]  # fmt: skip


def _percent(share: float) -> str:
    return str(round(100 * share))


def _how(found: Row, rows: Mapping[str, Row], lang: str) -> str:
    """How it was split, from how much, and what goes to which part."""
    counts = [row["policy"]["parts"]["draws"] for row in rows.values() if row["policy"]["parts"]]
    draws = min(counts) if counts else 0
    if found["design"] == "draws":
        how = say(
            lang,
            f"共 {draws} 组参数，每组 {found['per_draw']} 次推演；运气含农户抽样、宏观路径。",
            f"From {draws} draws of parameters, {found['per_draw']} runs each; luck holds the sample and the macro"
            " path.",
        )
    else:
        other = say(lang, "和宏观路径", " and another macro path") if found["partner"] == "macro" else ""
        how = say(
            lang,
            f"由 {draws} 对推演得出：参数相同，运气{other}不同；每对同用一批抽中的村，抽样和基期以前的运气算在"
            "“不知道”里（要分开请用 --per-draw）。",
            f"From {draws} pairs of runs with the same parameters, other luck{other}; a pair shares its sampled"
            " villages, so the sample and luck before year 0 count as not known (--per-draw tells them apart).",
        )
    return how + say(
        lang,
        "区间按参数组重抽；不知道的部分是无偏估计，推演少时会出现负数。",
        " Intervals resample the draws; the part not known is estimated without bias and may come out negative.",
    )


def _convergence(answers: Answers, rows: Mapping[str, Row], lang: str) -> list[str]:
    """The chance with its interval after the first 4, 8, 16 ... draws of parameters, of those that vary; indicators
    stand in `answers.json` only."""
    indicators = {row["id"] for row in answers["targets"] if row.get("indicator")}
    varied = {name: row["convergence"] for name, row in rows.items() if _varies(row) and name not in indicators}
    counts = [step["draws"] for step in next(iter(varied.values()), [])]
    if len(counts) < 2:
        return []
    head = say(lang, "随参数组数的收敛（把握与区间）：", "Convergence in draws of parameters (chance and interval):")
    names = ["", *(say(lang, f"{count} 组", f"{count} draws") for count in counts)]
    table = [
        [name, *(chance(step["probability"], step["interval"]) for step in steps)] for name, steps in varied.items()
    ]
    return ["", head, *columns([names, *table], [False, *[True] * len(counts)])]


def _worst_off(answers: Answers, lang: str) -> list[str]:
    found, titles = answers["two_levels"], {(row["id"], row["reading"]): row for row in answers["targets"]}
    lines = []
    for county in found["counties"]:
        title = titles.get((county["id"], county["reading"]), {}).get(f"reading_{lang}", county["reading"])
        lines += wrap(_county(f"{county['id']} {title}", county, lang), WIDTH)
    if found["villages"]:
        lines += wrap(_villages(found["villages"], lang), WIDTH)
    return ["", *lines] if lines else []


def _county(name: str, county: Row, lang: str) -> str:
    worst, lowest, spread = county["worst_meets"], county["lowest"], county["share_of_counties"]
    shares = "/".join(_percent(spread[at]) for at in ("p10", "p50", "p90"))
    reached = chance(worst["probability"], worst["interval"])
    low = say(lang, "（按样本所见，偏低）", " (as the sample shows it: low)") if county["projected"] else ""
    told = say(
        lang,
        f"{name}{low}：最差的县也达到 {reached}；达到的县占 {shares}%（10%/中位/90%）",
        f"{name}{low}: the worst county too with {reached}; counties that do {shares} % (p10/median/p90)",
    )
    if lowest is None:
        return told + say(lang, "；没有哪个示例县在半数推演中出现。", "; no sample county is seen in half of the runs.")
    number, ends = lowest["label"].removeprefix(COUNTY), chance(lowest["probability"], lowest["interval"])
    return told + say(
        lang,
        f"；{lowest['of']} 个示例县中最低的是示例县{number}，{ends}（因是挑出的最低者，区间已放宽）。",
        f"; the lowest of {lowest['of']} sample counties is number {number}, {ends} (picked as the lowest, hence a"
        " wider interval).",
    )


def _villages(found: Row, lang: str) -> str:
    """Collective income by type of village in both arms, and the poorest type."""
    comma, told = say(lang, "，", ", "), []
    for kind in found["types"]:
        parts = [
            f"{word(arm, lang)} {quantity(kind[arm]['p50'], 'yuan', signed=False)}"
            for arm in ("policy", "null")
            if arm in kind
        ]
        often = _percent(kind["poorest_in"])
        parts.append(say(lang, f"{often}% 的推演中最低", f"poorest in {often} % of runs"))
        told.append(f"{word(kind['name'], lang)} {comma.join(parts)}")
    money = unit("yuan/village/year", lang)
    head = say(lang, f"期末村集体收入中位数（{money}）：", f"Collective income at the end, median, {money}: ")
    note = say(lang, "。农户收入未按村的类型记录。", ". Household incomes are not recorded by type of village.")
    return head + say(lang, "；", "; ").join(told) + note
