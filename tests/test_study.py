"""A study is a folder: what it says is read wherever one works in it, and what cannot be used is one line."""

import json
import re
import shutil
from pathlib import Path

import pytest

from stance.files import InputError
from stance.shipped import ANNOTATIONS, CODEBOOK, DIGESTS, ROOT
from stance.study import new_study, read_study, write_study

SAID = """“Libraries should open at night,” said Marian Tuckwell, cabinet member at Wexmoor County Council.

“Nobody ought to be left alone in an empty building,” said Janice Oduya of Unison.
"""


@pytest.fixture
def study(tmp_path):
    """The folder of a new study with one article on libraries."""
    (tmp_path / "press").mkdir()
    (tmp_path / "press" / "night.txt").write_text(SAID, encoding="utf-8")
    new_study(tmp_path / "mine", tmp_path / "press")
    return tmp_path / "mine"


def told(study, **changes):
    lines = {"articles": "../press", "codebook": "codebook", "annotations": "annotations", "model": "fast"} | changes
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items() if value is not None)
    (study / "study.toml").write_text(text)


def test_the_worked_case_is_the_study_of_this_repository(monkeypatch):
    monkeypatch.chdir("/")  # in no study
    case = read_study()
    assert (case.folder, case.articles, case.codebook, case.annotations) == (ROOT, DIGESTS, CODEBOOK, ANNOTATIONS)
    assert (case.model, case.dates_to_cut) == ("stance-mpnet", ("2017-07",))


def test_a_study_is_read_from_within_it_and_from_elsewhere(study, monkeypatch):
    monkeypatch.chdir(study / "notebooks")
    assert read_study().folder == study
    monkeypatch.chdir("/")
    assert read_study(study).articles == study.parent / "press"
    assert read_study(study).corrections == study / "corrections"


def test_what_is_given_overrides_the_study(study):
    other = read_study(study, articles=DIGESTS, model="mine", codebook="")
    assert (other.articles, other.codebook, other.model) == (DIGESTS, study / "codebook", "mine")


def test_a_new_study_holds_all_that_is_needed(study):
    names = {path.relative_to(study).as_posix() for path in study.rglob("*")}
    assert {"study.toml", "README.md", "codebook/targets.csv", "annotations", "corrections"} <= names
    assert len(list((study / "notebooks").glob("*.ipynb"))) == 4
    assert len((study / "README.md").read_text().splitlines()) == 10


def test_a_study_that_is_written_reads_the_same(study, tmp_path):
    told(study, title="Who is for “night”?", dates_to_cut=["2024-05"], leave_out=["night.txt"])
    write_study(read_study(study), tmp_path / "again")
    first, again = vars(read_study(study)), vars(read_study(tmp_path / "again"))
    assert {**first, "folder": ""} == {**again, "folder": ""}


def test_a_model_of_the_study_is_found_in_its_folder(study):
    (study / "mine").mkdir()
    told(study, model="mine")
    assert read_study(study).model == str(study / "mine")


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"articels": "x"}, "articels: one of articles, codebook, annotations, model, title, dates_to_cut, leave_out"),
        ({"model": 3}, "model: text between quotation marks, not 3"),
        ({"model": None}, "model: this key, as `stance new` writes it"),
        ({"leave_out": "a.txt"}, r"leave_out: a list, such as \[\"2017-07\"\], not 'a.txt'"),
        ({"dates_to_cut": ["May 2024"]}, "dates_to_cut: ISO dates such as 2017-07 or 2017-07-01, not 'May 2024'"),
        ({"articles": "gone"}, "articles: an existing file or folder, not '.*/gone'; if it was moved, say here where"),
    ],
)
def test_what_cannot_be_used_is_one_line(study, changes, message):
    told(study, **changes)
    with pytest.raises(InputError, match=rf"study\.toml: {message}"):
        read_study(study)


