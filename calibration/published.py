"""What a place is anchored to: quintiles, components, the rural mean, and the list's mean or the number on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scenarios.rules import PUBLISHED as PLACE_SAYS
from simulator.scenario import Scenario


@dataclass(frozen=True)
class Published:
    """What a place is anchored to. `quintiles`: means of five equal groups of households by per-capita income relative
    to the mean of the five; `components`: shares of wage, business, property, transfer; means: yuan/person/year. Of
    the list either the mean is known (`list_mean`) or how many persons are on it (`list_share` of rural persons)."""

    quintiles: tuple[float, ...]
    components: tuple[float, ...]
    rural_mean: float
    list_mean: float | None = None
    list_share: float | None = None
    quintile_tolerance: float = 0.05
    component_tolerance: float = 0.015
    mean_tolerance: float = 0.03

    def relaxed(self, slack: float, mean_slack: float) -> Published:
        """The same with quintile tolerances `slack` times and mean tolerances `mean_slack` times as wide, components at
        most twice."""
        return replace(
            self,
            quintile_tolerance=slack * self.quintile_tolerance,
            component_tolerance=min(slack, 2.0) * self.component_tolerance,
            mean_tolerance=mean_slack * self.mean_tolerance,
        )


@dataclass(frozen=True)
class Shape:
    """What is known of a place whose behaviour is carried over from another: its quintiles, how far they may be missed,
    and its components. The mean and the number of the listed stand in the place file."""

    quintiles: tuple[float, ...]
    tolerance: float
    components: tuple[float, ...]


def relative(groups: Sequence[float]) -> tuple[float, ...]:
    """Group means relative to the mean of the groups."""
    return tuple(value * len(groups) / sum(groups) for value in groups)


def shares(parts: Sequence[float]) -> tuple[float, ...]:
    """Parts as shares of their sum."""
    return tuple(value / sum(parts) for value in parts)


def moved_to_province(
    nation: Sequence[float], province_before: Sequence[float], nation_before: Sequence[float]
) -> tuple[float, ...]:
    """Components of a province of which only an earlier year is published: the nation's shares, each moved by what the
    province's share was to the nation's in that year, and brought back to a sum of one."""
    then = zip(shares(nation), shares(province_before), shares(nation_before), strict=True)
    return shares([now * own / all_of_it for now, own, all_of_it in then])


# Fujian Statistical Yearbook 2022, table 7-11: rural quintiles. No other province's are among the retrieved figures;
# the nation's are recalled only, and wider because they hold the differences between provinces.
FUJIAN_2016 = relative((5588.0, 10168.0, 13797.0, 18492.0, 31015.0))
FUJIAN_2017 = relative((6069.0, 11228.0, 15103.0, 20039.0, 33444.0))
# Wage, business, property, transfer a rural person: the nation (2014 recalled; of 2017 wage and business published),
# and under the old definition of 2008 nation and provinces (China Statistical Yearbook 2009, table 9-22).
NATION_2014, NATION_2017 = (4152.2, 4237.4, 222.1, 1877.2), (5498.0, 5028.0, 303.0, 2603.0)
NATION_2008 = (1853.73, 2435.56, 148.08, 323.24)
GUANGDONG_2008, SHANXI_2008 = (3684.47, 2001.51, 339.47, 374.35), (1713.55, 1986.38, 153.05, 244.26)

# Zhejiang publishes no rural quintiles: Fujian's of 2017 stand in.
# Components of 2017 are derived from the published levels and growth of 2018; the list mean is the plan's own (ZJ-0).
PUBLISHED: Mapping[str, Published] = {
    "zhejiang": Published(
        quintiles=tuple(value / 17176.6 for value in (6069.0, 11228.0, 15103.0, 20039.0, 33444.0)),
        components=tuple(value / 24960.0 for value in (15460.0, 6114.0, 718.0, 2668.0)),
        rural_mean=24956.0,
        list_mean=11775.0,
    )
}

# Components of Quanzhou: Fujian's yearbook 2021, table 6-10. Of Hunan: NBS survey office, 2014. Of Foshan's villages
# and Lüliang: derived. The farther Fujian is, the wider the tolerance; where farming and transfers make more of the
# income, the lowest quintile comes out richer than Fujian's.
CARRIED: Mapping[str, Shape] = {
    "foshan": Shape(FUJIAN_2017, 0.20, moved_to_province(NATION_2017, GUANGDONG_2008, NATION_2008)),
    "lvliang": Shape(FUJIAN_2016, 0.25, moved_to_province(NATION_2014, SHANXI_2008, NATION_2008)),
    "quanzhou": Shape(FUJIAN_2017, 0.12, shares((7416.0, 6276.0, 290.0, 2353.0))),
    "hunan": Shape(FUJIAN_2016, 0.15, shares((4088.0, 3639.0, 166.0, 2168.0))),
}


def shape_of(scenario: Scenario) -> Shape | None:
    """What is known of a carried place: as listed here, or as its own file says under `published`; None where neither
    says enough."""
    told = scenario.under("place")
    if scenario.place in CARRIED or not all(f"published_{name}" in told for name in PLACE_SAYS):
        return CARRIED.get(scenario.place)
    values = [told[f"published_{name}"] for name in PLACE_SAYS]
    return Shape(relative(values[4:9]), values[9], shares(values[:4]))


def in_place(shape: Shape, scenario: Scenario) -> Published:
    """What a carried place must show under one draw of its numbers: the province's mean times the place's ratio, and
    the listed persons among all its persons; with wider tolerances than where a list mean is published."""
    place = scenario.under("place")
    persons = place["villages_total"] * place["households_per_village"] * place["household_size"]
    return Published(
        shape.quintiles,
        shape.components,
        rural_mean=place["mean_ratio"] * scenario.series["place.rural_mean"][scenario.year0],
        list_share=place["listed_persons"] / persons,
        quintile_tolerance=shape.tolerance,
        component_tolerance=0.02,
        mean_tolerance=0.05,
    )
