"""Queues: which statements an annotator is asked about, in which order, and with which probability they were drawn.

The places of statements follow from hashes, so that a seed gives the same order again on any machine, and a statement
that comes or goes leaves the order of the others as it was. What has a label already is left out by whoever asks.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from stance.files import InputError
from stance.labels.agreement import disagreements
from stance.labels.annotations import ADJUDICATED, Annotation, labels_by
from stance.statements.finding import Statement

ORDERS = ("random", "uncertain", "diverse", "disagreements")


class Item(NamedTuple):
    """One question: the stance of a statement towards a target. The probability is 0 where it is not known."""

    statement: str
    target: str
    sampling_probability: float


def queue(
    statements: Iterable[Statement],
    targets: Sequence[str],
    annotator: str,
    order: str = "random",
    size: int | None = None,
    core: int = 0,
    seed: int = 0,
    annotations: Iterable[Annotation] = (),
    predictions: Iterable[Any] = (),
) -> list[Item]:
    """The questions for `annotator`: `size` statements at most (all if None), each with every target, to be read once.

    The first `core` statements are drawn at random for all annotators alike, for their agreement; then `order` decides:
    - random: drawn for this annotator; any statement had the probability size / all, given that the queue is finished;
    - uncertain: first where the likeliest stance of `predictions` is least likely; what has none is least certain;
    - diverse: each as unlike those before it as can be, by its words;
    - disagreements: first what `annotations` of other people disagree about most, none of it settled.
    After the core of the last three the probability is not known: they are no sample, and only the core can stand for
    all. Raises InputError for an unknown order, a core that is larger than the size, and
    an order by predictions without any.
    Source: Gonzalez (1985), farthest-first traversal, for diverse; Lewis & Gale (1994) for uncertain.
    """
    words = {statement.statement: statement.text for statement in statements}
    if order not in ORDERS:
        raise InputError(f"one of {', '.join(ORDERS)}, not {order!r}", field="order")
    if core < 0 or (size is not None and size < core):
        raise InputError(f"a size of at least the core, which is at least 0, not {size} and {core}", field="size")
    size = len(words) if size is None else min(size, len(words))
    core = min(core, size)
    shared = sorted(words, key=lambda name: _drawn(f"{seed}", name))[:core]
    rest = sorted(words.keys() - shared, key=lambda name: _drawn(f"{seed}/{annotator}", name))
    if order == "diverse":
        rest = _farthest_first([*shared, *rest], words, len(shared), size)
    elif order != "random":
        doubt = _uncertainty(predictions) if order == "uncertain" else _disagreement(annotations, annotator)
        rest.sort(key=lambda name: max(doubt(name, target) for target in targets), reverse=True)  # ties as drawn
    known, unknown = (size, size) if order == "random" else (core, 0)
    probabilities = [known / max(len(words), 1)] * core + [unknown / max(len(words), 1)] * (size - core)
    return [
        Item(name, target, probability)
        for name, probability in zip([*shared, *rest][:size], probabilities, strict=True)
        for target in targets
    ]


def disputed(annotations: Sequence[Annotation]) -> list[Item]:
    """What people disagree about and nobody has settled, with the highest probability among its labels."""
    drawn: dict[tuple[str, str], float] = {}
    for label in annotations:
        pair = label.statement, label.target
        drawn[pair] = max(drawn.get(pair, 0.0), label.sampling_probability)
    open_ones = disagreements(annotations).query(f"{ADJUDICATED} == ''")
    return [Item(*pair, drawn[pair]) for pair in zip(open_ones["statement"], open_ones["target"], strict=True)]


def _drawn(seed: str, name: str) -> bytes:
    return sha256(f"{seed}/{name}".encode()).digest()


def _uncertainty(predictions: Iterable[Any]) -> Callable[[str, str], float]:
    doubt = {(answer.statement, answer.target): 1 - max(answer.support, answer.oppose, answer.none)
             for answer in predictions}  # fmt: skip
    if not doubt:
        raise InputError("predictions, to ask about the least certain first", field="predictions")
    return lambda statement, target: doubt.get((statement, target), 1.0)


def _disagreement(annotations: Iterable[Annotation], annotator: str) -> Callable[[str, str], float]:
    """The share of labels by others that differ from the commonest; -1 without labels, and where it is settled."""
    labels = labels_by(label for label in annotations if label.annotator != annotator)

    def share(statement: str, target: str) -> float:
        by = labels.get((statement, target), {})
        if not by or ADJUDICATED in by:
            return -1.0
        return 1 - Counter(by.values()).most_common(1)[0][1] / len(by)

    return share


def _farthest_first(names: list[str], words: dict[str, str], first: int, size: int) -> list[str]:
    """`names` behind the first `first`, up to `size` in all, each the one whose nearest predecessor is farthest."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not names:
        return []
    vectors = TfidfVectorizer(token_pattern=r"\w+").fit_transform([words[name] for name in names])
    nearest = np.full(len(names), -1.0)  # similarity to the nearest that stands in the queue already
    places: list[int] = []
    for turn in range(size):
        place = turn if turn < max(first, 1) else int(nearest.argmin())
        places.append(place)
        nearest = np.maximum(nearest, (vectors @ vectors[place].T).toarray().ravel())
        nearest[places] = np.inf
    return [names[place] for place in places[first:]]
