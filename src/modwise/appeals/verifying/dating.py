"""Dates in running text, in every form they are written in, as ISO: a month alone as 2026-02, a day without a year as --02-10."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_NAMES = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_MONTH = r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_MORE = r"(?:[0-3]?\d(?:st|nd|rd|th)?\s*(?:-|to|and|,|through)\s*)*"
_PATTERN = re.compile(
    r"(?<![\w./$-])(?:"
    r"(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)(?!\d|-\d)"
    r"|(?P<m2>\d{1,2})(?P<sep>[/.-])(?P<d2>\d{1,2})(?P=sep)(?P<y2>(?:19|20)\d\d|\d\d)(?![\d/-])"
    rf"|(?P<days3>{_MORE}){_DAY.format('d3')}\s+(?:of\s+)?(?:day\s+of\s+)?{_MONTH.format('m3')}(?:,?\s+(?P<y3>(?:19|20)\d\d)\b)?"
    rf"|{_MONTH.format('m4')}\s+(?P<days4>{_MORE}){_DAY.format('d4')}(?!\d|[.:/-]\d)(?:,?\s+(?P<y4>(?:19|20)\d\d)\b)?"
    rf"|{_MONTH.format('m5')},?\s+(?P<y5>(?:19|20)\d\d)\b"
    r")",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, dates parted by blanks) of every date; what looks like one and is none comes as the words themselves."""
    for match in _PATTERN.finditer(text):
        yield match.start(), match.end(), " ".join(_values(match)) or match[0]


def written(iso: str) -> Iterator[str]:
    """The shorter forms that a known day allows: without the year, and the month alone."""
    yield iso
    if len(iso) == 10:
        yield f"-{iso[4:]}"
        yield iso[:7]


def _values(match: re.Match[str]) -> Iterator[str]:
    for number in "12345":
        month = match[f"m{number}"]
        if month is None:
            continue
        year = match[f"y{number}"]
        days = [] if number == "5" else [*re.findall(r"\d+", _group(match, f"days{number}")), match[f"d{number}"]]
        for day in days or [""]:
            value = _iso(year, month, day)
            if value is None:
                return
            yield value


def _group(match: re.Match[str], name: str) -> str:
    return (match.groupdict().get(name) or "") if name in match.re.groupindex else ""


def _iso(year: str | None, month: str, day: str) -> str | None:
    number = int(month) if month.isdigit() else 1 + next(i for i, name in enumerate(_NAMES) if name.startswith(month.lower()[:3]))
    whole = None if year is None else int(year) + (2000 if len(year) == 2 else 0)
    if not day:
        return f"{whole}-{number:02d}"
    try:
        # A leap year, so that 29 February without a year is a day.
        found = date(whole if whole is not None else 2000, number, int(day))
    except ValueError:
        return None
    return found.isoformat() if whole is not None else f"-{found.isoformat()[4:]}"
