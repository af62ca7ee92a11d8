"""Columns found by header name, and cells taken out with their checks. A bad cell is an InputError with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from modwise.errors import InputError
from modwise.reference.editions import day_number
from modwise.reference.reading import Grid, squash

CODE = r"^[0-9A-Z]{5}$"
NO_DATE = "*"
LONGEST_CODE = 6


def stacked(grid: Grid, last: int) -> list[str]:
    """The header of each column: its cells from the top down to row `last`, joined, capitals and digits only."""
    width = max(len(row) for row in grid.first)
    rows = [list(row) + [""] * (width - len(row)) for row in grid.first[: last + 1]]
    return [squash("".join(row[column] for row in rows)) for column in range(width)]


def find(grid: Grid, headers: Sequence[str], wanted: Mapping[str, str], *, optional: Sequence[str] = ()) -> dict[str, int]:
    """Which column holds what: name → position, by regular expressions searched in the squashed headers.

    Raises InputError for a column that is missing or stands there twice.
    """
    places: dict[str, int] = {}
    for name, pattern in wanted.items():
        found = [i for i, header in enumerate(headers) if re.search(pattern, header)]
        if len(found) == 1:
            places[name] = found[0]
        elif found or name not in optional:
            raise InputError(
                f"{'more than one column' if found else 'no column'} for {name}",
                where=grid.member.shown,
                hint=f"Headers read: {', '.join(header[-30:] for header in headers if header)}.",
                code="missing-column",
            )
    return places


class Columns:
    """The body of a grid below its header, with the columns under our names."""

    def __init__(self, grid: Grid, start: int, places: Mapping[str, int], *, footnotes: bool = False) -> None:
        self.grid = grid
        self.start = start
        body = grid.body(start)
        if footnotes:
            body = body.head(_rows_above_footnotes(body))
        self.frame = body.select(pl.col(f"c{place}").alias(name) for name, place in places.items())
        if not body.height:
            raise InputError("no rows below the header", where=grid.member.shown, code="bad-row")

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.frame.columns

    def code(self, name: str) -> pl.Series:
        """Procedure codes: five capitals or digits, never blank. They stay text, so 00100 keeps its zeros."""
        values = self.frame[name]
        self.require(name, values.str.contains(CODE), "a procedure code of five characters")
        return values

    def one_of(self, name: str, allowed: Sequence[str], *, blank: bool = False) -> pl.Series:
        """Text that is one of `allowed`; with `blank` also nothing (as "")."""
        values = self.frame[name].fill_null("") if blank else self.frame[name]
        self.require(name, values.is_in([*allowed, ""] if blank else list(allowed)), f"one of {', '.join(allowed)}")
        return values

    def like(self, name: str, pattern: str, expects: str, *, blank: bool = False) -> pl.Series:
        """Text that matches the whole pattern; with `blank` also nothing (null)."""
        values = self.frame[name]
        good = values.str.contains(f"^(?:{pattern})$")
        self.require(name, good | values.is_null() if blank else good, expects)
        return values

    def decimal(self, name: str, scale: int) -> pl.Series:
        """Exact numbers with `scale` decimals, never blank; digits beyond them are an error, not rounded away."""
        values = self.frame[name]
        self.require(name, values.str.contains(rf"^-?\d{{0,7}}(\.\d{{0,{scale}}}0*)?$") & values.str.contains(r"\d"), "a number")
        return values.cast(pl.Decimal(12, scale))

    def amount(self, name: str, scale: int) -> pl.Series:
        """Numbers to `scale` decimals as CMS writes them in its addenda, with or without $ and thousands commas; null where blank.

        A percentage becomes a share ("43.15%" is 0.4315). A worksheet stores binary fractions, so what differs from `scale` decimals
        by less than a thousandth of the last one is that number; more is an error.
        """
        texts = self.frame[name].str.replace_all(r"[$,\s]", "")
        percent = texts.str.ends_with("%").fill_null(value=False)
        numbers = (
            texts.str.strip_suffix("%").cast(pl.Float64, strict=False) / pl.select(pl.when(percent).then(100).otherwise(1))[:, 0]
        )
        rounded = numbers.round(scale)
        self.require(name, ((numbers - rounded).abs() < 10.0 ** -(scale + 3)) | texts.is_null(), "a number")
        return rounded.cast(pl.Decimal(12, scale))

    def integer(self, name: str) -> pl.Series:
        """Whole numbers from 0 on, never blank (Int32)."""
        values = self.frame[name]
        self.require(name, values.str.contains(r"^\d{1,8}$"), "a whole number")
        return values.cast(pl.Int32)

    def days(self, name: str, absent: int) -> pl.Series:
        """Dates as days from 1970-01-01 (Int32): yyyymmdd, yyyyddd, yyyy-mm-dd or mm/dd/yyyy; `*` and blank become `absent`."""
        return self.by_value(name, lambda text: _day(text, absent), "a date", absent=absent).cast(pl.Int32)

    def by_value(self, name: str, convert: Callable[[str], int | None], expects: str, *, absent: int | None) -> pl.Series:
        """Each distinct text converted once (Int64); `absent` stands for blank, None there or from `convert` is an error."""
        values = self.frame[name]
        distinct = values.drop_nulls().unique()
        table = [convert(str(text)) for text in distinct] + [absent]
        lookup = np.array([np.iinfo(np.int64).min if value is None else value for value in table], dtype=np.int64)
        places = values.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32).fill_null(len(distinct)).to_numpy()
        answer = pl.Series(name, lookup[places])
        if None in table:
            self.require(name, answer != np.iinfo(np.int64).min, expects)
        return answer

    def unique(self, *names: str) -> None:
        """Raises InputError when two rows have the same values in these columns."""
        again = self.frame.select(pl.struct(names).is_first_distinct())[:, 0]
        self.require(names[0], again, "in one row only")

    def require(self, name: str, good: pl.Series, expects: str) -> None:
        """Raises InputError for the first row where `good` is not true."""
        bad = (~good.fill_null(value=False)).arg_true()
        if not len(bad):
            return
        first = int(bad[0])
        value = self.frame[name][first]
        more = f"; {len(bad) - 1} more rows are wrong in the same way" if len(bad) > 1 else ""
        raise InputError(
            f"column {name}: {'nothing' if value is None else repr(value)} is not {expects}{more}",
            where=f"{self.grid.member.shown} {self.grid.place(self.start, first)}",
            hint="Download the file again or correct the row; no row is skipped.",
            code="bad-row",
        )


def _rows_above_footnotes(body: pl.DataFrame) -> int:
    """How many rows stand above the notes at the end: rows of which only the first cell is filled, with more than a code."""
    alone = body.select(pl.all_horizontal(pl.exclude("c0").is_null()) if body.width > 1 else pl.lit(value=False))[:, 0]
    note = alone & (body["c0"].str.len_chars() > LONGEST_CODE).fill_null(value=False)
    table = (~note).arg_true()
    return int(table[-1]) + 1 if len(table) else 0


def _day(text: str, absent: int) -> int | None:
    if text == NO_DATE:
        return absent
    try:
        if re.fullmatch(r"\d{8}", text):
            return day_number(date(int(text[:4]), int(text[4:6]), int(text[6:])))
        if re.fullmatch(r"\d{7}", text):
            return _day_of_year(int(text[:4]), int(text[4:]))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}( 00:00:00)?", text):
            return day_number(date.fromisoformat(text[:10]))
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
            return day_number(date(int(match[3]), int(match[1]), int(match[2])))
    except ValueError:
        return None
    return None


def _day_of_year(year: int, number: int) -> int | None:
    day = day_number(date(year, 1, 1)) + number - 1
    return day if number and day <= day_number(date(year, 12, 31)) else None
