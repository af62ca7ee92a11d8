"""What a payment fact says, as a figure: a share, nothing, or no figure at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from modwise.errors import KnowledgeError

SHARE, NOTHING, ROW, REPORT, WORDS = "share", "nothing", "row", "report", "words"
ALLOWED, PAYMENT, TECHNICAL, COINSURANCE = "allowed amount", "payment", "technical part", "coinsurance"

_SHARE = re.compile(r"(\d+\.\d+)(?: (?:of the )?(payment|technical part|coinsurance))?")
_NAMED = {"not-paid": NOTHING, "per-fee-row": ROW, "by-report": REPORT, "by-percent-done": REPORT, "pricing": REPORT}
THEN = "then "
_NUMBER = re.compile(r"\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A payment fact read: `kind`, and for a share its size and what it is a share of."""

    kind: str
    share: Decimal | None = None
    of: str = ALLOWED


def read(text: str) -> Figure:
    """The figure that a payment fact states; kind WORDS where it is prose."""
    if found := _SHARE.fullmatch(text):
        return Figure(SHARE, Decimal(found[1]), found[2] or ALLOWED)
    return Figure(_NAMED.get(text, WORDS))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Shares by rank. A rank that is not listed, or is by report, has none."""

    listed: tuple[Decimal | None, ...]
    beyond: Decimal | None
    by_report: bool

    def at(self, rank: int) -> Decimal | None:
        """The share of that rank, from 0; None when not known."""
        return self.listed[rank] if rank < len(self.listed) else self.beyond


def ladder(text: str) -> Ladder:
    """Shares by rank, written as "1.00 / 0.50 / then 0.25". Raises KnowledgeError for anything else."""
    parts = [part.strip() for part in text.split("/")]
    last = parts.pop().removeprefix(THEN) if parts[-1].startswith(THEN) else None
    if not parts or not all(_NUMBER.fullmatch(part) for part in parts):
        raise KnowledgeError(f"{text!r} is no list of shares", hint="Write it as 1.00 / 0.50 / then 0.25.")
    beyond = Decimal(last) if last is not None and _NUMBER.fullmatch(last) else None
    return Ladder(tuple(Decimal(part) for part in parts), beyond, last is not None and beyond is None)


def pairs(listed: tuple[str, ...]) -> dict[str, str]:
    """A list of "key=value" as a mapping."""
    return dict(item.split("=", 1) for item in listed)
