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

# Whatever is slow to load is imported in the command that needs it, so that `stance --help` answers at once.
if TYPE_CHECKING:
    from stance.articles.reading import Article
    from stance.study import Study

app = typer.Typer(
    help="Who said what, for which organisation, and whether it supports or opposes each target.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Given = Annotated[str, typer.Argument(metavar="[ARTICLES]", help="A folder, a page, or a table with a column 'text'.")]
Articles = Annotated[str, typer.Option(metavar="PATH", help="Other articles than the study's.")]
Output = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help=".jsonl, .csv or .parquet; - prints CSV.")]
Printed = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="- prints it.")]
Codebook = Annotated[str, typer.Option(metavar="DIR", help="Another codebook than the study's.")]
Annotations = Annotated[str, typer.Option(metavar="DIR", help="Another folder of labels than the study's.")]
Model = Annotated[str, typer.Option(metavar="NAME", help="`fast`, a folder under models/, or the path of one.")]
Studied = Annotated[str, typer.Option("--study", metavar="DIR", help="Another study than that of the working folder.")]


@app.command()
def new(
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The folder to make.")],
    articles: Annotated[
        str, typer.Option(metavar="PATH", help="Where your articles lie; else in FOLDER/articles.")
    ] = "",
) -> None:
    """Make a study of your own: study.toml, an empty codebook, folders for labels and corrections, the notebooks."""
    from stance.study import new_study

    study = new_study(folder, articles)
    print(f"{folder} is made. Work in it: cd {folder}")
    if articles:
        _heard_in(study)
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
    if _heard_in(of):
        from stance.comparison.effort import effort
        from stance.comparison.results import compare

        results = compare(study=of)
        print("", *effort(results, within / 100).lines, sep="\n")
        _name(results.skipped)


def _heard_in(study: "Study") -> bool:
    """Print who is quoted in a study; whether its codebook says enough to go on."""
    from stance.codebook import checked_codebook
    from stance.comparison.words import counted
    from stance.labels.corrections import heard
    from stance.statements.stakeholders import voices

    book, faults = checked_codebook(study.codebook)
    articles, statements, skipped, corrections = heard(study, book, _progress)
    there = f"{counted(len(articles), 'article')}, {counted(len(statements), 'statement')}"
    print(f"{there}. Who is quoted, those of no stakeholder first:\n")
    rows = voices(statements, book)
    print(_aligned([tuple(rows), *([shorten(str(cell), 40, placeholder="...") for cell in row]
                                   for row in rows.itertuples(index=False))]))  # fmt: skip
    if corrections:
        print(f"\nThe finder was corrected {counted(len(corrections), 'time')} in these statements.")
    enough = not faults and any(statement.stakeholders for statement in statements)
    if not enough:
        print(f"\nTo go on, fill the tables in {study.codebook}: who is a stakeholder, who speaks for it, the targets;")
        print("`stance codebook --check` says what is missing in them.")
        _name(skipped)
    return enough


@app.command("articles")
def list_articles(output: Output, given: Given = "", articles: Articles = "", study: Studied = "") -> None:
    """Write the articles that were read as a table, and say what was left out, with the reason."""
    from stance import tables
    from stance.articles.reading import Article
    from stance.labels.corrections import heard
    from stance.study import read_study

    tables.check_output(output)
    found = heard(read_study(study, articles=given or articles))
    tables.write(found.articles, output, Article)
    _name(found.skipped)


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
) -> None:
    """Find the statements in articles, who said them, and for which stakeholders; corrections are heeded."""
    from stance import tables
    from stance.codebook import read_codebook
    from stance.labels.corrections import heard
    from stance.statements.finding import Statement, explained, read_statements
    from stance.study import read_study

    tables.check_output(output)
    of = read_study(study, articles=given or articles, codebook=codebook)
    read, spoken, skipped, _ = heard(of, read_codebook(of.codebook, begun=True), _progress)
    if not spoken:
        raise tables.InputError("at least one article in which somebody says something", given or of.articles)
    tables.write(spoken, output, Statement)
    if explain:
        rows = [
            (article.path, f"{left.start}-{left.end}", shorten(left.text, 60, placeholder="…"), left.what, left.reason)
            for article in read
            for left in explained(*read_statements(article))
        ]
        print(_aligned([("article", "place", "words", "what", "why"), *rows]), file=sys.stderr)
    speaking = {statement.article for statement in spoken}
    silent = [article.path for article in read if article.article not in speaking]
    _name([*skipped, *((path, "no statement found in it") for path in silent)])


