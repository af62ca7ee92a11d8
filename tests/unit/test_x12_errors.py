"""Broken files: refused with the place, or set aside; never read in silence."""

from __future__ import annotations

import io

import polars as pl
import pytest

from modwise.claims import schema, x12_claims
from modwise.claims.reading import ReadLog
from modwise.errors import X12Error
from tests.x12_files import Shape, write

LINE = {
    "code": "99213",
    "modifiers": ["25"],
    "description": "",
    "charge": "100",
    "basis": "UN",
    "units": "1",
    "place": "",
    "pointers": [0],
    "revenue": "0510",
    "coded": True,
    "date": "20260715",
    "control": "",
    "note": "",
    "ndc": "",
    "rendering": "",
}
CLAIM = {
    "id": "C1",
    "place": "11",
    "frequency": "1",
    "statement": "",
    "paper": False,
    "original": "",
    "note": "",
    "dx": ["Z000"],
    "rendering": "",
    "other_payer": False,
    "lines": [LINE, LINE],
}


def claim_file(*claims: dict[str, object], kind: str = "P", shape: Shape | None = None) -> bytes:
    patients = [{"dependent": False, "first": "ANN", "born": "20000101", "claims": [claim]} for claim in claims]
    subscribers = [
        {"filing": "MB", "member": f"M{n}", "payer_name": "P", "payer_id": "09102", "patients": [patient]}
        for n, patient in enumerate(patients)
    ]
    provider = {"npi": "1999999984", "taxonomy": "", "subscribers": subscribers}
    return write([{"shape": shape or Shape(), "kind": kind, "sets": [[provider]]}])


def read(raw: bytes, *, keep_going: bool = False) -> tuple[pl.DataFrame, ReadLog]:
    log = ReadLog()
    frames = list(x12_claims.read(io.BytesIO(raw), "f.837", tuple(schema.COLUMNS), keep_going=keep_going, log=log))
    return (pl.concat(frames) if frames else schema.empty()), log


GOOD = claim_file({**CLAIM, "id": "A"}, {**CLAIM, "id": "B"}, {**CLAIM, "id": "C"})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"X*005010X222A1~ST", b"X*004010X098A1~ST", "4010 format"),
        (b"X*005010X222A1~ST", b"X*005010X224A2~ST", "dental"),
        (b"ST*837*", b"ST*835*", "a remittance"),
    ],
)
def test_other_formats_are_refused_by_name(old: bytes, new: bytes, says: str) -> None:
    with pytest.raises(X12Error, match=says):
        read(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "element", "says"),
    [
        (b"*100*UN*", b"*1O0*UN*", "SV102", "no amount of money"),
        (b"*100*UN*", b"*1.005*UN*", "SV102", "no amount of money"),
        (b"*UN*1*", b"*UN*one*", "SV104", "no number"),
        (b"472*D8*20260715", b"472*D8*20260732", "DTP03", "no valid date"),
        (b"472*D8*20260715", b"472*RD8*20260715", "DTP03", "no valid date"),
        (b"SV1*HC:99213:25*", b"SV1*H:99213:25*", "SV101-1", "not two characters"),
        (b"SV1*HC:99213:25*", b"SV1*HC*", "SV101-2", "missing"),
        (b"*1*****1~DTP", b"*1*****4~DTP", "SV107", "diagnosis the claim does not have"),
        (b"LX*1~", b"LX*x~", "LX01", "no number"),
        (b"LX*2~", b"XYZ*2~", "", "no segment of an 837"),
    ],
)
def test_a_broken_segment_is_placed_and_its_claim_set_aside(old: bytes, new: bytes, element: str, says: str) -> None:
    raw = claim_file({**CLAIM, "id": "A"}, {**CLAIM, "id": "B", "lines": [LINE]}, {**CLAIM, "id": "C"})
    at = raw.index(b"CLM*B")
    if b"LX*2" in old:
        at = raw.index(b"CLM*C")
    old_fixed = old.replace(b"*1*****1~DTP", b"*1***1~DTP")
    new_fixed = new.replace(b"*1*****4~DTP", b"*1***4~DTP")
    broken = raw[:at] + raw[at:].replace(old_fixed, new_fixed, 1)
    assert broken != raw
    with pytest.raises(X12Error, match=says) as caught:
        read(broken)
    error = caught.value
    victim = "C" if b"LX*2" in old else "B"
    assert error.claim == (3 if victim == "C" else 2)
    assert element in error.element
    assert broken[error.position : error.position + 2] in (b"SV", b"DT", b"LX", b"XY")
    assert broken[: error.position].count(b"~") == error.segment - 1
    frame, log = read(broken, keep_going=True)
    assert victim in [item.claim for item in log.set_aside]
    assert set(frame["claim_id"]) == {"A", "B", "C"} - {victim}


