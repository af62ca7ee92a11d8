"""What the CMS tables, or the user in their place, say of the code on its day, each figure with its edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from modwise.appeals.book import Book
from modwise.appeals.ledger import Source
from modwise.denying.indicators import follows
from modwise.knowledge.corpus import Corpus
from modwise.reference.tables import Edition, Tables

FEE = {
    "component": "pc_tc",
    "bilateral": "bilateral",
    "assistant": "assistant",
    "cosurgeon": "co_surgeon",
    "team": "team",
    "multiple": "multiple",
    "global_days": "global_days",
}
_QUARTERS = ("first", "second", "third", "fourth")
_SERVICE = {"institutional": "outpatient"}


def into(
    book: Book, item: Mapping[str, Any], facts: Mapping[str, Any], others: Sequence[str], tables: Tables, known: Corpus
) -> None:
    """Facts `indicator.bilateral` and the like, `pair.indicator`, `mue.value`: stated ones first, then those of the tables.

    A payer that is not known to decide by the tables gets the length of the global period only, as the decisions do.
    """
    _stated(book, facts.get("tables") or {})
    day = date.fromisoformat(item["service"]) if item.get("service") else None
    if day is None or not item.get("code"):
        return
    code, payer = str(item["code"]), item["payer"]
    ours = follows(payer, "follows.fee-schedule-indicators", day, known)
    _fee(book, code, day, tables, None if ours else ("global_days",))
    if follows(payer, "follows.ncci", day, known):
        service = _SERVICE.get(str(item.get("claim_type")), "practitioner")
        _pair(book, (code, others), service, day, tables)
        _mue(book, code, service, day, tables)


def _stated(book: Book, said: Mapping[str, Any]) -> None:
    source = Source("facts", place="tables")
    for name in FEE.values():
        book.add("indicator", f"indicator.{name}", said.get(name), source)
    pair = said.get("ptp") or {}
    book.add("indicator", "pair.indicator", pair.get("indicator"), source)
    book.add("code", "pair.column1", pair.get("column1"), source)
    book.add("code", "pair.column2", pair.get("column2"), source)
    limit = said.get("mue") or {}
    book.add("count", "mue.value", limit.get("value"), source)
    book.add("indicator", "mue.mai", limit.get("mai"), source)


def _covers(edition: Edition, day: date, *, same_year: bool = False) -> bool:
    """Whether a figure of the edition may be said of that day: the fee schedule's indicators stand for their year."""
    return edition.valid_from <= day <= edition.valid_to or (same_year and edition.valid_from.year == day.year)


def edition_words(name: str) -> str:
    """An edition as a letter names it: 2026Q3 is the third quarter of 2026."""
    year, _, quarter = name.partition("Q")
    return (
        f"{_QUARTERS[int(quarter) - 1]} quarter of {year}" if quarter.isdecimal() and 0 < int(quarter) <= len(_QUARTERS) else name
    )


def _source(edition: Edition, name: str) -> Source:
    return Source("table", edition.source, f"{name}, edition {edition.name}")


def _fee(book: Book, code: str, day: date, tables: Tables, only: Sequence[str] | None) -> None:
    found = _fee_row(tables, code, day)
    edition = _edition(tables, "fee_schedule", found["edition"])
    if edition is None or not _covers(edition, day, same_year=True):
        return
    source = _source(edition, "Medicare physician fee schedule")
    for column, name in FEE.items():
        if (only is None or name in only) and book.get(f"indicator.{name}") is None:
            book.add("indicator", f"indicator.{name}", found[column], source)
    if any(fact.source.kind == "table" for fact in book.beginning("indicator.")):
        book.once("statement", "fee_edition", edition_words(edition.name), source)


# A thousand letters ask of few codes and days.
@lru_cache(maxsize=4096)
def _fee_row(tables: Tables, code: str, day: date) -> dict[str, Any]:
    return tables.fee(pl.Series([code]), pl.Series([""]), pl.Series([day]), tuple(FEE)).to_dicts()[0]


@lru_cache(maxsize=4096)
def _mue_row(tables: Tables, code: str, day: date, service: str) -> dict[str, Any]:
    return tables.mue(pl.Series([code]), pl.Series([day]), service).to_dicts()[0]


def _edition(tables: Tables, table: str, number: int | None) -> Edition | None:
    editions = tables.editions(table)
    return editions[number] if number is not None and 0 <= number < len(editions) else None


def _pair(book: Book, codes: tuple[str, Sequence[str]], service: str, day: date, tables: Tables) -> None:
    code, others = codes
    if book.get("pair.indicator"):
        return
    editions = tables.editions(f"ncci_ptp_{service}")
    number = next((n for n, edition in enumerate(editions) if _covers(edition, day)), None)
    table = tables.pairs(service, number) if number is not None else None
    if table is None or number is None:
        return
    days = np.array([(day - date(1970, 1, 1)).days], dtype=np.int32)
    for other in others:
        for column1, column2 in ((other, code), (code, other)):
            hits = table.hits(table.ids(pl.Series([column1])), table.ids(pl.Series([column2])), days)
            if len(hits):
                source = _source(editions[number], "NCCI procedure-to-procedure edits")
                book.add("indicator", "pair.indicator", int(hits.indicator[0]), source)
                book.add("code", "pair.column1", column1, source)
                book.add("code", "pair.column2", column2, source)
                book.once("statement", "pair_edition", edition_words(editions[number].name), source)
                return


def _mue(book: Book, code: str, service: str, day: date, tables: Tables) -> None:
    found = _mue_row(tables, code, day, service)
    edition = _edition(tables, f"mue_{service}", found["edition"])
    if book.get("mue.value") or edition is None or not _covers(edition, day):
        return
    source = _source(edition, "NCCI medically unlikely edits")
    book.add("count", "mue.value", found["units"], source)
    book.add("indicator", "mue.mai", found["mai"], source)
