"""Which papers an item needs, made from what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from modwise.appeals.book import Book
from modwise.appeals.ledger import Gap, Source
from modwise.appeals.letter import Letter, Sentence
from modwise.appeals.papers.correction import Correction, correction
from modwise.appeals.papers.filling import Filler
from modwise.appeals.papers.paper import Paper
from modwise.appeals.papers.replacement import Original, replacement
from modwise.appeals.rendering import text
from modwise.appeals.wording import day, joined
from modwise.claims.sources import opened
from modwise.denying import processes
from modwise.errors import InputError

if TYPE_CHECKING:
    from modwise.appeals.drafting import Desk

Item = Mapping[str, Any]
Table = Mapping[str, Any]
_BLOCK = 1 << 22


def for_item(item: Item, desk: Desk, book: Book | None = None, *, remedy: str | None = None) -> list[Paper]:
    """The papers for the item's remedy (or the one named); `book` holds what is known already, else it is gathered anew."""
    wanted = remedy or str(item["remedy"])
    programme = processes.programme(item["payer"], desk.known)
    tables = [
        table
        for table in desk.known.kinds["papers"].values()
        if wanted in table.get("remedies", ()) and programme not in table.get("not_for", ())
    ]
    # A paper of the denial's own topic stands for the general ones.
    own = [table for table in tables if item.get("topic") in table.get("topics", ())]
    tables = own or [table for table in tables if not table.get("topics")]
    if not tables:
        return []
    known = book if book is not None else _gathered(item, desk)
    _changed(known, item)
    return [paper for table in tables if (paper := _MAKERS[table["kind"]](table, item, desk, known)) is not None]


def _gathered(item: Item, desk: Desk) -> Book:
    from modwise.appeals import gathering

    book = gathering.gather(item, desk.files, desk.today)
    gathering.practised(book, desk.practice)
    gathering.stated(book, desk.facts_of(item), desk.known, desk.facts_file)
    return book


def _changed(book: Book, item: Item) -> None:
    """The change that the decision names, and the line as it should read; a quote of the record under one name."""
    source = Source("computed", place="the decision on the line")
    change = correction(item)
    if item.get("change"):
        book.once("statement", "change", item["change"], source)
    if change is not None and change.units is None and (after := change.modifiers(item["modifiers"])) is not None:
        book.once("code", "corrected", "-".join([str(item["code"]), *after]), source)
    if change is not None and change.units is not None:
        book.once("count", "corrected", f"{item['code']}, {change.units} units", source)
    for fact in [fact for lead in ("item.", "against.") for fact in book.beginning(lead)]:
        book.add("quote", "quote", fact.value, fact.source)


# ---- letters -----------------------------------------------------------------------------------------------------------------


def _letter(table: Table, item: Item, desk: Desk, book: Book) -> Paper:
    filler = Filler(table, book, item["modifiers"])
    letter = Letter(
        kind=table["letter"],
        letterhead=_letterhead(book),
        date=Sentence(day(desk.today.isoformat()), tuple(fact.id for fact in book.all("today")[:1])),
        method=None,
        addressee=_addressee(table, filler, item, desk, book),
        subject=Sentence(table["subject"]),
        reference=filler.references(),
        sections=filler.sections(),
        signature=_signature(book, filler),
    )
    return Paper(
        table["paper"],
        table["title"],
        f"{table['file']}.txt",
        table.get("says", ""),
        text.render(letter),
        letter,
        missing=tuple(filler.gaps),
    )


def _letterhead(book: Book) -> list[str]:
    from modwise.appeals.wording import named

    name = book.value("practice_name") or named(book.value("billing_name") or "")
    lines = (book.value("practice_address") or book.value("billing_address") or "").splitlines()
    return [line for line in (name, *lines, book.value("practice_telephone") or "") if line]


def _addressee(table: Table, filler: Filler, item: Item, desk: Desk, book: Book) -> list[str]:
    if "addressee" in table:
        return [line.text for says in table["addressee"] if (line := filler.sentence({"says": says, "always": True})) is not None]
    from modwise.appeals.wording import payer_named

    own = desk.practice.payer(desk.known.line_of(item["payer"]), book.value("payer_name"))
    name = book.value("payer_name")
    return list(own.get("addressee") or ([payer_named(name)] if name else []))


