"""Statements: what somebody is reported to have said in an article, word for word or in the reporter's words, and who.

`find_statements` reads an article once: quotations first, then, with the quoted words hidden, the reporting clauses of
each sentence. A stretch in quotation marks that reports nobody's words is left out, with the reason.
"""

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import NamedTuple

from stance.articles.reading import Article
from stance.statements.clauses import FUNCTION_WORD, Clause, find_clauses, reported
from stance.statements.cues import FOUND, TAKES_CLAUSE, find_cues
from stance.statements.mentions import Mention, between, find_mentions, in_phrase
from stance.statements.quotations import Quotation, find_quotations, paragraphs
from stance.statements.sentences import around, find_sentences, hide, is_clause, repaired
from stance.statements.speakers import Cast, Speaker


@dataclass(frozen=True)
class Statement:
    """One statement: article.text[start:end] == text, without the outer quotation marks.

    `kind` is direct (a quoted clause or more), fragment (some quoted words) or indirect (a reported clause without
    marks); `context` is its paragraph and `place` where it begins there, so that context[place:] begins with `text`;
    `sentence` is the sentence that reports it; `cue` the reporting verb; `speaker` the full name where the article
    gives it anywhere, empty where it names nobody; `mention` the words used at that place; `organisation` as the
    article names it; `stakeholders` identifiers from the codebook; `confidence` that of the speaker, from 0 to 1.
    """

    statement: str
    article: str
    start: int
    end: int
    text: str
    kind: str
    context: str
    place: int
    sentence: str
    cue: str
    speaker: str
    mention: str
    role: str
    organisation: str
    stakeholders: tuple[str, ...]
    confidence: float


class LeftOut(NamedTuple):
    """A stretch in quotation marks that is no statement: article.text[start:end], and why."""

    article: str
    start: int
    end: int
    text: str
    reason: str


class Attribution(NamedTuple):
    """Who says something, in which words the article names them there, and with which verb."""

    speaker: Speaker
    mention: str
    cue: str


NOBODY = Attribution(Speaker(""), "", "")
PASSIVE_CUE = re.compile(
    r"\b(?:is|are|was|were|been|be)\s+(?:\w+ly\s+)?(?:told|asked|warned|informed|reminded)[:,]?\s+\Z"
)
CLAIM_OF = re.compile(
    r"[’']s?\s+(claim|view|argument|suggestion|assertion|allegation|warning|charge|complaint|contention)s?\s+that\b[^.;:]*\Z"
)
UNGIVEN = "quoted words that no reporting verb gives to a speaker"
IMPERATIVE = re.compile(
    r"(?:Please\s+)?(?:Stop|Get|Give|Let|Make|Don[’']t|Listen|Look|Fund|Scrap|Tell|Trust|Ask|Come|Go|Put|Keep|Leave|Take|Show"
    r"|Help|Think|Wait|Send|Pay|Build|Join)\s+\w+"
)
NAMING = re.compile(
    r"(?i:so-called|(?:known|referred\s+to)\s+as|nicknamed|entitled|titled|headed|named"
    r"|(?:under\s+)?the\s+(?:word|term|phrase|slogan|title|label|heading|headline))\s+$"
    r"|\b(?:scheme|programme|project|report|paper|book|song|play|film|pamphlet|document|campaign),?\s+called\s+$"
    r"|(?<!was )(?<!were )(?<!been )(?<!is )(?<!are )"
    r"\b(?:call(?:s|ed)?|dub(?:s|bed)?|term(?:s|ed)?|label(?:s|led)?)\s+$"
)
SMALL_WORDS = frozenset("a an the of and to in for on with is it at by from as or".split())
MODIFIED = re.compile(r"\b(?:the|this|these|those|their|its|a|an|his|her)\s+(?:[\w-]+\s+)?$")
NOUN_FOLLOWS = re.compile(rf"\s+(?!{FUNCTION_WORD}\b)[a-z]")
REPEATED = 20  # characters that make a repeated quotation sure
BACK_REFERENCE = re.compile(
    r"[\"'”’]?\s*(?:(?:That|This|Those|These)\s+(?:is|was|were|are)\s+the\s+(?:message|view|verdict|warning|words|claim|plea|call"
    r"|conclusion|assessment|opinion)s?\s+(?:from|of|by)\s+|So\s+(?:says|said)\s+)(?:the\s+)?"
)


def find_statements(article: Article) -> list[Statement]:
    """The statements of an article in the order of their places, organisation as printed, stakeholders still empty."""
    return read_statements(article)[0]


