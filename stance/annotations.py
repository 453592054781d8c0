"""Annotations: which stance a person read in a statement towards a target, and how well the people agree.

A folder holds one JSONL file an annotator, to which records are only added: an undo is one with an empty stance.
"""

import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from stance import records
from stance.articles import Article
from stance.codebook import STANCES, Codebook, read_codebook
from stance.quotations import find_quotations, paragraphs
from stance.records import InputError, Skipped
from stance.sentences import around, find_sentences, hide
from stance.statements import Statement

try:
    import fcntl
except ImportError:  # Windows has no such lock; there an appended line is still written in one piece
    fcntl = None  # type: ignore[assignment]

ANNOTATIONS = Path(__file__).parents[1] / "data" / "annotations"
STATEMENTS = "statements.jsonl"  # the statements of real articles: where they stand, none of their words
ADJUDICATED = "adjudicated"  # the annotator under whose name disagreements are settled
REQUIRED = ("statement", "target", "stance", "annotator", "at", "codebook")  # what no record may leave out
RESAMPLES = 2000


@dataclass(frozen=True)
class Annotation:
    """One label: `stance` is support, oppose, none, or empty for an undo; `at` an ISO time, UTC where it names no zone.

    `seconds` is 0 where they were not measured, and `sampling_probability`, with which the queue drew the item, where
    it is not known (what could not be drawn has no label); `codebook` is the version that was in use.
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


class Record(NamedTuple):
    """One line of an annotator's file: its place (file:line), its time, and what it says, be it an undo."""

    place: str
    at: datetime
    annotation: Annotation


def read_annotations(
    folder: str | Path = ANNOTATIONS, codebook: Codebook | None = None
) -> tuple[list[Annotation], list[Skipped]]:
    """The annotations that count in `folder`, and the records left aside with the reasons, in order.

    Of each (statement, target, annotator) the newest record counts, by time and then by place; an undo removes it.
    statements.jsonl holds no labels and is not read. Raises InputError where the folder or a file cannot be opened.
    """
    found, skipped = read_records(folder, codebook)
    return [record.annotation for record in newest(found).values() if record.annotation.stance], skipped


def newest(found: Iterable[Record]) -> dict[tuple[str, str, str], Record]:
    """The record that counts for each (statement, target, annotator), undos included."""
    kept: dict[tuple[str, str, str], Record] = {}
    for record in found:
        key = record.annotation.statement, record.annotation.target, record.annotation.annotator
        if key not in kept or record.at >= kept[key].at:
            kept[key] = record
    return kept


def read_records(
    folder: str | Path = ANNOTATIONS, codebook: Codebook | None = None
) -> tuple[list[Record], list[Skipped]]:
    """Every record in `folder` in order of file and line, and the lines left aside with the reasons."""
    targets = [target.target for target in (codebook or read_codebook()).targets]
    try:
        paths = sorted(p for p in Path(folder).iterdir() if p.suffix == ".jsonl" and p.name != STATEMENTS)
        lines = [(path, *line) for path in paths for line in enumerate(path.read_bytes().split(b"\n"), start=1)]
    except OSError as error:
        raise InputError(f"a folder of annotations ({error.strerror})", error.filename) from error
    found: list[Record] = []
    skipped = []
    for path, number, line in filter(lambda row: row[2].strip(), lines):
        try:
            found.append(Record(f"{path}:{number}", *read_line(line, targets)))
        except InputError as error:
            skipped.append(Skipped(f"{path}:{number}", str(error)))
    return found, skipped


def read_line(line: bytes, targets: Sequence[str]) -> tuple[datetime, Annotation]:
    """The time and the annotation of one line. Raises InputError naming the field; file and line the caller knows."""
    try:
        row = json.loads(line)
    except ValueError as error:  # UnicodeDecodeError too: a torn line may end in the middle of a letter
        raise InputError("a whole JSON object; the line is torn or broken") from error
    if not isinstance(row, dict):
        raise InputError("a JSON object")
    return checked(row, targets)


def checked(row: dict[str, Any], targets: Sequence[str]) -> tuple[datetime, Annotation]:
    """The time and the annotation of the fields in `row`; others are left aside. Raises InputError naming the field."""
    if missing := [name for name in REQUIRED if name not in row]:
        raise InputError("this field in the record", field=missing[0])
    one = Annotation(**{field.name: row[field.name] for field in fields(Annotation) if field.name in row})
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
    try:
        at = datetime.fromisoformat(one.at)
    except (TypeError, ValueError) as error:
        raise InputError(f"an ISO date and time, not {one.at!r:.60}", field="at") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC), one


