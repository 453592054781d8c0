"""Formats: the same story out of every kind of file, and one line on what is broken, encrypted, empty, too large."""

import email.message
import io
import zipfile
from pathlib import Path

import ftfy.bad_codecs  # noqa: F401
import pytest
from docx import Document
from pypdf import PdfWriter

from stance.articles.formats import LARGEST, LARGEST_TABLE
from stance.articles.reading import read_articles
from stance.files import InputError

STORY = [
    "The library board has turned down a plan to close four branches before the summer is out.",
    "“Nobody asked the people who read here, and I will not sign it,” said Nora Pym, who chairs the board.",
    "The county said that it would look at the long-term costs again.",
]
TEXT = "\n\n".join(STORY)
HEAD = "Library board says no to closures"
HTML = (
    f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{HEAD} | Moor Times</title></head><body><article>"
    f"<h1>{HEAD}</h1><p>3 May 2016</p>{''.join(f'<p>{one}</p>' for one in STORY)}</article></body></html>"
)


def docx() -> bytes:
    document, file = Document(), io.BytesIO()
    for line in (HEAD, *STORY):
        document.add_paragraph(line)
    document.save(file)
    return file.getvalue()


def rtf() -> bytes:
    told = "".join(rf"{one}\par ".replace("“", r"\ldblquote ").replace("”", r"\'94") for one in (HEAD, *STORY))
    return rf"{{\rtf1\ansi\ansicpg1252 {told}}}".encode("cp1252")


