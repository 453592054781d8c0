"""Formats: the text of a file, plain or as HTML, whatever its name says that it is, and why another holds none."""

import email
import email.errors
import email.policy
import io
import logging
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from stance.files import InputError
from stance.tables import FORMATS

LARGEST = 50_000_000  # bytes: a bundle of some thousand articles, a saved page with its pictures inside
LARGEST_TABLE = 250_000_000
TABLES = (*FORMATS, ".json")
PLAIN, MARKDOWN, HTML = ".txt", ".md", ".html"
OTHER_BYTES = re.compile("[\udc80-\udcff]+")  # what is not UTF-8, as `surrogateescape` decodes it
HTML_HEAD = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)
ENDING = re.compile(r"\.[a-z]\w{1,7}", re.IGNORECASE)
MAIL = re.compile(rb"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
GARBLED = re.compile("[ÂÃâÅ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")


class Content(NamedTuple):
    """What a file holds: its characters, as which kind they are to be read, and what it says of itself.

    `kind` is PLAIN, MARKDOWN, HTML or the ending of a table; `notes` says what was put right, or could not be read.
    """

    text: str
    kind: str
    known: dict[str, str] = {}  # noqa: RUF012
    notes: tuple[str, ...] = ()


def content(file: Path) -> Content:
    """What is in a file, told from its first bytes rather than from its name.

    Raises InputError, with what to do, where it is too large, broken, encrypted, empty or of another format.
    """
    ending = file.suffix.lower()
    data = _bytes(file, LARGEST_TABLE if KINDS.get(ending, ending) in TABLES else LARGEST)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\xfe\0 \t\r\n"):
        raise InputError("empty")
    for sign, read in SIGNS.items():
        if data[:64].lstrip().startswith(sign):
            return _guarded(read, data)
    if ending in (".mht", ".mhtml", ".eml") or (MAIL.match(data) and re.search(rb"(?im)^mime-version:", data[:9999])):
        return _guarded(_message, data)
    if ending == ".parquet":
        return Content("", ending)
    is_html = HTML_HEAD.match(data[:5000].lstrip(b"\xef\xbb\xbf"))
    # A page saved as 'beds' or 'Minister vs. council' has no ending; text may bear the ending of another format.
    kind = HTML if is_html else KINDS.get(ending, PLAIN if ending in NAMED or not ENDING.fullmatch(ending) else "")
    if ending in NAMED and not is_html and len(data) < 200:
        raise InputError(f"not the {ending[1:].upper()} file that its name says: broken or cut off, get it again")
    if not kind:
        raise InputError(f"not {', '.join(READ[:-1])} or {READ[-1]}")
    text, notes = _repaired(decoded(data))
    return Content(text, HTML if kind == PLAIN and HTML_HEAD.match(text[:5000].encode()) else kind, notes=notes)


def _bytes(file: Path, largest: int) -> bytes:
    try:
        if file.stat().st_size > largest:
            raise InputError(f"too large for an article (more than {largest:,} bytes): split it into smaller files")
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"not readable ({error.strerror})") from error


def _guarded(read: Callable[[bytes], Content], data: bytes) -> Content:
    """What `read` gives; whatever a broken file does to a library, the other articles go on."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read(data)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"broken or cut off, get it again ({type(error).__name__}: {error})") from error


# Characters ---------------------------------------------------------------------------------------------------------


def decoded(data: bytes) -> str:
    """The characters: UTF-8, UTF-16, Windows-1252 or Mac Roman, Windows-1252 also where it stands among UTF-8."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    name = marks.get(data[:2]) or ("utf-16-le" if data[1:40:2].strip(b"\0") == b"" and len(data) > 3 else "")
    if name:
        try:
            return data.decode(name)
        except UnicodeDecodeError as error:
            raise InputError("unreadable encoding (marked as UTF-16, which it is not): save it as UTF-8") from error
    text = data.decode("utf-8-sig", "surrogateescape")
    other = sum(map(len, OTHER_BYTES.findall(text)))
    # English in Windows-1252 has a few such bytes in a hundred (quotation marks, pounds); other alphabets have most.
    if other > len(text) / 5 and b"\0" not in data:
        raise InputError("unreadable encoding (neither UTF-8 nor Windows-1252): save it as UTF-8")
    if "\0" in text or sum(text.count(chr(code)) for code in (*range(9), *range(14, 32), 127)) > len(text) / 100:
        raise InputError("a binary file, not text")
    encoding = "cp1252"
    if other and not any("\x80" <= sign < "\udc80" for sign in text):
        from charset_normalizer import from_bytes

        best = from_bytes(data, cp_isolation=["cp1252", "mac_roman"]).best()
        encoding = best.encoding if best else encoding
    return OTHER_BYTES.sub(lambda run: run[0].encode("utf-8", "surrogateescape").decode(encoding, "replace"), text)


def _repaired(text: str) -> tuple[str, tuple[str, ...]]:
    """The text, its characters put right where UTF-8 was taken for Windows-1252, and a word on it."""
    if not (found := GARBLED.search(text)):
        return text, ()
    import ftfy

    lines = text.split("\n")
    for at, line in enumerate(lines):
        if GARBLED.search(line) and ftfy.is_bad(line):
            lines[at] = ftfy.fix_encoding(re.sub(r"â€(?=[\s.,;:!?)]|$)", "”", line))
    if (repaired := "\n".join(lines)) == text:
        return text, ()
    return repaired, (f"garbled characters ({found[0]!r}) were put right, since it was saved in the wrong encoding",)


# Documents ----------------------------------------------------------------------------------------------------------


