"""The common workload in plain Mesa: what the engine's speed is compared with.

One household-month update, defined once so that any framework can do exactly this. N households in V = max(1, N // 150)
villages, village v holding households v * N // V to (v + 1) * N // V, one cooperative a village, 60 steps. A step:

1. every village draws s, e, h ~ N(0, 1): the shocks of business, cooperative and photovoltaics;
2. every household, first stage: x <- 0.9 x + 0.06 s + 0.15 N(0, 1), business = base exp(x); work is lost with
   probability 0.02 and found with 0.10; the wage grows by 0.3 %; with probability 0.03 a medical bill
   exp(N(ln 1500, 1)), 30 % of it net of reimbursement; it joins the cooperative with probability
   logistic(-5 + 2 (1200 - last income) / 1200 + 2 x last step's share of members) or, as a member, leaves with 0.004;
3. every village: members' capital K earns Q = 0.02 K^0.95 exp(0.10 e), a dividend rate 0.6 Q / K; photovoltaics earn
   R = 60 n max(0, 1 + 0.15 h), 80 % shared among its registered households; it is above its threshold if
   0.2 R + 0.1 Q > 13 n;
4. every household, second stage: income per head = (business + wage if employed + dividend rate x capital if a member
   + share of photovoltaics and 100 if registered - medical bill) / size, topped up to 500 if eligible or listed;
   capital <- 0.995 capital + 0.02 max(0, income - 500) size; and the list: six months below 500 in a row list a
   household, twelve at or above 550 put it under observation, twelve of observation release it, a month below 500 under
   observation lists it again;
5. mean, least, p10, p50 and p90 of income per head, share of households below 500, share of villages above.

Households are visited in random order by Mesa's `shuffle_do`. Initial state from NumPy's generator, seed 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

STEPS = 60
LINE = 500.0
NOT_LISTED, LISTED, OBSERVED = 0, 1, 2


class Household(mesa.Agent):  # type: ignore[misc]
    """A household of the workload."""

    def __init__(self, model: mesa.Model, village: Village, state: dict[str, Any]) -> None:
        super().__init__(model)
        self.village = village
        self.x: float = state["x"]
        self.wage: float = state["wage"]
        self.capital: float = state["capital"]
        self.base: float = state["base"]
        self.size: int = state["size"]
        self.employed: bool = state["employed"]
        self.member: bool = state["member"]
        self.eligible: bool = state["eligible"]
        self.income = (self.base * math.exp(self.x) + (self.wage if self.employed else 0.0)) / self.size
        self.listed = LISTED if self.income < LINE else NOT_LISTED
        self.months = 0
        self.business = self.bill = 0.0

    def work(self) -> None:
        """The first stage: business, work, health, membership."""
        luck = self.random
        self.x = 0.9 * self.x + 0.06 * self.village.business_shock + 0.15 * luck.gauss(0.0, 1.0)
        self.business = self.base * math.exp(self.x)
        fate = luck.random()
        self.employed = fate >= 0.02 if self.employed else fate < 0.10
        self.wage *= 1.003
        ill = luck.random() < 0.03
        self.bill = 0.3 * math.exp(math.log(1500.0) + luck.gauss(0.0, 1.0)) if ill else 0.0
        choice = luck.random()
        if self.member:
            self.member = choice >= 0.004
        else:
            pull = -5.0 + 2.0 * (1200.0 - self.income) / 1200.0 + 2.0 * self.village.member_share
            self.member = choice < 1.0 / (1.0 + math.exp(-pull))

    def live(self) -> None:
        """The second stage: income, capital, the list."""
        village = self.village
        income = self.business - self.bill
        if self.employed:
            income += self.wage
        if self.member:
            income += village.dividend_rate * self.capital
        if self.listed != NOT_LISTED:
            income += village.station_share + 100.0
        income /= self.size
        if self.eligible or self.listed == LISTED:
            income = max(income, LINE)
        self.income = income
        self.capital = 0.995 * self.capital + 0.02 * max(0.0, income - LINE) * self.size
        self.review()

    def review(self) -> None:
        """Move on the list: see the module's text."""
        if self.listed == NOT_LISTED:
            self.months = self.months + 1 if self.income < LINE else 0
            if self.months == 6:
                self.listed, self.months = LISTED, 0
        elif self.listed == LISTED:
            self.months = self.months + 1 if self.income >= 1.1 * LINE else 0
            if self.months == 12:
                self.listed, self.months = OBSERVED, 0
        elif self.income < LINE:
            self.listed, self.months = LISTED, 0
        else:
            self.months += 1
            if self.months == 12:
                self.listed, self.months = NOT_LISTED, 0


