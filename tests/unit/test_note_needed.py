"""The words that a pattern cannot do without: none is ever missing from a text that the pattern matches."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modwise.knowledge.corpus import corpus
from modwise.knowledge.needed import needed
from modwise.notes import text
from modwise.notes.rules import rule_set

CASES = [
    ("biopsy", ("biopsy",)),
    (r"\bbiops(?:y|ies)\b", ("biops",)),
    ("lens|iris", ("iris", "lens")),
    ("lens|.", ()),
    ("(?:lens|iris)[^;]{0,20}placed", ("placed",)),
    ("(?:lens|iris) [a-z]+", ("iris", "lens")),
    ("(?:lens|iris)?[a-z]+", ()),
    ("(?:lens|iris){0,2}", ()),
    ("stents?", ("stent",)),
    ("nodes*", ("node",)),
    (r"(?<!not )(?=lens)\w+", ()),
    (r"\d mm|\[abc\]", ()),
    ("(?:a(?:bcd|ef)gh|ijk)", ()),  # "ef" is too short to be looked for
    ("(?P<left>lens)", ("lens",)),
]


@pytest.mark.parametrize(("pattern", "words"), CASES)
def test_the_words_of_a_pattern(pattern, words):
    assert needed(pattern) == words


PIECES = st.recursive(
    st.sampled_from(["lens", "iris", "node", "ab", "[a-z]", r"\d", r"\b", " ", "."]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"(?:{one}){{0,2}}"),
        inner.map(lambda one: f"(?!{one})"),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(pattern=PIECES, content=st.lists(st.sampled_from(["lens", "iris", "node", "ab", "x", "7", " "]), max_size=8).map("".join))
def test_a_text_that_matches_holds_one_of_them(pattern, content):
    words = needed(pattern)
    if words and re.search(pattern, content):
        assert any(word in content for word in words)


def titles():
    """The first line of every example of an act or landmark: what patterns of names are looked for in."""
    for table in corpus().kinds["reading"].values():
        for key in ("act", "landmark"):
            for entry in table.get(key, []):
                yield from (sentence.split("\n")[0] for sentence in entry["examples"])


def test_no_name_of_a_service_is_kept_from_a_match():
    rules = rule_set()
    patterns = [entry.named for entry in (*rules.acts, *rules.works, *rules.landmarks)]
    windows = {text.fold(title) for title in titles()}
    for pattern in (p for p in patterns if p.cues):
        for window in (w for w in windows if not any(word in w for word in pattern.cues)):
            assert not pattern.compiled.search(window), (pattern.source, window)
