"""Statements: what somebody is reported to have said in an article, word for word or in the reporter's words, and who.

`find_statements` reads an article once: quotations first, then, with the quoted words hidden, the reporting clauses of
each sentence. A stretch in quotation marks that reports nobody's words is left out, with the reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from stance.articles import Article
from stance.clauses import Clause, find_clauses
from stance.cues import ALL, SAID, TAKES_BARE_CLAUSE, TAKES_CLAUSE, TOLD, URGED, find_cues
from stance.mentions import HIDDEN, between, find_mentions, in_phrase
from stance.quotations import Quotation, find_quotations, paragraphs
from stance.speakers import Cast, Speaker


@dataclass(frozen=True)
class Statement:
    """One statement: article.text[start:end] == text, without the outer quotation marks.

    `kind` is direct (a quoted clause or more), fragment (some quoted words) or indirect (a reported clause without
    marks); `context` is its paragraph, `cue` the reporting verb; `speaker` the full name where the article gives it
    anywhere, empty where it names nobody; `mention` the words used at that place; `organisation` as the article names
    it; `stakeholders` identifiers from the codebook; `confidence` that of the speaker, from 0 to 1.
    """

    statement: str
    article: str
    start: int
    end: int
    text: str
    kind: str
    context: str
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


CUES = "|".join(sorted(ALL))
SENTENCE_END = re.compile(rf"(?:[.!?…]+[{HIDDEN}]?[\"'”’»)\]]*)\s+(?=[\"'“‘«(\[]*[A-Z0-9£À-Þ{HIDDEN}…])")
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Cllr|Coun|St|Rev|Sir|No|Gen|Col|Capt|Lt|Sgt|Jr|Sr|Hon|vs|etc|e\.g|i\.e|approx|Inc|Ltd|Co|Jan|Feb|Aug|Sept?|Oct|Nov|Dec)"
    r"|(?<![A-Za-z])[A-Z])\.$"
)
AUXILIARY = (
    r"(?:am|is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|do|does|did|cannot|ought|shall|isn|aren"
    r"|wasn|weren|hasn|haven|hadn|won|wouldn|couldn|shouldn|don|doesn|didn|can)"
)
SUBJECT = r"(?:I|[Ww]e|[Yy]ou|[Tt]hey|[Hh]e|[Ss]he|[Ii]t|[Tt]here|[Tt]hat|[Tt]his)"
VERB = (
    r"(?:need(?:s|ed)?|want(?:s|ed)?|thinks?|knows?|knew|believes?|makes?|made|means?|meant|gets?|got|goes?|went|comes?|came|takes?|took|face[sd]?"
    r"|remain(?:s|ed)?|shows?|showed|deserves?|feels?|felt|seems?|looks?|gives?|gave|leaves?|left|puts?|keeps?|kept|fails?|failed"
    r"|cost(?:s|ing)?|matters?|depends?|works?|worked|helps?|helped|support(?:s|ed)?|oppose[sd]?|requires?|happen(?:s|ed)?|became"
    r"|becomes?|risks?|risked|hopes?|hoped|lack(?:s|ed)?|told|said|say|says|found|finds?|began|fell|rose|lost|saw|sees?|ran|runs?)"
)
CLAUSE = re.compile(
    rf"\b{SUBJECT}[’'](?:m|s|re|ve|d|ll)\b|\b(?:I|[Ww]e|[Yy]ou|[Tt]hey|[Hh]e|[Ss]he|[Ii]t)\s+\w+"
    rf"|(?<!\bthat )(?<!\bwhich )(?<!\bwho )(?<=\w )(?<!\bto )(?<!^to )\b{AUXILIARY}\b"
    r"|\b(?:[Nn]obody|[Ee]verybody|[Ee]veryone|[Ss]omebody|[Ss]omeone|[Aa]nyone|[Pp]eople)\s+\w+s?\b"
    rf"|\b[\w’']+[^\W_]\s+(?<!\bto )(?<!\bthe )(?<!\ba )(?<!\bof )(?<!\bthat )(?<!\bwho ){VERB}\b"
)
# Behind a reporting verb a past tense in -ed is the clause's own: 'said (that) the dangers reached the system'.
PAST_TENSE = re.compile(
    r"(?:the|a|an|its|their|his|her|this|these|those|[A-Z]\w+)\s+(?:[\w’'-]+\s+){1,4}?(?:\w+ly\s+|also\s+)?(?!\w*eed)\w{2,}ed\s"
)
IMPERATIVE = re.compile(
    r"(?:Please\s+)?(?:[Ss]top|[Gg]et|[Gg]ive|[Ll]et|[Mm]ake|[Dd]on[’']t|[Ll]isten|[Ll]ook|[Ff]und|[Ss]crap|[Tt]ell|[Tt]rust|[Aa]sk"
    r"|[Cc]ome|[Gg]o|[Pp]ut|[Kk]eep|[Ll]eave|[Tt]ake|[Ss]how|[Hh]elp|[Tt]hink|[Ww]ait|[Ss]end|[Pp]ay|[Bb]uild|[Jj]oin)\s+\w+"
)
NAMING = re.compile(
    r"(?i:so-called|(?:known|referred\s+to)\s+as|nicknamed|entitled|titled|headed|named|under\s+the\s+(?:title|heading|headline)"
    r"|the\s+(?:word|term|phrase|slogan|title|label))\s+$|\b(?:scheme|programme|project|report|paper|book|song|play|film|pamphlet|document|campaign)"
    r",?\s+called\s+$"
    r"|(?<!was )(?<!were )(?<!been )(?<!is )(?<!are )\b(?:calls?|called|dubs?|dubbed|terms?|termed|names?|named|labels?|labelled)\s+$"
)
FUNCTION_WORD = r"(?:of|for|to|in|on|at|by|with|from|and|but|or|that|as|when|if|because|over|about|rather|than|is|was|are|were)"
ADVERBIAL = (
    r"(?:\s+(?:yesterday|today|tonight|again|also|earlier|later|repeatedly|there|afterwards|publicly|this\s+\w+|last\s+\w+"
    r"|(?:in|on|at|during|after|before)\s+[^,;:.]{1,60}?))"
)
THAT = re.compile(rf"(?:,?{ADVERBIAL}|,\s+(?:however|though|too|meanwhile))*,?\s+that\s+")
TOLD_THAT = re.compile(r"\s+(?!that\b)[^,;:.]{1,90}?\s+that\s+")
TOLD_BARE = re.compile(r"\s+(?:the\s+)?[\w’']+(?:\s+[\w’']+){0,5}?\s+(?=(?:the|he|she|they|it|there|we|his|her|its|their|this|these)\s)")
BARE_START = re.compile(
    rf"\s+(?:yesterday\s+|today\s+)?(?!(?:{FUNCTION_WORD}|so|how|why|what|whether|who|which|\w+ly|yes|no|anything|nothing|more|the\s+same)\b)(?=[\w£])"
)
TO_DO = re.compile(r"\s+(?=[^,;:.]{2,80}?\s+(?:not\s+)?to\s+\w+)")
MORE = re.compile(r"[\"'”’]?,?\s+(?:and|but)\s+(?:that\s+)?")


def find_statements(article: Article) -> list[Statement]:
    """The statements of an article in the order of their places, organisation as printed, stakeholders still empty."""
    return read_statements(article)[0]


def read_statements(article: Article) -> tuple[list[Statement], list[LeftOut]]:
    """The statements of an article, and the stretches in quotation marks that are none, each with the reason."""
    reader = _Reader(article)
    reader.read()
    reader.repeat()
    statements = sorted(reader.statements, key=lambda statement: statement.start)
    return statements, reader.left_out


class _Reader:
    """One reading of one article, paragraph by paragraph."""

    def __init__(self, article: Article):
        self.article, self.text = article, article.text
        self.paragraphs = list(paragraphs(self.text))
        self.paragraph_spans = set(self.paragraphs)
        self.quotations = list(_with_unmarked(self.text, self.paragraphs, _repaired(self.text, find_quotations(self.text))))
        self.hidden = _hide(self.text, self.quotations)
        self.mentions = find_mentions(self.hidden)
        self.cues = find_cues(self.hidden)
        self.cast = Cast(self.hidden, self.mentions)
        self.statements: list[Statement] = []
        self.left_out: list[LeftOut] = []
        self.waiting: list[int] = []  # statements whose speaker may be named further on
        self.last: Attribution | None = None  # who was quoted last
        self.last_paragraph = -9
        self.announced: Attribution | None = None  # a paragraph that ends in 'X said:' announces the next
        self.continued = False

    def read(self) -> None:
        place = 0
        for number, (start, end) in enumerate(self.paragraphs):
            here = []
            while place < len(self.quotations) and self.quotations[place].outer_start < end:
                here.append(self.quotations[place])
                place += 1
            self._paragraph(number, start, end, here)

    def repeat(self) -> None:
        """Give a quotation that stands twice, as in a standfirst, to whoever is surer to have said it there."""
        surest: dict[str, Statement] = {}  # by the first words of each sentence of each quotation
        for statement in self.statements:
            if statement.kind != "indirect" and statement.speaker:
                for words in re.split(r"(?<=[.!?])\s+", statement.text):
                    known = surest.get(words[:REPEATED])
                    if known is None or known.confidence < statement.confidence:
                        surest[words[:REPEATED]] = statement
        for place, statement in enumerate(self.statements):
            other = surest.get(statement.text[:REPEATED])
            if other and other is not statement and len(statement.text) > REPEATED and not statement.speaker:
                self.statements[place] = replace(
                    statement, speaker=other.speaker, role=other.role, organisation=other.organisation,
                    confidence=round(0.95 * other.confidence, 2))

    # A paragraph -----------------------------------------------------------------------------------------------------

    def _paragraph(self, number: int, start: int, end: int, quotations: list[Quotation]) -> None:
        announced, self.announced = self.announced, None
        within: Attribution | None = None  # who was quoted last in this paragraph
        reported: Attribution | None = None  # who spoke indirectly in it
        pending: list[tuple[Quotation, str]] = []  # quoted before anybody was named in this paragraph
        place = start  # behind the last statement in quotation marks and its reporting clause
        for sentence_start, sentence_end in _sentences(self.hidden, start, end):
            here = [each for each in quotations if sentence_start <= each.outer_start < sentence_end]
            clauses = find_clauses(self.hidden, sentence_start, sentence_end, self.mentions, self.cues)
            named: dict[int, Attribution] = {}
            spoken: list[Quotation] = []
            for quotation in here:
                clause = _clause_for(self.text, quotation, here, clauses, sentence_start)
                kind, reason = self._kind(quotation, clause, sentence_start, bool(within or announced))
                if clause:
                    attribution = named.get(clause.cue_start) or self._attributed(clause)
                    named[clause.cue_start] = attribution
                else:
                    attribution = self._named_beside(quotation, max(start, place)) or within
                if reason and not attribution and self._goes_on(quotation, number):
                    reason, attribution = "", self.last
                if reason or (kind == "fragment" and not clause and not self._fits(quotation, attribution, number)):
                    self._leave_out(quotation, reason or "quoted words that no reporting verb gives to a speaker")
                    continue
                spoken.append(quotation)
                if attribution is None and kind == "fragment":
                    attribution = self._echo()
                if attribution is None:
                    pending.append((quotation, kind))
                    continue
                for earlier, earlier_kind in pending:
                    self._state(earlier.start, earlier.end, earlier_kind, attribution)
                pending.clear()
                self._state(quotation.start, quotation.end, kind, attribution)
                within = attribution._replace(speaker=replace(
                    attribution.speaker, confidence=min(attribution.speaker.confidence, 0.93)))
            if spoken:
                place = sentence_end
            reported = self._indirect(sentence_start, sentence_end, spoken, clauses, named) or reported
            if self.hidden[sentence_end - 1] == ":" or (sentence_end == end and self.hidden[end - 1] in ":,"):
                last = clauses[-1] if clauses else None
                if last and sentence_end - last.end < 80:
                    self.announced = named.get(last.cue_start) or self._attributed(last)
                elif self.hidden[sentence_end - 1] == ":":
                    self.announced = self._byline(sentence_start, sentence_end - 1)
        self._settle(number, start, pending, announced)
        if within or reported:
            self._quoted_last(within or reported, number)
        if within:
            self._backwards(within)
        self.continued = bool(quotations) and quotations[-1].continues

    def _settle(self, number: int, start: int, pending: list[tuple[Quotation, str]], announced: Attribution | None) -> None:
        """Give quotations that their own paragraph gives to nobody to whoever was announced or speaks on."""
        if not pending:
            return
        attribution = announced or self._back_reference(pending[-1][0].outer_end)
        if attribution is None and self.last and number - self.last_paragraph <= (6 if self.continued else 3):
            sure = 0.97 if self.continued else 0.85
            speaker = replace(self.last.speaker, confidence=round(self.last.speaker.confidence * sure, 2))
            attribution = Attribution(speaker, "", self.last.cue if self.continued else "")
        for quotation, kind in pending:
            if attribution is None:
                self.waiting.append(len(self.statements))
            self._state(quotation.start, quotation.end, kind, attribution or Attribution(Speaker(""), "", ""))
        if attribution:
            self._quoted_last(attribution, number)

    def _quoted_last(self, attribution: Attribution, number: int) -> None:
        self.last, self.last_paragraph = attribution, number

    def _backwards(self, attribution: Attribution) -> None:
        """A quotation that opens an article before anybody is named belongs to who is named first after it."""
        for place in self.waiting:
            speaker = replace(attribution.speaker, confidence=round(attribution.speaker.confidence * 0.7, 2))
            self.statements[place] = replace(self.statements[place], speaker=speaker.name, role=speaker.role,
                                             organisation=speaker.organisation, confidence=speaker.confidence)
        self.waiting.clear()

    def _goes_on(self, quotation: Quotation, number: int) -> bool:
        return self.continued and quotation.outer_start == self.paragraphs[number][0]

    def _fits(self, quotation: Quotation, speaking: Attribution | None, number: int) -> bool:
        """Whether a fragment without a reporting verb is still somebody's words: long, and its speaker goes on."""
        words = len(self.text[quotation.start : quotation.end].split())
        return words >= 4 and (speaking is not None or number - self.last_paragraph <= 1)

    def _echo(self) -> Attribution | None:
        if self.last is None:
            return None
        return Attribution(replace(self.last.speaker, confidence=round(self.last.speaker.confidence * 0.7, 2)), "", "")

    def _attributed(self, clause: Clause) -> Attribution:
        speakers = [self.cast.identify(mention, clause.words if len(clause.subjects) == 1 else mention.text)
                    for mention in clause.subjects]
        speaker = speakers[0]
        if len(speakers) == 2:
            organisations = " and ".join(each.organisation for each in speakers if each.organisation)
            speaker = Speaker(" and ".join(each.name for each in speakers), "", organisations,
                              min(each.confidence for each in speakers))
        self.cast.heard.append((clause.subjects[0].start, speaker))
        return Attribution(speaker, clause.words.strip(" ,"), clause.cue)

    def _byline(self, start: int, end: int) -> Attribution | None:
        """'Dr A Smith, chair of X:' before a quotation."""
        mentions = [each for each in between(self.mentions, start, end) if not in_phrase(self.hidden, each)]
        for mention in sorted(mentions, key=lambda each: each.kind != "person"):
            if mention.kind == "person":
                speaker = self.cast.identify(mention, mention.text)
                self.cast.heard.append((mention.start, speaker))
                return Attribution(speaker, self.text[mention.start : end].strip(), "")
            if mention.kind in ("name", "organisation", "role"):
                if self.hidden[start : mention.start].strip().lower() in ("", "the"):
                    speaker = self.cast.identify(mention, self.text[mention.start : end])
                    self.cast.heard.append((mention.start, speaker))
                    return Attribution(speaker, self.text[mention.start : end].strip(), "")
        return None

    def _named_beside(self, quotation: Quotation, start: int) -> Attribution | None:
        """Who is the subject of what stands from `start` to a quotation: 'X is worried. “It is late.”'"""
        if self.text[start : quotation.outer_start].rstrip().endswith(":"):
            byline = self._byline(_last_sentence(self.hidden, start, quotation.outer_start), quotation.outer_start)
            if byline:
                return byline
        for mention in between(self.mentions, start, quotation.outer_start):
            if (mention.kind in ("person", "role", "name") or mention.text.lower() in ("he", "she")) and not in_phrase(self.hidden, mention):
                speaker = self.cast.identify(mention, mention.text)
                if speaker.name and self.cast.person(speaker.name):
                    self.cast.heard.append((mention.start, speaker))
                    return Attribution(replace(speaker, confidence=min(speaker.confidence, 0.7)), mention.text, "")
        return None

    def _back_reference(self, place: int) -> Attribution | None:
        """'That was the view of X' or 'So says X' in the paragraph after a quotation."""
        match = BACK_REFERENCE.match(self.hidden, place)
        if not match:
            return None
        for mention in between(self.mentions, match.end(), match.end() + 40)[:1]:
                if self.hidden[match.end() : mention.start].strip().lower() not in ("", "the"):
                    return None
                stop = re.compile(r"[^.,;]*").match(self.hidden, mention.end)
                words = self.hidden[mention.start : stop.end() if stop else mention.end]
                speaker = self.cast.identify(mention, words)
                self.cast.heard.append((mention.start, speaker))
                return Attribution(speaker, words, match["cue"].lower())
        return None

    # What kind of statement, if any ----------------------------------------------------------------------------------

    def _kind(self, quotation: Quotation, clause: Clause | None, sentence_start: int, speaking: bool) -> tuple[str, str]:
        """The kind of a quotation, and why it is no statement ('' where it is one)."""
        words = self.text[quotation.start : quotation.end]
        before = self.hidden[max(sentence_start, quotation.outer_start - 60) : quotation.outer_start]
        after = self.hidden[quotation.outer_end : quotation.outer_end + 40]
        opens = quotation.outer_start == sentence_start or before.rstrip().endswith((":", ","))
        count = len(words.split())
        if not re.search(r"\w", words):
            return "fragment", "no words"
        whole = is_clause(words)
        alone = (quotation.outer_start, quotation.outer_end) in self.paragraph_spans
        if re.match(r"[a-z]+(?:ed|ing)\s", words) and not opens:
            whole = False
        whole = whole or (opens and (count > 3 or words[-1] in "?!."))
        if alone or (whole and (opens or count > 2)) or (IMPERATIVE.match(words) and opens):
            if alone or opens or clause or count > 7:
                if not (NAMING.search(before) and not clause):
                    return "direct", ""
        if NAMING.search(before):
            return "fragment", "a name or a term"
        if re.search(r"\b[A-Z]\w+ $", before) and re.match(r" [A-Z]", after) and count <= 3:
            return "fragment", "a nickname"
        capitals = [word for word in words.split() if len(word) > 3]
        if len(capitals) > 1 and all(word[0].isupper() for word in capitals) or (
            count == 1 and words[0].isupper() and before.rstrip().endswith((" the", " a", " The"))
        ):
            return "fragment", "a title or a name"
        adjective = re.search(r"\b(?:the|this|these|those|their|its|a|an|his|her)\s+(?:[\w-]+\s+)?$", before)
        modifies = bool(re.match(rf"\s+(?!{FUNCTION_WORD}\b)[a-z]", after))
        speech = clause is not None and clause.cue in TAKES_CLAUSE
        if modifies and (adjective and (count <= 2 or clause is None) or count <= 2 and not speech):
            return "fragment", "words set off, not somebody's statement"
        return "fragment", "" if clause or speaking or count >= 4 else "quoted words that no reporting verb gives to a speaker"

    def _leave_out(self, quotation: Quotation, reason: str) -> None:
        words = self.text[quotation.start : quotation.end]
        self.left_out.append(LeftOut(self.article.article, quotation.start, quotation.end, words, reason))

    # Indirect speech -------------------------------------------------------------------------------------------------

    def _indirect(self, start: int, end: int, spoken: list[Quotation], clauses: list[Clause],
                  named: dict[int, Attribution]) -> Attribution | None:
        """Read the reported clauses of a sentence: behind the cue, around 'he added', before 'according to X'.

        Returned is who spoke last in them, None where nobody did."""
        taken, last = start, None
        for number, clause in enumerate(clauses):
            if clause.start < taken or _is_hollow(clause):
                continue
            following = [max(other.start, other.cue_start if other.start < clause.end else 0)
                         for other in clauses if other.cue_start > clause.end]
            for left, right in self._reported(clause, start, end, spoken, following):
                left, right = _trimmed(self.text, left, right)
                if len(self.text[left:right].split()) < 3 or any(
                    left < quotation.outer_end and quotation.outer_start < right for quotation in spoken
                ):
                    continue
                attribution = named.get(clause.cue_start) or self._attributed(clause)
                named[clause.cue_start] = attribution
                self._state(left, right, "indirect", attribution)
                taken, last = max(taken, right), attribution
        return last

    def _reported(self, clause: Clause, start: int, end: int, spoken: list[Quotation],
                  following: list[int]) -> Iterator[tuple[int, int]]:
        text = self.hidden
        stop = _without_stop(text, end)
        for place in following:
            if re.search(r",?\s+(?:and|but|while|though|although)\s+$|,\s+$|[;–—]\s*$", text[clause.end : place]):
                stop = min(stop, clause.end + len(text[clause.end : place].rstrip(" ,;")))
                stop = re.compile(r"(?:,?\s+(?:and|but|while|though|although))?$").sub("", text[:stop]).__len__()
                break
        quoted = [quotation for quotation in spoken if clause.end <= quotation.outer_start < stop]
        if clause.cue == "according to":
            comma = re.compile(r"(?:\s+(?:published|released|issued|seen)[^,.;:]{0,60})?\s*,\s+(?:(?:the|a|an|its)\s[^,.;:]{2,90}\b(?:of|for|at|in)\s[^,.;:]{2,60},\s+)?").match(
                text, clause.end)
            if text[start : clause.start].strip() == "":
                if comma and not quoted:
                    yield comma.end(), stop
            elif text[start : clause.start].rstrip().endswith(",") and not spoken:
                yield start, clause.start
            return
        if clause.cue not in TAKES_CLAUSE and clause.cue not in URGED:
            return
        begin = None if clause.inverted else self._clause_start(clause, stop)
        closes = any(quotation.outer_end <= clause.start for quotation in spoken)
        if begin is not None and closes and not text[clause.end : begin].rstrip().endswith("that"):
            return  # '“...,” X told ministers, as ...': the clause reports the words before it
        if begin is not None:
            first = quoted[0] if quoted else None
            if first is None:
                yield begin, stop
            else:
                head = text[begin : first.outer_start].rstrip()
                if head.endswith(",") and is_clause(self.text[first.start : first.end]) and is_clause(head) and len(head.split()) > 4:
                    yield begin, begin + len(head) - 1
            if quoted:
                more = MORE.match(text, quoted[-1].end)
                if more and is_clause(text[more.end() : stop]):
                    yield more.end(), stop
            return
        rest = text[clause.end : end]
        lead = re.sub(r"\b[Tt]he\s+$", "", text[start : clause.start])
        if spoken or not lead.rstrip().endswith((",", "–", "—")):
            return
        told = clause.cue in TOLD and re.match(r"\s+[^,;:]{1,140}$", rest)
        if (told or re.match(rf"(?:{ADVERBIAL})*\s*[.!?]?\s*$", rest)) and (is_clause(lead) or len(lead.split()) > 4):
            yield start, start + len(lead)
        elif re.match(r",\s+\w", rest):
            if len(lead.split()) > 1 and not re.fullmatch(r"(?:And|But|However|So|First|Second|Third|Finally|Instead|Also|In\s\w+),\s*", lead):
                yield start, stop
            else:
                yield clause.end + 1, stop

    def _clause_start(self, clause: Clause, stop: int) -> int | None:
        """Where the reported clause behind a cue begins, None where none follows."""
        text, cue = self.hidden, clause.cue
        if cue in URGED:
            match = TO_DO.match(text, clause.end, stop)
            return match.end() if match else None
        that = THAT.match(text, clause.end, stop) or (cue in TOLD and TOLD_THAT.match(text, clause.end, stop)) or None
        if that:
            return that.end()
        if cue in TAKES_BARE_CLAUSE:
            told = TOLD_BARE.match(text, clause.end, stop) if cue in TOLD else None
            bare = told or BARE_START.match(text, clause.end, stop)
            words = text[bare.end() : stop] if bare else ""
            if bare and (is_clause(words, opening=True) or (cue in SAID and len(words.split()) > 3)):
                return bare.end()
        return None

    def _state(self, start: int, end: int, kind: str, attribution: Attribution) -> None:
        paragraph = next(pair for pair in reversed(self.paragraphs) if pair[0] <= start)
        speaker = attribution.speaker
        self.cast.asked = speaker.name if kind == "direct" and self.text[end - 1] == "?" else ""
        self.statements.append(Statement(
            statement=f"{self.article.article}-{start}-{end}", article=self.article.article, start=start, end=end,
            text=self.text[start:end], kind=kind, context=self.text[slice(*paragraph)], cue=attribution.cue,
            speaker=speaker.name, mention=attribution.mention, role=speaker.role, organisation=speaker.organisation,
            stakeholders=(), confidence=speaker.confidence,
        ))


