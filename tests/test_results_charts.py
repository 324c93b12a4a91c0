"""The pictures: all drawn, no glyph missing, the same bytes each time, whatever the records hold."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text

import scenarios
from results import canonical
from results.answers import answers
from results.charts import style, write
from simulator.history import RunRecord
from tests import synthetic

NAMES = {
    *("list_mean.png", "target_probabilities.png", "income_components.png", "ledger.png"),
    *("growth_incidence.png", "growth_sources.png", "targeting.png", "money.png"),
    "two_levels.png",
}
OF_PARTNERS = {"two_levels.png"}
"""Not drawn where no replicate has partner runs."""


def drawn(records: list[RunRecord], to: Path, **changes: Any) -> list[Path]:
    """Draw with every warning an error: a missing glyph is a warning of matplotlib."""
    found = answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta(**changes))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return write(to, records, json.loads(canonical.text(found)))


def test_every_chart_is_a_valid_png_without_a_missing_glyph(tmp_path: Path) -> None:
    paths = drawn(synthetic.ensemble(), tmp_path)
    assert {path.name for path in paths} == NAMES
    for path in paths:
        data = path.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        wide, high = struct.unpack(">II", data[16:24])
        assert wide >= 1000
        assert high >= 500
        assert data[-8:-4] == b"IEND"
        assert b"tIME" not in data


def test_every_label_lies_within_its_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures: list[Figure] = []
    save = style.save
    monkeypatch.setattr(style, "save", lambda figure, path: figures.append(figure) or save(figure, path))
    drawn(synthetic.ensemble(), tmp_path)
    assert len(figures) == len(NAMES)
    for figure in figures:
        for text in figure.findobj(Text):
            if text.get_visible() and text.get_text():
                box = text.get_window_extent()
                assert figure.bbox.x0 <= box.x0, text.get_text()
                assert box.x1 <= figure.bbox.x1, text.get_text()
                assert figure.bbox.y0 <= box.y0, text.get_text()
                assert box.y1 <= figure.bbox.y1, text.get_text()


def test_a_missing_glyph_would_be_seen(tmp_path: Path) -> None:
    """The test above can fail: a character outside the shipped subset is noticed."""
    records = synthetic.ensemble(runs=3, partners=0, left_out=0)
    found = answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta(run_id="\U0001f33e"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="Glyph"):
            write(tmp_path, records, found)


def test_the_same_records_draw_the_same_bytes(tmp_path: Path) -> None:
    records = synthetic.ensemble(runs=5, partners=2, left_out=0)
    first = {path.name: path.read_bytes() for path in drawn(records, tmp_path / "one")}
    again = {path.name: path.read_bytes() for path in drawn(records[::-1], tmp_path / "two")}
    assert first == again


def test_other_records_draw_other_pictures(tmp_path: Path) -> None:
    records = synthetic.ensemble(runs=5, partners=2, left_out=0)
    first = {path.name: path.read_bytes() for path in drawn(records, tmp_path / "one")}
    fewer = {path.name: path.read_bytes() for path in drawn(records[:8], tmp_path / "two")}
    assert all(first[name] != fewer[name] for name in NAMES - OF_PARTNERS)


def test_a_chart_without_its_data_is_left_out(tmp_path: Path) -> None:
    bare = [
        replace(record, series={}, ledger=None, inflow=None)
        for record in synthetic.ensemble(runs=3, partners=0, left_out=0)
    ]
    assert [path.name for path in drawn(bare, tmp_path)] == ["target_probabilities.png"]
    policy_only = [record for record in synthetic.ensemble(3, 0, 0) if record.arm == "policy"]
    assert {path.name for path in drawn(policy_only, tmp_path)} == NAMES - OF_PARTNERS
    assert drawn([synthetic.failed(0)], tmp_path) == []


def test_settings_of_matplotlib_are_left_as_they_were(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    drawn(synthetic.ensemble(runs=3, partners=0, left_out=0), tmp_path)
    assert dict(mpl.rcParams) == before


def test_drawing_needs_no_pyplot() -> None:
    code = "import sys, results.charts; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False).returncode == 0


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_shipped_fonts_hold_all_of_gb2312(weight: str) -> None:
    with style.look():
        path = Path(findfont(FontProperties(family=style.FAMILY, weight=weight), fallback_to_default=False))
    assert path.parent == style.FONTS
    known = get_font(path).get_charmap()
    pairs = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = {pair.decode("gb2312", "ignore") for pair in pairs} - {""}
    assert len(characters) == 6763
    missing = {mark for mark in characters | set("−–—·≥≤±×¥￥½%") if ord(mark) not in known}
    assert missing == set()


def test_the_licence_of_the_fonts_lies_beside_them() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (style.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in style.FONTS.glob("*.ttf")) < 6_000_000


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def figures_of(records: list[RunRecord], to: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Figure]:
    """The figures behind the pictures, by file name."""
    found: dict[str, Figure] = {}
    save = style.save

    def kept(figure: Figure, path: Path) -> Path:
        found[path.name] = figure
        return save(figure, path)

    monkeypatch.setattr(style, "save", kept)
    drawn(records, to)
    return found


def test_the_numbers_drawn_are_those_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run an arm, so that medians and means are its own: growth of a twentieth, points by source, shares of money,
    and what lies idle of a fund, as `synthetic` made them."""
    records = [synthetic.record(0, arm) for arm in ("policy", "null")]
    figures = figures_of(records, tmp_path, monkeypatch)
    policy = records[0].series
    rural = figures["growth_incidence.png"].axes[0].get_lines()
    curve = next(line for line in rural if "programme" in str(line.get_label()) and "no" not in str(line.get_label()))
    assert curve.get_ydata()[2] == pytest.approx(100 * policy["growth_incidence", "rural 03/20"][-1])
    wage = 100 * policy["growth_from_wage", "cohort able"][-1]
    assert f"{wage:+.1f}" in words_of(figures["growth_sources.png"])
    support, public = figures["targeting.png"].axes
    assert len(support.patches) == 10
    assert len(public.patches) == 20
    assert support.patches[0].get_height() == pytest.approx(100 * policy["incidence_support", "rural 01/10"][-1])
    assert sum(bar.get_height() for bar in support.patches) == pytest.approx(100)
    # 20 quarters of 50 million yuan are put into the special fund, a fifth is left.
    assert "2.00 (20%)" in words_of(figures["money.png"])
    assert "10.00" in words_of(figures["money.png"])
    assert not any("社会救助资金" in word for word in words_of(figures["money.png"]))


