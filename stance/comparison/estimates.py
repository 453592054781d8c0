"""Estimates: shares of stances with their 95% intervals, from labels, from predictions, or from both together.

Whole article groups are the draws: what one article says twice is not heard twice. Plain arrays go in, so that the
simulations of the bench and a comparison are counted by the same code.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtrit

from stance.codebook import STANCES
from stance.files import InputError

SEED = 2013
RESAMPLES = 2000
FEW = 5  # fewer statements are marked, as to be read and not counted; fewer article groups are not drawn again
Z = float(ndtri(0.975))
MEASURES = (*STANCES, "net")  # net: support minus oppose
KINDS = np.column_stack([np.eye(len(STANCES)), [{"support": 1, "oppose": -1}.get(stance, 0) for stance in STANCES]])

Measure = Callable[[np.ndarray], np.ndarray]  # of counts, over their last dimensions


@dataclass(frozen=True)
class Estimate:
    """A share (0 to 1), or a difference of shares, with its 95% interval.

    `influence` says by article group how far the group pulled it away from what the others show (sums to about 0); it
    carries what two estimates have in common into their difference. It is empty where there is no interval but 0 to 1.
    """

    value: float
    low: float
    high: float
    influence: pd.Series = field(default_factory=lambda: pd.Series(dtype=float), compare=False, repr=False)

    def __sub__(self, other: "Estimate") -> "Estimate":
        """The difference, its interval made of the distances from each value to its own limits.

        The correlation is that of the influences; where it would narrow the interval, only if the two share five
        article groups. Source: Zou & Donner 2008 (MOVER), after Newcombe 1998.
        """
        both = pd.DataFrame({"self": self.influence, "other": other.influence}).fillna(0.0)
        a, b = both.to_numpy().T
        size = np.sqrt((a @ a) * (b @ b))
        correlation = float(a @ b / size) if size else 0.0
        if len(self.influence.index.intersection(other.influence.index)) < FEW:
            correlation = min(correlation, 0.0)
        value, influence = self.value - other.value, both["self"] - both["other"]

        def reach(up: float, down: float) -> float:
            return float(np.sqrt(max(up**2 + down**2 - 2 * correlation * up * down, 0.0)))

        low = value - reach(self.value - self.low, other.high - other.value)
        return Estimate(value, low, value + reach(self.high - self.value, other.value - other.low), influence)

    @property
    def p(self) -> float:
        """The two-sided p-value, 0 to 1, of the value being 0; below .05 just where the interval does not hold 0."""
        spread = (self.value - self.low if self.value > 0 else self.high - self.value) / Z
        if not self.value or not spread:
            return float(not self.value)
        return float(2 * ndtr(-abs(self.value) / spread))


def holm(p_values: ArrayLike) -> list[float]:
    """The p-values, adjusted for being a family of tests. Source: Holm 1979."""
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted.tolist()


@lru_cache(maxsize=8)
def resamples(groups: int) -> np.ndarray:
    """How often each group is drawn, shape (RESAMPLES, groups); the same for the same number of groups."""
    draws = np.random.default_rng(SEED).multinomial(groups, np.full(groups, 1 / groups), RESAMPLES).astype(float)
    draws.flags.writeable = False
    return draws


def levels(groups: int) -> tuple[float, float]:
    """Between which quantiles of the draws a 95% interval lies: outside .025 to .975 where groups are few, as Student's
    t is wider than the normal, since groups drawn again vary too little. Source: Hesterberg 2015.
    """
    low = float(ndtr(stdtrit(groups - 1, 0.025) * np.sqrt(groups / (groups - 1))))
    return low, 1 - low


def resampled(counts: np.ndarray, measure: Measure, centred: bool = False) -> np.ndarray:
    """The ends, shape (2, ...), of the 95% interval of a measure of counts, shape (groups, ...), summed over groups, by
    bootstrap over the groups. `centred` keeps the spread of the draws and takes away their bias. Source: Efron 1979.
    """
    draws = measure(np.tensordot(resamples(len(counts)), counts, axes=1))
    moved = measure(counts.sum(0)) - draws.mean(0) if centred else 0
    return np.quantile(draws + moved, levels(len(counts)), axis=0)


def share_interval(hits: Iterable[int], sizes: Iterable[int]) -> tuple[float, float]:
    """The 95% interval of sum(hits) / sum(sizes), one item an article group, by bootstrap over the groups.

    Drawing fewer than five groups again, or groups that all have the same share, cannot show how the share might vary;
    each group then counts as one draw in Wilson's interval. Source: Efron 1979; Wilson 1927.
    """
    hit, size = np.array(list(hits)), np.array(list(sizes))
    low, high = _intervals(hit[:, None], size)
    if np.isnan(low[0]):
        return _wilson(hit.sum() / size.sum(), len(size), Z)
    return float(low[0]), float(high[0])


def _intervals(hits: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The bootstrap's limits, shape (2, columns), of hits, shape (groups, columns); NaN where drawing shows nothing."""
    groups, ratios = len(sizes), hits.sum(0) / sizes.sum()
    if groups < FEW:
        return np.full((2, len(ratios)), np.nan)
    ends = resampled(np.column_stack([hits, sizes]), lambda sums: sums[..., :-1] / sums[..., -1:])
    return np.where(np.isclose(hits, ratios * sizes[:, None]).all(0), np.nan, ends)


