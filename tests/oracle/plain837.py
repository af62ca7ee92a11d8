"""A plain reader of the 837: one segment after the other, as one would first write it. The columnar reader is held equal to it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

DIAGNOSES = {"ABK", "ABF", "BK", "BF"}


def segments(raw: bytes) -> list[tuple[int, list[str], str]]:
    """(byte offset, elements with the identifier first, component separator) of every segment of every interchange."""
    found = []
    place = 0
    while True:
        while place < len(raw) and raw[place] in b" \t\r\n":
            place += 1
        if place >= len(raw):
            return found
        element, component, terminator = raw[place + 3 : place + 4], raw[place + 104 : place + 105], raw[place + 105 : place + 106]
        while True:
            end = raw.index(terminator, place)
            text = _text(raw[place:end])
            parts = text.split(element.decode())
            found.append((place, parts, component.decode()))
            place = end + 1
            while place < len(raw) and raw[place] in b" \t\r\n":
                place += 1
            if parts[0] == "IEA" or place >= len(raw):
                break


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _get(parts: list[str], number: int) -> str | None:
    return parts[number] if len(parts) > number and parts[number] else None


def _component(value: str | None, separator: str, number: int) -> str | None:
    pieces = (value or "").split(separator)
    return pieces[number - 1] if len(pieces) >= number and pieces[number - 1] else None


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC).date()


def read(raw: bytes) -> list[dict[str, Any]]:
    """One dictionary a service line, with the columns of the lines frame (patient as a plain tuple, payer left out)."""
    lines: list[dict[str, Any]] = []
    state: dict[str, Any] = {"interchange": 0, "claims": 0}
    billing: dict[str, Any] = {}
    subscriber: dict[str, Any] = {}
    patient: dict[str, Any] = {}
    claim: dict[str, Any] | None = None
    line: dict[str, Any] | None = None
    header = ""
    for place, parts, sep in segments(raw):
        name = parts[0]
        if name == "ISA":
            state["interchange"] += 1
        elif name == "GS":
            state["institutional"] = parts[8].startswith("005010X223")
        elif name == "HL":
            claim = line = None
            header = parts[3]
            if header == "20":
                billing, subscriber, patient = {}, {}, {}
            elif header == "22":
                subscriber, patient = {}, {}
            else:
                patient = {"there": True}
        elif name in ("ST", "SE"):
            claim = line = None
            header = ""
        elif name == "CLM":
            state["claims"] += 1
            line = None
            header = "claim"
            claim = {
                "claim_id": _get(parts, 1),
                "claim_seq": state["claims"],
                "place": _component(_get(parts, 5), sep, 1),
                "frequency": _component(_get(parts, 5), sep, 3),
                "dx": [],
                "other_payer": False,
                "counter": None,
                "subscriber": subscriber,
                "billing": billing,
                "patient": patient,
            }
        elif claim is None:
            _header(header, name, parts, billing, subscriber, patient)
        elif name == "LX":
            claim["counter"], line = int(parts[1]), None
        elif name in ("SV1", "SV2"):
            line = _line(name, parts, sep, claim, state, place)
            lines.append(line)
        elif line is not None:
            _line_part(name, parts, line)
        elif name == "SBR":
            claim["other_payer"] = True
        elif not claim["other_payer"] and claim["counter"] is None:
            _claim_part(name, parts, sep, claim)
    return [_finished(line) for line in lines]


def _header(
    header: str, name: str, parts: list[str], billing: dict[str, Any], subscriber: dict[str, Any], patient: dict[str, Any]
) -> None:
    if header == "20":
        if name == "NM1" and parts[1] == "85" and "npi" not in billing:
            billing["npi"] = _get(parts, 9) if _get(parts, 8) == "XX" else None
        elif name == "PRV" and parts[1] == "BI":
            billing.setdefault("taxonomy", _get(parts, 3))
    elif header == "22":
        if name == "SBR":
            subscriber.setdefault("filing", _get(parts, 9))
        elif name == "NM1" and parts[1] == "IL":
            subscriber.setdefault("member", _get(parts, 9))
        elif name == "NM1" and parts[1] == "PR" and "payer_id" not in subscriber:
            subscriber.update(payer_id=_get(parts, 9), payer_name=_get(parts, 3))
    elif header == "23":
        if name == "NM1" and parts[1] == "QC":
            patient.setdefault("name", (_get(parts, 3), _get(parts, 4)))
        elif name == "DMG":
            patient.setdefault("born", _get(parts, 2))


def _claim_part(name: str, parts: list[str], sep: str, claim: dict[str, Any]) -> None:
    if name == "REF" and parts[1] == "F8":
        claim.setdefault("original_ref", _get(parts, 2))
    elif name == "NM1" and parts[1] == "82":
        claim.setdefault("rendering", _get(parts, 9) if _get(parts, 8) == "XX" else None)
    elif name == "NTE":
        claim.setdefault("narrative", _get(parts, 2))
    elif name == "PWK":
        claim.setdefault("attachment", _paper(parts))
    elif name == "DTP" and parts[1] == "434":
        claim.setdefault("dates", _dates(parts))
    elif name == "HI":
        for value in parts[1:]:
            if _component(value, sep, 1) in DIAGNOSES and _component(value, sep, 2):
                claim["dx"].append(_component(value, sep, 2))


def _paper(parts: list[str]) -> str | None:
    kind, way = _get(parts, 1), _get(parts, 2)
    return f"{kind or ''}:{way}" if way else kind


def _dates(parts: list[str]) -> tuple[dt.date, dt.date]:
    if parts[2] == "RD8":
        first, last = parts[3].split("-")
        return _day(first), _day(last)
    return _day(parts[3]), _day(parts[3])


def _line(name: str, parts: list[str], sep: str, claim: dict[str, Any], state: dict[str, Any], place: int) -> dict[str, Any]:
    shift = 1 if name == "SV2" else 0
    composite = _get(parts, 1 + shift)
    pointers = [] if shift else [int(p) for p in (_get(parts, 7) or "").split(sep) if p]
    units = _get(parts, 4 + shift)
    return {
        "claim": claim,
        "interchange": state["interchange"],
        "institutional": state["institutional"],
        "line": claim["counter"],
        "position": place,
        "revenue_code": _get(parts, 1) if shift else None,
        "code": _component(composite, sep, 2),
        "modifiers": [m for n in range(3, 7) if (m := _component(composite, sep, n))],
        "description": _component(composite, sep, 7),
        "charge": int((Decimal(parts[2 + shift]) * 100).to_integral_exact()),
        "unit_basis": _get(parts, 3 + shift),
        "units": float(units) if units and re.fullmatch(r"-?[\d.]+", units) else None,
        "own_place": None if shift else _get(parts, 5),
        "diagnoses": claim["dx"][:] if shift else [claim["dx"][p - 1] for p in pointers],
    }


def _line_part(name: str, parts: list[str], line: dict[str, Any]) -> None:
    if name == "DTP" and parts[1] == "472":
        line.setdefault("dates", _dates(parts))
    elif name == "REF" and parts[1] == "6R":
        line.setdefault("line_control", _get(parts, 2))
    elif name == "NTE":
        line.setdefault("narrative", _get(parts, 2))
    elif name == "PWK":
        line.setdefault("attachment", _paper(parts))
    elif name == "LIN" and _get(parts, 2) == "N4":
        line.setdefault("ndc", _get(parts, 3))
    elif name == "NM1" and parts[1] == "82":
        line.setdefault("rendering", _get(parts, 9) if _get(parts, 8) == "XX" else None)


def _finished(line: dict[str, Any]) -> dict[str, Any]:
    claim = line["claim"]
    subscriber, patient = claim["subscriber"], claim["patient"]
    first, last = line.get("dates") or claim.get("dates") or (None, None)
    institutional = line["institutional"]
    member = subscriber.get("member")
    who = (member, patient.get("name"), patient.get("born")) if patient else (member,)
    kept = ("interchange", "line", "position", "revenue_code", "code", "modifiers", "description", "charge", "unit_basis", "units")
    return {
        **{name: line[name] for name in (*kept, "diagnoses")},
        "claim_seq": claim["claim_seq"],
        "claim_id": claim["claim_id"],
        "claim_type": "institutional" if institutional else "professional",
        "payer_id": subscriber.get("payer_id"),
        "payer_name": subscriber.get("payer_name"),
        "filing_indicator": subscriber.get("filing"),
        "frequency": claim["frequency"],
        "original_ref": claim.get("original_ref"),
        "billing_npi": claim["billing"].get("npi"),
        "taxonomy": claim["billing"].get("taxonomy"),
        "rendering_npi": line.get("rendering") or claim.get("rendering"),
        "place_of_service": None if institutional else (line["own_place"] or claim["place"]),
        "bill_type": f"{claim['place'] or ''}{claim['frequency'] or ''}" if institutional else None,
        "date_from": first,
        "date_to": last,
        "narrative": line.get("narrative") or claim.get("narrative"),
        "attachment": line.get("attachment") or claim.get("attachment"),
        "line_control": line.get("line_control"),
        "ndc": line.get("ndc"),
        "who": who if member else None,
    }
