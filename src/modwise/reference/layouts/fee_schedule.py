"""The physician fee schedule's relative value file (PPRRVU), with 31 or 32 columns.

CMS stacks each header over several rows ("NON-FAC" / "PE RVU"), below title rows that name the year and the release. The
descriptions belong to the AMA and are not kept.
"""

from __future__ import annotations

import re

import polars as pl

from modwise.reference.editions import FEE_SCHEDULE, Quarter
from modwise.reference.layouts import naming
from modwise.reference.layouts.columns import Columns, find, stacked
from modwise.reference.layouts.parsed import Parsed
from modwise.reference.reading import Grid, squash

LOOKED_FOR = "fee schedule (PPRRVU): a header row with HCPCS and MOD over columns with WORK RVU and GLOB DAYS"

ROWS = ("26", "TC", "53")
RVU_SCALE = 2
SHARE_SCALE = 4

KEYS = {"code": "HCPCS$", "row": "MOD$"}
RVUS = {
    "work_rvu": "WORKRVU$",
    "pe_nonfacility_rvu": "NONFAC(ILITY)?PERVU$",
    "pe_facility_rvu": "(?<!NON)FACILITYPERVU$",
    "mp_rvu": "MPRVU$",
    "total_nonfacility_rvu": "NONFACILITYTOTAL$",
    "total_facility_rvu": "(?<!NON)FACILITYTOTAL$",
    # What imaging pays at most outside a hospital: the practice and malpractice parts of the hospital's own payment.
    "opps_pe_nonfacility": "NONFACILITYPEUSEDFOROPPSPAYMENTAMOUNT$",
    "opps_pe_facility": "(?<!NON)FACILITYPEUSEDFOROPPSPAYMENTAMOUNT$",
    "opps_mp": "MPUSEDFOROPPSPAYMENTAMOUNT$",
}
SHARES = {"pre": "PREOP$", "intra": "INTRAOP$", "post": "POSTOP$", "conversion_factor": "CONVFACTOR$"}
# Indicators stay the text CMS writes: "0" and "9" are codes, not amounts.
INDICATORS = {
    "status": ("STATUSCODE$", "[A-Z]"),
    "component": ("PCTCIND$", "[0-9]"),
    "global_days": ("GLOBDAYS$", "[0-9]{3}|MMM|XXX|YYY|ZZZ"),
    "multiple": ("MULTPROC$", "[0-9]"),
    "bilateral": ("BILATSURG$", "[0-9]"),
    "assistant": ("ASSTSURG$", "[0-9]"),
    "cosurgeon": ("COSURG$", "[0-9]"),
    "team": ("TEAMSURG$", "[0-9]"),
    "endoscopic_base": ("ENDOBASE$", "[0-9A-Z]{5}"),
    "imaging_family": ("FAMILYINDICATOR$", "[0-9]{1,2}"),
    "supervision": ("DIAGNOSTICPROCEDURES$", "[0-9A-Z]{1,2}"),
    # "NA": hardly ever furnished there; the practice expense of that setting is not meant to be paid.
    "na_nonfacility": ("NONFAC(ILITY)?NAINDICATOR$", "NA"),
    "na_facility": ("(?<!NON)FACILITYNAINDICATOR$", "NA"),
}
NEVER_BLANK = ("status", "global_days")
MAY_LACK = ("opps_pe_nonfacility", "opps_pe_facility", "opps_mp", "na_nonfacility", "na_facility")
COLUMNS = (*KEYS, *INDICATORS, *RVUS, *SHARES)


def header_row(grid: Grid) -> int | None:
    """The last row of the header, or None when this is another kind of file."""
    for number, row in enumerate(grid.first):
        if {"HCPCS", "MOD"} <= {squash(cell) for cell in row}:
            headers = stacked(grid, number)
            telling = [any(re.search(pattern, header) for header in headers) for pattern in ("WORKRVU$", "GLOBDAYS$")]
            return number if any(telling) else None
    return None


def read(grid: Grid, last_header: int, names: tuple[str, ...]) -> list[Parsed]:
    """The fee schedule of the file. `names` are the file's names, innermost first. Raises InputError for a broken row."""
    naming.refuse_other_factor(grid)
    headers = stacked(grid, last_header)
    wanted = {**KEYS, **{name: pattern for name, (pattern, _) in INDICATORS.items()}, **RVUS, **SHARES}
    columns = Columns(grid, last_header + 1, find(grid, headers, wanted, optional=MAY_LACK))
    code, row = columns.code("code"), columns.one_of("row", ROWS, blank=True)
    columns.unique("code", "row")
    frame = pl.DataFrame(
        [
            code.alias("code"),
            row.alias("row"),
            *(_indicator(columns, name, pattern).alias(name) for name, (_, pattern) in INDICATORS.items()),
            *(_number(columns, name, RVU_SCALE).alias(name) for name in RVUS),
            *(_number(columns, name, SHARE_SCALE).alias(name) for name in SHARES),
        ]
    ).sort("code", "row")
    titles = " ".join(" ".join(row) for row in grid.first[:last_header]).upper()
    quarter = _titled(titles) or naming.quarter_of(names)
    return [Parsed(FEE_SCHEDULE, frame, quarter, effective_dates=False, notes=_released(titles))]


def _indicator(columns: Columns, name: str, pattern: str) -> pl.Series:
    if not columns.has(name):
        return pl.repeat(None, columns.frame.height, dtype=pl.String, eager=True)
    return columns.like(name, pattern, "an indicator CMS uses", blank=name not in NEVER_BLANK)


def _number(columns: Columns, name: str, scale: int) -> pl.Series:
    if not columns.has(name):
        return pl.repeat(None, columns.frame.height, dtype=pl.Decimal(12, scale), eager=True)
    return columns.decimal(name, scale)


def _titled(titles: str) -> Quarter | None:
    year = re.search(r"(20\d\d)\s+NATIONAL PHYSICIAN FEE|CALENDAR YEAR\s+(20\d\d)", titles)
    month = re.search(r"(JAN|APR|JUL|OCT)[A-Z]*\s+RELEASE", titles)
    return Quarter(int(year[1] or year[2]), naming.MONTHS[month[1]]) if year and month else None


def _released(titles: str) -> tuple[str, ...]:
    match = re.search(r"RELEASED\s+(\d\d)/(\d\d)/(20\d\d)", titles)
    return (f"released by CMS on {match[3]}-{match[1]}-{match[2]}",) if match else ()
