"""Speakers: who says each statement, by full name wherever the article gives it, and how sure that is.

The passages are invented. A row of a table is a passage and the speaker of each of its statements, in order.
"""

import pytest

from stance.articles.reading import Article
from stance.statements.finding import find_statements


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


def statements(text):
    return find_statements(Article("0123456789ab", "", "", "", "", "a.txt", text, ""))


NAMES = [
    # The full name stands before, behind or in a role.
    ("Ada Nwosu runs the ward.\n\n“We cannot wait,” said Nwosu.", ["Ada Nwosu"]),
    ("“We cannot wait,” said Nwosu.\n\nAda Nwosu runs the ward.", ["Ada Nwosu"]),
    ("“We cannot wait,” said Nwosu.\n\nThe leader, Ada Nwosu, runs the ward.", ["Ada Nwosu"]),
    ("Ada Nwosu runs the ward.\n\n“We cannot wait,” said Ada.", ["Ada Nwosu"]),
    ("Fenbridge Council leader Ada Nwosu said: “We cannot wait.”", ["Ada Nwosu"]),
    ("The leader of Fenbridge Council, Ada Nwosu, said: “We cannot wait.”", ["Ada Nwosu"]),
    ("Nobody else knows her.\n\n“We cannot wait,” said Nwosu.", ["Nwosu"]),
    ("“We cannot wait,” said Ada Nwosu of the LGA.", ["Ada Nwosu"]),
    ("“We cannot wait,” said the leader of the council, Ada Nwosu.", ["Ada Nwosu"]),
    limit(
        "a name with a nickname in it loses its first half",
        "Ada “Bunny” Nwosu said that the rain had come early.",
        ["Ada Nwosu"],
    ),
    ("Paramedic Ada Nwosu said that the rain had come early.", ["Ada Nwosu"]),
    ("“We cannot wait,” said Anke van der Berg.", ["Anke van der Berg"]),
    # Titles
    ("Cllr Ada Nwosu runs the ward.\n\n“We cannot wait,” said Coun Nwosu.", ["Ada Nwosu"]),
    ("Dr Ada Nwosu runs the ward.\n\n“We cannot wait,” Ms Nwosu argued.", ["Ada Nwosu"]),
    ("Dr A Nwosu, chair of Fenbridge Trust, said: “We cannot wait.”", ["A Nwosu"]),
    # Two of one surname
    ("Ada Nwosu met Ben Nwosu.\n\n“We wait,” said Ada Nwosu.\n\n“We go,” said Ben Nwosu.", ["Ada Nwosu", "Ben Nwosu"]),
    # Spelling variants
    ("Johnny Marshall runs the ward.\n\n“We cannot wait,” said Johnny Marshal.", ["Johnny Marshall"]),
    ("Johnny Marshal runs the ward.\n\n“We cannot wait,” said Mr Marshall.", ["Johnny Marshal"]),
    ("Zoë Bell-Ray runs the ward.\n\n“We cannot wait,” said Bell Ray.", ["Zoë Bell-Ray"]),
    ("Johnny Marshall met Johnny Park.\n\n“We cannot wait,” said Park.", ["Johnny Park"]),
]

PRONOUNS = [
    ("Ada Nwosu runs the ward.\n\n“We cannot wait,” she said.", ["Ada Nwosu"]),
    ("“We cannot wait,” said Ada Nwosu. “Nobody asked,” she added.", ["Ada Nwosu", "Ada Nwosu"]),
    ("Tom Bell runs the ward. He said that the rain had come early.", ["Tom Bell"]),
    ("Mr Tom Bell met Mrs Ada Nwosu.\n\n“We wait,” he said.\n\n“We go,” she said.", ["Tom Bell", "Ada Nwosu"]),
    ("Mrs Ada Nwosu spoke after Mr Tom Bell.\n\n“We wait,” he said.", ["Tom Bell"]),
    ("The LGA met. It said that the rain had come early.", ["LGA"]),
    ("“We cannot wait,” the LGA said.\n\n“Nobody asked,” it added.", ["LGA", "LGA"]),
    ("The LGA said the rain had come early. They added that it would last.", ["LGA", "LGA"]),
    ("A report by the LGA says the rain comes early. It adds that it will last.", ["report", "report"]),
    ("“We cannot wait,” she said.", [""]),  # nobody is named
    ("“We cannot wait,” said Mrs Nwosu.\n\n“Nobody asked,” she said.", ["Nwosu", "Nwosu"]),
    # Whoever is the subject since, though the name alone does not say he or she
    ("“We wait,” said Tom Bell.\n\nOkon Thrupp lives next door.\n\n“We go,” he said.", ["Tom Bell", "Okon Thrupp"]),
    ("“We wait,” said Tom Bell.\n\nOkon Thrupp, a baker, shrugged. “We go,” he said.", ["Tom Bell", "Okon Thrupp"]),
    (
        "“We wait,” said Tom Bell.\n\nIt was left to Okon Thrupp to thank him. “We go,” he said.",
        ["Tom Bell", "Okon Thrupp"],
    ),
    ("“We wait,” said Tom Bell.\n\nThe pier was drawn by Okon Thrupp. “We go,” he said.", ["Tom Bell", "Okon Thrupp"]),
    ("Okon Thrupp met Tom Bell.\n\n“We go,” said Ms Thrupp. “We wait,” he said.", ["Okon Thrupp", "Tom Bell"]),
    # but not a place, nor a man for her, nor what she is said to be
    (
        "“We wait,” said Tom Bell.\n\nEastgate Bay is full. The rain in Eastgate Bay was early, he said.",
        ["Tom Bell"] * 2,
    ),
    ("Ada Nwosu sat down. What had changed her was a man in a hat. “We wait,” she said.", ["Ada Nwosu"]),
    ("Ada Nwosu runs the ward. She is a nurse. “We wait,” she said.", ["Ada Nwosu"]),
    # It, of a letter, is who wrote it
    ("The minister had a letter from Okon Thrupp, a plumber.\n\n“We cannot wait,” it begins.", ["Okon Thrupp"]),
]

