"""Anesthesia: base and time units times a conversion factor, and the share of who gave or directed it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from modwise.pricing import figures
from modwise.pricing.fees import Fee
from modwise.pricing.model import ONE, Line, Rate, Situation
from modwise.pricing.money import rounded
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book
from modwise.pricing.stated import stated, why_unknown
from modwise.pricing.working import Working

STEP = "anesthesia"


def is_anesthesia(fee: Fee | None, policy: Policy) -> bool:
    """Whether the row is an anesthesia service."""
    return fee is not None and policy.within("mpfs.status.anesthesia", fee.status) is not None


def priced(line: Line, fee: Fee, situation: Situation, book: Book) -> Working:
    """The line by units: (base + time) × conversion factor × share."""
    policy = book.policy(situation)
    factor = book.places.anesthesia_factor(situation)
    counted = _units(line, situation, book)
    work = Working(Line(line.code, line.modifiers, ONE, line.place, line.charge), fee, Rate(None, "none", ""), "")
    work.line = line
    if isinstance(counted, str) or factor is None:
        reason = counted if isinstance(counted, str) else "No anesthesia conversion factor is at hand for the locality."
        work.unknown(STEP, reason)
        return work
    units, words = counted
    amount = rounded(units * factor.amount)
    work.rate = Rate(amount, "anesthesia", f"{words} × {factor.amount}; {factor.says}.", factor.quality)
    work.each = work.amount = amount
    work.say("rate", work.rate.says)
    _share(work, policy, situation, book)
    return work


def _units(line: Line, situation: Situation, book: Book) -> tuple[Decimal, str] | str:
    """Units and how they were counted; or why they cannot be."""
    policy = book.policy(situation)
    flat = figures.pairs(policy.listed("pricing.anesthesia.flat-units"))
    for modifier in line.modifiers:
        if modifier in flat:
            return Decimal(flat[modifier]), f"{flat[modifier]} units for {modifier}"
    base = line.base_units if line.base_units is not None else book.places.base_units(line.code, situation.day)
    if base is None:
        return f"The base units of {line.code} are not at hand; give them."
    minutes, decimals = policy.find("pricing.anesthesia.minutes-a-unit"), policy.find("pricing.anesthesia.decimals")
    if line.minutes is None or minutes is None or decimals is None:
        return (
            "Anesthesia is priced by time: give the minutes."
            if line.minutes is None
            else f"How {policy.payer} counts time is not known."
        )
    time = (Decimal(line.minutes) / Decimal(minutes.text)).quantize(Decimal(1).scaleb(-int(decimals.text)), ROUND_HALF_UP)
    return base + time, f"({base:f} base units + {time} time units for {line.minutes} minutes)"


def _share(work: Working, policy: Policy, situation: Situation, book: Book) -> None:
    carried = work.carried(policy.listed("pricing.step.anesthesia"))
    flat = figures.pairs(policy.listed("pricing.anesthesia.flat-units"))
    for modifier in carried:
        found = stated(modifier, work, situation, book)
        if found is not None:
            work.apply(STEP, found.says, found.share, *found.cited)
        elif modifier not in flat:
            reason, cited = why_unknown(modifier, situation, book)
            work.unknown(STEP, reason, *cited)
            return
    if not carried:
        work.notes.append("No modifier says who gave the anesthesia; the whole amount is shown.")
