"""Where a Medicare line was: the contractor, and locality, whose geographic indices price it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from modwise.denying import given
from modwise.knowledge.corpus import Corpus
from modwise.reference.tables import Tables

CONTRACTOR = "contractor"
_INDICES = "gpci"
_DIGITS = 5


def placed(lines: pl.DataFrame, facts: given.CaseFacts, tables: Tables, known: Corpus) -> pl.DataFrame:
    """The lines with `mac` and `locality`: the contractor's number where the indices have one locality for it on the day, or the user
    names one; null where that is not told.

    `lines`: payer_id, date_from, claim_id, sent_claim, line, sent_line.
    """
    numbers = {number for table in known.payers.values() for number in _numbers(table)}
    named = pl.col("payer_id").cast(pl.String)
    lines = lines.with_columns(mac=pl.when(named.is_in(list(numbers))).then(named), locality=pl.lit(None, dtype=pl.String))
    lines = _as_told(lines, facts, known)
    return _where_known(lines, tables)


def number_of(said: str, known: Corpus) -> str | None:
    """The contractor's number that the words give: itself, or that of a contractor of ours which has only one."""
    text = said.strip().lower()
    if text.isdecimal():
        return text.zfill(_DIGITS)
    table = known.payers.get(text) or known.payers.get(f"mac-{text.split()[0]}" if text else "")
    numbers = _numbers(table or {})
    return numbers[0] if len(numbers) == 1 else None


def _numbers(table: Mapping[str, Any]) -> list[str]:
    return list(table.get("payer_ids", ())) if table.get("kind") == CONTRACTOR else []


def _as_told(lines: pl.DataFrame, facts: given.CaseFacts, known: Corpus) -> pl.DataFrame:
    """The lines with what the facts say of contractor and locality."""
    told = lines.with_row_index("at").filter(pl.coalesce("sent_claim", "claim_id").is_in(list(facts)))
    rows = []
    for at, sent_claim, claim, sent_line, line, mac in told.select(
        "at", "sent_claim", "claim_id", "sent_line", "line", "mac"
    ).iter_rows():
        own = given.of(facts, sent_claim or claim, sent_line if sent_line is not None else line)
        number = number_of(str(own["mac"]), known) if own.get("mac") else None
        if number or own.get("locality"):
            rows.append((at, number or mac, own.get("locality")))
    if not rows:
        return lines
    frame = pl.DataFrame(rows, schema={"at": pl.UInt32(), "own_mac": pl.String(), "own_locality": pl.String()}, orient="row")
    joined = lines.with_row_index("at").join(frame, on="at", how="left", maintain_order="left")
    return joined.with_columns(mac=pl.coalesce("own_mac", "mac"), locality=pl.col("own_locality")).drop(
        "at", "own_mac", "own_locality"
    )


def _where_known(lines: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """The lines without the contractors, and localities, for which the indices of the day do not tell one place."""
    days = lines.filter(pl.col("mac").is_not_null() & pl.col("date_from").is_not_null())["date_from"].unique().sort()
    if not len(days):
        return lines.with_columns(mac=pl.lit(None, dtype=pl.String), locality=pl.lit(None, dtype=pl.String))
    first: dict[int, date] = {}
    for day, edition in zip(days.to_list(), tables.choose(_INDICES, days).edition.tolist(), strict=True):
        first.setdefault(edition, day)
    editions = pl.DataFrame({"date_from": days, "edition": pl.Series(tables.choose(_INDICES, days).edition, dtype=pl.Int64)})
    parts = [_areas(edition, day, tables) for edition, day in first.items()]
    areas = pl.concat(parts)
    single = areas.filter(pl.len().over("edition", "mac") == 1).select("edition", "mac", single=pl.lit(value=True))
    found = (
        lines.join(editions, on="date_from", how="left", maintain_order="left")
        .join(single, on=["edition", "mac"], how="left", maintain_order="left")
        .join(areas.with_columns(listed=pl.lit(value=True)), on=["edition", "mac", "locality"], how="left", maintain_order="left")
    )
    whole = pl.when(pl.col("locality").is_null()).then("single").otherwise("listed").fill_null(value=False)
    return found.with_columns(pl.when(whole).then(name).alias(name) for name in ("mac", "locality")).drop(
        "edition", "single", "listed"
    )


def _areas(edition: int, day: date, tables: Tables) -> pl.DataFrame:
    """edition, mac, locality of every place of that edition."""
    found = tables.whole(_INDICES, day)
    area = pl.Series([], dtype=pl.String) if found is None else found[0]["area"].cast(pl.String)
    return pl.DataFrame({"area": area}).select(
        edition=pl.lit(edition, dtype=pl.Int64),
        mac=pl.col("area").str.slice(0, _DIGITS),
        locality=pl.col("area").str.slice(_DIGITS),
    )
