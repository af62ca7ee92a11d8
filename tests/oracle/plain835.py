"""A plain reader of the 835: one segment after the other, as one would first write it. The columnar reader is held equal to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.oracle.plain837 import _component, _day, _get, segments

Rows = dict[str, list[dict[str, Any]]]
MOA = (3, 4, 5, 6, 7)
MIA = (5, 20, 21, 22, 23)


def cents(text: str | None) -> int:
    return int(Decimal(text or "0") * 100)


def read(raw: bytes) -> Rows:
    """The frames as lists of rows, in the order of the file; claims carry their rows until they are known to balance."""
    out: Rows = {name: [] for name in ("payments", "claims", "lines", "adjustments", "remarks", "references", "amounts")}
    out |= {"provider_adjustments": [], "quarantined": []}
    payment: dict[str, Any] = {}
    claim: dict[str, Any] | None = None
    interchange = claims = lines = 0
    loop = ""
    for position, parts, separator in segments(raw):
        name = parts[0]
        if name in ("CLP", "LX", "PLB", "SE", "ST") and claim is not None:
            lines = _close(out, payment, claim, lines)
            claim = None
        if name == "ISA":
            interchange += 1
        elif name == "ST":
            payment = _payment(interchange, len(out["payments"]) + 1, position, parts)
            out["payments"].append(payment)
            loop = ""
        elif name == "SE":
            _finish(out, payment)
        elif name == "PLB":
            _provider(out, payment, position, parts, separator)
        elif name == "CLP":
            claims += 1
            claim = _claim(payment, claims, position, parts)
        elif claim is not None:
            _inside(claim, position, parts, separator)
        else:
            loop = parts[1] if name == "N1" else loop
            _header(payment, loop, parts)
    return out


def _payment(interchange: int, key: int, position: int, parts: list[str]) -> dict[str, Any]:
    names = ("handling", "amount", "method", "date", "trace", "trace_payer", "produced", "payer_name", "payer_id", "payer_site")
    row: dict[str, Any] = dict.fromkeys((*names, "payee_npi", "payee_tin"))
    return row | {
        "payment_key": key,
        "interchange": interchange,
        "position": position,
        "control": parts[2],
        "claims_paid": 0,
        "provider_adjusted": 0,
    }


def _header(row: dict[str, Any], loop: str, parts: list[str]) -> None:
    name = parts[0]
    if name == "BPR":
        amount = cents(_get(parts, 2))
        row |= {"handling": _get(parts, 1), "amount": -amount if parts[3] == "D" else amount, "method": _get(parts, 4)}
        row["date"] = _day(parts[16])
    elif name == "TRN":
        row |= {"trace": _get(parts, 2), "trace_payer": _get(parts, 3)}
    elif name == "DTM" and parts[1] == "405":
        row["produced"] = _day(parts[2])
    elif name == "N1" and loop == "PR":
        row |= {"payer_name": _get(parts, 2), "payer_id": _get(parts, 4)}
    elif name == "REF" and parts[1] == "2U":
        row["payer_id"] = parts[2]
    elif name == "PER" and _get(parts, 3) == "UR":
        row["payer_site"] = parts[4]
    elif name == "N1" and loop == "PE":
        row["payee_npi" if parts[3] == "XX" else "payee_tin"] = _get(parts, 4)
    elif name == "REF" and parts[1] == "TJ" and not row["payee_tin"]:
        row["payee_tin"] = parts[2]


def _finish(out: Rows, row: dict[str, Any]) -> None:
    row["difference"] = row["claims_paid"] - row["provider_adjusted"] - row["amount"]
    if row["difference"]:
        out["quarantined"].append({"level": "payment", "position": row["position"], "difference": row["difference"]})


def _provider(out: Rows, payment: dict[str, Any], position: int, parts: list[str], separator: str) -> None:
    for at in range(3, len(parts) - 1, 2):
        amount = cents(parts[at + 1])
        payment["provider_adjusted"] += amount
        row = {
            "payment_key": payment["payment_key"],
            "position": position,
            "provider": _get(parts, 1),
            "fiscal_date": _day(parts[2]),
        }
        row |= {"reason": _component(parts[at], separator, 1), "reference": _component(parts[at], separator, 2), "amount": amount}
        out["provider_adjustments"].append(row)


def _claim(payment: dict[str, Any], number: int, position: int, parts: list[str]) -> dict[str, Any]:
    names = ("original_ref", "authorization", "contract", "statement_from", "statement_to", "received", "rendering_npi")
    row: dict[str, Any] = dict.fromkeys(names)
    row |= {"claim_key": number, "payment_key": payment["payment_key"], "claim_seq": number, "position": position}
    row |= {"claim_id": _get(parts, 1), "status": _get(parts, 2), "charge": cents(parts[3]), "paid": cents(parts[4])}
    row |= {"patient_responsibility": cents(parts[5]) if _get(parts, 5) else None, "filing_indicator": _get(parts, 6)}
    row |= {"payer_control": _get(parts, 7), "facility": _get(parts, 8), "frequency": _get(parts, 9), "drg": _get(parts, 11)}
    return {
        "row": row,
        "lines": [],
        "adjustments": [],
        "remarks": [],
        "references": [],
        "amounts": [],
        "inpatient": False,
        "members": {},
    }


def _inside(claim: dict[str, Any], position: int, parts: list[str], separator: str) -> None:
    name = parts[0]
    owner = {"claim_key": claim["row"]["claim_key"], "line_key": len(claim["lines"]) or None, "position": position}
    row = claim["lines"][-1] if claim["lines"] else claim["row"]
    at_line = bool(claim["lines"])
    if name == "SVC":
        claim["lines"].append(_line(claim, position, parts, separator))
    elif name == "CAS":
        for at in range(2, len(parts), 3):
            more = {"group": parts[1], "carc": parts[at], "amount": cents(parts[at + 1])}
            quantity = _get(parts, at + 2)
            claim["adjustments"].append(owner | more | {"quantity": float(quantity) if quantity else None})
    elif name == "LQ":
        claim["remarks"].append(owner | {"code": parts[2], "where": "LQ", "qualifier": parts[1]})
    elif name in ("MOA", "MIA"):
        claim["inpatient"] |= name == "MIA"
        for at in MOA if name == "MOA" else MIA:
            if _get(parts, at):
                claim["remarks"].append(owner | {"code": parts[at], "where": name, "qualifier": None})
    elif name == "REF":
        if not (at_line and parts[1] in ("6R", "HPI")):
            claim["references"].append(owner | {"qualifier": parts[1], "value": parts[2]})
        names = (
            {"6R": "line_control", "HPI": "rendering_npi"}
            if at_line
            else {"F8": "original_ref", "G1": "authorization", "CE": "contract"}
        )
        if parts[1] in names:
            row[names[parts[1]]] = parts[2]
    elif name == "AMT":
        if not at_line:
            claim["amounts"].append(owner | {"qualifier": parts[1], "amount": cents(parts[2])})
        else:
            row[{"B6": "allowed", "KH": "late_reduction"}[parts[1]]] = cents(parts[2])
    elif name == "DTM":
        row.setdefault("days", {})[parts[1]] = _day(parts[2])
    elif name == "NM1" and parts[1] == "82":
        row["rendering_npi"] = _get(parts, 9)
    elif name == "NM1":
        claim["members"][parts[1]] = _get(parts, 9)


def _line(claim: dict[str, Any], position: int, parts: list[str], separator: str) -> dict[str, Any]:
    decided, sent = parts[1], _get(parts, 6) or parts[1]
    paid = float(_get(parts, 5) or 1)
    revenue = _get(parts, 4) or (_component(decided, separator, 2) if decided.startswith("NU") else None)
    row: dict[str, Any] = dict.fromkeys(("line_control", "rendering_npi", "allowed", "late_reduction"))
    row |= {"line": len(claim["lines"]) + 1, "claim_key": claim["row"]["claim_key"], "position": position, "revenue_code": revenue}
    row |= {"code": _code(decided, separator), "modifiers": _modifiers(decided, separator), "recoded": _get(parts, 6) is not None}
    row |= {"submitted_code": _code(sent, separator), "submitted_modifiers": _modifiers(sent, separator)}
    row |= {
        "charge": cents(parts[2]),
        "paid": cents(parts[3]),
        "units_paid": paid,
        "units_submitted": float(_get(parts, 7) or paid),
    }
    return row


def _code(composite: str, separator: str) -> str | None:
    return None if composite.startswith("NU") else _component(composite, separator, 2)


def _modifiers(composite: str, separator: str) -> list[str]:
    return [m for m in (_component(composite, separator, n) for n in (3, 4, 5, 6)) if m]


def _close(out: Rows, payment: dict[str, Any], claim: dict[str, Any], lines: int) -> int:
    row = claim["row"]
    payment["claims_paid"] += row["paid"]
    days = row.pop("days", {})
    row |= {"statement_from": days.get("232"), "statement_to": days.get("233", days.get("232")), "received": days.get("050")}
    row["member"] = claim["members"].get("IL") or claim["members"].get("QC")
    facility = claim["inpatient"] or any(line["revenue_code"] for line in claim["lines"])
    row["claim_type"] = "institutional" if facility else "professional" if claim["lines"] else None
    row["adjusted"] = sum(a["amount"] for a in claim["adjustments"] if a["line_key"] is None)
    off = []
    for number, line in enumerate(claim["lines"], 1):
        own = line.pop("days", {})
        first = own.get("472", own.get("150", row["statement_from"]))
        last = own.get("472", own.get("151", own.get("150", row["statement_to"])))
        line |= {"line_key": lines + number, "date_from": first, "date_to": last}
        line["adjusted"] = sum(a["amount"] for a in claim["adjustments"] if a["line_key"] == number)
        if wrong := line["charge"] - line["adjusted"] - line["paid"]:
            off.append({"level": "line", "position": line["position"], "difference": wrong})
    if not off:
        off = _claim_off(claim)
    for rows in (claim["adjustments"], claim["remarks"], claim["references"], claim["amounts"]):
        for item in rows:
            item["line_key"] = item["line_key"] and lines + item["line_key"]
    if off:
        out["quarantined"] += off
    else:
        out["claims"].append(row)
        for name in ("lines", "adjustments", "remarks", "references", "amounts"):
            out[name] += claim[name]
    return lines + len(claim["lines"])


def _claim_off(claim: dict[str, Any]) -> list[dict[str, Any]]:
    row = claim["row"]
    charges = sum(line["charge"] for line in claim["lines"]) - row["charge"] if claim["lines"] else 0
    paid = row["charge"] - sum(a["amount"] for a in claim["adjustments"]) - row["paid"]
    if not charges and not paid:
        return []
    return [{"level": "claim", "position": row["position"], "difference": charges or paid}]
