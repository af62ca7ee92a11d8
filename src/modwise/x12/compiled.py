"""The functions of `primitives` as machine code, made by numba on first use and kept beside the code or in the user's cache.

One loop over a column takes the place of ten passes over memory. Only `kernels` imports this module, for large files and where numba is
installed (`modwise[fast]`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from modwise.x12.primitives import MASK, NOWHERE, Bytes, Flags, Index, Offsets, Words

_NOWHERE = np.int64(NOWHERE)
_HALF = np.uint64(32)
_ONES = np.uint64(0x0101010101010101)
_LOW = np.uint64(0x7F7F7F7F7F7F7F7F)
_ONE = np.uint64(1)
_SEVEN = np.uint64(7)
_TOP = np.uint64(56)
# Multiplied by a byte's lowest bit, the top byte of this is the byte's number.
_PLACES = np.uint64(0x0001020304050607)


@njit(cache=True)
def cut(data: Bytes, words: Words, size: int, element: int, segment: int) -> tuple[Offsets, Offsets, Index, Index, Words]:
    """As in `primitives`; eight bytes at a time, and segments as their terminators are met."""
    first, second = np.uint64(element) * _ONES, np.uint64(segment) * _ONES
    delimiters, terminators = 1, 0
    for i in range(size):
        terminators += data[i] == segment
        delimiters += (data[i] == element) | (data[i] == segment)
    ends = np.empty(delimiters, dtype=np.int32)
    bounds = np.empty(terminators + 1, dtype=np.int32)
    start, length = np.empty(terminators, dtype=np.int64), np.empty(terminators, dtype=np.int64)
    ids = np.empty(terminators, dtype=np.uint64)
    ends[0], bounds[0] = -1, 0
    at, previous, number = 1, 0, 0
    for base in range(0, size, 8):
        word = words[base]
        closing = _zero_bytes(word ^ second)
        hits = _zero_bytes(word ^ first) | closing
        while hits:
            low = hits & (~hits + _ONE)
            place = base + np.int64(((low >> _SEVEN) * _PLACES) >> _TOP)
            if place >= size:
                break
            ends[at] = place
            if low & closing:
                begin = np.int64(ends[previous]) + 1
                while begin < place and data[begin] <= 32:
                    begin += 1
                width = np.int64(ends[previous + 1]) - begin
                start[number], length[number] = begin, width
                ids[number] = words[begin] & MASK[min(max(width, 0), 3)]
                previous = at
                number += 1
                bounds[number] = at
            at += 1
            hits ^= low
    return ends, bounds, start, length, ids


@njit(cache=True)
def _zero_bytes(word: np.uint64) -> np.uint64:
    """The top bit of each byte that is zero."""
    return ~(((word & _LOW) + _LOW) | word | _LOW)


@njit(cache=True)
def grouped(kinds: Bytes, count: int) -> tuple[Index, Index]:
    """As in `primitives`."""
    ends = np.zeros(count + 1, dtype=np.int64)
    for i in range(len(kinds)):
        ends[kinds[i] + 1] += 1
    for kind in range(count):
        ends[kind + 1] += ends[kind]
    at = ends[:-1].copy()
    order = np.empty(len(kinds), dtype=np.int64)
    for i in range(len(kinds)):
        kind = kinds[i]
        order[at[kind]] = i
        at[kind] += 1
    return order, ends


@njit(cache=True)
def element(ends: Offsets, bounds: Offsets, chosen: Index, number: int) -> tuple[Index, Index]:
    """As in `primitives`."""
    start, length = np.empty(len(chosen), dtype=np.int64), np.empty(len(chosen), dtype=np.int64)
    for i in range(len(chosen)):
        segment = chosen[i]
        place = np.int64(bounds[segment]) + number
        if place < bounds[segment + 1]:
            begin = np.int64(ends[place]) + 1
            start[i] = begin
            length[i] = np.int64(ends[place + 1]) - begin
        else:
            start[i] = 0
            length[i] = 0
    return start, length


@njit(cache=True)
def first_words(words: Words, start: Index, length: Index) -> Words:
    """As in `primitives`."""
    found = np.empty(len(start), dtype=np.uint64)
    for i in range(len(start)):
        found[i] = words[start[i]] & MASK[min(length[i], 8)]
    return found


@njit(cache=True)
def views(words: Words, start: Index, length: Index) -> Words:
    """As in `primitives`."""
    view = np.empty((len(start), 2), dtype=np.uint64)
    for i in range(len(start)):
        at, size = start[i], length[i]
        view[i, 0] = np.uint64(size) | ((words[at] & MASK[min(size, 4)]) << _HALF)
        if size > 12:
            view[i, 1] = np.uint64(at) << _HALF
        else:
            view[i, 1] = words[at + 4] & MASK[min(max(size - 4, 0), 8)]
    return view


@njit(cache=True)
def digits(data: Bytes, start: Index, length: Index) -> tuple[Index, Index, Flags]:
    """As in `primitives`."""
    count = len(start)
    values, decimals = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    bad = np.zeros(count, dtype=np.bool_)
    for i in range(count):
        size = length[i]
        if size == 0:
            continue
        at, end = start[i], start[i] + size
        negative = data[at] == 45
        at += negative
        value, behind, seen, wrong = np.int64(0), np.int64(-1), 0, end - at > 17
        while at < end and not wrong:
            byte = data[at]
            if 48 <= byte <= 57:
                value = value * 10 + np.int64(byte - 48)
                seen += 1
                behind += behind >= 0
            elif byte == 46 and behind < 0:
                behind = 0
            else:
                wrong = True
            at += 1
        if wrong or seen == 0:
            bad[i] = True
            continue
        while behind > 0 and value % 10 == 0:
            value //= 10
            behind -= 1
        values[i] = -value if negative else value
        decimals[i] = max(behind, 0)
    return values, decimals, bad


@njit(cache=True)
def components(words: Words, start: Index, length: Index, separator: int, count: int) -> tuple[Index, Index]:
    """As in `primitives`."""
    starts, lengths = np.zeros((count, len(start)), dtype=np.int64), np.zeros((count, len(start)), dtype=np.int64)
    wanted = np.uint64(separator)
    byte = np.uint64(255)
    for i in range(len(start)):
        at, end = start[i], start[i] + length[i]
        number, begun = 0, at
        while at < end and number < count:
            if words[at] & byte == wanted:
                starts[number, i], lengths[number, i] = begun, at - begun
                number += 1
                begun = at + 1
            at += 1
        if number < count and begun < end:
            starts[number, i], lengths[number, i] = begun, end - begun
    return starts, lengths


@njit(cache=True)
def last_at(places: Index, numbers: Index) -> Index:
    """As in `primitives`."""
    found = np.empty(len(numbers), dtype=np.int64)
    at, size = 0, len(places)
    for i in range(len(numbers)):
        number = numbers[i]
        # The numbers nearly always rise, so the search goes on where it stood.
        if at > 0 and places[at - 1] > number:
            at = np.searchsorted(places, number, side="right")
        while at < size and places[at] <= number:
            at += 1
        found[i] = at - 1
    return found


@njit(cache=True)
def next_after(places: Index, numbers: Index) -> Index:
    """As in `primitives`."""
    index = last_at(places, numbers)
    for i in range(len(index)):
        at = index[i] + 1
        index[i] = places[at] if at < len(places) else _NOWHERE
    return index
