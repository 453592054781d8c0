"""Reasons: the words that moved a model's answers."""

import pandas as pd
from tqdm import tqdm

from stance.classifiers.estimators import WORD, PairClassifier


def occlusion(model: PairClassifier, text: str, target: str, context: str = "", headline: str = "") -> pd.DataFrame:
    """The words that moved the answer for one text, one row a word in order: word, start and end in the text, and
    `change`, by how much the answer's probability (-1 to 1) is higher with the word than without it.

    Each word is left out in turn. Source: Zeiler & Fergus 2014.
    """
    words = [(text[slice(*found.span())], *found.span()) for found in WORD.finditer(text.replace("’", "'"))]
    texts = [text, *(f"{text[:start]}{text[end:]}" for _, start, end in words)]
    asked = pd.DataFrame({"text": texts, "target": target, "context": context, "headline": headline})
    kept = asked[[bool(WORD.search(words)) for words in texts]]
    probabilities = pd.DataFrame(model.predict_proba(kept), kept.index, model.classes_)
    answer = model.classes_[probabilities.loc[0].to_numpy().argmax()]
    without = probabilities[answer].reindex(asked.index)
    change = (without.iloc[0] - without.iloc[1:]).fillna(0.0)
    return pd.DataFrame(words, columns=["word", "start", "end"]).assign(change=change.to_numpy())


def reasons(
    model: PairClassifier, asked: pd.DataFrame, most: int = 5, least: float = 0.05
) -> dict[tuple[str, str], list[tuple[str, float]]]:
    """The words that moved each answer, by statement and target of a table as `pairs` makes it: at most `most` of those
    without which the answer is less likely by `least` (0 to 1) or more, weightiest first, each with by how much (see
    `occlusion`).
    """
    found = {}
    for row in tqdm(list(asked.itertuples()), "why", unit="answer", leave=False, disable=None):
        words = occlusion(model, row.text, row.target, row.context, row.headline)
        words = words[words["change"] >= least].nlargest(most, "change")
        found[row.statement, row.target_id] = list(zip(words["word"], words["change"], strict=True))
    return found
