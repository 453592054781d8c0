import json
import math
import os
from collections.abc import Sequence
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from stance import codebook
from stance.articles.reading import Article, read_articles
from stance.codebook import STANCES
from stance.files import InputError
from stance.labels.agreement import agreement, alpha, coincidences, disagreements, kappa
from stance.labels.annotations import ADJUDICATED, Annotation, adjudicated, read_annotations
from stance.labels.standoff import hydrated
from stance.shipped import ANNOTATIONS
from stance.tables import read, write

NOON = "2026-03-01T12:00:00Z"


def label(statement="a1-0-9", stance="support", annotator="ada", at=NOON, target="targets", **more):
    return Annotation(statement, target, stance, annotator, at, codebook="1.0", **more)


def line(**changes):
    row = {
        "statement": "a1-0-9",
        "target": "targets",
        "stance": "support",
        "annotator": "ada",
        "at": NOON,
        "seconds": 4.5,
        "note": "",
        "sampling_probability": 0.25,
        "codebook": "1.0",
    } | changes
    return json.dumps({name: value for name, value in row.items() if value is not ...})


def written(folder, **files):
    for name, lines in files.items():
        (folder / f"{name}.jsonl").write_bytes(
            b"".join((one.encode() if isinstance(one, str) else one) + b"\n" for one in lines)
        )
    return folder


def labels_of(annotations):
    return {(one.statement, one.target, one.annotator): one.stance for one in annotations}


# Reading ------------------------------------------------------------------------------------------------------------


def test_a_record_becomes_an_annotation_with_all_its_fields(tmp_path):
    expected = Annotation("a1-0-9", "targets", "support", "ada", NOON, 4.5, "", 0.25, "1.0")
    assert read_annotations(written(tmp_path, ada=[line()])) == ([expected], [])


def test_what_was_not_measured_may_be_absent(tmp_path):
    bare = line(seconds=..., note=..., sampling_probability=...)
    assert read_annotations(written(tmp_path, ada=[bare]))[0] == [label(seconds=0.0, note="", sampling_probability=0.0)]


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
def test_reading_what_was_written_gives_equal_annotations(tmp_path, ending):
    given = [label(note="odd, but clear", seconds=2.5, sampling_probability=0.5), label("a2-0-9", "none")]
    write(given, tmp_path / f"labels{ending}", Annotation)
    assert read(tmp_path / f"labels{ending}", Annotation) == given


@pytest.mark.parametrize(
    "lines, expected",
    [
        ([line(), line(stance="oppose", at="2026-03-01T12:00:01Z")], "oppose"),  # the newer counts
        ([line(at="2026-03-01T12:00:01Z"), line(stance="oppose")], "support"),  # newer by time, not by place
        ([line(), line(stance="oppose")], "oppose"),  # at the same time: by place
        ([line(at="2026-03-01T12:30:00+00:00"), line(stance="oppose", at="2026-03-01T13:00:00+01:00")], "support"),
        (
            [line(at="2026-03-01T12:00:00"), line(stance="oppose", at="2026-03-01T13:00:00+01:00")],
            "oppose",
        ),  # no zone: UTC
        ([line(), line(stance="", at="2026-03-01T12:00:01Z")], None),  # an undo removes it
        ([line(), line(stance="", at="2026-03-01T12:00:01Z"), line(stance="none", at="2026-03-01T12:00:02Z")], "none"),
        ([line(stance="")], None),  # an undo of nothing
    ],
)
def test_the_newest_record_counts(tmp_path, lines, expected):
    found, skipped = read_annotations(written(tmp_path, ada=lines))
    assert [one.stance for one in found] == ([expected] if expected else [])
    assert not skipped


def test_one_person_in_two_files_is_one_annotator_and_statements_are_no_labels(tmp_path):
    later = line(stance="none", at="2026-03-02T00:00:00Z")
    written(tmp_path, a_second_tab=[later], ada=[line()], bo=[line(annotator="bo")], statements=['{"start": 3}'])
    (tmp_path / "deeper").mkdir()
    written(tmp_path / "deeper", cy=[line(annotator="cy")])
    found, skipped = read_annotations(tmp_path)
    assert labels_of(found) == {("a1-0-9", "targets", "ada"): "none", ("a1-0-9", "targets", "bo"): "support"}
    assert not skipped


