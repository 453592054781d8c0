"""Statements: what somebody is reported to have said in an article, word for word or in the reporter's words, and who.

`find_statements` reads an article once: quotations first, then, with the quoted words hidden, the reporting clauses of
each sentence. A stretch in quotation marks that reports nobody's words is left out, with the reason.
"""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from stance.articles.reading import Article
from stance.statements.attributions import NOBODY, PASSIVE_CUE, THOUGHT, Attribution, Attributions, less_sure
from stance.statements.clauses import Clause, find_clauses
from stance.statements.cues import FOUND, find_cues
from stance.statements.mentions import find_mentions
from stance.statements.quotations import Quotation, find_quotations, paragraphs
from stance.statements.quoted import UNGIVEN, kind_of
from stance.statements.reports import reported
from stance.statements.sentences import around, find_sentences, hide, repaired
from stance.statements.speakers import Speaker


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
    """Words that are no statement, or one whose speaker nobody can name: article.text[start:end], and why."""

    article: str
    start: int
    end: int
    text: str
    reason: str


OUTSIDE = re.compile(r"[^\W\d_]{2,}")  # words of a sentence outside its quotations
UNREAD = "no attribution in its sentence or beside it was understood"
REPEATED = 20  # characters that make a repeated quotation sure


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
    _repeat(reader.statements)
    return sorted(reader.statements, key=lambda statement: statement.start), reader.left_out


def explained(statements: Iterable[Statement], left_out: Iterable[LeftOut]) -> list[LeftOut]:
    """What an article leaves out and whose speaker it does not name, each with the reason, in order."""
    nobody = [
        LeftOut(
            said.article,
            said.start,
            said.end,
            said.text,
            f"nobody is named: “{said.mention}”" if said.mention else UNREAD,
        )
        for said in statements
        if not said.speaker
    ]
    return sorted([*left_out, *nobody])