def _wilson(share: float, draws: float, z: float) -> tuple[float, float]:
    """Wilson's interval of a share seen in a number of independent draws, at `z` standard deviations."""
    centre, spread = share + z**2 / (2 * draws), z * np.sqrt((share * (1 - share) + z**2 / (4 * draws)) / draws)
    low, high = ((centre + sign * spread) / (1 + z**2 / draws) for sign in (-1, 1))
    return float(np.clip(low, 0, share)), float(np.clip(high, share, 1))


def counted_shares(stances: ArrayLike, groups: ArrayLike) -> dict[str, Estimate]:
    """The share of each stance where all are known, and `net`, support minus oppose (-1 to 1), by counting.

    The interval says how far the share might be from that of all articles of this kind (see `share_interval`); that of
    `net` likewise, or follows from those of the two shares where groups cannot be drawn again. Raises InputError for no
    statement.
    """
    given = _indicators(stances) @ KINDS
    if not len(given):
        raise InputError("at least one statement to count")
    group, names = pd.factorize(np.asarray(groups))
    hits, sizes = _summed(given, group, len(names)), np.bincount(group)
    values = hits.sum(0) / len(given)
    influence = (hits - values * sizes[:, None]) / len(given)
    shares: dict[str, Estimate] = {}
    for measure, value, moved, ends in zip(MEASURES, values, influence.T, _intervals(hits, sizes).T, strict=True):
        if measure == "net" and np.isnan(ends).any():
            shares["net"] = shares["support"] - shares["oppose"]
        else:
            low, high = _wilson(value, len(names), Z) if np.isnan(ends).any() else ends.tolist()
            shares[measure] = Estimate(float(value), low, high, pd.Series(moved, names))
    return shares


