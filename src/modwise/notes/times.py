"""Numbers, lengths of time and times of day as notes write them: 'three', '7 h 12 min', 'two and a half hours', '22:41', '0930', '10:15 pm'."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

HOUR, HALF_DAY, DAY = 60, 720, 1440
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: Decimal(n) for n, word in enumerate(_WORDS)} | {"a": Decimal(1), "an": Decimal(1), "single": Decimal(1)}
_FIGURE = r"\d+(?:[.,]\d+)?|(?:" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")\b"
_HALF = r"(?: and a half| 1/2)?"
_UNIT = r"hours?|hrs?|h|minutes?|mins?|m|days?|d|seconds?|secs?|s"
_PIECE = re.compile(rf"(?<![\w.])(?P<figure>{_FIGURE})(?P<half>{_HALF})[ -]{{0,3}}(?P<unit>{_UNIT})\b")
_HALF_AN_HOUR = re.compile(r"\bhalf (?:an |a )?hour\b")
_HOURS_MINUTES = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?")
_NUMBER = re.compile(rf"(?P<figure>{_FIGURE})(?P<half>{_HALF})")
_LENGTHS = {"h": Decimal(HOUR), "m": Decimal(1), "d": Decimal(DAY), "s": 1 / Decimal(60)}
CLOCK = re.compile(
    r"(?<![\d:./#])(?P<hour>[01]?\d|2[0-4])(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?|(?<=\d\d)(?P<plain>[0-5]\d))(?![\d:/%]|\.\d)"
    r"(?: ?(?P<half>[ap])\.?m?\b\.?)?"
)


class Clock(NamedTuple):
    """A time of day in minutes after midnight; `halved` where morning or evening is told, `whole` where it can only be one of 24 hours."""

    minute: int
    halved: bool = False
    whole: bool = False


def number(told: str) -> Decimal | None:
    """A number in figures or in words, '2 1/2' and 'two and a half' included; None for anything else."""
    match = _NUMBER.fullmatch(told.strip())
    return _figure(match) if match else None


def minutes(told: str) -> Decimal | None:
    """A length of time in minutes; None where the words tell none. '6:45' is six hours and three quarters."""
    words = told.strip()
    if hours := _HOURS_MINUTES.fullmatch(words):
        return Decimal(int(hours[1]) * HOUR + int(hours[2]))
    if _HALF_AN_HOUR.search(words):
        return Decimal(HOUR // 2)
    pieces = [_figure(piece) * _LENGTHS[piece["unit"][0]] for piece in _PIECE.finditer(words)]
    return sum(pieces, Decimal(0)) if pieces else None


def _figure(match: re.Match[str]) -> Decimal:
    figure = match["figure"]
    value = _NUMBERS[figure] if figure in _NUMBERS else Decimal(_plain(figure))
    return value + Decimal("0.5") if match["half"] else value


def _plain(figure: str) -> str:
    """Figures without the comma of thousands; another comma is a decimal point."""
    return re.sub(r",(?=\d{3}$)", "", figure).replace(",", ".")


def clock(told: str) -> Clock | None:
    """The time of day of words that are one; None for anything else."""
    match = CLOCK.fullmatch(told.strip())
    return clock_of(match) if match else None


def clock_of(match: re.Match[str]) -> Clock:
    """The time of day of a match of CLOCK."""
    hour, minute = int(match["hour"]) % 24, int(match["minute"] or match["plain"])
    if match["half"] and 1 <= hour <= 12:
        return Clock((hour % 12 + (12 if match["half"] == "p" else 0)) * HOUR + minute, halved=True)
    return Clock(hour * HOUR + minute, whole=hour > 12 or hour == 0)


def is_sure(start: Clock, end: Clock) -> bool:
    """Whether morning and evening are told apart: both say which, or one of them can only be told by 24 hours."""
    return (start.halved and end.halved) or start.whole or end.whole


def between(start: Clock, end: Clock) -> int:
    """The minutes from one time of day to the next such other; where `is_sure` is false, the shorter of the two possible lengths."""
    return (end.minute - start.minute) % (DAY if is_sure(start, end) else HALF_DAY)
