"""The codebook: targets that are judged, stakeholders who speak, people who spoke for them, and the label rules.

It is a folder of three tables and one page, plain enough to be edited in a spreadsheet and handed to a student. A new
target or stakeholder is one more row.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stance import tables
from stance.shipped import CODEBOOK
from stance.tables import InputError

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

    Raises InputError for a missing file or column, an identifier used twice, an unknown stakeholder, a year that is not
    one, an example of an unknown target, stance or kind, or rules without a version.
    """
    folder = Path(folder)
    targets = tables.read(folder / "targets.csv", Target)
    stakeholders = tables.read(folder / "stakeholders.csv", Stakeholder)
    people = tables.read(folder / "people.csv", Person)
    rules = tables.read_text(folder / "rules.md")
    if not targets:
        raise InputError("at least one target", folder / "targets.csv")
    _check_identifiers(folder / "targets.csv", "target", [target.target for target in targets])
    known = [stakeholder.stakeholder for stakeholder in stakeholders]
    _check_identifiers(folder / "stakeholders.csv", "stakeholder", known)
    for target in targets:
        if not target.description.strip():
            raise InputError(f"words for the target {target.target}", folder / "targets.csv", field="description")
    for person in people:
        if person.stakeholder not in known:
            expected = f"an identifier from stakeholders.csv for {person.person}, not {person.stakeholder!r}"
            raise InputError(expected, folder / "people.csv", field="stakeholder")
        for field in ("start", "end"):
            if not re.fullmatch(r"(\d{4})?", getattr(person, field)):
                expected = f"a year or nothing for {person.person}, not {getattr(person, field)!r}"
                raise InputError(expected, folder / "people.csv", field=field)
    examples = _read_examples(folder / "examples.csv", targets)
    version = re.search(r"^Version (\S+)$", rules, re.MULTILINE)
    if not version:
        raise InputError("a line such as 'Version 1.0'", folder / "rules.md")
    return Codebook(version[1], tuple(targets), tuple(stakeholders), tuple(people), rules, tuple(examples))


def _read_examples(path: Path, targets: Iterable[Target]) -> list[Example]:
    allowed = {"target": [target.target for target in targets], "stance": STANCES, "kind": ("clear", "borderline")}
    examples = tables.read(path, Example) if path.exists() else []
    for example in examples:
        for field, values in allowed.items():
            if getattr(example, field) not in values:
                expected = f"one of {', '.join(values)} for {example.text!r:.40}, not {getattr(example, field)!r}"
                raise InputError(expected, path, field=field)
    return examples


def _check_identifiers(path: Path, field: str, identifiers: Iterable[str]) -> None:
    seen: set[str] = set()
    for identifier in identifiers:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", identifier):
            raise InputError(f"lower-case letters, digits and _, not {identifier!r}", path, field=field)
        if identifier in seen:
            raise InputError(f"each identifier once, not {identifier!r} again", path, field=field)
        seen.add(identifier)
