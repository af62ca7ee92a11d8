"""Writes an 835 of invented answers to an 837: seeded, balanced, with denials, patient shares and line control numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

A_PAYMENT = 500
DENIALS = ["CO*97*{0}", "CO*16*{0}", "CO*4*{0}", "OA*18*{0}", "CO*50*{0}", "CO*151*{0}", "CO*236*{0}"]
REMARKS = ["N822", "M15", "N519", "MA130", "N20", "M86", "N362"]


@dataclass
class Sent:
    """What the answer needs of a claim: its number, member and lines (composite, cents, units, date, control number)."""

    number: str
    member: str
    lines: list[list[str]] = field(default_factory=list)


def write(sent: Path, path: Path, seed: int = 7) -> int:
    """Writes the answers and returns the number of lines."""
    dice = random.Random(seed)
    lines = payments = 0
    with path.open("w", encoding="ascii") as out:
        out.write(f"ISA*00*{'':10}*00*{'':10}*ZZ*{'EXAMPLE':15}*ZZ*{'EXAMPLE':15}*260815*0900*^*00501*000000001*0*T*:~")
        out.write("GS*HP*EXAMPLE*EXAMPLE*20260815*0900*1*X*005010X221A1~")
        batch: list[Sent] = []
        for claim in [*_claims(sent), None]:
            if claim is not None:
                batch.append(claim)
            if batch and (claim is None or len(batch) == A_PAYMENT):
                payments += 1
                lines += sum(len(c.lines) for c in batch)
                out.write(_payment(batch, payments, dice))
                batch = []
        out.write(f"GE*{payments}*1~IEA*1*000000001~")
    return lines


def _claims(path: Path) -> Iterator[Sent]:
    """The claims of an 837 written by `make_claims`."""
    claim: Sent | None = None
    member = ""
    for segment in path.read_text(encoding="ascii").split("~"):
        parts = segment.split("*")
        if parts[0] == "NM1" and parts[1] == "IL":
            member = parts[9]
        elif parts[0] == "CLM":
            if claim:
                yield claim
            claim = Sent(parts[1], member)
        elif claim and parts[0] == "SV1":
            claim.lines.append([parts[1], parts[2], parts[4], "", ""])
        elif claim and claim.lines and parts[0] == "DTP" and parts[1] == "472":
            claim.lines[-1][3] = parts[3][:8]
        elif claim and claim.lines and parts[0] == "REF" and parts[1] == "6R":
            claim.lines[-1][4] = parts[2]
    if claim:
        yield claim


def _payment(claims: list[Sent], number: int, dice: random.Random) -> str:
    body, paid = [], 0
    for place, claim in enumerate(claims):
        segments, amount = _answer(claim, dice)
        paid += amount
        body += segments if place % 50 else [f"LX*{place // 50 + 1}", *segments]
    head = [
        f"ST*835*{number:04d}",
        f"BPR*I*{_money(paid)}*C*CHK************20260815",
        f"TRN*1*T{number}*1999999999",
        "DTM*405*20260815",
        "N1*PR*EXAMPLE PAYER",
        "N3*3 EXAMPLE STREET",
        "N4*SAMPLETOWN*FL*330000000",
        "REF*2U*87726",
        "PER*BL*EXAMPLE*TE*5555550100",
        "N1*PE*EXAMPLE CLINIC*XX*1999999984",
        "REF*TJ*000000000",
    ]
    whole = [*head, *body]
    return "~".join([*whole, f"SE*{len(whole) + 1}*{number:04d}~"])


def _answer(claim: Sent, dice: random.Random) -> tuple[list[str], int]:
    services: list[str] = []
    charged = paid = owed = 0
    for composite, charge, units, day, control in claim.lines:
        cents = round(float(charge) * 100)
        charged += cents
        adjustments, remark, share = _adjustments(cents, dice)
        left = 0 if remark else cents - sum(amount for _, amount in adjustments)
        paid += left
        owed += share
        services += [f"SVC*{composite}*{charge}*{_money(left)}**{units}", f"DTM*472*{day}", *(text for text, _ in adjustments)]
        services += [f"REF*6R*{control}"] if control else []
        services += [f"LQ*HE*{remark}"] if remark else [f"AMT*B6*{_money(left + share)}"]
    head = [
        f"CLP*{claim.number}*1*{_money(charged)}*{_money(paid)}*{_money(owed) if owed else ''}*12*I{claim.number}*11*1",
        f"NM1*QC*1*EXAMPLE*PAT****MI*{claim.member}",
        "NM1*82*1*EXAMPLE*DOC****XX*1999999984",
        "DTM*050*20260801",
    ]
    return [*head, *services], paid


def _adjustments(cents: int, dice: random.Random) -> tuple[list[tuple[str, int]], str, int]:
    """Adjustments with their amounts, the remark of a denial, and the patient's share."""
    if dice.random() < 0.1:
        return [("CAS*" + dice.choice(DENIALS).format(_money(cents)), cents)], dice.choice(REMARKS), 0
    cut = cents * dice.randrange(20, 60) // 100
    share = (cents - cut) // 5
    found = [(f"CAS*CO*45*{_money(cut)}", cut)]
    if dice.random() < 0.5 and share:
        return [*found, (f"CAS*PR*2*{_money(share)}", share)], "", share
    return found, "", 0


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}" if cents % 100 else str(cents // 100)
