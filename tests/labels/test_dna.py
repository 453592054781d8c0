"""Files of the Discourse Network Analyzer: what its own sample holds, there and back, into a study, what is refused."""

import base64
import hashlib
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from stance.articles.reading import Article, read_articles
from stance.codebook import read_codebook
from stance.files import InputError
from stance.labels.annotations import read_annotations
from stance.labels.dna import PASSWORD, Coding, Dna, Document, add_labels, dna_of, is_dna, read_dna, study, write_dna
from stance.labels.standoff import hydrated, with_labelled
from stance.tables import write

SAMPLE = Path(__file__).parents[3] / "shared" / "dna" / "sample.dna"
needs_sample = pytest.mark.skipif(not SAMPLE.exists(), reason="DNA's own sample is not at hand, nor ours to pass on")
TEXT = "😀 Free buses are a raid.\n\nThe mayor said: ``Trams'' are good; “trams” pay."
DOCUMENTS = (
    Document(1, "A raid", TEXT, "Argus", "2016-05-09"),
    Document(2, "No date", TEXT.replace("raid", "joy"), "", ""),
    Document(3, "A third", "Trams, trams and trams.", "", "2017-03-01"),
)
SAID = [
    (1, "Free buses are a raid.", "ann", "Tom Bell", "Forum", "Free buses", "oppose"),
    (1, "Free buses are a raid.", "ben", "Tom Bell", "Forum", "Free buses", "support"),
    (1, "The mayor said: ``Trams'' are good; “trams” pay.", "ann", "", "", "Trams", "support"),
    (3, "trams and trams.", "ann", "Ada", "Council", "Trams", "oppose"),
]
CODINGS = tuple(
    Coding(number, (text := DOCUMENTS[number - 1].text).index(words), text.index(words) + len(words), *of)
    for number, words, *of in SAID
)
DNA = Dna(DOCUMENTS, CODINGS, {"Forum": ("trade body", "the Forum; BOF")})


@pytest.fixture
def made(tmp_path):
    write_dna(DNA, tmp_path / "made.dna")
    return tmp_path / "made.dna"


def changed(path, *commands):
    with closing(sqlite3.connect(path)) as base, base:
        for command in commands:
            base.execute(command)
    return path


# DNA's own sample ----------------------------------------------------------------------------------------------------


@needs_sample
def test_the_sample_holds_what_dna_says_of_it():
    dna, left = read_dna(SAMPLE)
    assert (len(dna.documents), len(dna.codings)) == (7, 40)
    days = [one.published for one in dna.documents]
    assert (min(days), max(days)) == ("2005-01-26", "2005-02-16")
    assert [reason for _, reason in left] == [
        "statements of another type than DNA Statement: 1",
        "attributes other than Type and Alias of an organization: 7",
        "regular expressions: 6",
    ]


@needs_sample
def test_the_sample_comes_back_as_it_was(tmp_path):
    dna, _ = read_dna(SAMPLE)
    write_dna(dna, tmp_path / "again.dna")
    assert read_dna(tmp_path / "again.dna") == (dna, [])


@needs_sample
def test_a_file_has_the_tables_and_columns_that_dna_has(made):
    def shape(path):
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as base:
            names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: [(one[1], one[2], one[3], one[5]) for one in base.execute(f"PRAGMA table_info({name})")]
                    for name in names}  # fmt: skip

    ours, theirs = shape(made), shape(SAMPLE)
    assert ours == theirs


@needs_sample
def test_the_sample_becomes_a_study_with_every_statement_in_its_place(tmp_path):
    dna, _ = read_dna(SAMPLE)
    study(SAMPLE, tmp_path / "study")
    articles, skipped = read_articles(tmp_path / "study" / "articles")
    labels, torn = read_annotations(tmp_path / "study" / "annotations", read_codebook(tmp_path / "study" / "codebook"))
    said, notes = hydrated(articles, tmp_path / "study" / "annotations")
    assert (len(articles), skipped, torn) == (7, [], [])
    assert {note.outcome for note in notes} == {"found"}
    texts = {one.document: one.text for one in dna.documents}

    def letters(text):
        return "".join(filter(str.isalnum, text))

    assert sorted(letters(one.text) for one in said) == sorted(
        letters(texts[one.document][one.start : one.end]) for one in dna.codings
    )
    assert Counter((one.annotator, one.stance) for one in labels) == Counter(
        (one.coder, one.stance) for one in dna.codings
    )
    codebook = read_codebook(tmp_path / "study" / "codebook")
    assert (len(codebook.targets), len(codebook.stakeholders)) == (6, 7)
    assert {one.kind for one in codebook.stakeholders} == {"Business", "Government", "NGO"}


