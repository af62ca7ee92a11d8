"""Reads denial cases: items as data, with the decision they lead to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from modwise.denying import expecting
from modwise.denying.deciding import Decider
from modwise.denying.item import Adjustment, Indicators, Item, Service
from modwise.knowledge.corpus import corpus
from modwise.reference.tables import Tables

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One case: the item and what is expected of its decision."""

    name: str
    item: Item
    expect: dict[str, Any]


def read(name: str) -> list[Case]:
    content = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    cases = [Case(table["name"], item_of(table), table["expect"]) for table in content["case"]]
    assert len({case.name for case in cases}) == len(cases)
    return cases


def item_of(table: dict[str, Any]) -> Item:
    code, *modifiers = table["line"].split("-")
    facts = table.get("facts", {})
    charge = cents(table["charge"])
    adjustments = tuple(adjustment(text) for text in table.get("adjustments", []))
    paid = cents(table["paid"]) if "paid" in table else charge - sum(a.amount for a in adjustments)
    expected = cents(table["expected"]) if "expected" in table else by_contract(table, facts, code, modifiers)
    given = facts.get("tables", {})
    mue = given.get("mue", {})
    said = {k: v for k, v in given.items() if k not in ("ptp", "mue")} | table.get("indicators", {})
    if "ptp" in given:
        said["pair"] = given["ptp"]["indicator"]
    return Item(
        claim="C1",
        line=1,
        payer=table.get("payer"),
        code=code,
        modifiers=tuple(modifiers),
        charge=charge,
        paid=paid,
        adjustments=adjustments,
        remarks=tuple(table.get("remarks", ())),
        claim_type=table.get("claim_type", "professional"),
        place=table.get("place", "11"),
        units=table.get("units", 1.0),
        expected=expected,
        least=cents(table["least"]) if "least" in table else None,
        service=table.get("service", date(2026, 3, 2)),
        notice=table.get("notice", date(2026, 3, 30)),
        indicators=Indicators(**said, mue=mue.get("value"), mai=mue.get("mai")),
        others=tuple(Service(**{**s, "modifiers": tuple(s.get("modifiers", ()))}) for s in table.get("others", ())),
        facts=facts,
        **{name: table[name] for name in ("status", "recoded", "bundle", "narrative", "attachment", "received") if name in table},
        prior_paid=cents(table["prior_paid"]) if "prior_paid" in table else None,
    )


def by_contract(table: dict[str, Any], facts: dict[str, Any], code: str, modifiers: list[str]) -> int | None:
    row = {
        "payer": table.get("payer"),
        "code": code,
        "modifiers": modifiers,
        "date_from": table.get("service", date(2026, 3, 2)),
        "units": table.get("units", 1.0),
        "charge": cents(table["charge"]),
        "place_of_service": table.get("place", "11"),
        "claim_type": table.get("claim_type", "professional"),
    }
    return expecting.by_contract(row, facts, Tables.open(), corpus())


def adjustment(text: str) -> Adjustment:
    code, amount = text.split(":")
    group, carc = code.split("-")
    return Adjustment(group, carc, cents(amount))


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def differences(case: Case, decider: Decider) -> list[str]:
    """What of the decision differs from what the case expects."""
    found = decider.decide(case.item)
    deadline = found["deadline"] or {}
    flat = {**found, "legal": deadline.get("legal"), "work_by": deadline.get("work_by"), "rule": deadline.get("rule")}
    return [
        f"{key}: expected {wanted!r}, found {flat[key]!r}" for key, wanted in case.expect.items() if flat[key] != (wanted or None)
    ]
