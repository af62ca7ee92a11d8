"""The values a price is made of: the line, its situation, the steps, the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

PRICED = "priced"
UNKNOWN = "unknown"
NOT_PAYABLE = "not_payable"
PROFESSIONAL = "professional"
FACILITY = ("hopd", "asc", "cah")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be priced. `care_days` are the days of care after the operation that this clinician gave (for 55)."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: Decimal = ONE
    place: str | None = None
    charge: Decimal | None = None
    care_days: int | None = None
    minutes: int | None = None
    base_units: Decimal | None = None

    @property
    def name(self) -> str:
        """The code with its modifiers: "27447-54"."""
        return "-".join((self.code, *self.modifiers))

    def at(self, place: str) -> Line:
        """The same line at another place of service."""
        return replace(self, place=place)


@dataclass(frozen=True, slots=True)
class Situation:
    """What holds for all lines of a day: payer, date of service, kind of claim, and where it was."""

    payer: str | None
    day: date
    setting: str = PROFESSIONAL
    mac: str | None = None
    locality: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A value in force, and where it comes from. `assumed` says it is another payer's, read for want of this one's own."""

    fact: str
    value: str | bool | tuple[str, ...]
    payer: str
    start: date
    source: tuple[str, ...]
    confidence: str
    note: str = ""
    learnt: int | None = None
    assumed: bool = False

    @property
    def text(self) -> str:
        """The value as text; a list by commas."""
        return ", ".join(self.value) if isinstance(self.value, tuple) else str(self.value)

    def as_dict(self) -> dict[str, Any]:
        """The value as every front shows it."""
        return {
            "id": self.fact,
            "value": list(self.value) if isinstance(self.value, tuple) else self.value,
            "payer": self.payer,
            "from": self.start.isoformat(),
            "source": list(self.source),
            "confidence": self.confidence,
            "note": self.note or None,
            "learnt_from": self.learnt,
            "assumed": self.assumed,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was done and why, the factor, and the amount of the line after it (None where not known)."""

    step: str
    says: str
    factor: Decimal | None
    amount: Decimal | None
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """The full amount of one unit: where it comes from, how sure, and which part of it is what (shares of the whole).

    `basis`: given, contract, contract-factor, fee-schedule, opps, asc, anesthesia, learnt or none. `quality`: exact, nearest (another
    edition stands in), national (no locality given) or learnt.
    """

    amount: Decimal | None
    basis: str
    says: str
    quality: str = "exact"
    expense: Decimal | None = None
    technical: Decimal | None = None
    learnt: int | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of one line. `allowed` is None when it is not known; `share` is the share of the full amount, where known."""

    line: Line
    outcome: str
    allowed: Decimal | None
    share: Decimal | None
    rate: Rate
    steps: tuple[Step, ...]
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    payment: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def learnt(self) -> int | None:
        """How many lines the weakest learnt figure in the price rests on; None where none is learnt."""
        counts = [cited.learnt for step in self.steps for cited in step.cited] + [self.rate.learnt]
        return min((count for count in counts if count is not None), default=None)
