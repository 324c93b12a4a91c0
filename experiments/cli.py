"""The `fupin` command: a thin front door. Every command imports what it needs when it is called, so that
`fupin --version` and `fupin list` answer at once."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments import planning
from experiments.commands import asking, attribute, branch, compare, keeping, sensitivity, study, taking
from experiments.commands.computing import computed_before, computing
from experiments.terminal import (
    BAD_INPUT,
    AddedOption,
    AgainOption,
    AtMostOption,
    DaskOption,
    EngineOption,
    FixedOption,
    FolderArgument,
    Lang,
    LangOption,
    LeaveOneOutOption,
    MacroOption,
    OutOption,
    PerDrawOption,
    ResumeOption,
    SeedOption,
    SetsOption,
    SourceArgument,
    UntilOption,
    WithoutOption,
    WorkersOption,
    in_words,
    refusing,
    say,
    warn,
    warn_of,
)

if TYPE_CHECKING:
    from experiments.request import Request

app = typer.Typer(
    name="fupin",
    help="扶贫规划推演：各项目标有多大把握实现、要花多少钱。 "
    "How surely each target of an anti-poverty plan is reached, and at what cost.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character shows a question mark rather than a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"fupin {metadata.version('fupin')}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="版本 version")
    ] = False,
) -> None:
    pass


@app.command()
def run(
    source: SourceArgument = None,
    runs: Annotated[int | None, typer.Option(metavar="N", help="基本推演次数 base replicates [32; full: 5]")] = None,
    households: Annotated[
        str | None, typer.Option(metavar="N|full", help="样本户数或全部 sample size or all [20000]")
    ] = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    fixed: FixedOption = False,
    macro: MacroOption = None,
    sets: SetsOption = None,
    without: WithoutOption = None,
    added: AddedOption = None,
    leave_one_out: LeaveOneOutOption = None,
    per_draw: PerDrawOption = None,
    until: UntilOption = None,
    at_most: AtMostOption = None,
    out: OutOption = None,
    resume: ResumeOption = None,
    again: AgainOption = False,
    each_range: Annotated[
        bool,
        typer.Option("--each-range", help="逐个把假设取到区间两端，看结论变多少 move each assumed number to its ends"),
    ] = False,
    lang: LangOption = Lang.zh,
) -> None:
    """推演一个方案并回答各项目标的把握。 Run a scenario and answer how surely each target is reached."""
    given: dict[str, Any] = {
        "runs": runs,
        "households": households,
        "seed": seed,
        "fixed": fixed or None,
        "macro": macro and macro.value,
        "sets": tuple(sets) if sets else None,
        "without": tuple(without) if without else None,
        "added": tuple(added) if added else None,
        "leave_one_out": leave_one_out,
        "per_draw": per_draw,
        "until": until,
        "at_most": at_most,
    }
    with refusing(lang):
        from experiments import request, stopping

        wanted = request.understand(source, given, workers, out, resume, again, engine and engine.value, dask)
        if wanted.folder.complete:
            computed_before(lang)
            say(_answer_text(wanted.folder.path, lang))
        else:
            if wanted.options.households == "full" and dask is None:
                weight = request.weigh(wanted)
                warn(weight.text(lang))
                request.refuse_what_does_not_fit(weight)
            if ahead := stopping.outlook(wanted.options):
                warn(in_words(lang, *ahead))
            _compute(wanted, lang)
        if each_range:
            planning.move_each(wanted, households is not None, runs is not None, lang)


@app.command()
def grow(
    directory: FolderArgument,
    runs: Annotated[int, typer.Option(metavar="N", help="总共多少次推演 how many replicates in all")],
    workers: WorkersOption = None,
    engine: EngineOption = None,
    dask: DaskOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """增加推演次数，已算的保持不变。 More replicates for a run; those that are there stay as they are."""
    with refusing(lang):
        from experiments.growing import grown

        wanted = grown(directory, runs, workers=workers, kind=engine and engine.value, dask=dask)
        if wanted.folder.complete:
            say(_answer_text(directory, lang))
        else:
            _compute(wanted, lang)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML 文件 YAML files of any kind")],
    lang: LangOption = Lang.zh,
) -> None:
    """检查方案文件，列出全部问题。 Check scenario files and list every fault."""
    from scenarios import check as faults_of

    faults = [fault for file in files for fault in faults_of(file)]
    for fault in faults:
        warn(fault.text(lang))
    if faults:
        raise typer.Exit(BAD_INPUT)
    for file in files:
        say(in_words(lang, f"{file}：没有问题", f"{file}: no faults"))


@app.command(name="list")
def list_scenarios(lang: LangOption = Lang.zh) -> None:
    """列出可用的方案和情景变动。 List the programmes and changes there are."""
    from scenarios import listing

    with refusing(lang):
        entries = listing()
    widest = max(len(entry.name) for entry in entries)
    for entry in entries:
        say(f"{entry.kind:9}  {entry.name:{widest}}  {in_words(lang, entry.title_zh, entry.title_en)}")


@app.command()
def show(directory: FolderArgument, lang: LangOption = Lang.zh) -> None:
    """再看一次结果。 Show again what the runs of a folder came to."""
    with refusing(lang):
        from experiments.finished import kept_text

        say(kept_text(directory, lang.value))


app.command(name="export")(taking.export)
app.command(name="panel")(taking.panel)
app.command(name="audit")(taking.audit_money)
app.command(name="verify")(keeping.verify)
app.command(name="attribute")(attribute.attribute)
app.command(name="branch")(branch.branch)
app.command(name="sensitivity")(sensitivity.sensitivity)
app.command(name="compare")(compare.compare)
app.command(name="study")(study.study)
app.command(name="diff")(planning.diff)
app.command(name="effects")(asking.effects)
app.command(name="facts")(asking.stylised_facts)
app.command(name="anchor")(asking.anchor)
app.command(name="schema")(asking.schema)
app.add_typer(planning.new, name="new")


def _compute(wanted: Request, lang: Lang) -> None:
    from experiments.ensemble import run_ensemble
    from results.store import Store

    folder = wanted.folder.path
    with (
        computing("run", folder, wanted.engine, lang) as progress,
        Store.create(folder, wanted.folder.meta, again=wanted.again) as store,
    ):
        done = run_ensemble(wanted.loaded, wanted.options, store, wanted.engine, progress)
    warn_of(done.errors, lang)
    if done.workers_seen:
        warn(in_words(lang, f"{done.workers_seen} 个线程或进程同时在算", f"{done.workers_seen} workers were at work"))
    say(_answer_text(folder, lang))


def _answer_text(folder: Path, lang: Lang) -> str:
    from experiments.finished import answer_text

    return answer_text(folder, lang.value)


if __name__ == "__main__":
    main()
