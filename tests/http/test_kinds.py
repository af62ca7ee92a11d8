"""What a file is, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modwise.http import kinds

EXAMPLES = Path(__file__).parents[2] / "examples"
ISA = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260420*1200*^*00501*000000001*0*P*:~"
FILES = [
    ((EXAMPLES / "denials" / "remit.835").read_bytes(), kinds.REMIT),
    ((EXAMPLES / "denials" / "claims.837").read_bytes(), kinds.CLAIMS),
    ((EXAMPLES / "denials" / "facts.json").read_bytes(), kinds.JSON),
    ((EXAMPLES / "denials" / "note-1001.txt").read_bytes(), kinds.DOCUMENT),
    ((EXAMPLES / "demo.837").read_bytes(), kinds.CLAIMS),
    (f"{ISA}\r\nGS*HP*A*B*20260420*1200*1*X*005010X221A1~\r\nST*835*0001~\r\n".encode(), kinds.REMIT),
    (ISA.replace("*", "|").replace("~", "\n").encode() + b"GS|HC|A|B\nST|837|0001\n", kinds.CLAIMS),
    (f"{ISA}GS*HN*A*B~ST*277*0001~".encode(), kinds.OTHER_X12),
    (ISA[:60].encode(), kinds.OTHER_X12),
    (b"\xef\xbb\xbfclaim_id,line,code,charge\nA,1,45378,900.00\n", kinds.TABLE),
    (b'{"claim_id": "A", "line": 1, "code": "45378"}\n', kinds.TABLE),
    (b"PAR1....", kinds.TABLE),
    (b"%PDF-1.7 ...", kinds.DOCUMENT),
    (b"PROCEDURE: Colonoscopy, with biopsy, of the colon.\n", kinds.DOCUMENT),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", kinds.UNKNOWN),
    (b"", kinds.UNKNOWN),
]


@pytest.mark.parametrize(("data", "kind"), FILES)
def test_a_file_is_told_by_what_it_holds(data: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "file-1"
    path.write_bytes(data)
    assert kinds.kind_of(path) == kind
    assert kinds.NAMES[kind]


@given(data=st.binary(max_size=300), x12=st.booleans())
def test_anything_is_of_some_kind(data: bytes, x12: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes((b"ISA" if x12 else b"") + data)
    assert kinds.kind_of(path) in kinds.NAMES
