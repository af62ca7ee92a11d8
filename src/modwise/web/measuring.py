"""The worklist in figures: what is open by days left, payer, modifier and remedy. Pure functions over its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]
OPEN = ("new", "in_progress", "sent")
TO_WORK = ("new", "in_progress")
# Days left, up to and including; the last band is open.
BANDS = ((-1, "Past its date"), (5, "0 to 5 days"), (30, "6 to 30 days"), (90, "31 to 90 days"), (10**6, "Over 90 days"))
NO_DATE = "Date not known"
MOST = 12


@dataclass(frozen=True)
class Sum:
    """Items of one kind: how many, the dollars at risk of those where they are known, and how many are not."""

    key: str
    items: int
    at_risk: Decimal
    unknown: int


def open_items(rows: Iterable[Json]) -> list[Json]:
    """The items that are not decided."""
    return [row for row in rows if row["state"] in OPEN]


def total(rows: Iterable[Json], key: str = "") -> Sum:
    """All the rows together."""
    found = list(rows)
    known = [Decimal(row["at_risk"]) for row in found if row["at_risk"] is not None]
    return Sum(key, len(found), sum(known, Decimal(0)), len(found) - len(known))


def by(rows: Iterable[Json], keys: Callable[[Json], Iterable[str]]) -> list[Sum]:
    """The rows by key, the most dollars first; a row with several keys counts under each."""
    groups: dict[str, list[Json]] = {}
    for row in rows:
        for key in keys(row):
            groups.setdefault(key, []).append(row)
    return sorted((total(found, key) for key, found in groups.items()), key=lambda one: (-one.at_risk, -one.items, one.key))


def by_days_left(rows: Iterable[Json], today: date) -> list[Sum]:
    """What still has to be worked, by days left, the most pressing first; empty bands stay, a band without dates only where needed."""
    bands: dict[str, list[Json]] = {name: [] for name in (*(name for _, name in BANDS), NO_DATE)}
    for row in rows:
        if row["state"] in TO_WORK:
            bands[_band(row["work_by"], today)].append(row)
    sums = [total(found, name) for name, found in bands.items()]
    return [one for one in sums if one.items or one.key != NO_DATE]


def _band(work_by: str | None, today: date) -> str:
    if work_by is None:
        return NO_DATE
    left = (date.fromisoformat(work_by) - today).days
    return next(name for most, name in BANDS if left <= most)


def first(sums: Sequence[Sum]) -> list[Sum]:
    """The first of them; what follows is put together as others."""
    if len(sums) <= MOST:
        return list(sums)
    rest = sums[MOST - 1 :]
    others = Sum("", sum(o.items for o in rest), sum((o.at_risk for o in rest), Decimal(0)), sum(o.unknown for o in rest))
    return [*sums[: MOST - 1], others]