@needs_sample
def test_a_study_goes_back_into_dna_with_the_same_networks(tmp_path):
    dna, _ = read_dna(SAMPLE)
    study(SAMPLE, tmp_path / "study")
    articles, _ = read_articles(tmp_path / "study" / "articles")
    codebook = read_codebook(tmp_path / "study" / "codebook")
    labels, _ = read_annotations(tmp_path / "study" / "annotations", codebook)
    said, _ = hydrated(articles, tmp_path / "study" / "annotations")
    write_dna(dna_of(articles, said, labels, codebook), tmp_path / "back.dna")
    back, _ = read_dna(tmp_path / "back.dna")
    assert Counter(one[3:] for one in back.codings) == Counter(one[3:] for one in dna.codings)
    assert back.kinds == dna.kinds


# There and back ------------------------------------------------------------------------------------------------------


def test_what_was_written_is_read_again_with_offsets_beyond_the_basic_plane(made):
    dna, left = read_dna(made)
    assert (dna, left) == (DNA, [])
    assert [DOCUMENTS[one.document - 1].text[one.start : one.end] for one in dna.codings] == [
        words for _, words, *_ in SAID
    ]


def test_java_counts_an_emoji_twice(made):
    with closing(sqlite3.connect(made)) as base:
        assert base.execute("SELECT Start FROM STATEMENTS WHERE ID = 1").fetchone() == (DNA.codings[0].start + 1,)


def test_the_same_labels_give_the_same_bytes(made, tmp_path):
    write_dna(DNA, tmp_path / "again.dna")
    assert (tmp_path / "again.dna").read_bytes() == made.read_bytes()


def test_dna_lets_everybody_in_with_the_password(made):
    with closing(sqlite3.connect(made)) as base:
        kept = dict(base.execute("SELECT Name, Password FROM CODERS"))
    assert list(kept) == ["Admin", "ann", "ben"]
    for password in kept.values():
        salt, digest = (raw := base64.b64decode(password))[:16], raw[16:]
        tried = salt + PASSWORD.encode()
        for _ in range(100_000):
            tried = hashlib.sha256(tried).digest()
        assert tried == digest


