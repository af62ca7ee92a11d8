"""Date arithmetic: adding days, business days, months and years; holidays of a calendar. No frame library.

Day 0 is the day counted from. A month or a year ends on the same day of the month, or on the month's last day where it has no such
day: 2024-02-29 and one year is 2025-02-28, the safe side.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_A_YEAR = 12
_DAYS_A_WEEK = 7
_SATURDAY, _SUNDAY = 5, 6

Holiday = Callable[[date], bool]


def add(day: date, count: int, unit: str, closed: Holiday | None = None) -> date:
    """The day `count` units after `day`; unit: days, business days, months or years.

    `closed` says which days business stands still; business days need it. Raises ValueError for another unit.
    """
    if unit == "days":
        return day + timedelta(days=count)
    if unit == "months":
        return _months_on(day, count)
    if unit == "years":
        return _months_on(day, count * _MONTHS_A_YEAR)
    if unit == "business days" and closed is not None:
        for _ in range(count):
            day = next_open(day + timedelta(days=1), closed)
        return day
    raise ValueError(f"no unit {unit!r}")


def next_open(day: date, closed: Holiday) -> date:
    """The day itself, or the next on which business is done."""
    while closed(day):
        day += timedelta(days=1)
    return day


def last_open(day: date, closed: Holiday) -> date:
    """The day itself, or the last before it on which business is done."""
    while closed(day):
        day -= timedelta(days=1)
    return day


def closed_days(table: Mapping[str, Any]) -> Holiday:
    """Whether a day is a weekend or a holiday of the calendar, as its fact file has it (compiled: dates as text)."""
    weekend = {WEEKDAYS.index(name) for name in table["weekend"]}
    rules = tuple(table["holiday"])

    @lru_cache(maxsize=64)
    def of_year(year: int) -> frozenset[date]:
        # An observed day may fall into the year before: 1 January on a Saturday.
        return frozenset(day for y in (year, year + 1) for rule in rules if (day := _observed(rule, y)))

    return lambda day: day.weekday() in weekend or day in of_year(day.year)


def _months_on(day: date, count: int) -> date:
    total = day.year * _MONTHS_A_YEAR + day.month - 1 + count
    year, month = divmod(total, _MONTHS_A_YEAR)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _observed(rule: Mapping[str, Any], year: int) -> date | None:
    day = _kept(rule, year)
    start = rule.get("from")
    if start and day < (start if isinstance(start, date) else date.fromisoformat(start)):
        return None
    if "day" in rule:
        if day.weekday() == _SATURDAY:
            return day - timedelta(days=1)
        if day.weekday() == _SUNDAY:
            return day + timedelta(days=1)
    return day


def _kept(rule: Mapping[str, Any], year: int) -> date:
    if "day" in rule:
        return date(year, rule["month"], rule["day"])
    wanted, nth = WEEKDAYS.index(rule["weekday"]), rule["nth"]
    last = months.monthrange(year, rule["month"])[1]
    if nth < 0:
        end = date(year, rule["month"], last)
        back = (end.weekday() - wanted) % _DAYS_A_WEEK
        return end - timedelta(days=back + _DAYS_A_WEEK * (-nth - 1))
    first = date(year, rule["month"], 1)
    return first + timedelta(days=(wanted - first.weekday()) % _DAYS_A_WEEK + _DAYS_A_WEEK * (nth - 1))
