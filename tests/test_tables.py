"""Tables: what was written is read again, what is wrong is said with its place, and nothing is written half."""

import csv
import os
import stat
from dataclasses import asdict, dataclass
from typing import get_type_hints

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance import tables
from stance.articles.reading import Article
from stance.classifiers.predictions import Prediction
from stance.codebook import Person, Stakeholder, Target
from stance.files import InputError, written_whole
from stance.labels.annotations import Annotation
from stance.statements.finding import Statement
from stance.tables import FORMATS, check_output, frame, read, read_table, read_text, write, write_table, write_text

AWKWARD = '“Free”, "buses"; they said:\r\nno\rmore\n\t=1+1'


@dataclass(frozen=True)
class Bus:
    number: str
    seats: int
    fare: float = 1.5
    stops: tuple[str, ...] = ()


def filled(kind):
    """A record of `kind` with awkward text in every field that holds text."""
    made = {str: AWKWARD, int: 7, float: 0.1 + 0.2, tuple[str, ...]: ("lga", "nhs_england")}
    return kind(**{name: made[type_] for name, type_ in get_type_hints(kind).items()})


# There and back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", [Article, Statement, Annotation, Prediction, Target, Stakeholder, Person])
def test_what_was_written_is_read_again(kind, ending, tmp_path):
    record = filled(kind)
    write([record, record], tmp_path / f"table{ending}", kind)
    assert read(tmp_path / f"table{ending}", kind) == [record, record]


@pytest.mark.parametrize("ending", FORMATS)
def test_no_records_are_read_as_none(ending, tmp_path):
    write([], tmp_path / f"table{ending}", Bus)
    assert read(tmp_path / f"table{ending}", Bus) == []


@pytest.mark.parametrize("ending", FORMATS)
@settings(deadline=None)  # a Parquet file with lists is looked at in a process of its own
@given(texts=st.lists(st.text(), min_size=1, max_size=4), stops=st.lists(st.from_regex("[a-z]{1,5}", fullmatch=True)))
def test_any_text_comes_back_as_it_was(ending, texts, stops, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / f"table{ending}"
    buses = [Bus(text, number, stops=tuple(stops)) for number, text in enumerate(texts)]
    write(buses, path, Bus)
    assert read(path, Bus) == buses


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("text", [
    "", " ", '"', '""', "'", "''", "a,b", "a;b", "\n", "\r", "\r\n", "\t", "\0", "\u2028", "\x85", "\ufeff", "NA",
    "null", "1.0", "=1+1", "'=1+1", "''=1+1", "+44", "-", "@sum", "\t=1", "\r=1", "‘quoted’", "nul\0l", "عربى", "😀",
])  # fmt: skip
def test_awkward_cells_come_back_as_they_were(text, ending, tmp_path):
    write([Bus(text, 1)], tmp_path / f"table{ending}", Bus)
    assert read(tmp_path / f"table{ending}", Bus) == [Bus(text, 1)]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_keeps_its_columns_and_the_order_of_its_rows(ending, tmp_path):
    table = pd.DataFrame({"target": ["b", "a", "c"], "text": ["2", "1", "3"]})
    write_table(table, tmp_path / f"table{ending}")
    again = read_table(tmp_path / f"table{ending}")
    assert (list(again), again["target"].tolist(), again["text"].tolist()) == (list(table), list("bac"), list("213"))


def test_a_frame_without_records_still_has_the_columns():
    assert list(frame([], Bus)) == ["number", "seats", "fare", "stops"]


def test_what_is_missing_and_what_is_a_date_stay_so_in_json(tmp_path):
    days = [pd.Timestamp("2017-07-05"), pd.NaT]
    write_table(pd.DataFrame({"day": days, "n": [float("nan"), 1.5], "note": [None, "x"]}), tmp_path / "t.jsonl")
    assert (tmp_path / "t.jsonl").read_text().splitlines() == [
        '{"day": "2017-07-05 00:00:00", "n": null, "note": null}', '{"day": null, "n": 1.5, "note": "x"}']  # fmt: skip


def test_a_csv_without_rows_still_has_its_columns(tmp_path):
    (tmp_path / "t.csv").write_text("text,target\n")
    assert list(read_table(tmp_path / "t.csv")) == ["text", "target"]


# Spreadsheets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text, cell", [
    ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
    ("+44", "'+44"),
    ("-1", "'-1"),
    ("@sum", "'@sum"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("\n=1", "'\n=1"),
    ("'=1", "''=1"),  # one more apostrophe, so that reading takes off only ours
    ("'tis", "'tis"),
    ("1 = 1", "1 = 1"),
    ("", ""),
])  # fmt: skip
def test_a_cell_is_never_a_formula(text, cell, tmp_path):
    write_table(pd.DataFrame({"text": [text, "x"]}), tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file)) == {"text": cell}