@app.command()
def classify(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Statements, or a table with 'text' and 'target'.")],
    output: Output,
    model: Model = "",
    articles: Annotated[str, typer.Option(metavar="DIR", help="The articles that statements were found in.")] = "",
    codebook: Codebook = "",
    study: Studied = "",
) -> None:
    """Say which stance each text takes towards its target; a statement, towards each target of the codebook.

    A column `context` is read too: what stands before a text. With --articles a statement that begins its paragraph is
    read with the paragraph before, as in the report.
    """
    from stance import tables
    from stance.articles.reading import read_articles
    from stance.classifiers.answers import Remembered
    from stance.classifiers.predictions import classified, doubts
    from stance.steps import ANSWER, questions
    from stance.study import read_study

    tables.check_output(output)
    of = read_study(study, codebook=codebook, model=model)
    read = read_articles(articles)[0] if articles else []
    rows, asked = questions(tables.read_table(table), read, of.codebook, file=table)
    judge = Remembered(of.model)
    tables.write_table(rows.join(classified(judge, asked)[ANSWER]), output)
    doubtful = {f"{table}:{asked['line'][row]}: {field}": why for row, field, why in doubts(judge, asked)}
    _name(doubtful.items(), "doubtful")  # once each, though a statement is asked of each target


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
    check: Annotated[str, typer.Option(metavar="OLD", help="The folder of a report: write nothing, check that.")] = "",
    to: Annotated[
        str, typer.Option(metavar="FORMAT", help="html; markdown or docx: one file to write on in.")
    ] = "html",
    notebooks: Annotated[bool, typer.Option(help="Run the notebooks and show them as pages.")] = True,
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
    if check:
        _check(check, of)
        return
    from stance.report.notebooks import NotebookError
    from stance.report.pages import FORMATS, write_report

    try:
        results = write_report(out=output, study=of, to=to, why=why, notebooks=notebooks)
    except NotebookError as error:
        raise typer.TyperException(str(error)) from error
    print(Path(output) / FORMATS[to])
    _name(results.skipped)
    _name(results.doubtful, "doubtful")


def _check(report: str, study: "Study") -> None:
    from stance.report.inputs import changes, recorded

    changed = changes(report, recorded(study))
    for change in changed:
        print(f"{change.part}: {change.what}: {change.name}")
    if changed:
        raise typer.Exit(1)
    print(f"nothing has changed: the report in {report} can be made again")


@app.command()
def hydrate(
    given: Given = "", output: Output = "", articles: Articles = "", annotations: Annotations = "", study: Studied = ""
) -> None:
    """Join the labelled statements of a folder of labels to the articles that you hold, and say which were found."""
    from stance import tables
    from stance.articles.reading import read_articles
    from stance.labels.standoff import Note, hydrated
    from stance.statements.finding import Statement
    from stance.study import read_study

    tables.check_output(output or "-")
    of = read_study(study, articles=given or articles, annotations=annotations)
    read, skipped = read_articles(of.articles)
    labelled, notes = hydrated(read, of.annotations)
    if not labelled:
        refused = [f" ({note.place}: {note.reason})" for note in notes if note.outcome == "refused"]
        raise tables.InputError(f"at least one labelled article{''.join(refused[:1])}", given or of.articles)
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


Tool = Annotated[str, typer.Option("--format", help="csv, doccano, label-studio or prodigy; corrections: as they are.")]


@app.command("export")
def export_labels(
    tool: Tool,
    output: Printed,
    annotations: Annotated[str, typer.Argument(metavar="[ANNOTATIONS]", help="A folder of labels.")] = "",
    articles: Articles = "",
    codebook: Codebook = "",
    study: Studied = "",
) -> None:
    """Write labels in another tool's format, and say what that cannot hold; or the corrections as JSONL."""
    from stance import tables
    from stance.codebook import read_codebook
    from stance.labels import exchange
    from stance.labels.annotations import gathered, read_annotations
    from stance.labels.corrections import exported_corrections, heard
    from stance.study import read_study

    of = read_study(study, articles=articles, codebook=codebook, annotations=annotations)
    book = read_codebook(of.codebook)
    labels, left = read_annotations(of.annotations, book)
    if not labels and tool != "corrections":
        reason = f" ({left[0].reason})" if left else ""
        raise tables.InputError(f"a folder with at least one label{reason}", annotations or of.annotations)
    _, spoken, skipped, corrections = heard(of, book, _progress)
    if tool == "corrections":
        tables.write_text(exported_corrections(corrections), output)
        return
    tables.write_text(exchange.exported(labels, tool, spoken, book), output)
    print(exchange.TOOLS[tool].holds, exchange.NOWHERE, file=sys.stderr)
    wordless = len({label.statement for label in labels} - {statement.statement for statement in spoken})
    if wordless:
        print(f"{wordless} of the labelled statements are not in these articles and have no words.", file=sys.stderr)
    _name([*gathered(left), *skipped])


