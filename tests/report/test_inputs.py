import json
import re
import shutil
from pathlib import Path

import pytest

from stance.files import InputError
from stance.report import inputs
from stance.report import pages as report
from stance.report.inputs import Change, changes, hashes, recorded, text_of, total, versions
from stance.report.pages import write_report
from stance.shipped import CODEBOOK
from stance.study import read_study

ROOT = Path(__file__).parents[2]
DIGEST = "2017-07-05-care-directors-object.md"


@pytest.fixture(scope="module")
def original(cheap, tmp_path_factory):
    """A folder with copies of all inputs and, in `report`, the report on them (its notebooks left out)."""
    folder = tmp_path_factory.mktemp("original")
    (folder / "articles").mkdir()
    for name in (DIGEST, "2018-11-28-where-lancashires-money-goes.md"):
        shutil.copy(ROOT / "data" / "articles" / name, folder / "articles")
    shutil.copytree(CODEBOOK, folder / "codebook")
    shutil.copytree(ROOT / "data" / "annotations", folder / "annotations")
    shutil.copytree(cheap, folder / "cheap")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "NOTEBOOKS", [])
        write_report(folder / "articles", folder / "report", *given(folder)[1:])
    return folder


@pytest.fixture
def made(original, tmp_path):
    """A copy of that folder, elsewhere, to be changed."""
    return shutil.copytree(original, tmp_path / "made")


def given(folder):
    return [folder / name for name in ("articles", "codebook", "annotations", "cheap")]


def study(folder, model="cheap"):
    articles, codebook, annotations, _ = given(folder)
    return read_study(articles=articles, codebook=codebook, annotations=annotations, model=folder / model)


def check(stance, folder, *more):
    articles, codebook, annotations, model = given(folder)
    return stance("report", articles, "--codebook", codebook, "--annotations", annotations, "--model", model,
                  "--check", folder / "report", *more)  # fmt: skip


def append(path, text="\n"):
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


# What is recorded ----------------------------------------------------------------------------------------------------


def test_the_record_is_the_same_bytes_in_another_folder_and_names_no_place(original, made, monkeypatch):
    monkeypatch.setattr(report, "NOTEBOOKS", [])
    write_report(made / "articles", made / "again", *given(made)[1:])
    first, second = ((folder / "inputs.json").read_text() for folder in (original / "report", made / "again"))
    assert first == second
    assert not any(str(place) in first for place in (original, made, ROOT))


def test_every_part_is_recorded(made):
    record = json.loads((made / "report" / "inputs.json").read_text())
    assert sorted(record) == sorted(inputs.PARTS)
    assert sorted(record["articles"]) == [DIGEST, "2018-11-28-where-lancashires-money-goes.md"]
    assert {"targets.csv", "stakeholders.csv", "people.csv", "rules.md"} <= set(record["codebook"])
    assert "reader-1.jsonl" in record["annotations"] and "cheap/config.json" in record["model"]
    tables = ["ablations.csv", "baselines.csv", "draws.parquet", "learning_curves.csv", "trial.csv"]  # they are shown
    assert sorted(record["notebooks"]) == sorted([path.name for path in inputs.NOTEBOOKS] + tables)
    assert len(inputs.NOTEBOOKS) == 4
    assert {"report/pages.py", "templates/index.html"} <= set(record["code"])
    assert list(record["pages"]) == [
        "figures.csv", "index.html", "report.html", "statements.csv", "statements.parquet", "statements.xlsx",
        "summary.html",
    ]  # fmt: skip


def test_the_page_shows_one_hash_for_each_part_of_the_record(made):
    record = json.loads((made / "report" / "inputs.json").read_text())
    page = (made / "report" / "index.html").read_text(encoding="utf-8")
    shown = set(re.findall(r"<td[^>]*>([0-9a-f]{64})</td>", page))
    assert shown == {total(files) for part, files in record.items() if part not in ("versions", "pages")}


def test_a_hash_is_of_names_and_contents_wherever_they_lie(tmp_path):
    for folder in ("here", "there"):
        (tmp_path / folder / "sub").mkdir(parents=True)
        (tmp_path / folder / "sub" / "a.txt").write_text("a")
    (tmp_path / "here" / ".hidden").write_text("x")
    for passing in ("__pycache__", "checkpoints"):
        (tmp_path / "here" / passing).mkdir()
        (tmp_path / "here" / passing / "a.pyc").write_text("x")
    assert hashes(tmp_path / "here") == hashes(tmp_path / "there")
    before = total(hashes(tmp_path / "there"))
    (tmp_path / "there" / "sub" / "a.txt").rename(tmp_path / "there" / "sub" / "b.txt")
    assert total(hashes(tmp_path / "there")) != before


def test_a_file_is_named_without_its_folder(tmp_path):
    (tmp_path / "a.csv").write_text("")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert hashes(tmp_path / "a.csv") == {"a.csv": empty}


