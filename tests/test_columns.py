"""Tables of declared columns."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from simulator.columns import Table, flow, stock, trait
from simulator.cooperatives import Cooperatives
from simulator.counties import Counties
from simulator.households import Households
from simulator.members import Members
from simulator.scenario import Scenario
from simulator.villages import Villages
from simulator.world import World, parameter_names

TABLES = (Households, Members, Villages, Counties, Cooperatives)


class Wells(Table):
    """Wells of a village."""

    prefix: ClassVar[str] = "well_"
    depth: np.ndarray = trait(np.float64, "m", "founding", "depth of the shaft")
    water: np.ndarray = stock(np.int64, "litre", "weather", "water held")
    drawn: np.ndarray = flow(np.int32, "litre", "households", "water drawn this quarter")


def test_a_table_starts_at_zero_in_the_declared_types() -> None:
    wells = Wells(3, depth=np.array([1, 2, 3]))
    assert wells.depth.tolist() == [1.0, 2.0, 3.0]
    assert wells.water.tolist() == wells.drawn.tolist() == [0, 0, 0]
    assert (wells.depth.dtype, wells.water.dtype, wells.drawn.dtype) == (np.float64, np.int64, np.int32)


def test_given_columns_are_copied() -> None:
    depth = np.array([1.0, 2.0])
    wells = Wells(2, depth=depth)
    depth[0] = 99.0
    assert wells.depth[0] == 1.0


def test_wrong_length_and_unknown_column_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Wells\.depth has 2 rows, the table 3"):
        Wells(3, depth=np.zeros(2))
    with pytest.raises(TypeError, match="Wells declares no column width"):
        Wells(3, width=np.zeros(3))


def test_a_new_quarter_empties_flows_alone() -> None:
    ones = np.ones(2, np.int64)
    wells = Wells(2, depth=ones, water=ones, drawn=ones)
    wells.open_quarter()
    assert (wells.depth.tolist(), wells.water.tolist(), wells.drawn.tolist()) == ([1.0, 1.0], [1, 1], [0, 0])


def test_a_copy_goes_its_own_way() -> None:
    wells = Wells(2, water=np.array([4, 5]))
    twin = wells.copy()
    twin.water[0] = 7
    twin.depth[1] = 3.0
    assert wells.water.tolist() == [4, 5]
    assert wells.depth.tolist() == [0.0, 0.0]
    assert twin.length == 2


def test_rows_are_taken_in_the_order_given() -> None:
    chosen = Wells(3, water=np.array([4, 5, 6]), depth=np.array([1.0, 2.0, 3.0])).take(np.array([2, 0, 2]))
    assert (chosen.water.tolist(), chosen.depth.tolist(), chosen.length) == ([6, 4, 6], [3.0, 1.0, 3.0], 3)


def test_bindings_are_the_columns_themselves_under_their_prefix() -> None:
    wells = Wells(2)
    assert wells.bindings().keys() == {"well_depth", "well_water", "well_drawn"}
    assert wells.bindings()["well_water"] is wells.water


def test_a_description_says_all() -> None:
    assert Wells.described()[2] == {
        "column": "well_drawn",
        "role": "flow",
        "dtype": "int32",
        "unit": "litre",
        "source": "households",
        "meaning": "water drawn this quarter",
    }


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_the_house_is_described(table: type[Table]) -> None:
    annotated = {name for name, kind in table.__annotations__.items() if "ndarray" in str(kind)}
    rows = table.described()
    assert {row["column"] for row in rows} == {table.prefix + name for name in annotated}
    for row in rows:
        assert row["role"] in ("trait", "stock", "flow"), row
        assert all(row[part].strip() for part in ("unit", "source", "meaning")), row
        assert (
            np.issubdtype(np.dtype(row["dtype"]), np.integer)
            or not row["unit"].startswith("fen")
            or row["column"] in ("village_station_expected", "usual_income")  # means over time
        ), f"{row['column']}: money that is held or passes is whole fen"


def test_no_name_is_declared_twice(world: World, scenario: Scenario) -> None:
    columns = [name for table in TABLES for name in (table.prefix + column for column in table.columns)]
    names = columns + list(parameter_names(scenario))
    assert len(set(names)) == len(names)
    twin = world.copy()
    twin.bind(scenario)
    assert set(names) <= set(twin.names)
    values = {**scenario.values, "place.land": 1.0}
    with pytest.raises(ValueError, match="declared twice: land"):
        twin.bind(replace(scenario, values=values))


def test_a_copied_world_shares_nothing_that_changes(world: World, scenario: Scenario) -> None:
    twin = world.copy()
    twin.bind(scenario)
    for table, other in zip(world.tables(), twin.tables(), strict=True):
        for name in table.columns:
            assert not np.shares_memory(getattr(table, name), getattr(other, name)), name
            assert np.array_equal(getattr(table, name), getattr(other, name)), name
            assert twin.names[other.prefix + name] is getattr(other, name)
    twin.accounts.balance[:] += 1
    twin.pin.factors[1900] = 1.0
    twin.realised_mean[1900] = 1.0
    assert not np.array_equal(twin.accounts.balance, world.accounts.balance)
    assert 1900 not in world.pin.factors
    assert 1900 not in world.realised_mean


def test_what_a_new_household_has_of_its_parents_follows_from_role_and_unit() -> None:
    """Amounts are shared, what a household is is copied, what passes is nobody's; anything else is stated."""
    assert trait(np.float64, "log", "here", "a trait").inherited == "copied"
    assert stock(np.int64, "fen", "here", "money").inherited == "shared"
    assert stock(np.int8, "flag", "here", "a mark").inherited == "copied"
    assert stock(np.float64, "fen/person/quarter", "here", "a mean").inherited == "copied"
    assert flow(np.int64, "fen", "here", "a flow").inherited == "own"
    assert stock(np.int64, "fen", "here", "a loan", inherited="kept").inherited == "kept"
