"""A question about one line, as the fronts put it: read, checked, answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from modwise.errors import UsageError
from modwise.knowledge.corpus import Corpus, corpus
from modwise.pricing import contract as contracts
from modwise.pricing import learnt, showing
from modwise.pricing.contract import Contract
from modwise.pricing.engine import price_day
from modwise.pricing.fees import FeeBook
from modwise.pricing.model import FACILITY, PROFESSIONAL, Line, Situation
from modwise.pricing.money import read_amount, read_share
from modwise.pricing.rating import Book

Json = dict[str, Any]
CODE = re.compile(r"[0-9A-Z]{5}")
WRITTEN = re.compile(r"([0-9A-Z]{5})((?:-[0-9A-Z]{2})*)(?:X(\d+(?:\.\d+)?))?")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What may be said beside code, modifiers, payer and day; every value as text, None where not known.

    `others`: the other lines of the day, "CODE-MOD" or "CODE-MODx2". `contract`: a file, or its table. `factors`: shares by modifier.
    """

    setting: str = PROFESSIONAL
    place: str | None = None
    mac: str | None = None
    locality: str | None = None
    units: str = "1"
    charge: str | None = None
    rate: str | None = None
    contract: str | Path | Mapping[str, Any] | None = None
    factors: Mapping[str, str] | None = None
    care_days: int | None = None
    minutes: int | None = None
    base_units: str | None = None
    others: Sequence[str] = ()


def terms_of(said: Mapping[str, Any]) -> Terms:
    """The terms by name. Raises UsageError for one that does not exist."""
    names = [one.name for one in fields(Terms)]
    if unknown := sorted(set(said) - set(names)):
        raise UsageError(f"no term {', '.join(unknown)}", hint=f"Terms: {', '.join(names)}.", code="unknown-term")
    return Terms(**said)


def price(code: str, modifiers: Sequence[str], payer: str | None, day: date, terms: Terms, home: Path | None = None) -> Json:
    """The price of the line with its steps. Raises UsageError for what cannot be read, InputError for a broken file."""
    knowledge = corpus()
    situation = _situation(payer, day, terms, knowledge)
    agreed = _contract(terms)
    named = f"{code.strip().upper()}{''.join(f'-{m.strip().upper()}' for m in modifiers)}"
    first = replace(
        line(named, knowledge),
        units=_number(terms.units, "units"),
        place=terms.place,
        charge=None if terms.charge is None else read_amount(terms.charge, "the charge"),
        care_days=terms.care_days,
        minutes=terms.minutes,
        base_units=None if terms.base_units is None else _number(terms.base_units, "base units"),
    )
    others = [replace(line(text, knowledge), place=terms.place) for text in terms.others]
    tables = None
    if home is not None:
        from modwise.reference.tables import Tables

        tables = Tables.open(home)
    book = Book(knowledge, FeeBook(tables), {"": agreed} if agreed else {}, learnt.load(home))
    return showing.answer(price_day([first, *others], situation, book), situation, book)


def line(text: str, knowledge: Corpus) -> Line:
    """A line written as "CODE", "CODE-MOD-MOD" or with "x2" for units. Raises UsageError for anything else."""
    found = WRITTEN.fullmatch(text.strip().upper())
    if not found:
        raise UsageError(
            "a line is not written as a code with modifiers", hint="Write it as 45385-59 or 97110-GPx2.", code="bad-line"
        )
    modifiers = tuple(part for part in found[2].split("-") if part)
    for modifier in modifiers:
        knowledge.modifier(modifier)
    return Line(found[1], modifiers, Decimal(found[3] or 1))


def _situation(payer: str | None, day: date, terms: Terms, knowledge: Corpus) -> Situation:
    if payer is not None:
        knowledge.payer(payer)
    if terms.setting not in (PROFESSIONAL, *FACILITY):
        hint = f"Settings: {', '.join((PROFESSIONAL, *FACILITY))}."
        raise UsageError(f"no setting {terms.setting!r}", hint=hint, code="unknown-setting")
    for name, value in (("mac", terms.mac), ("locality", terms.locality), ("place", terms.place)):
        if value is not None and not re.fullmatch(r"[0-9A-Z]{1,5}", value):
            raise UsageError(f"{name} is not a number of up to five characters", code="bad-place")
    return Situation(payer, day, terms.setting, terms.mac, terms.locality)


def _contract(terms: Terms) -> Contract | None:
    given = terms.contract
    if given is None:
        agreed = None
    elif isinstance(given, Mapping):
        agreed = contracts.of_table(given)
    else:
        agreed = contracts.read(Path(given))
    if terms.rate is None and not terms.factors:
        return agreed
    agreed = agreed or Contract(name="what was given")
    if terms.rate is not None:
        agreed = replace(agreed, rate=read_amount(terms.rate, "the rate"))
    shares = {modifier.upper(): read_share(text, f"the factor of {modifier}") for modifier, text in (terms.factors or {}).items()}
    return replace(agreed, factors={**agreed.factors, **shares})


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 < number <= 9999:
        raise UsageError(f"{what} must be a number above 0, at most 9999", code="bad-number")
    return number
