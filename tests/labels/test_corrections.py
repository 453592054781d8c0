"""Corrections: what a person puts right counts everywhere, is only ever added, and can be undone."""

import json
from dataclasses import replace

import pytest

from stance.files import InputError
from stance.labels.corrections import (
    Correction,
    add_corrections,
    heard,
    imported_corrections,
    read_corrections,
    value_of,
)
from stance.labels.sessions import Session
from stance.study import new_study, read_study

SAID = """“Libraries should open at night,” said Marian Tuckwell, cabinet member at Wexmoor County Council.

“Nobody ought to be left alone in an empty building,” said Janice Oduya of Unison.
"""
NOON = "2026-03-01T12:00:00+00:00"


@pytest.fixture
def study(tmp_path):
    """A study of one article, in which a councillor and a union speak."""
    (tmp_path / "press").mkdir()
    (tmp_path / "press" / "night.txt").write_text(SAID, encoding="utf-8")
    study = new_study(tmp_path / "mine", tmp_path / "press")
    book = study.codebook
    (book / "targets.csv").write_text("target,name,description\nnight,Night opening,opening libraries at night\n")
    (book / "stakeholders.csv").write_text(
        "stakeholder,name,kind,aliases\ncouncil,Wexmoor County Council,local government,\nunison,Unison,union,\n"
    )
    return study


def corrected(study, field, value, place=0, at=NOON):
    """What is heard after one correction of the statement at a place."""
    one = heard(study).statements[place]
    add_corrections([Correction(one.statement, field, value, "ada", at)], study.corrections)
    return heard(study)


def test_a_speaker_who_is_put_right_speaks_for_whom_they_speak_elsewhere(study):
    found = corrected(study, "speaker", "Janice Oduya").statements[0]
    assert (found.speaker, found.organisation, found.stakeholders) == ("Janice Oduya", "Unison", ("unison",))
    assert found.confidence == 1.0


@pytest.mark.parametrize("field, value, expected", [
    ("speaker", "Somebody Else", {"speaker": "Somebody Else", "organisation": "", "stakeholders": ()}),
    ("speaker", "none", {"speaker": "", "stakeholders": ()}),
    ("organisation", "Unison", {"speaker": "Marian Tuckwell", "stakeholders": ("unison",)}),
    ("stakeholders", "unison;council", {"speaker": "Marian Tuckwell", "stakeholders": ("unison", "council")}),
    ("stakeholders", "none", {"stakeholders": ()}),
    ("text", "open at night", {"text": "open at night", "stakeholders": ("council",)}),
])  # fmt: skip
def test_a_field_is_as_it_was_corrected(study, field, value, expected):
    found = corrected(study, field, value)
    assert {name: getattr(found.statements[0], name) for name in expected} == expected
    assert len(found.corrections) == 1 and found.skipped == []


def test_corrected_words_stand_in_the_article_where_they_say(study):
    found = corrected(study, "text", "open at night")
    one, article = found.statements[0], found.articles[0]
    assert article.text[one.start : one.end] == one.text == one.context[one.place : one.place + len(one.text)]


def test_what_is_no_statement_is_gone_and_an_undo_brings_it_back(study):
    gone = heard(study).statements[0].statement
    assert gone not in {one.statement for one in corrected(study, "statement", "none").statements}
    add_corrections([Correction(gone, "statement", "", "ben", "2026-03-01T12:00:01+00:00")], study.corrections)
    assert gone in {one.statement for one in heard(study).statements} and heard(study).corrections == []
    assert len((study.corrections / "ada.jsonl").read_text().splitlines()) == 1  # nothing was rewritten


def test_the_newest_correction_counts_whoever_made_it(study):
    corrected(study, "speaker", "First", at="2026-03-01T12:00:02Z")
    assert corrected(study, "speaker", "Earlier").statements[0].speaker == "First"


def test_what_no_longer_fits_is_one_line_and_the_rest_counts(study):
    corrected(study, "stakeholders", "gone")
    add_corrections([Correction("zz-1-2", "speaker", "X", "ada", NOON)], study.corrections)
    (study.corrections / "ben.jsonl").write_text('{"torn\n')
    found = heard(study)
    assert found.statements[0].stakeholders == ("council",)
    assert [one.reason for one in found.skipped] == [
        "a whole JSON object; the line is torn or broken",
        "stakeholders: 'gone' is no longer in the codebook",
        "1 corrections of statements that are not here; kept, but of no effect",
    ]


