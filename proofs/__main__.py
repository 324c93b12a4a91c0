"""`python -m proofs [NAME ...]`: run the proofs whose results are missing or old.

Finished ones are skipped unless their sources changed, or with --again. Each result is written when it is there, so
that after Ctrl-C the next call goes on. --quick runs small samples, prints, and keeps nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from proofs.catalogue import PROOFS
from proofs.proof import Found, Proof, keep

GUESS = 180
"""Seconds a proof is taken to need that has never run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is wanted; 0 if all that ran or stands holds, 1 if something failed, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="proofs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROOFS))
    parser.add_argument("--again", action="store_true", help="run those that are up to date too")
    parser.add_argument("--quick", action="store_true", help="small samples; nothing is kept")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.names if name not in PROOFS]:
        parser.error(f"no proof named {', '.join(unknown)}; known: {', '.join(PROOFS)}")
    wanted = [PROOFS[name] for name in chosen.names or PROOFS]
    ahead = [proof for proof in wanted if chosen.again or chosen.quick or not proof.fresh()]
    failed = [proof.name for proof in wanted if proof not in ahead and not (proof.stored() or {}).get("passed")]
    for proof in wanted:
        if proof not in ahead:
            print(f"{proof.name}: up to date")
    try:
        failed += [
            proof.name for index, proof in enumerate(ahead) if not run(proof, ahead[index:], chosen.quick).passed
        ]
    except KeyboardInterrupt:
        print("stopped; finished proofs are kept, call again to go on", file=sys.stderr)
        return 130
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def run(proof: Proof, ahead: Sequence[Proof], quick: bool) -> Found:
    """Run one proof, print what it found and keep it; `ahead` are this and those after it."""
    left = sum((one.stored() or {}).get("seconds", GUESS) for one in ahead)
    about = "" if quick else f", about {left / 60:.0f} min left in all"
    print(f"{proof.name} ({len(ahead)} to go{about}) ...", file=sys.stderr, flush=True)
    began, sources = time.monotonic(), proof.hash
    found = proof.prove(quick)
    seconds = time.monotonic() - began
    if not quick:
        keep(proof, found, seconds, sources)
    print(told(proof, found, seconds))
    return found


def told(proof: Proof, found: Found, seconds: float) -> str:
    """A result in lines."""
    lines = [f"{proof.name}: {'holds' if found.passed else 'FAILED'} ({seconds:.0f} s) - {proof.title}"]
    lines += [f"  {'yes' if holds else 'NO '}  {statement}" for statement, holds in found.checks.items()]
    for name, value in found.numbers.items():
        lines.append(f"       {name}: {shown(value)}")
    return "\n".join(lines)


def shown(value: object) -> str:
    """A number, a list of numbers or a text, short."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return " ".join(shown(one) for one in value)
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
