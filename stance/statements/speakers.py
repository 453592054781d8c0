"""Speakers: who a mention stands for at its place.

'Pickup' is the full name given elsewhere, 'he' whoever spoke last, 'the LGA leader' whoever the article gave that role,
'the document' the one that somebody published. Every look back goes a few paragraphs and no further, so that the time
stays in proportion to the length of the text.
"""

import re
from functools import cached_property
from typing import NamedTuple

from stance.statements.bodies import ANY_BODY, FORMER, NEAR, Bodies
from stance.statements.mentions import (
    GENDER,
    NAME,
    TITLE_FIRST,
    Mention,
    bare,
    between,
    in_phrase,
    opens_sentence,
    undetermined,
)
from stance.statements.people import GROUP, INDEFINITE, UNNAMED, People, Person
from stance.statements.verbs import VERB

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

OF_THE_OTHER = {"he": re.compile(r"woman$|wife$|mother$"), "she": re.compile(r"\bman$|husband$|father$")}
LETTER = re.compile(r"(?:letter|statement|note|email|message)$")  # what one person has written, not a body
SAID_OF = re.compile(r"(?:,|\b(?:is|was|as|by|been|became))\s+\Z")  # 'Jo Smith, a nurse', 'She is a nurse'
CLAUSE_END = re.compile(r"[.!?:][\"'”’]?\s|\n")
CALLING = re.compile(rf"\s(?!{VERB}|and\b|or\b)[a-z-]+\s")  # 'Powys County sheriff' Joe Arlen


class Speaker(NamedTuple):
    """Who a mention stands for. `name` is empty where the article gives none; `confidence` runs from 0 to 1.

    `mention` are the words that name them where they speak, `cue` the verb with which they do.
    """

    name: str
    role: str = ""
    organisation: str = ""
    confidence: float = 0.0
    mention: str = ""
    cue: str = ""

    def carried(self, factor: float) -> "Speaker":
        """The same speaker, less sure by `factor`, at a place that names nobody."""
        return self._replace(confidence=round(self.confidence * factor, 2), mention="", cue="")


class _Documents:
    """The documents of an article, and whose they are."""

    text: str
    mentions: list[Mention]
    bodies: Bodies
    heard: list[tuple[int, Speaker]]  # who spoke, and where, in the order of reading
    documents: list[tuple[int, str, str]]  # place, name, whose

    def _document(self, mention: Mention, words: str) -> Speaker:
        name = undetermined(mention.text)
        joint = PUBLISHED.search(words)
        whose = _makers(joint) if joint else self.bodies.organisation_in(words, mention.start)
        known = self.documents[-1] if self.documents else None
        definite = bool(re.match(r"(?:[Tt]he|[Tt]his)\s", mention.text))
        if known and not whose and (definite or name.lower() == known[1].lower()):
            return Speaker(known[1], "", known[2], 0.85)
        if not whose:
            whose, first = self._authors(mention.start)
            name = first if definite and first else name
        self.documents.append((mention.start, name, whose))
        return Speaker(name, "", whose, 0.8)

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
            whose = self.bodies.organisation_in(self.bodies.phrase(mention), mention.start)
            if whose:
                return whose, undetermined(mention.text)
        for mention in earlier:
            for spoke, speaker in self._recent(mention.start) if in_phrase(self.text, mention) else ():
                if mention.start < spoke + 200 and "\n" not in self.text[spoke : mention.start]:
                    return speaker.organisation, undetermined(mention.text)
        return "", ""

    def _recent(self, place: int) -> list[tuple[int, Speaker]]:
        """Who spoke in the few paragraphs before `place`, else the last to speak."""
        last = [pair for pair in self.heard[-12:] if pair[0] < place]
        return [pair for pair in last if pair[0] > place - NEAR] or last[-1:]


