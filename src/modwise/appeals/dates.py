"""Dates as records write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from modwise.appeals.wording import MONTHS

DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|[A-Za-z]{3,9}\.?[ -]\d{1,2},?[ -]\d{4}|\d{1,2}[ -][A-Za-z]{3,9}\.?[ -]\d{4}")


def is_day(text: str, day: date) -> bool:
    """Whether a text names that day, however it is written."""
    return any(re.search(pattern, text, re.I) for pattern in _written(day))


def _written(day: date) -> Iterator[str]:
    month = MONTHS[day.month - 1]
    year = rf"(?:{day.year}|{day.year % 100:02d})"
    yield rf"\b{day.isoformat()}\b"
    yield rf"\b0?{day.month}[/.-]0?{day.day}[/.-]{year}\b"
    yield rf"\b(?:{month}|{month[:3]}\.?)\s+0?{day.day}(?:st|nd|rd|th)?,?\s+{day.year}\b"
    yield rf"\b0?{day.day}(?:st|nd|rd|th)?[ -](?:{month}|{month[:3]}\.?),?[ -]{day.year}\b"
