"""Text written one way, and its letters and digits alone: what two settings of the same words have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u2022", " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\r", None),
        "\u2026": "...",
        "\u00b7": "|",
    }
)


def alike(text: str) -> str:
    """The text with quotes, dashes and blanks written one way."""
    plain = text.translate(_ALIKE)
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


@dataclass(frozen=True)
class Letters:
    """Letters, digits and the signs that make a number, in small letters, with the offset of each in the text."""

    letters: str
    places: list[int]
    gaps: bytes  # before each letter: 0 = it follows at once, 1 = something stands between, 2 = a line's end or a hyphen does

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Where that run of letters stands, as offsets of the letters."""
        start = self.letters.find(wanted) if wanted else -1
        while start >= 0:
            yield start, start + len(wanted)
            start = self.letters.find(wanted, start + 1)

    def spans(self, wanted: str) -> Iterator[tuple[int, int]]:
        """The same as offsets of the text."""
        for start, end in self.find(wanted):
            yield self.places[start], self.places[end - 1] + 1


# Runs of letters and digits, and between them the signs of which one side is a digit.
_RUN = re.compile(r"[^\W_]+|[$%<>=+±≥≤°]|(?<=[^\W_])[.\-/](?=\d)|(?<=\d)[.\-/](?=[^\W_])")


def squashed(text: str) -> Letters:
    """The letters of a text as `alike` writes it."""
    kept: list[str] = []
    places: list[int] = []
    gaps = bytearray()
    last = 0
    for match in _RUN.finditer(text):
        start, end = match.span()
        between = text[last:start]
        gaps.append(0 if not between else 2 if "\n" in between or "-" in between else 1)
        gaps.extend(bytes(end - start - 1))
        last = end
        small = match[0].lower()
        if len(small) != end - start:
            # A few letters have a longer small form; they stay as they are.
            small = match[0]
        kept.append(small)
        places.extend(range(start, end))
    return Letters("".join(kept), places, bytes(gaps))


def same_words(one: bytes, two: bytes) -> bool:
    """Whether two runs of the same letters part into the same words; a line's end or a hyphen may part a word or not."""
    return one[1:] == two[1:] or all(a == b or 2 in (a, b) for a, b in zip(one[1:], two[1:], strict=True))


@lru_cache(maxsize=4096)
def squash(text: str) -> str:
    """The letters alone, of any text."""
    return squashed(alike(text)).letters


@lru_cache(maxsize=4096)
def gaps(text: str) -> bytes:
    """How the letters of a text part into words."""
    return squashed(alike(text)).gaps
