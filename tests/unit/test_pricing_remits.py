"""835 files held against expected prices, from bytes to items."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import modwise as mw
from modwise.cli.underpaid import underpaid
from modwise.errors import InputError, UsageError
from tests.remit_files import Adjust, Claim, Payment, Service, remit_file

CONTRACT = {
    "policy": "medicare-part-b",
    "rates": {"64483": "250.00", "29881": "800.00", "20610": "90.00", "99213": "95.00", "95810": "400.00"},
}


def file(tmp_path: Path, *claims: Claim, name: str = "era.835", trace: str = "T1") -> Path:
    path = tmp_path / name
    path.write_bytes(remit_file(Payment(claims, trace=trace)))
    return path


def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(exist_ok=True)
    return folder


def ask(tmp_path: Path, path: Path, **terms: Any) -> dict[str, Any]:
    return mw.underpaid([path], contracts=[CONTRACT], home=home(tmp_path), **terms)


def both_sides() -> Claim:
    """64483-50: 900.00 charged, 250.00 allowed where 375.00 were due; 50.00 coinsurance, 4.00 sequestered."""
    adjustments = (Adjust("CO", "45", 65_000), Adjust("PR", "2", 5_000), Adjust("CO", "253", 400))
    return Claim("A1", (Service("64483", 90_000, ("50",), adjustments),), filing="MB", facility="24")


def test_one_side_paid_is_found_with_what_is_at_risk(tmp_path: Path) -> None:
    answer = ask(tmp_path, file(tmp_path, both_sides()))
    item = answer["items"][0]
    assert (item["claim"], item["line"], item["why"]) == ("A1", 1, "one-side-paid")
    assert [item[key] for key in ("charge", "paid", "allowed", "expected", "difference", "at_risk")] == [
        "900.00",
        "196.00",
        "250.00",
        "375.00",
        "125.00",
        "98.00",
    ]
    assert answer["summary"] == {
        "lines": 1,
        "difference": "125.00",
        "at_risk": "98.00",
        "by_why": {"one-side-paid": {"lines": 1, "at_risk": "98.00"}},
    }


def test_the_payers_own_allowed_amount_counts_when_it_is_stated(tmp_path: Path) -> None:
    claim = Claim("A1", (Service("99213", 20_000, adjustments=(Adjust("CO", "45", 10_500),), allowed=9_500),))
    assert ask(tmp_path, file(tmp_path, claim))["items"] == []


def test_lines_of_one_claim_are_ranked_together(tmp_path: Path) -> None:
    knee = Service("29881", 200_000, ("RT",), (Adjust("CO", "45", 160_000),))
    joint = Service("20610", 30_000, ("LT",), (Adjust("CO", "45", 21_000),))
    answer = ask(tmp_path, file(tmp_path, Claim("A1", (knee, joint))))
    assert [(item["code"], item["why"], item["at_risk"]) for item in answer["items"]] == [("29881", "wrong-ranking", "355.00")]


def test_denied_reversed_and_secondary_lines_are_left_to_others(tmp_path: Path) -> None:
    short = Service("99213", 20_000, adjustments=(Adjust("CO", "45", 15_000),))
    denied = Claim("A1", (Service("99213", 20_000, adjustments=(Adjust("CO", "97", 20_000),)),))
    paid = Claim("A2", (short,), control="ICN2")
    secondary = Claim("A3", (short,), status="2")
    path = file(tmp_path, denied, paid.reversed(), paid, secondary)
    found = {item["claim"] for item in ask(tmp_path, path)["items"]}
    assert "A1" not in found
    assert "A3" not in found


def test_what_is_not_compared_is_counted_with_the_reason(tmp_path: Path) -> None:
    claim = Claim("A1", (Service("27447", 500_000, adjustments=(Adjust("CO", "45", 400_000),)),))
    answer = ask(tmp_path, file(tmp_path, claim))
    assert answer["compared"] == 0
    assert sum(one["lines"] for one in answer["not_compared"]) == 1


def test_a_payment_teaches_once_however_often_it_is_given(tmp_path: Path) -> None:
    plain = [
        Claim(f"P{n}", (Service("95810", 90_000, adjustments=(Adjust("CO", "45", 50_000),)),), filing="MB", facility="11")
        for n in range(6)
    ]
    cut = [
        Claim(f"C{n}", (Service("95810", 90_000, ("52",), (Adjust("CO", "45", 70_000),)),), filing="MB", facility="11")
        for n in range(6)
    ]
    path = file(tmp_path, *plain, *cut)
    assert ask(tmp_path, path, learn=True)["learnt"] == {"payments": 1, "known_before": 0}
    assert ask(tmp_path, path, learn=True)["learnt"] == {"payments": 0, "known_before": 1}
    other = file(tmp_path, *plain, *cut, name="other.835", trace="T2")
    assert ask(tmp_path, other, learn=True)["learnt"] == {"payments": 1, "known_before": 0}
    from datetime import date

    answer = mw.price("95810", modifiers=["52"], payer="medicare-part-b", day=date(2026, 3, 4), rate="400.00", home=home(tmp_path))
    assert answer["expected"] == "200.00"
    assert answer["steps"][-1]["facts"][0]["learnt_from"] == 12


def test_wrong_terms_and_files_are_told(tmp_path: Path) -> None:
    path = file(tmp_path, both_sides())
    with pytest.raises(UsageError, match="no term"):
        mw.underpaid([path], colour="red")
    with pytest.raises(UsageError, match="no rates"):
        mw.underpaid([path], rates="some", home=home(tmp_path))
    with pytest.raises(UsageError, match="names no payer"):
        mw.underpaid([path], contracts=[CONTRACT, CONTRACT], home=home(tmp_path))
    with pytest.raises(UsageError, match="two contracts"):
        mw.underpaid([path], contracts=[{**CONTRACT, "payer": "aetna"}] * 2, home=home(tmp_path))
    with pytest.raises(InputError):
        mw.underpaid([tmp_path / "none.835"], home=home(tmp_path))


def test_the_command_prints_the_same_as_the_function_and_exits_with_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(home(tmp_path)))
    plan = tmp_path / "plan.toml"
    plan.write_text('policy = "medicare-part-b"\n[rates]\n64483 = "250.00"\n', encoding="utf-8")
    path = file(tmp_path, both_sides())
    told = CliRunner().invoke(underpaid, [str(path), "--contract", str(plan), "--format", "json"], standalone_mode=False)
    assert told.return_value == 1
    assert json.loads(told.stdout) == mw.underpaid([str(path)], contracts=[str(plan)], home=home(tmp_path))
    text = CliRunner().invoke(underpaid, [str(path), "--contract", str(plan), "--no-color"], standalone_mode=False).stdout
    assert "98.00 at risk" in text
    assert max(map(len, text.splitlines())) <= 80
