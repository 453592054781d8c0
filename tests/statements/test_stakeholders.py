"""Stakeholders: for whom a statement was made, by the words of the article first and the codebook's people then.

The passages are invented, and so are the people and what they say; the bodies and their names are the codebook's.
"""

from dataclasses import replace

import pytest

from stance.articles.reading import Article
from stance.codebook import Codebook, Person, Stakeholder, Target, read_codebook
from stance.statements.stakeholders import attributed

SHIPPED = read_codebook()
PEOPLE = Codebook(
    "1.0",
    (Target("buses", "Free buses", "free travel on buses"),),
    (Stakeholder("council", "Fenbridge Council", "local government", ("the Town Hall",)),
     Stakeholder("forum", "Bus Operators Forum", "trade body", ("BOF",))),
    (Person("Ada Nwosu", "forum", "chair", "2011", "2013"),
     Person("Ada Nwosu", "council", "leader", "2015", ""),
     Person("Tom Bell", "forum", "chair", "2014", "2016", ("Thomas Bell",)),
     Person("Ann Lee", "council", "clerk", "", "2014")),
    "",
)  # fmt: skip


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


def spoke_for(text, codebook=SHIPPED, published=""):
    """The stakeholders of the last statement of an article."""
    article = Article("0123456789ab", "", "", published, "", "a.txt", text, "")
    return attributed([article], codebook)[-1].stakeholders


@pytest.mark.parametrize("passage, expected", [
    # The organisation in the text: names, aliases, acronyms
    ("The Local Government Association said that the rain came early.", ("lga",)),
    ("The LGA said that the rain came early.", ("lga",)),
    ("ADASS said that the rain came early.", ("adass",)),
    ("The Association of Directors of Adult Social Services said that the rain came early.", ("adass",)),
    ("NHSE said that the rain came early.", ("nhs_england",)),
    ("The NHS Confederation said that the rain came early.", ("nhs_confederation",)),
    ("DH said that the rain came early.", ("department_of_health",)),
    ("The Department of Health and Social Care said that the rain came early.", ("department_of_health",)),
    ("Lancashire County Council said that the rain came early.", ("lancashire_county_council",)),
    ("The Local Government Association met. The association said: “It rained.”", ("lga",)),
    ("The LGA published a report.\n\nThe report said: “It rained.”", ("lga",)),
    ("The Confed said that the rain came early.",
          ("nhs_confederation",)),
    # The role in the text
    ("Ada Nwosu, chair of the LGA, said: “It rained.”", ("lga",)),
    ("Ada Nwosu, vice-chair of the LGA’s housing board, said: “It rained.”", ("lga",)),
    ("“It rained,” said the NHS England boss.", ("nhs_england",)),
    ("“It rained,” a Department of Health spokeswoman said.", ("department_of_health",)),
    ("“It rained,” said an NHS England spokeswoman.", ("nhs_england",)),
    ("“It rained,” said a Department of Health spokeswoman.", ("department_of_health",)),
    ("ADASS met in Fenbridge.\n\n“It rained,” said its president.", ("adass",)),
    ("Health Secretary Ada Nwosu said: “It rained.”", ("department_of_health",)),
    ("Ada Nwosu, the health secretary, said: “It rained.”", ("department_of_health",)),
    ("“It rained,” said Ada Nwosu of the LGA.", ("lga",)),
    # Several at once
    ("The LGA and ADASS said: “It rained.”", ("lga", "adass")),
    ("The LGA and ADASS met.\n\n“It rained,” the two bodies said.", ("lga", "adass")),
    ("NHS England and the Department of Health published joint directions.\n\nThe directions say: “It rained.”",
     ("nhs_england", "department_of_health")),
    # Another body, another office, an office of the past
    ("The Welsh Local Government Association said that the rain came early.", ()),
    ("“It rained,” said a spokesman for the Welsh Local Government Association.", ()),
    ("The Confederation of Fenland Farmers said that the rain came early.", ()),
    ("Ada Nwosu, shadow health secretary, said: “It rained.”", ()),
    ("Shadow health secretary Ada Nwosu said: “It rained.”", ()),
    ("Ada Nwosu, former chief executive of NHS England, said: “It rained.”", ()),
    ("Ada Nwosu, ex-chief executive of NHS England, said: “It rained.”", ()),
    ("The former NHS England chief executive Ada Nwosu said: “It rained.”", ()),
    ("Ada Nwosu, who was chief executive of NHS England until May, said: “It rained.”", ()),
    limit("a body 'for Scotland' is taken for England's",
          "The Department of Health for Scotland said that it had rained.", ()),
    # Not in the codebook
    ("Fenbridge Council said that the rain came early.", ()),
    ("“It rained,” said Ada Nwosu, a patient.", ()),
    ("“It rained.”\n\nRain fell.", ()),
])  # fmt: skip
def test_by_the_words_of_the_article(passage, expected):
    assert spoke_for(passage) == expected