def test_a_folder_that_is_no_study_and_a_file_that_is_no_toml(tmp_path):
    with pytest.raises(InputError, match=r"the folder of a study, with a file study\.toml; `stance new` makes one"):
        read_study(tmp_path)
    (tmp_path / "study.toml").write_text("articles = press\n")
    with pytest.raises(InputError, match=r"study\.toml: TOML, as `stance new` writes it"):
        read_study(tmp_path)


def test_a_folder_that_holds_something_is_not_made_a_study(study):
    before = (study / "study.toml").read_text()
    with pytest.raises(InputError, match="a new folder, or an empty one"):
        new_study(study)
    assert (study / "study.toml").read_text() == before


# The commands in a study ---------------------------------------------------------------------------------------------


def test_a_new_study_says_who_is_quoted_and_what_to_do_next(stance, tmp_path, study):
    shutil.rmtree(study)
    status, out, _ = stance("new", study, "--articles", tmp_path / "press")
    assert status == 0
    assert "1 article, 2 statements. Who is quoted" in out and "Marian Tuckwell" in out and "Janice Oduya" in out
    assert "To go on, fill the tables in" in out


def test_the_codebook_is_checked_by_file_and_line(stance, study):
    assert stance("codebook", "--check", "--study", study)[:2] == (
        1, f"{study}/codebook/targets.csv: at least one target\n")  # fmt: skip
    book = study / "codebook"
    with (book / "targets.csv").open("a") as file:
        file.write("night,Night opening,,,\nnight,Again,opening at night,,\n")
    (book / "stakeholders.csv").write_text("stakeholder,name,kind,aliases\nuni,Unison,union,\nother,UNISON,union,\n")
    (book / "people.csv").write_text("person,stakeholder,role,start,end\nJanice Oduya,unison,chair,,\n")
    (book / "rules.md").unlink()
    lines = stance("codebook", "--check", "--study", study)[1].splitlines()
    for expected in (
        "targets.csv:3: description: words for the target night",
        "targets.csv:4: target: each identifier once, not 'night' again",
        "stakeholders.csv:3: aliases: each name for one stakeholder, not 'UNISON' for uni and other",
        "people.csv:2: stakeholder: an identifier from stakeholders.csv for Janice Oduya, not 'unison'",
        "rules.md: a readable file (No such file or directory)",
    ):
        assert expected in "\n".join(lines)


def test_left_out_articles_and_names_that_fit_none_are_said(stance, study):
    told(study, leave_out=["night.txt"])
    status, _, err = stance("articles", "-o", "-", "--study", study)
    assert (status, err) == (
        2, f"stance: {study}/study.toml: leave_out: at least one article that is not left out\n")  # fmt: skip
    (study.parent / "press" / "day.txt").write_text(SAID.replace("Marian", "Mary"), encoding="utf-8")
    told(study, leave_out=["night.txt", "gone.txt"])
    status, out, err = stance("articles", "-o", "-", "--study", study)
    assert status == 0 and out.splitlines()[2:] == [
        "night.txt,,,,0,0,,left out by study.toml",
        "study.toml,,,,0,0,,leave_out: no article 'gone.txt'",
    ]
    assert err == "1 articles, 1 of them different; left aside: 2\n"


def test_every_command_that_reads_them_takes_the_options(stance):
    for command, options in {
        "status": "study articles codebook annotations model",
        "statements": "study articles codebook",
        "classify": "study articles codebook model",
        "report": "study articles codebook annotations model",
        "articles": "study articles",
        "hydrate": "study articles annotations",
        "export": "study articles codebook",
        "import": "study codebook",
        "codebook": "study codebook",
    }.items():
        shown = stance(command, "--help")[1]
        assert [name for name in options.split() if f"--{name}" not in shown] == [], command


def test_kept_answers_are_thrown_away_by_a_command(stance):
    assert stance("forget")[1].endswith("answers.sqlite\n")


def test_no_environment_variable_is_read():
    for path in [*(ROOT / "stance").rglob("*.py"), *(ROOT / "notebooks").rglob("*.ipynb")]:
        assert not re.search(r"environ\W.*STANCE_", Path(path).read_text(encoding="utf-8")), path
