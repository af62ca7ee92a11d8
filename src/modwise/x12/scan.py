"""One block of X12 bytes as segments and elements, by delimiter offsets: no Python step per segment.

Offsets are found once with numpy; an element is then a pair of integer arrays (start, length) for any set of segments, and unaligned
overlapping words of the buffer turn one to eight bytes into one integer each.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from modwise.x12 import kernels
from modwise.x12.primitives import MASK, Bytes, Flags, Index, Words

PADDING = 64


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


# The segments that readers ask for are found all at once; any other is looked for when it is asked for.
_ASKED = """
    ISA IEA GS GE ST SE TA1 HL NM1 PRV SBR DMG CLM DTP REF NTE PWK HI LX SV1 SV2 LIN
    BPR TRN N1 CLP CAS SVC DTM LQ MOA MIA AMT PLB QTY
"""
_KIND = {name: number for number, name in enumerate(_ASKED.split(), 1)}
# Three bytes as an index: a table look-up for every segment costs less than a search.
_KINDS = np.zeros(1 << 24, dtype=np.uint8)
for _name, _number in _KIND.items():
    _KINDS[segment_id(_name)] = _number


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
        self._ends, self._bounds, self.start, self.id_length, self.ids = kernels.in_use().cut(
            self.bytes, self.words, size, delimiters.element, delimiters.segment
        )
        self._whole: Segments | None = None
        self._found: dict[str, Index] = {}
        self._words: dict[tuple[str, int], Words] = {}

    def __len__(self) -> int:
        return len(self.start)

    def elements(self, segments: Index) -> Index:
        """How many elements those segments have."""
        return np.asarray(self._bounds[segments + 1] - self._bounds[segments] - 1, dtype=np.int64)

    def where(self, name: str) -> Index:
        """Numbers of the segments with that identifier, rising."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> Index:
        if self._whole is not None:
            every = self._whole.where(name)
            return every[: np.searchsorted(every, len(self))]
        kind = _KIND.get(name)
        if kind is None:
            return np.flatnonzero(self.ids == np.uint64(segment_id(name)))
        order, ends = self._by_kind
        return order[ends[kind] : ends[kind + 1]]

    @cached_property
    def _by_kind(self) -> tuple[Index, Index]:
        found: tuple[Index, Index] = kernels.in_use().grouped(_KINDS[self.ids], len(_KIND) + 1)
        return found

    def head(self, count: int) -> Segments:
        """The first `count` segments of the block, over the same bytes."""
        part = copy.copy(self)
        part.start, part.id_length, part.ids = self.start[:count], self.id_length[:count], self.ids[:count]
        part._found, part._words, part._whole = {}, {}, self
        return part

    def element(self, segments: Index, number: int) -> Span:
        """Element `number` (from 1) of those segments."""
        return Span(*kernels.in_use().element(self._ends, self._bounds, segments, number))

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
            if self._whole is not None:
                self._words[name, number] = self._whole._first_words(name, number)[: len(self.where(name))]
            else:
                self._words[name, number] = self.word(self.element(self.where(name), number))
        return self._words[name, number]

    def word(self, span: Span) -> Words:
        """The first eight bytes of each value as one integer, zero-filled."""
        found: Words = kernels.in_use().first_words(self.words, span.start, span.length)
        return found

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


__all__ = ["MASK", "PADDING", "Bytes", "Delimiters", "Flags", "Index", "Segments", "Span", "Words", "padded", "segment_id"]