def test_growth_from_next_to_nothing_does_not_flatten_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run in which the list's poorest begin near zero: the axis keeps to the medians."""
    records = [synthetic.record(run, arm) for run in range(3) for arm in ("policy", "null")]
    records[0].series["growth_incidence", "cohort 01/20"][-1] = -40.0
    right = figures_of(records, tmp_path, monkeypatch)["growth_incidence.png"].axes[1]
    medians = [value for line in right.get_lines() for value in line.get_ydata()]
    low, high = right.get_ylim()
    assert low >= min(0.0, *medians) - (max(medians) - min(0.0, *medians)) - 1.0
    assert low <= min(medians) and high >= max(medians)


def test_donations_stand_with_the_funds_of_the_programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private purse is drawn too: the bars of both panels are all there is."""
    records = [synthetic.record(0, arm) for arm in ("policy", "null")]
    found = json.loads(canonical.text(answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta())))
    found["costs"][0]["role"] = "private"
    figures: list[Figure] = []
    monkeypatch.setattr(style, "save", lambda figure, path: figures.append(figure) or path)
    write(tmp_path, records, found)
    ledger = next(figure for figure in figures if any("按资金和用途" in word for word in words_of(figure)))
    assert sum(len(axes.patches) for axes in ledger.axes) == 2 * len(found["costs"])


def test_charts_call_the_listed_what_the_document_calls_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = synthetic.ensemble(3, 0, 0)
    titled: list[str] = []
    monkeypatch.setattr(style, "titles", lambda figure, zh, *rest: titled.append(zh))
    for name, word in (("foshan_2018_2020", "相对贫困户"), ("lvliang_2015_2020", "建档立卡贫困户")):
        titles = {**synthetic.resolved()["titles"], "listed": scenarios.load(name).resolved()["titles"]["listed"]}
        told = answers(records, synthetic.scenario(), {**synthetic.resolved(), "titles": titles}, synthetic.meta())
        titled.clear()
        write(tmp_path, records, told)
        assert {f"{word}{said}" for said in ("人均可支配收入", "收入构成", "收入增长的来源")} <= set(titled)
        assert not any("低收入农户" in title for title in titled)


def test_a_target_has_its_reading_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = figures_of(synthetic.ensemble(3, 0, 0), tmp_path, monkeypatch)
    words = words_of(figures["target_probabilities.png"])
    assert any("T-G10 · 口径：基期名单，名义，逐年" in word for word in words)
