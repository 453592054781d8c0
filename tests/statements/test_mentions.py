"""Mentions: the words that stand for somebody who may speak, and of what kind they are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.statements.mentions import bare, between, find_mentions, in_phrase, phrase_end, undetermined


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


@pytest.mark.parametrize("text, expected", [
    # Persons
    ("Ada Nwosu spoke.", [("person", "Ada Nwosu")]),
    ("Coun Ada Nwosu met Dr A. B. Smith.", [("person", "Coun Ada Nwosu"), ("person", "Dr A. B. Smith")]),
    ("Cllr Nwosu and cllr Bell spoke.", [("person", "Cllr Nwosu"), ("person", "cllr Bell")]),
    ("Zoë Bell-O’Neill spoke to İpek Şahin.", [("person", "Zoë Bell-O’Neill"), ("person", "İpek Şahin")]),
    ("Anke van Dijk spoke.", [("person", "Anke van Dijk")]),
    ("Health Secretary Ada Nwosu spoke.", [("role", "Health Secretary"), ("person", "Ada Nwosu")]),
    ("Councillor Nwosu is a councillor.", [("person", "Councillor Nwosu"), ("role", "a councillor")]),
    ("However, Nwosu spoke.", [("name", "Nwosu")]),
    ("Anke van der Berg spoke.", [("person", "Anke van der Berg")]),
    ("Ada Nwosu of the LGA spoke.",
          [("person", "Ada Nwosu"), ("organisation", "LGA")]),
    # Organisations, bodies, documents
    ("The LGA met Fenbridge Council.", [("organisation", "LGA"), ("organisation", "Fenbridge Council")]),
    ("The Association of Directors of Adult Social Services met.",
     [("organisation", "Association of Directors of Adult Social Services")]),
    ("NHS England and the Department of Health met.",
     [("organisation", "NHS England"), ("organisation", "Department of Health")]),
    ("Marks & Tully Ltd paid the Patients’ Alliance.",
     [("organisation", "Marks & Tully Ltd"), ("organisation", "Patients’ Alliance")]),
    ("The charity Later Lives paid.", [("body", "The charity"), ("organisation", "Later Lives")]),
    ("The council paid the two bodies.", [("body", "The council"), ("body", "the two bodies")]),
    ("The report is a report by the LGA.",
     [("document", "The report"), ("document", "a report"), ("organisation", "LGA")]),
    ("The Better Care Fund ended.", [("name", "Better Care Fund")]),  # a thing does not speak
    ("At the council, Ada Nwosu spoke.",
          [("body", "the council"), ("person", "Ada Nwosu")]),
    limit("a possessive inside the name of a body cuts it", "St Botolph’s Academy paid.",
          [("organisation", "St Botolph’s Academy")]),
    # Roles and pronouns
    ("The LGA leader met a spokesman.", [("role", "The LGA leader"), ("role", "a spokesman")]),
    ("It met the NHS England boss.", [("pronoun", "It"), ("role", "the NHS England boss")]),
    ("the county’s adult services boss", [("role", "the county’s adult services boss")]),
    ("Its president says they left.", [("role", "Its president"), ("pronoun", "they")]),
    ("Another said no to one another.", [("pronoun", "Another")]),
    # Nobody
    ("This paper was there on Monday in Wales.", []),
    ("rain fell all day", []),
    ("", []),
])  # fmt: skip
def test_mentions(text, expected):
    assert [(mention.kind, mention.text) for mention in find_mentions(text)] == expected


WORDS = "Ada Nwosu|the|The|LGA|leader|of|council|,|she|Its|’s|Dr|report|&|Fenbridge|Council|spokesman".split("|")


@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_mentions_stand_in_order_and_apart(text):
    found = find_mentions(text)
    assert all(text[mention.start : mention.end] == mention.text for mention in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_the_mentions_between_two_places():
    text = "Ada Nwosu met Tom Bell and she left."
    mentions = find_mentions(text)
    assert [mention.text for mention in between(mentions, 0, len(text))] == ["Ada Nwosu", "Tom Bell", "she"]
    assert [mention.text for mention in between(mentions, 1, text.index("she"))] == ["Tom Bell"]
    assert between(mentions, len(text), len(text)) == []


@pytest.mark.parametrize("text, name, expected", [
    ("Ada Nwosu spoke.", "Ada", False),
    ("A friend of Ada Nwosu spoke.", "Ada", True),
    ("In a note to the LGA she spoke.", "LGA", True),
    ("Ada Nwosu’s plan failed.", "Ada Nwosu’s plan", False),  # the plan is the mention
    ("Ada Nwosu’s coat hung there.", "Ada", True),
    ("The directors’ coats hung there.", "The directors", True),
    ("The directors spoke.", "The directors", False),
])  # fmt: skip
def test_whether_a_mention_hangs_on_another_word(text, name, expected):
    mention = next(each for each in find_mentions(text) if each.text.startswith(name))
    assert in_phrase(text, mention) is expected


@pytest.mark.parametrize("text, mention, expected", [
    ("the leader of Fenbridge Council, said", "the leader", "the leader of Fenbridge Council"),
    ("Ada Nwosu (Labour) said", "Ada Nwosu", "Ada Nwosu (Labour)"),
    ("the leader of the council has said", "the leader", "the leader of the council"),
    ("the leader said", "the leader", "the leader"),
])  # fmt: skip
def test_where_a_noun_phrase_ends(text, mention, expected):
    assert text[: phrase_end(text, len(mention), len(text))] == expected


@pytest.mark.parametrize("words, name, without_article", [
    ("the LGA", "LGA", "LGA"),
    ("Its president", "president", "president"),
    ("Cllr Ada Nwosu", "Ada Nwosu", "Cllr Ada Nwosu"),
    ("Ada Nwosu’s", "Ada Nwosu", "Ada Nwosu’s"),
    ("Ada Nwosu OBE", "Ada Nwosu", "Ada Nwosu OBE"),
    ("Thera Bell", "Thera Bell", "Thera Bell"),
])  # fmt: skip
def test_a_name_without_its_trimmings(words, name, without_article):
    assert bare(words) == name
    assert undetermined(words) == without_article
