"""A price as the plain values that every front shows: money as text, steps with their sources."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from modwise.pricing.model import Cited, Priced, Situation, Step
from modwise.pricing.money import shown
from modwise.pricing.policy import Policy
from modwise.pricing.rating import Book

Json = dict[str, Any]
PLACES = Decimal("0.000001")


def line_of(priced: Priced) -> Json:
    """One line: code, modifiers, units, outcome, expected, share, rate, steps, reasons, notes, payment."""
    return {
        "code": priced.line.code,
        "modifiers": list(priced.line.modifiers),
        "units": f"{priced.line.units:f}",
        "place_of_service": priced.line.place,
        "charge": shown(priced.line.charge),
        "outcome": priced.outcome,
        "expected": shown(priced.allowed),
        "share": _factor(priced.share),
        "rate": {
            "amount": shown(priced.rate.amount),
            "basis": priced.rate.basis,
            "quality": priced.rate.quality,
            "says": priced.rate.says,
        },
        "steps": [_step(step) for step in priced.steps],
        "reasons": list(priced.reasons),
        "notes": list(priced.notes),
        "payment": {name: shown(amount) for name, amount in priced.payment.items()} or None,
    }


def _step(step: Step) -> Json:
    return {
        "step": step.step,
        "says": step.says,
        "factor": _factor(step.factor),
        "amount": shown(step.amount),
        "facts": [cited.as_dict() for cited in step.cited],
    }


def _factor(factor: Decimal | None) -> str | None:
    """The factor without idle zeros, six decimals at most."""
    if factor is None:
        return None
    exact = factor.quantize(PLACES) if -int(factor.as_tuple().exponent) > 6 else factor
    text = f"{exact:f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')}"


def alternatives(priced: Priced, policy: Policy) -> list[Json]:
    """What other payers say of the line's modifiers, each apart."""
    found = []
    for modifier in dict.fromkeys(priced.line.modifiers):
        for cited in policy.others(f"{modifier}.payment"):
            if cited.payer not in policy.line:
                found.append({"modifier": modifier, **cited.as_dict()})
    return found


def answer(lines: list[Priced], situation: Situation, book: Book) -> Json:
    """The whole answer about the first line; `lines` holds the others of the day."""
    first, *others = lines
    policy = book.policy(situation)
    gpci = book.gpci(situation)
    where = {"mac": situation.mac, "locality": situation.locality, "indices": gpci.says}
    cited = [cited for priced in lines for step in priced.steps for cited in step.cited]
    table: Json = {
        **line_of(first),
        "payer": policy.payer,
        "payer_named": situation.payer is not None,
        "date": situation.day.isoformat(),
        "setting": situation.setting,
        "place": where,
        "rounding": "each step to the cent, half up",
        "lines": [line_of(priced) for priced in others],
        "alternatives": alternatives(first, policy),
    }
    table["sources"] = [{"key": key, **book.knowledge.sources[key]} for key in _keys(cited, table["alternatives"])]
    return table


def _keys(cited: Iterable[Cited], others: Iterable[Json]) -> list[str]:
    keys = [key for one in cited for key in one.source] + [key for one in others for key in one["source"]]
    return list(dict.fromkeys(keys))