class _Reader:
    """One reading of one article, paragraph by paragraph."""

    def __init__(self, article: Article):
        self.article, self.text = article, article.text
        self.paragraphs = list(paragraphs(self.text))
        self.quotations = list(repaired(self.text, self.paragraphs, find_quotations(self.text)))
        self.hidden = hide(self.text, self.quotations)
        self.mentions = find_mentions(self.hidden)
        self.cues = find_cues(self.hidden)
        self.attributions = Attributions(self.text, self.hidden, self.mentions)
        self.statements: list[Statement] = []
        self.left_out: list[LeftOut] = []
        self.here = (0, 0)  # the paragraph that is being read, its text, its sentences and its number
        self.context = ""
        self.sentences: list[tuple[int, int]] = []
        self.number = 0
        self.last: Attribution | None = None  # who spoke last, in which paragraph
        self.last_number = self.last_end = 0  # the number of its paragraph, the end of the statement
        self.within: Attribution | None = None  # who was quoted last in this paragraph
        self.just: Attribution | None = None  # who was reported in the sentence before
        self.announced: Attribution | None = None  # a paragraph that ends in 'X said:' announces the next
        self.continued = False  # the quotation before had no closing mark
        self.pending: list[tuple[Quotation, str]] = []  # quoted before anybody is named in the paragraph
        self.worded = False  # whether the sentence that is read has words outside its quotations
        self.waiting: list[int] = []  # statements whose speaker may be named further on

    def read(self, number: int, start: int, end: int, quotations: list[Quotation]) -> None:
        """Read one paragraph with its quotations."""
        self.here, self.context, self.number = (start, end), self.text[start:end], number
        self.sentences = list(find_sentences(self.hidden, start, end))
        self.within, self.pending, self.just = None, [], None
        announced, self.announced = self.announced, None
        spoke: Attribution | None = None  # who spoke indirectly
        place = start  # behind the last quoted statement and its sentence
        coming = deque(quotations)
        for left, right in self.sentences:
            here = []
            while coming and coming[0].outer_start < right:
                here.append(coming.popleft())
            clauses = find_clauses(self.hidden, left, right, self.mentions, self.cues)
            self.worded = bool(here) and len(list(islice(OUTSIDE.finditer(self.hidden, left, right), 2))) > 1
            spoken = [each for each in here if self._quoted(each, here, clauses, (left, right), place, announced)]
            place = right if spoken else place
            here_said = self._indirect(left, right, spoken, clauses)
            spoke, self.just = here_said or spoke, here_said
            self._announce(left, right, clauses)
        self._settle(announced)
        if self.within and self.within.speaker.name:
            _backwards(self.statements, self.waiting, self.within)
        self._spoke(self.within or spoke)
        self.continued = bool(quotations) and quotations[-1].continues

    def _spoke(self, attribution: Attribution | None) -> None:
        if attribution:
            self.last, self.last_number = attribution, self.number
            self.last_end = self.statements[-1].end if self.statements else 0

    # Quoted words ----------------------------------------------------------------------------------------------------

    def _quoted(
        self,
        quotation: Quotation,
        here: list[Quotation],
        clauses: list[Clause],
        sentence: tuple[int, int],
        place: int,
        announced: Attribution | None,
    ) -> bool:
        """Read one quotation; whether it is a statement."""
        clause = _clause_of(self.text, quotation, here, clauses, sentence[0])
        alone = (quotation.outer_start, quotation.outer_end) == self.here
        speaking = bool(self.within or announced)
        kind, reason = kind_of(self.text, self.hidden, quotation, clause, sentence[0], alone, speaking)
        attribution = self.attributions.claimed(quotation, sentence[0]) or self._said_here(
            quotation, clause, sentence, place
        )
        if not clause and THOUGHT.search(
            self.hidden, max(sentence[0], quotation.outer_start - 20), quotation.outer_start
        ):
            reason = UNGIVEN
        if reason and not attribution and self.continued and quotation.outer_start == self.here[0]:
            reason, attribution = "", self.last
        if kind == "fragment" and not clause and not reason:
            # Still somebody's words if they are many and the speaker goes on.
            near = attribution or (self.last and self.number - self.last_number <= 1)
            if not near or len(self.text[quotation.start : quotation.end].split()) < 4:
                reason = UNGIVEN
            elif attribution is None and self.last:
                attribution = less_sure(self.last, 0.7)
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

    def _settle(self, announced: Attribution | None) -> None:
        """Give quotations that their own paragraph gives to nobody to whoever was announced, answers or speaks on."""
        if not self.pending:
            return
        first, last = self.pending[0][0], self.pending[-1][0]
        attribution = announced or self.attributions.back_reference(last.outer_end)
        if attribution is None and not self.continued:
            asked = self.attributions.speakers.asked
            attribution = _answer(self.statements, asked, self.text[first.start : first.end])
        if attribution is None and self.last:
            attribution = self._carried(self.last, first.outer_start)
        for quotation, kind in self.pending:
            if attribution is None:
                self.waiting.append(len(self.statements))
            self._state(quotation.start, quotation.end, kind, attribution or NOBODY)
        self._spoke(attribution)

    def _carried(self, last: Attribution, place: int) -> Attribution | None:
        """Who goes on speaking in a quotation alone at `place`: who spoke `last`, or who is the subject since."""
        if self.continued:
            return less_sure(last, 0.97)._replace(cue=last.cue)
        since = self.attributions.beside(self.last_end, place) if self.last_end < place else None
        if since is None and self.number - self.last_number == 1:
            return less_sure(last, 0.85)
        if since and since.speaker.name != last.speaker.name:
            return less_sure(since, 0.9)
        return less_sure(last, 0.8) if since else None

    def _announce(self, start: int, end: int, clauses: list[Clause]) -> None:
        """Remember who is announced by a sentence that ends in a colon, or a paragraph that ends in a comma."""
        if self.hidden[end - 1] == ":" or (end == self.here[1] and self.hidden[end - 1] == ","):
            if clauses and end - clauses[-1].end < 80:
                self.announced = self.attributions.of_clause(clauses[-1])
            elif self.hidden[end - 1] == ":":
                self.announced = self.attributions.byline(start, end - 1)

    def _said_here(
        self, quotation: Quotation, clause: Clause | None, sentence: tuple[int, int], place: int
    ) -> Attribution | None:
        """Whose words a quotation is by its own sentence, or by the paragraph from `place` on.

        NOBODY where its sentence says so in words that are not understood.
        """
        dash = self.hidden[max(0, quotation.outer_start - 3) : quotation.outer_start].rstrip().endswith(("–", "—"))
        signed = self.attributions.signature(quotation, sentence[0]) if dash else None
        if clause and not signed:
            return self.attributions.of_clause(clause)
        signed = signed or self.attributions.signature(quotation, sentence[0])
        if signed:
            return signed
        if PASSIVE_CUE.search(self.hidden, max(sentence[0], quotation.outer_start - 50), quotation.outer_start):
            return NOBODY  # 'Pickup was told: “...”': somebody's words, but not hers
        before = max(sentence[0], quotation.outer_start - 3)
        if self.hidden[before : quotation.outer_start].rstrip().endswith(":"):
            byline = self.attributions.byline(sentence[0], quotation.outer_start)
            if byline:
                return byline
        elif self.worded:
            told = self.attributions.of_sentence(quotation, *sentence)
            if told:
                return told
        if self.just and self.just.speaker.name:  # 'It was late, X said. “Nobody came.”'
            return less_sure(self.just, 0.95)
        return self.attributions.beside(max(place, self.here[0]), quotation.outer_start) or self.within

    # Indirect speech -------------------------------------------------------------------------------------------------

    def _indirect(self, start: int, end: int, spoken: list[Quotation], clauses: list[Clause]) -> Attribution | None:
        """Read the reported clauses of a sentence; who spoke last in them, None where nobody did."""
        taken, last = start, None
        stop = start + len(self.hidden[start:end].rstrip(".!?… "))
        for clause in clauses:
            if not clause.subjects or clause.cue_start < taken or (clause.cue in FOUND and _is_person(clause)):
                continue  # what a person found is no speech; what a report found is its statement
            for left, right in reported(self.hidden, clause, start, stop, spoken, clauses):
                left += len(self.text[left:right]) - len(self.text[left:right].lstrip(" ,;:"))
                right = left + len(self.text[left:right].rstrip(" ,;:.–—"))
                overlaps = left < taken or any(left < each.outer_end and each.outer_start < right for each in spoken)
                if len(self.text[left:right].split()) > (1 if left > clause.end else 2) and not overlaps:
                    last = self.attributions.of_clause(clause)
                    self._state(left, right, "indirect", last)
                    taken = max(taken, right)
        return last

    def _state(self, start: int, end: int, kind: str, attribution: Attribution) -> None:
        if self.statements and (self.statements[-1].start, self.statements[-1].end) == (start, end):
            return  # two verbs report the same words
        speaker = attribution.speaker
        self.attributions.speakers.asked = speaker.name if kind == "direct" and self.text[end - 1] == "?" else ""
        first, last = around(self.sentences, start, end)
        here = self.here[0]
        self.statements.append(
            _statement(self.article, (start, end), kind, attribution, self.context, start - here, self.text[first:last])
        )


