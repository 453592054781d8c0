"""Speakers: who a mention stands for, from all that the article says of its persons, organisations and documents.

'Pickup' is the full name given elsewhere, 'he' whoever spoke last, 'the LGA leader' whoever the article gave that role,
'the document' the one that somebody published. Every look back goes a few paragraphs and no further, so that the time
stays in proportion to the length of the text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from stance.statements.cues import find_cues
from stance.statements.mentions import (
    GENDER,
    HIDDEN,
    NAME,
    ROLE_WORD,
    TITLE,
    Mention,
    bare,
    between,
    in_phrase,
    names_in,
    phrase_end,
    undetermined,
)

NEAR = 3_000  # characters before a mention in which he, she, it or a role is looked for
UNNAMED = re.compile(r"(?i:[^s]s|spokes\w+|source|people|men)$")  # a role whose holder is not named, or held by many
INDEFINITE = re.compile(r"(?:[Aa]n?|[Oo]ne|[Aa]nother|[Ss]ome|[Mm]any)\s")
FORMER = re.compile(r"(?i:(?:an?\s+|the\s+)?(?:former|ex|shadow|previous|past|retired|one-time)[\s-])")
UNIT = re.compile(r"\b(?:Board|Committee|Group|Forum|Panel|Team|Directorate|Directors|Executive|Cabinet)$")
ACRONYM = re.compile(r"\s*\(([A-Z][A-Za-z&]*[A-Z])\)")
LEADS = r"(?:chairs|leads|heads|runs|represents|manages|directs)"
BODY_NOUN = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|his|her|their)\s+(?:[\w-]+\s+){0,2}?(council|association|trust|charity|government|union|department"
    r"|authority|confederation|federation|board|committee|alliance|partnership|commission|agency|network|society|institute"
    r"|foundation|college|university|ministry|county|city|borough|hospital|group|company|guild)\b",
    re.IGNORECASE,
)
ROLE_BEFORE = re.compile(rf"(?:\s+(?:of|for|at|in|on|to|with)\s[^.;:“”\n{HIDDEN}]{{1,100}}?)?,?\s+")
ROLE_AFTER = re.compile(
    r"(?:,\s+|\s+\(|\s+[–—-]\s+|\s+(?=(?:of|from|at)\s))"
    rf"(?:who\s+(?:is\s+(?:also\s+)?|(?:also\s+)?(?=(?:{LEADS}|speaks|sits|works)\s)))?"
    rf"((?:[^,;:.()“”‘\n{HIDDEN}]|(?<=\b[A-Z])\.)+)"
)
SECOND_PART = re.compile(rf",[^,;:.“”‘\n{HIDDEN}]+\s(?:at|of|for|and)\s[^,;:.“”‘\n{HIDDEN}]+,")
MADE = r"(?:published|issued|released|launched|produced|wrote|unveiled)"
PUBLISHED = re.compile(
    rf"""(?:agreement|deal|directions|framework|statement|letter|concordat|accord|guidance|document|report|paper)\s+
      (?:(?:jointly\s+)?(?:{MADE}|agreed|drawn\s+up)\s+(?:jointly\s+)?)?(?:between|by|from)\s+
      (?:the\s+)?(?P<one>{NAME.pattern})(?:\s+\([A-Z]+\))?(?:\s+and\s+(?:the\s+)?(?P<other>{NAME.pattern}))?
    | (?:statement|letter|guidance|document|report|paper|note)\s+(?:that|which)\s+(?:the\s+)?(?P<sender>{NAME.pattern})
      \s+(?:has\s+|had\s+)?(?:sent|wrote|{MADE})
    | (?P<first>(?!Directions|Guidance|Documents?|Research|Reports?){NAME.pattern})(?:\s+\([A-Z]+\))?
      (?:\s+and\s+(?:the\s+)?(?P<second>{NAME.pattern}))?\s+(?:has|have|had)?\s*(?:jointly\s+)?{MADE}\b""",
    re.VERBOSE,
)
COMMON = frozenset("the of and for at in on to a an its".split())


@dataclass(frozen=True)
class Speaker:
    """Who a mention stands for. `name` is empty where the article gives none; `confidence` runs from 0 to 1."""

    name: str
    role: str = ""
    organisation: str = ""
    confidence: float = 0.0


@dataclass
class Person:
    """A person of the article: the fullest name found, he or she where a title says so, roles with organisations."""

    name: str
    gender: str = ""
    titled: bool = False  # a title says so, not what he or she was called before
    roles: list[tuple[str, str]] = field(default_factory=list)


class Cast:
    """The persons, organisations and documents of one article, whose quoted words are hidden in `text`."""

    def __init__(self, text: str, mentions: list[Mention]):
        self.text, self.mentions = text, mentions
        self.first_end = len(text.partition("\n\n")[0])
        self.heard: list[tuple[int, Speaker]] = []  # who spoke, and where, in the order of reading
        self.asked = ""  # who spoke last, if it was a question
        self.documents: list[tuple[int, str, str]] = []  # place, name, whose
        self.people: dict[str, list[Person]] = {}  # by surname
        self.first_names: dict[str, Person] = {}
        self.meant: dict[str, Person | None] = {}  # by name, as `person` answers
        self.holders: dict[str, list[Person]] = {}  # by each word of their roles and by organisation
        self.acronyms: dict[str, str] = {}
        self.named: dict[str, list[tuple[int, str]]] = {}  # organisations by the first letters of each of their words
        self.organisations = [mention for mention in mentions if mention.kind == "organisation"]
        for role in (mention for mention in mentions if mention.kind == "role"):  # 'the LGA leader' names one too
            for match in NAME.finditer(text, role.start, role.end):
                self.organisations += [each for each in names_in(text, *match.span()) if each.kind == "organisation"]
        self.organisations.sort(key=lambda mention: mention.start)
        for mention in self.organisations:
            acronym = ACRONYM.match(text, mention.end)
            if acronym:
                self.acronyms[acronym[1]] = bare(mention.text)
        for mention in self.organisations:
            name = bare(mention.text)
            for word in set(self.expanded(name).lower().split()):
                self.named.setdefault(word[:6], []).append((mention.start, name))
        persons = [number for number, mention in enumerate(mentions) if mention.kind == "person"]
        for number in persons:
            self._add(number)
        for number in persons:  # once the roles beside all names are known
            self._add_role_from_before(number)

    # What the article says of its persons ----------------------------------------------------------------------------

    def _add(self, number: int) -> None:
        mention = self.mentions[number]
        name = bare(mention.text)
        person = self.person(name)
        if person is None:
            if " " not in name and not re.match(TITLE, mention.text):
                return
            person = Person(name)
            self.people.setdefault(_surname(name), []).append(person)
            self.first_names.setdefault(name.lower().split()[0], person)
            self.meant.clear()
        elif len(name) > len(person.name) and _surname(name) == _surname(person.name):
            person.name = name
        title = re.match(TITLE, mention.text)
        gender = GENDER.get(title[0].lower().rstrip(".")) if title else None
        if gender:
            person.gender, person.titled = gender, True
        for role in (self._role_before(number), self._role_after(mention)):
            named = bool(ROLE_WORD.search(role) or re.match(LEADS, role))
            organisation = self.organisation_in(role, mention.start)
            if named or organisation:
                self._give(person, undetermined(role) if named else "", organisation)

    def _give(self, person: Person, role: str, organisation: str) -> None:
        if (role, organisation) in person.roles:
            return
        person.roles.append((role, organisation))
        if FORMER.match(role):
            return
        for key in {*role.lower().split(), self.expanded(organisation).lower()} - COMMON - {""}:
            self.holders.setdefault(key, []).append(person)

    def person(self, name: str) -> Person | None:
        """The person whom `name` (a full name, a surname or a first name) means; None where there is none."""
        if name not in self.meant:
            self.meant[name] = self._person(name.replace("-", " ").lower().split())
        return self.meant[name]

    def _person(self, words: list[str]) -> Person | None:
        if not words:
            return None
        same = self.people.get(words[-1], [])
        for person in reversed(same):
            other = person.name.replace("-", " ").lower().split()
            if len(words) == 1 or other[-len(words) :] == words or words[0][0] == other[0][0]:
                return person
        if len(words) == 1 and len(words[0]) > 4 and len(self.people) < 200:  # a surname misspelt
            for surname, people in self.people.items():
                if surname[:3] == words[0][:3] and SequenceMatcher(None, surname, words[0]).ratio() > 0.85:
                    return people[-1]
        namesake = self.first_names.get(words[0])
        if namesake is None or len(words) == 1:
            return namesake
        surname = _surname(namesake.name)  # a spelling variant: Jon Marshal, Jon Marshall
        return namesake if len(surname) > 4 and SequenceMatcher(None, surname, words[-1]).ratio() >= 0.8 else None

    def _role_before(self, number: int) -> str:
        """'Health Secretary' Jeremy Hunt; 'its president', Margaret Willcox."""
        mention = self.mentions[number]
        for other in reversed(self.mentions[max(0, number - 4) : number]):
            if other.kind == "role":
                gap = self.text[other.end : mention.start]
                if ROLE_BEFORE.fullmatch(gap) and not re.search(r"\b(?:and|by|with|from|to)\s+$", gap):
                    return self.text[other.start : mention.start].strip(" ,")
                break
        return ""

    def _role_after(self, mention: Mention) -> str:
        """Sarah Pickup, 'the deputy leader of the LGA'; Jo Smith, who 'leads Orrin Borough Council'."""
        after = self.text[mention.end : mention.end + 220]
        match = ROLE_AFTER.match(after)
        if not match:
            return ""
        role, rest = match[1], after[match.end() :]
        today = re.search(r"\b(?:is|who)\s+now\s+(.+)", role)  # 'who ran X and is now director of Y'
        if today or re.match(r"who\s|formerly\s", role):
            return today[1].strip() if today else ""
        if SECOND_PART.match(rest):
            role += "," + rest[1:].split(",")[0]
        for cue in find_cues(role):
            if cue.start > 7:  # not 'speaks for X' itself
                return role[: cue.start].strip()
        return role.strip()

    def _add_role_from_before(self, number: int) -> None:
        """A role that the paragraph before gave to nobody: 'The council's care boss said so.' / 'Jo Smith said ...'."""
        mention = self.mentions[number]
        person = self.person(bare(mention.text))
        if person is None or any(organisation for _, organisation in person.roles):
            return
        for other in reversed(self.mentions[max(0, number - 8) : number]):
            gap = self.text[other.end : mention.start]
            if other.kind == "person" or gap.count("\n\n") > 3:
                return
            lead = other.start < self.first_end
            if other.kind != "role" or UNNAMED.search(other.text) or (INDEFINITE.match(other.text) and not lead):
                continue
            if "\n\n" in gap or (re.search(r"[.!?][\"'”’]?\s", gap) and self._opens_sentence(other)):
                words = self.phrase(other)
                organisation = self.organisation_in(words, other.start)
                office = lead and len(words.split()) > 2 and not FORMER.match(undetermined(words))
                key = self.expanded(organisation).lower() if organisation else undetermined(words).lower()
                if (organisation or office) and key not in self.holders:
                    self._give(person, undetermined(words), organisation)
                    self.holders.setdefault(key, []).append(person)
                    return

    def phrase(self, mention: Mention) -> str:
        """The noun phrase that begins with a mention, ended before any verb of speech."""
        words = self.text[mention.start : phrase_end(self.text, mention.end, len(self.text))]
        for cue in find_cues(words):
            if mention.start + cue.start > mention.end:
                words = words[: cue.start]
                break
        return re.split(r"\s+at\s+(?:an?|yesterday|today|last|this)\b", words)[0].rstrip()

    # Organisations ---------------------------------------------------------------------------------------------------

    def expanded(self, name: str) -> str:
        """The long name of an organisation for its acronym, where the article gives it."""
        return self.acronyms.get(name, name)

    def organisation_in(self, words: str, place: int) -> str:
        """The organisation that a role or noun phrase at `place` names, '' where it names none, or a former one."""
        words = re.sub(r"^(?:an?\s+|the\s+)?(?:former|ex)\b.*?\bwho\s+(?:is\s+)?now\s+", "", words)
        if not words or FORMER.match(words):
            return ""
        named = [mention for match in NAME.finditer(words) for mention in names_in(words, *match.span())]
        organisations = [
            re.sub(r"^.*(?:Board|Committee|Group) (?:of|at) (?:the )?(?=[A-Z])", "", bare(mention.text))
            for mention in named
            if mention.kind == "organisation"
        ]
        whole = next((name for name in organisations if not UNIT.search(name)), "")
        if whole:
            return whole
        if re.search(r"\b(?:[Ii]ts|[Tt]heir)\s", words):  # 'its president': of the organisation named last
            owner = self._owner(place, organisations)
            if owner:
                return owner
        if organisations:
            return organisations[0]
        body = BODY_NOUN.search(words)
        if body:
            return self.organisation_like(body[1], place)
        for mention in named:
            placed = re.search(r"\b(?:of|for|at|from|with)\s+(?:the\s+)?$", words[: mention.start])
            if placed and not re.match(r"(?i)MP\b", words):
                return bare(mention.text)
        return ""

    def _owner(self, place: int, others: list[str]) -> str:
        """Whose 'its' is: the last organisation or body before `place` that is a subject, else the last at all."""
        found = ""
        for mention in reversed(between(self.mentions, place - NEAR, place)):
            if mention.kind == "body" and re.match(r"[Tt]he\s", mention.text):
                name = self.organisation_like(mention.text.rsplit(maxsplit=1)[-1], mention.start)
            else:
                name = bare(mention.text) if mention.kind == "organisation" else ""
            if name and name not in others:
                found = found or name
                if not in_phrase(self.text, mention):
                    return name
        return found

    def organisation_like(self, noun: str, place: int) -> str:
        """The organisation named last before `place` (else first after it) whose name holds `noun`, '' if none."""
        stem = noun.lower()[:6]
        fitting = self.named.get(stem) or self.named.get("counci" if stem == "author" else "", [])
        before = bisect_left(fitting, (place, ""))
        return fitting[before - 1][1] if before else (fitting[0][1] if fitting else "")

    # Who a mention stands for ----------------------------------------------------------------------------------------

    def identify(self, mention: Mention, words: str) -> Speaker:
        """The speaker whom `mention` stands for at its place; `words` is its whole noun phrase."""
        if mention.kind in ("person", "name"):
            person = self.person(bare(mention.text))
            if person:
                return self._speaking(person, 0.97)
            organisation = self.organisation_like(bare(mention.text), mention.start)
            return Speaker(organisation or bare(mention.text), "", organisation, 0.7)
        if mention.kind == "organisation":
            name = self.expanded(bare(mention.text))
            return Speaker(name, "", name, 0.95)
        if mention.kind == "pronoun":
            return self._it(mention) if mention.text.lower() in ("it", "they") else self._he(mention)
        if mention.kind == "document":
            return self._document(mention, words)
        return self._body(mention, words) if mention.kind == "body" else self._in_role(mention, words)

    def _speaking(self, person: Person, confidence: float) -> Speaker:
        """`person` as a speaker, with the role that names an organisation before one that does not."""
        role, organisation = max(person.roles, key=lambda pair: (bool(pair[1]), bool(pair[0])), default=("", ""))
        role = role or next((role for role, _ in person.roles if role), "")
        return Speaker(person.name, role, organisation, confidence)

    def _recent(self, place: int) -> list[tuple[int, Speaker]]:
        """Who spoke in the few paragraphs before `place`, else the last to speak."""
        last = [pair for pair in self.heard[-12:] if pair[0] < place]
        return [pair for pair in last if pair[0] > place - NEAR] or last[-1:]

    def _it(self, pronoun: Mention) -> Speaker:
        """It, they: the organisation or document that spoke last, or opened a sentence since."""
        recent = self._recent(pronoun.start)
        spoke = [(place, each) for place, each in recent if each.name and not self.person(each.name)]
        for mention in reversed(between(self.mentions, pronoun.start - NEAR, pronoun.start)):
            if spoke and mention.start <= spoke[-1][0]:
                break
            here = mention.kind == "document" and "\n\n" not in self.text[mention.start : pronoun.start]
            if here or (mention.kind in ("organisation", "body", "document") and self._opens_sentence(mention)):
                known = len(self.documents)
                speaker = replace(self.identify(mention, mention.text), confidence=0.75)
                del self.documents[known:]  # it has not spoken by its name
                return speaker
        return replace(spoke[-1][1], confidence=0.85) if spoke else Speaker("")

    def _he(self, pronoun: Mention) -> Speaker:
        """He, she: who spoke last or is the subject since, of the gender that a title gives; 'one': of that body."""
        word = pronoun.text.lower()
        found = self._recent(pronoun.start)
        if word in ("one", "another"):
            return Speaker("", found[-1][1].role, found[-1][1].organisation, 0.7) if found else Speaker("")
        found = [pair for pair in found if self.person(pair[1].name) or (pair[1].role and not pair[1].name)]
        for mention in between(self.mentions, pronoun.start - NEAR, pronoun.start):
            person = self.person(bare(mention.text)) if mention.kind in ("person", "name") else None
            if person and self._leads(mention):
                found.append((mention.start, self._speaking(person, 0.9)))
        fitting = []
        for place, speaker in sorted(found, key=lambda pair: pair[0]):
            person = self.person(speaker.name)
            if person is None or person.gender in ("", word):
                fitting.append((place, speaker, bool(person and person.titled)))
        if not fitting:  # 'Jo Smith's office is empty. She says ...'
            names = (bare(each.text) for each in reversed(between(self.mentions, pronoun.start - NEAR, pronoun.start)))
            person = next((person for name in names if (person := self.person(name))), None)
            return self._speaking(person, 0.6) if person and person.gender in ("", word) else Speaker("")
        near = [each for each in fitting if self.text.count("\n\n", each[0], pronoun.start) < 4] or fitting[-1:]
        titled = [each for each in near if each[2]]  # of two, the one whose title says he or she
        if len(near) > 1 and self.asked and self.asked == near[-1][1].name:  # the other one answers
            near = [each for each in near if each[1].name != self.asked] or near
        apart = "\n\n" in self.text[near[-1][0] : pronoun.start]
        best = titled[-1] if titled and apart and near[-1][1].name else near[-1]
        alone = len({each[1].name for each in near}) == 1
        person = self.person(best[1].name)
        if person and (alone or self.asked):
            person.gender = person.gender or word
        return replace(best[1], confidence=0.88 if alone else 0.75)

    def _leads(self, mention: Mention) -> bool:
        """Whether no other person is mentioned before this one in its sentence, so that it may be the subject."""
        if in_phrase(self.text, mention):
            # 'The MPs heard from Jo Smith, a trustee of ...'
            return bool(re.match(r", (?:who|whose|an?|the) ", self.text[mention.end : mention.end + 8]))
        window = self.text[max(0, mention.start - 300) : mention.start]
        start = mention.start - len(re.split(r"[.!?:][\"'”’]?\s|\n", window)[-1])
        return not any(
            other.kind in ("person", "pronoun") and not in_phrase(self.text, other)
            for other in between(self.mentions, start, mention.start)
        )

    def _opens_sentence(self, mention: Mention) -> bool:
        before = self.text[max(0, mention.start - 40) : mention.start]
        return bool(re.search(r"(?:^|[.!?:\n][\"'”’]?\s+)(?:(?:The|But|And|However,|Meanwhile,)\s+)*$", before))

    def _document(self, mention: Mention, words: str) -> Speaker:
        name = undetermined(mention.text)
        joint = PUBLISHED.search(words)
        whose = _makers(joint) if joint else self.organisation_in(words, mention.start)
        known = self.documents[-1] if self.documents else None
        definite = bool(re.match(r"(?:[Tt]he|[Tt]his)\s", mention.text))
        if known and not whose and (definite or name.lower() == known[1].lower()):
            return Speaker(known[1], "", known[2], 0.85)
        if not whose:
            whose, first = self._authors(mention.start)
            name = first if definite and first else name
        self.documents.append((mention.start, name, whose))
        return Speaker(name, "", whose, 0.9)

    def _authors(self, place: int) -> tuple[str, str]:
        """Whose document is mentioned at `place`, and what it was called first.

        'a report by X', 'X published', 'an agreement between X and Y', 'X said in a letter'.
        """
        earlier = [each for each in between(self.mentions, place - NEAR, place) if each.kind == "document"]
        made = list(PUBLISHED.finditer(self.text, max(0, place - NEAR), place))
        if made:
            span = made[-1].span()
            first = [each for each in earlier if span[0] - 40 < each.start < span[1]]
            return _makers(made[-1]), undetermined(first[0].text) if first else ""
        for mention in earlier:
            whose = self.organisation_in(self.phrase(mention), mention.start)
            if whose:
                return whose, undetermined(mention.text)
        for mention in earlier:
            for spoke, speaker in self._recent(mention.start) if in_phrase(self.text, mention) else ():
                if mention.start < spoke + 200 and "\n" not in self.text[spoke : mention.start]:
                    return speaker.organisation, undetermined(mention.text)
        return "", ""

    def _body(self, mention: Mention, words: str) -> Speaker:
        if re.search(r"\b(?:two|both)\s", mention.text, re.IGNORECASE):
            joint = [speaker for _, speaker in self._recent(mention.start) if " and " in speaker.organisation]
            if joint:
                return replace(joint[-1], confidence=0.85)
            last = between(self.organisations, mention.start - NEAR, mention.start)
            names = list(dict.fromkeys(self.expanded(bare(each.text)) for each in reversed(last)))[:2]
            return Speaker(" and ".join(reversed(names)), "", " and ".join(reversed(names)), 0.7)
        if re.match(r"(?:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)\s", mention.text):
            noun = re.sub(r"s$", "", mention.text.rsplit(maxsplit=1)[-1])
            named = self.organisation_in(words, mention.start) or self.organisation_like(noun, mention.start)
            heard = [each for _, each in self._recent(mention.start) if each.name and not self.person(each.name)]
            if named:
                return Speaker(self.expanded(named), "", self.expanded(named), 0.85)
            if heard and noun in ("firm", "company", "charity", "group", "body", "organisation", "union"):
                return replace(heard[-1], confidence=0.75)
        return Speaker(undetermined(mention.text), "", undetermined(mention.text), 0.75)

    def _in_role(self, mention: Mention, words: str) -> Speaker:
        """The person in a role: to whom the article gives it, or nobody by name."""
        role = undetermined(words.strip(" ,"))
        organisation = self.organisation_in(words, mention.start)
        if UNNAMED.search(mention.text):
            same = [each for _, each in self._recent(mention.start) if not each.name and UNNAMED.search(each.role)]
            if not organisation and same and mention.text[:1] in "Tt":  # 'the spokesman' of before
                return replace(same[-1], confidence=0.75)
            return Speaker("", role, organisation, 0.8)
        indefinite = bool(INDEFINITE.match(mention.text))
        recent = {speaker.name for _, speaker in self._recent(mention.start)}
        fitting = [
            (person.name in recent, overlap, person.name, person)
            for person, given, overlap in self._holders(role, organisation)
            if given == role or not indefinite
        ]
        if fitting:
            names = {each[2] for each in fitting}
            best = max(fitting, key=lambda each: each[:2])[3]
            return self._speaking(best, 0.9 if len(names) == 1 else 0.7)
        last = None if indefinite else self._last_subject(mention)
        if last and not any(given for given, _ in last.roles):
            self._give(last, role, organisation)
            return self._speaking(last, 0.75)
        return Speaker("", role, organisation, 0.8)

    def _holders(self, role: str, organisation: str) -> Iterator[tuple[Person, str, int]]:
        """Who holds a role like `role`, in `organisation` if one is named: person, their role, words in common."""
        wanted = set(role.lower().split()) - COMMON
        key = self.expanded(organisation).lower()
        for person in [each for word in ([key] if key else sorted(wanted)) for each in self.holders.get(word, [])]:
            for given, named in person.roles:
                overlap = len(wanted & set(given.lower().split())) + (given.lower() == role.lower())
                if self.expanded(named).lower() == key if key else overlap:
                    yield person, given, overlap

    def _last_subject(self, mention: Mention) -> Person | None:
        for other in reversed(between(self.mentions, mention.start - NEAR, mention.start)):
            if self.text.count("\n\n", other.start, mention.start) > 2:
                return None
            person = self.person(bare(other.text)) if other.kind in ("person", "name") else None
            if person and not in_phrase(self.text, other):
                return person
        return None


def _makers(match: re.Match[str]) -> str:
    names = (match["one"] or match["sender"] or match["first"], match["other"] or match["second"])
    return " and ".join(bare(name) for name in names if name)


def _surname(name: str) -> str:
    return name.replace("-", " ").lower().split()[-1]
