"""Words of a record that tell otherwise than its letter: they leave it incomplete, and stand in the gap."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from modwise.appeals.appeal import Appeal
from tests.letter_files import drafted, letter_cases

CASES = {case["id"]: case for case in letter_cases()}
NOTES = tomllib.loads(Path(__file__).with_name("contradictions.toml").read_text(encoding="utf-8"))["note"]


def added(part: str) -> list[tuple[str, str]]:
    return [(note["case"], sentence) for note in NOTES for sentence in note[part]]


def letter(case: str, folder: Path, *notes: str, **more: object) -> Appeal:
    return drafted({**CASES[case], "notes": list(notes), **more}, folder)


def own(case: str) -> str:
    return str(next(iter(CASES[case].get("notes", ["REPORT\n"]))))


def told(found: Appeal) -> list[str]:
    return [gap.placeholder for gap in found.missing if gap.name.startswith("contrary")]


@pytest.mark.parametrize(("case", "sentence"), added("tells_otherwise"))
def test_a_sentence_that_tells_otherwise_leaves_the_letter_incomplete_with_its_words(
    case: str, sentence: str, tmp_path: Path
) -> None:
    found = letter(case, tmp_path, own(case) + sentence + "\n")
    assert not found.complete
    if found.letter is not None:
        assert any(sentence.rstrip(".") in words for words in told(found)), told(found)
        assert all(words in found.text.replace("\n   ", " ") for words in told(found))


@pytest.mark.parametrize(("case", "sentence"), added("tells_nothing"))
def test_a_sentence_that_tells_nothing_of_it_changes_nothing(case: str, sentence: str, tmp_path: Path) -> None:
    found = letter(case, tmp_path, own(case) + sentence + "\n")
    assert found.refused is None
    assert not told(found)
    assert found.complete == CASES[case]["complete"]


TONSIL = "52-tonsil"
BOTH = "Both tonsils were removed and sent to pathology."


def test_the_contradiction_may_stand_before_the_words_quoted(tmp_path: Path) -> None:
    head, _, rest = own(TONSIL).partition("INDICATION")
    assert told(letter(TONSIL, tmp_path, f"{head}{BOTH}\nINDICATION{rest}"))


def test_the_contradiction_may_stand_in_another_record(tmp_path: Path) -> None:
    found = letter(TONSIL, tmp_path, own(TONSIL), f"PATHOLOGY REPORT\nDate of procedure: 02/10/2026\n{BOTH}\n")
    assert any("Pathology report" in words for words in told(found))


def test_what_the_practice_states_does_not_hide_it(tmp_path: Path) -> None:
    facts = {"letter": {"part_omitted": "the left tonsil", "reason": "it was normal"}}
    note = f"OPERATIVE REPORT\nDate of procedure: 02/10/2026\nThe entire procedure was performed. {BOTH}\n"
    found = letter(TONSIL, tmp_path, note, facts=facts)
    assert not found.complete
    assert any("entire procedure" in words for words in told(found))


def test_what_clears_it_stands_in_the_letter_beside_the_words(tmp_path: Path) -> None:
    cleared = {"letter": {"record_cleared": "the specimen list was copied from another report; one tonsil was sent"}}
    found = letter(TONSIL, tmp_path, own(TONSIL) + BOTH + "\n", facts=cleared)
    flat = " ".join(found.text.split())
    assert found.complete
    assert f"The record also says: \u201c{BOTH}\u201d (Exhibit B, page 1, line 8)." in flat
    assert "The provider clears this: the specimen list was copied" in flat
