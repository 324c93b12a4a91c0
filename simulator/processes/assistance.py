"""Standing public transfers, paid in every arm out of the standing funds: basic pension, medical reimbursement, and
dibao under standing terms."""

from __future__ import annotations

from simulator.rules import rule
from simulator.world import World

INSURANCE_FUND, ASSISTANCE_FUND = "social_insurance", "civil_affairs"
STANDING_LINES = (
    (INSURANCE_FUND, "insurance", "pension", "pension"),
    (INSURANCE_FUND, "insurance", "reimbursement", "reimbursement"),
    (ASSISTANCE_FUND, "assistance", "standing_dibao", "dibao_standing"),
)


@rule
def credit_standing(size, pension, reimbursement, dibao_standing, dibao_received, public_money):  # type: ignore[no-untyped-def]
    """Book what the standing funds paid: dibao into its income column, all of it as public money received."""
    for row in range(size.shape[0]):
        if size[row] == 0:
            dibao_standing[row] = 0
            continue
        dibao_received[row] += dibao_standing[row]
        public_money[row] += pension[row] + reimbursement[row] + dibao_standing[row]


def pay_standing(world: World) -> None:
    """Pay every standing entitlement of the quarter and book it with the households."""
    households = world.households
    credit_standing(world.names)
    for fund, use, kind, column in STANDING_LINES:
        line = world.accounts.open_line(fund, use, kind)
        due = getattr(households, column)
        world.accounts.pay_households(line, due, households.delivered, households.village, world.villages)
