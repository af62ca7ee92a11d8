"""A line while its price is worked out: the amount so far, its share of the full one, and the steps taken."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from decimal import Decimal

from modwise.pricing.fees import Fee
from modwise.pricing.model import NOT_PAYABLE, ONE, PRICED, UNKNOWN, Cited, Line, Priced, Rate, Step
from modwise.pricing.money import rounded

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a facility's table says of a code: payment or status indicator, the mark of ranking, the device portion."""

    indicator: str
    ranked: str
    device: Decimal | None = None
    device_share: Decimal | None = None


class Working:
    """One line of the day. `each` is the amount of one unit before ranking, `amount` that of the line."""

    def __init__(self, line: Line, fee: Fee | None, rate: Rate, row: str) -> None:
        self.line = line
        self.fee = fee
        self.rate = rate
        self.row = row
        self.units = line.units
        self.each = rate.amount
        self.amount: Decimal | None = None
        self.share: Decimal | None = ONE
        self.ranked = False
        self.partner: Working | None = None
        self.family: str | None = None
        self.mark: Mark | None = None
        self.outcome = PRICED
        self.steps: list[Step] = []
        self.reasons: list[str] = []
        self.notes: list[str] = []
        self.payment: dict[str, Decimal] = {}
        self._total()

    def _total(self) -> None:
        self.amount = None if self.each is None else rounded(self.each * self.units)

    def copy(self) -> Working:
        """The same line at the same point, to be priced among other lines."""
        twin = copy(self)
        twin.steps, twin.reasons, twin.notes, twin.payment = [*self.steps], [*self.reasons], [*self.notes], {}
        return twin

    @property
    def live(self) -> bool:
        """Whether further steps can change the line: it is payable and no step was unknown."""
        return self.outcome == PRICED

    def carried(self, modifiers: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the modifiers that the line carries, in their order on the line, each once."""
        return tuple(dict.fromkeys(m for m in self.line.modifiers if m in modifiers))

    def say(self, step: str, says: str, *cited: Cited) -> None:
        """A step that changes nothing."""
        self.steps.append(Step(step, says, None, self.amount, cited))

    def apply(self, step: str, says: str, factor: Decimal, *cited: Cited) -> None:
        """Multiplies by the factor; before ranking the amount of one unit, afterwards that of the line. To the cent, half up."""
        if self.ranked:
            self.amount = None if self.amount is None else rounded(self.amount * factor)
        else:
            self.each = None if self.each is None else rounded(self.each * factor)
            self._total()
        self.share = None if self.share is None else self.share * factor
        self.steps.append(Step(step, says, factor, self.amount, cited))

    def set_amount(self, step: str, says: str, amount: Decimal, *cited: Cited, factor: Decimal | None = None) -> None:
        """The amount that a step arrived at across several lines or units; without `factor`, it is what that comes to."""
        before = self.amount
        self.amount = rounded(amount)
        if factor is None and before:
            factor = self.amount / before
        self.share = None if self.share is None or factor is None else self.share * factor
        self.steps.append(Step(step, says, factor, self.amount, cited))

    def unknown(self, step: str, reason: str, *cited: Cited) -> None:
        """The price cannot be told from here on, and why."""
        self.amount = self.share = self.each = None
        self.outcome = UNKNOWN
        self.reasons.append(reason)
        self.steps.append(Step(step, reason, None, None, cited))

    def nothing(self, step: str, reason: str, *cited: Cited) -> None:
        """Nothing is payable for the line as it stands, and why."""
        self.amount = self.each = NOTHING
        self.share = NOTHING
        self.outcome = NOT_PAYABLE
        self.reasons.append(reason)
        self.steps.append(Step(step, reason, NOTHING, NOTHING, cited))

    def done(self) -> Priced:
        """The result."""
        outcome, reasons = self.outcome, list(self.reasons)
        if outcome == PRICED and self.amount is None:
            outcome = UNKNOWN
            reasons.append(self.rate.says)
        return Priced(
            line=self.line,
            outcome=outcome,
            allowed=self.amount,
            share=self.share,
            rate=self.rate,
            steps=tuple(self.steps),
            reasons=tuple(reasons),
            notes=tuple(dict.fromkeys(self.notes)),
            payment=self.payment,
        )
