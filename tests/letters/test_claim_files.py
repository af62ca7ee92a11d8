"""One claim's segments, read again: whatever the separators, line ends and neighbours."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.appeals.claimfiles import ClaimFile, first
from modwise.appeals.identities import full_name
from tests.remit_files import FILES, file_of
from tests.scenario_files import build, claim_file, scenarios


@settings(max_examples=6, deadline=None)
@given(FILES)
def test_every_claim_is_found_at_its_place(spec: list[tuple[object, list[object]]]) -> None:
    """The claim read again at the byte of its CLP is that claim, with its lines, and begins at that byte."""
    data = file_of(spec)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "remit.835"
        path.write_bytes(data)
        file = ClaimFile(path)
        for separators, payments in spec:
            mark = f"CLP{separators.element}".encode()  # type: ignore[attr-defined]
            ids = [claim.id for payment in payments for claim in payment.claims]  # type: ignore[attr-defined]
            wanted = [(claim.id, len(claim.services)) for payment in payments for claim in payment.claims]  # type: ignore[attr-defined]
            places = [m.start() for m in re.finditer(re.escape(mark), data)]
            read = [file.paid(place) for place in places]
            found = [(one.claim[0].at(1), len(one.lines)) for one in read if one.claim[0].at(1) in ids]
            assert set(wanted) <= set(found)
            for one in read:
                assert data[one.claim[0].offset :].startswith(b"CLP")


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(["", "\n", "\r\n"]), st.integers(0, 3))
def test_a_sent_claim_has_its_own_patient_only(eol: str, chosen: int) -> None:
    some = scenarios()[:4]
    data = claim_file(*some).replace(b"~", b"~" + eol.encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.837"
        path.write_bytes(data)
        found = ClaimFile(path).sent(f"CLM-{some[chosen]['id']}")
    assert len(found) == 1
    member = first(found[0].subscriber, "NM1", "IL")
    assert member is not None
    assert member.at(9) == f"MEM{some[chosen]['id']}"
    assert full_name(member) == "PAT DOE"
    assert len(found[0].lines) == len(some[chosen]["lines"])
    assert data[found[0].claim[0].offset :].startswith(b"CLM")


def test_a_wrapped_file_keeps_its_offsets(tmp_path: Path) -> None:
    """Exports cut at eighty characters: line ends stand inside segments, and offsets are those of the file."""
    plain = build(scenarios()[0]).remits[0]
    wrapped = b"\n".join(plain[n : n + 80] for n in range(0, len(plain), 80))
    path = tmp_path / "wrapped.835"
    path.write_bytes(wrapped)
    position = wrapped.index(b"SVC") if b"SVC" in wrapped else 0
    found = ClaimFile(path).paid(position)
    assert found.lines[0][0].offset == position
    assert found.claim[0].at(1) == "CLM-T01"
