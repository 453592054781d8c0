"""Quotations: the stretches between quotation marks, paragraph by paragraph, as British and American papers set them.

Only marks are read here, not meaning. A stretch never crosses a paragraph: each paragraph of a long quotation, which
opens with a mark and closes only at the very end, is a stretch of its own that `continues` into the next.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import NamedTuple

DOUBLE = '“”„‟"«»＂'
SINGLE = "‘’‚‛'`´"
OPENING = "“„«‘‚`"
CLOSING = "”»’´"
MARKS = DOUBLE + SINGLE
# A mark, a single one not between two letters or digits; ’’ and the like are one.
MARK = re.compile(rf"[{MARKS}](?:(?<=')'|(?<=`)`|(?<=’)’|(?<=‘)‘|(?<=[{DOUBLE}])|(?!(?<=[^\W_].)[^\W_]))")
WORD_NEXT, SPACE_AND_LETTER = re.compile(r"\s+[\w£(]"), re.compile(r"\s+\w")
UNCLOSED = 20  # single marks without an end in one paragraph; then what is left of them are apostrophes
PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]*)*")

# An apostrophe at the head of a word, where an opening mark would stand: '90s, 'tis, rock 'n' roll.
ELISION = re.compile(r"(?:\d0s|n['’ ]|em\b|til\b|tis\b|twas\b|cause\b|cos\b|bout\b|round\b)", re.IGNORECASE)


class Quotation(NamedTuple):
    """A stretch of quoted words: text[start:end] without its marks, text[outer_start:outer_end] with them."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    opened: bool  # False where the opening mark is missing
    closed: bool  # False where the paragraph ends, or the next mark opens, before a closing mark
    double: bool
    continues: bool = False  # the next paragraph opens with a mark of the same kind, this one has no closing mark


