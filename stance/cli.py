"""The command line: the same functions that the notebooks call.

What the user gave and cannot be used ends a command with one line and exit status 2. What was left aside while the rest
went on is named at the end, on standard error.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.files import printable

# Whatever is slow to load is imported in the command that needs it, so that `stance --help` answers at once.
if TYPE_CHECKING:
    from stance.articles.reading import Article

app = typer.Typer(
    help="Who said what, for which organisation, and whether it supports or opposes each target.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Articles = Annotated[str, typer.Argument(metavar="ARTICLES", help="A folder, a page, or a table with a column 'text'.")]
Output = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help=".jsonl, .csv or .parquet; - prints CSV.")]
Annotations = Annotated[str, typer.Option(metavar="DIR", help="The folder of your own labels.")]
Model = Annotated[str, typer.Option(metavar="NAME", help="`fast`, a folder under models/, or the path of one.")]

Engine = Annotated[str, typer.Option(help="dask: a process a core; dask:ADDRESS: a scheduler's workers.")]


@app.command()
def statements(
    articles: Articles,
    output: Output,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say which words have no speaker or are no statement, and why.")
    ] = False,
    engine: Engine = "",
) -> None:
    """Find the statements in articles, who said them, and for which stakeholders."""
    from stance.steps import write_statements
    from stance.tables import check_output

    check_output(output)
    told = write_statements(articles, output, explain, engine)
    if explain:
        rows = [tuple(rest) for kind, *rest in told if kind == "explained"]
        print(_aligned([("article", "place", "words", "what", "why"), *rows]), file=sys.stderr)
    _name((place, reason) for kind, place, reason, *_ in told if kind == "left out")


@app.command("articles")
def list_articles(articles: Articles, output: Output = "") -> None:
    """Show what was read, and what was left aside, with the reason: to be looked at before anything else.

    With -o FOLDER/articles.csv the table stands beside the articles; put right there a title, publisher or date, and it
    counts from then on.
    """
    from stance import tables
    from stance.articles.reading import read_articles
    from stance.codebook import read_codebook
    from stance.statements.stakeholders import attributed
    from stance.steps import what_was_read

    tables.check_output(output or "-")
    read, skipped = read_articles(articles)
    table = what_was_read(read, skipped, attributed(_progress(read), read_codebook()))
    if output:
        tables.write_table(table, output)
    else:
        rows = [
            [shorten(str(cell), 60, placeholder="...") for cell in row[:-1]] + [row[-1]] for row in table.to_numpy()
        ]
        print(_aligned([tuple(table), *rows]))
    different = len({one.group for one in read})
    aside = len(table) - len(read)
    print(f"{len(read)} articles, {different} of them different; left aside: {aside}", file=sys.stderr)


@app.command()
def classify(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Statements, or a table with 'text' and 'target'.")],
    output: Output,
    model: Model = "",
    articles: Annotated[str, typer.Option(metavar="DIR", help="The articles that statements were found in.")] = "",
    engine: Engine = "",
) -> None:
    """Say which stance each text takes towards its target; a statement, towards each target of the codebook.

    A column `context` is read too: what stands before a text. With --articles a statement that begins its paragraph is
    read with the paragraph before, as in the report. A folder of tables is read as one, and a command that was stopped
    goes on where it was.
    """
    from stance.classifiers.saved import DEFAULT
    from stance.steps import write_answers
    from stance.tables import check_output

    check_output(output)
    told = write_answers(table, output, model or DEFAULT, articles, engine)
    _name(((place, why) for _, place, why in told), "doubtful")


@app.command()
def report(
    articles: Articles,
    output: Annotated[str, typer.Option("-o", "--output", metavar="FOLDER", help="Where the pages go.")] = "reports",
    codebook: Annotated[str, typer.Option(metavar="DIR", help="The folder of your own codebook.")] = "",
    annotations: Annotations = "",
    model: Model = "",
    why: Annotated[bool, typer.Option("--why", help="Show which words moved each answer; takes minutes.")] = False,
    check: Annotated[str, typer.Option(metavar="OLD", help="The folder of a report: write nothing, check that.")] = "",
    to: Annotated[str, typer.Option(metavar="FORMAT", help="html, or markdown: one file, and its pictures.")] = "html",
    statements: Annotated[str, typer.Option(metavar="FILE", help="The statements of ARTICLES, found elsewhere.")] = "",
    predictions: Annotated[str, typer.Option(metavar="FILE", help="What `classify` answered for them elsewhere.")] = "",
) -> None:
    """Compare who supports and who opposes each target: all of it, and its figures as a table.

    With --check OLD, given the same articles and options as the report in the folder OLD, say whether it can still be
    made again: whether each file of the articles, codebook, labels, model, notebooks and package is what it was, and
    each version of the software, and whether the pages in OLD are still those that were written. Each change is a line:
    the part, new, gone or altered, and the file or the versions. The exit status is 0 where nothing changed, 1 where
    something did, and 2 where OLD holds no report or its record, inputs.json, is broken. Not made again, and not
    compared, are the machine and the libraries that ours stand on.
    """
    from stance.classifiers.saved import DEFAULT
    from stance.shipped import ANNOTATIONS, CODEBOOK

    given = (codebook or CODEBOOK, annotations or ANNOTATIONS, model or DEFAULT)
    if check:
        _check(check, articles, *given, statements, predictions)
        return
    from stance.report.notebooks import NotebookError
    from stance.report.pages import FORMATS, write_report

    try:
        results = write_report(articles, output, *given, to=to, why=why, statements=statements, predictions=predictions)
    except NotebookError as error:
        raise typer.TyperException(str(error)) from error
    print(Path(output) / FORMATS[to])
    _name(results.skipped)
    _name(results.doubtful, "doubtful")


def _check(report: str, *given: "str | Path") -> None:
    from stance.report.inputs import changes, recorded

    changed = changes(report, recorded(*given))
    for change in changed:
        print(f"{change.part}: {change.what}: {change.name}")
    if changed:
        raise typer.Exit(1)
    print(f"nothing has changed: the report in {report} can be made again")


@app.command()
def hydrate(articles: Articles, output: Output = "", annotations: Annotations = "") -> None:
    """Join the labelled statements of a folder of labels to the articles that you hold, and say which were found."""
    from stance import tables
    from stance.articles.reading import read_articles
    from stance.labels.standoff import Note, hydrated
    from stance.shipped import ANNOTATIONS
    from stance.statements.finding import Statement

    tables.check_output(output or "-")
    read, skipped = read_articles(articles)
    labelled, notes = hydrated(read, annotations or ANNOTATIONS)
    if not labelled:
        refused = [f" ({note.place}: {note.reason})" for note in notes if note.outcome == "refused"]
        raise tables.InputError(f"at least one labelled article{''.join(refused[:1])}", articles)
    if output:
        tables.write(labelled, output, Statement)
    print(_aligned([Note._fields, *notes]), file=sys.stderr if output == "-" else sys.stdout)
    _name(skipped)


@app.command()
def train(
    output: Annotated[str, typer.Option("-o", "--output", metavar="FOLDER")],
    labels: Annotated[str, typer.Option(metavar="DIR", help="The folder of your labels.")],
    base: Annotated[str, typer.Option(metavar="NAME", help="The model to begin with: a name or a folder.")] = "",
    articles: Annotated[str, typer.Option(metavar="DIR", help="The articles that the labels are of.")] = "",
) -> None:
    """Train a model further on your own labels; print how it does on articles that it has not learned from."""
    from stance.classifiers.adaptation import adapt
    from stance.classifiers.saved import DEFAULT
    from stance.comparison.scores import scored
    from stance.tables import check_folder

    check_folder(output)
    answers = adapt(labels, articles, base or DEFAULT, output)
    for model, rows in answers.groupby("model", sort=False):
        table = scored(rows[["support", "oppose", "none"]], rows)
        print(model, _aligned([tuple(table), *table.itertuples(index=False)]), sep="\n")


Tool = Annotated[str, typer.Option("--format", help="csv, dna, doccano, label-studio or prodigy.")]


@app.command("export")
def export_labels(
    annotations: Annotated[str, typer.Argument(metavar="ANNOTATIONS", help="A folder of labels.")],
    tool: Tool,
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="- prints it.")],
    articles: Annotated[str, typer.Option(metavar="DIR", help="The articles that hold the words.")] = "",
    predictions: Annotated[
        str, typer.Option(metavar="TABLE", help="For dna, what `classify` wrote: for statements without a label.")
    ] = "",
) -> None:
    """Write labels in another tool's format, and say what that cannot hold.

    With --format dna a file that DNA 3 opens, or where FILE ends in .csv its event list.
    """
    from stance import tables
    from stance.articles.reading import read_articles
    from stance.classifiers.predictions import Prediction
    from stance.codebook import read_codebook
    from stance.labels import dna, exchange
    from stance.labels.annotations import Annotation, read_annotations
    from stance.labels.standoff import with_labelled
    from stance.shipped import DIGESTS
    from stance.statements.stakeholders import attributed

    labels, skipped = read_annotations(annotations)
    if not labels:
        raise tables.InputError("a folder with at least one label", annotations)
    read, unread = read_articles(articles or DIGESTS)
    spoken = with_labelled(attributed(_progress(read), read_codebook()), read, annotations)
    if tool == "dna":
        answers = tables.read(predictions, Prediction) if predictions else []
        by_hand = {(label.statement, label.target) for label in labels}
        coded = [Annotation(one.statement, one.target, one.stance, one.model, "") for one in answers
                 if (one.statement, one.target) not in by_hand]  # fmt: skip
        dna.write_dna(dna.dna_of(read, spoken, [*labels, *coded], read_codebook()), output)
        print(dna.HOLDS, f"Its password is {dna.PASSWORD}.", file=sys.stderr)
    else:
        tables.write_text(exchange.exported(labels, tool, spoken), output)
        print(exchange.TOOLS[tool].holds, exchange.NOWHERE, file=sys.stderr)
    wordless = len({label.statement for label in labels} - {statement.statement for statement in spoken})
    if wordless:
        print(f"{wordless} of the labelled statements are not in these articles and have no words.", file=sys.stderr)
    _name([*skipped, *unread])


@app.command("import")
def import_labels(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Labels as another tool wrote them.")],
    tool: Tool,
    output: Annotated[str, typer.Option("-o", "--output", metavar="DIR", help="A folder of labels, to be added to.")],
    annotator: Annotated[str, typer.Option(metavar="NAME", help="Whose they are, if the file does not say.")] = "",
) -> None:
    """Add labels made elsewhere, by another tool, a colleague or a language model, to a folder of labels."""
    from stance import tables
    from stance.codebook import read_codebook
    from stance.labels import dna, exchange

    if tool == "dna":
        added, there, skipped = dna.add_labels(file, output, read_codebook())
    else:
        labels, skipped = exchange.imported(file, tool, annotator)
        added, there = exchange.add_new(labels, output) if labels else (0, 0)
    if not added + there:
        raise tables.InputError(f"at least one label{f' ({skipped[0].reason})' if skipped else ''}", file)
    print(f"{added} labels added to {output}" + (f"; {there} stood there already" if there else ""))
    _name(skipped)


@app.command()
def networks(
    articles: Annotated[
        str, typer.Argument(metavar="ARTICLES", help="As for a report; or a .dna file or an event list of DNA.")
    ],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help=".csv, .graphml or .jsonl.")],
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
    codebook: Annotated[str, typer.Option(metavar="DIR", help="The folder of your own codebook.")] = "",
    annotations: Annotations = "",
    model: Model = "",
) -> None:
    """Write who takes which side on what, or who sides with whom, as a network with an interval for each tie."""
    from stance.classifiers.saved import DEFAULT
    from stance.comparison import networks as nets
    from stance.comparison.results import Results, compare
    from stance.files import InputError
    from stance.labels.dna import is_dna, read_dna
    from stance.shipped import ANNOTATIONS, CODEBOOK

    if of not in ("organisation", "person"):
        raise InputError(f"organisation or person, not {of!r}", field="of")
    way = nets.Way(
        mode, agreement or nets.ALLOWED.get(mode, {"agreement": ("",)})["agreement"][0], normalise, duplicates
    )
    nets.check_ending(output, many=bool(window))
    if is_dna(articles):
        results: Results | None = None
        file, skipped = read_dna(articles)
        whole = nets.coded_in_dna(file, of)
    else:
        results = compare(articles, codebook or CODEBOOK, annotations or ANNOTATIONS, model or DEFAULT)
        whole, skipped = nets.coded(results, of), list(results.skipped)
    rows = nets.within(whole, since, until, exclude or ())
    given = way, results, whole if isolates else None
    made = nets.moving(rows, window, *given) if window else [nets.network(rows, *given, since, until)]
    nets.write_networks(made, output)
    _name(skipped)


@app.command()
def codebook(
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="- prints it.")],
) -> None:
    """Write the label rules with examples as one page to print."""
    from stance import tables
    from stance.codebook import read_codebook
    from stance.labels.handouts import handout

    tables.write_text(handout(read_codebook()), output)


# What is printed -----------------------------------------------------------------------------------------------------


def _progress(articles: Sequence["Article"]) -> Iterable["Article"]:
    from tqdm import tqdm

    return tqdm(articles, "reading", unit="article", leave=False, disable=None)  # None: shown on a terminal only


def _name(places: Iterable[tuple[str, str]], what: str = "left out") -> None:
    for place, reason in places:
        print(printable(f"{what}: {place}: {reason}"), file=sys.stderr)


def _aligned(rows: Sequence[Sequence[Any]]) -> str:
    """The rows as text in columns; numbers with three digits behind the point, those that are none as '-'."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(printable("  ".join(map(str.ljust, row, widths)).rstrip()) for row in cells)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "-" if value != value else f"{value:,.3f}" if value < 1000 else f"{value:,.0f}"
    return str(value)


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
