"""practice.toml as a form changes it, and whom a letter may name for questions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modwise import api
from modwise.appeals import practice, practice_file
from modwise.appeals.verifying.running import verify_text
from tests.letter_files import PRACTICE, letter_cases, written

EXAMPLE = Path(__file__).parents[2] / "examples" / "practice.toml"
WARTS = next(case for case in letter_cases() if case["id"] == "25-warts")
CONTACT = '\n[contact]\nname = "Dana Whitfield"\ntelephone = "701-555-0102"\nemail = "billing@example.org"\n'
ASKED = [
    "Please contact Dana Whitfield at 701-555-0102 with questions.",
    "Questions: Dana Whitfield, 701-555-0102, billing@example.org",
    "If you have any questions, please call Dana Whitfield at 701-555-0102.",
]


def drafted(folder: Path, more: str = "") -> Any:
    own = folder / "own.toml"
    own.write_text(PRACTICE.read_text(encoding="utf-8") + more, encoding="utf-8")
    return api.appeal(**written({**WARTS, "practice": own}, folder), payer=WARTS["payer"]["key"])


def blocked(text: str, letter: Any) -> list[str]:
    report = verify_text([text], letter.ledger, today=WARTS["today"]).as_dict()
    return [f"{one['check']} {one['text']}" for one in report["problems"] if one["severity"] == "block"]


def test_a_contact_stands_below_the_signer_and_blocks_nothing(tmp_path: Path) -> None:
    found = drafted(tmp_path, CONTACT)
    assert found.complete
    assert "Contact: Dana Whitfield | 701-555-0102 | billing@example.org" in found.text
    assert [one for one in found.problems if one["severity"] == "block"] == []


@pytest.mark.parametrize("said", ASKED)
def test_a_contact_may_be_named_anywhere_once_the_practice_names_them(said: str, tmp_path: Path) -> None:
    known, unknown = drafted(tmp_path, CONTACT), drafted(tmp_path)
    before = str(unknown.letter.signature[0])
    assert blocked(known.text.replace(before, f"{said}\n\n{before}"), known) == []
    assert blocked(unknown.text.replace(before, f"{said}\n\n{before}"), unknown) != []


def test_a_contact_lends_no_sentence_its_name(tmp_path: Path) -> None:
    found = drafted(tmp_path, CONTACT)
    before = str(found.letter.signature[0])
    said = "Dana Whitfield assisted at the operation."
    assert blocked(found.text.replace(before, f"{said}\n\n{before}"), found) != []


def test_the_signer_as_contact_is_named_once(tmp_path: Path) -> None:
    signer = practice.read(PRACTICE).signer["name"]
    found = drafted(tmp_path, f'\n[contact]\nname = "{signer}"\ntelephone = "701-555-0109"\n')
    assert found.text.count(signer) == 1
    assert "Contact: 701-555-0109" in found.text


def test_where_payments_go_stands_in_the_reference(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[practice]\nname = "X"\nremit_address = ["PO Box 9", "Fairmont, ZZ 00000"]\n', encoding="utf-8")
    found = api.appeal(**written({**WARTS, "practice": own}, tmp_path), payer=WARTS["payer"]["key"])
    assert ("Pay to", "PO Box 9, Fairmont, ZZ 00000") in [(row.label, row.value.text) for row in found.letter.reference]


def test_what_is_saved_is_what_the_command_line_reads(tmp_path: Path) -> None:
    said = tomllib.loads(EXAMPLE.read_text(encoding="utf-8") + CONTACT)
    assert api.set_practice({**said, "payers": said["payer"]}, home=tmp_path) == []
    read = practice.read(None, tmp_path)
    assert read == practice.checked(said, read.file)
    again = api.practice(home=tmp_path)
    assert (again["comments"], again["wrong"]) == (False, "")
    assert (tmp_path / "practice.toml").stat().st_mode & 0o777 == 0o600


def test_comments_and_a_broken_file_are_kept_beside(tmp_path: Path) -> None:
    path, before = tmp_path / "practice.toml", tmp_path / "practice.toml.before"
    path.write_text('[practice]\nname = "Old" # the old name\n# a remark\n', encoding="utf-8")
    assert api.practice(home=tmp_path)["comments"]
    assert api.set_practice({"practice": {"name": "New"}}, home=tmp_path) == []
    assert "a remark" in before.read_text(encoding="utf-8")
    path.write_text("[practice\n", encoding="utf-8")
    assert "line 1" in api.practice(home=tmp_path)["wrong"]
    assert api.set_practice({"practice": {"name": "New"}}, home=tmp_path) == []
    assert before.read_text(encoding="utf-8") == "[practice\n"


WRONG: list[tuple[Mapping[str, Any], list[tuple[str, str]]]] = [
    ({"practice": {"npi": "1999999985"}}, [("practice", "npi")]),
    ({"practice": {"npi": "١٩٩٩٩٩٩٩٨٤"}}, [("practice", "npi")]),
    ({"practice": {"tin_last4": "12-3456789"}}, [("practice", "tin_last4")]),
    ({"practice": {"telephone": "call us", "email": "nobody"}}, [("practice", "telephone"), ("practice", "email")]),
    ({"contact": {"name": "Dana Whitfield"}}, [("contact", "telephone")]),
    ({"payers": [{"method": "fax", "payer": "aetna"}]}, [("payers", "fax")]),
    ({"payers": [{"method": "mail", "payer": "aetna"}]}, [("payers", "addressee")]),
    ({"payers": [{"method": "portal", "portal": "www.example.org"}]}, [("payers", "payer")]),
    ({"payers": [{"method": "portal", "payer": "nobody"}]}, [("payers", "payer")]),
    ({"payers": [{"method": "portal", "payer": "aetna", "level": 9}]}, [("payers", "level")]),
]


@pytest.mark.parametrize(("said", "places"), WRONG)
def test_what_is_wrong_is_told_field_by_field_and_nothing_is_written(
    said: Mapping[str, Any], places: list[tuple[str, str]], tmp_path: Path
) -> None:
    found = api.set_practice(said, home=tmp_path)
    assert [(one["part"], one["key"]) for one in found] == places
    assert all(one["says"].endswith(".") for one in found)
    assert not (tmp_path / "practice.toml").exists()


WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40)


@given(name=WORDS, lines=st.lists(WORDS, max_size=4))
def test_any_text_comes_back_as_it_was_written(name: str, lines: list[str]) -> None:
    table = practice_file.trimmed({"practice": {"name": name, "address": lines}})
    assert tomllib.loads(practice_file.written(table)) == table
