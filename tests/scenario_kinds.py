"""A few kinds of intervention with few terms, so that the small scenario files of the tests do not follow every term
that a kind of the simulator gains or loses."""

from __future__ import annotations

from types import SimpleNamespace


def _kind(name: str, code: str, **terms: str) -> SimpleNamespace:
    return SimpleNamespace(name=name, code=code, terms=terms, rests_on={})


_ALL = (
    _kind("village_station", "IV-PV", budget_share="share", design_hours="hours/year"),
    _kind("training", "IV-TRAIN", take_up="share", cost_per_slot="yuan/slot"),
    _kind("micro_loan", "IV-CREDIT", loan_amount="yuan/loan", term_quarters="quarters"),
    _kind("public_posts", "IV-PWJ", budget_share="share", take_up="share", wage_month="yuan/month"),
    _kind("dibao", "IV-DIBAO", take_up_goal="share"),
)
KINDS = {kind.name: kind for kind in _ALL}
