"""Hospital outpatient and ambulatory surgery addenda: OPPS Addendum B; ASC AA, BB, EE and FF.

CMS puts titles and notices above the header and notes below the rows. Descriptors are not kept.
"""

from __future__ import annotations

import re

import polars as pl

from modwise.reference.editions import ASC, ASC_ANCILLARY, ASC_DEVICE, ASC_EXCLUDED, OPPS, Year
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "OPPS Addendum B or ASC Addendum AA, BB, EE, FF: a header row with HCPCS Code over status or payment indicators"

# Drugs are priced to a tenth of a cent.
SCALE = 4
_CODE = "^HCPCS(CODE)?$"
_WANTED = {
    OPPS: {
        "code": _CODE,
        "status": "^(SI|STATUSINDICATOR)$",
        "apc": "^APC$",
        "weight": "^RELATIVEWEIGHT$",
        "rate": "^PAYMENTRATE$",
        "copayment": "^NATIONALUNADJUSTEDCOPAYMENT$",
        "minimum_copayment": "^MINIMUMUNADJUSTEDCOPAYMENT$",
    },
    ASC_DEVICE: {
        "code": _CODE,
        "indicator": "PAYMENTINDICATOR$",
        "apc": "APC$",
        "apc_offset": "APCDEVICEOFFSETPERCENTAGE$",
        "opps_rate": "OPPSPAYMENTRATE$",
        "offset": "(?<!APC)DEVICEOFFSETPERCENTAGE$",
        "portion": "DEVICEOFFSETAMOUNT(DEVICEPORTION)?$",
    },
    ASC: {
        "code": _CODE,
        "multiple": "SUBJECTTOMULTIPLEPROCEDUREDISCOUNTING$",
        "indicator": "PAYMENTINDICATOR$",
        "weight": "PAYMENTWEIGHT$",
        "rate": "PAYMENTRATE$",
    },
    ASC_ANCILLARY: {
        "code": _CODE,
        "indicator": "PAYMENTINDICATOR$",
        "weight": "PAYMENTWEIGHT$",
        "rate": "PAYMENTRATE$",
        "copayment": "ADJUSTEDCOPAYMENT",
    },
    ASC_EXCLUDED: {"code": _CODE},
}
# Beside the code, the column that tells one addendum from the others; the list of exclusions is told by its title.
_TELLING = {OPPS: "status", ASC_DEVICE: "offset", ASC: "multiple", ASC_ANCILLARY: "rate"}
_ASC = (ASC, ASC_ANCILLARY, ASC_DEVICE)
_MAY_LACK = ("apc", "weight", "copayment", "minimum_copayment", "apc_offset", "opps_rate")


def header_row(grid: Grid) -> int | None:
    """The header row, or None when this is another kind of file."""
    return next((number for number in range(len(grid.first)) if _kind(grid, number)), None)


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The addendum of the file, by code. Raises InputError for a broken row."""
    table = _kind(grid, last_header)
    headers = [squash(cell) for cell in grid.first[last_header]]
    wanted = _WANTED[table]
    columns = Columns(grid, last_header + 1, find(grid, headers, wanted, optional=_MAY_LACK), footnotes=True)
    code = columns.code("code")
    columns.unique("code")
    frame = pl.DataFrame([code.alias("code"), *(_column(columns, name).alias(name) for name in list(wanted)[1:])]).sort("code")
    above = " ".join(cell for row in grid.first[: last_header + 1] for cell in row)
    period = naming.quarter_of(names) or naming.titled(above) or naming.year_of(re.findall(r"CY ?20\d\d", above))
    notes = ("tells its year only: taken as in force until a later quarter is imported",) if isinstance(period, Year) else ()
    return [Parsed(table, frame, period, effective_dates=False, notes=notes)]


def _kind(grid: Grid, number: int) -> str:
    headers = [squash(cell) for cell in grid.first[number]]
    if not any(re.search(_CODE, header) for header in headers):
        return ""
    for table, name in _TELLING.items():
        told = any(re.search(_WANTED[table][name], header) for header in headers)
        if told and (table == OPPS or any(re.search("PAYMENTINDICATOR$", header) for header in headers)):
            return table
    above = squash(" ".join(cell for row in grid.first[:number] for cell in row))
    return ASC_EXCLUDED if "EXCLUDEDFROMPAYMENTINASC" in above else ""


def _column(columns: Columns, name: str) -> pl.Series:
    if not columns.has(name):
        kind = pl.String() if name == "apc" else pl.Decimal(12, SCALE)
        return pl.repeat(None, columns.frame.height, dtype=kind, eager=True)
    if name in ("status", "indicator"):
        # One of some five thousand is written small.
        return columns.like(name, "[A-Za-z][0-9]?", "an indicator of a letter and a digit").str.to_uppercase()
    if name == "multiple":
        return columns.one_of(name, ("Y", "N"))
    if name == "apc":
        return columns.like(name, r"\d{1,4}", "an APC of four digits", blank=True).str.zfill(4)
    return columns.amount(name, SCALE)
