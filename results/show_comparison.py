"""Plans side by side as a planner reads them in a terminal: every later one less the first, and all against null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from results.show_gains import gains_table, lists_table
from results.tables import columns, wrap
from results.wellbeing import MEASURES
from results.words import chance, money_scale, say, unit, word

WIDTH = 100
PARTS = ("wage_pc", "business_pc", "property_pc", "transfer_pc")
POVERTY = (
    *(("fgt0_relative", "rural"), ("fgt1_relative", "rural"), ("fgt2_relative", "rural"), ("fgt0_relative", "cohort")),
    *(("fgt2_relative", "cohort"), ("fgt0_absolute", "rural"), ("gini", "rural")),
)
LARGE = 1_000_000

Compared = Mapping[str, Any]


def comparison_text(found: Compared, lang: str, folder: Path | None = None) -> str:
    """The whole comparison as plain text in `lang` (zh or en). `folder` holds its tables and pictures."""
    blocks = [_heading(found, lang)]
    for name in later(found):
        blocks += [_targets(found, name, lang), _measures(found, name, lang)]
        blocks += [lists_table(found, name, lang), gains_table(found, name, lang)]
    blocks += [_null(found, lang), _money(found, lang), _constraints(found, lang), _pairing(found, lang)]
    if folder is not None:
        where = say(lang, "全部指标、分季度与分群体", "every measure by quarter and group")
        blocks.append([f"{where} {folder / 'comparison.csv'}", f"{say(lang, '图表', 'charts')} {folder / 'charts'}"])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def later(found: Compared) -> list[str]:
    """The differences between plans, those from null left out."""
    return [name for name in found["differences"] if not name.endswith("-null")]


def minus(name: str, lang: str) -> str:
    """A difference in words: `B-A` as B 减 A."""
    more, _, less = name.partition("-")
    return f"{more} {say(lang, '减', 'less')} {word('null', lang) if less == 'null' else less}"


def main_measures(found: Compared, lang: str) -> list[tuple[str, Compared]]:
    """Income of the list and its parts, of the current list and of everybody, poverty and inequality in the last year:
    what each is called, and its row; those that were not recorded left out."""
    last = found["last_year"]
    titles = {(measure, population): (zh, en) for measure, population, zh, en in MEASURES}
    listed = found["sides"][0]["listed"][lang]
    of_list = say(lang, f"基期{listed}人均收入", f"mean income, baseline list ({listed})")
    wanted = [("income_pc", "cohort", of_list)]
    wanted += [(part, "cohort", "  " + word(part, lang)) for part in PARTS]
    wanted += [
        ("income_pc", "list_before", say(lang, "当年名单人均收入", "mean income, current list")),
        ("income_pc", "rural", say(lang, "全体农村人均收入", "mean income, rural")),
    ]
    wanted += [(measure, population, say(lang, *titles[measure, population])) for measure, population in POVERTY]
    held = {
        (row["measure"], row["population"]): row
        for row in found["series"]
        if (row["year"], row["quarter"]) == (last, 4)
    }
    return [(title, held[measure, who]) for measure, who, title in wanted if (measure, who) in held]


def amounts(values: Sequence[float], unit_name: str, signed: bool = True) -> list[str]:
    """Numbers that stand together, with as many digits as the largest of them needs; shares in points."""
    scale = 100.0 if unit_name == "share" else 1.0
    largest = max((abs(scale * value) for value in values), default=0.0)
    digits = 0 if largest >= 100 else 1 if largest >= 10 else 2 if largest >= 1 else 4 if unit_name == "ratio" else 3
    sign = "+" if signed else ""
    # Rounded first, so that nothing is never less than nothing.
    return [f"{round(scale * value, digits) + 0.0:{sign},.{digits}f}" for value in values]


def difference(told: Compared | None, unit_name: str) -> str:
    """A paired difference with its interval; a dash where one of the two has no such number."""
    if told is None:
        return "-"
    if told["interval"] is None:
        return amounts([told["difference"]], unit_name)[0] + " [-]"
    mean, low, high = amounts([told["difference"], *told["interval"]], unit_name)
    return f"{mean} [{low}, {high}]"


def _heading(found: Compared, lang: str) -> list[str]:
    lines = [say(lang, "方案比较", "Plans compared"), "=" * WIDTH]
    for side in found["sides"]:
        first, last = side["years"]
        lines += [f"{side['label']}  {side['title'][lang]}", f"   {side['name']} · {side['place']} {first}-{last}"]
    told = say(lang, "模型模拟，不是预测", "a model simulation, not a forecast")
    told += say(lang, f" · 成对推演 {found['runs']} 次", f" · {found['runs']} paired replicates")
    if found["households"] == "full":
        told += say(lang, " · 全部农户", " · every household")
    else:
        told += say(lang, f" · 抽样 {found['households']} 户", f" · {found['households']} households sampled")
    lines.append(told)
    on = found["conditional_on"]
    given = [word(str(on[name]), lang) for name in ("macro", "parameters", "accounting") if on.get(name)]
    lines += wrap(say(lang, "前提：", "Conditional on: ") + say(lang, "；", "; ").join(given), WIDTH)
    if found["runs_lost"]:
        lost = found["runs_lost"]
        lines.append(say(lang, f"! 另有 {lost} 次中途失败，不在内", f"! {lost} more failed and are left out"))
        lines += [f"    {error}" for error in found["errors"][:3]]
    return [*lines, *_places(found, lang), *wrap(_shared(found, lang), WIDTH)]


def _places(found: Compared, lang: str) -> list[str]:
    if len({(side["place"], tuple(side["years"])) for side in found["sides"]}) == 1:
        return []
    zh = "不在同一地区或年份：差别中也含地区和年份之间的差别，不只是方案的作用。"
    en = "Of different places or years: what differs between these is in the differences too, not the plans alone."
    return wrap("! " + say(lang, zh, en), WIDTH)


def _shared(found: Compared, lang: str) -> str:
    if found["one_null"]:
        return say(
            lang,
            "各方案起点和无项目对照相同，差别全是方案的作用。",
            "All start from one world and have one null arm: what differs is owed to the plans alone.",
        )
    return say(
        lang,
        "! 各方案的无项目对照不同（起点或认定办法不同），并列在下；各自的作用看减去各自对照的差。",
        "! Their null arms differ (start or rules of the list) and stand side by side below; what each plan does is "
        "its difference from its own.",
    )


def _targets(found: Compared, name: str, lang: str) -> list[str]:
    more, _, less = name.partition("-")
    named = minus(name, lang)
    head = say(lang, f"目标，{named}（方括号内为 95% 区间）", f"Targets, {named} (95 % interval)")
    null, probability = word("null", lang), say(lang, "概率差（百分点）", "probability, points")
    names = ["", null, less, more, probability, say(lang, "余量差", "margin"), say(lang, "单位", "unit")]
    table = [names]
    alike: list[str] = []
    alone: list[str] = []
    for row in found["targets"]:
        means = row["probability"]["means"]
        if not row["default"] or means[less]["probability"] is means[more]["probability"] is None:
            continue
        margin, chances = row["margin"]["differences"][name], row["probability"]["differences"][name]
        if margin is None and chances is None:
            alone.append(row["id"])
            continue
        if _nothing(margin) and _nothing(chances):
            alike.append(row["id"])
            continue
        of = {cell: chance(told["probability"], told["interval"]) for cell, told in means.items()}
        cells = [" / ".join(of[cell] for cell in _nulls(found, name)), of[less], of[more]]
        told = [difference(chances, "share"), difference(margin, row["unit"])]
        table.append([f"{row['id']} ({row['reading']})", *cells, *told, unit(row["unit"], lang)])
    lines = columns(table, [False, *[True] * 5, False]) if len(table) > 1 else []
    for zh, en, listed in (("每次推演都毫无差别", "the same in every run", alike),
                           ("只有一个方案有", "under one of the plans only", alone)):  # fmt: skip
        if listed:
            lines += wrap(say(lang, f"{zh}：", f"{en}: ") + say(lang, "、", ", ").join(dict.fromkeys(listed)), WIDTH)
    others = sum(not row["default"] for row in found["targets"])
    rest = say(lang, f"其他口径 {others} 项见 targets.csv", f"{others} further readings in targets.csv")
    return [head, "-" * WIDTH, *lines, rest]


def _nothing(told: Compared | None) -> bool:
    """Whether no pair of runs differs: then the mean is nothing, and so is what pairing could have reduced."""
    return told is None or (told["difference"] == 0.0 and told.get("reduction") is None)


def _measures(found: Compared, name: str, lang: str) -> list[str]:
    more, _, less = name.partition("-")
    year = found["last_year"]
    head = say(lang, f"{year} 年主要指标，{minus(name, lang)}", f"Main measures in {year}, {minus(name, lang)}")
    pairing = say(lang, "方差缩小", "variance /")
    table = [["", word("null", lang), less, more, minus(name, lang), say(lang, "单位", "unit"), pairing]]
    for title, row in main_measures(found, lang):
        told = row["differences"][name]
        of = {
            cell: "-" if mean is None else amounts([mean], row["unit"], signed=False)[0]
            for cell, mean in row["means"].items()
        }
        nulls = " / ".join(of[cell] for cell in _nulls(found, name))
        worth = "-" if told is None else times(told["reduction"])
        table.append([title, nulls, of[less], of[more], difference(told, row["unit"]), unit(row["unit"], lang), worth])
    return [head, "-" * WIDTH, *columns(table, [False, *[True] * 4, False, True])]


def _nulls(found: Compared, name: str) -> list[str]:
    """The null arms that stand beside a difference: one where all are the same, else that of either plan."""
    more, _, less = name.partition("-")
    return [f"{less} null"] if found["one_null"] else [f"{less} null", f"{more} null"]


def times(reduction: float | None) -> str:
    """A factor of variance; a dash where nothing differs."""
    if reduction is None:
        return "-"
    if reduction > LARGE:
        return f"> {LARGE:,}"
    return f"{reduction:,.0f}" if reduction >= 100 else f"{reduction:.1f}"


def _null(found: Compared, lang: str) -> list[str]:
    year, labels = found["last_year"], [side["label"] for side in found["sides"]]
    head = say(lang, f"{year} 年与各自无项目对照之差", f"Less the null arm of each, {year}")
    table = [["", *(minus(f"{label}-null", lang) for label in labels), say(lang, "单位", "unit")]]
    for title, row in main_measures(found, lang):
        cells = [difference(row["differences"][f"{label}-null"], row["unit"]) for label in labels]
        table.append([title, *cells, unit(row["unit"], lang)])
    return [head, "-" * WIDTH, *columns(table, [False, *[True] * len(labels), False])]


def _money(found: Compared, lang: str) -> list[str]:
    """What was paid over the whole period, in all and for each use that differs between plans."""
    labels, names = [side["label"] for side in found["sides"]], later(found)
    rows = [row for row in found["money"] if row["by"] == "all" or (row["by"] == "use" and _changed(row, names))]
    scale, scale_name = money_scale(max(abs(mean or 0.0) for row in rows for mean in row["means"].values()), lang)
    head = say(
        lang, f"支出（{scale_name}，全期，全地区，名义）", f"Paid ({scale_name}, whole period and place, nominal)"
    )
    table = [["", word("null", lang), *labels, *(minus(name, lang) for name in names)]]
    for row in rows:
        title = say(lang, "合计", "total") if row["by"] == "all" else "  " + word(row["name"], lang)
        means = [row["means"][cell] or 0.0 for cell in (f"{labels[0]} null", *labels)]
        paid = [f"{mean / scale:,.2f}" if mean else "0" for mean in means]
        table.append([title, *paid, *(_paid(row["differences"][name], scale) for name in names)])
    return [head, "-" * WIDTH, *columns(table, [False, *[True] * (len(table[0]) - 1)])]


def _changed(row: Compared, names: Sequence[str]) -> bool:
    return any((told := row["differences"][name]) and told["difference"] for name in names)


def _paid(told: Compared | None, scale: float) -> str:
    if told is None:
        return "-"
    ends = ", ".join(f"{end / scale:+,.2f}" for end in told["interval"] or ()) or "-"
    return f"{told['difference'] / scale:+,.2f} [{ends}]"


def _constraints(found: Compared, lang: str) -> list[str]:
    """In what share of the runs each constraint is broken, of those broken in any; then how many never are."""
    labels, names = [side["label"] for side in found["sides"]], later(found)
    told = [row for row in found["constraints"] if any(row["means"].values())]
    head = say(lang, "约束：被违反的推演所占份额", "Constraints: share of runs in which each is broken")
    table = [["", *labels, *(f"{minus(name, lang)} ({unit('share', lang)})" for name in names), ""]]
    for row in told:
        shares = [f"{100 * row['means'][label]:.0f}%" for label in labels]
        force = say(lang, "不可采纳：", "not admissible: ") + say(lang, "、", ", ").join(row["inadmissible"])
        force = force if row["inadmissible"] else say(lang, "仅作提示", "for information")
        table.append([row["constraint"], *shares, *(difference(row["differences"][n], "share") for n in names), force])
    lines = columns(table, [False, *[True] * (len(table[0]) - 2), False]) if told else []
    kept = len(found["constraints"]) - len(told)
    rest = say(lang, f"其余 {kept} 项各方案都未违反", f"broken under no plan: {kept} more")
    return [head, "-" * WIDTH, *lines, rest]


def _pairing(found: Compared, lang: str) -> list[str]:
    """What the common luck is worth, for the mean of the list: how many times the runs one would need without it."""
    lines = []
    rows = {(row["measure"], row["population"]): row for _, row in main_measures(found, lang)}
    row = rows.get(("income_pc", "cohort"))
    for name in found["differences"] if row else ():
        told = row["differences"][name] if row else None
        if told is None or told["reduction"] is None:
            continue
        factor, reach = times(told["reduction"]), told["reduction_interval"]
        least, most = (times(end) for end in reach) if reach else ("-", "-")
        zh = f"{minus(name, lang)}：同一运气下成对相减，基期名单均值之差的方差只有不成对时的 1/{factor}"
        en = f"{minus(name, lang)}: common luck leaves 1/{factor} of the variance that the difference of list means"
        zh += f"（95% 区间 1/{least} 至 1/{most}），不成对要这么多倍的推演。"
        en += f" would have unpaired (95 %: 1/{least} to 1/{most}), where so many times the runs would be needed."
        lines += wrap(say(lang, zh, en), WIDTH)
    return lines
