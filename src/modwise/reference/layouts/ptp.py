"""NCCI procedure-to-procedure edits: CMS's own text (ccipra, ccioph; several parts) and a re-tabulated CSV without start dates."""

from __future__ import annotations

import re

import polars as pl

from modwise.errors import InputError
from modwise.reference import rationales
from modwise.reference.editions import FAR_DAY, PTP, UNKNOWN_DAY
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find, stacked
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "NCCI PTP edits: a header row with Column 1 and Column 2"

WANTED = {
    "column1": "COLUMN1$",
    "column2": "COLUMN2$",
    "before_1996": "EXISTENCE",
    "effective": "EFFECTIVE",
    "deletion": "DELETION",
    "indicator": "MODIFIER",
    "rationale": "RATIONALE",
}
SERVICES = {
    "practitioner": r"ccipra|practitioner",
    "outpatient": r"ccioph|outpatient|hospital",
}
# CMS wraps the header over up to this many further rows, with nothing below "Column 1" and "Column 2".
WRAPPED_ROWS = 5


def header_row(grid: Grid) -> int | None:
    """The row with "Column 1" and "Column 2", or None when this is another kind of file."""
    for number, row in enumerate(grid.first):
        if {"COLUMN1", "COLUMN2"} <= {squash(cell) for cell in row}:
            return number
    return None


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The pairs of the file: column1, column2, effective, deletion, indicator, rationale.

    Raises InputError for a broken row and when neither the names nor the titles say for whom the edits are.
    """
    headers = stacked(grid, last_header)
    places = find(grid, headers, WANTED, optional=("before_1996", "effective", "rationale"))
    columns = Columns(grid, _first_row(grid, last_header), places)
    dated = columns.has("effective")
    count = columns.frame.height
    frame = pl.DataFrame(
        {
            "column1": columns.code("column1"),
            "column2": columns.code("column2"),
            "effective": _starts(columns) if dated else pl.repeat(UNKNOWN_DAY, count, dtype=pl.Int32, eager=True),
            "deletion": columns.days("deletion", FAR_DAY),
            "indicator": columns.one_of("indicator", ("0", "1", "9")).cast(pl.UInt8),
            "rationale": _rationales(columns),
        }
    )
    titles = " ".join(" ".join(row) for row in grid.first[:last_header])
    service = _service([*names, titles], grid)
    notes = ("deletion dates only: taken as in force for its quarter",) if not dated else ()
    return [Parsed(PTP[service], frame, naming.quarter_of(names), dated, naming.part_of(names), notes)]


def _starts(columns: Columns) -> pl.Series:
    starts = columns.days("effective", UNKNOWN_DAY)
    marks = columns.frame["before_1996"] if columns.has("before_1996") else pl.repeat("", len(starts), eager=True)
    old = (marks == "*").fill_null(value=False)
    columns.require("effective", (starts != UNKNOWN_DAY) | old, "a date, and the pair is not marked as older than 1996")
    return starts


def _rationales(columns: Columns) -> pl.Series:
    if not columns.has("rationale"):
        return pl.repeat(rationales.OTHER, columns.frame.height, dtype=pl.UInt8, eager=True)
    return columns.by_value("rationale", rationales.number, "a rationale", absent=rationales.OTHER).cast(pl.UInt8)


def _first_row(grid: Grid, last_header: int) -> int:
    row = last_header + 1
    while row < min(len(grid.first), last_header + 1 + WRAPPED_ROWS) and not any(c.strip() for c in grid.first[row][:2]):
        row += 1
    return row


def _service(texts: list[str], grid: Grid) -> str:
    for text in texts:
        found = [service for service, pattern in SERVICES.items() if re.search(pattern, text.lower())]
        if len(found) == 1:
            return found[0]
    raise InputError(
        "practitioner or outpatient hospital? Neither the file name nor the titles say",
        where=grid.member.shown,
        hint="Keep CMS's name: ccipra-… for practitioners, ccioph-… for hospitals.",
        code="which-table",
    )
