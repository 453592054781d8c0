"""Agreement: how well annotators agree, and about what they differ."""

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

from stance.codebook import STANCES
from stance.labels.annotations import ADJUDICATED, Annotation, labels_by

RESAMPLES = 2000


def disagreements(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """A frame of what annotators disagree about: statement, target, one column an annotator, and adjudicated.

    A cell is empty text where that annotator gave no label, or nobody has settled it.
    """
    labels = {
        pair: by for pair, by in labels_by(annotations).items() if len(set((by | {ADJUDICATED: ""}).values())) > 2
    }
    people = sorted({name for by in labels.values() for name in by} - {ADJUDICATED})
    rows = [(*pair, *(by.get(name, "") for name in (*people, ADJUDICATED))) for pair, by in labels.items()]
    return pd.DataFrame(rows, columns=["statement", "target", *people, ADJUDICATED])


def differences(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """Who differs from whom about what, most often first: target, annotator, stance, other, other_stance, and the
    number of statements. The annotator 'adjudicated' is left out, as it differs from somebody by its nature.
    """
    labels = labels_by(label for label in annotations if label.annotator != ADJUDICATED)
    counts = Counter(
        (target, a, by[a], b, by[b])
        for (_, target), by in labels.items()
        for a, b in combinations(sorted(by), 2)
        if by[a] != by[b]
    )
    rows = [(*who, number) for who, number in counts.most_common()]
    return pd.DataFrame(rows, columns=["target", "annotator", "stance", "other", "other_stance", "statements"])


def agreement(annotations: Iterable[Annotation], groups: dict[str, str] | None = None, seed: int = 0) -> pd.DataFrame:
    """How well annotators agree, one row a target: `target`, `statements` (with two labels or more), `annotators`,
    `agreement` (the share of agreeing pairs of labels, mean over statements), `alpha` (Krippendorff's, nominal) and
    `kappa` (Cohen's, mean over pairs of annotators), the last two with the 95% bootstrap interval `_low` to `_high`.

    The annotator 'adjudicated' is left out: it has seen the other labels. Whole article groups are drawn; `groups` maps
    an article, the part of a statement's identifier before its first hyphen, to its group, by default each its own.
    Alpha and kappa are NaN where only one stance was used, since chance alone would then give full agreement, and so is
    the interval of a single group. Draws and pairs of annotators in which they are NaN are left aside.
    Source: Krippendorff (2018), Content Analysis, ch. 12; Cohen (1960); Efron (1979).
    """
    blind = labels_by(label for label in annotations if label.annotator != ADJUDICATED)
    labels = {pair: by for pair, by in blind.items() if len(by) > 1}
    rows = []
    for target in dict.fromkeys(target for _, target in labels):
        wide = pd.DataFrame.from_dict({pair[0]: by for pair, by in labels.items() if pair[1] == target}, orient="index")
        votes = np.stack([wide == stance for stance in STANCES], axis=-1).astype(float)
        articles = wide.index.str.split("-").str[0]
        group, names = pd.factorize(articles.map(lambda article: (groups or {}).get(article, article)))
        # How often each group counts: once in the first row, which is the estimate, then as often as it was drawn.
        again = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
        counts = np.vstack([np.ones(len(names)), again])[:, group]
        both = np.stack([a[:, :, None] * b[:, None, :] for a, b in combinations(votes.swapaxes(0, 1), 2)], axis=1)
        kappas = kappa(np.tensordot(counts, both, 1))  # of each draw and pair of annotators
        units = coincidences(votes)
        draws = pd.DataFrame(
            {"alpha": alpha(np.tensordot(counts, units, 1)), "kappa": pd.DataFrame(kappas).mean(axis=1)}
        )
        same = np.trace(units, axis1=1, axis2=2) / votes.sum((1, 2))
        row = {"target": target, "statements": len(wide), "annotators": wide.shape[1], "agreement": same.mean()}
        bounds = draws[1 : None if len(names) > 1 else 1].quantile([0.025, 0.975])
        for name in ("alpha", "kappa"):
            row |= {name: draws[name][0], f"{name}_low": bounds[name][0.025], f"{name}_high": bounds[name][0.975]}
        rows.append(row)
    measures = [f"{name}{end}" for name in ("alpha", "kappa") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["target", "statements", "annotators", "agreement", *measures])


def coincidences(votes: np.ndarray) -> np.ndarray:
    """Coincidences by unit, shape (units, classes, classes): ordered pairs of labels, each over (labels - 1).

    `votes` is 1 where an annotator gave a unit that label, shape (units, annotators, classes); all 0 where none.
    """
    n = votes.sum(1)
    pairs = n[:, :, None] * n[:, None, :] - n[:, :, None] * np.eye(n.shape[1])
    return pairs / np.maximum(n.sum(1) - 1, 1)[:, None, None]


def alpha(o: np.ndarray) -> np.ndarray:
    """Krippendorff's nominal alpha of coincidences summed over units, shape (..., classes, classes); NaN for one class.

    Source: Krippendorff (2018), ch. 12: alpha = 1 - observed / expected disagreement.

    >>> float(alpha(np.array([[4.0, 0.0], [0.0, 6.0]]))), float(alpha(np.array([[2.0, 2.0], [2.0, 2.0]])))
    (1.0, 0.125)
    """
    n_c, n = o.sum(-1), o.sum((-2, -1))
    observed = (n - np.trace(o, axis1=-2, axis2=-1)) * (n - 1)
    expected = n**2 - (n_c**2).sum(-1)
    return 1 - np.divide(observed, expected, out=np.full(n.shape, np.nan), where=expected > 1e-9)


def kappa(table: np.ndarray) -> np.ndarray:
    """Cohen's kappa of counts, shape (..., first's classes, second's classes); NaN for no count or a single class.

    Source: Cohen (1960): kappa = (observed - expected agreement) / (1 - expected agreement), here times n squared.
    """
    n = table.sum((-2, -1))
    expected = (table.sum(-1) * table.sum(-2)).sum(-1)
    observed, most = n * np.trace(table, axis1=-2, axis2=-1), n**2
    return np.divide(observed - expected, most - expected, out=np.full(n.shape, np.nan), where=most - expected > 1e-9)