ROLES = [
    ("Ada Nwosu, leader of the LGA, was there.\n\n“We cannot wait,” said the LGA leader.", ["Ada Nwosu"]),
    ("Ada Nwosu, chair of the LGA, was there.\n\n“We cannot wait,” said the LGA leader.", ["Ada Nwosu"]),
    ("Ada Nwosu, chief executive of NHS England, came.\n\n“We cannot wait,” said the NHS England boss.", ["Ada Nwosu"]),
    ("Ada Nwosu is the chief executive of NHS England.\n\n“We cannot wait,” said the NHS England boss.", ["Ada Nwosu"]),
    (
        "Ada Nwosu, director of adult services at Fenshire County Council, was there.\n\n"
        "“We cannot wait,” said the county's adult services boss.",
        ["Ada Nwosu"],
    ),
    (
        "“We cannot wait,” the county’s adult services boss has warned.\n\n"
        "Ada Nwosu, director of adult services at Fenshire County Council, was there.",
        ["Ada Nwosu"],
    ),
    (
        "“We cannot wait any longer,” a council leader has warned.\n\n"
        "Ada Nwosu, leader of Fenbridge Council, said: “We cannot wait any longer. It is late.”",
        ["Ada Nwosu"] * 2,
    ),
    limit(
        "'a council leader' of a first paragraph, whose words do not come again, is not told from the second",
        "“We cannot wait,” a council leader has warned.\n\nAda Nwosu, leader of Fenbridge Council, said: “It is late.”",
        ["Ada Nwosu"] * 2,
    ),
    ("“We cannot wait,” said the LGA leader.", [""]),  # nobody has that role
    ("Ada Nwosu, former leader of the LGA, was there.\n\n“We cannot wait,” said the LGA leader.", [""]),
    ("Ada Nwosu, leader of the LGA, was there.\n\n“We cannot wait,” said a spokesman for the LGA.", [""]),
    ("“We cannot wait,” a source said.", [""]),
    ("ADASS met in Fenbridge. Its president, Ada Nwosu, said: “We cannot wait.”", ["Ada Nwosu"]),
]

BODIES = [
    ("“We cannot wait,” said the Local Government Association.", ["Local Government Association"]),
    ("The Bus Operators Forum (BOF) met.\n\n“We cannot wait,” said the BOF.", ["Bus Operators Forum"]),
    ("The Bus Operators Forum met.\n\n“We cannot wait,” said the forum.", ["Bus Operators Forum"]),
    ("Fenbridge Council met. The council said that the rain had come early.", ["Fenbridge Council"]),
    ("The report said: “Beds cannot wait.”", ["report"]),
    ("The directions say: “Each area must meet its target.”", ["directions"]),
    ("The LGA and ADASS said: “We cannot wait.”", ["LGA and ADASS"]),
    ("In a joint statement, the LGA and ADASS said: “We cannot wait.”", ["LGA and ADASS"]),
    ("The LGA and ADASS met.\n\n“We cannot wait,” the two bodies said.", ["LGA and ADASS"]),
    ("“We cannot wait,” said Ada Nwosu and Tom Bell.", ["Ada Nwosu and Tom Bell"]),
]

