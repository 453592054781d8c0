"""The command line: the same functions that the notebooks call, and nothing more.

What the user gave and cannot be used ends a command with one line and exit status 2; what was left aside while the rest
went on is named at the end, on standard error.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

# Whatever is slow to load is imported where it is used, so that `stance --help` answers at once.
if TYPE_CHECKING:
    import pandas as pd

    from stance.articles import Article
    from stance.records import Skipped

app = typer.Typer(
    help=__doc__ and "Who said what, for which organisation, and whether it supports or opposes each target.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Articles = Annotated[str, typer.Argument(help="A folder of articles, one article, or a table with a column 'text'.")]
Output = Annotated[str, typer.Option("-o", "--output", help="A .jsonl, .csv or .parquet file, or - for standard output.")]
Model = Annotated[str, typer.Option(help="The name of a folder under models/, or the path of one.")]


@app.command()
def statements(
    articles: Articles,
    output: Output,
    explain: Annotated[bool, typer.Option("--explain", help="Say which words in marks are no statement, and why.")] = False,
) -> None:
    """Find the statements of articles, their speakers and stakeholders."""
    from stance import records
    from stance.codebook import read_codebook
    from stance.stakeholders import attributed
    from stance.statements import Statement, read_statements

    records.check_output(output)
    found, skipped = _read(articles)
    said = attributed(_progress(found, "reading"), read_codebook())
    spoken = {statement.article for statement in said}
    skipped += [records.Skipped(one.path, "no statement found in it") for one in found if one.article not in spoken]
    if not said:
        raise records.InputError("at least one article in which somebody says something", articles)
    records.write(said, output, Statement)
    if explain:
        rows = [
            (one.path, f"{left.start}-{left.end}", f"{left.text[:57]}..." if len(left.text) > 60 else left.text, left.reason)
            for one in found
            for left in read_statements(one)[1]
        ]
        _say(aligned([("article", "place", "words", "left out because"), *rows]))
    _name(skipped)


@app.command()
def classify(table: Annotated[str, typer.Argument(help="Statements, or any table with 'text' and 'target'.")],
             output: Output, model: Model = "") -> None:  # fmt: skip
    """Say which stance each row takes: a statement towards each target of the codebook, a text towards its target."""
    from stance import models, records

    records.check_output(output)
    rows = records.read_table(table)
    records.write_table(classified(models.load(model or models.DEFAULT), rows, table), output)


def classified(model: "models.PairClassifier", rows: "pd.DataFrame", file: str) -> "pd.DataFrame":
    """`rows` of a table with the columns stance, support, oppose, none and model of the answers behind their own.

    A statement without `target` comes once for each target of the codebook; a `target` that is an identifier of the
    codebook stands for its description. Raises InputError, naming `file`, for what cannot be judged.
    """
    from stance import models
    from stance.codebook import read_codebook
    from stance.records import InputError

    targets = read_codebook().targets
