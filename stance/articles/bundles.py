"""Bundles: the articles of a file into which an archive has written many, as Nexis, Factiva and ProQuest do.

What they hold was learned from the public parsers LexisNexisTools, tm.plugin.factiva, newspapers and pq_parser.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stance.articles.dates import DATED, MONTH_ALONE, dates
from stance.articles.stories import Page, paragraphs, story
from stance.files import InputError

TOLD = tomllib.loads((Path(__file__).parent / "bundles.toml").read_text(encoding="utf-8"))
FIELD_OF = {label: field for field, labels in TOLD["fields"].items() for label in labels.split(", ")}
LABEL = re.compile(r"([A-Za-z][A-Za-z /()-]{1,40}?) ?: ?(.*)", re.DOTALL)
CODE = re.compile(r"([A-Z]{2,3})(?:\s+(.*))?$")
COPYRIGHT = re.compile(r"(?:copyright|\(c\)|©)[\s\d]|all rights reserved", re.IGNORECASE)
EDITION = re.compile(r"(?:[\w ,;.-]{0,40}\b)?edition\b.{0,20}|page \d+ of \d+|correction appended", re.IGNORECASE)
PARTED = re.compile(r"^\W*(?:[=_*~#-]{3,}|(?:copyright|\(c\)|©)[^\n]*\d{4}[^\n]*)$", re.IGNORECASE | re.MULTILINE)
DATELINE = re.compile(rf"(?:\w+day,? )?(?:{DATED.pattern}|{MONTH_ALONE.pattern})", re.IGNORECASE)
WORDS = re.compile(r"[\d,]+ words", re.IGNORECASE)
CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?: ?[AP]M| GMT| BST)?", re.IGNORECASE)


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:{pattern})[ \t]*$", re.IGNORECASE | re.MULTILINE)


def _labels(archive: str, part: str) -> frozenset[str]:
    return frozenset(re.split(r",\s|\n", TOLD[archive][part].strip()))


MARKS = {name: _line(archive["mark"]) for name, archive in TOLD.items() if "mark" in archive}
PROQUEST, UNKNOWN = _labels("ProQuest", "labels"), _labels("unknown", "labels")
NEXIS_HEAD, NEXIS_TAIL = _labels("Nexis", "head"), _labels("Nexis", "tail")
FACTIVA_HEAD, FACTIVA_BODY, FACTIVA_TAIL = (_labels("Factiva", part) for part in ("head", "body", "tail"))
ALONE = {"body", "classification"}  # headings of Nexis Uni
ALSO_WORDS = {"in", "re", "co", "an", "pub"}  # codes of Factiva that are words, too: what follows has a colon


class Found(NamedTuple):
    """An article of a bundle, counted from 1, or why it is none."""

    number: int
    page: Page | InputError


def bundled(text: str) -> list[Found] | None:
    """The articles of a bundle in order, with what is missing; None where `text` is no bundle.

    Raises InputError for what looks like several articles and is of no archive that is known.
    """
    text = re.sub("\r\n?|\f", "\n", text)
    promised, rest = 0, ""
    if MARKS["Factiva"].search(text):
        (chunks, rest), read = _closed(text, MARKS["Factiva"]), _factiva
    elif MARKS["NexisUni"].search(text):
        (chunks, rest), read = _closed(text, MARKS["NexisUni"]), _nexis
    else:
        archive, read = ("ProQuest", _proquest) if MARKS["FullText"].search(text) else ("Nexis", _nexis)
        marks = list(MARKS[archive].finditer(text))
        if not marks and not MARKS["NexisOne"].search(text):
            _refuse_unknown(text)
            return None
        promised = max((int(mark[2] or 0) for mark in marks), default=0)
        starts, ends = [mark.end() for mark in marks] or [0], [mark.start() for mark in marks[1:]] + [len(text)]
        chunks = [text[start:end] for start, end in zip(starts, ends, strict=True) if len(text[start:end].split()) > 5]
    found = []
    for number, chunk in enumerate(chunks, start=1):
        try:
            found.append(Found(number, read(chunk)))
        except InputError as error:
            found.append(Found(number, error))
    if promised > len(chunks) or len(rest.split()) > 30:
        whole = f"only {len(chunks)} of {promised} articles" if promised else "an article without its end"
        found.append(Found(len(chunks) + 1, InputError(f"{whole}: the file is cut off, export it again")))
    return found


def _closed(text: str, mark: re.Pattern[str]) -> tuple[list[str], str]:
    """The stretches that a mark ends, and what is behind the last."""
    ends = list(mark.finditer(text))
    starts = [0, *(end.end() for end in ends)]
    return [text[start : end.start()] for start, end in zip(starts, ends, strict=False)], text[starts[-1] :]


def _refuse_unknown(text: str) -> None:
    numbers = [(int(match[1]), match[2]) for match in MARKS["unknown"].finditer(text)]
    several = (
        len(numbers) > 1
        and [at for at, _ in numbers] == [*range(1, len(numbers) + 1)]
        and len({of for _, of in numbers}) == 1
    )
    fields = Counter(field[0] for line in text.split("\n") if (field := _labelled(line, UNKNOWN)))
    repeated = [label for label, count in fields.items() if count > 1]
    parts = [part.strip().split("\n")[:6] for part in PARTED.split(text) if len(part.split()) >= 25]
    dated = len(parts) > 1 and all(any(map(DATELINE.match, map(str.strip, lines))) for lines in parts)
    if several or len(repeated) > 1 or dated:
        what = (
            "numbered parts" if several else f"'{repeated[0].capitalize()}:' again" if repeated else "a date above each"
        )
        raise InputError(
            f"several articles in one file, of an archive that is not known ({what}): "
            "export it from Nexis, Factiva or ProQuest, or make a table with a row for each article"
        )


def _blocks(chunk: str) -> list[str]:
    """The stretches of a chunk between empty lines; a line that names a field is one of its own."""
    lines = []
    for line in map(str.strip, chunk.split("\n")):
        field = _labelled(line, NEXIS_HEAD | NEXIS_TAIL) or (line.casefold() in ALONE and (line, ""))
        lines += ["", line, *([""] if field[0] != "highlight" else [])] if field else [line]
    return [block.strip("\n") for block in re.split(r"\n\n+", "\n".join(lines)) if block.strip()]


def _made(body: str, fields: dict[str, str], day: str) -> Page:
    """The page with these words, fields and day. Raises InputError where it has no words."""
    told = {field: " ".join(value.split()) for label, value in fields.items() if (field := FIELD_OF.get(label))}
    page = story(paragraphs(body), told.get("title", ""))
    if not page.text:
        raise InputError(f"no text ({told.get('title') or 'no headline'}): export it with the full text")
    told["byline"] = re.sub("^by ", "", told.get("byline", ""), flags=re.IGNORECASE)
    return page._replace(**{**told, "published": day, "title": told.get("title") or page.title})


def _labelled(line: str, labels: frozenset[str]) -> tuple[str, str] | None:
    """The field that a line opens, and what stands behind its name."""
    match = LABEL.fullmatch(line.strip())
    return (match[1].casefold(), match[2]) if match and match[1].casefold().strip() in labels else None


# Archives -----------------------------------------------------------------------------------------------------------


def _nexis(chunk: str) -> Page:
    """Paper, date and edition above the headline, or, in Nexis Uni, headline, paper and date; fields; the words."""
    blocks = [block for block in _blocks(chunk) if not EDITION.fullmatch(block)]
    dated = next((k for k, block in enumerate(blocks) if any(map(DATELINE.match, block.split("\n")))), None)
    if dated is None:
        raise InputError("an article of Nexis without a date above it: export it again")
    lines = blocks[dated].split("\n")
    at = next(k for k, line in enumerate(lines) if DATELINE.match(line))
    above = [block for block in blocks[:dated] if not COPYRIGHT.search(block)]
    names = ["", "", *(line for block in [*above, *lines[:at]] for line in block.split("\n"))]
    below = [line for line in lines[at + 1 :] if not EDITION.fullmatch(line)] + blocks[dated + 1 :]
    below = [block for block in below if not (COPYRIGHT.search(block) and len(block) < 200)]
    body = next((k for k, block in enumerate(below) if block.casefold() == "body"), None)
    fields = {"publication title": names[-1], "headline": names[-2]}
    first = next((k for k, block in enumerate(below[:body]) if _labelled(block, NEXIS_HEAD)), 0)
    if body is None and first:
        fields["headline"] = below[0]
    start = first
    while start < len(below) and start != body and (field := _labelled(below[start], NEXIS_HEAD)):
        fields[field[0]] = field[1]
        start += 1
    told = below[start if body is None else body + 1 :]
    end = next(
        (k for k, block in enumerate(told) if _labelled(f"{block}:", NEXIS_TAIL) or _labelled(block, NEXIS_TAIL)), None
    )
    told = told[:end]
    if body is None:  # Nexis Uni sets no width
        width = max((len(line) for block in told for line in block.split("\n")), default=0)
        told = [_unwrapped(block, width) for block in told]
    return _made("\n\n".join(told), fields, lines[at])


def _unwrapped(block: str, width: int) -> str:
    """The block, a line joined to the one before where its first word would not have fitted into a set width."""
    first, *rest = block.split("\n")
    joined, last = first, first
    for line in rest:
        full = width <= 100 and len(last) + len(line.split(" ")[0]) >= width
        joined, last = f"{joined}{' ' if full else chr(10)}{line}", line
    return joined


def _proquest(chunk: str) -> Page:
    """A headline, and fields with their names, the words among them."""
    fields: dict[str, str] = {}
    label, first = "", ""
    for block in _blocks(chunk):
        for line in block.split("\n"):
            if field := _labelled(line, PROQUEST):
                label, fields[field[0]] = field
            elif label:
                fields[label] += f"\n{line}"
            elif not first and not re.fullmatch(r"[\s_]*|document \d+ of \d+", line, re.IGNORECASE):
                first = line
        if label:
            fields[label] += "\n"
    info = fields.get("publication info", "")
    fields.setdefault("publication title", re.split(" ?[;:]", info)[0])
    fields.setdefault("title", first)
    day = next(dates(fields.get("publication date", "")), "") or next(dates(info), "")
    return _made(fields.get("full text", ""), fields, day)


def _factiva(chunk: str) -> Page:
    """Fields with codes of two or three letters; or headline, byline, words, date, paper, code, copyright in order."""
    if not MARKS["Coded"].search(chunk):
        return _uncoded(chunk)
    fields: dict[str, str] = {}
    label = ""
    known = FACTIVA_HEAD | FACTIVA_BODY | FACTIVA_TAIL
    for line in chunk.split("\n"):
        match = CODE.match(line.strip())
        code = match[1].casefold() if match else ""
        in_body = label in FACTIVA_BODY
        # Among the words only the fields behind them begin a line, and of those that are words too, with a colon.
        if (
            match
            and code in known
            and (not in_body or code not in FACTIVA_HEAD)
            and (not in_body or code not in ALSO_WORDS or not match[2] or re.search(r" : |^Document ", match[2]))
        ):
            label = code
            fields[label] = match[2] or ""
        elif label:
            fields[label] += f"\n{line}"
    body = "\n\n".join(fields.get(code, "") for code in ("lp", "td"))
    return _made(body, fields, next(dates(fields.get("pd", "")), ""))


def _uncoded(chunk: str) -> Page:
    lines = [line.strip() for line in chunk.split("\n")]
    counted = next((k for k, line in enumerate(lines) if WORDS.fullmatch(line)), None)
    if counted is None:
        raise InputError("an article of Factiva without its number of words: export it again with all fields")
    above = [line for line in lines[:counted] if line]
    fields = {"by": above.pop()} if above and re.match("by ", above[-1], re.IGNORECASE) else {}
    fields["hd"] = above[-1] if above else ""
    fields["se"] = above[-2] if len(above) > 1 and len(above[-2]) < 40 else ""
    dated = next((k for k in range(counted + 1, min(counted + 6, len(lines))) if any(dates(lines[k]))), counted)
    fields["sn"] = next((line for line in lines[dated + 1 :] if line and not CLOCK.fullmatch(line)), "")
    owned = next((k for k in range(dated, min(dated + 16, len(lines))) if COPYRIGHT.search(lines[k])), None)
    start = dated + 2 if owned is None else owned + 1
    while owned is None and start < len(lines) and (len(lines[start].split()) < 3 or not lines[start]):
        start += 1  # code, page and language
    return _made("\n".join(lines[start:]), fields, next(dates(lines[dated]), ""))


def pages(text: str, name: str) -> Iterator[tuple[str, Page | InputError]] | None:
    """The articles of a bundle, each with its place: the file and, behind a #, its number in it."""
    found = bundled(text)
    return None if found is None else ((f"{name}#{one.number}", one.page) for one in found)
