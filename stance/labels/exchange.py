"""Exchange: labels as other annotation tools write and read them, one row for each (statement, target, annotator).

Whatever a tool has no place for travels in what it keeps unread (metadata), and its entry in TOOLS says in a line what
that cannot save. Only the labels that count travel.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from stance import tables
from stance.codebook import STANCES, Codebook, read_codebook
from stance.files import InputError, parsed
from stance.labels.annotations import Annotation, checked, extend, moment, newest, read_records
from stance.statements.finding import Statement
from stance.tables import Skipped

Row = dict[str, Any]
FIELDS = [field.name for field in fields(Annotation)]
MEANT_FOR_EYES = ("text", "context", "speaker", "question")  # what a person who labels elsewhere needs to see
NOWHERE = "Answers that were changed or undone are in no format."


class Tool(NamedTuple):
    """Another tool: in words what it cannot hold; the functions from rows to its text and from its file to rows."""

    holds: str
    write: Callable[[list[Row]], str]
    read: Callable[[Path], Iterable[tuple[int, Row]]]


# Out ----------------------------------------------------------------------------------------------------------------


def exported(
    annotations: Iterable[Annotation], tool: str, statements: Iterable[Statement] = (), codebook: Codebook | None = None
) -> str:
    """The text of a file that holds `annotations` as `tool` reads them (one of TOOLS).

    The words are empty where `statements` do not hold them. Raises InputError for another tool.
    """
    by_identifier = {statement.statement: statement for statement in statements}
    targets = {target.target: target.description for target in (codebook or read_codebook()).targets}
    rows = []
    for label in annotations:
        statement = by_identifier.get(label.statement)
        shown = (statement.text, statement.context, statement.speaker) if statement else ("", "", "")
        question = f"Does the speaker support or oppose {targets.get(label.target, label.target)}?"
        rows.append(asdict(label) | dict(zip(MEANT_FOR_EYES, (*shown, question), strict=True)))
    return tool_called(tool).write(rows)


def _csv(rows: list[Row]) -> str:
    file = StringIO(newline="")
    tables.write_csv(pd.DataFrame(rows, columns=[*FIELDS, *MEANT_FOR_EYES]), file)
    return file.getvalue()


def _doccano(rows: list[Row]) -> str:
    return _lines({"text": row.pop("text"), "label": [row.pop("stance")], **row} for row in rows)


def _label_studio(rows: list[Row]) -> str:
    """One task a question, with an annotation by each person."""
    tasks: dict[tuple[str, str], Row] = {}
    for row in rows:
        names = ("statement", "target", *MEANT_FOR_EYES)
        data = {name: row[name] for name in names}
        task = tasks.setdefault((row["statement"], row["target"]), {"data": data, "annotations": []})
        beside = {name: row[name] for name in ("annotator", "at", "sampling_probability", "codebook")}
        result = [_choice("stance", "choices", {"choices": [row["stance"]]}) | {"meta": beside}]
        if row["note"]:
            result.append(_choice("note", "textarea", {"text": [row["note"]]}))
        task["annotations"].append({"lead_time": row["seconds"], "result": result})
    return json.dumps(list(tasks.values()), ensure_ascii=False, indent=1) + "\n"


def _choice(name: str, kind: str, value: Row) -> Row:
    return {"from_name": name, "to_name": "text", "type": kind, "value": value}


def _prodigy(rows: list[Row]) -> str:
    options = [{"id": stance, "text": stance} for stance in STANCES]
    return _lines(
        {
            "text": row["text"],
            "options": options,
            "accept": [row["stance"]],
            "answer": "accept",
            "_annotator_id": row["annotator"],
            "_timestamp": int(moment(row["at"]).timestamp()),
            "meta": {str(name): value for name, value in row.items() if name not in ("text", "stance", "annotator")},
        }
        for row in rows
    )


def _lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


# In -----------------------------------------------------------------------------------------------------------------


def imported(
    path: str | Path, tool: str, annotator: str = "", codebook: Codebook | None = None
) -> tuple[list[Annotation], list[Skipped]]:
    """The annotations in a file that `tool` wrote (one of TOOLS), and the rows left aside with the reasons.

    With `annotator` all are that one's; otherwise each row names its own. What a table made elsewhere does not say is
    taken as the time of reading, the current codebook and no probability. Raises InputError for a file that is not in
    the format, and where `annotator` would make one person of several who answered the same question.
    """
    codebook = codebook or read_codebook()
    targets = [target.target for target in codebook.targets]
    usual = {"at": datetime.now(UTC).isoformat(), "codebook": codebook.version}
    labels: list[Annotation] = []
    skipped = []
    names: dict[tuple[str, str], set[str]] = {}
    for line, row in _rows(Path(path), tool):
        values = {str(name): value for name, value in row.items() if name in FIELDS and value not in (None, "")}
        if isinstance(values.get("stance"), str):
            values["stance"] = values["stance"].strip().lower()
        try:
            if missing := [name for name in ("statement", "target", "stance") if name not in values]:
                raise InputError("a value", field=missing[0])
            if not (annotator or "annotator" in values):
                raise InputError("a name in the file, or one given for all", field="annotator")
            label = checked(usual | values | ({"annotator": annotator} if annotator else {}), targets)[1]
        except InputError as error:
            skipped.append(Skipped(f"{path}:{line}", str(error)))
            continue
        labels.append(label)
        names.setdefault((label.statement, label.target), set()).add(str(values.get("annotator", "")))
    if annotator and any(len(by) > 1 for by in names.values()):
        people = ", ".join(sorted(set().union(*names.values())))
        raise InputError(f"labels by one annotator, or no name for all of them; these are by {people}", path)
    return labels, skipped


def add_new(annotations: Sequence[Annotation], folder: str | Path, codebook: Codebook | None = None) -> tuple[int, int]:
    """How many of `annotations` were added to their annotators' files in `folder`, and how many stood there already."""
    records, _ = read_records(folder, codebook) if Path(folder).exists() else ([], [])
    there = {record.annotation for record in newest(records).values()}
    new = [label for label in annotations if label not in there]
    extend(new, folder)
    return len(new), len(annotations) - len(new)


