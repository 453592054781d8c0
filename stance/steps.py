"""The steps from articles to answers, as a notebook or the command line takes them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from stance.articles.reading import Article
from stance.classifiers.answers import Remembered
from stance.classifiers.estimators import WORD
from stance.classifiers.predictions import classified, pairs
from stance.codebook import read_codebook
from stance.statements.finding import Statement
from stance.statements.stakeholders import attributed
from stance.study import read_study
from stance.tables import InputError, frame

ANSWER = ["stance", "support", "oppose", "none", "model"]  # the columns that `classify` adds


def find_statements(articles: Iterable[Article], codebook: str | Path = "") -> list[Statement]:
    """The statements of `articles` in order, each with the stakeholders for whom it was made, by a codebook, or else
    that of the study that one works in.

    >>> from stance.articles.reading import Article
    >>> text = "The LGA said that the targets were unfair."
    >>> [found] = find_statements([Article("a1", "", "", "2017-07-05", "", "a.txt", text, "a1")])
    >>> found.text, found.kind, found.speaker, found.stakeholders
    ('the targets were unfair', 'indirect', 'LGA', ('lga',))
    """
    return attributed(articles, read_codebook(codebook or read_study().codebook))


def classify(
    table: pd.DataFrame | Sequence[Statement],
    model: str | Path = "",
    articles: Sequence[Article] = (),
    codebook: str | Path = "",
) -> pd.DataFrame:
    """The rows of `table` in order, each with the model's answer: stance, support, oppose, none (sum 1), model.

    `table` is a frame with the columns text and target, one row a question, or statements, which are asked of each
    target of the codebook; with `articles`, as a report reads them (see `pairs`). `model` is `fast`, a folder under
    models/ or the path of one; by default that of the study. Raises InputError for rows that cannot be judged and a
    model that cannot be loaded.

    >>> import pandas as pd
    >>> asked = pd.DataFrame({"text": ["Free buses are a splendid idea."], "target": ["free buses"]})
    >>> classify(asked, model="fast")["stance"].tolist()
    ['support']
    """
    rows = table if isinstance(table, pd.DataFrame) else frame(table, Statement)
    rows, asked = questions(rows, articles, codebook)
    return rows.join(classified(Remembered(model or read_study().model), asked)[ANSWER])


def questions(
    table: pd.DataFrame, articles: Sequence[Article] = (), codebook: str | Path = "", file: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows that are judged, one a pair of text and target, and beside each what the model reads: text, target in
    words (for a target of the codebook its description), headline, context, and `line`, the row's label in `table`.

    Raises InputError, with `file`, the line and the field, for what cannot be judged.
    """
    are_statements = "statement" in table and "target" not in table
    for name in ("text",) if are_statements else ("text", "target"):
        if name not in table:
            raise InputError(f"a column of this name (found: {', '.join(map(str, table))})", file, field=name)
        for line, words in zip(table.index.tolist(), table[name], strict=True):
            if not (isinstance(words, str) and WORD.search(words)):
                raise InputError("some words", file, line, name)
    if not len(table):
        raise InputError("at least one row", file)
    if there := [name for name in ANSWER if name in table]:
        raise InputError("no column of this name, which an answer gets", file, field=there[0])
    lines, rows = table.index, table.reset_index(drop=True)
    targets = read_codebook(codebook or read_study().codebook).targets
    if not are_statements:
        described = {target.target: target.description for target in targets}
        asked = rows.reindex(columns=["text", "target", "headline", "context"]).astype(object).fillna("")
        return rows, asked.assign(target=asked["target"].replace(described), line=lines)
    found = _readable(table, file, must_be_placed=bool(articles))
    asked = pairs(list[Any](found.itertuples()), targets, articles).assign(line=lines.repeat(len(targets)))
    again = rows.loc[rows.index.repeat(len(targets))].reset_index(drop=True)
    return again.assign(target=asked["target_id"]), asked


def _readable(table: pd.DataFrame, file: str, must_be_placed: bool) -> pd.DataFrame:
    """The columns of statements that `pairs` reads, filled where a table made elsewhere lacks them."""
    names = ["statement", "article", "start", "text", "kind", "context", "place", "sentence"]
    found = table.reindex(columns=names).astype(object).fillna("")
    for name in ("context", "sentence"):
        found[name] = found[name].where(found[name] != "", found["text"])
    for name in ("start", "place"):
        found[name] = pd.to_numeric(found[name], errors="coerce")
    if must_be_placed and (unplaced := table.index[found["start"].isna()]).size:
        raise InputError("where in its article the statement begins, a number", file, unplaced[0], "start")
    return found.fillna({"start": 0, "place": 0}).astype({"start": int, "place": int})
