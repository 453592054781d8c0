"""Attributions: whose words a quotation or a reported clause is, by its own sentence and paragraph."""

import re
from collections.abc import Iterable

from stance.statements.clauses import Clause
from stance.statements.mentions import Mention, bare, between, in_phrase, names, role_word
from stance.statements.people import INDEFINITE
from stance.statements.quotations import Quotation
from stance.statements.sentences import find_sentences
from stance.statements.speakers import Speaker, Speakers

NOBODY = Speaker("")
CLAIM_OF = re.compile(
    r"[’']s?\s+(claim|view|argument|suggestion|assertion|allegation|warning|charge|complaint|contention)s?\s+that\b[^.;:]*\Z"
)
NEAR = 1_500  # characters of narrative before a quotation in which its speaker may be named
PEOPLE = ("he", "she", "they", "i", "we")
ANIMATE = ("person", "role", "name")
VIEW = re.compile(
    r"\b(?i:in|by|to|on)\s+(?P<whose>(?:his|her)|(?:the\s+)?[A-Z][^,;:.]{1,40}?[’']s?)\s+(?:own\s+)?"
    r"(?:view|words|opinion|experience|account|phrase|mind|judge?ment|reckoning|book|eyes|telling|admission)\b"
)
THOUGHT = re.compile(r"\b(?:thinks?|thought|felt|feels|wondered|believed|knew|imagined)[,:]?\s*\Z")
LEADS_SENTENCE = re.compile(
    r"(?:(?:And|But|Yet|So|Then|Later|Earlier|Nor|Still|The|[A-Z]\w+ly|In\s[^,]{1,40}|On\s[^,]{1,30}|At\s[^,]{1,40}),?\s+)?"
)
SOURCE = re.compile(r"(?:More\s+|An?\s+extract\s+)?[Ff]rom\s+(?:the\s+(?:desk|diary|blog|column)\s+of\s+)?")
FOR_WHOM = re.compile(r"(?:For|To)\s+(?=[A-Z])")
SIGNED = re.compile(r"\s*(?:[–—―]|--?)\s*(?=[^\W\d_a-z])|\s*\((?=[^\W\d_a-z])")
SIGNED_BEFORE = re.compile(r"\s[–—―-]\s*\Z")
LINE = re.compile(r"(?:,|\s+\(|\s+[–—-]\s|\s*\Z)(?:(?![.!?:]\Z)[^\n“”\"]){0,90}\Z")  # behind a name that stands alone
AUTHORED = re.compile(
    r"(?:[A-Z].*[’']s?\s(?:\w+\s)?|(?:an?|the)\s(?:\w+\s)?)(?:reply|answer|letter|note|email|message|statement|entry)\b"
)
UNFINISHED = re.compile(r"[\w)]\s*\n\Z")
BACK_REFERENCE = re.compile(
    r"[\"'”’]?\s*(?:(?:That|This|Those|These)\s+(?:is|was|were|are)\s+the\s+(?:message|view|verdict|warning|words|claim|plea|call"
    r"|conclusion|assessment|opinion)s?\s+(?:from|of|by)\s+|So\s+(?:says|said)\s+)(?:the\s+)?"
)