def test_a_cell_of_a_list_is_never_a_formula_either(tmp_path):
    write([Bus("1", 1, stops=("=1", "b"))], tmp_path / "t.csv", Bus)
    assert "'=1;b" in (tmp_path / "t.csv").read_text()


# Standard output -----------------------------------------------------------------------------------------------------


def test_a_hyphen_prints_csv(capsys):
    write([Bus("=1", 2, stops=("a", "b"))], "-", Bus)
    assert capsys.readouterr().out == "number,seats,fare,stops\n'=1,2,1.5,a;b\n"


def test_a_hyphen_prints_text(capsys):
    write_text("two\nlines\n", "-")
    assert capsys.readouterr().out == "two\nlines\n"


# What is wrong is said with its place --------------------------------------------------------------------------------


@pytest.mark.parametrize("name, content, message", [
    ("t.csv", "number\n7\n", r"t\.csv: seats: a column of this name \(found: number\)$"),
    ("t.csv", "number,seats\n7,1\n8,two\n", r"t\.csv:3: seats: a whole number, not 'two'$"),
    ("t.csv", "number,seats,fare\n7,1,dear\n", r"t\.csv:2: fare: a number, not 'dear'$"),
    ("t.csv", 'number,seats\n"two\nlines",1\n8,two\n', r"t\.csv:4: seats: a whole number"),
    ("t.csv", "number,seats\n7,1\n\n8\n", r"t\.csv:4: 2 cells, as in the header, not 1$"),
    ("t.csv", 'number,seats\n"7,1\n', r"t\.csv:2: a CSV row \(.*\)$"),
    ("t.csv", "", r"t\.csv:1: a header row$"),
    ("t.csv", "number,seats,number\n", r"t\.csv:1: a header that names each column once$"),
    ("t.jsonl", '{"number": "7", "seats": 1}\n{"number": 8}\n', r"t\.jsonl:2: number: text, not 8$"),
    ("t.jsonl", '{"number": "7", "seats": 1.5}\n', r"t\.jsonl:1: seats: a whole number, not 1\.5$"),
    ("t.jsonl", '{"number": "7", "seats": true}\n', r"t\.jsonl:1: seats: a whole number, not True$"),
    ("t.jsonl", '{"number": "7", "seats": 1, "stops": [1]}\n', r"t\.jsonl:1: stops: a list of identifiers, not \[1\]$"),
    ("t.jsonl", '{"number": "7", "seats": 1}\n\n{"number"\n', r"t\.jsonl:3: a JSON object \(.*\)$"),
    ("t.jsonl", '{"number": "\\ud800", "seats": 1}\n', r"t\.jsonl:1: a JSON object \(.*surrogates not allowed\)$"),
    ("t.jsonl", "[1]\n", r"t\.jsonl:1: a JSON object$"),
    ("t.parquet", "no parquet", r"t\.parquet: a Parquet table \(.*\)$"),
    ("t.xlsx", "", r"t\.xlsx: a file name that ends in \.jsonl, \.csv, \.parquet$"),
])  # fmt: skip
def test_an_error_names_file_line_and_field(name, content, message, tmp_path):
    (tmp_path / name).write_text(content, newline="")
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path / name, Bus)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_not_utf8_are_named_with_their_line(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"number,seats\n7,1\n\x93free\x94,2\n")
    with pytest.raises(InputError, match=r"t\.csv:3: UTF-8 text \(byte 17 is not\)"):
        read(tmp_path / "t.csv", Bus)


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet"])
def test_a_missing_file_is_named(name, tmp_path):
    with pytest.raises(InputError, match=rf"{name}: a readable file \(No such file or directory\)$"):
        read(tmp_path / name, Bus)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    (tmp_path / "t.csv").write_bytes("\ufeffnumber,seats\n7,1\n".encode())
    assert read(tmp_path / "t.csv", Bus) == [Bus("7", 1)]
    assert read_text(tmp_path / "t.csv").startswith("number")


def test_a_column_with_a_default_may_be_missing_and_others_are_left_aside(tmp_path):
    (tmp_path / "t.csv").write_text("colour,seats,number\nred,1,7\n")
    assert read(tmp_path / "t.csv", Bus) == [Bus("7", 1, 1.5, ())]


# Nothing is written half ---------------------------------------------------------------------------------------------


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old")

    def half():
        with written_whole(path) as beside:
            beside.write_text("new, but only ha")
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        half()
    assert ([file.name for file in tmp_path.iterdir()], path.read_text()) == (["t.csv"], "old")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_that_cannot_be_written_leaves_nothing(ending, tmp_path):
    table = pd.DataFrame({"text": ["fine", "\ud800"]}, dtype=object)  # half a character, which no encoding holds
    with pytest.raises(UnicodeError, match="surrogates not allowed"):
        write_table(table, tmp_path / f"t{ending}")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match=r"t\.xlsx: an output name that ends in \.jsonl, \.csv, \.parquet, or -"):
        write([Bus("7", 1)], tmp_path / "t.xlsx", Bus)
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_may_be_read_by_whom_the_umask_lets(tmp_path):
    old = os.umask(0o022)
    try:
        write_text("text", tmp_path / "new" / "t.txt")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new" / "t.txt").stat().st_mode) == 0o644


