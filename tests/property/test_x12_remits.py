"""The columnar 835 reader equals the plain one, whatever the separators, blocks and loops; nothing is half-read in silence."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modwise.errors import X12Error
from modwise.remits import reading
from modwise.remits.frames import Remits
from modwise.x12 import blocks
from modwise.x12.writer import Separators
from tests.oracle import plain835
from tests.remit_files import CLAIMS, FILES, Payment, file_of, remit_file

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
Spec = list[tuple[Separators, list[Payment]]]


def read(*raws: bytes, size: int = 1 << 20, keep_going: bool = False) -> Remits:
    before = blocks.BLOCK
    blocks.BLOCK = size
    try:
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, raw in enumerate(raws):
                paths.append(Path(folder) / f"{number}.835")
                paths[-1].write_bytes(raw)
            return reading.read(paths, keep_going=keep_going)
    finally:
        blocks.BLOCK = before


def same(found: Remits, expected: plain835.Rows) -> None:
    marks: dict[Any, int] = {}
    for name, rows in expected.items():
        if name == "quarantined":
            ours = [{"level": q.level, "position": q.position, "difference": q.difference} for q in found.quarantined]
            assert sorted(ours, key=str) == sorted(rows, key=str)
            continue
        frame = getattr(found, name).to_dicts()
        assert len(frame) == len(rows), name
        for our, plain in zip(frame, rows, strict=True):
            member = plain.pop("member", None)
            assert {key: our[key] for key in plain} == plain
            if member is not None:
                assert marks.setdefault(member, our["member"]) == our["member"]
    assert len(set(marks.values())) == len(marks)


@SLOW
@given(FILES, st.sampled_from([200, 1000, 1 << 20]))
def test_equal_to_the_plain_reader(spec: Spec, size: int) -> None:
    raw = file_of(spec)
    found = read(raw, size=size)
    # The plain reader does not know a payment that stands twice.
    assume(not found.repeated)
    same(found, plain835.read(raw))


@SLOW
@given(FILES, FILES)
def test_two_files_are_one_reading(one: Spec, other: Spec) -> None:
    first, second = file_of(one), file_of(other)
    both, alone = read(first, second), [read(first), read(second)]
    # A payment that both files hold counts once.
    assert both.payments.height + len(both.repeated) == sum(part.payments.height + len(part.repeated) for part in alone)
    for name in ("payments", "claims", "lines", "adjustments", "remarks") if not both.repeated else ():
        positions = getattr(both, name)["position"].to_list()
        assert positions == [p for part in alone for p in getattr(part, name)["position"].to_list()]
    assert both.claims["claim_key"].is_unique().all()
    assert set(both.lines["claim_key"]) <= set(both.claims["claim_key"])


@SLOW
@given(FILES, st.data())
def test_a_truncated_file_is_never_half_read_in_silence(spec: Spec, data: st.DataObject) -> None:
    raw = file_of(spec)
    cut = data.draw(st.integers(3, len(raw) - 3))
    whole = read(raw)
    assume(not whole.repeated)
    try:
        part = read(raw[:cut])
        # Only a cut behind an IEA leaves whole interchanges.
        assert b"IEA" in raw[:cut][-40:]
        assert part.claims["position"].to_list() == whole.claims["position"].to_list()[: part.claims.height]
    except X12Error:
        kept = read(raw[:cut], keep_going=True)
        assert kept.log.set_aside
        for name in ("claims", "lines", "adjustments"):
            complete = getattr(whole, name).filter(getattr(whole, name)["claim_key"].is_in(kept.claims["claim_key"].implode()))
            assert getattr(kept, name)["position"].to_list() == complete["position"].to_list()
        if kept.payments.height:
            last = kept.payments.row(-1, named=True)
            assert (
                last["difference"] is None
                or last["position"] < whole.payments["position"].max()
                or last["difference"] == whole.payments["difference"][-1]
            )


@SLOW
@given(st.lists(CLAIMS, min_size=2, max_size=6), st.data())
def test_a_broken_amount_sets_aside_its_claim_only(claims: Sequence[Any], data: st.DataObject) -> None:
    raw = remit_file(Payment(tuple(claims)))
    whole = read(raw)
    victim = data.draw(st.integers(0, len(claims) - 1))
    place = [p for p, parts, _ in plain835.segments(raw) if parts[0] == "CLP"][victim]
    end = raw.index(b"~", place)
    parts = raw[place:end].split(b"*")
    parts[3] = b"1O.00"
    broken = raw[:place] + b"*".join(parts) + raw[end:]
    kept = read(broken, keep_going=True)
    assert kept.claims["claim_seq"].to_list() == [n for n in whole.claims["claim_seq"].to_list() if n != victim + 1]
    assert [item.claim for item in kept.log.set_aside] == [claims[victim].id]
    assert kept.payments["difference"].to_list() == [None]
    with pytest.raises(X12Error, match="no amount of money") as caught:
        read(broken)
    assert caught.value.position == place
    assert io.BytesIO(broken).read()[place : place + 3] == b"CLP"
