"""What a value of the case facts may be, and what is wrong with one that is not. No frame library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

# Amounts and counts beyond these are typing errors.
MOST_CENTS = 10**11
MOST = 10**5
MOST_PERIOD = 3660


class Shape(Protocol):
    """Knows whether a value fits."""

    def problems(self, place: str, value: Any) -> Iterator[str]:
        """What is wrong, each named with its place; nothing where the value fits. A null fits everywhere: it is not known."""


@dataclass(frozen=True)
class Plain:
    """A single value."""

    says: str
    fits: Callable[[Any], bool]

    def problems(self, place: str, value: Any) -> Iterator[str]:
        """As the protocol says."""
        if value is not None and not self.fits(value):
            yield f"{place} is not {self.says}"


@dataclass(frozen=True)
class Table:
    """Named values; `others` is the shape of names that are not listed, `needed` are those that must be there."""

    keys: Mapping[str, Shape]
    needed: tuple[str, ...] = ()
    others: Shape | None = None

    def problems(self, place: str, value: Any) -> Iterator[str]:
        """As the protocol says."""
        if value is None:
            return
        if not isinstance(value, Mapping):
            yield f"{place or 'the line'} is not a table"
            return
        for name in self.needed:
            if value.get(name) is None:
                yield f"{place} has no {name}"
        for name, inner in value.items():
            shape = self.keys.get(name, self.others)
            where = f"{place} {name}" if place.endswith(",") else f"{place}.{name}" if place else str(name)
            if shape is None:
                yield f"unknown key {where!r}"
            else:
                yield from shape.problems(where, inner)


@dataclass(frozen=True)
class Each:
    """A list; `every` is the shape of its entries, which must not be null."""

    every: Shape
    says: str

    def problems(self, place: str, value: Any) -> Iterator[str]:
        """As the protocol says."""
        if value is None:
            return
        if not isinstance(value, (list, tuple)):
            yield f"{place} is not a list of {self.says}"
            return
        for number, entry in enumerate(value, 1):
            if entry is None:
                yield f"{place}, entry {number}, is null"
            yield from self.every.problems(f"{place}, entry {number},", entry)


@dataclass(frozen=True)
class Either:
    """One of two shapes: a table where the value is one, else the other."""

    table: Table
    other: Shape

    def problems(self, place: str, value: Any) -> Iterator[str]:
        """As the protocol says."""
        yield from (self.table if isinstance(value, Mapping) else self.other).problems(place, value)


def cents(value: Any) -> int | None:
    """An amount as cents; None for what is none."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    if isinstance(value, bool) or not amount.is_finite() or abs(amount) >= MOST_CENTS:
        return None
    return int((amount * 100).to_integral_value())


def is_day(value: Any) -> bool:
    """Whether the value is an ISO date."""
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _period(value: Any) -> bool:
    return _whole(value) and value <= MOST_PERIOD


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= MOST


def _amount(value: Any) -> bool:
    found = cents(value)
    return found is not None and found >= 0


FLAG = Plain("true or false", lambda value: isinstance(value, bool))
TEXT = Plain("text", lambda value: isinstance(value, str))
PERIOD = Plain("a whole number of days, months or years", _period)
WHOLE = Plain("a whole number from 0", _whole)
NUMBER = Plain("a number from 0", _number)
MONEY = Plain('an amount of money from 0, as "120.00"', _amount)
DAY = Plain("an ISO date, as 2026-07-15", lambda value: isinstance(value, (str, date)) and is_day(value))
DAY_OR_FLAG = Plain("an ISO date, or true or false", lambda value: isinstance(value, bool) or DAY.fits(value))
PAID = Plain("an amount of money, or true or false", lambda value: isinstance(value, bool) or _amount(value))


def one_of(*words: str) -> Plain:
    """One of those words."""
    return Plain(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words)


def share(says: str) -> Plain:
    """A share or factor, as "0.50"."""

    def fits(value: Any) -> bool:
        found = cents(value)
        return found is not None and 0 <= found < 100 * 1000

    return Plain(says, fits)
