"""Keyed draws against the published vectors, a plain twin, and the normal quantile of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from simulator import draws
from simulator.interventions import KINDS
from simulator.rules import rule
from simulator.world import World
from tests import twins

ONES = 0xFFFFFFFF
# Random123, kat_vectors: philox4x32, 10 rounds.
VECTORS = [
    ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES), (ONES, ONES, ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0xA4093822, 0x299F31D0),
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
# What has been given out stays: a number here may be added to, never changed or used again.
DECISIONS = {
    "FOUNDING_VILLAGE": 1,
    "FOUNDING_HOUSEHOLD": 2,
    "FOUNDING_TRAITS": 3,
    "FOUNDING_ASSETS": 4,
    "FOUNDING_MEMBER": 5,
    "FOUNDING_HEALTH": 6,
    "MEMBER_QUARTER": 7,
    "MEMBER_YEAR": 8,
    "HOUSEHOLD_YEAR": 9,
    "HOUSEHOLD_EVENTS": 10,
    "VILLAGE_YEAR": 11,
    "COUNTY_YEAR": 12,
    "PROVINCE_YEAR": 13,
    "ILLNESS_COST": 14,
    "STATION_YEAR": 15,
    "COOPERATIVE_YEAR": 16,
    "FOUNDING_COUNTY": 17,
    "FOUNDING_ERRORS": 18,
    "FOUNDING_ROSTER": 19,
    "SURVEY_YEAR": 20,
    "FOUNDING_LABOUR": 21,
    "FAMILY_YEAR": 22,
    "SCHOOLING_YEAR": 23,
    "FOUNDING_PLACE": 24,
    "TAKE_UP": 100,
    "DELIVERY": 200,
}
EVENTS = {"COUNTY": 1, "VILLAGE": 2, "HOUSEHOLD": 3, "MEMBER": 4, "BIRTH": 5, "COOPERATIVE": 6, "SPLIT": 7}
KIND_NUMBERS = {
    "village_station": 1,
    "training": 2,
    "micro_loan": 3,
    "industry_support": 4,
    "workshop": 5,
    "public_posts": 6,
    "equity_dividends": 7,
    "living_allowance": 8,
    "village_grant": 9,
    "dibao": 10,
}
keys = st.integers(0, 2**32 - 1)
agents = st.integers(0, 2**64 - 1)


@rule
def draw_all(seed, replicate, key, block, moment, first, second, third, fourth):  # type: ignore[no-untyped-def]
    """The four uniforms of every agent."""
    for row in range(key.shape[0]):
        first[row], second[row], third[row], fourth[row] = draws.uniforms(seed, replicate, key[row], block, moment, 0)


def drawn(key: np.ndarray, seed: int = 5, replicate: int = 3, block: int = 7, moment: int = 8071) -> np.ndarray:
    """Uniforms (4, N) of the agents."""
    lanes = {lane: np.zeros(len(key)) for lane in ("first", "second", "third", "fourth")}
    draw_all({"seed": seed, "replicate": replicate, "key": key, "block": block, "moment": moment, **lanes})
    return np.array(list(lanes.values()))


@pytest.mark.parametrize(("key", "counter", "words"), VECTORS)
def test_philox_gives_the_published_words(
    key: tuple[int, int], counter: tuple[int, int, int, int], words: tuple[int, int, int, int]
) -> None:
    assert tuple(int(word) for word in draws.philox(*map(np.uint64, (*key, *counter)))) == words
    assert twins.philox(key, counter) == words


@given(keys, keys, agents, st.integers(0, 300), st.integers(0, 9000), st.integers(0, 3))
def test_a_uniform_is_a_function_of_its_key(
    seed: int, replicate: int, agent: int, block: int, moment: int, lane: int
) -> None:
    expected = twins.uniform({"seed": seed, "replicate": replicate}, agent, block, moment, lane)
    assert draws.uniform(seed, replicate, np.uint64(agent), block, moment, lane) == expected
    assert draws.uniforms(seed, replicate, np.uint64(agent), block, moment, 0)[lane] == expected
    assert 0.0 < expected < 1.0


def test_each_part_of_the_key_changes_the_draw() -> None:
    usual = (5, 3, np.uint64(2**40 + 9), 7, 8071, 0)
    seen = [draws.uniforms(*usual)]
    for position in range(6):
        changed = list(usual)
        changed[position] = type(usual[position])(int(changed[position]) + 1)
        seen.append(draws.uniforms(*changed))
    seen.append(draws.uniforms(5, 3, np.uint64(2**41 + 9), 7, 8071, 0))
    assert len({value for four in seen for value in four}) == 4 * len(seen)


def test_a_draw_does_not_depend_on_order_or_company(world: World) -> None:
    key = world.households.key
    order = np.random.default_rng(0).permutation(len(key))
    assert np.array_equal(drawn(key)[:, order], drawn(key[order]))
    assert np.array_equal(drawn(key)[:, 3:4], drawn(key[3:4]))


def test_uniforms_are_uniform_and_their_lanes_independent() -> None:
    u = drawn(np.arange(40_000, dtype=np.uint64))
    counts = np.array([np.histogram(lane, 50, (0.0, 1.0))[0] for lane in u])
    assert stats.chi2.sf(((counts - 800.0) ** 2 / 800.0).sum(), 4 * 49) > 0.001
    assert np.abs(np.corrcoef(u) - np.eye(4)).max() < 5 / np.sqrt(40_000)
    assert abs(np.corrcoef(u[0, :-1], u[0, 1:])[0, 1]) < 5 / np.sqrt(40_000)
    following = drawn(np.arange(40_000, dtype=np.uint64), moment=8072)
    assert abs(np.corrcoef(u[0], following[0])[0, 1]) < 5 / np.sqrt(40_000)


@given(st.floats(1e-300, 1.0, exclude_max=True, allow_subnormal=False))
def test_the_normal_quantile_is_scipys(u: float) -> None:
    assert draws.normal(u) == pytest.approx(ndtri(u), rel=2e-13, abs=2e-15)


@pytest.mark.parametrize("u", [0.5 / 2**32, 1 - 0.5 / 2**32, 0.075, 0.0749999, 0.925, 1.4e-11, 1.3e-11, 0.5, 0.25])
def test_the_normal_quantile_at_its_seams_and_ends(u: float) -> None:
    assert draws.normal(u) == pytest.approx(ndtri(u), rel=1e-13, abs=1e-15)
    assert draws.normal(0.5) == 0.0


def test_decision_numbers_are_frozen_and_distinct() -> None:
    blocks = {name: value for name, value in vars(draws).items() if name.isupper() and isinstance(value, int)}
    assert blocks.items() >= (DECISIONS | EVENTS).items()
    added = {name: value for name, value in blocks.items() if name not in EVENTS}
    assert len(set(added.values())) == len(added)
    assert len({blocks[name] for name in EVENTS}) == len(EVENTS)
    numbers = {kind.name: kind.number for kind in KINDS.values()}
    assert numbers.items() >= KIND_NUMBERS.items()
    assert len(set(numbers.values())) == len(numbers)
    owned = [added[base] + number for base in ("TAKE_UP", "DELIVERY") for number in numbers.values()]
    taken = [value for name, value in added.items() if name not in ("TAKE_UP", "DELIVERY")]
    assert len(set(owned + taken)) == len(owned + taken)
    assert max(owned) < 2**16


@given(agents, st.integers(1, 6), st.integers(0, 2**32))
def test_offspring_follow_splitmix(parent: int, event: int, ordinal: int) -> None:
    z = parent
    for part in (event, ordinal):
        z = (z + 0x9E3779B97F4A7C15 * (part + 1)) % 2**64
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        z ^= z >> 31
    assert int(draws.offspring(np.uint64(parent), event, ordinal)) == z


@rule
def brood(parents, event, ordinals, out):  # type: ignore[no-untyped-def]
    """Keys of every parent's offspring."""
    for row in range(parents.shape[0]):
        for ordinal in range(ordinals.shape[0]):
            out[row, ordinal] = draws.offspring(parents[row], event, ordinals[ordinal])


