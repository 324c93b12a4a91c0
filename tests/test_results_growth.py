"""The growth exhibit: growth by hand, which year binds, and what is printed."""

from __future__ import annotations

import numpy as np
import pytest

from results.ensemble import Ensemble
from results.growth import growth
from results.show_growth import growth_table
from simulator.history import RunRecord

QUARTERS = np.array([(year, quarter) for year in (2017, 2018, 2019) for quarter in (1, 2, 3, 4)], np.int64)


def record(replicate: int, arm: str, cohort: tuple[float, ...], rural: tuple[float, ...]) -> RunRecord:
    series = {}
    for who, means in (("cohort", cohort), ("rural", rural)):
        values = np.full(12, np.nan)
        values[3::4] = means
        series["income_pc", who] = values
    return RunRecord(replicate, arm, "base", "succeeded", quarters=QUARTERS, series=series)


def test_growth_and_the_binding_year_by_hand() -> None:
    records = [
        record(0, "policy", (100, 120, 132), (200, 220, 231)),
        record(1, "policy", (100, 105, 126), (200, 220, 231)),
        record(0, "null", (100, 110, 121), (200, 220, 231)),
        record(1, "null", (100, 110, 132), (200, 220, 231)),
    ]
    first, second = growth(Ensemble(records))
    assert (first["year"], second["year"]) == (2018, 2019)
    assert first["policy"]["p50"] == pytest.approx(0.125)
    assert second["null"]["p50"] == pytest.approx(0.15)
    assert [row["rural"]["p90"] for row in (first, second)] == pytest.approx([0.10, 0.05])
    assert (first["policy_binding"], second["policy_binding"]) == (0.5, 0.5)
    assert (first["null_binding"], second["null_binding"]) == (1.0, 0.0)


def test_without_runs_of_an_arm_there_is_no_exhibit() -> None:
    assert growth(Ensemble([record(0, "null", (100, 110, 121), (200, 220, 231))])) == []
    assert growth_table({"growth": []}, "zh") == []


@pytest.mark.parametrize(("lang", "word"), [("zh", "无项目对照"), ("en", "no programme")])
def test_the_table_speaks_both_languages(lang: str, word: str) -> None:
    records = [record(0, arm, (100, 112, 121), (200, 220, 231)) for arm in ("policy", "null")]
    text = "\n".join(growth_table({"growth": growth(Ensemble(records))}, lang))
    assert word in text
    assert "12.0% [12.0, 12.0]" in text
