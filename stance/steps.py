"""The steps from articles to answers, as a notebook or the command line takes them."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from textwrap import shorten
from threading import Lock
from typing import Any

import pandas as pd

from stance.articles.reading import Article, Source, made_of, read_articles, sources
from stance.classifiers.answers import Remembered
from stance.classifiers.estimators import WORD, PairClassifier
from stance.classifiers.precisions import CHOSEN
from stance.classifiers.predictions import classified, doubts, pairs
from stance.classifiers.saved import model_folder
from stance.codebook import Codebook, read_codebook
from stance.files import InputError
from stance.labels.corrections import Correction, corrected, is_left_out, read_corrections
from stance.labels.standoff import with_labelled
from stance.parts import Note, notes_of, outcomes, write_joined
from stance.report.inputs import hashes, total
from stance.statements import finding
from stance.statements.finding import Statement, explained, read_statements
from stance.statements.stakeholders import attributed
from stance.study import Study, read_study
from stance.tables import FORMATS, Skipped, frame, read_table, table_parts, write_table

READ = ["path", "title", "publisher", "published", "words", "statements", "group", "reason"]
ROWS = 1_000  # of a table that is classified, in one part
ARTICLES, CHARACTERS = 200, 2_000_000  # in one part at most, of the articles in which statements are found
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


def what_was_read(
    articles: Sequence[Article], skipped: Sequence[Skipped], statements: Iterable[Statement]
) -> pd.DataFrame:
    """One row an article, and one for whatever else was left aside: path, title, publisher, published, words and
    statements (numbers of each), group (the path of the first of its near-copies; empty where it has none) and reason
    (what was left aside of it, or why all of it was).

    Its first columns, put right, are the table `articles.csv` that `read_articles` reads beside the articles.

    >>> from stance.articles.reading import Article
    >>> read = Article("a1", "Beds", "", "2017-07-05", "", "a.txt", "The LGA said no.", "a1")
    >>> what_was_read([read], [Skipped("b.txt", "empty")], [])[["path", "words", "reason"]].values.tolist()
    [['a.txt', 4, ''], ['b.txt', 0, 'empty']]
    """
    said = Counter(one.article for one in statements)
    sizes = Counter(one.group for one in articles)
    paths = {one.article: one.path for one in articles}
    reasons: dict[str, list[str]] = {}
    for place, reason in skipped:
        reasons.setdefault(place, []).append(reason)
    rows: list[tuple[str | int, ...]] = []
    for one in articles:
        group = paths[one.group] if sizes[one.group] > 1 else ""
        numbers = len(one.text.split()), said[one.article]
        reason = "; ".join(reasons.pop(one.path, []))
        rows.append((one.path, one.title, one.publisher, one.published, *numbers, group, reason))
    rows += [(place, "", "", "", 0, 0, "", "; ".join(why)) for place, why in reasons.items()]
    return pd.DataFrame(rows, columns=READ)


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
    words (see `Target.words`), headline, context, and `line`, the row's label in `table`.

    Raises InputError, with `file`, the line and the field, for what cannot be judged.
    """
    are_statements = "statement" in table and "target" not in table
    for name in ("text",) if are_statements else ("text", "target"):
        if name not in table:
            raise InputError(f"a column of this name (found: {', '.join(map(str, table))})", file, field=name)
        for line, words in zip(table.index.tolist(), table[name], strict=True):
            if not (isinstance(words, str) and WORD.search(words)):
                raise InputError("some words", file, line, name)
    _check_text(table, file)
    if not len(table):
        raise InputError("at least one row", file)
    if there := [name for name in ANSWER if name in table]:
        raise InputError("no column of this name, which an answer gets", file, field=there[0])
    lines, rows = table.index, table.reset_index(drop=True)
    targets = read_codebook(codebook or read_study().codebook).targets
    if not are_statements:
        described = {target.target: target.words for target in targets}
        asked = rows.reindex(columns=["text", "target", "headline", "context"]).astype(object).fillna("")
        return rows, asked.assign(target=asked["target"].replace(described), line=lines)
    found = _readable(table, file, must_be_placed=bool(articles))
    asked = pairs(list[Any](found.itertuples()), targets, articles).assign(line=lines.repeat(len(targets)))
    again = rows.loc[rows.index.repeat(len(targets))].reset_index(drop=True)
    return again.assign(target=asked["target_id"]), asked