@pytest.mark.parametrize("speaker, published, expected", [
    # One person, two bodies, apart in time
    ("Ada Nwosu", "2011-01-01", ("forum",)),  # both years are included
    ("Ada Nwosu", "2013-12-31", ("forum",)),
    ("Ada Nwosu", "2014-06-01", ()),  # between the two
    ("Ada Nwosu", "2015-01-01", ("council",)),
    ("Ada Nwosu", "2031-01-01", ("council",)),  # no end
    ("Ada Nwosu", "2010-12-31", ()),
    ("Ada Nwosu", "", ()),  # no date: either
    # One body only, so that a missing date does no harm
    ("Tom Bell", "2015-01-01", ("forum",)),
    ("Tom Bell", "", ("forum",)),
    ("Tom Bell", "2017-01-01", ()),
    ("Thomas Bell", "2015-01-01", ("forum",)),
    ("Ann Lee", "1999-01-01", ("council",)),  # no start
    ("Ann Lee", "2015-01-01", ()),
    # Nobody of the codebook's
    ("Nobody", "2015-01-01", ()),
    # A surname alone, or behind a title, that one person of the codebook bears at the time
    ("Bell", "2015-01-01", ("forum",)),
    ("Mr Bell", "2015-01-01", ("forum",)),
    ("Bell", "2017-01-01", ()),
    ("Nwosu", "2015-01-01", ("council",)),
    ("Joan Pike", "2015-01-01", ()),
])  # fmt: skip
def test_by_the_people_of_the_codebook_and_their_years(speaker, published, expected):
    assert spoke_for(f"{speaker} said: “It rained.”", PEOPLE, published) == expected


@pytest.mark.parametrize("passage, expected", [
    ("Tom Bell, leader of Fenbridge Council, said: “It rained.”", ("council",)),
    ("Tom Bell, of Fenbridge Council, said: “It rained.”", ("council",)),
    ("Tom Bell, leader of Orrin Council, said: “It rained.”", ()),  # named, and not in the codebook
    ("Tom Bell, former leader of Fenbridge Council, said: “It rained.”", ()),
    ("Tom Bell, the chairman, said: “It rained.”", ("forum",)),  # a role that names no body leaves it to his years
    ("Bell said: “It rained.”\n\nTom Bell was there.", ("forum",)),  # by the full name given elsewhere
    limit("a role of another kind leaves it to the years of a namesake", "Tom Bell, a patient, said: “It rained.”", ()),
])  # fmt: skip
def test_the_article_goes_before_the_codebook(passage, expected):
    assert spoke_for(passage, PEOPLE, "2015-05-05") == expected


def test_statements_keep_everything_else_and_the_order_of_the_articles():
    texts = ["“It rained,” said the LGA.", "Nobody spoke.", "“It snowed,” said ADASS. “It froze,” it added."]
    articles = [Article(f"{number:012}", "", "", "", "", "", text, "") for number, text in enumerate(texts)]
    made = attributed(articles, SHIPPED)
    assert [(one.article, one.text, one.stakeholders) for one in made] == [
        ("000000000000", "It rained,", ("lga",)),
        ("000000000002", "It snowed,", ("adass",)),
        ("000000000002", "It froze,", ("adass",)),
    ]


def test_a_codebook_without_people_or_stakeholders_names_nobody():
    empty = Codebook("1.0", PEOPLE.targets, (), (), "")
    assert spoke_for("“It rained,” said the LGA.", empty) == ()


@pytest.mark.parametrize("printed", ["the Fenbridge Institute", "the Fenbridge Inſtitute", "the FENBRIDGE INSTITUTE"])
def test_letters_that_are_alike_to_a_pattern_are_the_same_name(printed):
    book = replace(PEOPLE, stakeholders=(Stakeholder("institute", "Fenbridge Institute", "charity"),))
    assert spoke_for(f"“It rained,” said Ann Bell of {printed}.", book) == ("institute",)


def test_without_a_stakeholder_no_name_is_anybodys():
    nobody = Codebook("1.0", PEOPLE.targets, (), (), "")
    assert spoke_for("“It rained,” said Ann Bell of the LGA.", nobody) == ()
