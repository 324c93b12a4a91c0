"""The page about the command line says what the command line does."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from experiments import cli, command_page

PAGE = Path(__file__).parent.parent / "docs" / "command_line.md"


def test_the_page_is_up_to_date() -> None:
    """`make docs` was run after the last change of a command."""
    assert PAGE.read_text(encoding="utf-8") == command_page.page()


def test_the_page_names_every_command_and_option_of_the_help() -> None:
    """What `--help` lists stands on the page, in the section of its command."""
    sections = dict(part.split("\n", 1) for part in command_page.page().split("## fupin ")[1:])
    for command, section in sections.items():
        shown = CliRunner().invoke(cli.app, [*command.split(), "--help"]).stdout
        options = {word for word in shown.split() if word.startswith("--")} - {"--help", "--no-fixed", "--no-again"}
        assert options and all(f"`{option}" in section for option in options), command
    assert set(sections) == {
        *["run", "check", "list", "show", "export", "audit", "panel", "effects", "facts", "anchor", "schema"],
        *["compare", "diff", "new place", "attribute", "sensitivity", "branch", "study", "grow", "verify"],
    }


def test_every_option_is_explained_in_both_languages() -> None:
    """Chinese first, English beside it."""
    rows = [line for line in command_page.page().splitlines() if line.startswith("| `")]
    assert len(rows) > 20
    for row in rows:
        explained = row.split("` | ")[1]
        assert any("一" <= sign <= "鿿" for sign in explained) and any("a" <= sign <= "z" for sign in explained), row