def test_versions_are_those_that_pyproject_pins():
    project = (ROOT / "pyproject.toml").read_text().split("[project.optional")[0]
    pinned = dict(re.findall(r'^    "([\w-]+)==([\d.]+)",$', project, re.MULTILINE))
    shown = versions()
    assert pinned and all(shown[name].split("+")[0] == number for name, number in pinned.items())


# What has changed ----------------------------------------------------------------------------------------------------


def test_nothing_has_changed(stance, made):
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    expected = f"nothing has changed: the report in {made / 'report'} can be made again\n"
    assert check(stance, made, "-o", made / "none") == (0, expected, "")
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "change, lines",
    [
        (lambda made: append(made / "articles" / DIGEST), [f"articles: altered: {DIGEST}"]),
        (lambda made: (made / "articles" / DIGEST).unlink(), [f"articles: gone: {DIGEST}"]),
        (lambda made: append(made / "articles" / "z.txt", "Rain."), ["articles: new: z.txt"]),
        (lambda made: (made / "articles" / DIGEST).rename(made / "articles" / "a.md"),
         [f"articles: gone: {DIGEST}", "articles: new: a.md"]),
        (lambda made: append(made / "codebook" / "people.csv", "Ann Lee,lga,chair,2018,,\n"),
         ["codebook: altered: people.csv"]),
        (lambda made: append(made / "annotations" / "me.jsonl"), ["annotations: new: me.jsonl"]),
        (lambda made: (made / "cheap" / "config.json").write_text("{}"), ["model: altered: cheap/config.json"]),
        (lambda made: append(made / "report" / "index.html"), ["pages: altered: index.html"]),
        (lambda made: (made / "report" / "index.html").unlink(), ["pages: gone: index.html"]),
        (lambda made: (append(made / "codebook" / "rules.md"), append(made / "articles" / DIGEST)),
         [f"articles: altered: {DIGEST}", "codebook: altered: rules.md"]),
    ],
)  # fmt: skip
def test_what_has_changed_is_named(stance, made, change, lines):
    change(made)
    status, out, err = check(stance, made)
    assert (status, out.splitlines(), err) == (1, lines, "")


def test_another_model_is_another_even_if_its_files_are_the_same(made):
    (made / "cheap").rename(made / "dear")
    now = recorded(study(made, "dear"))
    assert {(one.part, one.what, one.name.split("/")[0]) for one in changes(made / "report", now)} == {
        ("model", "gone", "cheap"), ("model", "new", "dear")}  # fmt: skip


def test_versions_are_told_then_and_now(made):
    now = recorded(study(made))
    other = {name: one for name, one in now["versions"].items() if name != "pandas"} | {"Python": "3.9.1", "jam": "1.0"}
    then = now["versions"]
    assert changes(made / "report", now | {"versions": other}) == [
        Change("versions", "altered", f"Python, {then['Python']} then and 3.9.1 now"),
        Change("versions", "new", "jam, none then and 1.0 now"),
        Change("versions", "gone", f"pandas, {then['pandas']} then and none now"),
    ]


@pytest.mark.parametrize("part, name", [("code", "report/pages.py"), ("notebooks", "4_comparison.ipynb")])
def test_what_the_project_itself_brings_counts_too(made, part, name):
    now = recorded(study(made))
    assert changes(made / "report", now | {part: now[part] | {name: "0" * 64}}) == [Change(part, "altered", name)]


# What cannot be checked ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content, message",
    [
        (None, "report: a folder with a report and its record, inputs.json"),
        (b"", "inputs.json: the record of a report as it was written; this one is broken"),
        (b"\xff", "this one is broken"),
        (b"5", "this one is broken"),
        (b"[]", "this one is broken"),
        (b"{}", "this one is broken"),
        (json.dumps({part: {} for part in inputs.PARTS[1:]}).encode(), "this one is broken"),
        (json.dumps({part: [] for part in inputs.PARTS}).encode(), "this one is broken"),
        (json.dumps({part: {"a": 1} for part in inputs.PARTS}).encode(), "this one is broken"),
    ],
)
def test_a_folder_without_a_whole_record_is_one_line(stance, made, content, message):
    record = made / "report" / "inputs.json"
    record.unlink() if content is None else record.write_bytes(content)
    status, out, err = check(stance, made)
    assert (status, out, err.count("\n")) == (2, "", 1) and message in err


@pytest.mark.parametrize("gone", ["articles", "codebook", "annotations", "cheap"])
def test_an_input_that_is_not_there_is_one_line(stance, made, gone):
    (made / gone).rename(made / "moved")
    status, out, err = check(stance, made)
    assert (status, out, err) == (2, "", f"stance: {made / gone}: an existing file or folder\n")


def test_a_record_reads_as_it_was_written(made):
    record = json.loads((made / "report" / "inputs.json").read_text())
    assert text_of(record) == (made / "report" / "inputs.json").read_text()
    with pytest.raises(InputError, match="a folder with a report"):
        changes(made / "articles", recorded(study(made)))
