"""Whole 835 files held against expected prices: what was allowed too low, what could not be compared, what was learnt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import polars as pl

from modwise.errors import UsageError
from modwise.knowledge.corpus import corpus
from modwise.pricing import contract as contracts
from modwise.pricing import frames, learning, learnt, remitted
from modwise.pricing.contract import Contract
from modwise.pricing.fees import FeeBook
from modwise.pricing.money import of_cents, shown
from modwise.pricing.rating import Book
from modwise.pricing.short import EXACT, Short, short
from modwise.reference.tables import Tables
from modwise.remits import reading

Json = dict[str, Any]
SURE = {"exact": EXACT, "any": ("exact", "nearest", "national", "learnt")}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How remittances are held against prices.

    `contracts` are files or tables, each with its payer where there are several; `mac` and `locality` place all Medicare lines; `rates`
    is "exact", or "any" to compare with national, nearest and learnt amounts too; `learn` keeps payers' behaviour in the data folder.
    """

    contracts: Sequence[str | Path | Mapping[str, Any]] = ()
    mac: str | None = None
    locality: str | None = None
    rates: str = "exact"
    learn: bool = False
    keep_going: bool = False
    progress: Callable[[int, int], None] | None = None


def terms_of(said: Mapping[str, Any]) -> Terms:
    """The terms by name. Raises UsageError for one that does not exist."""
    names = [one.name for one in fields(Terms)]
    if unknown := sorted(set(said) - set(names)):
        raise UsageError(f"no term {', '.join(unknown)}", hint=f"Terms: {', '.join(names)}.", code="unknown-term")
    return Terms(**said)


def underpaid(files: Sequence[str | Path], terms: Terms, home: Path | None = None) -> Json:
    """{read, compared, not_compared, learnt, items, summary} of the 835 files. Raises InputError, X12Error, UsageError."""
    if terms.rates not in SURE:
        raise UsageError(f"no rates {terms.rates!r}", hint=f"One of {', '.join(SURE)}.", code="unknown-rates")
    remits = reading.read(files, keep_going=terms.keep_going, progress=terms.progress)
    book = Book(corpus(), FeeBook(Tables.open(home)), _agreed(terms), learnt.load(home))
    lines = remitted.lines_of(remits, book)
    taken = learning.take(remits, lines, book, home) if terms.learn else None
    placed = lines.with_columns(mac=pl.lit(terms.mac, pl.String), locality=pl.lit(terms.locality, pl.String))
    found = short(placed, book, qualities=SURE[terms.rates])
    return {
        "read": {
            "files": [str(file) for file in files],
            "lines": lines.height,
            "set_aside": len(remits.log.set_aside),
            "quarantined": [one.as_dict() for one in remits.quarantined],
        },
        **_compared(placed, book, terms),
        "learnt": None if taken is None else {"payments": taken[0], "known_before": taken[1]},
        "items": [_item(one, lines) for one in found],
        "summary": _summary(found),
    }


def _agreed(terms: Terms) -> dict[str, Contract]:
    agreed: dict[str, Contract] = {}
    for one in terms.contracts:
        read = contracts.of_table(one) if isinstance(one, Mapping) else contracts.read(Path(one))
        if read.payer is not None:
            corpus().payer(read.payer)
        elif len(terms.contracts) > 1:
            raise UsageError(
                f"the contract {read.name} names no payer", hint='Write payer = "…" into each of them.', code="bad-contract"
            )
        if (read.payer or "") in agreed:
            raise UsageError(f"two contracts with {read.payer}", hint="Give one file a payer.", code="bad-contract")
        agreed[read.payer or ""] = read
    return agreed


def _compared(lines: pl.DataFrame, book: Book, terms: Terms) -> Json:
    """How many paid lines were held against a price, and why the others were not."""
    found = frames.expected(lines, book).with_columns(lines.select("settled", "allowed"))
    paid = found.filter(pl.col("settled") & (pl.col("allowed") > 0))
    sure = pl.col("quality").is_in(list(SURE[terms.rates])) & pl.col("expected").is_not_null()
    left = paid.filter(~sure).with_columns(
        why=pl.when(pl.col("expected").is_null()).then("reason").otherwise(pl.format("Only a {} amount is at hand.", "quality"))
    )
    counted = left.group_by("why").len("lines").sort("lines", "why", descending=[True, False])
    return {"compared": paid.filter(sure).height, "not_compared": [{"reason": why, "lines": n} for why, n in counted.iter_rows()]}


def _item(one: Short, lines: pl.DataFrame) -> Json:
    row = lines.row(one.row, named=True)
    return {
        "claim": row["claim_id"],
        "line": row["line"],
        "payer": row["payer"],
        "date": row["date_from"].isoformat(),
        "paid": shown(of_cents(row["paid"])),
        **one.as_dict(),
        "charge": shown(of_cents(row["charge"])),
    }


def _summary(found: Sequence[Short]) -> Json:
    by_why = {why: [one for one in found if one.why == why] for why in dict.fromkeys(one.why for one in found)}
    return {
        "lines": len(found),
        "difference": shown(of_cents(sum(one.difference for one in found))),
        "at_risk": shown(of_cents(sum(one.at_risk for one in found))),
        "by_why": {
            why: {"lines": len(ones), "at_risk": shown(of_cents(sum(one.at_risk for one in ones)))} for why, ones in by_why.items()
        },
    }
