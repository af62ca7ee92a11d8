"""Numbers with their noun."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun in the right form: `1 line`, `2,000 lines`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
