"""A denial by a secondary payer: what the first one paid is told from claim and remittance, and its answer is enclosed or named as missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from modwise import api
from modwise.appeals.appeal import Appeal
from tests.letter_files import letter_cases, written

TONSIL = next(case for case in letter_cases() if case["id"] == "52-tonsil")
ENCLOSED = {"enclosures": [{"title": "Remittance of the primary payer", "file": "primary.pdf", "date": "2026-02-28"}]}
OTHER = b"~SBR*P*18*******CI~AMT*D*310.5~OI***Y***Y~NM1*IL*1*MARSH*EVELYN****MI*ELSE77~NM1*PR*2*UNITEDHEALTHCARE*****PI*87726"


def letter(folder: Path, *, claim: bool = False, state: bytes = b"1", **facts: Any) -> Appeal:
    terms = written({**TONSIL, "facts": {**TONSIL["facts"], **facts}}, folder)
    if claim:
        path = terms["claims"][0]
        data = path.read_bytes().replace(b"~SBR*P*", b"~SBR*S*")
        at = data.index(b"~LX*1")
        data = data[:at] + OTHER + data[at:]
        path.write_bytes(re.sub(rb"~SE\*(\d+)", lambda found: b"~SE*%d" % (int(found[1]) + OTHER.count(b"~")), data))
    remit = terms["remits"][0]
    remit.write_bytes(remit.read_bytes().replace(b"CLP*CLM-52-tonsil*1*", b"CLP*CLM-52-tonsil*" + state + b"*"))
    return api.appeal(**terms, payer="medicare-part-b")


def names(found: Appeal) -> list[str]:
    return [gap.name for gap in found.missing]


def test_what_the_first_payer_paid_is_told_from_the_claim(tmp_path: Path) -> None:
    found = letter(tmp_path, claim=True, **ENCLOSED)
    text = " ".join(found.text.split())
    assert found.complete, found.missing
    assert "sent to you as a later payer; UnitedHealthcare had paid $310.50 on it, as the claim reports." in text
    assert "B. Remittance of the primary payer of February 28, 2026" in text
    assert "ELSE77" not in text


@pytest.mark.parametrize("terms", [{"claim": True}, {"state": b"2"}, {"state": b"3"}])
def test_its_answer_is_named_where_it_is_missing(terms: dict[str, Any], tmp_path: Path) -> None:
    found = letter(tmp_path, **terms)
    assert names(found) == ["primary_remit"]
    assert "The primary payer: [TO BE COMPLETED" in found.text


def test_a_first_payer_is_asked_for_nothing(tmp_path: Path) -> None:
    assert letter(tmp_path).complete