def _check_text(table: pd.DataFrame, file: str) -> None:
    """Raise InputError where a cell that a model reads beside the text is neither text nor empty: a list, say."""
    for name in ("statement", "article", "kind", "context", "sentence", "headline"):
        for line, words in zip(table.index.tolist(), table[name], strict=True) if name in table else ():
            if not (isinstance(words, str) or (pd.api.types.is_scalar(words) and pd.isna(words))):
                raise InputError(f"text, not {words!r:.60}", file, line, name)


def _readable(table: pd.DataFrame, file: str, must_be_placed: bool) -> pd.DataFrame:
    """The columns of statements that `pairs` reads, filled where a table made elsewhere lacks them."""
    names = ["statement", "article", "start", "text", "kind", "context", "place", "sentence"]
    found = table.reindex(columns=names).astype(object).fillna("")
    for name in ("context", "sentence"):
        found[name] = found[name].where(found[name] != "", found["text"])
    for name in ("start", "place"):
        found[name] = pd.to_numeric(found[name], errors="coerce").replace([float("inf"), float("-inf")], float("nan"))
    if must_be_placed and (unplaced := table.index[found["start"].isna()]).size:
        raise InputError("where in its article the statement begins, a number", file, unplaced[0], "start")
    return found.fillna({"start": 0, "place": 0}).astype({"start": int, "place": int})


# Tables larger than memory, part by part ------------------------------------------------------------------------------


def write_statements(of: Study, output: str | Path, explain: bool = False, engine: str = "") -> list[Note]:
    """Write the statements of a study, as corrected, to the table `output`; the notes of it are what was left out, as
    ("left out", place, reason), and with `explain` what is no statement, as ("explained", path, place, words, what,
    why).

    For `engine`, and how a run that was stopped goes on, see `parts.outcomes`. Raises InputError where nothing is said.
    """
    book, first = read_codebook(of.codebook, begun=True), dict[str, str]()
    corrections, torn = read_corrections(of.corrections)
    told: list[Note] = [("left out", *one) for one in torn]
    given = ((of, book, corrections, explain, some) for some in _bundles(of.articles))
    with outcomes(_found, given, output, engine) as tables:
        said = 0
        for table in tables:
            again = set()
            for kind, *note in notes_of(table):
                if kind != "read":
                    told.append((kind, *note))
                    continue
                key, place, number = note
                if key in first:  # in another part; a copy in the same one is told there
                    again.add(key)
                    told.append(("left out", place, f"an exact copy of {first[key]}"))
                    continue
                first[key] = place
                said += int(number)
                if number == "0":
                    told.append(("left out", place, "no statement found in it"))
            if again:
                rows = read_table(table)
                write_table(rows[~rows["article"].isin(again)], table)
        if said:
            write_joined(tables, output)
    if not first:
        why = ": ".join(told[0][1:]) if told else "the table has no rows"
        raise InputError(f"at least one article that can be used ({why})", of.articles)
    if not said:
        raise InputError("at least one article in which somebody says something", of.articles)
    return told


def _bundles(articles: str | Path) -> Iterator[list[Source]]:
    held, size = list[Source](), 0
    for source in sources(articles, whole=False):
        held.append(source)
        size += source.size
        if len(held) == ARTICLES or size > CHARACTERS:
            yield held
            held, size = [], 0
    if held:
        yield held


