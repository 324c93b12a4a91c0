"""Indices of sensitivity from any sample of points: PAWN (distance of distributions) and delta (of densities).

Both compare how an output is distributed as a whole with how it is where one factor lies in a slice of its range. On
the same data they are SALib's PAWN, and its plain estimators of delta and of the first-order share. An inert factor is
not at 0 in either, for a slice is a small sample: `floor` says what the largest of as many inert factors reaches.

Sources: Pianosi and Wagener (2015, 2018); Borgonovo (2007), Plischke, Borgonovo and Smith (2013).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy import stats

from results.intervals import LEVEL, keyed_generator
from results.sensitivity_estimators import Estimate, Estimates, alike, resampled, with_interval

SLICES = 10
RESAMPLES = 100
SHUFFLES = 60
GRID = 100
"""Points at which densities are compared."""
BINS = 24
"""Points at which resampled distributions are compared; the estimate itself compares at every point."""

LEADING = 20
"""Factors of an output for which PAWN has an interval."""

Measure = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Of places (points, factors), values (points,) and weights (1 + resamples, points): two indices, each
(1 + resamples, factors)."""

FEWEST = 40
"""Points without which no slice says anything: no index is told."""


def pawn(places: np.ndarray, outputs: np.ndarray, label: str) -> Estimates:
    """`median` and `maximum` over slices of the Kolmogorov-Smirnov distance between an output's distribution in the
    slice and as a whole, (factors, outputs) in 0..1; `floor` (1, outputs), of the median. Only the LEADING factors of
    an output have an interval.

    `places` (points, factors), `outputs` (points, outputs) with NaN where a point failed: it is left out.
    """
    return _each(places, outputs, f"{label}/pawn", ("median", "maximum"), _leading_distances, 0)


def delta(places: np.ndarray, outputs: np.ndarray, label: str) -> Estimates:
    """`delta`, half the mean area between the density of an output in a class of the factor and as a whole, less its
    bias as the bootstrap shows it, and `S1`, the share of variance between classes; `floor` (1, outputs), of delta.

    Arguments as `pawn`. Classes and bandwidths stay those of the sample when points are resampled.
    """
    return _each(places, outputs, f"{label}/delta", ("delta", "S1"), _densities, RESAMPLES)


def _each(
    places: np.ndarray, outputs: np.ndarray, label: str, names: tuple[str, str], measure: Measure, for_floor: int
) -> Estimates:
    """Apply a measure to every output and factor; the first of `names` gets its floor from shuffled factors, with so
    many resamples as its value needs `for_floor`."""
    factors, columns = places.shape[1], outputs.shape[1]
    found = {name: Estimate(*np.full((2, factors, columns), np.nan)) for name in names}
    found["floor"] = Estimate(*np.full((2, 1, columns), np.nan))
    for kept, these in alike(np.isfinite(outputs)):
        if len(kept) < FEWEST:
            continue
        weights = resampled(len(kept), label, RESAMPLES)
        ranks = (np.arange(len(kept)) + 0.5)[:, None] / len(kept)
        shuffled = keyed_generator(f"{label}/floor").permuted(np.tile(ranks, SHUFFLES), axis=0)
        for column in these:
            values = outputs[kept, column]
            if np.ptp(values) == 0.0:
                continue
            for name, measured in zip(names, measure(places[kept], values, weights), strict=True):
                estimate = with_interval(measured, len(kept))
                found[name].value[:, column], found[name].half[:, column] = estimate.value, estimate.half
            inert = measure(shuffled, values, weights[: 1 + for_floor])[0][0]
            found["floor"].value[0, column] = _largest(inert, factors)
    return found


def _largest(inert: np.ndarray, factors: int) -> float:
    """What the largest index of so many inert factors stays below with probability LEVEL, the indices of inert factors
    being about normal: of three hundred, fifteen exceed what a single one does."""
    return float(inert.mean() + stats.norm.ppf(LEVEL ** (1 / factors)) * inert.std(ddof=1))


