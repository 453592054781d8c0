"""Predictions: which stance a model reads in each statement towards each target, and where its answer means little."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from stance.articles.reading import Article
from stance.classifiers.estimators import WORD, PairClassifier
from stance.codebook import STANCES, Target
from stance.files import InputError
from stance.statements.finding import Statement

CONTEXT = 2_000  # characters before a statement, more than any network here reads of them
FEW_WORDS = 8  # fewer do not tell their language
FOREIGN = 0.8  # probability of another language; no statement of the contrast corpus has as much (a test)


@dataclass(frozen=True)
class Prediction:
    """A model's answer for one statement and target: the likeliest stance and the three probabilities, sum 1."""

    statement: str
    target: str
    stance: str
    support: float
    oppose: float
    none: float
    model: str


def pairs(statements: Iterable[Statement], targets: Sequence[Target], articles: Iterable[Article] = ()) -> pd.DataFrame:
    """The frame that a model reads, one row a statement and target: statement, target_id, text, target, headline,
    context.

    `target` is the target in words (see `Target.words`). `text` is the statement's, but a fragment's sentence: some
    quoted words alone say nothing of what they are about. `headline` is its article's title, and `context` what stands
    before it there, the nearest CONTEXT characters; of an article that is not given, only what its paragraph has.
    """
    whole = {article.article: article for article in articles}
    rows = []
    for said in statements:
        words, place = said.text, said.place
        if said.kind == "fragment":
            words = said.sentence
            place = said.context.rfind(words, 0, place + len(words))  # the nearest that begins no later than `text`
        headline, before = "", said.context[:place]
        if article := whole.get(said.article):
            headline, before = article.title, article.text[: said.start - said.place + place]
        before = before[-CONTEXT:].strip(" \n“‘\"'")
        rows += [(said.statement, target.target, words.strip(), target.words, headline, before) for target in targets]
    return pd.DataFrame(rows, columns=["statement", "target_id", "text", "target", "headline", "context"])


def classified(model: PairClassifier, table: pd.DataFrame) -> pd.DataFrame:
    """The answers to a table with text and target, rows as there: stance, support, oppose, none (sum 1), model."""
    probabilities = model.predict_proba(table)
    if unknown := set(model.classes_) - set(STANCES):
        raise InputError(f"a model that answers {', '.join(STANCES)}, not {', '.join(sorted(unknown))}")
    answers = pd.DataFrame(probabilities, table.index, model.classes_).reindex(columns=list(STANCES), fill_value=0.0)
    answers.insert(0, "stance", model.classes_[probabilities.argmax(axis=1)])
    return answers.assign(model=getattr(model, "name_", type(model).__name__))


def doubts(model: PairClassifier, table: pd.DataFrame) -> Iterator[tuple[Any, str, str]]:
    """The rows of a table with text and target for which the model's answer means little, as (row, field, why): what it
    does not read to the end, and a text of eight words or more that is not English.
    """
    for row, text, unread in zip(table.index, table["text"], model.unread(table), strict=True):
        for field, left in zip(("text", "target"), unread, strict=True):
            if left:
                yield row, field, f"longer than the model reads, by {left:,} of its tokens (words, or parts of them)"
        if len(WORD.findall(text)) >= FEW_WORDS:
            language, probability = _language(text)
            if language != "en" and probability >= FOREIGN:
                yield row, "text", f"not in English, it seems ({language}), which is all that models read"


@lru_cache(10_000)  # a statement is asked of each target
def _language(text: str) -> tuple[str, float]:
    return _languages().classify(text)


@cache
def _languages() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # its tables take a second to load

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def predictions(
    model: PairClassifier, statements: Iterable[Statement], targets: Sequence[Target], articles: Iterable[Article] = ()
) -> list[Prediction]:
    """The model's predictions for each statement and each target of the codebook, in that order (see `pairs`)."""
    table = pairs(statements, targets, articles)
    names = table[["statement", "target_id"]].rename(columns={"target_id": "target"})
    return [Prediction(*row) for row in names.join(classified(model, table)).itertuples(index=False, name=None)]