def brood_of(parents: np.ndarray, event: int, ordinals: np.ndarray) -> np.ndarray:
    """Offspring of all parents for all ordinals, flat."""
    out = np.zeros((len(parents), len(ordinals)), np.uint64)
    brood({"parents": parents, "event": event, "ordinals": ordinals.astype(np.int64), "out": out})
    return out.ravel()


def test_no_two_agents_of_a_place_share_a_key() -> None:
    place = np.array([draws.name_key("zhejiang")], np.uint64)
    ordinals = np.concatenate([np.arange(300) + stratum * 10**6 for stratum in range(3)])
    villages = brood_of(place, draws.VILLAGE, ordinals)
    households = brood_of(villages, draws.HOUSEHOLD, np.arange(300))
    members = brood_of(households[:60_000], draws.MEMBER, np.arange(6))
    children = brood_of(households[:60_000], draws.BIRTH, np.arange(8072, 8092, 4))
    everyone = np.concatenate([villages, households, members, children, brood_of(place, draws.COUNTY, np.arange(90))])
    assert len(np.unique(everyone)) == len(everyone)


def test_names_have_their_own_keys() -> None:
    assert draws.name_key("zhejiang") == draws.name_key("zhejiang") != draws.name_key("fujian")
    assert int(draws.name_key("")) == 0x141CFC9842C4B0E3  # the first bytes of SHA-256 of nothing, e3 b0 c4 42 ...


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 2**64 - 1), max_size=20), st.integers(0, 8100))
def test_many_agents_draw_what_each_of_them_draws(seed: int, agents: list[int], moment: int) -> None:
    keys = np.array(agents, np.uint64)
    expected = [draws.uniform(seed, 3, key, 7, moment, 0) for key in keys]
    assert draws.uniforms_of_many(seed, 3, keys, 7, moment).tolist() == expected
