"""Look-ups in the CMS tables, a column at a time. The date of service decides which edition answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from modwise.errors import UsageError
from modwise.reference import given, schemas, store
from modwise.reference.addons import AddOns
from modwise.reference.editions import ADD_ON, ANNUAL, FEE_SCHEDULE, HCPCS, MUE, PTP, TABLES, Choice, Edition, choose_days
from modwise.reference.keyed import Shelf
from modwise.reference.layouts import fee_schedule
from modwise.reference.pairs import Hits, PairTable
from modwise.reference.store import Held, Loaded

ROWS = ("", *fee_schedule.ROWS)
FEE_COLUMNS = fee_schedule.COLUMNS
T = TypeVar("T")
STARTER_NOTE = "starter set: the common codes only; import CMS's own table for the rest"
PLACES_NOTE = "came with Modwise; import CMS's own table for other years"


class Tables:
    """The editions at hand, each loaded when first needed.

    Imported editions are used; the starter set only for a table of which nothing was imported. With `strict_dates` a date that no
    edition covers gets no answer; otherwise the nearest edition answers and says so.
    """

    def __init__(self, held: Mapping[str, Sequence[Held]], *, strict_dates: bool = False) -> None:
        self.strict_dates = strict_dates
        self._held = {table: tuple(held.get(table, ())) for table in TABLES}
        self._shelves = {table: Shelf(kinds, partial(self._load, table)) for table, kinds in schemas.BY_KEY.items()}
        self._shelves[FEE_SCHEDULE] = Shelf(schemas.FEE, partial(self._load, FEE_SCHEDULE), ROWS)
        self._pairs: dict[tuple[str, int], PairTable] = {}
        self._add_ons: AddOns | None = None

    @classmethod
    def open(cls, home: Path | None = None, *, strict_dates: bool = False) -> Tables:
        """The tables of the data folder (default: MODWISE_HOME, else the user data folder), else the starter set.

        Raises InputError for a stored edition that cannot be read.
        """
        folder = store.data_home(home)
        starter = cls.of_starter()
        held = {table: store.held(folder, table) or starter._of(table) for table in TABLES}
        return cls(held, strict_dates=strict_dates)

    @classmethod
    def of_rows(cls, rows: Mapping[str, given.Rows], *, strict_dates: bool = False) -> Tables:
        """Tables of rows written by hand, valid on every day (see `given.loaded` for the keys); tables left out have no edition.

        Raises UsageError for a table or column that does not exist.
        """
        held = {
            table: [Held(given.edition(table, content), partial(given.loaded, table, content))] for table, content in rows.items()
        }
        return cls(held, strict_dates=strict_dates)

    @classmethod
    def of_starter(cls, *, strict_dates: bool = False) -> Tables:
        """The starter set inside the package, whatever was imported."""
        return cls({table: [first] for table in TABLES if (first := store.starter(table))}, strict_dates=strict_dates)

    def editions(self, table: str) -> list[Edition]:
        """The editions in use, by first valid day; look-ups answer with indexes into this list. Raises UsageError for no table."""
        return [held.edition for held in self._of(table)]

    def choose(self, table: str, dates: pl.Series) -> Choice:
        """The edition that answers for each date (Date; null gets none)."""
        days = dates.to_physical().fill_null(0).to_numpy()
        missing = dates.is_null().to_numpy() if dates.null_count() else None
        return choose_days(days, missing, self.editions(table), strict=self.strict_dates)

    def fee(
        self, codes: pl.Series, rows: pl.Series, dates: pl.Series, columns: Sequence[str], *, fallback: bool = False
    ) -> pl.DataFrame:
        """Columns of the physician fee schedule for each line, with `edition` (Int16) and `nearest`; null = no such row.

        `codes` String or Categorical; `rows` "", "26", "TC" or "53"; with `fallback` a missing 26, TC or 53 row reads the base row.
        Indicators are text as CMS writes them, RVUs and shares exact decimals. Raises UsageError for an unknown column.
        """
        _require(columns, FEE_COLUMNS, "the fee schedule")
        shelf = self._shelves[FEE_SCHEDULE]
        choice = self.choose(FEE_SCHEDULE, dates)
        return shelf.gather(codes, shelf.variant_numbers(rows), choice, columns, fallback=fallback)

    def mue(self, codes: pl.Series, dates: pl.Series, service: str) -> pl.DataFrame:
        """`units` (Int32) and `mai` ("1", "2", "3") for each line, with `edition` and `nearest`; null = none published.

        `service`: practitioner, outpatient or dme. Raises UsageError for another.
        """
        table = _named(MUE, service)
        return self._shelves[table].gather(codes, None, self.choose(table, dates), ("units", "mai"))

    def lookup(self, table: str, keys: pl.Series, dates: pl.Series, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Columns of a table with one row a code or an area, for each line, with `edition` and `nearest`; null = no such row.

        Tables and columns: `schemas.BY_KEY` (default: every column). Areas are contractor and locality, "0111252"; the table
        anesthesia has "national" too. Raises UsageError for an unknown table or column.
        """
        kinds = _named(schemas.BY_KEY, table, "keyed table")
        _require(columns or (), kinds, table)
        return self._shelves[table].gather(keys, None, self.choose(table, dates), columns or tuple(kinds))

    def hcpcs_in_force(self, codes: pl.Series, dates: pl.Series) -> pl.Series:
        """Whether each HCPCS Level II code stands in the code set on its date (Boolean; null = not known)."""
        found = self.lookup(HCPCS, codes, dates, ("code", "effective", "deletion"))
        listed = pl.col("code").is_not_null()
        # A code that the nearest edition lacks may have come since, and the starter set lacks most.
        whole = [number for number, edition in enumerate(self.editions(HCPCS)) if not edition.starter]
        known = listed | (pl.col("edition").is_in(whole) & ~pl.col("nearest"))
        held = (pl.col("effective") <= dates) & (dates <= pl.col("deletion")).fill_null(value=True)
        return found.select(pl.when(known & dates.is_not_null()).then(listed & held.fill_null(value=False)))[:, 0]

    def whole(self, table: str, day: date) -> tuple[pl.DataFrame, Edition, bool] | None:
        """All rows of the edition that answers for the day, that edition, and whether it is only the nearest.

        None without an edition. Raises UsageError for an unknown table.
        """
        choice = self.choose(table, pl.Series([day]))
        index = int(choice.edition[0])
        return (self._load(table, index).frame, self.editions(table)[index], bool(choice.nearest[0])) if index >= 0 else None

    def pairs(self, service: str, edition: int | None = None) -> PairTable | None:
        """The NCCI pairs for "practitioner" or "outpatient", of the edition with that index (default: the newest).

        None when no edition is at hand. `choose` says which edition answers for a date. Raises UsageError for another service.
        """
        table = _named(PTP, service)
        held = self._of(table)
        if not held:
            return None
        index = len(held) - 1 if edition is None else edition
        if (table, index) not in self._pairs:
            self._pairs[table, index] = PairTable(held[index].edition, held[index].load())
        return self._pairs[table, index]

    def add_ons(self) -> AddOns:
        """The add-on code edits."""
        if self._add_ons is None:
            self._add_ons = AddOns(self.editions(ADD_ON), partial(self._load, ADD_ON), strict=self.strict_dates)
        return self._add_ons

    def status(self) -> list[dict[str, object]]:
        """The editions in use of every table as plain values: table, edition, valid_from, valid_to, rows, source, notes …

        A table without any edition has a row with `edition` null.
        """
        return [row for table in TABLES for row in self._status(table)]

    def _status(self, table: str) -> list[dict[str, object]]:
        if not self._of(table):
            return [{"table": table, "edition": None, "rows": 0, "notes": ["not imported"]}]
        return [
            {
                **held.edition.as_dict(),
                "imported": held.imported.isoformat() if held.imported else None,
                "origin": [dict(one) for one in held.origin],
                "notes": [*([_starter_note(table)] if held.edition.starter else []), *held.edition.notes],
            }
            for held in self._of(table)
        ]

    def _load(self, table: str, index: int) -> Loaded:
        return self._of(table)[index].load()

    def _of(self, table: str) -> tuple[Held, ...]:
        if table not in self._held:
            raise UsageError(f"no table {table!r}", hint=f"Tables: {', '.join(TABLES)}.", code="unknown-table")
        return self._held[table]


def _starter_note(table: str) -> str:
    return PLACES_NOTE if table in ANNUAL else STARTER_NOTE


def _named(tables: Mapping[str, T], name: str, kind: str = "service") -> T:
    if name not in tables:
        raise UsageError(f"no {kind} {name!r}", hint=f"There are: {', '.join(tables)}.", code=f"unknown-{kind.split()[-1]}")
    return tables[name]


def _require(columns: Iterable[str], known: Iterable[str], table: str) -> None:
    if unknown := [column for column in columns if column not in known]:
        raise UsageError(f"{table} has no column {', '.join(unknown)}", hint=f"Columns: {', '.join(known)}.", code="unknown-column")


__all__ = ["AddOns", "Choice", "Edition", "Hits", "PairTable", "Tables"]