def test_an_event_list_is_read_again_but_for_what_it_has_no_place_for(tmp_path):
    write_dna(DNA, tmp_path / "events.csv")
    lines = (tmp_path / "events.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('"statement ID";"time";"document ID";"document title";"author"')
    assert lines[1].startswith('"1";"2016-05-09 00:00:00";"1";"A raid"')
    dna, _ = read_dna(tmp_path / "events.csv")
    assert [one[4:] for one in dna.codings] == [one[4:] for one in CODINGS]
    assert [one.published for one in dna.documents] == ["2016-05-09", "2017-03-01"]
    assert is_dna(tmp_path / "events.csv")


def test_an_event_list_as_dna_itself_writes_it(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        '"statement ID";"time";"document ID";"document title";"author";"source";"section";"type";"text";"person";'
        '"organization";"concept";"agreement"\n'
        '7;2005-02-02 00:00:00;3;"A title";"";"109";"";"";"Two, lines\nof text";"Ann";"Senate";"Regulate";1\n',
        encoding="utf-8",
    )
    assert read_dna(path)[0].codings == (Coding(3, 0, 0, "", "Ann", "Senate", "Regulate", "support"),)


# Into a study, and home again ----------------------------------------------------------------------------------------


def test_a_study_holds_articles_codebook_and_a_file_for_each_coder(made, tmp_path):
    skipped = study(made, tmp_path / "study")
    assert sorted(path.relative_to(tmp_path / "study").as_posix() for path in (tmp_path / "study").rglob("*.*")) == [
        "annotations/ann.jsonl", "annotations/articles.csv", "annotations/ben.jsonl", "annotations/statements.jsonl",
        "articles/0001.md", "articles/0002.md", "articles/0003.md",
        "codebook/people.csv", "codebook/rules.md", "codebook/stakeholders.csv", "codebook/targets.csv",
    ]  # fmt: skip
    codebook = read_codebook(tmp_path / "study" / "codebook")
    assert [(one.name, one.kind, one.aliases) for one in codebook.stakeholders] == [
        ("Forum", "trade body", ("the Forum", "BOF")), ("Council", "", ()),
    ]  # fmt: skip
    articles, _ = read_articles(tmp_path / "study" / "articles")
    assert [(one.title, one.publisher, one.published) for one in articles] == [one[1:2] + one[3:] for one in DOCUMENTS]
    assert skipped == []


def test_what_only_a_coder_saw_is_a_statement_in_place_of_what_it_overlaps(made, tmp_path):
    study(made, tmp_path / "study")
    articles, _ = read_articles(tmp_path / "study" / "articles")
    labelled, _ = hydrated(articles, tmp_path / "study" / "annotations")
    found = [labelled[0].__class__(**{**labelled[0].__dict__, "statement": "x", "end": labelled[0].end - 3})]
    both = with_labelled(found, articles, tmp_path / "study" / "annotations")
    assert [one.statement for one in both] == [one.statement for one in labelled]
    assert with_labelled(found, articles, tmp_path) == found


def test_a_name_that_is_nobodys_file_still_has_one(tmp_path):
    write_dna(DNA._replace(codings=(CODINGS[0]._replace(coder="(Ann/Ben)"),)), tmp_path / "odd.dna")
    study(tmp_path / "odd.dna", tmp_path / "study")
    assert (tmp_path / "study" / "annotations" / "Ann-Ben-.jsonl").exists()


def test_labels_made_in_dna_come_home_once(labelled, tmp_path):
    write_dna(
        dna_of(labelled.articles, labelled.statements, labelled.annotations, labelled.codebook), tmp_path / "x.dna"
    )
    sided = {(one.statement, one.target, one.stance) for one in labelled.annotations if one.stance != "none"}
    articles = {one.article: one for one in labelled.articles}
    # An article of the fixture has an identifier of its own; here it is that of its text.
    keys = {one: hashlib.sha256(articles[one].text.encode()).hexdigest()[:12] for one in articles}
    renamed = {(f"{keys[name.split('-')[0]]}-{name.partition('-')[2]}", *rest) for name, *rest in sided}
    assert add_labels(tmp_path / "x.dna", tmp_path / "home", labelled.codebook)[:2] == (len(sided), 0)
    assert add_labels(tmp_path / "x.dna", tmp_path / "home", labelled.codebook)[:2] == (0, len(sided))
    there, _ = read_annotations(tmp_path / "home", labelled.codebook)
    assert {(one.statement, one.target, one.stance) for one in there} == renamed


def test_a_joint_statement_is_one_for_each_organization_and_one_again(labelled, tmp_path):
    from dataclasses import replace

    joint = replace(labelled.statements[0], stakeholders=("council", "operators"))
    dna = dna_of(labelled.articles, [joint], labelled.annotations, labelled.codebook)
    assert [one.organisation for one in dna.codings] == ["Fenbridge Council", "Bus Operators Forum"]
    write_dna(dna, tmp_path / "joint.dna")
    add_labels(tmp_path / "joint.dna", tmp_path / "home", labelled.codebook)
    named = [replace(one, article=hashlib.sha256(one.text.encode()).hexdigest()[:12]) for one in labelled.articles]
    assert [one.stakeholders for one in hydrated(named, tmp_path / "home")[0]] == [("council", "operators")]


def test_what_the_codebook_does_not_know_is_left_aside(made, comparison, tmp_path):
    added, _, skipped = add_labels(made, tmp_path / "home", comparison.codebook)
    assert added == 2
    assert [one.reason for one in skipped] == ["concept: no target is called 'Trams'"] * 2


def test_one_coder_who_says_both_is_told(tmp_path, comparison):
    twice = (CODINGS[0], CODINGS[0]._replace(stance="support", organisation="Other"))
    write_dna(DNA._replace(codings=twice), tmp_path / "both.dna")
    assert [one.reason for one in add_labels(tmp_path / "both.dna", tmp_path / "home", comparison.codebook)[2]] == [
        "stance: coded oppose too, which counts"
    ]


# What is refused, in a line, and nothing written ---------------------------------------------------------------------


@pytest.mark.parametrize("commands, message", [
    (["DROP TABLE ENTITIES"], "a table ENTITIES; a file of DNA 2 is to be imported and saved in DNA 3 first"),
    (["UPDATE VARIABLES SET Variable = 'frame' WHERE ID = 3"],
     "concept: a variable of this name in the type 'DNA Statement' (found: person, organization, frame, agreement)"),
    (["UPDATE STATEMENTTYPES SET Label = 'Claim' WHERE ID = 1"], "person: a variable of this name"),
    (["UPDATE VARIABLES SET DataType = 'integer' WHERE ID = 4"],
     "agreement: a variable of the type boolean, not integer; recode it in DNA"),
    (["UPDATE STATEMENTS SET Stop = 9999 WHERE ID = 2"],
     "statement 2: a place within the 75 characters of its document 1, not 3 to 9999; correct it in DNA"),
    (["UPDATE STATEMENTS SET DocumentId = 8 WHERE ID = 2"], "a place within the 0 characters of its document 8"),
    (["DELETE FROM STATEMENTS"], "at least one statement with a concept"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_a_line(made, tmp_path, commands, message):
    with pytest.raises(InputError) as error:
        study(changed(made, *commands), tmp_path / "study")
    assert message in str(error.value) and str(made) in str(error.value) and "\n" not in str(error.value)
    assert not (tmp_path / "study").exists() and list(tmp_path.iterdir()) == [made]


@pytest.mark.parametrize(
    "content", [b'{"type": "mysql", "url": "AAAA", "user": "BBBB"}', b"<discourse></discourse>", b""]
)
def test_a_profile_and_a_file_of_dna_1_are_refused(tmp_path, content):
    (tmp_path / "profile.dnc").write_bytes(content)
    with pytest.raises(InputError, match=r"profile\.dnc: a (table ENTITIES|\.dna file of DNA 3; save one from there)"):
        read_dna(tmp_path / "profile.dnc")


def test_no_file_is_refused_and_none_is_made(tmp_path):
    with pytest.raises(InputError, match="unable to open"):
        read_dna(tmp_path / "no.dna")
    assert not (tmp_path / "no.dna").exists()


def test_a_locked_file_is_named(made):
    with closing(sqlite3.connect(made)) as base:
        base.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match="to which no other program is writing; close it in DNA and try again"):
            read_dna(made)


@pytest.mark.parametrize("old, new, message", [
    ('"concept"', '"frame"', "events.csv:1: concept: a column of this name"),
    (';"0"\n', ';"2"\n', "a row of an event list, agreement 0 or 1"),
    ("2016-05-09 00", "9 May 2016 00", "a row of an event list"),
])  # fmt: skip
def test_a_broken_event_list_is_refused(tmp_path, old, new, message):
    write_dna(DNA, path := tmp_path / "events.csv")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_dna(path)
    assert message in str(error.value)


def test_a_study_is_not_written_over(made, tmp_path):
    (tmp_path / "study" / "articles").mkdir(parents=True)
    with pytest.raises(InputError, match="a folder without articles in it"):
        study(made, tmp_path / "study")
    assert [path.name for path in (tmp_path / "study").iterdir()] == ["articles"]


def test_names_are_cut_and_still_told_apart(tmp_path):
    long = "x" * 400
    coded = (CODINGS[0]._replace(concept=long[:190]), CODINGS[3]._replace(concept="y"))
    write_dna(DNA._replace(codings=coded), tmp_path / "long.dna")
    study(tmp_path / "long.dna", tmp_path / "study")
    assert [len(one.target) for one in read_codebook(tmp_path / "study" / "codebook").targets] == [40, 1]


# On the command line -------------------------------------------------------------------------------------------------


def test_export_and_import_on_the_command_line(stance, tmp_path):
    text = "“Free buses are splendid,” said Ada Nwosu of the LGA."
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(text)
    (article,), _ = read_articles(tmp_path / "articles")
    assert isinstance(article, Article)
    from stance.labels.annotations import Annotation, extend
    from stance.steps import find_statements

    (said,) = find_statements([article])
    extend(
        [Annotation(said.statement, "targets", "support", "ann", "2026-01-01T00:00:00Z", codebook="1")],
        tmp_path / "labels",
    )
    from stance.classifiers.predictions import Prediction

    answers = [
        Prediction(said.statement, target, "oppose", 0.1, 0.8, 0.1, "toy") for target in ("targets", "integration")
    ]
    write(answers, tmp_path / "answers.csv", Prediction)
    given = ("--articles", tmp_path / "articles", "--format", "dna")
    status, _, err = stance(
        "export", tmp_path / "labels", *given, "-o", tmp_path / "x.dna", "--predictions", tmp_path / "answers.csv"
    )
    assert status == 0 and "Its password is stance." in err and "no label without a position" in err
    dna, _ = read_dna(tmp_path / "x.dna")
    assert [(one.coder, one.organisation, one.stance) for one in dna.codings] == [
        ("ann", "Local Government Association", "support"), ("toy", "Local Government Association", "oppose"),
    ]  # fmt: skip
    status, out, _ = stance("import", tmp_path / "x.dna", "--format", "dna", "-o", tmp_path / "home")
    assert (status, out) == (0, f"2 labels added to {tmp_path / 'home'}\n")
    status, _, err = stance("export", tmp_path / "labels", *given, "-o", "-")
    assert (status, err.splitlines()[-1]) == (2, "stance: -: the name of a file, since one of DNA is no text")
    shutil.rmtree(tmp_path / "labels")


@pytest.mark.parametrize("seconds", [10**15, -(10**15)])
def test_a_document_of_a_day_that_no_date_names_is_undated(made, seconds):
    dna, _ = read_dna(changed(made, f"UPDATE DOCUMENTS SET Date = {seconds} WHERE ID = 1"))
    assert dna.documents[0].published == ""


def test_a_cell_of_another_kind_than_dna_writes_is_named(made):
    changed(made, "UPDATE DATABOOLEAN SET Value = 'yes' WHERE StatementId = 1")
    with pytest.raises(InputError, match="Value: a whole number, not 'yes'; correct it in DNA"):
        read_dna(made)
