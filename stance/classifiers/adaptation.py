"""Adaptation: a network trained further on a user's own labels, and what it says of articles that it has not seen."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from stance.articles.reading import Article, read_articles
from stance.classifiers.networks import FineTuned
from stance.classifiers.predictions import pairs
from stance.classifiers.saved import load, save
from stance.codebook import read_codebook
from stance.files import InputError
from stance.labels.annotations import adjudicated, read_annotations
from stance.labels.standoff import Labelled, hydrated
from stance.shipped import ANNOTATIONS, DIGESTS
from stance.statements.stakeholders import attributed
from stance.tables import read


def labelled(articles: str | Path, annotations: str | Path = ANNOTATIONS) -> pd.DataFrame:
    """The pairs of the codebook that annotators labelled in these articles, for statements that are marked in them or
    found: statement, target_id, text, target, context, stance, test (the target's name), group (of near-copies, and of
    digests that retell one article: what retells an article tells its labels).

    Raises InputError where none of the labels is of a statement of these articles.
    """
    codebook = read_codebook()
    found, _ = read_articles(articles)
    marked = {said.statement: said for said in (*attributed(found, codebook), *hydrated(found)[0])}
    table = pairs(marked.values(), codebook.targets, found)
    labels = adjudicated(read_annotations(annotations, codebook)[0])
    names = {target.target: target.name for target in codebook.targets}
    groups = {article.article: _retold(article, Path(articles)) for article in found}
    keys = zip(table["statement"], table["target_id"], strict=True)
    table = table.assign(
        stance=[labels.get(key, "") for key in keys],
        test=table["target_id"].map(names),
        group=table["statement"].map(lambda statement: groups[marked[statement].article]),
    )
    table = table[table["stance"] != ""].reset_index(drop=True)
    if table.empty:
        raise InputError("labels of statements that these articles hold", annotations)
    return table


def _retold(article: Article, articles: Path) -> str:
    """The labelled article that a digest says it retells, by its file's name in the front matter, or its own group."""
    file = (articles if articles.is_dir() else articles.parent) / article.path
    if file.suffix == ".md" and (source := re.search(r"^source: (\w+)", file.read_text("utf-8", "replace"), re.M)):
        for one in read(ANNOTATIONS / "articles.csv", Labelled):
            if Path(one.path).stem == source[1]:
                return one.article
    return article.group


def adapt(
    annotations: str | Path, articles: str | Path, base: str | Path, folder: str | Path, parts: int = 3
) -> pd.DataFrame:
    """What a model trained further on a user's labels answers, and the model in `base` before, each on articles that
    its labels are not of (of three parts, each is held out once; an article's digests go with it): the pairs of
    `labelled` with `model` and the probabilities support, oppose, none. Writes the model that learned
    all labels to `folder`.
    """
    table = labelled(articles or DIGESTS, annotations)
    groups = table["group"].nunique()
    if groups < 2:
        raise InputError("labels in two articles or more, so that one can be held out", annotations)
    before = load(base)
    probabilities = pd.DataFrame(0.0, table.index, before.classes_)
    for learned, held in GroupKFold(min(parts, groups)).split(table, groups=table["group"]):
        probabilities.iloc[held] = adapted(table.iloc[learned], base).predict_proba(table.iloc[held])
    save(adapted(table, base), folder)
    unadapted = pd.DataFrame(before.predict_proba(table), table.index, before.classes_)
    made = ((Path(folder).resolve().name, probabilities), (before.name_, unadapted))
    return pd.concat([table.join(answers).assign(model=name) for name, answers in made], ignore_index=True)


def adapted(labels: pd.DataFrame, base: str | Path, seed: int = 0) -> FineTuned:
    """The model in `base`, trained further on a user's own labelled pairs: more passes the fewer there are.

    Raises InputError where `base` holds no network.
    """
    model = load(base)
    if not isinstance(model, FineTuned):
        raise InputError("a network to train further", base)
    lower = model.network_.config.num_hidden_layers // 2  # few labels teach little that is so general
    model.set_params(epochs=float(np.clip(1000 / len(labels), 2, 10)), rate=2e-5, batch=16, seed=seed, warm_start=True,
                     frozen=lower)  # fmt: skip
    return model.fit(labels, labels["stance"]).set_params(base=Path(base).name, warm_start=False)
