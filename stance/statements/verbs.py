"""Verbs in a reporting verb's place: beside a quotation or before 'that', whatever they are."""

import re
from collections.abc import Iterator

from stance.statements.cues import Cue
from stance.statements.lexicon import listed
from stance.statements.mentions import HIDDEN
from stance.statements.sentences import AUXILIARY

MARKS = "“”„‟\"«»‘’‚‛'`´"

# Noun phrases ---------------------------------------------------------------------------------------------------------

NUMBER = r"\d[\d,.]*(?:\s?%|\s+per\s+cent|\s+million|\s+in\s+\w+)?(?!\w)"
DETERMINER = rf"(?:(?i:{'|'.join(listed('determiners'))})\b(?![’'-])|{NUMBER})"
STOP = rf"(?!(?i:{'|'.join(listed('stops'))})(?![\w’'-]))"
NOUN = rf"{STOP}[^\W\d_][\w’'&-]*"
ARTICLE = r"(?:(?i:the|an?|its|his|her|their|our|my|your|every|no)\b(?![’'-]))"
DETERMINED = (
    rf"(?:{ARTICLE}\s+{NOUN}|(?!{ARTICLE}){DETERMINER})(?:\s+(?!(?:the|an?|his|her|its|their)\s){NOUN}){{0,6}}?"
)
NOUNS = rf"(?:{DETERMINED}|{NOUN}(?:\s+{NOUN}){{0,5}}?)"

# The place of a verb --------------------------------------------------------------------------------------------------

VERB = (
    rf"(?:(?!(?:{AUXILIARY}|this|thus|perhaps|always|across|towards|as|was|is|his|its|us|yes|indeed|instead|need)\b)"
    rf"(?:{'|'.join(sorted(set(listed('irregular_pasts'))))}|[a-z]{{2,}}(?:ed|[^s\W]s))\b)"
)
PARTICLE = rf"(?:\s+(?:{'|'.join(listed('particles'))})\b)?(?:\s+it\b)?"
# Behind a quotation that goes on.
ENDED = rf"[{HIDDEN}][,!?…]+[{MARKS}]+,?\s+|[{HIDDEN}][{MARKS}]+,\s+|[{MARKS}]\s*[–—-]\s+(?=[A-Zths])"
MAY_END = re.compile(rf"[,!?…{MARKS}](?:(?<=[{HIDDEN}].)|(?=\s*[–—-]))")  # the second character of ENDED, or its first
TO_QUOTED = re.compile(rf"to\s*[{MARKS}]{{1,2}}(?=[{HIDDEN}])")
VERB_BEHIND = re.compile(rf"(?:{ENDED})(?:\w+ly\s+)?(?P<verb>{VERB}){PARTICLE}\s+(?=\w)")
SUBJECT_BEHIND = re.compile(
    rf"(?:{ENDED})(?:and\s+)?(?:(?:he|she|they|it|I|we)\b|{NOUNS})(?:\s*\([^()]{{1,60}}\))?(?:,\s[^;:.“”]{{1,120}}?,)?(?:\s+(?:\w+ly|also|then|once|just))?\s+"
    rf"(?P<verb>{VERB}){PARTICLE}(?=\s*[.,;:!?–—]|\s+(?:to|at|in|on|as|with|from|after|during|before|when|of|about|over|into"
    r"|against|across|while|through|for|by)\b|\s*$)"
)
BEFORE_THAT = re.compile(
    rf"\b(?!(?:{'|'.join(listed('thoughts'))})\b)([a-z]{{2,}}ed|{'|'.join(listed('irregular_pasts'))})\Z"
)
THAT = re.compile(rf" that\s+(?!{AUXILIARY}\b)")
TITLED = re.compile(rf",\s+[{MARKS}]{HIDDEN}+[{MARKS}],\s")
INTRODUCED = re.compile(rf"([:,])\s*[{MARKS}]{{1,2}}(?=[{HIDDEN}])")
VERB_BEFORE_COMMA = re.compile(
    rf"\b(?P<verb>{VERB}){PARTICLE}(?:\s+(?:to|in|at|from|on|into|with)\s[^,;:.]{{1,60}})?\Z"
)
VERB_TO = re.compile(rf"\b(?P<verb>{VERB})\s+to\s*[{MARKS}]{{1,2}}(?=[{HIDDEN}])")
VERB_BEFORE_COLON = re.compile(rf"\b(?P<verb>{VERB})(?=\b[^.;:“”]{{0,90}}\Z)")


def open_cues(text: str, start: int, end: int) -> Iterator[tuple[Cue, int]]:
    """The verbs that stand in a reporting verb's place, beside a quotation or before 'that', whatever they are.

    Each with the place of the quotation that it may introduce, the nearest verb first, or 0.
    """
    for that in THAT.finditer(text, start, end):
        verb = BEFORE_THAT.search(text, max(start, that.start() - 20), that.start())
        if verb:
            yield Cue(*verb.span(1), verb[1]), 0
    if text.find(HIDDEN, start, end) < 0:
        return
    behind: tuple[re.Pattern[str], ...] = (VERB_BEHIND, SUBJECT_BEHIND) if MAY_END.search(text, start, end) else ()
    for pattern in (*behind, VERB_TO) if TO_QUOTED.search(text, start, end) else behind:
        for match in pattern.finditer(text, start, end):
            yield Cue(*match.span("verb"), match["verb"]), 0
    for match in INTRODUCED.finditer(text, start, end):
        lead = text[max(start, match.start() - 160) : match.start()]
        place = match.start() - len(lead)
        verbs = list((VERB_BEFORE_COLON if match[1] == ":" else VERB_BEFORE_COMMA).finditer(lead))
        for verb in reversed(verbs[-3:]):
            yield Cue(place + verb.start("verb"), place + verb.end("verb"), verb["verb"]), match.end()
