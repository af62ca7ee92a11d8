"""A ledger made by hand beside the hand-made letter: one patient, one claim, one note."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from modwise.appeals.ledger import Authority, Exhibit, Fact, Ledger, Source
from modwise.appeals.letter import Letter, Sentence
from tests.paper.letters import letter

NOTE = (
    "OPERATIVE REPORT\nPatient: Evelyn R. Marsh\nDate: 10 February 2026\n\nFINDINGS\tasymmetry\n"
    "Right tonsil removed by extracapsular\n  dissection. Left tonsil normal, not removed.\n"
    "\fPage two is not quoted: HIDDEN MARKER.\n"
    "\fPage three.\nNo complication. No early termination.\n"
)
QUOTES = ("Right tonsil removed by extracapsular\n  dissection", "No early termination")


def spans() -> tuple[tuple[int, int], ...]:
    return tuple((NOTE.index(quote), NOTE.index(quote) + len(quote)) for quote in QUOTES)


def fact(kind: Any, name: str, value: str, source: str = "claim", number: int = 1, **more: Any) -> Fact:
    return Fact(name if number == 1 else f"{name}.{number}", kind, name, value, Source(source, **more))  # type: ignore[arg-type]


def facts() -> list[Fact]:
    return [
        fact("name", "patient_name", "EVELYN R. MARSH"),
        fact("identifier", "member_id", "1EG4TE5MK73"),
        fact("identifier", "payer_control", "2226079123450", "remit"),
        fact("identifier", "account", "NG-77120-1"),
        fact("name", "payer_name", "EXAMPLE MEDICARE CONTRACTOR", "remit"),
        fact("date", "notice_date", "2026-03-20", "remit"),
        fact("date", "service_date", "2026-02-10"),
        fact("code", "code_modifier", "42826-52"),
        fact("name", "rendering_name", "TOMAS ALBRECHT"),
        fact("amount", "claim_charge", "1050.00", "remit"),
        fact("code", "paid_line.1.code", "42826", "remit"),
        fact("modifier", "paid_line.1.modifier", "52", "remit"),
        fact("amount", "paid_line.1.charge", "900.00", "remit"),
        fact("amount", "paid_line.1.paid", "0.00", "remit"),
        fact("code", "paid_line.2.code", "99213", "remit"),
        fact("amount", "paid_line.2.charge", "150.00", "remit"),
        fact("amount", "paid_line.2.paid", "71.15", "remit"),
        fact("statement", "carc_meaning", "a record that was asked for has not come", "table", place="252"),
        fact("indicator", "indicator.bilateral", "0", "table", place="Medicare physician fee schedule, edition 2026C"),
        fact("indicator", "indicator.team", "9", "table", place="a figure that the letter does not use"),
    ]


def ledger(one: Letter, *, form: tuple[str, ...] = ("CMS-20027, or a letter with the same elements",), **changed: Any) -> Ledger:
    item = {
        "file": "a.835",
        "claim": "NG-77120-1",
        "line": 1,
        "code": "42826",
        "modifiers": ["52"],
        "charge": "900.00",
        "paid": "0.00",
        "group": "CO",
        "carc": "252",
        "rarc": ["M29"],
        "adjustments": [{"group": "CO", "carc": "252", "amount": "900.00"}],
    }
    made = Ledger(
        made={"today": "2026-05-18"},
        item=item,
        route={"kind": "appeal", "payer": "medicare-part-b", "level": 1, "form": list(form)},
        facts=facts(),
        authorities=[
            Authority("m", "Medicare Claims Processing Manual, chapter 12", ("A concise statement and a report are owed.",), "2026")
        ],
        exhibits=[
            Exhibit("A", "Remittance advice", "remit", "a.835", (1,)),
            Exhibit("B", "Operative report", "note", "absent-note.txt", (1, 3), spans()),
        ],
        letter=one.as_dict(),
        documents={"absent-note.txt": NOTE},
    )
    return replace(made, **changed)


def letter_and_ledger(**changed: Any) -> tuple[Letter, Ledger]:
    one = letter()
    one.sections[0].blocks[0]
    one.reference.append(type(one.reference[0])("Table", Sentence("bilateral indicator 0", ("indicator.bilateral",))))
    return one, ledger(one, **changed)
