"""A ledger from its JSON, as it lies beside a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modwise.appeals.ledger import VERSION, Authority, Exhibit, Fact, Gap, Ledger, Source
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


def _fact(row: Mapping[str, Any]) -> Fact:
    return Fact(**{**row, "source": Source(**row["source"]), "of": tuple(row["of"])})


def _exhibit(row: Mapping[str, Any]) -> Exhibit:
    spans = tuple((int(start), int(end)) for start, end in row["spans"])
    return Exhibit(**{**row, "pages": tuple(row["pages"]), "spans": spans})


def _unreadable(why: str) -> InputError:
    return InputError(
        f"the ledger cannot be read: {why}",
        hint="Draft the letter again; the ledger is written beside it.",
        code="ledger-unreadable",
    )
