"""The whole letter round its body: letterhead, RE block, exhibits, signature, and the ledger beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from modwise.appeals.appeal import Appeal
from modwise.appeals.cards import Card, fits
from modwise.appeals.ledger import Exhibit, Ledger
from modwise.appeals.letter import Letter, Reference, Sentence
from modwise.appeals.planning import LABELS, Draft
from modwise.appeals.wording import joined, named
from modwise.knowledge.corpus import Corpus

if TYPE_CHECKING:
    from modwise.appeals.charts import Chart
    from modwise.appeals.drafting import Desk, Gathered

Item = Mapping[str, Any]
_MAC_DIGITS = 5


def planned(desk: Desk, item: Item, card: Card, found: Gathered) -> Draft:
    """The draft before anything is written: its facts, the authorities it may use, the exhibits it may enclose."""
    service = date.fromisoformat(item["service"]) if item.get("service") else None
    adopted = [entry["what"] for entry in found.facts.get("adopts") or ()]
    payer = contractor(found.facts.get("mac"), desk.known) or item["payer"]
    # The checks on the finished letter ask for whom its authorities must hold.
    found.routed.route["contractor"] = payer if payer != item["payer"] else None
    draft = Draft(found.book, card, found.signs, desk.known, payer, service, adopted)
    draft.gaps.extend(found.routed.gaps)
    draft.titles = {chart.file: _titled(chart, card.common["document"], service, card) for chart in found.charts}
    draft.counts = {chart.file: chart.page_count for chart in found.charts}
    draft.certain = found.certain
    draft.exhibits.append(_remit_exhibit(draft, item))
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
        exhibits=draft.exhibits,
        gaps=draft.gaps,
        letter=json.loads(json.dumps(letter.as_dict())),
        documents={chart.file: chart.document for chart in found.charts if _quoted(draft, chart)},
    )
    kind = found.routed.route["kind"]
    return Appeal(kind, ledger, letter, warnings=list(_warnings(draft, item, found)))


def contractor(said: Any, known: Corpus) -> str | None:
    """Our key of the Medicare contractor that the facts name by number, key or name; null where they name none we know."""
    text = str(said or "").strip().lower()
    if not text:
        return None
    if text.isdecimal():
        number = text.zfill(_MAC_DIGITS)
        held = (
            key for key, table in known.payers.items() if table["kind"] == "contractor" and number in table.get("payer_ids", ())
        )
        return next(held, None)
    return next((key for key in (text, f"mac-{text.split()[0]}") if key in known.payers), None)


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
    contact = [book.value(f"signer_{key}") for key in ("telephone", "email")]
    lines = [
        ", ".join(part for part in (name, credentials) if part),
        ", ".join(part for part in (title, signed_for) if part),
        " | ".join(part for part in contact if part),
    ]
    return [line for line in lines if line]


# ---- exhibits ------------------------------------------------------------------------------------------------------------------


def _remit_exhibit(draft: Draft, item: Item) -> Exhibit:
    typed = not item.get("file")
    title = draft.card.word("exhibit", "explanation" if typed else "remit")
    source = (draft.book.get("notice_date") or draft.book.facts[0]).source
    return Exhibit(LABELS[0], title, "remit", item.get("file"), (1,), sha256=source.sha256)


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


def _titled(chart: Chart, titles: Sequence[Mapping[str, Any]], service: date | None, card: Card) -> str:
    title = chart.title(titles)
    return card.word("exhibit", "dated").replace("{title}", title) if service and chart.dated(service) else title


def _quoted(draft: Draft, chart: Chart) -> bool:
    return any(exhibit.file == chart.file for exhibit in draft.exhibits)


def _warnings(draft: Draft, item: Item, found: Gathered) -> Iterator[str]:
    service = draft.service
    for entry in draft.card.entries("loses"):
        if entry["outcome"] == "warn" and fits(entry, draft.signs):
            yield str(entry["says"])
    for chart in found.charts:
        if service and not chart.dated(service):
            yield f"{chart.file} does not name the date of service: make sure that it is the record of that day."
        if not _quoted(draft, chart):
            yield f"{chart.file} is not quoted in the letter and is not enclosed."
    deadline = item.get("deadline") or {}
    if not deadline.get("legal"):
        yield f"The last day to file is not known ({deadline.get('why') or 'no window'}): see the contract or the payer's page."
    elif deadline.get("work_by") and date.fromisoformat(deadline["work_by"]) < date.fromisoformat(draft.book.value("today") or ""):
        yield f"The day to work by, {deadline['work_by']}, is past; the last lawful day is {deadline['legal']}."
    if item.get("match") and item["match"].get("confidence") == "low":
        yield "The claim that was sent was matched with low confidence: compare it with the remittance."
