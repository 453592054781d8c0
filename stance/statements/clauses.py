"""Reporting clauses: who (mentions) does what (a cue) in a sentence: 'said the LGA leader', 'X, chair of Y, warned'.

Structure decides. Whatever noun phrase opens a clause and reaches a reporting verb is its subject, and whatever verb
stands in a reporting verb's place beside a quotation is one.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from stance.statements.cues import BASE, HEARD, Cue
from stance.statements.mentions import HIDDEN, Mention, between, in_phrase, phrase_end
from stance.statements.sentences import AUXILIARY, is_clause
from stance.statements.verbs import DETERMINER, MARKS, NOUN, NOUNS, PARTICLE, STOP, TITLED, open_cues

ACCORDING = re.compile(r"\b[Aa]ccording to\s+")

PLURAL = re.compile(r"(?:[^s]s|people|men|women|folk|police|staff|management|clergy|children)$")
DATED = re.compile(
    r"(?i:\b(?:weeks?|months?|years?|mornings?|evenings?|afternoons?|nights?|times?|moments?|hours?|minutes?|\w*days?))$"
)
OPENING = re.compile(  # first the characters that it may begin with: a set is found much faster than alternatives
    rf"[,;:(–—{MARKS}abistuwABISTUWİıſ-](?:(?<=[,;:(])\s*|(?<=[–—-])\s+|(?<=[{MARKS}]),?\s*|(?<!\w\w)(?i:"
    r"(?<=a)(?:s|fter|lthough|nd)|(?<=b)(?:efore|ecause|ut)|(?<=i)f|(?<=s)(?:ince|o)|(?<=t)(?:hough|hat|han|hen)"
    r"|(?<=u)ntil|(?<=w)(?:hen|hile|hich|hom|hat|here|hether))\s+)"
)
AHEAD = re.compile(rf"\s*(?P<np>{DETERMINER}(?:\s+{NOUN}){{1,6}}|{NOUN}(?:\s+{NOUN}){{0,3}})")
BEFORE_NAME = re.compile(rf"\s*(?:{DETERMINER}\s+)?(?:{STOP}[a-z][\w’'&-]*\s+){{1,4}}|\s*{DETERMINER}\s+")

# What may stand between a subject and its verb: a bracket, 'of ...', 'published today', an apposition, 'who', adverbs.
ADVERB = (
    r"(?:has|have|had|will|also|then|later|since|again|further|now|still|therefore|already|however|yesterday|today|tonight"
    r"|earlier|recently|previously|even|just|once|first|always|often|never|duly|all|both|each|soon|too|perhaps|"
    r"went\s+on\s+to|goes?\s+on\s+to|gone\s+on\s+to|is|was|are|were|[a-z]+ly"
    r"|(?:just\s+)?(?:on|last|this|in|at)\s+(?:[A-Z]?[\w’']+\s*){1,3}|\w+days?(?:\s+(?:morning|afternoon|evening|night))?|,)"
)
BETWEEN_PARTS = rf"""(?:\s*\([^()]{{1,80}}\))?
    (?:\s+(?:of|for|at|from|in|with|on|to|representing|covering|and|&|behind|into|by|against|near|about|among|inside|outside
        |across|around|between|like|under|over)\s(?!(?:that|what|which|who|how)\b)
        (?:(?!\s(?:{AUXILIARY}|that|what|which|who|how)\b)(?:[^,;:.(){HIDDEN}]|(?<=\b[A-Z])\.)){{1,120}}?)?
    (?:\s+who\s[^,;:.{HIDDEN}]{{3,140}}?)?
    (?:\s*\([^()]{{1,80}}\))?
    (?:\s+(?:published|issued|released|based|drawn|written|seen|sent|signed|produced|commissioned
        |presented|compiled|leaked|obtained|agreed|[a-z]+ing)\b[^,;:.{HIDDEN}]{{0,100}}?)?
    (?:,\s[^;:.]{{1,240}}?,|\s[–—-]\s[^;:.]{{1,200}}?\s[–—-])?
    (?:,?\s+who)?
    (?:,?\s*{ADVERB}\b)*,?\s*"""
BETWEEN = re.compile(BETWEEN_PARTS, re.VERBOSE)
OPEN = re.compile(rf"(?P<np>{NOUNS})(?P<rest>{BETWEEN_PARTS})", re.VERBOSE)
BEHIND_COMMA = re.compile(rf"[^)–—]*?(?:[)–—]|\s-)|(?:\s+who)?(?:,?\s*{ADVERB}\b)*\s*\Z")
AHEAD_OF_NAME = re.compile(rf"{DETERMINER}\s+")
FAR = 420  # characters between a subject and its verb, at most

AFTER_QUOTATION = re.compile(rf"[{MARKS}{HIDDEN}][.…]?,?\s*(?:[–—-]\s*)?(?:\w+ly\s+|also\s+|then\s+|has\s+)?\Z")
CLOSED = re.compile(
    r"\s*(?:[.,;:!?()–—]|\Z|(?:of|for|at|in|from|who|on|after|yesterday|today|when|with|to|during|before|as)\b)"
)
PARTICLES = re.compile(PARTICLE)
VERB_FOLLOWS = re.compile(rf"\s+{AUXILIARY}\b|[{MARKS}]?\s*:")
AFTER_COMMA = re.compile(r",\s*\Z")
NOT_A_VERB = re.compile(
    r"(?i:(?<![\w’'])(?:the|a|an|its|their|his|her|this|that|any|no|of|in|for|with|by|on|our|my|your|from|as|such"
    r"|recent|similar|latest|new|to|can|could|may|might|must|should|would|not|never|who\s+has|[a-z]+n[’']t|\d+(?:[,.]\d+)*)\s+)\Z"
)
TO_SAY_THAT = re.compile(
    r"(?<!declined )(?<!refused )(?<!failed )(?<!able )(?<!likely )(?<!expected )(?<!want )(?<!wants )(?<!wanted )"
    r"(?<!like )(?<!hoped )(?<!had )(?<!has )(?<!have )(?<!need )(?<!going )\bto\s+\Z"
)
SOME = re.compile(r"\b(?i:some|many|these|those|several|few)\s+\Z")
GOES_ON = re.compile(r"(?:w[eo]nt|goes?|going|gone|keen|quick|eager|continued|anxious|careful)\s+(?:on\s+)?to\s+\Z")
PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:\w+ly\s+|also\s+|often\s+|widely\s+)?\Z")
BY = re.compile(r"\s+by\s+")
TOLD_BY_NOBODY = frozenset(("told", "asked", "warned", "informed", "reminded", "assured"))
AGREES = re.compile(
    r"(?i:^(?:some|many|most|few|several|both|all|two|three|others|those|these|critics|one\sin)\b)|(?:[^s’']s|people|men|women)\b"
)
TELL = ("tell", "tells", "told", "telling")  # these cannot stand before their subject
NOBODY = re.compile(r"(?i:no|nobody|none|neither|not)\b")
NOT_SAID = re.compile(r"\b(?i:no|not|neither|nor|if|unless|whether|will|would|does|did|should|could)\s+(?:the\s+)?\Z")
RELATIVE = re.compile(r"\s(?:that|which)\s+(?:has\s+|had\s+|also\s+)?\Z")
WHO = re.compile(rf",?\s+(?:who|which)\s+(?:{ADVERB}\s+)*\Z")
APPOSED = re.compile(r"(?:\s*\([^()]*\))?(?:\s+of\s[^,;:.]{1,60})?(?:,\s[^;:.]{1,80})?")
RELEASED = re.compile(r"\s+(?:has\s+|have\s+)?(?:published|released|issued|produced|commissioned|unveiled)\b")
PARTICIPLE_AFTER = re.compile(r"(?:[,–—-]\s*|\b(?:and|by|before|for|in)\s+)\Z")
AUXILIARY_BEHIND = re.compile(rf"\s+{AUXILIARY}\b")
ASKS = re.compile(rf"{AUXILIARY}\b", re.IGNORECASE)
WHICH = re.compile(r"\b(?:which|whom|what)\s+(?:the\s+|an?\s+)?\Z")
CONJOINED = re.compile(r"(?<!,)\s(?:and|but|then)\s+(?:has\s+|also\s+|then\s+|later\s+|\w+ly\s+)*\Z")
LISTED = re.compile(r"(?:\s*\([^()]*\))?,\s+")
REPLYING = re.compile(r"[A-Z][a-z]+ing,")  # 'Replying, the minister said'
FELL_TO = re.compile(r"\s(?:\w+\s){1,3}to\s")
OFFICE_OF = re.compile(rf"(?:\s+(?:of|for|at|in|on)\s[^.;:{HIDDEN}]{{1,100}}?)?(,?)\s+")
ARTICLES = re.compile(r"\s*(?:the\s+|both\s+|an?\s+)*")
JOINS = re.compile(r"\b(?:and|by|with|from|to)\s+\Z")
AND = re.compile(r"(?:\s*\([^()]*\))?(?:\s+(?:of|from|for)\s+[^,;:.]{1,50}?)?(?:\s+and\s+|,\s+)(?:the\s+)?")


class Clause(NamedTuple):
    """A reporting clause: text[start:end] spans subject and cue.

    `subjects` are its mentions (several where they speak together, none where the clause names no speaker), `words`
    their whole noun phrase; `inverted`: the subject stands behind the cue; `relative`: 'who' stands before it.
    """

    start: int
    end: int
    cue_start: int
    cue: str
    subjects: tuple[Mention, ...] = ()
    words: str = ""
    inverted: bool = False
    relative: bool = False


def find_clauses(text: str, start: int, end: int, mentions: list[Mention], cues: list[Cue]) -> list[Clause]:
    """The reporting clauses of the sentence text[start:end], in order. `mentions` and `cues` are sorted by place."""
    cues = cues[bisect_left(cues, (start,)) : bisect_left(cues, (end,))]
    quoted = HIDDEN in text[start:end]
    source = text.find("ccording to ", start, end) >= 0
    that = text.find(" that ", start, end) >= 0
    if not (cues or source or quoted or that):
        return []
    here = between(mentions, start, end)
    found = [*_according(text, start, end, here)] if source else []
    sentence = _Sentence(text, start, end, here)
    for cue in cues:
        if not any(mention.start <= cue.start < mention.end for mention in here):
            clause = sentence.clause(cue, found)
            if clause:
                found.append(clause)
    for cue, quotation in open_cues(text, start, end):
        nearer = quotation and any(cue.start < clause.cue_start < quotation for clause in found)
        if not nearer and all(clause.cue_start != cue.start for clause in found):
            clause = sentence.clause(cue, found)
            if clause and not any(other.start <= cue.start < other.end for other in found):
                found.append(clause)
    return sorted(found, key=lambda clause: clause.start)


def _according(text: str, start: int, end: int, here: list[Mention]) -> Iterator[Clause]:
    for match in ACCORDING.finditer(text, start, end):
        subjects = _behind(text, match.end(), here, end)
        if subjects:
            stop = phrase_end(text, subjects[-1].end, end)
            yield Clause(match.start(), stop, match.start(), "according to", subjects, text[match.end() : stop], True)


class _Sentence:
    """The subjects that a sentence offers its verbs."""

    def __init__(self, text: str, start: int, end: int, here: list[Mention]):
        self.text, self.start, self.end, self.here = text, start, end, here
        self.free = [each for each in here if not in_phrase(text, each) and not REPLYING.match(text, each.start)]
        self.openings: list[int] | None = None  # places where a subject of any words may begin

    def clause(self, cue: Cue, found: list[Clause]) -> Clause | None:
        """The reporting clause of `cue`, None where it reports nothing; `found` are those before it."""
        before = self.text[max(self.start, cue.start - 40) : cue.start]
        if AFTER_QUOTATION.search(before):
            plain = self._plain(cue, before, found)
            title = plain and TITLED.match(self.text, plain.start + len(plain.words))  # 'The report, “X”, says ...'
            return plain if title else self._inverted(cue) or plain
        plain = self._plain(cue, before, found)
        if AFTER_COMMA.search(before) and (not plain or is_clause(self.text[self.start : cue.start])):
            inverted = self._inverted(cue, comma=True)
            if plain and inverted and inverted.subjects[0].kind == "noun":
                return plain  # 'X, who had come, said that they', 'wrote afterwards'
            return inverted or plain
        return plain

    def _inverted(self, cue: Cue, comma: bool = False) -> Clause | None:
        """'... ,” said X': the cue stands right behind a quotation or a comma, the subject right behind the cue."""
        text = self.text
        if cue.verb in TELL:
            return None
        particle = PARTICLES.match(text, cue.end)
        subjects = _behind(text, particle.end() if particle else cue.end, self.here, self.end)
        if not subjects:
            return None
        end = subjects[-1].end
        if (comma and not CLOSED.match(text, end, self.end)) or VERB_FOLLOWS.match(text, end, self.end):
            return None
        stop = phrase_end(text, end, self.end)
        return Clause(cue.start, stop, cue.start, cue.verb, subjects, text[cue.end : stop].strip(), True)

    def _plain(self, cue: Cue, before: str, found: list[Clause]) -> Clause | None:
        """'X said', with what may stand between the two; `before` are the words before the cue."""
        text = self.text
        free = [mention for mention in self.free if mention.end <= cue.start]
        if free and RELATIVE.search(before) and RELEASED.search(text, free[0].end, cue.start):
            # 'X published a report that says'
            return _of(self.text, self.here, cue, free[0])
        who = WHO.search(before)
        if who:  # 'It came from X, a pharmacist, who said'
            end = cue.start - len(before) + who.start()
            nearest = [mention for mention in self.here if end - 90 < mention.end <= end and mention.kind != "pronoun"]
            named = [each for each in nearest if each.kind == "person"][-1:] or nearest[-1:]
            if named and APPOSED.fullmatch(text, named[0].end, end):
                return _of(self.text, self.here, cue, named[0])
        passive = PASSIVE.search(before)
        if passive and not cue.verb.endswith("ing"):
            return self._passive(cue)
        goes_on = GOES_ON.search(before) or (text.startswith(" that ", cue.end) and TO_SAY_THAT.search(before))
        if not goes_on and _is_noun(text, self.start, cue, before):
            return None
        if cue.verb in HEARD:
            return Clause(cue.start, cue.end, cue.start, cue.verb)
        if cue.verb.endswith("ing") and not passive:
            beside = [mention for mention in self.here if mention.kind == "person" and mention.end == cue.start - 1]
            if beside:  # 'the film shows X saying'
                return _of(self.text, self.here, cue, beside[0])
            return self._as_before(cue, free, found) if PARTICIPLE_AFTER.search(before) else None
        if (CONJOINED.search(before) or goes_on) and (free or found):
            return self._as_before(cue, free, found)
        return self._reaching(cue)

    def _reaching(self, cue: Cue) -> Clause | None:
        """The first subject from which nothing but brackets, appositions and adverbs lead to `cue`."""
        text = self.text
        for place, mention in self._candidates(cue.start):
            if cue.start - place > FAR:
                continue
            if mention:
                gap = text[mention.end : cue.start]
                if gap == " " or (gap.strip() != "," and BETWEEN.fullmatch(text, mention.end, cue.start)):
                    return _of(self.text, self.here, cue, mention)
            else:
                subject = self._open(place, cue)
                if subject:
                    return _of(self.text, self.here, cue, subject)
        return None

    def _closed(self, stop: int) -> int:
        """The last comma before the verb at `stop`, if no subject before it may reach the verb, else -1.

        Behind the last comma, bracket or dash of BETWEEN only 'who' and adverbs stand. It would find so later itself.
        """
        comma = self.text.rfind(",", self.start, stop)
        numeral = self.text[comma - 1] in ",." or self.text[comma - 1].isdigit()
        return -1 if comma < 0 or numeral or BEHIND_COMMA.match(self.text, comma + 1, stop) else comma

    def _as_before(self, cue: Cue, free: list[Mention], found: list[Clause]) -> Clause | None:
        """'X rose and said', 'X said it was late, adding that': the subject is that of the verb before."""
        earlier = [clause for clause in found if clause.end <= cue.start and clause.cue != "according to"]
        if earlier:
            return Clause(cue.start, cue.end, cue.start, cue.verb, earlier[-1].subjects, earlier[-1].words)
        if free and free[0].text == "It":  # 'It was left to X, a nurse, to say that'
            fell = (
                each
                for each in self.here
                if each.kind == "person" and FELL_TO.fullmatch(self.text, free[0].end, each.start)
            )
            free = [*fell, *free]
        return _of(self.text, self.here, cue, free[0]) if free else None

    def _passive(self, cue: Cue) -> Clause | None:
        """'MPs were told by X that', 'MPs were told that': whom nobody is named to have told."""
        by = BY.match(self.text, cue.end)
        subjects = _behind(self.text, by.end(), self.here, self.end) if by else ()
        if by and subjects:
            stop = phrase_end(self.text, subjects[-1].end, self.end)
            return Clause(cue.start, stop, cue.start, cue.verb, subjects, self.text[by.end() : stop])
        return Clause(cue.start, cue.end, cue.start, cue.verb) if cue.verb in TOLD_BY_NOBODY else None

    def _candidates(self, stop: int) -> list[tuple[int, Mention | None]]:
        """The places before `stop` where a subject may begin, in order, each with the mention that begins there."""
        if self.openings is None:
            inside = {place for each in self.here for place in range(each.start + 1, each.end)}
            places = [self.start, *[match.end() for match in OPENING.finditer(self.text, self.start, self.end)]]
            words = [place for place in places if self.text[place : place + 1].isalnum()]
            self.openings = [place for place in words if place not in inside]
        comma = self._closed(stop)
        free = {mention.start: mention for mention in self.free if mention.end <= stop}
        candidates: list[tuple[int, int, Mention | None]] = [
            (start, 0, mention) for start, mention in free.items() if mention.end > comma
        ]
        for place in self.openings:
            if comma < place < stop and place not in free:
                determined = AHEAD_OF_NAME.match(self.text, place)
                opened = determined.end() if determined and determined.end() in free else place
                candidates.append((opened, 1, None))  # behind the name that it opens
        candidates.sort()  # no two are alike but for the mention
        return [(place, mention) for place, _, mention in candidates]

    def _open(self, place: int, cue: Cue) -> Mention | None:
        """The noun phrase of any words that begins at `place` and reaches `cue`."""
        text = self.text
        match = OPEN.fullmatch(text, place, cue.start)
        if not match:
            return None
        words, rest, ends = match["np"], match["rest"], match.end("np")
        if rest.strip() == ",":
            return None
        named = next((each for each in self.here if each.end == ends and each.start >= place), None)
        if named and (named.kind == "person" or AHEAD_OF_NAME.fullmatch(text, place, named.start)):
            return named
        beside = re.match(r",\s+", rest)
        if beside:
            name = next((each for each in self.here if each.start == ends + beside.end()), None)
            if name and name.kind == "person":  # 'a pensioner, Jan Moss, said'
                return name
        capital = all(word[0].isupper() for word in words.split())
        common = re.match(DETERMINER, words) or PLURAL.search(words)
        if common or "’" in words or (capital and not rest.strip()):
            return Mention(place, ends, "name" if capital and not common else "noun", words)
        return None


def _of(text: str, here: list[Mention], cue: Cue, subject: Mention) -> Clause | None:
    first = subject.start
    before = [each for each in here if each.end <= first and each.kind == "person"] if subject.kind == "person" else []
    for other in reversed(before[-3:]):
        if LISTED.fullmatch(text, other.end, first):
            first = other.start  # 'A (Lab), B (Con) and C'
    for start in (first, subject.start):
        subjects = tuple(each for each in _together(text, here, start) if each.end <= cue.start)
        if subject in subjects:
            break
    if subject not in here or not subjects:
        subjects = (subject,)
    words = text[subject.start : min(cue.start, phrase_end(text, subjects[-1].end, cue.start))]
    if NOT_SAID.search(text[max(0, subject.start - 14) : subject.start]) or NOBODY.match(words):
        return None
    start = subject.start
    for other in here:  # 'Health Secretary Jeremy Hunt'
        if other.kind == "role" and text[other.end : start].isspace():
            start = other.start
    aside = WHICH.search(text[max(0, subject.start - 12) : subject.start])
    if (
        cue.verb in BASE
        and not text.startswith("to ", cue.start - 3)
        and subject.kind in ("person", "noun")
        and not AGREES.search(words)
    ):
        return None  # 'the old claim that', but 'some claim that'
    relative = bool(aside or WHO.search(text[max(0, cue.start - 60) : cue.start]))
    return Clause(start, cue.end, cue.start, cue.verb, subjects, words, relative=relative)


def _is_noun(text: str, start: int, cue: Cue, before: str) -> bool:
    """Whether what looks like a verb is none: behind an article, before an auxiliary, in a question."""
    if NOT_A_VERB.search(before, max(0, len(before) - 20)) or (cue.verb.endswith("s") and SOME.search(before)):
        return True
    if cue.verb.startswith(("go", "went")) and text.startswith(" to ", cue.end):
        return True  # 'went on to say'
    if cue.verb.endswith("s") and AUXILIARY_BEHIND.match(text, cue.end, cue.end + 12):
        return True  # 'the voices are at odds'
    # 'Does the mayor get tired and say ...?'
    return bool(ASKS.match(text, start, start + 12) and CONJOINED.search(before))


def _behind(text: str, place: int, here: list[Mention], end: int) -> tuple[Mention, ...]:
    """Who is named at `place`, in any words: 'Jo Smith and Ann Ray', 'a woman in the queue', 'pollster Frank Lunn'."""
    joined = _together(text, here, place)
    if joined:
        return joined
    match = BEFORE_NAME.match(text, place, end)
    for named in between(here, match.end(), match.end() + 1) if match else ():
        if named.kind in ("person", "name"):
            return (named,)
    match = AHEAD.match(text, place, end)
    if not match:
        return ()
    words = match["np"]
    noun = re.match(DETERMINER, words) or PLURAL.search(words) or words[0].isupper() or "’s " in words
    return (Mention(match.start("np"), match.end(), "noun", words),) if noun and not DATED.search(words) else ()


def _together(text: str, here: list[Mention], place: int) -> tuple[Mention, ...]:
    """The mention that begins at `place` (an article may stand before it), with those that 'and' joins to it.

    A role with its name behind it ('the leader of the council, Jane Poe') is the name's.
    """
    mentions = here[bisect_left(here, (place,)) :]
    if not mentions or not ARTICLES.fullmatch(text, place, mentions[0].start):
        return ()
    first = mentions[0]
    for other in mentions[1:4]:
        gap = text[first.end : other.start]
        if first.kind == "role" and other.kind == "organisation" and re.fullmatch(r",\s+", gap):
            return (other,)  # 'the auditor, Brandreth Lowe LLP, warned'
        if first.kind == "role" and other.kind == "person" and OFFICE_OF.fullmatch(gap) and not JOINS.search(gap):
            after = text[other.end : other.end + 12]
            if "," not in gap or re.match(r"\s*(?:,|\.|$|\)|\w+ed\b|said|says|told)", after):
                return (other,)
    joined = [first]
    for other in mentions[1:5]:
        if text[other.start - 1] == "(":
            continue  # 'the Local Government Association (LGA) and ...'
        gap = text[joined[-1].end : other.start]
        if first.kind not in ("organisation", "person") or other.kind != first.kind or not AND.fullmatch(gap):
            break
        joined.append(other)
        if " and " in gap:
            return tuple(joined)
    return (first,)