class _Mark(NamedTuple):
    """A quotation mark: text[left:right], and whether it may open or close a quotation."""

    left: int
    right: int
    double: bool
    opens: bool
    closes: bool


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The (start, end) of each paragraph; an empty line stands between two."""
    for match in PARAGRAPH.finditer(text):
        end = match.end()
        while end > match.start() and text[end - 1].isspace():
            end -= 1
        if end > match.start():
            yield match.start(), end


def find_quotations(text: str, spans: Iterable[tuple[int, int]] = ()) -> list[Quotation]:
    """The outermost quotations of `text`, in order, none overlapping another; `spans` are its paragraphs if known."""
    found: list[Quotation] = []
    end_before = -1  # where the paragraph before ended
    for start, end in spans or paragraphs(text):
        stretches = list(_stretches(text, start, end))
        if found and stretches and found[-1].outer_end == end_before and not found[-1].closed:
            first = stretches[0]
            if first.outer_start == start and first.opened and first.double == found[-1].double:
                found[-1] = found[-1]._replace(continues=True)
        found += stretches
        end_before = end
    return found


def _stretches(text: str, start: int, end: int) -> Iterator[Quotation]:
    after: int | None = start
    left = UNCLOSED  # each costs one more reading of the rest, so that a page full of them must not cost the square
    while after is not None:
        after = yield from _up_to_an_apostrophe(text, after, end, left > 0)
        left -= 1


def _up_to_an_apostrophe(text: str, start: int, end: int, singles: bool) -> Generator[Quotation, None, int | None]:
    """Yields the stretches up to a single mark that nothing closes; the place behind it, from which to read on."""
    marks = [mark for mark in _marks(text, start, end) if singles or mark.double]
    goes_on = text[end : end + 20].lstrip()[:1] in tuple(SINGLE)  # the next paragraph opens with a single mark
    opened: tuple[int, int, bool] | None = None  # outer start, inner start, double
    last_end = start
    for number, (left, right, double, opens, closes) in enumerate(marks):
        if opened is None:
            if opens:
                opened = (left, right, double)
            elif closes and last_end == start and text[left - 1] in ",.?!…":
                yield from _unopened(text, start, left, right, double)
                last_end = right
            continue
        outer, inside, kind = opened
        if double != kind:
            continue
        if closes and not _possessive(text, marks, number, goes_on and outer == start):
            yield Quotation(*_trimmed(text, inside, left), outer, right, True, True, kind)
            opened, last_end = None, right
        elif opens and not closes and kind:
            # The closing mark is missing: the words up to this opening mark hold the quotation.
            inner = _trimmed(text, inside, left)
            yield Quotation(*inner, outer, inner[1], True, False, kind)
            opened, last_end = (left, right, double), left
    if opened:
        outer, inside, kind = opened
        if kind or outer == start or _introduced(text, outer, inside):
            yield Quotation(*_trimmed(text, inside, end), outer, end, True, False, kind)
        else:
            return inside  # a single mark inside a paragraph that nothing closes is an apostrophe
    return None


def _unopened(text: str, start: int, left: int, right: int, double: bool) -> Iterator[Quotation]:
    """Before a closing mark that nothing opened: the words from the start of the paragraph, or from the last colon."""
    colon = re.search(r":\s+(?=[A-Z][^:]*$)", text[start:left])
    inner = _trimmed(text, start + colon.end() if colon else start, left)
    if inner[1] - inner[0] > 2:
        yield Quotation(*inner, inner[0], right, False, True, double)


def _marks(text: str, start: int, end: int) -> list[_Mark]:
    """The marks between `start` and `end`, apostrophes left out."""
    marks: list[_Mark] = []
    number = {True: 0, False: 0}  # of marks so far, double and single
    for match in MARK.finditer(text, start, end):
        left, right = match.span()
        before = text[left - 1] if left > start else " "
        after = text[right] if right < end else " "
        mark = match[0]
        double = len(mark) == 2 or mark in DOUBLE
        outside_before = before.isspace() or before in "([{—–-/" or (before in MARKS and before != mark)
        outside_after = after.isspace() or after in ")]}—–-.,;:!?…/" or (after in MARKS and after != mark)
        shaped = double and outside_before and mark[0] in "“«„"  # a slip of the keyboard: a space behind it
        inner = double and before.isspace() and left > start + 1 and text[left - 2] in SINGLE  # 'outreach,' "
        opens = outside_before and not inner and (not after.isspace() or shaped)
        closes = outside_after and (not before.isspace() or inner)
        if opens and closes:  # between two marks or dashes: the shape of the mark decides
            shape = mark[0]
            opens, closes = shape in OPENING, shape in CLOSING
            if not opens and not closes:
                opens = number[double] % 2 == 0
                closes = not opens
        elif not opens and not closes and not (before.isspace() and after.isspace()):
            # Against a letter on both sides, or a slip of the keyboard: only a shaped double mark still counts.
            opens, closes = double and mark in OPENING, double and mark in CLOSING
        if not double and opens and mark not in "‘‚`" and ELISION.match(text, right, end):
            continue
        if opens or closes:
            marks.append(_Mark(left, right, double, opens, closes))
            number[double] += 1
    return marks


def _possessive(text: str, marks: list[_Mark], number: int, goes_on: bool) -> bool:
    """Whether a single mark behind a plural (directors' plans) is an apostrophe.

    It is where a surer closing mark follows, or none at all and the quotation `goes_on` in the next paragraph.
    """
    left, right, double, _, _ = marks[number]
    if double or text[left - 1] not in "sSxz" or not WORD_NEXT.match(text, right, right + 3):
        return False
    for later_left, later_right, later_double, opens, closes in marks[number + 1 : number + 4]:
        if later_double:
            continue
        if opens and not closes:
            return False
        surer = not text[later_left - 1].isalnum() or text[later_left - 1] not in "sSxz"
        if surer or not SPACE_AND_LETTER.match(text, later_right, later_right + 3):
            return True
    return goes_on and not any(not mark.double for mark in marks[number + 1 :])


def _introduced(text: str, outer: int, inside: int) -> bool:
    """Whether an opening mark stands behind a colon or comma, or between the end of a sentence and a capital letter."""
    before = text[max(0, outer - 3) : outer].rstrip()
    return before[-1:] in (":", ",") or (before[-1:] in (".", "!", "?") and text[inside : inside + 1].isupper())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
