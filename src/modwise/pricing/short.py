"""Lines that were allowed less than expected, and what the difference looks like: ranked wrongly, one side paid, cut twice …"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from modwise.pricing import frames, showing
from modwise.pricing.engine import price_day
from modwise.pricing.frames import Asked
from modwise.pricing.model import Priced, Step
from modwise.pricing.money import cents, of_cents, rounded, shown
from modwise.pricing.rating import Book

EXACT = ("exact",)
# Payers and we may round one step differently.
NEAR = 1


@dataclass(frozen=True)
class Short:
    """A line allowed less than expected. `row` counts from 0 in the frame; amounts in cents.

    `why` is a short key, `says` the same in a sentence; `at_risk` is what the payer would pay more: the difference less the patient's
    part and sequestration, in the line's own proportions, and less what another line got too much where the two were swapped.
    """

    row: int
    expected: int
    allowed: int
    difference: int
    at_risk: int
    why: str
    says: str
    priced: Priced

    def as_dict(self) -> dict[str, Any]:
        """As the fronts show it, with the steps of the price."""
        return {
            **showing.line_of(self.priced),
            "row": self.row,
            "expected": shown(of_cents(self.expected)),
            "allowed": shown(of_cents(self.allowed)),
            "difference": shown(of_cents(self.difference)),
            "at_risk": shown(of_cents(self.at_risk)),
            "why": self.why,
            "says": self.says,
        }


def short(lines: pl.DataFrame, book: Book, *, qualities: Sequence[str] = EXACT, least: int = NEAR + 1) -> list[Short]:
    """The lines of the frame (see `remitted.lines_of`) that were allowed at least `least` cents less than expected.

    Denied lines (nothing allowed) are not among them. `qualities` says which rates are sure enough: by default only exact ones; "national"
    and "nearest" amounts differ from the payer's for reasons of their own. Raises InputError for a missing column.
    """
    found = frames.expected(lines, book)
    settled = pl.col("settled") if "settled" in lines.columns else pl.lit(value=True)
    low = (
        lines.select("allowed", settled.alias("settled"))
        .with_columns(found, row=pl.int_range(pl.len()))
        .filter("settled", pl.col("allowed") > 0, pl.col("quality").is_in(list(qualities)))
        .filter(pl.col("expected") - pl.col("allowed") >= least)
    )
    if not low.height:
        return []
    days = frames.days_of(lines, book)
    return [_item(int(row["row"]), int(row["expected"]), lines, days, book) for row in low.iter_rows(named=True)]


def _item(row: int, expected: int, lines: pl.DataFrame, days: frames.Days, book: Book) -> Short:
    members, place = days.around(row)
    asked = [one for one in members if one.line is not None]
    prices = price_day([one.line for one in asked if one.line is not None], asked[0].situation, book)
    allowed = [int(lines["allowed"][number] or 0) for number in days.rows(row)]
    charge = lines["charge"][row] if "charge" in lines.columns else None
    seen = Seen(prices, allowed, place, expected, None if charge is None else int(charge), asked, book)
    guess = next(_reasons(seen), Guess("less-than-expected", "Allowed less than the price comes to; no single step explains it."))
    difference = expected - allowed[place]
    at_risk = _at_risk(row, max(difference - guess.elsewhere, 0), lines)
    return Short(row, expected, allowed[place], difference, at_risk, guess.why, guess.says, prices[place])


def _at_risk(row: int, difference: int, lines: pl.DataFrame) -> int:
    def cents_of(name: str) -> int:
        return int(lines[name][row] or 0) if name in lines.columns else 0

    allowed, patient, sequestered = cents_of("allowed"), cents_of("coinsurance"), cents_of("sequestered")
    if not allowed or not 0 <= patient < allowed:
        return difference
    payable = Decimal(difference) * (allowed - patient) / allowed
    kept = 1 - Decimal(sequestered) / (allowed - patient)
    return cents(payable * kept / 100)


# ---- what the difference looks like --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """A short line among the lines of its day: prices and allowed amounts, and which of them it is."""

    prices: Sequence[Priced]
    allowed: Sequence[int]
    place: int
    expected: int
    charge: int | None
    asked: Sequence[Asked]
    book: Book

    @property
    def mine(self) -> Priced:
        """The price of the line."""
        return self.prices[self.place]

    def is_allowed(self, amount: Decimal) -> bool:
        """Whether that is what was allowed, give or take a cent."""
        return abs(cents(amount) - self.allowed[self.place]) <= NEAR

    def full(self) -> Decimal:
        """The full amount of the line."""
        return (self.mine.rate.amount or Decimal(0)) * self.mine.line.units


@dataclass(frozen=True)
class Guess:
    """What the difference looks like; `elsewhere` are the cents of it that another line of the day got too much."""

    why: str
    says: str
    elsewhere: int = 0


def _reasons(seen: Seen) -> Iterator[Guess]:
    for guess in (
        _charge_cut_twice,
        _one_side,
        _other_place,
        _ranked,
        _step_twice,
        _step_left_out,
        _cut_as_several,
        _share_differs,
    ):
        yield from guess(seen)


def _step_names(seen: Seen) -> Iterator[Step]:
    """The steps that changed the amount."""
    return (step for step in seen.mine.steps if step.factor is not None and step.factor not in (0, 1))


def _charge_cut_twice(seen: Seen) -> Iterator[Guess]:
    if seen.charge is None:
        return
    for step in _step_names(seen):
        if (
            step.step in ("manual", "facility")
            and step.factor
            and step.factor < 1
            and seen.is_allowed(of_cents(seen.charge) * step.factor)
        ):
            says = f"Allowed is {step.factor} of the charge: the charge had been reduced already and was cut again."
            yield Guess("cut-twice", says)


def _one_side(seen: Seen) -> Iterator[Guess]:
    for step in _step_names(seen):
        if step.step == "bilateral" and step.factor and step.factor > 1 and seen.is_allowed(of_cents(seen.expected) / step.factor):
            yield Guess("one-side-paid", f"Paid for one side: {step.factor} of one side was due.")


def _other_place(seen: Seen) -> Iterator[Guess]:
    if seen.mine.rate.basis not in ("fee-schedule", "contract", "contract-factor"):
        return
    asked = seen.asked[seen.place]
    facility = seen.book.policy(asked.situation).listed("pricing.facility-places")
    if asked.line is None or asked.line.place is None or asked.line.place in facility or not facility:
        return
    lines = [one.line.at(facility[0]) for one in seen.asked if one.line is not None]
    there = price_day(lines, asked.situation, seen.book)[seen.place]
    if there.allowed is not None and seen.is_allowed(there.allowed):
        yield Guess(
            "facility-rate",
            f"Allowed at the facility amount; at place of service {asked.line.place} the non-facility amount is due.",
        )


def _ranked(seen: Seen) -> Iterator[Guess]:
    ranked = [n for n, price in enumerate(seen.prices) if any(step.step == "multiple" for step in price.steps)]
    if seen.place not in ranked or len(ranked) < 2 or not seen.expected:
        return
    for other in ranked:
        theirs = seen.prices[other]
        step = next(step for step in theirs.steps if step.step == "multiple")
        cut = step.factor or Decimal(1)
        if other == seen.place or cut == 1 or theirs.allowed is None:
            continue
        swapped = abs(cents(theirs.allowed / cut) - seen.allowed[other]) <= NEAR
        if swapped and seen.is_allowed(of_cents(seen.expected) * cut):
            too_much = seen.allowed[other] - cents(theirs.allowed)
            yield Guess(
                "wrong-ranking",
                f"Ranked wrongly: this line is the dearer, yet it was cut to {cut} and {theirs.line.name} was paid in full.",
                too_much,
            )


def _step_twice(seen: Seen) -> Iterator[Guess]:
    for step in _step_names(seen):
        if step.factor and step.factor < 1 and seen.is_allowed(of_cents(seen.expected) * step.factor):
            yield Guess("cut-twice", f"The cut of the step '{step.step}' ({step.factor}) was taken twice.")


def _step_left_out(seen: Seen) -> Iterator[Guess]:
    for step in _step_names(seen):
        if step.factor and step.factor > 1 and seen.is_allowed(of_cents(seen.expected) / step.factor):
            yield Guess("increase-left-out", f"The increase of the step '{step.step}' ({step.factor}) was left out.")


def _cut_as_several(seen: Seen) -> Iterator[Guess]:
    asked = seen.asked[seen.place]
    ladder = seen.book.policy(asked.situation).find("pricing.multiple.ladder")
    if ladder is None:
        return
    for text in dict.fromkeys(part.strip().removeprefix("then ") for part in ladder.text.split("/")):
        share = Decimal(text) if text[0].isdigit() else Decimal(1)
        if share < 1 and seen.is_allowed(of_cents(seen.expected) * share):
            yield Guess(
                "cut-as-several", f"Cut to {share} as one of several procedures, which this line is not, or not at that rank."
            )


def _share_differs(seen: Seen) -> Iterator[Guess]:
    for step in _step_names(seen):
        if step.step in ("share", "package", "manual", "facility") and step.factor:
            before = of_cents(seen.expected) / step.factor
            paid = rounded(of_cents(seen.allowed[seen.place]) / before * 100) / 100 if before else Decimal(0)
            yield Guess(
                "other-share", f"About {paid:.4f} of the amount was allowed where {step.factor} was due for the step '{step.step}'."
            )
