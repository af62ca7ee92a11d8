"""Which stretches of a finished letter are whole sentences of the letter as drafted, however it was set."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from modwise.appeals.verifying.plain import Letters, gaps, same_words
from modwise.appeals.verifying.units import Unit
from modwise.appeals.verifying.words import words

# A shorter run of letters could stand inside other words: it counts only as a line, a cell or a sentence of its own.
LONG = 24
_RUN = re.compile(r"[^\W_]+")
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
            lead = text[before + 1 : stretch.start]
            if _is_lead(lead):
                yield stretch.start if any(sign.isalpha() for sign in lead) else before + 1
            after = text.find("\n", stretch.end)
            after = len(text) if after < 0 else after
            if not text[stretch.end : after].strip(" .,;:)\"'"):
                yield min(after + 1, len(text))


def cover(text: str, letters: Letters, units: Sequence[Unit]) -> Cover:
    """Where the units stand in the text; the longest first, none over another."""
    taken = bytearray(len(letters.places))
    found: list[Stretch] = []
    beside: list[Stretch] = []
    for unit in sorted(units, key=lambda unit: -len(unit.squashed)):
        for start, end in letters.find(unit.squashed):
            first, last = letters.places[start], letters.places[end - 1] + 1
            if any(taken[start:end]) or text[first - 1 : first].isalnum() or text[last : last + 1].isalnum():
                continue
            if not same_words(letters.gaps[start:end], gaps(unit.text)) or _ends_in_number(text, last):
                continue
            alone = len(unit.squashed) >= LONG or _stands_alone(text, first, last)
            (found if alone else beside).append(Stretch(first, last, unit))
            taken[start:end] = (b"\x01" if alone else b"\x02") * (end - start)
    marks = _bare(text)
    for stretch in (*found, *beside):
        marks[stretch.start : stretch.end] = marks[stretch.start : stretch.end].replace(b"\x00", b"\x01")
    found += _in_rows(text, marks, beside)
    found.sort(key=lambda stretch: stretch.start)
    return Cover(found, marks, [stretch.start for stretch in found])


def _ends_in_number(text: str, end: int) -> bool:
    """Whether the last thing before the offset is the number of the next paragraph."""
    line = text.rfind("\n", 0, end) + 1
    numbered = text[line:end].strip().isdigit() and text[end : end + 1] in (".", ")") and text[end + 1 : end + 2].isspace()
    return numbered and text[:line].endswith("\n\n")


def _bare(text: str) -> bytearray:
    """No letter or digit covered yet."""
    marks = bytearray(b"\x02") * len(text)
    for run in _RUN.finditer(text):
        marks[run.start() : run.end()] = bytes(run.end() - run.start())
    return marks


def _in_rows(text: str, marks: bytearray, beside: Sequence[Stretch]) -> list[Stretch]:
    """Short sentences beside others on a line, where the line is made of nothing else; the others lose their marks."""
    kept: list[Stretch] = []
    lost: list[Stretch] = []
    for stretch in beside:
        start = max(text.rfind(edge, 0, stretch.start) for edge in _EDGE) + 1
        end = min((place for edge in _EDGE if (place := text.find(edge, stretch.end)) >= 0), default=len(text))
        first = start + max(marks[start:end].find(1), 0)
        if _is_lead(text[start:first]):
            start = first
        (kept if 0 not in marks[start:end] else lost).append(stretch)
    for stretch in lost:
        marks[stretch.start : stretch.end] = marks[stretch.start : stretch.end].replace(b"\x01", b"\x00")
    return kept


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the stretch is a line, a cell or a sentence of its own."""
    first = max(text.rfind(edge, 0, start) for edge in _EDGE) + 1
    after = text[end:].lstrip(" .,;:)\"'*")
    return _is_lead(text[first:start]) and (not after or after[0] in _EDGE)


def _is_lead(words_before: str) -> bool:
    """Whether what stands on a line before its sentence is a number, a mark, or "RE:" and the like."""
    lead = words_before.strip(" (\"'0123456789.)-:*")
    return not lead or (len(lead) < MOST_LEAD and any(pattern.fullmatch(lead) for pattern in words().furniture))
