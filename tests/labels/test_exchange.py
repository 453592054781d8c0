"""Labels in other tools' formats and back: what each format can hold comes back as it was."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.codebook import STANCES, Codebook, Target
from stance.files import InputError
from stance.labels.annotations import Annotation, extend, read_annotations
from stance.labels.exchange import TOOLS, add_new, exported, imported
from stance.statements.finding import Statement

CODEBOOK = Codebook(
    "1.0", (Target("buses", "Free buses", "free travel on buses"), Target("trams", "Trams", "trams")), (), (), ""
)
ENDING = {"csv": "csv", "doccano": "jsonl", "label-studio": "json", "prodigy": "jsonl"}
SAID = Statement(
    "a1-0-9",
    "a1",
    0,
    9,
    "=SUM(free buses)",
    "direct",
    "“=SUM(free buses),” she said.",
    1,
    "“=SUM(free buses),” she said.",
    "said",
    "Ada",
    "Ada",
    "",
    "",
    (),
    1.0,
)
LABELS = [
    Annotation(
        "a1-0-9", "buses", "support", "ada", "2026-03-01T12:00:00.123456+00:00", 4.5, "=odd, “but” clear", 0.25, "1.0"
    ),
    Annotation("a1-0-9", "buses", "none", "ben", "2026-03-01T12:00:01Z", 0.0, "", 0.0, "0.9"),
    Annotation("a1-0-9", "trams", "oppose", "ada", "2026-03-01T14:00:00+02:00", 3.0, "", 1.0, "1.0"),
]


def written(tmp_path, text, tool):
    path = tmp_path / f"labels.{ENDING[tool]}"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def back(tmp_path, labels, tool, **more):
    return imported(written(tmp_path, exported(labels, tool, [SAID], CODEBOOK), tool), tool, codebook=CODEBOOK, **more)


# There and back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", TOOLS)
def test_labels_come_back_as_they_were(tmp_path, tool):
    found, skipped = back(tmp_path, LABELS, tool)
    assert (sorted(found, key=str), skipped) == (sorted(LABELS, key=str), [])


@pytest.mark.parametrize("tool", TOOLS)
@given(
    note=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    seconds=st.floats(0, 1e6),
    stance=st.sampled_from(STANCES),
    probability=st.floats(0, 1),
)
@settings(max_examples=40, deadline=None)
def test_any_label_comes_back_as_it_was(tmp_path_factory, tool, note, seconds, stance, probability):
    one = Annotation(
        "a1-0-9", "buses", stance, "Ada M.", "2026-03-01T12:00:00+00:00", seconds, note, probability, "1.0"
    )
    assert back(tmp_path_factory.mktemp("labels"), [one], tool) == ([one], [])


@pytest.mark.parametrize("tool", TOOLS)
def test_words_and_question_travel_with_the_label(tool):
    text = exported(LABELS[:1], tool, [SAID], CODEBOOK)
    for words in ("SUM(free buses)", "she said", "Does the speaker support or oppose free travel on buses?"):
        assert words in text


def test_a_spreadsheet_takes_no_note_for_a_formula():
    assert ",'=odd" in exported(LABELS[:1], "csv", [SAID], CODEBOOK).replace('"', "")


def test_label_studio_has_one_task_a_question_with_the_labels_of_all():
    tasks = json.loads(exported(LABELS, "label-studio", [SAID], CODEBOOK))
    assert [(task["data"]["target"], len(task["annotations"])) for task in tasks] == [("buses", 2), ("trams", 1)]


# As the tools themselves write ---------------------------------------------------------------------------------------

AT = "2026-03-01T12:00:00+00:00"
DOCCANO = '{"id": 7, "text": "free", "label": ["Support"], "statement": "a1-0-9", "target": "buses", "Comments": []}\n'
META = '{"id": 7, "text": "free", "labels": ["support"], "meta": {"statement": "a1-0-9", "target": "buses"}}\n'
PRODIGY = (
    '{"text": "free", "meta": {"statement": "a1-0-9", "target": "buses", "at": "%s"}, "accept": ["support"],'
    ' "answer": "accept", "_timestamp": %d, "_annotator_id": "set-ada"}\n'
)
CHOICE = {"from_name": "stance", "to_name": "text", "type": "choices", "value": {"choices": ["support"]}}
STUDIO = json.dumps([{"id": 1, "data": {"text": "free", "statement": "a1-0-9", "target": "buses"}, "annotations": [
    {"completed_by": {"id": 3, "email": "ada@example.org"}, "lead_time": 4.25, "created_at": "2026-03-01T12:00:00.0Z",
     "result": [CHOICE]}]}])  # fmt: skip
NOON, ONE = 1772366400, 1772370000


@pytest.mark.parametrize(
    "tool, text, expected",
    [
        ("doccano", DOCCANO, {"annotator": "eve"}),
        ("doccano", META, {"annotator": "eve"}),
        ("prodigy", PRODIGY % (AT, NOON), {"annotator": "eve", "at": AT}),
        (
            "prodigy",
            PRODIGY % (AT, ONE),
            {"annotator": "eve", "at": "2026-03-01T13:00:00+00:00"},
        ),  # labelled again there
        ("label-studio", STUDIO, {"annotator": "eve", "seconds": 4.25, "at": "2026-03-01T12:00:00.0Z"}),
        ("csv", "statement,target,stance\na1-0-9,buses, SUPPORT\n", {"annotator": "eve"}),  # by a language model, say
    ],
)
def test_a_table_made_elsewhere_is_one_more_annotator(tmp_path, tool, text, expected):
    (one,), skipped = imported(written(tmp_path, text, tool), tool, "eve", CODEBOOK)
    assert skipped == []
    assert (one.statement, one.target, one.stance, one.codebook) == ("a1-0-9", "buses", "support", "1.0")
    assert {name: getattr(one, name) for name in expected} == expected


@pytest.mark.parametrize(
    "tool, text, expected",
    [
        ("prodigy", PRODIGY % (AT, NOON), "set-ada"),
        ("label-studio", STUDIO, "ada@example.org"),
    ],
)
def test_the_tools_own_name_serves_where_none_is_given(tmp_path, tool, text, expected):
    assert [one.annotator for one in imported(written(tmp_path, text, tool), tool, codebook=CODEBOOK)[0]] == [expected]


# What cannot be used -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row, reason",
    [
        ("a1-0-9,trains,support", "target: a target of the codebook, not 'trains'"),
        ("a1-0-9,buses,in favour", "stance: support, oppose, none or nothing (undo), not 'in favour'"),
        ("a1-0-9,buses,", "stance: a value"),
        (",buses,support", "statement: a value"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_read(tmp_path, row, reason):
    path = written(tmp_path, f"statement,target,stance\na1-0-9,buses,none\n{row}\na2-0-9,buses,none\n", "csv")
    found, skipped = imported(path, "csv", "eve", CODEBOOK)
    assert [one.statement for one in found] == ["a1-0-9", "a2-0-9"]
    assert skipped == [(f"{path}:3", reason)]


def test_two_labels_on_one_text_are_no_stance(tmp_path):
    path = written(tmp_path, META.replace('["support"]', '["support", "none"]'), "doccano")
    assert imported(path, "doccano", "eve", CODEBOOK)[1] == [
        (f"{path}:1", "stance: support, oppose, none or nothing (undo), not 'support, none'")
    ]


def test_what_was_rejected_in_prodigy_is_no_label(tmp_path):
    path = written(tmp_path, (PRODIGY % (AT, NOON)).replace('"accept",', '"ignore",'), "prodigy")
    assert imported(path, "prodigy", "eve", CODEBOOK) == ([], [(f"{path}:1", "stance: a value")])


def test_nobodys_labels_want_a_name(tmp_path):
    path = written(tmp_path, DOCCANO, "doccano")
    assert imported(path, "doccano", "", CODEBOOK)[1] == [
        (f"{path}:1", "annotator: a name in the file, or one given for all")
    ]


def test_several_people_are_not_made_one(tmp_path):
    with pytest.raises(InputError, match=r"labels by one annotator, or no name for all of them; these are by ada, ben"):
        back(tmp_path, LABELS, "csv", annotator="eve")


@pytest.mark.parametrize(
    "tool, text",
    [
        ("label-studio", "{}"),
        ("label-studio", "oops"),
        ("label-studio", '[{"annotations": [{"result": [1]}]}]'),
        ("prodigy", '{"meta": {"at": 5}, "_timestamp": 1}\n'),
        ("prodigy", '{"_timestamp": 1e99}\n'),
        ("doccano", "oops\n"),
        ("label-studio", '[{"annotations": [{"result": [{"from_name": "note", "value": {"text": {"a": 1}}}]}]}]'),
        ("label-studio", "[" * 2_000 + "]" * 2_000),
        ("label-studio", '[{"data": {"note": "\\ud800"}}]'),
        ("prodigy", '{"_timestamp": 1' + "0" * 400 + "}\n"),
        ("doccano", '{"text": ' + "[" * 2_000 + "]" * 2_000 + "}\n"),
    ],
)
def test_a_file_of_another_shape_is_refused_in_one_line(tmp_path, tool, text):
    path = written(tmp_path, text, tool)
    with pytest.raises(InputError, match=f"^{path}"):
        imported(path, tool, "eve", CODEBOOK)


def test_a_tool_that_is_not_known_is_refused():
    with pytest.raises(InputError, match="format: one of csv, doccano, label-studio, prodigy, not 'xml'"):
        exported([], "xml", codebook=CODEBOOK)


def test_what_stands_there_already_is_not_added_again(tmp_path):
    assert add_new(LABELS, tmp_path, CODEBOOK) == (3, 0)
    assert add_new(LABELS, tmp_path, CODEBOOK) == (0, 3)


# The commands --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", TOOLS)
def test_export_and_import_at_the_shell(stance, tmp_path, tool):
    press = tmp_path / "press"
    press.mkdir()
    (press / "buses.txt").write_text("“Joint work pays,” said Ada Nwosu, leader of the LGA.\n")
    labels = [Annotation(name, "integration", "support", "ada", AT, codebook="1.0") for name in ("a1-0-9", "a2-0-9")]
    extend(labels, tmp_path / "labels")
    file = tmp_path / f"labels.{ENDING[tool]}"
    status, _, said = stance("export", tmp_path / "labels", "--format", tool, "-o", file, "--articles", press)
    assert status == 0
    assert said.splitlines()[0].startswith(TOOLS[tool].holds)
    assert "2 of the labelled statements are not in these articles and have no words." in said
    assert stance("import", file, "--format", tool, "-o", tmp_path / "new")[:2] == (
        0,
        f"2 labels added to {tmp_path}/new\n",
    )
    assert read_annotations(tmp_path / "new")[0] == labels


def test_a_file_without_a_usable_label_ends_with_2(stance, tmp_path):
    file = written(tmp_path, "statement,target,stance\na1,buses,no\n", "csv")
    status, _, said = stance("import", file, "--format", "csv", "--annotator", "eve", "-o", tmp_path / "new")
    assert (status, said.count("\n")) == (2, 1)
    assert "at least one label" in said
    assert not (tmp_path / "new").exists()
