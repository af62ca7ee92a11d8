"""Reads a finished letter: plain text, Markdown, Word or PDF, page by page; of a packet the letter. Errors never hold any of its text."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from modwise.appeals.verifying.covers import Packet
from modwise.errors import InputError
from modwise.notes.files import BROKEN_WORD
from modwise.plural import count

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_BYTES = 50_000_000
MOST_XML = 50_000_000
READABLE = "Modwise reads txt, md, docx and pdf with a text layer."
# The bookmarks of cover and letter in a packet.
COVER = "Cover sheet"
LETTER = "Letter"
MARKDOWN = (".md", ".markdown")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PART = re.compile(r"word/(?:(header)\d*|(footer)\d*|(footnotes)|(endnotes))\.xml")


@dataclass(frozen=True)
class Pages:
    """The letter's text page by page; `remarks` are what a reader of the file would see besides."""

    kind: str
    pages: list[str]
    remarks: list[str] = field(default_factory=list)
    packet: Packet | None = None


def read_pages(path: str | Path) -> Pages:
    """The letter of a file. Raises InputError for a file that holds no text, or none that can be read."""
    data, name = _bytes(Path(path)), str(path)
    if data.startswith(b"%PDF"):
        found = _pdf(data, name)
    elif data.startswith(b"PK\x03\x04"):
        found = _word(data, name)
    else:
        text = _plain(data, name)
        kind = "md" if Path(path).suffix.lower() in MARKDOWN else "txt"
        found = Pages(kind, (unmarked(text) if kind == "md" else text).split("\f"))
    if not any(page.strip() for page in found.pages):
        raise InputError("the letter holds no text", where=name, hint=READABLE, code="letter-empty")
    return found


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", where=str(path), hint="Check the path and the rights.") from None
    if len(data) > MOST_BYTES:
        raise InputError(f"the letter is larger than {MOST_BYTES // 1_000_000} MB", where=str(path), hint="Give the letter alone.")
    return data


def _plain(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\x00" in data or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("this is no text file", where=name, hint=READABLE, code="letter-not-text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


# --- Markdown -----------------------------------------------------------------------------------------------------------------
_RULE = re.compile(r"^\s*(?:\|?[\s:|-]*-{3,}[\s:|-]*|[*_]{3,})\s*$")
_LEAD = re.compile(r"^\s*(?:>\s?|#{1,6}\s+|[-*+]\s+)+")
_MARKS = re.compile(r"(?<!\\)(\*\*|__|\*|`)")
_UNDERLINED = re.compile(r"(?<![\w\\])_(?=\S)(.+?)(?<=\S)_(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>$~-])")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_CELL = re.compile(r"(?<!\\)\|")


def unmarked(text: str) -> str:
    """Markdown without its marks; table cells are parted by tabs."""
    return "\n".join(_unmarked_line(line) for line in text.splitlines())


def _unmarked_line(line: str) -> str:
    if _RULE.match(line):
        return ""
    if line.lstrip().startswith("|"):
        line = "\t".join(cell.strip() for cell in _CELL.split(line.strip().strip("|")))
    bare = _MARKS.sub("", _LEAD.sub("", line))
    return _ESCAPE.sub(r"\1", _UNDERLINED.sub(r"\1", _BREAK.sub(" ", bare))).rstrip()


# --- PDF ----------------------------------------------------------------------------------------------------------------------
def _pdf(data: bytes, name: str) -> Pages:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # Its warnings may quote what stands in the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("the PDF is locked by a password", where=name, hint="Save it without one.", code="letter-locked")
        first, last = _letter_pages(reader)
        packet = _packet(reader)
        pages = [page.extract_text() or "" if first <= number < last else "" for number, page in enumerate(reader.pages)]
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError):
        raise InputError("this is no readable PDF", where=name, hint=READABLE, code="letter-not-text") from None
    if not any(page.strip() for page in pages):
        raise InputError(f"the PDF holds {count(len(pages), 'page')} and no text", where=name, hint=READABLE, code="letter-scanned")
    return Pages("pdf", pages, packet=packet)


