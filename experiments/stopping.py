"""How many replicates an ensemble runs: as many as were asked for, or until its answer is sure enough.

The next batch is begun only after every replicate before it has finished and was looked at. So the number of replicates
follows from what they found alone, whoever worked on them and however often the run was stopped and resumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.design import Options

if TYPE_CHECKING:
    from results.store import Store


def batches(options: Options, store: Store) -> Iterator[tuple[int, int]]:
    """Ranges of replicates, one after the other; the caller runs what is missing of each before it asks for the next.
    Without `until` there is one."""
    if options.until is None:
        yield 0, options.runs
        return
    from results.stopping import Tally, looks, most

    tally, first = Tally(options.per_draw), 0
    for upto in looks(options.runs, most(options.recorded())):
        yield first, upto
        for number in range(first, upto):
            tally.add(store.read((number, "policy", "base")))
        if tally.reached(options.until):
            return
        first = upto