TURNS = [
    # A question and an answer without a reporting clause
    (
        "“Will you pay?” asked Tom Bell.\n\n“We will,” said Ada Nwosu.\n\n“And when?”\n\n“In May.”",
        ["Tom Bell", "Ada Nwosu", "Tom Bell", "Ada Nwosu"],
    ),
    # One quotation of several paragraphs
    ("Ada Nwosu said: “We cannot wait.\n\n“Nobody asked us.\n\n“We have no money.”", ["Ada Nwosu"] * 3),
    ("“We cannot wait.\n\n“Nobody asked us,” said Ada Nwosu.", ["Ada Nwosu"] * 2),
    # She speaks on in the next paragraphs
    ("“We cannot wait,” said Ada Nwosu.\n\n“Nobody asked us.”", ["Ada Nwosu"] * 2),
    ("“We cannot wait,” said Ada Nwosu.\n\nRain fell on Fenbridge.\n\n“Nobody asked us.”", ["Ada Nwosu"] * 2),
    ("“We cannot wait.” Ada Nwosu shakes her head. “Nobody asked us.”", ["Ada Nwosu"] * 2),
    # Whoever is announced speaks next
    ("“We wait,” said Tom Bell.\n\nAda Nwosu said:\n\n“We cannot wait.”", ["Tom Bell", "Ada Nwosu"]),
    ("“We wait,” said Tom Bell.\n\nAda Nwosu, leader of the LGA:\n\n“We cannot wait.”", ["Tom Bell", "Ada Nwosu"]),
    ("“We cannot wait.” That is the message from Ada Nwosu.", ["Ada Nwosu"]),
    # A quotation that opens the article is told by its repetition or by who is named first
    (
        "“We have lost two million pounds.”\n\nTom Bell was there.\n\n"
        "“We have lost two million pounds,” said Ada Nwosu.",
        ["Ada Nwosu", "Ada Nwosu"],
    ),
    ("“We cannot wait.”\n\nAda Nwosu said: “Nobody asked us.”", ["Ada Nwosu", "Ada Nwosu"]),
    # The narrative before it tells, even where nobody has spoken
    ("Ada Nwosu was making toast.\n\n“We cannot wait.”\n\nTom Bell said: “We go.”", ["Ada Nwosu", "Tom Bell"]),
    (
        "“We wait,” said Ada Nwosu.\n\nThere was a silence.\n\n“Nobody asked.”\n\n“We go,” said Tom Bell.",
        ["Ada Nwosu", "Ada Nwosu", "Tom Bell"],
    ),
    ("Ada Nwosu goes to Fenbridge\n\n“We cannot wait.”", [""]),  # a headline does not
    # The other one answers only where two take turns
    (
        "“We go,” said Tom Bell.\n\n“We wait,” said Ada Nwosu. “Who asked?” she said.\n\n“Nobody.”",
        ["Tom Bell", "Ada Nwosu", "Ada Nwosu", "Ada Nwosu"],
    ),
    # Each quotation has the clause behind it
    ("“We wait,” said Ada Nwosu, who was early; “and we go,” said Tom Bell.", ["Ada Nwosu", "Tom Bell"]),
    # Words that somebody wrote, and what is no name
    ("Ada Nwosu was late. “We wait,” came the reply from Tom Bell.", ["Tom Bell"]),
    ("Mrs Nwosu’s last entry says that the rain had come early.", ["Nwosu"]),
    ("Replying, the minister, Tom Bell, told peers that the rain had come early.", ["Tom Bell"]),
    ("It was left to Ada Nwosu, a nurse, to say that the rain had come early.", ["Ada Nwosu"]),
    ("Ada Nwosu, who drew it up for Fenbridge Council, said that the rain had come early.", ["Ada Nwosu"]),
    # An office in the opening is that of whoever is named without one after it
    (
        "Piers to close\n\nThe pier will close, the culture secretary has said.\n\nAda Nwosu said that rain was early.",
        ["Ada Nwosu"] * 2,
    ),
    (
        "Piers to close\n\nThe pier will close, the culture secretary has said.\n\n"
        "Ada Nwosu, a nurse, said that the rain was early.",
        ["", "Ada Nwosu"],
    ),
    # Nobody is near
    ("“We cannot wait.”\n\nRain fell on Fenbridge.", [""]),
    ("Ada Nwosu was told: “You are late.”", [""]),
    ("Ada Nwosu met Tom Bell and said: “We cannot wait.”", ["Ada Nwosu"]),
]


@pytest.mark.parametrize("passage, speakers", [*NAMES, *PRONOUNS, *ROLES, *BODIES, *TURNS])
def test_who_speaks(passage, speakers):
    assert [statement.speaker for statement in statements(passage)] == speakers