class Attributions:
    """The attributions of one article, read in order; `hidden` is its text with the quoted words hidden."""

    def __init__(self, text: str, hidden: str, mentions: list[Mention]):
        self.text, self.hidden, self.mentions = text, hidden, mentions
        self.speakers = Speakers(hidden, mentions)
        self.named: dict[int, Speaker] = {}  # by the place of the cue

    def identified(self, mention: Mention, words: str = "", cue: str = "") -> Speaker:
        """Whoever `mention` stands for, remembered as having spoken there; `words` its noun phrase where longer."""
        words = words or mention.text
        speaker = self.speakers.identify(mention, words)
        self.speakers.heard.append((mention.start, speaker))
        return speaker._replace(mention=words.strip(" ,:"), cue=cue)

    def of_clause(self, clause: Clause) -> Speaker:
        """Who speaks in a reporting clause, several together as one."""
        if clause.cue_start not in self.named:
            self.named[clause.cue_start] = self._of_clause(clause)
        return self.named[clause.cue_start]

    def _of_clause(self, clause: Clause) -> Speaker:
        if not clause.subjects:
            return NOBODY._replace(cue=clause.cue)
        subject = clause.subjects[0]
        phrase = clause.words if clause.inverted else self.hidden[subject.start : clause.cue_start]
        author = self._author(subject, phrase) if subject.kind in ("noun", "document") else None
        if author:
            return self.identified(author, cue=clause.cue)
        first = self.identified(subject, clause.words, clause.cue)
        if len(clause.subjects) == 1:
            return first
        each = [self.speakers.identify(mention, mention.text) for mention in clause.subjects]
        speaker = Speaker(
            listed_together(one.name for one in each if one.name),
            "",
            listed_together(dict.fromkeys(one.organisation for one in each if one.organisation)),
            min(one.confidence for one in each),
        )
        self.speakers.heard[-1] = (clause.subjects[0].start, speaker)
        return speaker._replace(mention=first.mention, cue=first.cue)

    def _author(self, subject: Mention, words: str) -> Mention | None:
        """The person whose words a noun phrase names: 'the reply from X', 'X’s last letter'."""
        for mention in names(words) if AUTHORED.match(words) else ():
            if self.speakers.people.person(bare(mention.text)):
                return mention._replace(start=subject.start + mention.start, end=subject.start + mention.end)
        return None

    def byline(self, start: int, end: int) -> Speaker | None:
        """'Dr A Smith, chair of X:' before a quotation."""
        source = SOURCE.match(self.hidden, start, end)  # 'From the report: “...”'
        start = source.end() if source else start
        mentions = [each for each in between(self.mentions, start, end) if source or not in_phrase(self.hidden, each)]
        for mention in sorted(mentions, key=lambda each: each.kind != "person"):
            opens = self.hidden[start : mention.start].strip().lower() in ("", "the")
            if opens and mention.text.isupper() and " " not in mention.text:  # a transcript's turn
                return self._turn(mention)
            if mention.kind == "person" or (opens and mention.kind in ("name", "organisation", "role", "document")):
                phrase = self.speakers.bodies.phrase(mention)
                return self.identified(mention, self.text[mention.start : end] if mention.kind == "person" else phrase)
        return None

    def of_sentence(self, quotation: Quotation, start: int, end: int) -> Speaker | None:
        """Whose words a quotation is by a sentence without a reporting clause; NOBODY where it speaks of others.

        'He wanted “to hear more”', 'For X, it was “a disgrace”', 'It was, in her view, “a disgrace”'.
        """
        view = VIEW.search(self.hidden, start, end)
        here = between(self.mentions, start, end)
        if view:
            place = view.start("whose")
            if view["whose"].lower() in ("his", "her"):
                pronoun = Mention(place, place + 3, "pronoun", "he" if view["whose"].lower() == "his" else "she")
                return self._less_sure(pronoun, 0.8)
            owner = next((each for each in here if place <= each.start < view.end("whose")), None)
            if owner:
                return self._less_sure(owner, 0.8)
        outside = [each for each in here if each.kind in ANIMATE or each.text.lower() in PEOPLE]
        free = [each for each in outside if not in_phrase(self.hidden, each)]
        told_for = FOR_WHOM.match(self.hidden, start, end)
        if told_for and outside and outside[0].start == told_for.end():
            return self._less_sure(outside[0], 0.8)
        first = free[0] if free and free[0].start < quotation.outer_start else None
        if (
            first
            and LEADS_SENTENCE.fullmatch(self.hidden, start, first.start)
            and (first.kind in ("person", "pronoun") or self.speakers.people.person(bare(first.text)))
        ):
            if first.text.lower() in ("they", "i", "we"):
                return NOBODY
            return self._less_sure(first, 0.75)
        return NOBODY if outside else None

    def beside(self, start: int, end: int) -> Speaker | None:
        """Who is the subject of the narrative text[start:end] before a quotation, or the only person in it.

        'X is worried. “It is late.”', 'It fell to X to answer. “It is late.”' NOBODY where it is about several persons.
        """
        start = max(start, end - NEAR)
        sentences = list(find_sentences(self.hidden, start, end))
        if UNFINISHED.search(self.hidden, max(start, end - 4), end):
            return NOBODY  # a headline or a name in a line of its own
        for left, right in reversed(sentences[-2:]):
            for mention in between(self.mentions, left, right):
                if in_phrase(self.hidden, mention) or mention.kind not in ("person", "role", "name", "pronoun"):
                    continue
                if mention.kind == "pronoun" and mention.text.lower() not in ("he", "she"):
                    break
                speaker = self.speakers.identify(mention, mention.text)
                known = self.speakers.people.person(speaker.name)
                if known and (known.sure or mention.kind != "person" or not known.placed):
                    return self._less_sure(mention, 0.75 if right == end or not self.text[right:end].strip() else 0.65)
                if mention.kind == "role" and INDEFINITE.match(mention.text) and not speaker.name:
                    return self._less_sure(mention, 0.7)  # 'One old man stopped. “They have been lovely.”'
                break
        persons = {
            person.name: mention
            for mention in between(self.mentions, start, end)
            if mention.kind == "person" and (person := self.speakers.people.person(bare(mention.text))) and person.sure
        }
        if len(persons) == 1 and len(sentences) < 4:
            return self._less_sure(next(iter(persons.values())), 0.65)
        return NOBODY if persons else None

    def _less_sure(self, mention: Mention, most: float) -> Speaker:
        speaker = self.identified(mention)
        return speaker._replace(confidence=min(speaker.confidence, most))

    def signature(self, quotation: Quotation, sentence: int) -> Speaker | None:
        """Whose name stands beside a quotation behind a dash or in brackets, or before it and a dash."""
        match = SIGNED.match(self.hidden, quotation.outer_end)
        mention = next(iter(between(self.mentions, match.end(), match.end() + 5)), None) if match else None
        if not mention:
            lead = SIGNED_BEFORE.search(self.hidden, max(sentence, quotation.outer_start - 4), quotation.outer_start)
            before = between(self.mentions, sentence, quotation.outer_start) if lead else []
            mention = before[-1] if before and lead and before[-1].end == lead.start() else None
        return self.identified(mention) if mention and mention.kind in ("person", "role") else None

    def _turn(self, mention: Mention) -> Speaker:
        known = self.speakers.people.person(mention.text.title())
        if known or (mention.kind == "organisation" and len(mention.text) > 3 and not role_word(mention.text)):
            name = known.name if known else mention.text.title()
            return Speaker(name, confidence=0.9, mention=mention.text)
        return NOBODY._replace(mention=mention.text)

    def claimed(self, quotation: Quotation, sentence: int) -> Speaker | None:
        """Whose claim it is in 'Stevens rejected the LGA's claim that the targets were “arbitrary”'."""
        claim = CLAIM_OF.search(self.hidden, max(sentence, quotation.outer_start - 160), quotation.outer_start)
        owners = between(self.mentions, claim.start() - 100, claim.start()) if claim else []
        if claim and owners and owners[-1].end == claim.start():
            return self.identified(owners[-1], cue=claim[1])
        return None

    def back_reference(self, place: int) -> Speaker | None:
        """'That was the view of X' or 'So says X' behind a quotation."""
        match = BACK_REFERENCE.match(self.hidden, place)
        mention = next(iter(between(self.mentions, match.end() - 4, match.end() + 5)), None) if match else None
        return self.identified(mention) if mention else None


def listed_together(names: Iterable[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def name_lines(
    hidden: str, paragraphs: list[tuple[int, int]], quotations: list[Quotation], mentions: list[Mention]
) -> dict[int, Mention]:
    """Whose name stands in a paragraph of its own above or beneath a quotation, by the number of the quotation's
    paragraph. A line between two quotations is read as the article's other lines are; where none tells, not at all.
    """
    whole = {(each.outer_start, each.outer_end) for each in quotations}
    alone = {number for number, span in enumerate(paragraphs) if span in whole}
    lines: dict[int, Mention] = {}
    for number, (start, end) in enumerate(paragraphs):
        if number - 1 not in alone and number + 1 not in alone:
            continue
        first = next(iter(between(mentions, start, start + 1)), None)
        if first and first.kind == "person" and LINE.fullmatch(hidden, first.end, end):
            lines[number] = first
    above = {number for number in lines if number + 1 in alone}
    beneath = {number for number in lines if number - 1 in alone}
    heads = len(above - beneath) - len(beneath - above)
    found = {number + 1: lines[number] for number in above if number not in beneath or heads > 0}
    return found | {number - 1: lines[number] for number in beneath if number not in above or heads < 0}
