"""A stream of X12 as blocks of whole loops, with the envelopes checked; memory does not grow with the file.

A block is cut only where nothing above it is lost but what its reader carries: before ISA, GS and ST, before an HL of level 20 or 22 (an
837's billing provider is carried) and before a CLP (of an 835 nothing but counts).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from modwise.errors import X12Error
from modwise.x12.scan import PADDING, Delimiters, Index, Segments, padded

ISA_LENGTH = 106
BLOCK = 4 << 20
ENVELOPE = ("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1")
_BLANK = b" \t\r\n\x00\x1a\xef\xbb\xbf"


@dataclass
class Envelope:
    """Where in the envelopes the reader stands; counts and control numbers to be matched at their ends."""

    file: str
    interchanges: int = 0
    isa: str = ""
    gs: str = ""
    st: str = ""
    version: str = ""
    st_segment: int = 0
    groups: int = 0
    sets: int = 0
    in_isa: bool = False
    in_gs: bool = False
    in_st: bool = False
    closed: bool = True
    problems: list[X12Error] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """A block of whole loops. `interchange` is the number of its ISA for each segment (rising).

    `open_end` marks the last block of a stream that stops inside a transaction set.
    """

    segments: Segments
    interchange: Index
    problems: list[X12Error]
    open_end: bool


def blocks(stream: BinaryIO, file: str, *, size: int | None = None) -> Iterator[Block]:
    """The blocks of a stream, in order. Problems of the envelopes come with the block they stand in.

    Raises X12Error when the stream is no X12 at all, and at its end when it is cut short (the whole segments before that have been
    given by then).
    """
    envelope = Envelope(file)
    held, first = _Held(stream, size or BLOCK), 1
    delimiters: Delimiters | None = None
    while not held.at_end or held.blank() < held.length:
        held.fill()
        blank = held.blank()
        if delimiters is None or held.starts(b"ISA", blank):
            held.drop(blank)
            if not held.length:
                break
            delimiters = read_isa(held.front(ISA_LENGTH), file, first, held.base)
        end = held.data.rfind(delimiters.segment, 0, held.length) + 1
        segments = _segments(held, end, delimiters, first)
        other = _other_delimiters(segments)
        final = held.at_end or other < len(segments) or held.starts(b"ISA", held.blank(end))
        limit = other if final else _last_boundary(segments)
        last = held.at_end and other == len(segments)
        if limit == 0 and not held.at_end:
            continue
        if limit == 0:
            raise _cut_short("the file ends inside a segment", file, first, held.base)
        if limit < len(segments):
            end = int(segments.positions(np.array([limit]))[0]) - held.base
            segments = segments.head(limit)
        yield _block(segments, envelope, last=last)
        first += len(segments)
        held.drop(end)
    if first == 1:
        raise X12Error("the file is empty", file=file, hint="Export the file again.")
    if envelope.in_isa:
        raise _cut_short("the file ends before its IEA", file, first - 1, held.base)


class _Held:
    """The bytes of a stream that are read and not yet given, with PADDING behind them; `base` is their offset in the stream."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.stream = stream
        self.size = size
        self.data = bytearray(PADDING)
        self.length = 0
        self.base = 0
        self.at_end = False

    def fill(self) -> None:
        """Reads a block more, or as much again when a loop is longer than a block."""
        if self.at_end:
            return
        limit = self.length + max(self.size, self.length)
        # What was given still stands in the old buffer, so there is a new one.
        fresh = bytearray(limit + PADDING)
        fresh[: self.length] = self.data[: self.length]
        with memoryview(fresh) as view:
            while self.length < limit:
                done = self.stream.readinto(view[self.length : limit])  # type: ignore[attr-defined]
                if not done:
                    self.at_end = True
                    break
                self.length += done
        self.data = fresh

    def drop(self, count: int) -> None:
        """Forgets so many bytes at the front."""
        if count:
            self.data = self.data[count : self.length] + bytes(PADDING)
            self.length -= count
            self.base += count

    def front(self, count: int) -> bytes:
        """The first bytes, as many as there are."""
        return bytes(self.data[: min(count, self.length)])

    def starts(self, word: bytes, at: int) -> bool:
        """Whether the word stands at that offset."""
        return at + len(word) <= self.length and self.data.startswith(word, at)

    def blank(self, start: int = 0) -> int:
        """Offset of the first byte from there on that is no blank."""
        while start < self.length and self.data[start] in _BLANK:
            start += 1
        return start


