"""Note pages as exhibits: the pages quoted and no others, the quoted words marked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modwise.appeals.ledger import Exhibit, Ledger
from modwise.appeals.packets import marking, sheets
from modwise.errors import InputError

Span = tuple[int, int]


@dataclass(frozen=True)
class RecordPage:
    """One page of a record: its number from 1, its text, and the quoted stretches as offsets of that text."""

    number: int
    text: str
    spans: tuple[Span, ...]


def pages_of(exhibit: Exhibit, document: str) -> list[RecordPage]:
    """The pages that are sent: those named by the exhibit and those its quotes stand on. Raises InputError for one that is not there."""
    starts = [0, *(place + 1 for place, c in enumerate(document) if c == "\f")]
    ends = [*(start - 1 for start in starts[1:]), len(document)]
    found: dict[int, list[Span]] = {number: [] for number in exhibit.pages}
    for start, end in exhibit.spans:
        for number, (first, last) in enumerate(zip(starts, ends, strict=True), 1):
            if start < last and end > first:
                found.setdefault(number, []).append((max(start, first) - first, min(end, last) - first))
    if absent := [number for number in found if not 0 < number <= len(starts)]:
        raise InputError(f"the note has no page {absent[0]}", where=exhibit.file or exhibit.title, code="no-such-page")
    return [
        RecordPage(number, document[starts[number - 1] : ends[number - 1]], tuple(sorted(found[number])))
        for number in sorted(found)
    ]


def record(exhibit: Exhibit, ledger: Ledger, when: Any) -> bytes:
    """The exhibit's PDF: the pages of the PDF itself where it is one, else its text with line numbers.

    Raises InputError for a note that is not the one the letter quotes, or that is not at hand.
    """
    original = _file(exhibit)
    document = ledger.documents.get(exhibit.file or "")
    if document is None:
        raise InputError(
            "the note is not in the ledger", where=exhibit.file or exhibit.title, hint="Draft the letter again.", code="no-note"
        )
    pages = pages_of(exhibit, document)
    if original is not None and original.startswith(b"%PDF"):
        return marking.marked_pages(original, pages)
    return sheets.set_blocks(exhibit.title, _set(exhibit, pages), when=when)


def _file(exhibit: Exhibit) -> bytes | None:
    """The note's file, if it is there; it must be the one that was read."""
    try:
        data = Path(exhibit.file or "").read_bytes()
    except OSError:
        return None
    if exhibit.sha256 and hashlib.sha256(data).hexdigest() != exhibit.sha256:
        raise InputError(
            "the note was changed after the letter was drafted",
            where=exhibit.file or "",
            hint="Draft it again.",
            code="note-changed",
        )
    return data


def _set(exhibit: Exhibit, pages: Sequence[RecordPage]) -> Iterator[sheets.Block]:
    for one in pages:
        yield sheets.page()
        yield sheets.text(f"Record, page {one.number}. Lines are numbered for this letter; quoted words are marked.", small=True)
        yield {"is": "lines", "lines": list(_lines(one))}


def _lines(page: RecordPage) -> Iterator[list[tuple[str, bool]]]:
    """Each line in pieces, each with whether it is quoted."""
    start = 0
    for line in page.text.rstrip().split("\n"):
        end = start + len(line)
        # Room before and behind the words is not marked.
        front, back = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        inside = [(max(a, front) - start, min(b, back) - start) for a, b in page.spans if a < back and b > front]
        yield list(_pieces(line, inside))
        start = end + 1


def _pieces(line: str, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in sorted(spans):
        for piece, marked in ((line[at:start], False), (line[max(at, start) : end], True)):
            if cleaned := _printed(piece):
                yield cleaned, marked
        at = max(at, end)
    if rest := _printed(line[at:]):
        yield rest, False


def _printed(text: str) -> str:
    from modwise.appeals.rendering.parts import clean

    return clean(text.replace("\t", "    "))
