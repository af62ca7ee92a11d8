"""What depends on the place: geographic indices (GPCI), localities and their counties, anesthesia conversion factors.

A place is a contractor (five digits) and a locality (two): `area` is both, "0111252". CMS's files drop leading zeros now and then.
"""

from __future__ import annotations

import re

import polars as pl

from modwise.reference.editions import ANESTHESIA, GPCI, LOCALITIES, Quarter, Year
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "places: a header row with a contractor and a locality number over GPCIs, counties or an anesthesia conversion factor"

GPCI_SCALE = 3
FACTOR_SCALE = 4
NATIONAL = "national"
_PLACE = {"contractor": "ADMIN[A-Z]*CONTRACTOR|^CONTRACTOR|^CARRIER", "locality": "^LOCALITY(NUMBER)?$"}
_GPCI = {
    **_PLACE,
    "state": "^STATE$",
    "name": "^LOCALITYNAME$",
    # Some years carry the work index twice, with and without the floor; payment goes by the one with it.
    "work": "PWGPCI(WITH(?!OUT)|$)|^WORKGPCI$",
    "expense": "PEGPCI",
    "malpractice": "(MP|PLI)GPCI",
}
_LOCALITIES = {**_PLACE, "state": "^STATE$", "name": "FEESCHEDULEAREA", "counties": "^COUNTIES$"}
_ANESTHESIA = {**_PLACE, "name": "^LOCALITYNAME$", "factor": "(ANES[A-Z]*(CF|CONVERSIONFACTOR))"}
_KINDS = {GPCI: _GPCI, LOCALITIES: _LOCALITIES, ANESTHESIA: _ANESTHESIA}
_TELLING = {GPCI: "malpractice", LOCALITIES: "counties", ANESTHESIA: "factor"}


def header_row(grid: Grid) -> int | None:
    """The header row, or None when this is another kind of file."""
    return next((number for number, row in enumerate(grid.first) if _kind([squash(cell) for cell in row])), None)


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The table of the file, by area. Raises InputError for a broken row."""
    naming.refuse_other_factor(grid)
    cells = grid.first[last_header]
    headers = [squash(cell) for cell in cells]
    table = _kind(headers)
    columns = Columns(grid, last_header + 1, find(grid, headers, _KINDS[table], optional=("name",)), footnotes=True)
    titles = " ".join(" ".join(row) for row in grid.first[: last_header + 1])
    frame = _READ[table](columns, " ".join(cells))
    return [Parsed(table, frame.sort(frame.columns[0]), _period(names, titles), effective_dates=False)]


def _kind(headers: list[str]) -> str:
    for table, wanted in _KINDS.items():
        needed = ("contractor", "locality", _TELLING[table])
        if all(any(re.search(wanted[name], header) for header in headers) for name in needed):
            return table
    return ""


def _period(names: tuple[str, ...], titles: str) -> Quarter | Year | None:
    """The year; the quarter where the archive of a quarterly release carries the file: CMS changes a factor within a year."""
    quarter = naming.quarter_of(names[1:]) if len(names) > 1 and names[0] != names[1] else None
    return quarter or naming.year_of((*names, titles))


def _areas(columns: Columns) -> dict[str, pl.Series]:
    contractor = columns.like("contractor", r"\d{4,5}", "a contractor's number").str.zfill(5)
    locality = columns.like("locality", r"\d{1,2}", "a locality's number").str.zfill(2)
    return {"area": contractor + locality, "contractor": contractor, "locality": locality}


def _named(columns: Columns) -> pl.Series:
    return columns.frame["name"].str.strip_chars_end("*").str.strip_chars()


def _gpci(columns: Columns, headers: str) -> pl.DataFrame:
    indices = {name: columns.amount(name, GPCI_SCALE) for name in ("work", "expense", "malpractice")}
    for name, values in indices.items():
        columns.require(name, values.is_not_null(), "a number")
    areas = _areas(columns)
    columns.unique("contractor", "locality")
    state = columns.like("state", "[A-Z]{2}", "a state in two letters")
    return pl.DataFrame({**areas, "state": state, "name": _named(columns), **indices})


def _localities(columns: Columns, headers: str) -> pl.DataFrame:
    # Each state's name stands on its first row only.
    state = columns.frame["state"].fill_null(strategy="forward").str.strip_chars_end("*").str.strip_chars()
    counties = columns.frame["counties"].str.strip_chars()
    columns.require("counties", counties.is_not_null(), "a list of counties")
    frame = pl.DataFrame({**_areas(columns), "state": state, "name": _named(columns), "counties": counties})
    # CMS writes one locality twice, word for word; two rows that differ are an error.
    again = frame.select(pl.struct(pl.all()).is_first_distinct() & ~pl.col("area").is_first_distinct())[:, 0]
    columns.require("locality", ~again, "in one row only")
    return frame.unique("area")


def _anesthesia(columns: Columns, headers: str) -> pl.DataFrame:
    factor = columns.amount("factor", FACTOR_SCALE)
    columns.require("factor", factor.is_not_null(), "a number")
    columns.unique("contractor", "locality")
    frame = pl.DataFrame({**_areas(columns), "name": _named(columns), "factor": factor})
    national = re.search(r"CF of\s*\$?(\d+\.\d+)", headers, re.IGNORECASE)
    if not national:
        return frame
    whole = pl.DataFrame({"area": [NATIONAL], "factor": pl.Series([national[1]]).cast(frame.schema["factor"])})
    return pl.concat([frame, whole], how="diagonal")


_READ = {GPCI: _gpci, LOCALITIES: _localities, ANESTHESIA: _anesthesia}
