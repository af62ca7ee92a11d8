"""Dates in a question, in the writings people use, as periods of days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = "(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in MONTHS) + r")\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
DAY, MONTH, QUARTER, YEAR = range(4)


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def overlaps(self, start: str, until: str) -> bool:
        """Whether something that holds from `start` until `until` (ISO; "" = without end) holds on one of the days."""
        return (not start or start <= self.end.isoformat()) and (not until or until >= self.start.isoformat())

    def words(self) -> str:
        """As text: one day, or from when to when."""
        if self.start == self.end:
            return self.start.isoformat()
        if self.start == date.min:
            return f"until {self.end.isoformat()}"
        if self.end == date.max:
            return f"from {self.start.isoformat()}"
        return f"{self.start.isoformat()} to {self.end.isoformat()}"


# Each writing with what it reads; the first that fits at a place wins.
_FORMS = (
    (rf"{_YEAR}-(?P<mon>\d\d?)-(?P<day>\d\d?)", DAY),
    (r"(?P<mon>\d\d?)/(?P<day>\d\d?)/(?P<year>(?:19|20)?\d\d)", DAY),
    (r"(?P<mon>\d\d?)-(?P<day>\d\d?)-(?P<year>(?:19|20)\d\d)", DAY),
    (rf"{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{_YEAR}", DAY),
    (rf"(?P<day>\d\d?)(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}", DAY),
    (rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}", MONTH),
    (rf"(?P<mon>0?[1-9]|1[0-2])/{_YEAR}", MONTH),
    (rf"{_YEAR}-(?P<mon>0[1-9]|1[0-2])", MONTH),
    (rf"{_YEAR}\s?q(?P<quarter>[1-4])|q(?P<quarter2>[1-4])\s?(?P<year2>20\d\d)", QUARTER),
    (rf"(?:cy\s?)?{_YEAR}(?!\s*(?:units|dollars|claims))", YEAR),
)
_DATE = [(re.compile(rf"(?<![\w$.-])(?:{form})(?!\w|-\d|\.\d)", re.IGNORECASE), kind) for form, kind in _FORMS]
_LEAD = re.compile(
    r"(before|prior to|earlier than|until|till|through|up to|by the end of|after|later than|since|from|starting|beginning|as of|effective|on or after)\s+(?:the\s+)?(?:year\s+)?$"
)
_TO = re.compile(r"^\s*(?:to|and|through|until|-|–)\s*$")
_NOW = re.compile(r"\b(?:now|today|currently|at present|these days|nowadays)\b")


def periods(text: str) -> tuple[tuple[Period, ...], tuple[tuple[int, int], ...]]:
    """The periods the text speaks of, and the places (start, end) where they stand.

    No period for a text that compares a date with today: then every date is of interest.
    """
    low = text.lower()
    found = list(_dates(low))
    if not found:
        return (), ()
    spans = tuple((start, end) for start, end, _ in found)
    if _NOW.search(low):
        return (), spans
    if len(found) == 2 and _TO.match(low[found[0][1] : found[1][0]]) and re.search(r"(between|from)\s+$", low[: found[0][0]]):
        return (Period(found[0][2].start, found[1][2].end),), spans
    return tuple(_led(low[:start], low[end:], period) for start, end, period in found), spans


def _dates(low: str) -> Iterator[tuple[int, int, Period]]:
    taken: list[tuple[int, int, Period | None]] = []
    for pattern, kind in _DATE:
        for match in pattern.finditer(low):
            if any(match.start() < end and start < match.end() for start, end, _ in taken):
                continue
            # A day that does not exist is no day, and its year alone is not what was meant.
            taken.append((match.start(), match.end(), _read(match, kind)))
    yield from sorted((start, end, period) for start, end, period in taken if period is not None)


def _read(match: re.Match[str], kind: int) -> Period | None:
    parts = match.groupdict()
    year = int(parts.get("year") or parts.get("year2") or 0)
    year += 2000 if year < 100 else 0
    name = (parts.get("month") or "")[:3]
    month = next((n for n, known in enumerate(MONTHS, 1) if name and known.startswith(name)), int(parts.get("mon") or 1))
    try:
        if kind == DAY:
            day = date(year, month, int(parts["day"]))
            return Period(day, day)
        if kind == QUARTER:
            first = int(parts.get("quarter") or parts.get("quarter2") or 1) * 3 - 2
            return Period(date(year, first, 1), _last(year, first + 2))
        return Period(date(year, month, 1), _last(year, month)) if kind == MONTH else Period(date(year, 1, 1), date(year, 12, 31))
    except ValueError:
        return None


def _last(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


_LED: dict[str, Callable[[Period], Period]] = {
    **dict.fromkeys(("before", "prior to", "earlier than"), lambda p: Period(date.min, p.start - timedelta(days=1))),
    **dict.fromkeys(("until", "till", "through", "up to", "by the end of"), lambda p: Period(date.min, p.end)),
    **dict.fromkeys(("after", "later than"), lambda p: Period(p.end + timedelta(days=1), date.max)),
    **dict.fromkeys(("since", "from", "starting", "beginning", "effective", "on or after"), lambda p: Period(p.start, date.max)),
}


def _led(before: str, behind: str, period: Period) -> Period:
    if re.match(r"\s*\+|\s+(?:and|or) (?:later|after)|\s+onwards?", behind):
        return Period(period.start, date.max)
    lead = _LEAD.search(before)
    return _LED[lead[1]](period) if lead and lead[1] in _LED else period
