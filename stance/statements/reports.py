"""Reports: which words of a sentence a reporting clause reports without quotation marks.

Behind the verb ('she said the plan was unfair'), around it ('The plan, she said, was unfair') or beside a source.
"""

import re
from collections.abc import Iterator

from stance.statements.clauses import Clause
from stance.statements.cues import ALL, SAID, TAKES_BARE_CLAUSE, TAKES_CLAUSE, TOLD, URGED
from stance.statements.quotations import Quotation
from stance.statements.sentences import AUXILIARY, FUNCTION_WORD, is_clause

ADVERBIAL = (
    r"(?:\s+(?:yesterday|today|tonight|again|also|earlier|later|repeatedly|there|afterwards|publicly|this\s+\w+"
    r"|last\s+\w+|(?:in|on|at|during|after|before)\s+[^,;:.]{1,60}?))"
)
AGO = r"\s+\w+\s+\w+\s+(?:earlier|later|ago)"
DAY = rf"(?:\s+(?:on\s+)?\w+days?(?:\s+(?:morning|afternoon|evening|night))?|\s+\w+ly|{AGO})"
THAT = re.compile(rf"(?:{DAY}|,?{ADVERBIAL}|,\s+(?:however|though|too|meanwhile))*,?\s+that\s+")
SUBJECT_AND_VERB = re.compile(  # where a noun may follow as well, a clause is only what has its verb behind its subject
    rf"(?:(?:it|he|she|they|we|there|I|you)\s+(?!who|that)\w+|(?:the|an?|its|their|his|her|this|these|those|[A-Z][\w’'-]*|\w+s)"
    rf"(?:\s+(?!(?:it|he|she|they|we|that|which|who|whom|the|a|an)\b)[\w’'-]+){{0,6}}?\s+{AUXILIARY}\b)"
)
OWNED = re.compile(r"(?:her|his|their|its)\s\w+\s(?:of|for|to|in|at)\b")
SUBORDINATE = re.compile(r"(?:When|After|Before|As|If|Although|Though|While|Because|Since|Asked|Speaking|Responding)\b")
GOES_ON = re.compile(rf",\s+(?:(?:and|but|or|so|with|while|which)\s|{AUXILIARY}\b|[a-z]+(?:ed|s)\s)")
TOLD_THAT = re.compile(
    rf"\s+(?!that\b)(?:(?!\s(?:{AUXILIARY}|after|before|during|about)\b)[^,;:.]){{1,90}}?(?:,[^,;:.]{{1,60}},)?\s+that\s+(?!{AUXILIARY}\b)"
)
TOLD_BARE = re.compile(
    r"\s+(?:the\s+)?[\w’']+(?:\s+[\w’']+){0,5}?\s+(?=(?:(?:the|an?|he|she|they|it|there|we|his|her|its|their|this|these)\s|[\d£]))"
)
BARE = re.compile(
    rf"\s+(?:yesterday\s+|today\s+)?(?!(?:{FUNCTION_WORD}|so|how|why|what|whether|who|which|\w+ly|[a-z]+ing|yes|no(?=[,.])|anything|nothing"
    r"|more|the\s+same)\b)(?=[\w£])"
)
ASIDE = re.compile(r"\b(?:which|what|whom|where)\s+(?:the\s+|an?\s+)?\Z")
COLON = re.compile(r"(?:\s+[^,;:.]{1,40})?:\s+")
TO_DO = re.compile(r"\s+(?=[^,;:.]{2,80}?\s+(?:not\s+)?to\s+\w+)")
MORE = re.compile(r"[\"'”’]?,?\s+(?:and|but)\s+(?:that\s+)?")
JOINS_NEXT = re.compile(r"(?:,?\s+(?:and|but|while|though|although)\s+|,\s+|[;–—]\s*)\Z")
BEHIND_SOURCE = re.compile(  # 'According to X(, the lead for Y), ...'
    r"(?:\s+(?:published|released|issued|seen)[^,.;:]{0,60})?\s*,\s+"
    r"(?:(?!(?:in|at|on|for|by|as|when|if|many|some|most)\s)[a-z][^,.;:]{2,90}\b(?:of|for|at)\s[^,.;:]{2,60},\s+)?"
)
SENTENCE_ADVERB = re.compile(r"(?:In\s)?\w+,\s*")
FINAL = re.compile(rf"(?:{ADVERBIAL})*\s*[.!?]?\s*")
REPORTING, SAID_OR_TOLD = TAKES_CLAUSE | URGED, SAID | TOLD
TOLD_FINAL = re.compile(r"\s+[^,;:]{1,140}")


