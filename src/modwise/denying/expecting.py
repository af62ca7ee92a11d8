"""What each line should have been allowed: from the contract facts of the line, else from the fee schedule or what was learnt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from modwise.denying import given
from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus
from modwise.pricing import contract as contracts
from modwise.pricing import learnt
from modwise.pricing.engine import price_day
from modwise.pricing.fees import FeeBook
from modwise.pricing.frames import expected as priced
from modwise.pricing.model import PROFESSIONAL, Line, Situation
from modwise.pricing.rating import Book
from modwise.reference.tables import Tables

EXACT = "exact"
_ASKED = (
    *("line_key", "claim_key", "payer", "code", "modifiers", "date_from", "units", "charge"),
    *("place_of_service", "claim_type", "rendering_npi", "mac", "locality"),
)
# What of the contract facts prices a line.
TERMS = ("rate", "lesser_of", "factors")


def of_lines(lines: pl.DataFrame, tables: Tables, known: Corpus, home: Path | None) -> pl.DataFrame:
    """line_key, expected (cents, null = not known), exact (firm enough to call another amount wrong), basis, quality, learnt (lines that
    a learnt figure rests on), of the lines in their order.

    `lines`: line_key, claim_key, payer, code, modifiers, date_from, units, charge, place_of_service, claim_type, rendering_npi, mac,
    locality.
    """
    # Without a payer the question is answered as for Medicare; of a line whose payer is not known nothing is expected.
    asked = lines.select(_ASKED).filter(pl.col("payer").is_not_null())
    found = priced(asked, Book(known, FeeBook(tables), {}, learnt.load(home)))
    told = asked.select("line_key").with_columns(
        found.select(
            "expected",
            *("basis", "quality", "learnt"),
            exact=((pl.col("quality") == EXACT) & pl.col("learnt").is_null()).fill_null(value=False),
        )
    )
    whole = lines.select("line_key").join(told, on="line_key", how="left", maintain_order="left")
    return whole.with_columns(pl.col("exact").fill_null(value=False))


def by_contract(line: dict[str, Any], facts: given.Facts, tables: Tables, known: Corpus) -> int | None:
    """The expected amount in cents by the line's contract facts; None without a rate or where a step is not known.

    Raises UsageError for terms that cannot be read.
    """
    terms = {key: value for key, value in (facts.get("contract") or {}).items() if key in TERMS}
    day: date | None = line["date_from"]
    if terms.get("rate") is None or day is None or line["code"] is None:
        return None
    try:
        agreed = contracts.of_table(terms)
    except UsageError as error:
        raise UsageError(f"contract: {error.message}", hint=error.hint, code="bad-facts") from None
    setting = PROFESSIONAL if line["claim_type"] != "institutional" else "hopd"
    situation = Situation(line["payer"], day, setting)
    asked = Line(
        str(line["code"]),
        tuple(line["modifiers"] or ()),
        Decimal(str(line["units"] or 1)),
        line["place_of_service"],
        Decimal(line["charge"]) / 100,
    )
    found = price_day([asked], situation, Book(known, FeeBook(tables), {"": agreed}))[0]
    return None if found.allowed is None else int((found.allowed * 100).to_integral_value())