def corrected_shares(
    labels: ArrayLike, predictions: ArrayLike, groups: ArrayLike, probability: ArrayLike, finite: bool = False
) -> dict[str, Estimate]:
    """The share of each stance, and `net` as in `counted_shares`, where a random sample is labelled: the shares that a
    classifier sees in all statements, corrected for what it gets wrong in the sample.

    `labels` has a stance or empty text for each statement; `predictions`, shape (statements, 3), a classifier's
    probabilities (or zeros and ones) in the order of STANCES for all of them; `probability` is that with which a
    statement came into the sample (of no account where there is no label).

    The estimate is weight x mean prediction + mean of (label - weight x prediction) over the sample, in which each
    counts 1 / probability; one weight from 0 to 1 for all stances makes the intervals short: 0 is labels alone. Source:
    PPI++ (Angelopoulos, Duchi & Zrnic 2023); for unequal probabilities design-based supervised learning (Egami et al.
    2023). The means are ratios (Hájek 1971), so that only the proportions of the probabilities matter.

    The interval, by default, is of the share in all articles of this kind, of which these are some: its variance sums
    over article groups, so that it holds both what was not labelled and what was not read. With `finite` it is of the
    share in these statements alone: the variance sums over labels, drawn one by one as in a queue, and shrinks to
    nothing as the last is given. For small samples: each group's part is divided by 1 - its leverage, as in HC3
    (MacKinnon & White 1985), and Student's t has H - 2 degrees of freedom for H groups (or labels) in the sample, or as
    many as equal probabilities would need (Kish 1965), one lost to the mean and one to the weight; the variance is that
    of one error more than was seen, since no error among a hundred labels does not promise none; the interval is
    Wilson's, at the number of draws with that variance, so it lies within 0 to 1 (Korn & Graubard 1998).

    Raises InputError for lengths that differ, predictions that do not sum to 1, a labelled statement whose probability
    is not over 0 and up to 1, and labels in fewer than five article groups.
    """
    labels, predictions, groups = np.asarray(labels, str), np.asarray(predictions, float), np.asarray(groups)
    rows, drawn = len(labels), np.asarray(probability, float)
    drawn = drawn if drawn.ndim else np.full(rows, drawn)
    if not rows == len(predictions) == len(groups) == len(drawn):
        raise InputError(f"as many predictions, groups and probabilities as statements, which are {rows}")
    if not np.all(np.abs(predictions.sum(1) - 1) < 0.001):
        raise InputError("predictions that sum to 1 for each statement")
    sampled = labels != ""
    if not np.all((drawn[sampled] > 0) & (drawn[sampled] <= 1)):
        raise InputError("a sampling probability over 0 and up to 1 for each labelled statement")
    group, names = pd.factorize(groups)
    labelled_groups = len(np.unique(group[sampled]))
    if labelled_groups < FEW:
        raise InputError(f"labels in at least {FEW} article groups, not {labelled_groups}")

    weights = np.zeros(rows)
    weights[sampled] = 1 / drawn[sampled]
    draws = weights.sum() ** 2 / (weights @ weights)  # as many labels of equal probability would tell as much
    weights /= weights.sum()
    given = _indicators(labels)
    label_mean, mean, mean_sampled = weights @ given, predictions.mean(0), weights @ predictions
    by_label = weights[:, None] * (given - label_mean)
    by_prediction = weights[:, None] * (predictions - mean_sampled)
    alone = _summed(by_label, group, len(names))  # the influence of each group on the mean of the labels,
    shift = _summed((predictions - mean) / rows - by_prediction, group, len(names))  # and on the correction to it
    square = (shift**2).sum()
    weight = float(np.clip(-(alone * shift).sum() / square, 0, 1)) if square > 0 else 0.0
    values = np.clip(label_mean + weight * (mean - mean_sampled), 0, 1)
    values /= values.sum()
    # What has a large part in the weight or in the mean fits itself: it seems nearer to the others than it is.
    leverage = (shift**2).sum(1) / (square or 1)
    influence, units, one_more = alone + weight * shift, labelled_groups, 1 / draws**2
    part = np.bincount(group, weights, len(names)) + leverage
    if finite:
        unseen = np.where(sampled, 1 - drawn, 0.0)
        influence, units = np.sqrt(unseen)[:, None] * (by_label - weight * by_prediction), int(sampled.sum())
        one_more *= 1 - sampled.mean()
        part = weights + leverage[group]
    influence /= np.maximum(1 - part, 0.05)[:, None]
    t = float(stdtrit(min(units, draws) - 2, 0.975))
    shares = {}
    for name, kind in zip(MEASURES, KINDS.T, strict=True):
        scale, least = (2, -1) if name == "net" else (1, 0)  # a scale of twice the length, that begins at -1
        value, moved = float(values @ kind), influence @ kind
        share = (value - least) / scale
        variance = float(moved @ moved) / scale**2 + one_more
        shrunk = (draws * share + 1) / (draws + 2)  # a share of 0 would seem to vary by nothing
        low, high = _wilson(share, shrunk * (1 - shrunk) / variance, t) if variance else (share, share)
        by_group = moved if len(moved) == len(names) else np.bincount(group, moved, len(names))
        shares[name] = Estimate(value, least + scale * low, least + scale * high, pd.Series(by_group, names))
    return shares