def reported(
    text: str, clause: Clause, start: int, end: int, spoken: list[Quotation], clauses: list[Clause]
) -> Iterator[tuple[int, int]]:
    """Where the words that `clause` reports without marks stand in the sentence text[start:end]; (start, end) pairs.

    `spoken` are the quoted statements of the sentence.
    """
    if clause.cue == "according to":
        yield from _beside(text, clause, start, end)
        return
    if ASIDE.search(text[max(start, clause.start - 12) : clause.start]):
        return  # 'the pier, which the council says is unsafe'
    if clause.cue in ALL and clause.cue not in REPORTING:
        return
    stop = _stop(text, clause, end, clauses)
    around = [] if clause.cue not in ALL or spoken else list(_around(text, clause, start, end))
    begin = None if clause.inverted or around else _behind(text, clause, stop)
    if begin is None:
        yield from around
        return
    closed = [quotation.outer_end for quotation in spoken if quotation.outer_end <= clause.start]
    closes = closed and not any(closed[-1] <= other.start < clause.start for other in clauses)
    if closes and not THAT.match(text, clause.end):
        return  # '“...,” X told ministers, as ...': the clause reports the words before it
    quoted = [quotation for quotation in spoken if clause.end <= quotation.outer_start < stop]
    if not quoted:
        yield begin, stop
        return
    head = text[begin : quoted[0].outer_start].rstrip()
    whole = head.endswith((",", "–", "—", "-")) and is_clause(head)
    if whole and quoted[0].end - quoted[0].start > (40 if head.endswith(",") else 0):
        yield begin, begin + len(head)
    more = MORE.match(text, quoted[-1].outer_end) or MORE.match(text, quoted[-1].end)
    if more and is_clause(text[more.end() : stop]):
        yield more.end(), stop


def _beside(text: str, clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """'According to X, the plans were unfair', 'The plans were unfair, according to X'."""
    lead, source = text[start : clause.start].rstrip(), BEHIND_SOURCE.match(text, clause.end)
    if not lead and source:
        yield source.end(), end
    elif lead.endswith(","):
        yield start, (end if GOES_ON.match(text, clause.end, end) else clause.start)


def _stop(text: str, clause: Clause, end: int, clauses: list[Clause]) -> int:
    """Where the words behind a cue end: before the next clause that is joined on, or the end of 'who said'."""
    for other in clauses:
        place = other.start if other.start > clause.end else other.cue_start
        joined = JOINS_NEXT.search(text, max(clause.end, place - 12), place)
        if joined and (other.cue in REPORTING or other.cue not in ALL):
            end = min(end, joined.start())
            break
    if clause.relative:
        again = [each.cue_start for each in clauses if each.cue_start > clause.end and each.subjects == clause.subjects]
        end = min([end, *again])
        comma = text.find(", ", clause.end, end)
        end = comma if comma > 0 else end
    return end


def _behind(text: str, clause: Clause, stop: int) -> int | None:
    """Where the reported clause behind a cue begins, None where none follows."""
    cue = clause.cue
    if cue in URGED:
        to_do = TO_DO.match(text, clause.end, stop)
        return to_do.end() if to_do else None
    colon = COLON.match(text, clause.end, stop)
    if colon and is_clause(text[colon.end() : stop]):
        return colon.end()
    that = THAT.match(text, clause.end, stop) or (TOLD_THAT.match(text, clause.end, stop) if cue in TOLD else None)
    if that:
        return that.end()
    bare = (TOLD_BARE.match(text, clause.end, stop) if cue in TOLD else None) or BARE.match(text, clause.end, stop)
    if not bare:
        return None
    words = text[bare.end() : stop]
    if cue not in TAKES_BARE_CLAUSE:
        return bare.end() if SUBJECT_AND_VERB.match(words) else None
    if cue in SAID_OR_TOLD:
        return bare.end() if is_clause(words, True) or len(words.split()) > 3 else None
    return bare.end() if is_clause(words, True) and not OWNED.match(words) else None


def _around(text: str, clause: Clause, start: int, end: int) -> Iterator[tuple[int, int]]:
    """'The plans were unfair, he said', 'The plans, he said, were unfair', 'As he said, the plans were unfair'."""
    lead, rest = re.sub(r"\b[Tt]he\s+$", "", text[start : clause.start]), text[clause.end : end]
    if re.fullmatch(r"As\s+", lead):
        after = re.match(r"[^,;:]{0,60},\s+(?=\w)", rest)
        yield from [(clause.end + after.end(), end)] if after else []
        return
    as_he_said = re.search(r"(?<=,)\s+as\s+\Z", lead)
    lead = lead[: as_he_said.start()] if as_he_said else lead
    if not lead.rstrip().endswith((",", "–", "—")):
        return
    whole = is_clause(lead) or len(lead.split()) > 4
    told = clause.cue in TOLD and TOLD_FINAL.fullmatch(rest)
    behind = re.match(r"\s+[^,;:]{1,60}(?=,\s)", rest) if clause.cue in TOLD and whole else None
    rest = rest[behind.end() :] if behind else rest
    aside = SUBORDINATE.match(lead) or (not is_clause(lead) and re.match(r"(?:In|At|On|For|By|From)\b", lead))
    if aside and not re.match(r",\s+\w", text[clause.end : end]):
        return
    if whole and (clause.inverted or told or FINAL.fullmatch(rest)):
        yield start, start + len(lead)
    elif re.match(r",\s+\w", rest):
        yield (clause.end + 1 if SENTENCE_ADVERB.fullmatch(lead) else start), end
