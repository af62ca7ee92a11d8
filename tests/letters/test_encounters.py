"""A record of several encounters in one text: only that of the day of service is read, quoted and sent."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.appeals import encounters
from modwise.appeals.appeal import Appeal
from modwise.appeals.packets.records import pages_of
from tests.letter_files import drafted, letter_cases

TONSIL = next(case for case in letter_cases() if case["id"] == "52-tonsil")
DAY = date(2026, 2, 10)
OWN = str(TONSIL["notes"][0]).strip() + "\n"
BEFORE = """OFFICE VISIT
Date of service: 01/12/2026
CHIEF COMPLAINT: Sore throat; also treated for depression.
Date of surgery: 03/03/2019, gallbladder.
"""
AFTER = """PROGRESS NOTE 02/17/2026
She is doing well. Herpes was talked about.
"""
SECRETS = ("depression", "Herpes")


def letter(text: str, folder: Path) -> Appeal:
    return drafted({**TONSIL, "notes": [text]}, folder)


@pytest.mark.parametrize("between", ["\n", "", "-----\n", "\f", "\n\n=====\n\n"])
@pytest.mark.parametrize("order", list(itertools.permutations((BEFORE, OWN, AFTER))))
def test_only_the_encounter_of_the_day_is_read_and_sent(order: tuple[str, ...], between: str, tmp_path: Path) -> None:
    found = letter(between.join(order), tmp_path)
    exhibit = next(one for one in found.exhibits if one.kind == "note")
    sent = pages_of(exhibit, found.ledger.documents[exhibit.file or ""])
    assert found.complete
    assert [page.text.split("\n")[0] for page in sent] == ["OPERATIVE REPORT"]
    assert not [word for word in SECRETS if word in str(found.as_dict())]
    assert len(exhibit.left_out) == 2
    assert all("another day" in words for words in exhibit.left_out)
    assert "of 3" in found.text
    assert any("encounters of other days" in words for words in found.warnings)


@pytest.mark.parametrize(
    ("heads", "apart"),
    [
        (("ENCOUNTER 2026-01-12", "ENCOUNTER 2026-02-10"), True),
        (("Visit on January 12, 2026\nOffice visit", "OPERATIVE REPORT\nDate: Feb 10, 2026"), True),
        (("Patient: Evelyn Marsh\nDOS: 1/12/26", "Patient: Evelyn Marsh\nDOS: 2/10/26"), True),
        (("CLINIC NOTE\n01/12/2026", "PROCEDURE NOTE\n02/10/2026"), True),
        (("OPERATIVE REPORT\nDate of procedure: 02/10/2026", "She was seen on 01/12/2026 before."), False),
        (("OPERATIVE REPORT\nDate of procedure: 02/10/2026\nDOB: 01/12/1990", "Dictated: 02/11/2026"), False),
        (("OPERATIVE REPORT\nDate of procedure: 02/10/2026", "Date of surgery: 03/03/2019, gallbladder."), False),
        (("OFFICE VISIT\nDate of service: 01/12/2026", "OFFICE VISIT\nDate of service: 01/19/2026"), False),
    ],
)
def test_where_encounters_part(heads: tuple[str, str], apart: bool) -> None:
    text = "\n".join(f"{head}\nSomething was done in some detail and is told here.\n" for head in heads)
    parts = encounters.encounters(text, (0,))
    assert encounters.known(parts, [DAY]) is apart


@settings(deadline=None)  # the first one loads the facts
@given(st.text(alphabet="OFICE VST:0123456789/\n\f.-ab", max_size=200))
def test_encounters_leave_no_gap_and_blanks_keep_every_place(text: str) -> None:
    parts = encounters.encounters(text, (0,))
    assert parts[0].start == 0
    assert parts[-1].end == len(text)
    assert all(one.end == other.start for one, other in itertools.pairwise(parts))
    blank = encounters.without(text, parts)
    assert len(blank) == len(text)
    assert blank.count("\n") == text.count("\n")
    assert not blank.strip()


def test_two_records_of_the_day_are_pages_of_their_own(tmp_path: Path) -> None:
    found = letter(f"{OWN}\nPATHOLOGY REPORT\nDate of procedure: 02/10/2026\nTonsil, right: chronic inflammation.\n", tmp_path)
    exhibit = next(one for one in found.exhibits if one.kind == "note")
    assert exhibit.pages == (1,)
    assert exhibit.left_out == ("page 2: nothing is quoted from it",)


def test_a_file_without_the_day_is_not_parted(tmp_path: Path) -> None:
    found = letter(f"{BEFORE}\n{AFTER}", tmp_path)
    assert not found.complete
    assert any(gap.name == "other_day" for gap in found.missing)


def test_a_long_page_that_cannot_be_parted_is_told(tmp_path: Path) -> None:
    found = letter(OWN + "Further text of the record stands here.\n" * 120, tmp_path)
    assert found.complete
    told = [problem for problem in found.problems if problem["check"] == "L31"]
    assert [problem["severity"] for problem in told] == ["warn"]
    assert "all of it is sent" in told[0]["message"]
    assert "127 lines" in told[0]["message"]
