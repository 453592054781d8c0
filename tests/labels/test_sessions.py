"""Writing labels down so that none is lost, and going on where somebody stopped."""

import json
import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest

from stance.codebook import Codebook, Target
from stance.files import InputError
from stance.labels import agreement, annotations
from stance.labels.annotations import Annotation, extend, read_annotations, read_records
from stance.labels.sessions import Session
from stance.statements.finding import Statement

NOON = "2026-03-01T12:00:00+00:00"
CODEBOOK = Codebook("1.0", (Target("buses", "Free buses", "free travel on buses"),), (), (), "")
NAMES = [f"a{number}-0-9" for number in range(6)]
SAID = [
    Statement(
        name,
        name[:2],
        0,
        9,
        "free buses",
        "direct",
        "free buses",
        0,
        "free buses",
        "said",
        "Ada",
        "Ada",
        "",
        "",
        (),
        1.0,
    )
    for name in NAMES
]
ADDING = """
import sys
from stance.labels.annotations import Annotation, extend
for number in range(int(sys.argv[3])):
    one = Annotation(f"{sys.argv[2]}-{number}", "buses", "support", "ada", "2026-03-01T12:00:00Z", note="ä" * 200)
    extend([one], sys.argv[1])
"""


def label(statement="a1-0-9", stance="support", annotator="ada", at=NOON, target="buses", **more):
    return Annotation(statement, target, stance, annotator, at, codebook="1.0", **more)


def lines(folder, name="ada"):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_bytes().splitlines()]


def session(folder, person="ada", **more):
    return Session(SAID, person, CODEBOOK, folder, **more)


def answer(one, stance="support", **more):
    pair = one.pending[0]
    one.label(pair, stance, **more)
    return pair


@contextmanager
def unprivileged():
    """Without root's leave to write anywhere."""
    before = os.geteuid()
    os.seteuid(65534 if before == 0 else before)
    try:
        yield
    finally:
        os.seteuid(before)


# Writing ------------------------------------------------------------------------------------------------------------


def test_what_was_added_is_read_again(tmp_path):
    given = [
        label(note="odd, “but” clear", seconds=2.5, sampling_probability=0.5),
        label("a2-0-9", "none", at="2026-03-01T12:00:01Z"),
    ]
    for one in given:
        extend([one], tmp_path / "new" / "folder")
    assert read_annotations(tmp_path / "new" / "folder", CODEBOOK) == (given, [])


def test_each_person_has_one_file(tmp_path):
    extend([label(), label(annotator="Ben O. Smith"), label("a2-0-9")], tmp_path)
    assert {path.name: len(path.read_text().splitlines()) for path in tmp_path.iterdir()} == {
        "ada.jsonl": 2,
        "Ben O. Smith.jsonl": 1,
    }


def test_an_answer_is_on_the_disk_when_append_returns(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))
    extend([label()], tmp_path)
    assert (
        synced[0] == (tmp_path / "ada.jsonl").stat().st_size
    )  # the whole line; then the folder that the file is new in
    assert len(synced) == 2


def test_a_torn_last_line_is_named_and_spoils_no_other(tmp_path):
    extend([label("a1-0-9")], tmp_path)
    with (tmp_path / "ada.jsonl").open("ab") as file:
        file.write(b'{"statement": "a2-0-9", "target": "bu')
    extend([label("a3-0-9")], tmp_path)
    found, skipped = read_annotations(tmp_path, CODEBOOK)
    assert [one.statement for one in found] == ["a1-0-9", "a3-0-9"]
    assert [(place, reason) for place, reason in skipped] == [
        (f"{tmp_path}/ada.jsonl:2", "a whole JSON object; the line is torn or broken")
    ]


