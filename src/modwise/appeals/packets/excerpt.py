"""The remittance excerpt: this claim's rows and no others, with the codes in our own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modwise.appeals.ledger import Ledger
from modwise.appeals.packets import sheets
from modwise.appeals.packets.sheets import Block, value

_ROWS = (
    ("Payer", "payer_name"),
    ("Notice date", "notice_date"),
    ("Payment reference", "payment_trace"),
    ("Payee", "billing_name"),
    ("Payee NPI", "billing_npi"),
    ("Payer claim number", "payer_control"),
    ("Account number", "account"),
    ("Patient", "patient_name"),
    ("Member number", "member_id"),
    ("Rendering provider", "rendering_name"),
    ("Date of service", "service_date"),
    ("Claim charge", "claim_charge"),
)


def excerpt(name: str, ledger: Ledger) -> Iterator[Block]:
    """The blocks of the excerpt."""
    typed = not ledger.item.get("file")
    yield sheets.title(name)
    yield sheets.text(
        "Typed from the payer's explanation of benefits."
        if typed
        else "Excerpt of the electronic remittance advice (835): this claim only.",
        small=True,
    )
    yield sheets.pairs((label, value(ledger, fact)) for label, fact in _ROWS)
    yield sheets.heading("Service lines as decided")
    rows = list(_lines(ledger)) or [_denied(ledger.item, str(ledger.item.get("line") or ""))]
    head = ("Line", "Service", "Charge", "Paid", "Adjustments and remarks")
    yield sheets.table(head, rows, widths=(0, 0, 0, 0, 1), right=(2, 3))
    meanings = list(_meanings(ledger))
    if meanings:
        yield sheets.heading("What the codes say, in our own words")
        yield sheets.items(meanings)


def _lines(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    """Every line of the claim; adjustments stand at the line the letter is about."""
    number = 1
    mine = str(ledger.item.get("line") or "")
    told = False
    while ledger.find(f"paid_line.{number}.code"):
        lead = f"paid_line.{number}"
        code = "-".join([ledger.find(f"{lead}.code")[0].value, *(fact.value for fact in ledger.find(f"{lead}.modifier"))])
        money = tuple(value(ledger, f"{lead}.{name}") or "" for name in ("charge", "paid"))
        own = not told and code == _code(ledger.item) and (mine in ("", str(number)) or not _at(ledger, mine))
        told = told or own
        yield (str(number), code, *money, _reasons(ledger.item) if own else "")
        number += 1
    if number > 1 and not told:
        yield _denied(ledger.item, mine)


def _at(ledger: Ledger, line: str) -> bool:
    """Whether the remittance's line of that number carries the code in question."""
    found = ledger.find(f"paid_line.{line}.code")
    return bool(found) and found[0].value == ledger.item.get("code")


def _denied(item: Mapping[str, Any], line: str) -> tuple[str, ...]:
    return (line, _code(item), _dollars(item.get("charge")), _dollars(item.get("paid")), _reasons(item))


def _code(item: Mapping[str, Any]) -> str:
    return "-".join([str(item.get("code") or ""), *item.get("modifiers", ())])


def _reasons(item: Mapping[str, Any]) -> str:
    adjusted = [f"{a['group']}-{a['carc']} {_dollars(a['amount'])}" for a in item.get("adjustments", ())]
    return ", ".join([*adjusted, *item.get("rarc", ())])


def _dollars(amount: str | None) -> str:
    from modwise.appeals.wording import amount as written

    return written(amount) if amount else ""


def _meanings(ledger: Ledger) -> Iterator[str]:
    for name in ("carc_meaning", "rarc_meaning"):
        for fact in ledger.find(name):
            code = str(fact.source.place or "")
            group = f"{ledger.item.get('group')}-" if name == "carc_meaning" and ledger.item.get("group") else ""
            yield f"{group}{code}: {fact.value}."