@pytest.mark.parametrize(
    "bad, reason",
    [
        (line()[:40], "a whole JSON object; the line is torn or broken"),
        ('{"note": "caf\u00e9'.encode()[:-1], "a whole JSON object; the line is torn or broken"),  # in mid-letter
        ("[1, 2]", "a JSON object"),
        (line(stance="agree"), "stance: support, oppose, none or nothing (undo), not 'agree'"),
        (line(stance=None), "stance: support, oppose, none or nothing (undo), not None"),
        (line(target="hospitals"), "target: a target of the codebook, not 'hospitals'"),
        (line(target=["targets"]), "target: a target of the codebook, not ['targets']"),
        (line(statement=""), "statement: an identifier, not ''"),
        (line(annotator=" "), "annotator: a name, not ' '"),
        (line(at="yesterday"), "at: an ISO date and time, not 'yesterday'"),
        (line(at=1772366400), "at: an ISO date and time, not 1772366400"),
        (line(seconds=-1), "seconds: a number from 0 up, not -1"),
        (line(seconds=math.nan), "seconds: a number from 0 up, not nan"),
        (line(seconds="4"), "seconds: a number from 0 up, not '4'"),
        (line(sampling_probability=1.5), "sampling_probability: a number from 0 to 1, not 1.5"),
        (line(note=3), "note: text, not 3"),
        (line(codebook=1), "codebook: a version, not 1"),
        *[
            (line(**{name: ...}), f"{name}: this field in the record")
            for name in ("statement", "target", "stance", "annotator", "at", "codebook")
        ],
    ],
)
def test_a_bad_record_is_named_by_file_and_line_and_the_good_ones_are_used(tmp_path, bad, reason):
    written(tmp_path, ada=[line(), "", bad, line(statement="a2-0-9")])
    found, skipped = read_annotations(tmp_path)
    assert [one.statement for one in found] == ["a1-0-9", "a2-0-9"]
    assert skipped == [(f"{tmp_path / 'ada.jsonl'}:3", reason)]


def test_a_torn_last_line_loses_nothing_before_it(tmp_path):
    (tmp_path / "ada.jsonl").write_text(f"{line()}\n{line(statement='a2-0-9')}"[:-7])
    found, skipped = read_annotations(tmp_path)
    assert [one.statement for one in found] == ["a1-0-9"]
    assert [place for place, _ in skipped] == [f"{tmp_path / 'ada.jsonl'}:2"]


def test_the_targets_are_those_of_the_given_codebook(tmp_path):
    written(tmp_path, ada=[line(target="funding"), line()])
    book = codebook.Codebook("1", (codebook.Target("funding", "Funding", "more money for social care"),), (), (), "")
    found, skipped = read_annotations(tmp_path, book)
    assert [one.target for one in found] == ["funding"]
    assert skipped == [(f"{tmp_path / 'ada.jsonl'}:2", "target: a target of the codebook, not 'targets'")]


def test_an_empty_folder_has_no_annotations_and_a_missing_one_is_refused(tmp_path):
    assert read_annotations(tmp_path) == ([], [])
    with pytest.raises(InputError, match=r"nowhere: a folder of annotations \(No such file or directory\)"):
        read_annotations(tmp_path / "nowhere")


def test_a_label_file_that_cannot_be_opened_is_refused_since_its_labels_would_be_missing(tmp_path):
    (tmp_path / "ada.jsonl").mkdir()
    with pytest.raises(InputError, match=r"ada.jsonl: a folder of annotations \(Is a directory\)"):
        read_annotations(tmp_path)


# What counts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given, expected",
    [
        ({"ada": "support"}, "support"),  # one label is unanimous
        ({"ada": "support", "bo": "support"}, "support"),
        ({"ada": "support", "bo": "none"}, None),  # nobody settled it
        ({"ada": "support", "bo": "none", ADJUDICATED: "oppose"}, "oppose"),  # settled, even as neither said
        ({"ada": "support", "bo": "support", ADJUDICATED: "none"}, "none"),
        ({ADJUDICATED: "none"}, "none"),
    ],
)
def test_the_label_that_counts(given, expected):
    found = adjudicated([label(stance=stance, annotator=name) for name, stance in given.items()])
    assert found == ({("a1-0-9", "targets"): expected} if expected else {})


