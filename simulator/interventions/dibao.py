"""What a programme adds to dibao, the minimum living guarantee (ZJ-3.2, HN-1.8).

The standing rule is the register's yearly verdict (`register.observe`) and is paid in every arm by
`processes/assistance`. A programme entry raises take-up towards `take_up_goal`, coverage towards `coverage_goal` and
the line's yearly growth by `line_growth_extra`, all over its ramp, and lifts the line to `merged_share` of the poverty
line where it lies lower: 1 makes one line of the two (HN-1.8), 0 leaves them apart. It wants what is then due above the
standing terms, and changes the cash received.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.calendar import Quarter
from simulator.interventions.delivery import Kind, Line
from simulator.rules import rule


@rule
def want(supported_rows, supported, dibao_due, dibao_standing, claim):  # type: ignore[no-untyped-def]
    """What is due this quarter above the standing terms."""
    for index in range(supported_rows.shape[0]):
        row = supported_rows[index]
        if supported[row] == 1:
            claim[row] = max(dibao_due[row] - dibao_standing[row], 0)


@rule
def changed(supported_rows, delivered, dibao_received):  # type: ignore[no-untyped-def]
    """The mechanism is the cash itself."""
    for index in range(supported_rows.shape[0]):
        dibao_received[supported_rows[index]] += delivered[supported_rows[index]]


KIND = Kind(
    name="dibao",
    code="IV-DIBAO",
    number=10,
    title_zh="农村低保提标扩面",
    title_en="dibao: line and coverage",
    to="household",
    cash=True,
    whole=False,
    mechanism="dibao_received",
    terms={
        "take_up_goal": "share",
        "coverage_goal": "share",
        "line_growth_extra": "share/year",
        "merged_share": "ratio",
        "ramp_quarters": "quarters",
    },
    want=want,
    changed=changed,
)


@dataclass(frozen=True)
class DibaoTerms:
    """Terms of a yearly verdict: take-up, the share of rural persons covered at most, the factor on the line, the share
    of the poverty line it may not lie under, and how far that has come into force."""

    take_up: float
    coverage: float
    line_factor: float
    merged_share: float = 0.0
    ramp: float = 1.0

    def line(self, standing: float, poverty_line: float) -> float:
        """The dibao line of the coming year, yuan a person, from the standing one and the poverty line."""
        raised = standing * self.line_factor
        return raised + self.ramp * max(self.merged_share * poverty_line - raised, 0.0)


def programme_terms(lines: Sequence[Line], now: Quarter, take_up: float, coverage: float) -> DibaoTerms:
    """The terms of this review: the standing ones unless a programme raises them."""
    for line in lines:
        if line.kind.name == KIND.name and line.begun(now):
            ramp, terms = line.ramp(now), line.terms
            return DibaoTerms(
                take_up + ramp * max(terms["take_up_goal"] - take_up, 0.0),
                coverage + ramp * max(terms["coverage_goal"] - coverage, 0.0),
                (1.0 + ramp * terms["line_growth_extra"]) ** (now.year + 1 - line.entry.start[0]),
                terms["merged_share"],
                ramp,
            )
    return DibaoTerms(take_up, coverage, 1.0)
