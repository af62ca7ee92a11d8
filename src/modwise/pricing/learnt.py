"""What a payer was seen to allow, kept in the data folder: read here without a frame library, made by `learning`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from modwise.errors import InputError

FILE = "pricing/learnt.json"
FORMAT = 1
KEY = ("payer", "modifier", "code", "place", "year")
MILLION = Decimal(1_000_000)


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
    try:
        return of_rows(_kept(path)[0])
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise _damaged(path, error) from None


def place(home: Path | None = None) -> Path:
    """Where the file lies."""
    from modwise.reference.store import data_home

    return data_home(home) / FILE


def of_rows(rows: Iterable[Mapping[str, Any]]) -> Learnt:
    """The figures of rows with payer, modifier (null = a plain rate), code, place, year, values and counts."""
    shares: dict[tuple[str, str, str, int], Seen] = {}
    rates: dict[tuple[str, str, str, int], Seen] = {}
    for row in rows:
        seen = _seen(row["values"], row["counts"])
        if row["modifier"]:
            shares[row["payer"], row["modifier"], row["code"] or "", int(row["year"])] = Seen(
                seen.n, seen.median / MILLION, seen.low / MILLION, seen.high / MILLION
            )
        else:
            rates[row["payer"], row["code"], row["place"] or "", int(row["year"])] = seen
    return Learnt(shares, rates)


def _seen(values: Iterable[int], counts: Iterable[int]) -> Seen:
    """Count, median and quartiles of values that were each seen so often."""
    ordered = sorted(zip(values, counts, strict=True))
    total = sum(count for _, count in ordered)
    if not total or any(count < 1 for _, count in ordered):
        raise ValueError("counts")
    return Seen(total, _at(ordered, (total - 1) // 2), _at(ordered, (total - 1) // 4), _at(ordered, -(-3 * (total - 1) // 4)))


def _at(ordered: Iterable[tuple[int, int]], place: int) -> Decimal:
    for value, count in ordered:
        place -= count
        if place < 0:
            return Decimal(value)
    raise ValueError("counts")


def taught(home: Path | None = None) -> frozenset[str]:
    """Marks of the payments that were learnt from. Raises InputError for a damaged file."""
    return frozenset(_kept(place(home))[1])


def add(rows: Iterable[Mapping[str, Any]], home: Path | None = None, marks: Iterable[str] = ()) -> Path:
    """Adds the counts, and the marks of the payments they are from, to those kept so far, whole or not at all; returns where they lie."""
    path = place(home)
    merged: dict[tuple[Any, ...], dict[int, int]] = {}
    before, known = _kept(path)
    for row in [*before, *rows]:
        counts = merged.setdefault(tuple(row[name] for name in KEY), {})
        for value, count in zip(row["values"], row["counts"], strict=True):
            counts[value] = counts.get(value, 0) + count
    table = [
        {**dict(zip(KEY, key, strict=True)), "values": [*counts], "counts": [*counts.values()]} for key, counts in merged.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(
        json.dumps({"format": FORMAT, "payments": sorted({*known, *marks}), "rows": table}, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    temporary.replace(path)
    return path


def _kept(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    if not path.exists():
        return [], []
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        if table["format"] != FORMAT:
            raise ValueError(f"format {table['format']}")
        kept: tuple[list[dict[str, Any]], list[str]] = table["rows"], table.get("payments", [])
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise _damaged(path, error) from None
    return kept


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(
        f"damaged: {error!r}", where=str(path), hint="Delete it and import the remittances again.", code="damaged-learnt"
    )
