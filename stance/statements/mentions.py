"""Mentions: the words of an article, outside its quotations, that stand for somebody who may speak."""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from stance.statements.cues import OPENING, find_cues
from stance.statements.cues import WORD as PLAIN_WORD
from stance.statements.lexicon import listed

HIDDEN = "\ue000"  # stands for each quoted character in the text that is searched

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİŁŃŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
TITLES = listed("titles")
TITLE_WORDS = frozenset(TITLES)
GENDER = dict.fromkeys(listed("he"), "he") | dict.fromkeys(listed("she"), "she")
ORGANISATIONS = frozenset(listed("organisations")) | {body.capitalize() for body in listed("bodies")}
COMMON_NOUNS = ORGANISATIONS - frozenset(listed("organisations_alone"))  # no names by themselves
THINGS = frozenset(listed("things"))


def _plurals(nouns: tuple[str, ...]) -> list[str]:
    singular = ("general", "chief", "chair", "head", "lead")  # with an s they are verbs, or another thing
    return [*nouns, *(noun + "s" for noun in nouns if not noun.endswith("s") and noun not in singular)]


HEADS = (
    dict.fromkeys(_plurals(listed("bodies")), "body")
    | dict.fromkeys(listed("documents"), "document")
    | dict.fromkeys(_plurals(tuple(role.lower() for role in listed("roles"))), "role")
    | dict.fromkeys(listed("role_plurals"), "role")
    | dict.fromkeys(listed("body_plurals"), "body")
)
PRONOUNS = frozenset(("he", "she", "they", "it", "i", "we"))
SPEAKING = HEADS.keys() | PRONOUNS | {"one", "another"}
TELLING = SPEAKING | OPENING
FIRST_NAMES = {name: pronoun for pronoun in ("he", "she", "") for name in listed(f"{pronoun or 'either'}_names")}
CAPITAL_HEADS = frozenset(listed("capital_heads"))
BREAKS = frozenset(listed("breaks") + listed("stops")) | {"any", "every", "each", "no"}
TITLE = rf"(?:{'|'.join(TITLES)}|cllr|coun|councillor)\b\.?"
TITLE_FIRST = re.compile(TITLE)
TITLED = re.compile(rf"(?:{TITLE}\s+)+")
OF = re.compile(r"\b(?:of|for)\s+(?:the\s+)?")
OFFICE = re.compile(r"\s(?:of|for)\s+(?:the\s+)?")
GAP = r"(?:[^\S\n]+|\n(?!\n))"  # between the words of a name: a line may end there, a paragraph not
NOUNS = "|".join(sorted(ORGANISATIONS))
PERSON_TITLE = rf"{TITLE}\s+(?!(?:{NOUNS})\b)"  # not 'General Hospital'
PARTICLE = r"(?:de|la|le|du|da|di|dos|van|der|den|ter|von|zu|bin|bint|ibn|ab|ap|al|el)"
WORD = rf"(?:(?:[Aa]l|[Ee]l)-)?(?:(?:[{UPPER}]\.){{2,}}|[{UPPER}](?:[^\W_]|&|[-’'](?=[^\W\d_])(?!s\b))*)"
NAME = re.compile(
    rf"""(?<![\w’'-])(?=[{UPPER}]|c(?:llr|oun))(?:{PERSON_TITLE})*
    (?!(?:{"|".join(listed("times_and_places"))})\b)
    (?:(?<=[Tt]he\s)(?!(?:{TITLE}|{NOUNS})[’'])[A-Z][a-z]+[’']s\s(?=(?:[A-Z]\w+\s)*(?:{NOUNS}|Fund)\b))?
    (?:(?<=[a-z]\s)|(?!(?:{"|".join(listed("openers"))})\b))(?:[{UPPER}]\.(?:\s|(?=[{UPPER}][a-z])))*{WORD}
    (?:{GAP}[{UPPER}]\.(?=\s)|(?:(?<=s)[’'])?{GAP}(?:&\s+)?(?:{PARTICLE}\s+)*(?!{PERSON_TITLE}){WORD})*(?:(?<=\s[JS]r)\.)?
    (?:{GAP}(?:of|for)\s+(?:the\s+)?{WORD}
       (?:(?:,?\s+(?:and|of|&)\s+(?!(?:NHS\b|[A-Z]{{2,}}s?\b|{TITLE}))|{GAP}(?!{PERSON_TITLE})){WORD})*)?""",
    re.VERBOSE,
)
BEGINS_NAME = re.compile(rf"[{UPPER}c](?:(?<!c)|(?=llr|oun))")
DETERMINERS = tuple("the both a an one its his her their this another some many".split())
DETERMINER = rf"(?:{'|'.join(f'[{word[0].upper()}{word[0]}]{word[1:]}' for word in DETERMINERS)})"
DETERMINED = re.compile(rf"{DETERMINER}\s+")
ENDING = re.compile(r"(?:[’']s?|,?\s+(?:QC|KC|MP|OBE|CBE|MBE|MSP|MLA|AM|MS|TD))$")
ENDINGS = "’'sCPEAMSD"  # how it ends
MODIFIER = re.compile(r"[^\W_](?:\w|[&-]|(?<=[A-Z])\.|[’'](?=\w))*[’']?")
BEFORE_NOUN = tuple(
    "of for from at to in on by with about against between than over after before under as like".split()
)
PREPOSITION = re.compile(rf"(?<!\w)(?i:{'|'.join(BEFORE_NOUN)})(?:\s+the)?\s+\Z")
PREPOSITIONS = frozenset(BEFORE_NOUN)
APOSTROPHES = "’'"
NAMED_BODY = re.compile(r"\b(?:charity|firm|company|union|group|tank|campaign|network|regulator|watchdog|party)$")
POSSESSIVE = re.compile(r"[’']s?\b|(?<=s)[’']")
OWNER, OWNER_OR_OWNERS = re.compile(r"[’']s\s"), re.compile(r"[’'](?:s|(?<=s.))\s")
LEAD = re.compile(r"\b([Tt]he|at)\s\Z")
VERB_OF_NAME = re.compile(r"(?<=s)\s+that\s")
NAME_BEFORE = re.compile(rf"[{UPPER}](?:[\w’-]*[^\W\d_])?(?<![{UPPER}])\s\Z")
ROLE_LIKE = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?![’'\w])")
PHRASE = re.compile(
    rf"""(?:\s*\([^()\n]{{1,80}}\))?
    (?:\s+(?:of|for|at|from|in|by)\s(?:(?!\s(?:has|have|had|will|is|was)\s)[^,;:.()“”‘"\n{HIDDEN}]){{1,100}})?""",
    re.VERBOSE,
)


class Mention(NamedTuple):
    """Words that stand for somebody: text[start:end]; a person, organisation, name, role, body, document or pronoun.

    A name is capitalised and may be a person's or an organisation's; a body is 'the council', a role 'the LGA leader'.
    """

    start: int
    end: int
    kind: str
    text: str


def telling_words(text: str) -> list[re.Match[str]]:
    """The words of `text` that may be a mention's noun or a cue."""
    return [match for match in PLAIN_WORD.finditer(text) if match[0].lower() in TELLING]


def find_mentions(text: str, words: Iterable[re.Match[str]] | None = None) -> list[Mention]:
    """The mentions in `text`, in order, the longest where several overlap; `words` are its `telling_words`."""
    found = [*names(text), *_nouns(text, telling_words(text) if words is None else words)]
    found.sort(key=lambda mention: (mention.start, -mention.end, mention.kind == "name"))
    apart: list[Mention] = []
    for mention in found:
        if not apart or mention.start >= apart[-1].end:
            noun = apart[-1] if apart and apart[-1].kind == "body" else None
            beside = noun and NAMED_BODY.search(noun.text) and text[noun.end : mention.start].isspace()
            if beside and mention.kind in ("person", "name"):
                mention = mention._replace(kind="organisation")  # 'the charity Later Lives'
            apart.append(mention)
        elif mention.end > apart[-1].end and mention.kind == "role":  # 'Department of Health director-general'
            start = apart.pop().start
            apart.append(Mention(start, mention.end, "role", text[start : mention.end]))
    return apart


def _nouns(text: str, words: Iterable[re.Match[str]]) -> Iterator[Mention]:
    for match in words:
        word = match[0]
        small = word.lower()
        if small not in SPEAKING:
            continue
        start, end = match.span()
        kind = HEADS.get(small)
        if kind is None:
            if small in PRONOUNS or re.match(r"\s+(?:said|added|told|warned)\b", text[end : end + 8]):
                yield Mention(start, end, "pronoun", word)
        elif word == small or kind == "role" or word in CAPITAL_HEADS:
            if _is_no_noun(text, word, start, end):
                continue
            start = _phrase_start(text, start)
            before = text[start : match.start()]
            for cue in find_cues(before) if "d" in before.lower() else ():  # '... suggested councils': no part of it
                if cue.verb.endswith("d"):
                    start = start + cue.end + 1
                    break
            yield Mention(start, end, kind, text[start:end])


def _is_no_noun(text: str, word: str, start: int, end: int) -> bool:
    """Whether the noun text[start:end] is here a verb, part of a name or the newspaper itself."""
    if VERB_OF_NAME.match(text, end) and NAME_BEFORE.search(text, max(0, start - 30), start):
        return True  # 'the Daily Comet reports that'
    if word.lower() == "paper" and text.endswith("This ", 0, start):
        return True
    if not word.islower() and re.match(rf"[’']\s[{UPPER}]", text[end : end + 3]):
        return True  # 'the Patients' Alliance'
    titled = word.capitalize() in TITLE_WORDS or word in CAPITAL_HEADS  # 'Councillor Smith', 'County Councils Network'
    return titled and bool(re.match(rf"\s+[{UPPER}]", text[end : end + 2]))


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


def names(text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[Mention]:
    """The names in text[start:end], people's and organisations' and others."""
    while first := BEGINS_NAME.search(text, start, end):
        match = NAME.match(text, first.start(), end)
        if match:
            begin, words = match.start(), match[0]
            for left, right, kind in _named(words, _lead(text, begin)):
                yield Mention(begin + left, begin + right, kind, words[left:right])
        start = (match or first).end()


@lru_cache(maxsize=4096)
def _named(words: str, lead: str) -> tuple[tuple[int, int, str], ...]:
    """The names in a run of capitalised words: 'Health Secretary Jeremy Hunt' holds one, behind a role.

    Each with its kind; `lead` is 'the' or 'at' where that stands before them.
    """
    return tuple(_names_in(words, 0, lead))


def _lead(text: str, place: int) -> str:
    lead = LEAD.search(text, max(0, place - 5), place) if text[place - 2 : place - 1] in ("e", "t") else None
    return lead[1].lower() if lead else ""


def _names_in(text: str, start: int, lead: str) -> Iterator[tuple[int, int, str]]:
    words, end = text[start:], len(text)
    title = TITLED.match(words)
    role = role_word(words, title.end() if title else 0)
    plural = bool(role and role[0].endswith("s"))
    if role and not OF.search(words, 0, role.start()) and not (role.start() and plural):
        rest = words[role.end() :].lstrip(" -")
        if role.start() and rest in COMMON_NOUNS:  # 'Fenbridge General Hospital'
            yield start, end, "organisation"
            return
        if not rest[:1].isupper():
            if role.start() and not rest and lead == "at":
                yield start, end, "organisation"  # 'at Fenbridge General'
            of = OF.match(rest)  # 'Members of Westmere Council'
            yield from _names_in(text, place := end - len(rest) + of.end(), _lead(text, place)) if of else ()
            return
        if not plural or rest.split()[0] in FIRST_NAMES or rest.split()[0].isupper():
            yield from _names_in(text, end - len(rest), "")
            return
    office = OFFICE.search(words)
    if office and (title or _kind(words[: office.start()]) == "person"):  # 'Jo Smith of the LGA'
        yield start, start + office.start(), "person"
        yield from _names_in(text, start + office.end(), _lead(text, start + office.end()))
        return
    if not title and not office:
        begin = _first_name(words)
        if begin:  # 'Tory Una Petrie', 'Pollster Frank Lunn'
            start, words = start + begin, words[begin:]
            lead = _lead(text, start)
    kind = "person" if title else _kind(words)
    if kind == "person" and not title and lead == "the":
        kind = "name"  # 'the Daily Comet' is no person
    yield start, end, kind


@lru_cache(maxsize=4096)
def role_word(words: str, place: int = 0) -> re.Match[str] | None:
    """The first noun of an office or calling in `words` from `place` on, None where there is none."""
    for match in ROLE_LIKE.finditer(words, place):
        small = match[0].lower()
        if "role" in (HEADS.get(small), HEADS.get(small.removeprefix("vice-"))):
            return match
    return None


def _first_name(words: str) -> int:
    """Where a known first name begins behind other words that are none, 0 where the run begins with the name."""
    parts = words.split(" ")
    if parts[0] in FIRST_NAMES or len(parts) < 3 or parts[0].endswith("."):
        return 0
    firsts = (number for number, part in enumerate(parts[1:-1], 1) if part in FIRST_NAMES)
    number = next((number for number in firsts if parts[number - 1] not in ("St", "St.", "Saint")), 0)
    return len(" ".join(parts[:number])) + 1 if number else 0


def _kind(words: str) -> str:
    parts = words.split()
    if len(parts) == 1 and parts[0] in COMMON_NOUNS:
        return "name"
    if not THINGS.isdisjoint(parts) and not OWNER.search(words):
        head = re.split(r"\s(?:of|for)\s", words)[0].split()[-1]
        if head not in ORGANISATIONS:
            return "name"
    known = parts[0] in FIRST_NAMES and len(parts) < 4
    owned = len(parts) > 1 and not known and OWNER_OR_OWNERS.search(words)  # 'Students’ Voice', 'King’s Fund'
    if owned or not ORGANISATIONS.isdisjoint(parts[1:] if known else parts) or (parts[0][1:] and parts[0].isupper()):
        return "organisation"
    return "person" if len(parts) > 1 and {"of", "for", "&"}.isdisjoint(parts) else "name"


def between(mentions: list[Mention], start: int, end: int) -> list[Mention]:
    """The mentions that begin from `start` up to `end`; `mentions` are sorted by place."""
    return mentions[bisect_left(mentions, (start,)) : bisect_left(mentions, (end,))]


def in_phrase(text: str, mention: Mention) -> bool:
    """Whether the mention hangs on a preposition or owns what follows, so that it is no subject by itself."""
    if text[mention.end : mention.end + 1] in APOSTROPHES and POSSESSIVE.match(text, mention.end):
        return True
    begin = max(0, mention.start - 16)
    words = text[begin : mention.start].split()
    last = "".join(words[-2:-1] if words[-1:] == ["the"] else words[-1:])
    if not last[-1:].isalpha() or (last.isascii() and last.isalpha() and last.lower() not in PREPOSITIONS):
        return False  # as for most, and far sooner known
    return bool(PREPOSITION.search(text, begin, mention.start))


def opens_sentence(text: str, mention: Mention) -> bool:
    """Whether nothing but an article or a joining word stands before `mention` in its sentence."""
    before = text[max(0, mention.start - 40) : mention.start]
    return bool(re.search(r"(?:^|[.!?:\n][\"'”’]?\s+)(?:(?:The|But|And|However,|Meanwhile,)\s+)*$", before))


def phrase_end(text: str, place: int, limit: int) -> int:
    """Where the noun phrase that holds a mention ends: behind its bracket and its 'of ...' or 'for ...'."""
    match = PHRASE.match(text, place, limit)
    return match.end() if match else place


@lru_cache(maxsize=4096)
def undetermined(words: str) -> str:
    """`words` without a leading 'the', 'its' and the like."""
    determiner = DETERMINED.match(words)
    return words[determiner.end() :] if determiner else words


@lru_cache(maxsize=4096)
def bare(words: str) -> str:
    """`words` without a leading article or title and without the possessive ending."""
    words = undetermined(words.strip())
    title = TITLED.match(words)
    words = words[title.end() :] if title else words
    return ENDING.sub("", words).strip(" ,") if words[-1:] in ENDINGS else words.strip(" ,")
