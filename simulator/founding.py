"""Who lives in a village when a run begins: cooperatives, households and members, drawn from published marginals.

Three rules, each run once; `population` says how many villages and households there are.
"""

from __future__ import annotations

import math

from simulator.draws import (
    COOPERATIVE,
    FOUNDING_ASSETS,
    FOUNDING_ERRORS,
    FOUNDING_HEALTH,
    FOUNDING_HOUSEHOLD,
    FOUNDING_LABOUR,
    FOUNDING_MEMBER,
    FOUNDING_PLACE,
    FOUNDING_ROSTER,
    FOUNDING_TRAITS,
    FOUNDING_VILLAGE,
    HOUSEHOLD,
    MEMBER,
    normal,
    offspring,
    uniforms,
)
from simulator.members import CHRONIC, DISABLED, GOOD, LOCAL, MIGRANT, NO_STUDENT
from simulator.processes.demography import ADULT_FROM, PARTIAL_FROM, WORK_FROM
from simulator.processes.schooling import SENIOR_FROM, stage
from simulator.rules import rule

LARGEST_HOUSEHOLD = 6


@rule
def found_cooperatives(seed, replicate, village_key, cooperative_key, cooperative_luck_shell, cooperative_quality):  # type: ignore[no-untyped-def]
    """One cooperative a village, of lasting quality."""
    for row in range(village_key.shape[0]):
        cooperative_key[row] = offspring(village_key[row], COOPERATIVE, 0)
        shell, quality, _, _ = uniforms(seed, replicate, cooperative_key[row], FOUNDING_VILLAGE, 0, 0)
        cooperative_luck_shell[row] = shell
        cooperative_quality[row] = math.exp(0.3 * normal(quality) - 0.045)


@rule
def found_households(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_start,
    village_stratum,
    founders,
    key,
    hamlet,
    size,
    ability,
    permanent,
    transitory,
    land,
    forest,
    house,
    enterprise,
    assets,
    remitter,
    observation_error,
    verdict_error,
    application,
    dibao_application,
    household_size,
    sd_ability,
    permanence,
    sd_permanent_shock,
    recovery,
    recovery_poor,
    sd_transitory_shock,
    land_mean,
    land_sd,
    enterprise_share,
    enterprise_sd,
    assets_sd,
    remitter_share,
    remitter_sd,
    hamlet_size,
    forest_mean,
    unsafe_key,
    unsafe_weak,
    unsafe_other,
):
    """Traits of households. The size is one plus a binomial of five with the stated mean; the income process starts
    stationary; property holding and own business lean on ability; the unsafe houses of a stratum are mostly those of
    the households that hold least. Spare rows stay empty."""
    p = (household_size - 1.0) / 5.0
    for village in range(village_key.shape[0]):
        stratum = village_stratum[village]
        unsafe = unsafe_key if stratum == 0 else (unsafe_weak if stratum == 1 else unsafe_other)
        hamlets = max(1, int(founders[village] / hamlet_size + 0.5))
        for row in range(village_start[village], village_start[village] + founders[village]):
            agent = offspring(village_key[village], HOUSEHOLD, row - village_start[village])
            key[row] = agent
            u_size, u_apply, u_dibao, u_remit = uniforms(seed, replicate, agent, FOUNDING_HOUSEHOLD, 0, 0)
            persons = 1
            probability = (1.0 - p) ** 5
            cumulative = probability
            while u_size > cumulative and persons < LARGEST_HOUSEHOLD:
                probability *= p / (1.0 - p) * (6.0 - persons) / persons
                cumulative += probability
                persons += 1
            size[row] = persons
            application[row] = u_apply
            dibao_application[row] = u_dibao
            a, b, c, d = uniforms(seed, replicate, agent, FOUNDING_TRAITS, 0, 0)
            ability[row] = sd_ability * normal(a)
            permanent[row] = sd_permanent_shock / math.sqrt(1.0 - permanence * permanence) * normal(b)
            land[row] = land_mean * math.exp(land_sd * normal(d) - 0.5 * land_sd * land_sd)
            e, f, g, h = uniforms(seed, replicate, agent, FOUNDING_ASSETS, 0, 0)
            holding = 0.6 * normal(a) + 0.8 * normal(e)
            assets[row] = math.exp(assets_sd * holding - 0.5 * assets_sd * assets_sd)
            u_hamlet, u_forest, u_house, _ = uniforms(seed, replicate, agent, FOUNDING_PLACE, 0, 0)
            hamlet[row] = int(hamlets * u_hamlet)
            forest[row] = forest_mean * math.exp(land_sd * normal(u_forest) - 0.5 * land_sd * land_sd)
            house[row] = 1 if 0.6 * holding + 0.8 * normal(u_house) < normal(unsafe) else 0
            memory = recovery + recovery_poor if assets[row] < 0.5 else recovery
            transitory[row] = sd_transitory_shock / math.sqrt(1.0 - memory * memory) * normal(c)
            if f < enterprise_share:
                enterprise[row] = (
                    math.exp(enterprise_sd * normal(g) - 0.5 * enterprise_sd * enterprise_sd) / enterprise_share
                )
            if u_remit < remitter_share:
                remitter[row] = math.exp(remitter_sd * normal(h) - 0.5 * remitter_sd * remitter_sd) / remitter_share
            o, v, _, _ = uniforms(seed, replicate, agent, FOUNDING_ERRORS, 0, 0)
            observation_error[row] = normal(o)
            verdict_error[row] = normal(v)


