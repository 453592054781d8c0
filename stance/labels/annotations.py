"""Annotations: which stance a person read in a statement towards a target, and how well the people agree.

A folder holds one JSONL file an annotator, to which records are only added: an undo is one with an empty stance.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from stance.codebook import STANCES, Codebook, read_codebook
from stance.files import InputError, parsed
from stance.shipped import ANNOTATIONS
from stance.tables import Skipped

try:
    import fcntl
except ImportError:  # Windows has no such lock; there an appended line is still written in one piece
    fcntl = None  # type: ignore[assignment]

STATEMENTS = "statements.jsonl"  # the statements of real articles: where they stand, none of their words
ADJUDICATED = "adjudicated"  # the annotator under whose name disagreements are settled
Parsed = TypeVar("Parsed")
REQUIRED = ("statement", "target", "stance", "annotator", "at", "codebook")  # what no record may leave out


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
    records, skipped = read_records(folder, codebook)
    return labels_of(records), skipped


def labels_of(records: Iterable[Record]) -> list[Annotation]:
    """The annotations among `records` that count, without what was undone."""
    return [record.annotation for record in newest(records).values() if record.annotation.stance]


def newest(records: Iterable[Record]) -> dict[tuple[str, str, str], Record]:
    """The record that counts for each (statement, target, annotator), undos included."""
    kept: dict[tuple[str, str, str], Record] = {}
    for record in records:
        key = record.annotation.statement, record.annotation.target, record.annotation.annotator
        if key not in kept or record.at >= kept[key].at:
            kept[key] = record
    return kept


def read_records(
    folder: str | Path = ANNOTATIONS, codebook: Codebook | None = None
) -> tuple[list[Record], list[Skipped]]:
    """Every record in `folder` in order of file and line, and the lines left aside with the reasons."""
    targets = [target.target for target in (codebook or read_codebook()).targets]
    return read_lines(folder, lambda place, line: Record(place, *read_line(line, targets)))


def read_lines(folder: str | Path, parse: Callable[[str, bytes], Parsed]) -> tuple[list[Parsed], list[Skipped]]:
    """What `parse` makes of each line, with its place (file:line), in the JSONL files of a folder, and the lines left
    aside with the reasons. Raises InputError where the folder or a file cannot be opened.
    """
    try:
        paths = sorted(
            p for p in Path(folder).iterdir() if p.suffix == ".jsonl" and p.name != STATEMENTS and not p.is_fifo()
        )
        lines = [(path, *line) for path in paths for line in enumerate(path.read_bytes().split(b"\n"), start=1)]
    except OSError as error:
        raise InputError(f"a folder of annotations ({error.strerror})", error.filename) from error
    records: list[Parsed] = []
    skipped = []
    for path, number, line in filter(lambda row: row[2].strip(), lines):
        try:
            records.append(parse(f"{path}:{number}", line))
        except InputError as error:
            skipped.append(Skipped(f"{path}:{number}", str(error)))
    return records, skipped


def read_line(line: bytes, targets: Sequence[str]) -> tuple[datetime, Annotation]:
    """The time and the annotation of one line. Raises InputError naming the field; file and line the caller knows."""
    return checked(whole_object(line), targets)


def whole_object(line: bytes) -> dict[str, Any]:
    """The JSON object of a line. Raises InputError where it is none."""
    try:
        row = parsed(line)
    except InputError as error:  # a torn line may end in the middle of a letter
        raise InputError("a whole JSON object; the line is torn or broken") from error
    if not isinstance(row, dict):
        raise InputError("a JSON object")
    return row


def checked(row: dict[str, Any], targets: Sequence[str]) -> tuple[datetime, Annotation]:
    """The time and the annotation of the fields in `row`; others are left aside. Raises InputError naming the field."""
    if missing := [name for name in REQUIRED if name not in row]:
        raise InputError("this field in the record", field=missing[0])
    label = Annotation(**{field.name: row[field.name] for field in fields(Annotation) if field.name in row})
    numbers = [type(number) in (int, float) for number in (label.seconds, label.sampling_probability)]
    for name, expected, kept in (
        ("statement", "an identifier", isinstance(label.statement, str) and label.statement.strip()),
        ("target", "a target of the codebook", label.target in targets),
        ("stance", "support, oppose, none or nothing (undo)", label.stance in (*STANCES, "")),
        ("annotator", "a name", isinstance(label.annotator, str) and label.annotator.strip()),
        ("seconds", "a number from 0 up", numbers[0] and 0 <= label.seconds < 1e9),
        ("note", "text", isinstance(label.note, str)),
        ("sampling_probability", "a number from 0 to 1", numbers[1] and 0 <= label.sampling_probability <= 1),
        ("codebook", "a version", isinstance(label.codebook, str)),
    ):
        if not kept:
            raise InputError(f"{expected}, not {getattr(label, name)!r:.60}", field=name)
    try:
        return moment(label.at), label
    except (TypeError, ValueError) as error:
        raise InputError(f"an ISO date and time, not {label.at!r:.60}", field="at") from error


def moment(at: str) -> datetime:
    """The time that an ISO date and time names, in UTC where it names no zone. Raises ValueError for another text, and
    for a year before 1970 or after 2999, which leaves no room for a later answer.
    """
    time = datetime.fromisoformat(at)
    if not 1970 <= time.year < 3000:
        raise ValueError
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def remarks(records: Iterable[Record], statements: Iterable[str], version: str) -> list[Skipped]:
    """What is odd about records that count all the same, one line for each file and oddity, naming the first place.

    Odd is a statement that is not among the identifiers `statements`, and a codebook other than `version`.
    """
    known = set(statements)
    odd = []
    for place, _, label in records:
        if label.statement not in known:
            odd.append((place, "statement: none of the statements here; kept, but not shown"))
        if label.codebook != version:
            reason = f"codebook: labelled by version {label.codebook or 'unknown'}, where this is {version}; it counts"
            odd.append((place, reason))
    return gathered(odd)


def gathered(odd: Iterable[tuple[str, str]]) -> list[Skipped]:
    """Places (file:line) with reasons, one for each file and kind of reason, naming the first place and how many more.

    What a reason quotes does not make another kind of it.
    """
    kinds: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for place, reason in odd:
        kinds.setdefault((place.rpartition(":")[0], re.sub(r"'.*'", "", reason)), []).append((place, reason))
    return [
        Skipped(found[0][0], found[0][1] + (f" (so {len(found) - 1} more lines)" if len(found) > 1 else ""))
        for found in kinds.values()
    ]


# Writing ------------------------------------------------------------------------------------------------------------


def own_file(folder: str | Path, annotator: str) -> Path:
    """The file of an annotator's records in `folder`. Raises InputError for a name that cannot be a file's."""
    if not re.fullmatch(r"\w[\w .@-]{0,99}", annotator) or f"{annotator.lower()}.jsonl" == STATEMENTS:
        raise InputError(f"a name of letters, digits, spaces and . @ _ -, not {annotator!r:.60}", field="annotator")
    return Path(folder) / f"{annotator}.jsonl"


def extend(annotations: Iterable[Annotation], folder: str | Path) -> None:
    """Write annotations behind the records of their annotators in `folder`, made if need be, and wait for the disk.

    Raises InputError for one that could not be read again, before anything is written, and for a file that cannot be
    added to (read-only, disk full), to which then nothing is added.
    """
    annotations = list(annotations)
    for label in annotations:
        checked(asdict(label), [label.target])
    add_records(annotations, folder)


def add_records(records: Iterable[Any], folder: str | Path) -> None:
    """Write dataclasses with an `annotator` behind the lines of their annotators' files, as `extend` does."""
    lines: dict[Path, list[str]] = {}
    for record in records:
        lines.setdefault(own_file(folder, record.annotator), []).append(
            json.dumps(asdict(record), ensure_ascii=False) + "\n"
        )
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


def labels_by(annotations: Iterable[Annotation]) -> dict[tuple[str, str], dict[str, str]]:
    """The stances by annotator of each (statement, target), in order of appearance."""
    labels: dict[tuple[str, str], dict[str, str]] = {}
    for label in annotations:
        labels.setdefault((label.statement, label.target), {})[label.annotator] = label.stance
    return labels


def adjudicated(annotations: Iterable[Annotation]) -> dict[tuple[str, str], str]:
    """The stance that counts, by (statement, target): that of the annotator 'adjudicated', or else the one all share.

    Where annotators disagree and nobody has settled it there is none.
    """
    return {
        pair: by.get(ADJUDICATED) or next(iter(by.values()))
        for pair, by in labels_by(annotations).items()
        if ADJUDICATED in by or len(set(by.values())) == 1
    }