@pytest.mark.parametrize("changes, message", [
    ({"field": "mood"}, "field: one of speaker, organisation, stakeholders, text, statement, not 'mood'"),
    ({"field": "statement", "value": "half"}, "value: none or nothing .undo., not 'half'"),
    ({"at": "noon"}, "at: an ISO date and time, not 'noon'"),
    ({"annotator": ""}, "annotator: text, not ''"),
])  # fmt: skip
def test_what_is_no_correction_is_not_written(tmp_path, changes, message):
    with pytest.raises(InputError, match=message):
        add_corrections([replace(Correction("a1-0-9", "speaker", "Ada", "ada", NOON), **changes)], tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_corrections_travel(study, stance, tmp_path):
    corrected(study, "speaker", "Janice Oduya")
    assert stance("export", "--format", "corrections", "-o", tmp_path / "c.jsonl", "--study", study.folder)[0] == 0
    row = json.loads((tmp_path / "c.jsonl").read_text())
    assert (row["field"], row["value"], row["annotator"]) == ("speaker", "Janice Oduya", "ada")
    assert imported_corrections(tmp_path / "c.jsonl", tmp_path / "elsewhere")[:2] == (1, 0)
    assert imported_corrections(tmp_path / "c.jsonl", tmp_path / "elsewhere")[:2] == (0, 1)
    assert read_corrections(tmp_path / "elsewhere")[0] == read_corrections(study.corrections)[0]


# In a session --------------------------------------------------------------------------------------------------------


@pytest.fixture
def session(study):
    from stance.codebook import read_codebook

    return Session(heard(study).statements, "ada", read_codebook(study.codebook), study.annotations)


def test_a_correction_is_on_disk_and_undo_takes_back_the_newest_act(session, study):
    first, second = session.pending
    session.label(first, "support")
    session.correct(second[0], "statement", "")
    assert session.pending == []  # it is no statement, so that nothing is asked about it
    assert session.undo().field == "statement" and session.pending == [second]
    assert session.undo().stance == "support" and session.pending[0] == first
    assert read_corrections(study.corrections) == ([], [])


def test_a_correction_is_newer_than_the_last_even_if_the_clock_was_put_back(session, study):
    [(name, _), _] = session.pending
    later = Correction(name, "speaker", "Ada Moss", "ben", "2990-01-01T00:00:00+00:00")
    add_corrections([later, replace(later, value="", at="2999-01-01T00:00:00+00:00")], study.corrections)
    again = Session(session.statements.values(), "ada", session.codebook, study.annotations)
    again.correct(name, "speaker", "Janice Oduya")
    assert [one.value for one in read_corrections(study.corrections)[0]] == ["Janice Oduya"]
    again.undo()
    assert read_corrections(study.corrections)[0] == []
    again.correct(name, "speaker", "Ada Moss")
    assert [one.value for one in read_corrections(study.corrections)[0]] == ["Ada Moss"]


def test_one_goes_back_to_an_answer_and_may_change_it(session):
    first, second = session.pending
    session.label(first, "support")
    session.go(first)
    assert session.pending == [first, second]
    session.label(first, "oppose")
    assert session.counting[first].stance == "oppose" and session.pending == [second]


def test_only_the_statements_of_a_stakeholder_are_asked_about(session):
    session.only = "unison"
    [(name, _)] = session.pending
    assert session.statements[name].stakeholders == ("unison",)


@pytest.mark.parametrize("field, typed, expected", [
    ("speaker", "", "none"), ("stakeholders", "unison; Wexmoor County Council", "unison;council"),
    ("stakeholders", " ", "none"), ("statement", "", "none"), ("text", "open at night", "open at night"),
])  # fmt: skip
def test_what_is_typed_becomes_a_value(session, field, typed, expected):
    said = next(one for one in session.statements.values() if "open at night" in one.text)
    assert value_of(field, typed, said, session.codebook) == expected


@pytest.mark.parametrize("field, typed, message", [
    ("stakeholders", "Nobody Ltd", "stakeholders of the codebook .Wexmoor County Council, Unison., not 'Nobody Ltd'"),
    ("text", "words of another article", "words as they stand in the paragraph"),
])  # fmt: skip
def test_what_cannot_be_a_correction_is_refused(session, field, typed, message):
    with pytest.raises(InputError, match=message):
        value_of(field, typed, next(iter(session.statements.values())), session.codebook)
    assert read_study(session.folder.parent).corrections.exists()