def _leading_distances(places: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distances of every factor, resampled for those whose median is largest and NaN in the resamples of others:
    hundreds of factors that do nothing need no interval."""
    exact = _distances(places, values, weights[:1])
    leading = np.argsort(-exact[0][0], kind="stable")[:LEADING]
    median, maximum = (np.full((len(weights), places.shape[1]), np.nan) for _ in exact)
    median[:, leading], maximum[:, leading] = _distances(places[:, leading], values, weights)
    median[0], maximum[0] = exact[0][0], exact[1][0]
    return median, maximum


def _distances(places: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median and maximum over slices, (1 + resamples, factors): exact for the sample, at BINS points for resamples."""
    slices = _slices(places)
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    # Distributions are compared where a value ends: between two equal values neither has a step of its own.
    ends = np.flatnonzero(np.append(np.diff(ranked) > 0, True))
    exact = _gaps(slices[order], ends)
    marks = np.unique(ranked[ends[np.linspace(0, len(ends) - 1, min(BINS, len(ends))).astype(int)]])
    bins = np.searchsorted(marks, values, side="left")
    near = np.stack([_resampled_gaps(slices[:, factor], bins, weights) for factor in range(places.shape[1])], axis=1)
    # What the coarse comparison misses of the sample's own distance it misses of the resamples' too.
    gaps = np.concatenate([exact[None], near[1:] + (exact - near[0])])
    return np.nanmedian(gaps, axis=2), np.nanmax(gaps, axis=2)


def _slices(places: np.ndarray) -> np.ndarray:
    """Number of the slice of each point, (points, factors); -1 for the largest, which PAWN leaves out of all."""
    edges = np.nanquantile(places, np.arange(SLICES + 1) * (1 / SLICES), axis=0)
    above = (places[:, None, :] >= edges[None]).sum(axis=1) - 1
    return np.where(places < edges[-1], above, -1)


def _gaps(slices: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Largest distance of each slice from the whole, (factors, slices), of points in the order of their values."""
    inside = slices[:, :, None] == np.arange(SLICES)
    counted = np.cumsum(inside, axis=0, dtype=float)
    whole = (ends + 1.0) / len(slices)
    sizes = counted[-1]
    shares = counted[ends] / np.where(sizes > 0, sizes, np.nan)
    return np.abs(shares - whole[:, None, None]).max(axis=0)


def _resampled_gaps(slices: np.ndarray, bins: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Largest distance of each slice from the whole in each resample, (1 + resamples, slices); NaN if empty there."""
    cells, samples = (SLICES + 1) * BINS, len(weights)
    cell = (slices + 1) * BINS + np.minimum(bins, BINS - 1)
    keys = np.arange(samples)[:, None] * cells + cell
    counted = np.bincount(keys.ravel(), weights.ravel(), samples * cells).reshape(samples, SLICES + 1, BINS)
    summed = np.cumsum(counted, axis=2)
    whole = summed.sum(axis=1) / len(bins)
    sizes = summed[:, 1:, -1:]
    return np.abs(summed[:, 1:] / np.where(sizes > 0, sizes, np.nan) - whole[:, None]).max(axis=2)


def _densities(places: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Delta less its bias, and the share of variance between classes, both (1 + resamples, factors)."""
    found = [_class_distances(places[:, factor], values, weights) for factor in range(places.shape[1])]
    plain, shares = (np.stack(part, axis=1) for part in zip(*found, strict=True))
    corrected = 2 * plain[0] - plain
    corrected[0] = corrected[1:].mean(axis=0)
    return corrected, shares


def class_edges(points: int) -> np.ndarray:
    """Ranks between which a factor's classes lie: as many classes as Plischke et al. advise, at most 48."""
    power = 2.0 / (7.0 + np.tanh((1500.0 - points) / 500.0))
    return np.linspace(0, points, int(min(np.ceil(points**power), 48)) + 1)


def _class_distances(place: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Plain delta and share of variance in each resample, (1 + resamples,). A class without spread has no density and
    adds nothing to delta, as in SALib."""
    points = len(values)
    grid = np.linspace(values.min(), values.max(), GRID)
    edges = class_edges(points)
    ranks = np.empty(points)
    ranks[np.argsort(place, kind="stable")] = np.arange(1, points + 1)
    whole = weights @ _kernels(values, grid) / points
    mean, square = weights @ values / points, weights @ values**2 / points
    apart, between = np.zeros(len(weights)), np.zeros(len(weights))
    for low, high in pairwise(edges):
        inside = np.flatnonzero((ranks > low) & (ranks <= high))
        counted = weights[:, inside].sum(axis=1)
        divisor = np.where(counted > 0, counted, 1.0)
        between += counted / points * (weights[:, inside] @ values[inside] / divisor - mean) ** 2
        if np.ptp(values[inside]) > 0.0:
            density = weights[:, inside] @ _kernels(values[inside], grid) / divisor[:, None]
            apart += counted / (2 * points) * np.trapezoid(np.abs(whole - density), grid, axis=1)
    variance = square - mean**2
    return apart, between / np.where(variance > 0, variance, np.nan)


def _kernels(values: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """The normal kernel of each value at each point of the grid, (values, grid), with Silverman's bandwidth."""
    width = values.std(ddof=1) * (len(values) * 3.0 / 4.0) ** (-0.2)
    return np.exp(-0.5 * ((grid - values[:, None]) / width) ** 2) / (width * np.sqrt(2 * np.pi))
