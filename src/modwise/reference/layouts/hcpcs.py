"""The HCPCS Level II file: codes and modifiers with their dates and attributes. The descriptions are not kept.

CMS spreads repeated attributes over numbered columns (PRICE1 … PRICE4) and long descriptions over further records (RECID 4 and 8);
a re-tabulated file has one row a code and joins the repeats with colons.
"""

from __future__ import annotations

import re

import polars as pl

from modwise.errors import InputError
from modwise.reference.editions import FAR_DAY, HCPCS, HCPCS_MODIFIERS
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "HCPCS Level II: a header row with HCPC or hcpcs_code over date added and date terminated"

_ONE = {
    "code": "^HCPC(S|SCODE)?$",
    "record": "^RECID$",
    "effective": "^(ADDDT|ADDDATE|DATEADDED)$",
    "deletion": "^(TERMDT|TERMDATE|DATETERM)$",
    "action": "^ACTION(CD|CODE)?$",
    "action_date": "^(ACTEFFDT|ACTEFFDATE|DATEACTION)$",
    "coverage": "^COV$",
    "multiple_pricing": "^MULTI?(PI)?$",
    "betos": "^BETOS$",
    "statute": "^STATUTE$",
    "anesthesia_units": "^ANES(TBU)?$",
}
# Numbered in CMS's file, joined in others.
_MANY = {
    "pricing": r"^PRICE\d?$",
    "type_of_service": r"^TOS\d?$",
    "laboratory": r"^LAB(CERT\d?)?$",
    "cross_reference": r"^XREF\d?$",
}
_CODES = {HCPCS: "[A-Z][0-9]{4}", HCPCS_MODIFIERS: "[A-Z0-9]{2}"}
_FIRST_RECORDS = ("3", "7")
_DATES = ("effective", "deletion", "action_date")


def header_row(grid: Grid) -> int | None:
    """The header row, or None when this is another kind of file."""
    for number, row in enumerate(grid.first):
        cells = [squash(cell) for cell in row]
        if all(any(re.search(_ONE[name], cell) for cell in cells) for name in ("code", "effective", "deletion")):
            return number
    return None


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The codes of the file, and its modifiers where it has any. Raises InputError for a broken row."""
    headers = [squash(cell) for cell in grid.first[last_header]]
    many = {f"{name}{i}": i for name, pattern in _MANY.items() for i, h in enumerate(headers) if re.search(pattern, h)}
    optional = [name for name in _ONE if name not in ("code", "effective", "deletion")]
    columns = Columns(grid, last_header + 1, {**find(grid, headers, _ONE, optional=optional), **many})
    code = columns.like("code", "|".join(_CODES.values()), "a HCPCS code of five characters or a modifier of two")
    frame = pl.DataFrame(
        [
            code.alias("code"),
            *(_dates(columns, name).alias(name) for name in _DATES),
            *(_one(columns, name).alias(name) for name in optional if name not in ("record", *_DATES)),
            *(_many(columns, name).alias(name) for name in _MANY),
        ]
    )
    further = _further(columns)
    columns.require("effective", columns.frame["effective"].is_not_null() | further, "a date")
    frame = frame.filter(~further)
    _once(frame, grid)
    quarter = naming.quarter_of(names) or naming.titled(" ".join(" ".join(row) for row in grid.first[:last_header]))
    return [
        Parsed(table, rows.sort("code", "effective"), quarter, effective_dates=True)
        for table, pattern in _CODES.items()
        if (rows := frame.filter(frame["code"].str.contains(f"^{pattern}$"))).height
    ]


def _further(columns: Columns) -> pl.Series:
    """Rows that only carry more of a description."""
    if not columns.has("record"):
        return pl.repeat(value=False, n=columns.frame.height, dtype=pl.Boolean, eager=True)
    return ~columns.frame["record"].str.strip_chars_start("0").is_in(list(_FIRST_RECORDS))


def _once(frame: pl.DataFrame, grid: Grid) -> None:
    twice = frame["code"].filter(frame["code"].is_duplicated())
    if len(twice):
        raise InputError(
            f"{twice[0]} stands there more than once",
            where=grid.member.shown,
            hint="Import the file as CMS publishes it.",
            code="bad-row",
        )


def _dates(columns: Columns, name: str) -> pl.Series:
    days = (
        columns.days(name, FAR_DAY) if columns.has(name) else pl.repeat(FAR_DAY, columns.frame.height, dtype=pl.Int32, eager=True)
    )
    return pl.select(pl.when(days != FAR_DAY).then(days).cast(pl.Date))[:, 0]


def _one(columns: Columns, name: str) -> pl.Series:
    return columns.frame[name] if columns.has(name) else pl.repeat(None, columns.frame.height, dtype=pl.String, eager=True)


def _many(columns: Columns, name: str) -> pl.Series:
    """The values of the numbered columns, joined with a blank; null where there are none."""
    parts = [column for column in columns.frame.columns if re.fullmatch(rf"{name}\d+", column)]
    if not parts:
        return pl.repeat(None, columns.frame.height, dtype=pl.String, eager=True)
    joined = columns.frame.select(pl.concat_str(parts, separator=" ", ignore_nulls=True))[:, 0].str.replace_all(r"[:,\s]+", " ")
    return pl.select(pl.when(joined != "").then(joined))[:, 0]