def without_each(
    labels: ArrayLike, predictions: ArrayLike, groups: ArrayLike, probability: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """The groups in order of appearance, and the shares of stances, shape (groups, stances), that `corrected_shares`
    finds where each is left out in turn; NaN where labels stand in fewer than five of the others.

    Made of sums by group, so that it takes time in step with the rows. Lengths and probabilities are not looked at.
    """
    labels, predictions = np.asarray(labels, str), np.asarray(predictions, float)
    group, names = pd.factorize(np.asarray(groups))
    sampled = labels != ""
    weights = np.zeros(len(labels))
    weights[sampled] = 1 / np.broadcast_to(np.asarray(probability, float), len(labels))[sampled]
    # By group what the means and the weight are made of, for each stance: its labels, the sample, its predictions, all.
    by_group = [np.bincount(group, weights, len(names)), np.bincount(group).astype(float)]
    label, given, seen = (
        _summed(values, group, len(names))
        for values in (weights[:, None] * _indicators(labels), predictions, weights[:, None] * predictions)
    )
    sample, rows = (one.sum() - one for one in by_group)
    sample = np.where(sampled.any() & (sample > 0), sample, np.nan)
    label_mean, mean, seen_mean = (
        (one.sum(0) - one) / of[:, None] for one, of in ((label, sample), (given, rows), (seen, sample))
    )
    products, squares = np.zeros(len(names)), np.zeros(len(names))
    for kind in range(len(STANCES)):
        parts = np.column_stack([label[:, kind], by_group[0], given[:, kind], by_group[1], seen[:, kind]])
        others = np.einsum("hi,hj->ij", parts, parts) - np.einsum("gi,gj->gij", parts, parts)
        nothing = np.zeros(len(names))
        alone = np.column_stack([1 / sample, -label_mean[:, kind] / sample, nothing, nothing, nothing])
        shift = np.column_stack([nothing, seen_mean[:, kind] / sample, 1 / rows, -mean[:, kind] / rows, -1 / sample])
        products += np.einsum("gi,gij,gj->g", alone, others, shift)
        squares += np.einsum("gi,gij,gj->g", shift, others, shift)
    weight = np.clip(np.divide(-products, squares, np.zeros(len(names)), where=squares > 1e-12), 0, 1)
    values = np.clip(label_mean + weight[:, None] * (mean - seen_mean), 0, 1)
    has_labels = np.bincount(group, sampled, len(names)) > 0
    values[has_labels.sum() - has_labels < FEW] = np.nan
    return names, values / values.sum(1, keepdims=True)


def _indicators(stances: ArrayLike) -> np.ndarray:
    """1 where a row has a stance, shape (rows, stances); all 0 where it has none."""
    return (np.asarray(stances, str)[:, None] == np.array(STANCES)).astype(float)


def _summed(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """The sums of the rows of each group, shape (groups, columns)."""
    return np.column_stack([np.bincount(group, column, groups) for column in values.T])


def sampling_draws(
    truth: ArrayLike, predictions: ArrayLike, groups: ArrayLike, draws: int = 200, labels: int = 150
) -> pd.DataFrame:
    """What three ways of estimating say of a population whose truth is known, each time a new sample is labelled.

    `truth` has the stance of each statement, `predictions` and `groups` are as in `corrected_shares`. One row a draw (0
    up), `method` (counted predictions, labels alone, corrected) and `stance`: `share`, `low`, `high`, the `truth`, and
    `holds`, whether the interval holds it. The counted predictions are all there is of them, so that they are the
    same in each draw. Raises InputError as `corrected_shares` does and for more labels than statements.
    """
    given = np.asarray(truth, str)
    if not 0 < labels <= len(given):
        raise InputError(f"from 1 to {len(given)} labels, as many as there are statements, not {labels}")
    random = np.random.default_rng(SEED)
    nothing = np.full((len(given), len(STANCES)), 1 / len(STANCES))
    naive = counted_shares(np.array(STANCES)[np.asarray(predictions).argmax(1)], groups)
    rows = []
    for draw in range(draws):
        seen = np.where(random.permutation(len(given)) < labels, given, "")
        known = labels / len(given)
        for method, shares in (
            ("counted predictions", naive),
            ("labels alone", corrected_shares(seen, nothing, groups, known, finite=True)),
            ("corrected", corrected_shares(seen, predictions, groups, known, finite=True)),
        ):
            for stance in STANCES:
                one, right = shares[stance], float((given == stance).mean())
                rows.append((draw, method, stance, one.value, one.low, one.high, right, one.low <= right <= one.high))
    return pd.DataFrame(rows, columns=["draw", "method", "stance", "share", "low", "high", "truth", "holds"])
