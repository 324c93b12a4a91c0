"""Where the spread of a margin comes from: luck, the macro path, parameters not known, and the sample.

A base replicate is (P, M, L): a draw of parameters, a macro path, luck. Partner runs from the same burn-in change the
luck alone (P, M, L'), or the luck and the macro path (P, M', L'). Half the mean squared difference to a partner
estimates the variance from all that was changed, and differences of these estimates separate the sources.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from results.intervals import LEVEL, RESAMPLES, Interval, keyed_generator

SOURCES = ("luck", "macro", "parameters", "sampling")


@dataclass(frozen=True)
class Margins:
    """The margins of one target under one reading.

    `base`: (n,) over base replicates; `sampling`: (n,) their jackknife variances; `split`: (m,) rows of `base` that
    have partners; `luck`, `macro`: (m,) margins of the partners. `macro_drawn` and `parameters_drawn` are False where
    the design holds them: their share is then 0 by construction.
    """

    base: np.ndarray
    sampling: np.ndarray
    split: np.ndarray
    luck: np.ndarray
    macro: np.ndarray
    macro_drawn: bool = True
    parameters_drawn: bool = True


@dataclass(frozen=True)
class Shares:
    """Shares of the variance by source, adding to 1, with an interval each, and the variance itself."""

    share: dict[str, float]
    interval: dict[str, Interval]
    variance: float


def split(margins: Margins, label: str) -> Shares | None:
    """The shares of a margin's variance; None where it has no variance or fewer than two replicates have partners.

    `label` keys the resampling: the replicates with partners are resampled among themselves, the others likewise.
    """
    if len(margins.split) < 2 or not np.isfinite(margins.base).all():
        return None
    whole = np.arange(len(margins.base))
    share = _shares(margins, whole, np.arange(len(margins.split)))
    if share is None:
        return None
    interval = {source: _interval(values) for source, values in _resampled(margins, label).items()}
    return Shares(dict(zip(SOURCES, map(float, share), strict=True)), interval, float(margins.base.var(ddof=1)))


def _shares(margins: Margins, rows: np.ndarray, partners: np.ndarray) -> np.ndarray | None:
    """Shares in the order of SOURCES, from some rows of the base and some of the partners."""
    base = margins.base[rows]
    variance = base.var(ddof=1)
    if variance <= 1e-18 * max(1.0, float(np.square(base).max())):
        return None
    own = margins.base[margins.split[partners]]
    from_luck = 0.5 * np.square(own - margins.luck[partners]).mean()
    from_both = 0.5 * np.square(own - margins.macro[partners]).mean() if margins.macro_drawn else from_luck
    from_sample = margins.sampling[rows].mean()
    parts = np.array(
        [
            from_luck - from_sample,
            from_both - from_luck,
            variance - from_both if margins.parameters_drawn else 0.0,
            from_sample,
        ]
    )
    parts = np.maximum(parts, 0.0)
    shares: np.ndarray | None = parts / parts.sum() if parts.sum() > 0 else None
    return shares


def _resampled(margins: Margins, label: str) -> dict[str, np.ndarray]:
    generator = keyed_generator(label)
    count = len(margins.split)
    others = np.setdiff1d(np.arange(len(margins.base)), margins.split)
    found = []
    for _ in range(RESAMPLES // 4):
        partners = generator.integers(0, count, size=count)
        rest = others[generator.integers(0, len(others), size=len(others))] if len(others) else others
        share = _shares(margins, np.concatenate([margins.split[partners], rest]), partners)
        if share is not None:
            found.append(share)
    table = np.array(found).reshape(-1, len(SOURCES))
    return {source: table[:, column] for column, source in enumerate(SOURCES)}


def _interval(values: np.ndarray) -> Interval:
    if len(values) == 0:
        return (0.0, 1.0)
    return (float(np.quantile(values, (1 - LEVEL) / 2)), float(np.quantile(values, (1 + LEVEL) / 2)))
