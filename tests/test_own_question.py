"""docs/own-question.md, followed word for word by somebody who has only the suite."""

import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from stance.codebook import read_codebook
from stance.labels.corrections import heard
from stance.labels.sessions import Session
from stance.study import read_study

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "own-question.md").read_text(encoding="utf-8")
BLOCKS = [re.sub("^ {4}", "", block, flags=re.MULTILINE) for block in re.findall(r"(?:^ {4}.*\n)+", PAGE, re.MULTILINE)]
STANCE = Path(sys.executable).with_name("stance")
WORKED_CASE = re.compile(r"July 2017|Better Care|\bBCF\b|\bLGA\b|Local Government Association|ADASS|NHS England")


def sit(study):
    """What happens in the notebook: forty answers and two corrections, in the order of the queue."""
    of = read_study(study)
    found = heard(of)
    groups = {article.article: article.group for article in found.articles}
    session = Session(found.statements, "ada", read_codebook(of.codebook), of.annotations, groups=groups)
    for number in range(40):
        session.label(session.pending[0], ("none", "oppose", "support", "none")[number % 4], seconds=8.0)
    session.correct(session.pending[0][0], "speaker", "Hilary Stobart")
    session.correct(session.pending[2][0], "statement", "")


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """The folder of the study, and what each block printed, all blocks having been run in a shell."""
    folder = tmp_path_factory.mktemp("walk")
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "PYTHONPATH": path}
    where, told = folder, []
    for block in BLOCKS:
        if "jupyter lab" in block:
            sit(where)
        lines = [line for line in block.splitlines() if not line.startswith("jupyter lab")]
        script = "\n".join(["set -e", f"stance() {{ '{sys.executable}' -m stance.cli \"$@\"; }}", *lines, "pwd"])
        script = script.replace("data/debates/", f"{ROOT}/data/debates/")
        done = subprocess.run(["bash", "-c", script], cwd=where, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (block, done.stdout[-600:], done.stderr[-600:])
        *shown, here = done.stdout.splitlines()
        where = Path(here)
        told.append((block, "\n".join(shown), done.stderr))
    return where, told


def printed(walked, command):
    return [shown for block, shown, _ in walked[1] if command in block]


def test_the_page_shows_each_command_of_a_study():
    text = "\n".join(BLOCKS)
    for command in "new status report export import".split():
        assert f"stance {command}" in text
    assert "STANCE_" not in PAGE and "export " not in text.replace("stance export", "")


@pytest.mark.slow
def test_every_command_does_what_the_page_says(walked):
    study, _ = walked
    assert "those of no stakeholder first" in printed(walked, "stance new")[0]
    assert "nothing is wrong with the codebook" in printed(walked, "--check")[0]
    first, later = printed(walked, "stance status")
    assert "0 of the" in first and "more answers, about" in first
    assert "40 of the" in later and "corrected 2 times" in later
    assert printed(walked, "--check reports") == [f"nothing has changed: the report in {'reports'} can be made again"]
    names = {path.name for path in (study / "reports").iterdir()}
    assert {"index.html", "report.html", "statements.csv", "statements.xlsx", "statements.parquet"} <= names
    with ZipFile(study / "draft" / "report.docx") as archive:
        assert "Who supports, and who opposes" in archive.read("word/document.xml").decode()


@pytest.mark.slow
def test_the_report_is_of_this_study_and_of_no_other(walked):
    study, _ = walked
    html = (study / "reports" / "report.html").read_text(encoding="utf-8")
    assert "<h1>Who wants libraries without staff?</h1>" in html and "Before and since June 2024" in html
    assert "overridden by 2 corrections of annotator 1: 1 wrong speaker, 1 no statement" in html
    assert "p 1.000" not in html and not re.search(r'href="(?!#)', html)
    for page in (study / "reports").glob("*.html"):
        text = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
        assert WORKED_CASE.findall(text) == [], page.name
    table = pd.read_csv(study / "reports" / "statements.csv")
    assert {"date", "publisher", "speaker", "stakeholders", "stance", "stance_by", "words"} <= set(table)
    assert len(table) == len(pd.read_excel(study / "reports" / "statements.xlsx"))
