"""One block of X12 bytes as segments and elements, by delimiter offsets: no Python step per segment.

Offsets are found once with numpy; an element is then a pair of integer arrays (start, length) for any set of segments, and unaligned
overlapping words of the buffer turn one to eight bytes into one integer each.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Index = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

PADDING = 64
# Small enough that what is made of one piece stays in the processor's cache.
_PIECE = 1 << 16
MASK = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [2**64 - 1], dtype=np.uint64)


@dataclass(frozen=True)
class Delimiters:
    """The separators an interchange declares in its ISA segment, as byte values."""

    element: int
    component: int
    segment: int


@dataclass(frozen=True)
class Span:
    """Where a value stands for each of some segments: start offsets and lengths in the block; length 0 = absent."""

    start: Index
    length: Index

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, rows: Any) -> Span:
        return Span(self.start[rows], self.length[rows])


def padded(raw: bytes) -> bytearray:
    """The bytes with the room behind them that Segments needs."""
    return bytearray(raw) + bytes(PADDING)


def segment_id(name: str) -> int:
    """A segment identifier as the integer the scanner compares."""
    return int.from_bytes(name.encode("ascii"), "little")


class Segments:
    """The whole segments at the front of a buffer: `size` bytes, with PADDING or more behind them that are not looked at.

    The bytes must end right behind a segment terminator (line ends may follow). `base` is the block's offset in the file and
    `first` the number of its first segment in the file, from 1.
    """

    def __init__(
        self, buffer: bytearray, size: int, delimiters: Delimiters, *, base: int = 0, first: int = 1, shift: Index | None = None
    ) -> None:
        self.delimiters = delimiters
        self.base = base
        self.first = first
        self._shift = shift
        self.size = size
        self.bytes: Bytes = np.frombuffer(buffer, dtype=np.uint8)
        self.words: Words = np.ndarray((size + PADDING - 8,), dtype="<u8", buffer=self.bytes, strides=(1,))
        self._ends: Index = self._delimited()
        terminators = np.flatnonzero(self.bytes[self._ends[1:]] == delimiters.segment) + 1
        self._last: Index = terminators
        self._before: Index = np.concatenate(([0], terminators[:-1])) if len(terminators) else terminators
        self.start = self._starts()
        self.elements: Index = self._last - self._before - 1
        self.id_length: Index = self._ends[self._before + 1] - self.start
        self._found: dict[str, Index] = {}
        self._words: dict[tuple[str, int], Words] = {}
        self.ids: Words = self.words[self.start] & MASK[np.clip(self.id_length, 0, 3)]

    def _delimited(self) -> Index:
        """Offsets of all delimiters; a sentinel in front stands for the terminator before the first segment."""
        found = [np.array([-1])]
        for start in range(0, self.size, _PIECE):
            piece = self.bytes[start : min(start + _PIECE, self.size)]
            hits = piece == self.delimiters.element
            hits |= piece == self.delimiters.segment
            found.append(np.flatnonzero(hits) + start)
        return np.concatenate(found)

    def _starts(self) -> Index:
        start = self._ends[self._before] + 1
        limit = self._ends[self._last] if len(self._last) else start
        while True:
            # Line ends between segments are layout, not content.
            blank = (self.bytes[start] <= 32) & (start < limit)
            if not blank.any():
                return start
            start = start + blank

    def __len__(self) -> int:
        return len(self._last)

    @property
    def end(self) -> int:
        """Offset behind the last segment's terminator."""
        return int(self._ends[self._last[-1]]) + 1 if len(self) else 0

    def where(self, name: str) -> Index:
        """Numbers of the segments with that identifier, rising."""
        if name not in self._found:
            self._found[name] = np.flatnonzero(self.ids == np.uint64(segment_id(name)))
        return self._found[name]

    def head(self, count: int) -> Segments:
        """The first `count` segments of the block, over the same bytes."""
        part = copy.copy(self)
        part._last, part._before, part.start = self._last[:count], self._before[:count], self.start[:count]
        part.elements, part.id_length, part.ids = self.elements[:count], self.id_length[:count], self.ids[:count]
        part._found, part._words = {}, {}
        return part

    def element(self, segments: Index, number: int) -> Span:
        """Element `number` (from 1) of those segments."""
        there = self.elements[segments] >= number
        place = self._before[segments] + number
        if there.all():
            start = self._ends[place] + 1
            return Span(start, self._ends[place + 1] - start)
        # An absent element is looked for at the front of the block, which is always there.
        place *= there
        start = self._ends[place] + 1
        return Span(start, (self._ends[place + 1] - start) * there)

    def qualified(self, name: str, number: int, *values: str) -> Index:
        """Segments of that identifier whose element `number` is one of the values (shorter than eight bytes)."""
        segments = self.where(name)
        if not len(segments):
            return segments
        words = self._first_words(name, number)
        keep = words == np.uint64(segment_id(values[0]))
        for value in values[1:]:
            keep |= words == np.uint64(segment_id(value))
        found: Index = segments[keep]
        return found

    def _first_words(self, name: str, number: int) -> Words:
        if (name, number) not in self._words:
            self._words[name, number] = self.word(self.element(self.where(name), number))
        return self._words[name, number]

    def word(self, span: Span) -> Words:
        """The first eight bytes of each value as one integer, zero-filled."""
        masked: Words = self.words[span.start] & MASK[np.minimum(span.length, 8)]
        return masked

    def text(self, segment: int, number: int) -> str:
        """One element as text: for envelopes and messages, not for columns."""
        span = self.element(np.array([segment]), number)
        start, length = int(span.start[0]), int(span.length[0])
        return self.bytes[start : start + length].tobytes().decode("utf-8", "replace")

    def identifier(self, segment: int) -> str:
        """A segment's identifier as text."""
        start, length = int(self.start[segment]), int(self.id_length[segment])
        return self.bytes[start : start + min(length, 3)].tobytes().decode("ascii", "replace")

    def number_of(self, segment: int) -> int:
        """The segment's number in the file, from 1."""
        return self.first + segment

    def positions(self, segments: Index) -> Index:
        """Byte offsets of the segments in the file."""
        start = self.start[segments]
        if self._shift is not None:
            start = start - self._shift[start]
        absolute: Index = start + self.base
        return absolute
