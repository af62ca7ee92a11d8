"""Composite elements split into their components, eight bytes at a time."""

from __future__ import annotations

import numpy as np

from modwise.x12.scan import Index, Segments, Span, Words

_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)
_EIGHT = np.uint64(8)


def split(block: Segments, span: Span, count: int) -> list[Span]:
    """The first `count` components of each value; absent ones have length 0."""
    end = span.start + span.length
    cursor = span.start
    parts = []
    for _ in range(count):
        left = np.maximum(end - cursor, 0)
        length = _until_separator(block, cursor, left)
        parts.append(Span(np.where(left > 0, cursor, 0), length))
        cursor = cursor + length + 1
    return parts


def _until_separator(block: Segments, cursor: Index, left: Index) -> Index:
    """Bytes before the next component separator, at most `left`."""
    separator = np.uint64(block.delimiters.component) * _ONES
    safe = np.where(left > 0, cursor, 0)
    length = np.minimum(_first_match(block.words[safe], separator), left)
    # Few components are eight bytes or longer: descriptions.
    long = np.flatnonzero((length == 8) & (left > 8))
    while len(long):
        more = np.minimum(_first_match(block.words[safe[long] + length[long]], separator), left[long] - length[long])
        length[long] += more
        long = long[(more == 8) & (length[long] < left[long])]
    return length


def _first_match(words: Words, pattern: np.uint64) -> Index:
    """Number of the first byte of each word that equals the pattern's; 8 when none does."""
    with np.errstate(over="ignore"):
        zero = words ^ pattern
        hits = (zero - _ONES) & ~zero & _TOPS
        lowest = hits & (~hits + np.uint64(1))
    # A power of two is exact as a float, and its exponent is the bit's number.
    _, exponent = np.frexp(lowest.astype(np.float64))
    return np.where(hits == 0, 8, (exponent - 1) // 8).astype(np.int64)