def _rows(path: Path, tool: str) -> list[tuple[int, Row]]:
    try:
        return list(tool_called(tool).read(path))
    except InputError:
        raise
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:  # of another shape
        raise InputError(f"a file as {tool} writes it ({error})", path) from error


def _from_csv(path: Path) -> Iterable[tuple[int, Row]]:
    for line, row in _table(path, ".csv"):
        for name in ("seconds", "sampling_probability"):
            with suppress(ValueError):  # left as it is, for `checked` to name
                row[name] = float(row.get(name) or 0)
        yield line, row


def _from_doccano(path: Path) -> Iterable[tuple[int, Row]]:
    """Rows with metadata at the top or under `meta`, and labels as `label` or `labels`, as its versions have it."""
    for line, row in _table(path, ".jsonl"):
        meta = row.get("meta") or row.get("metadata") or {}
        labels = row.get("label") or row.get("labels") or ""
        yield line, (meta if isinstance(meta, dict) else {}) | row | {"stance": _only(labels)}


def _from_prodigy(path: Path) -> Iterable[tuple[int, Row]]:
    """Rows whose time is the exact one of `meta` unless the label was given again since; what was rejected has none."""
    for line, row in _table(path, ".jsonl"):
        meta = dict(row.get("meta") or {})
        if "_timestamp" in row and ("at" not in meta or int(moment(meta["at"]).timestamp()) != row["_timestamp"]):
            meta["at"] = datetime.fromtimestamp(row["_timestamp"], UTC).isoformat()
        stance = _only(row.get("accept") or "") if row.get("answer", "accept") == "accept" else ""
        yield line, meta | {"stance": stance, "annotator": row.get("_annotator_id")}


def _from_label_studio(path: Path) -> Iterable[tuple[int, Row]]:
    """The annotations of each task; the 'line' is the number of the task."""
    tasks = parsed(tables.read_text(path), path)
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise InputError("a JSON list of tasks", path)
    for number, task in enumerate(tasks, start=1):
        for made in task.get("annotations") or []:
            results = {result.get("from_name"): result for result in made.get("result") or []}
            stance = results.get("stance", {})
            note = (results.get("note", {}).get("value", {}).get("text") or [""])[0]
            own = {"at": made.get("created_at"), "annotator": _person(made.get("completed_by"))}
            beside = stance.get("meta") or {}
            choice = _only(stance.get("value", {}).get("choices") or "")
            yield number, task.get("data", {}) | own | beside | {
                "stance": choice, "note": note, "seconds": made.get("lead_time") or 0.0}  # fmt: skip


def _person(by: Any) -> str:
    """The name that Label Studio gives: an address, or the number of an account."""
    if isinstance(by, dict):
        by = by.get("email") or by.get("id")
    return "" if by is None else str(by)


def _only(labels: Any) -> str:
    """The one label; several are no stance, and what they are is for `checked` to say."""
    if isinstance(labels, list):
        return str(labels[0]) if len(labels) == 1 else ", ".join(map(str, labels))
    return str(labels)


def _table(path: Path, ending: str) -> Iterable[tuple[int, Row]]:
    if path.suffix != ending:
        raise InputError(f"a file name that ends in {ending}", path)
    table = tables.read_table(path)
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        yield line, {str(name): value for name, value in row.items() if value is not None and value == value}  # not NaN


def tool_called(name: str) -> Tool:
    """The tool of that name. Raises InputError where there is none."""
    if name not in TOOLS:
        raise InputError(f"one of {', '.join(TOOLS)}, not {name!r:.40}", field="format")
    return TOOLS[name]


TOOLS = {
    "csv": Tool("csv holds every field of a label.", _csv, _from_csv),
    "doccano": Tool(
        "doccano shows a text and its label; all else is metadata, which it keeps but does not renew when somebody"
        " changes the label there.", _doccano, _from_doccano),
    "label-studio": Tool(
        "Label Studio does not know our annotators and sets times of its own; ours stay beside the choice, and it does"
        " not renew them when somebody changes it.", _label_studio, _from_label_studio),
    "prodigy": Tool(
        "Prodigy has whole seconds for the time; the exact one, the note and the rest are in meta, which it does not"
        " renew when somebody changes the label.", _prodigy, _from_prodigy),
}  # fmt: skip
