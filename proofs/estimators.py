"""What an evaluator would do who sees the data and not the model: regression, matching, differences, discontinuity.

Every estimator returns (estimate, standard error); NumPy alone. Standard errors are robust to unequal variances.
"""

from __future__ import annotations

import numpy as np

Estimate = tuple[float, float]


def least_squares(outcome: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of an intercept and the columns (N, K), and their robust standard errors, both (K + 1,)."""
    design = np.column_stack([np.ones(len(outcome)), columns])
    return two_stage(outcome, design, design)


def two_stage(outcome: np.ndarray, design: np.ndarray, instruments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two-stage least squares with as many instruments as regressors: coefficients and robust standard errors."""
    cross = np.linalg.inv(instruments.T @ design)
    coefficients = cross @ (instruments.T @ outcome)
    scores = instruments * (outcome - design @ coefficients)[:, None]
    return coefficients, np.sqrt(np.diag(cross @ (scores.T @ scores) @ cross.T))


def regression(outcome: np.ndarray, treated: np.ndarray, controls: np.ndarray) -> Estimate:
    """Coefficient of treatment beside controls (N, K)."""
    coefficients, errors = least_squares(outcome, np.column_stack([treated, controls]))
    return float(coefficients[1]), float(errors[1])


def propensity(treated: np.ndarray, controls: np.ndarray, rounds: int = 25) -> np.ndarray:
    """Probability of treatment by logistic regression on controls, Newton's method, a little ridge for separation."""
    scale = controls.std(axis=0)
    design = np.column_stack(
        [np.ones(len(treated)), (controls - controls.mean(axis=0)) / np.where(scale > 0, scale, 1)]
    )
    weights = np.zeros(design.shape[1])
    for _ in range(rounds):
        chance = 1.0 / (1.0 + np.exp(-design @ weights))
        curve = design.T @ (design * (chance * (1.0 - chance))[:, None]) + 1e-6 * np.eye(len(weights))
        weights += np.linalg.solve(curve, design.T @ (treated - chance) - 1e-6 * weights)
    return 1.0 / (1.0 + np.exp(-design @ weights))


def matching(outcome: np.ndarray, treated: np.ndarray, controls: np.ndarray) -> Estimate:
    """Effect on the treated: each against the mean of the untreated with the nearest propensity score; scores are
    compared to six digits. The error counts the spread of both groups."""
    score = np.round(propensity(treated.astype(float), controls), 6)
    scores, group, size = np.unique(score[~treated], return_inverse=True, return_counts=True)
    mean = np.bincount(group, outcome[~treated]) / size
    ours = score[treated]
    above = np.clip(np.searchsorted(scores, ours), min(1, len(scores) - 1), len(scores) - 1)
    nearest = above - (np.abs(scores[above - 1] - ours) < np.abs(scores[above] - ours))
    differences = outcome[treated] - mean[nearest]
    asked = np.bincount(nearest, minlength=len(scores)) / len(ours)
    spread = float((outcome[~treated] - mean[group]).var() * (asked**2 / size).sum())
    return float(differences.mean()), float(np.sqrt(differences.var() / len(ours) + spread))


def differences(before: np.ndarray, after: np.ndarray, treated: np.ndarray) -> Estimate:
    """Difference in differences: change of the treated less change of the others."""
    change = after - before
    parts = [(change[group].mean(), change[group].var() / group.sum()) for group in (treated, ~treated)]
    return float(parts[0][0] - parts[1][0]), float(np.sqrt(parts[0][1] + parts[1][1]))


def discontinuity(
    outcome: np.ndarray, treated: np.ndarray, distance: np.ndarray, bandwidth: float
) -> tuple[Estimate, float]:
    """Fuzzy regression discontinuity, local linear on both sides: being below the line (`distance` < 0) is the
    instrument for treatment. Returns the estimate and the jump of treatment at the line."""
    near = np.abs(distance) < bandwidth
    x, below = distance[near], (distance[near] < 0).astype(float)
    rest = np.column_stack([np.ones(len(x)), x, x * below])
    design = np.column_stack([treated[near].astype(float), rest])
    instruments = np.column_stack([below, rest])
    coefficients, errors = two_stage(outcome[near], design, instruments)
    jump, _ = two_stage(treated[near].astype(float), instruments, instruments)
    return (float(coefficients[0]), float(errors[0])), float(jump[0])