def _found(
    of: Study, book: Codebook, corrections: list[Correction], explain: bool, some: list[Source]
) -> tuple[pd.DataFrame, list[Note]]:
    read, skipped = made_of(some)
    articles = [article for article in read if not is_left_out(article, of)]
    skipped += [Skipped(one.path, "left out by study.toml") for one in read if is_left_out(one, of)]
    counting = {(one.statement, one.field): one for one in corrections}
    spoken = [
        statement
        for article in articles
        for statement in corrected(finding.find_statements(article), article, book, counting, skipped)
    ]
    spoken = with_labelled(spoken, articles, of.annotations)
    number = Counter(statement.article for statement in spoken)
    notes: list[Note] = [("left out", *one) for one in skipped]
    notes += [("read", one.article, one.path, str(number[one.article])) for one in articles]
    for article in articles if explain else ():
        for left in explained(*read_statements(article)):
            words = shorten(left.text, 60, placeholder="…")
            notes.append(("explained", article.path, f"{left.start}-{left.end}", words, left.what, left.reason))
    return frame(spoken, Statement), notes


def write_answers(
    of: Study, table: str | Path, output: str | Path, articles: str | Path = "", engine: str = ""
) -> list[Note]:
    """Write what `classify` gives for a table, or a folder of tables, to the table `output`, by the codebook and model
    of a study; the notes of it are the answers that mean little, as ("doubtful", place, why).

    For `engine`, and how a run that was stopped goes on, see `parts.outcomes`. Raises InputError before the work begins
    for rows that cannot be judged, and for a model that cannot be loaded.
    """
    read = read_articles(articles)[0] if articles else []
    number, columns = 0, dict[Any, None]()
    for file, part in _read_parts(table):
        questions(part, read, of.codebook, file)
        number, columns = number + 1, columns | dict.fromkeys(part)
    name, folder = of.model, model_folder(of.model)
    judge = _loaded(name, state := total(hashes(folder)) if folder.is_dir() else "")
    arithmetic = getattr(judge, "precision_", "")
    asked = (
        (name, state, arithmetic, file, *questions(part.reindex(columns=list(columns)), read, of.codebook, file))
        for file, part in _read_parts(table)
    )
    with outcomes(_judged, asked, output, engine, number) as tables:
        told = dict.fromkeys(note for one in tables for note in notes_of(one))
        write_joined(tables, output)
    return list(told)


def _read_parts(table: str | Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """The parts of a table, or of each table in a folder, with the file; those without rows only where all are."""
    files = [table]
    if Path(table).is_dir():
        files = sorted(str(file) for file in Path(table).iterdir() if file.suffix in FORMATS)
        if not files:
            raise InputError(f"a folder with tables in it ({', '.join(FORMATS)})", table)
    empty = list[Any]()
    for file in map(str, files):
        for part in table_parts(file, ROWS):
            if len(part):
                yield file, part
                empty = [None]
            elif not empty:
                empty = [(file, part)]
    yield from filter(None, empty)


_ONE_AT_A_TIME = Lock()  # a worker may have threads, and needs the model once


@cache
def _loaded(name: str, state: str) -> PairClassifier:
    """The model of that name. Raises InputError where its files have another hash than `state`."""
    folder = model_folder(name)
    if folder.is_dir() and total(hashes(folder)) != state:
        raise InputError("the model as it is where the work began; the one on this worker differs", folder)
    return Remembered(name)


def _judged(
    name: str, state: str, arithmetic: str, file: str, rows: pd.DataFrame, asked: pd.DataFrame
) -> tuple[pd.DataFrame, list[Note]]:
    if arithmetic:
        os.environ[CHOSEN] = arithmetic
    with _ONE_AT_A_TIME:
        judge = _loaded(name, state)
    notes = [("doubtful", f"{file}:{asked['line'][row]}: {field}", why) for row, field, why in doubts(judge, asked)]
    return rows.join(classified(judge, asked)[ANSWER]), list(dict.fromkeys(notes))  # once for all its targets
