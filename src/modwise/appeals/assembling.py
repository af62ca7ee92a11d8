"""The whole letter round its body: letterhead, RE block, exhibits, signature, and the ledger beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from modwise.appeals.appeal import Appeal
from modwise.appeals.cards import Card, fits
from modwise.appeals.ledger import Exhibit, Ledger, Source
from modwise.appeals.letter import Letter, Reference, Sentence
from modwise.appeals.planning import LABELS, Draft
from modwise.appeals.wording import joined, named

if TYPE_CHECKING:
    from modwise.appeals.book import Book
    from modwise.appeals.charts import Chart
    from modwise.appeals.drafting import Desk, Gathered
    from modwise.appeals.typed import Typed

Item = Mapping[str, Any]


def planned(desk: Desk, item: Item, card: Card, found: Gathered) -> Draft:
    """The draft before anything is written: its facts, the authorities it may use, the exhibits it may enclose."""
    service = date.fromisoformat(item["service"]) if item.get("service") else None
    adopted = [entry["what"] for entry in found.facts.get("adopts") or ()]
    draft = Draft(found.book, card, found.signs, desk.known, found.routed.route["payer"], service, adopted)
    draft.gaps.extend(found.routed.gaps)
    draft.titles = {chart.file: _titled(chart, card.common["document"], service, card) for chart in found.charts}
    draft.counts = {chart.file: chart.page_count for chart in found.charts}
    draft.certain = found.certain
    draft.doubts = found.doubts
    draft.contrary = found.contrary
    draft.exhibits.append(_remit_exhibit(draft, item, desk.typed))
    _enclose(draft, found, desk.facts_file)
    return draft


def assemble(desk: Desk, item: Item, card: Card, found: Gathered) -> Appeal:
    """The letter with its ledger; gaps make it incomplete."""
    draft = planned(desk, item, card, found)
    letter = _letter(draft, item, found)
    ledger = Ledger(
        made=desk.made(),
        item=dict(item),
        route=found.routed.route,
        facts=draft.book.facts,
        authorities=draft.authorities,
        exhibits=[_told_of(exhibit, found.charts) for exhibit in draft.exhibits],
        gaps=draft.gaps,
        letter=json.loads(json.dumps(letter.as_dict())),
        documents={chart.file: chart.document for chart in found.charts if _quoted(draft, chart)},
    )
    kind = found.routed.route["kind"]
    return Appeal(kind, ledger, letter, warnings=list(_warnings(draft, item, found)))


def _letter(draft: Draft, item: Item, found: Gathered) -> Letter:
    route = found.routed.route
    body = draft.body()
    reference = list(_reference(draft))
    subject = draft.first("subject") or Sentence(route["request"])
    return Letter(
        kind=route["kind"],
        letterhead=_letterhead(draft),
        date=_of(draft, "today"),
        method=Sentence(route["method"]) if route["method"] else None,
        addressee=list(route["addressee"]),
        subject=subject,
        reference=reference,
        sections=body,
        exhibits=[_exhibit(draft, exhibit) for exhibit in draft.exhibits],
        signature=_signature(draft),
    )


def _of(draft: Draft, name: str) -> Sentence:
    sentence = draft.fill({"says": f"{{{name}}}", "always": True})
    assert sentence is not None
    return sentence


def _reference(draft: Draft) -> Iterator[Reference]:
    for row in draft.card.common["reference"]:
        if fits(row, draft.signs) and not any(draft.book.get(name) for name in row.get("lacks", ())):
            sentence = draft.fill(row)
            if sentence is not None:
                yield Reference(row["label"], sentence)


def _letterhead(draft: Draft) -> list[str]:
    book = draft.book
    name = book.value("practice_name") or named(book.value("billing_name") or "")
    address = book.value("practice_address") or _cased(book.value("billing_address") or "")
    contact = [book.value(f"practice_{key}") for key in ("telephone", "email")]
    if not any(contact):
        contact = [book.value("billing_telephone")]
    lines = [name or draft.gap("practice_name"), *address.splitlines(), " | ".join(c for c in contact if c)]
    return [line for line in lines if line]


def _cased(address: str) -> str:
    """An address in capitals as people write it; the last line's state stays."""
    if not address.isupper():
        return address
    *street, town = address.splitlines()
    city, comma, rest = town.partition(",")
    return "\n".join([*map(named, street), named(city) + comma + rest])


def _signature(draft: Draft) -> list[str]:
    book = draft.book
    name = book.value("signer_name")
    if name is None:
        return [draft.gap("signer")]
    credentials = book.value("signer_credentials")
    provider = named(book.value("rendering_name") or "")
    title = book.value("signer_title")
    signed_for = f"for {provider}" if provider and provider.casefold() != name.casefold() else ""
    lines = [
        ", ".join(part for part in (name, credentials) if part),
        ", ".join(part for part in (title, signed_for) if part),
        " | ".join(reached(book, "signer")),
        _contact(book),
    ]
    return [line for line in lines if line]


def reached(book: Book, who: str) -> list[str]:
    """Telephone and mail of the signer or the contact, as far as they are given."""
    return [value for key in ("telephone", "email") if (value := book.value(f"{who}_{key}"))]


def _contact(book: Book) -> str:
    """Whom the payer may ask, where that is somebody other than the signer; empty where nobody is named."""
    name = book.value("contact_name")
    if name is not None and name.casefold() == (book.value("signer_name") or "").casefold():
        name = None
    said = [part for part in (name, *reached(book, "contact")) if part]
    return f"Contact: {' | '.join(said)}" if said else ""


# ---- exhibits ------------------------------------------------------------------------------------------------------------------


