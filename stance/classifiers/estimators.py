"""Classifiers of (text, target) pairs with scikit-learn's face, and the baselines among them.

They read a frame with the columns `text` and `target`, both in words.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_consistent_length, check_is_fitted
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from stance.files import InputError

WORD = re.compile(r"\w+(?:'\w+)?")
FUNCTION_WORDS = frozenset(
    "a an and are as at be but by can do does for from has have if in is it its more must no not of on or our should "
    "such than that the their them there these they this to was we were what when which who will with would".split()
)
BATCH = 2000  # pairs whose features are in memory as words at one time


class PairClassifier(ClassifierMixin, BaseEstimator):
    """A classifier of (text, target) pairs, whose whole learned state is `classes_` and the arrays in `weights_`.

    `classes_` are the stances in alphabetical order, and so are the columns of `predict_proba`. A subclass says how to
    learn (`_learned`) and how to judge (`_judged`). Raises InputError naming the row and field for anything but words.
    """

    _learned: Callable[..., dict[str, np.ndarray]]
    _judged: Callable[..., np.ndarray]
    _shapes: dict[str, tuple[int, ...]]

    def fit(self, X: pd.DataFrame, y: Iterable[str]) -> Self:
        """The estimator itself, fitted to the pairs X and their stances y."""
        y = np.asarray(y, dtype=str)
        check_consistent_length(checked(X), y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(f"labels of two stances or more, not only {', '.join(self.classes_) or 'none at all'}")
        self.weights_ = self._learned(X, codes)
        return self

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Probabilities, shape (pairs, classes_), each row summing to 1. Raises NotFittedError before `fit`."""
        check_is_fitted(self)
        return self._judged(checked(X)) if len(X) else np.empty((0, len(self.classes_)))

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """The likeliest stance of each pair; of equals the first in `classes_`."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def unread(self, X: pd.DataFrame) -> np.ndarray:
        """How many tokens at the end of each text and target are not read, shape (pairs, 2)."""
        return np.zeros((len(X), 2), int)

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, bytes], dict[str, Any]]:
        """What `save` writes beside parameters and classes: arrays, files by name, and more of the configuration."""
        return self.weights_, {}, {}

    def restore(self, arrays: dict[str, np.ndarray], files: dict[str, bytes], config: dict[str, Any]) -> None:
        """Take up what `state` gave. Raises ValueError for arrays of other names or shapes."""
        if {name: array.shape for name, array in arrays.items()} != self._shapes:
            raise ValueError(f"weights of the shapes {self._shapes}")
        self.weights_ = arrays


def checked(X: pd.DataFrame) -> pd.DataFrame:
    """The frame itself, if its columns text and target hold words. Raises InputError naming the row and field."""
    if not isinstance(X, pd.DataFrame):
        raise InputError(f"a frame with the columns text and target, not {type(X).__name__}")
    for field in ("text", "target"):
        if field not in X:
            raise InputError(f"a column of this name (found: {', '.join(map(str, X))})", field=field)
        for row, value in zip(X.index, X[field].tolist(), strict=True):
            if not (isinstance(value, str) and WORD.search(value)):
                raise InputError(f"some words, not {value!r:.60}", f"{X.index.name or 'row'} {row}", field=field)
    return X


class Majority(PairClassifier):
    """The baseline that reads nothing: the stances as often as they were in training, so always the commonest."""

    @property
    def _shapes(self) -> dict[str, tuple[int, ...]]:  # type: ignore[override]
        return {"shares": self.classes_.shape}

    def _learned(self, X: pd.DataFrame, codes: np.ndarray) -> dict[str, np.ndarray]:
        return {"shares": np.bincount(codes) / len(codes)}

    def _judged(self, X: pd.DataFrame) -> np.ndarray:
        return np.tile(self.weights_["shares"], (len(X), 1))


class TfidfStance(PairClassifier):
    """Logistic regression over words, hashed and weighted by TF-IDF: those of the text, one or two at a time; those of
    the target; those of the text within `near` words of one that the target shares; and how many the two share.

    `C` is the inverse of the regularisation; `features` how many places words are hashed to. Words are the same where
    their first five letters are (regulate, regulation). Source: Salton & Buckley 1988; Weinberger et al. 2009.
    """

    def __init__(self, C: float = 1.0, near: int = 5, features: int = 2**18):
        self.C = C
        self.near = near
        self.features = features

    @property
    def _sizes(self) -> tuple[int, ...]:
        return self.features, self.features // 4, self.features // 4, 2**8

    @property
    def _shapes(self) -> dict[str, tuple[int, ...]]:  # type: ignore[override]
        words, (classes,) = sum(self._sizes), self.classes_.shape
        return {"coefficients": (classes, words), "idf": (words,), "intercept": (classes,)}

    def _learned(self, X: pd.DataFrame, codes: np.ndarray) -> dict[str, np.ndarray]:
        counts = self._counts(X)
        seen = [np.bincount(block.indices, minlength=block.shape[1]) for block in counts]
        idf = (np.log((1 + len(X)) / (1 + np.concatenate(seen))) + 1).astype(np.float32)
        # Sums come out alike whatever the number of cores, so that a model trained twice has the same bytes.
        with threadpool_limits(1, "blas"):
            learned = LogisticRegression(C=self.C, max_iter=1000, tol=1e-3).fit(self._weighted(counts, idf), codes)
        coefficients, intercept = learned.coef_, learned.intercept_
        if len(coefficients) == 1:  # two classes: scikit-learn keeps one row, the softmax below needs both
            coefficients, intercept = (np.concatenate([-half, half]) for half in (coefficients / 2, intercept / 2))
        return {"idf": idf, "coefficients": coefficients.astype(np.float32), "intercept": intercept.astype(np.float32)}

    def _judged(self, X: pd.DataFrame) -> np.ndarray:
        weighted = self._weighted(self._counts(X), self.weights_["idf"])
        scores = weighted @ self.weights_["coefficients"].T + self.weights_["intercept"]
        return softmax(scores.astype(float), axis=1)

    def _counts(self, X: pd.DataFrame) -> list[sp.csr_matrix]:
        """How often each hashed feature occurs: four blocks, shape (pairs, size of the block)."""
        hashers = [FeatureHasher(size, input_type="string", alternate_sign=False) for size in self._sizes]
        batches = []
        for start in tqdm(range(0, len(X), BATCH), leave=False, disable=None if len(X) > BATCH else True):
            batch = X[start : start + BATCH]
            blocks = zip(
                *(_described(*pair, self.near) for pair in zip(batch["text"], batch["target"], strict=True)),
                strict=True,
            )
            batches.append([hasher.transform(block) for hasher, block in zip(hashers, blocks, strict=True)])
        return [sp.vstack(blocks, format="csr") for blocks in zip(*batches, strict=True)]

    def _weighted(self, counts: Sequence[sp.csr_matrix], idf: np.ndarray) -> sp.csr_matrix:
        blocks = []
        for block, weights in zip(counts, np.split(idf, np.cumsum(self._sizes)[:-1]), strict=True):
            weighted = block.astype(np.float32)
            weighted.data = (1 + np.log(weighted.data)) * weights[weighted.indices]
            blocks.append(normalize(weighted, copy=False))  # each block alone, or long texts would drown the target
        return sp.hstack(blocks, format="csr")


def _described(text: str, target: str, near: int) -> tuple[list[str], list[str], list[str], list[str]]:
    """The words of the text, of the target, of the text near what it shares with the target, and the overlap."""
    said, asked = (WORD.findall(words.lower().replace("’", "'")) for words in (text, target))
    topic = {word[:5] for word in asked if word not in FUNCTION_WORDS} or {word[:5] for word in asked}
    shared = [place for place, word in enumerate(said) if word[:5] in topic]
    around = sorted({place for hit in shared for place in range(max(hit - near, 0), min(hit + near + 1, len(said)))})
    close = [said[place] for place in around if said[place][:5] not in topic]
    found = len({said[place][:5] for place in shared})
    overlap = [f"{min(found, 5)} of {min(len(topic), 5)}", f"share {round(4 * found / len(topic))}"]
    return _with_pairs(said), _with_pairs(asked), close, overlap


def _with_pairs(words: list[str]) -> list[str]:
    return words + [f"{first} {second}" for first, second in pairwise(words)]
