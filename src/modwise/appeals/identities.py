"""Who and what a letter is about, from the one claim's own segments of 835 and 837."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from modwise.appeals import primary
from modwise.appeals.book import Book
from modwise.appeals.claimfiles import ClaimFile, Paid, Segment, Sent, first, follows
from modwise.appeals.ledger import FactKind, Source, SourceKind

_NAME_PARTS = 5
_SHORT_TIN = 4


class Reader:
    """Adds facts read from segments of one file."""

    def __init__(self, book: Book, kind: SourceKind, file: ClaimFile) -> None:
        self.book = book
        self.kind: SourceKind = kind
        self.file = file

    def source(self, segment: Segment) -> Source:
        """Where a segment stands."""
        return Source(self.kind, self.file.path, segment.place, sha256=self.file.sha256)

    def add(self, kind: FactKind, name: str, segment: Segment | None, value: str | None) -> None:
        """A fact read from a segment, unless it is known already or there is no value."""
        if segment is not None and value:
            self.book.once(kind, name, value, self.source(segment))

    def person(self, name: str, segment: Segment | None) -> None:
        """The name that an NM1 holds: a person's as first, middle, last; an organisation's as it stands."""
        if segment is not None:
            self.add("name", name, segment, full_name(segment))

    def address(self, name: str, segments: Sequence[Segment], lead: Segment | None) -> None:
        """The address behind an N1 or NM1, as lines."""
        street, town = follows(segments, lead, "N3"), follows(segments, lead, "N4")
        if street is None or town is None:
            return
        lines = [*(part for part in (street.at(1), street.at(2)) if part), f"{town.at(1)}, {town.at(2)} {_zip(town.at(3))}".strip()]
        self.add("address", name, street, "\n".join(lines))


def full_name(segment: Segment) -> str:
    """First, middle, last and suffix of an NM1 (elements 4, 5, 3, 7); an organisation's name (element 3) as it stands."""
    if segment.at(2) == "2":
        return segment.at(3)
    parts = [segment.at(4), segment.at(5), segment.at(3), segment.at(7)]
    return " ".join(f"{part}." if len(part) == 1 else part for part in parts if part)


def from_claim(book: Book, file: ClaimFile, sent: Sent, line: int | None) -> None:
    """What the claim as sent says: patient, member, provider, numbers, narrative, diagnoses of the line."""
    reader = Reader(book, "claim", file)
    insured = first(sent.subscriber, "NM1", "IL")
    patient = first(sent.patient, "NM1", "QC") or insured
    reader.person("patient_name", patient)
    reader.person("subscriber_name", insured)
    if insured is not None and insured.at(8) == "MI":
        reader.add("identifier", "member_id", insured, insured.at(9))
    own = sent.lines.get(line, ()) if line is not None else ()
    rendering = first(own, "NM1", "82") or first(sent.claim, "NM1", "82")
    _provider(reader, "rendering", rendering)
    billing = first(sent.billing, "NM1", "85")
    _provider(reader, "billing", billing)
    reader.address("billing_address", sent.billing, billing)
    tax = first(sent.billing, "REF", "EI", "SY")
    # The letter names four digits of a tax number; no more of it is kept.
    reader.add("identifier", "tin_last4", tax, tax.at(2)[-_SHORT_TIN:] if tax else None)
    contact = follows(sent.billing, billing, "PER")
    if contact is not None and "TE" in contact.elements:
        number = contact.elements[contact.elements.index("TE") + 1 :]
        reader.add("contact", "billing_telephone", contact, number[0] if number else None)
    payer = first(sent.subscriber, "NM1", "PR")
    reader.person("payer_as_sent", payer)
    _claim(reader, sent.claim)
    primary.from_claim(reader, sent)
    _line(reader, sent.claim, own)


def _provider(reader: Reader, name: str, segment: Segment | None) -> None:
    reader.person(f"{name}_name", segment)
    if segment is not None and segment.at(8) == "XX":
        reader.add("identifier", f"{name}_npi", segment, segment.at(9))


def _claim(reader: Reader, segments: Sequence[Segment]) -> None:
    claim = segments[0]
    reader.add("identifier", "account", claim, claim.at(1))
    reader.add("amount", "claim_charge", claim, _money(claim.at(2)))
    place = claim.parts(5)
    if len(place) > 1 and place[1] == "B":
        reader.add("code", "place_of_service", claim, place[0])
    note = first(segments, "NTE", "ADD")
    reader.add("quote", "claim_narrative", note, note.at(2) if note else None)


