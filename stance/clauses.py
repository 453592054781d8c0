"""Reporting clauses: who (a mention) does what (a cue) in a sentence: 'said the LGA leader', 'X, chair of Y, warned'."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from stance.cues import ACCORDING, CUE
from stance.names import HIDDEN, Mention, in_phrase

MARKS = "“”„‟\"«»‘’‚‛'`´"
ADVERB = (
    r"(?:has|have|had|will|also|then|later|since|again|further|now|still|therefore|already|however|yesterday|today|tonight"
    r"|earlier|recently|previously|even|just|once|duly|went\s+on\s+to|goes?\s+on\s+to|gone\s+on\s+to|is|was|are|were"
    r"|[a-z]+ly|(?:on|last|this|in|at)\s+(?:[A-Z]?[\w’']+\s*){1,3}|and|,)"
)
BETWEEN = re.compile(
    rf"""(?:\s*\([^()]{{1,80}}\))?
    (?:\s+(?:of|for|at|from|in|with|on|to|representing|covering|and|&|behind|into|by)\s[^,;:.(){HIDDEN}]{{1,120}}?)?
    (?:\s*\([^()]{{1,80}}\))?
    (?:\s+(?:published|issued|released|speaking|based|drawn|written|seen|sent|signed|produced|commissioned|addressing|responding
        |presented|compiled|leaked|obtained|agreed)\b[^,;:.{HIDDEN}]{{0,100}}?)?
    (?:,\s[^;:.]{{1,240}}?,|\s[–—-]\s[^;:.]{{1,200}}?\s[–—-])?
    (?:,?\s+who)?
    (?:,?\s*{ADVERB}\b)*,?\s*""",
    re.VERBOSE,
)
AFTER_QUOTATION = re.compile(rf"[{MARKS}{HIDDEN}][.…]?,?\s*(?:[–—-]\s*)?(?:\w+ly\s+|also\s+|then\s+|has\s+)?$")
NOT_A_VERB = re.compile(
    r"(?i:(?<![\w’'])(?:the|a|an|its|their|his|her|this|that|these|those|any|no|of|in|for|with|by|on|our|my|your|from|as|such"
    r"|some|many|recent|similar|latest|new|to|can|could|may|might|must|should|would|not|never|who\s+has|[a-z]+n[’']t)\s+)$"
)
GOES_ON = re.compile(r"(?:w[eo]nt|goes?|going|gone|keen|quick|eager|continued|anxious|careful)\s+(?:on\s+)?to\s+$")
PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:\w+ly\s+|also\s+|often\s+|widely\s+)?$")
RELEASED = re.compile(r"\s+(?:has\s+|have\s+)?(?:published|released|issued|produced|commissioned|unveiled)\b")
COMMA_ENDS = re.compile(r"[,–—-]\s*$")


@dataclass(frozen=True)
class Clause:
    """A reporting clause: `subjects` are its mentions (two where two speak together), `words` their whole noun phrase;
    text[start:end] spans subject and cue; `before` says that the reported words come first."""

    start: int
    end: int
    cue_start: int
    cue: str
    subjects: tuple[Mention, ...]
    words: str
    inverted: bool = False


def find_clauses(text: str, start: int, end: int, mentions: list[Mention]) -> list[Clause]:
    """The reporting clauses of the sentence text[start:end], in order. `mentions` are sorted by place."""
    first = bisect_left(mentions, start, key=lambda mention: mention.start)
    last = bisect_left(mentions, end, key=lambda mention: mention.start)
    here = mentions[first:last]
    found = [*_according(text, start, end, here)]
    for match in CUE.finditer(text, start, end):
        if any(mention.start <= match.start() < mention.end for mention in here):
            continue
        clause = _inverted(text, start, match, here) or _plain(text, start, match, here)
        if clause and not any(clause.cue_start == other.cue_start for other in found):
            found.append(clause)
    return sorted(found, key=lambda clause: clause.start)


def _according(text: str, start: int, end: int, here: list[Mention]) -> Iterator[Clause]:
    for match in ACCORDING.finditer(text, start, end):
        subjects = _together(text, [mention for mention in here if mention.start >= match.end()], match.end())
        if subjects:
            stop = _phrase_end(text, subjects[-1].end, end)
            yield Clause(match.start(), stop, match.start(), "according to", subjects, text[match.end() : stop], True)


def _inverted(text: str, start: int, match: re.Match[str], here: list[Mention]) -> Clause | None:
    """'... ,” said X': the cue stands right behind a quotation or a comma, the subject right behind the cue."""
    before = text[max(start, match.start() - 30) : match.start()]
    if not (AFTER_QUOTATION.search(before) or re.search(r",\s*$", before)):
        return None
    subjects = _together(text, [mention for mention in here if mention.start >= match.end()], match.end())
    if not subjects or subjects[0].kind == "pronoun" and not AFTER_QUOTATION.search(before):
        return None
    if not AFTER_QUOTATION.search(before) and CUE.match(text, subjects[-1].end + 1):
        return None
    stop = _phrase_end(text, subjects[-1].end, len(text))
    return Clause(match.start(), stop, match.start(), match[0], subjects, text[match.end() : stop].strip(), True)


def _plain(text: str, start: int, match: re.Match[str], here: list[Mention]) -> Clause | None:
    cue, at = match[0], match.start()
    before = text[max(start, at - 40) : at]
    participle = cue.endswith("ing")
    free = [mention for mention in here if mention.end <= at and not in_phrase(text, mention)]
    if re.search(r"\s(?:that|which)\s+(?:has\s+|had\s+|also\s+)?$", before) and free and RELEASED.search(text, free[0].end, at):
        return _clause(text, match, free[0], here)
    if NOT_A_VERB.search(before) and not GOES_ON.search(before):
        return None
    if PASSIVE.search(before) and not participle:
        return None
    if participle and not PASSIVE.search(before):
        if not COMMA_ENDS.search(before) and not re.search(r"\b(?:and|by|before)\s+$", before):
            return None
        return _clause(text, match, free[0], here) if free else None
    for mention in free:
        if at - mention.end < 420 and BETWEEN.fullmatch(text, mention.end, at):
            return _clause(text, match, mention, here)
    conjoined = re.search(r"\b(?:and|but|then)\s+(?:has\s+|also\s+|then\s+|later\s+|\w+ly\s+)*$", before)
    if conjoined and free and not re.search(r",\s+(?:and|but)\s+$", before):
        return _clause(text, match, free[0], here)
    return None


def _clause(text: str, match: re.Match[str], subject: Mention, here: list[Mention]) -> Clause:
    subjects = _together(text, [mention for mention in here if mention.start >= subject.start], subject.start)
    subjects = tuple(mention for mention in subjects if mention.end <= match.start()) or (subject,)
    words = text[subject.start : min(match.start(), _phrase_end(text, subjects[-1].end, match.start()))]
    return Clause(subject.start, match.end(), match.start(), match[0], subjects, words)


def _together(text: str, mentions: list[Mention], place: int) -> tuple[Mention, ...]:
    """The mention that begins at `place` (an article may stand before it), with one that 'and' joins to it.

    A role with its name behind it ('the leader of the council, Jane Poe') is the name's."""
    if not mentions or not re.fullmatch(r"\s*(?:the\s+|both\s+)*", text[place : mentions[0].start]):
        return ()
    first = mentions[0]
    for other in mentions[1:4]:
        between = text[first.end : other.start]
        if first.kind == "role" and other.kind == "person" and re.fullmatch(
            rf"(?:\s+(?:of|for|at|in|on)\s[^.;:{HIDDEN}]{{1,100}}?)?(,?)\s+", between
        ) and not re.search(r"\b(?:and|by|with|from|to)\s+$", between):
            if "," not in between or re.match(r"\s*(?:,|\.|$|\)|\w+ed\b|said|says|told)", text[other.end : other.end + 12]):
                return (other,)
        if first.kind in ("organisation", "person") and other.kind == first.kind and re.fullmatch(
            r"(?:\s*\([^()]*\))?\s+and\s+(?:the\s+)?", between
        ):
            return (first, other)
    return (first,)


def _phrase_end(text: str, place: int, limit: int) -> int:
    """Where the noun phrase that holds a mention ends: behind its 'of ...', 'for ...' or bracket."""
    match = re.compile(
        rf"(?:\s*\([^()]{{1,80}}\))?(?:\s+(?:of|for|at|from|in)\s[^,;:.(){HIDDEN}{MARKS}]{{1,100}})?"
    ).match(text, place, limit)
    return match.end() if match else place
