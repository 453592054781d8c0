"""Sentences: where they end in a paragraph whose quoted words are hidden, and whether words make a clause.

Without a tagger, a clause is known by the commonest verbs: an auxiliary or a frequent verb behind a subject.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from stance.statements.cues import ALL
from stance.statements.lexicon import any_of, listed
from stance.statements.mentions import HIDDEN
from stance.statements.quotations import Quotation

LONGEST = 3_000  # characters of a sentence; what runs on without a stop is cut, so that the time stays in proportion
CUES = "|".join(sorted(ALL))
SENTENCE_END = re.compile(  # nowhere inside a row of stops; that is asked behind the first, since a set is found faster
    rf"([.!?…](?<![.!?…]{{2}})[.!?…]*[{HIDDEN}]?[\"'”’»)\]]*)\s+(?=[\"'“‘«(\[]*[A-Z0-9£À-Þ{HIDDEN}…])"
)
ABBREVIATION = re.compile(
    rf"(?:\b(?:{'|'.join(map(re.escape, listed('abbreviations') + listed('titles')))})|(?<![A-Za-z])[A-Z])\.$"
)
ASKED = re.compile(rf"(?:[A-Z][^.\n“‘\"]{{0,90}}?\s)?(?:{CUES})\b")  # '“Why?” Pickup asked' goes on
FUNCTION_WORD = any_of("function_words")
AUXILIARY = any_of("auxiliaries")
PRONOUN = r"(?:I|[Ww]e|[Yy]ou|[Tt]hey|[Hh]e|[Ss]he|[Ii]t"
VERB = any_of("common_verbs")
FINITE = re.compile(
    rf"\b(?:{PRONOUN}|[Tt]here|[Tt]hat|[Tt]his)[’'](?:m|s|re|ve|d|ll)\b|{PRONOUN})\s+\w+"
    r"|(?:[Nn]obody|[Ee]verybody|[Ee]veryone|[Ss]omebody|[Ss]omeone|[Aa]nyone|[Pp]eople)\s+\w+s?\b"
    rf"|(?<=\w )(?<!\bthat )(?<!\bwhich )(?<!\bwho )(?<!\bto )(?<!^to ){AUXILIARY}\b"
    rf"|[\w’']+[^\W_]\s+(?<!\bto )(?<!\bthe )(?<!\ba )(?<!\bof )(?<!\bthat )(?<!\bwho ){VERB}\b)"
)
# Behind a reporting verb a past tense in -ed is the clause's own: 'said (that) the dangers reached the system'.
PAST_TENSE = re.compile(
    r"(?:the|a|an|its|their|his|her|this|these|those|[A-Z]\w+)\s+(?:[\w’'-]+\s+){1,4}?(?:\w+ly\s+|also\s+)?(?!\w*eed)"
    r"\w{2,}ed\s"
)
NO_SUBJECT = re.compile(rf"(?:{AUXILIARY}|to)\b")
RELATIVE = re.compile(r"\b(?:which|that|whose?)\b")
NOUN_PHRASE = re.compile(r"an?\s")  # 'a row about whose patient it is': no clause, whatever verb it holds
RUNS_INTO = re.compile(
    rf"[,?!](\s+(?:(?:{CUES})\s+(?:the\s+|[A-Z])|(?:he|she|(?:[Tt]he\s+)?(?:[A-Z][\w’'-]+\s+){{1,3}})(?:{CUES})\b[^,]))"
)
FIRST_PERSON = re.compile(r"(?:We|I|Our|My)\b")
IN_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|I|[Oo]ur|[Mm]y|us)\b")
NAME_WORD = r"[^\W\d_a-zß-ÿ][\w.’'-]*"
TURN = re.compile(rf"(?:{NAME_WORD}(?:\s+{NAME_WORD}){{0,4}})(?:\s*\([^()\n]{{1,60}}\))?:\s+(?=\S)")
SAID_COLON = re.compile(rf"\b(?:{CUES}):\Z")


def find_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The (start, end) of each sentence of the paragraph text[start:end], whose quoted words are hidden."""
    begin = start
    for match in SENTENCE_END.finditer(text, start, end):
        quoted = match[1].rstrip("\"'”’»") != match[1]
        asked = text[match.start()] in "!?" and quoted and ASKED.match(text, match.end(), match.end() + 130)
        if asked or ABBREVIATION.search(text, max(begin, match.start() - 12), match.start() + 1):
            continue
        yield from _cut(text, begin, match.end(1))
        begin = match.end()
    if begin < end:
        yield from _cut(text, begin, end)