def test_a_place_that_is_no_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"file: a folder that can be written to, not "):
        write_text("text", tmp_path / "file" / "t.txt")


@pytest.mark.parametrize("error, line", [
    (InputError("a year", "t.csv", 3, "start"), "t.csv:3: start: a year"),
    (InputError("a year", "t.csv", field="start"), "t.csv: start: a year"),
    (InputError("a year,\nnot  two"), "a year, not two"),
])  # fmt: skip
def test_an_error_is_one_line(error, line):
    assert str(error) == line


def test_a_record_that_was_read_is_a_plain_one(tmp_path):
    write([Bus("7", 1, 2.5, ("a", "b"))], tmp_path / "t.parquet", Bus)
    again = asdict(read(tmp_path / "t.parquet", Bus)[0])
    assert [type(value) for value in again.values()] == [str, int, float, tuple]


# What would hurt -----------------------------------------------------------------------------------------------------


def bomb(path):
    """A Parquet file of a few hundred bytes in which one word of a million letters stands a hundred thousand times."""
    import pyarrow as pa
    from pyarrow import parquet

    word = pa.array(["a" * 1_000_000])
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), word)
    parquet.write_table(pa.table({"text": column}), path, compression="zstd")


def many_rows(path):
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table({"text": pa.nulls(60_000_000, pa.bool_())}), path, compression="zstd")


def not_utf8(path):
    import pyarrow as pa
    from pyarrow import parquet

    column = pa.StringArray.from_buffers(2, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe"))
    parquet.write_table(pa.table({"text": column}), path)


def wide_json(path):
    path.write_text("".join(f'{{"c{number}": 1}}\n' for number in range(2_000)))


def deep_json(path):
    path.write_text('{"text": ' + "[" * 2_000 + "]" * 2_000 + "}\n")


@pytest.mark.parametrize("name, make, message", [
    ("t.parquet", bomb, "at most 1,000,000,000 bytes of words"),
    ("t.parquet", many_rows, "at most 1,000 columns and 50,000,000 cells"),
    ("t.parquet", not_utf8, "a Parquet table"),
    ("t.parquet", lambda path: path.write_bytes(b"PAR1" * 200), "a Parquet table"),
    ("t.jsonl", wide_json, "at most 1,000 columns"),
    ("t.jsonl", deep_json, "JSON of at most 50 levels"),
])  # fmt: skip
def test_a_small_file_that_would_fill_the_memory_is_refused(tmp_path, name, make, message):
    make(tmp_path / name)
    assert (tmp_path / name).stat().st_size < 1e6
    with pytest.raises(InputError, match=message):
        read_table(tmp_path / name)


def test_parquet_with_odd_metadata_of_pandas_is_read(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    odd = pa.table({"text": ["a"], "number": [1]})
    odd = odd.replace_schema_metadata({b"pandas": b'{"columns": 5, "index_columns": [['})
    parquet.write_table(odd, tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").to_dict("records") == [{"text": "a", "number": 1}]


def test_a_header_is_no_formula_and_comes_back_as_it_was(tmp_path):
    table = pd.DataFrame({"=HYPERLINK(1)": ["x"], "＝1+1": ["@y"]})
    write_table(table, tmp_path / "t.csv")
    cells = (tmp_path / "t.csv").read_text().replace('"', "").replace("\n", ",").split(",")
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@＝")]
    assert read_table(tmp_path / "t.csv").to_dict("list") == table.to_dict("list")


def test_a_place_that_cannot_be_written_to_is_named_before_the_work(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("stance.tables.tempfile.TemporaryFile", full)
    with pytest.raises(InputError, match="a folder that can be written to, not Read-only file system"):
        check_output(tmp_path / "t.csv")


def test_columns_that_parquet_cannot_hold_are_one_line(tmp_path):
    with pytest.raises(InputError, match=r"t\.parquet: columns of one kind each, which Parquet needs"):
        write_table(pd.DataFrame({"a": ["x", ["y"]]}, dtype=object), tmp_path / "t.parquet")


def test_a_parquet_file_read_in_parts_may_be_larger_than_one_that_is_read_whole(tmp_path, monkeypatch):
    write([Bus(str(number), 1, 2.5, ("a", "b")) for number in range(100)], tmp_path / "t.parquet", Bus)
    monkeypatch.setattr(tables, "LARGEST", 1500)
    monkeypatch.setattr(tables, "MOST_CELLS", 200)
    with pytest.raises(InputError, match="at most"):
        read_table(tmp_path / "t.parquet")
    assert [len(part) for part in tables.table_parts(tmp_path / "t.parquet", 20)] == [20] * 5
