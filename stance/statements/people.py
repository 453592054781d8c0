"""People: what an article says of the persons in it: their names, their titles and who holds which role where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from unicodedata import normalize

from stance.statements.bodies import FORMER, LEADS, Bodies
from stance.statements.cues import find_cues
from stance.statements.lexicon import listed
from stance.statements.mentions import (
    FIRST_NAMES,
    GENDER,
    HIDDEN,
    TITLE_FIRST,
    UPPER,
    Mention,
    bare,
    between,
    in_phrase,
    opens_sentence,
    role_word,
    undetermined,
)
from stance.statements.sentences import AUXILIARY

PAST = rf"(?:{'|'.join(listed('irregular_pasts'))})"
UNNAMED = re.compile(r"(?i:[^s]s|spokes\w+|source|people|men)$")  # a role whose holder is not named, or held by many
INDEFINITE = re.compile(r"(?:[Aa]n?|[Oo]ne|[Aa]nother|[Ss]ome|[Mm]any)\s")
# Between a role and its name: 'of the LGA', 'for adult services'; no verb, no comma but the last.
ROLE_BEFORE = re.compile(
    rf"(?:\s+(?:of|for|at|in|on|to|with|and)\s(?:(?!\b{AUXILIARY}\b)[^.,;:“”\n{HIDDEN}]){{1,100}}?)?,?\s+"
)
OF_NAME_BEFORE = re.compile(r"(?:\s*\([^()]*\))?,\s+(?:the\s+|an?\s+|who\s+is\s+)?")
BEHIND_PERSON = re.compile(r"\s*\((?:Lab|Con|Lib|Green|Ind|SNP|Plaid)|,\s+(?:who|whose|\d\d,|(?:an?|of|for|from)\s)")
PLACED = re.compile(r"\b(?:[Ii]n|[Aa]t|[Nn]ear|until|since)\s+(?:the\s+)?\Z")
VERB_AT_END = re.compile(r"\b(?:and|by|with|from|to|as|that|but|met|told|[a-z]{3,}ed)\s+$")
WHOSE = re.compile(
    rf"(?<![\w’'])(?:[Tt]he\s+)?((?:[{UPPER}][\w&-]*\s+(?:(?:of|for|and|&)\s+(?:the\s+)?)?)*[{UPPER}][\w&-]*)(?:[’']s|(?<=s)[’'])\s+\Z"
)
OWNED = ("’", "'", "’s", "'s")
VERB_INSIDE = re.compile(
    rf"(\s)(?:{AUXILIARY}|who|which|that|whom|but)\b|\b[A-Z][\w’]{{2,}}(\s)(?=[a-z]+ed\b(?!(?:\s[a-z]+){{1,2}}\Z))"
)
COUNCIL_ROLE = re.compile(
    r"(?i:^(?:(?:the|deputy|opposition|council|group|borough|city|county|labour|conservative|tory|green|lib(?:eral)?|dem(?:ocrat)?)\s+)*"
    r"(?:council\s+leader|leader|councillor|mayor)(?:\s+of\s+the\s+(?:council|authority|opposition))?$|\bcabinet\s+(?:member|lead)"
    r"|portfolio|(?-i:[A-Z][a-z]+)\s+(?:group\s+)?(?:leader|member)$|director\s+of\s+(?:adult|children|public\s+health|housing"
    r"|place|social|finance)|\bward\b(?!\s+(?:sister|manager|nurse|clerk|staff)))"
)
# An office that every body has: the one of the body that the article is about, unless it says another.
OFFICER = re.compile(
    r"(?i:(?:in the chair|(?:[a-z-]+\s+){0,2}(?:(?:vice-)?chair(?:man|woman)?"
    r"|chief\s+[a-z]+(?:\s+(?:executive|officer))?|director|head|lead|president|clerk|treasurer|principal|auditor|convener|deputy|(?:returning|monitoring)\s+officer))"
    r"(?:,?\s+(?:of|for)\s+[a-z’\s]+)?,?$)"
)
GROUP = re.compile(r"\b[A-Z]\w+\s+(?:group|members)$")
UNIT_ROLE = re.compile(
    r"\b(?:committee|panel|board)[’']s\s+[a-z-]+$|\b(?:of|chairs)\s+the\s+(?:committee|panel|board)$|^chairs\s+it$"
)
ROLE_AFTER = re.compile(
    r"(?:,\s+(?:\d\d,\s+(?!of\b))?|\s+\(|\s+[–—-]\s+|\s+(?=(?:of|from|at)\s))"
    rf"(?:who\s+(?:is\s+(?:also\s+)?|(?:also\s+)?(?=(?:{LEADS}|speaks|sits|works)\s)))?"
    rf"((?:[^,;:.()“”‘\n{HIDDEN}]|(?<=\b[A-Z])\.)+)"
)
SECOND_PART = re.compile(rf",\s(?!(?:\w+ed|{PAST})\s)[^,;:.“”‘\n{HIDDEN}]+\s(?:at|of|for|and)\s[^,;:.“”‘\n{HIDDEN}]+,")
# For whom a clause beside the name says that a person works or speaks: 'who arranges home care for X', 'who founded X',
# 'who had come from X'. Those who live, are treated or vote somewhere do not speak for it.
WORDS = rf"[^,.;:()“”‘\n{HIDDEN}]{{1,90}}"
TO_BODY = rf"(?=(?:the\s+)?(?:[a-z]+\s)*[{UPPER}])({WORDS})"
NAMED = rf"((?:[Tt]he\s+)?[{UPPER}]{WORDS})"
REST = rf"(?:\s(?:(?!\b(?:{AUXILIARY}|that|but|who)\b)[^,.;:()“”‘\n{HIDDEN}]){{0,90}}?)?\s"
SPEAKS = r"(?:sp(?:eaks?|oke|eaking)|(?:open|appear|answer|attend|sign)(?:s|ed|ing)|repl(?:y|ies|ied|ying)|sits|giving)"
WORKS = re.compile(
    rf",\s+(?:who\s+(?:also\s+)?(?!(?:lives|stays|comes|stands|votes|campaigns|studies|says|thinks)\b)[a-z]+s"
    rf"|who\s+(?:had\s+)?c[ao]me(?=\s+from)|who\s+(?:led|drew|has\s+written)(?=.{{1,90}}\sfor\s))"
    rf"{REST}(?:for|at|from|on\s+behalf\s+of)\s+{TO_BODY}"
    rf"|(?:,\s+(?:who\s+)?|\s+(?:{WORDS},?\s+and\s+)?(?:now\s+|[a-z]+\s+up\s+to\s+)?){SPEAKS}"
    rf"{REST}(?:for|on\s+behalf\s+of)\s+{TO_BODY}|,?\s+(?:in\s+the\s+chair\s+)?for\s+{NAMED}"
    rf"|(?:,\s+(?:{WORDS}?\b)?who(?:\s{WORDS}?\sand)?|,\s+(?:an?|the)\s{WORDS},)?\s+(?:founded|set\s+up|owns|(?:has\s+)?led"
    rf"|{LEADS}|(?:is|will\s+be)\s+(?:the\s+)?[a-z\s-]{{3,50}}\s(?:of|at|for))\s+(?:the\s+charity\s+)?{NAMED}"
    rf"|,\s+([{UPPER}][\w’&-]*(?:\s+[\w’&-]+){{1,6}}):"
    rf"|,\s+(?:whose|of\s+the)\s+(?:{'|'.join((*listed('any_body'), *listed('bodies')))}),?\s+([{UPPER}]{WORDS})"
)
# 'For the company,' NAME; 'At Oakdown Hospital, the matron,' NAME; 'Shelter was represented by' NAME
FOR = re.compile(
    rf"(?:^|[.!?”’\"]\s+|\n)(?:(?:[A-Z][a-z]+ing\s+)?(?:[Ff]or|[Ff]rom|[Oo]n\s+behalf\s+of)\s+([^,.;:()“”‘\n]{{3,60}}),?"
    rf"|At\s+([^,.;:()“”‘\n]{{3,60}}),\s+(?:(?:which|where)\s[^.;:“”\n]+,\s+)?the\s[^,.;:“”\n]+,"
    rf"|{NAMED}\s+(?:(?:was|were)\s+represented\s+by|had\s+sent)|The\s+[a-z\s-]+\s(?:of|at|for)\s{NAMED}\s+is)\s+\Z"
)
LATER = re.compile(  # 'As chief executive of Fenbridge Council she'; 'She leads Shelter'
    rf"\b(?:As\s+(?:[a-z]+\s+){{1,4}}?(?:of|at|for)|For)\s+{TO_BODY}?,?\s+(?:she|he)\b"
    rf"|[.!?”’\"]\s+(?:She|He)\s+(?:{LEADS}|founded)\s+{NAMED}"
)
LATER_HAS = ("As", "For", "She", "He")  # one of these is in what LATER finds
SENTENCE_END = re.compile(r"[.!?][\"'”’]?\s")
TOPS = frozenset(listed("tops"))
COMMON = frozenset("the of and for at in on to a an its".split())


@dataclass
class Person:
    """A person of the article: the fullest name found, he or she where a title says so, roles with organisations."""

    name: str
    gender: str = ""
    councillor: bool = False
    officer: bool = False  # holds an office that every body has, and not one of many
    sure: bool = False  # a title, a first name, a surname alone or a role shows that it is a person
    placed: bool = False  # something stands in or at it, so that it is none
    first: int = 0  # where the full name stands first
    roles: list[tuple[str, str]] = field(default_factory=list)


class People:
    """The persons of one article, whose quoted words are hidden in `text`."""

    def __init__(self, text: str, mentions: list[Mention], bodies: Bodies):
        self.text, self.mentions, self.bodies = text, mentions, bodies
        self.first_end = len(text.partition("\n\n")[0])
        self.second_end = len("\n\n".join(text.split("\n\n", 2)[:2]))
        self.people: dict[str, list[Person]] = {}  # by surname
        self.first_names: dict[str, Person] = {}
        self.meant: dict[str, Person | None] = {}  # by name, as `person` answers
        self.holders: dict[str, list[Person]] = {}  # by each word of their roles and by organisation
        persons = [number for number, mention in enumerate(mentions) if mention.kind == "person"]
        for number in persons:
            self._add(number)
        for number in persons:  # once the roles beside all names are known
            self._add_role_from_before(number)

    def _add(self, number: int) -> None:
        mention = self.mentions[number]
        name = bare(mention.text)
        title = TITLE_FIRST.match(mention.text)
        if title and self.namesakes(name):
            _entitle(self.namesakes(name), title[0])
            return
        person = self.person(name)
        if person is None:
            if " " not in name and not title:
                return
            person = Person(name, FIRST_NAMES.get(name.split()[0], ""), first=mention.start)
            person.sure = name.split()[0] in FIRST_NAMES or bool(title)
            self.people.setdefault(_surname(name), []).append(person)
            self.first_names.setdefault(name.lower().split()[0], person)
            self.meant.clear()
        elif len(name) > len(person.name) and _surname(name) == _surname(person.name):
            person.name = name
        word = title[0].lower().rstrip(".") if title else ""
        if word in GENDER:
            person.gender = GENDER[word]
        person.councillor |= word in ("cllr", "coun", "councillor", "alderman")
        person.placed |= bool(PLACED.search(self.text, max(0, mention.start - 12), mention.start))
        behind = BEHIND_PERSON.match(self.text, mention.end)
        person.sure |= bool(title or " " not in name or (behind and not in_phrase(self.text, mention)))
        before = self.text[max(0, mention.start - 80) : mention.start]
        owner = (
            WHOSE.search(self.text, mention.start - len(before), mention.start)
            if before.rstrip().endswith(OWNED)
            else None
        )
        known = self.person(owner[1]) if owner else None
        if owner and (known is None or (" " in owner[1] and not known.sure)):
            self.give(person, "", owner[1])  # 'Shelter’s Gina Lusk'
        for role in filter(None, (_role_before(self.text, self.mentions, number), _role_after(self.text, mention))):
            named = bool(role_word(role) or re.match(LEADS, role))
            organisation = self.bodies.organisation_in(role, mention.start) or self._of_other(role, number)
            if named or organisation:
                person.sure |= named
                person.officer |= bool(OFFICER.match(undetermined(role))) and not INDEFINITE.match(role)
                self.give(person, undetermined(role) if named else "", organisation)
        if not any(organisation for _, organisation in person.roles):
            self._add_employer(number, person)

    def _of_other(self, role: str, number: int) -> str:
        """For 'her deputy', the organisation of the person mentioned last."""
        if not re.match(r"[Hh](?:er|is)\s", role) or not OFFICER.match(undetermined(role)):
            return ""
        before = (self.person(bare(each.text)) for each in reversed(self.mentions[max(0, number - 20) : number]))
        other = next(filter(None, before), None)
        return next((organisation for _, organisation in other.roles if organisation), "") if other else ""

    def _add_employer(self, number: int, person: Person) -> None:
        """For whom a clause beside the name, or a sentence about the person behind it, says that he or she works."""
        mention = self.mentions[number]
        behind = between(self.mentions, mention.end, mention.end + 400)
        stop = next((each.start for each in behind if each.kind == "person"), mention.end + 400)
        later = any(self.text.find(word, mention.end, stop) >= 0 for word in LATER_HAS)
        for works in (
            WORKS.match(self.text, mention.end),
            FOR.search(self.text, max(0, mention.start - 160), mention.start),
            LATER.search(self.text, mention.end, stop) if later else None,
        ):
            words = next(filter(None, works.groups()), "") if works else ""
            organisation = words and self.bodies.organisation_in(f"of {words}", mention.start)
            if " " in organisation or (organisation and self.bodies.organisation_in(words, mention.start)):
                self.give(person, "", organisation)
                return

    def give(self, person: Person, role: str, organisation: str) -> None:
        """Note that `person` holds a role."""
        if (role, organisation) in person.roles:
            return
        person.roles.append((role, organisation))
        if FORMER.match(role):
            return
        for key in {*role.lower().split(), self.bodies.expanded(organisation).lower()} - COMMON - {""}:
            self.holders.setdefault(key, []).append(person)

    def person(self, name: str) -> Person | None:
        """The person whom `name` (a full name, a surname or a first name) means; None where there is none."""
        if name not in self.meant:
            self.meant[name] = self._person(_words(name))
        return self.meant[name]

    def _person(self, words: list[str]) -> Person | None:
        if not words:
            return None
        for person in reversed(self.people.get(words[-1], [])):
            other = _words(person.name)
            if len(words) == 1 or other[-len(words) :] == words or _same_first_name(words[0], other[0]):
                return person
        together = "".join(words)
        if len(words[-1]) > 4 and len(self.people) < 200:  # a surname misspelt: Blythe, Blyth; Mac Neill, MacNeill
            for surname, people in self.people.items():
                whole = "".join(_words(people[-1].name)[1:])
                known, least = (surname, 0.85) if len(words) == 1 else (whole, 0.9)
                alike = known[:3] == together[:3] and SequenceMatcher(None, known, together).ratio() > least
                if alike or whole == together:
                    return people[-1]
        namesake = self.first_names.get(words[0])
        if namesake is None or len(words) == 1:
            return namesake
        surname = _surname(namesake.name)  # a spelling variant: Jon Marshal, Jon Marshall
        return namesake if len(surname) > 4 and SequenceMatcher(None, surname, words[-1]).ratio() >= 0.8 else None

    def by_office(self, person: Person, role: str) -> str:
        """The body of a person's office that names none: the article's one council, committee, or first body."""
        if person.councillor or COUNCIL_ROLE.search(role) or GROUP.search(role):
            return self.bodies.only_council()
        if UNIT_ROLE.search(role):
            return self.bodies.only_council() or self.bodies.committee(person.first)
        return self.bodies.of_article(person.first) if person.officer else ""

    def namesakes(self, name: str) -> list[Person]:
        """The persons whom a surname alone may mean."""
        return self.people.get(name.lower(), []) if " " not in name else []

    def _add_role_from_before(self, number: int) -> None:
        """A role that the paragraph before gave to nobody: 'The council's care boss said so.' / 'Jo Smith said ...'."""
        mention = self.mentions[number]
        person = self.person(bare(mention.text))
        if person is None or any(organisation or FORMER.match(role) for role, organisation in person.roles):
            return
        for other in reversed(self.mentions[max(0, number - 8) : number]):
            gap = self.text[other.end : mention.start]
            if other.kind == "person" or gap.count("\n\n") > 3:
                return
            lead = other.start < self.first_end
            if other.kind != "role" or UNNAMED.search(other.text) or (INDEFINITE.match(other.text) and not lead):
                continue
            if "\n\n" in gap or (SENTENCE_END.search(gap) and opens_sentence(self.text, other)):
                words = self.bodies.phrase(other)
                organisation = self.bodies.organisation_in(words, other.start)
                opening = not person.roles and other.start < self.second_end and words[:4].lower() == "the "
                said = any(cue.start < 6 for cue in find_cues(self.text[other.end : other.end + 25]))  # 'has said'
                office = (lead and len(words.split()) > 2) or (opening and said)
                office &= not FORMER.match(undetermined(words))
                key = self.bodies.expanded(organisation).lower() if organisation else undetermined(words).lower()
                if (organisation or office) and key not in self.holders:
                    self.give(person, undetermined(words), organisation)
                    self.holders.setdefault(key, []).append(person)
                    return

    def in_role(self, role: str, organisation: str) -> Iterator[tuple[Person, str, int]]:
        """Those who hold a role like `role`, in `organisation` if one is named: person, their role, words in common."""
        wanted = set(role.lower().split()) - COMMON
        key = self.bodies.expanded(organisation).lower()
        for person in [each for word in ([key] if key else sorted(wanted)) for each in self.holders.get(word, [])]:
            for given, named in person.roles:
                overlap = len(wanted & set(given.lower().split())) + (given.lower() == role.lower())
                if self.bodies.expanded(named).lower() == key if key else (overlap and _same_head(given, role)):
                    yield person, given, overlap

    def named_before(self, place: int) -> tuple[int, Person] | None:
        """The one person of the sentence before that of `place`, and where, unless that sentence speaks of another."""
        lead = self.text[max(0, place - 500) : place]
        ends = [match.end() for match in SENTENCE_END.finditer(lead)]
        if not ends:
            return None
        here = place - len(lead) + ends[-1]
        mentions = between(self.mentions, place - len(lead) + (ends[-2] if len(ends) > 1 else 0), place)
        named = [(each.start, self.person(bare(each.text))) for each in mentions if each.kind in ("person", "name")]
        fits = [(start, person) for start, person in named if person and (person.sure or not person.placed)]
        fits = [pair for pair in fits if pair[1].sure] or fits
        new = any(each.start >= here if each.kind == "person" else each.text in ("He", "She") and each.start < here
                  for each in mentions)  # fmt: skip
        return fits[-1] if len({person.name for _, person in fits}) == 1 and not new else None

    def just_named(self, role: str, place: int) -> Person | None:
        """The one person of the sentence before that of `place`; their role, if known, shares a word with `role`."""
        named = self.named_before(place)
        if not named or any(FORMER.match(given) for given, _ in named[1].roles):
            return None
        words = set(role.lower().split()) - COMMON
        known = [set(given.lower().split()) for given, _ in named[1].roles if given]
        return named[1] if not known or any(words & given for given in known) else None


