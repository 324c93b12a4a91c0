"""`fupin study`: a question that is data, answered anew."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer

from experiments.terminal import Lang, LangOption, in_words, refusing, say


def study(
    name: Annotated[str | None, typer.Argument(metavar="[NAME|FILE]", help="研究的名称或文件 name or file")] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="图、表和回答写到这里 where they go [runs/study-NAME]")
    ] = None,
    lang: LangOption = Lang.zh,
) -> None:
    """重做一项研究：从头推演，画图，回答问题；不给名称则列出全部。 Remake a study from nothing, or list them all."""
    with refusing(lang):
        from experiments import study as studies
        from experiments.folders import HOME

        if name is None:
            for one in studies.listed():
                say(f"{one.name}  {in_words(lang, one.title['zh'], one.title['en'])}\n    {studies.line(one)}")
            return
        meant = studies.meant(name)
        into = to or HOME / f"study-{meant.name}"
        say(f"$ {studies.line(meant)}")
        answer = studies.remake(meant, into, _run, lang.value)
        say(f"\n{in_words(lang, meant.title['zh'], meant.title['en'])}\n{answer}")
        say(in_words(lang, "\n图、表和回答 ", "\nfigures, table and answer ") + str(into))


def _run(words: Sequence[str]) -> None:
    """Run a command line as if it had been typed, but for what it prints: that is longer than the answer. Raises
    typer.Exit with its exit code where that is not 0."""
    from experiments.cli import app

    with redirect_stdout(StringIO()):
        code = app(list(words), standalone_mode=False)
    if code:
        raise typer.Exit(code)
