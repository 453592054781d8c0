"""Sessions: how far one annotator has come through a queue, kept in nothing but that annotator's file.

What counts as answered is what has been read back from the file. So an answer is on disk before the next question
shows, whatever another tab writes is seen, and whoever starts again goes on where the file ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
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
    moment,
    newest,
    own_file,
    read_line,
    read_records,
    remarks,
)
from stance.labels.corrections import Correction, add_corrections, last_corrected, value_of
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
    queue that cannot be drawn and a folder that cannot be read. `groups` says by article which are near-copies; an
    answer counts for the copies of a statement too. Corrections go to the folder `corrections` beside `folder`.
    """

    def __init__(
        self,
        statements: Iterable[Statement],
        person: str,
        codebook: Codebook,
        folder: str | Path = ANNOTATIONS,
        predictions: Sequence[Any] = (),
        adjudicate: bool = False,
        order: str = "random",
        groups: Mapping[str, str] | None = None,
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
        self._wanted: Pair | None = None
        labels = labels_of(records)
        if adjudicate:  # what is settled comes first, so that it can be undone
            settled = [Item(label.statement, label.target, label.sampling_probability)
                       for label in labels if label.annotator == ADJUDICATED]  # fmt: skip
            items = [item for item in [*settled, *disputed(labels)] if item.statement in names]
        else:
            items = queue(names.values(), self._targets, groups, order, predictions)
        self.statements = names
        self.only = ""  # the stakeholder whose statements are asked about, if not all
        self.corrections: list[Correction] = []  # by this session, those undone taken away
        self._corrected = last_corrected(self._beside)
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
        """The questions without an answer: the one just undone or gone to, answered or not; the others of the
        stakeholder `only`, if any, in the order of the queue; those put off. What was called no statement is not asked.
        """
        counting = self.counting
        gone = {one.statement for one in self.corrections if one.field == "statement"}
        off = {pair: label for pair, label in counting.items() if label.note.startswith(SKIPPED) and not label.stance}
        fresh = [pair for pair in self.items if pair not in off and not (pair in counting and counting[pair].stance)]
        asked = {name for name, one in self.statements.items() if not self.only or self.only in one.stakeholders}
        rest = [pair for pair in (*fresh, *off) if pair[0] in asked - gone]
        wanted = [self._wanted] if self._wanted and self._wanted[0] not in gone else []
        return [*wanted, *(pair for pair in rest if pair not in wanted)]

    def go(self, pair: Pair) -> None:
        """Ask this question next, be it answered. Raises InputError for one that is not in the queue."""
        if pair not in self.items:
            raise InputError("a question of this queue", field="item")
        self._wanted = pair

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

    def undo(self) -> Annotation | Correction | None:
        """The newest answer, putting off or correction of this session, taken back, to be asked about again at once;
        None where there is none.
        """
        acts = [
            (pair, label) for pair, label in self.counting.items() if label.stance or label.note.startswith(SKIPPED)
        ]
        if self.corrections and (not acts or moment(self.corrections[-1].at) > moment(acts[-1][1].at)):
            correction = self.corrections[-1]
            self._correct(replace(correction, value="", at=self._now()))
            self.corrections.pop()
            self._wanted = next((pair for pair in self.items if pair[0] == correction.statement), None)
            return correction
        if not acts:
            return None
        pair, label = acts[-1]
        self._write(pair, "")
        self._wanted = pair
        return label

    def correct(self, statement: str, field: str, value: str, note: str = "") -> Correction:
        """The correction of a statement's field to what was typed, which is on disk when this returns. Raises
        InputError for what cannot be one (see `corrections.value_of`).
        """
        value = value_of(field, value, self.statements[statement], self.codebook)
        made = Correction(statement, field, value, self.person, self._now(), note)
        self._correct(made)
        self.corrections.append(made)
        return made

    def _correct(self, correction: Correction) -> None:
        add_corrections([correction], self._beside)
        self._corrected = [moment(correction.at)]

    @property
    def _beside(self) -> Path:
        return self.folder.parent / "corrections"

    def _now(self) -> str:
        """A time that is later than that of any record before, even if the clock was put back."""
        before = [*(record.at for record in self._records), *self._corrected]
        last = max(before, default=datetime.now(UTC) - timedelta(days=1))
        return max(datetime.now(UTC), last + timedelta(microseconds=1)).isoformat(timespec="microseconds")

    def _write(self, pair: Pair, stance: str, seconds: float = 0.0, note: str = "") -> None:
        """Add a record, and one for each copy, and read them back."""
        at, item, version = self._now(), self.items[pair], self.codebook.version
        extend([Annotation(name, pair[1], stance, self.annotator, at, seconds if name == pair[0] else 0.0, note,
                           item.sampling_probability, version)
                for name in (pair[0], *item.copies)], self.folder)  # fmt: skip
        self._wanted = None
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