REPEATED = 20  # characters that make a repeated quotation sure
BACK_REFERENCE = re.compile(
    r"[\"'”’]?\s*(?:(?:That|This|Those|These)\s+(?:is|was|were|are)\s+the\s+(?P<cue>message|view|verdict|warning|words|claim|plea|call|conclusion"
    r"|assessment|opinion)s?\s+(?:from|of|by)\s+|So\s+(?P<says>says|said)\s+)".replace("(?P<says>says|said)", "(?:says|said)")
)


def is_clause(words: str, opening: bool = False) -> bool:
    """Whether `words` hold a finite verb with its subject, as far as the commonest verbs tell.

    `opening`: the verb must come early, before any relative clause could hold it."""
    match = CLAUSE.search(words) or (PAST_TENSE.match(words) if opening else None)
    if match is None or re.match(rf"{AUXILIARY}\b", words):
        return False
    return not opening or not re.search(r"\b(?:which|that|who)\b", words[: match.start()])


def _is_hollow(clause: Clause) -> bool:
    return clause.subjects[0].kind == "pronoun" and clause.subjects[0].text.lower() == "it" and clause.cue in ("suggest", "say")


def _clause_for(text: str, quotation: Quotation, here: list[Quotation], clauses: list[Clause], start: int) -> Clause | None:
    """The reporting clause of a quotation in its sentence: the nearest before it, else one right behind it."""
    before = [clause for clause in clauses if clause.end <= quotation.outer_start and not (
        clause.cue == "according to" and clause.start > start)]
    if before:
        last = before[-1]
        if not (last.inverted and last.cue != "according to" and re.search(r"[.!?]\s", text[last.end : quotation.outer_start])):
            return last
    for clause in clauses:
        if clause.start >= quotation.end:
            between = text[quotation.outer_end : clause.start]
            final = re.fullmatch(r"[^.;:]{0,160},\s*", between) and not before and len(clauses) == 1
            if (len(between) < 40 or final) and not any(quotation.outer_end <= other.outer_start < clause.start for other in here):
                return clause
            if any(other.outer_start > quotation.outer_start and other.outer_end <= clause.start for other in here):
                return clause if re.fullmatch(r"[^.;:]{0,120}", between) else None
    according = [clause for clause in clauses if clause.cue == "according to"]
    return according[0] if according else None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The (start, end) of each sentence of a paragraph whose quoted words are hidden."""
    begin = start
    for match in SENTENCE_END.finditer(text, start, end):
        head = text[max(begin, match.start() - 12) : match.start() + 1]
        if ABBREVIATION.search(head):
            continue
        mark = text[match.start()]
        if mark in "!?" and re.search(r"[\"'”’»]", match[0]) and re.match(
            rf"(?:[A-Z][^.\n“‘\"]{{0,90}}?\s)?(?:{CUES})", text[match.end() : match.end() + 130]
        ):
            continue
        yield begin, match.end() - len(match[0]) + len(match[0].rstrip())
        begin = match.end()
    if begin < end:
        yield begin, end


def _last_sentence(text: str, start: int, place: int) -> int:
    begin = start
    for left, _ in _sentences(text, start, place):
        begin = left
    return begin


def _hide(text: str, quotations: list[Quotation]) -> str:
    """`text` with quoted characters hidden, but for a stop at the end of a quotation, which may end a sentence."""
    pieces, place = [], 0
    for quotation in quotations:
        stop = text[quotation.end - 1] if quotation.end > quotation.start else ""
        kept = stop if stop in ".!?,…" else ""
        pieces += [text[place : quotation.start], HIDDEN * (quotation.end - quotation.start - len(kept)), kept]
        place = quotation.end
    return "".join([*pieces, text[place:]])


def _repaired(text: str, quotations: list[Quotation]) -> Iterator[Quotation]:
    """The quotations, one whose closing mark is missing ended before the reporting clause that it runs into."""
    for quotation in quotations:
        if not quotation.closed and not quotation.continues:
            match = RUNS_INTO.search(text, quotation.start, quotation.end)
            if match:
                quotation = replace(quotation, end=match.start(1), outer_end=match.start(1))
        yield quotation


RUNS_INTO = re.compile(
    rf"[,?!](\s+(?:(?:{CUES})\s+(?:the\s+|[A-Z])|(?:he|she|(?:[Tt]he\s+)?(?:[A-Z][\w’'-]+\s+){{1,3}})(?:{CUES})\b[^,]))"
)
FIRST_PERSON = re.compile(r"(?:We|I|Our|My)\b")


def _with_unmarked(text: str, spans: list[tuple[int, int]], quotations: Iterator[Quotation]) -> Iterator[Quotation]:
    """The quotations, and a paragraph in the first person that lost both its marks between two quoted ones."""
    found = list(quotations)
    quoted_paragraphs: dict[int, list[Quotation]] = {}
    place = 0
    for number, (_, end) in enumerate(spans):
        while place < len(found) and found[place].outer_start < end:
            quoted_paragraphs.setdefault(number, []).append(found[place])
            place += 1
    for number, (start, end) in enumerate(spans):
        here = quoted_paragraphs.get(number, [])
        if not here and number and FIRST_PERSON.match(text, start) and quoted_paragraphs.get(number - 1):
            after = quoted_paragraphs.get(number + 1, [])
            if after and after[0].outer_start == spans[number + 1][0]:
                yield Quotation(start, end, start, end, False, False, after[0].double)
        yield from here


def _without_stop(text: str, end: int) -> int:
    while end and text[end - 1] in ".!?… ":
        end -= 1
    return end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:.–—"):
        end -= 1
    return start, end