class Village(mesa.Agent):  # type: ignore[misc]
    """A village of the workload with its cooperative and its station."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.households: list[Household] = []
        self.business_shock = self.cooperative_shock = self.sun_shock = 0.0
        self.member_share = self.dividend_rate = self.station_share = 0.0
        self.above = False

    def draw(self) -> None:
        """The month's shocks."""
        luck = self.random
        self.business_shock = luck.gauss(0.0, 1.0)
        self.cooperative_shock = luck.gauss(0.0, 1.0)
        self.sun_shock = luck.gauss(0.0, 1.0)

    def settle(self) -> None:
        """What the cooperative and the station earned, and the share of members for the next month."""
        number = len(self.households)
        members = [household for household in self.households if household.member]
        capital = sum(household.capital for household in members)
        surplus = 0.02 * capital**0.95 * math.exp(0.10 * self.cooperative_shock)
        self.dividend_rate = 0.6 * surplus / capital if capital > 0.0 else 0.0
        revenue = 60.0 * number * max(0.0, 1.0 + 0.15 * self.sun_shock)
        registered = sum(1 for household in self.households if household.listed != NOT_LISTED)
        self.station_share = 0.8 * revenue / registered if registered else 0.0
        self.above = 0.2 * revenue + 0.1 * surplus > 13.0 * number
        self.member_share = len(members) / number


class CommonWorkload(mesa.Model):  # type: ignore[misc]
    """The workload with its households and villages as Mesa agents."""

    def __init__(self, households: int) -> None:
        super().__init__(rng=12345)
        villages = max(1, households // 150)
        states = initial_states(households)
        self.homes = Village.create_agents(self, villages)
        for number, village in enumerate(self.homes):
            rows = range(number * households // villages, (number + 1) * households // villages)
            village.households = [Household(self, village, states[row]) for row in rows]
            village.member_share = sum(household.member for household in village.households) / len(rows)
        self.people = self.agents_by_type[Household]
        self.outputs: dict[str, float] = {}

    def step(self) -> None:
        self.homes.do("draw")
        self.people.shuffle_do("work")
        self.homes.do("settle")
        self.people.shuffle_do("live")
        income = np.array(self.people.get("income"))
        quantiles = np.quantile(income, (0.1, 0.5, 0.9)).tolist()
        self.outputs = {
            "mean": float(income.mean()),
            "least": float(income.min()),
            "below": float((income < LINE).mean()),
            "villages_above": float(np.mean(self.homes.get("above"))),
            **dict(zip(("p10", "p50", "p90"), quantiles, strict=True)),
        }


def initial_states(households: int) -> list[dict[str, Any]]:
    """The stated initial state of every household."""
    luck = np.random.default_rng(1)
    columns = {
        "base": np.exp(luck.normal(math.log(800.0), 0.6, households)),
        "x": luck.normal(0.0, 0.3, households),
        "wage": np.exp(luck.normal(math.log(2000.0), 0.4, households)),
        "capital": np.exp(luck.normal(math.log(5000.0), 0.7, households)),
        "size": luck.integers(1, 7, households),
        "employed": luck.random(households) < 0.6,
        "member": luck.random(households) < 0.2,
        "eligible": luck.random(households) < 0.15,
    }
    names = list(columns)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def prepare(households: int, steps: int = STEPS) -> Callable[[], None]:
    """The workload built and ready: what is returned runs its steps."""
    model = CommonWorkload(households)

    def run() -> None:
        for _ in range(steps):
            model.step()

    return run
