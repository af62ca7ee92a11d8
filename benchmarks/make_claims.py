"""Writes a large 837P of invented claims: seeded, so that two runs measure the same file."""

from __future__ import annotations

import random
from pathlib import Path

# Services as they go together on a claim, with the modifiers they usually carry. One claim in ten is a wild mixture instead.
USUAL = [
    ["99213"],
    ["99214"],
    ["99214:25", "20610:RT"],
    ["99203:25", "17000", "17003"],
    ["99232"],
    ["99285"],
    ["45385:PT", "45380:59"],
    ["43239"],
    ["66984:RT"],
    ["92014", "92250"],
    ["71046:26"],
    ["73030:LT"],
    ["93010"],
    ["80053", "85025", "36415"],
    ["82947"],
    ["97110:GP", "97140:GP", "97530:GP"],
    ["64483:50"],
    ["29881:LT"],
    ["27447:RT"],
    ["27447:80:RT"],
    ["22612", "22614"],
    ["99214:25", "96372", "J1100"],
    ["G0439", "90471"],
]
CODES = sorted({service.split(":")[0] for services in USUAL for service in services})
MODIFIERS = ["25", "59", "RT", "LT", "26", "76", "GP", "XS", "50", "51", "52"]
PAYERS = ["09102", "01112", "60054", "87726", "62308"]
SUBSCRIBERS_A_PROVIDER = 20
WILD = 0.1


def write(path: Path, claims: int, seed: int = 7) -> int:
    """Writes so many claims and returns the number of lines."""
    dice = random.Random(seed)
    lines = 0
    with path.open("w", encoding="ascii") as out:
        isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'EXAMPLE':15}*ZZ*{'EXAMPLE':15}*260715*0900*^*00501*000000001*0*T*:~"
        out.write(
            isa + "GS*HC*EXAMPLE*EXAMPLE*20260715*0900*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20260715*0900*CH~"
        )
        out.write("NM1*41*2*EXAMPLE SERVICE*****46*EXAMPLE~PER*IC*EXAMPLE*TE*5555550100~NM1*40*2*EXAMPLE PAYER*****46*EXAMPLE~")
        segments, level = 5, 0
        for number in range(claims):
            parts: list[str] = []
            if number % SUBSCRIBERS_A_PROVIDER == 0:
                level += 1
                provider = level
                parts += [
                    f"HL*{level}**20*1",
                    "PRV*BI*PXC*207RG0100X",
                    f"NM1*85*2*EXAMPLE CLINIC*****XX*1{dice.randrange(10**9):09d}",
                ]
                parts += ["N3*1 EXAMPLE STREET", "N4*SAMPLETOWN*FL*330000000", "REF*EI*000000000"]
            level += 1
            parts += _claim(dice, number, level, provider)
            lines += sum(part.startswith("SV1") for part in parts)
            segments += len(parts)
            out.write("~".join(parts) + "~")
        out.write(f"SE*{segments + 1}*0001~GE*1*1~IEA*1*000000001~")
    return lines


def _claim(dice: random.Random, number: int, level: int, provider: int) -> list[str]:
    services = [(service, dice.randrange(1000, 200000)) for service in _services(dice)]
    day = f"2024{dice.randrange(7, 10):02d}{dice.randrange(1, 29):02d}"
    parts = [
        f"HL*{level}*{provider}*22*0",
        "SBR*P*18*******MB",
        f"NM1*IL*1*EXAMPLE*PERSON{number}****MI*EX{dice.randrange(10**7):07d}",
        "N3*2 EXAMPLE STREET",
        "N4*SAMPLETOWN*FL*330000000",
        "DMG*D8*19500101*F",
        f"NM1*PR*2*EXAMPLE PAYER*****PI*{dice.choice(PAYERS)}",
        f"CLM*BENCH{number:08d}*{sum(cents for _, cents in services) / 100:.2f}***{dice.choice(('11', '22', '24'))}:B:1*Y*A*Y*Y",
        f"REF*D9*{dice.randrange(10**14):014d}",
        "HI*ABK:M1711*ABF:Z1211*ABF:I10",
        f"NM1*82*1*EXAMPLE*CLINICIAN****XX*1{dice.randrange(200):09d}",
        "PRV*PE*PXC*207Q00000X",
    ]
    for counter, (procedure, cents) in enumerate(services, 1):
        parts += [
            f"LX*{counter}",
            f"SV1*HC:{procedure}*{cents / 100:.2f}*UN*1***1:2",
            f"DTP*472*D8*{day}",
            f"REF*6R*{number}-{counter}",
        ]
    return parts


def _services(dice: random.Random) -> list[str]:
    if dice.random() < WILD:
        codes = dice.sample(CODES, dice.choice((1, 2, 3, 4, 6)))
        return [":".join([code, *dice.sample(MODIFIERS, dice.choice((0, 0, 0, 1, 2)))]) for code in codes]
    return [service for _ in range(dice.choice((1, 1, 2))) for service in dice.choice(USUAL)]
