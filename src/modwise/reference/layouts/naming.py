"""The quarter and the part a file name tells, in the ways CMS and its readers name these files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from modwise.errors import InputError
from modwise.reference.editions import Quarter, Year
from modwise.reference.reading import Grid

MONTHS = {"JAN": 1, "APR": 2, "JUL": 3, "OCT": 4}
_MONTH = "(JAN|APR|JUL|OCT)(?:UARY|IL|Y|OBER)?"
MONTHS_AS_DIGITS = {"01": 1, "04": 2, "07": 3, "10": 4}
RELEASES = "ABCD"
# The first NCCI version, 2.0, came out in 1996, and every year has the next number.
NCCI_YEAR_ZERO = 1994


def quarter_of(names: Iterable[str]) -> Quarter | None:
    """The quarter the first telling name tells: "…2024Q3…", "ccipra-v302r0", "PPRRVU24_JUL", "RVU24C", "…_Eff_07-01-2024"."""
    for name in names:
        if found := _quarter(name.upper()):
            return found
    return None


def titled(text: str) -> Quarter | None:
    """The quarter in a title or header such as "April 2026 Payment Rate" or "effective 04/01/2026"; None when it tells two."""
    upper = text.upper()
    found = {Quarter(int(year), MONTHS[month]) for month, year in re.findall(rf"\b{_MONTH}\b[ ,]*(20\d\d)", upper)}
    found |= {Quarter(int(year), MONTHS_AS_DIGITS[month]) for month, year in re.findall(r"\b(01|04|07|10)/01/(20\d\d)", upper)}
    return found.pop() if len(found) == 1 else None


def year_of(texts: Iterable[str]) -> Year | None:
    """The year the first telling text tells: "CY 2025", "GPCI2025", "25LOCCO", "2025 Anesthesia …"."""
    for text in texts:
        if match := re.search(r"(?<!\d)(20\d\d)(?!\d)", text):
            return Year(int(match[1]))
        if match := re.search(r"(?<!\d)(\d\d)(?:LOCCO|ANES|GPCI)", text.upper()):
            return Year(2000 + int(match[1]))
    return None


def part_of(names: Iterable[str]) -> int | None:
    """The part in "ccipra-v302r0-f1": 1."""
    for name in names:
        if match := re.search(r"[-_]F(\d)(?!\d)", name.upper()):
            return int(match[1])
    return None


def refuse_other_factor(grid: Grid) -> None:
    """Raises InputError for a file made for participants in advanced payment models: its conversion factor is another one."""
    if re.search(r"(?<!NON)QPP", grid.member.name.upper()):
        raise InputError(
            "this is the fee schedule for participants in advanced payment models, with another conversion factor",
            where=grid.member.shown,
            hint="Import the file with nonQPP in its name.",
            code="other-table",
        )


def _quarter(name: str) -> Quarter | None:
    if match := re.search(r"(20\d\d)[-_ ]?Q([1-4])", name):
        return Quarter(int(match[1]), int(match[2]))
    if match := re.search(r"Q([1-4])[-_ ]?(20\d\d)", name):
        return Quarter(int(match[2]), int(match[1]))
    if match := re.search(r"EFF[-_ ]?(\d\d)[-_](\d\d)[-_](20\d\d)", name):
        return Quarter(int(match[3]), (int(match[1]) - 1) // 3 + 1) if 1 <= int(match[1]) <= 12 else None
    if match := re.search(r"(?:CCIPRA|CCIOPH|NCCI)\D*V(\d\d)([0-3])(?:R\d)?(?!\d)", name):
        return Quarter(NCCI_YEAR_ZERO + int(match[1]), int(match[2]) + 1)
    if match := re.search(r"PPRRVU(?:20)?(\d\d)[-_ ]?(JAN|APR|JUL|OCT)", name):
        return Quarter(2000 + int(match[1]), MONTHS[match[2]])
    if match := re.search(r"RVU(\d\d)([A-D])(?![A-QS-Z])", name):
        return Quarter(2000 + int(match[1]), RELEASES.index(match[2]) + 1)
    return _with_month(name)


def _with_month(name: str) -> Quarter | None:
    """ "HCPC2026_APR_ANWEB", "april-2026-asc", "2026 July Addendum B", "addendum_b_2026-04"."""
    if match := re.search(rf"{_MONTH}[-_ ]*(20\d\d)(?!\d)", name):
        return Quarter(int(match[2]), MONTHS[match[1]])
    if match := re.search(rf"(?<!\d)(20\d\d)[-_ ]*{_MONTH}(?![A-Z])", name):
        return Quarter(int(match[1]), MONTHS[match[2]])
    if match := re.search(r"(?<!\d)(20\d\d)-(01|04|07|10)(?!\d)", name):
        return Quarter(int(match[1]), MONTHS_AS_DIGITS[match[2]])
    return None
