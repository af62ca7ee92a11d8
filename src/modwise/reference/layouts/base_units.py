"""Anesthesia base units by code, which CMS publishes once a year."""

from __future__ import annotations

import re

import polars as pl

from modwise.reference.editions import ANESTHESIA_BASE
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "anesthesia base units: a header row with a code and Base Unit"

_WANTED = {"code": "^(HCPCS|CPT)*CODES?$", "units": "BASEUNITS?$"}


def header_row(grid: Grid) -> int | None:
    """The header row, or None when this is another kind of file."""
    for number, row in enumerate(grid.first):
        cells = [squash(cell) for cell in row]
        if all(any(re.search(pattern, cell) for cell in cells) for pattern in _WANTED.values()):
            return number
    return None


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The base units of the file: code, units. Raises InputError for a broken row."""
    headers = [squash(cell) for cell in grid.first[last_header]]
    columns = Columns(grid, last_header + 1, find(grid, headers, _WANTED), footnotes=True)
    columns.unique("code")
    frame = pl.DataFrame({"code": columns.code("code"), "units": columns.integer("units")}).sort("code")
    titles = " ".join(cell for row in grid.first[: last_header + 1] for cell in row)
    return [Parsed(ANESTHESIA_BASE, frame, naming.year_of((*names, titles)), effective_dates=False)]
