"""The finder beside a corpus of invented articles whose statements are marked: python -m recipes.finder CORPUS.

The corpus is a folder or a file of JSON lines as the debates have them: `text`, and `statements` with `text`, `kind`,
`speaker` and `organisation`.
"""

from pathlib import Path
from typing import Annotated

import typer

from stance.statements.finding import find_statements

from recipes.scores import attribution, calibration, read_marked


def main(
    corpus: Annotated[list[Path], typer.Argument(help="JSON lines of the corpus.")],
    errors: Annotated[bool, typer.Option(help="List what was missed or given to somebody else.")] = False,
) -> None:
    """Print how many of the marked statements are found, and how many of those have the right speaker."""
    articles, gold = read_marked(corpus)
    found = [statement for article in articles for statement in find_statements(article)]
    for title, table in (
        (f"Statements of {len(articles)} articles", attribution(gold, found)),
        ("Of the statements given each confidence: share whose speaker is right", calibration(gold, found)),
    ):
        print(title, table.to_string(index=False), "", sep="\n")
    if errors:
        from recipes.scores import mistakes

        for line in mistakes(gold, found):
            print(line)


if __name__ == "__main__":
    typer.run(main)
