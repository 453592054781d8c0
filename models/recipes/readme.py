"""The README's table of scores, made from what the models that ship carry with them: `python -m recipes.readme`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from stance.classifiers.saved import read_json
from stance.shipped import MODELS
from stance.tables import read_text, write_text

SHIPPED = ("stance-mpnet", "stance-minilm")
BASELINES = {"TF-IDF": "words weighed (TF-IDF)", "majority": "always the commonest"}
BEGIN, END = "<!-- scores: made by `python -m recipes.readme README.md` -->", "<!-- end of scores -->"


def scores_table(folder: Path = MODELS) -> str:
    """The scores of the models in `folder`, in Markdown: macro-F1, a row a test and a column a model or baseline.

    Baselines learned from the pairs of the first model. A test on the press articles says so in its name.
    """
    metrics = {name: read_json(folder / name / "metrics.json") for name in SHIPPED}
    scores = {
        (test, row["model"]): row
        for name, told in reversed(metrics.items())  # the first model's baselines count
        for test, row in _named(told)
        if row["model"] in BASELINES or row["model"] == name
    }
    columns = [*SHIPPED, *BASELINES]
    lines = [
        f"| macro-F1 | questions | {' | '.join([*SHIPPED, *BASELINES.values()])} |",
        f"|---|---:|{'---:|' * len(columns)}",
    ]
    for test in dict(_named(metrics[SHIPPED[0]])):
        cells = [_cell(scores[test, model], model in SHIPPED) for model in columns]
        lines.append(f"| {test} | {scores[test, SHIPPED[0]]['pairs']:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _named(metrics: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The rows of scores, each with the name of its test: press articles last, and which tests have no *none*."""
    public = [(row["test"] + (" (no *none*)" if row["stances"] == 2 else ""), row) for row in metrics["scores"]]
    return public + [(f"press articles: {row['test'].lower()}", row) for row in metrics["articles"]]


def _cell(row: dict[str, Any], with_interval: bool) -> str:
    interval = f" ({_short(row['low'])} to {_short(row['high'])})" if with_interval else ""
    return _short(row["macro_f1"]) + interval


def _short(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")


def with_scores(readme: str, table: str) -> str:
    """The text of a README with `table` between its two marks."""
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}"


def main(
    readme: Annotated[str, typer.Argument(help="The README that gets the table; without, it is printed.")] = "",
) -> None:
    """Print the table of scores, or put it into a README."""
    if readme:
        write_text(with_scores(read_text(readme), scores_table()), readme)
    else:
        print(scores_table())


if __name__ == "__main__":
    typer.run(main)
