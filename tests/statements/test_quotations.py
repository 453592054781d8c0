"""Quotations: which stretches stand between marks, whatever marks a paper prints. “ ” ‘ ’ " ' `` '' « » „ are marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.statements.quotations import find_quotations, paragraphs


def limit(reason, *case):
    """A case that is known to fail; it shouts when it is mended."""
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=reason))


def stretches(text):
    """The quoted words of `text`, in order."""
    return [text[found.start : found.end] for found in find_quotations(text)]


def flaws(text):
    """The quoted words of `text`, each with its flaws: '<' no opening mark, '>' no closing one, '…' goes on."""
    return [
        (text[found.start : found.end], "<" * (not found.opened) + ">" * (not found.closed) + "…" * found.continues)
        for found in find_quotations(text)
    ]


PAIRS = ["“”", "‘’", '""', "''", "«»", "„“", "‚‘", "＂＂", ("``", "''"), ("''", "''"), ("‘‘", "’’")]
MIXED = ['“"', '"”', "‘'", "'’", "`'", "“„", ("“", "’’"), ("‘‘", "”")]
REVERSED = ["”“", "’‘", "””", "’’", "““", "»«"]


@pytest.mark.parametrize("opening, closing", [*PAIRS, *MIXED, *REVERSED])
@pytest.mark.parametrize("passage", [
    "{}We cannot wait,{} said Ada Nwosu.",
    "Ada Nwosu said: {}We cannot wait,{} and sat down.",
    "She asked ({}We cannot wait,{} perhaps) for a chair.",
])  # fmt: skip
def test_every_pair_of_marks_holds_a_quotation(passage, opening, closing):
    assert stretches(passage.format(opening, closing)) == ["We cannot wait,"]


@pytest.mark.parametrize("opening, closing", [*PAIRS, *MIXED, *REVERSED])
def test_two_quotations_in_a_paragraph_stay_two(opening, closing):
    passage = "{0}We cannot wait,{1} said Ada Nwosu. {0}Nobody asked us.{1}"
    assert stretches(passage.format(opening, closing)) == ["We cannot wait,", "Nobody asked us."]


@pytest.mark.xfail(strict=True, reason="a double mark that a single one closes runs on to the end of the paragraph")
@pytest.mark.parametrize("opening, closing", ["“’", "‘”"])
def test_a_double_mark_may_be_closed_by_a_single_one(opening, closing):
    assert stretches(f"{opening}We cannot wait,{closing} said Ada Nwosu.") == ["We cannot wait,"]


@pytest.mark.parametrize("passage, expected", [
    # An apostrophe is no mark ...
    ("Tom O’Brien came at ten o'clock, as in the '90s.", []),
    ("'Tis late, and the directors' plans and the nurses’ rota are late.", []),
    ("It was rock ’n’ roll, or rock 'n' roll.", []),
    # ... nor is it inside single marks, within a word or behind a plural.
    ("‘The LGA’s members don’t wait,’ she said.", ["The LGA’s members don’t wait,"]),
    ("'The LGA's members don't wait,' she said.", ["The LGA's members don't wait,"]),
    ("‘The directors’ plans are late,’ she said.", ["The directors’ plans are late,"]),
    ("'The directors' plans are late,' she said.", ["The directors' plans are late,"]),
    ("‘The directors’ plans are late’, she said.", ["The directors’ plans are late"]),
    ("‘The directors’ plans and the nurses’ rota are late,’ she said.",
     ["The directors’ plans and the nurses’ rota are late,"]),
    ("‘We back the directors’, she said, ‘and the nurses’.", ["We back the directors", "and the nurses"]),
    ("‘We want the ’90s back,’ she said.", ["We want the ’90s back,"]),
    ("‘Don’t,’ she said. ‘It is the council’s.’", ["Don’t,", "It is the council’s."]),
    limit("the second apostrophe of 'n' closes a quotation in straight single marks",
          "'It was rock 'n' roll,' she said.", ["It was rock 'n' roll,"]),
])  # fmt: skip
def test_apostrophes(passage, expected):
    assert stretches(passage) == expected


@pytest.mark.parametrize("passage, expected", [
    ("“She called it ‘a mess’ and left,” he said.", ["She called it ‘a mess’ and left,"]),
    ("‘She called it “a mess” and left,’ he said.", ["She called it “a mess” and left,"]),
    ("\"She called it 'a mess' and left,\" he said.", ["She called it 'a mess' and left,"]),
    ("'She called it \"a mess\" and left,' he said.", ["She called it \"a mess\" and left,"]),
    ("“‘No’ is no answer,” he said.", ["‘No’ is no answer,"]),
    ("“She said: ‘No.’”", ["She said: ‘No.’"]),
    ("‘She said: “No.”’", ["She said: “No.”"]),
    limit("marks of one kind in another: the first closing one ends the quotation, though their shapes tell",
          "‘They say ‘wait’ and we wait,’ he said.", ["They say ‘wait’ and we wait,"]),
    limit("three levels of marks come apart",
          "“She said ‘he cried “stop” at us’ and left,” he said.", ["She said ‘he cried “stop” at us’ and left,"]),
])  # fmt: skip
def test_a_quotation_in_a_quotation_is_part_of_it(passage, expected):
    assert stretches(passage) == expected


@pytest.mark.parametrize("passage, expected", [
    ("“We [the council] cannot wait,” she said.", ["We [the council] cannot wait,"]),
    ("“[T]he fund is late,” she said.", ["[T]he fund is late,"]),
    ("“[…] we cannot wait [for the council’s answer],” she said.", ["[…] we cannot wait [for the council’s answer],"]),
    ("‘The [fund’s] size is wrong,’ she said.", ["The [fund’s] size is wrong,"]),
])  # fmt: skip
def test_an_insertion_in_square_brackets_is_part_of_it(passage, expected):
    assert stretches(passage) == expected


@pytest.mark.parametrize("passage, expected", [
    # Each paragraph opens with a mark, only the last one closes.
    ("“We wait.\n\n“We hope.\n\n“We pay.”", [("We wait.", ">…"), ("We hope.", ">…"), ("We pay.", "")]),
    ("'We wait.\n\n'We hope.\n\n'We pay.'", [("We wait.", ">…"), ("We hope.", ">…"), ("We pay.", "")]),
    ("‘The nurses’ rota is late.\n\n‘The directors’ plan is too.’",
     [("The nurses’ rota is late.", ">…"), ("The directors’ plan is too.", "")]),
    ("She said: “We wait.\n\n“We hope,” and left. “We pay.", [("We wait.", ">…"), ("We hope,", ""), ("We pay.", ">")]),
    # What is closed does not go on, nor does a double mark into a single one.
    ("“We wait.”\n\n“We hope.”", [("We wait.", ""), ("We hope.", "")]),
    ("“We wait.\n\n‘We hope.’", [("We wait.", ">"), ("We hope.", "")]),
    ("“We wait.\n\nRain fell.\n\n“We hope.”", [("We wait.", ">"), ("We hope.", "")]),
    # A mark is missing.
    ("“We wait.", [("We wait.", ">")]),
    ("‘We wait.", [("We wait.", ">")]),
    ("We wait.”", [("We wait.", "<")]),
    ("We wait,’ she said.", [("We wait,", "<")]),
    ("She said: We wait.”", [("We wait.", "<")]),
    ("She said: ‘We wait.", [("We wait.", ">")]),
    ("“We wait. “We hope.”", [("We wait.", ">"), ("We hope.", "")]),
    # A single mark in the middle of a sentence that nothing closes is none.
    ("It was ‘late, she said.", []),
])  # fmt: skip
def test_paragraphs_and_missing_marks(passage, expected):
    assert flaws(passage) == expected


@pytest.mark.parametrize("passage, expected", [
    ("“We wait”—she said—“and hope.”", ["We wait", "and hope."]),
    ("“We wait!”“No!”", ["We wait!", "No!"]),
    ("‘bed blockers’, ‘no-shows’ and “targets”", ["bed blockers", "no-shows", "targets"]),
    ("“”", [""]),
    ("", []),
    ("It rained 5'10\" on the day.", []),
    ("“ We wait,” she said.", ["We wait,"]),
])  # fmt: skip
def test_marks_side_by_side(passage, expected):
    assert stretches(passage) == expected


@pytest.mark.parametrize("text, expected", [
    ("One.\n\nTwo.", ["One.", "Two."]),
    ("One\nand one.\n\n\n\nTwo.  \n", ["One\nand one.", "Two."]),
    ("", []),
    (" \n\n \n", []),
    limit("behind an empty line that holds a space or a carriage return, a paragraph keeps its end at its head",
          "One.\r\n\r\nTwo.", ["One.", "Two."]),
])  # fmt: skip
def test_paragraphs(text, expected):
    assert [text[start:end] for start, end in paragraphs(text)] == expected


@given(st.text("“”‘’\"'`´«» \n.,:s[aZ", max_size=60))
def test_quotations_stand_in_order_apart_and_inside_their_marks(text):
    found = find_quotations(text)
    places = [place for each in found for place in (each.outer_start, each.start, each.end, each.outer_end)]
    assert places == sorted(places)
    assert not any("\n\n" in text[each.outer_start : each.outer_end] for each in found)


@given(st.text("“”‘’ \nab.", max_size=60))
def test_a_quotation_that_goes_on_has_no_closing_mark_and_is_followed_by_another(text):
    found = find_quotations(text)
    for each, following in zip(found, [*found[1:], None], strict=False):
        assert not each.continues or (not each.closed and following is not None and following.opened)


@pytest.mark.parametrize("marks", [19, 1_000, 20_000])
def test_a_paragraph_full_of_marks_that_nothing_closes_is_read_to_its_end(marks):
    text = "so ‘he went " * marks + "and “we stayed,” she said"
    assert [text[one.start : one.end] for one in find_quotations(text)] == ["we stayed,"]
