"""Bodies: the organisations that an article names, their acronyms, and which of them a noun phrase means.

'The council' is the one whose name holds that word, 'its president' that of the body that was the subject last.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from stance.statements.cues import find_cues
from stance.statements.lexicon import listed
from stance.statements.mentions import (
    FIRST_NAMES,
    HEADS,
    ORGANISATIONS,
    TITLE,
    TITLE_FIRST,
    UPPER,
    Mention,
    bare,
    between,
    in_phrase,
    names,
    opens_sentence,
    phrase_end,
    role_word,
    undetermined,
)

NEAR = 3_000  # characters before a mention in which he, she, it or a role is looked for
FORMER = re.compile(r"(?i:(?:an?\s+|the\s+)?(?:former|ex|shadow|previous|past|retired|one-time|once|formerly)[\s-])")
UNIT = re.compile(r"\b(?:Board|Committee|Group|Forum|Panel|Team|Directorate|Directors|Executive|Cabinet)$")
PART_OF = re.compile(r"^.*(?:Board|Committee|Group) (?:of|at) (?:the )?(?=[A-Z])")
ACRONYM = re.compile(r"\s*\(([A-Z][A-Za-z&]*[A-Z])\)")
# 'the council', 'its head', 'the chamber’s director': whatever the noun, it may stand in the name of an organisation.
BODY_NOUN = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|his|her|their)\s+((?:[a-z-]+\s+){0,2}?)([a-z]{4,})\b(?=[’']|\s+(?:[a-z]+\s+)?(?i:ROLE)|\s*$|[,.]|\s+and\b)"
    r"|\b((?:[a-z]+\s+)?)([a-z]{4,})(?:[’']s)?\s+(?i:ROLE)".replace(
        "ROLE", rf"(?:{'|'.join(head for head, kind in HEADS.items() if kind == 'role')})\b"
    )
)
BODY_HEADS = [head for head, kind in HEADS.items() if kind == "body"]
SMALL_BODY = re.compile(
    rf"(?:(?!(?:The|An?|Its|His|Her|Their|This|That|One|Each|Every|Some|No|Our|My|Your|Both|Another)\b)"
    rf"[{UPPER}][\w’-]*\s+)+(?:(?:city|county|borough|district|town|parish|health|combined|school|regional)\s+)?"
    rf"(?:{'|'.join(listed('bodies'))})\b(?:\s+of\s+commerce)?"
)
# Behind a name: 'Pellbridge clinical commissioning group', 'Thornhaugh’s care directorate', 'Revenue and Customs'.
EXTENDED = re.compile(
    rf"(?:[’']s)?(?:\s+(?:and\s+)?(?!and\b|of\b|for\b|in\b|at\b)[a-z]{{3,}}){{0,3}}\s+"
    rf"(?:{'|'.join(BODY_HEADS)}|force|service|directorate|surgery)\b(?![’'])"
    rf"|\s+(?:and|&)\s+[{UPPER}][a-z]+(?![\w’]|\s[{UPPER}])"
)
# 'a spokesman for the environment department': a body without a name is called as the article calls it.
CALLED = re.compile(
    rf"(?:^|\b(?:of|for|at|from)\s+)the\s+((?:(?!(?:of|for|at|from|in|an?|the|same|other)\b)[a-z-]+\s+){{1,3}}"
    rf"(?:{'|'.join(listed('bodies'))}))\b(?![’']|\s+[{UPPER}])"
)
LEADING = ("chairs", "leads", "heads", "runs", "represents", "manages", "directs")
LEADS = rf"(?:{'|'.join(LEADING)})"
# 'member for Saltersgate': whoever sits for a place does not speak for a body of that name.
SITS = re.compile(
    r"\b(?:MP|MSP|MS|MLA|AM|TD|[Mm]ember|[Cc]andidate|[Cc]ouncillor|[Ss]enator)\s+(?:of\s+parliament\s+)?for\s+\Z"
)
COMMITTEE = re.compile(r"\b(?:[Tt]he|Lords|Commons)\s+((?:(?!of\b|on\b)[a-z]+\s+){1,3}?committee)\b")
SENTENCE_END = re.compile(r"[.!?][\"'”’]?\s|\n")
PLACED = re.compile(
    rf"\b(?:of|for|at|to|{LEADS})\s+(?:the\s+)?(?:(?!in\b|at\b)[a-z]+\s+){{0,2}}((?:(?:{'|'.join(listed('times_and_places'))})\s+)?)$"
)
ROLE_WORDS = tuple(head for head, kind in HEADS.items() if kind == "role")
ROLES = "|".join(ROLE_WORDS)
# What shows that a name is a body's: 'Pask Brothers, a Plymouth contractor', 'spokesman for Pask Brothers', 'the Lake
# Tribe said'; and what shows that it is a person's.
BODY_BEHIND = re.compile(
    r"(?:\s*\([A-Z]{2,}\))?,\s+(?:which\s|(?:the|an?|one\s+of\s+the)\s"
    r"(?:(?!\b(?:who|whose|of|for|at|in)\b)[^,.;:()’'\n])*?"
    rf"\b(?:{'|'.join((*listed('bodies'), *listed('any_body')))})s?"
    r"(?=[,.;]|\s+(?:that|which|whose|for|of|run|in|from|behind|with|based)\b))"
)
BODY_BEFORE = re.compile(rf"\b(?:{ROLES})\s+(?:of|for|at|with)\s+(?:the\s+)?\Z|\b{LEADS}\s+(?:the\s+)?\Z")
HOLDING = ("of", "for", "at", "with", "the", *LEADING)  # what stands last in it
PERSON_BEHIND = re.compile(
    r",\s+(?:who\b|whose\b|\d\d\b|(?:an?|the|its|their|his|her)\s+(?:[\w’'-]+\s+){0,3}(?:ROLES)\b)".replace(
        "ROLES", ROLES
    )
)
PERSON_BEFORE = re.compile(rf"\b(?:{ROLES}),?\s+\Z")
SEVERAL = re.compile(r"\s|[a-z][A-Z]")  # words, in a name
PLACES = frozenset(("county", "city", "borough", "district", "town", "parish"))
STEMS = {"county": ("counci", "author"), "trust": ("trust", "hospit"), "hospital": ("hospit", "trust")}
PERSON = re.compile(rf"{TITLE}|(?:{'|'.join(FIRST_NAMES)})\s")  # how a person's name begins
ANY_BODY = frozenset(listed("any_body"))


def known_by_use(text: str, mentions: list[Mention]) -> list[Mention]:
    """The mentions, those of a name that is used as a body's and nowhere as a person's as organisations."""
    uses: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.kind in ("person", "name"):
            uses.setdefault(bare(mention.text), []).append(mention)
    surnames = {name for name in uses if " " not in name}
    bodies = {
        name
        for name, used in uses.items()
        if SEVERAL.search(name)
        and name.split()[0] not in FIRST_NAMES
        and name.split()[-1] not in surnames
        and any(_is_body(text, mention) for mention in used)
        and not any(_is_person(text, mention) for mention in used)
    }
    if not bodies:
        return mentions
    return [mention._replace(kind="organisation") if bare(mention.text) in bodies else mention for mention in mentions]


def _is_body(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - 40) : mention.start]
    said = re.search(r"\b[Tt]he\s\Z", before) and re.match(
        r"\s(?:has\s|had\s)?(\w+)", text[mention.end : mention.end + 30]
    )
    held = before.rstrip().endswith(HOLDING) and BODY_BEFORE.search(before)
    return bool(held or BODY_BEHIND.match(text, mention.end) or (said and find_cues(said[0].strip())))


def _is_person(text: str, mention: Mention) -> bool:
    before = text[max(0, mention.start - 40) : mention.start]
    held = before.rstrip().removesuffix(",").endswith(ROLE_WORDS) and PERSON_BEFORE.search(before)
    return bool(held or TITLE_FIRST.match(mention.text) or PERSON_BEHIND.match(text, mention.end))


class Bodies:
    """The organisations of one article, whose quoted words are hidden in `text`."""

    def __init__(self, text: str, mentions: list[Mention]):
        self.text, self.mentions = text, mentions
        self.acronyms: dict[str, str] = {}
        self.named: dict[str, list[tuple[int, str]]] = {}  # organisations by the first letters of each of their words
        self.organisations = [mention for mention in mentions if mention.kind == "organisation"]
        for role in (mention for mention in mentions if mention.kind in ("role", "body")):  # 'the LGA leader' too
            self.organisations += [each for each in names(text, role.start, role.end) if each.kind == "organisation"]
        self.organisations.sort(key=lambda mention: mention.start)
        for mention in self.organisations:
            acronym = ACRONYM.match(text, mention.end)
            if acronym:
                self.acronyms[acronym[1]] = bare(mention.text)
        self.organisations += self._small()
        for mention in self.organisations:
            self._index(mention)
        for places in self.named.values():
            places.sort()
        below = re.match(r"[^\n]*[^\n.!?:”’]\n\n", text)  # the headline
        named = [
            each
            for each in self.organisations
            if each.start >= (below.end() if below else 0) and not each.text.isupper()
        ]
        self.first = min(named, key=lambda each: each.start, default=None)  # the body that the article is about

    def _index(self, mention: Mention) -> None:
        name = bare(mention.text)
        noun = re.search(r"\b([a-z]{4,})\s+$", self.text[max(0, mention.start - 20) : mention.start])
        if noun and noun[1] in ANY_BODY:  # 'the charity Later Lives'
            self.named.setdefault(noun[1][:6], []).append((mention.start, name))
        for word in set(self.expanded(name).lower().split()):
            self.named.setdefault(word[:6], []).append((mention.start, name))

    def _small(self) -> Iterator[Mention]:
        """'Hallowgate council': a body with a name before it."""
        for mention in (mention for mention in self.mentions if mention.kind == "body"):
            match = SMALL_BODY.search(self.text, max(0, mention.start - 40), mention.end)
            indefinite = re.match(r"(?:[Aa]n?|[Oo]ne|[Aa]nother)\s", mention.text)
            if match and match.end() == mention.end and not indefinite:
                yield Mention(*match.span(), "organisation", match[0])

    def expanded(self, name: str) -> str:
        """The long name of an organisation for its acronym, where the article gives it."""
        return self.acronyms.get(name, name)

    def phrase(self, mention: Mention) -> str:
        """The noun phrase that begins with a mention, ended before any verb of speech."""
        words = self.text[mention.start : phrase_end(self.text, mention.end, len(self.text))]
        for cue in find_cues(words):
            if mention.start + cue.start > mention.end and words[cue.start].islower():
                words = words[: cue.start]
                break
        return re.split(r"\s+at\s+(?:an?|yesterday|today|last|this)\b", words)[0].rstrip()

    def organisation_in(self, words: str, place: int) -> str:
        """The organisation that a role or noun phrase at `place` names, '' where it names none, or a former one."""
        words = re.sub(r"^(?:an?\s+|the\s+)?(?:former|ex)\b.*?\bwho\s+(?:is\s+)?now\s+", "", words)
        if not words or FORMER.match(words):
            return ""
        named = list(names(words))
        organisations = [PART_OF.sub("", bare(mention.text)) for mention in named if mention.kind == "organisation"]
        its = re.search(r"\b(?:[Ii]ts|[Tt]heir)\s", words)  # 'its president': of the organisation named last
        whole = next((name for name in organisations if not UNIT.search(name)), "")
        if whole and not (its and its.start() == 0):
            return whole
        small = SMALL_BODY.search(words)
        if small:
            first, *_, noun = undetermined(small[0]).split()
            return self.headed(noun, place, first.lower(), narrow=True) or undetermined(small[0])
        owner = self.subject(place, organisations) if its else ""
        return owner or (organisations[0] if organisations else self._placed(words, named, place))

    def _placed(self, words: str, named: list[Mention], place: int) -> str:
        """The organisation that a role names behind 'of' or by its noun alone: 'the chamber’s director'."""
        for mention in named:
            placed = PLACED.search(words[: mention.start])
            if placed and not SITS.search(words, 0, mention.start):
                return placed[1] + self._extended(words, mention)
            owns = re.match(r"[’']s?\s+[a-z]", words[mention.end :]) and role_word(words, mention.end)
            if owns and " " in mention.text and not PERSON.match(mention.text):
                return bare(mention.text)  # 'Mid Fenland Water’s chief engineer'
        for body in BODY_NOUN.finditer(words):
            kind, noun = (body[1] or body[3] or "").strip(), body[2] or body[4]
            name = self.headed(noun, place, kind) or (body[2] and self._plain(noun))
            if name:
                return name
        called = CALLED.search(words)
        return called[1] if called else ""

    def _extended(self, words: str, mention: Mention) -> str:
        """The whole name of a body that begins with a name: 'Three Rivers force'."""
        more = EXTENDED.match(words, mention.end) if mention.kind != "organisation" else None
        return bare(mention.text) + (more[0] if more else "")

    def only_council(self) -> str:
        """The council of an article that names one and no other."""
        named = (name for stem in ("counci", "author", "boroug") for _, name in self.named.get(stem, []))
        names = {self.expanded(name) for name in named if re.search(r"(?i)\b(?:council|authority|borough)\b", name)}
        whole = [name for name in names if not any(name != other and name in other for other in names)]
        return whole[0] if len(whole) == 1 else ""

    def of_article(self, place: int) -> str:
        """The organisation named first below the headline, if before `place`, and no other is a subject beside it."""
        first = self.first
        if first is None or first.start > place:
            return ""
        name = self.expanded(bare(first.text))
        stop = SENTENCE_END.search(self.text, first.end)
        beside = between(self.mentions, first.end, min(stop.start() if stop else place, place))
        others = [each for each in beside if each.kind == "organisation" and not in_phrase(self.text, each)]
        before = self.text.rfind("\n\n", 0, max(0, self.text.rfind("\n\n", 0, place)))
        for each in between(self.mentions, max(before, first.start), place):
            if each.kind == "body" and not in_phrase(self.text, each) and not UNIT.search(each.text.title()):
                others = [each]
        return name if all(self._called(each) == name for each in others) else ""

    def committee(self, place: int) -> str:
        """What the committee is called that the article names last before `place`: 'health committee'."""
        named = list(COMMITTEE.finditer(self.text, max(0, place - NEAR), place))
        return named[-1][1] if named else ""

    def _plain(self, noun: str) -> str:
        """The one body of the article whose name does not say what it is, '' where there are none or several, or where
        `noun` is the head of another: 'the firm’s director'.
        """
        names = {bare(mention.text) for mention in self.organisations}
        plain = {
            name for name in names if ORGANISATIONS.isdisjoint(name.split()) and " " in name and not name.isupper()
        }
        return plain.pop() if len(plain) == 1 and noun in ANY_BODY else ""

    def subject(self, place: int, others: Iterable[str] = (), start: int = 0) -> str:
        """The subject of the last sentence from `start` to `place` that names a body, else the body: whose 'its' is."""
        found, last = "", place
        for mention in reversed(between(self.mentions, max(start, place - NEAR), place)):
            if found and SENTENCE_END.search(self.text, mention.start, last):
                return found
            name = self._called(mention)
            if name and name not in others:
                found, last = found or name, mention.start
                if not in_phrase(self.text, mention):
                    return name
        return found

    def _called(self, mention: Mention) -> str:
        """The body that a mention may stand for: 'the council', its name, or one that may be and leads a sentence."""
        if mention.kind == "body" and re.match(r"[Tt]he\s", mention.text):
            return self.organisation_like(mention.text.rsplit(maxsplit=1)[-1], mention.start)
        name = bare(mention.text)
        plain = mention.kind in ("person", "name") and opens_sentence(self.text, mention)
        several = plain and SEVERAL.search(name) and not PERSON.match(mention.text)
        return name if several or mention.kind == "organisation" else ""

    def headed(self, noun: str, place: int, kind: str = "", narrow: bool = False) -> str:
        """The organisation named last before `place`, else first after it, that is a `noun`: 'the chamber', its head.

        `kind` are the words before the noun: 'county council' is no district council.
        """
        council = noun == "authority" or noun in PLACES - {"parish"}
        stems = STEMS.get("county" if council else noun, (noun[:6],))
        held = (
            [each for each in self.named.get(stem, []) if council or noun in ANY_BODY or _head(each[1])[:6] == stem]
            for stem in stems
        )
        fitting = next(filter(None, held), [])
        narrower = [each for each in fitting if kind and kind.split()[-1] in each[1].lower().split()]
        if not narrower and not PLACES.isdisjoint(kind.split()[-1:]):
            return ""
        return _nearest(narrower or ([] if narrow else fitting), place)

    def organisation_like(self, noun: str, place: int) -> str:
        """The organisation named last before `place` (else first after it) whose name holds `noun`, '' if none."""
        stem = noun.lower()[:6]
        return _nearest(self.named.get(stem) or self.named.get("counci" if stem == "author" else "", []), place)


def _nearest(named: list[tuple[int, str]], place: int) -> str:
    """The organisation last before `place`, else the first after it, '' where there is none."""
    before = bisect_left(named, (place, ""))
    return named[max(0, before - 1)][1] if named else ""


def _head(name: str) -> str:
    return re.split(r"\s+(?:of|for|in)\s", name)[0].split()[-1].lower()