def around(sentences: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The (start, end) of the sentences, given in order, that hold a statement; its own where none does."""
    first = bisect_right(sentences, start, key=lambda span: span[1])
    last = bisect_left(sentences, end, key=lambda span: span[0])
    return (sentences[first][0], sentences[last - 1][1]) if first < last else (start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        space = text.find(" ", start + LONGEST, end)
        if space < 0:
            break
        yield start, space
        start = space + 1
    yield start, end


def is_clause(words: str, reported: bool = False) -> bool:
    """Whether `words` hold a finite verb with its subject, as far as the commonest verbs tell.

    `reported`: they stand behind a reporting verb, so the verb must come before any relative clause.
    """
    match = FINITE.search(words) or (PAST_TENSE.match(words) if reported else None)
    if match is None or NO_SUBJECT.match(words):
        return False
    return not ((reported or NOUN_PHRASE.match(words)) and RELATIVE.search(words, 0, match.start()))


def _announces(text: str, end: int) -> bool:
    return text[end - 1] == ":" and bool(SAID_COLON.search(text, max(0, end - 20), end))


def hide(text: str, quotations: list[Quotation]) -> str:
    """`text` with quoted characters hidden, but for a stop at the end of a quotation, which may end a sentence."""
    pieces, place = [], 0
    for quotation in quotations:
        stop = text[quotation.end - 1] if quotation.end > quotation.start else ""
        kept = stop if stop in ".!?,…" else ""
        pieces += [text[place : quotation.start], HIDDEN * (quotation.end - quotation.start - len(kept)), kept]
        place = quotation.end
    return "".join([*pieces, text[place:]])


def repaired(text: str, spans: list[tuple[int, int]], quotations: list[Quotation]) -> Iterator[Quotation]:
    """The quotations of the paragraphs `spans`, mended where the paper lost a mark.

    One without a closing mark ends before the reporting clause that it runs into. Without marks of its own, a paragraph
    is quoted if it is in the first person between two quoted ones, if 'X said:' announces it, and behind the name of a
    transcript's turn ('X: ...', two of them at least).
    """
    by_paragraph: dict[int, list[Quotation]] = {}
    number = 0
    for quotation in quotations:
        while spans[number][1] <= quotation.outer_start:
            number += 1
        by_paragraph.setdefault(number, []).append(quotation)
    turns = [None if number in by_paragraph else TURN.match(text, *span) for number, span in enumerate(spans)]
    if sum(map(bool, turns)) < 2:
        turns = [None] * len(spans)
    for number, (start, end) in enumerate(spans):
        for quotation in by_paragraph.get(number, ()):
            open_end = not quotation.closed and not quotation.continues
            runs = RUNS_INTO.search(text, quotation.start, quotation.end) if open_end else None
            yield quotation._replace(end=runs.start(1), outer_end=runs.start(1)) if runs else quotation
        if number in by_paragraph:
            continue
        after = by_paragraph.get(number + 1, [])
        amid = by_paragraph.get(number - 1) and after and after[0].outer_start == spans[number + 1][0]
        before = by_paragraph.get(number - 1, [])
        unclosed = bool(before) and not before[-1].closed and before[-1].outer_end == spans[number - 1][1]
        first = FIRST_PERSON.match(text, start) or (unclosed and IN_FIRST_PERSON.search(text, start, end))
        turn = turns[number]
        if turn:
            yield Quotation(turn.end(), end, turn.end(), end, False, False, True)
        elif number and _announces(text, spans[number - 1][1]):
            yield Quotation(start, end, start, end, False, False, True)
        elif first and (amid or unclosed):
            yield Quotation(start, end, start, end, False, False, before[0].double)