@rule
def found_members(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    key,
    size,
    roster_start,
    member_key,
    member_present,
    member_age,
    member_female,
    member_education,
    member_student,
    member_health,
    member_frailty,
    member_work,
    member_attached,
    attachment,
    finding,
    separation_local,
    separation_migrant,
    migrant_share,
    chronic_prevalence_adult,
    chronic_prevalence_elder,
    chronic_cost_sd,
    disability_prevalence,
    head_age_low,
    head_age_high,
    left_behind,
):
    """Members by a family pattern: head, spouse, a child (or, with `left_behind`, the child of one who has left), the
    child's spouse or child or a second child or a parent, a grandchild or a parent. Education falls with age; chronic
    illness and disability by prevalence; who can work fully is in wage work about as often as finding and separation
    balance."""
    separation = migrant_share * separation_migrant + (1.0 - migrant_share) * separation_local
    employed = finding / (finding + separation)
    for household in range(key.shape[0]):
        u_head, u_gap, u_kin, u_left = uniforms(seed, replicate, key[household], FOUNDING_ROSTER, 0, 0)
        head = int(head_age_low + (head_age_high - head_age_low) * u_head)
        child = head - 23 - int(7.0 * u_gap)
        if child >= 24 and u_left < left_behind:
            child -= 24
        for ordinal in range(size[household]):
            row = roster_start[household] + ordinal
            agent = offspring(key[household], MEMBER, ordinal)
            a, b, c, job = uniforms(seed, replicate, agent, FOUNDING_MEMBER, 0, 0)
            female = 1 if a < 0.5 else 0
            age = head
            if ordinal == 1:
                age = head + int(7.0 * b) - 4
                female = 1 - member_female[row - 1]
            elif ordinal == 2:
                age = child if child >= 0 else head + 24
            elif ordinal == 3:
                if child >= 24 and u_kin < 0.4:
                    age = child - 24
                elif child >= 24:
                    age = child + int(5.0 * b) - 2
                    female = 1 - member_female[row - 1]
                elif child >= 3 and u_kin < 0.6:
                    age = child - 3
                else:
                    age = head + 24 + int(6.0 * b)
            elif ordinal == 4:
                age = child - 25 if child >= 25 else head + 25
            elif ordinal == 5:
                age = child - 28 if child >= 28 else head + 26
            age = min(max(age, 0), 92)
            member_key[row] = agent
            member_present[row] = 1
            member_age[row] = age
            member_female[row] = female
            level = 2.6 - 0.03 * (age - 30) + 0.9 * normal(c) if age >= SENIOR_FROM else 2.0
            member_education[row] = min(max(int(level + 0.5), 0), 4)
            member_student[row] = stage(age, member_education[row])
            d, e, f, route = uniforms(seed, replicate, agent, FOUNDING_HEALTH, 0, 0)
            member_frailty[row] = math.exp(chronic_cost_sd * normal(d))
            prevalence = chronic_prevalence_elder if age >= PARTIAL_FROM else chronic_prevalence_adult
            member_health[row] = GOOD
            if e < disability_prevalence:
                member_health[row] = DISABLED
            elif age >= ADULT_FROM and f < prevalence:
                member_health[row] = CHRONIC
            _, _, _, looks = uniforms(seed, replicate, agent, FOUNDING_LABOUR, 0, 0)
            member_attached[row] = 1 if looks < attachment else 0
            able = WORK_FROM <= age < PARTIAL_FROM and member_health[row] == GOOD and member_attached[row] == 1
            able = able and member_student[row] == NO_STUDENT
            if able and job < employed:
                member_work[row] = MIGRANT if age < 50 and route < migrant_share else LOCAL