def test_disagreements_are_shown_with_every_label_and_the_settlement():
    given = [
        label("a1-0-9", "support", "ada"),
        label("a1-0-9", "oppose", "bo"),
        label("a1-0-9", "none", ADJUDICATED),
        label("a2-0-9", "support", "ada"),
        label("a2-0-9", "support", "bo"),
        label("a2-0-9", "none", ADJUDICATED),
        label("a3-0-9", "none", "cy"),
        label("a3-0-9", "oppose", "ada"),
    ]
    table = disagreements(given)
    assert list(table) == ["statement", "target", "ada", "bo", "cy", "adjudicated"]
    assert table.to_numpy().tolist() == [
        ["a1-0-9", "targets", "support", "oppose", "", "none"],
        ["a3-0-9", "targets", "oppose", "", "none", ""],
    ]


def test_no_disagreement_is_an_empty_table():
    assert disagreements([label()]).shape == (0, 3)


# Agreement: the formulas, against published worked examples ---------------------------------------------------------

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: one row an observer, one column a unit, . missing.
TWO_OBSERVERS_BINARY = ["0100000010", "1110010000"]
TWO_OBSERVERS_NOMINAL = ["aabbdcccedda", "babbbccceddd"]
FOUR_OBSERVERS_NOMINAL = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def one_hot(rows: Sequence[str], classes: str) -> np.ndarray:
    """Labels in the shape (units, observers, classes)."""
    return np.array([[[float(cell == name) for name in classes] for cell in unit] for unit in zip(*rows, strict=True)])


@pytest.mark.parametrize(
    "rows, classes, published",
    [
        (TWO_OBSERVERS_BINARY, "01", 0.095),  # example A
        (TWO_OBSERVERS_NOMINAL, "abcde", 0.692),  # example B
        (FOUR_OBSERVERS_NOMINAL, "12345", 0.743),  # example C, with gaps
    ],
)
def test_alpha_is_that_of_the_published_examples(rows, classes, published):
    assert alpha(coincidences(one_hot(rows, classes)).sum(0)) == pytest.approx(published, abs=0.0005)


def test_a_unit_with_one_label_has_no_pairs_and_changes_nothing():
    units = coincidences(one_hot(FOUR_OBSERVERS_NOMINAL, "12345"))  # the last unit has one label
    assert not units[-1].any()
    assert alpha(units.sum(0)) == alpha(units[:-1].sum(0))


def test_alpha_agrees_with_the_krippendorff_package_on_random_labels_with_gaps():
    random = np.random.default_rng(5)
    for observers, units in [(2, 8), (3, 40), (5, 15)]:
        codes = random.integers(0, 4, (observers, units)).astype(float)  # 3 is a gap
        codes[codes == 3] = np.nan
        given = (codes.T[:, :, None] == np.arange(3)).astype(float)
        expected = krippendorff.alpha(codes, level_of_measurement="nominal")
        assert alpha(coincidences(given).sum(0)) == pytest.approx(expected)


def test_kappa_is_that_of_the_published_example():
    # Fleiss, Cohen & Everitt (1969), table 1: 200 patients, personality disorder, neurosis, psychosis.
    assert kappa(np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]])) == pytest.approx(0.429, abs=0.0005)


def test_kappa_agrees_with_scikit_learn_on_random_labels():
    first, second = np.random.default_rng(3).integers(0, 3, (2, 50))
    table = np.zeros((3, 3))
    np.add.at(table, (first, second), 1)
    assert kappa(table) == pytest.approx(cohen_kappa_score(first, second))


# Agreement: the table -----------------------------------------------------------------------------------------------


def both(*pairs, target="targets", articles=None):
    """Two annotators' labels, one pair a statement, each of its own article unless `articles` says otherwise."""
    articles = articles or [f"a{number}" for number in range(len(pairs))]
    short = {name[0]: name for name in STANCES}
    return [
        label(f"{article}-{number}-99", short[letter], name, target=target)
        for number, (article, pair) in enumerate(zip(articles, pairs, strict=True))
        for name, letter in zip(("ada", "bo"), pair, strict=True)
    ]


