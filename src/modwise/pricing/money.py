"""Exact money: decimals while a price is worked out, integer cents where it leaves."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from modwise.errors import UsageError

CENT = Decimal("0.01")
ROUNDING = "to the cent, half up"
_WRITTEN = re.compile(r"\$?(\d{1,3}(,\d{3})*|\d+)(\.\d+)?")


def rounded(amount: Decimal) -> Decimal:
    """The amount to the cent, half up, as fee schedules are rounded."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def cents(amount: Decimal) -> int:
    """The amount in cents, rounded half up."""
    return int(rounded(amount) * 100)


def of_cents(amount: int) -> Decimal:
    """Cents as an amount."""
    return Decimal(amount) * CENT


def shown(amount: Decimal | None) -> str | None:
    """The amount with two decimals, None for None."""
    return None if amount is None else f"{rounded(amount):f}"


def read_amount(text: str, what: str) -> Decimal:
    """An amount as people write it ("1,234.50", "$90"). Raises UsageError for anything else, or for less than nothing."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{what} is no amount of money", hint="Write it as 1234.50.", code="bad-amount")
    return Decimal(found[0].lstrip("$").replace(",", ""))


def read_share(text: str, what: str) -> Decimal:
    """A share or factor ("0.50", "1.2"). Raises UsageError for anything else."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text.strip()):
        raise UsageError(f"{what} is no share", hint="Write it as 0.50.", code="bad-share")
    return Decimal(text.strip())