def _zipped(data: bytes) -> Content:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = set(parts.namelist())
        if sum(part.file_size for part in parts.infolist()) > 10 * LARGEST:
            raise InputError(f"too large for an article (more than {10 * LARGEST:,} bytes when unpacked)")
    if "word/document.xml" in names:
        return _word(data)
    if "xl/workbook.xml" in names:
        raise InputError("an Excel workbook: save it as 'CSV UTF-8' (File, Save as)")
    if "mimetype" in names:
        raise InputError("an OpenDocument file: save it as .docx or .txt")
    raise InputError("an archive of files: unpack it")


def _word(data: bytes) -> Content:
    from docx import Document
    from docx.table import Table

    document = Document(io.BytesIO(data))
    paragraphs = []
    for part in document.iter_inner_content():
        cells = [cell for row in part.rows for cell in row.cells] if isinstance(part, Table) else [part]
        paragraphs += [cell.text for cell in cells]
    if not "".join(paragraphs).strip():
        raise InputError("empty")
    return Content("\n".join(paragraphs), PLAIN)


def _rich(data: bytes) -> Content:
    from striprtf.striprtf import rtf_to_text

    if data.rstrip(b"\0\r\n\t ")[-1:] != b"}":
        raise InputError("cut off: an RTF file ends with a bracket; get it again")
    # A pipe ends a cell: behind a field's name it is a gap.
    text = rtf_to_text(data.decode("latin-1"), errors="replace")
    return Content("\n".join(line.strip("|").replace("|", "\t") for line in text.split("\n")), PLAIN)


def _pdf(data: bytes) -> Content:
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong in a file is said in one line, by us
    reader = PdfReader(io.BytesIO(data))
    try:
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise InputError("encrypted: save it without a password")
        pages = [page.extract_text() for page in reader.pages]
    except DependencyError as error:
        raise InputError("encrypted: save it without a password") from error
    scanned = [str(number) for number, page in enumerate(pages, start=1) if not page.strip()]
    if len(scanned) == len(pages):
        raise InputError("scanned pages without a text layer: have their text recognised (OCR) first")
    notes = [f"page {', '.join(scanned)} is a picture without text: have it recognised (OCR) first"] if scanned else []
    lines = [[line.rstrip() for line in page.strip("\n").split("\n")] for page in pages]
    # What stands at the edge of most pages, but for its number, is a running head.
    edges = Counter(edge for page in lines for edge in {_masked(line) for line in page[:2] + page[-2:]})
    heads = {edge for edge, count in edges.items() if count > 1 and 2 * count >= len(pages)}
    kept = lines[0] + [
        line
        for page in lines[1:]
        for at, line in enumerate(page)
        if 2 <= at < len(page) - 2 or _masked(line) not in heads
    ]
    return Content("\n".join(kept), PLAIN, notes=tuple(notes))


def _masked(line: str) -> str:
    """A line with its figures hidden."""
    return " ".join(re.sub(r"\d+", "0", line).split())


def without_running_heads(text: str) -> str:
    """A printed text less the lines that come again but for a number and have a wide gap, and numbers beside them."""
    lines = re.split("\n|\f", text)
    wide = Counter(_masked(line) for line in lines if re.search(r"\S {4,}\S", line) and re.search(r"\d", line))
    heads = {head for head, count in wide.items() if count > 1}
    if not heads:
        return text
    first = next(at for at, line in enumerate(lines) if _masked(line) in heads)  # it may have the date
    told = (at == first or not (_masked(line) in heads or line.strip().isdigit()) for at, line in enumerate(lines))
    return "\n".join(line for line, kept in zip(lines, told, strict=True) if kept)


def _message(data: bytes) -> Content:
    """A page saved in one file (MHTML), or a letter (.eml)."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    if any(isinstance(defect, email.errors.CloseBoundaryNotFoundDefect) for defect in message.defects):
        raise InputError("cut off: its last part has no end; get it again")
    location = message.get("Snapshot-Content-Location", "")
    body = message.get_body(
        ("html", "plain") if location or "related" in message.get_content_type() else ("plain", "html")
    )
    if body is None:
        raise InputError("a message without a text: broken or cut off, get it again")
    text = str(body.get_content())
    files = [name for part in message.iter_attachments() if (name := part.get_filename())]
    notes = (f"holds {', '.join(files)}: save it as a file of its own, to be read",) if files and not location else ()
    known = {"url": location or ("" if message.get("From") else message.get("Content-Location", ""))}
    if message.get("From") and not location:
        sender = message["From"].addresses[0] if message["From"].addresses else None
        known |= {"title": str(message.get("Subject", "")), "published": str(message.get("Date", ""))}
        known["publisher"] = sender.display_name if sender else ""
    return Content(text, HTML if body.get_content_subtype() == "html" else PLAIN, known, notes)


def _old(data: bytes) -> Content:
    raise InputError("an encrypted or an old Office file: save it without a password as .docx, or a table as CSV UTF-8")


SIGNS: dict[bytes, Callable[[bytes], Content]] = {
    b"%PDF": _pdf, b"{\\rtf": _rich, b"PK\x03\x04": _zipped, b"\xd0\xcf\x11\xe0": _old,
}  # fmt: skip
KINDS = {
    ".txt": PLAIN, ".text": PLAIN, ".md": MARKDOWN, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".php": HTML,
    ".asp": HTML, ".aspx": HTML, ".json": ".json", ".csv": ".csv", ".tsv": ".csv", ".tab": ".csv", ".jsonl": ".jsonl",
}  # fmt: skip
NAMED = (".docx", ".doc", ".rtf", ".pdf", ".mhtml", ".mht", ".eml")
READ = [*KINDS, *NAMED, ".parquet"]
