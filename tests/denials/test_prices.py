"""What an item's expected amount rests on: the contract, the contractor's place, or what was learnt from one's own remits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import modwise
from modwise.cli.main import cli
from modwise.denying import placing
from modwise.errors import UsageError
from modwise.knowledge.corpus import corpus
from tests.remit_files import Adjust, Claim, Payment, Service, remit_file

TODAY = date(2026, 4, 1)
DENIED = Service("99213", 12000, ("25",), (Adjust("CO", "97", 12000),))
CLAIM = Claim("C1", (DENIED,), control="ICN1", member="M1")


def remit(folder: Path, *payments: Payment) -> str:
    path = folder / "a.835"
    path.write_bytes(remit_file(*payments))
    return str(path)


def plain(number: int) -> Claim:
    paid = Service("99213", 12000, (), (Adjust("CO", "45", 3000),))
    return Claim(f"P{number}", (paid,), control=f"I{number}", member=f"N{number}")


@pytest.fixture
def seen(tmp_path: Path) -> str:
    return remit(tmp_path, Payment((*(plain(n) for n in range(6)), CLAIM)))


def only(found: Any) -> dict[str, Any]:
    return next(item for item in found.items if item["claim"] == "C1")


def test_nothing_is_learnt_unasked(tmp_path: Path, seen: str) -> None:
    told = modwise.denials([seen], payer="cigna", home=tmp_path, today=TODAY)
    assert told.read["learnt"] is None
    item = only(told)
    assert (item["expected"], item["expected_from"], item["at_risk"]) == (None, None, None)
    assert only(modwise.denials([seen], payer="cigna", home=tmp_path, today=TODAY))["expected"] is None


def test_what_the_payer_allows_is_learnt_and_labelled(tmp_path: Path) -> None:
    path = remit(tmp_path, Payment((*(plain(n) for n in range(6)), CLAIM), payer="CIGNA", payer_id="62308"))
    found = modwise.denials([path], learn=True, home=tmp_path, today=TODAY)
    item = only(found)
    assert item["payer"] == "cigna"
    assert (item["expected"], item["at_risk"]) == ("90.00", "90.00")
    assert item["expected_from"] == {"basis": "learnt", "quality": "learnt", "learnt_from": 6}
    assert found.read["learnt"] == {"payments": 1, "known_before": 0}
    # Each payment teaches once, and what was learnt holds without the option.
    again = modwise.denials([path], learn=True, home=tmp_path, today=TODAY)
    assert again.read["learnt"] == {"payments": 0, "known_before": 1}
    assert only(modwise.denials([path], home=tmp_path, today=TODAY))["expected_from"]["learnt_from"] == 6


def test_a_learnt_price_never_makes_a_line_short(tmp_path: Path) -> None:
    low = replace(plain(9), id="LOW", services=(Service("99213", 12000, (), (Adjust("CO", "45", 9000),)),))
    path = remit(tmp_path, Payment((*(plain(n) for n in range(6)), low), payer="CIGNA", payer_id="62308"))
    found = modwise.denials([path], learn=True, home=tmp_path, today=TODAY)
    assert found.open == []


def test_the_command_line_learns_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODWISE_HOME", str(tmp_path))
    path = remit(tmp_path, Payment((*(plain(n) for n in range(6)), CLAIM), payer="CIGNA", payer_id="62308"))
    shown = CliRunner().invoke(cli, ["denials", path, "--learn", "--today", "2026-04-01"], standalone_mode=False)
    assert "(learnt from 6 lines)" in " ".join(shown.output.split())


# ---- contractors -----------------------------------------------------------------------------------------------------------------


def medicare(folder: Path, number: str, facts: Any = None) -> dict[str, Any]:
    path = remit(folder, Payment((replace(CLAIM, filing="MB"),), payer_id=number))
    return only(modwise.denials([path], facts=facts, home=folder, today=TODAY))


def test_a_contractor_with_one_locality_places_the_price(tmp_path: Path) -> None:
    national, placed = medicare(tmp_path, "09102"), medicare(tmp_path, "10112")
    assert national["expected"] != placed["expected"]
    assert placed["expected_from"]["basis"] == "fee-schedule"


def test_facts_name_the_contractor_and_the_locality(tmp_path: Path) -> None:
    placed = medicare(tmp_path, "10112")
    for mac in ("10112", "10112 "):
        assert medicare(tmp_path, "", {"C1": {"*": {"mac": mac}}})["expected"] == placed["expected"]
    several = medicare(tmp_path, "09102", {"C1": {"1": {"locality": "04"}}})
    assert several["expected"] != medicare(tmp_path, "09102")["expected"]


def test_what_is_no_contractor_prices_for_the_nation(tmp_path: Path) -> None:
    nation = medicare(tmp_path, "")
    for facts in ({"mac": "99999"}, {"mac": "nobody"}, {"mac": ""}, {"mac": "10112", "locality": "77"}):
        assert medicare(tmp_path, "", {"C1": {"*": facts}})["expected"] == nation["expected"]


@pytest.mark.parametrize(("said", "number"), [("10112", "10112"), ("1112", "01112"), ("mac-noridian", None), ("", None)])
def test_numbers_of_contractors(said: str, number: str | None) -> None:
    assert placing.number_of(said, corpus()) == number


# ---- small amounts ---------------------------------------------------------------------------------------------------------------


def test_small_amounts_are_written_off_where_the_user_says_so(tmp_path: Path) -> None:
    path = remit(tmp_path, Payment((replace(CLAIM, filing="MB"),), payer_id="10112"))
    without = modwise.denials([path], home=tmp_path, today=TODAY)
    assert only(without)["remedy"] != "write_off"
    assert without.summary["small_balance"] == {"least": None, "items": 0, "amount": "0.00"}
    found = modwise.denials([path], small_balance="500", home=tmp_path, today=TODAY)
    item = only(found)
    assert (item["remedy"], item["level"]) == ("write_off", "small amount, with an approver")
    assert item["decided_by"][-1]["rule"] == "route.small"
    assert found.summary["small_balance"] == {"least": "500.00", "items": 1, "amount": item["expected"]}
    # The contract's own amount comes before the option.
    facts = {"C1": {"1": {"contract": {"small_balance": "1.00"}}}}
    kept = only(modwise.denials([path], facts=facts, small_balance="500", home=tmp_path, today=TODAY))
    assert kept["remedy"] != "write_off"
    json.dumps(found.as_dict(), allow_nan=False)


@pytest.mark.parametrize("amount", ["much", "-1", "", "1e3"])
def test_a_small_balance_is_an_amount(tmp_path: Path, seen: str, amount: str) -> None:
    with pytest.raises(UsageError, match="small balance"):
        modwise.denials([seen], small_balance=amount, home=tmp_path, today=TODAY)
