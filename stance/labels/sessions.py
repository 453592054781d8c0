"""Sessions: how far one annotator has come through a queue, kept in nothing but that annotator's file.

What counts as answered is what has been read back from the file. So an answer is on disk before the next question
shows, whatever another tab writes is seen, and whoever starts again goes on where the file ends.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from stance.codebook import Codebook
from stance.files import InputError
from stance.labels.agreement import agreement
from stance.labels.annotations import (
    ADJUDICATED,
    Annotation,
    Record,
    extend,
    labels_of,
    newest,
    own_file,
    read_line,
    read_records,
    remarks,
)
from stance.labels.queues import Item, disputed, queue
from stance.shipped import ANNOTATIONS
from stance.statements.finding import Statement
from stance.tables import Skipped

Pair = tuple[str, str]  # a statement and a target
SKIPPED = "skipped"  # how the note begins of a record without a stance that puts a question off
NOT_BLIND = "not blind"  # how the note begins of a label that was given with other answers in view
RECENT = 50  # answers whose seconds foretell the time left


class Session:
    """The questions of one annotator, in `items`, and the answers that stand in `path`; `remarks` is what is odd there.

    With `adjudicate` the questions are what people disagree about, and the answers those of the annotator
    'adjudicated', with the person who gave them in the note. Raises InputError for a name that cannot be a file's, a
    queue that cannot be drawn (`draw` may give its order, size, core and seed) and a folder that cannot be read.
    """

    def __init__(
        self,
        statements: Iterable[Statement],
        person: str,
        codebook: Codebook,
        folder: str | Path = ANNOTATIONS,
        predictions: Sequence[Any] = (),
        adjudicate: bool = False,
        **draw: Any,
    ):
        names = {statement.statement: statement for statement in statements}
        own_file(folder, person)  # refuses a name that cannot stand in a record, that of an adjudicator too
        self.person, self.codebook, self.folder, self.adjudicate = person, codebook, Path(folder), adjudicate
        self.annotator = ADJUDICATED if adjudicate else person
        self.path = own_file(folder, self.annotator)
        self._targets = [target.target for target in codebook.targets]
        before = self._after(0)
        self._offset, self._lines = before.rfind(b"\n") + 1, before.count(b"\n")  # up to where the file has been read
        records, left_aside = self._all()
        self._records = [record for record in records if record.annotation.annotator == self.annotator]
        self.remarks = [*left_aside, *remarks(records, names, codebook.version)]
        self._looked: set[Pair] = set()
        self._undone: Pair | None = None
        labels = labels_of(records)
        if adjudicate:  # what is settled comes first, so that it can be undone
            settled = [Item(label.statement, label.target, label.sampling_probability)
                       for label in labels if label.annotator == ADJUDICATED]  # fmt: skip
            items = [item for item in [*settled, *disputed(labels)] if item.statement in names]
        else:
            items = queue(names.values(), self._targets, person, annotations=labels, predictions=predictions, **draw)
        self.items = {(item.statement, item.target): item for item in items}

    def _all(self) -> tuple[list[Record], list[Skipped]]:
        return read_records(self.folder, self.codebook) if self.folder.exists() else ([], [])

    def _after(self, offset: int) -> bytes:
        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                return file.read()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise InputError(f"a file that can be read ({error.strerror})", self.path) from error

    def refresh(self) -> None:
        """Read what has come to the file since, by this session or another. A line that has no end yet can wait."""
        new = self._after(self._offset)
        whole = new[: new.rfind(b"\n") + 1]
        for number, line in enumerate(whole.split(b"\n")[:-1], start=self._lines + 1):
            place = f"{self.path}:{number}"
            try:
                record = Record(place, *read_line(line, self._targets))
            except InputError as error:
                if line.strip() and Skipped(place, str(error)) not in self.remarks:
                    self.remarks.append(Skipped(place, str(error)))
                continue
            if record.annotation.annotator == self.annotator:
                self._records.append(record)
        self._offset += len(whole)
        self._lines += whole.count(b"\n")

    @property
    def counting(self) -> dict[Pair, Annotation]:
        """The record that counts for each question, be it empty, in the order of their times."""
        kept = sorted(newest(self._records).values(), key=lambda record: record.at)
        pairs = {(record.annotation.statement, record.annotation.target): record.annotation for record in kept}
        return {pair: label for pair, label in pairs.items() if pair in self.items}

    @property
    def pending(self) -> list[Pair]:
        """The questions without an answer: the one just undone, the others in the order of the queue, those put off."""
        counting = self.counting
        off = {pair: label for pair, label in counting.items() if label.note.startswith(SKIPPED) and not label.stance}
        fresh = [pair for pair in self.items if pair not in off and not (pair in counting and counting[pair].stance)]
        return sorted([*fresh, *off], key=lambda pair: pair != self._undone)

    @property
    def answered(self) -> int:
        """The number of questions that have an answer."""
        return sum(bool(label.stance) for label in self.counting.values())

    @property
    def minutes_left(self) -> float:
        """The minutes that the open questions take at the pace of late; 0 where nothing tells."""
        seconds = [label.seconds for label in self.counting.values() if label.stance and label.seconds][-RECENT:]
        return (len(self.items) - self.answered) * median(seconds) / 60 if seconds else 0.0

    def label(self, pair: Pair, stance: str, seconds: float = 0.0, note: str = "") -> None:
        """Answer a question; it is on disk when this returns. Raises InputError for no stance or no place to write."""
        if not stance:
            raise InputError("support, oppose or none", field="stance")
        if self.adjudicate:
            note = f"{self.person}: {note}" if note else self.person
        elif pair in self._looked:
            note = f"{NOT_BLIND}: {note}" if note else NOT_BLIND
        self._write(pair, stance, seconds, note)

    def skip(self, pair: Pair, seconds: float = 0.0, note: str = "") -> None:
        """Put a question off to the end of the queue."""
        self._write(pair, "", seconds, f"{SKIPPED}: {note}" if note else SKIPPED)

    def undo(self) -> Annotation | None:
        """The newest answer or putting off, taken back, to be asked again at once; None where there is none."""
        acts = [
            (pair, label) for pair, label in self.counting.items() if label.stance or label.note.startswith(SKIPPED)
        ]
        if not acts:
            return None
        pair, label = acts[-1]
        self._write(pair, "")
        self._undone = pair
        return label

    def _write(self, pair: Pair, stance: str, seconds: float = 0.0, note: str = "") -> None:
        """Add a record that is later than any before it, even if the clock was put back, and read it back."""
        last = max((record.at for record in self._records), default=datetime.now(UTC) - timedelta(days=1))
        at = max(datetime.now(UTC), last + timedelta(microseconds=1)).isoformat(timespec="microseconds")
        probability = self.items[pair].sampling_probability
        version = self.codebook.version
        extend([Annotation(*pair, stance, self.annotator, at, seconds, note, probability, version)], self.folder)
        self._undone = None
        self.refresh()

    def look(self, pair: Pair) -> list[Annotation]:
        """The labels that other people gave, read now; a label given afterwards says that it was not blind."""
        self._looked.add(pair)
        return [label for label in labels_of(self._all()[0])
                if (label.statement, label.target) == pair and label.annotator != self.annotator]  # fmt: skip

    def agreement(self) -> pd.DataFrame:
        """The agreement (see `annotations.agreement`) over what this annotator has labelled, read now."""
        labels = labels_of(self._all()[0])
        mine = {(label.statement, label.target) for label in labels if label.annotator == self.annotator}
        return agreement([label for label in labels if (label.statement, label.target) in mine])
