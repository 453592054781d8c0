"""Cues: the verbs that report speech, in the forms in which newspapers print them."""

import re
from typing import NamedTuple

# Verbs after which a clause is reported, 'she said (that) ...'. A star: only with 'that'.
CLAUSE_VERBS = (
    "accept* acknowledge* add admit advise* agree* allege announce* argue assert assure* calculate*"
    " caution claim comment* complain* concede conclude confirm* contend* counter* declare* demand*"
    " emphasise* emphasize* estimate* explain* find* highlight* hint imply* indicate* insist joke maintain* mention*"
    " note* observe* pledge* point-out predict promise* propose* reason* recall* recommend* reiterate* remark*"
    " remind* repeat* reply* report* respond* reveal* say state* stress suggest tell testify* tweet* vow* warn"
    " write*"
)
# Verbs that come with quoted words, or with a clause of another make: 'called the plan "unfair"', 'urged X to ...'.
OTHER_VERBS = (
    "accuse applaud ask attack back begin blame blast brand call call-for call-on challenge cite compare condemn"
    " continue criticise criticize decry defend denounce deny describe dismiss dub echo end express hail interject"
    " label lament laud liken long oppose praise question quip raise read record refer reject shout slam snap"
    " speak sum-up talk thunder urge voice welcome"
)
PAST = {
    "say": "said", "tell": "told", "write": "wrote written", "read": "read", "begin": "began begun", "dub": "dubbed",
    "speak": "spoke spoken", "admit": "admitted", "quip": "quipped", "slam": "slammed", "sum": "summed",
    "snap": "snapped", "refer": "referred", "find": "found", "label": "labelled",
}  # fmt: skip


def forms(verb: str) -> list[str]:
    """The base form, third person, past forms and -ing form of `verb`; `point-out` keeps its particle."""
    verb, _, particle = verb.rstrip("*").partition("-")
    past = PAST.get(verb, "").split()
    if verb.endswith("y") and verb[-2] not in "aeou":
        found = [verb, verb[:-1] + "ies", *(past or [verb[:-1] + "ied"]), verb + "ing"]
    else:
        stem = verb if verb.endswith("ee") else verb.removesuffix("e")
        doubled = stem + stem[-1] if verb == "begin" or (past and past[0] == stem + stem[-1] + "ed") else stem
        third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
        found = [verb, third, *(past or [stem.removesuffix("e") + "ed"]), doubled + "ing"]
    return [f"{form} {particle}" if particle else form for form in found]


def _all_forms(verbs: str) -> frozenset[str]:
    return frozenset(form for verb in verbs.split() for form in forms(verb))


TAKES_CLAUSE = _all_forms(CLAUSE_VERBS)
TAKES_BARE_CLAUSE = _all_forms(" ".join(verb for verb in CLAUSE_VERBS.split() if not verb.endswith("*")))
ALL = TAKES_CLAUSE | _all_forms(OTHER_VERBS)
FOUND = _all_forms("find")
SAID = _all_forms("say")
TOLD = _all_forms("tell warn assure remind")  # these name a hearer before the clause
URGED = _all_forms("urge call-on")  # and these what the hearer should do
PARTICLES = tuple(sorted({form.split()[1] for form in ALL if " " in form}))
WITH_PARTICLE = frozenset(form.split()[0] for form in ALL if " " in form)
WORD = re.compile(r"[^\W\d_]+(?![^\W_]|[-’'][^\W_])")


class Cue(NamedTuple):
    """A reporting verb of a text: text[start:end], and the verb as printed but small."""

    start: int
    end: int
    verb: str


def find_cues(text: str) -> list[Cue]:
    """The verbs in `text` that may report speech, in order."""
    found = []
    for match in WORD.finditer(text):
        verb, end = match[0].lower(), match.end()
        for particle in PARTICLES if verb in WITH_PARTICLE else ():
            if text.startswith(particle, end + 1) and f"{verb} {particle}" in ALL:
                verb, end = f"{verb} {particle}", end + 1 + len(particle)
                break
        if verb in ALL:
            found.append(Cue(match.start(), end, verb))
    return found
