"""Pages of a PDF note on letter paper, the quoted words on yellow where the text layer tells where they stand."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modwise.errors import InputError

if TYPE_CHECKING:
    from pypdf import PageObject

    from modwise.appeals.packets.records import RecordPage

WIDTH, HEIGHT = 612, 792
# Room for the stamps above and below.
_ROOM_X, _ROOM_Y = 576, 684
# The mean advance of a letter, in parts of its size: a text layer tells where words begin, not where they end.
_ADVANCE = 0.54
_YELLOW = "1 0.88 0.54 rg"


@dataclass(frozen=True)
class Chunk:
    """A stretch of text as the page's text layer has it."""

    text: str
    x: float
    y: float
    size: float


def marked_pages(data: bytes, pages: Sequence[RecordPage]) -> bytes:
    """Those pages of the PDF, each on a letter page. Raises InputError for a PDF that cannot be read."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            reader.decrypt("")
        writer, desk = PdfWriter(), PdfWriter()
        for one in pages:
            page = desk.add_page(reader.pages[one.number - 1])
            rectangles = list(places(page, one))
            _mark(page, rectangles)
            _onto_letter(writer, page)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError):
        raise InputError(
            "a page of the PDF note cannot be taken over", hint="Save it again as PDF, or give its text.", code="note-not-text"
        ) from None
    return out.getvalue()


def places(page: PageObject, one: RecordPage) -> Iterator[tuple[float, float, float, float]]:
    """Where the quoted words stand: x, y, width, height of each stretch on a line."""
    chunks = _chunks(page)
    letters = [(number, place) for number, chunk in enumerate(chunks) for place, c in enumerate(chunk.text) if not c.isspace()]
    whole = "".join(chunks[number].text[place] for number, place in letters)
    for start, end in one.spans:
        wanted = "".join(one.text[start:end].split())
        before = len("".join(one.text[:start].split()))
        # The reader's order is the text layer's: the quote stands where so many letters stand before it.
        at = before if whole.startswith(wanted, before) else whole.find(wanted)
        if wanted and at >= 0:
            yield from _stretches(chunks, letters[at : at + len(wanted)])


def _stretches(chunks: Sequence[Chunk], letters: Sequence[tuple[int, int]]) -> Iterator[tuple[float, float, float, float]]:
    for number in dict.fromkeys(number for number, _ in letters):
        own = [place for n, place in letters if n == number]
        chunk = chunks[number]
        step = chunk.size * _ADVANCE
        yield chunk.x + own[0] * step - 1, chunk.y - chunk.size * 0.25, (own[-1] + 1 - own[0]) * step + 2, chunk.size * 1.15


def _chunks(page: PageObject) -> list[Chunk]:
    found: list[Chunk] = []

    def visit(text: str, cm: Any, tm: Any, _font: Any, size: float) -> None:
        if text.strip():
            x, y = _through(tm[4], tm[5], cm)
            lead = len(text) - len(text.lstrip("\n"))
            found.append(Chunk(text[lead:].rstrip("\n"), x, y, abs(size * tm[3] * cm[3]) or size))

    page.extract_text(visitor_text=visit)
    return found


def _through(x: float, y: float, cm: Sequence[float]) -> tuple[float, float]:
    return x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]


def _mark(page: PageObject, rectangles: Sequence[tuple[float, float, float, float]]) -> None:
    """Yellow over the words, mixed with what lies below, so that black stays black."""
    from pypdf import PageObject
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    if not rectangles:
        return
    over = PageObject.create_blank_page(None, float(page.mediabox.width), float(page.mediabox.height))
    over.mediabox = page.mediabox
    state = DictionaryObject({NameObject("/Type"): NameObject("/ExtGState"), NameObject("/BM"): NameObject("/Multiply")})
    over[NameObject("/Resources")] = DictionaryObject({NameObject("/ExtGState"): DictionaryObject({NameObject("/Lit"): state})})
    stream = DecodedStreamObject()
    drawn = "\n".join(f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re f" for x, y, w, h in rectangles)
    stream.set_data(f"q /Lit gs {_YELLOW}\n{drawn}\nQ".encode())
    over[NameObject("/Contents")] = stream
    page.merge_page(over)


def _onto_letter(writer: Any, page: PageObject) -> None:
    from pypdf import Transformation

    if page.rotation:
        page.transfer_rotation_to_content()
    box = page.mediabox
    width, height = float(box.width), float(box.height)
    scale = min(_ROOM_X / width, _ROOM_Y / height, 1)
    target = writer.add_blank_page(WIDTH, HEIGHT)
    move = Transformation().translate(-float(box.left), -float(box.bottom)).scale(scale)
    target.merge_transformed_page(page, move.translate((WIDTH - width * scale) / 2, (HEIGHT - height * scale) / 2))
