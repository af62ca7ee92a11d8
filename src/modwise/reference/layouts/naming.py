"""The quarter and the part a file name tells, in the ways CMS and its readers name these files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from modwise.reference.editions import Quarter

MONTHS = {"JAN": 1, "APR": 2, "JUL": 3, "OCT": 4}
RELEASES = "ABCD"
# The first NCCI version, 2.0, came out in 1996, and every year has the next number.
NCCI_YEAR_ZERO = 1994


def quarter_of(names: Iterable[str]) -> Quarter | None:
    """The quarter the first telling name tells: "…2024Q3…", "ccipra-v302r0", "PPRRVU24_JUL", "RVU24C", "…_Eff_07-01-2024"."""
    for name in names:
        if found := _quarter(name.upper()):
            return found
    return None


def part_of(names: Iterable[str]) -> int | None:
    """The part in "ccipra-v302r0-f1": 1."""
    for name in names:
        if match := re.search(r"[-_]F(\d)(?!\d)", name.upper()):
            return int(match[1])
    return None


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
    return None
