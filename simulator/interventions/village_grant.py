"""A grant to the collective economy of weak villages (ZJ-2.5), placed in pooled assets elsewhere ("enclaves") and, the
share `local_share`, in assets at home that the village leases out (FS-8).

Wants the grant once, key villages before weak ones. What changes is the capital placed; its yield is operating income
of the collective, a part of which it spends on public works (`processes/collective_economy`). The grant itself is not
operating income.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.draws import DELIVERY, uniform
from simulator.interventions.delivery import Kind
from simulator.rules import rule


@rule
def want(  # type: ignore[no-untyped-def]
    seed,
    replicate,
    village_key,
    village_stratum,
    village_offered,
    village_granted,
    village_claim,
    village_priority,
    grant,
    open_now,
    kind_number,
):
    """Claim the grant once."""
    for row in range(village_key.shape[0]):
        if open_now == 1 and village_offered[row] == 1 and village_granted[row] == 0:
            village_claim[row] = math.floor(100.0 * grant + 0.5)
            lot = uniform(seed, replicate, village_key[row], DELIVERY + kind_number, 0, 0)
            village_priority[row] = village_stratum[row] + lot


@rule
def delivered(village_delivered, village_granted):  # type: ignore[no-untyped-def]
    """A village that was paid asks no more."""
    for row in range(village_granted.shape[0]):
        if village_delivered[row] > 0:
            village_granted[row] = 1


@rule
def changed(village_delivered, village_enclave, village_lease_assets, local_share):  # type: ignore[no-untyped-def]
    """The mechanism: capital placed, elsewhere and at home."""
    for row in range(village_enclave.shape[0]):
        if village_delivered[row] > 0:
            local = np.int64(math.floor(local_share * village_delivered[row]))
            village_lease_assets[row] += local
            village_enclave[row] += village_delivered[row] - local


KIND = Kind(
    name="village_grant",
    code="IV-VCOLL",
    number=9,
    title_zh="集体经济薄弱村补助",
    title_en="grant to weak village collectives",
    to="village",
    cash=True,
    whole=True,
    mechanism="village_enclave",
    terms={
        "budget_share": "share",
        "take_up": "share",
        "take_up_other": "share",
        "ramp_quarters": "quarters",
        "grant": "yuan/village",
        "enclave_yield": "share/year",
        "enclave_yield_sd": "share/year",
        "local_share": "share",
        "lease_yield": "share/year",
        "lease_yield_sd": "share/year",
        "works_share": "share",
        "works_wage": "yuan/post/quarter",
    },
    want=want,
    changed=changed,
    delivered=delivered,
    once=True,
    project="collective",
)
