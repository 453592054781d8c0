"""Scores: the statements that were found beside those that a person marked, and how many of them are right."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from stance import tables
from stance.articles.reading import Article
from stance.codebook import Codebook
from stance.files import InputError
from stance.statements.finding import Statement

KINDS = ("direct", "fragment", "indirect")
QUOTED, REPORTED = 0.8, 0.5  # how much of two stretches must be common; where a report ends is a matter of taste


@dataclass(frozen=True)
class Marked:
    """A statement that a person marked in a piece: it stands where `text` occurs for the `occurrence`-th time."""

    piece: str
    text: str
    occurrence: int
    kind: str
    cue: str
    speaker: str
    organisation: str
    stakeholders: tuple[str, ...]


def read_pieces(folder: str | Path) -> tuple[list[Article], list[Statement]]:
    """The articles in the text files of a folder, their names for identifiers, and the statements marked in gold.jsonl.

    Raises InputError where a marked text does not stand in its piece.
    """
    folder = Path(folder)
    texts = {path.stem: tables.read_text(path).strip() for path in sorted(folder.glob("*.txt"))}
    marked = []
    for line, one in enumerate(tables.read(folder / "gold.jsonl", Marked), start=1):
        starts = [found.start() for found in re.finditer(re.escape(one.text), texts.get(one.piece, ""))]
        if len(starts) < one.occurrence:
            times = f"{one.occurrence} times" if one.occurrence > 1 else "once"
            raise InputError(f"words that stand in {one.piece} {times}", folder / "gold.jsonl", line, "text")
        start = starts[one.occurrence - 1]
        end = start + len(one.text)
        marked.append(Statement(f"{one.piece}-{start}-{end}", one.piece, start, end, one.text, one.kind, "", 0, "",
                                one.cue, one.speaker, "", "", one.organisation, one.stakeholders, 1.0))  # fmt: skip
    return [Article(name, "", "", "", "", f"{name}.txt", text, name) for name, text in texts.items()], marked


def matches(gold: Iterable[Statement], found: Iterable[Statement]) -> list[tuple[Statement, Statement]]:
    """The pairs (marked, found) of what is one statement: both reported or both quoted, and mostly the same stretch.

    Mostly is 0.8 of the stretch that both cover together for quotations, 0.5 for reported speech. Each is in one pair
    at most.
    """
    free: dict[str, list[Statement]] = {}
    for statement in found:
        free.setdefault(statement.article, []).append(statement)
    pairs = []
    for marked in gold:
        others = free.get(marked.article, [])
        reported = marked.kind == "indirect"
        best = max((one for one in others if (one.kind == "indirect") == reported), default=None,
                   key=lambda one: common(marked, one))  # fmt: skip
        if best and common(marked, best) >= (REPORTED if reported else QUOTED):
            pairs.append((marked, best))
            others.remove(best)
    return pairs


def common(one: Statement, other: Statement) -> float:
    """The share, 0 to 1, of the stretch that two statements of an article cover together which is common to both."""
    overlap = min(one.end, other.end) - max(one.start, other.start)
    return max(overlap, 0) / max(max(one.end, other.end) - min(one.start, other.start), 1)


def same_speaker(one: str, other: str, codebook: Codebook) -> bool:
    """Whether two names are one speaker's: the same, short for the other ('Pickup'), or aliases in the codebook."""
    names = {_plain(alias): each.stakeholder for each in codebook.stakeholders for alias in (each.name, *each.aliases)}
    known = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True)) or '(?!)'})\b")
    a, b = (known.sub(lambda name: names[name[0]], _plain(name)) for name in (one, other))
    return a == b or bool(a and b and (f" {a} " in f" {b} " or f" {b} " in f" {a} "))


def _plain(name: str) -> str:
    return " ".join(word for word in re.findall(r"\w+", name.casefold()) if word != "the")