def _cut_short(message: str, file: str, segment: int, position: int) -> X12Error:
    return X12Error(
        f"{message}: it is cut short",
        file=file,
        segment=segment,
        position=position,
        x12_code="024",
        hint="Get the whole file; --keep-going checks the claims that are there.",
    )


def read_isa(held: bytes, file: str, number: int, base: int) -> Delimiters:
    """The delimiters an ISA segment declares. Raises X12Error when the bytes are no ISA."""
    if not held.startswith(b"ISA"):
        raise X12Error(
            "expected ISA: this is no X12 file" if number == 1 else "data after IEA that is no ISA",
            file=file,
            segment=number,
            position=base,
            hint="Give an X12 837, a CSV or a Parquet file.",
        )
    if len(held) < ISA_LENGTH:
        raise X12Error("the file ends inside its ISA segment", file=file, segment=number, position=base, x12_code="024")
    element, component, segment = held[3], held[104], held[105]
    distinct = len({element, component, segment}) == 3
    if not distinct or any(chr(c).isalnum() or c == 32 for c in (element, component, segment)):
        raise X12Error(
            "ISA is not 106 characters long, so its separators cannot be read",
            file=file,
            segment=number,
            segment_id="ISA",
            position=base,
            x12_code="022",
            hint="Every ISA element has a fixed width; export the file again.",
        )
    return Delimiters(element, component, segment)


def _other_delimiters(segments: Segments) -> int:
    """Number of the first segment that opens an interchange with other delimiters; the number of segments when there is none."""
    ours = (segments.delimiters.element, segments.delimiters.component, segments.delimiters.segment)
    for number in segments.where("ISA").tolist():
        start = int(segments.start[number])
        there = segments.bytes[[start + 3, start + 104, start + 105]] if start + ISA_LENGTH <= segments.size else None
        if there is not None and tuple(there.tolist()) != ours:
            return int(number)
    return len(segments)


def _segments(held: _Held, end: int, delimiters: Delimiters, first: int) -> Segments:
    """The first `end` bytes as segments; Latin-1 text is turned into UTF-8 and positions still count the file's own bytes."""
    raw = memoryview(held.data)[:end]
    if not np.frombuffer(raw, dtype=np.int8).min(initial=0) < 0 or _is_utf8(raw):
        return Segments(held.data, end, delimiters, base=held.base, first=first)
    terminator = bytes([delimiters.segment])
    narrow = [piece + terminator for piece in bytes(raw).split(terminator)[:-1]]
    # Files joined from several systems mix encodings, so each segment is judged by itself.
    wide = [piece if piece.isascii() or _is_utf8(piece) else piece.decode("latin-1").encode() for piece in narrow]
    lengths = np.array([len(piece) for piece in wide])
    added = np.cumsum(lengths - [len(piece) for piece in narrow])
    shift = np.repeat(np.r_[0, added], np.r_[lengths, PADDING])
    whole = b"".join(wide)
    return Segments(padded(whole), len(whole), delimiters, base=held.base, first=first, shift=shift)


