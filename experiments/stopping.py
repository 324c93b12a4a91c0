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


def outlook(options: Options) -> tuple[str, str] | None:
    """What a run that stops by itself may take, in Chinese and English; None for one of a number fixed beforehand."""
    if options.until is None:
        return None
    from results.sequences import half_width, sequence
    from results.stopping import looks, most

    last = most(options.recorded())
    sure = (look for look in looks(options.runs, last)
            if half_width(sequence(0, look / options.per_draw)) <= options.until)  # fmt: skip
    few = next(sure, last)
    return (
        f"每 {options.runs} 次看一回；至少 {few} 次（各目标次次一样时），最多 {last} 次，由最接近五五开的目标决定",
        f"a look every {options.runs} replicates; {few} of them at least (if all runs agree), {last} at most: the"
        " target nearest to even chances decides",
    )
