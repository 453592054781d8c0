"""DNA: statements and labels as the Discourse Network Analyzer 3 holds them, in its SQLite file and its event list.

Its concept is a target, its agreement support or oppose, a coder an annotator, the Type of an organization the kind of
a stakeholder.
"""

import base64
import csv
import hashlib
import re
import sqlite3
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from stance import tables
from stance.articles.reading import Article, read_articles
from stance.codebook import Codebook, read_codebook
from stance.files import InputError
from stance.labels.annotations import STATEMENTS, Annotation
from stance.labels.exchange import add_new
from stance.labels.standoff import Labelled, StandOff
from stance.statements.finding import Statement
from stance.tables import Skipped

HOLDS = (
    "DNA holds no label without a position, and of a label neither its note nor when and with which probability it was"
    " made; a joint statement is one for each organization."
)
PASSWORD = "stance"  # DNA asks for one; it keeps nobody from reading the file
LONGEST = 190  # characters of a name
SCHEMA = Path(__file__).parent / "dna.sql"
SIDES = ("oppose", "support")  # by the number that is DNA's agreement
WANTED = {"person": "short text", "organization": "short text", "concept": "short text", "agreement": "boolean"}
EVENTS = ["statement ID", "time", "document ID", "document title", "author", "source", "section", "type", "text"]
EPOCH = datetime(1970, 1, 1)
# Seconds of a day that a date can name; what lies beyond is undated.
FIRST, LAST = (int((day - EPOCH).total_seconds()) for day in (datetime(1, 1, 1), datetime(9999, 12, 31)))
DOCUMENTS = "SELECT ID, Title, Text, Source, Date FROM DOCUMENTS"
VARIABLES = """
    SELECT Variable, v.ID, DataType FROM VARIABLES v JOIN STATEMENTTYPES t ON t.ID = v.StatementTypeId
    WHERE t.Label = 'DNA Statement' ORDER BY v.ID"""
CODED = """
    SELECT s.ID, s.DocumentId, s.Start, s.Stop, c.Name, COALESCE(pe.Value, ''), COALESCE(oe.Value, ''),
        COALESCE(te.Value, ''), a.Value FROM STATEMENTS s LEFT JOIN CODERS c ON c.ID = s.Coder
    LEFT JOIN DATASHORTTEXT p ON p.StatementId = s.ID AND p.VariableId = :person
    LEFT JOIN DATASHORTTEXT o ON o.StatementId = s.ID AND o.VariableId = :organization
    LEFT JOIN DATASHORTTEXT t ON t.StatementId = s.ID AND t.VariableId = :concept
    LEFT JOIN ENTITIES pe ON pe.ID = p.Entity LEFT JOIN ENTITIES oe ON oe.ID = o.Entity
    LEFT JOIN ENTITIES te ON te.ID = t.Entity
    JOIN DATABOOLEAN a ON a.StatementId = s.ID AND a.VariableId = :agreement ORDER BY s.ID"""
OF_ENTITIES = """FROM ATTRIBUTEVALUES v JOIN ENTITIES e ON e.ID = v.EntityId
    JOIN ATTRIBUTEVARIABLES a ON a.ID = v.AttributeVariableId WHERE AttributeValue != ''"""
USED = "e.VariableId = :organization AND AttributeVariable IN ('Type', 'Alias')"
ASIDE = {  # what is in a file and has no place here
    "statements of another type than DNA Statement": "SELECT COUNT(*) FROM STATEMENTS s JOIN STATEMENTTYPES t "
    "ON t.ID = s.StatementTypeId WHERE Label != 'DNA Statement'",
    "attributes other than Type and Alias of an organization": f"SELECT COUNT(*) {OF_ENTITIES} AND NOT ({USED})",
    "regular expressions": "SELECT COUNT(*) FROM REGEXES",
}


class Document(NamedTuple):
    """A text with what is known of it; `published` an ISO date or empty; `text` is empty in an event list."""

    document: int
    title: str
    text: str
    publisher: str
    published: str


class Coding(NamedTuple):
    """What `coder` read in document.text[start:end]: who, for which organisation, takes which stance on a concept."""

    document: int
    start: int
    end: int
    coder: str
    person: str
    organisation: str
    concept: str
    stance: str


class Dna(NamedTuple):
    """Documents and codings in order, and of organisations their kind (Type) and other names (Alias)."""

    documents: tuple[Document, ...]
    codings: tuple[Coding, ...]
    kinds: dict[str, tuple[str, str]]


