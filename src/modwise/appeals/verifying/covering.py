"""Which stretches of a finished letter are whole sentences of the letter as drafted, however it was set."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from modwise.appeals.verifying.plain import Letters
from modwise.appeals.verifying.units import Unit
from modwise.appeals.verifying.words import words

# A shorter run of letters could stand inside other words: it counts only as a line, a cell or a sentence of its own.
LONG = 24
_EDGE = "\n\t|"
# "RE:" and the like before a line of the letter.
MOST_LEAD = 12


@dataclass(frozen=True)
class Stretch:
    """One sentence of the ledger's letter where it stands in the text."""

    start: int
    end: int
    unit: Unit


@dataclass
class Cover:
    """The stretches found, in order."""

    stretches: list[Stretch] = field(default_factory=list)
    marks: bytearray = field(default_factory=bytearray)  # one per character: 1 = covered, 2 = not a letter or digit
    starts: list[int] = field(default_factory=list)

    def holds(self, start: int, end: int) -> bool:
        """Whether every letter and digit between the offsets is covered."""
        return 0 not in self.marks[start:end]

    def unit_at(self, offset: int) -> Unit | None:
        """The sentence of the ledger's letter that covers the offset."""
        index = bisect_right(self.starts, offset) - 1
        return self.stretches[index].unit if index >= 0 and offset < self.stretches[index].end else None

    def found(self) -> set[int]:
        """The numbers of the sentences that stand in the text."""
        return {stretch.unit.number for stretch in self.stretches}

    def edges(self, text: str) -> Iterator[int]:
        """Ends of pieces: where a known sentence begins or ends with its line."""
        for stretch in self.stretches:
            before = text.rfind("\n", 0, stretch.start)
            lead = text[before + 1 : stretch.start].strip(" 0123456789.)-:")
            if not lead:
                yield before + 1
            elif len(lead) < MOST_LEAD and any(pattern.fullmatch(lead) for pattern in words().furniture):
                yield stretch.start
            after = text.find("\n", stretch.end)
            after = len(text) if after < 0 else after
            if not text[stretch.end : after].strip(" .,;:)\"'"):
                yield min(after + 1, len(text))


def cover(text: str, letters: Letters, units: Sequence[Unit]) -> Cover:
    """Where the units stand in the text; the longest first, none over another."""
    places = letters.places
    taken = bytearray(len(places))
    found: list[Stretch] = []
    for unit in sorted(units, key=lambda unit: -len(unit.squashed)):
        for start, end in letters.find(unit.squashed):
            first, last = places[start], places[end - 1]
            if any(taken[start:end]) or not _stands_alone(text, first, last + 1, len(unit.squashed)):
                continue
            taken[start:end] = b"\x01" * (end - start)
            found.append(Stretch(first, last + 1, unit))
    marks = bytearray(0 if sign.isalnum() else 2 for sign in text)
    for place, mark in zip(places, taken, strict=True):
        marks[place] = mark or marks[place]
    found.sort(key=lambda stretch: stretch.start)
    return Cover(found, marks, [stretch.start for stretch in found])


def _stands_alone(text: str, start: int, end: int, length: int) -> bool:
    """Whether the stretch is no part of a longer word; a short one no part of a longer sentence either."""
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return False
    if length >= LONG:
        return True
    before = text[:start].rstrip(" (\"'0123456789.)-:*")
    after = text[end:].lstrip(" .,;:)\"'*")
    return (not before or before[-1] in _EDGE) and (not after or after[0] in _EDGE)
