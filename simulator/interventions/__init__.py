"""The kinds of intervention, by name. A new kind is one file and one line here (and one worked case in the tests)."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.interventions import (
    cooperative_support,
    dibao,
    ecology,
    education_grant,
    equity_dividends,
    health_cover,
    housing,
    industry_support,
    infrastructure,
    insurance,
    job_placement,
    land_lease,
    living_allowance,
    market_link,
    micro_loan,
    motivation,
    mutual_fund,
    near_poor,
    public_posts,
    relief,
    relocation,
    social_pairing,
    start_up_grant,
    training,
    village_grant,
    village_leader,
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
        cooperative_support,
        social_pairing,
        mutual_fund,
        near_poor,
        health_cover,
        housing,
        relocation,
        relief,
        insurance,
        market_link,
        start_up_grant,
        village_leader,
        land_lease,
        infrastructure,
        ecology,
        education_grant,
        job_placement,
        motivation,
    )
}
