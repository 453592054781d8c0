"""Fuzz: strange input at each door, as often as asked, counted over runs, so that it goes on where it was.

    python -m recipes.fuzz --counts fuzz.json                      what each door has had so far
    python -m recipes.fuzz finder --times 1000000 --counts fuzz.json
    python -m recipes.fuzz all --times 100000 --seconds 3600 --counts fuzz.json

A door holds when it answers or refuses in one line (InputError). Whatever else it does is printed with the seed that
repeats it (`--seed N --times 1`), and ends the command with exit status 1. Each input follows from door and seed alone.
"""

import io
import json
import random
import shutil
import sqlite3
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from stance import tables
from stance.articles.reading import Article, read_articles
from stance.classifiers.estimators import TfidfStance
from stance.classifiers.predictions import Prediction
from stance.classifiers.saved import card, load, save, sha256
from stance.codebook import read_codebook
from stance.files import InputError, parsed
from stance.labels.annotations import read_annotations
from stance.labels.corrections import FIELDS, imported_corrections, read_corrections, value_of
from stance.labels.dna import EVENTS, WANTED, Coding, Dna, Document, read_dna, write_dna
from stance.labels.dna import study as study_of
from stance.labels.exchange import TOOLS, imported
from stance.labels.handouts import leaf, rendered
from stance.labels.standoff import hydrated
from stance.report.inputs import RECORD, changes
from stance.report.transcripts import transcript
from stance.shipped import CODEBOOK
from stance.statements.finding import Statement
from stance.statements.stakeholders import attributed
from stance.study import PLACES, read_study
from stance.tables import write_text

WORDS = (
    "the LGA said that targets are unfair “ ” ‘ ’ ' \" , . ; : ? ! ( ) [ ] … — – Mr Ms Dr Sir Lord chief executive of "
    "and told argued warned added she he they NHS England Ada Nwosu Bell's councils' '90s it’s 2017 £5.3bn $12 50% "
    "e.g. St."
).split(" ")
HARM = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "![a](http://x.example/a.png)",
    "[a](javascript:alert(1))", "```mermaid\n</pre><script>alert(1)</script>\n```", "=HYPERLINK(1)", "$$\\input{x}$$",
    "{{ 7 * 7 }}", "{% raw %}", "<!--", "]]>", "\u202e", "\u2066", "\u0301" * 9, "\0", "\x1b[2J", "\ufeff", "ſ", "ı",
    "\ud800", "\U0001f469\u200d\U0001f692", "\r", "\r\n", "\n\n", "\n---\n", "\t", "\u2028", "&#106;", "&lt;", "|",
    "\\", "`",
)  # fmt: skip
ELSEWHERE = "http://elsewhere.example"
ATTACKS = {
    "script": "<script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)>",
    "svg": "<svg onload=alert(1)><a href='javascript:alert(1)'>a</a></svg>",
    "attribute": "\" onmouseover=alert(1) autofocus onfocus=alert(1) x='",
    "link": "javascript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "style": f"</style><style>@import '{ELSEWHERE}/a.css'; body {{ background: url({ELSEWHERE}/a.png) }}</style>",
    "markdown": f"[a](javascript:alert(1)) ![a]({ELSEWHERE}/a.png) <javascript:alert(1)>",
    "mermaid": "```mermaid\n</pre><script>alert(1)</script>\n```",
    "comment": "--><script>alert(1)</script><!--",
    "template": "{{ 7 * 7 }}{% include 'page.html' %}",
    "latex": "$$\\href{javascript:alert(1)}{a}$$ \\input{/etc/passwd}",
    "frame": f"<iframe src={ELSEWHERE}></iframe><base href={ELSEWHERE}>",
    "refresh": f"<meta http-equiv=refresh content=0;url={ELSEWHERE}>",
    "money": "from $12 to $15 and $\\frac{1}{0$",
    "override": "Ada Nwosu\u202e opposes \u2066 it",
    "formula": "=HYPERLINK(1)",
}  # fmt: skip
KEPT = 5_000  # inputs after which the counts are written
JSON = (None, True, 0, -1, 1e308, 10**400, "", "a", [], {}, [[]], {"a": {"b": []}}, "support", "targets", ["support"])