def _remit_exhibit(draft: Draft, item: Item, typed: Typed | None) -> Exhibit:
    """The payer's notice: the claim's part of the remittance, or the paper that the denial came on."""
    if typed is not None:
        return Exhibit(LABELS[0], draft.card.word("exhibit", "explanation"), "document", typed.table.get("eob"))
    source = (draft.book.get("notice_date") or draft.book.facts[0]).source
    return Exhibit(LABELS[0], draft.card.word("exhibit", "remit"), "remit", item.get("file"), (1,), sha256=source.sha256)


def _enclose(draft: Draft, found: Gathered, where: str | None) -> None:
    """What the user encloses; and whole notes where the card quotes none. `enclosed` names them all."""
    first = len(draft.exhibits)
    for number, entry in enumerate(found.facts.get("enclosures") or (), 1):
        source = Source("facts", where, f"enclosures, entry {number}")
        title = draft.book.add("statement", "enclosure", entry["title"], source)
        day = draft.book.add("date", f"enclosure_date.{number}", entry.get("date"), source)
        says = f"{title.value if title else ''} of {{{day.name}}}" if day else str(entry["title"])
        draft.exhibits.append(Exhibit(LABELS[len(draft.exhibits)], says, "document", entry["file"]))
    # No record proves when a claim came in: none is sent with that letter.
    if not draft.card.items and not draft.card.table.get("first"):
        for chart in found.charts:
            pages = chart.own_pages
            called = draft.titles[chart.file]
            draft.exhibits.append(Exhibit(LABELS[len(draft.exhibits)], called, "note", chart.file, pages, sha256=chart.sha256))
    labels = [f"Exhibit {exhibit.label}" for exhibit in draft.exhibits[first:]]
    if labels and draft.book.get("enclosed") is None:
        draft.book.computed("statement", "enclosed", joined(labels), (), "the exhibits that are enclosed whole")


def _exhibit(draft: Draft, exhibit: Exhibit) -> Sentence:
    """A. Remittance advice of 20 March 2026; B. Operative report, pages 1 and 2."""
    filled = draft.fill({"says": exhibit.title, "always": True})
    assert filled is not None
    pages = ""
    if exhibit.kind == "note":
        every = draft.counts.get(exhibit.file or "", 1)
        numbers = [str(page) for page in exhibit.pages]
        pages = f", {'page' if len(numbers) == 1 else 'pages'} {joined(numbers)}" + (f" of {every}" if every > 1 else "")
    return Sentence(f"{exhibit.label}. {filled.text}{pages}", filled.facts)


def _told_of(exhibit: Exhibit, read: Sequence[Chart]) -> Exhibit:
    """The exhibit with what of its file is not sent, and why."""
    chart = next((chart for chart in read if exhibit.kind == "note" and chart.file == exhibit.file), None)
    if chart is None:
        return exhibit
    other = {one.page: f"page {one.page}: an encounter of another day ({one.day})" for one in chart.left_out}
    spare = [number for number in range(1, chart.page_count + 1) if number not in exhibit.pages]
    return replace(exhibit, left_out=tuple(other.get(number, f"page {number}: nothing is quoted from it") for number in spare))


def _titled(chart: Chart, titles: Sequence[Mapping[str, Any]], service: date | None, card: Card) -> str:
    title = chart.title(titles)
    return (
        card.word("exhibit", "dated").replace("{title}", title)
        if service and chart.dated(service) and not chart.of_other_day([service])
        else title
    )


def _quoted(draft: Draft, chart: Chart) -> bool:
    return any(exhibit.file == chart.file for exhibit in draft.exhibits)


def _signed_elsewhere(draft: Draft, found: Gathered) -> Iterator[str]:
    """What the forms say that the route asks for and that no fact can fill: another's signed paper."""
    asked = " ".join(map(str, found.routed.route["form"])).casefold()
    for paper in draft.known.kinds["papers"].values():
        of_others = any("gap" in row and not row.get("facts") for row in paper["row"]) if paper["kind"] == "form" else False
        if of_others and str(paper["form"]).casefold() in asked:
            yield str(paper["says"])


def _warnings(draft: Draft, item: Item, found: Gathered) -> Iterator[str]:
    service = draft.service
    yield from found.told
    yield from _signed_elsewhere(draft, found)
    for entry in draft.card.entries("loses"):
        if entry["outcome"] == "warn" and fits(entry, draft.signs):
            yield str(entry["says"])
    for chart in found.charts:
        if chart.left_out:
            days = joined(list(dict.fromkeys(one.day for one in chart.left_out)))
            yield f"{chart.file} holds encounters of other days ({days}): they are neither read nor enclosed."
        if service and not chart.dated(service) and "other_day" not in draft.doubts:
            yield f"{chart.file} does not name the date of service: make sure that it is the record of that day."
        if not _quoted(draft, chart):
            yield f"{chart.file} is not quoted in the letter and is not enclosed."
    if found.routed.route.get("level") not in (None, 1) and not found.facts.get("enclosures"):
        yield "The decision that is appealed is not enclosed: name it under enclosures in the facts file."
    deadline = item.get("deadline") or {}
    if not deadline.get("legal"):
        yield f"The last day to file is not known ({deadline.get('why') or 'no window'}): see the contract or the payer's page."
    elif deadline.get("work_by") and date.fromisoformat(deadline["work_by"]) < date.fromisoformat(draft.book.value("today") or ""):
        yield f"The day to work by, {deadline['work_by']}, is past; the last lawful day is {deadline['legal']}."
    if item.get("match") and item["match"].get("confidence") == "low":
        yield "The claim that was sent was matched with low confidence: compare it with the remittance."
