"""The columns of counties, and the only sums that couple villages of a county."""

from __future__ import annotations

import numpy as np

from simulator.columns import Table, trait
from simulator.rules import rule

# How a county sets its identification line (ZJ-1.3).
DIBAO_150, MEAN_40, LOWER, HIGHER = 0, 1, 2, 3
LINE_RULES = ("dibao150", "mean40", "min", "max")


class Counties(Table):
    """Counties of the place."""

    prefix = "county_"
    key: np.ndarray = trait(np.uint64, "key", "founding", "identity: mixed from place and ordinal")
    supported: np.ndarray = trait(np.int8, "flag", "founding", "1: one of the counties the province supports")
    level: np.ndarray = trait(np.float64, "log", "founding", "lasting log distance of local productivity")
    shock: np.ndarray = trait(np.float64, "log", "productivity", "shock of the year common to the county")
    line_rule: np.ndarray = trait(np.int64, "code", "founding", "0 1.5 x dibao, 1 40 % of the mean, 2 the lower, 3 the higher")
    line: np.ndarray = trait(np.float64, "yuan/person/year", "register", "identification line of the coming review")
    persons: np.ndarray = trait(np.int64, "persons", "counties", "rural persons, sampled villages standing for others")
    listed_persons: np.ndarray = trait(np.int64, "persons", "counties", "persons of listed households, likewise")
    room: np.ndarray = trait(np.int64, "persons", "register", "persons the quota still admits")


@rule
def count_county_persons(village, size, list_state, village_county, village_stands_for, county_persons, county_listed_persons):  # type: ignore[no-untyped-def]
    """Rural persons and listed persons of every county, each sampled village counting for all it stands for."""
    county_persons[:] = 0
    county_listed_persons[:] = 0
    for row in range(village.shape[0]):
        weight = village_stands_for[village[row]] * size[row]
        county = village_county[village[row]]
        county_persons[county] += weight
        if list_state[row] == 1 or list_state[row] == 2:
            county_listed_persons[county] += weight
