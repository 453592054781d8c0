"""Annotations: which stance a person read in a statement towards a target, and how well the people agree.

A folder holds one append-only JSONL file an annotator. Nothing in it is ever rewritten: a changed mind is a newer
record, and an undo is a record with an empty stance.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from stance.codebook import STANCES, Codebook, read_codebook
from stance.records import InputError, Skipped

ANNOTATIONS = Path(__file__).parents[1] / "data" / "annotations"
STATEMENTS = "statements.jsonl"  # the one JSONL file of the folder that holds no annotations but what they stand on
ADJUDICATED = "adjudicated"  # the annotator under whose name disagreements are settled

RESAMPLES = 2000


@dataclass(frozen=True)
class Annotation:
    """One label: `stance` is support, oppose, none, or empty for an undo; `at` an ISO time, UTC where it names no zone.

    `codebook` is the version of the codebook that was in use. `seconds` is the time it took, 0 where it was not
    measured; `sampling_probability` that with which the queue drew the item, 0 where it is not known: an item that
    could not be drawn has no label.
    """

    statement: str
    target: str
    stance: str
    annotator: str
    at: str
    seconds: float = 0.0
    note: str = ""
    sampling_probability: float = 0.0
    codebook: str = ""


def read_annotations(
    folder: str | Path = ANNOTATIONS, codebook: Codebook | None = None
) -> tuple[list[Annotation], list[Skipped]]:
    """The annotations that count in `folder`, in the order of files and lines, and the records left aside, with reasons.

    Of each (statement, target, annotator) the newest record counts, by its time and then by its place; an undo removes
    it. Reads every .jsonl file but statements.jsonl. Raises InputError where the folder or a file cannot be opened.
    """
    folder = Path(folder)
    targets = [target.target for target in (codebook or read_codebook()).targets]
    newest: dict[tuple[str, str, str], tuple[datetime, Annotation]] = {}
    skipped = []
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".jsonl" and path.name != STATEMENTS)
        lines = [(path, *line) for path in paths for line in enumerate(path.read_bytes().split(b"\n"), start=1)]
    except OSError as error:
        raise InputError(f"a folder of annotations ({error.strerror})", error.filename) from error
    for path, number, line in lines:
        if not line.strip():
            continue
        try:
            at, one = _record(line, targets)
        except InputError as error:
            skipped.append(Skipped(f"{path}:{number}", str(error)))
            continue
        key = one.statement, one.target, one.annotator
        if key not in newest or at >= newest[key][0]:
            newest[key] = at, one
    return [one for _, one in newest.values() if one.stance], skipped


def _record(line: bytes, targets: Sequence[str]) -> tuple[datetime, Annotation]:
    """One line's annotation with its time. Raises InputError naming the field; file and line the caller knows."""
    try:
        row = json.loads(line)
    except ValueError as error:  # UnicodeDecodeError too: a torn line may end in the middle of a letter
        raise InputError("a whole JSON object; the line is torn or broken") from error
    if not isinstance(row, dict):
        raise InputError(f"a JSON object, not {row!r:.60}")
    for name in ("statement", "target", "stance", "annotator", "at", "codebook"):
        if name not in row:
            raise InputError("this field in the record", field=name)
    one = Annotation(**{field.name: row[field.name] for field in fields(Annotation) if field.name in row})
    try:
        at = datetime.fromisoformat(one.at)
    except (TypeError, ValueError) as error:
        raise InputError(f"an ISO date and time, not {one.at!r:.60}", field="at") from error
    numbers = [type(number) in (int, float) for number in (one.seconds, one.sampling_probability)]
    for name, expected, kept in (
        ("statement", "an identifier", isinstance(one.statement, str) and one.statement.strip()),
        ("target", "a target of the codebook", one.target in targets),
        ("stance", "support, oppose, none or nothing (undo)", one.stance in (*STANCES, "")),
        ("annotator", "a name", isinstance(one.annotator, str) and one.annotator.strip()),
        ("seconds", "a number from 0 up", numbers[0] and 0 <= one.seconds < math.inf),
        ("note", "text", isinstance(one.note, str)),
        ("sampling_probability", "a number from 0 to 1", numbers[1] and 0 <= one.sampling_probability <= 1),
        ("codebook", "a version", isinstance(one.codebook, str)),
    ):
        if not kept:
            raise InputError(f"{expected}, not {getattr(one, name)!r:.60}", field=name)
    return at if at.tzinfo else at.replace(tzinfo=UTC), one


def _labels(annotations: Iterable[Annotation]) -> dict[tuple[str, str], dict[str, str]]:
    """The stance by annotator, of each (statement, target) in order of appearance."""
    labels: dict[tuple[str, str], dict[str, str]] = {}
    for one in annotations:
        labels.setdefault((one.statement, one.target), {})[one.annotator] = one.stance
    return labels


def adjudicated(annotations: Iterable[Annotation]) -> dict[tuple[str, str], str]:
    """The stance that counts, by (statement, target): that of the annotator 'adjudicated', or else the one all share.

    Where annotators disagree and nobody has settled it there is none.
    """
    return {
        pair: labels.get(ADJUDICATED) or next(iter(labels.values()))
        for pair, labels in _labels(annotations).items()
        if ADJUDICATED in labels or len(set(labels.values())) == 1
    }