def text(chance: random.Random, most: int = 60) -> str:
    """Words, marks and harm, in any order."""
    pieces = [
        chance.choice(HARM) if chance.random() < 0.1 else chance.choice(WORDS) for _ in range(chance.randrange(1, most))
    ]
    joined = "".join(piece + chance.choice(("", " ", " ", " ", "\n", "\n\n")) for piece in pieces)
    return joined.encode("utf-8", "replace").decode()


def torn(chance: random.Random, data: bytes) -> bytes:
    """Bytes with some of them changed, cut out, or said again."""
    made = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + chance.randrange(1, 40)]
            case 2:
                made[at:at] = made[: chance.randrange(40)]
            case 3:
                made[at:at] = chance.choice(HARM).encode("utf-8", "surrogatepass")
    return bytes(made)


def shaped(chance: random.Random, value: object) -> object:
    """A JSON value with another in the place of some part."""
    if chance.random() < 0.15:
        return chance.choice((*JSON, text(chance, 5)))
    if isinstance(value, dict):
        return {name: shaped(chance, one) for name, one in value.items() if chance.random() < 0.97}
    return [shaped(chance, one) for one in value] if isinstance(value, list) else value


# The doors, each a function of chance and a folder -------------------------------------------------------------------


def finder(chance: random.Random, _: Path) -> None:
    """Statements: their offsets hold their words, in an article of any words."""
    words = text(chance, 120)
    for said in attributed([Article("a1", "", "", "2017", "", "a.txt", words, "a1")], BOOK):
        if words[said.start : said.end] != said.text or not said.context[said.place :].startswith(said.text):
            raise AssertionError(said)


def articles(chance: random.Random, folder: Path) -> None:
    """Pages of each kind."""
    ending = chance.choice((".txt", ".md", ".html"))
    body = text(chance)
    if ending == ".html":
        body = f"<html><title>{text(chance, 5)}</title><body><p>{'</p><p>'.join(body.split(chr(10)))}</p>"
    front = f"---\ntitle: {text(chance, 5)}\nurl: {text(chance, 2)}\n---\n" if chance.random() < 0.3 else ""
    (folder / f"a{ending}").write_bytes(torn(chance, (front + body).encode()))
    read_articles(folder)


@cache
def whole() -> dict[str, bytes]:
    """A Word document, a PDF, a text in RTF and a letter, each as it should be."""
    from docx import Document as Word

    word, file = Word(), io.BytesIO()
    word.add_paragraph("The LGA said that targets are unfair.")
    word.add_table(1, 2).cell(0, 1).text = "“No,” said Ada Nwosu."
    word.save(file)
    shown = b"BT /F1 12 Tf 72 700 Td (The LGA said that targets are unfair.) Tj ET"
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
             b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
             b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]  # fmt: skip
    pdf, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    pdf += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(pdf),
    )
    rich = rb"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 The LGA said that {\b targets} are \'93unfair\'94.\par\u8220?No\cell}"
    # fmt: off
    letter = (b"From: Ada <a@x.example>\nSubject: Targets\nDate: Mon, 3 Jul 2017 10:00:00 +0100\nMIME-Version: 1.0\n"
              b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n"
              b"Content-Transfer-Encoding: quoted-printable\n\n<p>The LGA said =E2=80=9Cno=E2=80=9D.</p>\n--b--\n")
    # fmt: on
    return {".docx": file.getvalue(), ".pdf": pdf, ".rtf": rich, ".eml": letter}


