"""Cues are found wherever they stand in a sentence, whatever the words around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from modwise.notes.cues import Cues, anchor
from modwise.notes.rules import rule_set

ALPHABET = "abn. l/"
LISTS = [["abba", "bb b"], [" a"], ["b/l", "nab"], ["bab", "l b "]]


@given(st.text(ALPHABET, max_size=30), st.integers(0, 10), st.integers(0, 30))
def test_standing_is_what_a_plain_search_finds(text: str, start: int, length: int) -> None:
    end = min(start + length, len(text))
    window, words = text[max(start - 1, 0) : end + 1], text[start:end].split()
    # A cue is looked up by one of its pieces, which must stand in the sentence itself.
    held = [{cue for cue in cues if cue in window and any(anchor(cue).fits(word) for word in words)} for cues in LISTS]
    assert Cues(LISTS).standing(text, start, end) == {number for number, cues in enumerate(held) if cues}
    inside = {number for number, cues in enumerate(LISTS) if any(cue.strip() == cue and cue in text[start:end] for cue in cues)}
    assert inside <= Cues(LISTS).standing(text, start, end)


def test_every_rule_has_a_cue_that_is_found_by_itself() -> None:
    rules = rule_set()
    for number, rule in enumerate(rules.rules):
        for cue in rule.pattern.cues:
            assert number in rules.cues.standing(f" {cue.strip()} ", 1, len(cue.strip()) + 1), (rule.id, cue)
