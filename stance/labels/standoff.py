"""Stand-off labels: statements of articles that are not ours to pass on, and the articles that hold their words."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from stance import tables
from stance.articles.reading import Article
from stance.labels.annotations import STATEMENTS
from stance.shipped import ANNOTATIONS
from stance.statements.finding import Statement
from stance.statements.quotations import find_quotations, paragraphs
from stance.statements.sentences import around, find_sentences, hide


@dataclass(frozen=True)
class Labelled:
    """An article that was labelled: its identifier, the name of its file, and its date, ISO or empty."""

    article: str
    path: str
    published: str = ""


@dataclass(frozen=True)
class StandOff:
    """A labelled statement without its words, which stand at article.text[start:end] for those who hold the article."""

    statement: str
    article: str
    start: int
    end: int
    kind: str
    cue: str = ""
    speaker: str = ""
    mention: str = ""
    role: str = ""
    organisation: str = ""
    stakeholders: tuple[str, ...] = ()


class Note(NamedTuple):
    """What became of a labelled article or statement: `outcome` is found, not found or refused, `reason` why."""

    article: str
    place: str
    outcome: str
    reason: str = ""


def hydrated(articles: Iterable[Article], folder: str | Path = ANNOTATIONS) -> tuple[list[Statement], list[Note]]:
    """The labelled statements of `folder` that stand in `articles`, with their words again, and a note on each article.

    An article is known by its identifier, which is a hash of its text: a file of the same name with another text is
    refused. Further notes are on statements that were refused. Confidence is 1. Raises InputError for a broken table.
    """
    folder = Path(folder)
    labelled = tables.read(folder / "articles.csv", Labelled)
    by_hash = {article.article: article for article in articles}
    by_name = {Path(article.path).name: article for article in by_hash.values()}
    notes = []
    for name, path in ((row.article, row.path) for row in labelled):
        namesake = by_name.get(Path(path).name)
        if name in by_hash:
            notes.append(Note(name, by_hash[name].path, "found"))
        elif namesake:
            reason = f"its text is another: {namesake.article}, where {name} was labelled"
            notes.append(Note(name, namesake.path, "refused", reason))
        else:
            notes.append(Note(name, path, "not found"))
    known = {row.article for row in labelled}
    statements = []
    for row in tables.read(folder / STATEMENTS, StandOff):
        if row.article not in known:
            notes.append(Note(row.article, row.statement, "refused", "its article is not in articles.csv"))
            continue
        if row.article not in by_hash:
            continue  # the note on its article says so
        text, start, end = by_hash[row.article].text, row.start, row.end
        held = [span for span in paragraphs(text) if span[0] < end and start < span[1]]
        if not (0 <= start < end <= len(text) and held):
            reason = f"no words at {start}-{end} of the {len(text)} characters of its article"
            notes.append(Note(row.article, row.statement, "refused", reason))
        elif row.statement != f"{row.article}-{start}-{end}":
            notes.append(Note(row.article, row.statement, "refused", f"its place is another: {start}-{end}"))
        else:
            left, right = held[0][0], held[-1][1]
            context = text[left:right]
            hidden = hide(context, find_quotations(context))
            first, last = around(list(find_sentences(hidden, 0, len(hidden))), start - left, end - left)
            statements.append(Statement(
                **asdict(row), text=text[start:end], context=context, place=start - left,
                sentence=context[first:last], confidence=1.0,
            ))  # fmt: skip
    return statements, notes


def with_labelled(
    statements: Iterable[Statement], articles: Sequence[Article], folder: str | Path = ANNOTATIONS
) -> list[Statement]:
    """The statements, and those of the same articles that only the labels in `folder` know, which take the place of
    any without a label that they overlap; in the order of the articles and of their places.
    """
    statements = list(statements)
    if not all((Path(folder) / name).exists() for name in (STATEMENTS, "articles.csv")):
        return statements
    labelled = hydrated(articles, folder)[0]
    found, kept = {one.statement for one in statements}, {one.statement for one in labelled}
    new = [one for one in labelled if one.statement not in found]
    places: dict[str, list[Statement]] = {}
    for one in new:
        places.setdefault(one.article, []).append(one)
    old = [
        one
        for one in statements
        if one.statement in kept
        or not any(one.start < other.end and other.start < one.end for other in places.get(one.article, ()))
    ]
    order = {article.article: place for place, article in enumerate(articles)}
    return sorted([*old, *new], key=lambda one: (order[one.article], one.start)) if new else statements
