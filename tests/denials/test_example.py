"""The bundled remittance: what the README shows of it holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import modwise
from modwise import api

EXAMPLE = Path(__file__).parents[2] / "examples" / "denials"
TODAY = date(2026, 11, 25)


def test_the_bundled_remittance_is_decided_line_by_line(tmp_path: Path) -> None:
    found = modwise.denials(
        [EXAMPLE / "remit.835"], [EXAMPLE / "claims.837"], facts=EXAMPLE / "facts.json", today=TODAY, home=tmp_path
    )
    assert {(item["claim"], item["line"]): (item["remedy"], item["deadline"]["work_by"]) for item in found.open} == {
        ("CLM-1001", 1): ("appeal", "2027-02-27"),
        ("CLM-1002", 2): ("query_provider", "2027-02-27"),
        ("CLM-1003", 1): ("appeal", "2027-02-27"),
        ("CLM-1004", 1): ("query_provider", "2027-09-22"),
    }
    assert found.summary["unmatched_lines"] == 0
    assert found.quarantined == []


def test_a_letter_is_drafted_from_the_bundled_files(tmp_path: Path) -> None:
    appeal = api.appeal(
        [EXAMPLE / "remit.835"],
        [EXAMPLE / "claims.837"],
        claim="CLM-1001",
        notes=[EXAMPLE / "note-1001.txt"],
        facts=EXAMPLE / "facts.json",
        practice=EXAMPLE / "practice.toml",
        today=TODAY,
        home=tmp_path,
    )
    assert appeal.complete
    assert "left in place as planned" in appeal.text
    assert "CLM-1002" not in appeal.text
