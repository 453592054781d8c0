"""Tables of records, read and written whole: JSONL, CSV and Parquet, chosen by the file's ending.

A record is a frozen dataclass whose fields are text, numbers or tuples of text. What is wrong in a file is said in one
line that names the file, the line, the field and what was expected.
"""

import csv
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, Field, asdict, fields
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO, TypeVar, get_type_hints

import pandas as pd

FORMATS = (".jsonl", ".csv", ".parquet")
TYPES = {str: "text", int: "a whole number", float: "a number"}  # in words
LIST_SEPARATOR = ";"  # between the items of a list in a CSV cell; identifiers never hold it

# A cell that opens with one of these is a formula to a spreadsheet. An apostrophe before it makes it text; existing
# apostrophes get one more, so that reading gives back exactly what was written.
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
GUARDED = re.compile(r"'+[=+\-@\t\r\n]")

Record = TypeVar("Record")


class InputError(ValueError):
    """Something that the user gave is not as expected. `str(error)` is one line: file, line, field, expectation."""

    def __init__(self, expected: str, file: object = "", line: int | None = None, field: str = ""):
        place = ":".join(str(part) for part in (file, line) if part not in ("", None))
        message = ": ".join(part for part in (place, field, expected) if part)
        super().__init__(" ".join(message.split()))


class Skipped(NamedTuple):
    """Something that was left aside while the rest went on: the file (or the place in it) and the reason."""

    place: str
    reason: str


