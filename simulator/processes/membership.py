"""Who is a member of the village's cooperative, and what membership is worth.

Once a year a share `membership_review` of households makes up its mind anew and is a member afterwards with probability
    logistic(base + join_gain G + join_peers (peers - m) + join_land ln(land / mean land) + join_outreach outreach),
base = ln(m / (1 - m)), m = `membership_share`. G is the gain expected a person and year over the county's line: the
premium on farm income, which members know and others weigh by the chance that the cooperative is no shell, less what it
is in the mean household; peers is the share of members among the other households of the hamlet last year. Joining
costs the share fee, paid out of savings into the cooperative's capital: who has less cannot join. Leaving takes the
paid share back; a share the programme granted stays in the cooperative. Members of a cooperative that serves (no shell,
not failed) earn `cooperative_premium` more on the farm: `member_factor`, 1 for everybody else.
Source: model 7.4; land and cash keep the poor out.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.cooperatives import ACTIVE, FAILED, SHELL
from simulator.draws import MEMBERSHIP_YEAR, uniforms
from simulator.rules import compiled, rule


@compiled
def logistic(odds):  # type: ignore[no-untyped-def]
    """Probability at these log-odds."""
    return 1.0 / (1.0 + math.exp(-odds))


@compiled
def log_odds(share):  # type: ignore[no-untyped-def]
    """Log-odds of a share; finite at nought and one."""
    inside = min(max(share, 1e-9), 1.0 - 1e-9)
    return math.log(inside / (1.0 - inside))


@compiled
def land_term(land, land_mean, join_land):  # type: ignore[no-untyped-def]
    """Log-odds of land; next to none counts as a hundredth of the mean."""
    return join_land * math.log(max(land / land_mean, 0.01))


@rule
def found_membership(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    village,
    size,
    land,
    coop_member,
    member_factor,
    member_share,
    cooperative_luck_shell,
    cooperative_status,
    cooperative_member_capital,
    cooperative_members_paid,
    membership_share,
    join_land,
    land_mean,
    share_fee,
    cooperative_shell_share,
):
    """Members at founding, by land alone, with their share paid; cooperatives that serve nobody are shells."""
    member_factor[:] = 1.0
    for row in range(cooperative_status.shape[0]):
        cooperative_status[row] = SHELL if cooperative_luck_shell[row] < cooperative_shell_share else ACTIVE
    for row in range(key.shape[0]):
        joins, _, _, _ = uniforms(seed, replicate, key[row], MEMBERSHIP_YEAR, 0, 0)
        if size[row] > 0 and joins < logistic(log_odds(membership_share) + land_term(land[row], land_mean, join_land)):
            coop_member[row] = 1
            member_share[row] = math.floor(100.0 * share_fee + 0.5)
            cooperative_member_capital[village[row]] += member_share[row]
            cooperative_members_paid[village[row]] += member_share[row]


@compiled
def count_hamlets(hamlet, size, coop_member, first, last):  # type: ignore[no-untyped-def]
    """Households and members among them by hamlet of the village whose rows are first to last: (H,), (H,)."""
    hamlets = 1
    for row in range(first, last):
        hamlets = max(hamlets, hamlet[row] + 1)
    there, members = np.zeros(hamlets), np.zeros(hamlets)
    for row in range(first, last):
        if size[row] > 0:
            there[hamlet[row]] += 1.0
            members[hamlet[row]] += coop_member[row]
    return there, members


@rule
def membership(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    moment,
    village_start,
    village_county,
    county_line,
    key,
    size,
    land,
    hamlet,
    savings,
    coop_member,
    member_factor,
    member_share,
    share_granted,
    cooperative_status,
    cooperative_outreach,
    cooperative_member_capital,
    cooperative_members_paid,
    membership_share,
    membership_review,
    join_gain,
    join_peers,
    join_land,
    join_outreach,
    share_fee,
    cooperative_premium,
    cooperative_shell_share,
    farm_yuan,
    household_size,
    land_mean,
    land_exponent,
    trend,
):
    """A year's joining and leaving, decided on last year's members, and the factor that follows from membership."""
    fee = np.int64(math.floor(100.0 * share_fee * trend + 0.5))
    for village in range(cooperative_status.shape[0]):
        first, last = village_start[village], village_start[village + 1]
        serves = 1 if cooperative_status[village] != SHELL and cooperative_status[village] != FAILED else 0
        line = county_line[village_county[village]]
        worth = cooperative_premium * farm_yuan / line if line > 0.0 else 0.0
        there, members = count_hamlets(hamlet, size, coop_member, first, last)
        common = log_odds(membership_share) + join_outreach * cooperative_outreach[village]
        for row in range(first, last):
            if size[row] == 0:
                continue
            thinks, chooses, _, _ = uniforms(seed, replicate, key[row], MEMBERSHIP_YEAR, moment, 0)
            if thinks < membership_review:
                others = there[hamlet[row]] - 1.0
                peers = (members[hamlet[row]] - coop_member[row]) / others if others > 0.0 else membership_share
                chance = float(serves) if coop_member[row] == 1 else 1.0 - cooperative_shell_share
                usual = (1.0 - cooperative_shell_share) / household_size
                gain = worth * (chance * (land[row] / land_mean) ** land_exponent / size[row] - usual)
                odds = common + join_gain * gain + join_peers * (peers - membership_share)
                wants = chooses < logistic(odds + land_term(land[row], land_mean, join_land))
                paid = np.int64(0)
                if wants and coop_member[row] == 0 and (share_granted[row] > 0 or savings[row] >= fee):
                    coop_member[row] = 1
                    paid = fee if share_granted[row] == 0 else np.int64(0)
                elif not wants and coop_member[row] == 1:
                    coop_member[row] = 0
                    paid = -member_share[row]
                savings[row] -= paid
                member_share[row] += paid
                cooperative_member_capital[village] += paid
                cooperative_members_paid[village] += paid
            member_factor[row] = 1.0 + cooperative_premium * serves * coop_member[row]
