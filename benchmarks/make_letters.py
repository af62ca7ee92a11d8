"""Writes what a week of appeals is drafted from: an 837 of invented reduced services, the 835 that denied them, a note for each."""

from __future__ import annotations

from pathlib import Path

NOTE = """OPERATIVE REPORT
Date of procedure: 02/10/2026
ANESTHESIA: General.
INDICATION: Asymmetry of the right tonsil. Case {number}.
DESCRIPTION: The patient was brought to the operating room and general anesthesia was given.
Only the right tonsil was removed. The left tonsil was inspected and left in place as planned because it was normal.
Hemostasis was obtained. The patient tolerated the procedure well and went to recovery.
"""
PRACTICE = """[practice]
name = "Northgate Surgical Group, PLLC"
address = ["400 Alder Way", "Fairmont, ZZ 00000"]
telephone = "555-0100"
[signer]
name = "Priya Solano"
credentials = "CPC"
title = "Appeals Specialist"
[[payer]]
payer = "medicare-part-b"
addressee = ["Example Medicare Contractor", "Part B Redeterminations", "PO Box 100", "Anytown, ZZ 00000"]
method = "mail"
"""


def write(folder: Path, count: int) -> None:
    """claims.837, remit.835, practice.toml and notes/CLAIM.txt for so many denied lines, each of a patient of its own."""
    (folder / "notes").mkdir(parents=True, exist_ok=True)
    (folder / "practice.toml").write_text(PRACTICE, encoding="utf-8")
    (folder / "claims.837").write_text(_sent(count), encoding="ascii")
    (folder / "remit.835").write_text(_paid(count), encoding="ascii")
    for number in range(1, count + 1):
        (folder / "notes" / f"CLM-{number:05d}.txt").write_text(NOTE.format(number=number), encoding="utf-8")


def _isa(kind: str) -> str:
    return f"ISA*00*{'':10}*00*{'':10}*ZZ*{'EXAMPLE':15}*ZZ*{'EXAMPLE':15}*260320*0900*^*00501*000000001*0*T*:~GS*{kind}*E*E*20260320*0900*1*X*"


def _sent(count: int) -> str:
    parts = ["ST*837*0001*005010X222A1", "BHT*0019*00*1*20260211*0900*CH", "NM1*41*2*EXAMPLE*****46*1", "NM1*40*2*EXAMPLE*****46*2"]
    parts += ["HL*1**20*1", "NM1*85*2*NORTHGATE SURGICAL GROUP*****XX*1999999984", "N3*400 ALDER WAY", "N4*FAIRMONT*ZZ*00000"]
    for number in range(1, count + 1):
        parts += [
            f"HL*{number + 1}*1*22*0",
            "SBR*P*18*******MB",
            f"NM1*IL*1*MARSH*EVELYN****MI*MEM{number:05d}",
            "NM1*PR*2*EXAMPLE MEDICARE CONTRACTOR*****PI*99999",
            f"CLM*CLM-{number:05d}*900***24:B:1*Y*A*Y*Y",
            "HI*ABK:J351",
            "LX*1",
            "SV1*HC:42826:52*900*UN*1***1",
            "DTP*472*D8*20260210",
            f"REF*6R*{number:05d}-1",
        ]
    return _closed(_isa("HC") + "005010X222A1~", parts)


def _paid(count: int) -> str:
    parts = ["ST*835*0001", "BPR*H*0*C*NON************20260320", "TRN*1*T1*1999999984", "DTM*405*20260320"]
    parts += [
        "N1*PR*EXAMPLE MEDICARE CONTRACTOR",
        "N3*PO BOX 1",
        "N4*ANYTOWN*ZZ*00000",
        "N1*PE*NORTHGATE SURGICAL GROUP*XX*1999999984",
        "LX*1",
    ]
    for number in range(1, count + 1):
        parts += [
            f"CLP*CLM-{number:05d}*1*900*0**MB*ICN{number:08d}*24*1",
            f"NM1*QC*1*MARSH*EVELYN****MI*MEM{number:05d}",
            "MOA***MA01",
            "SVC*HC:42826:52*900*0**1",
            "DTM*472*20260210",
            "CAS*CO*252*900",
            f"REF*6R*{number:05d}-1",
            "LQ*HE*M29",
        ]
    return _closed(_isa("HP") + "005010X221A1~", parts)


def _closed(head: str, parts: list[str]) -> str:
    return head + "~".join([*parts, f"SE*{len(parts) + 1}*0001", "GE*1*1", "IEA*1*000000001"]) + "~"
