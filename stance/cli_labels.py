"""The commands about labels: to and from other tools, joined to articles, learned from; and the codebook's own."""

import sys
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer

from stance.options import (
    Annotations,
    Articles,
    Codebook,
    Given,
    Output,
    Printed,
    Studied,
    Tool,
    aligned,
    name_all,
    progress,
)

# Whatever is slow to load is imported in the command that needs it, so that `stance --help` answers at once.
if TYPE_CHECKING:
    from stance.study import Study


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
    print(aligned([Note._fields, *notes]), file=sys.stderr if output == "-" else sys.stdout)
    name_all(skipped)


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
        print(model, aligned([tuple(table), *table.itertuples(index=False)]), sep="\n")


def export_labels(
    tool: Tool,
    output: Printed,
    annotations: Annotated[str, typer.Argument(metavar="[ANNOTATIONS]", help="A folder of labels.")] = "",
    articles: Articles = "",
    codebook: Codebook = "",
    predictions: Annotated[
        str, typer.Option(metavar="TABLE", help="For dna, what `classify` wrote: for statements without a label.")
    ] = "",
    study: Studied = "",
) -> None:
    """Write labels in another tool's format, and say what that cannot hold; or the corrections as JSONL.

    With --format dna a file that DNA 3 opens, or where FILE ends in .csv its event list.
    """
    from stance import tables
    from stance.classifiers.predictions import Prediction
    from stance.codebook import read_codebook
    from stance.labels import dna, exchange
    from stance.labels.annotations import Annotation, gathered, read_annotations
    from stance.labels.corrections import exported_corrections, heard
    from stance.study import read_study

    of = read_study(study, articles=articles, codebook=codebook, annotations=annotations)
    book = read_codebook(of.codebook)
    labels, left = read_annotations(of.annotations, book)
    if not labels and tool != "corrections":
        reason = f" ({left[0].reason})" if left else ""
        raise tables.InputError(f"a folder with at least one label{reason}", annotations or of.annotations)
    read, spoken, skipped, corrections = heard(of, book, progress)
    if tool == "corrections":
        tables.write_text(exported_corrections(corrections), output)
        return
    if tool == "dna":
        answers = tables.read(predictions, Prediction) if predictions else []
        by_hand = {(label.statement, label.target) for label in labels}
        coded = [Annotation(one.statement, one.target, one.stance, one.model, "") for one in answers
                 if (one.statement, one.target) not in by_hand]  # fmt: skip
        dna.write_dna(dna.dna_of(read, spoken, [*labels, *coded], book), output)
        print(dna.HOLDS, f"Its password is {dna.PASSWORD}.", file=sys.stderr)
    else:
        tables.write_text(exchange.exported(labels, tool, spoken, book), output)
        print(exchange.TOOLS[tool].holds, exchange.NOWHERE, file=sys.stderr)
    wordless = len({label.statement for label in labels} - {statement.statement for statement in spoken})
    if wordless:
        print(f"{wordless} of the labelled statements are not in these articles and have no words.", file=sys.stderr)
    name_all([*gathered(left), *skipped])


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
    from stance.labels import corrections, dna, exchange
    from stance.study import read_study

    of = read_study(study, codebook=codebook)
    if tool == "corrections":
        added, there, skipped = corrections.imported_corrections(file, place := Path(output or of.corrections))
    elif tool == "dna":
        place = Path(output or of.annotations)
        added, there, skipped = dna.add_labels(file, place, read_codebook(of.codebook))
        if not added + there:
            raise tables.InputError(f"at least one label{f' ({skipped[0].reason})' if skipped else ''}", file)
    else:
        book = read_codebook(of.codebook)
        labels, skipped = exchange.imported(file, tool, annotator, book)
        if not labels:
            raise tables.InputError(f"at least one label{f' ({skipped[0].reason})' if skipped else ''}", file)
        added, there = exchange.add_new(labels, place := Path(output or of.annotations), book)
    what = "corrections" if tool == "corrections" else "labels"
    print(f"{added} {what} added to {place}" + (f"; {there} stood there already" if there else ""))
    name_all(skipped)


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
        heard_in(of)


def heard_in(study: "Study") -> bool:
    """Print who is quoted in a study; whether its codebook says enough to go on."""
    from stance.codebook import checked_codebook
    from stance.comparison.words import counted
    from stance.labels.corrections import heard
    from stance.statements.stakeholders import voices

    book, faults = checked_codebook(study.codebook)
    articles, statements, skipped, corrections = heard(study, book, progress)
    there = f"{counted(len(articles), 'article')}, {counted(len(statements), 'statement')}"
    print(f"{there}. Who is quoted, those of no stakeholder first:\n")
    rows = voices(statements, book)
    print(aligned([tuple(rows), *([shorten(str(cell), 40, placeholder="...") for cell in row]
                                   for row in rows.itertuples(index=False))]))  # fmt: skip
    if corrections:
        print(f"\nThe finder was corrected {counted(len(corrections), 'time')} in these statements.")
    enough = not faults and any(statement.stakeholders for statement in statements)
    if not enough:
        print(f"\nTo go on, fill the tables in {study.codebook}: who is a stakeholder, who speaks for it, the targets;")
        print("`stance codebook --check` says what is missing in them.")
        name_all(skipped)
    return enough


def forget() -> None:
    """Throw away the answers of models that are kept from earlier runs; they are reckoned anew when asked for."""
    from stance.classifiers.answers import forget, place

    print(f"{forget() / 1e6:,.1f} MB freed in {place()}")
