"""What a run records: yearly sums by village, quarterly series, the ledger, and what is kept of it in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """One target under one reading in one run.

    `margin` is in `unit` (positive or zero: met); `sampling_variance` is the delete-one-village jackknife variance of
    the margin, in squared units; `failing_units` is the expected number of failing units (households or villages) in
    the whole place; `none_failing` is the probability that none fails, for projected readings only.
    `projected` readings have `met` None unless every village stands for itself alone.
    `parts`: where all of several things must hold, whether each does, by its label: a year ("2018") or a county
    ("county 3"), as the sample shows it. `line`: the line a relative reading was judged by, yuan a person.
    """

    target: str
    reading: str
    default: bool
    unit: str
    margin: float
    met: bool | None
    sampling_variance: float
    projected: bool = False
    failing_units: float | None = None
    none_failing: float | None = None
    parts: Mapping[str, bool] = field(default_factory=dict)
    line: float | None = None


@dataclass(frozen=True)
class Finding:
    """A constraint of the document looked at in one run. `breach` makes a plan inadmissible; one that is broken but
    does not bind the programme informs."""

    constraint: str
    clause: str
    breach: bool
    value: float
    threshold: float
    unit: str
    message_zh: str
    message_en: str
    broken: bool = False


@dataclass(frozen=True)
class LedgerLine:
    """What money was paid for: the key of a row of the ledger."""

    fund: str
    use: str
    kind: str


@dataclass(frozen=True)
class History:
    """What one arm of one run recorded.

    `quarters`: (Q, 2) int64 of year, quarter. `years`: (Y,) int64, year 0 first. `reference_mean`: (Y,) yuan a person,
    the rural mean of the province, to which relative lines refer (struck by the pandemic as the place is); empty where
    nobody recorded it.
    `series`: (measure, population) -> (Q,) float64, NaN where a measure is yearly and this is not Q4.
    `ledger`: (Q, L, 3) int64 fen paid for the whole place, by line and village group (key, weak, other).
    `committed`, `leaked`: (Q, L, 3) likewise, commitments given up counting as negative; `returned`: (Q, L) int64 fen
    that lapsed and went back to the treasury. Where they are not given, all that was paid was committed, and no more.
    `inflow`, `balance`: (Q, F) int64 fen by fund at the end of the quarter.
    `village_year`: name -> (Y, V) float64 unweighted sums over the households of a village.
    `stratum`, `stands_for`, `county`: (V,) int64; `supported`: (V,) int64, 1 in the counties the place supports (the
    poor counties), empty where nobody recorded it.
    `pin`: (Y,) float64 factor on wages and prices; `pin_residual`: (Y,) float64 share of the rural mean.
    `luck`: (seed, replicate), the key of the draws. `micro`: columns of the households on the list when the last
    review opened (village, income_true, income_register in yuan/person/year, size, labour). `facts`: single figures of
    the whole period (yuan for the whole place unless the name says otherwise). `stated`: numbers as the document or
    the planner states them, by path, before any draw.
    """

    quarters: np.ndarray
    years: np.ndarray
    series: Mapping[tuple[str, str], np.ndarray]
    ledger_lines: tuple[LedgerLine, ...]
    ledger: np.ndarray
    funds: tuple[str, ...]
    inflow: np.ndarray
    balance: np.ndarray
    village_year: Mapping[str, np.ndarray]
    stratum: np.ndarray
    stands_for: np.ndarray
    county: np.ndarray
    pin: np.ndarray
    pin_residual: np.ndarray
    luck: tuple[int, int] = (0, 0)
    micro: Mapping[str, np.ndarray] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    stated: Mapping[str, float] = field(default_factory=dict)
    committed: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    leaked: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    returned: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    reference_mean: np.ndarray = field(default_factory=lambda: np.zeros(0))
    supported: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def __post_init__(self) -> None:
        plain = {"committed": self.ledger, "leaked": 0 * self.ledger, "returned": 0 * self.ledger.sum(axis=2)}
        for name, books in plain.items():
            if getattr(self, name).size == 0:
                object.__setattr__(self, name, books)


@dataclass(frozen=True)
class RunRecord:
    """What the store keeps of one arm of one run. `arm`: policy | null | half | double | without:KIND[+KIND...];
    `variant`: base, luck | macro for the partner runs of the variance split, or whatever else tells runs of one
    replicate apart. `status`: succeeded | failed. `parameters` are the numbers drawn for this replicate, by path; the
    books are those of the `History`. `households`: columns (H,) of the households of the last year, by name, where
    households are compared one by one. A failed run has `error`, the `traceback`, and nothing else."""

    replicate: int
    arm: str
    variant: str
    status: str
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    quarters: np.ndarray | None = None
    series: Mapping[tuple[str, str], np.ndarray] = field(default_factory=dict)
    series_units: Mapping[str, str] = field(default_factory=dict)
    ledger_lines: tuple[LedgerLine, ...] = ()
    ledger: np.ndarray | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    elapsed_seconds: float = 0.0
    committed: np.ndarray | None = None
    leaked: np.ndarray | None = None
    returned: np.ndarray | None = None
    funds: tuple[str, ...] = ()
    inflow: np.ndarray | None = None
    balance: np.ndarray | None = None
    traceback: str = ""
    households: Mapping[str, np.ndarray] = field(default_factory=dict)