@contextmanager
def written_whole(path: str | Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` only when the block ends without an error."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    except OSError as error:
        raise InputError(f"a folder that can be written to, not {error.strerror}", path.parent) from error
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        # mkstemp makes files that only their owner reads; a report is to be shared as any new file is.
        umask = os.umask(0)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_text(text: str, path: str | Path) -> None:
    """Write `text` to `path` whole, or to standard output when `path` is `-`."""
    if str(path) == "-":
        sys.stdout.write(text)
        return
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def read_text(path: str | Path) -> str:
    """The text of a UTF-8 file, without a byte order mark. Raises InputError where it is missing or not UTF-8."""
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"UTF-8 text (byte {error.start} is not)", path, line) from error


def _bytes(path: str | Path) -> bytes:
    with _opened(path) as file:
        return file.read()


def _opened(path: str | Path) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise InputError(f"a readable file ({error.strerror})", path) from error


# Tables, as pandas holds them ---------------------------------------------------------------------------------------


def read_table(path: str | Path) -> pd.DataFrame:
    """The table at `path`, columns as the file names them, row order kept; its `line` index counts lines of the file.

    CSV cells are text. Raises InputError for an unknown ending, broken JSON, a row of the wrong width or no columns.
    """
    path = Path(path)
    if path.suffix != ".parquet":
        return next(_frames(path, None))
    content = io.BytesIO(_bytes(path))
    try:
        table = pd.read_parquet(content)
    except (OSError, ValueError) as error:
        raise InputError(f"a Parquet table ({error})", path) from error
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="line"))


def table_parts(path: str | Path, rows: int) -> Iterator[pd.DataFrame]:
    """The table at `path` as `read_table` reads it, in frames of at most `rows` rows, one in memory at a time.

    A table without rows gives one frame, its columns. What is broken is told when its part is reached.
    """
    path = Path(path)
    if path.suffix != ".parquet":
        yield from _frames(path, rows)
        return
    from pyarrow import Table, parquet

    done = 0
    with _opened(path) as content:
        try:
            with parquet.ParquetFile(content) as file:
                if not file.metadata.num_rows:
                    yield file.read().to_pandas(ignore_metadata=True)
                for batch in file.iter_batches(rows):
                    part = Table.from_batches([batch]).to_pandas(ignore_metadata=True)
                    yield part.set_axis(pd.RangeIndex(done + 1, done + len(part) + 1, name="line"))
                    done += len(part)
        except (OSError, ValueError) as error:
            raise InputError(f"a Parquet table ({error})", path, done + 1 if done else None) from error


def _frames(path: Path, rows: int | None) -> Iterator[pd.DataFrame]:
    """The rows of a table that is text, so many at a time, or all where that is None."""
    columns: list[str] | None = None  # in JSONL those of the rows, in order of appearance
    if path.suffix == ".jsonl":
        found: Iterator[tuple[int, Any]] = _json_lines(path)
    elif path.suffix == ".csv":
        found = _csv_rows(path)
        columns = next(found)[1]
    else:
        raise InputError(f"a file name that ends in {', '.join(FORMATS)}", path)
    held = list(islice(found, rows))
    while True:
        index = pd.Index([line for line, _ in held], name="line", dtype="int64")
        yield pd.DataFrame([row for _, row in held], index=index, columns=columns)
        held = list(islice(found, rows))
        if not held:
            return


def _lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file one at a time with their ends, without a byte order mark."""
    before = 0
    with _opened(path) as file:
        for number, line in enumerate(file, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise InputError(f"UTF-8 text (byte {before + error.start} is not)", path, number) from error
            before += len(line)
            yield text


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "\\u" in line:
                json.dumps(row, ensure_ascii=False).encode()  # an escape may stand for half a character: no text
        except ValueError as error:
            raise InputError(f"a JSON object ({error})", path, number) from error
        if not isinstance(row, dict):
            raise InputError("a JSON object", path, number)
        yield number, row


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The header, then the cells of each row, with the line on which it begins."""
    csv.field_size_limit(sys.maxsize)
    # The lines of the csv module may end in a carriage return alone, those of a file do not.
    reader = csv.reader((part for line in _lines(path) for part in io.StringIO(line, newline="")), strict=True)
    try:
        header = next(reader, [])
        if not any(header):
            raise InputError("a header row", path, 1)
        if len(set(header)) < len(header):
            raise InputError("a header that names each column once", path, 1)
        yield 1, header
        before = reader.line_num
        for cells in reader:
            first, before = before + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise InputError(f"{len(header)} cells, as in the header, not {len(cells)}", path, first)
            yield first, [cell[1:] if GUARDED.match(cell) else cell for cell in cells]
    except csv.Error as error:
        raise InputError(f"a CSV row ({error})", path, reader.line_num) from error


def check_output(path: str | Path) -> None:
    """Raise InputError unless `path` ends as a table's name does, or is `-`: before hours of work go into the table."""
    if str(path) != "-" and Path(path).suffix not in FORMATS:
        raise InputError(f"an output name that ends in {', '.join(FORMATS)}, or -", path)
    if Path(path).is_dir():
        raise InputError("the name of a file, not of a folder", path)


def check_folder(path: str | Path) -> None:
    """Raise InputError unless a folder `path` can be made, or written to: before hours of work go into it."""
    nearest = next(place for place in (Path(path), *Path(path).absolute().parents) if place.exists())
    try:
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError as error:
        raise InputError(f"a folder that can be written to, not {error.strerror}", path) from error


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write `table` whole, in the format that the ending of `path` names; `-` prints CSV on standard output."""
    check_output(path)
    if str(path) == "-":
        write_csv(table, sys.stdout)
        return
    path = Path(path)
    with written_whole(path) as beside:
        if path.suffix == ".parquet":
            table.to_parquet(beside, index=False)
        elif path.suffix == ".csv":
            write_csv(table, beside)
        else:
            rows = table.astype(object).where(table.notna(), None).to_dict("records")
            lines = (json.dumps(row, ensure_ascii=False, default=_plain) for row in rows)
            beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")


def write_csv(table: pd.DataFrame, file: TextIO | Path) -> None:
    """Write `table` as CSV in which no cell is a formula to a spreadsheet."""
    cells = table.map(_csv_cell)
    # Before Python 3.13 a bare carriage return gets no quotation marks of its own, and a reader ends the row there.
    bare = any(cells[name].astype(str).str.contains("\r", regex=False).any() for name in cells)
    cells.to_csv(file, index=False, lineterminator="\n", quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL)


def _csv_cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        value = LIST_SEPARATOR.join(map(str, value))
    if isinstance(value, str) and FORMULA.match(value):
        return "'" + value
    return value


def _plain(value: Any) -> Any:
    """What `json` cannot write by itself: numpy's scalars and arrays, and dates."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


# Records, as dataclasses hold them ----------------------------------------------------------------------------------


def frame(records: Iterable[Any], kind: type) -> pd.DataFrame:
    """A frame with one row a record and the columns of the dataclass `kind`, also where there is no record."""
    names = [field.name for field in fields(kind)]
    return pd.DataFrame([asdict(record) for record in records], columns=names)


def write(records: Iterable[Any], path: str | Path, kind: type) -> None:
    """Write records of the dataclass `kind` as a table (see `write_table`)."""
    write_table(frame(records, kind), path)


def read(path: str | Path, kind: type[Record]) -> list[Record]:
    """The records of the dataclass `kind` in a table. Raises InputError for a missing column or a wrong value.

    Columns that `kind` does not have are left aside; a column may be missing where its field has a default.
    """
    table = read_table(path)
    types = get_type_hints(kind)
    columns: list[Field] = []
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in table:
            columns.append(field)
        elif len(table) and field.default is MISSING:
            raise InputError(f"a column of this name (found: {', '.join(map(str, table))})", path, field=field.name)
    records = []
    for line, *values in table[[field.name for field in columns]].itertuples():
        row = {}
        for field, value in zip(columns, values, strict=True):
            try:
                row[field.name] = _converted(value, types[field.name])
            except (TypeError, ValueError) as error:
                expected = TYPES.get(types[field.name], "a list of identifiers")
                raise InputError(f"{expected}, not {value!r:.60}", path, line, field.name) from error
        records.append(kind(**row))
    return records


def _converted(value: Any, kind: Any) -> Any:
    """The value as the type of its field. Raises TypeError or ValueError where it is another."""
    missing = pd.api.types.is_scalar(value) and pd.isna(value)
    if kind in (int, float):
        number = kind(value)
        if isinstance(value, bool) or not (isinstance(value, str) or number == value):
            raise ValueError
        return number
    if kind is str:
        items = ["" if missing else value]
    elif isinstance(value, str):
        items = value.split(LIST_SEPARATOR) if value else []
    else:
        items = [] if missing else list(value)
    if not all(isinstance(item, str) for item in items):
        raise TypeError
    return items[0] if kind is str else tuple(item.strip() for item in items)
