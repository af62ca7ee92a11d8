"""NCCI add-on code edits: CMS's own table (text or workbook, with dates) and a re-tabulated CSV without dates.

`CCCCC` as primary code stands for "the contractor says which"; type 1 lists every primary, type 2 none, type 3 some.
"""

from __future__ import annotations

import polars as pl

from modwise.reference.editions import ADD_ON, FAR_DAY, UNKNOWN_DAY
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "add-on code edits: a header row with Add-On_Code and Primary_Code"

WANTED = {
    "add_on": "^ADDONCODE$",
    "primary": "^PRIMARYCODE$",
    "type": "AOCEDITTYPE$",
    "effective": "AOCEDITEFFDT$",
    "deletion": "AOCEDITDELDT$",
    "add_on_deletion": "^AOCDELDT$",
    "primary_deletion": "^PRIMARYCODEDELDT$",
}
DELETIONS = ("deletion", "add_on_deletion", "primary_deletion")


def header_row(grid: Grid) -> int | None:
    """The header row, or None when this is another kind of file."""
    for number, row in enumerate(grid.first):
        if {"ADDONCODE", "PRIMARYCODE"} <= {squash(cell) for cell in row}:
            return number
    return None


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The edits of the file: add_on, primary, type, effective, deletion (the earliest of the three CMS gives)."""
    headers = [squash(cell) for cell in grid.first[last_header]]
    places = find(grid, headers, WANTED, optional=("effective", *DELETIONS))
    columns = Columns(grid, last_header + 1, places)
    dated = columns.has("effective")
    count = columns.frame.height
    ends = [columns.days(name, FAR_DAY).alias(name) for name in DELETIONS if columns.has(name)]
    far = pl.repeat(FAR_DAY, count, dtype=pl.Int32, eager=True)
    frame = pl.DataFrame(
        {
            "add_on": columns.code("add_on"),
            "primary": columns.code("primary"),
            "type": columns.one_of("type", ("1", "2", "3")).cast(pl.UInt8),
            "effective": columns.days("effective", UNKNOWN_DAY)
            if dated
            else pl.repeat(UNKNOWN_DAY, count, dtype=pl.Int32, eager=True),
            "deletion": pl.DataFrame(ends).min_horizontal() if ends else far,
        }
    )
    notes = () if dated else ("no dates: taken as in force for its quarter",)
    return [Parsed(ADD_ON, frame.sort("add_on", "primary"), naming.quarter_of(names), dated, notes=notes)]
