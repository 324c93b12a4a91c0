"""The kinds of intervention, by name. A new kind is one file and one line here (and one worked case in the tests)."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.interventions import (
    dibao,
    equity_dividends,
    industry_support,
    living_allowance,
    micro_loan,
    public_posts,
    training,
    village_grant,
    village_station,
    workshop,
)
from simulator.interventions.delivery import Kind

KINDS: Mapping[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        village_station,
        training,
        micro_loan,
        industry_support,
        workshop,
        public_posts,
        equity_dividends,
        living_allowance,
        village_grant,
        dibao,
    )
}
