"""A corrected claim: the claim as it was sent, segment by segment, but for frequency, payer claim number and the one change."""

from __future__ import annotations

import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from modwise.appeals.claimfiles import ClaimFile
from modwise.appeals.papers.correction import Correction, correction
from modwise.appeals.papers.replacement import Original, replacement
from modwise.claims import reading
from modwise.errors import InputError
from tests.x12_files import FILES, write

NOW = datetime(2026, 5, 18, 12)
CONTROL = "2226079123450"

SENT = (
    "ISA*00*          *00*          *ZZ*CLINIC         *30*PAYER          *260210*0900*^*00501*000000077*1*P*:~\n"
    "GS*HC*CLINIC*PAYER*20260210*0900*77*X*005010X222A1~\n"
    "ST*837*0007*005010X222A1~\nBHT*0019*00*A77*20260210*0900*CH~\n"
    "NM1*41*2*CLINIC*****46*123~\nPER*IC*BILLING*TE*5550100~\nNM1*40*2*PAYER*****46*999~\n"
    "HL*1**20*1~\nPRV*BI*PXC*207Y00000X~\nNM1*85*2*NORTHGATE ENT*****XX*1999999984~\nN3*400 ALDER WAY~\nN4*FAIRMONT*ZZ*00000~\nREF*EI*000000000~\n"
    "HL*2*1*22*0~\nSBR*P*18*******CI~\nNM1*IL*1*OTHERMARKER*ANN****MI*OTHERMEMBER~\nNM1*PR*2*PLAN*****PI*60054~\n"
    "CLM*OTHER-1*100***11:B:1*Y*A*Y*Y~\nHI*ABK:J350~\nLX*1~\nSV1*HC:99213*100*UN*1***1~\nDTP*472*D8*20260209~\n"
    "HL*3*1*22*1~\nSBR*P********CI~\nNM1*IL*1*MARSH*EVELYN****MI*M12345~\nNM1*PR*2*PLAN*****PI*60054~\n"
    "HL*4*3*23*0~\nPAT*19~\nNM1*QC*1*MARSH*TOM~\nDMG*D8*20150101*M~\n"
    "CLM*NG-77120-1*1050***24:B:1*Y*A*Y*Y~\nDTP*431*D8*20260201~\nPWK*OZ*EL***AC*NG771~\nREF*F8*OLDNUMBER~\nREF*EA*MRN1~\nNTE*ADD*NOTE TEXT~\n"
    "HI*ABK:J350*ABF:J351~\nNM1*82*1*ALBRECHT*TOMAS****XX*1999999984~\nREF*F8*NOTTHECLAIMS~\n"
    "LX*1~\nSV1*HC:42826:59:LT::::DESC*900*UN*2***1:2~\nDTP*472*D8*20260210~\nREF*6R*L1~\n"
    "LX*2~\nSV1*HC:99213*150*UN*1***1~\nDTP*472*D8*20260210~\nREF*6R*L2~\n"
    "SE*49*0007~\nGE*1*77~\nIEA*1*000000077~\n"
)


def original(data: bytes, claim: str, at: int = 0) -> Original:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.837"
        path.write_bytes(data)
        return Original(data, ClaimFile(path).sent(claim)[at])


def rows(data: bytes) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.837"
        path.write_bytes(data)
        return [row for frame in reading.read([path]) for row in frame.to_dicts()]


def segments(data: bytes) -> list[str]:
    return [part.strip() for part in data.decode().split("~") if part.strip()]


def made(change: Correction | None = None, line: int | None = 1) -> list[str]:
    return segments(replacement(original(SENT.encode(), "NG-77120-1"), line, change, CONTROL, NOW))


def test_every_segment_of_the_claim_is_as_it_was_sent_but_those() -> None:
    sent = segments(SENT.encode())
    expected = sent[sent.index("HL*3*1*22*1") : sent.index("SE*49*0007")]
    expected[expected.index("HL*3*1*22*1")] = "HL*2*1*22*1"
    expected[expected.index("HL*4*3*23*0")] = "HL*3*2*23*0"
    expected[expected.index("CLM*NG-77120-1*1050***24:B:1*Y*A*Y*Y")] = "CLM*NG-77120-1*1050***24:B:7*Y*A*Y*Y"
    expected.remove("REF*F8*OLDNUMBER")
    expected.insert(expected.index("REF*EA*MRN1"), f"REF*F8*{CONTROL}")
    expected[expected.index("SV1*HC:42826:59:LT::::DESC*900*UN*2***1:2")] = "SV1*HC:42826:XS:LT::::DESC*900*UN*2***1:2"
    billing = sent[sent.index("HL*1**20*1") : sent.index("HL*2*1*22*0")]
    header = ["BHT*0019*00", *sent[sent.index("NM1*41*2*CLINIC*****46*123") : sent.index("HL*1**20*1")]]
    found = made(Correction(add="XS", drop="59"))
    assert found[3][:11] == header[0]
    assert found[4:-3] == [*header[1:], *billing, *expected]


