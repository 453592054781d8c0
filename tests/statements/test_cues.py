"""Cues: the reporting verbs in all the forms that papers print, and what only looks like one."""

import pytest

from stance.statements.cues import ALL, SAID, TAKES_BARE_CLAUSE, TAKES_CLAUSE, TOLD, URGED, find_cues
from stance.statements.lexicon import verbs


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


@pytest.mark.parametrize("verb, expected", [
    ("argue", ["argue", "argues", "argued", "arguing"]),
    ("say", ["say", "says", "said", "saying"]),
    ("tell", ["tell", "tells", "told", "telling"]),
    ("deny", ["deny", "denies", "denied", "denying"]),
    ("stress", ["stress", "stresses", "stressed", "stressing"]),
    ("admit", ["admit", "admits", "admitted", "admitting"]),
    ("write", ["write", "writes", "wrote", "written", "writing"]),
    ("point out", ["point out", "points out", "pointed out", "pointing out"]),
    ("accept", ["accept", "accepts", "accepted", "accepting"]),
    ("echo", ["echo", "echoes", "echoed", "echoing"]),
    ("agree", ["agree", "agrees", "agreed", "agreeing"]),
    ("label", ["label", "labels", "labelled", "labelling"]),
    ("begin", ["begin", "begins", "began", "begun", "beginning"]),
])  # fmt: skip
def test_the_forms_of_a_verb(verb, expected):
    assert [list(each.forms) for each in verbs() if each.forms[0] == verb] == [expected]


@pytest.mark.parametrize("text, expected", [
    ("Ada Nwosu said so, and Tom Bell agreed.", ["said", "agreed"]),
    ("SAID ADA NWOSU", ["said"]),
    ("It pointed out that it had called for calm and called on ministers.", ["pointed out", "called for", "called on"]),
    ("It pointed at the door and called again.", ["called"]),  # 'point' reports only with its particle
    # No verb: owned, joined or part of a longer word.
    ("Mr Says’s hat", []),
    ("a must-say-so habit", []),
    ("the unsaid and the saidest", []),
    ("", []),
])  # fmt: skip
def test_cues_in_a_text(text, expected):
    cues = find_cues(text)
    assert [cue.verb for cue in cues] == expected
    assert [text[cue.start : cue.end].lower() for cue in cues] == expected


def test_what_each_kind_of_cue_takes():
    assert TAKES_BARE_CLAUSE < TAKES_CLAUSE < ALL
    assert {"said", "warned", "points out"} <= TAKES_BARE_CLAUSE  # 'she warned it was late'
    assert "confirmed" in TAKES_CLAUSE - TAKES_BARE_CLAUSE  # 'she confirmed that it was late', 'confirmed the date'
    assert SAID | TOLD <= TAKES_CLAUSE
    assert URGED <= ALL - TAKES_CLAUSE  # 'she urged him to', 'called on him to'
    assert ALL.isdisjoint({"think", "thought", "hoped", "felt", "wanted"})  # thoughts are not reported speech
