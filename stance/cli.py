"""The command line: the same functions that the notebooks call.

What the user gave and cannot be used ends a command with one line and exit status 2. What was left aside while the rest
went on is named at the end, on standard error.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer

from stance import cli_labels
from stance.files import printable
from stance.options import (
    Annotations,
    Articles,
    Codebook,
    Engine,
    Given,
    Model,
    Output,
    Studied,
    aligned,
    name_all,
    progress,
)

# Whatever is slow to load is imported in the command that needs it, so that `stance --help` answers at once.
if TYPE_CHECKING:
    from stance.study import Study

app = typer.Typer(
    help="Who said what, for which organisation, and whether it supports or opposes each target.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(cli_labels.hydrate)
app.command()(cli_labels.train)
app.command("export")(cli_labels.export_labels)
app.command("import")(cli_labels.import_labels)
app.command()(cli_labels.codebook)
app.command()(cli_labels.forget)


@app.command()
def new(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The folder to make.")],
    articles: Annotated[
        str, typer.Option(metavar="PATH", help="Where your articles lie; else in FOLDER/articles.")
    ] = "",
    begin_with: Annotated[str, typer.Option("--from", metavar="FILE", help="A .dna file of DNA 3 to begin with.")] = "",
) -> None:
    """Make a study of your own: study.toml, an empty codebook, folders for labels and corrections, the notebooks.

    With --from, what a file of the Discourse Network Analyzer holds: its documents, codes, coders and codebook.
    """
    from stance.labels import dna
    from stance.study import new_study

    skipped = dna.study(begin_with, folder) if begin_with else []
    study = new_study(folder, articles, begun=bool(begin_with))
    print(f"{folder} is made. Work in it: cd {folder}")
    if articles or begin_with:
        cli_labels.heard_in(study)
        name_all(skipped)
    else:
        print("Put your articles into its folder articles, then run `stance status`.")


@app.command()
def status(
    study: Studied = "",
    articles: Articles = "",
    codebook: Codebook = "",
    annotations: Annotations = "",
    model: Model = "",
    within: Annotated[float, typer.Option(metavar="POINTS", help="How long half an interval may be.")] = 15,
) -> None:
    """Say who is quoted, how far labelling has come, and how many more answers it takes."""
    from stance.study import read_study

    of = read_study(study, articles=articles, codebook=codebook, annotations=annotations, model=model)
    if cli_labels.heard_in(of):
        from stance.comparison.effort import effort
        from stance.comparison.results import compare

        results = compare(study=of)
        print("", *effort(results, within / 100).lines, sep="\n")
        name_all(results.skipped)


@app.command("articles")
def list_articles(given: Given = "", output: Output = "", articles: Articles = "", study: Studied = "") -> None:
    """Show what was read, and what was left aside, with the reason: to be looked at before anything else.

    With -o FOLDER/articles.csv the table stands beside the articles; put right there a title, publisher or date, and it
    counts from then on.
    """
    from stance import tables
    from stance.labels.corrections import heard
    from stance.steps import what_was_read
    from stance.study import read_study

    tables.check_output(output or "-")
    read, spoken, skipped, _ = heard(read_study(study, articles=given or articles), shown=progress)
    table = what_was_read(read, skipped, spoken)
    if output:
        tables.write_table(table, output)
    else:
        rows = [
            [shorten(str(cell), 60, placeholder="...") for cell in row[:-1]] + [row[-1]] for row in table.to_numpy()
        ]
        print(aligned([tuple(table), *rows]))
    different = len({one.group for one in read})
    aside = len(table) - len(read)
    print(f"{len(read)} articles, {different} of them different; left aside: {aside}", file=sys.stderr)


@app.command()
def statements(
    output: Output,
    given: Given = "",
    articles: Articles = "",
    codebook: Codebook = "",
    study: Studied = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Say which words have no speaker or are no statement, and why.")
    ] = False,
    engine: Engine = "",
) -> None:
    """Find the statements in articles, who said them, and for which stakeholders; corrections are heeded."""
    from stance.steps import write_statements
    from stance.study import read_study
    from stance.tables import check_output

    check_output(output)
    of = read_study(study, articles=given or articles, codebook=codebook)
    told = write_statements(of, output, explain, engine)
    if explain:
        rows = [tuple(rest) for kind, *rest in told if kind == "explained"]
        print(aligned([("article", "place", "words", "what", "why"), *rows]), file=sys.stderr)
    name_all((place, reason) for kind, place, reason, *_ in told if kind == "left out")


@app.command()
def classify(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Statements, or a table with 'text' and 'target'.")],
    output: Output,
    model: Model = "",
    articles: Annotated[str, typer.Option(metavar="DIR", help="The articles that statements were found in.")] = "",
    codebook: Codebook = "",
    study: Studied = "",
    engine: Engine = "",
) -> None:
    """Say which stance each text takes towards its target; a statement, towards each target of the codebook.

    A column `context` is read too: what stands before a text. With --articles a statement that begins its paragraph is
    read with the paragraph before, as in the report. A folder of tables is read as one, and a command that was stopped
    goes on where it was.
    """
    from stance.steps import write_answers
    from stance.study import read_study
    from stance.tables import check_output

    check_output(output)
    told = write_answers(read_study(study, codebook=codebook, model=model), table, output, articles, engine)
    name_all(((place, why) for _, place, why in told), "doubtful")


@app.command()
def report(
    given: Given = "",
    output: Annotated[str, typer.Option("-o", "--output", metavar="FOLDER", help="Where the pages go.")] = "reports",
    articles: Articles = "",
    codebook: Codebook = "",
    annotations: Annotations = "",
    model: Model = "",
    study: Studied = "",
    why: Annotated[bool, typer.Option("--why", help="Show which words moved each answer; takes minutes.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Name the annotators, as study.toml can say too.")] = False,
    check: Annotated[str, typer.Option(metavar="OLD", help="The folder of a report: write nothing, check that.")] = "",
    to: Annotated[
        str, typer.Option(metavar="FORMAT", help="html; markdown or docx: one file to write on in.")
    ] = "html",
    notebooks: Annotated[bool, typer.Option(help="Run the notebooks and show them as pages.")] = True,
    statements: Annotated[str, typer.Option(metavar="FILE", help="The statements of ARTICLES, found elsewhere.")] = "",
    predictions: Annotated[str, typer.Option(metavar="FILE", help="What `classify` answered for them elsewhere.")] = "",
) -> None:
    """Compare who supports and who opposes each target: all of it, its figures and its statements as tables.

    With --check OLD, in the study of the report in the folder OLD and with the same options, say whether it can still
    be made again: whether each file of the articles, codebook, labels, model, notebooks and package is what it was, and
    each version of the software, and whether the pages in OLD are still those that were written. Each change is a line:
    the part, new, gone or altered, and the file or the versions. The exit status is 0 where nothing changed, 1 where
    something did, and 2 where OLD holds no report or its record, inputs.json, is broken. Not made again, and not
    compared, are the machine and the libraries that ours stand on.
    """
    from stance.study import read_study

    of = read_study(study, articles=given or articles, codebook=codebook, annotations=annotations, model=model)
    of = replace(of, names=of.names or names)
    if check:
        _check(check, of, statements, predictions)
        return
    from stance.report.notebooks import NotebookError
    from stance.report.pages import FORMATS, write_report

    try:
        results = write_report(
            out=output, study=of, to=to, why=why, notebooks=notebooks, statements=statements, predictions=predictions
        )
    except NotebookError as error:
        raise typer.TyperException(str(error)) from error
    print(Path(output) / FORMATS[to])
    name_all(results.skipped)
    name_all(results.doubtful, "doubtful")


def _check(report: str, study: "Study", *made_elsewhere: str) -> None:
    from stance.report.inputs import changes, recorded

    changed = changes(report, recorded(study, *made_elsewhere))
    for change in changed:
        print(f"{change.part}: {change.what}: {change.name}")
    if changed:
        raise typer.Exit(1)
    print(f"nothing has changed: the report in {report} can be made again")


@app.command()
def networks(
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help=".csv, .graphml or .jsonl.")],
    given: Annotated[
        str, typer.Argument(metavar="[ARTICLES]", help="As for a report; or a .dna file or an event list of DNA.")
    ] = "",
    mode: Annotated[str, typer.Option(help="two: who and what; one: who with whom.")] = "two",
    of: Annotated[str, typer.Option(help="organisation or person.")] = "organisation",
    agreement: Annotated[
        str, typer.Option(help="subtract, ignore or combine; in mode one congruence, conflict, subtract or ignore.")
    ] = "",
    normalise: Annotated[
        str, typer.Option(help="none, activity or prominence; in mode one none, average, jaccard or cosine.")
    ] = "none",
    duplicates: Annotated[
        str, typer.Option(help="What counts once: statement, or all in an article, week, month or year, or once.")
    ] = "statement",
    since: Annotated[str, typer.Option(metavar="DATE", help="The first day, month or year.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day, month or year.")] = "",
    window: Annotated[str, typer.Option(metavar="LENGTH", help="'6 months': one network for each, to .jsonl.")] = "",
    exclude: Annotated[list[str] | None, typer.Option(metavar="NAME", help="An actor or target to leave out.")] = None,
    isolates: Annotated[bool, typer.Option("--isolates", help="Keep who has no tie in the range.")] = False,
    articles: Articles = "",
    codebook: Codebook = "",
    annotations: Annotations = "",
    model: Model = "",
    study: Studied = "",
) -> None:
    """Write who takes which side on what, or who sides with whom, as a network with an interval for each tie."""
    from stance.comparison import networks as nets
    from stance.comparison.results import Results, compare
    from stance.files import InputError
    from stance.labels.dna import is_dna, read_dna
    from stance.study import read_study

    if of not in ("organisation", "person"):
        raise InputError(f"organisation or person, not {of!r}", field="of")
    way = nets.Way(
        mode, agreement or nets.ALLOWED.get(mode, {"agreement": ("",)})["agreement"][0], normalise, duplicates
    )
    nets.check_ending(output, many=bool(window))
    if is_dna(given):
        results: Results | None = None
        file, skipped = read_dna(given)
        whole = nets.coded_in_dna(file, of)
    else:
        results = compare(
            study=read_study(study, articles=given or articles, codebook=codebook, annotations=annotations, model=model)
        )
        whole, skipped = nets.coded(results, of), list(results.skipped)
    rows = nets.within(whole, since, until, exclude or ())
    drawn = way, results, whole if isolates else None
    made = nets.moving(rows, window, *drawn) if window else [nets.network(rows, *drawn, since, until)]
    nets.write_networks(made, output)
    name_all(skipped)


# From the shell -------------------------------------------------------------------------------------------------------


def main() -> None:
    """Run the command that the shell names, and exit with its status; errors are one line on standard error."""
    for stream in (sys.stdout, sys.stderr):  # what a terminal has no letter for is written out; a file has UTF-8
        stream.reconfigure(errors="backslashreplace", encoding=None if stream.isatty() else "utf-8")  # type: ignore
    try:
        status = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone. What is still buffered must not fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except (typer.TyperException, OSError, ValueError) as error:
        status = _told(error)
    if status == 130:  # typer's for a stop by the keyboard
        print("stance: stopped", file=sys.stderr)
    sys.exit(status)


def _told(error: Exception) -> int:
    """Print an error in one line and give its exit status; raise it again if it is not one that users meet."""
    from stance.files import InputError

    if isinstance(error, typer.TyperException):
        line, status = error.format_message(), error.exit_code
    elif isinstance(error, InputError):
        line, status = str(error), 2
    elif isinstance(error, OSError):  # a full disk, say
        line, status = str(error), 1
    else:
        raise error
    print(printable(f"stance: {' '.join(line.split())}"), file=sys.stderr)
    return status


if __name__ == "__main__":
    main()