def test_envelope_counts_and_controls_are_checked() -> None:
    for old, new, says in (
        (b"SE*", b"SE*9", "SE01"),
        (b"GE*1*", b"GE*2*", "GE01"),
        (b"IEA*1*", b"IEA*2*", "IEA01"),
        (b"*000000001~", b"*000000002~", "IEA02"),
    ):
        broken = GOOD[:-200] + GOOD[-200:].replace(old, new) if b"SE" not in old else GOOD.replace(old, new)
        with pytest.raises(X12Error, match=says):
            read(broken)
        frame, log = read(broken, keep_going=True)
        assert frame.height == 6
        assert any(says in item.why for item in log.set_aside)


def test_a_cut_file_is_an_error_and_its_last_claim_is_set_aside() -> None:
    cut = GOOD[: GOOD.index(b"CLM*C") + 60]
    with pytest.raises(X12Error, match="cut short"):
        read(cut)
    frame, log = read(cut, keep_going=True)
    assert set(frame["claim_id"]) == {"A", "B"}
    assert any("cut short" in item.why for item in log.set_aside)


@pytest.mark.parametrize("raw", [b"", b"   \n", b"ISA*00*short~", b"hello"])
def test_what_is_no_x12_is_refused(raw: bytes) -> None:
    with pytest.raises(X12Error):
        read(raw)


def test_a_missing_lx_or_claim_is_no_crash() -> None:
    for broken in (GOOD.replace(b"LX*1~", b"", 1), GOOD.replace(b"LX*2~", b"", 1)):
        with pytest.raises(X12Error, match="LX"):
            read(broken)
    start = GOOD.index(b"CLM*B")
    broken = GOOD[:start] + GOOD[GOOD.index(b"~", start) + 1 :]
    with pytest.raises(X12Error):
        read(broken)


def test_latin_1_text_and_its_positions() -> None:
    raw = claim_file({**CLAIM, "id": "A", "note": "José"}, {**CLAIM, "id": "B"}, shape=Shape(encoding="latin-1"))
    frame, _ = read(raw)
    assert frame["narrative"][0] == "José"
    for position in frame["position"]:
        assert raw[position : position + 3] == b"SV1"


def test_no_patient_data_in_errors() -> None:
    broken = GOOD.replace(b"*100*UN*", b"*1O0*UN*").replace(b"DOE", b"SECRETNAME").replace(b"*MI*M", b"*MI*SECRETID")
    with pytest.raises(X12Error) as caught:
        read(broken)
    _, log = read(broken, keep_going=True)
    texts = str(caught.value) + "".join(item.why for item in log.set_aside)
    assert "SECRET" not in texts


def test_institutional_claims_carry_bill_type_and_revenue_code() -> None:
    frame, _ = read(claim_file({**CLAIM, "place": "13"}, kind="I"))
    assert frame["claim_type"].to_list() == ["institutional", "institutional"]
    assert frame["bill_type"].to_list() == ["131", "131"]
    assert frame["revenue_code"].to_list() == ["0510", "0510"]
    assert frame["place_of_service"].null_count() == 2
