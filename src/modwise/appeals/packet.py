"""The packet: cover sheet, request, letter, exhibits, sources, as one PDF with numbered and labelled pages and bookmarks.

Minimum necessary: only the pages quoted, and of the remittance only this claim's rows. Everything comes out of the ledger, which holds one patient.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from modwise.appeals.ledger import Exhibit, Ledger
from modwise.appeals.letter import Letter
from modwise.appeals.packets import excerpt, forms, records, sheets, sources
from modwise.appeals.rendering.parts import DRAFT, Draft, clean, subject
from modwise.appeals.rendering.pdf import moment, pdf, set_pages
from modwise.errors import InputError
from modwise.knowledge.corpus import Corpus, corpus

if TYPE_CHECKING:
    from pypdf import PdfWriter

_PRIVATE = (
    "This packet holds health information that the law protects. It is meant for the addressee alone. "
    "If it reached you by mistake, please call the sender and destroy it; do not copy it or pass it on."
)


@dataclass(frozen=True)
class Part:
    """One part of the packet: its title in the contents, the exhibit's label, its pages."""

    title: str
    data: bytes
    label: str | None = None

    @property
    def pages(self) -> int:
        """How many pages it has."""
        from pypdf import PdfReader

        return len(PdfReader(io.BytesIO(self.data)).pages)


def packet(letter: Letter, ledger: Ledger, *, draft: Draft | None = None, known: Corpus | None = None) -> bytes:
    """The packet's PDF. Raises InputError for a note that was changed since the letter was drafted, or that has not the page quoted."""
    when = moment(letter.date.text)
    parts = [
        *_requests(ledger, known or corpus(), when),
        Part("Letter", pdf(letter, draft=draft)),
        *(Part(_titled(exhibit, ledger), _exhibit(exhibit, ledger, when), exhibit.label) for exhibit in ledger.exhibits),
        *_sources(ledger, when),
    ]
    cover = _cover(letter, parts, when)
    return _bound([Part("Cover sheet", cover), *parts], letter, draft)


def _requests(ledger: Ledger, known: Corpus, when: datetime) -> Iterator[Part]:
    for paper in forms.wanted(ledger, known):
        yield Part(paper["title"], sheets.set_blocks(paper["title"], forms.form(paper, ledger), when=when))


def _sources(ledger: Ledger, when: datetime) -> Iterator[Part]:
    if blocks := sources.blocks(ledger):
        yield Part("Sources", sheets.set_blocks("Sources", blocks, when=when))


def _titled(exhibit: Exhibit, ledger: Ledger) -> str:
    """The exhibit as the letter lists it, without its label; its own title where the letter does not list it."""
    lead = f"{exhibit.label}. "
    listed = (str(one["text"]) for one in ledger.letter.get("exhibits", ()))
    return next((text.removeprefix(lead) for text in listed if text.startswith(lead)), exhibit.title)


def _exhibit(exhibit: Exhibit, ledger: Ledger, when: datetime) -> bytes:
    if exhibit.kind == "remit":
        name = "Remittance advice, excerpt" if ledger.item.get("file") else "Explanation of benefits, as typed"
        return sheets.set_blocks(exhibit.label, excerpt.excerpt(name, ledger), when=when)
    if exhibit.kind == "note":
        return records.record(exhibit, ledger, when)
    return sheets.set_blocks(exhibit.label, _to_add(exhibit, ledger), when=when)


def _to_add(exhibit: Exhibit, ledger: Ledger) -> Iterator[sheets.Block]:
    """A page that holds the place of what Modwise does not have."""
    yield sheets.title(_titled(exhibit, ledger))
    yield sheets.framed(f"[TO BE COMPLETED: put this document in place of this page: {_titled(exhibit, ledger)}]")


# ---- cover -------------------------------------------------------------------------------------------------------------------


def _cover(letter: Letter, parts: Sequence[Part], when: datetime) -> bytes:
    """One page: from whom to whom, the claim's number and no patient, and what lies behind it."""
    total = 1 + sum(part.pages for part in parts)
    blocks = [
        sheets.letterhead(letter.letterhead),
        sheets.title(subject(letter).removeprefix("RE: ")),
        sheets.pairs(
            [
                ("To", "\n".join(letter.addressee)),
                ("From", "\n".join(letter.signature)),
                ("Date", letter.date.text),
                ("Sent", letter.method.text if letter.method else None),
                ("Pages, with this one", str(total)),
            ]
        ),
        sheets.heading("Contents"),
        sheets.table(("Exhibit", "Document", "Pages"), _contents(parts), widths=(0, 1, 0), right=(2,)),
        sheets.text(_PRIVATE, small=True),
    ]
    return sheets.set_blocks("Cover sheet", blocks, when=when)


def _contents(parts: Sequence[Part]) -> Iterator[tuple[str, str, str]]:
    at = 2
    for part in parts:
        last = at + part.pages - 1
        yield part.label or "", part.title, str(at) if last == at else f"{at}–{last}"
        at = last + 1


# ---- binding -----------------------------------------------------------------------------------------------------------------


def _bound(parts: Sequence[Part], letter: Letter, draft: Draft | None) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for part in parts:
        at = len(writer.pages)
        writer.append(PdfReader(io.BytesIO(part.data)), import_outline=False)
        writer.add_outline_item(title=clean(f"Exhibit {part.label}: {part.title}" if part.label else part.title), page_number=at)
    _stamp(writer, parts, draft)
    when = moment(letter.date.text)
    stamp = f"D:{when:%Y%m%d%H%M%S}Z"
    author = clean("".join(letter.letterhead[:1]))
    writer.metadata = {
        "/Title": subject(letter),
        "/Author": author,
        "/CreationDate": stamp,
        "/ModDate": stamp,
        "/Producer": "modwise",
    }
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _stamp(writer: PdfWriter, parts: Sequence[Part], draft: Draft | None) -> None:
    """Page numbers through the whole packet, and on each exhibit's pages its label."""
    from pypdf import PdfReader

    total = len(writer.pages)
    stamps: list[dict[str, str | None]] = []
    for part in parts:
        count = part.pages
        for number in range(1, count + 1):
            stamps.append(
                {
                    "foot": f"Packet page {len(stamps) + 1} of {total}",
                    "label": f"Exhibit {part.label}" if part.label else None,
                    "place": f"page {number} of {count}",
                    "mark": DRAFT if draft is not None and part.title != "Letter" else None,
                }
            )
    over = PdfReader(io.BytesIO(set_pages("stamps.typ", {"stamps": stamps})))
    if len(over.pages) != total:
        raise InputError("the packet's pages could not be numbered", code="packet-numbers")
    for page, stamp in zip(writer.pages, over.pages, strict=True):
        page.merge_page(stamp)