def read_statements(article: Article) -> tuple[list[Statement], list[LeftOut]]:
    """The statements of an article, and the stretches in quotation marks that are none, each with the reason."""
    reader = _Reader(article)
    quotations = deque(reader.quotations)
    for number, (start, end) in enumerate(reader.paragraphs):
        here = []
        while quotations and quotations[0].outer_start < end:
            here.append(quotations.popleft())
        reader.read(number, start, end, here)
    reader.repeat()
    return sorted(reader.statements, key=lambda statement: statement.start), reader.left_out


class _Reader:
    """One reading of one article, paragraph by paragraph."""

    def __init__(self, article: Article):
        self.article, self.text = article, article.text
        self.paragraphs = list(paragraphs(self.text))
        self.quotations = list(repaired(self.text, self.paragraphs, find_quotations(self.text)))
        self.hidden = hide(self.text, self.quotations)
        self.mentions = find_mentions(self.hidden)
        self.cues = find_cues(self.hidden)
        self.cast = Cast(self.hidden, self.mentions)
        self.statements: list[Statement] = []
        self.left_out: list[LeftOut] = []
        self.here = (0, 0)  # the paragraph that is being read, its text, its sentences and its number
        self.context = ""
        self.sentences: list[tuple[int, int]] = []
        self.number = 0
        self.last: Attribution | None = None  # who spoke last, in which paragraph
        self.last_number = 0
        self.within: Attribution | None = None  # who was quoted last in this paragraph
        self.announced: Attribution | None = None  # a paragraph that ends in 'X said:' announces the next
        self.continued = False  # the quotation before had no closing mark
        self.pending: list[tuple[Quotation, str]] = []  # quoted before anybody is named in the paragraph
        self.waiting: list[int] = []  # statements whose speaker may be named further on

    def read(self, number: int, start: int, end: int, quotations: list[Quotation]) -> None:
        """Read one paragraph with its quotations."""
        self.here, self.context, self.number = (start, end), self.text[start:end], number
        self.sentences = list(find_sentences(self.hidden, start, end))
        self.within, self.pending = None, []
        announced, self.announced = self.announced, None
        spoke: Attribution | None = None  # who spoke indirectly
        place = start  # behind the last quoted statement and its sentence
        coming = deque(quotations)
        for left, right in self.sentences:
            here = []
            while coming and coming[0].outer_start < right:
                here.append(coming.popleft())
            clauses = find_clauses(self.hidden, left, right, self.mentions, self.cues)
            named: dict[int, Attribution] = {}
            spoken = [each for each in here if self._quoted(each, here, clauses, named, left, place, announced)]
            place = right if spoken else place
            spoke = self._indirect(left, right, spoken, clauses, named) or spoke
            self._announce(left, right, clauses, named)
        self._settle(announced)
        if self.within:
            self._backwards(self.within)
        self._spoke(self.within or spoke)
        self.continued = bool(quotations) and quotations[-1].continues

    def _spoke(self, attribution: Attribution | None) -> None:
        if attribution:
            self.last, self.last_number = attribution, self.number

    # Quoted words ----------------------------------------------------------------------------------------------------

    def _quoted(
        self,
        quotation: Quotation,
        here: list[Quotation],
        clauses: list[Clause],
        named: dict[int, Attribution],
        sentence: int,
        place: int,
        announced: Attribution | None,
    ) -> bool:
        """Read one quotation; whether it is a statement."""
        clause = _clause_of(self.text, quotation, here, clauses, sentence)
        kind, reason = self._kind(quotation, clause, sentence, bool(self.within or announced))
        attribution = self._claimed_by_another(quotation, sentence) or self._said_here(
            quotation, clause, named, sentence, place
        )
        if reason and not attribution and self.continued and quotation.outer_start == self.here[0]:
            reason, attribution = "", self.last
        if kind == "fragment" and not clause and not reason:
            # Still somebody's words if they are many and the speaker goes on.
            near = attribution or (self.last and self.number - self.last_number <= 1)
            if not near or len(self.text[quotation.start : quotation.end].split()) < 4:
                reason = UNGIVEN
            elif attribution is None and self.last:
                attribution = _less_sure(self.last, 0.7)
        if reason:
            words = self.text[quotation.start : quotation.end]
            self.left_out.append(LeftOut(self.article.article, quotation.start, quotation.end, words, reason))
            return False
        if attribution is None:
            self.pending.append((quotation, kind))
            return True
        for earlier, earlier_kind in [*self.pending, (quotation, kind)]:
            self._state(earlier.start, earlier.end, earlier_kind, attribution)
        self.pending.clear()
        self.within = attribution
        return True

    def _kind(self, quotation: Quotation, clause: Clause | None, sentence: int, speaking: bool) -> tuple[str, str]:
        """The kind of a quotation, and why it is no statement ('' where it is one)."""
        words = self.text[quotation.start : quotation.end]
        before = self.hidden[max(sentence, quotation.outer_start - 60) : quotation.outer_start]
        after = self.hidden[quotation.outer_end : quotation.outer_end + 40]
        alone = (quotation.outer_start, quotation.outer_end) == self.here
        opens = quotation.outer_start == sentence or before.rstrip().endswith((":", ","))
        parts = words.split()
        if not re.search(r"\w", words):
            return "fragment", "no words"
        if _is_title(parts, before):
            return "fragment", "a title or a name"
        # 'which she called “heroic”' is her word for it; 'what staff call “the aquarium”' is a name.
        hers = clause and clause.end > quotation.outer_start - 3 and clause.subjects[0].kind in ("person", "pronoun")
        naming = bool(NAMING.search(before)) and not hers
        whole = is_clause(words) and not (re.match(r"[a-z]+(?:ed|ing)\s", words) and not opens)
        whole = whole or (opens and (len(parts) > 3 or words[-1] in "?!." or bool(IMPERATIVE.match(words))))
        placed = opens or (clause and len(parts) > 2) or len(parts) > 7
        if alone or (whole and placed and (clause or not naming)):
            return "direct", ""
        if naming:
            return "fragment", "a name or a term"
        if len(parts) <= 3 and re.search(r"\b[A-Z]\w+ $", before) and re.match(r" [A-Z]", after):
            return "fragment", "a nickname"
        speech = clause is not None and clause.cue in TAKES_CLAUSE
        set_off = MODIFIED.search(before) and (len(parts) <= 2 or clause is None)
        if NOUN_FOLLOWS.match(after) and (set_off or (len(parts) <= 2 and not speech)):
            return "fragment", "words set off, not somebody's statement"
        return "fragment", "" if clause or speaking or len(parts) >= 4 else UNGIVEN

    def _settle(self, announced: Attribution | None) -> None:
        """Give quotations that their own paragraph gives to nobody to whoever was announced, answers or speaks on."""
        if not self.pending:
            return
        last = self.pending[-1][0]
        attribution = announced or self._back_reference(last.outer_end) or self._answer(self.pending[0][0])
        if attribution is None and self.last and self.number - self.last_number <= (6 if self.continued else 3):
            attribution = _less_sure(self.last, 0.97 if self.continued else 0.85)
            attribution = attribution._replace(cue=self.last.cue if self.continued else "")
        for quotation, kind in self.pending:
            if attribution is None:
                self.waiting.append(len(self.statements))
            self._state(quotation.start, quotation.end, kind, attribution or NOBODY)
        self._spoke(attribution)

    def _answer(self, quotation: Quotation) -> Attribution | None:
        """After a question the other one of two answers, and whoever answered is asked again by the other."""
        recent = [each for each in reversed(self.statements[-6:]) if each.speaker]
        asks = self.text[quotation.end - 1] == "?" and any(each.text.endswith("?") for each in recent[:2])
        others = [each for each in recent if each.speaker != recent[0].speaker]
        if not others or self.continued or not (self.cast.asked or asks):
            return None
        other = others[0]
        return Attribution(Speaker(other.speaker, other.role, other.organisation, 0.7), "", "")

    def _backwards(self, attribution: Attribution) -> None:
        """A quotation that opens an article before anybody is named belongs to who is named first after it."""
        for place in self.waiting:
            self.statements[place] = _given(self.statements[place], _less_sure(attribution, 0.7).speaker)
        self.waiting.clear()

    def repeat(self) -> None:
        """Give a quotation that stands twice, as in a standfirst, to whoever is surer to have said it there."""
        lookups = 20
        surest: dict[str, Statement] = {}  # by the first words of each sentence of each quotation
        for statement in self.statements:
            if statement.kind != "indirect" and statement.speaker:
                for words in re.split(r"(?<=[.!?])\s+", statement.text):
                    known = surest.get(words[:REPEATED])
                    if known is None or known.confidence < statement.confidence:
                        surest[words[:REPEATED]] = statement
        for place, statement in enumerate(self.statements):
            other = surest.get(statement.text[:REPEATED])
            if other is None and not statement.speaker and lookups and len(statement.text.split()) > 2:
                lookups -= 1  # part of another quotation, then; so rare that a few are enough
                other = next((each for each in surest.values() if statement.text.rstrip(".,") in each.text), None)
            elif len(statement.text) <= REPEATED:
                other = None
            if other and not statement.speaker:
                speaker = Speaker(other.speaker, other.role, other.organisation, round(0.95 * other.confidence, 2))
                self.statements[place] = _given(statement, speaker)

    # Who says it -----------------------------------------------------------------------------------------------------

    def _identified(self, mention: Mention, words: str, cue: str) -> Attribution:
        speaker = self.cast.identify(mention, words)
        self.cast.heard.append((mention.start, speaker))
        return Attribution(speaker, words.strip(" ,:"), cue)

    def _attributed(self, clause: Clause, named: dict[int, Attribution]) -> Attribution:
        """Who speaks in a reporting clause, two together as one; `named` remembers it for the sentence."""
        if clause.cue_start not in named:
            attribution = self._identified(clause.subjects[0], clause.words, clause.cue)
            if len(clause.subjects) == 2:
                both = [self.cast.identify(mention, mention.text) for mention in clause.subjects]
                organisation = " and ".join(each.organisation for each in both if each.organisation)
                sure = min(each.confidence for each in both)
                speaker = Speaker(" and ".join(each.name for each in both), "", organisation, sure)
                self.cast.heard[-1] = (clause.subjects[0].start, speaker)
                attribution = attribution._replace(speaker=speaker)
            named[clause.cue_start] = attribution
        return named[clause.cue_start]

    def _announce(self, start: int, end: int, clauses: list[Clause], named: dict[int, Attribution]) -> None:
        """Remember who is announced by a sentence that ends in a colon, or a paragraph that ends in a comma."""
        if self.hidden[end - 1] == ":" or (end == self.here[1] and self.hidden[end - 1] == ","):
            if clauses and end - clauses[-1].end < 80:
                self.announced = self._attributed(clauses[-1], named)
            elif self.hidden[end - 1] == ":":
                self.announced = self._byline(start, end - 1)

    def _byline(self, start: int, end: int) -> Attribution | None:
        """'Dr A Smith, chair of X:' before a quotation."""
        mentions = [each for each in between(self.mentions, start, end) if not in_phrase(self.hidden, each)]
        for mention in sorted(mentions, key=lambda each: each.kind != "person"):
            opens = self.hidden[start : mention.start].strip().lower() in ("", "the")
            if mention.kind == "person" or (opens and mention.kind in ("name", "organisation", "role")):
                words = self.text[mention.start : end] if mention.kind == "person" else self.cast.phrase(mention)
                return self._identified(mention, words, "")
        return None

    def _named_beside(self, quotation: Quotation, start: int) -> Attribution | None:
        """Who is the subject of what stands from `start` to a quotation: 'X is worried. “It is late.”'."""
        start = max(start, self.here[0])
        if self.text[start : quotation.outer_start].rstrip().endswith(":"):
            sentences = list(find_sentences(self.hidden, start, quotation.outer_start))
            byline = self._byline(sentences[-1][0], quotation.outer_start)
            if byline:
                return byline
        for mention in between(self.mentions, start, quotation.outer_start):
            person = mention.kind in ("person", "role", "name") or mention.text.lower() in ("he", "she")
            if person and not in_phrase(self.hidden, mention):
                speaker = self.cast.identify(mention, mention.text)
                if self.cast.person(speaker.name):
                    attribution = self._identified(mention, mention.text, "")
                    sure = min(speaker.confidence, 0.7)
                    return attribution._replace(speaker=replace(attribution.speaker, confidence=sure))
        return None

    def _said_here(
        self, quotation: Quotation, clause: Clause | None, named: dict[int, Attribution], sentence: int, place: int
    ) -> Attribution | None:
        """Whose words a quotation is by its own sentence, or by the paragraph from `place` on."""
        if clause:
            return self._attributed(clause, named)
        if PASSIVE_CUE.search(self.hidden, max(sentence, quotation.outer_start - 50), quotation.outer_start):
            return NOBODY  # 'Pickup was told: “...”': somebody's words, but not hers
        return self._named_beside(quotation, place) or self.within

    def _claimed_by_another(self, quotation: Quotation, sentence: int) -> Attribution | None:
        """Whose claim it is in 'Stevens rejected the LGA's claim that the targets were “arbitrary”'."""
        claim = CLAIM_OF.search(self.hidden, max(sentence, quotation.outer_start - 160), quotation.outer_start)
        owners = between(self.mentions, claim.start() - 100, claim.start()) if claim else []
        if claim and owners and owners[-1].end == claim.start():
            return self._identified(owners[-1], owners[-1].text, claim[1])
        return None

    def _back_reference(self, place: int) -> Attribution | None:
        """'That was the view of X' or 'So says X' behind a quotation."""
        match = BACK_REFERENCE.match(self.hidden, place)
        mention = next(iter(between(self.mentions, match.end() - 4, match.end() + 5)), None) if match else None
        return self._identified(mention, mention.text, "") if mention else None

    # Indirect speech -------------------------------------------------------------------------------------------------

    def _indirect(
        self, start: int, end: int, spoken: list[Quotation], clauses: list[Clause], named: dict[int, Attribution]
    ) -> Attribution | None:
        """Read the reported clauses of a sentence; who spoke last in them, None where nobody did."""
        taken, last = start, None
        stop = start + len(self.hidden[start:end].rstrip(".!?… "))
        for clause in clauses:
            if clause.cue_start < taken or (clause.cue in FOUND and clause.subjects[0].kind == "person"):
                continue  # what a person found is no speech; what a report found is its statement
            for left, right in reported(self.hidden, clause, start, stop, spoken, clauses):
                left += len(self.text[left:right]) - len(self.text[left:right].lstrip(" ,;:"))
                right = left + len(self.text[left:right].rstrip(" ,;:.–—"))
                overlaps = left < taken or any(left < each.outer_end and each.outer_start < right for each in spoken)
                if len(self.text[left:right].split()) > 2 and not overlaps:
                    last = self._attributed(clause, named)
                    self._state(left, right, "indirect", last)
                    taken = max(taken, right)
        return last

    def _state(self, start: int, end: int, kind: str, attribution: Attribution) -> None:
        if self.statements and (self.statements[-1].start, self.statements[-1].end) == (start, end):
            return  # two verbs report the same words
        speaker = attribution.speaker
        self.cast.asked = speaker.name if kind == "direct" and self.text[end - 1] == "?" else ""
        first, last = around(self.sentences, start, end)
        self.statements.append(
            Statement(
                statement=f"{self.article.article}-{start}-{end}",
                article=self.article.article,
                start=start,
                end=end,
                text=self.text[start:end],
                kind=kind,
                context=self.context,
                place=start - self.here[0],
                sentence=self.text[first:last],
                cue=attribution.cue,
                speaker=speaker.name,
                mention=attribution.mention,
                role=speaker.role,
                organisation=speaker.organisation,
                stakeholders=(),
                confidence=speaker.confidence,
            )
        )


