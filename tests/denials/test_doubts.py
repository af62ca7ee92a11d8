"""Codes that no list holds are told and carried."""

from __future__ import annotations

from pathlib import Path

import modwise
from tests.remit_files import Adjust, Claim, Payment, Service, remit_file


def test_an_unknown_code_is_told_and_its_line_still_decided(tmp_path: Path) -> None:
    denied = Service("99213", 12000, ("25",), (Adjust("CO", "999", 12000),), remarks=("N9999",))
    path = tmp_path / "a.835"
    path.write_bytes(remit_file(Payment((Claim("C1", (denied,)),))))
    told = modwise.denials([path])
    warned = [w for w in told.warnings if w.startswith(("999:", "N9999:"))]
    assert len(warned) == 2
    assert all("once" in w and "carried as it is" in w for w in warned)
    (item,) = told.items
    assert "999" in str(item["carc"])
