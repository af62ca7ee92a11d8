"""Cues are found wherever they stand in a sentence, whatever the words around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modwise.notes.cues import Cues
from modwise.notes.rules import rule_set

ALPHABET = "abn. l/"
LISTS = [["abba", "bb b"], [" a"], ["b/l", "nab"], ["bab", "l b "]]


@given(st.text(ALPHABET, max_size=30), st.integers(0, 10), st.integers(0, 30))
def test_standing_is_what_a_plain_search_finds(text: str, start: int, length: int) -> None:
    end = min(start + length, len(text))
    window = text[max(start - 1, 0) : end + 1]
    words = text[start:end].split()
    expected = {
        number
        for number, cues in enumerate(LISTS)
        if any(cue in window and any(max(cue.split(), key=len) in word for word in words) for cue in cues)
    }
    assert Cues(LISTS).standing(text, start, end) == expected


def test_every_rule_has_a_cue_that_is_found_by_itself() -> None:
    rules = rule_set()
    for number, rule in enumerate(rules.rules):
        for cue in rule.pattern.cues:
            assert number in rules.cues.standing(f" {cue.strip()} ", 1, len(cue.strip()) + 1), (rule.id, cue)
