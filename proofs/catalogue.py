"""Every proof by name, in the order they run."""

from __future__ import annotations

from collections.abc import Callable

from proofs import killing, naive_evaluators, registers, regression_to_mean, reverse_history, sensitivity, stopping
from proofs.proof import HELPERS, MODEL, Found, Proof


def _proof(name: str, title: str, prove: Callable[[bool], Found]) -> Proof:
    own = prove.__module__.replace(".", "/") + ".py"
    return Proof(name, title, prove, (*MODEL, *HELPERS, own))


PROOFS = {
    proof.name: proof
    for proof in (
        _proof("selection", "cross-sections overstate training and cooperatives", naive_evaluators.selection),
        _proof("differences", "difference in differences and the dip", naive_evaluators.before_and_after),
        _proof("discontinuity", "a fuzzy discontinuity at the line", naive_evaluators.at_the_line),
        _proof("regression_to_mean", "the list recovers without policy", regression_to_mean.prove),
        _proof("goodhart", "reporting bias betters the register alone", registers.goodhart),
        _proof("identification", "random recipients for the same money", registers.identification),
        _proof("no_pandemic", "without the pandemic no slump", reverse_history.pandemic),
        _proof("no_cliff", "without the cliff fewer returns", reverse_history.cliff),
        Proof(
            "stopping",
            "a run that stops by itself covers what it says",
            stopping.prove,
            (*(f"results/{name}.py" for name in ("sequences", "stopping", "draws", "intervals")), "proofs/stopping.py"),
        ),
        Proof(
            "killed",
            "killed at any moment and resumed, a run gives the same bytes",
            killing.prove,
            (
                *(f"experiments/{name}.py" for name in ("ensemble", "design", "folders")),
                *(f"results/{name}.py" for name in ("store", "packing", "canonical")),
                "simulator/parallel.py",
                "proofs/killing.py",
            ),
        ),
        Proof(
            "sensitivity",
            "Ishigami and Sobol' G come out of the whole pipeline, and luck gets what is luck's",
            sensitivity.prove,
            (
                "experiments/sensitivity.py",
                "experiments/sensitivity_design.py",
                "results/sensitivity.py",
                "results/sensitivity_estimators.py",
                "proofs/sensitivity.py",
            ),
        ),
    )
}
