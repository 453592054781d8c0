"""Cues: the verbs that report speech, in the forms in which newspapers print them."""

import re

# Verbs after which a clause is reported: 'she said (that) ...'. A star marks those that report one only with 'that'.
CLAUSE_VERBS = (
    "accept* acknowledge* add admit agree* allege announce* argue assert assure* caution claim comment* complain* concede"
    " conclude confirm* contend* counter* declare* deny* emphasise* emphasize* estimate* explain* highlight* hint imply* indicate*"
    " insist joke maintain* mention* note* observe* pledge* point-out predict promise* propose* recall* reason* recommend* reiterate*"
    " remark* remind* repeat* reply* report* respond* reveal* say state* stress suggest tell testify* tweet* vow* warn advise*"
    " write* believe* conclude* calculate* demand*"
)
# Verbs that come with quoted words only, or with a clause of another make: 'called the plan "unfair"', 'urged X to ...'.
OTHER_VERBS = (
    "accuse applaud ask attack back begin blame blast brand call call-for cite compare condemn continue criticise criticize decry"
    " denounce describe dismiss dub echo end express hail label lament laud liken long oppose praise question quip raise "
    " read record refer reject slam speak sum-up talk thunder urge voice welcome defend challenge interject joke snap shout"
)
IRREGULAR = {
    "say": "said", "tell": "told", "write": "wrote written", "read": "read", "begin": "began begun", "speak": "spoke spoken",
    "admit": "admitted", "quip": "quipped", "slam": "slammed", "dub": "dubbed", "sum": "summed", "snap": "snapped",
    "refer": "referred",
}  # fmt: skip


def forms(verb: str) -> list[str]:
    """The third person, past forms and -ing form of `verb`, with the base form first; `point-out` is two words."""
    verb, _, particle = verb.partition("-")
    if particle:
        return [f"{form} {particle}" for form in forms(verb)]
    stem = verb[:-1] if verb.endswith("e") else verb
    past = IRREGULAR.get(verb, "").split()
    doubled = stem + stem[-1] if past and past[0] == stem + stem[-1] + "ed" else stem
    if verb.endswith("y") and verb[-2] not in "aeou":
        return [verb, verb[:-1] + "ies", *(past or [verb[:-1] + "ied"]), verb + "ing"]
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")
    return [verb, third, *(past or [stem + "ed"]), doubled + "ing"]


def _alternatives(verbs: set[str]) -> str:
    return "|".join(sorted({form for verb in verbs for form in forms(verb)}, key=lambda form: (-len(form), form)))


BARE_CLAUSE = {verb for verb in CLAUSE_VERBS.split() if not verb.endswith("*")}
THAT_CLAUSE = {verb.rstrip("*") for verb in CLAUSE_VERBS.split()}
ANY = _alternatives(THAT_CLAUSE | set(OTHER_VERBS.split()))
CUE = re.compile(rf"\b(?:{ANY})\b(?![-’'])")
TAKES_CLAUSE = re.compile(rf"(?:{_alternatives(THAT_CLAUSE)})")
TAKES_BARE_CLAUSE = re.compile(rf"(?:{_alternatives(BARE_CLAUSE)})")
ACCORDING = re.compile(r"\b[Aa]ccording to\s+")
