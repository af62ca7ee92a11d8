"""The columnar reader equals the plain one, whatever the separators, blocks, encodings and loops."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modwise.claims import schema, x12_claims
from modwise.claims.reading import ReadLog
from modwise.errors import X12Error
from modwise.x12 import blocks, kernels
from tests.oracle import plain837
from tests.x12_files import FILES, write

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def read(
    raw: bytes, *, size: int = 1 << 20, keep_going: bool = False, compiled: bool = False
) -> tuple[list[dict[str, Any]], ReadLog]:
    log = ReadLog()
    before = blocks.BLOCK
    blocks.BLOCK = size
    kernels.use(compiled=compiled)
    try:
        frames = list(x12_claims.read(io.BytesIO(raw), "f", tuple(schema.COLUMNS), keep_going=keep_going, log=log))
    finally:
        blocks.BLOCK = before
        kernels.use(compiled=False)
    return (pl.concat(frames).to_dicts() if frames else []), log


def same(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected)
    patients: dict[Any, int] = {}
    for ours, plain in zip(found, expected, strict=True):
        who = plain.pop("who")
        assert {name: ours[name] for name in plain} == plain
        assert (ours["patient"] is None) == (who is None)
        if who is not None:
            assert patients.setdefault(who, ours["patient"]) == ours["patient"]
    assert len(set(patients.values())) == len(patients)


def test_an_interchange_with_other_separators_begins_in_a_later_block() -> None:
    claim = b"HL*1**20*1|NM1*85*2*A*****XX*1000000004|HL*2*1*22*0|SBR*P*18*******MB|NM1*IL*1*B*C****MI*9|NM1*PR*2*P*****PI*87726|"
    claim += b"CLM*%d*1***11:B:1*Y*A*Y*Y|HI*ABK:A00|LX*1|SV1*HC:99213*1*UN*1***1|DTP*472*D8*20260715|"
    head = b"ISA*00*          *00*          *ZZ*EXAMPLE        *ZZ*EXAMPLE        *260715*0900*^*00501*000000001*0*T*:|"
    head += b"GS*HC*A*B*20260715*0900*1*X*005010X222A1|ST*837*0001*005010X222A1|BHT*0019*00*1*20260715*0900*CH|"
    one = head + b"".join(claim % n for n in range(5)) + b"SE*%d*0001|GE*1*1|IEA*1*000000001|" % (4 + 5 * 11 - 1)
    lines = one.replace(b"|", b"\n") + one.replace(b"|", b"~\r\n")
    for size in (200, 400, 700, 1000, 1500, 1 << 20):
        assert [row["claim_id"] for row in read(lines, size=size)[0]] == list("0123401234"), size


@SLOW
@given(FILES, st.sampled_from([200, 1000, 1 << 20]), st.booleans())
def test_equal_to_the_plain_reader(spec: list[dict[str, Any]], size: int, compiled: bool) -> None:
    raw = write(spec)
    same(read(raw, size=size, compiled=compiled)[0], plain837.read(raw))


@SLOW
@given(FILES, st.data())
def test_a_truncated_file_is_never_half_read_in_silence(spec: list[dict[str, Any]], data: st.DataObject) -> None:
    raw = write(spec)
    cut = data.draw(st.integers(1, len(raw) - 3))
    whole = read(raw)[0]
    try:
        part, _ = read(raw[:cut])
        # A cut between two interchanges, or inside the white space behind the last, leaves whole interchanges.
        assert plain837.read(raw[:cut].rstrip()) is not None
        assert raw[:cut].rstrip()[-12:].count(b"IEA") or b"IEA" in raw[:cut][-40:]
        assert [row["position"] for row in part] == [row["position"] for row in whole[: len(part)]]
    except X12Error:
        kept, log = read(raw[:cut], keep_going=True)
        assert log.set_aside
        complete = {row["claim_seq"]: sum(w["claim_seq"] == row["claim_seq"] for w in whole) for row in whole}
        for row in kept:
            assert sum(k["claim_seq"] == row["claim_seq"] for k in kept) == complete[row["claim_seq"]]


@SLOW
@given(FILES, st.data())
def test_a_broken_charge_sets_aside_its_claim_only(spec: list[dict[str, Any]], data: st.DataObject) -> None:
    raw = write(spec)
    lines = plain837.read(raw)
    victim = data.draw(st.sampled_from(lines))
    shape = spec[victim["interchange"] - 1]["shape"]
    element, segment = shape.element.encode(), shape.segment.encode()
    end = raw.index(segment, victim["position"])
    parts = raw[victim["position"] : end].split(element)
    parts[2 if parts[0] == b"SV1" else 3] = b"1O.00"
    broken = raw[: victim["position"]] + element.join(parts) + raw[end:]
    kept, log = read(broken, keep_going=True)
    assert {row["claim_seq"] for row in kept} == {row["claim_seq"] for row in lines} - {victim["claim_seq"]}
    assert [item.claim for item in log.set_aside] == [victim["claim_id"]]
    with pytest.raises(X12Error, match="no amount of money") as caught:
        read(broken)
    assert caught.value.position == victim["position"]
