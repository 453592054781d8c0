"""Names: who and what an article mentions outside its quotations, and who a mention stands for.

One scanner finds mentions (persons, organisations, roles, bodies, documents, pronouns); `Cast` gathers what the whole
article says of each and answers for 'Pickup', 'he', 'the LGA leader' or 'the document'.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from stance.cues import CUE

HIDDEN = "\ue000"  # stands for each quoted character in the text that this module reads

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİŁŃŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
WORD = rf"[{UPPER}](?:[^\W_]|&|[-’'](?=[^\W\d_])(?!s\b))*"
TITLE = (
    r"(?:[Cc]llr|[Cc]oun(?:cillor)?|Dr|Mr|Mrs|Ms|Miss|Mx|Prof(?:essor)?|Sir|Dame|Lord|Lady|Baroness|Rev(?:erend)?|Canon"
    r"|Bishop|Father|Sister|Colonel|Captain|Major|Superintendent|Inspector|Sergeant)\b\.?"
)
# Words that open a sentence with a capital and are not part of a name.
OPENERS = (
    "The|A|An|But|And|However|Yet|While|Although|Though|When|As|If|In|On|At|For|From|After|Before|Since|Last|Next|This|That"
    "|These|Those|Earlier|Later|Meanwhile|Now|Today|Yesterday|Both|Only|So|Then|There|Their|Its|His|Her|He|She|They|It|We"
    "|I|Not|No|Some|Many|Most|All|Our|My|Your|What|Why|How|Where|Who|Which|By|To|Of|With|Or|Nor|Because|Despite|During"
    "|Under|Over|Also|Other|Another|One|Two|Three|Each|Every|More|Such|Asked|Speaking|Responding|According|Writing|Until"
    "|Former|Critics|Sources|Here|Even|Just|Instead|Indeed|Finally|Once|Despite|Following|Given|Even|Whether|Unlike|Again"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September"
    "|October|November|December|Britain|England|Scotland|Wales|Whitehall|Parliament|Commons|Europe|Brexit"
)
ORGANISATION_HEAD = (
    "Association|Council|Department|Ministry|Confederation|Federation|Board|Trust|Society|Union|Alliance|Committee"
    "|Commission|Authority|Authorities|Group|Service|Services|Office|Foundation|College|University|Institute|Centre"
    "|Government|Agency|Partnership|Hospital|Hospitals|Network|Party|Forum|Company|Fund|Providers|Employers|England"
    "|Improvement|UK|Treasury|Cabinet|Directors|Coalition|Campaign|Inquiry|Bureau|Consortium|Collaborative|Watchdog"
    "|Unison|Unite|Healthwatch|Ofsted|Ombudsman|Exchange|Charity|Care|Homes|Housing|Health|Scotland|Wales|Council’s"
    "|Corporation|Executive|Panel|Conference|Bank|School|Academy|Programme|Scheme|Plan|Act|Budget|Review|Street|Road|House"
    "|Times|News|Journal|Guardian|Gazette|Post|Telegraph|Mail|Herald|Echo|Observer|Mercury|Chronicle|BBC|Press"
)
ROLE = (
    r"leaders?|boss(?:es)?|chief executives?|chief officers?|chiefs?|chair(?:man|woman|person|men)?s?|presidents?"
    r"|vice[- ]president|directors?(?:[- ]general)?|secretar(?:y|ies)|ministers?|spokes(?:man|woman|person|people)|heads?"
    r"|managers?|officers?|mayors?|MPs?|peers?|authors?|commissioners?|campaigners?|advis[eo]rs?|analysts?|economists?|experts?"
    r"|founders?|governors?|inspectors?|lawyers?|doctors?|nurses?|GPs?|consultants?|residents?|teachers?|headteachers?"
    r"|activists?|researchers?|editors?|members?|portfolio[- ]holders?|executives?|ombudsman|coroner|officials?|partners?"
    r"|sources?|representatives?|principals?|trustees?|fellow|academics?|professors?|tsars?|envoys?|convenors?|organisers?"
    r"|bosses|councillors?|deput(?:y|ies)|accountants?|treasurers?|clerks?|leads?|matrons?|pensioners?|carers?|driver"
)
BODY = (
    r"councils?|associations?|trusts?|charit(?:y|ies)|governments?|unions?|departments?|authorit(?:y|ies)|confederation"
    r"|federation|bod(?:y|ies)|organisations?|think[- ]tanks?|watchdogs?|regulators?|boards?|committees?"
    r"|compan(?:y|ies)|alliance|partnership|commission|agency|networks?|society|institute|foundation|college|university"
    r"|ministry|panel|inquiry|coalition|forum|firms?|party|operators?|providers?|campaign|ministers"
)
DOCUMENT = (
    r"documents?|statement|reports?|guidance|directions|letter|paper|study|research|survey|analysis|briefing|submission"
    r"|bulletin|circular|memo|memorandum|response|strategy|white paper|green paper|review|audit|minutes|findings|notice|website"
    r"|newsletter|prospectus|communiqué|declaration|concordat|requirements"
)
# Words that cannot stand inside 'the ... leader'.
BREAK = (
    "the|a|an|of|to|in|on|at|and|or|but|which|that|who|whom|whose|is|are|was|were|be|been|has|have|had|will|would|can|could"
    "|should|must|may|might|said|says|say|told|with|from|by|for|as|if|when|while|than|not|it|he|she|they|we|i|this|these"
    "|into|over|after|before|between|about|against|because|so|do|does|did|also|added|argued|warned|claimed|asked|between"
)
SHORT = r"[A-Z]{2,}s?"
PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t)\b(?![’'])")
NAME = re.compile(
    rf"""(?<![\w’'-])(?:{TITLE}\s+)*(?!(?:{OPENERS})\b(?!\s+(?:&|and|of)\s+[{UPPER}]))(?:[{UPPER}]\.\s?)*{WORD}
    (?:\s+(?:(?:de|la|van|der|von|bin|al|ap)\s+)?(?!{TITLE}\s){WORD}|\s+[{UPPER}]\.(?=\s))*
    (?:\s+(?:of|for)\s+(?:the\s+)?{WORD}(?:(?:,?\s+(?:and|of|&)\s+(?!(?:NHS\b|{SHORT}\b|{TITLE}))|\s+(?!{TITLE}\s)){WORD})*)?""",
    re.VERBOSE,
)
HEAD = re.compile(
    rf"\b(?:(?P<role>(?i:{ROLE}))|(?P<document>{DOCUMENT}|Directions|Guidance|Research|Documents)"
    rf"|(?P<body>{BODY}|Councils|Ministers))\b(?![-’']\w)"
)
DETERMINER = r"(?:[Tt]he|[Bb]oth|[Aa]n?|[Oo]ne|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Tt]his|[Aa]nother|[Ss]ome|[Mm]any)"
MODIFIER = rf"(?!(?i:{BREAK})\b)[^\W_](?:\w|[&-]|[’'](?=\w))*(?:[’'](?=\s))?[ ]+"
BEFORE_HEAD = re.compile(rf"(?<![\w’'-])(?:{DETERMINER}\s+(?:{MODIFIER}){{0,7}}|(?:[{UPPER}]{MODIFIER}){{0,5}}(?:{MODIFIER}){{0,2}})\Z")
PLACED_IN = re.compile(r"(?i:(?<!\w)(?:of|for|from|at|to|in|on|by|with|about|against|between|than|over|after|before|under|as|like)(?:\s+the)?\s+)\Z")
POSSESSIVE = re.compile(r"[’']s?\b|(?<=s)[’']")
GENDER = {"mr": "he", "sir": "he", "lord": "he", "father": "he", "mrs": "she", "ms": "she", "miss": "she", "dame": "she",
          "lady": "she", "baroness": "she", "sister": "she"}
ROLE_WORD = re.compile(rf"\b(?i:{ROLE})\b")
UNIT = re.compile(r"\b(?:Board|Committee|Group|Forum|Panel|Team|Directorate|Directors|Executive|Cabinet)$")
ACRONYM = re.compile(r"\(([A-Z][A-Za-z&]*[A-Z])\)")
BODY_WORD = re.compile(rf"\b(?i:{BODY}|county|city|borough|hospital|body)\b")


@dataclass(frozen=True)
class Mention:
    """Words of the article that stand for somebody: text[start:end]. `kind` is a person, an organisation, a name (not
    known which), a role, a body, a document or a pronoun."""

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True)
class Speaker:
    """Who a mention stands for. `name` is empty where the article gives none; `confidence` runs from 0 to 1."""

    name: str
    role: str = ""
    organisation: str = ""
    confidence: float = 0.0


@dataclass
class Character:
    """A person of the article: the fullest name found and what is said of them, each role with its place."""

    name: str
    gender: str = ""
    roles: list[tuple[str, str]] = field(default_factory=list)  # (role, organisation as the article names it)

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.name.rsplit(maxsplit=1)[-1]


def find_mentions(text: str) -> list[Mention]:
    """The mentions in `text`, in order, the longest where several overlap."""
    found = [mention for match in NAME.finditer(text) for mention in _names(text, match.start(), match.end())]
    for match in HEAD.finditer(text):
        left = BEFORE_HEAD.search(text, max(0, match.start() - 100), match.start())
        start = left.start() if left else match.start()
        found.append(Mention(start, match.end(), str(match.lastgroup), text[start : match.end()]))
    found += [Mention(match.start(), match.end(), "pronoun", match[0]) for match in PRONOUN.finditer(text)]
    found.sort(key=lambda mention: (mention.start, -mention.end, mention.kind == "name"))
    apart: list[Mention] = []
    for mention in found:
        if not apart or mention.start >= apart[-1].end:
            apart.append(mention)
        elif mention.end > apart[-1].end and mention.kind == "role":  # 'Department of Health director-general'
            start = apart.pop().start
            apart.append(Mention(start, mention.end, "role", text[start : mention.end]))
    return apart


def _names(text: str, start: int, end: int) -> Iterator[Mention]:
    """The names in a run of capitalised words: 'Health Secretary Jeremy Hunt' holds one, behind a role."""
    words = text[start:end]
    title = re.match(rf"(?:{TITLE}\s+)+", words)
    role = ROLE_WORD.search(words, title.end() if title else 0)
    if role and not re.search(r"\b(?:of|for)\s", words[: role.start()]):
        rest = words[role.end() :]
        stripped = rest.lstrip()
        if stripped and stripped[0].isupper():
            yield from _names(text, end - len(stripped), end)
        return
    kind = _kind(words)
    if kind == "person" and not title and re.search(r"\b[Tt]he\s\Z", text[max(0, start - 5) : start]):
        kind = "name"  # 'the National Children', 'the Daily Echo': no person
    yield Mention(start, end, kind, words)


def _kind(words: str) -> str:
    if re.match(rf"{TITLE}\s", words):
        return "person"
    bare = words.split()
    if re.search(rf"\b(?:{ORGANISATION_HEAD})\b", words) or (len(bare[0]) > 1 and bare[0].isupper()):
        return "organisation"
    return "person" if len(bare) > 1 else "name"


def in_phrase(text: str, mention: Mention) -> bool:
    """Whether the mention hangs on a preposition or owns what follows, so that it is no subject by itself."""
    before = text[max(0, mention.start - 16) : mention.start]
    return bool(PLACED_IN.search(before)) or bool(POSSESSIVE.match(text, mention.end))


def bare(words: str) -> str:
    """`words` without a leading article or title and without the possessive ending."""
    words = re.sub(rf"^(?:{DETERMINER}\s+)?(?:{TITLE}\s+)*", "", words.strip())
    return re.sub(r"[’']s?$", "", words).strip(" ,")


class Cast:
    """The persons, organisations and documents of one article, and who a mention stands for at its place."""

    def __init__(self, text: str, mentions: list[Mention]):
        self.text, self.mentions = text, mentions
        self.people: list[Character] = []
        self.acronyms: dict[str, str] = {}
        self.organisations: list[tuple[int, str]] = []
        self.documents: list[tuple[int, str, str]] = []  # place, name, whose
        for mention in mentions:
            if mention.kind == "organisation":
                self._add_organisation(mention)
        for number, mention in enumerate(mentions):
            if mention.kind == "person" and len(bare(mention.text).split()) > 1:
                self._add_person(number)
        for mention in mentions:  # surnames with a title, once all full names are known
            if mention.kind in ("person", "name"):
                self._add_title(mention)
        for number, mention in enumerate(mentions):
            if mention.kind == "person":
                self._add_role_from_before(number)

    def _add_organisation(self, mention: Mention) -> None:
        name = bare(mention.text)
        acronym = ACRONYM.match(self.text, mention.end + 1)
        if acronym:
            self.acronyms[acronym[1]] = name
        self.organisations.append((mention.start, name))

    def _add_person(self, number: int) -> None:
        mention = self.mentions[number]
        name = bare(mention.text)
        person = self._person(name)
        if person is None:
            person = Character(name)
            self.people.append(person)
        elif len(name) > len(person.name):
            person.name = name
        for role in (self._role_before(number), self._role_after(mention)):
            if role:
                organisation = self.organisation_in(role, mention.start)
                named = bool(ROLE_WORD.search(role) or re.match(r"(?:chairs|leads|heads|runs)\s", role))
                if named or organisation:
                    person.roles.append((role if named else "", organisation))

    def _add_role_from_before(self, number: int) -> None:
        """A person whom the article gives no role takes one that it gave to nobody in the paragraph before: 'That was
        the message from the council's care boss ... Jo Smith said ...'."""
        person = self._person(bare(self.mentions[number].text))
        if person is None or any(organisation for _, organisation in person.roles):
            return
        for other in reversed(self.mentions[max(0, number - 8) : number]):
            between = self.text[other.end : self.mentions[number].start]
            if other.kind == "person" or between.count("\n\n") > 3:
                return
            organisation = self.organisation_in(other.text, other.start) if other.kind == "role" else ""
            if organisation and re.search(r"[’']s?\s", other.text) and "\n\n" in between:
                person.roles.append((re.sub(rf"^{DETERMINER}\s+", "", other.text), organisation))
                return

    def _add_title(self, mention: Mention) -> None:
        title = re.match(TITLE, mention.text)
        gender = GENDER.get(title[0].lower().rstrip("."), "") if title else ""
        person = self._person(bare(mention.text))
        if person and gender:
            person.gender = gender

    def _person(self, name: str) -> Character | None:
        """The character whom `name` (a full name or a surname) means; None where there is none."""
        words = name.split()
        if not words:
            return None
        for exact in (True, False):
            for person in reversed(self.people):
                surname, other = person.surname.lower(), words[-1].lower()
                alike = surname == other if exact else (
                    min(len(surname), len(other)) > 4 and SequenceMatcher(None, surname, other).ratio() >= 0.8
                )
                first = person.name.split()[0]
                if alike and (len(words) == 1 or words[0][0] == first[0] and (exact or words[0] == first)):
                    return person
        return next((person for person in self.people if len(words) == 1 and person.name.split()[0] == name), None)

    def _role_before(self, number: int) -> str:
        mention = self.mentions[number]
        for other in reversed(self.mentions[max(0, number - 4) : number]):
            if other.kind == "role":
                between = self.text[other.end : mention.start]
                if re.fullmatch(r"(?:\s+(?:of|for|at|in|on|to|with)\s[^.;:“”\n\ue000]{1,100}?)?,?\s+", between):
                    if re.search(r"\b(?:and|by|with|from|to)\s+$", between):
                        return ""
                    return re.sub(rf"^{DETERMINER}\s+", "", self.text[other.start : mention.start].strip(" ,"))
                return ""
        return ""

    def _role_after(self, mention: Mention) -> str:
        after = self.text[mention.end : mention.end + 220]
        match = re.match(
            r"(?:,\s+|\s+\(|\s+[–—-]\s+|\s+(?=(?:of|from|at)\s))(?:who\s+(?:(?:is|was)\s+(?:also\s+)?|(?=(?:chairs|leads|heads|runs)\s)))?"
            r"((?:[^,;:.()“”‘\n\ue000]|(?<=\b[A-Z])\.)+)", after)
        if not match:
            return ""
        role = match[1]
        if re.match(r",[^,;:.“”‘\n\ue000]+\s(?:at|of|for|and)\s[^,;:.“”‘\n\ue000]+,", after[match.end() :]):
            rest = after[match.end() + 1 :]
            role += "," + rest[: rest.index(",")]
        cue = CUE.search(role)
        role = role[: cue.start()] if cue else role
        return re.sub(rf"^{DETERMINER}\s+", "", role.strip())

    def organisation_in(self, words: str, place: int) -> str:
        """The organisation that a role or a noun phrase names, '' where it names none."""
        named = [mention for match in NAME.finditer(words) for mention in _names(words, *match.span())]
        organisations = [bare(mention.text) for mention in named if mention.kind == "organisation"]
        whole = [name for name in organisations if not UNIT.search(name)]
        if whole:
            return whole[0]
        if re.search(r"\b(?:[Ii]ts|[Tt]heir)\s", words):  # 'its president': of the organisation named last
            before = [name for start, name in self.organisations if start < place and name not in organisations]
            if before:
                return before[-1]
        if organisations:
            return organisations[0]
        body = re.search(rf"\b(?:the|its|his|her|their)\s+(?:[\w-]+\s+){{0,2}}?({BODY_WORD.pattern})(?:[’']s?)?", words)
        if body:
            return self.organisation_like(body[1], place)
        for mention in named:
            if re.search(r"\b(?:of|for|at|from|with)\s+(?:the\s+)?$", words[: mention.start]) and not re.match(
                r"(?i)MP\b", words
            ):
                return bare(mention.text)
        return ""

    def organisation_like(self, noun: str, place: int) -> str:
        """The organisation named last before `place` (else first after it) whose name holds `noun`, '' if none."""
        stem = noun.lower()[:6]
        fitting = [(start, name) for start, name in self.organisations
                   if any(word.lower().startswith(stem) for word in self.expanded(name).split())]
        before = [name for start, name in fitting if start < place]
        return before[-1] if before else (fitting[0][1] if fitting else "")

    def expanded(self, name: str) -> str:
        """The long name of an organisation for its acronym, where the article gives it."""
        return self.acronyms.get(name, name)

    # Who a mention stands for -----------------------------------------------------------------------------------------

    def identify(self, mention: Mention, words: str, heard: list[tuple[int, Speaker]]) -> Speaker:
        """The speaker whom `mention` stands for; `words` is its whole noun phrase, `heard` who spoke before, and where."""
        if mention.kind in ("person", "name"):
            person = self._person(bare(mention.text))
            if person:
                return self.speaking(person, 0.97)
            organisation = self.organisation_like(bare(mention.text), mention.start) or ""
            return Speaker(organisation or bare(mention.text), "", organisation, 0.7)
        if mention.kind == "organisation":
            name = self.expanded(bare(mention.text))
            return Speaker(name, "", name, 0.95)
        if mention.kind == "pronoun":
            return self._meant(mention, heard)
        if mention.kind == "document":
            return self._document(mention, words, heard)
        if mention.kind == "body":
            return self._body(mention, words)
        return self._in_role(mention, words, heard)

    def speaking(self, person: Character, confidence: float) -> Speaker:
        """`person` as a speaker, with the role that names an organisation before one that does not."""
        role, organisation = max(person.roles, key=lambda pair: (bool(pair[1]), bool(pair[0])), default=("", ""))
        if not role:
            role = next((role for role, _ in person.roles if role), "")
        return Speaker(person.name, role, organisation, confidence)

    def _meant(self, pronoun: Mention, heard: list[tuple[int, Speaker]]) -> Speaker:
        """Whom he, she, they or it stands for: whoever spoke or was the subject last, of the right kind."""
        word = pronoun.text.lower()
        if word in ("it", "they"):
            spoke = [(place, speaker) for place, speaker in heard
                     if place < pronoun.start and speaker.name and not self._person(speaker.name)]
            named = [mention for mention in self.mentions if mention.start < pronoun.start
                     and mention.kind in ("organisation", "body", "document") and self._opens_sentence(mention)]
            if named and (not spoke or named[-1].start > spoke[-1][0]):
                return replace(self.identify(named[-1], named[-1].text, heard), confidence=0.75)
            return replace(spoke[-1][1], confidence=0.85) if spoke else Speaker("")
        candidates: list[tuple[int, Speaker]] = [pair for pair in heard if self._person(pair[1].name)]
        for mention in self.mentions:
            if mention.start >= pronoun.start:
                break
            if mention.kind in ("person", "name") and not in_phrase(self.text, mention):
                person = self._person(bare(mention.text))
                if person:
                    candidates.append((mention.start, self.speaking(person, 0.9)))
        fitting: list[tuple[int, Speaker]] = []
        for place, speaker in sorted(candidates, key=lambda pair: pair[0]):
            person = self._person(speaker.name)
            if place < pronoun.start and person and person.gender in ("", word):
                fitting.append((place, speaker))
        if not fitting:
            return Speaker("")
        rivals = {speaker.name for place, speaker in fitting if not self._far(place, pronoun.start)}
        return replace(fitting[-1][1], confidence=0.88 if len(rivals) < 2 else 0.75)

    def _opens_sentence(self, mention: Mention) -> bool:
        return bool(re.search(r"(?:^|[.!?:\n][\"'”’]?\s+)(?:(?:The|But|And|However,|Meanwhile,)\s+)*$",
                              self.text[max(0, mention.start - 40) : mention.start]))

    def _far(self, place: int, now: int) -> bool:
        """Whether more than a paragraph's end lies between two places."""
        return self.text.count("\n\n", place, now) > 1

    def _document(self, mention: Mention, words: str, heard: list[tuple[int, Speaker]]) -> Speaker:
        name = re.sub(rf"^{DETERMINER}\s+", "", mention.text)
        known = [document for document in self.documents if document[0] <= mention.start]
        whose = self.organisation_in(words, mention.start)
        definite = re.match(r"(?:[Tt]he|[Tt]his)\s", mention.text)
        if known and not whose and (definite or name.lower() == known[-1][1].lower()):
            return Speaker(known[-1][1], "", known[-1][2], 0.85)
        whose = whose or self._authors(mention.start) or self._said_in(mention.start, heard)
        self.documents.append((mention.start, name, whose))
        return Speaker(name, "", whose, 0.9)

    def _said_in(self, place: int, heard: list[tuple[int, Speaker]]) -> str:
        """The organisation that said something 'in a letter' before `place`."""
        for mention in self.mentions:
            if mention.kind == "document" and mention.start < place and in_phrase(self.text, mention):
                for spoke, speaker in heard:
                    if spoke < mention.start < spoke + 200 and "\n" not in self.text[spoke : mention.start]:
                        return speaker.organisation
        return ""

    def _authors(self, place: int) -> str:
        """Who made a document that is mentioned at `place`: who published one, or agreed it with another, before."""
        before = self.text[max(0, place - 1500) : place]
        made = list(PUBLISHED.finditer(before))
        if not made:
            return ""
        return " and ".join(bare(name) for name in (made[-1]["one"] or made[-1]["first"], made[-1]["other"]
                                                    or made[-1]["second"]) if name)

    def _both(self, mention: Mention) -> Speaker:
        """'The two bodies': the last two organisations named before."""
        named = dict.fromkeys(name for start, name in reversed(self.organisations) if start < mention.start)
        names = " and ".join(self.expanded(name) for name in reversed(list(named)[:2]))
        return Speaker(names, "", names, 0.7)

    def _body(self, mention: Mention, words: str) -> Speaker:
        noun = re.sub(r"s$", "", mention.text.rsplit(maxsplit=1)[-1])
        if re.search(r"\b(?:two|both)\s", mention.text, re.IGNORECASE):
            return self._both(mention)
        if re.match(r"[Tt]he\s|[Ii]ts\s", mention.text):
            named = self.organisation_in(words, mention.start) or self.organisation_like(noun, mention.start)
            if named:
                named = self.expanded(named)
                return Speaker(named, "", named, 0.85)
        name = re.sub(rf"^{DETERMINER}\s+", "", mention.text)
        return Speaker(name, "", name, 0.75)

    def _in_role(self, mention: Mention, words: str, heard: list[tuple[int, Speaker]]) -> Speaker:
        """The person in a role: the one to whom the article gives it, or nobody by name."""
        role = re.sub(rf"^{DETERMINER}\s+", "", words.strip(" ,"))
        organisation = self.organisation_in(words, mention.start)
        head = mention.text.rsplit(maxsplit=1)[-1].lower()
        fitting: list[tuple[float, Character]] = []
        if not re.match(r"(?:[Aa]n?|[Oo]ne|[Aa]nother|[Ss]ome|[Mm]any)\s", mention.text) and not re.search(r"[^s]s$", head):
            for person in self.people:
                for given, named in person.roles:
                    same = bool(organisation) and self._same(named, organisation)
                    if same or (not organisation and re.search(rf"\b{re.escape(head)}\b", given, re.IGNORECASE)):
                        overlap = len(set(given.lower().split()) & set(role.lower().split()))
                        fitting.append((overlap, person))
        if not fitting:
            person = self._without_role(mention) if re.match(r"[Tt]he\s|[Ii]ts\s|[A-Z]", mention.text) else None
            if person is None or re.search(r"[^s]s$|^(?:spokes|source)", head):
                return Speaker("", role, organisation, 0.8)
            person.roles.append((role, organisation))
            return self.speaking(person, 0.75)
        recent = [speaker.name for _, speaker in heard]
        best = max(fitting, key=lambda pair: (pair[1].name in recent, pair[0], -self.people.index(pair[1])))[1]
        return self.speaking(best, 0.9 if len({person.name for _, person in fitting}) == 1 else 0.7)

    def _without_role(self, mention: Mention) -> Character | None:
        """The person named last before `mention` as a subject, if the article gives them no role anywhere."""
        for other in reversed([other for other in self.mentions if other.start < mention.start]):
            if self.text.count("\n\n", other.start, mention.start) > 2:
                return None
            if other.kind in ("person", "name") and not in_phrase(self.text, other):
                person = self._person(bare(other.text))
                if person:
                    return None if person.roles else person
        return None

    def _same(self, one: str, other: str) -> bool:
        return bool(one) and self.expanded(one).lower() == self.expanded(other).lower()


PUBLISHED = re.compile(
    rf"""(?:agreement|deal|statement|letter|concordat|accord|guidance|document|report|paper)\s+(?:between|by|from)\s+
      (?:the\s+)?(?P<one>{NAME.pattern})(?:\s+\([A-Z]+\))?(?:\s+and\s+(?:the\s+)?(?P<other>{NAME.pattern}))?
    | (?P<first>(?!Directions|Guidance|Documents?|Research|Reports?){NAME.pattern})(?:\s+\([A-Z]+\))?(?:\s+and\s+(?:the\s+)?(?P<second>{NAME.pattern}))?
      \s+(?:has|have|had)?\s*(?:jointly\s+)?(?:published|issued|released|launched|produced|wrote|unveiled)\b""",
    re.VERBOSE,
)

