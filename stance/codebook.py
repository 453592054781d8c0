"""The codebook: targets that are judged, stakeholders who speak, people who spoke for them, and the label rules.

It is a folder of three tables and one page, plain enough to be edited in a spreadsheet and handed to a student. A new
target or stakeholder is one more row.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from stance import tables
from stance.files import InputError
from stance.shipped import CODEBOOK

LONGEST = 200_000  # characters of the rules: a book
STANCES = ("support", "oppose", "none")
NO_TARGET = "at least one target"


@dataclass(frozen=True)
class Target:
    """What is supported or opposed: its `description`, and what counts as support of it and as opposition."""

    target: str
    name: str
    description: str
    support: str = ""
    oppose: str = ""

    @property
    def words(self) -> str:
        """The target as a model reads it: the description, and in brackets what counts as which side, if it is said."""
        sides = (("support", self.support), ("opposition", self.oppose))
        said = "; ".join(f"{name}: {clause}" for name, clause in sides if clause)
        return f"{self.description} ({said})" if said else self.description


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


KINDS: dict[str, type[Any]] = {"targets": Target, "stakeholders": Stakeholder, "people": Person, "examples": Example}


class Fault(NamedTuple):
    """Something wrong in a codebook: the file, the line of a table (None where it is of the whole), the field and what
    was expected. Where a file cannot be read, `expected` says all of it.
    """

    file: Path
    line: int | None
    field: str
    expected: str


def read_codebook(folder: str | Path = CODEBOOK, begun: bool = False) -> Codebook:
    """The codebook in `folder`: targets.csv, stakeholders.csv, people.csv and rules.md with a line `Version N`, and
    examples.csv where there is one. A row that begins with # is an example of how to write one, and not read.

    Raises InputError for a missing file or column, an identifier used twice, a name without a letter, an unknown
    stakeholder, a year that is not one, an example of an unknown target, stance or kind, and rules without a version or
    as long as a book; for no target at all, unless the codebook is only `begun`.

    >>> [target.target for target in read_codebook().targets]
    ['targets', 'integration']
    """
    codebook, faults = checked_codebook(folder)
    faults = [one for one in faults if not (begun and one.expected == NO_TARGET)]
    if faults:
        one = faults[0]
        raise InputError(one.expected, one.file if one.file.name else "", field=one.field)
    return codebook


def checked_codebook(folder: str | Path) -> tuple[Codebook, list[Fault]]:
    """What can be read of the codebook in `folder`, and all that is wrong in it, file by file."""
    folder, faults, found = Path(folder), list[Fault](), dict[str, list[tuple[int, Any]]]()
    for name, kind in KINDS.items():
        path = folder / f"{name}.csv"
        found[name] = []
        if name == "examples" and not path.exists():
            continue
        try:
            read = zip(tables.read_table(path).index.tolist(), tables.read(path, kind), strict=True)
            found[name] = [(line, row) for line, row in read if not next(iter(vars(row).values())).startswith("#")]
        except InputError as error:
            faults.append(Fault(Path(), None, "", str(error)))
    faults += [
        Fault(folder / f"{name}.csv", line, field, expected)
        for name, line, field, expected, is_so in _checks(found) if not is_so
    ]  # fmt: skip
    rules, version = "", None
    try:
        rules = tables.read_text(folder / "rules.md")
        if not (version := re.search(r"^Version (\S+)$", rules, re.MULTILINE)):
            faults.append(Fault(folder / "rules.md", None, "", "a line such as 'Version 1.0'"))
        if len(rules) > LONGEST:
            expected = f"at most {LONGEST:,} characters, not {len(rules):,}"
            faults.append(Fault(folder / "rules.md", None, "", expected))
    except InputError as error:
        faults.append(Fault(Path(), None, "", str(error)))
    rows: dict[str, Any] = {name: tuple(row for _, row in found[name]) for name in KINDS}
    return Codebook(version[1] if version else "", rules=rules, **rows), faults


def _checks(found: dict[str, list[tuple[int, Any]]]) -> Iterator[tuple[str, int | None, str, str, bool]]:
    """What must hold of the rows of each table: the table, line and field, what is expected, and whether it is so."""
    yield "targets", None, "", NO_TARGET, bool(found["targets"])
    known: dict[str, list[str]] = {}
    for name in ("targets", "stakeholders"):
        field, before = name.removesuffix("s"), known.setdefault(name, [])
        for line, row in found[name]:
            one = getattr(row, field)
            sound = bool(re.fullmatch(r"[a-z][a-z0-9_]*", one))
            yield name, line, field, f"lower-case letters, digits and _, not {one!r}", sound
            yield name, line, field, f"each identifier once, not {one!r} again", one not in before
            before.append(one)
    yield from _name_checks(found)
    for line, person in found["people"]:
        of = f"for {person.person}, not"
        expected = f"an identifier from stakeholders.csv {of} {person.stakeholder!r}"
        yield "people", line, "stakeholder", expected, person.stakeholder in known["stakeholders"]
        for field in ("start", "end"):
            year = getattr(person, field)
            yield "people", line, field, f"a year or nothing {of} {year!r}", bool(re.fullmatch(r"(\d{4})?", year))
    allowed = {"target": known["targets"], "stance": STANCES, "kind": ("clear", "borderline")}
    for line, example in found["examples"]:
        for field, values in allowed.items():
            value = getattr(example, field)
            expected = f"one of {', '.join(values)} for {example.text!r:.40}, not {value!r}"
            yield "examples", line, field, expected, value in values


def _name_checks(found: dict[str, list[tuple[int, Any]]]) -> Iterator[tuple[str, int | None, str, str, bool]]:
    """What must hold of the words by which targets, stakeholders and people are called."""
    shown = [target.name for _, target in found["targets"]]
    for line, target in found["targets"]:
        words = f"words for the target {target.target}"
        yield "targets", line, "description", words, bool(target.description.strip())
        yield "targets", line, "name", "each name once, since pictures show them", shown.count(target.name) == 1
    for name in ("stakeholders", "people"):
        for line, body in found[name]:
            for one in (body.name if name == "stakeholders" else body.person, *body.aliases):
                yield name, line, "", f"names with a letter in them, not {one!r}", bool(re.search(r"\w", one))
    called: dict[str, str] = {}
    for line, body in found["stakeholders"]:
        for alias in filter(None, (body.name, *body.aliases)):
            owner = called.setdefault(alias.casefold(), body.stakeholder)
            expected = f"each name for one stakeholder, not {alias!r} for {owner} and {body.stakeholder}"
            yield "stakeholders", line, "aliases", expected, owner == body.stakeholder
