"""Tables of records, read and written whole: JSONL, CSV and Parquet, chosen by the file's ending.

A record is a frozen dataclass whose fields are text, numbers or tuples of text. What is wrong in a file is said in one
line that names the file, the line, the field and what was expected.
"""

import csv
import io
import json
import math
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, asdict, fields
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO, TypeVar, get_type_hints

import pandas as pd

from stance.files import LARGEST, InputError, opened, parsed, read_bytes, written_whole

WIDEST, MOST_CELLS = 1_000, 50_000_000  # columns and cells of a table from outside
LONGEST_LINE = 100_000_000  # bytes of a line in a table from outside
AT_ONCE = 65_536  # rows of a Parquet table that are unpacked at a time
VALUES = """
import sys
from pyarrow import parquet
stated = parquet.read_metadata(sys.argv[1])
groups = [stated.row_group(number) for number in range(stated.num_row_groups)]
print(*(one.column(number).num_values for one in groups for number in range(one.num_columns)))
"""
FORMATS = (".jsonl", ".csv", ".parquet")
TYPES = {str: "text", int: "a whole number", float: "a number"}  # in words
INDEX = re.compile(r"__index_level_\d+__")  # how pandas calls row labels that it keeps as a column
LIST_SEPARATOR = ";"  # between the items of a list in a CSV cell; identifiers never hold it

# A cell that opens with one of these is a formula to a spreadsheet. An apostrophe before it makes it text; existing
# apostrophes get one more, so that reading gives back exactly what was written.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")

NUMBERS = re.compile(r"[-+][\d.,%() to\n–−-]*")

Record = TypeVar("Record")


class Skipped(NamedTuple):
    """Something that was left aside while the rest went on: the file (or the place in it) and the reason."""

    place: str
    reason: str


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
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"UTF-8 text (byte {error.start} is not)", path, line) from error


# Tables, as pandas holds them ---------------------------------------------------------------------------------------


def read_table(path: str | Path, text: str | None = None) -> pd.DataFrame:
    """The table at `path`, columns as the file names them, row order kept; its `line` index counts lines of the file.

    CSV cells are text, parted by commas, semicolons or tabs; a column without a name is left aside. `text` is the
    file's, where it was read already. Raises InputError for an unknown ending, broken JSON, a row of the wrong width or
    no columns.
    """
    path = Path(path)
    if path.suffix.lower() == ".parquet":
        table = pd.concat(_parquet(path, io.BytesIO(read_bytes(path)), AT_ONCE, whole=True))
        _check_size(path, len(table.columns), len(table))
        return table
    table = next(_frames(path, _lines(path) if text is None else io.StringIO(text), None))
    _check_size(path, len(table.columns), len(table))
    return table


def table_parts(path: str | Path, rows: int) -> Iterator[pd.DataFrame]:
    """The table at `path` as `read_table` reads it, in frames of at most `rows` rows, one in memory at a time.

    A table without rows gives one frame, its columns. What is broken is told when its part is reached.
    """
    path = Path(path)
    if path.suffix.lower() != ".parquet":
        yield from _frames(path, _lines(path), rows)
        return
    with opened(path) as content:
        yield from _parquet(path, content, rows)


def _frames(path: Path, lines: Iterable[str], rows: int | None) -> Iterator[pd.DataFrame]:
    """The rows of a table that is text, so many at a time, or all where that is None."""
    columns: list[str] | None = None  # in JSONL those of the rows, in order of appearance
    if path.suffix.lower() == ".jsonl":
        found: Iterator[tuple[int, Any]] = _json_lines(path, lines)
    elif path.suffix == ".csv" or isinstance(lines, io.StringIO):
        found = _csv_rows(path, lines)
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
    with opened(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), start=1):
            if len(line) > LONGEST_LINE:
                raise InputError(f"lines of at most {LONGEST_LINE:,} bytes", path, number)
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise InputError(f"UTF-8 text (byte {before + error.start} is not)", path, number) from error
            before += len(line)
            yield text


def _check_size(path: Path, columns: int, rows: int) -> None:
    if columns > WIDEST or columns * rows > MOST_CELLS:
        expected = f"at most {WIDEST:,} columns and {MOST_CELLS:,} cells"
        raise InputError(f"{expected}, not {columns:,} columns of {rows:,} rows", path)


def _parquet(path: Path, content: BinaryIO, rows: int, whole: bool = False) -> Iterator[pd.DataFrame]:
    """The rows of a Parquet file, so many at a time. What they take is looked at before it is unpacked: some bytes may
    stand for gigabytes. Where the `whole` is not wanted, that holds of each part, and the file may be of any length.
    """
    import pyarrow as pa
    from pyarrow import parquet

    done = size = 0
    try:
        file = parquet.ParquetFile(content)
        texts = [one.name for one in file.schema_arrow if one.type in (pa.string(), pa.large_string(), pa.binary())]
        stated = file.metadata
        nested = any(pa.types.is_nested(one.type) for one in file.schema_arrow)  # a row may hold any number of values
        most = max([stated.num_rows, *(_values(path) if nested else ())])
        held = 1 if whole else min(rows / max(stated.num_rows, 1), 1)  # the share that is in memory at a time
        _check_size(path, stated.num_columns, round(most * held))
        if held * sum(stated.row_group(number).total_byte_size for number in range(stated.num_row_groups)) > LARGEST:
            raise InputError(f"at most {LARGEST:,} bytes of words", path)
        if len(set(file.schema_arrow.names)) < len(file.schema_arrow.names):
            raise InputError("a header that names each column once", path)
        file = parquet.ParquetFile(content, read_dictionary=texts)
        empty = [] if stated.num_rows else [file.read()]
        for table in chain(empty, (pa.Table.from_batches([batch]) for batch in file.iter_batches(rows))):
            table, words = _unpacked(table)
            size = words + size * whole
            if size > LARGEST:
                raise InputError(f"at most {LARGEST:,} bytes of words", path)
            table.validate(full=True)
            table = table.drop_columns([name for name in table.column_names if INDEX.fullmatch(name)])
            part = table.replace_schema_metadata().to_pandas()  # pandas would obey metadata, which need not be its own
            yield part.set_axis(pd.RangeIndex(done + 1, done + len(part) + 1, name="line"))
            done += len(part)
        if done < stated.num_rows:
            raise InputError(f"a Parquet table of {stated.num_rows:,} rows, as it says; it holds {done:,}", path)
    except InputError:
        raise
    except Exception as error:  # whatever a broken file does to its reader
        raise InputError(f"a Parquet table ({error})", path, done + 1 if done else None) from error


