"""Word lists: the words of words.toml and the verbs of verbs.txt, which stand beside this module and are read once.

A new reporting verb, title or office is one word there and nothing here.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

HERE = files("stance.statements")


class Verb(NamedTuple):
    """A reporting verb: its forms, whether a clause follows it ('clause', 'that' or 'words'), and its marks."""

    forms: tuple[str, ...]
    takes: str
    marks: frozenset[str]  # hearer, asks, listener


@cache
def listed(name: str) -> tuple[str, ...]:
    """The words of a list in words.toml, in its order."""
    return tuple(_lists()[name].split())


def any_of(*names: str) -> str:
    """A pattern for any one of the words of some lists of words.toml, longer ones first."""
    words = {word for name in names for word in listed(name)}
    return f"(?:{'|'.join(sorted(words, key=lambda word: (-len(word), word)))})"


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


@cache
def verbs() -> tuple[Verb, ...]:
    """The verbs of verbs.txt."""
    lines = [line.split() for line in (HERE / "verbs.txt").read_text(encoding="utf-8").splitlines()]
    read = []
    for verb, takes, *rest in (line for line in lines if line and line[0] != "#"):
        marks = frozenset(rest) & {"hearer", "asks", "listener"}
        read.append(Verb(tuple(forms(verb, *(word for word in rest if word not in marks))), takes, marks))
    return tuple(read)


def forms(verb: str, *past: str) -> list[str]:
    """The forms of `verb`: base, third person, past (irregular: `past`) and -ing; `point-out` keeps its particle."""
    verb, _, particle = verb.partition("-")
    if verb.endswith("y") and verb[-2] not in "aeou":
        found = [verb, verb[:-1] + "ies", *(past or [verb[:-1] + "ied"]), verb + "ing"]
    else:
        stem = verb if verb.endswith("ee") else verb.removesuffix("e")
        doubled = stem + stem[-1] if verb == "begin" or (past and past[0] == stem + stem[-1] + "ed") else stem
        third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
        found = [verb, third, *(past or [stem.removesuffix("e") + "ed"]), doubled + "ing"]
    return [f"{form} {particle}" if particle else form for form in found]