@pytest.mark.parametrize("passage, mention, role, organisation", [
    ("Ada Nwosu, leader of Fenbridge Council, was there.\n\n“We cannot wait,” she said.",
     "she", "leader of Fenbridge Council", "Fenbridge Council"),
    ("Ada Nwosu, leader of Fenbridge Council, said: “We cannot wait.”",
     "Ada Nwosu", "leader of Fenbridge Council", "Fenbridge Council"),
    ("Ada Nwosu, who leads Fenbridge Council, said: “We cannot wait.”",
     "Ada Nwosu", "leads Fenbridge Council", "Fenbridge Council"),
    ("Ada Nwosu, of Fenbridge Council, said: “We cannot wait.”", "Ada Nwosu", "", "Fenbridge Council"),
    ("Ada Nwosu (Fenbridge Council) said: “We cannot wait.”", "Ada Nwosu (Fenbridge Council)", "", "Fenbridge Council"),
    ("“We cannot wait,” said a Fenbridge Council spokeswoman.",
     "a Fenbridge Council spokeswoman", "Fenbridge Council spokeswoman", "Fenbridge Council"),
    ("“We cannot wait,” said a spokesman for the LGA.", "a spokesman for the LGA", "spokesman for the LGA", "LGA"),
    ("Ada Nwosu, chair of the Wellbeing Board at the LGA, said: “We cannot wait.”",
     "Ada Nwosu", "chair of the Wellbeing Board at the LGA", "LGA"),  # the body, not its board
    ("ADASS met in Fenbridge.\n\n“We cannot wait,” said its president.", "its president", "president", "ADASS"),
    ("Fenbridge Council met.\n\n“We cannot wait,” said the leader of the council.",
     "the leader of the council", "leader of the council", "Fenbridge Council"),
    ("The LGA published a report.\n\nThe report said: “Beds cannot wait.”", "The report", "", "LGA"),
    ("NHS England and the Department of Health published joint directions.\n\nThe directions say: “Each must pay.”",
     "The directions", "", "NHS England and Department of Health"),
    ("The LGA and ADASS met.\n\n“We cannot wait,” the two bodies said.", "the two bodies", "", "LGA and ADASS"),
    ("Ada Nwosu, a former leader of the LGA who now runs Fenbridge Trust, said: “We cannot wait.”",
     "Ada Nwosu", "runs Fenbridge Trust", "Fenbridge Trust"),
    ("Ada Nwosu, a patient, said: “We cannot wait.”", "Ada Nwosu", "patient", ""),
    ("“We cannot wait,” said a Department of Health spokesman.",
     "a Department of Health spokesman", "Department of Health spokesman", "Department of Health"),
    ("The leader was clear: “We cannot wait.”", "The leader", "leader", ""),
    ("Speaking at the council, Ada Nwosu said: “We cannot wait.”", "Ada Nwosu", "", ""),
    limit("a possessive inside the name of a body cuts it",
          "Ada Nwosu, head of St Botolph’s Academy, said: “We cannot wait.”",
          "Ada Nwosu", "head of St Botolph’s Academy", "St Botolph’s Academy"),
])  # fmt: skip
def test_as_what_somebody_speaks(passage, mention, role, organisation):
    statement = statements(passage)[-1]
    assert (statement.mention, statement.role, statement.organisation) == (mention, role, organisation)


@pytest.mark.parametrize("passage, low, high", [
    # One reading
    ("“We cannot wait,” said Ada Nwosu.", 0.95, 1.0),
    ("Ada Nwosu runs the ward.\n\n“We cannot wait,” said Nwosu.", 0.95, 1.0),
    ("Ada Nwosu runs the ward.\n\n“We cannot wait,” she said.", 0.85, 0.95),
    ("Ada Nwosu, leader of the LGA, was there.\n\n“We cannot wait,” said the LGA leader.", 0.85, 0.95),
    # More and more is left to the reader
    ("“We cannot wait,” said Nwosu.", 0.6, 0.8),  # a surname alone
    ("Ada Nwosu sang. Ann Lee danced.\n\n“We cannot wait,” she said.", 0.6, 0.8),
    ("Ada Nwosu, a leader of the LGA, met Ann Lee, a leader of the LGA.\n\n“We wait,” said the LGA leader.", 0.6, 0.8),
    ("“We cannot wait,” said Ada Nwosu.\n\n“Nobody asked us.”", 0.6, 0.85),
    # Nobody
    ("“We cannot wait,” she said.", 0.0, 0.0),
    ("“We cannot wait.”\n\nRain fell on Fenbridge.", 0.0, 0.0),
])  # fmt: skip
def test_how_sure_the_speaker_is(passage, low, high):
    assert low <= statements(passage)[-1].confidence <= high


def test_each_paragraph_that_goes_on_is_a_little_less_sure():
    said = statements("Ada Nwosu said: “We cannot wait.\n\n“Nobody asked us.\n\n“We have no money.”")
    assert said[0].confidence > said[1].confidence > said[2].confidence > 0.8
