"""Rows of the fee schedule as plain values, each asked for once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modwise.reference.tables import Tables

ROWS = ("26", "TC", "53")


@dataclass(frozen=True, slots=True)
class Fee:
    """A row of the fee schedule: indicators as CMS writes them, relative values and shares exact."""

    status: str
    component: str
    global_days: str
    multiple: str
    bilateral: str
    assistant: str
    cosurgeon: str
    team: str
    endoscopic_base: str | None
    imaging_family: str | None
    work_rvu: Decimal
    pe_nonfacility_rvu: Decimal
    pe_facility_rvu: Decimal
    mp_rvu: Decimal
    pre: Decimal
    intra: Decimal
    post: Decimal
    conversion_factor: Decimal
    opps_pe_nonfacility: Decimal | None
    opps_pe_facility: Decimal | None
    opps_mp: Decimal | None
    code: str = ""
    row: str = ""
    edition: str = ""
    nearest: bool = False

    @property
    def has_values(self) -> bool:
        """Whether the row has relative values; contractor-priced and excluded services have none."""
        return bool(self.work_rvu or self.pe_nonfacility_rvu or self.pe_facility_rvu)


COLUMNS = tuple(one.name for one in fields(Fee))[:-4]
Key = tuple[str, str, date]


class FeeBook:
    """The fee schedule by code, row and day."""

    def __init__(self, tables: Tables | None = None) -> None:
        self._given = tables
        self._rows: dict[Key, Fee | None] = {}

    @cached_property
    def tables(self) -> Tables:
        """The tables given, else what was imported, else the starter set; a frame library is loaded only here."""
        if self._given is not None:
            return self._given
        from modwise.reference.tables import Tables

        return Tables.open()

    def fee(self, code: str, row: str, day: date) -> Fee | None:
        """The row, or None when the schedule has none."""
        key = (code, row, day)
        if key not in self._rows:
            self.prime([key])
        return self._rows[key]

    def prime(self, keys: Iterable[Key]) -> None:
        """Reads many rows at once."""
        import polars as pl

        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return
        codes, rows, days = zip(*wanted, strict=True)
        found = self.tables.fee(
            pl.Series(codes, dtype=pl.String), pl.Series(rows, dtype=pl.String), pl.Series(days, dtype=pl.Date), COLUMNS
        )
        editions = [edition.name for edition in self.tables.editions("fee_schedule")]
        for key, values in zip(wanted, found.to_dicts(), strict=True):
            self._rows[key] = _fee(key, values, editions)

    def edition(self) -> str:
        """Which editions of the fee schedule are at hand."""
        held = self.tables.editions("fee_schedule")
        return ", ".join(one.name + (" (starter set)" if one.starter else "") for one in held) or "none"


def _fee(key: Key, values: dict[str, Any], editions: list[str]) -> Fee | None:
    edition, nearest = values.pop("edition"), values.pop("nearest")
    if values["status"] is None:
        return None
    return Fee(**values, code=key[0], row=key[1], edition=editions[edition], nearest=nearest)
