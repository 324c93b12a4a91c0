"""A planner's own place: the files that are written, what is read from tables, and what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import scenarios
from calibration.anchor import Fit, Trial
from calibration.draws_file import progress
from experiments import anchoring, cli, new_place, spreadsheets
from experiments.new_place import explained, sample
from scenarios.rules import PUBLISHED

VILLAGES = """村名,类别,户数,人口,在册人口,低保人口,集体年收入,其中经营收入,备注
甲村,重点,100,300,60,9,"20,000",5000,
乙村,薄弱,200,700,40,20,50000,,
丙村,其他,300,900,0,9,300000,100000,好
丁村,其他,400,1100,20,10,500000,200000,
"""
HEAD = "户编号,村名,人口,在册,低保,工资性收入,经营净收入,财产净收入,转移净收入\n"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fupin(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def written(villages: str = VILLAGES, households: str = "", encoding: str = "utf-8") -> str:
    """The tables as files; what to give to `--from`."""
    Path("villages.csv").write_text(villages, encoding=encoding)
    if households:
        Path("households.csv").write_text(households, encoding=encoding)
    return "villages.csv,households.csv" if households else "villages.csv"


def homes(count: int = 60) -> str:
    """Households of two persons, the n-th with n thousand yuan a person, half of it wages."""
    rows = [
        f"{n},甲村,2,否,{'是' if n <= 6 else '否'},{n * 1000},{n * 600},{n * 100},{n * 300}\n"
        for n in range(1, count + 1)
    ]
    return HEAD + "".join(rows)


def told(*files: str) -> dict[str, float]:
    towns, households = new_place.sorted_out([Path(file) for file in files])
    return spreadsheets.derived(*spreadsheets.read_sheets(towns, households))


def test_villages_by_hand() -> None:
    written()
    found = told("villages.csv")
    assert {name: found[name] for name in ("villages_total", "villages_under_100k", "villages_key")} == {
        "villages_total": 4, "villages_under_100k": 2, "villages_key": 1
    }  # fmt: skip
    assert found["households_per_village"] == 250 and found["household_size"] == 3.0
    assert found["listed_persons"] == 120 and found["dibao_coverage"] == pytest.approx(48 / 3000)
    assert found["village_size_sd"] == pytest.approx(np.std(np.log([100, 200, 300, 400]), ddof=1))
    assert found["collective_operating_share"] == pytest.approx(305_000 / 870_000)
    assert (found["collective_low_key"], found["collective_high_key"]) == (20_000, 20_000)
    assert (found["collective_low_other"], found["collective_high_other"]) == pytest.approx((310_000, 490_000))


def test_incomes_by_hand() -> None:
    written(households=homes())
    found = told("villages.csv", "households.csv")
    # n thousand yuan a person, n from 1 to 60: half wages; fifths of twelve households.
    assert found["rural_mean"] == pytest.approx(30_500)
    assert found["published_wage"] == pytest.approx(15_250) and found["published_transfer"] == pytest.approx(4_575)
    fifths = [found[f"published_quintile_{n}"] for n in range(1, 6)]
    assert fifths == pytest.approx([6_500, 18_500, 30_500, 42_500, 54_500])
    assert found["dibao_coverage"] == pytest.approx(48 / 3000), "villages are counted, households sampled"
    written(households=homes(49))
    assert "rural_mean" not in told("villages.csv", "households.csv"), "too few to tell"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_what_excel_saves_is_read(encoding: str) -> None:
    written(households=homes(), encoding=encoding)
    assert told("households.csv", "villages.csv")["villages_total"] == 4
    english = VILLAGES
    for heading in spreadsheets.VILLAGES:
        english = english.replace(heading.zh, heading.name, 1)
    written(english.replace("重点", "key").replace("薄弱", "weak").replace("其他", "other"), encoding=encoding)
    assert told("villages.csv")["villages_key"] == 1


def test_every_fault_of_both_tables_at_once_and_nothing_written() -> None:
    broken = VILLAGES.replace("乙村,薄弱,200", "甲村,弱,两百").replace("丙村,其他,300,900", "丙村,其他,300,200")
    broken = broken.replace("500000,200000", "500000,900000")
    given = written(broken, homes().replace("\n1,甲村,2,否", "\n1,甲村,0,不").replace("\n3,", "\n2,"))
    refused = fupin("new", "place", "--from", given)
    assert refused.exit_code == 2
    lines = refused.stderr.splitlines()
    for place, word in [
        ("villages.csv:3:2", "“类别”不能是“弱”；应改为：重点、薄弱 或 其他"),
        ("villages.csv:3:3", "“户数”不能是“两百”"),
        ("villages.csv:3:1", "村名“甲村”在第 2 行已有"),
        ("villages.csv:4:1", "户数多于人口"),
        ("villages.csv:5:1", "经营收入多于集体年收入；应改为：<= 500000"),
        ("households.csv:2:3", "“人口”不能是“0”"),
        ("households.csv:2:4", "“在册”不能是“不”；应改为：是 或 否"),
        ("households.csv:4:1", "户编号“2”在第 3 行已有"),
    ]:
        assert any(line.startswith(place) and word in line for line in lines), (place, word, lines)
    assert len(lines) == 8
    assert sorted(path.name for path in Path().iterdir()) == ["households.csv", "villages.csv"]
    english = fupin("new", "place", "--from", given, "--lang", "en").stderr
    assert "write instead: key, weak or other" in english


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"PK\x03\x04\x00\x00", "CSV"),
        ("村名,类别".encode("utf-16"), "CSV"),
        (b"", "空"),
        ("村名,类别,户数,人口,在册人口,低保人口\n甲,重点,1,1,0,0\n".encode(), "缺少“集体年收入”"),
        (VILLAGES.splitlines()[0].encode(), "没有一行数据"),
        (VILLAGES.replace("备注", "村名").encode(), "“村名”有 2 列"),
    ],
)
def test_what_is_no_table_is_said(raw: bytes, word: str) -> None:
    Path("v.csv").write_bytes(raw)
    refused = fupin("new", "place", "--from", "v.csv")
    assert refused.exit_code == 2 and word in refused.stderr and "v.csv" in refused.stderr


def test_a_household_of_no_village_is_found() -> None:
    refused = fupin("new", "place", "--from", written(households=homes().replace("\n7,甲村", "\n7,戊村")))
    assert refused.exit_code == 2 and "households.csv:8:1" in refused.stderr and "戊村" in refused.stderr


def test_other_refusals_come_together_and_write_nothing() -> None:
    written()
    Path("Bad-name.yaml").write_text("mine", encoding="utf-8")
    refused = fupin("new", "place", "--name", "Bad-name", "--year", "18", "--from", "villages.csv", "--lang", "en")
    assert refused.exit_code == 2 and len(refused.stderr.splitlines()) == 3
    assert Path("Bad-name.yaml").read_text(encoding="utf-8") == "mine"
    for words in (["--from", "none.csv"], ["--from", "villages.csv,villages.csv"], ["--example", "--from", "a.csv"]):
        assert fupin("new", "place", *words).exit_code == 2
    assert sorted(path.name for path in Path().iterdir()) == ["Bad-name.yaml", "villages.csv"]


def test_an_empty_place_lists_what_is_left_to_fill_in() -> None:
    assert fupin("new", "place", "--to", "own").exit_code == 0
    assert sorted(path.name for path in Path("own").iterdir()) == [
        "county.yaml", "county_plan.yaml", "households.csv", "villages.csv"
    ]  # fmt: skip
    assert Path("own/villages.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by its mark"
    checked = fupin("check", "own/county.yaml", "--lang", "en")
    due = [row["name"] for row in explained() if row["fill"] == "must"] + [name for name in PUBLISHED[:-1]]
    assert checked.exit_code == 2 and len(checked.stderr.splitlines()) == len(due) + 1, "and the rural mean"
    assert all(f"{name} is not filled in" in checked.stderr for name in due)
    assert fupin("check", "own/county_plan.yaml").exit_code == 2, "a plan is no better than its place"


def test_every_number_of_a_place_is_explained() -> None:
    """The numbers of the place that stands in, each once, in Chinese; who has those that must be filled in."""
    names = [row["name"] for row in explained()]
    loaded = scenarios.load(new_place.STAND_IN)
    assert sorted(names) == sorted(path.removeprefix("place.") for path in loaded.numbers if path.startswith("place."))
    for row in explained():
        assert any("一" <= mark <= "鿿" for mark in row["zh"]) and row["fill"] in ("must", "should", "leave", "solved")
        assert row["where"] or row["fill"] in ("leave", "solved")


def filled(name: str = "own") -> Path:
    """A place of the example tables with its two open lines filled in."""
    new_place.example(Path())
    fupin("new", "place", "--name", name, "--from", "villages.csv,households.csv")
    file = Path(f"{name}.yaml")
    text = file.read_text(encoding="utf-8").replace("value: 待填", "value: 300").replace("待填来源", "县")
    file.write_text(text, encoding="utf-8")
    return file


def test_a_filled_place_loads_with_the_numbers_of_the_tables() -> None:
    place = filled()
    assert scenarios.check(place) == [] and scenarios.check("own_plan.yaml") == []
    loaded = scenarios.load("own_plan.yaml")
    rows = list(csv.DictReader(io.StringIO(Path("villages.csv").read_text(encoding="utf-8-sig"))))
    assert loaded.scenario.values["place.listed_persons"] == sum(int(row["在册人口"]) for row in rows)
    assert loaded.numbers["place.listed_persons"].source_kind == "evidence"
    assert loaded.numbers["place.remoteness_key"].confidence == "C", "what stands in is drawn"
    borrowed = scenarios.load(new_place.STAND_IN).numbers["place.remoteness_key"]
    assert loaded.numbers["place.remoteness_key"].range == borrowed.range


def test_a_place_that_is_not_anchored_is_not_run() -> None:
    filled()
    for words in (["run", "own_plan.yaml"], ["compare", "own_plan.yaml", "own_plan.yaml", "--runs", "1"]):
        refused = fupin(*words)
        assert refused.exit_code == 2 and "fupin anchor own.yaml" in refused.stderr
    assert not Path("runs").exists()


def test_anchoring_refuses_what_it_cannot_solve(monkeypatch: pytest.MonkeyPatch) -> None:
    place = filled()
    assert fupin("anchor", "nowhere").exit_code == 2
    assert fupin("anchor", "nowhere.yaml").exit_code == 2
    text = place.read_text(encoding="utf-8")
    place.write_text(text[: text.index("published:")] + text[text.index("# 医疗") :], encoding="utf-8")
    refused = fupin("anchor", "own.yaml")
    assert refused.exit_code == 2 and "published" in refused.stderr
    place.write_text(text, encoding="utf-8")
    monkeypatch.setattr(anchoring, "MOST", 2)
    monkeypatch.setattr("calibration.carried.LOOKS", ((1_500, 1, 0.01),))
    refused = fupin("anchor", "own_plan.yaml", "--lang", "en")
    assert refused.exit_code == 2 and "missed most" in refused.stderr and "quintile" in refused.stderr
    Path("own_plan.yaml").unlink()
    refused = fupin("anchor", "own.yaml")
    assert refused.exit_code == 2 and "没有用到地区" in refused.stderr
    assert place.read_text(encoding="utf-8") == text and not Path("own.draws.csv").exists()


def test_a_fault_of_the_simulator_is_not_reported_as_a_lack_of_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    filled()

    def faulty(*_: object) -> None:
        raise ValueError("no such process")

    monkeypatch.setattr(anchoring, "carried_set", faulty)
    with pytest.raises(ValueError, match="no such process"):
        fupin("anchor", "own.yaml")


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "已试 20 组参数，可接受 5/40 组"), ("en", "20 proposals, 5/40 admissible")]
)
def test_progress_is_told_in_the_language_asked_for(lang: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    tell = progress(40, lang)
    for _ in range(20):
        tell(Trial(0, None, Fit((), (), 0.0, 0.0, 0.0, 0.0, 0.0), ()), 5)
    assert words in capsys.readouterr().err


def test_the_sample_takes_all_of_a_small_county_and_part_of_a_large_one() -> None:
    small = {"villages_total": 40.0, "villages_under_100k": 20.0, "villages_key": 5.0, "households_per_village": 200.0}
    assert sample(small) == {"sample_key": 5, "sample_weak": 15, "sample_other": 20}
    large = sample({**small, "villages_total": 400.0})
    assert sum(large.values()) * 200 == pytest.approx(20_000, rel=0.05) and min(large.values()) >= 1
    assert sample({}) == {}
