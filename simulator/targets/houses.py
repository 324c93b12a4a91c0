"""Houses: safe ones (T-HOUSE), and new ones elsewhere (T-RELOC)."""

from __future__ import annotations

from simulator.reckoning import HOUSEHOLD_SHARE, Judge, Judgement, Reckoning, none_due
from simulator.targets.reading import Reading


def safe_share(unsafe: str, among: str) -> Judge:
    """Share of households in a safe house in the year due, over the share asked; an empty list has no unsafe house."""

    def judge(run: Reckoning) -> Judgement:
        share = 1.0 - run.ratio(run.total(unsafe), run.total(among))[:, run.due]
        return run.judge(share - run.share_asked(HOUSEHOLD_SHARE))

    return judge


def helped(run: Reckoning) -> Judgement:
    """Households helped to a house over the scored years, beyond the number asked."""
    return run.judge(run.total("houses_helped")[:, run.scored].sum(axis=1) - run.term("threshold"))


def moved_share(well: str) -> Judge:
    """Share of relocated households that fare well in the year due, over the share asked; nought where nobody moved."""

    def judge(run: Reckoning) -> Judgement:
        share = run.ratio(run.total(well), run.total("moved"))[:, run.due]
        return run.judge(share - run.share_asked(HOUSEHOLD_SHARE))

    return judge


def moved_above(run: Reckoning) -> Judgement:
    """The share truly at or above their county's line, over the share asked."""
    moved = run.total("moved")
    share = run.ratio(moved - run.total("moved_poor"), moved)[:, run.due]
    return run.judge(share - run.share_asked(HOUSEHOLD_SHARE))


def houses() -> tuple[Reading, ...]:
    """T-HOUSE: no unsafe house among the listed."""
    return (
        Reading("listed_99", "share", safe_share("unsafe_houses_before", "households_before"),
                "99% 的在册户住房安全", "99 % of listed households in a safe house",
                "目标年年末，当年名单（调整前）至少 99% 的户不住危房。",
                "At the end of the year due at least 99 % of the list (before review) live in no unsafe house."),
        Reading("cohort_99", "share", safe_share("cohort_unsafe", "households_cohort"),
                "99% 的基期名单户住房安全", "99 % of the baseline list in a safe house",
                "目标年年末，基期名单至少 99% 的户不住危房，不论是否仍在册。",
                "At least 99 % of the baseline list live in no unsafe house, listed still or not."),
        Reading("helped", "households", helped,
                "改善住房的户数", "households helped to a house",
                "规划期内得到危房改造或搬迁帮助的农户达到规划写明的户数。",
                "Households helped to rebuild or to move over the programme's years reach the stated number.",
                needs=("threshold",)),
        Reading("each", "households",
                none_due(lambda recorded: recorded["unsafe_houses_before"], "households_before"),
                "在册户无一住危房", "no listed household in an unsafe house",
                "目标年年末，没有一户在册农户住危房。",
                "No listed household lives in an unsafe house.", projected=True),
    )  # fmt: skip


def relocation() -> tuple[Reading, ...]:
    """T-RELOC: who was moved has left the list for good."""
    return (
        Reading("out_99", "share", moved_share("moved_out"),
                "99% 的搬迁户退出且未返贫", "99 % of relocated households out and not back",
                "目标年年末，至少 99% 的搬迁户已退出名单，且从未返贫；无人搬迁则视为未实现。",
                "At the end of the year due at least 99 % of relocated households have left the list and were never"
                " listed again; where nobody was moved it is missed."),
        Reading("off_list_99", "share", moved_share("moved_off_list"),
                "99% 的搬迁户不在名单上", "99 % of relocated households off the list",
                "只看目标年年末是否在册，曾返贫后又退出的也算。",
                "Only whether they are on the list at the end of that year; a return since undone does not count."),
        Reading("true_99", "share", moved_above,
                "99% 的搬迁户真实收入过线", "99 % of relocated households truly above the line",
                "目标年至少 99% 的搬迁户真实收入不低于本县识别线。",
                "At least 99 % of relocated households are truly at or above their county's line."),
        Reading("each", "households",
                none_due(lambda recorded: recorded["moved"] - recorded["moved_out"], "moved"),
                "每一搬迁户退出且未返贫", "every relocated household out and not back",
                "没有一户搬迁户仍在册或曾返贫。", "No relocated household is still on the list or was back on it.",
                projected=True),
    )  # fmt: skip
