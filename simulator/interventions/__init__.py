"""The kinds of intervention, by name, in the order in which every programme serves them, however it lists them.

What is served first comes first where kinds share a fund without shares set aside, a member's hours, a house or a
bill: production, work, own business and credit, assets, the village, services and houses, transfers. So forest care
goes to who got no public post (`ecology` after `public_posts`), a house just rebuilt is not left (`relocation` after
`housing`), and relief looks at what `health_cover` has left of a bill. A new kind is one file and one line here (and
one worked case in the tests).
"""

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
        industry_support,
        cooperative_support,
        market_link,
        training,
        job_placement,
        workshop,
        public_posts,
        start_up_grant,
        village_leader,
        micro_loan,
        mutual_fund,
        equity_dividends,
        land_lease,
        village_station,
        village_grant,
        infrastructure,
        ecology,
        health_cover,
        education_grant,
        housing,
        relocation,
        living_allowance,
        relief,
        insurance,
        social_pairing,
        dibao,
        near_poor,
        motivation,
    )
}
