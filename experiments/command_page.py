"""Writes the page about the command line from the commands themselves: `python -m experiments.command_page FILE`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args, get_type_hints

from experiments.cli import app

BAR = "\\|"
"""How Markdown writes a bar within a table."""

HEAD = """# 命令行 The command line

由 `make docs` 按程序生成，请勿手改。 Written by `make docs` from the program itself; edits here are lost.

退出码 Exit codes: 0 完成 done; 1 运行出错 an error while running; 2 输入有误，什么也没有写 bad input, nothing
was written; 130 被中断，算完的都已保存 interrupted, finished runs are kept.

一次运行由输入的散列标识，默认放在 `runs/NAME-<id>`：没算完就接着算，算完了就直接显示，`--again` 全部重算。
A run is known by a hash of its inputs and kept in `runs/NAME-<id>` by default: an unfinished one is resumed, a
complete one is shown, `--again` computes everything again. `--resume DIR` goes on with a folder, whose recorded options
must equal those given (`--workers` and `--lang` may differ), and starts anew where there is none; `--out` onto another
run's folder is refused. The same inputs give the same `answers.json` and tables, to the byte, at any number of workers.
"""


def page() -> str:
    """The whole page in Markdown: one section a command, one row an argument or option."""
    sections = [_section(command.name or command.callback.__name__, command.callback) for command in _commands(app)]
    for group in app.registered_groups:
        sections += [_section(f"{group.name} {one.name}", one.callback) for one in _commands(group.typer_instance)]
    return "\n".join([HEAD, *sections])


def _commands(of: Any) -> Any:
    return of.registered_commands


def _section(name: str, callback: Any) -> str:
    hints = get_type_hints(callback, include_extras=True)
    rows = [_row(parameter, get_args(hint)) for parameter, hint in hints.items() if get_args(hint)[1:]]
    heading = f"## fupin {name}\n"
    return "\n".join([heading, callback.__doc__, "", "| | |", "|---|---|", *rows, ""])


def _row(parameter: str, annotated: tuple[Any, ...]) -> str:
    """How a parameter is written (`--runs N`, `--fixed`, `DIR`), and what it does."""
    kind, told = annotated[0], annotated[-1]
    spelt = str(told.metavar)
    if type(told).__name__ == "OptionInfo":
        # Within Annotated the first name given stands where typer otherwise keeps a default.
        given = [word for word in (told.default, *(told.param_decls or ())) if str(word).startswith("--")]
        name = next(iter(given), f"--{parameter.replace('_', '-')}")
        spelt = name if kind is bool else f"{name} {told.metavar}"
    return f"| `{spelt.replace('|', BAR)}` | {told.help} |"


def main() -> None:
    """Write the page to the file named on the command line."""
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
