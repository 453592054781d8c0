"""What is taken along: the same words and numbers as on the page, in files that other programs open."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook

from stance.report.documents import statement_table, write_document, write_sheet
from stance.report.exhibits import rasters
from stance.report.pages import index_page


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_every_statement_stands_in_each_table_with_its_source_and_who_decided(comparison, tmp_path, ending):
    write_sheet(statement_table(comparison), path := tmp_path / f"statements{ending}")
    read = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}[ending]
    table = read(path)
    assert len(table) == len(comparison.table) == 16
    [row] = table[(table["words"].str.startswith("Free buses will")) & (table["target"] == "buses")].to_dict("records")
    shown = [row[name] for name in ("date", "publisher", "article", "speaker", "stakeholders", "stance", "stance_by")]
    assert shown == ["2015-03-02", "Fenland Argus", "High street first", "Ada Nwosu", "council", "support",
                     "annotator’s label"]  # fmt: skip
    assert (row["annotators"], row["probability"]) == ("ann, ben", 0.7)


def test_no_cell_of_a_spreadsheet_is_a_formula_and_the_bytes_are_the_same(comparison, tmp_path):
    said = tuple(replace(one, text="=HYPERLINK(1)") for one in comparison.statements)
    table = statement_table(replace(comparison, statements=said))
    for name in ("a.xlsx", "b.xlsx"):
        write_sheet(table, tmp_path / name)
    cells = [cell for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows() for cell in row]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells} and "f" not in {cell.data_type for cell in cells}
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_document_holds_what_the_page_says_with_its_pictures_and_tables(labelled, tmp_path):
    with rasters(wanted=True) as pictures:
        page = index_page(labelled, {}, {"index.html": "Report"})
    for name in ("a.docx", "b.docx"):
        write_document(page, pictures, tmp_path / name)
    document = Document(tmp_path / "a.docx")
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert document.paragraphs[0].text.startswith("Who supports, and who opposes")
    assert all(one.headline in text for one in labelled.findings)
    assert len(document.inline_shapes) == page.count("<img") and len(document.tables) == page.count("<table")
    assert "Skip to the content" not in text and not re.search(r"\n{4}", text)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