def is_dna(path: str | Path) -> bool:
    """Whether a file is one of DNA: .dna by its name, or an event list by its first column."""
    path = Path(path)
    return path.suffix == ".dna" or (path.suffix == ".csv" and tables.read_text(path).startswith(f'"{EVENTS[0]}"'))


# In -----------------------------------------------------------------------------------------------------------------


def read_dna(path: str | Path) -> tuple[Dna, list[Skipped]]:
    """What a .dna file of DNA 3 or an event list (.csv) holds, and what else is in it and has no place here.

    Raises InputError for another file (a connection profile, a file of DNA 2), one that another program is writing to,
    a variable that is missing or of another type, and a statement that lies outside its document.
    """
    path = Path(path)
    if path.suffix == ".csv":
        return _events(path), []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=1)) as base:
            return _read(base, path)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        expected = f"a .dna file of DNA 3; save one from there if this is a profile or of an older DNA ({error})"
        if "locked" in str(error):
            expected = "a file to which no other program is writing; close it in DNA and try again"
        raise InputError(expected, path) from error


def _read(base: sqlite3.Connection, path: Path) -> tuple[Dna, list[Skipped]]:
    there = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if missing := [name for name in ("ENTITIES", "DATABOOLEAN", "DATASHORTTEXT") if name not in there]:
        raise InputError(f"a table {missing[0]}; a file of DNA 2 is to be imported and saved in DNA 3 first", path)
    found = {name: (number, kind) for name, number, kind in _rows(base, path, VARIABLES, (str, int, str))}
    for name, kind in WANTED.items():
        if name not in found:
            told = f"a variable of this name in the type 'DNA Statement' (found: {', '.join(found) or 'none'})"
            raise InputError(f"{told}; add or rename it in DNA", path, field=name)
        if found[name][1] != kind:
            raise InputError(f"a variable of the type {kind}, not {found[name][1]}; recode it in DNA", path, field=name)
    numbers = {name: number for name, (number, _) in found.items()}
    documents = [
        Document(number, title, text, source, _day(EPOCH + timedelta(seconds=seconds * (FIRST <= seconds <= LAST))))
        for number, title, text, source, seconds in _rows(base, path, DOCUMENTS, (int, str, str, str, int))
    ]
    texts = {one.document: one.text.encode("utf-16-le") for one in documents}  # in whose units Java counts
    codings = []
    kinds_of = (int, int, int, int, str, str, str, str, int)
    for number, document, start, stop, coder, *said, agreement in _rows(base, path, CODED, kinds_of, numbers):
        units = texts.get(document, b"")
        if not 0 <= 2 * start < 2 * stop <= len(units):
            told = f"a place within the {len(units) // 2:,} characters of its document {document}"
            raise InputError(f"{told}, not {start} to {stop}; correct it in DNA", path, field=f"statement {number}")
        start, stop = (len(units[: 2 * place].decode("utf-16-le", "ignore")) for place in (start, stop))
        codings.append(Coding._make((document, start, stop, coder or "Admin", *said, SIDES[agreement > 0])))
    kinds: dict[str, dict[str, str]] = {}
    of_organisations = f"SELECT e.Value, AttributeVariable, AttributeValue {OF_ENTITIES} AND {USED}"
    for name, attribute, value in _rows(base, path, of_organisations, (str, str, str), numbers):
        kinds.setdefault(name, {})[attribute] = value
    named = {name: (of.get("Type", ""), of.get("Alias", "")) for name, of in kinds.items()}
    counts = {what: base.execute(query, numbers).fetchone()[0] for what, query in ASIDE.items()}
    left = [Skipped(str(path), f"{what}: {number}") for what, number in counts.items() if number]
    return Dna(tuple(documents), tuple(codings), named), left


