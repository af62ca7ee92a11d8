"""What is known of a procedure code: figures as the tables have them, meanings as the facts have them, nothing where nothing is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import modwise as mw
from modwise.asking.procedure import covers

DAY = date(2026, 7, 15)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def test_indicators_come_with_what_they_mean(home: Path) -> None:
    told = mw.procedure("45378", as_of=DAY, home=home)
    by_name = {one["name"]: one for one in told["fee"]["indicators"]}
    assert by_name["global period"]["value"] == "000"
    assert "57" in by_name["global period"]["modifiers"]
    assert all(say["source"] for one in told["fee"]["indicators"] for say in one["says"])
    assert told["fee"]["rows"] == ["", "53"]
    assert told["fee"]["nearest"] is False
    assert {source["key"] for source in told["sources"]} >= {
        key for one in by_name.values() for say in one["says"] for key in say["source"]
    }


def test_families_with_the_other_code_of_a_pair(home: Path) -> None:
    families = {one["family"]: one["other"] for one in mw.procedure("45378", as_of=DAY, home=home)["families"]}
    assert families["colonoscopy"] is None
    assert families["sigmoidoscopy-instead"] == "45330"


def test_two_codes_are_held_against_the_pairs_in_either_order(home: Path) -> None:
    one = mw.procedure("45378", other="45380", as_of=DAY, home=home)["pairs"]
    two = mw.procedure("45380", other="45378", as_of=DAY, home=home)["pairs"]
    assert one == two
    assert {(pair["service"], pair["column1"], pair["column2"], pair["indicator"]) for pair in one} == {
        ("practitioner", "45380", "45378", "0"),
        ("outpatient", "45380", "45378", "0"),
    }
    assert mw.procedure("45378", other="27447", as_of=DAY, home=home)["pairs"] == []


def test_an_add_on_names_its_primary_codes(home: Path) -> None:
    found = mw.procedure("22614", as_of=DAY, home=home)["add_on"]
    assert found["is"] is True
    assert "22612" in found["primaries"]
    assert mw.procedure("22612", as_of=DAY, home=home)["add_on"]["is"] is False


def test_nothing_is_known_of_a_code_in_no_table(home: Path) -> None:
    told = mw.procedure("99999", as_of=DAY, home=home)
    assert (told["fee"], told["units"], told["families"], told["said"], told["add_on"]) == (None, [], [], [], None)


@pytest.mark.parametrize("code", ["", "4537", "453789", "ABCDE", "45 78", "<script>"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(mw.UsageError, match="no procedure code"):
        mw.procedure(code)


@pytest.mark.parametrize(
    ("item", "code", "inside"),
    [
        ("45378", "45378", True),
        ("45378-45398", "45380", True),
        ("45378-45398", "45399", False),
        ("45378>45330", "45378", True),
        ("45378>45330", "45330", False),
    ],
)
def test_a_familys_item_covers_codes(item: str, code: str, inside: bool) -> None:
    assert covers(item, code) is inside
