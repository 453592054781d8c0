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
from stance.statements.attributions import NOBODY, THOUGHT, Attributions, name_lines
from stance.statements.bodies import known_by_use
from stance.statements.clauses import Clause, find_clauses
from stance.statements.cues import FOUND, find_cues
from stance.statements.mentions import find_mentions, telling_words
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
    """Words that are no statement, or a statement that has no speaker (`what`): article.text[start:end], and why."""

    article: str
    start: int
    end: int
    text: str
    reason: str
    what: str = "no statement"


class _Sentence(NamedTuple):
    """A sentence text[start:end], the quotations that begin in it, and whether it has words outside them."""

    start: int
    end: int
    quotations: list[Quotation]
    clauses: list[Clause]
    worded: bool


OUTSIDE = re.compile(r"[^\W\d_]{2,}")  # words of a sentence outside its quotations
SENTENCE_SPACE = re.compile(r"(?<=[.!?])\s+")
UNREAD = "no attribution in its sentence or beside it was understood"
REPEATED = 20  # characters that make a repeated quotation sure
LOOKUPS = 20  # quotations of an article that are looked for inside others


def find_statements(article: Article) -> list[Statement]:
    """The statements of an article in the order of their places, organisation as printed, stakeholders still empty."""
    return read_statements(article)[0]


def read_statements(article: Article) -> tuple[list[Statement], list[LeftOut]]:
    """The statements of an article, and the stretches in quotation marks that are none, each with the reason."""
    reader = _Reader(article)
    quotations = deque(reader.quotations)
    for number, (start, end) in enumerate(reader.paragraphs):
        reader.read(number, start, end, _taken(quotations, end))
    _repeat(reader.statements)
    return sorted(reader.statements, key=lambda statement: statement.start), reader.left_out


def explained(statements: Iterable[Statement], left_out: Iterable[LeftOut]) -> list[LeftOut]:
    """What an article leaves out and whose speaker it does not name, each with the reason, in order."""
    nobody = []
    for said in statements:
        if not said.speaker:
            reason = f"nobody is named: “{said.mention}”" if said.mention else UNREAD
            nobody.append(LeftOut(said.article, said.start, said.end, said.text, reason, "no speaker"))
    return sorted([*left_out, *nobody])


