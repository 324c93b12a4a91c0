"""The variance split against components that are known because they were put in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from results.variance import SOURCES, Margins, split

TRUE = {"luck": 0.2, "macro": 0.3, "parameters": 0.4, "sampling": 0.1}


def margins(runs: int, partners: int, parts: dict[str, float] = TRUE, seed: int = 3) -> Margins:
    """Base replicates and partners whose margins add up from independent parts of known variance. The luck of the
    model and that of the sample are drawn anew together, as they are in a run."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 0]))

    def part(*sources: str) -> np.ndarray:
        return sum((generator.normal(0, np.sqrt(parts[source]), runs) for source in sources), np.zeros(runs))

    parameters, macro = part("parameters"), part("macro")
    base = parameters + macro + part("luck", "sampling")
    luck = parameters + macro + part("luck", "sampling")
    both = parameters + part("macro") + part("luck", "sampling")
    rows = np.arange(partners)
    return Margins(base, np.full(runs, parts["sampling"]), rows, luck[rows], both[rows])


def test_known_components_are_recovered() -> None:
    found = split(margins(20_000, 20_000), "x")
    assert found is not None
    for source, share in TRUE.items():
        assert found.share[source] == pytest.approx(share, abs=0.02)
    assert found.variance == pytest.approx(1.0, abs=0.03)


def test_the_definition_by_hand() -> None:
    """V = 14/3; A = half of (1 + 1) / 2; B = half of (4 + 4) / 2; the sample gives 0.1."""
    given = Margins(
        base=np.array([0.0, 2.0, 1.0, 5.0]),
        sampling=np.full(4, 0.1),
        split=np.array([0, 2]),
        luck=np.array([1.0, 2.0]),
        macro=np.array([2.0, 3.0]),
    )
    found = split(given, "x")
    assert found is not None
    parts = {"luck": 0.5 - 0.1, "macro": 2.0 - 0.5, "parameters": 14 / 3 - 2.0, "sampling": 0.1}
    assert found.share == pytest.approx({source: part * 3 / 14 for source, part in parts.items()})


def test_shares_add_to_one_and_lie_in_their_intervals_with_few_partners() -> None:
    found = split(margins(48, 16), "x")
    assert found is not None
    assert sum(found.share.values()) == pytest.approx(1)
    for source in SOURCES:
        low, high = found.interval[source]
        assert 0 <= low <= found.share[source] <= high <= 1


def test_intervals_hold_the_truth_most_of_the_time() -> None:
    held = 0
    for seed in range(20):
        found = split(margins(48, 16, seed=seed), "x")
        assert found is not None
        held += sum(found.interval[source][0] <= TRUE[source] <= found.interval[source][1] for source in SOURCES[:3])
    assert held / 60 > 0.8


def test_the_same_label_gives_the_same_interval() -> None:
    assert split(margins(48, 16), "x") == split(margins(48, 16), "x")
    assert split(margins(48, 16), "x") != split(margins(48, 16), "y")


def test_negative_parts_are_nothing_and_the_rest_is_rescaled() -> None:
    given = margins(48, 16)
    noisy = replace(given, luck=given.luck + 5.0)
    found = split(noisy, "x")
    assert found is not None
    assert found.share["macro"] == 0
    assert found.share["luck"] > 0.9
    assert sum(found.share.values()) == pytest.approx(1)


def test_no_variance_has_no_shares() -> None:
    still = Margins(np.full(8, 0.004), np.zeros(8), np.arange(4), np.full(4, 0.004), np.full(4, 0.004))
    assert split(still, "x") is None


def test_too_few_partners_have_no_shares() -> None:
    assert split(margins(48, 1), "x") is None


def test_what_the_design_holds_has_no_share() -> None:
    given = margins(200, 100)
    published = split(replace(given, macro_drawn=False), "x")
    fixed = split(replace(given, parameters_drawn=False), "x")
    assert published is not None
    assert fixed is not None
    assert published.share["macro"] == 0
    assert published.interval["macro"] == (0, 0)
    assert fixed.share["parameters"] == 0
    assert sum(fixed.share.values()) == pytest.approx(1)


def test_the_unit_of_the_margin_does_not_matter() -> None:
    given = margins(48, 16)
    yuan = Margins(given.base * 1e4, given.sampling * 1e8, given.split, given.luck * 1e4, given.macro * 1e4)
    one, other = split(given, "x"), split(yuan, "x")
    assert one is not None
    assert other is not None
    assert other.share == pytest.approx(one.share)
