"""Scores: how often a classifier agrees with the annotators’ labels, how sure to be of it, and when not to ask it.

Each has a 95% interval by bootstrap over article groups (Efron 1979): counts are kept by group, and whole groups drawn.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from stance.classifiers.estimators import PairClassifier
from stance.codebook import STANCES
from stance.comparison.estimates import FEW, Estimate, Measure, resampled, share_interval
from stance.tables import InputError

BINS = 10  # of the calibration curve, each with as many answers, where there are five answers for each
CUTS = np.linspace(0, 1, 101)  # shares left to a person that are tried
ERRORS = (0.05, 0.1, 0.2)  # of a model, that a reader might accept


@dataclass(frozen=True, eq=False)
class Score:
    """A classifier's answers beside the annotators’ labels of the same statements, with the article group of each.

    `probabilities`, shape (answers, 3) in the order of STANCES, are needed for calibration and abstention alone. Raises
    InputError for no labels and for probabilities that do not sum to 1.
    """

    labels: tuple[str, ...]
    predicted: tuple[str, ...]
    groups: tuple[str, ...]
    probabilities: np.ndarray = field(default_factory=lambda: np.empty((0, len(STANCES))))

    def __post_init__(self) -> None:
        """Refuse what cannot be scored."""
        if not self.labels:
            raise InputError("at least one label to hold the answers against")
        if not np.all(np.abs(self.probabilities.sum(1) - 1) < 0.001):
            raise InputError("probabilities that sum to 1 for each answer")

    @cached_property
    def _confusions(self) -> np.ndarray:
        """Counts, shape (groups, annotators’ labels, answers)."""
        label, answer = (pd.Categorical(stances, STANCES).codes for stances in (self.labels, self.predicted))
        return self._summed((len(STANCES), len(STANCES)), (label, answer), 1)

    def _summed(self, shape: tuple[int, ...], places: tuple[Any, ...], values: Any) -> np.ndarray:
        """The values of all answers summed by group, shape (groups, *shape), each at its places in the shape."""
        sums = np.zeros((len(set(self.groups)), *shape))
        np.add.at(sums, (pd.factorize(np.array(self.groups))[0], *places), values)
        return sums

    @property
    def confusion(self) -> pd.DataFrame:
        """Counts: a row for each annotator’s label, a column for each answer of the classifier."""
        return pd.DataFrame(self._confusions.sum(0).astype(int), index=pd.Index(STANCES), columns=pd.Index(STANCES))

    @property
    def accuracy(self) -> float:
        """The share of answers that agree with the annotator’s label."""
        return float(np.trace(self._confusions.sum(0)) / self._confusions.sum())

    @property
    def macro_f1(self) -> float:
        """The mean F1, 0 to 1, of the stances that occur among labels or answers."""
        return float(self._macro_f1(self._confusions.sum(0)))

    def _macro_f1(self, confusions: np.ndarray) -> np.ndarray:
        """The macro-F1 of some of the groups: a stance that occurs in none of them, but in others, counts as 0."""
        whole = self._confusions.sum(0)
        return _f1(confusions)[..., whole.sum(-1) + whole.sum(-2) > 0].mean(-1)

    @cached_property
    def f1(self) -> pd.DataFrame:
        """One row for each stance that occurs among labels or answers: `stance`, `labels` (their number), `f1`, and its
        95% interval `low` to `high`.
        """
        confusion = self._confusions.sum(0)
        low, high = _interval(self._confusions, _f1)
        rows = [
            (stance, int(confusion[place].sum()), _f1(confusion)[place], low[place], high[place])
            for place, stance in enumerate(STANCES)
            if confusion[place].sum() + confusion[:, place].sum()
        ]
        return pd.DataFrame(rows, columns=["stance", "labels", "f1", "low", "high"])

    def interval(self, measure: str) -> tuple[float, float]:
        """The 95% interval of `accuracy`, `macro_f1` or `ece`.

        Fewer than five groups bound an accuracy by Wilson's interval and the others not at all: 0 to 1. That of the ECE
        is the spread of the draws about the ECE itself, since a drawn ECE is larger by its nature.
        """
        if measure == "accuracy":
            return share_interval(np.trace(self._confusions, axis1=1, axis2=2), self._confusions.sum((1, 2)))
        if measure == "ece":
            low, high = _interval(self._reliabilities, _ece, centred=True)
        else:
            low, high = _interval(self._confusions, self._macro_f1)
        return float(low), float(high)

    # How sure the classifier should be ------------------------------------------------------------------------------

    @cached_property
    def _sure(self) -> np.ndarray:
        """The probability of each answer. Raises InputError where the classifier gave none."""
        if len(self.probabilities) != len(self.labels):
            raise InputError("the probabilities of the answers, to say how sure the classifier was of them")
        return self.probabilities[np.arange(len(self.labels)), pd.Categorical(self.predicted, STANCES).codes]

    @cached_property
    def _rank(self) -> np.ndarray:
        """The place of each answer, from 0, when the least sure is the first."""
        return np.argsort(np.argsort(self._sure, kind="stable"), kind="stable")

    @cached_property
    def _right(self) -> np.ndarray:
        return np.array(self.labels, object) == np.array(self.predicted, object)

    @cached_property
    def _reliabilities(self) -> np.ndarray:
        """Sums, shape (groups, bins, 3): answers, their probabilities, how many are right. Bins hold equal numbers."""
        bins = int(np.clip(len(self.labels) // FEW, 1, BINS))
        values = np.column_stack([np.ones(len(self.labels)), self._sure, self._right])
        return self._summed((bins, 3), (self._rank * bins // len(self.labels),), values)

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """The calibration curve, one row a bin of (nearly) equal numbers of answers, the least sure first: `answers`,
        `probability` (the mean that the classifier gave), `right` (the share that is) and its interval `low` to `high`.
        """
        rows = []
        for of_bin in self._reliabilities.swapaxes(0, 1):
            size, sure, right = of_bin[of_bin[:, 0] > 0].T
            ends = share_interval(right, size)
            rows.append((int(size.sum()), sure.sum() / size.sum(), right.sum() / size.sum(), *ends))
        return pd.DataFrame(rows, columns=["answers", "probability", "right", "low", "high"])

    @property
    def ece(self) -> float:
        """The expected calibration error, 0 to 1: by how much the probability of an answer differs from the share that
        is right, the mean over the bins of `reliability`. Source: Naeini et al. 2015; equal-mass bins as in Nixon et
        al. 2019. It is above 0 by chance alone where labels are few.
        """
        return float(_ece(self._reliabilities.sum(0)))

    # When it should not answer --------------------------------------------------------------------------------------

    @property
    def _cuts(self) -> np.ndarray:
        """The numbers of answers that are left to a person."""
        return np.floor(CUTS * len(self.labels) + 1e-9).astype(int)

    @cached_property
    def _kept(self) -> np.ndarray:
        """Counts, shape (groups, cuts, 2): answers kept, and wrong ones among them, when the least sure are left."""
        kept = self._rank[:, None] >= self._cuts
        return self._summed((len(CUTS), 2), (), np.stack([kept, kept & ~self._right[:, None]], axis=-1))

    @cached_property
    def abstention(self) -> pd.DataFrame:
        """Risk against coverage, a row a per cent: `left`, the share (0 to 1) of answers, the least sure, that goes to
        a person; `threshold`, the least probability of those kept; `error`, the share of these that is wrong, and
        its 95% interval `low` to `high`. All left has no row. Source: El-Yaniv & Wiener 2010.
        """
        sure = np.sort(self._sure)
        rows = []
        for place, (left, gone) in enumerate(zip(CUTS, self._cuts, strict=True)):
            of_cut = self._kept[:, place]
            kept, wrong = of_cut[of_cut[:, 0] > 0].T
            if kept.sum():
                ends = share_interval(wrong, kept)
                rows.append((left, sure[gone], wrong.sum() / kept.sum(), *ends))
        return pd.DataFrame(rows, columns=["left", "threshold", "error", "low", "high"])

    def left_for(self, error: float) -> Estimate:
        """The least share of answers, the least sure, to leave to a person so that at most `error` of the others is
        wrong; 1 where nothing less will do. Raises InputError for an error that is not from 0 to 1.
        """
        if not 0 <= error <= 1:
            raise InputError(f"an error from 0 to 1, not {error}")

        def least(counts: np.ndarray) -> np.ndarray:
            kept, wrong = counts[..., 0], counts[..., 1]
            return CUTS[np.argmax(wrong <= error * kept, axis=-1)]  # the last cut keeps nothing, and nothing wrong

        low, high = _interval(self._kept, least)
        return Estimate(float(least(self._kept.sum(0))), float(low), float(high))


def evaluate(model: PairClassifier, held: pd.DataFrame) -> pd.DataFrame:
    """The model's scores on the pairs of a frame (see `scored`)."""
    return scored(pd.DataFrame(model.predict_proba(held), held.index, model.classes_), held)


