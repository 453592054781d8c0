import re
from pathlib import Path

import nbformat
import pytest

from stance.report.inputs import NOTEBOOKS

FOLDER = Path(__file__).parents[1] / "notebooks"
ALL = sorted(FOLDER.rglob("*.ipynb"))
ESSAYS = [path for path in ALL if path.parent == FOLDER]


def named(path):
    return path.stem


def cells(path, kind):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def test_the_report_runs_the_four_notebooks_in_order():
    assert [path.stem for path in NOTEBOOKS] == ["1_statements", "2_annotation", "3_training", "4_comparison"]
    assert ESSAYS == NOTEBOOKS


@pytest.mark.parametrize("path", ALL, ids=named)
def test_outputs_are_stripped(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= ({"nbgrader"} if path.parent != FOLDER else set())
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


@pytest.mark.parametrize("path", ALL, ids=named)
def test_a_notebook_is_an_essay(path):
    code = "\n".join(cells(path, "code"))
    lines = [line for line in code.splitlines() if line.strip()]
    words = sum(len(text.split()) for text in cells(path, "markdown"))
    assert len(lines) <= 40
    assert words >= 10 * len(lines)
    assert not re.search(r"^\s*(def|class|for|while|try|with|%|!)\b", code, re.MULTILINE)


@pytest.mark.parametrize("path", ALL, ids=named)
def test_a_notebook_opens_with_one_title_and_a_question(path):
    first = cells(path, "markdown")[0].splitlines()
    assert first[0].startswith("# ")
    assert re.match(r"[^.!]*\?", " ".join(first[1:]).strip())
    headings = [line for text in cells(path, "markdown") for line in text.splitlines() if line.startswith("#")]
    assert [line for line in headings if line.startswith("# ")] == [first[0]]


@pytest.mark.parametrize("path", ESSAYS, ids=named)
def test_a_notebook_reads_the_study_that_it_is_run_in(path):
    assert re.search(r"read_study\(\)|compare\(\)", "\n".join(cells(path, "code")))


def test_the_four_notebooks_run_over_the_digests(made_report):
    for path in ESSAYS:
        assert (made_report / f"{path.stem}.html").stat().st_size > 5000
