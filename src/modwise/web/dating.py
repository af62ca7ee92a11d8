"""Dates and editions as they are said: no reader of a US bill takes `Jul 1, 2026` for January."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")
_EDITION = re.compile(r"(\d{4})(Q[1-4])")


def day(value: str | date | None) -> str:
    """A date as billers in the US read it without doubt: `Jul 1, 2026`."""
    if not value:
        return ""
    when = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{_MONTHS[when.month - 1]} {when.day}, {when.year}"


def dates(text: str) -> str:
    """A text with its dates as they are said: `2022-09-01` → `Sep 1, 2022`; `edition 2026Q3` → `edition 2026 Q3`."""
    return edition(_ISO.sub(lambda found: day(found[0]) if _is_day(found[0]) else found[0], text))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def edition(name: str) -> str:
    """An edition's name with its parts apart: `2026Q3` → `2026 Q3`."""
    return _EDITION.sub(r"\1 \2", name)