def documents(chance: random.Random, folder: Path) -> None:
    """Files of word processors and letters, torn; of a Word document, the parts in it as well."""
    ending = chance.choice(sorted(whole()))
    data = whole()[ending]
    if ending == ".docx" and chance.random() < 0.7:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(made, "w") as others:
            strange = chance.choice(("word/document.xml", *parts.namelist()))
            for name in parts.namelist():
                part = parts.read(name)
                others.writestr(name, torn(chance, part) if name == strange else part)
        data = made.getvalue()
    else:
        data = torn(chance, data)
    (folder / f"a{chance.choice((ending, ending, '.txt'))}").write_bytes(data)
    read_articles(folder)


LINES = (
    "1 of 3 DOCUMENTS", "2 of 3 DOCUMENTS", "Document 1 of 2", "Document FT00000020170705ed7500012", "Sound Courier",
    "July 5, 2017 Wednesday", "5 July 2017", "2017-07-05", "31 February 2017", "First Edition", "BYLINE: Ada Moss",
    "SECTION: NEWS; Pg. 6", "LENGTH: 88 words", "88 words", "LOAD-DATE: July 6, 2017", "LANGUAGE: ENGLISH", "Body",
    "Classification", "End of Document", "Copyright 2017 Sound Newspapers Ltd", "All Rights Reserved", "HD", "BY", "WC",
    "PD", "SN", "LP", "TD", "CO", "HD Towns say no", "PD 5 July 2017", "SN The Post", "LP The LGA said no.",
    "Full text: The LGA said that targets are unfair.", "Title: Towns say no", "Author: Moss, Ada",
    "Publication date: Jul 5, 2017", "Publication title: The Post", "_" * 60, "=" * 20, "----", "\f", "Page 1 of 2",
    "Load-Date: July 6, 2017", "Dateline: STOWHAVEN", "Highlight: No", "URL: http://x.example/a",
)  # fmt: skip


def bundles(chance: random.Random, folder: Path) -> None:
    """What archives export, many articles a file: their lines in any order."""
    number = chance.randrange(2, 40)
    lines = [chance.choice(LINES) if chance.random() < 0.7 else text(chance, 20) for _ in range(number)]
    data = "".join(line + chance.choice(("\n", "\n", "\n\n", "   \n\n", "\r\n")) for line in lines).encode()
    (folder / "b.txt").write_bytes(torn(chance, data) if chance.random() < 0.3 else data)
    read_articles(folder)


def table(chance: random.Random, folder: Path) -> None:
    """Tables of each format, as records and as they are."""
    ending = chance.choice(tables.FORMATS)
    path = folder / f"t{ending}"
    rows = [Prediction(text(chance, 4), "targets", "support", 0.5, 0.25, 0.25, "m") for _ in range(3)]
    tables.write(rows, path, Prediction)
    path.write_bytes(torn(chance, path.read_bytes()))
    tables.read_table(path)
    tables.read(path, chance.choice((Prediction, Statement)))


def annotations(chance: random.Random, folder: Path) -> None:
    """An annotator's file."""
    row = {"statement": "a1-0-9", "target": "targets", "stance": "support", "annotator": "ada",
           "at": "2024-01-05T10:00", "seconds": 1.5, "note": text(chance, 4), "sampling_probability": 0.5,
           "codebook": "1.0"}  # fmt: skip
    lines = [json.dumps(shaped(chance, row)).encode() for _ in range(3)]
    (folder / "ada.jsonl").write_bytes(
        b"\n".join(torn(chance, line) if chance.random() < 0.3 else line for line in lines)
    )
    read_annotations(folder, BOOK)