def _rows(
    base: sqlite3.Connection, path: Path, query: str, kinds: Sequence[type], given: Mapping[str, int] | None = None
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, text empty where there is none. Raises InputError for a cell of another kind: SQLite holds
    anything in any column.
    """
    rows = base.execute(query, given or {})
    for row in rows:
        row = tuple("" if kind is str and cell is None else cell for kind, cell in zip(kinds, row, strict=True))
        for (name, *_), kind, cell in zip(rows.description, kinds, row, strict=True):
            if not isinstance(cell, kind):
                expected = "text" if kind is str else "a whole number"
                raise InputError(f"{expected}, not {cell!r:.60}; correct it in DNA", path, field=name)
        yield row


def _day(at: datetime) -> str:
    return "" if at == EPOCH else at.date().isoformat()


def _events(path: Path) -> Dna:
    documents, codings = {}, []
    rows = csv.DictReader(StringIO(tables.read_text(path), newline=""), delimiter=";")
    for name in (*EVENTS[:4], *WANTED):
        if name not in (rows.fieldnames or ()):
            raise InputError(
                f"a column of this name, as in an event list of DNA 3 (found: {rows.fieldnames})", path, 1, name
            )
    for row in rows:
        try:
            number, side = int(row["document ID"]), SIDES[int(row["agreement"])]
            day = _day(datetime.fromisoformat(row["time"]))
        except (IndexError, TypeError, ValueError) as error:
            raise InputError(f"a row of an event list, agreement 0 or 1 ({error})", path, rows.line_num) from error
        documents[number] = Document(number, row["document title"], "", row.get("source") or "", day)
        said = (row[name] or "" for name in ("person", "organization", "concept"))
        codings.append(Coding._make((number, 0, 0, "", *said, side)))
    return Dna(tuple(documents.values()), tuple(codings), {})


# Out ----------------------------------------------------------------------------------------------------------------


def dna_of(
    articles: Sequence[Article], statements: Iterable[Statement], labels: Iterable[Annotation], codebook: Codebook
) -> Dna:
    """The articles as documents, and the labels that take a position, of statements that are given, as codings."""
    documents = {one.article: number for number, one in enumerate(articles, start=1)}
    said = {one.statement: one for one in statements}
    names = {one.stakeholder: one.name for one in codebook.stakeholders}
    concepts = {one.target: one.name for one in codebook.targets}
    codings = [
        Coding(documents[one.article], one.start, one.end, label.annotator, one.speaker[:LONGEST],
               organisation[:LONGEST], concepts[label.target][:LONGEST], label.stance)
        for label in labels if label.stance in SIDES and (one := said.get(label.statement))
        for organisation in [names[name] for name in one.stakeholders] or [one.organisation]
    ]  # fmt: skip
    texts = [Document(documents[one.article], one.title, one.text, one.publisher, one.published) for one in articles]
    kinds = {one.name[:LONGEST]: (one.kind, "; ".join(one.aliases)[:LONGEST]) for one in codebook.stakeholders}
    return Dna(tuple(texts), tuple(codings), kinds)


def write_dna(dna: Dna, path: str | Path) -> None:
    """Write a file of DNA 3, whole, or where `path` ends in .csv an event list, in which DNA has commas for semicolons.

    Whoever opens the file in DNA gives the password PASSWORD. What is undated has the first day of 1970.
    """
    days = {one.document: datetime.fromisoformat(one.published) if one.published else EPOCH for one in dna.documents}
    texts = {one.document: one for one in dna.documents}
    if str(path) == "-":
        raise InputError("the name of a file, since one of DNA is no text", path)
    if Path(path).suffix == ".csv":
        lines = [[*EVENTS, *WANTED]]
        for number, one in enumerate(dna.codings, start=1):
            of = texts[one.document]
            cells = [
                number,
                days[one.document],
                one.document,
                of.title,
                "",
                of.publisher,
                "",
                "",
                of.text[one.start : one.end],
            ]
            cells += [one.person, one.organisation, one.concept, SIDES.index(one.stance)]
            lines.append([str(cell).replace(";", ",").replace('"', "'") for cell in cells])
        tables.write_text("".join(";".join(f'"{cell}"' for cell in line) + "\n" for line in lines), path)
        return
    coders = {
        name: number
        for number, name in enumerate(["Admin", *sorted({one.coder for one in dna.codings} - {"Admin"})], start=1)
    }
    entities: dict[tuple[int, str], int] = {}
    for variable, field in enumerate(("person", "organisation", "concept"), start=1):
        for value in sorted({"", *(getattr(one, field) for one in dna.codings), *(dna.kinds if variable == 2 else ())}):
            entities[variable, value] = len(entities) + 1
    with tables.written_whole(path) as beside, closing(sqlite3.connect(beside)) as base, base:
        base.executescript(SCHEMA.read_text(encoding="utf-8"))

        def fill(table: str, rows: Iterable[Sequence[Any]]) -> None:
            """Rows with a number before each."""
            for number, row in enumerate(rows, start=1):
                base.execute(f"INSERT INTO {table} VALUES (?{', ?' * len(row)})", (number, *row))

        fill("CODERS (ID, Name, Password)", ((name[:LONGEST], _digest(name)) for name in coders))
        fill("CODERRELATIONS (ID, Coder, OtherCoder)", permutations(coders.values(), 2))
        base.executemany(
            "INSERT INTO DOCUMENTS (ID, Title, Text, Coder, Source, Date) VALUES (?, ?, ?, 1, ?, ?)",
            ((one.document, one.title[:LONGEST], one.text, one.publisher[:LONGEST],
              int((days[one.document] - EPOCH).total_seconds())) for one in dna.documents),
        )  # fmt: skip
        fill("ENTITIES (ID, VariableId, Value, Red, Green, Blue)", ((*key, 0, 0, 0) for key in entities))
        fill("ATTRIBUTEVALUES", ((entity, attribute, known if variable == 2 else "")
             for (variable, value), entity in entities.items()
             for attribute, known in zip((variable, variable + 3, variable + 6), (*dna.kinds.get(value, ("", "")), ""),
                                         strict=True)))  # fmt: skip
        fill("STATEMENTS", ((1, one.document, *(len(texts[one.document].text[:place].encode("utf-16-le")) // 2
                                                for place in (one.start, one.end)), coders[one.coder])
                            for one in dna.codings))  # fmt: skip
        fill("DATABOOLEAN", ((number, 4, SIDES.index(one.stance)) for number, one in enumerate(dna.codings, start=1)))
        fill("DATASHORTTEXT", ((number, variable, entities[variable, value])
                               for number, one in enumerate(dna.codings, start=1)
                               for variable, value in enumerate(one[4:7], start=1)))  # fmt: skip


def _digest(name: str) -> str:
    """PASSWORD as Jasypt's StrongPasswordEncryptor keeps it: salt and 100,000 times SHA-256. The salt is made from the
    name, so that the same file is written each time.
    """
    salt = hashlib.sha256(name.encode()).digest()[:16]
    digest = salt + PASSWORD.encode()
    for _ in range(100_000):
        digest = hashlib.sha256(digest).digest()
    return base64.b64encode(salt + digest).decode()


# Into a study -------------------------------------------------------------------------------------------------------


def study(path: str | Path, folder: str | Path) -> list[Skipped]:
    """Write the articles, the codebook and the annotations that a .dna file holds to `folder`, all of it or nothing;
    what was left aside, with the reasons.

    articles/ has a Markdown file a document, codebook/ the concepts as targets and the organizations as stakeholders,
    annotations/ a file a coder and where each statement stands. Raises InputError as `read_dna` does, for a file
    without a statement that can be used, and where `folder` has one of the three already.
    """
    dna, _ = read_dna(path)
    if not any(one.concept for one in dna.codings):
        raise InputError("at least one statement with a concept", path)
    tables.check_folder(folder)
    with tempfile.TemporaryDirectory(dir=next(p for p in Path(folder).absolute().parents if p.is_dir())) as beside:
        made = {name: Path(beside) / name for name in ("articles", "codebook", "annotations")}
        for part in made:
            if (Path(folder) / part).exists():
                raise InputError(f"a folder without {part} in it", folder)
        names = {}
        for one in dna.documents:
            names[f"{one.document:04}.md"] = one.document
            front = {"title": one.title, "publisher": one.publisher, "published": one.published}
            lines = [f"{key}: {' '.join(value.split())}" for key, value in front.items()]
            body = re.sub(r"\n+", "\n\n", _typeset(one.text))
            tables.write_text("\n".join(["---", *lines, "---", body]), made["articles"] / list(names)[-1])
        articles, unread = read_articles(made["articles"])
        _write_codebook(dna, made["codebook"])
        book = read_codebook(made["codebook"])
        homes = {names[one.path]: one for one in articles}
        *_, lost = add_labels(path, made["annotations"], book, homes)
        Path(folder).mkdir(parents=True, exist_ok=True)
        for part, place in made.items():
            place.rename(Path(folder) / part)
    return [*unread, *lost]


def _write_codebook(dna: Dna, folder: Path) -> None:
    """Write the concepts as targets and the organizations as stakeholders, for whom the persons speak."""
    concepts = _identifiers(one.concept for one in dna.codings)
    bodies = _identifiers(one.organisation for one in dna.codings)
    spoke = Counter((one.person, one.organisation) for one in dna.codings if one.person and one.organisation)
    people = {person: bodies[organisation] for (person, organisation), _ in reversed(spoke.most_common())}
    parts: dict[str, tuple[str, list[tuple[str, ...]]]] = {
        "targets": ("target name description", [(key, name, name) for name, key in concepts.items()]),
        "stakeholders": ("stakeholder name kind aliases",
                         [(key, name, *dna.kinds.get(name, ("", ""))) for name, key in bodies.items()]),
        "people": ("person stakeholder role", [(person, body, "") for person, body in people.items()]),
    }  # fmt: skip
    for name, (columns, rows) in parts.items():
        tables.write_table(pd.DataFrame(rows, columns=columns.split()), folder / f"{name}.csv")
    rules = "# Label rules\n\nVersion 1.0\n\nThe targets are the concepts of a file of DNA.\n"
    tables.write_text(rules, folder / "rules.md")


def _identifiers(names: Iterable[str]) -> dict[str, str]:
    """An identifier for each name that is not empty, as a codebook has them: lower-case letters, digits and _."""
    found: dict[str, str] = {}
    for name in filter(None, dict.fromkeys(names)):
        letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        key = re.sub("[^a-z0-9]+", "_", letters)[:40].strip("_")
        key = key if key[:1].isalpha() else f"n_{key}"
        while key in found.values():
            key += "_2"
        found[name] = key
    return found


def add_labels(
    path: str | Path, folder: str | Path, codebook: Codebook, homes: Mapping[int, Article] | None = None
) -> tuple[int, int, list[Skipped]]:
    """How many labels of a .dna file were added to its coders' files in `folder`, how many stood there already, and
    what was left aside; where the statements stand is added too (see `standoff.hydrated`).

    `homes` has the article that a document became; by default each document is an article as it stands, as in a file
    that `write_dna` made. The time of the labels is that of the file.
    """
    dna, skipped = read_dna(path)
    at = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC).isoformat()
    targets = {name: one.target for one in codebook.targets for name in (one.target, one.name[:LONGEST])}
    bodies = {one.name[:LONGEST]: one.stakeholder for one in codebook.stakeholders}
    texts = {one.document: one for one in dna.documents}
    if homes is None:
        keys = {one.document: hashlib.sha256(one.text.encode()).hexdigest()[:12] for one in dna.documents}
        homes = {
            one.document: Article(
                keys[one.document], one.title, one.publisher, one.published, "", one.title, one.text, ""
            )
            for one in dna.documents
        }
    places: dict[str, StandOff] = {}
    labels: dict[tuple[str, str, str], Annotation] = {}
    for one in dna.codings:
        where = f"{path}: document {one.document}, {one.start} to {one.end}"
        home = homes.get(one.document)
        span = _span(texts[one.document].text, one.start, one.end, home.text) if home else None
        if home is None or span is None or one.concept not in targets:
            reason = (
                "its words are not in the article"
                if one.concept in targets
                else f"concept: no target is called {one.concept!r:.60}"
            )
            skipped.append(Skipped(where, reason))
            continue
        key = f"{home.article}-{span[0]}-{span[1]}"
        before = places.get(
            key, StandOff(key, home.article, *span, "indirect", "", one.person, one.person, "", one.organisation)
        )
        body = (bodies[one.organisation],) if one.organisation in bodies else ()
        places[key] = replace(before, stakeholders=tuple(dict.fromkeys((*before.stakeholders, *body))))
        coder = re.sub(r"[^\w .@-]|^\W+", "-", one.coder).lstrip("-") or "coder"
        label = Annotation(key, targets[one.concept], one.stance, coder, at, codebook=codebook.version)
        if labels.setdefault((key, label.target, coder), label) != label:
            skipped.append(Skipped(where, f"stance: coded {labels[key, label.target, coder].stance} too, which counts"))
    read = {one.article for one in places.values()}
    known = [Labelled(one.article, one.path, one.published) for one in homes.values() if one.article in read]
    for name, kind, rows in (("articles.csv", Labelled, known), (STATEMENTS, StandOff, places.values())):
        file = Path(folder) / name
        there = tables.read(file, kind) if file.exists() else []
        tables.write([*there, *(row for row in rows if row not in there)], file, kind)
    return *add_new(list(labels.values()), folder, codebook), skipped


def _typeset(text: str) -> str:
    """The text with quotation marks for the accents of a typewriter, which are code in Markdown."""
    return text.replace("``", "“").replace("''", "”").replace("`", "‘")


def _span(text: str, start: int, end: int, other: str) -> tuple[int, int] | None:
    """Where the words text[start:end] stand in another setting of the same text, which may space them otherwise."""
    if text[start:end] == other[start:end]:
        return start, end
    words = re.compile(r"\s+".join(map(re.escape, _typeset(unicodedata.normalize("NFC", text[start:end])).split())))
    found = [(match.start(), match.end()) for match in words.finditer(other)] if words.pattern else []
    # The same words may stand there twice: those that lie nearest, as parts of the whole, are meant.
    return min(found, key=lambda span: abs(span[0] * len(text) - start * len(other)), default=None)
