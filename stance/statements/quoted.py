"""What stands between quotation marks: a statement, some words of one, or words that nobody has said."""

import re

from stance.statements.clauses import Clause
from stance.statements.cues import TAKES_CLAUSE
from stance.statements.lexicon import listed
from stance.statements.quotations import Quotation
from stance.statements.sentences import FUNCTION_WORD, is_clause

UNGIVEN = "quoted words that no reporting verb gives to a speaker"
IMPERATIVE = re.compile(rf"(?:Please\s+)?(?:{'|'.join(listed('imperatives'))})\s+\w+")
NAMING = re.compile(
    r"(?i:so-called|(?:known|referred\s+to)\s+as|nicknamed|entitled|titled|headed|named"
    r"|(?:under\s+)?the\s+(?:word|term|phrase|slogan|title|label|heading|headline))\s+$"
    r"|\b(?:scheme|programme|project|report|paper|book|song|play|film|pamphlet|document|campaign),?\s+called\s+$"
    r"|(?<!was )(?<!were )(?<!been )(?<!is )(?<!are )"
    r"\b(?:call(?:s|ed)?|dub(?:s|bed)?|term(?:s|ed)?|label(?:s|led)?)\s+$"
)
SO_CALLED = re.compile(r"(?i:so-called|known\s+as|nicknamed)\s+$")
HABITUAL = ("call", "calls", "dub", "dubs", "term", "terms", "label", "labels")  # 'what staff call “the aquarium”'
LETTER, PARTICIPLE = re.compile(r"\w"), re.compile(r"[a-z]+(?:ed|ing)\s")
NAME_BEFORE, NAME_AFTER = re.compile(r"\b[A-Z]\w+ $"), re.compile(r" [A-Z]")
SMALL_WORDS = frozenset("a an the of and to in for on with is it at by from as or".split())
MODIFIED = re.compile(r"\b(?:the|this|these|those|their|its|a|an|his|her)\s+(?:[\w-]+\s+)?$")
NOUN_FOLLOWS = re.compile(rf"\s+(?!{FUNCTION_WORD}\b)[a-z]")


def kind_of(
    text: str, hidden: str, quotation: Quotation, clause: Clause | None, sentence: int, alone: bool, speaking: bool
) -> tuple[str, str]:
    """The kind of a quotation, and why it is no statement ('' where it is one).

    `clause` is the one that reports it; `sentence` where its sentence begins in `hidden`, the text without its quoted
    words; `alone` whether it is a whole paragraph; `speaking` whether somebody was quoted or announced before.
    """
    words = text[quotation.start : quotation.end]
    before = hidden[max(sentence, quotation.outer_start - 60) : quotation.outer_start]
    after = hidden[quotation.outer_end : quotation.outer_end + 40]
    opens = quotation.outer_start == sentence or before.rstrip().endswith((":", ","))
    parts = words.split()
    if not LETTER.search(words):
        return "fragment", "no words"
    if len(parts) <= 3 and NAME_BEFORE.search(before) and NAME_AFTER.match(after):
        return "fragment", "a nickname"
    if _is_title(parts, before):
        return "fragment", "a title or a name"
    # 'which she called “heroic”' is her word for it; 'what staff call “the aquarium”' is a name.
    hers = (
        clause
        and clause.end > quotation.outer_start - 3
        and clause.subjects
        and (clause.subjects[0].kind in ("person", "pronoun", "name") or clause.cue not in HABITUAL)
    )
    hers = hers and not SO_CALLED.search(before)
    naming = bool(NAMING.search(before)) and not hers
    whole = is_clause(words) and not (not opens and PARTICIPLE.match(words))
    whole = whole or (opens and (len(parts) > 3 or words[-1] in "?!." or bool(IMPERATIVE.match(words))))
    placed = opens or (clause and len(parts) > 2) or len(parts) > 7
    if alone or (whole and placed and (clause or not naming)):
        return "direct", ""
    if naming:
        return "fragment", "a name or a term"
    speech = clause is not None and clause.cue in TAKES_CLAUSE
    set_off = MODIFIED.search(before) and (len(parts) <= 2 or clause is None)
    if NOUN_FOLLOWS.match(after) and (set_off or (len(parts) <= 2 and not speech)):
        return "fragment", "words set off, not somebody's statement"
    return "fragment", "" if clause or speaking or len(parts) >= 4 else UNGIVEN


def _is_title(parts: list[str], before: str) -> bool:
    """Whether quoted words are a title or a name: all but the small ones have capitals."""
    if any(word[0].isalpha() and not word[0].isupper() and word.lower() not in SMALL_WORDS for word in parts):
        return False
    if len(parts) > 1:
        return sum(word.lower() not in SMALL_WORDS for word in parts) > 1
    alone = parts[0][0].isupper() and parts[0][-1].isalpha()
    return alone and not before.rstrip().endswith((":", ",")) and bool(before.strip())