def remarks(found: Iterable[Record], statements: Iterable[str], version: str) -> list[Skipped]:
    """What is odd about records that count all the same, one line for each file and oddity, naming the first place.

    Odd is a statement that is not among the identifiers `statements`, and a codebook other than `version`.
    """
    known = set(statements)
    odd: dict[tuple[str, str], list[str]] = {}
    for place, _, one in found:
        file = place.rpartition(":")[0]
        if one.statement not in known:
            odd.setdefault((file, "statement: none of the statements here; kept, but not shown"), []).append(place)
        if one.codebook != version:
            reason = f"codebook: labelled by version {one.codebook or 'unknown'}, where this is {version}; it counts"
            odd.setdefault((file, reason), []).append(place)
    return [Skipped(places[0], reason + (f" (so {len(places) - 1} more lines)" if len(places) > 1 else ""))
            for (_, reason), places in odd.items()]


# Writing ------------------------------------------------------------------------------------------------------------


def own_file(folder: str | Path, annotator: str) -> Path:
    """The file of an annotator's records in `folder`. Raises InputError for a name that cannot be a file's."""
    if not re.fullmatch(r"\w[\w .@-]{0,99}", annotator) or f"{annotator.lower()}.jsonl" == STATEMENTS:
        raise InputError(f"a name of letters, digits, spaces and . @ _ -, not {annotator!r:.60}", field="annotator")
    return Path(folder) / f"{annotator}.jsonl"


def append(annotation: Annotation, folder: str | Path) -> None:
    """Write one annotation as `extend` does; when this returns, it is on disk."""
    extend([annotation], folder)


def extend(annotations: Iterable[Annotation], folder: str | Path) -> None:
    """Write annotations behind the records of their annotators in `folder`, made if need be, and wait for the disk.

    Raises InputError for one that could not be read again, before anything is written, and for a file that cannot be
    added to (read-only, disk full), to which then nothing is added.
    """
    lines: dict[Path, list[str]] = {}
    for one in annotations:
        checked(asdict(one), [one.target])
        lines.setdefault(own_file(folder, one.annotator), []).append(json.dumps(asdict(one), ensure_ascii=False) + "\n")
    for path, texts in lines.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _add("".join(texts).encode(), path)
        except OSError as error:
            raise InputError(f"a file that can be added to ({error.strerror}); nothing was written", path) from error


def _add(data: bytes, path: Path) -> None:
    """Add whole lines to a file, all or none, behind whatever others add at the same time, and wait for the disk."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        if fcntl:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # until the file is closed, also by a death
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":  # a line that a crash has torn must not spoil the next
                data = b"\n" + data
        try:
            while data:
                data = data[os.write(descriptor, data) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)
    if fcntl and not size:  # a new file is safe when its folder is
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


# What the labels say ------------------------------------------------------------------------------------------------


def _labels(annotations: Iterable[Annotation]) -> dict[tuple[str, str], dict[str, str]]:
    """The stances by annotator of each (statement, target), in order of appearance."""
    labels: dict[tuple[str, str], dict[str, str]] = {}
    for one in annotations:
        labels.setdefault((one.statement, one.target), {})[one.annotator] = one.stance
    return labels


def adjudicated(annotations: Iterable[Annotation]) -> dict[tuple[str, str], str]:
    """The stance that counts, by (statement, target): that of the annotator 'adjudicated', or else the one all share.

    Where annotators disagree and nobody has settled it there is none.
    """
    return {
        pair: by.get(ADJUDICATED) or next(iter(by.values()))
        for pair, by in _labels(annotations).items()
        if ADJUDICATED in by or len(set(by.values())) == 1
    }


def disagreements(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """A frame of what annotators disagree about: statement, target, one column an annotator, and adjudicated.

    A cell is empty text where that annotator gave no label, or nobody has settled it.
    """
    labels = {pair: by for pair, by in _labels(annotations).items() if len(set((by | {ADJUDICATED: ""}).values())) > 2}
    people = sorted({name for by in labels.values() for name in by} - {ADJUDICATED})
    rows = [(*pair, *(by.get(name, "") for name in (*people, ADJUDICATED))) for pair, by in labels.items()]
    return pd.DataFrame(rows, columns=["statement", "target", *people, ADJUDICATED])


def differences(annotations: Iterable[Annotation]) -> pd.DataFrame:
    """Who differs from whom about what, most often first: target, annotator, stance, other, other_stance, and the
    number of statements. The annotator 'adjudicated' is left out, as it differs from somebody by its nature.
    """
    labels = _labels(one for one in annotations if one.annotator != ADJUDICATED)
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
    given_by = _labels(one for one in annotations if one.annotator != ADJUDICATED)
    labels = {pair: by for pair, by in given_by.items() if len(by) > 1}
    rows = []
    for target in dict.fromkeys(target for _, target in labels):
        wide = pd.DataFrame.from_dict({pair[0]: by for pair, by in labels.items() if pair[1] == target}, orient="index")
        given = np.stack([wide == stance for stance in STANCES], axis=-1).astype(float)
        articles = wide.index.str.split("-").str[0]
        group, names = pd.factorize(articles.map(lambda article: (groups or {}).get(article, article)))
        # How often each group counts: once in the first row, which is the estimate, then as often as it was drawn.
        again = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
        counts = np.vstack([np.ones(len(names)), again])[:, group]
        both = (a[:, :, None] * b[:, None, :] for a, b in combinations(given.swapaxes(0, 1), 2))
        kappas = [kappa(np.tensordot(counts, table, 1)) for table in both]
        units = coincidences(given)
        draws = pd.DataFrame({"alpha": alpha(np.tensordot(counts, units, 1)), "kappa": pd.DataFrame(kappas).mean()})
        same = np.trace(units, axis1=1, axis2=2) / given.sum((1, 2))
        row = {"target": target, "statements": len(wide), "annotators": wide.shape[1], "agreement": same.mean()}
        bounds = draws[1 : None if len(names) > 1 else 1].quantile([0.025, 0.975])
        for name in ("alpha", "kappa"):
            row |= {name: draws[name][0], f"{name}_low": bounds[name][0.025], f"{name}_high": bounds[name][0.975]}
        rows.append(row)
    measures = [f"{name}{end}" for name in ("alpha", "kappa") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["target", "statements", "annotators", "agreement", *measures])


def coincidences(given: np.ndarray) -> np.ndarray:
    """Coincidences by unit, shape (units, classes, classes): ordered pairs of labels, each over (labels - 1).

    `given` is 1 where an annotator gave a unit that label, shape (units, annotators, classes); all 0 where none.
    """
    n = given.sum(1)
    pairs = n[:, :, None] * n[:, None, :] - n[:, :, None] * np.eye(n.shape[1])
    return pairs / np.maximum(n.sum(1) - 1, 1)[:, None, None]


def alpha(o: np.ndarray) -> np.ndarray:
    """Krippendorff's nominal alpha of coincidences summed over units, shape (..., classes, classes); NaN for one class.

    Source: Krippendorff (2018), ch. 12: alpha = 1 - observed / expected disagreement.
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


