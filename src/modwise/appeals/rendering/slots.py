"""The slots of a Word template: which there are, and what is wrong with a template, said with its place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modwise.errors import InputError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# Set as paragraphs or tables: each stands alone in a paragraph.
BLOCKS = ("letterhead", "addressee", "reference", "body", "signature", "exhibits")
# Set inside a line.
WORDS = ("date", "method", "subject", "practice", "signer")
NEEDED = ("body",)
MOST_BYTES = 20_000_000
_TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_LOGIC = re.compile(r"\{%.*?%\}")
_HINT = "`modwise appeal --starter-template FILE` writes one that works; docs/letters-on-paper.md lists the slots."


def opened(path: str | Path) -> bytes:
    """The template's bytes, looked through. Raises InputError with the place of what is wrong."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", where=str(path), hint="Check the path and the rights.") from None
    check(data, str(path))
    return data


def check(data: bytes, name: str) -> None:
    """Raises InputError for a template that cannot be filled: no Word file, a broken or unknown slot, no body."""
    document = document_of(data, name)
    seen: set[str] = set()
    for place, paragraph in paragraphs(document):
        seen |= _checked(paragraph.text, f"{name}, {place}")
    if missing := [slot for slot in NEEDED if slot not in seen]:
        raise broken(f"no slot {{{{ {missing[0]} }}}}: the letter would have no text", name)


def document_of(data: bytes, name: str) -> Document:
    """The Word document. Raises InputError for a file that is none."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    if len(data) > MOST_BYTES:
        raise broken(f"larger than {MOST_BYTES // 1_000_000} MB", name)
    try:
        return docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError, OSError):
        raise broken("no Word document (.docx)", name) from None


def paragraphs(document: Document) -> Iterator[tuple[str, Paragraph]]:
    """Every paragraph with its place in words: the body's, those of tables, headers and footers."""
    yield from _within(document, "")
    for number, section in enumerate(document.sections, 1):
        for what in ("header", "footer", "first_page_header", "first_page_footer", "even_page_header", "even_page_footer"):
            part = getattr(section, what)
            if not part.is_linked_to_previous:
                yield from _within(part, f"{what.replace('_', ' ')} of section {number}, ")


def _within(container: Any, where: str) -> Iterator[tuple[str, Paragraph]]:
    for number, paragraph in enumerate(container.paragraphs, 1):
        yield f"{where}paragraph {number}", paragraph
    for number, table in enumerate(container.tables, 1):
        for cell in _cells(table):
            yield from _within(cell, f"{where}table {number}, ")


def _cells(table: Any) -> Iterator[Any]:
    # A merged cell is told once for each place it takes.
    seen = set()
    for row in table.rows:
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                yield cell


def _checked(text: str, place: str) -> set[str]:
    """The slots of a paragraph."""
    names = _TAG.findall(text)
    left = _LOGIC.sub("", _TAG.sub("", text))
    if any(mark in left for mark in ("{{", "}}", "{%", "%}")):
        raise broken("a slot is opened and not closed, or closed and not opened", place)
    for name in names:
        if name not in BLOCKS and name not in WORDS:
            raise broken(f"{{{{ {name} }}}} is no slot (they are {', '.join((*BLOCKS, *WORDS))})", place)
        if name in BLOCKS and _TAG.sub("", text, count=1).strip():
            raise broken(f"{{{{ {name} }}}} must stand alone in its paragraph", place)
    return set(names)


def broken(what: str, where: str) -> InputError:
    """The error for a template that cannot be used."""
    return InputError(f"the Word template cannot be used: {what}", where=where, hint=_HINT, code="template-broken")
