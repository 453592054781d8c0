"""Mentions: the words of an article, outside its quotations, that stand for somebody who may speak."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from stance.statements.cues import find_cues

HIDDEN = "\ue000"  # stands for each quoted character in the text that is searched

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİŁŃŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
TITLES = (
    "Cllr Coun Councillor Dr Mr Mrs Ms Miss Mx Prof Professor Sir Dame Lord Lady Baroness Rev Reverend Canon"
    " Bishop Father Sister Colonel Captain Major Superintendent Inspector Sergeant"
).split()
GENDER = dict.fromkeys("mr sir lord father".split(), "he") | dict.fromkeys(
    "mrs ms miss dame lady baroness sister".split(), "she"
)
# Words that open a sentence with a capital letter and are no part of a name.
OPENERS = (
    "Nobody Neither None Someone Everyone Everybody The A An But And However Yet While Although Though When As If"
    " In On At For From After Before Since Last Next This That These Those Earlier Later Meanwhile Now Today"
    " Yesterday Both Only So Then There Their Its His Her He She They It We Not No Some Many Most All Our My Your"
    " What Why How Where Who Which By To Of With Or Nor Because Despite During Under Over Also Other Another One"
    " Two Three Each Every More Such Asked Speaking Responding According Writing Until Former Critics Sources Here"
    " Even Just Instead Indeed Finally Once Following Given Whether Unlike Again"
).split()
# Capitalised words that are no part of a name anywhere.
TIMES_AND_PLACES = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August"
    " September October November December Britain England Scotland Wales Whitehall Parliament Commons Europe"
    " Brexit I"
).split()
ORGANISATIONS = frozenset(
    "Association Council Department Ministry Confederation Federation Board Trust Society Union Alliance"
    " Committee Commission Authority Authorities Group Service Services Office Foundation College University"
    " Institute Centre Government Agency Partnership Hospital Hospitals Network Party Forum Company Providers"
    " Employers England Improvement UK Treasury Cabinet Directors Coalition Campaign Inquiry Bureau Consortium"
    " Collaborative Watchdog LLP Ltd Limited plc Unison Unite Healthwatch Ofsted Ombudsman Exchange Charity Care"
    " Homes Housing Health Scotland Wales Corporation Executive Panel Bank School Academy House Times News"
    " Journal Guardian Gazette Post Telegraph Mail Herald Echo Observer Mercury Chronicle BBC Press".split()
)
THINGS = frozenset("Fund Programme Scheme Plan Act Budget Review Conference Street Road Bill Report Strategy".split())
COMMON_NOUNS = ORGANISATIONS - frozenset("Unison Unite Healthwatch Ofsted Treasury Government BBC UK".split())
ROLES = (
    "leader boss chief executive chairman chairwoman chairperson chair president director general secretary"
    " minister spokesman spokeswoman spokesperson head manager officer mayor MP peer author commissioner"
    " campaigner adviser advisor analyst economist expert founder governor inspector lawyer solicitor doctor nurse"
    " GP consultant resident teacher headteacher activist researcher editor member holder ombudsman coroner"
    " official partner source representative principal trustee fellow academic professor tsar envoy convenor"
    " organiser councillor deputy accountant sister tenant patient engineer captain surgeon farmer student worker"
    " barrister counsel scientist parent neighbour landlord shopkeeper treasurer clerk lead matron pensioner carer"
    " driver"
).split()
BODIES = (
    "council association trust charity government union department authority confederation federation body"
    " organisation tank watchdog regulator board committee company alliance partnership commission agency network"
    " society institute foundation college university ministry panel inquiry coalition forum firm party operator"
    " provider campaign"
).split()
DOCUMENTS = (
    "document documents statement plan evidence report reports guidance directions letter paper study research"
    " survey analysis briefing submission bulletin circular memo memorandum response strategy review audit minutes"
    " findings notice website newsletter note framework prospectus communiqué declaration concordat requirements"
).split()


def _plurals(words: list[str]) -> list[str]:
    singular = ("general", "chief", "chair", "head", "lead")  # with an s they are verbs, or another thing
    return [*words, *(word + "s" for word in words if not word.endswith("s") and word not in singular)]


HEADS = (
    dict.fromkeys(_plurals(BODIES), "body")
    | dict.fromkeys(DOCUMENTS, "document")
    | dict.fromkeys(_plurals([role.lower() for role in ROLES]), "role")
    | dict.fromkeys("bosses chiefs chairmen spokespeople secretaries deputies".split(), "role")
    | dict.fromkeys("charities authorities bodies companies parties agencies".split(), "body")
)
PRONOUNS = frozenset(("he", "she", "they", "it"))
CAPITAL_HEADS = frozenset(("Directions", "Guidance", "Documents", "Research", "Councils", "Ministers"))
# Words that cannot stand inside 'the ... leader'.
BREAKS = frozenset(
    "of to in on at and or but which that who whom whose is are was were be been has have had will would can"
    " could should must may might said says say told with from by for as if when while than not it he she they"
    " we i these into over after before between about against because so do does did also added argued warned"
    " claimed asked".split()
)
TITLE = rf"(?:{'|'.join(TITLES)}|cllr|coun|councillor)\b\.?"
WORD = rf"[{UPPER}](?:[^\W_]|&|[-’'](?=[^\W\d_])(?!s\b))*"
NAME = re.compile(
    rf"""(?<![\w’'-])(?=[{UPPER}]|c(?:llr|oun))(?:{TITLE}\s+)*
    (?!(?:{"|".join(TIMES_AND_PLACES)})\b)(?:(?<=[a-z]\s)|(?!(?:{"|".join(OPENERS)})\b))(?:[{UPPER}]\.\s?)*{WORD}
    (?:(?:(?<=s)[’'])?\s+(?:&\s+)?(?:(?:de|la|le|du|van|der|den|von|bin|al|ap)\s+)*(?!{TITLE}\s){WORD}|\s+[{UPPER}]\.(?=\s))*
    (?:\s+(?:of|for)\s+(?:the\s+)?{WORD}
       (?:(?:,?\s+(?:and|of|&)\s+(?!(?:NHS\b|[A-Z]{{2,}}s?\b|{TITLE}))|\s+(?!{TITLE}\s)){WORD})*)?""",
    re.VERBOSE,
)
SMALL_WORD = re.compile(r"[^\W\d_]+(?![^\W_]|[-’'][^\W_])")
DETERMINERS = tuple("the both a an one its his her their this another some many".split())
DETERMINER = rf"(?:{'|'.join(f'[{word[0].upper()}{word[0]}]{word[1:]}' for word in DETERMINERS)})"
MODIFIER = re.compile(r"[^\W_](?:\w|[&-]|[’'](?=\w))*[’']?")
PREPOSITION = re.compile(
    r"(?<!\w)(?i:of|for|from|at|to|in|on|by|with|about|against|between|than|over|after|before|under|as|like)"
    r"(?:\s+the)?\s+\Z"
)
NAMED_BODY = re.compile(r"\b(?:charity|firm|company|union|group|tank|campaign|network|regulator|watchdog|party)$")
POSSESSIVE = re.compile(r"[’']s?\b|(?<=s)[’']")
ROLE_WORD = re.compile(rf"\b(?i:{'|'.join(word for word, kind in HEADS.items() if kind == 'role')})\b(?![’'])")
PHRASE = re.compile(
    rf"""(?:\s*\([^()\n]{{1,80}}\))?
    (?:\s+(?:of|for|at|from|in|by)\s(?:(?!\s(?:has|have|had|will|is|was)\s)[^,;:.()“”‘"\n{HIDDEN}]){{1,100}})?""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Mention:
    """Words that stand for somebody: text[start:end]; a person, organisation, name, role, body, document or pronoun.

    A name is capitalised and may be a person's or an organisation's; a body is 'the council', a role 'the LGA leader'.
    """

    start: int
    end: int
    kind: str
    text: str


def find_mentions(text: str) -> list[Mention]:
    """The mentions in `text`, in order, the longest where several overlap."""
    found = [mention for match in NAME.finditer(text) for mention in names_in(text, *match.span())]
    found += _nouns(text)
    found.sort(key=lambda mention: (mention.start, -mention.end, mention.kind == "name"))
    apart: list[Mention] = []
    for mention in found:
        if not apart or mention.start >= apart[-1].end:
            noun = apart[-1] if apart and apart[-1].kind == "body" else None
            beside = noun and NAMED_BODY.search(noun.text) and text[noun.end : mention.start].isspace()
            if beside and mention.kind in ("person", "name"):
                mention = replace(mention, kind="organisation")  # 'the charity Later Lives'
            apart.append(mention)
        elif mention.end > apart[-1].end and mention.kind == "role":  # 'Department of Health director-general'
            start = apart.pop().start
            apart.append(Mention(start, mention.end, "role", text[start : mention.end]))
    return apart


def _nouns(text: str) -> Iterator[Mention]:
    for match in SMALL_WORD.finditer(text):
        word = match[0]
        small = word.lower()
        start, end = match.span()
        kind = HEADS.get(small)
        if kind is None:
            says = small in ("one", "another") and re.match(r"\s+(?:said|added|told|warned)\b", text[end : end + 8])
            if small in PRONOUNS or says:
                yield Mention(start, end, "pronoun", word)
        elif word == small or kind == "role" or word in CAPITAL_HEADS:
            if small == "paper" and text[:start].endswith("This "):
                continue  # the newspaper itself
            if word != small and re.match(rf"[’']\s[{UPPER}]", text[end : end + 3]):
                continue  # 'the Patients' Alliance' is a name
            if word.capitalize() in TITLES and re.match(rf"\s+[{UPPER}]", text[end : end + 2]):
                continue  # 'Councillor Smith' is a name
            start = _phrase_start(text, start)
            for cue in find_cues(text[start : match.start()]):  # '... suggested councils': the verb is no part of it
                if cue.verb.endswith("d"):
                    start = start + cue.end + 1
                    break
            yield Mention(start, end, kind, text[start:end])


def _phrase_start(text: str, head: int) -> int:
    """Where the noun phrase begins whose head stands at `head`: 'the LGA' leader, 'NHS England' boss.

    With 'the' and the like up to seven words before the head; without, two, and more that have capitals.
    """
    line = text[max(0, head - 100) : head]
    line = line[line.rfind("\n") + 1 :]
    *words, joined = line.split(" ")
    start = place = head - len(joined)
    if joined and not joined.endswith("-"):
        return head
    for number, word in enumerate(reversed(words)):
        place -= len(word) + 1
        if word.lower() in DETERMINERS:
            return place
        if number == 7 or word.lower() in BREAKS or not MODIFIER.fullmatch(word):
            break
        if number < 2 or (word[0].isupper() and start == place + len(word) + 1):
            start = place
    return start


def names_in(text: str, start: int, end: int) -> Iterator[Mention]:
    """The names in a run of capitalised words: 'Health Secretary Jeremy Hunt' holds one, behind a role."""
    words = text[start:end]
    title = re.match(rf"(?:{TITLE}\s+)+", words)
    role = ROLE_WORD.search(words, title.end() if title else 0)
    if role and not re.search(r"\b(?:of|for)\s", words[: role.start()]):
        rest = words[role.end() :].lstrip(" -")
        if rest and rest[0].isupper():
            yield from names_in(text, end - len(rest), end)
        return
    office = re.search(r"\s(?:of|for)\s+(?:the\s+)?", words)
    if office and (title or _kind(words[: office.start()]) == "person"):  # 'Jo Smith of the LGA'
        yield Mention(start, start + office.start(), "person", words[: office.start()])
        yield from names_in(text, start + office.end(), end)
        return
    kind = "person" if title else _kind(words)
    if kind == "person" and not title and re.search(r"\b[Tt]he\s\Z", text[max(0, start - 5) : start]):
        kind = "name"  # 'the Daily Comet' is no person
    yield Mention(start, end, kind, words)


def _kind(words: str) -> str:
    parts = words.split()
    if (len(parts) == 1 and parts[0] in COMMON_NOUNS) or not THINGS.isdisjoint(parts):
        return "name"
    if not ORGANISATIONS.isdisjoint(parts) or (len(parts[0]) > 1 and parts[0].isupper()):
        return "organisation"
    return "person" if len(parts) > 1 and {"of", "for"}.isdisjoint(parts) else "name"


def between(mentions: list[Mention], start: int, end: int) -> list[Mention]:
    """The mentions that begin from `start` up to `end`; `mentions` are sorted by place."""
    first = bisect_left(mentions, start, key=lambda mention: mention.start)
    return mentions[first : bisect_left(mentions, end, key=lambda mention: mention.start)]


def in_phrase(text: str, mention: Mention) -> bool:
    """Whether the mention hangs on a preposition or owns what follows, so that it is no subject by itself."""
    placed = PREPOSITION.search(text, max(0, mention.start - 16), mention.start)
    return bool(placed or POSSESSIVE.match(text, mention.end))


def phrase_end(text: str, place: int, limit: int) -> int:
    """Where the noun phrase that holds a mention ends: behind its bracket and its 'of ...' or 'for ...'."""
    match = PHRASE.match(text, place, limit)
    return match.end() if match else place


@lru_cache(maxsize=4096)
def undetermined(words: str) -> str:
    """`words` without a leading 'the', 'its' and the like."""
    return re.sub(rf"^{DETERMINER}\s+", "", words)


@lru_cache(maxsize=4096)
def bare(words: str) -> str:
    """`words` without a leading article or title and without the possessive ending."""
    words = re.sub(rf"^(?:{TITLE}\s+)+", "", undetermined(words.strip()))
    return re.sub(r"(?:[’']s?|,?\s+(?:QC|KC|MP|OBE|CBE|MBE|MSP|AM))$", "", words).strip(" ,")
