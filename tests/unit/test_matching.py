"""How remit lines find the lines that were sent: each stage, what ties, and what is left for a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from modwise.claims import reading as claim_reading
from modwise.claims import schema
from modwise.denying import matching
from modwise.denying.matching import MATCHES, NEEDED, match
from modwise.remits import reading
from tests.remit_files import Claim, Payment, Service, remit_file
from tests.scenario_files import claim_file

DAY = dt.date(2026, 3, 4)


def sent(key: str, *lines: dict[str, Any], served: dt.date = DAY) -> dict[str, Any]:
    payer = {"name": "PLAN", "id": "87726", "filing": "12"}
    return {"id": key, "payer": payer, "served": served, "place": "11", "lines": list(lines)}


def line(code: str, charge: str, *modifiers: str) -> dict[str, Any]:
    return {"code": code, "charge": charge, "modifiers": list(modifiers)}


def answer(key: str, *services: Service, **more: Any) -> Claim:
    return Claim(f"CLM-{key}", services, member=f"MEM{key}", statement=(DAY,), **more)


def matched(
    folder: Path, sent_claims: list[dict[str, Any]], answers: list[Claim], *, controls: bool = False
) -> list[dict[str, Any]]:
    (folder / "a.835").write_bytes(remit_file(Payment(tuple(answers))))
    (folder / "a.837").write_bytes(claim_file(*sent_claims, controls=controls))
    remits = reading.read([folder / "a.835"])
    return match(remits, pl.concat(claim_reading.read([folder / "a.837"], columns=NEEDED))).lines.to_dicts()


def short(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["sent_claim"], row["sent_line"], row["by"], row["confidence"]) for row in rows]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (Service("99213", 12000, ("25",)), (1, "code_modifiers_date_charge", "high")),
        (Service("99213", 12000), (1, "code_date_charge", "medium")),
        (Service("99212", 12000), (1, "charge_date", "low")),
        (Service("99212", 12000, sent=("99213", "25")), (1, "code_modifiers_date_charge", "high")),
        (Service("99213", 11000, ("25",)), (None, None, None)),
        (Service("99213", 12000, ("25",), begins=dt.date(2026, 3, 5)), (None, None, None)),
    ],
)
def test_the_fullest_likeness_comes_first(tmp_path: Path, service: Service, expected: tuple[Any, ...]) -> None:
    rows = matched(
        tmp_path, [sent("A", line("99213", "120", "25"), line("36415", "5"))], [answer("A", service, Service("36415", 500))]
    )
    assert short(rows)[0][1:] == expected
    assert short(rows)[1][1:3] == (2, "code_modifiers_date_charge")


def test_the_order_of_modifiers_does_not_matter(tmp_path: Path) -> None:
    rows = matched(tmp_path, [sent("A", line("20610", "120", "50", "59"))], [answer("A", Service("20610", 12000, ("59", "50")))])
    assert short(rows) == [("CLM-A", 1, "code_modifiers_date_charge", "high")]


def test_lines_all_alike_are_taken_in_order_and_less_sure(tmp_path: Path) -> None:
    twice = [Service("96372", 3000), Service("96372", 3000)]
    rows = matched(tmp_path, [sent("A", line("96372", "30"), line("96372", "30"))], [answer("A", *twice)])
    assert [row[1:] for row in short(rows)] == [
        (1, "code_modifiers_date_charge", "medium"),
        (2, "code_modifiers_date_charge", "medium"),
    ]


def test_charge_and_day_alone_must_be_single(tmp_path: Path) -> None:
    rows = matched(
        tmp_path,
        [sent("A", line("99213", "30"), line("96372", "30"))],
        [answer("A", Service("J1111", 3000), Service("J2222", 3000))],
    )
    assert [row["by"] for row in rows] == [None, None]
    assert [row["sent_claim"] for row in rows] == ["CLM-A", "CLM-A"]


def test_a_line_the_payer_split_names_its_line_by_the_control_number(tmp_path: Path) -> None:
    parts = [Service("97110", 4000, control="A-1"), Service("97110", 2000, control="A-1")]
    rows = matched(tmp_path, [sent("A", line("97110", "60"))], [answer("A", *parts)], controls=True)
    assert [row[1:] for row in short(rows)] == [(1, "line_control", "high"), (1, "line_control", "high")]


def test_a_claim_number_cut_short_is_found_by_member_day_and_charge(tmp_path: Path) -> None:
    rows = matched(
        tmp_path,
        [sent("ALONGNUMBER", line("99213", "120"))],
        [replace(answer("ALONGNUMBER", Service("99213", 12000)), id="CLM-ALO")],
    )
    assert (rows[0]["claim_by"], rows[0]["claim_confidence"], rows[0]["confidence"]) == ("member_date_charge", "medium", "medium")
    assert rows[0]["sent_claim"] == "CLM-ALONGNUMBER"


def test_two_claims_alike_are_not_told_apart_by_member_day_and_charge(tmp_path: Path) -> None:
    twins = [sent("A", line("99213", "120")), {**sent("A", line("99213", "120"))}]
    rows = matched(tmp_path, twins, [replace(answer("A", Service("99213", 12000)), id="OTHER")])
    assert short(rows) == [(None, None, None, None)]


def test_a_number_used_again_for_another_patient_is_no_match(tmp_path: Path) -> None:
    stranger = Claim("CLM-A", (Service("99213", 9900, begins=dt.date(2024, 1, 1)),), member="SOMEBODY")
    rows = matched(tmp_path, [sent("A", line("99213", "120"))], [stranger])
    assert short(rows) == [(None, None, None, None)]


def test_a_reversal_and_a_correction_answer_the_same_line(tmp_path: Path) -> None:
    paid = answer("A", Service("99213", 12000, ("25",)), control="I1")
    rows = matched(tmp_path, [sent("A", line("99213", "120", "25"))], [paid, paid.reversed(), replace(paid, control="I2")])
    assert [row[1:] for row in short(rows)] == [(1, "code_modifiers_date_charge", "high")] * 3


def test_a_claim_without_lines_is_matched_as_a_claim(tmp_path: Path) -> None:
    bare = Claim("CLM-A", charge=12000, member="MEMA", statement=(DAY,))
    (row,) = matched(tmp_path, [sent("A", line("99213", "120"))], [bare])
    assert (row["line_key"], row["sent_claim"], row["row"], row["by"]) == (None, "CLM-A", None, None)


def test_nothing_sent_leaves_every_line_shown_and_unmatched(tmp_path: Path) -> None:
    (tmp_path / "a.835").write_bytes(remit_file(Payment((answer("A", Service("99213", 12000)),))))
    remits = reading.read([tmp_path / "a.835"])
    found = match(remits, schema.empty(NEEDED)).lines
    assert found.columns == list(MATCHES)
    assert found["by"].to_list() == [None]


def test_a_replacement_already_sent_is_told(tmp_path: Path) -> None:
    again = {**sent("A", line("99213", "120")), "frequency": "7", "original": "I1"}
    (tmp_path / "a.837").write_bytes(claim_file(again))
    (tmp_path / "a.835").write_bytes(remit_file(Payment((answer("A", Service("99213", 12000), control="I1"),))))
    remits = reading.read([tmp_path / "a.835"])
    frame = pl.concat(claim_reading.read([tmp_path / "a.837"], columns=NEEDED))
    assert match(remits, frame).replaced.select("claim_key", "sent_claim", "frequency").rows() == [(1, "CLM-A", "7")]


@pytest.mark.parametrize("part", [1, 2, 3])
def test_claims_matched_in_parts_find_what_they_find_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    claims = [sent(str(n), line("99213", "120.00"), line("11102", "180.00", "59")) for n in range(5)]
    answers = [answer(str(n), Service("99213", 12000), Service("11102", 18000, ("59",))) for n in (3, 0, 4, 2, 1)]
    together = matched(tmp_path, claims, answers)
    monkeypatch.setattr(matching, "A_PART", part)
    assert matched(tmp_path, claims, answers) == together
    assert all(row["by"] for row in together)
