"""Reporting clauses: who (mentions) does what (a cue) in a sentence: 'said the LGA leader', 'X, chair of Y, warned'."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from stance.statements.cues import SAID, TAKES_BARE_CLAUSE, TAKES_CLAUSE, TOLD, URGED, Cue, find_cues
from stance.statements.mentions import HIDDEN, Mention, between, in_phrase, phrase_end
from stance.statements.quotations import Quotation
from stance.statements.sentences import is_clause

MARKS = "“”„‟\"«»‘’‚‛'`´"
ACCORDING = re.compile(r"\b[Aa]ccording to\s+")
ADVERB = (
    r"(?:has|have|had|will|also|then|later|since|again|further|now|still|therefore|already|however|yesterday|today|tonight"
    r"|earlier|recently|previously|even|just|once|duly|went\s+on\s+to|goes?\s+on\s+to|gone\s+on\s+to|is|was|are|were"
    r"|[a-z]+ly|(?:on|last|this|in|at)\s+(?:[A-Z]?[\w’']+\s*){1,3}|,)"
)
# What may stand between a subject and its verb: a bracket, 'of ...', 'published today', an apposition, 'who', adverbs.
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
FAR = 420  # characters between a subject and its verb, at most
AFTER_QUOTATION = re.compile(rf"[{MARKS}{HIDDEN}][.…]?,?\s*(?:[–—-]\s*)?(?:\w+ly\s+|also\s+|then\s+|has\s+)?\Z")
AFTER_COMMA = re.compile(r",\s*\Z")
NOT_A_VERB = re.compile(
    r"(?i:(?<![\w’'])(?:the|a|an|its|their|his|her|this|that|these|those|any|no|of|in|for|with|by|on|our|my|your|from|as|such"
    r"|some|many|recent|similar|latest|new|to|can|could|may|might|must|should|would|not|never|who\s+has|[a-z]+n[’']t)\s+)\Z"
)
GOES_ON = re.compile(r"(?:w[eo]nt|goes?|going|gone|keen|quick|eager|continued|anxious|careful)\s+(?:on\s+)?to\s+\Z")
PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:\w+ly\s+|also\s+|often\s+|widely\s+)?\Z")
NOT_SAID = re.compile(r"\b(?i:no|neither|nor|if|unless|whether|will|would|does|did|should|could)\s+(?:the\s+)?\Z")
RELATIVE = re.compile(r"\s(?:that|which)\s+(?:has\s+|had\s+|also\s+)?\Z")
RELEASED = re.compile(r"\s+(?:has\s+|have\s+)?(?:published|released|issued|produced|commissioned|unveiled)\b")
PARTICIPLE_AFTER = re.compile(r"(?:[,–—-]\s*|\b(?:and|by|before)\s+)\Z")
CONJOINED = re.compile(r"(?<!,)\s(?:and|but|then)\s+(?:has\s+|also\s+|then\s+|later\s+|\w+ly\s+)*\Z")
OFFICE_OF = re.compile(rf"(?:\s+(?:of|for|at|in|on)\s[^.;:{HIDDEN}]{{1,100}}?)?(,?)\s+")
JOINS = re.compile(r"\b(?:and|by|with|from|to)\s+\Z")
AND = re.compile(r"(?:\s*\([^()]*\))?\s+and\s+(?:the\s+)?")

# The reported clause ------------------------------------------------------------------------------------------------

FUNCTION_WORD = (
    r"(?:of|for|to|in|on|at|by|with|from|and|but|or|that|as|when|if|because|over|about|rather|than|is|was|are|were)"
)
ADVERBIAL = (
    r"(?:\s+(?:yesterday|today|tonight|again|also|earlier|later|repeatedly|there|afterwards|publicly|this\s+\w+"
    r"|last\s+\w+|(?:in|on|at|during|after|before)\s+[^,;:.]{1,60}?))"
)
THAT = re.compile(rf"(?:,?{ADVERBIAL}|,\s+(?:however|though|too|meanwhile))*,?\s+that\s+")
TOLD_THAT = re.compile(r"\s+(?!that\b)[^,;:.]{1,90}?\s+that\s+")
TOLD_BARE = re.compile(
    r"\s+(?:the\s+)?[\w’']+(?:\s+[\w’']+){0,5}?\s+(?=(?:the|he|she|they|it|there|we|his|her|its|their|this|these)\s)"
)
BARE = re.compile(
    rf"\s+(?:yesterday\s+|today\s+)?(?!(?:{FUNCTION_WORD}|so|how|why|what|whether|who|which|\w+ly|yes|no(?=[,.])|anything|nothing"
    r"|more|the\s+same)\b)(?=[\w£])"
)
TO_DO = re.compile(r"\s+(?=[^,;:.]{2,80}?\s+(?:not\s+)?to\s+\w+)")
MORE = re.compile(r"[\"'”’]?,?\s+(?:and|but)\s+(?:that\s+)?")
JOINS_NEXT = re.compile(r"(?:,?\s+(?:and|but|while|though|although)\s+|,\s+|[;–—]\s*)\Z")
BEHIND_SOURCE = re.compile(  # 'According to X(, the lead for Y), ...'
    r"(?:\s+(?:published|released|issued|seen)[^,.;:]{0,60})?\s*,\s+"
    r"(?:(?!(?:in|at|on|for|by|as|when|if|many|some|most)\s)[a-z][^,.;:]{2,90}\b(?:of|for|at)\s[^,.;:]{2,60},\s+)?"
)
SENTENCE_ADVERB = re.compile(r"(?:In\s)?\w+,\s*")
FINAL = re.compile(rf"(?:{ADVERBIAL})*\s*[.!?]?\s*")
TOLD_FINAL = re.compile(r"\s+[^,;:]{1,140}")


@dataclass(frozen=True)
class Clause:
    """A reporting clause: text[start:end] spans subject and cue.

    `subjects` are its mentions (two where two speak together), `words` their whole noun phrase; `inverted` says that
    the subject stands behind the cue.
    """

    start: int
    end: int
    cue_start: int
    cue: str
    subjects: tuple[Mention, ...]
    words: str
    inverted: bool = False


def find_clauses(text: str, start: int, end: int, mentions: list[Mention], cues: list[Cue]) -> list[Clause]:
    """The reporting clauses of the sentence text[start:end], in order. `mentions` and `cues` are sorted by place."""
    cues = cues[bisect_left(cues, (start,)) : bisect_left(cues, (end,))]
    source = text.find("ccording to ", start, end) >= 0
    here = between(mentions, start, end) if cues or source else []
    found = [*_according(text, start, end, here)] if source else []
    for cue in cues:
        if any(mention.start <= cue.start < mention.end for mention in here):
            continue
        before = text[max(start, cue.start - 40) : cue.start]
        behind = AFTER_QUOTATION.search(before)
        clause = (_inverted(text, cue, here) if behind else None) or _plain(text, cue, before, here)
        if clause is None and not behind and AFTER_COMMA.search(before):
            clause = _inverted(text, cue, here)
        if clause:
            found.append(clause)
    return sorted(found, key=lambda clause: clause.start)


def _according(text: str, start: int, end: int, here: list[Mention]) -> Iterator[Clause]:
    for match in ACCORDING.finditer(text, start, end):
        subjects = _together(text, here, match.end())
        if subjects:
            stop = phrase_end(text, subjects[-1].end, end)
            yield Clause(match.start(), stop, match.start(), "according to", subjects, text[match.end() : stop], True)


def _inverted(text: str, cue: Cue, here: list[Mention]) -> Clause | None:
    """'... ,” said X': the cue stands right behind a quotation or a comma, the subject right behind the cue."""
    subjects = _together(text, here, cue.end)
    if not subjects or any(other.start == 0 for other in find_cues(text[subjects[-1].end + 1 : subjects[-1].end + 20])):
        return None
    stop = phrase_end(text, subjects[-1].end, len(text))
    return Clause(cue.start, stop, cue.start, cue.verb, subjects, text[cue.end : stop].strip(), True)


def _plain(text: str, cue: Cue, before: str, here: list[Mention]) -> Clause | None:
    """'X said', with what may stand between the two; `before` are the words before the cue."""
    free = [mention for mention in here if mention.end <= cue.start and not in_phrase(text, mention)]
    if not free:
        return None
    released = RELATIVE.search(before) and RELEASED.search(text, free[0].end, cue.start)
    if released:  # 'X published a report that says'
        return _clause(text, cue, free[0], here)
    passive = PASSIVE.search(before)
    if (NOT_A_VERB.search(before) and not GOES_ON.search(before)) or (passive and not cue.verb.endswith("ing")):
        return None
    if cue.verb.endswith("ing") and not passive:
        return _clause(text, cue, free[0], here) if PARTICIPLE_AFTER.search(before) else None
    for mention in free:
        if cue.start - mention.end < FAR and BETWEEN.fullmatch(text, mention.end, cue.start):
            return _clause(text, cue, mention, here)
    return _clause(text, cue, free[0], here) if CONJOINED.search(before) else None


def _clause(text: str, cue: Cue, subject: Mention, here: list[Mention]) -> Clause | None:
    subjects = tuple(each for each in _together(text, here, subject.start) if each.end <= cue.start) or (subject,)
    words = text[subject.start : min(cue.start, phrase_end(text, subjects[-1].end, cue.start))]
    if NOT_SAID.search(text[max(0, subject.start - 14) : subject.start]):
        return None
    start = subject.start
    for other in here:  # 'Health Secretary Jeremy Hunt'
        if other.kind == "role" and subject.kind == "person" and text[other.end : start].isspace():
            start = other.start
    return Clause(start, cue.end, cue.start, cue.verb, subjects, words)


def _together(text: str, here: list[Mention], place: int) -> tuple[Mention, ...]:
    """The mention that begins at `place` (an article may stand before it), with one that 'and' joins to it.

    A role with its name behind it ('the leader of the council, Jane Poe') is the name's.
    """
    mentions = here[bisect_left(here, place, key=lambda mention: mention.start) :]
    if not mentions or not re.fullmatch(r"\s*(?:the\s+|both\s+|an?\s+)*", text[place : mentions[0].start]):
        return ()
    first = mentions[0]
    for other in mentions[1:4]:
        gap = text[first.end : other.start]
        if first.kind == "role" and other.kind == "person" and OFFICE_OF.fullmatch(gap) and not JOINS.search(gap):
            after = text[other.end : other.end + 12]
            if "," not in gap or re.match(r"\s*(?:,|\.|$|\)|\w+ed\b|said|says|told)", after):
                return (other,)
        if first.kind in ("organisation", "person") and other.kind == first.kind and AND.fullmatch(gap):
            return (first, other)
    return (first,)


def reported(
    text: str, clause: Clause, start: int, end: int, spoken: list[Quotation], clauses: list[Clause]
) -> Iterator[tuple[int, int]]:
    """Where the words that `clause` reports without marks stand in the sentence text[start:end]; (start, end) pairs.

    Behind the cue, around 'he added', or beside 'according to X'. `spoken` are the quoted statements of the sentence.
    """
    if clause.cue == "according to":
        yield from () if spoken else _beside(text, clause, start, end)
        return
    if clause.cue not in TAKES_CLAUSE and clause.cue not in URGED:
        return
    stop = _stop(text, clause, end, clauses)
    begin = None if clause.inverted else _behind(text, clause, stop)
    if begin is None:
        yield from () if spoken else _around(text, clause, start, end)
        return
    closes = any(quotation.outer_end <= clause.start for quotation in spoken)
    if closes and not text[clause.end : begin].rstrip().endswith("that"):
        return  # '“...,” X told ministers, as ...': the clause reports the words before it
    quoted = [quotation for quotation in spoken if clause.end <= quotation.outer_start < stop]
    if not quoted:
        yield begin, stop
        return
    head = text[begin : quoted[0].outer_start].rstrip()
    if head.endswith(",") and is_clause(head) and quoted[0].end - quoted[0].start > 40:
        yield begin, begin + len(head)
    more = MORE.match(text, quoted[-1].end)
    if more and is_clause(text[more.end() : stop]):
        yield more.end(), stop


def _beside(text: str, clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """'According to X, the plans were unfair', 'The plans were unfair, according to X'."""
    lead, source = text[start : clause.start].rstrip(), BEHIND_SOURCE.match(text, clause.end)
    if not lead and source:
        yield source.end(), end
    elif lead.endswith(","):
        yield start, (end if re.match(r",\s+\w", text[clause.end : end]) else clause.start)


def _stop(text: str, clause: Clause, end: int, clauses: list[Clause]) -> int:
    """Where the words behind a cue end: before the next reporting clause that 'and', 'but' or a comma joins on."""
    for other in clauses:
        place = other.start if other.start > clause.end else other.cue_start
        joined = JOINS_NEXT.search(text, max(clause.end, place - 12), place) if place > clause.end else None
        if joined:
            return joined.start()
    return end


def _behind(text: str, clause: Clause, stop: int) -> int | None:
    """Where the reported clause behind a cue begins, None where none follows."""
    cue = clause.cue
    if cue in URGED:
        to_do = TO_DO.match(text, clause.end, stop)
        return to_do.end() if to_do else None
    that = THAT.match(text, clause.end, stop) or (TOLD_THAT.match(text, clause.end, stop) if cue in TOLD else None)
    if that:
        return that.end()
    if cue not in TAKES_BARE_CLAUSE:
        return None
    bare = (TOLD_BARE.match(text, clause.end, stop) if cue in TOLD else None) or BARE.match(text, clause.end, stop)
    words = text[bare.end() : stop] if bare else ""
    return bare.end() if bare and (is_clause(words, True) or (cue in SAID and len(words.split()) > 3)) else None


def _around(text: str, clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """'The plans were unfair, he said', 'The plans, he said, were unfair'."""
    lead, rest = re.sub(r"\b[Tt]he\s+$", "", text[start : clause.start]), text[clause.end : end]
    if not lead.rstrip().endswith((",", "–", "—")):
        return
    told = clause.cue in TOLD and TOLD_FINAL.fullmatch(rest)
    if (told or FINAL.fullmatch(rest)) and (is_clause(lead) or len(lead.split()) > 4):
        yield start, start + len(lead)
    elif re.match(r",\s+\w", rest):
        yield (clause.end + 1 if SENTENCE_ADVERB.fullmatch(lead) else start), end
