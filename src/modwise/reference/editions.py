"""The tables, their editions, and which edition holds on a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from modwise.errors import UsageError

FEE_SCHEDULE = "fee_schedule"
PTP = {"practitioner": "ncci_ptp_practitioner", "outpatient": "ncci_ptp_outpatient"}
MUE = {"practitioner": "mue_practitioner", "outpatient": "mue_outpatient", "dme": "mue_dme"}
ADD_ON = "add_on"
OPPS = "opps"
ASC = "asc"
ASC_ANCILLARY = "asc_ancillary"
ASC_EXCLUDED = "asc_excluded"
ASC_DEVICE = "asc_device"
HCPCS = "hcpcs"
HCPCS_MODIFIERS = "hcpcs_modifiers"
GPCI = "gpci"
LOCALITIES = "localities"
ANESTHESIA = "anesthesia"
ANESTHESIA_BASE = "anesthesia_base"
# What CMS sets for a whole year, now and then for less.
ANNUAL = (GPCI, LOCALITIES, ANESTHESIA, ANESTHESIA_BASE)
TABLES = (
    *(FEE_SCHEDULE, *PTP.values(), *MUE.values(), ADD_ON),
    *(OPPS, ASC, ASC_ANCILLARY, ASC_EXCLUDED, ASC_DEVICE, HCPCS, HCPCS_MODIFIERS),
    *ANNUAL,
)

EPOCH = date(1970, 1, 1).toordinal()
# Days count from 1970-01-01, as in Polars. An open end is the last day a date can hold, an unknown start lies before every day.
FAR_DAY = date.max.toordinal() - EPOCH
UNKNOWN_DAY = -(2**31)

Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

_WIDE_SPAN = 20_000


@dataclass(frozen=True)
class Edition:
    """One published edition of a table and the days it is valid for, both ends included.

    `effective_dates` says whether each row carries its own start date. `starter` marks the small set inside the package.
    """

    table: str
    name: str
    valid_from: date
    valid_to: date
    rows: int
    starter: bool
    effective_dates: bool
    source: str
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The edition as plain values, dates as ISO text."""
        return {
            "table": self.table,
            "edition": self.name,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "rows": self.rows,
            "starter": self.starter,
            "effective_dates": self.effective_dates,
            "source": self.source,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, the rhythm in which CMS publishes most of these tables."""

    year: int
    number: int

    @classmethod
    def named(cls, name: str) -> Quarter:
        """The quarter written as "2026Q3". Raises UsageError for anything else."""
        match = re.fullmatch(r"((?:19|20)\d\d)Q([1-4])", name.strip().upper())
        if not match:
            raise UsageError(f"{name!r} is not a quarter", hint="Write it as 2026Q3.", code="bad-edition")
        return cls(int(match[1]), int(match[2]))

    @property
    def name(self) -> str:
        """ "2026Q3"."""
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        after = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)
        return date.fromordinal(after.toordinal() - 1)


@dataclass(frozen=True, order=True)
class Year:
    """A calendar year, for what CMS sets once a year."""

    year: int

    @property
    def name(self) -> str:
        """ "2026"."""
        return str(self.year)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 12, 31)


Period = Quarter | Year


def period_named(name: str) -> Period:
    """The year written as "2026" or the quarter written as "2026Q3". Raises UsageError for anything else."""
    text = name.strip()
    return Year(int(text)) if re.fullmatch(r"(?:19|20)\d\d", text) else Quarter.named(text)


@dataclass(frozen=True)
class Choice:
    """Which edition answers for each row: an index into the table's editions, -1 for none; `nearest` where none covers the day."""

    edition: npt.NDArray[np.int16]
    nearest: Flags


def day_number(day: date) -> int:
    """The day as Polars counts it, from 1970-01-01."""
    return day.toordinal() - EPOCH


def choose_days(days: Days, missing: Flags | None, editions: Sequence[Edition], *, strict: bool) -> Choice:
    """The edition for each day.

    An edition that covers the day wins; of several, one whose rows carry their own dates, then the one that begins last (a quarter
    before a year), then the one that ends last. Where none covers it, the nearest in days, of two equally near the earlier one; with
    `strict` none. `missing` marks rows without a date.
    """
    edition = np.full(len(days), -1, dtype=np.int16)
    nearest = np.zeros(len(days), dtype=np.bool_)
    present = days if missing is None else days[~missing]
    if not len(present) or not editions:
        return Choice(edition, nearest)
    low, high = int(present.min()), int(present.max())
    if high - low < _WIDE_SPAN:
        known = np.arange(low, high + 1, dtype=np.int64)
        places = (present - low).astype(np.int64)
    else:
        known, places = np.unique(present.astype(np.int64), return_inverse=True)
    chosen, near = _choose(known, editions)
    if strict:
        chosen, near = np.where(near, -1, chosen).astype(np.int16), np.zeros_like(near)
    there: Flags | slice = slice(None) if missing is None else ~missing
    edition[there] = chosen[places]
    nearest[there] = near[places]
    return Choice(edition, nearest)


def _choose(days: npt.NDArray[np.int64], editions: Sequence[Edition]) -> tuple[npt.NDArray[np.int16], Flags]:
    count = len(editions)
    worst_first = sorted(range(count), key=lambda e: _rank(editions[e]))
    best = np.full(len(days), np.iinfo(np.int64).max)
    chosen = np.zeros(len(days), dtype=np.int16)
    for rank, index in enumerate(worst_first):
        start, end = day_number(editions[index].valid_from), day_number(editions[index].valid_to)
        ahead = start - days
        distance = np.maximum(np.maximum(ahead, days - end), 0)
        cost = (2 * distance + (ahead > 0)) * count + (count - 1 - rank)
        better = cost < best
        best[better] = cost[better]
        chosen[better] = index
    return chosen, best >= count


def _rank(edition: Edition) -> tuple[bool, date, date, str]:
    # Where the rows carry their dates, the edition's first day is that of its oldest row and says nothing about how new it is.
    dated = edition.effective_dates
    return dated, date.min if dated else edition.valid_from, edition.valid_to, edition.name
