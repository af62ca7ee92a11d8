"""A ledger and its letter from their JSON, as it lies beside the letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modwise.appeals.ledger import VERSION, Authority, Exhibit, Fact, Gap, Ledger, Source
from modwise.appeals.letter import Letter, Paragraph, Reference, Section, Sentence, Table
from modwise.errors import InputError


def ledger_of(table: Mapping[str, Any]) -> Ledger:
    """The ledger. Raises InputError (`ledger-unreadable`) for a table that is none, or of another version."""
    if table.get("ledger") != VERSION:
        raise _unreadable(f"its version is {table.get('ledger')!r}, not {VERSION}")
    try:
        return Ledger(
            made=dict(table["made"]),
            item=dict(table["item"]),
            route=dict(table["route"]),
            facts=[_fact(row) for row in table["facts"]],
            authorities=[
                Authority(**{**row, "holds": tuple(row["holds"]), "payers": tuple(row["payers"])}) for row in table["authorities"]
            ],
            exhibits=[_exhibit(row) for row in table["exhibits"]],
            gaps=[Gap(**row) for row in table["gaps"]],
            letter=dict(table["letter"]),
            documents=dict(table["documents"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(f"{type(error).__name__} in one of its parts") from None


def letter_of(table: Mapping[str, Any]) -> Letter:
    """The letter that a ledger holds (`ledger.letter`). Raises InputError (`ledger-unreadable`) for what is none."""
    try:
        return Letter(
            kind=table["kind"],
            letterhead=list(table["letterhead"]),
            date=_sentence(table["date"]),
            method=_sentence(table["method"]) if table["method"] else None,
            addressee=list(table["addressee"]),
            subject=_sentence(table["subject"]),
            reference=[Reference(row["label"], _sentence(row["value"])) for row in table["reference"]],
            sections=[Section(s["key"], s["title"], tuple(map(_block, s["blocks"]))) for s in table["sections"]],
            exhibits=[_sentence(row) for row in table["exhibits"]],
            signature=list(table["signature"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(f"{type(error).__name__} in its letter") from None


def _sentence(row: Mapping[str, Any]) -> Sentence:
    return Sentence(str(row["text"]), tuple(row["facts"]), tuple(row["authorities"]))


def _block(row: Mapping[str, Any]) -> Paragraph | Table:
    if "head" in row:
        return Table(tuple(row["head"]), tuple(tuple(map(_sentence, cells)) for cells in row["rows"]))
    return Paragraph(tuple(map(_sentence, row["sentences"])), bool(row["numbered"]))


def _fact(row: Mapping[str, Any]) -> Fact:
    return Fact(**{**row, "source": Source(**row["source"]), "of": tuple(row["of"])})


def _exhibit(row: Mapping[str, Any]) -> Exhibit:
    spans = tuple((int(start), int(end)) for start, end in row["spans"])
    return Exhibit(**{**row, "pages": tuple(row["pages"]), "spans": spans, "left_out": tuple(row.get("left_out", ()))})


def _unreadable(why: str) -> InputError:
    return InputError(
        f"the ledger cannot be read: {why}",
        hint="Draft the letter again; the ledger is written beside it.",
        code="ledger-unreadable",
    )
