"""Export: the promised columns, ordered by key, the numbers that were stored, all or nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from results import canonical
from results import export as module
from results.answers import answers
from results.export import export
from results.store import Store, StoreError
from results.words import measure_unit
from simulator import targets
from tests import synthetic, systems

COLUMNS = {
    "runs.csv": ["run", "arm", "status", "parameters"],
    "series.csv": ["arm", "run", "year", "quarter", "measure", "population", "value", "unit"],
    "ledger.csv": ["arm", "run", "year", "quarter", "fund", "use", "kind", "village_group",
                   "fen", "committed", "leaked", "returned"],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = synthetic.ensemble(runs=3, partners=2, left_out=1)
    told = answers(records, synthetic.scenario(), synthetic.resolved(), synthetic.meta())
    with Store.create(tmp_path / "run", {"seed": 1}) as store:
        for record in reversed(records):
            store.write(record)
    canonical.write(tmp_path / "run" / "answers.json", told)
    return tmp_path / "run"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_and_their_columns(folder: Path, tmp_path: Path) -> None:
    paths = export(folder, tmp_path / "csv")
    assert sorted(path.name for path in paths) == ["answers.csv", "ledger.csv", "runs.csv", "series.csv"]
    for name, columns in COLUMNS.items():
        assert list(read(tmp_path / "csv" / name)[0]) == columns
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in paths)


def test_runs_are_the_base_runs_ordered_by_key(folder: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "csv")
    rows = read(tmp_path / "csv" / "runs.csv")
    keys = [(int(row["run"]), row["arm"]) for row in rows]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys)) == 3 * 4 + 2
    parameters = json.loads(rows[0]["parameters"])
    assert parameters["model.reach"] == pytest.approx(synthetic.record(0).parameters["model.reach"])


def test_series_hold_what_was_stored_and_no_blanks(folder: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "csv")
    rows = [row for row in read(tmp_path / "csv" / "series.csv") if (row["arm"], row["run"]) == ("policy", "1")]
    income = [row for row in rows if (row["measure"], row["population"]) == ("income_pc", "cohort")]
    stored = synthetic.record(1).series["income_pc", "cohort"]
    assert [row["quarter"] for row in income] == ["4"] * 6
    assert [float(row["value"]) for row in income] == pytest.approx(list(stored[3::4]))
    units = {row["measure"]: row["unit"] for row in rows}
    assert units["income_pc"] == units["wage_pc"] == "yuan/person/year"
    assert units["collective_income"] == "yuan/village/year"
    assert sum(row["measure"] == "collective_income" for row in rows) == 24
    assert all(row["value"] for row in rows)


def test_the_ledger_adds_up_to_what_was_paid(folder: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "csv")
    rows = read(tmp_path / "csv" / "ledger.csv")
    for run in range(3):
        for arm in ("policy", "null", "half"):
            paid = sum(int(row["fen"]) for row in rows if (row["run"], row["arm"]) == (str(run), arm))
            ledger = synthetic.record(run, arm).ledger
            assert ledger is not None
            assert paid == ledger.sum()
    assert {row["village_group"] for row in rows} == {"key", "other"}


def test_answers_have_one_row_for_each_target_and_reading(folder: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "csv")
    rows = read(tmp_path / "csv" / "answers.csv")
    told = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    assert [(row["id"], row["reading"]) for row in rows] == [(row["id"], row["reading"]) for row in told["targets"]]
    assert float(rows[0]["interval.low"]) == told["targets"][0]["interval"][0]
    assert float(rows[0]["budget.half.probability"]) == told["targets"][0]["budget"]["half"]["probability"]
    assert rows[0]["title_zh"] == "低收入农户人均可支配收入年均增长10%以上"


def test_exporting_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in export(folder, tmp_path / "csv")}
    again = {path.name: path.read_bytes() for path in export(folder, tmp_path / "csv")}
    assert first == again


def test_a_folder_with_other_files_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(FileExistsError):
        export(folder, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_fault_half_way_leaves_nothing_behind(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> Iterator[tuple[str, ...]]:
        yield ("policy",)
        raise OSError("no space left")

    monkeypatch.setattr(module, "_ledger", broken)
    with pytest.raises(OSError, match="no space left"):
        export(folder, tmp_path / "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        export(tmp_path, tmp_path / "csv")
    assert list(tmp_path.iterdir()) == []


def test_every_series_of_a_run_has_a_unit() -> None:
    """Whatever the simulator records: a small real run's names, and what the targets add to them."""
    _, history = systems.arm("policy")
    names = {measure for measure, _ in (*history.series, *targets.list_means(history, systems.zhejiang()))}
    assert len(names) > 40
    assert sorted(name for name in names if not measure_unit(name)) == []


def test_a_measure_nobody_knows_has_no_unit() -> None:
    """The test above can fail."""
    assert measure_unit("brand_new") == ""
