"""The seminar as it is handed out: answers are taken out and put in again, and a class is merged and measured."""

import json
import time

import nbformat
import numpy as np
import pytest

from stance.codebook import STANCES, read_codebook
from stance.labels.agreement import agreement
from stance.labels.annotations import ADJUDICATED, Annotation, read_annotations
from stance.labels.classes import confusions, disputes, imagined

import editions
import exercises
from exercises import NotYetError

SOURCES = [nbformat.read(path, as_version=4) for path in editions.NOTEBOOKS]
# What the light installation does not have: in a kernel that starts where this stands none of it can be imported.
ABSENT = (
    "torch", "transformers", "tokenizers", "safetensors", "trafilatura", "py3langid", "seaborn", "typer", "anywidget",
)  # fmt: skip
SITE = """import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""


def label(statement, stance, annotator, target="buses"):
    return Annotation(statement, target, stance, annotator, "2026-01-12T10:00:00Z", codebook="1.0")


# A class ------------------------------------------------------------------------------------------------------------

# Three students of one statement make three pairs, of four students six.
CLASS = [
    label("a-1", "support", "ann"), label("a-1", "support", "ben"), label("a-1", "none", "cem"),
    label("a-2", "oppose", "ann"), label("a-2", "none", "ben"), label("a-2", "support", "cem"),
    label("a-3", "none", "ann"), label("a-3", "none", "ben"),
    label("a-4", "none", "ann"), label("a-3", "oppose", ADJUDICATED),
]  # fmt: skip


def test_the_most_disputed_statement_comes_first():
    table = disputes(CLASS)
    assert table.to_dict("split")["data"] == [
        ["a-2", "buses", 1, 1, 1, 0.0],
        ["a-1", "buses", 2, 0, 1, pytest.approx(1 / 3)],
        ["a-3", "buses", 0, 0, 2, 1.0],  # a-4 has one label; what was adjudicated is no student's
    ]
    assert list(disputes([]).columns) == ["statement", "target", *STANCES, "agreement"]


def test_each_student_is_held_against_the_gold():
    gold = {("a-1", "buses"): "support", ("a-2", "buses"): "support", ("a-3", "buses"): "none"}
    table = confusions([one for one in CLASS if one.annotator in ("ann", "ben")], gold)
    assert table.to_dict("split")["data"] == [
        ["ann", "support", 1, 1, 0, 0.5],
        ["ann", "none", 0, 0, 1, 1.0],  # of a-4 the gold says nothing
        ["ben", "support", 1, 0, 1, 0.5],
        ["ben", "none", 0, 0, 1, 1.0],
    ]
    assert confusions(CLASS, {}).empty


def test_an_imagined_class_is_the_same_for_a_seed_and_slips_where_a_hasty_reader_would():
    gold = {(f"a-{number}", "buses"): STANCES[number % 3] for number in range(60)}
    hasty = {pair: STANCES[(number + 1) % 3] for number, pair in enumerate(gold) if number < 30}
    labels = imagined(gold, hasty, "1.0", students=25, seed=1)
    assert labels == imagined(gold, hasty, "1.0", students=25, seed=1) != imagined(gold, hasty, "1.0", seed=2)
    assert len(labels) == 25 * 60 and len({one.annotator for one in labels}) == 25
    wrong = {pair: np.mean([one.stance != gold[pair] for one in labels if (one.statement, one.target) == pair])
             for pair in gold}  # fmt: skip
    assert np.mean([wrong[pair] for pair in hasty]) > 3 * np.mean([wrong[pair] for pair in gold if pair not in hasty])
    slips = [
        one for one in labels if (one.statement, one.target) in hasty and one.stance != gold[one.statement, "buses"]
    ]
    assert {one.stance == hasty[one.statement, one.target] for one in slips} == {True}


def test_a_class_of_25_files_of_60_labels_is_merged_and_measured_in_two_seconds(tmp_path):
    exercises.write_class(tmp_path)
    files = sorted(tmp_path.glob("*.jsonl"))
    assert [len(file.read_text().splitlines()) for file in files] == [60] * 25
    began = time.process_time()  # of this process: other programs do not count
    labels, skipped = read_annotations(tmp_path)
    found = agreement(labels), disputes(labels), confusions(labels, exercises.gold())
    assert time.process_time() - began < 2
    assert skipped == [] and len(labels) == 1500
    assert found[0]["annotators"].tolist() == [25, 25] and len(found[1]) == 60
    assert found[2].groupby("annotator")[["support", "oppose", "none"]].sum().sum(axis=1).eq(60).all()


# Where the statements come from -------------------------------------------------------------------------------------


def test_no_statement_is_of_the_parts_that_models_are_judged_on():
    assert set(exercises.corpus()["writer"]) == {*exercises.LEARNED, *exercises.COUNTED}
    assert set(exercises.COUNTED).isdisjoint(exercises.LEARNED)
    assert not {"w13", "w14", "w15", "w16"} & set(exercises.corpus()["writer"])


def test_a_class_labels_thirty_statements_that_stand_in_their_articles():
    table = exercises.statements()
    assert len(table) == 30 and table["statement"].is_unique
    for _, row in table.iterrows():
        start, end = map(int, row["statement"].split("-")[1:])
        assert row["story"][start:end] == row["text"]
    assert all(exercises.article(number).data.count("<strong>[") == 10 for number in (1, 2, 3))
    assert set(exercises.HASTY) <= {(number, name) for number in table.index for name in exercises.TARGETS}
    assert [pair for pair, said in exercises.HASTY.items() if table.loc[pair] == said] == []


# Checks -------------------------------------------------------------------------------------------------------------

RIGHT_1A = "oppose oppose none none support support none none none none"
WRONG = [
    # question, answer, what the sentence says
    ("1a", "", "no answer yet"),
    ("1a", "none none", "10 answers are wanted, one for each, in order; you have given 2"),
    ("1a", RIGHT_1A.replace("support", "suport", 1), "Number 5 is 'suport': write support, oppose or none"),
    ("1a", "none " * 10, "6 of 10 as the readers have them. Read again:\n  Statement 1: What is it that is"),
    ("1b", RIGHT_1A, "3 of 10"),
    ("1c", "2 8 9", "2 of 3. Look again:\n  Statement 8"),
    ("1c", "2 8 10", "Number 3 is '10'"),
    ("2a", None, "no figure yet"),
    ("2a", 7, "Divide by ten"),
    ("2a", 0.3, "share on which they differ"),
    ("2a", 5, "5 is outside of what is possible, 0 to 1."),
    ("2b", 0.7, "the agreement itself"),
    ("2b", "0,48", "One step is left"),
    ("2b", 0.22, "Divide it by what luck left open"),
    ("2b", 0.9, "multiply Ada's share by Ben's"),
    ("2c", 30, "the last row"),
    ("2d", "none none oppose", "0 of 3 as they were settled"),
    ("3a", "support " * 6, "Case 2: One small word"),
    ("3c", "oppose support oppose oppose oppose none support support", "Case 3: The words are as hard"),
    ("3d", 3, "Count the rows in which"),  # without the article it has as many right as with it
    ("4a", 48 / 101, "among those that take a side"),
    ("4a", 9.23, "share in per cent"),
    ("4b", 0.09, "nothing was corrected"),
    ("4b", 0.04, "You subtracted the difference"),
    ("4b", 0.17, "throws away all that the classifier read"),
    ("4c", 200, "how often it missed"),
    ("4d", "counted", "hold the truth as often as it says"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong_with_it(question, answer, sentence, capsys):
    with pytest.raises(NotYetError) as told:
        exercises.check(question, answer)
    assert sentence in str(told.value)
    assert capsys.readouterr().out == ""
    assert told.value._render_traceback_() == [f"Not yet. {told.value}"]  # no traceback in a notebook


@pytest.mark.parametrize("question", ["1a", "1b"])
def test_one_label_of_an_article_may_differ_and_is_then_argued_about(question, capsys):
    wanted, why = exercises.labels_wanted(question)
    exercises.check(question, " ".join(wanted))
    assert "Right: 10 of 10" in capsys.readouterr().out
    one, two = (["oppose" if wanted[0] != "oppose" else "none"], ["support", "none"][wanted[1] == "support"])
    exercises.check(question, " ".join(one + wanted[1:]))
    assert f"be ready to argue. {why[0]}" in capsys.readouterr().out
    with pytest.raises(NotYetError):
        exercises.check(question, " ".join([*one, two, *wanted[2:]]))


FINE = "A fine for missing the target is exactly what we need."


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (("Too daft.", "oppose", "oppose"), "five words or more"),
        (("the target is hard and it is right that it is hard", "support", "support"), "one of the six above"),
        ((FINE, "none", "none"), "Write support or oppose"),
        ((FINE, "support", "oppose"), "'oppose' where you read 'support'"),
        ((FINE, "oppose", "oppose"), "as you do"),
        (("My sister would have liked to see it again in March.", "support", "support"), "says none"),
    ],
)
def test_a_statement_that_does_not_mislead_is_told_why(answer, sentence):
    with pytest.raises(NotYetError, match=sentence):
        exercises.check("3b", *answer)


def test_labels_are_kept_before_any_check_and_read_again(tmp_path, capsys):
    exercises.save("Ada Nwosu", RIGHT_1A, "none " * 10, folder=tmp_path / "labels")
    assert "20 labels of Ada Nwosu are in labels/Ada Nwosu.jsonl" in capsys.readouterr().out
    kept, skipped = read_annotations(tmp_path / "labels")
    assert [one.stance for one in kept[:10]] == RIGHT_1A.split() and skipped == []
    assert {one.statement for one in kept} == set(exercises.statements()["statement"][:10])
    for name, labels in (("", RIGHT_1A), ("ben", "none none")):
        with pytest.raises(NotYetError):
            exercises.save(name, labels, RIGHT_1A, folder=tmp_path / "labels")
    assert [file.name for file in (tmp_path / "labels").iterdir()] == ["Ada Nwosu.jsonl"]


# Versions -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.cells[0].source.split("\n")[0][2:])
def test_every_question_has_a_task_a_hint_a_check_and_a_worked_answer(source):
    cells = source.cells
    grades = [cell.metadata.nbgrader for cell in cells if "nbgrader" in cell.metadata]
    assert len({one.grade_id for one in grades}) == len(grades)
    for place, cell in enumerate(cells):
        if question := editions.asked(cell, "answer").replace("name", ""):
            assert cell.metadata.nbgrader.solution and "### BEGIN SOLUTION" in cell.source
            assert cells[place - 1].source.startswith("**Hint.**")
            assert f"## Task {question}" in "\n".join(one.source for one in cells[:place])
            (check,) = [one for one in cells if editions.asked(one, "check") == question]
            assert check.metadata.nbgrader.grade and check.metadata.nbgrader.locked
            assert exercises.worked(question)
    scheme = [cell.source for cell in cells if "=== BEGIN MARK SCHEME ===" in cell.source]
    assert len(scheme) == 1 and "18 minutes" in scheme[0] and "*What usually goes wrong.*" in scheme[0]


def test_the_questions_are_those_of_the_sentences():
    asked = [editions.asked(cell, "check") for source in SOURCES for cell in source.cells]
    assert list(filter(None, asked)) == list(exercises.SENTENCES)


def test_students_see_no_answer_and_no_note_and_lecturers_see_both():
    for source in SOURCES:
        theirs = "\n".join(cell.source for cell in editions.students(source).cells)
        assert "SOLUTION" not in theirs and "MARK SCHEME" not in theirs and "For the lecturer" not in theirs
        lecturers = "\n".join(cell.source for cell in editions.lecturers(source).cells)
        for cell in source.cells:
            if answer := editions.SOLUTION.search(cell.source):
                assert answer[1] in lecturers and answer[1].splitlines()[0] not in theirs
        assert "For the lecturer" in lecturers and "**Worked answer" in lecturers


def blocked(folder):
    """The folder, in which a kernel that starts finds none of what a light installation lacks."""
    (folder / "sitecustomize.py").write_text(SITE.format(ABSENT), encoding="utf-8")
    return folder


def run(notebook, folder, monkeypatch, **options):
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return editions.run(notebook, folder, **options)


def failed(notebook):
    return [editions.asked(cell, "check") for cell in notebook.cells if editions.asked(cell, "check")
            and any(output.output_type == "error" for output in cell.outputs)]  # fmt: skip


@pytest.mark.parametrize("place", range(4))
def test_the_students_version_passes_with_the_answers_and_not_without_and_loads_no_network(seminar, place, monkeypatch):
    folder = blocked(seminar / "students")
    name = editions.NOTEBOOKS[place].name
    empty = nbformat.read(folder / name, as_version=4)
    ran = run(nbformat.from_dict(empty), folder, monkeypatch, allow_errors=True)
    questions = [editions.asked(cell, "check") for cell in empty.cells if editions.asked(cell, "check")]
    assert failed(ran) == questions != []
    answers = {cell.id: editions.SOLUTION.search(cell.source)[1] for cell in SOURCES[place].cells
               if editions.SOLUTION.search(cell.source)}  # fmt: skip
    for cell in empty.cells:
        cell.source = cell.source.replace(editions.STUB.rstrip(), answers.get(cell.id, ""))
    solved = run(empty, folder, monkeypatch)
    assert failed(solved) == []
    assert "Right" in str(solved.cells) or "Broken" in str(solved.cells)


def test_the_folders_hold_what_each_reader_needs(seminar):
    for folder in ("students", "lecturer"):
        names = {path.name for path in (seminar / folder).iterdir()}
        assert {path.name for path in editions.NOTEBOOKS} | {"handout.html", "requirements.txt", "START.md"} <= names
        assert len(list((seminar / folder / "class").iterdir())) == 25
    assert not (seminar / "lecturer" / "labels").exists()
    assert not [pin for pin in editions.light() if pin.partition("==")[0] in ABSENT]
    assert "Worked answer" not in (seminar / "paper" / "exercises.html").read_text(encoding="utf-8")
    assert "What usually goes wrong" in (seminar / "paper" / "answers.html").read_text(encoding="utf-8")
    for line in (seminar / "students" / "data" / "debates" / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        assert json.loads(line)["writer"] in (*exercises.LEARNED, *exercises.COUNTED)
    assert read_codebook(seminar / "students" / "data" / "codebook").version == read_codebook().version