class _Reader:
    """One reading of one article, paragraph by paragraph."""

    def __init__(self, article: Article):
        self.article, self.text = article, article.text
        self.paragraphs = list(paragraphs(self.text))
        self.quotations = list(repaired(self.text, self.paragraphs, find_quotations(self.text, self.paragraphs)))
        self.hidden = hide(self.text, self.quotations)
        words = telling_words(self.hidden)
        self.mentions = known_by_use(self.hidden, find_mentions(self.hidden, words))
        self.cues = find_cues(self.hidden, words)
        self.attributions = Attributions(self.text, self.hidden, self.mentions)
        self.lines = name_lines(self.hidden, self.paragraphs, self.quotations, self.mentions)
        self.statements: list[Statement] = []
        self.left_out: list[LeftOut] = []
        self.last: Speaker | None = None  # who spoke last
        self.last_number = self.last_end = 0  # in which paragraph, and where that statement ends
        self.within: Speaker | None = None  # who was quoted last in this paragraph
        self.just: Speaker | None = None  # who was reported in the sentence before
        self.announced: Speaker | None = None  # a paragraph that ends in 'X said:' announces the next
        self.continued = False  # the quotation before had no closing mark
        self.pending: list[tuple[Quotation, str]] = []  # quoted before anybody is named in the paragraph
        self.waiting: list[int] = []  # statements whose speaker may be named further on

    def read(self, number: int, start: int, end: int, quotations: list[Quotation]) -> None:
        """Read one paragraph with its quotations."""
        self.here, self.context, self.number = (start, end), self.text[start:end], number
        self.sentences = list(find_sentences(self.hidden, start, end))
        self.within, self.pending, self.just = None, [], None
        self.announcing, self.announced = self.announced, None
        spoke: Speaker | None = None  # who spoke indirectly
        place = start  # behind the last quoted statement and its sentence
        coming = deque(quotations)
        for left, right in self.sentences:
            clauses = find_clauses(self.hidden, left, right, self.mentions, self.cues)
            here = _taken(coming, right)
            worded = bool(here) and len(list(islice(OUTSIDE.finditer(self.hidden, left, right), 2))) > 1
            sentence = _Sentence(left, right, here, clauses, worded)
            spoken = [each for each in sentence.quotations if self._quoted(each, sentence, place)]
            place = right if spoken else place
            self.just = self._indirect(sentence, spoken) if clauses else None
            spoke = self.just or spoke
            self._announce(sentence)
        self._settle()
        if self.within and self.within.name:  # what opens an article belongs to who is named first after it
            for waiting in self.waiting:
                self.statements[waiting] = _given(self.statements[waiting], self.within.carried(0.7))
            self.waiting.clear()
        self._spoke(self.within or spoke)
        self.continued = bool(quotations) and quotations[-1].continues

    def _spoke(self, speaker: Speaker | None) -> None:
        if speaker:
            self.last, self.last_number = speaker, self.number
            self.last_end = self.statements[-1].end if self.statements else 0

    # Quoted words ----------------------------------------------------------------------------------------------------

    def _quoted(self, quotation: Quotation, sentence: _Sentence, place: int) -> bool:
        """Read one quotation; whether it is a statement. Its paragraph is narrative from `place` on."""
        clause = _clause_of(self.text, quotation, sentence)
        alone = (quotation.outer_start, quotation.outer_end) == self.here
        speaking = bool(self.within or self.announcing)
        kind, reason = kind_of(self.text, self.hidden, quotation, clause, sentence.start, alone, speaking)
        speaker = self.attributions.claimed(quotation, sentence.start) or self._said_here(
            quotation, clause, sentence, place
        )
        before = max(sentence.start, quotation.outer_start - 20)
        if not clause and THOUGHT.search(self.hidden, before, quotation.outer_start):
            reason = UNGIVEN
        words = self.text[quotation.start : quotation.end]
        if kind == "fragment" and not clause and not reason:
            # Still somebody's words if they are many and the speaker goes on.
            near = speaker or (self.last and self.number - self.last_number <= 1)
            if not near or len(words.split()) < 4:
                reason = UNGIVEN
            elif speaker is None and self.last:
                speaker = self.last.carried(0.7)
        if reason:
            self.left_out.append(LeftOut(self.article.article, quotation.start, quotation.end, words, reason))
            return False
        self.pending.append((quotation, kind))
        if speaker:
            for earlier, earlier_kind in self.pending:
                self._state(earlier.start, earlier.end, earlier_kind, speaker)
            self.pending.clear()
            self.within = speaker
        return True

    def _settle(self) -> None:
        """Give quotations that their own paragraph gives to nobody to whoever was announced, answers or speaks on."""
        if not self.pending:
            return
        first, last = self.pending[0][0], self.pending[-1][0]
        line = self.lines.get(self.number)
        speaker = self.announcing or (self.attributions.identified(line) if line else None)
        speaker = speaker or self.attributions.back_reference(last.outer_end)
        if speaker is None and not self.continued:
            asked = self.attributions.speakers.asked
            speaker = _answer(self.statements, asked, self.text[first.start : first.end])
        if speaker is None:
            speaker = self._carried(self.last or NOBODY, first.outer_start)
        for quotation, kind in self.pending:
            if speaker is None and not self.last:
                self.waiting.append(len(self.statements))
            self._state(quotation.start, quotation.end, kind, speaker or NOBODY)
        self._spoke(speaker)

    def _carried(self, last: Speaker, place: int) -> Speaker | None:
        """Who goes on speaking in a quotation alone at `place`: who spoke `last`, or who is the subject since."""
        if self.continued:
            return last.carried(0.97)._replace(cue=last.cue)
        since = self.attributions.beside(self.last_end, place) if self.last_end < place else None
        if since is None:
            gap = self.number - self.last_number
            return last.carried(0.85 if gap == 1 else 0.7) if self.last and gap < 3 else None
        return since.carried(0.9) if since.name != last.name else last.carried(0.8)

    def _announce(self, sentence: _Sentence) -> None:
        """Remember who is announced by a sentence that ends in a colon, or a paragraph that ends in a comma."""
        end, clauses = sentence.end, sentence.clauses
        mark = self.hidden[end - 1]
        if mark == ":" or (mark == "," and end == self.here[1]):
            if clauses and end - clauses[-1].end < 80:
                self.announced = self.attributions.of_clause(clauses[-1])
            elif mark == ":":
                self.announced = self.attributions.byline(sentence.start, end - 1)

    def _said_here(
        self, quotation: Quotation, clause: Clause | None, sentence: _Sentence, place: int
    ) -> Speaker | None:
        """Whose words a quotation is by its own sentence, or by the paragraph from `place` on.

        NOBODY where its sentence says so in words that are not understood.
        """
        start, outer = sentence.start, quotation.outer_start
        dash = self.hidden[max(0, outer - 3) : outer].rstrip().endswith(("–", "—"))
        signed = self.attributions.signature(quotation, start) if dash or not clause else None
        if signed:
            return signed
        if clause:
            return self.attributions.of_clause(clause)
        told = None
        if self.hidden[max(start, outer - 3) : outer].rstrip().endswith(":"):
            told = self.attributions.byline(start, outer)
        elif sentence.worded:
            told = self.attributions.of_sentence(quotation, start, sentence.end)
        if told:
            return told
        if self.just and self.just.name:  # 'It was late, X said. “Nobody came.”'
            return self.just.carried(0.95)
        return self.attributions.beside(max(place, self.here[0]), outer) or self.within

    # Indirect speech -------------------------------------------------------------------------------------------------

    def _indirect(self, sentence: _Sentence, spoken: list[Quotation]) -> Speaker | None:
        """Read the reported clauses of a sentence; who spoke last in them, None where nobody did."""
        taken, last = sentence.start, None
        stop = sentence.start + len(self.hidden[sentence.start : sentence.end].rstrip(".!?… "))
        for clause in sentence.clauses:
            if not clause.subjects or clause.cue_start < taken or (clause.cue in FOUND and _is_person(clause)):
                continue  # what a person found is no speech; what a report found is its statement
            for left, right in reported(self.hidden, clause, sentence.start, stop, spoken, sentence.clauses):
                left += len(self.text[left:right]) - len(self.text[left:right].lstrip(" ,;:"))
                right = left + len(self.text[left:right].rstrip(" ,;:.–—"))
                overlaps = left < taken or any(left < each.outer_end and each.outer_start < right for each in spoken)
                if len(self.text[left:right].split()) > (1 if left > clause.end else 2) and not overlaps:
                    last = self.attributions.of_clause(clause)
                    self._state(left, right, "indirect", last)
                    taken = max(taken, right)
        return last

    def _state(self, start: int, end: int, kind: str, speaker: Speaker) -> None:
        if self.statements and (self.statements[-1].start, self.statements[-1].end) == (start, end):
            return  # two verbs report the same words
        self.attributions.speakers.asked = speaker.name if kind == "direct" and self.text[end - 1] == "?" else ""
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
                cue=speaker.cue,
                speaker=speaker.name,
                mention=speaker.mention,
                role=speaker.role,
                organisation=speaker.organisation,
                stakeholders=(),
                confidence=speaker.confidence,
            )
        )


