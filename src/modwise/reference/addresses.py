"""Which files of which edition are asked for, and where they may lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from modwise.errors import UsageError
from modwise.reference.editions import Period, Quarter, Year, period_named
from modwise.reference.layouts.naming import NCCI_YEAR_ZERO, RELEASES

Json = Mapping[str, Any]

_MONTHS = ("january", "april", "july", "october")


@dataclass(frozen=True)
class Wanted:
    """One set of files of one edition; of each file the addresses at which it may be."""

    name: str
    period: Period
    files: tuple[tuple[str, ...], ...]
    page: str
    licences: tuple[str, ...]


def wanted(downloads: Json, names: Sequence[str], edition: str | None, urls: Sequence[str], today: date) -> list[Wanted]:
    """The sets asked for (all without a name) of the edition of today, or the one named ("2026Q3", "2026").

    `urls` take the place of CMS's addresses: one that ends in / is a folder that holds the files under CMS's names; others are the
    files of one set. Raises UsageError for an unknown set, a wrong edition, or addresses for more than one set.
    """
    sets = {one["set"]: one for one in downloads["set"]}
    if unknown := [name for name in names if name not in sets]:
        raise UsageError(f"no table {', '.join(unknown)}", hint=f"There are: {', '.join(sets)}.", code="unknown-table")
    asked = period_named(edition) if edition else None
    chosen = [_set(sets[name], _period(sets[name], asked, today)) for name in (names or sets)]
    return _elsewhere(chosen, urls) if urls else chosen


def _set(table: Json, period: Period) -> Wanted:
    files = []
    for file in table["file"]:
        own = file.get("editions", {}).get(period.name, ())
        files.append((*own, *(address.format(**places(period)) for address in file["addresses"])))
    return Wanted(table["set"], period, tuple(files), table["page"], tuple(table["licences"]))


def places(period: Period) -> dict[str, str]:
    """What stands for the edition in an address."""
    quarter = period.number if isinstance(period, Quarter) else 1
    year = period.year
    return {
        "year": str(year),
        "yy": f"{year % 100:02d}",
        "quarter": str(quarter),
        "letter": RELEASES[quarter - 1].lower(),
        "month": _MONTHS[quarter - 1],
        "mm": f"{3 * quarter - 2:02d}",
        "version": f"{year - NCCI_YEAR_ZERO}{quarter - 1}",
    }


def _period(table: Json, asked: Period | None, today: date) -> Period:
    if table["period"] == "year":
        return Year(asked.year if asked else today.year)
    if asked is None:
        return Quarter(today.year, (today.month - 1) // 3 + 1)
    if isinstance(asked, Year):
        raise UsageError(f"{table['set']} comes every quarter", hint="Write the edition as 2026Q3.", code="bad-edition")
    return asked


def _elsewhere(chosen: Sequence[Wanted], urls: Sequence[str]) -> list[Wanted]:
    if len(urls) == 1 and urls[0].endswith("/"):
        return [Wanted(w.name, w.period, tuple(_in_folder(urls[0], file) for file in w.files), w.page, w.licences) for w in chosen]
    if len(chosen) != 1:
        raise UsageError("--url names files of one set", hint="Name the set, or give a folder that ends in /.", code="which-table")
    if len({file_name(url) for url in urls}) < len(urls):
        raise UsageError("two addresses end in the same file name", hint="Give a folder that ends in /.", code="bad-address")
    one = chosen[0]
    return [Wanted(one.name, one.period, tuple((url,) for url in urls), one.page, one.licences)]


def _in_folder(folder: str, addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(folder + file_name(address) for address in addresses)


def file_name(address: str) -> str:
    """The name of the file at an address."""
    return urlsplit(address).path.rsplit("/", 1)[-1] or "download"