@pytest.mark.slow
def test_ten_processes_add_at_once_and_no_line_is_torn(tmp_path):
    """All write to one file, and each record is longer than a disk's sector."""
    adding = [subprocess.Popen([sys.executable, "-c", ADDING, tmp_path, f"p{number}", "40"]) for number in range(10)]
    assert [process.wait() for process in adding] == [0] * 10
    found, skipped = read_records(tmp_path, CODEBOOK)
    assert skipped == []
    assert sorted(one.annotation.statement for one in found) == sorted(
        f"p{a}-{b}" for a in range(10) for b in range(40)
    )


def test_a_full_disk_is_said_and_leaves_the_file_as_it_was(tmp_path):
    extend([label()], tmp_path)
    before = (tmp_path / "ada.jsonl").read_bytes()
    # A limit on the size of files stands for the full disk: the write stops in the middle of the line.
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 60},) * 2)" + ADDING
    run = subprocess.run([sys.executable, "-c", code, tmp_path, "p", "1"], capture_output=True, text=True)
    assert (
        f"InputError: {tmp_path}/ada.jsonl: a file that can be added to (File too large); nothing was written"
        in run.stderr
    )
    assert (tmp_path / "ada.jsonl").read_bytes() == before
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_folder_that_must_not_be_written_to_is_said(tmp_path):
    folder = tmp_path / "labels"
    folder.mkdir(mode=0o555)
    with (
        unprivileged(),
        pytest.raises(InputError, match=r"ada\.jsonl: a file that can be added to \(Permission denied\)"),
    ):
        extend([label()], folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(
        InputError, match=r"file/ada\.jsonl: a file that can be added to \((Not a directory|File exists)\)"
    ):
        extend([label()], tmp_path / "file")


@pytest.mark.parametrize(
    "name", ["", " ada", "../ada", "a/b", ".ada", "statements", "Statements", "a\n", "x" * 101, "a:b"]
)
def test_a_name_that_cannot_be_a_files_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="annotator: a name"):
        extend([label(annotator=name)], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"stance": "maybe"}, "stance: support, oppose, none or nothing"),
        ({"seconds": float("nan")}, "seconds: a number from 0 up"),
        ({"seconds": -1.0}, "seconds: a number from 0 up"),
        ({"at": "noon"}, "at: an ISO date and time"),
        ({"sampling_probability": 2.0}, "sampling_probability: a number from 0 to 1"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(tmp_path, changes, message):
    with pytest.raises(InputError, match=message):
        extend([label(), replace(label(), **changes)], tmp_path)
    assert list(tmp_path.iterdir()) == []


# What is odd and counts all the same ---------------------------------------------------------------------------------


def test_unknown_statements_and_other_versions_are_named_with_their_place(tmp_path):
    extend([label(), label("zz-0-1"), label("zz-0-2"), replace(label("a2-0-9"), codebook="0.9")], tmp_path)
    found, _ = read_records(tmp_path, CODEBOOK)
    assert annotations.remarks(found, NAMES, "1.0") == [
        (f"{tmp_path}/ada.jsonl:2", "statement: none of the statements here; kept, but not shown (so 1 more lines)"),
        (f"{tmp_path}/ada.jsonl:4", "codebook: labelled by version 0.9, where this is 1.0; it counts"),
    ]


def test_a_session_names_what_is_broken_and_goes_on(tmp_path):
    extend([label(NAMES[0])], tmp_path)
    row = lines(tmp_path)[0] | {"statement": "a2-0-9"}
    with (tmp_path / "ada.jsonl").open("a") as file:
        file.write(json.dumps(row | {"target": "trams"}) + "\n" + json.dumps(row | {"stance": "for"}) + "\n")
        file.write('{"statement": "a2-')
    one = session(tmp_path)
    assert [str(remark.reason) for remark in one.remarks] == [
        "target: a target of the codebook, not 'trams'",
        "stance: support, oppose, none or nothing (undo), not 'for'",
        "a whole JSON object; the line is torn or broken",
    ]
    assert [remark.place.rpartition(":")[2] for remark in one.remarks] == ["2", "3", "4"]
    assert one.answered == 1
    answer(one)
    assert one.answered == 2
    assert len(one.remarks) == 3


def test_a_line_that_another_program_breaks_meanwhile_is_named(tmp_path):
    one = session(tmp_path)
    answer(one)
    with (tmp_path / "ada.jsonl").open("a") as file:
        file.write("oops\n")
    one.refresh()
    assert one.remarks == [(f"{tmp_path}/ada.jsonl:2", "a whole JSON object; the line is torn or broken")]


# Sessions -----------------------------------------------------------------------------------------------------------


def test_an_answer_is_written_and_the_next_question_follows(tmp_path):
    one = session(tmp_path)
    first = answer(one, "oppose", seconds=3.5, note="why not")
    assert first not in one.pending
    (row,) = lines(tmp_path)
    assert row | {"at": ""} == {
        "statement": first[0],
        "target": "buses",
        "stance": "oppose",
        "annotator": "ada",
        "at": "",
        "seconds": 3.5,
        "note": "why not",
        "sampling_probability": 1.0,
        "codebook": "1.0",
    }
    assert row["at"].endswith("+00:00")


def test_who_starts_again_goes_on_where_they_stopped(tmp_path):
    one = session(tmp_path)
    order = list(one.items)
    answer(one), answer(one)
    again = session(tmp_path)
    assert again.pending == one.pending == order[2:]
    assert again.answered == 2


def test_undo_takes_back_the_newest_answer_and_asks_it_again_also_after_a_new_start(tmp_path):
    one = session(tmp_path)
    first, second = answer(one), answer(one, "none")
    again = session(tmp_path)
    assert again.undo().stance == "none"
    assert again.pending[0] == second
    assert again.undo().stance == "support"
    assert again.pending[0] == first
    assert again.undo() is None
    assert [row["stance"] for row in lines(tmp_path)] == ["support", "none", "", ""]
    assert read_annotations(tmp_path, CODEBOOK) == ([], [])


def test_a_changed_answer_is_one_more_record(tmp_path):
    one = session(tmp_path)
    pair = answer(one)
    one.undo()
    assert answer(one, "oppose") == pair
    assert [row["stance"] for row in lines(tmp_path)] == ["support", "", "oppose"]
    assert one.answered == 1


def test_what_is_put_off_comes_again_at_the_end_also_after_a_new_start(tmp_path):
    one = session(tmp_path)
    order = list(one.items)
    one.skip(order[0], note="too hard")
    assert one.pending == [*order[1:], order[0]] == session(tmp_path).pending
    assert lines(tmp_path)[0]["note"] == "skipped: too hard"
    assert one.answered == 0
    one.undo()
    assert one.pending == order == session(tmp_path).pending


def test_two_tabs_of_one_person_see_each_others_answers(tmp_path):
    one, other = session(tmp_path), session(tmp_path)
    first = answer(one)
    other.refresh()
    assert first not in other.pending
    second = answer(other, "none")
    one.refresh()
    assert second not in one.pending
    assert one.undo().stance == "none"  # the newest, wherever it was given


def test_two_people_do_not_see_each_others_answers(tmp_path):
    ada, ben = session(tmp_path), session(tmp_path, "ben")
    answer(ada)
    ben.refresh()
    assert (ben.answered, len(ben.pending)) == (0, 6)


def test_a_record_is_newer_than_the_last_even_if_the_clock_was_put_back(tmp_path):
    extend([label(NAMES[0], at="2999-01-01T00:00:00+00:00")], tmp_path)
    one = session(tmp_path)
    assert one.undo().statement == NAMES[0]
    answer(one, "oppose")
    assert [(a.statement, a.stance) for a in read_annotations(tmp_path, CODEBOOK)[0]] == [(NAMES[0], "oppose")]


def test_a_failed_write_answers_nothing(tmp_path):
    one = session(tmp_path / "labels")
    (tmp_path / "labels").write_text("a file where the folder should be")
    with pytest.raises(InputError, match="nothing was written"):
        answer(one)
    assert (one.answered, len(one.pending)) == (0, 6)
    (tmp_path / "labels").unlink()
    answer(one)
    assert one.answered == 1


def test_a_label_that_is_no_stance_is_refused(tmp_path):
    one = session(tmp_path)
    for stance in ("", "maybe"):
        with pytest.raises(InputError, match="stance: support, oppose"):
            one.label(one.pending[0], stance)
    assert not (tmp_path / "ada.jsonl").exists()


def test_who_has_looked_at_other_answers_says_so_in_the_note(tmp_path):
    extend([label(NAMES[0], annotator="ben")], tmp_path)
    one = session(tmp_path)
    assert [(a.annotator, a.stance) for a in one.look((NAMES[0], "buses"))] == [("ben", "support")]
    one.label((NAMES[0], "buses"), "none", note="odd")
    one.label((NAMES[1], "buses"), "none", note="odd")
    assert [row["note"] for row in lines(tmp_path)] == ["not blind: odd", "odd"]


def test_the_time_left_is_told_by_the_pace_of_late(tmp_path):
    one = session(tmp_path)
    assert one.minutes_left == 0
    for seconds in (10, 20, 600):  # one went to fetch coffee
        answer(one, seconds=float(seconds))
    assert one.minutes_left == pytest.approx(3 * 20 / 60)


def test_agreement_is_over_what_this_person_has_labelled(tmp_path):
    extend([label(NAMES[0], "support", "ben")], tmp_path)
    extend([label(NAMES[1], "none", "ben")], tmp_path)
    one = session(tmp_path)
    assert one.agreement().empty
    one.label((NAMES[0], "buses"), "support")
    assert one.agreement()[["statements", "agreement"]].values.tolist() == [[1, 1.0]]


def test_who_differs_from_whom_about_what():
    said = {"ada": "support support none", "ben": "none none none", "cy": "none support support", "adjudicated": "none"}
    labels = [label(NAMES[at], stance, who) for who, all_of in said.items() for at, stance in enumerate(all_of.split())]
    assert agreement.differences(labels).values.tolist() == [
        ["buses", "ada", "support", "ben", "none", 2],
        ["buses", "ben", "none", "cy", "support", 2],
        ["buses", "ada", "support", "cy", "none", 1],
        ["buses", "ada", "none", "cy", "support", 1],
    ]
    assert agreement.differences([]).empty


# Settling -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(tmp_path):
    extend(
        [
            label(NAMES[0], "support", "ada", sampling_probability=0.4),
            label(NAMES[0], "none", "ben"),
            label(NAMES[1], "support", "ada"),
            label(NAMES[1], "support", "ben"),
        ],
        tmp_path,
    )
    return tmp_path


def test_only_disputes_are_to_be_settled_and_the_verdict_has_its_own_record(disputed):
    one = session(disputed, "cy", adjudicate=True)
    assert one.pending == [(NAMES[0], "buses")]
    assert {a.annotator: a.stance for a in one.look(one.pending[0])} == {"ada": "support", "ben": "none"}
    one.label(one.pending[0], "none", note="rule 4")
    (row,) = lines(disputed, "adjudicated")
    assert (row["stance"], row["annotator"], row["note"], row["sampling_probability"]) == (
        "none",
        "adjudicated",
        "cy: rule 4",
        0.4,
    )
    found, _ = read_annotations(disputed, CODEBOOK)
    assert annotations.adjudicated(found) == {(NAMES[0], "buses"): "none", (NAMES[1], "buses"): "support"}
    assert len(lines(disputed)) == 2  # the labels in dispute stay as they are


def test_a_verdict_can_be_taken_back_after_a_new_start(disputed):
    answer(session(disputed, "cy", adjudicate=True))
    again = session(disputed, "di", adjudicate=True)
    assert again.pending == []
    assert again.undo().note == "cy"
    assert again.pending == [(NAMES[0], "buses")]


def test_nothing_in_dispute_is_nothing_to_settle(tmp_path):
    one = session(tmp_path / "none yet", "cy", adjudicate=True)
    assert (one.pending, one.undo()) == ([], None)