def test_agreement_by_target_worked_out_by_hand():
    # Six statements: ss ss oo oo nn so. Kappa: observed 5/6, expected (3*2 + 2*3 + 1*1)/36 = 13/36, so 17/23.
    # Alpha: marginals s 5, o 5, n 2 of 12; observed disagreement 2/12, expected (144 - 54)/132, so 1 - 22/90.
    table = agreement(both("ss", "ss", "oo", "oo", "nn", "so"))
    row = table.iloc[0]
    assert len(table) == 1
    assert (row.target, row.statements, row.annotators) == ("targets", 6, 2)
    assert row.agreement == pytest.approx(5 / 6)
    assert row.kappa == pytest.approx(17 / 23)
    assert row.alpha == pytest.approx(1 - 22 / 90)
    assert row.alpha_low < row.alpha < row.alpha_high <= 1
    assert row.kappa_low < row.kappa < row.kappa_high <= 1


def test_targets_are_apart_and_statements_with_one_label_or_an_adjudication_do_not_count():
    given = [
        *both("ss", "oo", "nn"),
        *both("so", "os", target="integration"),
        label("a9-0-9", "none"),
        label("a1-1-99", "oppose", ADJUDICATED),
    ]
    table = agreement(given).set_index("target")
    assert table.statements.to_dict() == {"targets": 3, "integration": 2}
    assert table.annotators.to_dict() == {"targets": 2, "integration": 2}
    assert table.alpha["targets"] == table.kappa["targets"] == 1
    assert table.alpha["integration"] == pytest.approx(-0.5)  # observed 1, expected (16 - 8)/12
    assert table.kappa["integration"] == pytest.approx(-1)


def test_kappa_of_three_annotators_is_the_mean_over_those_pairs_that_share_statements():
    given = both("ss", "oo", "so", "os")  # ada and bo: kappa 0
    given += [
        label(f"b{n}-0-9", stance, name) for n, stance in enumerate(("support", "oppose")) for name in ("bo", "cy")
    ]  # bo and cy: kappa 1; ada and cy: none
    row = agreement(given).iloc[0]
    assert (row.annotators, row.statements) == (3, 6)
    assert row.kappa == pytest.approx(0.5)


def test_one_stance_only_says_nothing_about_agreement():
    row = agreement(both("nn", "nn", "nn")).iloc[0]
    assert row.agreement == 1
    assert row[["alpha", "alpha_low", "alpha_high", "kappa", "kappa_low", "kappa_high"]].isna().all()


def test_a_single_article_has_no_interval():
    row = agreement(both("ss", "oo", "so", articles=["a", "a", "a"])).iloc[0]
    assert row.alpha == pytest.approx(4 / 9)
    assert row[["alpha_low", "alpha_high", "kappa_low", "kappa_high"]].isna().all()


def test_near_copies_are_drawn_together_so_the_interval_is_wider():
    given = both(*["ss", "oo", "so", "nn"] * 6)
    groups = {f"a{number}": f"g{number % 4}" for number in range(24)}
    alone, together = agreement(given).iloc[0], agreement(given, groups).iloc[0]
    assert together.alpha == alone.alpha
    assert together.alpha_high - together.alpha_low > 1.3 * (alone.alpha_high - alone.alpha_low)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    given = both("ss", "ss", "oo", "oo", "nn", "so", "sn")
    assert agreement(given, seed=1).equals(agreement(given, seed=1))
    assert not agreement(given, seed=1).equals(agreement(given, seed=2))


@pytest.mark.parametrize("given", [[], [label()]])
def test_without_two_labels_on_a_statement_there_is_no_row(given):
    table = agreement(given)
    assert table.empty
    assert list(table) == [
        "target",
        "statements",
        "annotators",
        "agreement",
        "alpha",
        "alpha_low",
        "alpha_high",
        "kappa",
        "kappa_low",
        "kappa_high",
    ]


# Statements without their words --------------------------------------------------------------------------------------

TEXT = "Rain fell.\n\n“Buses should be free,” said Ada Nwosu.\n\n“And soon.”"


def held(article="a1", path="press/buses.txt", text=TEXT):
    return Article(article, "", "", "", "", path, text, article)


