"""Sentences: where they end, what makes a clause, and quotations mended where the paper lost a mark."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.statements.quotations import find_quotations, paragraphs
from stance.statements.sentences import LONGEST, find_sentences, hide, is_clause, repaired


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


@pytest.mark.parametrize("text, expected", [
    ("It rained. It snowed! Did it? It did.", ["It rained.", "It snowed!", "Did it?", "It did."]),
    ("It rained\nall day. It snowed.", ["It rained\nall day.", "It snowed."]),
    ("It rained… It snowed.", ["It rained…", "It snowed."]),
    ("It rained (a lot.) It snowed.", ["It rained (a lot.)", "It snowed."]),
    # An abbreviation or a figure ends no sentence.
    ("Dr A. B. Smith spoke. Cllr. Nwosu left.", ["Dr A. B. Smith spoke.", "Cllr. Nwosu left."]),
    ("No. 10 paid £2.5m. Nobody thanked it.", ["No. 10 paid £2.5m.", "Nobody thanked it."]),
    ("it rained. it snowed.", ["it rained. it snowed."]),
    # Nor does a quoted question that goes on behind its marks.
    ("“We wait.” It rained.", ["“We wait.”", "It rained."]),
    ("“Why?” Ada Nwosu asked. It rained.", ["“Why?” Ada Nwosu asked.", "It rained."]),
    ("“Why?” The hall fell silent.", ["“Why?”", "The hall fell silent."]),
    ("‘No!’ said Tom Bell. It rained.", ["‘No!’ said Tom Bell.", "It rained."]),
    ("“It rained. It snowed,” she said.", ["“It rained. It snowed,” she said."]),
    ("", []),
])  # fmt: skip
def test_sentences(text, expected):
    hidden = hide(text, find_quotations(text))
    assert [text[start:end] for start, end in find_sentences(hidden, 0, len(text))] == expected


def test_a_sentence_without_end_is_cut_at_a_space():
    text = "and it rained " * LONGEST
    lengths = [end - start for start, end in find_sentences(text, 0, len(text))]
    assert max(lengths) < LONGEST + 10
    assert not any(text[start].isspace() for start, _ in find_sentences(text, 0, len(text)))


@given(st.text("aA.!? \n”’\ue000", max_size=80))
def test_sentences_leave_nothing_out_but_space(text):
    places = list(find_sentences(text, 0, len(text)))
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    kept = "".join(text[start:end] for start, end in places)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize("words", [
    "we cannot wait",
    "the fund is small",
    "people deserve better",
    "it’s late",
    "nobody asked us",
    "There’s no money",
])  # fmt: skip
def test_a_clause(words):
    assert is_clause(words)


@pytest.mark.parametrize("words", [
    "much too small",
    "a raid on our reserves",
    "a row about whose patient it is",
    "a plan that has failed",
    "better care for all",
    "is too small",  # no subject
    "unfair",
    "",
    ("to make it work"),
])  # fmt: skip
def test_no_clause(words):
    assert not is_clause(words)


@pytest.mark.parametrize("words, expected", [
    ("the dangers reached the wards", True),  # a past tense in -ed
    ("plans which are late", False),  # the verb is the relative clause's
    ("the wards need the plans that they had", True),
])  # fmt: skip
def test_a_clause_behind_a_reporting_verb(words, expected):
    assert is_clause(words, reported=True) is expected


@pytest.mark.parametrize("text, expected", [
    ("“We wait,” she said.", "“∎∎∎∎∎∎∎,” she said."),
    ("“We wait.” It rained.", "“∎∎∎∎∎∎∎.” It rained."),
    ("It was ‘late’, “late” and late.", "It was ‘∎∎∎∎’, “∎∎∎∎” and late."),
    ("She asked “why”", "She asked “∎∎∎”"),
    ("No marks.", "No marks."),
])  # fmt: skip
def test_quoted_words_are_hidden_but_for_a_last_stop(text, expected):
    assert hide(text, find_quotations(text)).replace("\ue000", "∎") == expected


@pytest.mark.parametrize("text, expected", [
    # Without a closing mark a quotation ends where its reporting clause begins ...
    ("“We wait, said Ada Nwosu.", ["We wait,"]),
    ("“We wait, Ada Nwosu said.", ["We wait,"]),
    ("“Why now? asked the leader.", ["Why now?"]),
    # ... but not where the words themselves go on with 'she said'.
    ("“We wait, she said, and we hope.", ["We wait, she said, and we hope."]),
    ("“We wait, said Ada Nwosu,” he read out.", ["We wait, said Ada Nwosu,"]),
    # A paragraph in the first person between two quoted ones is quoted too, whatever marks it lost.
    ("“We wait.\n\nWe hope.\n\n“We pay.”", ["We wait.", "We hope.", "We pay."]),
    ("“We wait.”\n\nOur roof leaks.\n\n“We pay.”", ["We wait.", "Our roof leaks.", "We pay."]),
    ("“We wait.\n\nRain fell.\n\n“We pay.”", ["We wait.", "We pay."]),
    ("“We wait.\n\nWe hope.\n\nRain fell.", ["We wait.", "We hope."]),
])  # fmt: skip
def test_lost_marks_are_mended(text, expected):
    mended = repaired(text, list(paragraphs(text)), find_quotations(text))
    assert [text[each.start : each.end] for each in mended] == expected
