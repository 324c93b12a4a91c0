"""What is done with runs that are kept: more of them, and whether they are what they say."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.terminal import FolderArgument, Lang, LangOption, refusing, say

DAMAGED = 1


def verify(
    directory: FolderArgument,
    recompute: Annotated[int, typer.Option(metavar="N", help="重算几次作对照 replicates to simulate again")] = 2,
    lang: LangOption = Lang.zh,
) -> None:
    """核对保存的推演：校验和、决定它的输入，并抽样重算。 Check kept runs: checksums, keys, and a recomputed sample."""
    with refusing(lang):
        from experiments.verification import verify as verified

        verdict = verified(directory, recompute)
    say(verdict.text(lang.value))
    if verdict.faults:
        raise typer.Exit(DAMAGED)
