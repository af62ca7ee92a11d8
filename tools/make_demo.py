"""Writes examples/demo.837: invented people, one claim for each kind of modifier mistake, and some that are right."""

from __future__ import annotations

from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "examples" / "demo.837"
DAY = "20260715"

# claim number, place of service, member, note, lines: (code with modifiers, charge, units)
CLAIMS = [
    ("DEMO-01", "24", "1EG4TE5MK01", "", [("45385", 1100, 1), ("45380", 800, 1)]),
    ("DEMO-02", "24", "1EG4TE5MK02", "", [("45385", 1100, 1), ("45380:59", 800, 1)]),
    ("DEMO-03", "11", "1EG4TE5MK03", "", [("99213", 140, 1), ("20610", 120, 1)]),
    ("DEMO-04", "11", "1EG4TE5MK04", "", [("99213:25", 140, 1), ("20610:RT", 120, 1)]),
    ("DEMO-05", "11", "1EG4TE5MK05", "", [("99214:52", 190, 1)]),
    ("DEMO-06", "24", "1EG4TE5MK06", "", [("45378:52", 700, 1)]),
    ("DEMO-07", "24", "1EG4TE5MK07", "", [("45378:50", 700, 1)]),
    ("DEMO-08", "24", "1EG4TE5MK08", "", [("66984:50:RT", 1900, 1)]),
    ("DEMO-09", "24", "1EG4TE5MK09", "", [("64483:50", 900, 2)]),
    ("DEMO-10", "22", "1EG4TE5MK10", "", [("71046", 95, 1)]),
    ("DEMO-11", "24", "1EG4TE5MK11", "", [("45378:80", 300, 1)]),
    ("DEMO-12", "21", "1EG4TE5MK12", "", [("22614", 1300, 1)]),
    ("DEMO-13", "11", "1EG4TE5MK13", "", [("J9271", 5600, 100)]),
    ("DEMO-14", "11", "1EG4TE5MK14", "", [("20610:RT:22", 220, 1)]),
    ("DEMO-15", "11", "1EG4TE5MK15", "", [("82947", 12, 1), ("82947:76", 12, 1)]),
    ("DEMO-16", "11", "1EG4TE5MK16", "", [("97110:GP:CJ", 60, 1)]),
    ("DEMO-17", "24", "1EG4TE5MK17", "SCOPE STOPPED AT 40 CM, TORTUOUS COLON", [("45378:53", 700, 1)]),
    ("DEMO-18", "22", "1EG4TE5MK18", "", [("43235:74", 600, 1)]),
    ("DEMO-19", "11", "1EG4TE5MK19", "", [("20610:Z9", 120, 1)]),
]


def main() -> None:
    """Writes the file."""
    segments: list[str] = []
    body = segments.append
    body("ST*837*0001*005010X222A1")
    body(f"BHT*0019*00*DEMO*{DAY}*0900*CH")
    body("NM1*41*2*EXAMPLE BILLING SERVICE*****46*EXAMPLE")
    body("PER*IC*A PERSON*TE*5555550100")
    body("NM1*40*2*EXAMPLE CONTRACTOR*****46*09102")
    body("HL*1**20*1")
    body("PRV*BI*PXC*207RG0100X")
    body("NM1*85*2*EXAMPLE CLINIC*****XX*1999999984")
    body("N3*1 EXAMPLE STREET")
    body("N4*SAMPLETOWN*FL*330000000")
    body("REF*EI*000000000")
    for number, (claim, place, member, note, lines) in enumerate(CLAIMS, 2):
        body(f"HL*{number}*1*22*0")
        body("SBR*P*18*******MB")
        body(f"NM1*IL*1*EXAMPLE*PERSON{number - 1}****MI*{member}")
        body("N3*2 EXAMPLE STREET")
        body("N4*SAMPLETOWN*FL*330000000")
        body("DMG*D8*19500101*F")
        body("NM1*PR*2*EXAMPLE CONTRACTOR*****PI*09102")
        body(f"CLM*{claim}*{sum(charge for _, charge, _ in lines)}***{place}:B:1*Y*A*Y*Y")
        if note:
            body(f"NTE*ADD*{note}")
        body("HI*ABK:Z1211*ABF:M1711")
        body("NM1*82*1*EXAMPLE*CLINICIAN****XX*1888888886")
        for counter, (procedure, charge, units) in enumerate(lines, 1):
            body(f"LX*{counter}")
            body(f"SV1*HC:{procedure}*{charge}*UN*{units}***1:2")
            body(f"DTP*472*D8*{DAY}")
    body(f"SE*{len(segments) + 1}*0001")
    isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'EXAMPLE':15}*ZZ*{'09102':15}*260715*0900*^*00501*000000001*0*T*:"
    whole = [isa, f"GS*HC*EXAMPLE*09102*{DAY}*0900*1*X*005010X222A1", *segments, "GE*1*1", "IEA*1*000000001"]
    TARGET.write_text("~\n".join(whole) + "~\n", encoding="ascii")


if __name__ == "__main__":
    main()
