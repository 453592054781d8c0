"""Scores: how often a classifier is right on labelled pairs, a row a test."""

import numpy as np
import pandas as pd

from stance.classifiers.estimators import PairClassifier
from stance.codebook import STANCES
from stance.comparison.measures import Score


def evaluate(model: PairClassifier, held: pd.DataFrame) -> pd.DataFrame:
    """The model's scores on the pairs of a frame (see `scored`)."""
    return scored(pd.DataFrame(model.predict_proba(held), held.index, model.classes_), held)


def scored(probabilities: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """The scores of probabilities, a column a stance, one row for each `test` in a frame of pairs: test, stances (2 or
    3), pairs, targets, accuracy, macro_f1 and its 95% interval `low` to `high`, and ece.

    A test without `none` is two-way: the likelier of support and oppose. Intervals are by bootstrap over the column
    `group`, or over targets where there is none (`targets` counts them), each test by itself.
    """
    rows = []
    for test, part in held.groupby("test", sort=False):
        score = measured(probabilities.loc[part.index], part)
        groups = len(set(score.groups))
        ends = score.interval("macro_f1")
        ways = 3 if (part["stance"] == "none").any() else 2
        rows.append((test, ways, len(part), groups, score.accuracy, score.macro_f1, *ends, score.ece))
    columns = ["test", "stances", "pairs", "targets", "accuracy", "macro_f1", "low", "high", "ece"]
    return pd.DataFrame(rows, columns=columns)


def measured(probabilities: pd.DataFrame, part: pd.DataFrame) -> Score:
    """The measures of probabilities on one test (see `scored`)."""
    given = probabilities.reindex(columns=list(STANCES), fill_value=0.0)
    if not (part["stance"] == "none").any():
        given = given.assign(none=0.0)
    given = given.to_numpy() / given.to_numpy().sum(axis=1, keepdims=True)
    answers = np.array(STANCES, object)[given.argmax(axis=1)]
    groups = part["group"] if "group" in part else part["target"]
    return Score(tuple(part["stance"]), tuple(answers), tuple(groups), given)
