"""Reporting clauses: who does what in a sentence, and which words are reported without marks."""

import pytest

from stance.statements.clauses import find_clauses
from stance.statements.cues import find_cues
from stance.statements.mentions import find_mentions
from stance.statements.quotations import find_quotations
from stance.statements.reports import reported
from stance.statements.sentences import hide


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


def read(sentence):
    """The reporting clauses of a sentence, each with the stretches that it reports."""
    quotations = find_quotations(sentence)
    hidden = hide(sentence, quotations)
    clauses = find_clauses(hidden, 0, len(hidden), find_mentions(hidden), find_cues(hidden))
    stop = len(hidden.rstrip(". "))
    for clause in clauses:
        spans = reported(hidden, clause, 0, stop, quotations, clauses)
        yield clause, [sentence[start:end].strip(" ,") for start, end in spans]


@pytest.mark.parametrize("sentence, expected", [
    # The subject before the cue, whatever stands between.
    ("Ada Nwosu said it rained.", [("Ada Nwosu", "said")]),
    ("Ada Nwosu (Labour) said it rained.", [("Ada Nwosu (Labour)", "said")]),
    ("Ada Nwosu, leader of Fenbridge Council, said it rained.", [("Ada Nwosu", "said")]),
    ("Ada Nwosu, who leads the council, has also said it rained.", [("Ada Nwosu", "said")]),
    ("Fenbridge’s leader, Ada Nwosu, said it rained.", [("Fenbridge’s leader, Ada Nwosu", "said")]),
    ("The leader of the council has warned of rain.", [("The leader of the council", "warned")]),
    ("A report by the LGA says it rained.", [("A report by the LGA", "says")]),
    ("In a note to Tom Bell, Ada Nwosu said it rained.", [("Ada Nwosu", "said")]),
    ("The sister of Ada Nwosu said it rained.", [("The sister of Ada Nwosu", "said")]),
    ("Ada Nwosu went on to say that it rained.", [("Ada Nwosu", "say")]),
    ("Ada Nwosu sat down, adding that it rained.", [("Ada Nwosu", "adding")]),
    ("The LGA published a report that says it rained.", [("LGA", "says")]),
    ("Ada Nwosu called the rain “a disgrace”.", [("Ada Nwosu", "called")]),
    # Behind the cue.
    ("“We wait,” said Ada Nwosu.", [("Ada Nwosu", "said")]),
    ("“We wait,” said the leader of the council.", [("the leader of the council", "said")]),
    ("“We wait,” she said.", [("she", "said")]),
    ("“We wait,” she then told the two men.", [("she", "told")]),
    ("It rained, said Ada Nwosu.", [("Ada Nwosu", "said")]),
    ("It rained, according to the LGA.", [("the LGA", "according to")]),
    ("According to a report by the LGA, it rained.", [("a report by the LGA", "according to")]),
    # Two clauses, and two subjects of one.
    ("Ada Nwosu said it rained and warned that it would snow.", [("Ada Nwosu", "said"), ("Ada Nwosu", "warned")]),
    ("Ada Nwosu said it rained, while Tom Bell said it snowed.", [("Ada Nwosu", "said"), ("Tom Bell", "said")]),
    ("The LGA and ADASS said it rained.", [("LGA and ADASS", "said")]),
    ("Ada Nwosu and Tom Bell said it rained.", [("Ada Nwosu and Tom Bell", "said")]),
    # None: the passive, a denial, a noun, nobody.
    ("Ada Nwosu was told that it rained.", [("", "told")]),
    ("Ada Nwosu is said to have waited.", []),
    ("Ada Nwosu did not say that it rained.", []),
    ("Ada Nwosu didn’t say that it rained.", []),
    ("Ada Nwosu never said that it rained.", []),
    ("Ada Nwosu would not say that it rained.", []),
    ("Ada Nwosu read the latest report.", [("Ada Nwosu", "read")]),
    ("The old claim that it rained is back.", []),
    ("It rained all day.", []),
    limit("'last week' is taken into the noun phrase", "The leader of the council last week warned of rain.",
          [("The leader of the council", "warned")]),
    ("Ada Nwosu met Tom Bell and said it rained.", [("Ada Nwosu", "said")]),
    ("Nobody said that it rained.", []),
    ("No minister said that it rained.", []),
    ("Neither Ada Nwosu nor Tom Bell said that it rained.", []),
    ("If Ada Nwosu says that it rains, we stay.", []),
    ("Will Ada Nwosu say that it rained?", []),
])  # fmt: skip
def test_who_says(sentence, expected):
    assert [(clause.words.strip(), clause.cue) for clause, _ in read(sentence)] == expected


