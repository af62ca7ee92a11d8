"""Tables made of rows written by hand, for cases and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from modwise.errors import UsageError
from modwise.reference import pairs, rationales, schemas
from modwise.reference.editions import FAR_DAY, FEE_SCHEDULE, PTP, TABLES, UNKNOWN_DAY, Edition
from modwise.reference.store import Loaded

Rows = Sequence[Mapping[str, Any]]


def edition(table: str, rows: Rows) -> Edition:
    """An edition that is valid on every day. Raises UsageError for a table that does not exist."""
    if table not in TABLES:
        raise UsageError(f"no table {table!r}", hint=f"Tables: {', '.join(TABLES)}.", code="unknown-table")
    return Edition(
        table=table,
        name="given",
        valid_from=date.min,
        valid_to=date.max,
        rows=len(rows),
        starter=False,
        effective_dates=True,
        source="given rows",
    )


def loaded(table: str, rows: Rows) -> Loaded:
    """The rows as the store holds them; what a row leaves out is null, a date left out means always.

    Keys: fee_schedule code, row and any column of it; tables of `schemas.BY_KEY` their columns; ncci_ptp_… column1, column2, indicator, effective,
    deletion, rationale (our words); add_on add_on, primary, type, effective, deletion. Raises UsageError for another key.
    """
    if table == FEE_SCHEDULE:
        return Loaded(_frame(table, [{"row": "", **row} for row in rows], schemas.FEE).sort("code", "row"))
    if table in schemas.BY_KEY:
        frame = _frame(table, rows, schemas.BY_KEY[table])
        return Loaded(frame.sort(frame.columns[0]))
    if table in PTP.values():
        frame = _frame(table, rows, schemas.PTP_ROWS)
        words = {word: number for number, word in enumerate(rationales.WORDS)}
        numbers = frame["rationale"].replace_strict(words, default=rationales.OTHER, return_dtype=pl.UInt8)
        return pairs.encode(_dated(frame).with_columns(pl.col("indicator").cast(pl.UInt8), numbers.alias("rationale")))
    frame = _frame(table, rows, schemas.ADD_ON_ROWS)
    return Loaded(_dated(frame).sort("add_on", "primary"))


def _frame(table: str, rows: Rows, columns: schemas.Kinds) -> pl.DataFrame:
    unknown = {key for row in rows for key in row} - set(columns)
    if unknown:
        raise UsageError(
            f"{table} has no {', '.join(sorted(unknown))}", hint=f"Columns: {', '.join(columns)}.", code="unknown-column"
        )
    # Text first: cases write money and shares as text, and Polars makes exact decimals of it.
    texts = {name: [None if (v := row.get(name)) is None else str(v) for row in rows] for name in columns}
    return pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String)).select(
        pl.col(name).str.to_date("%Y-%m-%d") if kind == pl.Date else pl.col(name).cast(kind) for name, kind in columns.items()
    )


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("effective").to_physical().fill_null(UNKNOWN_DAY),
        pl.col("deletion").to_physical().fill_null(FAR_DAY),
    )
