"""Cues: the verbs that report speech, in the forms in which newspapers print them."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from stance.statements.lexicon import Verb, verbs


def _forms(fits: Callable[[Verb], object]) -> frozenset[str]:
    return frozenset(form for verb in verbs() if fits(verb) for form in verb.forms)


ALL = _forms(lambda verb: True)
TAKES_CLAUSE = _forms(lambda verb: verb.takes in ("clause", "that"))
TAKES_BARE_CLAUSE = _forms(lambda verb: verb.takes == "clause")
BASE = frozenset(verb.forms[0] for verb in verbs() if verb.forms[0] not in verb.forms[2:])
TOLD = _forms(lambda verb: "hearer" in verb.marks)  # these name a hearer before the clause
URGED = _forms(lambda verb: "asks" in verb.marks)  # and these what the hearer should do
HEARD = _forms(lambda verb: "listener" in verb.marks) - {"hearing"}  # and the subject of these does not speak
SAID = _forms(lambda verb: "say" in verb.forms)
FOUND = _forms(lambda verb: "find" in verb.forms)
PARTICLES = tuple(sorted({form.split()[1] for form in ALL if " " in form}))
WITH_PARTICLE = frozenset(form.split()[0] for form in ALL if " " in form)
OPENING = ALL | WITH_PARTICLE
WORD = re.compile(r"[^\W\d_]+(?![^\W_]|[-’'][^\W_])")


class Cue(NamedTuple):
    """A reporting verb of a text: text[start:end], and the verb as printed but small."""

    start: int
    end: int
    verb: str


def find_cues(text: str, words: Iterable[re.Match[str]] | None = None) -> list[Cue]:
    """The verbs in `text` that may report speech, in order; `words` are its words, or those that may be verbs."""
    found = []
    for match in WORD.finditer(text) if words is None else words:
        verb = match[0].lower()
        if verb not in OPENING:
            continue
        end = match.end()
        for particle in PARTICLES if verb in WITH_PARTICLE else ():
            if text.startswith(particle, end + 1) and f"{verb} {particle}" in ALL:
                verb, end = f"{verb} {particle}", end + 1 + len(particle)
                break
        if verb in ALL:
            found.append(Cue(match.start(), end, verb))
    return found