@pytest.mark.parametrize("sentence, subjects, inverted", [
    ("Ada Nwosu said it rained.", ["Ada Nwosu"], False),
    ("“We wait,” said Ada Nwosu.", ["Ada Nwosu"], True),
    ("It rained, according to the LGA.", ["LGA"], True),
    ("The LGA and ADASS said it rained.", ["LGA", "ADASS"], False),
    ("“We wait,” said Ada Nwosu and Tom Bell.", ["Ada Nwosu", "Tom Bell"], True),
    ("The leader, Ada Nwosu, said it rained.", ["Ada Nwosu"], False),
    ("The leader of the council, Ada Nwosu, said it rained.", ["Ada Nwosu"], False),
    ("Health Secretary Ada Nwosu said it rained.", ["Ada Nwosu"], False),
])  # fmt: skip
def test_the_subjects_of_a_clause(sentence, subjects, inverted):
    ((clause, _),) = read(sentence)
    assert [mention.text for mention in clause.subjects] == subjects
    assert clause.inverted is inverted
    assert sentence[clause.cue_start :].lower().startswith(clause.cue)
    assert clause.start <= clause.cue_start < clause.end


@pytest.mark.parametrize("sentence, expected", [
    # Behind 'that', or without it.
    ("Ada Nwosu said that it rained.", ["it rained"]),
    ("Ada Nwosu said it rained.", ["it rained"]),
    ("Ada Nwosu pointed out that it rained.", ["it rained"]),
    ("Ada Nwosu said on Monday that it rained.", ["it rained"]),
    ("Ada Nwosu said, however, that it rained.", ["it rained"]),
    ("Ada Nwosu wrote in a letter that it rained.", ["it rained"]),
    ("Ada Nwosu confirmed that it rained.", ["it rained"]),
    ("Ada Nwosu confirmed the date.", []),  # 'confirmed' needs its 'that'
    ("Ada Nwosu told ministers that it rained.", ["it rained"]),
    ("Ada Nwosu told the whole committee in Fenbridge that it rained.", ["it rained"]),
    ("Ada Nwosu told the committee it rained.", ["it rained"]),
    ("Ada Nwosu urged ministers to stay.", ["ministers to stay"]),
    ("Ada Nwosu urged ministers not to leave.", ["ministers not to leave"]),
    ("Ada Nwosu called on ministers to stay.", ["ministers to stay"]),
    # Around the clause or before it.
    ("The rain, she added, was warm.", ["The rain, she added, was warm"]),
    ("First, she said, it rained.", ["it rained"]),
    ("It rained, Ada Nwosu said.", ["It rained"]),
    ("It rained, said Ada Nwosu.", ["It rained"]),
    ("It rained, Ada Nwosu told the committee.", ["It rained"]),
    ("It rained, she said on Monday.", ["It rained"]),
    ("According to the LGA, it rained.", ["it rained"]),
    ("It rained, according to the LGA.", ["It rained"]),
    ("According to Ada Nwosu, the leader of the council, it rained.", ["it rained"]),
    ("According to Ada Nwosu, leader of the council, it rained.", ["it rained"]),
    ("The rain, according to the LGA, was warm.", ["The rain, according to the LGA, was warm"]),
    # Two clauses in one sentence.
    ("Ada Nwosu said it rained and it snowed.", ["it rained and it snowed"]),
    ("Ada Nwosu said it rained and warned that it would snow.", ["it rained", "it would snow"]),
    ("Ada Nwosu said it rained, while Tom Bell said it snowed.", ["it rained", "it snowed"]),
    ("Ada Nwosu said it rained; Tom Bell said it snowed.", ["it rained", "it snowed"]),
    # Nothing is reported.
    ("Ada Nwosu asked whether it rained.", []),
    ("Ada Nwosu said why it rained.", []),
    ("Ada Nwosu said so.", []),
    ("Ada Nwosu said nothing about it.", []),
    ("Ada Nwosu told a long story.", []),
    ("Ada Nwosu added milk to the tea.", []),
    ("Ada Nwosu welcomed the rain.", []),
    ("“We wait,” Ada Nwosu told ministers.", []),  # the quotation is what she told them
    limit("'little' is taken for the subject of a clause", "Ada Nwosu says little about the rain.", []),
])  # fmt: skip
def test_what_is_reported(sentence, expected):
    assert [words for _, spans in read(sentence) for words in spans] == expected