def test_the_envelope_is_whole() -> None:
    found = made()
    isa, gs, st, se, ge, iea = found[0], found[1], found[2], found[-3], found[-2], found[-1]
    control = isa.split("*")[13]
    assert len(isa) == 105
    assert isa.split("*")[9:11] == ["260518", "1200"]
    assert isa.startswith("ISA*00*          *00*          *ZZ*CLINIC         *30*PAYER          *")
    assert control != "000000077"
    assert (gs.split("*")[6], ge, iea) == (control.lstrip("0"), f"GE*1*{control.lstrip('0')}", f"IEA*1*{control}")
    assert st == "ST*837*0001*005010X222A1"
    assert se == f"SE*{len(found) - 4}*0001"


def test_no_other_patient_is_in_it() -> None:
    text = "~".join(made())
    assert "OTHERMARKER" in SENT
    for other in ("OTHERMARKER", "OTHERMEMBER", "OTHER-1"):
        assert other not in text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Correction(add="XS"), "HC:42826:59:LT:XS:::DESC"),
        (Correction(drop="59"), "HC:42826:LT:::::DESC"),
        (Correction(add="52", drop="LT"), "HC:42826:59:52::::DESC"),
        (None, "HC:42826:59:LT::::DESC"),
    ],
)
def test_the_change_is_made_on_that_line_alone(change: Correction | None, code: str) -> None:
    found = made(change)
    assert f"SV1*{code}*900*UN*2***1:2" in found
    assert "SV1*HC:99213*150*UN*1***1" in found


def test_units_are_changed() -> None:
    assert "SV1*HC:42826:59:LT::::DESC*900*UN*1***1:2" in made(Correction(units="1"))


def test_our_reader_reads_it_as_a_replacement() -> None:
    found = rows(replacement(original(SENT.encode(), "NG-77120-1"), 1, Correction(add="XS", drop="59"), CONTROL, NOW))
    assert [(r["claim_id"], r["line"], r["code"], r["modifiers"], r["frequency"], r["original_ref"]) for r in found] == [
        ("NG-77120-1", 1, "42826", ["XS", "LT"], "7", CONTROL),
        ("NG-77120-1", 2, "99213", [], "7", CONTROL),
    ]


@pytest.mark.parametrize("change", [Correction(drop="25"), Correction(add="59")])
def test_a_change_that_does_not_fit_is_not_made(change: Correction) -> None:
    with pytest.raises(InputError, match="does not fit"):
        made(change)


def test_a_line_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no such line"):
        made(Correction(add="XS"), line=9)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("add XS", Correction(add="XS")),
        ("25 to 57", Correction(add="57", drop="25")),
        ("without 59", Correction(drop="59")),
        ("units 4 to 2", Correction(units="2")),
        ("one of the two modifiers", None),
        ("fee schedule misapplied", None),
        ("add 26 or TC", None),
        (None, None),
    ],
)
def test_the_change_is_read_from_the_decision(words: str | None, found: Correction | None) -> None:
    assert correction({"change": words}) == found


def test_no_more_modifiers_than_a_line_holds() -> None:
    assert Correction(add="XS").modifiers(["59", "LT", "51", "80"]) is None
    assert Correction(add="XS").modifiers(["59", "LT", "51"]) == ["59", "LT", "51", "XS"]


def claims_of(spec: list[dict[str, Any]]) -> list[str]:
    providers = [p for one in spec for group in one["sets"] for p in group]
    patients = [q for p in providers for s in p["subscribers"] for q in s["patients"]]
    return [claim["id"].strip() for q in patients for claim in q["claims"]]


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(FILES.map(lambda spec: spec[:1]))
def test_of_any_file_one_claim_is_taken_out_whole(spec: list[dict[str, Any]]) -> None:
    data = write(spec)
    before = rows(data)
    for number, claim in enumerate(dict.fromkeys(claims_of(spec))):
        held = original(data, claim)
        mine = [row for row in before if row["claim_id"] == claim]
        first = [row for row in mine if row["claim_seq"] == min(r["claim_seq"] for r in mine)]
        first = [row for row in first if row["file"] == first[0]["file"] and row["interchange"] == first[0]["interchange"]]
        after = rows(replacement(held, None, None, CONTROL, NOW))
        same = ("line", "code", "modifiers", "charge", "units", "diagnoses", "date_from", "billing_npi", "payer_id", "narrative")
        assert [[row[name] for name in same] for row in after] == [[row[name] for name in same] for row in first]
        assert all(row["frequency"] == "7" and row["original_ref"] == CONTROL for row in after)
        if number > 2:
            break


def test_the_same_day_gives_the_same_bytes() -> None:
    held = original(SENT.encode(), "NG-77120-1")
    assert replacement(held, None, None, CONTROL, NOW) == replacement(held, None, None, CONTROL, NOW)
    assert re.match(rb"ISA\*", replacement(held, None, None, CONTROL, NOW))


def test_interchanges_that_end_segments_differently() -> None:
    bare = SENT.replace("\n", "")
    wrapped, other = bare.replace("~", "~\n"), bare.replace("~", "\n").replace("NG-77120-1", "NG-77120-2")
    held = original((wrapped + other).encode(), "NG-77120-1")
    made = replacement(held, None, None, CONTROL, NOW)
    assert made.count(b"\nCLM*") == 1
    assert [row["frequency"] for row in rows(made)] == ["7"] * len(rows(made))