def _is_utf8(raw: bytes | memoryview) -> bool:
    try:
        str(raw, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _last_boundary(segments: Segments) -> int:
    """Number of the last segment a block may be cut before; 0 when there is none but the first."""
    best = 0
    for name in ("ISA", "GS", "ST", "CLP"):
        found = segments.where(name)
        if len(found):
            best = max(best, int(found[-1]))
    loops = segments.qualified("HL", 3, "20", "22")
    return max(best, int(loops[-1])) if len(loops) else best


def _block(segments: Segments, envelope: Envelope, *, last: bool) -> Block:
    envelope.problems = []
    marks = np.zeros(len(segments), dtype=np.int64)
    before = envelope.interchanges
    marks[segments.where("ISA")] = 1
    numbers = np.concatenate([segments.where(name) for name in ENVELOPE])
    for number in np.sort(numbers).tolist():
        _step(segments, number, envelope)
    return Block(segments, before + np.cumsum(marks), envelope.problems, last and envelope.in_st)


def _step(segments: Segments, number: int, envelope: Envelope) -> None:
    name = segments.identifier(number)
    handler = _HANDLERS.get(name)
    if handler is not None:
        handler(segments, number, envelope)


def _problem(segments: Segments, number: int, envelope: Envelope, message: str, code: str) -> None:
    envelope.problems.append(
        X12Error(
            message,
            file=envelope.file,
            segment=segments.number_of(number),
            segment_id=segments.identifier(number),
            position=int(segments.positions(np.array([number]))[0]),
            x12_code=code,
        )
    )


def _isa(segments: Segments, number: int, envelope: Envelope) -> None:
    if envelope.in_isa:
        _problem(segments, number, envelope, "the interchange before it has no IEA", "024")
    envelope.interchanges += 1
    envelope.isa = segments.text(number, 13).strip()
    envelope.in_isa, envelope.in_gs, envelope.in_st, envelope.groups = True, False, False, 0


def _gs(segments: Segments, number: int, envelope: Envelope) -> None:
    if envelope.in_gs:
        _problem(segments, number, envelope, "the functional group before it has no GE", "3")
    envelope.gs, envelope.version = segments.text(number, 6), segments.text(number, 8)
    envelope.in_gs, envelope.in_st, envelope.sets = True, False, 0
    envelope.groups += 1


def _st(segments: Segments, number: int, envelope: Envelope) -> None:
    if envelope.in_st:
        _problem(segments, number, envelope, "the transaction set before it has no SE", "2")
    if not envelope.in_gs:
        _problem(segments, number, envelope, "ST stands outside a functional group (GS)", "2")
    envelope.st, envelope.st_segment, envelope.in_st = segments.text(number, 2), segments.number_of(number), True
    envelope.sets += 1


def _se(segments: Segments, number: int, envelope: Envelope) -> None:
    counted = segments.number_of(number) - envelope.st_segment + 1
    if not envelope.in_st:
        _problem(segments, number, envelope, "SE without ST", "2")
    elif segments.text(number, 1).lstrip("0") != str(counted):
        _problem(
            segments, number, envelope, f"SE01 does not count the {counted} segments there are: some are missing or added", "4"
        )
    elif segments.text(number, 2) != envelope.st:
        _problem(segments, number, envelope, "SE02 differs from ST02", "3")
    envelope.in_st = False


def _ge(segments: Segments, number: int, envelope: Envelope) -> None:
    if envelope.in_st:
        _problem(segments, number, envelope, "the transaction set before it has no SE", "2")
    if segments.text(number, 1).lstrip("0") != str(envelope.sets):
        _problem(segments, number, envelope, f"GE01 does not count the {envelope.sets} transaction sets there are", "5")
    elif segments.text(number, 2) != envelope.gs:
        _problem(segments, number, envelope, "GE02 differs from GS06", "4")
    envelope.in_gs = envelope.in_st = False


def _iea(segments: Segments, number: int, envelope: Envelope) -> None:
    if envelope.in_gs:
        _problem(segments, number, envelope, "the functional group before it has no GE", "3")
    if segments.text(number, 1).lstrip("0") != str(envelope.groups):
        _problem(segments, number, envelope, f"IEA01 does not count the {envelope.groups} functional groups there are", "021")
    elif segments.text(number, 2).strip() != envelope.isa:
        _problem(segments, number, envelope, "IEA02 differs from ISA13", "001")
    envelope.in_isa = envelope.in_gs = envelope.in_st = False


_HANDLERS = {"ISA": _isa, "IEA": _iea, "GS": _gs, "GE": _ge, "ST": _st, "SE": _se}
