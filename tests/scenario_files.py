"""Scenario data → the 837 that was sent and the balanced 835 that answered it."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from modwise.x12.writer import Group, Interchange, Segment, TransactionSet, money, write
from tests.remit_files import Adjust, Claim, Payment, Service, remit_file

DATA = Path(__file__).with_name("scenarios.toml")
NPI = "1999999984"


@dataclass(frozen=True)
class Built:
    """One scenario: its data, the remits as objects and bytes (the later one last), and the 837."""

    scenario: Mapping[str, Any]
    payments: tuple[Payment, ...]
    remits: tuple[bytes, ...]
    claims: bytes

    @property
    def id(self) -> str:
        return str(self.scenario["id"])


def scenarios() -> list[Mapping[str, Any]]:
    """The scenarios as written down."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))["scenario"]  # type: ignore[no-any-return]


def build(scenario: Mapping[str, Any], *, controls: bool = True) -> Built:
    """The files of one scenario; without `controls` no line control number is sent, so none comes back."""
    first = _claim(scenario, scenario, controls)
    payments = [_payment(scenario, scenario["paid"], (first,), "1")]
    later = scenario.get("later")
    if later:
        again = replace(_claim(scenario, later, controls), original=first.control)
        answered = ((replace(first.reversed(), outpatient=tuple(later.get("outpatient", ()))),) if later.get("reverse") else ()) + (
            again,
        )
        provider = tuple((p["reason"], p["reference"], cents(p["amount"])) for p in later.get("provider", ()))
        payments.append(replace(_payment(scenario, later["paid"], answered, "2"), provider=provider))
    return Built(scenario, tuple(payments), tuple(remit_file(p) for p in payments), claim_file(scenario, controls=controls))


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def _payment(scenario: Mapping[str, Any], day: dt.date, claims: tuple[Claim, ...], number: str) -> Payment:
    payer = scenario["payer"]
    return Payment(claims, payer["name"], payer.get("id", ""), npi=NPI, date=day, trace=f"{scenario['id']}-{number}")


def _claim(scenario: Mapping[str, Any], answer: Mapping[str, Any], controls: bool) -> Claim:
    key = scenario["id"]
    services = tuple(_service(scenario, line, f"{key}-{n}" if controls else "") for n, line in enumerate(answer["lines"], 1))
    return Claim(
        f"CLM-{key}",
        services,
        filing=scenario["payer"]["filing"],
        control=f"ICN-{key}",
        facility=scenario["place"],
        member=f"MEM{key}",
        outpatient=tuple(answer.get("outpatient", ())),
        statement=(scenario["served"],),
    )


def _service(scenario: Mapping[str, Any], line: Mapping[str, Any], control: str) -> Service:
    decided = line.get("decided")
    sent = (line["code"], *line.get("modifiers", ()))
    code, *modifiers = decided or sent
    return Service(
        code,
        cents(line["charge"]),
        tuple(modifiers),
        tuple(adjust(text) for text in line["adjust"]),
        units=line.get("units_paid", line.get("units", 1)),
        sent=sent if decided else (),
        sent_units=line.get("units", 1) if "units_paid" in line else None,
        revenue=line.get("revenue", ""),
        begins=scenario["served"],
        control=control,
        remarks=tuple(line.get("remarks", ())),
    )


def adjust(text: str) -> Adjust:
    """CO-45:12.00 as an adjustment."""
    code, amount = text.split(":")
    group, carc = code.split("-")
    return Adjust(group, carc, cents(amount))


def claim_file(*scenarios: Mapping[str, Any], controls: bool = True) -> bytes:
    """One 837 interchange with the claims of the scenarios; professional and facility claims in groups of their own."""
    groups = []
    for facility, version in ((False, "005010X222A1"), (True, "005010X223A2")):
        mine = [s for s in scenarios if s.get("facility", False) == facility]
        if mine:
            segments = [part for number, s in enumerate(mine) for part in _sent(s, number, controls)]
            sets = [TransactionSet("837", [("BHT", "0019", "00", "1", "20260101", "1200", "CH"), *segments], version)]
            groups.append(Group("HC", version, sets))
    return write([Interchange(groups)])


def _sent(scenario: Mapping[str, Any], number: int, controls: bool) -> list[Segment]:
    key, payer = scenario["id"], scenario["payer"]
    facility = scenario.get("facility", False)
    level = 2 * number + 1
    total = money(sum(cents(line["charge"]) for line in scenario["lines"]))
    found: list[Segment] = [
        ("HL", level, "", "20", "1"),
        ("NM1", "85", "2", "INVENTED CLINIC", *[None] * 4, "XX", NPI),
        ("HL", level + 1, level, "22", "0"),
        ("SBR", "P", "18", *[None] * 6, payer["filing"]),
        ("NM1", "IL", "1", "DOE", "PAT", *[None] * 3, "MI", f"MEM{key}"),
        ("NM1", "PR", "2", payer["name"], *[None] * 4, "PI", payer.get("id", "99999")),
        (
            "CLM",
            f"CLM-{key}",
            total,
            "",
            "",
            (scenario["place"], "A" if facility else "B", scenario.get("frequency", "1")),
            *"YAYY",
        ),
    ]
    if scenario.get("original"):
        found.append(("REF", "F8", scenario["original"]))
    if scenario.get("narrative"):
        found.append(("NTE", "ADD", scenario["narrative"]))
    found.append(("HI", ("ABK", "R69")))
    for place, line in enumerate(scenario["lines"], 1):
        found += _sent_line(scenario, line, place, f"{key}-{place}" if controls else "")
    return found


def _sent_line(scenario: Mapping[str, Any], line: Mapping[str, Any], place: int, control: str) -> list[Segment]:
    composite = ("HC", line["code"], *line.get("modifiers", ()))
    amount, units = money(cents(line["charge"])), line.get("units", 1)
    service: Segment = ("SV1", composite, amount, "UN", units, "", "", "1")
    if scenario.get("facility"):
        service = ("SV2", line["revenue"], composite, amount, "UN", units)
    found: list[Segment] = [("LX", place), service, ("DTP", "472", "D8", scenario["served"])]
    if control:
        found.append(("REF", "6R", control))
    if line.get("narrative"):
        found.append(("NTE", "ADD", line["narrative"]))
    return found
