"""The loops over bytes and offsets that reading X12 comes down to, as numpy operations over whole columns.

`compiled` holds the same functions as machine code; both give the same answers, bit for bit. All numbers are int64; the offsets of delimiters may be int32.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Index = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

NOWHERE = 2**62
MASK = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [2**64 - 1], dtype=np.uint64)
# Small enough that what is made of one piece stays in the processor's cache.
_PIECE = 1 << 16
_HALF = np.uint64(32)
_ONES = np.uint64(0x0101010101010101)
_TOPS = np.uint64(0x8080808080808080)
_LOW4 = np.uint64(0x0F0F0F0F0F0F0F0F)
_HIGH4 = np.uint64(0xF0F0F0F0F0F0F0F0)
_ZEROS = np.uint64(0x3030303030303030)
_SIXES = np.uint64(0x0606060606060606)


def cut(data: Bytes, words: Words, size: int, element: int, segment: int) -> tuple[Offsets, Offsets, Index, Index, Words]:
    """Offsets of all delimiters, which of them end segments, and for each segment its first byte, its identifier's length and value.

    A sentinel in front of both stands for the terminator before the first segment. Line ends between segments are layout, not
    content. The identifier's value is its first three bytes as an integer.
    """
    ends = _delimiters(data, size, element, segment)
    bounds = np.concatenate(([0], np.flatnonzero(data[ends[1:]] == segment) + 1))
    start: Index = ends[bounds[:-1]] + 1
    limit: Index = ends[bounds[1:]]
    while True:
        blank = (data[start] <= 32) & (start < limit)
        if not blank.any():
            break
        start = start + blank
    length = ends[bounds[:-1] + 1] - start if len(start) else start
    return ends, bounds, start, length, words[start] & MASK[np.clip(length, 0, 3)]


def _delimiters(data: Bytes, size: int, element: int, segment: int) -> Index:
    found = [np.array([-1])]
    for start in range(0, size, _PIECE):
        piece = data[start : min(start + _PIECE, size)]
        hits = piece == element
        hits |= piece == segment
        found.append(np.flatnonzero(hits) + start)
    return np.concatenate(found)


def grouped(kinds: Bytes, count: int) -> tuple[Index, Index]:
    """The numbers 0, 1, … ordered by their kind (0 to `count` - 1), rising within each; and where each kind begins, with the end."""
    ends = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(kinds, minlength=count), out=ends[1:])
    return np.argsort(kinds, kind="stable"), ends


def element(ends: Offsets, bounds: Offsets, chosen: Index, number: int) -> tuple[Index, Index]:
    """Start and length of element `number` (from 1) of the chosen segments; length 0 where there is none."""
    place: Index = bounds[chosen] + np.int64(number)
    there = place < bounds[chosen + 1]
    if there.all():
        start = np.asarray(ends[place] + 1, dtype=np.int64)
        return start, ends[place + 1] - start
    # An absent element is looked for at the front of the block, which is always there.
    place *= there
    start = np.asarray(ends[place] + 1, dtype=np.int64)
    return start, (ends[place + 1] - start) * there


def first_words(words: Words, start: Index, length: Index) -> Words:
    """The first eight bytes of each value as one integer, zero-filled."""
    masked: Words = words[start] & MASK[np.minimum(length, 8)]
    return masked


def views(words: Words, start: Index, length: Index) -> Words:
    """Arrow string views: length and twelve bytes inline, or length, prefix, buffer number 0 and offset. Two words a value."""
    view = np.zeros((len(start), 2), dtype=np.uint64)
    view[:, 0] = length.astype(np.uint64) | (words[start] & MASK[np.minimum(length, 4)]) << _HALF
    view[:, 1] = words[start + 4] & MASK[np.clip(length - 4, 0, 8)]
    long = np.flatnonzero(length > 12)
    if len(long):
        view[long, 1] = start[long].astype(np.uint64) << _HALF
    return view


def digits(data: Bytes, start: Index, length: Index) -> tuple[Index, Index, Flags]:
    """Each value's digits as one integer, how many stand behind the point (trailing zeros dropped), and which are malformed."""
    long = np.flatnonzero(length > 8)
    if len(long) == len(start):
        return _dropped(*_long_digits(data, start, length))
    value, decimals, bad = _short_digits(data, start, length)
    if len(long):
        value[long], decimals[long], bad[long] = _long_digits(data, start[long], length[long])
    return _dropped(value, decimals, bad)


def _dropped(value: Index, decimals: Index, bad: Flags) -> tuple[Index, Index, Flags]:
    """The same without zeros at the end behind the point; what is malformed has no value at all."""
    value[bad] = 0
    decimals[bad] = 0
    some = np.flatnonzero(decimals)
    while len(some):
        some = some[value[some] % 10 == 0]
        value[some] //= 10
        decimals[some] -= 1
        some = some[decimals[some] > 0]
    return value, decimals, bad