def stand_off(folder, *rows):
    """A folder of labels: the article a1 in buses.txt, and statements of (article, start, end)."""
    (folder / "articles.csv").write_text("article,path,published\na1,buses.txt,2017-07-05\n")
    lines = [
        {
            "statement": f"{article}-{start}-{end}",
            "article": article,
            "start": start,
            "end": end,
            "kind": "direct",
            "stakeholders": ["lga"],
        }
        | more
        for article, start, end, more in rows
    ]
    (folder / "statements.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_a_statement_gets_its_words_and_its_paragraph_again(tmp_path):
    (one,), notes = hydrated([held()], stand_off(tmp_path, ("a1", 13, 34, {"speaker": "Ada Nwosu"})))
    assert (one.text, one.context) == ("Buses should be free,", "“Buses should be free,” said Ada Nwosu.")
    assert (one.statement, one.speaker, one.stakeholders, one.confidence) == ("a1-13-34", "Ada Nwosu", ("lga",), 1.0)
    assert [note[:3] for note in notes] == [("a1", "press/buses.txt", "found")]


def test_a_statement_of_two_paragraphs_has_both_for_context(tmp_path):
    (one,), _ = hydrated([held()], stand_off(tmp_path, ("a1", 13, len(TEXT) - 1, {})))
    assert one.context == TEXT[12:]


def test_an_article_is_known_by_its_text_and_not_by_its_name(tmp_path):
    said, notes = hydrated([held(path="other.txt")], stand_off(tmp_path, ("a1", 13, 34, {})))
    assert (len(said), notes[0].outcome) == (1, "found")


@pytest.mark.parametrize(
    "articles, place, outcome, reason",
    [
        ([], "buses.txt", "not found", ""),
        ([held("b2", "rain.txt")], "buses.txt", "not found", ""),
        ([held("b2", "old/buses.txt")], "old/buses.txt", "refused", "its text is another: b2, where a1 was labelled"),
    ],
)
def test_without_the_labelled_text_there_are_no_statements(tmp_path, articles, place, outcome, reason):
    said, notes = hydrated(articles, stand_off(tmp_path, ("a1", 13, 34, {})))
    assert (said, [tuple(note) for note in notes]) == ([], [("a1", place, outcome, reason)])


@pytest.mark.parametrize(
    "row, reason",
    [
        (("a1", 13, 900, {}), f"no words at 13-900 of the {len(TEXT)} characters of its article"),
        (("a1", -5, 4, {}), f"no words at -5-4 of the {len(TEXT)} characters of its article"),
        (("a1", 34, 13, {}), f"no words at 34-13 of the {len(TEXT)} characters of its article"),
        (
            ("a1", 10, 12, {}),
            f"no words at 10-12 of the {len(TEXT)} characters of its article",
        ),  # between two paragraphs
        (("a1", 13, 34, {"statement": "a1-14-34"}), "its place is another: 13-34"),
        (("c3", 13, 34, {}), "its article is not in articles.csv"),
    ],
)
def test_a_statement_whose_place_does_not_fit_is_refused(tmp_path, row, reason):
    said, notes = hydrated([held()], stand_off(tmp_path, row, ("a1", 13, 34, {})))
    assert [one.statement for one in said] == ["a1-13-34"]
    assert [tuple(note)[2:] for note in notes] == [("found", ""), ("refused", reason)]


def test_a_broken_table_of_statements_names_its_line(tmp_path):
    folder = stand_off(tmp_path, ("a1", 13, 34, {}), ("a1", "x", 34, {}))
    with pytest.raises(InputError, match=r"statements\.jsonl:2: start: a whole number, not 'x'"):
        hydrated([held()], folder)


def test_the_labels_of_the_project_fit_the_articles_they_were_made_on():
    press = Path(__file__).parents[3] / "shared" / "articles"
    if not press.is_dir():
        pytest.skip(f"no articles at {press}, and none may be in the repository")
    _, notes = hydrated(read_articles(press)[0], ANNOTATIONS)
    assert {note.outcome for note in notes} == {"found"}


@pytest.mark.parametrize("row", [
    {"at": "9999-12-31T23:59:59Z"},  # no later answer could count
    {"at": "0001-01-01T00:00:00+14:00"},
    {"seconds": 10**400},
    {"target": ["targets"]},
    {"note": {"a": 1}},
])  # fmt: skip
def test_a_record_that_would_stop_later_ones_is_left_aside(tmp_path, row):
    good = {"statement": "a1-0-9", "target": "targets", "stance": "none", "annotator": "ada",
            "at": "2024-01-05T10:00:00Z", "codebook": "1.0"}  # fmt: skip
    lines = [json.dumps(good), json.dumps(good | row), "[" * 2_000 + "]" * 2_000]
    (tmp_path / "ada.jsonl").write_text("\n".join(lines) + "\n")
    os.mkfifo(tmp_path / "pipe.jsonl")
    labels, skipped = read_annotations(tmp_path)
    assert len(labels) == 1 and len(skipped) == 2
