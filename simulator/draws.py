"""Keyed draws: a uniform belongs to an agent, a decision and a quarter, and to nothing else.

Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011) turns a key (seed, replicate) and a counter (agent key, decision block
and quarter, draw number) into four words; a decision owns one block and, within it, one lane. There is no generator
object and no state, so adding an agent, a rule or a worker changes no other draw.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from simulator.rules import compiled, inlined

# Decision blocks: written constants, append-only. A block gives four uniforms (lanes 0 to 3).
FOUNDING_VILLAGE = 1
FOUNDING_HOUSEHOLD = 2
FOUNDING_TRAITS = 3
FOUNDING_ASSETS = 4
FOUNDING_MEMBER = 5
FOUNDING_HEALTH = 6
MEMBER_QUARTER = 7
MEMBER_YEAR = 8
HOUSEHOLD_YEAR = 9
HOUSEHOLD_EVENTS = 10
VILLAGE_YEAR = 11
COUNTY_YEAR = 12
PROVINCE_YEAR = 13
ILLNESS_COST = 14
STATION_YEAR = 15
COOPERATIVE_YEAR = 16
FOUNDING_COUNTY = 17
FOUNDING_ERRORS = 18
FOUNDING_ROSTER = 19
SURVEY_YEAR = 20
FOUNDING_LABOUR = 21
FAMILY_YEAR = 22
SCHOOLING_YEAR = 23
FOUNDING_PLACE = 24
CARE = 25
DISASTER_QUARTER = 27
HOUSE_EVENTS = 28
PRICE_YEAR = 31
BUSINESS_YEAR = 32
LOAN_QUARTER = 30
MEMBERSHIP_YEAR = 33
COUNTERPARTY_YEAR = 34
COMMUNITY_YEAR = 35
FOUNDING_INDICATORS = 37
TAKE_UP = 100  # + the number of the kind
DELIVERY = 200  # + the number of the kind

_LOW = np.uint64(0xFFFFFFFF)
_ROUND_A = np.uint64(0xD2511F53)
_ROUND_B = np.uint64(0xCD9E8D57)
_WEYL_A = np.uint64(0x9E3779B9)
_WEYL_B = np.uint64(0xBB67AE85)
_THIRTY_TWO = np.uint64(32)
_SIXTEEN = np.uint64(16)
_SCALE = 1.0 / 4294967296.0


@inlined
def philox(key_a, key_b, counter_a, counter_b, counter_c, counter_d):  # type: ignore[no-untyped-def]
    """Four 32-bit words (as uint64) of Philox 4x32-10; all arguments uint64 below 2**32."""
    for _ in range(10):
        product_a = _ROUND_A * counter_a
        product_b = _ROUND_B * counter_c
        counter_a = ((product_b >> _THIRTY_TWO) ^ counter_b ^ key_a) & _LOW
        counter_c = ((product_a >> _THIRTY_TWO) ^ counter_d ^ key_b) & _LOW
        counter_b = product_b & _LOW
        counter_d = product_a & _LOW
        key_a = (key_a + _WEYL_A) & _LOW
        key_b = (key_b + _WEYL_B) & _LOW
    return counter_a, counter_b, counter_c, counter_d


@inlined
def as_uniform(word):  # type: ignore[no-untyped-def]
    """The uniform in (0, 1) of a word: the middle of its place among 2**32."""
    return (np.float64(word) + 0.5) * _SCALE


@compiled
def uniforms(seed, replicate, agent, block, moment, number):  # type: ignore[no-untyped-def]
    """The four uniforms in (0, 1) of a decision block: `agent` uint64 key, `moment` a quarter number (0 for founding),
    `number` the how-maniest draw of that block."""
    who = np.uint64(agent)
    counter = (np.uint64(block) << _SIXTEEN) | np.uint64(moment)
    a, b, c, d = philox(
        np.uint64(seed), np.uint64(replicate), who & _LOW, who >> _THIRTY_TWO, counter & _LOW, np.uint64(number)
    )
    return as_uniform(a), as_uniform(b), as_uniform(c), as_uniform(d)


@compiled
def uniform(seed, replicate, agent, block, moment, lane):  # type: ignore[no-untyped-def]
    """One uniform in (0, 1): lane 0 to 3 of a decision block."""
    a, b, c, d = uniforms(seed, replicate, agent, block, moment, 0)
    if lane == 0:
        return a
    if lane == 1:
        return b
    if lane == 2:
        return c
    return d


@compiled
def uniforms_of_many(seed, replicate, agents, block, moment):  # type: ignore[no-untyped-def]
    """Lane 0 of a decision block for many agents (N,): what `uniform` gives each, several at a time."""
    key_a, key_b = np.uint64(seed), np.uint64(replicate)
    counter = (np.uint64(block) << _SIXTEEN) | np.uint64(moment)
    drawn = np.empty(agents.shape[0])
    for row in range(agents.shape[0]):
        low, high = agents[row] & _LOW, agents[row] >> _THIRTY_TWO
        drawn[row] = as_uniform(philox(key_a, key_b, low, high, counter, np.uint64(0))[0])
    return drawn


@compiled
def normal(u):  # type: ignore[no-untyped-def]
    """The standard normal quantile of a uniform: Wichura's AS 241 (PPND16), relative error about 1e-16."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                     + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
                  + 133.14166789178437745) * r + 3.387132872796366608)  # fmt: skip
        below = (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                     + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
                  + 42.313330701600911252) * r + 1.0)  # fmt: skip
        return q * above / below
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        above = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                     + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
                  + 4.6303378461565452959) * r + 1.42343711074968357734)  # fmt: skip
        below = (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                     + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
                  + 2.05319162663775882187) * r + 1.0)  # fmt: skip
    else:
        r -= 5.0
        above = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843e-3) * r
                     + 0.0265321895265761230930) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
                  + 5.4637849111641143699) * r + 6.6579046435011037772)  # fmt: skip
        below = (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                     + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
                  + 0.59983220655588793769) * r + 1.0)  # fmt: skip
    return -above / below if q < 0.0 else above / below


@compiled
def offspring(parent, event, ordinal):  # type: ignore[no-untyped-def]
    """The 64-bit key of an agent that comes from another: mixes (parent key, event, ordinal) by SplitMix64 steps.
    `event` is a small written constant; for agents born in a run `ordinal` carries the quarter and the order."""
    z = np.uint64(parent)
    for part in (np.uint64(event), np.uint64(ordinal)):
        z = z + np.uint64(0x9E3779B97F4A7C15) * (part + np.uint64(1))
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return z


# Events that bring agents into the world: written constants, append-only.
COUNTY, VILLAGE, HOUSEHOLD, MEMBER, BIRTH, COOPERATIVE, SPLIT = 1, 2, 3, 4, 5, 6, 7


def name_key(name: str) -> np.uint64:
    """The 64-bit key of a named thing (a place, the province)."""
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))
