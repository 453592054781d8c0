"""Scores, by three-line examples whose numbers can be worked out by hand."""

import pandas as pd
import pytest

from stance.codebook import Codebook, Person, Stakeholder, Target
from stance.files import InputError
from stance.statements.finding import Statement

from recipes.scores import common, matches, read_pieces, same_speaker, scores, verdict

CODEBOOK = Codebook(
    "1.0",
    (Target("buses", "Free buses", "free travel on buses"),),
    (Stakeholder("forum", "Bus Operators Forum", "trade body", ("BOF", "the Forum")),
     Stakeholder("council", "Fenbridge Council", "local government")),
    (Person("Ada Nwosu", "council", "leader"),),
    "",
)  # fmt: skip


def said(start, end, kind="direct", speaker="Ada Nwosu", stakeholders=("council",), article="a"):
    return Statement(f"{article}-{start}-{end}", article, start, end, "x" * (end - start), kind, "", 0, "", "said",
                     speaker, "", "", "", stakeholders, 1.0)  # fmt: skip


@pytest.mark.parametrize("one, other, share", [
    ((0, 10), (0, 10), 1.0),
    ((0, 10), (0, 8), 0.8),
    ((0, 10), (5, 15), 5 / 15),
    ((0, 10), (10, 20), 0.0),
    ((0, 10), (30, 40), 0.0),
])  # fmt: skip
def test_the_share_that_two_stretches_have_in_common(one, other, share):
    assert common(said(*one), said(*other)) == pytest.approx(share)


@pytest.mark.parametrize("marked, found, one", [
    (said(0, 10), said(0, 8), True),  # a quotation: 0.8 is enough
    (said(0, 10), said(0, 7), False),
    (said(0, 10, "indirect"), said(0, 5, "indirect"), True),  # a report: 0.5 is enough
    (said(0, 10, "indirect"), said(0, 4, "indirect"), False),
    (said(0, 10, "direct"), said(0, 10, "fragment"), True),
    (said(0, 10, "direct"), said(0, 10, "indirect"), False),
    (said(0, 10, article="a"), said(0, 10, article="b"), False),
])  # fmt: skip
def test_what_is_one_statement(marked, found, one):
    assert matches([marked], [found]) == ([(marked, found)] if one else [])


def test_each_statement_is_in_one_pair_at_most():
    marked, near, exact = said(0, 10), said(0, 9), said(0, 10)
    assert matches([marked], [near, exact]) == [(marked, exact)]
    assert len(matches([marked, said(0, 9)], [exact])) == 1


@pytest.mark.parametrize("one, other, same", [
    ("Ada Nwosu", "Ada Nwosu", True),
    ("Nwosu", "Ada Nwosu", True),  # short for the other
    ("Ada", "Adamson", False),
    ("Ada Nwosu", "Tom Bell", False),
    ("BOF", "The Bus Operators’ Forum", True),
    ("the forum", "BOF", True),
    ("BOF and Fenbridge Council", "the Bus Operators Forum and the Fenbridge Council", True),
    ("", "", True),  # rightly nobody
    ("", "Ada Nwosu", False),
    ("Ada Nwosu", "", False),
])  # fmt: skip
def test_who_is_one_speaker(one, other, same):
    assert same_speaker(one, other, CODEBOOK) is same


def test_the_scores_of_five_statements():
    marked = [
        said(0, 10),
        said(20, 30, stakeholders=("council", "forum")),
        said(40, 50, speaker="Tom Bell", stakeholders=("forum",)),
        said(60, 70, "indirect"),
    ]
    found = [
        said(0, 10),  # all right
        said(20, 30, stakeholders=("forum",)),  # one stakeholder missing
        said(40, 50),  # another speaker, so another stakeholder
        said(80, 90),  # not a statement
        said(100, 110, "fragment"),  # nor this
    ]
    none = float("nan")
    expected = pd.DataFrame(
        [("direct", 3, 4, 1, 3 / 4, 2 / 3, 1 / 3),
         ("fragment", 0, 1, none, 0, none, none),
         ("indirect", 1, 0, 0, none, none, none),
         ("all", 4, 5, 3 / 4, 3 / 5, 2 / 3, 1 / 3)],
        columns=["kind", "marked", "found", "recall", "precision", "speaker", "stakeholders"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(scores(marked, found, CODEBOOK), expected, check_dtype=False)


def pieces(folder, text, occurrence):
    (folder / "one.txt").write_text("“It rained,” she said, “and it rained.”\n", encoding="utf-8")
    row = f'{{"piece": "one", "text": "{text}", "occurrence": {occurrence}, "kind": "direct", "cue": "said", '
    (folder / "gold.jsonl").write_text(row + '"speaker": "", "organisation": "", "stakeholders": []}\n')
    return folder


@pytest.mark.parametrize("occurrence, start", [(1, 4), (2, 31)])
def test_a_marked_statement_stands_where_its_words_occur(tmp_path, occurrence, start):
    (article,), (marked,) = read_pieces(pieces(tmp_path, "rained", occurrence))
    assert (marked.article, marked.start, article.text[marked.start : marked.end]) == ("one", start, "rained")


@pytest.mark.parametrize("text, occurrence, times", [("snowed", 1, "once"), ("rained", 3, "3 times")])
def test_marked_words_that_do_not_stand_there_are_refused(tmp_path, text, occurrence, times):
    folder = pieces(tmp_path, text, occurrence)
    with pytest.raises(InputError, match=rf"gold\.jsonl:1: text: words that stand in one {times}$"):
        read_pieces(folder)


@pytest.mark.parametrize("marked, given, organisation, expected", [
    ("Ada Nwosu", "Ada Nwosu", "", "right"),
    ("Ada Nwosu", "Nwosu", "", "right"),
    ("Ada Nwosu", "Tom Bell", "", "wrong"),
    ("Ada Nwosu", "", "", "none"),
    ("Ada Nwosu", "report", "", "none"),  # a document is nobody's name
    ("", "", "", "right"),
    ("", "Tom Bell", "", "wrong"),
    ("", "LGA", "LGA", "right"),
])  # fmt: skip
def test_whether_a_name_is_the_one_marked(marked, given, organisation, expected):
    assert verdict(marked, given, organisation) == expected