def _line(reader: Reader, claim: Sequence[Segment], own: Sequence[Segment]) -> None:
    note = first(own, "NTE", "ADD")
    reader.add("quote", "line_narrative", note, note.at(2) if note else None)
    service = first(own, "SV1")
    if service is None:
        return
    codes = [(segment, parts[1]) for segment in claim if segment.tag == "HI" for parts in _each(segment) if len(parts) > 1]
    for pointer in service.parts(7):
        if pointer.isdecimal() and 0 < int(pointer) <= len(codes):
            segment, code = codes[int(pointer) - 1]
            reader.book.add("diagnosis", "line_diagnosis", diagnosis(code), reader.source(segment))


def _each(segment: Segment) -> list[list[str]]:
    return [segment.parts(number) for number in range(1, len(segment.elements) + 1)]


def diagnosis(code: str) -> str:
    """An ICD-10-CM code with its point."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code


def from_remit(book: Book, file: ClaimFile, paid: Paid) -> None:
    """What the payer's answer says: payer, claim number, patient as the payer names it, notice."""
    reader = Reader(book, "remit", file)
    payer = first(paid.header, "N1", "PR")
    reader.add("name", "payer_name", payer, payer.at(2) if payer else None)
    reader.address("payer_address", paid.header, payer)
    claim = paid.claim[0]
    reader.add("identifier", "payer_control", claim, claim.at(7))
    reader.add("identifier", "account", claim, claim.at(1))
    reader.add("amount", "claim_charge", claim, _money(claim.at(3)))
    patient, insured = first(paid.claim, "NM1", "QC"), first(paid.claim, "NM1", "IL")
    reader.person("patient_name", patient)
    reader.person("subscriber_name", insured)
    for segment in (insured, patient):
        if segment is not None and segment.at(9):
            reader.add("identifier", "member_id", segment, segment.at(9))
    _provider(reader, "rendering", first(paid.claim, "NM1", "82"))
    payee = first(paid.header, "N1", "PE")
    reader.add("name", "billing_name", payee, payee.at(2) if payee else None)
    reader.address("billing_address", paid.header, payee)
    if payee is not None and payee.at(3) == "XX":
        reader.add("identifier", "billing_npi", payee, payee.at(4))
    tax = first(paid.header, "REF", "TJ")
    number = tax.at(2) if tax else payee.at(4) if payee is not None and payee.at(3) == "FI" else ""
    reader.add("identifier", "tin_last4", tax or payee, number[-_SHORT_TIN:])
    trace = first(paid.header, "TRN")
    reader.add("identifier", "payment_trace", trace, trace.at(2) if trace else None)
    _notice(reader, paid)
    others(reader, paid)


def _notice(reader: Reader, paid: Paid) -> None:
    made = first(paid.header, "DTM", "405")
    paid_on = first(paid.header, "BPR")
    reader.add("date", "notice_date", made, iso(made.at(2)) if made else None)
    reader.add("date", "notice_date", paid_on, iso(paid_on.at(16)) if paid_on else None)
    received = first(paid.claim, "DTM", "050")
    reader.add("date", "claim_received", received, iso(received.at(2)) if received else None)


def others(reader: Reader, paid: Paid) -> None:
    """Every line of the payer's answer: number in its order, code with modifiers, amounts, dates."""
    for number, line in enumerate(paid.lines, 1):
        service = line[0]
        sent = service.parts(6) if service.at(6) else service.parts(1)
        name = f"paid_line.{number}"
        reader.add("code", f"{name}.code", service, sent[1] if len(sent) > 1 else sent[0])
        for modifier in sent[2:6]:
            if modifier:
                reader.book.add("modifier", f"{name}.modifier", modifier, reader.source(service))
        reader.add("amount", f"{name}.charge", service, _money(service.at(2)))
        reader.add("amount", f"{name}.paid", service, _money(service.at(3)))


def iso(text: str) -> str | None:
    """A date as X12 writes it (20260518, or a range: its first day) in ISO form; None for what is none."""
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}").isoformat()
    except ValueError:
        return None


def _money(text: str) -> str | None:
    try:
        return f"{Decimal(text):.2f}" if text else None
    except InvalidOperation:
        return None


def _zip(text: str) -> str:
    return f"{text[:5]}-{text[5:]}" if len(text) == 9 and text.isdecimal() else text