# Statements without their words, and the articles that hold the words ----------------------------------------------


@dataclass(frozen=True)
class Labelled:
    """An article that was labelled: its identifier, the name of its file, and its date, ISO or empty."""

    article: str
    path: str
    published: str = ""


@dataclass(frozen=True)
class StandOff:
    """A labelled statement without its words, which stand at article.text[start:end] for those who hold the article."""

    statement: str
    article: str
    start: int
    end: int
    kind: str
    cue: str = ""
    speaker: str = ""
    mention: str = ""
    role: str = ""
    organisation: str = ""
    stakeholders: tuple[str, ...] = ()


class Note(NamedTuple):
    """What became of a labelled article or statement: `outcome` is found, not found or refused, `reason` why."""

    article: str
    place: str
    outcome: str
    reason: str = ""


def hydrated(articles: Iterable[Article], folder: str | Path = ANNOTATIONS) -> tuple[list[Statement], list[Note]]:
    """The labelled statements of `folder` that stand in `articles`, with their words again, and a note on each article.

    An article is known by its identifier, which is a hash of its text: a file of the same name with another text is
    refused. Further notes are on statements that were refused. Confidence is 1. Raises InputError for a broken table.
    """
    folder = Path(folder)
    labelled = records.read(folder / "articles.csv", Labelled)
    by_hash = {article.article: article for article in articles}
    by_name = {Path(article.path).name: article for article in by_hash.values()}
    notes = []
    for one in labelled:
        namesake = by_name.get(Path(one.path).name)
        if one.article in by_hash:
            notes.append(Note(one.article, by_hash[one.article].path, "found"))
        elif namesake:
            reason = f"its text is another: {namesake.article}, where {one.article} was labelled"
            notes.append(Note(one.article, namesake.path, "refused", reason))
        else:
            notes.append(Note(one.article, one.path, "not found"))
    known = {one.article for one in labelled}
    statements = []
    for said in records.read(folder / STATEMENTS, StandOff):
        if said.article not in known:
            notes.append(Note(said.article, said.statement, "refused", "its article is not in articles.csv"))
            continue
        if said.article not in by_hash:
            continue  # the note on its article says so
        text, start, end = by_hash[said.article].text, said.start, said.end
        held = [span for span in paragraphs(text) if span[0] < end and start < span[1]]
        if not (0 <= start < end <= len(text) and held):
            reason = f"no words at {start}-{end} of the {len(text)} characters of its article"
            notes.append(Note(said.article, said.statement, "refused", reason))
        elif said.statement != f"{said.article}-{start}-{end}":
            notes.append(Note(said.article, said.statement, "refused", f"its place is another: {start}-{end}"))
        else:
            left, right = held[0][0], held[-1][1]
            context = text[left:right]
            hidden = hide(context, find_quotations(context))
            first, last = around(find_sentences(hidden, 0, len(hidden)), start - left, end - left)
            statements.append(Statement(
                **asdict(said), text=text[start:end], context=context, place=start - left,
                sentence=context[first:last], confidence=1.0,
            ))  # fmt: skip
    return statements, notes
