"""How an uncertain number is drawn: keyed by names, half of its mass on each side of the stated value."""

from __future__ import annotations

import hashlib


def uniform(seed: int, replicate: int, *names: object) -> float:
    """A uniform in (0, 1) that belongs to (seed, replicate, names) and to nothing else."""
    key = "/".join(str(part) for part in (seed, replicate, *names))
    return (int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") + 0.5) / 2**48


def between(low: float, middle: float, high: float, u: float) -> float:
    """The quantile `u` of a distribution with half its mass below `middle` and half above, uniform on each side:
    the stated value of a ranged number is its median."""
    if u < 0.5:
        return low + 2 * u * (middle - low)
    return middle + (2 * u - 1) * (high - middle)
