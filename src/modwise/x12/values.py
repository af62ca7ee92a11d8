"""Values of a block's spans as columns: text, money, quantities, dates, opaque marks. A bad value is reported, never guessed."""

from __future__ import annotations

import os
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from modwise.x12 import kernels
from modwise.x12.scan import MASK, Index, Segments, Span, Words

Bad = npt.NDArray[np.bool_]

_SALT = np.uint64(int.from_bytes(os.urandom(8), "little"))
_M1 = np.uint64(0xFF51AFD7ED558CCD)
_M2 = np.uint64(0xC4CEB9FE1A85EC53)
_HALF = np.uint64(32)
_TURN = np.uint64(33)
_LOW4 = np.uint64(0x0F0F0F0F0F0F0F0F)
_HIGH4 = np.uint64(0xF0F0F0F0F0F0F0F0)
_ZEROS = np.uint64(0x3030303030303030)
_SIXES = np.uint64(0x0606060606060606)

# Types of text whose values may lie in the file's own bytes, and what a copy of them is.
_TEXTS = {pl.String(): pa.large_string(), pl.List(pl.String()): pa.large_list(pa.large_string())}


def strings(block: Segments, span: Span) -> pl.Series:
    """The values as text; an absent one (length 0) is null. No copy of the text is made: the series keeps the block alive."""
    present = np.flatnonzero(span.length)
    if len(present) < len(span) // 4:
        place = np.zeros(len(span), dtype=np.uint32)
        place[present] = np.arange(len(present), dtype=np.uint32)
        return _dense(block, span[present])[masked(place, span.length > 0)]
    return _dense(block, span)


def _dense(block: Segments, span: Span) -> pl.Series:
    array = _views(block, span)
    return series(pa.Array.from_buffers(pa.string_view(), len(span), [_validity(span.length > 0), *array]))


def series(array: pa.Array) -> pl.Series:
    """An Arrow array as a series, without a copy."""
    return cast("pl.Series", pl.from_arrow(array))


def owned(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with texts of its own, which no longer keep the file's bytes in memory: for frames that outlive their block."""
    return frame.with_columns(_owned(frame[name]) for name in frame.columns if frame[name].dtype in _TEXTS)


def _owned(column: pl.Series) -> pl.Series:
    return pl.Series(column.name, column.to_arrow().cast(_TEXTS[column.dtype]), dtype=column.dtype)


def masked(array: npt.NDArray[Any], present: Bad, kind: pa.DataType | None = None) -> pl.Series:
    """The numbers as a series, null where not present; `kind` is their Arrow type where it is not the array's own."""
    kind = kind or pa.from_numpy_dtype(array.dtype)
    array = np.ascontiguousarray(array)
    return series(pa.Array.from_buffers(kind, len(array), [_validity(present), pa.py_buffer(array)]))


def categories(block: Segments, span: Span) -> pl.Series:
    """The values as categories; an absent one is null."""
    return strings(block, span).cast(pl.Categorical())


def lists(block: Segments, span: Span, counts: Index) -> pl.Series:
    """Lists of text: `counts` values of the span for each row, in order."""
    offsets = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=offsets[1:])
    values = pa.Array.from_buffers(pa.string_view(), len(span), [None, *_views(block, span)])
    array = pa.ListArray.from_arrays(pa.array(offsets, type=pa.int32()), values)
    return series(array)


def _views(block: Segments, span: Span) -> list[pa.Buffer]:
    """Arrow string views: length and twelve bytes inline, or length, prefix, buffer number and offset."""
    view = kernels.in_use().views(block.words, span.start, span.length)
    return [pa.py_buffer(view), pa.py_buffer(block.bytes)]


def _validity(present: Bad) -> pa.Buffer | None:
    if present.all():
        return None
    return pa.py_buffer(np.packbits(present, bitorder="little"))


def cents(block: Segments, span: Span) -> tuple[npt.NDArray[np.int64], Bad]:
    """Money in cents, and which values are no money (more than two decimals, other characters); absent is 0 and not bad."""
    value, decimals, bad = _digits(block, span)
    bad |= decimals > 2
    return value * 10 ** np.clip(2 - decimals, 0, 2), bad


