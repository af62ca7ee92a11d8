"""Runs price cases, which are data: lines of one day, what each should come to, and why.

A file holds `[[row]]` tables, which name a row of the fee schedule and what differs in it from the plain one, and `[[case]]` tables.
The plain row: active, work 6, practice expense 3 (facility 1), malpractice 1, conversion factor 10.0000: 100.00, in a facility 80.00.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from modwise.knowledge.corpus import corpus
from modwise.pricing import contract
from modwise.pricing.asking import line as written
from modwise.pricing.engine import price_day
from modwise.pricing.fees import FeeBook
from modwise.pricing.learnt import of_rows
from modwise.pricing.model import Line, Priced, Situation
from modwise.pricing.money import shown
from modwise.pricing.rating import Book
from modwise.reference.tables import Tables

HERE = Path(__file__).parent
DAY = date(2026, 7, 15)
PLAIN: dict[str, Any] = {
    "row": "",
    "status": "A",
    "component": "0",
    "global_days": "000",
    "multiple": "0",
    "bilateral": "0",
    "assistant": "2",
    "cosurgeon": "2",
    "team": "2",
    "work_rvu": "6.00",
    "pe_nonfacility_rvu": "3.00",
    "pe_facility_rvu": "1.00",
    "mp_rvu": "1.00",
    "pre": "0.00",
    "intra": "0.00",
    "post": "0.00",
    "conversion_factor": "10.0000",
}


@dataclass(frozen=True)
class Case:
    """One case with the tables of its file."""

    file: str
    table: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    other: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.file}: {self.table['name']}"


def cases() -> list[Case]:
    """All cases of the folder."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = tuple({**PLAIN, **row} for row in content.get("row", []))
        found += [Case(path.stem, table, rows, content.get("tables", {})) for table in content["case"]]
    return found


def book(case: Case) -> Book:
    """The book of a case: its rows, else the starter set; its contract and what was learnt, if any."""
    tables = Tables.of_rows({"fee_schedule": case.rows, **case.other}) if case.rows else Tables.of_starter()
    agreed = {"": contract.of_table(case.table["contract"])} if "contract" in case.table else {}
    return Book(corpus(), FeeBook(tables), agreed, of_rows(case.table.get("learnt", [])))


def situation(case: Case) -> Situation:
    """Payer, day and place of a case."""
    table = case.table
    return Situation(
        table.get("payer"), table.get("date", DAY), table.get("setting", "professional"), table.get("mac"), table.get("locality")
    )


def lines(case: Case) -> list[Line]:
    """The lines of a case, each as text or as a table with `line`."""
    found = []
    for said in case.table["lines"]:
        table = {"line": said} if isinstance(said, str) else said
        plain = written(table["line"], corpus())
        found.append(
            Line(
                plain.code,
                plain.modifiers,
                plain.units,
                place=table.get("place", case.table.get("place")),
                charge=Decimal(table["charge"]) if "charge" in table else None,
                care_days=table.get("care_days"),
                minutes=table.get("minutes"),
                base_units=Decimal(table["base_units"]) if "base_units" in table else None,
            )
        )
    return found


def priced(case: Case) -> list[Priced]:
    """The prices of a case."""
    return price_day(lines(case), situation(case), book(case))


def differences(case: Case) -> list[str]:
    """What is not as the case expects."""
    found = priced(case)
    problems = []
    for number, (price, wanted) in enumerate(zip(found, case.table["expect"], strict=True), 1):
        seen = {
            "allowed": shown(price.allowed),
            "outcome": price.outcome,
            "share": None if price.share is None else f"{price.share.quantize(Decimal('0.0001'))}",
            "quality": price.rate.quality,
            "basis": price.rate.basis,
            "payment": shown(price.payment.get("payment")),
        }
        wanted = {"allowed": wanted} if isinstance(wanted, str) else dict(wanted)
        if wanted.get("allowed") in ("unknown", "not_payable"):
            wanted["outcome"] = wanted.pop("allowed")
        for key, value in wanted.items():
            told = " ".join((*price.reasons, *price.notes, *(step.says for step in price.steps)))
            if (key == "says" and value not in told) or (key != "says" and seen[key] != value):
                problems.append(f"line {number} {price.line.name}: {key} {value!r}, not {told if key == 'says' else seen[key]!r}")
    return problems
