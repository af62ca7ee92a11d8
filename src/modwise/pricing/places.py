"""Tables with one row a place or code: geographic indices, anesthesia factors and base units, facility rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from modwise.errors import UsageError
from modwise.pricing.fees import FeeBook
from modwise.pricing.model import ONE, Line, Rate, Situation
from modwise.pricing.working import Mark

NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Gpci:
    """Geographic indices of a locality for work, practice expense and malpractice; `says` names the place or that it is national."""

    work: Decimal = ONE
    pe: Decimal = ONE
    mp: Decimal = ONE
    says: str = "national, no locality given"
    quality: str = NATIONAL


@dataclass(frozen=True, slots=True)
class Factor:
    """A conversion factor and the place it holds for."""

    amount: Decimal
    says: str
    quality: str = "exact"


@dataclass(frozen=True, slots=True)
class Found:
    """A row, its edition, and whether that is only the nearest to the day."""

    row: dict[str, Any]
    edition: str
    nearest: bool

    @property
    def words(self) -> str:
        """The edition in words."""
        return self.edition + (", the nearest edition" if self.nearest else "")

    @property
    def quality(self) -> str:
        """exact or nearest."""
        return "nearest" if self.nearest else "exact"


class Places:
    """Look-ups by key and day, each made once."""

    def __init__(self, fees: FeeBook) -> None:
        self._fees = fees
        self._found: dict[tuple[str, str, date], Found | None] = {}
        self._areas: dict[tuple[str, date], tuple[str, ...]] = {}

    def find(self, table: str, key: str, day: date) -> Found | None:
        """The row of the table; None when it has none."""
        asked = (table, key, day)
        if asked not in self._found:
            self._found[asked] = self._look(table, key, day)
        return self._found[asked]

    def _look(self, table: str, key: str, day: date) -> Found | None:
        import polars as pl

        tables = self._fees.tables
        row = tables.lookup(table, pl.Series([key], dtype=pl.String), pl.Series([day], dtype=pl.Date)).to_dicts()[0]
        edition, nearest = row.pop("edition"), row.pop("nearest")
        if next(iter(row.values())) is None:
            return None
        return Found(row, tables.editions(table)[edition].name, nearest)

    def area(self, situation: Situation) -> str | None:
        """Contractor and locality as the tables key them; a contractor with one locality needs no more. None when not told.

        Raises UsageError for a locality without its contractor, or a contractor with several localities and none named.
        """
        if situation.mac is None:
            if situation.locality is not None:
                raise UsageError("a locality needs its contractor", hint="Give --mac with --locality.", code="no-mac")
            return None
        mac = situation.mac.zfill(5)
        if situation.locality is not None:
            return mac + situation.locality.zfill(2)
        areas = self._of_mac(mac, situation.day)
        if len(areas) != 1:
            known = ", ".join(area[len(mac) :] for area in areas)
            hint = f"Its localities: {known}." if areas else "`modwise data status` shows the edition of the table gpci."
            raise UsageError(f"contractor {mac} has {len(areas) or 'no'} localities", hint=hint, code="unknown-locality")
        return areas[0]

    def _of_mac(self, mac: str, day: date) -> tuple[str, ...]:
        if (mac, day) not in self._areas:
            whole = self._fees.tables.whole("gpci", day)
            areas = [] if whole is None else whole[0]["area"].to_list()
            self._areas[mac, day] = tuple(sorted(area for area in areas if area.startswith(mac)))
        return self._areas[mac, day]

    def gpci(self, situation: Situation) -> Gpci:
        """The indices of the locality; 1 for the nation when none is told. Raises UsageError for an unknown locality."""
        area = self.area(situation)
        if area is None:
            return Gpci()
        found = self.find("gpci", area, situation.day)
        if found is None:
            raise UsageError(
                f"no locality {area[5:]} of contractor {area[:5]}", hint="See CMS's GPCI file.", code="unknown-locality"
            )
        says = f"{found.row['name']} ({area[:5]}/{area[5:]}), indices {found.words}"
        return Gpci(found.row["work"], found.row["expense"], found.row["malpractice"], says, found.quality)

    def anesthesia_factor(self, situation: Situation) -> Factor | None:
        """The anesthesia conversion factor of the locality, or of the nation when none is told; None when no table holds it."""
        area = self.area(situation)
        found = self.find("anesthesia", area or NATIONAL, situation.day)
        if found is None or found.row["factor"] is None:
            return None
        where = f"{found.row['name']} ({area[:5]}/{area[5:]})" if area else "national, no locality given"
        return Factor(found.row["factor"], f"{where}, factor {found.words}", found.quality if area else NATIONAL)

    def base_units(self, code: str, day: date) -> Decimal | None:
        """The base units of an anesthesia code; None when no table holds them."""
        found = self.find("anesthesia_base", code, day)
        return Decimal(found.row["units"]) if found else None

    def opps(self, line: Line, day: date) -> tuple[Rate, Mark | None]:
        """The outpatient department's national rate, and its status indicator."""
        found = self.find("opps", line.code, day)
        if found is None:
            return Rate(None, "none", f"{line.code} is not in the outpatient addendum at hand."), None
        device = self.find("asc_device", line.code, day)
        mark = Mark(found.row["status"], found.row["status"], *_device(device))
        return _national(found, "opps", f"Outpatient rate of {line.code}, status {mark.indicator}", line.code), mark

    def asc(self, line: Line, day: date) -> tuple[Rate, Mark | None]:
        """The surgery center's national rate, its payment indicator and discount flag."""
        found = self.find("asc", line.code, day) or self.find("asc_ancillary", line.code, day)
        if found is None:
            excluded = self.find("asc_excluded", line.code, day)
            says = "is excluded from payment in surgery centers" if excluded else "is not in the surgery center's addenda at hand"
            return Rate(None, "none", f"{line.code} {says}."), None
        device = self.find("asc_device", line.code, day)
        mark = Mark(found.row["indicator"], found.row.get("multiple") or "", *_device(device))
        return _national(found, "asc", f"Surgery-center rate of {line.code}, indicator {mark.indicator}", line.code), mark


def _device(found: Found | None) -> tuple[Decimal | None, Decimal | None]:
    """The device portion and its share of the rate."""
    return (found.row["portion"], found.row["offset"]) if found else (None, None)


def _national(found: Found, basis: str, says: str, code: str) -> Rate:
    amount = found.row["rate"]
    if amount is None:
        return Rate(None, "none", f"{says}: {found.words} holds no rate for {code}.")
    return Rate(amount, basis, f"{says}, {found.words}; national, before the wage index.", "nearest" if found.nearest else NATIONAL)