def exchange(chance: random.Random, folder: Path) -> None:
    """Files of other tools."""
    tool = chance.choice(sorted(TOOLS))
    meta = {
        "statement": "a1-0-9",
        "target": "targets",
        "annotator": "ada",
        "at": "2024-01-05T10:00:00Z",
        "codebook": "1.0",
    }
    stance = [
        {"from_name": "stance", "value": {"choices": ["support"]}},
        {"from_name": "note", "value": {"text": ["n"]}},
    ]
    made = {
        "csv": None,
        "doccano": {"text": "t", "label": ["support"], "meta": meta},
        "prodigy": {"accept": ["support"], "answer": "accept", "_timestamp": 1704448800, "meta": meta},
        "label-studio": [{"data": meta, "annotations": [{"lead_time": 1, "result": stance, "completed_by": 1}]}],
    }[tool]
    if tool == "csv":
        written = "statement,target,stance,note\na1-0-9,targets,support," + text(chance, 5).replace("\n", " ")
    else:
        written = json.dumps(shaped(chance, made))
    path = folder / {"csv": "l.csv", "label-studio": "l.json"}.get(tool, "l.jsonl")
    path.write_bytes(torn(chance, written.encode()) if chance.random() < 0.5 else written.encode())
    imported(path, tool, "eve", BOOK)


def corrections(chance: random.Random, folder: Path) -> None:
    """Corrections of others, and what somebody types into the page for them."""
    row = {"statement": "a1-0-9", "field": chance.choice(sorted(FIELDS)), "value": "LGA", "annotator": "ada",
           "at": "2024-01-05T10:00", "note": text(chance, 4)}  # fmt: skip
    lines = [json.dumps(shaped(chance, row)).encode() for _ in range(3)]
    (folder / "ada.jsonl").write_bytes(
        b"\n".join(torn(chance, line) if chance.random() < 0.3 else line for line in lines)
    )
    read_corrections(folder)
    words = "We object"
    said = Statement("a1-0-9", "a1", 0, 9, words, "direct", words, 0, words, "said", "LGA", "LGA", "", "", (), 1.0)
    if chance.random() < 0.5:
        value_of(chance.choice(sorted(FIELDS)), text(chance, 4), said, BOOK)
    imported_corrections(folder / "ada.jsonl", folder / "corrections")


@cache
def coded() -> bytes:
    """A file of DNA as it should be."""
    words = "Free buses are a raid. 🚍 Trams pay."
    texts = (Document(1, "Buses", words, "Post", "2017-07-05"), Document(2, "", "", "", ""))
    said = tuple(Coding(1, at, at + 9, "Admin", "Tom Bell", "Forum", "Free buses", "oppose") for at in (0, 5, 11))
    with tempfile.TemporaryDirectory() as place:
        write_dna(Dna(texts, said, {"Forum": ("trade body", "the Forum; BOF")}), path := Path(place) / "a.dna")
        return path.read_bytes()


def dna(chance: random.Random, folder: Path) -> None:
    """Files of the Discourse Network Analyzer with other values in some cells, or torn; and its event lists."""
    path = folder / chance.choice(("a.dna", "a.dna", "a.csv"))
    if path.suffix == ".csv":
        head = ";".join(f'"{name}"' for name in (*EVENTS[:4], "source", *WANTED))
        cells = (1, "2017-07-05 00:00:00", 1, "Buses", "Post", "Bell", "Forum", "Buses", 1)
        rows = (
            ";".join(f'"{text(chance, 3) if chance.random() < 0.05 else cell}"' for cell in cells) for _ in range(3)
        )
        written = "\n".join((head, *rows)).encode()
        path.write_bytes(torn(chance, written) if chance.random() < 0.5 else written)
        read_dna(path)
        return
    path.write_bytes(coded() if chance.random() < 0.7 else torn(chance, coded()))
    if path.read_bytes() == coded():
        with closing(sqlite3.connect(path)) as base, base:
            base.execute("PRAGMA synchronous = OFF")
            names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for _ in range(chance.randrange(1, 4)):
                name = chance.choice(names)
                column = chance.choice([row[1] for row in base.execute(f"PRAGMA table_info({name})")])
                value = chance.choice((None, -1, 0, 10**15, 1e308, "", b"\xff\0", text(chance, 4)))
                try:
                    base.execute(f"UPDATE {name} SET {column} = ? WHERE rowid = ?", (value, chance.randrange(1, 4)))
                except sqlite3.Error:  # a rule of the table forbids it
                    continue
    read_dna(path)
    if chance.random() < 0.3:
        study_of(path, folder / "study")