@app.command("import")
def import_labels(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Labels as another tool wrote them.")],
    tool: Tool,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="DIR", help="A folder of labels, to be added to; else the study's.")
    ] = "",
    annotator: Annotated[str, typer.Option(metavar="NAME", help="Whose they are, if the file does not say.")] = "",
    codebook: Codebook = "",
    study: Studied = "",
) -> None:
    """Add labels made elsewhere, by another tool, a colleague or a language model; or corrections."""
    from stance import tables
    from stance.codebook import read_codebook
    from stance.labels import corrections, exchange
    from stance.study import read_study

    of = read_study(study, codebook=codebook)
    if tool == "corrections":
        added, there, skipped = corrections.imported_corrections(file, place := Path(output or of.corrections))
    else:
        book = read_codebook(of.codebook)
        labels, skipped = exchange.imported(file, tool, annotator, book)
        if not labels:
            raise tables.InputError(f"at least one label{f' ({skipped[0].reason})' if skipped else ''}", file)
        added, there = exchange.add_new(labels, place := Path(output or of.annotations), book)
    what = "corrections" if tool == "corrections" else "labels"
    print(f"{added} {what} added to {place}" + (f"; {there} stood there already" if there else ""))
    _name(skipped)


@app.command()
def codebook(
    output: Printed = "",
    check: Annotated[bool, typer.Option("--check", help="Say what is missing, doubled or unreadable.")] = False,
    codebook: Codebook = "",
    articles: Articles = "",
    study: Studied = "",
) -> None:
    """Write the label rules with examples as one page to print; without -o, say who is quoted, for the tables."""
    from stance import tables
    from stance.codebook import checked_codebook, read_codebook
    from stance.labels.handouts import handout
    from stance.study import read_study

    of = read_study(study, codebook=codebook, articles=articles)
    if check:
        _, faults = checked_codebook(of.codebook)
        for one in faults:
            place = ":".join(str(part) for part in (one.file, one.line) if part and str(part) != ".")
            print(": ".join(filter(None, (place, one.field, one.expected))))
        if faults:
            raise typer.Exit(1)
        print(f"nothing is wrong with the codebook in {of.codebook}")
    elif output:
        tables.write_text(handout(read_codebook(of.codebook)), output)
    else:
        _heard_in(of)


@app.command()
def forget() -> None:
    """Throw away the answers of models that are kept from earlier runs; they are reckoned anew when asked for."""
    from stance.classifiers.answers import forget, place

    print(f"{forget() / 1e6:,.1f} MB freed in {place()}")


# What is printed -----------------------------------------------------------------------------------------------------


def _progress(articles: Sequence["Article"]) -> Iterable["Article"]:
    from tqdm import tqdm

    return tqdm(articles, "reading", unit="article", leave=False, disable=None)  # None: shown on a terminal only


def _name(places: Iterable[tuple[str, str]], what: str = "left out") -> None:
    for place, reason in places:
        print(f"{what}: {place}: {reason}", file=sys.stderr)


def _aligned(rows: Sequence[Sequence[Any]]) -> str:
    """The rows as text in columns; numbers with three digits behind the point, those that are none as '-'."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "-" if value != value else f"{value:,.3f}" if value < 1000 else f"{value:,.0f}"
    return str(value)


# From the shell -------------------------------------------------------------------------------------------------------


def main() -> None:
    """Run the command that the shell names, and exit with its status; errors are one line on standard error."""
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
    from stance.tables import InputError

    if isinstance(error, typer.TyperException):
        line, status = error.format_message(), error.exit_code
    elif isinstance(error, InputError):
        line, status = str(error), 2
    elif isinstance(error, OSError):  # a full disk, say
        line, status = str(error), 1
    else:
        raise error
    print(f"stance: {' '.join(line.split())}", file=sys.stderr)
    return status


if __name__ == "__main__":
    main()
