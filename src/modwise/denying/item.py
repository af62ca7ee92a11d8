"""A line of a remit as the decision tables see it: what came back, what was sent, what the tables and the user say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Adjustment:
    """One adjustment in cents; positive lowers the payment."""

    group: str
    carc: str
    amount: int


@dataclass(frozen=True)
class Service:
    """Another service of the patient's day: what decides whether it bundles or holds a global period."""

    code: str
    modifiers: tuple[str, ...] = ()
    date: date | None = None
    paid: int | None = None
    global_days: str | None = None


@dataclass(frozen=True)
class Indicators:
    """What the CMS tables, or the user, say of the code on its day; null = not known."""

    pc_tc: str | None = None
    bilateral: str | None = None
    assistant: str | None = None
    co_surgeon: str | None = None
    team: str | None = None
    multiple: str | None = None
    global_days: str | None = None
    status: str | None = None
    pair: str | None = None
    mue: int | None = None
    mai: str | None = None


@dataclass(frozen=True)
class Item:
    """One line (or a claim without lines) of a remit. Money is cents; null = not known, never a guess.

    `modifiers` are those submitted, `decided_modifiers` those adjudicated. `prior_paid` is what a reversed payment had been, `exact` whether the expected amount is firm enough to call another one wrong,
    `least` the amount from which the user pursues a line.
    """

    claim: str
    line: int | None
    payer: str | None
    code: str | None
    modifiers: tuple[str, ...]
    charge: int
    paid: int
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    status: str = "1"
    claim_type: str | None = None
    place: str | None = None
    decided_code: str | None = None
    decided_modifiers: tuple[str, ...] = ()
    recoded: bool = False
    units: float | None = None
    allowed: int | None = None
    expected: int | None = None
    exact: bool = True
    least: int | None = None
    service: date | None = None
    notice: date | None = None
    received: date | None = None
    bundle: str = "none"
    prior_paid: int | None = None
    replaced: bool = False
    narrative: bool | None = None
    attachment: bool | None = None
    indicators: Indicators = field(default_factory=Indicators)
    others: tuple[Service, ...] = ()
    facts: Facts = field(default_factory=dict)