def scores(gold: Sequence[Statement], found: Sequence[Statement], codebook: Codebook) -> pd.DataFrame:
    """One row for each kind and one for all: kind, marked and found (numbers of statements), recall and precision.

    `speaker` and `stakeholders` are the shares of the marked and found statements where these are right. All four are
    from 0 to 1 and NaN where nothing was marked or found.
    """
    pairs = matches(gold, found)
    rows = []
    for kinds in (*((kind,) for kind in KINDS), KINDS):
        hits = [pair for pair in pairs if pair[0].kind in kinds]
        number, offered = (sum(one.kind in kinds for one in statements) for statements in (gold, found))
        speakers = sum(same_speaker(marked.speaker, one.speaker, codebook) for marked, one in hits)
        bodies = sum(set(marked.stakeholders) == set(one.stakeholders) for marked, one in hits)
        kept = sum(one.kind in kinds for _, one in pairs)
        rows.append({
            "kind": kinds[0] if len(kinds) == 1 else "all", "marked": number, "found": offered,
            "recall": _share(len(hits), number), "precision": _share(kept, offered),
            "speaker": _share(speakers, len(hits)), "stakeholders": _share(bodies, len(hits)),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


# A corpus whose statements name speakers and organisations as the article does ------------------------------------


def read_marked(files: Iterable[str | Path]) -> tuple[list[Article], list[Statement]]:
    """The articles of files of JSON lines, each with the statements marked in it (`text`, `kind`, `speaker`, ...).

    Raises InputError where a marked text does not stand in its article exactly once.
    """
    articles, marked = [], []
    for file in files:
        for line, row in enumerate(tables.read_text(file).splitlines(), start=1):
            piece = json.loads(row)
            text = piece["text"]
            articles.append(Article(piece["id"], "", "", "", "", Path(file).name, text, piece["id"]))
            for one in piece["statements"]:
                start = text.find(one["text"])
                if start < 0 or text.find(one["text"], start + 1) >= 0:
                    raise InputError("words that stand in the article once", file, line, "statements")
                end = start + len(one["text"])
                marked.append(Statement(f"{piece['id']}-{start}-{end}", piece["id"], start, end, one["text"],
                                        one["kind"], "", 0, "", "", one["speaker"], "", "", one["organisation"], (),
                                        1.0))  # fmt: skip
    return articles, marked


def verdict(marked: str, given: str, organisation: str) -> str:
    """Whether a speaker's name is right: 'right', 'wrong' (another's) or 'none' (nobody, where somebody is marked).

    Where nobody is marked, a body or a document (`organisation`, or a name in small letters) is nobody's name.
    """
    if not marked:
        return "right" if not given or given == organisation or given[0].islower() else "wrong"
    if not given or (given == organisation and marked != given) or given[0].islower():
        return "none" if _names(given).isdisjoint(_names(marked)) else "right"
    return "right" if _names(given) <= _names(marked) or _names(marked) <= _names(given) else "wrong"


def _names(name: str) -> set[str]:
    return set(_plain(name).split())


def attribution(gold: Sequence[Statement], found: Sequence[Statement]) -> pd.DataFrame:
    """One row for each kind and one for all: kind, marked, found, recall, precision, and of the marked and found ones
    the shares (0 to 1) whose speaker is right, whose speaker is wrong, the same for the organisation.
    """  # fmt: skip
    pairs = matches(gold, found)
    rows = []
    for kinds in (*((kind,) for kind in KINDS), KINDS):
        hits = [pair for pair in pairs if pair[0].kind in kinds]
        speakers = [verdict(marked.speaker, one.speaker, one.organisation) for marked, one in hits]
        bodies = [_body_verdict(marked.organisation, one.organisation) for marked, one in hits]
        number, offered = (sum(one.kind in kinds for one in statements) for statements in (gold, found))
        kept = sum(one.kind in kinds for _, one in pairs)
        row = {"kind": kinds[0] if len(kinds) == 1 else "all", "marked": number, "found": offered,
               "recall": _share(len(hits), number), "precision": _share(kept, offered)}  # fmt: skip
        for name, given in (("speaker", speakers), ("organisation", bodies)):
            row[name] = _share(given.count("right"), len(hits))
            row[f"{name}_wrong"] = _share(given.count("wrong"), len(hits))
        rows.append(row)
    return pd.DataFrame(rows).round(3)


def _body_verdict(marked: str, given: str) -> str:
    if not given:
        return "none" if marked else "right"
    one, other = _names(marked), _names(given)
    initials = "".join(word[0] for word in re.findall(r"[A-Z]\w+", marked)).lower() in other
    return "right" if marked and (one <= other or other <= one or initials) else "wrong"


def calibration(gold: Sequence[Statement], found: Sequence[Statement]) -> pd.DataFrame:
    """One row for each kind and level of confidence (to one decimal) of those who are given a speaker: number, right.

    `right` is the share, 0 to 1, whose speaker is the one marked.
    """
    rows = [
        (
            one.kind,
            np.floor(one.confidence * 20) / 20,
            verdict(marked.speaker, one.speaker, one.organisation) == "right",
        )
        for marked, one in matches(gold, found)
        if one.speaker
    ]
    table = pd.DataFrame([*rows, *(("all", *row[1:]) for row in rows)], columns=["kind", "confidence", "right"])
    return table.groupby(["kind", "confidence"])["right"].agg(["size", "mean"]).round(3).reset_index()


def mistakes(gold: Sequence[Statement], found: Sequence[Statement]) -> Iterator[str]:
    """A line for each marked statement that was missed or lacks the speaker or organisation marked."""
    pairs = matches(gold, found)
    matched = {marked.statement for marked, _ in pairs}
    for marked in gold:
        if marked.statement not in matched:
            yield f"MISSED {marked.kind:8} {marked.article} {marked.speaker!r}: {marked.text}"
    taken = {one.statement for _, one in pairs}
    for one in found:
        if one.statement not in taken:
            yield f"EXTRA {one.kind:8} {one.article} {one.speaker!r}: {one.text}  << {one.sentence[:200]}"
    for marked, one in pairs:
        speaker = verdict(marked.speaker, one.speaker, one.organisation)
        if speaker != "right":
            yield (f"{speaker.upper()} {one.kind:8} {marked.article} {marked.speaker!r} given {one.speaker!r} "
                   f"{one.confidence} ({one.mention!r}, {one.cue}): {one.sentence[:200]}")  # fmt: skip
        body = _body_verdict(marked.organisation, one.organisation)
        if body != "right":
            yield (f"ORG-{body.upper()} {one.kind:8} {marked.article} {marked.organisation!r} given "
                   f"{one.organisation!r} ({one.speaker}, {one.role})")  # fmt: skip