def quantities(block: Segments, span: Span) -> tuple[npt.NDArray[np.float64], Bad]:
    """Quantities, and which values are none (more than three decimals, other characters); absent is 0 and not bad."""
    value, decimals, bad = _digits(block, span)
    bad |= decimals > 3
    # One division of exact integers is correctly rounded: 1.5 is 1.5, 0.1 is the float nearest to 0.1.
    return value / 10.0 ** np.clip(decimals, 0, 3), bad


def integers(block: Segments, span: Span) -> tuple[npt.NDArray[np.int64], Bad]:
    """Whole numbers, and which values are none; absent is bad."""
    value, decimals, bad = _digits(block, span)
    return value, bad | (decimals > 0) | (span.length == 0)


def _digits(block: Segments, span: Span) -> tuple[npt.NDArray[np.int64], Index, Bad]:
    """Digits as one integer, how many stand behind the point (trailing zeros dropped), and which values are malformed."""
    found: tuple[npt.NDArray[np.int64], Index, Bad] = kernels.in_use().digits(block.bytes, span.start, span.length)
    return found


def days(block: Segments, start: Index) -> tuple[npt.NDArray[np.int32], Bad]:
    """Dates written CCYYMMDD at those offsets as days since 1970-01-01, and which are no date of the calendar."""
    word = block.words[start]
    bad = ((word & _HIGH4) != _ZEROS) | (((word + _SIXES) & _HIGH4) != _ZEROS)
    # Eight digits side by side become four pairs, then two fours: the year, and month with day.
    digits = word & _LOW4
    pairs = ((digits * np.uint64(10)) + (digits >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    fours = ((pairs * np.uint64(100)) + (pairs >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    fours[bad] = 0
    year = (fours & np.uint64(0xFFFF)).astype(np.int64)
    month_day = (fours >> _HALF).astype(np.int64)
    place = month_day * 2 + _LEAP[year]
    bad |= (_DAY_OF_YEAR[place] < 0) | (year < 1900)
    found = _YEAR_START[year] + _DAY_OF_YEAR[place]
    found[bad] = 0
    return found, bad


def _calendar() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """For each year whether it is a leap year and its first day; for each month and day (MMDD, doubled) the day of the year or -1."""
    years = np.arange(10_000)
    leap = ((years % 4 == 0) & (years % 100 != 0)) | (years % 400 == 0)
    before = years - 1
    first = years * 365 + before // 4 - before // 100 + before // 400 - (1970 * 365 + 477)
    day = np.full(20_000, -1, dtype=np.int32)
    for is_leap in (0, 1):
        offset = 0
        for month, length in enumerate((31, 28 + is_leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1):
            places = (month * 100 + np.arange(1, length + 1)) * 2 + is_leap
            day[places] = offset + np.arange(length)
            offset += length
    return leap.astype(np.int64), first.astype(np.int32), day


_LEAP, _YEAR_START, _DAY_OF_YEAR = _calendar()


def mark(block: Segments, span: Span, seed: Words | None = None) -> Words:
    """An opaque 64-bit mark of each value, equal for equal bytes within this process only: the salt is never written down."""
    marked = np.full(len(span), _SALT, dtype=np.uint64) if seed is None else seed
    with np.errstate(over="ignore"):
        marked = mix(marked ^ span.length.astype(np.uint64))
        for offset in range(0, int(span.length.max(initial=0)), 8):
            part = np.clip(span.length - offset, 0, 8)
            live = part > 0
            word = block.words[np.where(live, span.start + offset, 0)] & MASK[part]
            marked = np.where(live, mix(marked ^ word), marked)
    return marked


def mix(words: Words) -> Words:
    """Spreads every bit of the input over the output (the finaliser of MurmurHash3)."""
    words = (words ^ (words >> _TURN)) * _M1
    words = (words ^ (words >> _TURN)) * _M2
    return words ^ (words >> _TURN)
