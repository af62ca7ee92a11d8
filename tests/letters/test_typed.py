"""Denials that came on paper: as JSON, question by question; and the practice's own file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import modwise
from modwise.appeals import practice, typed
from modwise.cli.main import cli
from modwise.errors import InputError, UsageError
from tests.letter_files import PRACTICE

DENIAL: dict[str, Any] = {
    "payer": "aetna",
    "payer_name": "Aetna",
    "notice": "2026-05-01",
    "claim": "20931-1",
    "payer_control": "AX260409771",
    "patient": "Daniel Ortiz-Fenn",
    "member_id": "W0044817",
    "billing": "Lakeside Family Medicine",
    "billing_npi": "1999999992",
    "provider": "Naomi Feld, DO",
    "provider_npi": "1999999984",
    "service": "2026-04-09",
    "line": 2,
    "code": "99213",
    "modifiers": ["25"],
    "charge": "150.00",
    "paid": "0.00",
    "adjustments": [{"group": "CO", "carc": "97", "amount": "150.00"}],
    "remarks": ["N19"],
    "others": [{"code": "17110", "charge": "140.00", "paid": "98.40"}],
}
TODAY = date(2026, 6, 2)
NOTE = """OFFICE VISIT
Date of service: 04/09/2026
He comes in today because of high home blood pressure readings.
We reviewed the home log and lisinopril was increased.

PROCEDURE NOTE: Three plantar warts were frozen with liquid nitrogen.
"""


def letter(denial: Any, **more: Any) -> Any:
    return modwise.appeal(denial=denial, practice=PRACTICE, today=TODAY, **more)


def test_a_denial_typed_in_becomes_the_same_letter(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text(NOTE, encoding="utf-8")
    found = letter(DENIAL, notes=[note])
    assert found.complete, found.missing
    for words in ("Daniel Ortiz-Fenn", "W0044817", "AX260409771", "Naomi Feld, DO, NPI 1999999984", "99213-25", "$98.40"):
        assert words in found.text
    assert "Explanation of benefits of May 1, 2026" in found.text
    assert "Remittance" not in found.text


def test_nothing_names_the_files_that_it_was_written_as() -> None:
    told = json.dumps(letter(DENIAL).as_dict())
    assert "typed.835" not in told
    assert "typed.837" not in told
    assert {fact["source"]["kind"] for fact in json.loads(told)["ledger"]["facts"]} >= {"typed", "practice"}
    assert not {"claim", "remit"} & {fact["source"]["kind"] for fact in json.loads(told)["ledger"]["facts"]}


def test_its_own_facts_decide_with_it() -> None:
    decided = [{"level": 1, "decided": "2026-05-20", "outcome": "unfavorable"}]
    found = letter({**DENIAL, "facts": {"chart_supports": ["25"], "appeals": decided}})
    assert "second level of appeal" in found.text


def test_names_with_any_character_come_through() -> None:
    found = letter({**DENIAL, "patient": "Zoë *~:^| O'Brien", "billing": "A~B*C:D Clinic"})
    assert "Zoë *~:^| O'Brien" in found.text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"adjustments": []}, "nothing was denied"),
        ({"paid": "10.00"}, "charge less adjustments is not what was paid"),
        ({"notice": "05/01/2026"}, "ISO date"),
        ({"code": "9921"}, "five letters or digits"),
        ({"billing_npi": "123"}, "ten digits"),
        ({"payer": "nobody"}, "no payer"),
        ({"colour": "red"}, "unknown key"),
        ({"charge": None}, "charge"),
    ],
)
def test_what_is_wrong_is_named(change: Mapping[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        letter({**DENIAL, **change})


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "denial.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(InputError):
        letter(broken)


def test_questions_end_on_the_same_path() -> None:
    answers = iter(["bad payer", "aetna", "Aetna", "?", "2026-05-01", "20931-1", *[""] * 7, "2026-04-09", "2", "99213", "25"])
    rest = iter(["11", "1", "$150.00", "0", "CO-97", "CO97:150.00", "n19", "17110:140.00:98.40"])
    asked: list[str] = []

    def ask(question: Mapping[str, Any]) -> str:
        asked.append(question["name"])
        answer = next(answers, None)
        answer = next(rest) if answer is None else answer
        return next(answers) if answer == "?" else answer

    found = typed.asked(ask)
    assert found.table["adjustments"] == [{"group": "CO", "carc": "97", "amount": "150.00"}]
    assert found.table["others"][0]["code"] == "17110"
    assert found.table["charge"] == "150.00"
    assert asked.count("payer") == 2
    assert asked.count("adjustments") == 2
    assert letter(found).kind == "appeal"


def test_the_command_asks_and_explains() -> None:
    lines = ["aetna", "Aetna", "?", "2026-05-01", "20931-1", *[""] * 7, "2026-04-09", "1", "99213", "25", "11", "1", "150", "0"]
    told = "\n".join([*lines, "CO-97:150", "N19", ""]) + "\n"
    result = CliRunner().invoke(cli, ["appeal", "--interactive", "--today", "2026-06-02"], input=told, standalone_mode=False)
    assert result.return_value == 1, result.output
    assert "not the day it arrived" in result.output
    assert "99213-25" in result.output


def test_the_command_writes_letter_and_ledger(tmp_path: Path) -> None:
    denial, out = tmp_path / "denial.json", tmp_path / "letter.txt"
    denial.write_text(json.dumps(DENIAL), encoding="utf-8")
    words = ["appeal", "--denial", str(denial), "--practice", str(PRACTICE), "--today", "2026-06-02", "-o", str(out)]
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    assert result.return_value == 1, result.output
    assert "Missing:" in result.output
    assert "RE: Request for reconsideration" in out.read_text(encoding="utf-8")
    assert json.loads((tmp_path / "letter.txt.ledger.json").read_text(encoding="utf-8"))["ledger"] == 1


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"practise": {}}, "unknown part"),
        ({"practice": {"nam": "x"}}, "unknown key"),
        ({"practice": {"address": "one line"}}, "list of texts"),
        ({"payer": [{"payer": "aetna", "method": "pigeon"}]}, "none of mail"),
        ({"payer": [{"payer": "aetna", "level": "two"}]}, "number"),
    ],
)
def test_a_wrong_practice_file_is_named(table: Mapping[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        practice.checked(table)


def test_the_example_is_a_practice_file() -> None:
    found = practice.read(Path(__file__).parents[2] / "examples" / "practice.toml")
    assert found.signer["name"]
    assert found.payer(["medicare-part-b"], None, 2)["addressee"][0].startswith("Example Qualified")


def test_a_payers_address_is_for_its_level_only() -> None:
    found = practice.read(PRACTICE)
    assert found.payer(["mac-noridian", "medicare-part-b"], None)["method"] == "mail"
    assert found.payer(["medicare-part-b"], None, 2) == {}
    named = practice.checked({"payer": [{"name": "AETNA BETTER", "method": "fax"}, {"payer": "aetna", "method": "portal"}]})
    assert named.payer(["aetna"], "Aetna Better")["method"] == "fax"
    assert named.payer(["aetna"], "AETNA")["method"] == "portal"