def _signature(book: Book, filler: Filler) -> list[str]:
    name = book.value("signer_name")
    if name is None:
        gap = Gap("signer", "[TO BE COMPLETED: name and credentials of the person who signs]", "Needed: who signs.")
        filler.gaps.append(gap)
        return [gap.placeholder]
    own = [", ".join(part for part in (name, book.value("signer_credentials")) if part), book.value("signer_title")]
    return [line for line in (*own, book.value("signer_telephone")) if line]


# ---- narrative ---------------------------------------------------------------------------------------------------------------


def _narrative(table: Table, item: Item, desk: Desk, book: Book) -> Paper:
    """The text for a note segment: pieces in their order as long as they fit; one that is missing stands as a placeholder."""
    filler = Filler(table, book, item["modifiers"])
    own = [piece for piece in table["piece"] if "modifiers" in piece]
    found = [s.text for piece in own if (s := filler.sentence(piece)) is not None]
    if not found:
        found = [s.text for piece in table["piece"] if "modifiers" not in piece and (s := filler.sentence(piece)) is not None]
    limit = int(table["limit"])
    words, left = "", []
    for piece in found:
        longer = f"{words}; {piece}" if words else piece
        if len(_plain(longer)) <= limit or "[TO BE COMPLETED" in longer:
            words = longer
        else:
            left.append(piece)
    gaps = [*filler.gaps, *(_too_long(piece, limit) for piece in left)]
    lines = [table["says"], "", f"NTE*{table['qualifier']}*{_plain(words)}" if words else "", *(gap.why for gap in gaps)]
    return Paper(
        table["paper"], table["title"], f"{table['file']}.txt", table["says"], "\n".join(lines) + "\n", missing=tuple(gaps)
    )


def _plain(words: str) -> str:
    """Words as a note segment holds them: one line, none of the usual separators."""
    return " ".join(words.replace("*", " ").replace("~", " ").replace(":", " ").replace("^", " ").split())


def _too_long(piece: str, limit: int) -> Gap:
    return Gap("narrative", f"[TO BE COMPLETED: shorten to {limit} characters]", f"Does not fit into {limit} characters: {piece}")


# ---- claim -------------------------------------------------------------------------------------------------------------------


def _claim(table: Table, item: Item, desk: Desk, book: Book) -> Paper:
    """The replacement claim, where the 837 and the payer's number are at hand; what keeps it from being sent are its gaps."""
    gaps = list(_claim_gaps(table, item, desk, book))
    data: bytes | None = None
    found = desk.files.sent(item)
    control = item.get("payer_control") or book.value("payer_control")
    if found is None:
        gaps.append(Gap("claim", "[TO BE COMPLETED: the claim as sent]", "Needed: the 837 in which the claim was sent (--claims)."))
    elif control:
        original = Original(_bytes(found[0].path), found[1])
        now = datetime.combine(desk.today, time(12))
        try:
            data = replacement(original, (item.get("match") or {}).get("line"), _fitting(item), str(control), now)
        except InputError as error:
            gaps.append(
                Gap("change", f"[TO BE COMPLETED: {error.message}]", f"The corrected claim was not written: {error.message}.")
            )
    written = data.decode("latin-1") if data else None
    return Paper(table["paper"], table["title"], f"{table['file']}.837", table["says"], written, data=data, missing=tuple(gaps))


def _fitting(item: Item) -> Correction | None:
    change = correction(item)
    fits = change is not None and (change.units is not None or change.modifiers(item["modifiers"]) is not None)
    return change if fits else None


def _claim_gaps(table: Table, item: Item, desk: Desk, book: Book) -> Iterator[Gap]:
    wanted: Sequence[tuple[str, bool]] = (
        ("change", _fitting(item) is None),
        ("payer_control", not (item.get("payer_control") or book.value("payer_control"))),
        ("condition", processes.programme(item["payer"], desk.known) == "medicare_facility"),
    )
    for name, lacks in wanted:
        if lacks:
            yield Gap(name, f"[TO BE COMPLETED: {table['gap'][name]}]", f"Needed: {joined([table['gap'][name]])}.")


def _bytes(path: str) -> bytes:
    with opened(path, None) as (stream, _):
        return b"".join(iter(lambda: stream.read(_BLOCK), b""))


_MAKERS: Mapping[str, Any] = {"letter": _letter, "narrative": _narrative, "claim": _claim}