def scored(probabilities: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """The scores of probabilities, a column a stance, one row for each `test` in a frame of pairs: test, stances (2 or
    3), pairs, targets, accuracy, `commonest` (that of always giving the commonest label), macro_f1 and its 95% interval
    `low` to `high`, and ece.

    A test without `none` is two-way: the likelier of support and oppose. Intervals are by bootstrap over the column
    `group`, or over targets where there is none (`targets` counts them), each test by itself.
    """
    rows = []
    for test, part in held.groupby("test", sort=False):
        score = score_of(probabilities.loc[part.index], part)
        groups = len(set(score.groups))
        ends = score.interval("macro_f1")
        ways = 3 if (part["stance"] == "none").any() else 2
        commonest = float(part["stance"].value_counts(normalize=True).iloc[0])
        rows.append((test, ways, len(part), groups, score.accuracy, commonest, score.macro_f1, *ends, score.ece))
    columns = ["test", "stances", "pairs", "targets", "accuracy", "commonest", "macro_f1", "low", "high", "ece"]
    return pd.DataFrame(rows, columns=columns)


def score_of(probabilities: pd.DataFrame, part: pd.DataFrame) -> Score:
    """The score of probabilities on one test (see `scored`)."""
    given = probabilities.reindex(columns=list(STANCES), fill_value=0.0)
    if not (part["stance"] == "none").any():
        given = given.assign(none=0.0)
    given = given.to_numpy() / given.to_numpy().sum(axis=1, keepdims=True)
    answers = np.array(STANCES, object)[given.argmax(axis=1)]
    groups = part["group"] if "group" in part else part["target"]
    return Score(tuple(part["stance"]), tuple(answers), tuple(groups), given)


def _f1(confusions: np.ndarray) -> np.ndarray:
    """F1 = 2 hits / (labelled + answered) of each stance, 0 where it does not occur. Source: van Rijsbergen 1979."""
    sizes = confusions.sum(-1) + confusions.sum(-2)
    return 2 * np.diagonal(confusions, axis1=-2, axis2=-1) / np.maximum(sizes, 1)


def _ece(sums: np.ndarray) -> np.ndarray:
    """The ECE of sums over answers, shape (..., bins, 3) as in Score."""
    return np.abs(sums[..., 1] - sums[..., 2]).sum(-1) / sums[..., 0].sum(-1)


def _interval(counts: np.ndarray, measure: Measure, centred: bool = False) -> Any:
    """The ends of the 95% interval of a measure from 0 to 1 (see `resampled`), all of that with few groups."""
    if len(counts) < FEW:
        value = measure(counts.sum(0))
        return np.zeros_like(value), np.ones_like(value)
    return np.clip(resampled(counts, measure, centred), 0, 1)