def _unpacked(table: Any) -> tuple[Any, int]:
    """A table of Arrow with its dictionaries put out as words, unless they are too many, and how many bytes."""
    import pyarrow as pa
    from pyarrow import compute

    coded = [place for place, column in enumerate(table.columns) if pa.types.is_dictionary(column.type)]
    parts = [part for place in coded for part in table.column(place).chunks]
    size = sum(compute.sum(compute.binary_length(one.dictionary).take(one.indices)).as_py() or 0 for one in parts)
    for place in coded if size <= LARGEST else ():
        column = table.column(place)
        table = table.set_column(place, table.column_names[place], column.cast(column.type.value_type))
    return table, size


def _values(path: Path) -> list[int]:
    """How many values each column of a Parquet file says that it has. Asked in a process of its own, since a broken
    file can end the process that asks.
    """
    asked = subprocess.run([sys.executable, "-c", VALUES, path], capture_output=True, text=True)
    if asked.returncode:
        raise InputError("a Parquet table (what it says of its columns is broken)", path)
    return list(map(int, asked.stdout.split()))


def _json_lines(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = parsed(line, path, number)
        if not isinstance(row, dict):
            raise InputError("a JSON object", path, number)
        yield number, row


def _csv_rows(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The header, then the cells of each row, with the line on which it begins; without columns that have no name."""
    csv.field_size_limit(sys.maxsize)
    lines = iter(lines)
    first_line = next(lines, "")
    # The lines of the csv module may end in a carriage return alone, those of a file do not.
    parts = (part for line in chain([first_line], lines) for part in io.StringIO(line, newline=""))
    reader = csv.reader(parts, delimiter=max(",;\t", key=first_line.partition("\r")[0].count), strict=True)
    try:
        header = _unguarded(next(reader, []))
        if not any(header):
            raise InputError("a header row", path, 1)
        named = [name for name in header if name]
        if len(set(named)) < len(named):
            raise InputError("a header that names each column once", path, 1)
        yield 1, named
        before = reader.line_num
        for cells in reader:
            first, before = before + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise InputError(f"{len(header)} cells, as in the header, not {len(cells)}", path, first)
            yield first, _unguarded([cell for name, cell in zip(header, cells, strict=True) if name])
    except csv.Error as error:
        raise InputError(f"a CSV row ({error})", path, reader.line_num) from error


def _unguarded(cells: list[str]) -> list[str]:
    return [cell[1:] if GUARDED.match(cell) else cell for cell in cells]


def check_output(path: str | Path) -> None:
    """Raise InputError unless `path` is `-`, or ends as a table does and can be written: before hours of work."""
    if str(path) == "-":
        return
    if Path(path).suffix not in FORMATS:
        raise InputError(f"an output name that ends in {', '.join(FORMATS)}, or -", path)
    if Path(path).is_dir():
        raise InputError("the name of a file, not of a folder", path)
    check_folder(Path(path).parent)


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
            from pyarrow import ArrowException  # loaded by now, since pandas needs it

            try:
                table.to_parquet(beside, index=False)
            except ArrowException as error:
                raise InputError(f"columns of one kind each, which Parquet needs ({error})", path) from error
        elif path.suffix == ".csv":
            write_csv(table, beside)
        else:
            rows = table.astype(object).where(table.notna(), None).to_dict("records")
            lines = (json.dumps(row, ensure_ascii=False, default=_plain) for row in rows)
            beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")


def write_csv(table: pd.DataFrame, file: TextIO | Path) -> None:
    """Write `table` as CSV in which no cell is a formula to a spreadsheet."""
    cells = table.map(_csv_cell).rename(columns=_csv_cell)
    # Before Python 3.13 a bare carriage return gets no quotation marks of its own, and a reader ends the row there.
    bare = any(cells[name].astype(str).str.contains("\r", regex=False).any() for name in cells)
    cells.to_csv(file, index=False, lineterminator="\n", quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL)


def guarded(text: str) -> str:
    """A cell of a page, which is pasted into spreadsheets: with an apostrophe where it would be a formula there."""
    return "'" + text if FORMULA.match(text) and not NUMBERS.fullmatch(text) else text


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
            except (OverflowError, TypeError, ValueError) as error:
                expected = TYPES.get(types[field.name], "a list of identifiers")
                raise InputError(f"{expected}, not {value!r:.60}", path, line, field.name) from error
        records.append(kind(**row))
    return records


def _converted(value: Any, kind: Any) -> Any:
    """The value as the type of its field. Raises TypeError or ValueError where it is another."""
    missing = pd.api.types.is_scalar(value) and pd.isna(value)
    if kind in (int, float):
        number = kind(value)
        if isinstance(value, bool) or not (isinstance(value, str) or number == value) or not math.isfinite(number):
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
    return items[0] if kind is str else tuple(filter(None, (item.strip() for item in items)))