def _packet(reader: PdfReader) -> Packet | None:
    """The packet that the file is; None for a letter alone."""
    starts = [(str(item.title), reader.get_destination_page_number(item)) for item in reader.outline if not isinstance(item, list)]
    parts = tuple((title, number) for title, number in starts if number is not None)
    if not parts or parts[0] != (COVER, 0) or LETTER not in dict(parts):
        return None
    return Packet(reader.pages[0].extract_text() or "", parts, len(reader.pages))


def _letter_pages(reader: PdfReader) -> tuple[int, int]:
    """First and behind-last page of the letter: those under its bookmark in a packet, all of another PDF."""
    starts = [(str(item.title), reader.get_destination_page_number(item)) for item in reader.outline if not isinstance(item, list)]
    for index, (title, number) in enumerate(starts):
        if title == LETTER and number is not None:
            after = [n for _, n in starts[index + 1 :] if n is not None]
            return number, after[0] if after else len(reader.pages)
    return 0, len(reader.pages)


# --- Word ---------------------------------------------------------------------------------------------------------------------
def _word(data: bytes, name: str) -> Pages:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename: info.file_size for info in archive.infolist()}
            roots = {part: _root(archive.read(part), name) for part in _wanted(parts, name)}
            commented = any(part.startswith("word/comments") for part in parts)
    except BROKEN_WORD:
        raise InputError("this is no readable Word file", where=name, hint=READABLE, code="letter-not-text") from None
    body = roots.pop("word/document.xml")
    pages = _word_pages(body)
    beside = ["\n\n".join(_blocks(root)) for part, root in roots.items()]
    heads = [text for part, text in zip(roots, beside, strict=True) if part.startswith("word/header")]
    feet = [text for part, text in zip(roots, beside, strict=True) if not part.startswith("word/header")]
    pages[0] = "\n\n".join(text for text in (*heads, pages[0]) if text.strip())
    pages[-1] = "\n\n".join(text for text in (pages[-1], *feet) if text.strip())
    return Pages("docx", pages, list(_remarks(body, commented)))


def _wanted(parts: dict[str, int], name: str) -> list[str]:
    wanted = ["word/document.xml", *sorted(part for part in parts if _PART.fullmatch(part))]
    if sum(parts.get(part, 0) for part in wanted) > MOST_XML:
        raise InputError("the Word file unpacks to too much", where=name, hint="Give the letter alone.")
    return wanted


def _root(content: bytes, name: str) -> ElementTree.Element:
    if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content[:2000]:
        raise InputError("the Word file declares entities", where=name, hint="Save it again with a word processor.")
    return ElementTree.fromstring(content)  # noqa: S314 - without a DOCTYPE no entity can be declared


def _remarks(body: ElementTree.Element, commented: bool) -> Iterator[str]:
    if any(body.find(f".//{_W}{tag}") is not None for tag in ("ins", "del", "moveFrom", "moveTo")):
        yield "the Word file holds tracked changes, which its reader would see"
    if commented:
        yield "the Word file holds comments, which its reader would see"
    if body.find(f".//{_W}vanish") is not None:
        yield "the Word file holds hidden text"


def _word_pages(body: ElementTree.Element) -> list[str]:
    return "\n\n".join(_blocks(body)).split("\f")


def _blocks(node: ElementTree.Element) -> Iterator[str]:
    """Paragraphs and table rows in order; the text of a box behind the paragraph it hangs on."""
    for child in node:
        if child.tag == f"{_W}p":
            yield "".join(_runs(child))
            yield from _boxes(child)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                yield "\t".join(" ".join(_blocks(cell)) for cell in row.findall(f"{_W}tc"))
        elif child.tag != _FALLBACK:
            yield from _blocks(child)


def _boxes(node: ElementTree.Element) -> Iterator[str]:
    for child in node:
        if child.tag == f"{_W}txbxContent":
            yield from _blocks(child)
        elif child.tag != _FALLBACK:
            yield from _boxes(child)


def _runs(node: ElementTree.Element) -> Iterator[str]:
    # Deleted text of tracked changes is `delText` and stays out; boxes come apart from the paragraph.
    for child in node:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\f" if child.get(f"{_W}type") == "page" else "\n"
        elif child.tag == f"{_W}lastRenderedPageBreak":
            yield "\f"
        elif child.tag not in (f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK):
            yield from _runs(child)