class Speakers(_Documents):
    """Who speaks in one article, read from its beginning on; its quoted words are hidden in `text`."""

    def __init__(self, text: str, mentions: list[Mention]):
        self.text, self.mentions = text, mentions
        self.bodies = Bodies(text, mentions)
        self.people = People(text, mentions, self.bodies)
        self.heard = []
        self.asked = ""  # who spoke last, if it was a question
        self.spoken: dict[tuple[int, int, float], Speaker] = {}  # as `_speaking` answers, by person and their roles
        self.documents = []

    def identify(self, mention: Mention, words: str) -> Speaker:
        """The speaker whom `mention` stands for at its place; `words` is its whole noun phrase."""
        if mention.kind in ("person", "name"):
            several = self.people.namesakes(bare(mention.text))
            if len(several) > 1:
                return self._namesake(mention, several)
            person = self.people.person(bare(mention.text))
            if person:
                return self._speaking(person, 0.97)
            organisation = self.bodies.organisation_like(bare(mention.text), mention.start)
            return Speaker(organisation or bare(mention.text), "", organisation, 0.7)
        if mention.kind == "organisation":
            name = self.bodies.expanded(bare(mention.text))
            return Speaker(name, "", name, 0.95)
        if mention.text.lower() in ("i", "we"):  # the writer
            return Speaker("")
        if mention.kind == "pronoun":
            return self._it(mention) if mention.text.lower() in ("it", "they") else self._he(mention)
        if mention.kind == "document":
            return self._document(mention, words)
        return self._body(mention, words) if mention.kind == "body" else self._in_role(mention, words)

    def _speaking(self, person: Person, confidence: float) -> Speaker:
        """`person` as a speaker, with the role that names an organisation before one that does not."""
        key = (person.first, len(person.roles), confidence)  # a role is only ever added
        if key in self.spoken:
            return self.spoken[key]
        role, organisation = max(person.roles, key=lambda pair: (bool(pair[1]), bool(pair[0])), default=("", ""))
        role = role or next((role for role, _ in person.roles if role), "")
        if not organisation or GROUP.search(role):
            organisation = self.people.by_office(person, role)
        self.spoken[key] = Speaker(person.name, role, organisation, confidence)
        return self.spoken[key]

    def _it(self, pronoun: Mention) -> Speaker:
        """It, they: the organisation or document that spoke last, or opened a sentence since."""
        recent = self._recent(pronoun.start)
        spoke = [(place, each) for place, each in recent if each.name and not self.people.person(each.name)]
        for mention in reversed(between(self.mentions, pronoun.start - NEAR, pronoun.start)):
            if spoke and mention.start <= spoke[-1][0]:
                break
            here = mention.kind == "document" and "\n\n" not in self.text[mention.start : pronoun.start]
            named = self.people.named_before(pronoun.start) if LETTER.search(mention.text) else None
            if named:
                return self._speaking(named[1], 0.75)
            if here or (mention.kind in ("organisation", "body", "document") and opens_sentence(self.text, mention)):
                known = len(self.documents)
                speaker = self.identify(mention, mention.text)._replace(confidence=0.75)
                del self.documents[known:]  # it has not spoken by its name
                return speaker
        return spoke[-1][1]._replace(confidence=0.85) if spoke else Speaker("")

    def _namesake(self, mention: Mention, several: list[Person]) -> Speaker:
        """Which of several of one surname: by title, else who speaks, else the only one named yet, else nobody."""
        title = TITLE_FIRST.match(mention.text)
        gender = GENDER.get(title[0].lower().rstrip("."), "") if title else ""
        fitting = [person for person in several if not gender or person.gender == gender]
        fitting = fitting or [person for person in several if not person.gender]
        if len(fitting) == 1:
            return self._speaking(fitting[0], 0.93)
        for _, speaker in reversed(self.heard):
            for person in fitting:
                if person.name == speaker.name:
                    return self._speaking(person, 0.8)
        known = [person for person in fitting if person.first < mention.start]
        return self._speaking(known[0], 0.8) if len(known) == 1 else Speaker("")

    def _he(self, pronoun: Mention) -> Speaker:
        """He, she: who spoke last or is the subject since, of the gender that a title gives; 'one': of that body."""
        word = pronoun.text.lower()
        found = self._recent(pronoun.start)
        if word in ("one", "another"):
            return Speaker("", found[-1][1].role, found[-1][1].organisation, 0.7) if found else Speaker("")
        found = [pair for pair in found if self.people.person(pair[1].name) or (pair[1].role and not pair[1].name)]
        paragraph = self.text.rfind("\n\n", 0, pronoun.start) + 2
        found += self._subjects(pronoun.start, paragraph)
        named = self.people.named_before(pronoun.start)  # 'The plan was drawn up by X. He said'
        found += [(named[0], self._speaking(named[1], 0.9))] if named else []
        fitting = []
        for place, speaker in sorted(found, key=lambda pair: pair[0]):
            person = self.people.person(speaker.name)
            known = person.gender in ("", word) and (person.sure or not person.placed) if person else None
            fits = not OF_THE_OTHER[word].search(speaker.role) if known is None else known
            fitting += [(place, speaker, person is None or person.sure)] if fits else []
        if not fitting:  # 'Jo Smith's office is empty. She says ...'
            for mention in reversed(between(self.mentions, pronoun.start - NEAR, pronoun.start)):
                person = self.people.person(bare(mention.text))
                if person and person.sure and person.gender in ("", word):
                    return self._speaking(person, 0.6)
            return Speaker("")
        near = [each for each in fitting if self.text.count("\n\n", each[0], pronoun.start) < 4] or fitting[-1:]
        if len(near) > 1 and self.asked and self.asked == near[-1][1].name:  # the other one answers
            near = [each for each in near if each[1].name != self.asked] or near
        last = near[-1][0]  # who may be no person gives way to who is one in the same paragraph
        beside = [each for each in near if each[2] and each[1].name and "\n\n" not in self.text[each[0] : last]]
        best = beside[-1] if beside and not near[-1][2] else near[-1]
        alone = best[2] and len({each[1].name for each in near if each[2]}) == 1
        person = self.people.person(best[1].name)
        if person and (alone or self.asked):
            person.gender = person.gender or word
        return best[1]._replace(confidence=0.88 if alone else 0.75)

    def _subjects(self, place: int, paragraph: int) -> list[tuple[int, Speaker]]:
        """The persons who lead a sentence before `place`, and whoever its own paragraph is about."""
        found = []
        for mention in between(self._leading, place - NEAR, place):
            if mention.kind == "role" and mention.start >= paragraph:
                said_of = SAID_OF.search(self.text, max(0, mention.start - 12), mention.start)
                unnamed = not said_of and (INDEFINITE.match(mention.text) or opens_sentence(self.text, mention))
                if unnamed and not NAME.search(self.text, mention.end, min(mention.end + 60, place)):
                    found.append((mention.start, self._in_role(mention, mention.text)))
            person = self.people.person(bare(mention.text)) if mention.kind != "role" else None
            if person:
                found.append((mention.start, self._speaking(person, 0.9)))
        return found

    @cached_property
    def _leading(self) -> list[Mention]:
        """The persons, and roles whose holder may be named, that lead their sentences."""
        named = [each for each in self.mentions if each.kind in ("person", "name", "role")]
        return [each for each in named if (each.kind != "role" or not UNNAMED.search(each.text)) and self._leads(each)]

    def _leads(self, mention: Mention) -> bool:
        """Whether no other person is mentioned before this one in its sentence, so that it may be the subject."""
        if in_phrase(self.text, mention):
            # 'The MPs heard from Jo Smith, a trustee of ...'
            return bool(re.match(r", (?:who|whose|an?|the) ", self.text[mention.end : mention.end + 8]))
        window = self.text[max(0, mention.start - 300) : mention.start]
        start = mention.start - len(CLAUSE_END.split(window)[-1])
        return not any(
            other.text != "It"
            and (other.kind in ("person", "pronoun") or (other.kind == "name" and self.people.person(bare(other.text))))
            and not in_phrase(self.text, other)
            and not CALLING.fullmatch(self.text, other.end, mention.start)
            for other in between(self.mentions, start, mention.start)
        )

    def _body(self, mention: Mention, words: str) -> Speaker:
        if re.search(r"\b(?:two|both)\s", mention.text, re.IGNORECASE):
            joint = [speaker for _, speaker in self._recent(mention.start) if " and " in speaker.organisation]
            if joint:
                return joint[-1]._replace(confidence=0.85)
            last = between(self.bodies.organisations, mention.start - NEAR, mention.start)
            names = list(dict.fromkeys(self.bodies.expanded(bare(each.text)) for each in reversed(last)))[:2]
            return Speaker(" and ".join(reversed(names)), "", " and ".join(reversed(names)), 0.7)
        if re.match(r"(?:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)\s", mention.text):
            noun = re.sub(r"s$", "", mention.text.rsplit(maxsplit=1)[-1])
            place = mention.start
            named = self.bodies.organisation_in(words, place) or self.bodies.organisation_like(noun, place)
            if named:
                return Speaker(self.bodies.expanded(named), "", self.bodies.expanded(named), 0.85)
            heard = [each for _, each in self._recent(place) if each.name and not self.people.person(each.name)]
            if heard and noun in ANY_BODY:
                return heard[-1]._replace(confidence=0.75)
        return Speaker(undetermined(mention.text), "", undetermined(mention.text), 0.75)

    def _in_role(self, mention: Mention, words: str) -> Speaker:
        """The person in a role: to whom the article gives it, or nobody by name."""
        role = undetermined(words.strip(" ,"))
        organisation = self.bodies.organisation_in(words, mention.start)
        if UNNAMED.search(mention.text) or (mention.kind == "noun" and INDEFINITE.match(mention.text)):
            same = [each for _, each in self._recent(mention.start) if not each.name and UNNAMED.search(each.role)]
            if not organisation and same and mention.text[:1] in "Tt":  # 'the spokesman' of before
                return same[-1]._replace(confidence=0.75)
            paragraph = self.text.rfind("\n\n", 0, mention.start) + 2
            if not organisation and re.match(r"[Aa]\sspokes\w+$", words):
                organisation = self.bodies.subject(mention.start, start=paragraph)
            return Speaker("", role, organisation, 0.8)
        indefinite = bool(INDEFINITE.match(mention.text))
        recent = {speaker.name for _, speaker in self._recent(mention.start)}
        fitting = [
            (person.name in recent, overlap, person.name, person)
            for person, given, overlap in self.people.in_role(role, organisation)
            if given == role or not indefinite
        ]
        if fitting:
            names = {each[2] for each in fitting}
            best = max(fitting, key=lambda each: each[:2])[3]
            return self._speaking(best, 0.85 if len(names) == 1 else 0.6)
        elsewhere = " of " in role and not (organisation and opens_sentence(self.text, mention))
        loose = indefinite or mention.kind == "noun" or elsewhere or FORMER.match(role)
        last = None if loose else self.people.just_named(role, mention.start)
        if last:
            if organisation and not last.roles:
                self.people.give(last, role, organisation)
            return self._speaking(last, 0.7)
        return Speaker("", role, organisation, 0.8)


def _makers(match: re.Match[str]) -> str:
    names = (match["one"] or match["sender"] or match["first"], match["other"] or match["second"])
    return " and ".join(bare(name) for name in names if name)