def _given(statement: Statement, speaker: Speaker) -> Statement:
    return replace(
        statement,
        speaker=speaker.name,
        role=speaker.role,
        organisation=speaker.organisation,
        confidence=speaker.confidence,
    )


def _less_sure(attribution: Attribution, factor: float) -> Attribution:
    """`attribution` carried over to a place that names nobody."""
    speaker = attribution.speaker
    return Attribution(replace(speaker, confidence=round(speaker.confidence * factor, 2)), "", "")


def _is_title(parts: list[str], before: str) -> bool:
    """Whether quoted words are a title or a name: all but the small ones have capitals."""
    great = [word for word in parts if word.lower() not in SMALL_WORDS]
    if len(great) > 1:
        return all(word[0].isupper() or not word[0].isalpha() for word in great)
    return len(parts) == 1 and parts[0][0].isupper() and before.rstrip().endswith((" the", " a", "The"))


def _clause_of(
    text: str, quotation: Quotation, here: list[Quotation], clauses: list[Clause], start: int
) -> Clause | None:
    """The reporting clause of a quotation in its sentence: the nearest before it, else one behind it."""
    before = [
        clause
        for clause in clauses
        if clause.end <= quotation.outer_start and (clause.cue != "according to" or clause.start <= start)
    ]
    if before:
        return before[-1]
    for clause in clauses:
        if clause.start >= quotation.end:
            gap = text[quotation.outer_end : clause.start]
            others = any(quotation.outer_end <= each.outer_start and each.outer_end <= clause.start for each in here)
            final = len(clauses) == 1 and re.fullmatch(r"[^.;:]{0,160},\s*", gap)
            if (others and re.fullmatch(r"[^.;:]{0,120}", gap)) or (not others and (len(gap) < 40 or final)):
                return clause
    return next((clause for clause in clauses if clause.cue == "according to"), None)
