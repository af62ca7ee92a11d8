"""What a payer was seen to allow, kept in the data folder: read here without a frame library, made by `learning`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from modwise.errors import InputError

FILE = "pricing/learnt.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """One learnt figure: how many lines, their median and quartiles. A share for a modifier, an amount in cents for a plain code."""

    n: int
    median: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Learnt:
    """Shares by (payer, modifier, code or "", year); plain rates by (payer, code, place, year)."""

    shares: Mapping[tuple[str, str, str, int], Seen] = field(default_factory=dict)
    rates: Mapping[tuple[str, str, str, int], Seen] = field(default_factory=dict)

    def share(self, payer: str, modifier: str, code: str, day: date, least: int) -> Seen | None:
        """The payer's share for the modifier in that year: of this code when seen often enough, else over all codes."""
        for which in (code, ""):
            seen = self.shares.get((payer, modifier, which, day.year))
            if seen and seen.n >= least:
                return seen
        return None

    def rate(self, payer: str, code: str, place: str, day: date, least: int) -> Seen | None:
        """What the payer allowed for the plain code at that place in that year, in cents."""
        seen = self.rates.get((payer, code, place, day.year))
        return seen if seen and seen.n >= least else None


def load(home: Path | None = None) -> Learnt:
    """What was learnt so far; empty when nothing was. Raises InputError for a damaged file."""
    path = place(home)
    if not path.exists():
        return Learnt()
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        if table["format"] != FORMAT:
            raise ValueError(f"format {table['format']}")
        return of_rows(table["rows"])
    except (ValueError, KeyError, TypeError, InvalidOperation, OSError) as error:
        raise InputError(
            f"damaged: {error!r}", where=str(path), hint="Delete it and import the remittances again.", code="damaged-learnt"
        ) from None


def place(home: Path | None = None) -> Path:
    """Where the file lies."""
    from modwise.reference.store import data_home

    return data_home(home) / FILE


def of_rows(rows: Iterable[Mapping[str, Any]]) -> Learnt:
    """The figures of rows with payer, modifier (null = a plain rate), code, place, year, n, median, low, high."""
    shares: dict[tuple[str, str, str, int], Seen] = {}
    rates: dict[tuple[str, str, str, int], Seen] = {}
    for row in rows:
        seen = Seen(int(row["n"]), Decimal(row["median"]), Decimal(row["low"]), Decimal(row["high"]))
        if row["modifier"]:
            shares[row["payer"], row["modifier"], row["code"] or "", int(row["year"])] = seen
        else:
            rates[row["payer"], row["code"], row["place"] or "", int(row["year"])] = seen
    return Learnt(shares, rates)


def save(rows: Iterable[Mapping[str, Any]], home: Path | None = None) -> Path:
    """Writes the figures whole, or not at all; returns where."""
    path = place(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"format": FORMAT, "rows": [dict(row) for row in rows]}, ensure_ascii=False, indent=1)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)
    return path