def study(chance: random.Random, folder: Path) -> None:
    """The file of a study."""
    said: dict[str, object] = {"model": "fast", "dates_to_cut": ["2017-07"], "leave_out": ["a"], "names": True}
    said |= dict.fromkeys(PLACES, ".")
    said = {name: shaped(chance, value) for name, value in said.items()}
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in said.items())
    data = lines.encode("utf-8", "surrogatepass")
    (folder / "study.toml").write_bytes(torn(chance, data) if chance.random() < 0.5 else data)
    read_study(folder)


def codebook(chance: random.Random, folder: Path) -> None:
    """A codebook, and its leaf, in which nothing is active."""
    for path in CODEBOOK.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    path = folder / chance.choice([path.name for path in CODEBOOK.iterdir()])
    path.write_bytes(torn(chance, path.read_bytes()))
    inert(str(leaf(read_codebook(folder))))


def markdown(chance: random.Random, _: Path) -> None:
    """Prose of others, on a page and, from there, as Markdown again."""
    page = str(rendered(text(chance)))
    inert(page)
    written = transcript(f"<main>{page}</main>").text
    inert(str(rendered(written)))


def inert(page: str) -> None:
    """Raise AssertionError where a page holds what a browser would run or load."""
    from bs4 import BeautifulSoup

    for tag in BeautifulSoup(page, "html.parser").find_all(True):
        address = str(tag.get("href", ""))
        if tag.name in ("script", "img", "iframe", "style", "object", "svg", "form", "link", "base", "meta"):
            raise AssertionError(str(tag))
        if any(name.startswith("on") for name in tag.attrs) or (
            ":" in address.split("/")[0] and not address[:4] == "http"
        ):
            raise AssertionError(str(tag))


@cache
def learned() -> dict[str, bytes]:
    """The files of a small model."""
    pairs = pd.DataFrame({"text": ["We want it.", "We object.", "It rained."] * 2, "target": ["trams"] * 6})
    with tempfile.TemporaryDirectory() as place:
        save(TfidfStance(features=2**6).fit(pairs, ["support", "oppose", "none"] * 2), place := Path(place) / "m")
        return {path.name: path.read_bytes() for path in place.iterdir()}


