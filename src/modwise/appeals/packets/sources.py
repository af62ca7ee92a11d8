"""The last pages of a packet: what the letter cites, and the figures of the CMS tables it relies on."""

from __future__ import annotations

import json
from collections.abc import Iterator

from modwise.appeals.ledger import Fact, Ledger
from modwise.appeals.packets import sheets
from modwise.appeals.packets.sheets import Block

# A table's fact is named after what it is of: indicator.bilateral, pair.indicator, mue.value.
_PLAIN = {"pair": "NCCI edit pair", "mue": "NCCI unit limit", "indicator": "Fee schedule indicator"}


def blocks(ledger: Ledger) -> list[Block]:
    """The blocks of the page; empty where nothing is cited."""
    found: list[Block] = []
    if ledger.authorities:
        found += [sheets.heading("Authorities cited"), *_authorities(ledger)]
    rows = list(_rows(sheets.used(ledger)))
    if rows:
        found += [
            sheets.heading("Table figures relied on"),
            sheets.table(("Figure", "Value", "Table and edition"), rows, widths=(1.2, 0, 1.6)),
        ]
    return [sheets.title("Sources"), *found] if found else []


def _authorities(ledger: Ledger) -> Iterator[Block]:
    rows = []
    said = " ".join(json.dumps(ledger.letter.get("sections", ()), ensure_ascii=False).split())
    for one in ledger.authorities:
        named = one.citation + (f" ({one.edition})" if one.edition else "")
        # Of what the source holds, that which the letter says of it.
        told = [words for words in one.holds if words.rstrip(".") in said] or list(one.holds)
        rows.append((named, "\n".join(told), one.url or ""))
    yield sheets.table(("Source", "What it says, in our own words", "Where"), rows, widths=(1.2, 1.6, 1.2))


def _rows(facts: list[Fact]) -> Iterator[tuple[str, str, str]]:
    for fact in facts:
        if fact.source.kind == "table" and fact.kind in ("indicator", "count", "code"):
            kind, _, name = fact.name.partition(".")
            plain = " ".join(part for part in (_PLAIN.get(kind, kind), name.replace("_", " ")) if part)
            yield plain, fact.value, fact.source.place or fact.source.file or ""