def pdf(*pages: list[str], password: str = "") -> bytes:
    """A PDF with a line of text for each line of a page."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"",
             b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]  # fmt: skip
    for lines in pages:
        shown = b"".join(
            b"(" + line.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)") + b") Tj T*\n" for line in lines
        )
        stream = b"BT /F1 9 Tf 11 TL 40 800 Td\n" + shown + b"ET"
        parts += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                  b"/Resources << /Font << /F1 3 0 R >> >> >>" % (len(parts) + 2),
                  b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)]  # fmt: skip
    kids = b" ".join(b"%d 0 R" % number for number in range(4, len(parts) + 1, 2))
    parts[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(parts) + 1, table, len(parts) + 1, len(data),
    )  # fmt: skip
    if password:
        writer, file = PdfWriter(io.BytesIO(data)), io.BytesIO()
        writer.encrypt(password, algorithm="RC4-128")
        writer.write(file)
        data = file.getvalue()
    return data


SET = ["Moor Times                         3 May 2016                         Page 1", HEAD,
       "The library board has turned down a plan to close four bran-",
       "ches before the summer is out.",
       "“Nobody asked the people who read here, and I will not sign",
       "it,” said Nora Pym, who chairs the board."]  # fmt: skip
NEXT = ["Moor Times                         3 May 2016                         Page 2",
        "The county said that it would look at the long-", "term costs again."]  # fmt: skip


def letter(subtype: str = "plain", attached: bool = False) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"] = "Moor Times <news@moor.example>", "reader@example.org"
    message["Subject"], message["Date"] = HEAD, "Tue, 03 May 2016 07:00:00 +0100"
    message.set_content(TEXT if subtype == "plain" else HTML, subtype=subtype, cte="quoted-printable")
    if attached:
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename="more.pdf")
    return message.as_bytes()


def mhtml() -> bytes:
    page = email.message.EmailMessage()
    page["From"], page["Snapshot-Content-Location"] = "<Saved by Blink>", "https://moor.example/news/7"
    page["Subject"] = HEAD
    page.set_content(HTML, subtype="html", cte="quoted-printable")
    page.make_related()
    page.add_related(b"\x89PNG\r\n", maintype="image", subtype="png", cid="<a@b>")
    return page.as_bytes()


FILES = {
    "a.txt": f"{HEAD}\n{TEXT}".encode(), "a.md": f"# {HEAD}\n\n{TEXT}".encode(), "a.html": HTML.encode(),
    "a.docx": docx(),
    "a.rtf": rtf(), "a.pdf": pdf(SET, NEXT), "a.eml": letter(), "a.mhtml": mhtml(),
    "a.csv": f'title;text\n{HEAD};"{TEXT}"\n'.encode(), "a.tsv": f'title\ttext\n{HEAD}\t"{TEXT}"\n'.encode("cp1252"),
    "a.json": b'{"articles": [{"title": "%s", "source": {"name": "Moor"}, "content": "%s"}]}' % (
        HEAD.encode(), TEXT.replace("\n", "\\n").encode()),
}  # fmt: skip
OTHERWISE = {
    "html.eml": letter("html"), "utf16.html": HTML.encode("utf-16"), "without": HTML.encode(),
    "Pym v. the board": HTML.encode(),
    "page.aspx": HTML.encode(), "old.doc": HTML.encode(), "really-html.txt": HTML.encode(), "really-docx.txt": docx(),
    "really-pdf.docx": pdf(SET, NEXT), "really-rtf.doc": rtf(), "really-text.pdf": f"{HEAD}\n{TEXT}".encode(),
    "really-mail.txt": letter(),
    "soft.txt": f"{HEAD}\n{TEXT}".replace("branches", "bran\u00adches").replace("summer", "sum\u00ad\nmer").encode(),
    "garbled.txt": f"{HEAD}\n{TEXT}".encode().decode("sloppy-windows-1252").encode(),
    "mac.txt": f"{HEAD}\n{TEXT}".encode("mac_roman"),
    "two-encodings.txt": "\n\n".join([HEAD, *STORY[:2]]).encode("cp1252") + f"\n\n{STORY[2]}\n\nShare • this".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FILES, *OTHERWISE])
def test_the_same_story_out_of_every_format(tmp_path, name):
    (tmp_path / name).write_bytes({**FILES, **OTHERWISE}[name])
    [article], _ = read_articles(tmp_path)
    assert article.text.split("\n\n") == STORY
    assert article.title == HEAD


def test_what_a_page_in_one_file_and_a_letter_say_of_themselves(tmp_path):
    (tmp_path / "a.mhtml").write_bytes(mhtml())
    (tmp_path / "b.eml").write_bytes(letter(attached=True).replace(b"The county", b"The town"))
    (page, mail), skipped = read_articles(tmp_path)
    assert (page.publisher, page.published, page.url) == ("Moor Times", "2016-05-03", "https://moor.example/news/7")
    assert (mail.publisher, mail.published) == ("Moor Times", "2016-05-03")
    assert [(one.place, one.reason) for one in skipped] == [
        ("b.eml", "holds more.pdf: save it as a file of its own, to be read")
    ]


def zipped(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name.replace("__", "/"), text)
    return file.getvalue()


BROKEN = [
    *((name, FILES[name][: len(FILES[name]) // 2], "") for name in ("a.docx", "a.rtf", "a.mhtml", "a.csv", "a.json")),
    *((name, b"", "empty") for name in FILES),
    *((name, b" \r\n\0", "empty") for name in FILES),
    ("a.pdf", pdf(SET, password="secret"), "encrypted: save it without a password"),
    ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "an encrypted or an old Office file"),
    ("a.csv", zipped(xl__workbook="").replace(b"xl/workbook", b"xl/workbook"), "an archive of files: unpack it"),
    ("a.csv", zipped(**{"xl__workbook.xml": ""}), "an Excel workbook: save it as 'CSV UTF-8'"),
    ("a.docx", zipped(mimetype="application/vnd.oasis.opendocument.text"), "an OpenDocument file"),
    ("a.docx", zipped(**{"word__document.xml": "x" * 501_000_000}), "too large for an article"),
    ("a.docx", zipped(**{"word__document.xml": "<w/>"}), "broken or cut off"),
    ("a.pdf", pdf([]), "scanned pages without a text layer"),
    ("a.pdf", b"%PDF-1.4\n" + bytes(999), "broken or cut off"),
    ("a.pdf", b"half", "not the PDF file that its name says"),
    ("a.rtf", b"{\\rtf1 half", "cut off"),
    ("a.json", b'{"status": "ok"}', "a list of articles in JSON"),
    ("a.png", FILES["a.txt"], "not .txt"),
    ("a.txt", TEXT.encode() + TEXT.encode("utf-16"), "a binary file, not text"),
]  # fmt: skip


@pytest.mark.parametrize("name, data, reason", BROKEN)
def test_what_cannot_be_read_is_one_line_and_the_others_go_on(tmp_path, name, data, reason):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_bytes(FILES["a.txt"])
    articles, [skipped] = read_articles(tmp_path)
    assert [one.path for one in articles] == ["good.txt"]
    assert skipped.place.startswith(name)
    assert reason in skipped.reason
    assert "\n" not in skipped.reason


@pytest.mark.parametrize("name", [*FILES, "a.parquet"])
def test_a_file_of_500_megabytes_is_refused_before_it_is_read(tmp_path, name):
    with (tmp_path / name).open("wb") as file:
        file.truncate(500_000_000)
    limit = LARGEST_TABLE if name in ("a.csv", "a.tsv", "a.json", "a.parquet") else LARGEST
    with pytest.raises(InputError, match=rf"too large for an article \(more than {limit:,} bytes\): split it"):
        read_articles(tmp_path)


def test_a_scanned_page_among_others_is_named(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf(SET, [], NEXT))
    [article], [skipped] = read_articles(tmp_path)
    assert article.text.split("\n\n") == STORY
    assert skipped.reason == "page 2 is a picture without text: have it recognised (OCR) first"


@pytest.mark.parametrize("name", ["a.pdf", "a.html", "a.eml", "a.txt"])
def test_of_a_file_cut_in_half_without_an_end_of_its_own_the_half_is_read(tmp_path: Path, name):
    (tmp_path / name).write_bytes(FILES[name][: len(FILES[name]) * 2 // 3])
    try:
        [article], _ = read_articles(tmp_path)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert article.text.split("\n\n")[0] == STORY[0]


def test_json_that_is_nested_too_deep_is_one_line_and_the_others_go_on(tmp_path):
    (tmp_path / "a.json").write_text("[" * 100_000 + "]" * 100_000)
    (tmp_path / "b.txt").write_text("The council said that the buses would run on Sunday as well.")
    articles, skipped = read_articles(tmp_path)
    assert [one.path for one in articles] == ["b.txt"]
    assert [one.place for one in skipped] == ["a.json"] and "levels" in skipped[0].reason