def model(chance: random.Random, folder: Path) -> None:
    """A model of a stranger, who signs whatever it is: its configuration, weights and figures."""
    files = {**learned(), "metrics.json": json.dumps({"scores": [{"test": "t", "accuracy": 1}]}).encode()}
    strange = chance.choice(sorted(files))
    config = json.loads(files.pop("config.json"))
    del config["sha256"]
    if strange == "config.json":
        config = shaped(chance, config)
    elif strange == "metrics.json" and chance.random() < 0.5:
        row = {"test": "t", "model": "m", "pairs": 3, "accuracy": 0.5, "macro_f1": 0.5, "low": 0.4, "high": 0.6}
        files[strange] = json.dumps(shaped(chance, {"scores": [row]})).encode()
    else:
        files[strange] = torn(chance, files[strange])
    if isinstance(config, dict):
        written = json.dumps(config, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        config["sha256"] = {name: sha256(data) for name, data in files.items()}
        config["sha256"]["config.json"] = sha256(written.encode("utf-8", "surrogatepass"))
    data = json.dumps(config).encode()
    files["config.json"] = torn(chance, data) if chance.random() < 0.1 else data
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for read in (card, load):
        try:
            read(folder)
        except InputError as error:
            if "\n" in str(error):
                raise AssertionError(str(error)) from error


def standoff(chance: random.Random, folder: Path) -> None:
    """Stand-off labels, with places anywhere."""
    place = f"{chance.choice((0, 5, -3, 10**9, ''))},{chance.choice((9, 4, 10**30, 'x'))}"
    (folder / "articles.csv").write_bytes(b"article,path,published\na1,a.txt,2017\n")
    rows = f"statement,article,start,end,kind\na1-0-9,a1,{place},direct\n"
    found = {"statement": "a1-0-9", "article": "a1", "start": 0, "end": 9, "kind": "direct"}
    line = json.dumps(shaped(chance, found)) + "\n" + rows[:0]
    (folder / "statements.jsonl").write_bytes(torn(chance, line.encode()) if chance.random() < 0.3 else line.encode())
    hydrated([Article("a1", "", "", "", "", "a.txt", text(chance), "a1")], folder)


def record(chance: random.Random, folder: Path) -> None:
    """The record of a report."""
    parts = ("articles", "codebook", "annotations", "model", "notebooks", "code", "versions", "pages")
    made = {part: {"a": "0" * 64} for part in parts}
    (folder / RECORD).write_bytes(torn(chance, json.dumps(shaped(chance, made)).encode()))
    changes(folder, {part: {} for part in parts[:-1]})


DOORS: dict[str, Callable[[random.Random, Path], None]] = {
    one.__name__: one
    for one in (
        finder,
        articles,
        documents,
        bundles,
        table,
        annotations,
        corrections,
        exchange,
        dna,
        codebook,
        study,
        markdown,
        model,
        standoff,
        record,
    )
}
BOOK = read_codebook()


def fuzzed(door: str, times: int, seed: int = 0, seconds: float = 3600) -> tuple[int, list[str]]:
    """How often a door was tried, up to `times` and for about so many seconds, and each fault with its seed."""
    faults: list[str] = []
    end, done = time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory() as place:
        for number in range(seed, seed + times):
            folder = Path(place) / str(number)
            folder.mkdir()
            try:
                DOORS[door](random.Random(f"{door} {number}"), folder)
            except InputError as error:
                if "\n" in str(error):
                    faults.append(f"{door} --seed {number}: a refusal of several lines: {str(error)!r:.200}")
            except Exception:
                faults.append(f"{door} --seed {number}: {traceback.format_exc()}")
            shutil.rmtree(folder)
            done += 1
            if time.monotonic() > end:
                break
    return done, faults


def _told(faults: list[str]) -> int:
    """How many faults there are, each printed."""
    for fault in faults:
        print(fault)
    return len(faults)


def main(
    door: Annotated[str, typer.Argument(help=f"all, or one of {', '.join(DOORS)}.")] = "",
    times: Annotated[int, typer.Option(help="How often in all, those of earlier runs included.")] = 0,
    seconds: Annotated[float, typer.Option(help="For how long at most, each door.")] = 3600,
    counts: Annotated[str, typer.Option(metavar="FILE", help="Where the counts stand, and go.")] = "",
    seed: Annotated[int, typer.Option(help="One input again, whatever the counts say.")] = -1,
) -> None:
    """Try doors with strange input; see the top of this file."""
    had = parsed(Path(counts).read_text()) if counts and Path(counts).exists() else {}
    bad = 0
    for name in DOORS if door == "all" else [door] if door else []:
        if seed >= 0:
            done, faults = fuzzed(name, times, seed, seconds)
            bad += _told(faults)
            continue
        end = time.monotonic() + seconds
        while (left := times - had.get(name, 0)) > 0 and time.monotonic() < end:
            done, faults = fuzzed(name, min(left, KEPT), had.get(name, 0), end - time.monotonic())
            bad += _told(faults)
            had[name] = had.get(name, 0) + done
            if counts:  # so that a run that is killed has counted
                write_text(json.dumps(had, indent=1) + "\n", counts)
    print(*(f"{name}: {number:,}" for name, number in had.items()), sep="\n")
    raise typer.Exit(bool(bad))


if __name__ == "__main__":
    typer.run(main)