def _short_digits(data: Bytes, start: Index, length: Index) -> tuple[Index, Index, Flags]:
    """The digits of values of eight bytes at most, all bytes of a value at once; what longer ones get means nothing."""
    words: Words = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    empty = np.clip(8 - length, 0, 8).astype(np.uint64) << np.uint64(3)
    word = words[start]
    negative = ((word & np.uint64(0xFF)) == np.uint64(45)) & (length > 0)
    word = word ^ (negative.astype(np.uint64) * np.uint64(0x1D))  # "-" becomes "0"
    # The last byte of the value comes to stand last, with zeros in front; a shift by 64 bits is none.
    blank = length <= 0
    word = np.where(blank, _ZEROS, (word << empty) | (_ZEROS & ((np.uint64(1) << empty) - np.uint64(1))))
    place = _first_match(word, np.uint64(46) * _ONES)
    pointed = place < 8
    left = MASK[place]
    without = (word & ~(left | (left << np.uint64(8)) | np.uint64(0xFF))) | ((word & left) << np.uint64(8)) | np.uint64(0x30)
    word = np.where(pointed, without, word)
    bad = ((word & _HIGH4) != _ZEROS) | (((word + _SIXES) & _HIGH4) != _ZEROS)
    bad |= (length - negative - pointed <= 0) & ~blank
    pairs = (((word & _LOW4) * np.uint64(10)) + ((word & _LOW4) >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    fours = ((pairs * np.uint64(100)) + (pairs >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    value = (((fours * np.uint64(10000)) + (fours >> _HALF)) & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return np.where(negative, -value, value), np.where(pointed, 7 - place, 0), bad


def _long_digits(data: Bytes, start: Index, length: Index) -> tuple[Index, Index, Flags]:
    """The digits of values of any length, byte after byte."""
    negative = (data[start] == 45) & (length > 0)
    # "50." and "050" are written by real systems and mean 50; twenty bytes would not fit the integer.
    bad = length - negative > 17
    value = np.zeros(len(start), dtype=np.int64)
    decimals = np.full(len(start), -1, dtype=np.int64)
    seen = np.zeros(len(start), dtype=np.int64)
    for step in range(int(min(length.max(initial=0), 18))):
        byte = data[start + step].astype(np.int64)
        live = (step < length) & ~(negative & (step == 0))
        digit = (byte >= 48) & (byte <= 57)
        point = byte == 46
        bad |= live & ~digit & ~(point & (decimals < 0))
        grow = live & digit
        value = np.where(grow, value * 10 + (byte - 48), value)
        seen += grow
        decimals = np.where(grow & (decimals >= 0), decimals + 1, np.where(live & point & (decimals < 0), 0, decimals))
    decimals = np.maximum(decimals, 0)
    bad |= (seen == 0) & (length > 0)
    return np.where(negative, -value, value), decimals, bad


def components(words: Words, start: Index, length: Index, separator: int, count: int) -> tuple[Index, Index]:
    """Start and length of the first `count` components of each value, one row a component; an absent one has start and length 0."""
    end = start + length
    cursor = start
    starts, lengths = np.zeros((count, len(start)), dtype=np.int64), np.zeros((count, len(start)), dtype=np.int64)
    for number in range(count):
        left = np.maximum(end - cursor, 0)
        found = _until(words, cursor, left, separator)
        starts[number] = np.where(left > 0, cursor, 0)
        lengths[number] = found
        cursor = cursor + found + 1
    return starts, lengths


def _until(words: Words, cursor: Index, left: Index, separator: int) -> Index:
    """Bytes before the next separator, at most `left`."""
    pattern = np.uint64(separator) * _ONES
    safe = np.where(left > 0, cursor, 0)
    length = np.minimum(_first_match(words[safe], pattern), left)
    # Few components are eight bytes or longer: descriptions.
    long = np.flatnonzero((length == 8) & (left > 8))
    while len(long):
        more = np.minimum(_first_match(words[safe[long] + length[long]], pattern), left[long] - length[long])
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


def last_at(places: Index, numbers: Index) -> Index:
    """For each number the index of the last place at or before it; -1 when there is none. The places rise."""
    return np.searchsorted(places, numbers, side="right") - 1


def next_after(places: Index, numbers: Index) -> Index:
    """For each number the next place behind it; NOWHERE when there is none. The places rise."""
    return np.append(places, np.int64(NOWHERE))[np.searchsorted(places, numbers, side="right")]