def disagreements(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """A frame of what annotators disagree about: statement, target, one column an annotator, and adjudicated.

    A cell is empty text where that annotator gave no label, or nobody has settled it.
    """
    rows = [
        {"statement": statement, "target": target} | labels
        for (statement, target), labels in _labels(annotations).items()
        if len({stance for annotator, stance in labels.items() if annotator != ADJUDICATED}) > 1
    ]
    people = sorted({name for row in rows for name in row} - {"statement", "target", ADJUDICATED})
    return pd.DataFrame(rows, columns=["statement", "target", *people, ADJUDICATED]).fillna("")


# Agreement ----------------------------------------------------------------------------------------------------------


def agreement(
    annotations: Iterable[Annotation], groups: Mapping[str, str] | None = None, seed: int = 0
) -> pd.DataFrame:
    """How well annotators agree, one row a target: `target`, `statements` (with two labels or more), `annotators`,
    `agreement` (the share of agreeing pairs of labels, mean over statements), `alpha` (Krippendorff's, nominal) and
    `kappa` (Cohen's, mean over pairs of annotators), the last two with the 95% bootstrap interval `_low` to `_high`.

    The annotator 'adjudicated' is left out: it has seen the other labels. Whole article groups are drawn; `groups` maps
    an article, the part of a statement's identifier before its first hyphen, to its group, by default each its own.
    Alpha and kappa are NaN where only one stance was used, since chance alone would then give full agreement, and so is
    the interval of a single group. Draws in which they are NaN are left out of the interval.
    Source: Krippendorff (2018), Content Analysis, ch. 12; Cohen (1960); Efron (1979).
    """
    people: dict[str, dict[str, dict[str, str]]] = {}
    for (statement, target), given in _labels(annotations).items():
        labels = {annotator: stance for annotator, stance in given.items() if annotator != ADJUDICATED}
        if len(labels) > 1:
            people.setdefault(target, {})[statement] = labels
    rows = []
    for target, statements in people.items():
        articles = [statement.split("-")[0] for statement in statements]
        drawn, names = pd.factorize(np.array([(groups or {}).get(article, article) for article in articles], object))
        # How often each group counts: once in the first row, which is the estimate, then as often as it was drawn.
        again = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
        counts = np.vstack([np.ones(len(names), int), again])[:, drawn]
        units = [list(labels.values()) for labels in statements.values()]
        alphas = alpha(np.tensordot(counts, np.array([coincidences(unit, STANCES) for unit in units]), axes=1))
        annotators = sorted({annotator for labels in statements.values() for annotator in labels})
        kappas = []
        for pair in combinations(annotators, 2):
            tables = np.zeros((len(units), len(STANCES), len(STANCES)))
            for table, labels in zip(tables, statements.values(), strict=True):
                if all(annotator in labels for annotator in pair):
                    table[tuple(STANCES.index(labels[annotator]) for annotator in pair)] = 1
            kappas.append(kappa(np.tensordot(counts, tables, axes=1)))
        same = np.mean([np.mean([a == b for a, b in combinations(unit, 2)]) for unit in units])
        row = {"target": target, "statements": len(units), "annotators": len(annotators), "agreement": float(same)}
        for name, values in (("alpha", alphas), ("kappa", pd.DataFrame(kappas).mean().to_numpy())):
            kept = values[1:][~np.isnan(values[1:])]
            low, high = np.quantile(kept, (0.025, 0.975)) if len(names) > 1 and len(kept) else (math.nan, math.nan)
            row |= {name: values[0], f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    measures = [f"{name}{end}" for name in ("alpha", "kappa") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["target", "statements", "annotators", "agreement", *measures])


def coincidences(labels: Sequence[str], classes: Sequence[str]) -> np.ndarray:
    """Coincidences within one unit, shape (classes, classes): ordered pairs of its labels, each over (labels - 1)."""
    n = np.array([labels.count(name) for name in classes])
    return (np.outer(n, n) - np.diag(n)) / max(n.sum() - 1, 1)


def alpha(o: np.ndarray) -> np.ndarray:
    """Krippendorff's nominal alpha of summed coincidences, shape (..., classes, classes); NaN for a single class.

    Source: Krippendorff (2018), ch. 12: alpha = 1 - observed / expected disagreement.
    """
    n_c = o.sum(-1)
    n = n_c.sum(-1)
    observed = (n - np.trace(o, axis1=-2, axis2=-1)) * (n - 1)
    expected = n**2 - (n_c**2).sum(-1)
    return 1 - np.divide(observed, expected, out=np.full(n.shape, np.nan), where=expected > 1e-9)


def kappa(table: np.ndarray) -> np.ndarray:
    """Cohen's kappa of counts, shape (..., first's classes, second's classes); NaN for no count or a single class.

    Source: Cohen (1960): kappa = (observed - expected agreement) / (1 - expected agreement), here times n squared.
    """
    n = table.sum((-2, -1))
    expected = (table.sum(-1) * table.sum(-2)).sum(-1)
    observed = np.trace(table, axis1=-2, axis2=-1) * n
    return np.divide(observed - expected, n**2 - expected, out=np.full(n.shape, np.nan), where=n**2 - expected > 1e-9)