def _entitle(several: list[Person], title: str) -> None:
    for person in several if len(several) == 1 else ():  # 'Mr Smith', not where two are called so
        person.gender, person.sure = person.gender or GENDER.get(title.lower().rstrip("."), ""), True


def _role_after(text: str, mention: Mention) -> str:
    """Sarah Pickup, 'the deputy leader of the LGA'; Jo Smith, who 'leads Orrin Borough Council'."""
    after = text[mention.end : mention.end + 220]
    match = ROLE_AFTER.match(after)
    if not match:
        return ""
    role, rest = match[1], after[match.end() :]
    today = (
        re.search(r"\b(?:is|who)\s+now\s+(.+)", role) if "now" in role else None
    )  # 'who ran X and is now director of Y'
    if today or re.match(r"who\s|formerly\s", role):
        return today[1].strip() if today else ""
    if SECOND_PART.match(rest):
        role += "," + rest[1:].split(",")[0]
    verb = VERB_INSIDE.search(role)
    role = role[: verb.start(verb.lastindex or 0)] if verb else role
    for cue in find_cues(role):
        if cue.start > 7 and role[cue.start].islower():  # not 'speaks for X' itself, nor 'Students’ Voice'
            return role[: cue.start].strip()
    return role.strip()


def _surname(name: str) -> str:
    return _words(re.sub(r",?\s+(?:[JS]r\.?|II|III|IV)$", "", name))[-1]


