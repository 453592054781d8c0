"""Options: what the commands share, how they are asked for, and how what they tell is printed."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.files import printable

if TYPE_CHECKING:
    from stance.articles.reading import Article

Given = Annotated[str, typer.Argument(metavar="[ARTICLES]", help="A folder, a page, or a table with a column 'text'.")]
Articles = Annotated[str, typer.Option(metavar="PATH", help="Other articles than the study's.")]
Output = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help=".jsonl, .csv or .parquet; - prints CSV.")]
Printed = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="- prints it.")]
Codebook = Annotated[str, typer.Option(metavar="DIR", help="Another codebook than the study's.")]
Annotations = Annotated[str, typer.Option(metavar="DIR", help="Another folder of labels than the study's.")]
Model = Annotated[str, typer.Option(metavar="NAME", help="`fast`, a folder under models/, or the path of one.")]
Tool = Annotated[
    str, typer.Option("--format", help="csv, dna, doccano, label-studio or prodigy; corrections: as they are.")
]
Engine = Annotated[str, typer.Option(help="dask: a process a core; dask:ADDRESS: a scheduler's workers.")]
Studied = Annotated[str, typer.Option("--study", metavar="DIR", help="Another study than that of the working folder.")]


def progress(articles: Sequence["Article"]) -> Iterable["Article"]:
    """The articles, while a bar on a terminal shows how far they are read."""
    from tqdm import tqdm

    return tqdm(articles, "reading", unit="article", leave=False, disable=None)  # None: shown on a terminal only


def name_all(places: Iterable[tuple[str, str]], what: str = "left out") -> None:
    """Print what was left out, or is doubtful: a line each, on standard error."""
    for place, reason in places:
        print(printable(f"{what}: {place}: {reason}"), file=sys.stderr)


def aligned(rows: Sequence[Sequence[Any]]) -> str:
    """The rows as text in columns; numbers with three digits behind the point, those that are none as '-'."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(printable("  ".join(map(str.ljust, row, widths)).rstrip()) for row in cells)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "-" if value != value else f"{value:,.3f}" if value < 1000 else f"{value:,.0f}"
    return str(value)
