"""The side that a record tells of that day: quoted where it is the line's own, and a gap where it is another, both, or not told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modwise.appeals.appeal import Appeal
from tests.letter_files import drafted, letter_cases

EYE = next(case for case in letter_cases() if case["id"] == "79-other-eye")
REPORTS = tomllib.loads(Path(__file__).with_name("sides.toml").read_text(encoding="utf-8"))["report"]


def letter(says: str, folder: Path, modifier: str = "LT", **more: Any) -> Appeal:
    lines = [{**EYE["lines"][0], "modifiers": ["79", modifier]}, *more.pop("others", ())]
    note = f"OPERATIVE REPORT\nDate of surgery: 05/19/2026\n{says}\n"
    return drafted({**EYE, "notes": [note], "lines": lines, **more}, folder)


def flat(found: Appeal) -> str:
    return " ".join(found.text.split())


def held(found: Appeal, report: Mapping[str, Any]) -> None:
    names = {gap.name.split(".")[0] for gap in found.missing} - {"record"}
    assert names == {"own": set(), "other": {"other_side"}, "both": {"contrary"}, "unknown": {"side"}}[report["told"]]
    assert found.complete is (report["told"] == "own")
    assert f"\u201c{report.get('quoted', '')}" in flat(found)
    assert not [words for words in report.get("never", ()) if words in flat(found)]
    if report["told"] in ("other", "unknown"):
        assert "The side or site" not in flat(found)
        assert "name the side" not in flat(found)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["says"][:40])
def test_the_side_of_the_day_is_told_by_its_own_words(report: Mapping[str, Any], tmp_path: Path) -> None:
    held(letter(report["says"], tmp_path), report)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["says"][:40])
def test_the_other_side_is_told_by_the_same_words_mirrored(report: Mapping[str, Any], tmp_path: Path) -> None:
    def mirrored(text: str) -> str:
        words = text.replace("left", "\0").replace("right", "left").replace("\0", "right")
        return words.replace("OS", "\0").replace("OD", "OS").replace("\0", "OD")

    turned = {key: mirrored(value) if isinstance(value, str) else list(map(mirrored, value)) for key, value in report.items()}
    held(letter(turned["says"], tmp_path, "RT"), turned)


def test_what_the_user_says_of_the_side_holds(tmp_path: Path) -> None:
    facts = {"letter": {**EYE["facts"]["letter"], "record_side": "left"}}
    assert letter("A cataract was removed, unrelated to the first surgery.", tmp_path, facts=facts).complete


def test_a_record_of_both_sides_is_right_where_both_were_billed(tmp_path: Path) -> None:
    other = {"code": "66984", "modifiers": ["79", "RT"], "charge": "1400.00", "paid": "900.00", "adjust": ["CO-45:500.00"]}
    says = "The left cataract was removed. The right cataract was removed. This is unrelated to the first surgery."
    assert letter(says, tmp_path, others=[other]).complete
    assert not letter(says, tmp_path).complete
