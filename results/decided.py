"""What decides a target that both arms meet, or both miss, in every run: the assumption to look at first."""

from __future__ import annotations

DECIDED_BY: dict[str, dict[str, str]] = {
    "T-G10": {
        "zh": "基期名单中一时低收入所占的份额（均值回归）与农村收入的名义增速，而非项目本身",
        "en": "how much of the low income of the baseline list is passing (regression to the mean), and the nominal "
        "growth of rural income, rather than the programme",
    },
    "T-GREL": {
        "zh": "基期名单中一时低收入所占的份额（均值回归）：名单即使没有项目也会自行回升",
        "en": "how much of the low income of the baseline list is passing: a list bounces back without any programme",
    },
    "T-FLOOR": {
        "zh": "低保标准的走势与低保的申请、核定比例（收入以登记口径计，含低保金）",
        "en": "the path of the dibao line and the shares applied for and verified (register income, dibao included)",
    },
    "T-18K": {
        "zh": "农村收入的名义增速与有劳动能力低收入农户的基期收入水平",
        "en": "the nominal growth of rural income and the year-0 income of listed households with labour",
    },
    "T-V150": {
        "zh": "重点帮扶村集体收入的基期分布与每村投入金额",
        "en": "the year-0 distribution of collective income of key villages and the yuan put into each",
    },
    "T-V100": {
        "zh": "薄弱村集体收入的基期分布与每村投入金额",
        "en": "the year-0 distribution of collective income of weak villages and the yuan put into each",
    },
    "T-DIBAO": {
        "zh": "符合条件的农户申请低保并通过核定的比例，以及收入观测误差",
        "en": "the share of eligible households that apply for dibao and are verified, and the error of observation",
    },
    "T-ABS": {
        "zh": "低保标准高于 4,600 元，因此由低保的覆盖率决定",
        "en": "the dibao line lies above 4,600 yuan, so that the coverage of dibao decides",
    },
}
