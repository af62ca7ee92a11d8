"""Every cause that a table can give is said in words: no key reaches a page."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import modwise
from modwise.web import work_words

FACTS = Path(modwise.__file__).parent / "facts" / "remedies"
FILLED = {"have": "52", "want": "53", "topic": "units", "conflict": "50_rt", "coding_cause": "units_typo"}


def causes() -> list[str]:
    found = set()
    for path in FACTS.glob("*.toml"):
        for key in re.findall(r'^cause *= *"([a-z0-9_{}]+)"$', path.read_text(encoding="utf-8"), re.MULTILINE):
            found.add(key.format(**FILLED))
        tomllib.loads(path.read_text(encoding="utf-8"))
    return sorted(found)


@pytest.mark.parametrize("key", causes())
def test_a_cause_is_said_in_words(key: str) -> None:
    said = work_words.cause(key)
    assert "_" not in said
    assert said[0].isupper() or said[0].isdigit()


def test_causes_name_the_modifier() -> None:
    assert work_words.cause("wrong_modifier_52_for_53") == "52 stands where 53 fits"
    assert work_words.cause("59x_supported_payer_bundled") == "59 or X is supported; the payer bundled it all the same"
    assert work_words.cause("modifier_conflict_50_rt") == "Modifiers contradict each other: 50 and RT"
    assert work_words.cause("member_not_recognised") == "The payer did not recognise the member"
    assert work_words.cause("other_support_not_known") == "Whether the record supports the line as billed is not known"
    assert work_words.cause("something_new") == "Something new"


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("L1 redetermination", "First level: redetermination"),
        ("CER (add 58)", "Clerical error reopening: add 58"),
        (None, ""),
        ("corrected claim", "Corrected claim"),
        ("none (unprocessable)", "No appeal: unprocessable"),
    ],
)
def test_levels(level: str | None, said: str) -> None:
    assert work_words.level(level) == said
