"""The text of a note file: plain text, Word, PDF with a text layer, RTF, or standard input. Errors never hold any of the text."""

from __future__ import annotations

import io
import logging
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from modwise.errors import InputError
from modwise.plural import count

MOST_BYTES = 20_000_000
STDIN = "-"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_READABLE = "Modwise reads txt, docx, rtf and pdf with a text layer."
# Of a Word file only the text is unpacked; more than this is no note.
MOST_XML = 50_000_000
# What opening a Word file can raise: zipfile tells an unknown compression by NotImplementedError, a password by RuntimeError.
BROKEN_WORD = (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError, NotImplementedError, RuntimeError)


def read_note(path: str | Path) -> str:
    """The text of the file ("-" is standard input). Raises InputError for a file that holds no text, or none that can be read."""
    data, name = _bytes(path)
    text = _reader(data)(data, name)
    if not text.strip():
        raise InputError("the note holds no text", where=name, hint=_READABLE, code="note-empty")
    return text


def page_starts(path: str | Path) -> list[int]:
    """Where each page begins in the text that `read_note` gives of that file: pages of a PDF, else what form feeds part."""
    data, name = _bytes(path)
    if not data.startswith(b"%PDF"):
        return [0, *(match.end() for match in re.finditer("\f", _reader(data)(data, name)))]
    starts = [0]
    for page in _pdf_pages(data, name)[:-1]:
        starts.append(starts[-1] + len(page) + 1)
    return starts


def _bytes(path: str | Path) -> tuple[bytes, str]:
    if str(path) == STDIN:
        return _bounded(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input"), "standard input"
    try:
        with open(path, "rb") as file:
            return _bounded(file.read(MOST_BYTES + 1), str(path)), str(path)
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", where=str(path), hint="Check the path and the rights.") from None


def _bounded(data: bytes, name: str) -> bytes:
    if len(data) > MOST_BYTES:
        raise InputError(f"the note is larger than {MOST_BYTES // 1_000_000} MB", where=name, hint="Give one note a file.")
    return data


def _reader(data: bytes) -> Callable[[bytes, str], str]:
    """By what the file begins with, not by what it is called."""
    if data.startswith(b"%PDF"):
        return _pdf
    if data.startswith(b"PK\x03\x04"):
        return _docx
    if data.lstrip()[:5] == b"{\\rtf":
        return _rtf
    return _plain


def _plain(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16", name)
    if b"\x00" in data or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("this is no text file", where=name, hint=_READABLE, code="note-not-text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(data, "cp1252", name)


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # What Windows-1252 leaves undefined; Latin-1 gives every byte a character.
        return data.decode("latin-1") if encoding == "cp1252" else _not_text(name)


def _not_text(name: str) -> str:
    raise InputError("the encoding of the text cannot be read", where=name, hint="Save it as UTF-8.", code="note-not-text")


def _docx(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = archive.getinfo("word/document.xml")
            if part.file_size > MOST_XML:
                raise InputError("the Word file unpacks to too much", where=name, hint="Give one note a file.")
            body = archive.read(part)
        if b"<!DOCTYPE" in body[:2000] or b"<!ENTITY" in body[:2000]:
            raise InputError("the Word file declares entities", where=name, hint="Save it again with a word processor.")
        root = ElementTree.fromstring(body)  # noqa: S314 - without a DOCTYPE no entity can be declared
    except BROKEN_WORD:
        raise InputError("this is no readable Word file", where=name, hint=_READABLE, code="note-not-text") from None
    return "\n".join(_paragraphs(root))


def _paragraphs(root: ElementTree.Element) -> Iterator[str]:
    for paragraph in root.iter(f"{_WORD}p"):
        yield "".join(_runs(paragraph))


def _runs(paragraph: ElementTree.Element) -> Iterator[str]:
    # Deleted text of tracked changes is `delText` and stays out.
    for node in paragraph.iter():
        if node.tag == f"{_WORD}t":
            yield node.text or ""
        elif node.tag == f"{_WORD}tab":
            yield "\t"
        elif node.tag in (f"{_WORD}br", f"{_WORD}cr"):
            yield "\n"


def _pdf(data: bytes, name: str) -> str:
    return "\n".join(_pdf_pages(data, name))


def _pdf_pages(data: bytes, name: str) -> list[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # Its warnings may quote what stands in the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("the PDF is locked by a password", where=name, hint="Save it without one.", code="note-locked")
        pages = [page.extract_text() or "" for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError):
        raise InputError("this is no readable PDF", where=name, hint=_READABLE, code="note-not-text") from None
    if not any(page.strip() for page in pages):
        raise InputError(
            f"the PDF holds {count(len(pages), 'page')} and no text: it looks scanned",
            where=name,
            hint="Run text recognition (OCR) on it first, or give the text itself.",
            code="note-scanned",
        )
    return pages


_RTF = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE)
_ASIDE = frozenset(
    {
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "object",
        "themedata",
        "listtable",
        "listoverridetable",
        "generator",
        "datastore",
        "latentstyles",
        "rsidtbl",
        "xmlnstbl",
        "mmathpr",
        "fldinst",
        "footnote",
    }
)
_WRITES = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t"} | {
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "endash": "\u2013",
    "emdash": "\u2014",
    "bullet": "\u2022",
}


def _rtf(data: bytes, name: str) -> str:
    return "".join(_rtf_pieces(data.decode("latin-1")))


def _rtf_pieces(source: str) -> Iterator[str]:
    """The text of RTF: groups that are no text are passed over, `\\uN` is followed by one stand-in character."""
    aside: list[bool] = [False]
    skip = 0
    for match in _RTF.finditer(source):
        word, number, code, symbol, brace, plain = match.groups()
        if brace:
            aside = [*aside, aside[-1]] if brace == "{" else (aside[:-1] or [False])
        elif word in _ASIDE or symbol == "*":
            aside[-1] = True
        elif aside[-1]:
            continue
        elif word == "u" and number:
            skip = 1
            yield _character(int(number))
        elif word:
            yield _WRITES.get(word, "")
        elif code or plain:
            text = bytes.fromhex(code).decode("cp1252", "replace") if code else plain
            yield text[skip:]
            skip = max(skip - len(text), 0)
        elif symbol in ("\\", "{", "}", "~", "_"):
            yield {"~": " ", "_": "-"}.get(symbol, symbol)


def _character(number: int) -> str:
    value = number + 65536 if number < 0 else number
    return chr(value) if 0 < value < 0x110000 and not 0xD800 <= value < 0xE000 else "\N{REPLACEMENT CHARACTER}"