def _words(name: str) -> list[str]:
    return name.replace("-", " ").lower().split()


def _same_first_name(one: str, other: str) -> bool:
    """Whether two first names may be one person's: the same, an initial, or a short form."""
    one, other = (normalize("NFKD", name).encode("ascii", "ignore").decode().rstrip(".") for name in (one, other))
    short = min(len(one), len(other))
    return one[:short] == other[:short] if short in (1, 3, 4, 5) or one == other else one[:3] == other[:3]


def _same_head(given: str, role: str) -> bool:
    """Whether two roles may be one: the same noun, or both the top of something ('adult services boss')."""
    one, other = _head(given), _head(role)
    shared = set(given.lower().split()) & set(role.lower().split()) - COMMON
    return one == other or (one in TOPS and other in TOPS and bool(shared))


def _role_before(text: str, mentions: list[Mention], number: int) -> str:
    """'Health Secretary' Jeremy Hunt; 'its president', Margaret Willcox; not the role of a name before."""
    mention = mentions[number]
    before = range(number - 1, max(-1, number - 5), -1)
    place = next((place for place in before if mentions[place].kind in ("person", "role")), None)
    if place is None or mentions[place].kind == "person":
        return ""
    start, end = mentions[place].start, mentions[place].end
    owner = mentions[place - 1] if place else None  # 'A, president of X, met B'
    named = owner and owner.kind in ("person", "name") and OF_NAME_BEFORE.fullmatch(text, owner.end, start)
    gap = text[end : mention.start]
    meant = ROLE_BEFORE.fullmatch(gap) and not VERB_AT_END.search(gap) and not named
    return text[start : mention.start].strip(" ,") if meant else ""


def _head(role: str) -> str:
    """The noun of a role: 'leader' of 'deputy leader of the LGA'."""
    words = re.split(r"\s(?:of|for|at|in|on|to|with|who)\s|,", role.lower())[0].split()
    return words[-1] if words else ""
