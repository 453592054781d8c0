"""Queues: which statements an annotator is asked about, and in which order.

The places of statements follow from hashes alone, the same for everybody, so that whatever stretch from the beginning
is labelled is a random sample of all, and a statement that comes or goes leaves the order of the others as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from stance.files import InputError
from stance.labels.agreement import disagreements
from stance.labels.annotations import ADJUDICATED, Annotation
from stance.statements.finding import Statement

ORDERS = ("random", "uncertain")


class Item(NamedTuple):
    """One question: the stance of a statement towards a target. The probability is 0 where it is not known.

    `copies` are statements in the same words in near-copies of its article, which have the same answer.
    """

    statement: str
    target: str
    sampling_probability: float
    copies: tuple[str, ...] = ()


def drawn_order(statements: Iterable[Statement], groups: Mapping[str, str]) -> list[tuple[Statement, ...]]:
    """The statements in the order of the draw, each with its copies: at random, by hash, those of no stakeholder last.

    `groups` says by article which articles are near-copies of one another. Any stretch from the beginning is a random
    sample of the statements of stakeholders.
    """
    alike: dict[tuple[str, str], list[Statement]] = {}
    for one in sorted(statements, key=lambda one: one.statement):
        words = " ".join(one.text.casefold().split())
        alike.setdefault((groups.get(one.article, one.article), words), []).append(one)

    def drawn(key: tuple[str, str]) -> tuple[bool, bytes]:
        return not any(one.stakeholders for one in alike[key]), sha256("/".join(key).encode()).digest()

    return [tuple(alike[key]) for key in sorted(alike, key=drawn)]


def queue(
    statements: Iterable[Statement],
    targets: Sequence[str],
    groups: Mapping[str, str] | None = None,
    order: str = "random",
    predictions: Iterable[Any] = (),
) -> list[Item]:
    """The questions in order, each statement with every target, near-copies once.

    - random: as drawn (see `drawn_order`); labels on any stretch from the beginning can stand for all;
    - uncertain: first where the likeliest stance of `predictions` is least likely; what has none is least certain. The
      probability is not known: such labels are no sample.
    Raises InputError for an unknown order, and for an order by predictions without any. Source: Lewis & Gale (1994).
    """
    if order not in ORDERS:
        raise InputError(f"one of {', '.join(ORDERS)}, not {order!r}", field="order")
    drawn = drawn_order(statements, groups or {})
    if order == "uncertain":
        doubt = {(answer.statement, answer.target): 1 - max(answer.support, answer.oppose, answer.none)
                 for answer in predictions}  # fmt: skip
        if not doubt:
            raise InputError("predictions, to ask about the least certain first", field="predictions")
        drawn.sort(key=lambda same: -max(doubt.get((same[0].statement, target), 1.0) for target in targets))
    known = 1.0 if order == "random" else 0.0
    return [
        Item(first.statement, target, known, tuple(one.statement for one in copies))
        for first, *copies in drawn
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