def _answer(statements: list[Statement], asked: str, last_words: str) -> Attribution | None:
    """After a question the other one of two answers, and whoever answered is asked again by the other."""
    recent = [each for each in reversed(statements[-6:]) if each.speaker]
    asks = last_words.endswith("?") and any(each.text.endswith("?") for each in recent[:2])
    others = [each for each in recent if each.speaker != recent[0].speaker]
    if not others or not (asked or asks):
        return None
    other = others[0]
    return Attribution(Speaker(other.speaker, other.role, other.organisation, 0.7), "", "")


def _backwards(statements: list[Statement], waiting: list[int], attribution: Attribution) -> None:
    """A quotation that opens an article before anybody is named belongs to who is named first after it."""
    for place in waiting:
        statements[place] = _given(statements[place], less_sure(attribution, 0.7).speaker)
    waiting.clear()


def _statement(
    article: Article,
    span: tuple[int, int],
    kind: str,
    attribution: Attribution,
    context: str,
    place: int,
    sentence: str,
) -> Statement:
    start, end = span
    speaker = attribution.speaker
    return Statement(
        statement=f"{article.article}-{start}-{end}",
        article=article.article,
        start=start,
        end=end,
        text=article.text[start:end],
        kind=kind,
        context=context,
        place=place,
        sentence=sentence,
        cue=attribution.cue,
        speaker=speaker.name,
        mention=attribution.mention,
        role=speaker.role,
        organisation=speaker.organisation,
        stakeholders=(),
        confidence=speaker.confidence,
    )


def _repeat(statements: list[Statement]) -> None:
    """Give a quotation that stands twice, as in a standfirst, to whoever is surer to have said it there."""
    lookups = 20
    surest: dict[str, Statement] = {}  # by the first words of each sentence of each quotation
    for statement in statements:
        if statement.kind != "indirect" and statement.speaker:
            for words in re.split(r"(?<=[.!?])\s+", statement.text):
                known = surest.get(words[:REPEATED])
                if known is None or known.confidence < statement.confidence:
                    surest[words[:REPEATED]] = statement
    for place, statement in enumerate(statements):
        other = surest.get(statement.text[:REPEATED])
        if other is None and not statement.speaker and lookups and len(statement.text.split()) > 2:
            lookups -= 1  # part of another quotation, then; so rare that a few are enough
            other = next((each for each in surest.values() if statement.text.rstrip(".,") in each.text), None)
        elif len(statement.text) <= REPEATED:
            other = None
        if other and not statement.speaker:
            speaker = Speaker(other.speaker, other.role, other.organisation, round(0.95 * other.confidence, 2))
            statements[place] = _given(statement, speaker)


def _given(statement: Statement, speaker: Speaker) -> Statement:
    return replace(
        statement,
        speaker=speaker.name,
        role=speaker.role,
        organisation=speaker.organisation,
        confidence=speaker.confidence,
    )


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
        return next((clause for clause in reversed(before) if not clause.relative), before[-1])
    for clause in clauses:
        if clause.start >= quotation.end:
            gap = text[quotation.outer_end : clause.start]
            others = any(quotation.outer_end <= each.outer_start and each.outer_end <= clause.start for each in here)
            final = len(clauses) == 1 and re.fullmatch(r"[^.;:]{0,160},\s*(?:the\s+)?(?:[a-z-]+\s+){0,3}", gap)
            if (others and re.fullmatch(r"[^.;:]{0,120}", gap)) or (not others and (len(gap) < 40 or final)):
                return clause
    return next((clause for clause in clauses if clause.cue == "according to"), None)


def _is_person(clause: Clause) -> bool:
    return bool(clause.subjects) and clause.subjects[0].kind in ("person", "pronoun")
