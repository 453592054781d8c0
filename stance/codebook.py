"""The codebook: targets that are judged, stakeholders who speak, people who spoke for them, and the label rules.

It is a folder of three tables and one page, plain enough to be edited in a spreadsheet and handed to a student. A new
target or stakeholder is one more row.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from stance import tables
from stance.files import InputError
from stance.shipped import CODEBOOK

LONGEST = 200_000  # characters of the rules: a book
STANCES = ("support", "oppose", "none")


@dataclass(frozen=True)
class Target:
    """What is supported or opposed. `description` is the wording that a model reads."""

    target: str
    name: str
    description: str
    support: str = ""
    oppose: str = ""


@dataclass(frozen=True)
class Stakeholder:
    """An organisation that is followed through the articles, with the other names that it goes by."""

    stakeholder: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody who spoke for a stakeholder from the year `start` to the year `end` (both included, empty if open)."""

    person: str
    stakeholder: str
    role: str
    start: str = ""
    end: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """An invented statement that has `stance` towards `target`, and why; `kind` is clear or borderline."""

    target: str
    stance: str
    kind: str
    text: str
    why: str


@dataclass(frozen=True)
class Codebook:
    """The whole codebook; `rules` is Markdown."""

    version: str
    targets: tuple[Target, ...]
    stakeholders: tuple[Stakeholder, ...]
    people: tuple[Person, ...]
    rules: str
    examples: tuple[Example, ...] = ()


def read_codebook(folder: str | Path = CODEBOOK) -> Codebook:
    """The codebook in `folder`: targets.csv, stakeholders.csv, people.csv and rules.md with a line `Version N`, and
    examples.csv where there is one.

    Raises InputError for a missing file or column, an identifier used twice, a name without a letter, an unknown
    stakeholder, a year that is not one, an example of an unknown target, stance or kind, or rules without a version or
    as long as a book.

    >>> [target.target for target in read_codebook().targets]
    ['targets', 'integration']
    """
    folder = Path(folder)
    targets = tables.read(in_targets := folder / "targets.csv", Target)
    stakeholders = tables.read(in_stakeholders := folder / "stakeholders.csv", Stakeholder)
    people = tables.read(in_people := folder / "people.csv", Person)
    examples = tables.read(in_examples, Example) if (in_examples := folder / "examples.csv").exists() else []
    rules = tables.read_text(folder / "rules.md")
    _check(bool(targets), "at least one target", in_targets)
    _check_identifiers(in_targets, "target", names := [target.target for target in targets])
    _check_identifiers(in_stakeholders, "stakeholder", known := [body.stakeholder for body in stakeholders])
    for target in targets:
        _check(bool(target.description.strip()), f"words for the target {target.target}", in_targets, "description")
    for path, shown in (
        (in_targets, [one.name for one in targets]),
        (in_stakeholders, [one.name for one in stakeholders]),
    ):
        _check(len(set(shown)) == len(shown), "each name once, since pictures show them", path, "name")
    bodies: list[Stakeholder | Person] = [*stakeholders, *people]
    for body in bodies:
        path, name = (in_people, body.person) if isinstance(body, Person) else (in_stakeholders, body.name)
        for one in (name, *body.aliases):
            _check(bool(re.search(r"\w", one)), f"names with a letter in them, not {one!r}", path)
    for person in people:
        of = f"for {person.person}, not"
        kept = person.stakeholder in known
        _check(kept, f"an identifier from stakeholders.csv {of} {person.stakeholder!r}", in_people, "stakeholder")
        for field, year in (("start", person.start), ("end", person.end)):
            _check(bool(re.fullmatch(r"(\d{4})?", year)), f"a year or nothing {of} {year!r}", in_people, field)
    allowed = {"target": names, "stance": STANCES, "kind": ("clear", "borderline")}
    for example in examples:
        for field, values in allowed.items():
            value = getattr(example, field)
            expected = f"one of {', '.join(values)} for {example.text!r:.40}, not {value!r}"
            _check(value in values, expected, in_examples, field)
    _check(len(rules) <= LONGEST, f"at most {LONGEST:,} characters, not {len(rules):,}", folder / "rules.md")
    version = re.search(r"^Version (\S+)$", rules, re.MULTILINE)
    if not version:
        raise InputError("a line such as 'Version 1.0'", folder / "rules.md")
    return Codebook(version[1], tuple(targets), tuple(stakeholders), tuple(people), rules, tuple(examples))


def _check(is_so: bool, expected: str, path: Path, field: str = "") -> None:
    if not is_so:
        raise InputError(expected, path, field=field)


def _check_identifiers(path: Path, field: str, identifiers: list[str]) -> None:
    for place, name in enumerate(identifiers):
        _check(
            bool(re.fullmatch(r"[a-z][a-z0-9_]*", name)), f"lower-case letters, digits and _, not {name!r}", path, field
        )
        _check(name not in identifiers[:place], f"each identifier once, not {name!r} again", path, field)
