"""Date arithmetic held against plain loops, and calendars."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modwise.denying import days
from modwise.knowledge.corpus import corpus

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
CLOSED = days.closed_days(corpus().kinds["calendars"]["us-federal"])


@given(DAYS, st.integers(0, 400))
def test_business_days_are_counted_one_by_one(day: date, count: int) -> None:
    walked, left = day, count
    while left:
        walked += timedelta(days=1)
        left -= not CLOSED(walked)
    assert days.add(day, count, "business days", CLOSED) == walked


@given(DAYS, st.integers(0, 60))
def test_months_keep_the_day_or_take_the_months_last(day: date, count: int) -> None:
    then = days.add(day, count, "months")
    assert (then.year - day.year) * 12 + then.month - day.month == count
    assert then.day == min(day.day, calendar.monthrange(then.year, then.month)[1])


@given(DAYS, st.integers(1, 5))
def test_a_year_is_twelve_months(day: date, count: int) -> None:
    assert days.add(day, count, "years") == days.add(day, 12 * count, "months")


@given(DAYS)
def test_the_next_and_the_last_open_day_enclose_the_day(day: date) -> None:
    after, before = days.next_open(day, CLOSED), days.last_open(day, CLOSED)
    assert before <= day <= after
    assert not CLOSED(after)
    assert not CLOSED(before)
    assert (before == day) == (after == day)


@given(st.integers(2022, 2089))
def test_a_year_has_eleven_federal_holidays(year: int) -> None:
    weekdays = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    kept = [day for day in weekdays if day.year == year and day.weekday() < 5 and CLOSED(day)]
    # A New Year's Day on a Saturday is kept on 31 December of the year before, which one year gains and the other loses.
    gained = date(year + 1, 1, 1).weekday() == 5
    lost = date(year, 1, 1).weekday() == 5
    assert len(kept) == 11 + gained - lost


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 7, 3), True),
        (date(2026, 7, 4), True),
        (date(2026, 11, 26), True),
        (date(2026, 5, 25), True),
        (date(2021, 12, 31), True),
        (date(2020, 6, 19), False),
        (date(2023, 6, 19), True),
        (date(2026, 11, 27), False),
    ],
)
def test_days_on_which_offices_are_closed(day: date, closed: bool) -> None:
    assert CLOSED(day) is closed


def test_a_leap_day_and_a_year_end_on_the_safe_side() -> None:
    assert days.add(date(2024, 2, 29), 1, "years") == date(2025, 2, 28)


def test_another_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        days.add(date(2026, 1, 1), 1, "fortnights")
