"""What a layout takes out of a file."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from modwise.reference.editions import Period


@dataclass(frozen=True)
class Parsed:
    """Rows of one table.

    `period` is the edition the file itself names (None: not said), `part` the number of a file that holds only a part of the table,
    `effective_dates` whether each row has its own start date.
    """

    table: str
    frame: pl.DataFrame
    period: Period | None
    effective_dates: bool
    part: int | None = None
    notes: tuple[str, ...] = ()