def _taken(quotations: deque[Quotation], end: int) -> list[Quotation]:
    """Those of the quotations to come that begin before `end`, taken from them."""
    taken = []
    while quotations and quotations[0].outer_start < end:
        taken.append(quotations.popleft())
    return taken


def _answer(statements: list[Statement], asked: str, last_words: str) -> Speaker | None:
    """After a question the other one of two answers, and whoever answered is asked again by the other."""
    recent = [each for each in reversed(statements[-6:]) if each.speaker]
    asks = last_words.endswith("?") and any(each.text.endswith("?") for each in recent[:2])
    other = recent[1] if len(recent) > 1 and recent[1].speaker != recent[0].speaker else None
    return Speaker(other.speaker, other.role, other.organisation, 0.7) if other and (asked or asks) else None


def _repeat(statements: list[Statement]) -> None:
    """Give a quotation that stands twice, as in a standfirst, to whoever is surer to have said it there."""
    lookups = LOOKUPS
    surest: dict[str, Statement] = {}  # by the first words of each sentence of each quotation
    for statement in statements:
        if statement.kind != "indirect" and statement.speaker:
            for words in SENTENCE_SPACE.split(statement.text):
                known = surest.get(words[:REPEATED])
                if known is None or known.confidence < statement.confidence:
                    surest[words[:REPEATED]] = statement
    for place, statement in enumerate(statements):
        if statement.speaker:
            continue
        other = surest.get(statement.text[:REPEATED])
        if other is None and lookups and len(statement.text.split()) > 2:
            lookups -= 1  # part of another quotation, then; so rare that a few are enough
            other = next((each for each in surest.values() if statement.text.rstrip(".,") in each.text), None)
        if other:
            speaker = Speaker(other.speaker, other.role, other.organisation, round(0.95 * other.confidence, 2))
            statements[place] = _given(statement, speaker)


def _given(said: Statement, by: Speaker) -> Statement:
    return replace(said, speaker=by.name, role=by.role, organisation=by.organisation, confidence=by.confidence)


def _clause_of(text: str, quotation: Quotation, sentence: _Sentence) -> Clause | None:
    """The reporting clause of a quotation in its sentence: the nearest before it, else one behind it."""
    clauses = sentence.clauses
    before = [
        clause
        for clause in clauses
        if clause.end <= quotation.outer_start and (clause.cue != "according to" or clause.start <= sentence.start)
    ]
    behind = next((each for each in clauses if each.start >= quotation.end or each.cue == "according to"), None)
    own = behind and behind.inverted and text[quotation.outer_end : behind.start].isspace()
    if own and before and (before[-1].inverted or ";" in text[before[-1].end : quotation.outer_start]):
        return behind  # '“No,” said X; “yes,” said Y'
    if before:
        return next((clause for clause in reversed(before) if not clause.relative), before[-1])
    return behind


def _is_person(clause: Clause) -> bool:
    return bool(clause.subjects) and clause.subjects[0].kind in ("person", "pronoun")
