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
    "T-HEAD": {
        "zh": "认定线、观察期、收入观测误差，以及领取低保者能否退出：名单每年重新核定，总有人被看作在线下",
        "en": "the line, the year under observation, the error with which incomes are seen, and whether dibao keeps a "
        "household on the list: every year somebody is seen below",
    },
    "T-STABLE": {
        "zh": "收入的年际波动与收入观测误差：退出的依据是观测收入",
        "en": "the swings of income between years and the error of observation, by which exits are decided",
    },
    "T-45": {
        "zh": "基期名单的收入水平与均值回归，以及全省农村均值的增速",
        "en": "the level of the baseline list's income, its bouncing back, and the growth of the provincial mean",
    },
    "T-60": {
        "zh": "各村基期收入与全省农村均值之比",
        "en": "the ratio of the villages' year-0 income to the provincial mean",
    },
    "T-VEXIT": {
        "zh": "出列条件中的在册人口占比与识别线",
        "en": "the share of listed persons in the rule of exit, and the identification line",
    },
    "T-EVERY": {
        "zh": "县与县之间各年的冲击：有无项目的差别远小于它",
        "en": "the yearly shocks of counties, far larger than what the programme adds",
    },
    "T-VCOLL-1": {
        "zh": "村集体经营性收入的基期分布与每村投入金额",
        "en": "the year-0 distribution of villages' operating income and the yuan put into each",
    },
    "T-VCOLL-2": {
        "zh": "村集体经营性收入的基期分布与每村投入金额",
        "en": "the year-0 distribution of villages' operating income and the yuan put into each",
    },
    "T-HOUSE": {
        "zh": "危房的基期数量与每年新增的损坏",
        "en": "the number of unsafe houses at year 0 and the damage of every year",
    },
    "T-RELOC": {
        "zh": "退出名单所需的时间与识别线：搬迁户要连续过线才退出",
        "en": "the time it takes to leave the list, and its line: the relocated must be above it more than once",
    },
    "T-COOP": {
        "zh": "空壳合作社的比例，以及未受扶持的合作社没有模拟与农户的联结",
        "en": "the share of cooperatives that are shells, and that unsupported ones are modelled without links",
    },
    "T-COMP": {
        "zh": "有劳动能力的退出户中有多少靠低保过线：其余农户本来就主要靠工资和经营收入",
        "en": "how many exits with labour rest on dibao: all others live on wages and business to begin with",
    },
}
