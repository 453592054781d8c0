"""Stakeholders: the statements of articles, each with the codebook's stakeholders for whom it was made.

What the article says goes first: the organisation, then the role. Only where it gives neither, the codebook's people
answer, in the years in which they spoke for a stakeholder, to a surname too if only one bears it. An organisation that
the codebook does not hold is nobody's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from stance.articles.reading import Article
from stance.codebook import Codebook
from stance.statements.finding import Statement, find_statements
from stance.statements.mentions import TITLE

# 'Welsh Local Government Association' is another body than the one it names at its end, 'shadow health secretary'
# another office, and a former chief speaks for nobody.
ANOTHER = re.compile(r"(?:\b[A-Z]\w+\s+|\b(?:former|ex|shadow|then|previous|late|one-time|erstwhile)[\s-]+)$")
SURNAME = re.compile(rf"(?:{TITLE}\s+)?[^\s]+", re.IGNORECASE)  # alone, or behind a title
LEADING = re.compile(r"^(?:The|And|Both)\s+$")


def attributed(articles: Iterable[Article], codebook: Codebook) -> list[Statement]:
    """The statements of `articles` in order, `stakeholders` filled in: several if joint, none if unknown."""
    names = _names(codebook)
    return [one for article in articles for one in names.given(find_statements(article), article)]


def spoken_for(statements: Iterable[Statement], article: Article, codebook: Codebook) -> list[Statement]:
    """The statements of an article, each with the codebook's stakeholders for whom it was made."""
    return _names(codebook).given(statements, article)


def voices(statements: Iterable[Statement], codebook: Codebook) -> pd.DataFrame:
    """Who is quoted, a row for each speaker and organisation, those for no stakeholder first, then the most often
    heard: `statements`, `speaker`, `organisation`, `role`, `counts_for` (stakeholders, by name) and `mentions`, the
    other words used for them.
    """
    bodies = {one.stakeholder: one.name for one in codebook.stakeholders}
    found: dict[tuple[str, str, tuple[str, ...]], list[Statement]] = {}
    for one in statements:
        found.setdefault((one.speaker or one.mention, one.organisation, one.stakeholders), []).append(one)
    rows = [
        (len(said), speaker, organisation, next((one.role for one in said if one.role), ""),
         "; ".join(bodies.get(name, name) for name in of),
         "; ".join(sorted({one.mention for one in said} - {speaker, ""})))
        for (speaker, organisation, of), said in found.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: (bool(row[4]), -row[0], row[1]))
    return pd.DataFrame(rows, columns=["statements", "speaker", "organisation", "role", "counts_for", "mentions"])


@lru_cache(maxsize=4)
def _names(codebook: Codebook) -> "_Names":
    return _Names(codebook)


class _Names:
    """What the codebook calls stakeholders and people, as patterns over the words of an article."""

    def __init__(self, codebook: Codebook):
        self.people = codebook.people
        names = {
            alias: stakeholder.stakeholder
            for stakeholder in codebook.stakeholders
            for alias in (stakeholder.name, *stakeholder.aliases)
        }
        longest_first = sorted(names, key=lambda name: (-len(name), name))
        self.identifiers = [names[name] for name in longest_first]
        # Acronyms must be printed as such ('DH'), longer names may begin small ('health secretary'). Each is known by
        # its group: letters that are alike to a pattern need not have the same small one.
        groups = [f"({re.escape(name)})" if name.isupper() else f"((?i:{re.escape(name)}))" for name in longest_first]
        anyone = "|".join(groups) or "(?!)"
        self.pattern = re.compile(rf"(?<![\w’'-])(?:{anyone})(?![\w-])(?!\s+(?:of|for)\s+[A-Z])")

    def given(self, statements: Iterable[Statement], article: Article) -> list[Statement]:
        """The statements of an article, each with those for whom it was made."""
        told = ((one, self.stakeholders(one, article)) for one in statements)
        return [one if one.stakeholders == those else replace(one, stakeholders=those) for one, those in told]

    def stakeholders(self, statement: Statement, article: Article) -> tuple[str, ...]:
        """The identifiers of those for whom `statement` was made, in the order in which they are named."""
        for words in (statement.organisation, statement.role):
            if words:
                found = tuple(dict.fromkeys(self._named(words)))
                if found or words == statement.organisation:
                    return () if _is_former(statement.role) else found
        if statement.role and _is_former(statement.role):
            return ()
        named = () if statement.organisation or statement.role else tuple(dict.fromkeys(self._named(statement.speaker)))
        return named or self._of_person(statement.speaker, article.published[:4])

    def _named(self, words: str) -> Iterator[str]:
        for match in self.pattern.finditer(words):
            before = words[: match.start()]
            if ANOTHER.search(before) and not LEADING.search(before):
                continue
            yield self.identifiers[(match.lastindex or 0) - 1]

    def _of_person(self, name: str, year: str) -> tuple[str, ...]:
        """The stakeholder for whom a person spoke in `year`; where the year is unknown, only if there was but one."""
        then = [
            person for person in self.people if not year or (person.start or "0000") <= year <= (person.end or "9999")
        ]
        fitting = {person.stakeholder for person in then if name and name in (person.person, *person.aliases)}
        bearers = {person.person for person in then if person.person.split()[-1:] == name.split()[-1:]}
        if not fitting and bearers and SURNAME.fullmatch(name):
            fitting = {person.stakeholder for person in then if bearers == {person.person}}
        return tuple(fitting) if len(fitting) == 1 else ()


@lru_cache(maxsize=1024)
def _is_former(role: str) -> bool:
    return bool(re.match(r"(?i:(?:the\s+|a\s+)?(?:former|ex|shadow|previous|one-time)[\s-])", role))
