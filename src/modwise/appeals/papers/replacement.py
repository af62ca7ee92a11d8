"""One claim of an 837, written again as a replacement: every segment as it was sent, but frequency, payer claim number and the one change.

Bytes that are not changed are not touched, whatever their encoding. What is written is read back and compared before it is given away.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from modwise.appeals.claimfiles import Segment as Read
from modwise.appeals.claimfiles import Sent
from modwise.appeals.papers.correction import Correction
from modwise.claims import reading
from modwise.errors import InputError, ModwiseError
from modwise.x12.blocks import ISA_LENGTH, read_isa

Segment = list[bytes]
# What may stand before the REF segments of a claim.
_BEFORE_REF = (b"CLM", b"DTP", b"CL1", b"PWK", b"CN1", b"AMT")
# With these the loops of providers and other payers begin, whose REF segments are not the claim's.
_ENDS_CLAIM = (b"NM1", b"SBR", b"LX", b"HCP")
_CHARGED = {b"SV1": (1, 4), b"SV2": (2, 5)}  # the elements of code and units
_MOST_CONTROL = 999_999_999
_COMPARED = ("claim_id", "line", "code", "modifiers", "description", "charge", "units", "diagnoses", "date_from", "date_to")
_ALSO = ("frequency", "original_ref", "narrative", "line_control", "billing_npi", "rendering_npi", "place_of_service", "payer_id")


@dataclass(frozen=True)
class Original:
    """A claim file's bytes and the claim in it."""

    data: bytes
    sent: Sent


@dataclass(frozen=True)
class _Marks:
    element: bytes
    component: bytes
    segment: bytes
    eol: bytes


def replacement(original: Original, line: int | None, change: Correction | None, control: str, now: datetime) -> bytes:
    """The 837 with that claim alone, frequency 7 and `control` in REF*F8. Raises InputError where the change cannot be made."""
    plain = _written(original, line, None, None, now)
    made = _written(original, line, change, control, now)
    _same_but(plain, made, line, change, control)
    return made


def _written(original: Original, line: int | None, change: Correction | None, control: str | None, now: datetime) -> bytes:
    start, marks = _interchange(original.data, original.sent.claim[0].offset)
    reader = _Reader(original.data, marks)
    claim = reader.all(original.sent.claim)
    lines = {number: reader.all(segments) for number, segments in original.sent.lines.items()}
    if control is not None:
        claim = _replacing(claim, control.encode("latin-1", "replace"), marks)
    if change is not None:
        if line not in lines:
            raise InputError("the claim has no such line", code="no-such-line")
        lines[line] = [_changed(segment, change, marks) for segment in lines[line]]
    head = reader.head(start, original.sent.claim[0].offset)
    body = [*_numbered(original.sent, reader), *claim, *(segment for number in lines for segment in lines[number])]
    return _enveloped(original.data[start : start + ISA_LENGTH], head, body, marks, now)


class _Reader:
    """Reads segments again as bytes."""

    def __init__(self, data: bytes, marks: _Marks) -> None:
        self._data = data
        self._marks = marks

    def at(self, offset: int) -> Segment:
        """The segment that begins there, as its elements."""
        end = self._data.find(self._marks.segment, offset)
        text = self._data[offset : end if end >= 0 else len(self._data)]
        if self._marks.segment not in b"\r\n":
            text = text.replace(b"\r", b"").replace(b"\n", b"")
        return text.split(self._marks.element)

    def all(self, segments: Sequence[Read]) -> list[Segment]:
        """The segments as they stand in the file."""
        return [self.at(segment.offset) for segment in segments]

    def head(self, start: int, claim: int) -> list[Segment]:
        """GS, then ST up to the first hierarchical level, of the transaction set that holds the claim."""
        group, opened = self._last(b"GS", start, claim), self._last(b"ST", start, claim)
        found, place = [self.at(group)], opened
        while place < claim and (segment := self.at(place))[0] != b"HL":
            found.append(segment)
            place = self._next(place)
        return found

    def _last(self, tag: bytes, start: int, end: int) -> int:
        pattern = re.compile(re.escape(self._marks.segment) + rb"\s*(" + tag + re.escape(self._marks.element) + rb")")
        places = [match.start(1) for match in pattern.finditer(self._data, start, end)]
        if not places:
            raise InputError(f"no {tag.decode()} stands before the claim", hint="Give the 837 as it was sent.", code="no-envelope")
        return places[-1]

    def _next(self, place: int) -> int:
        place = self._data.find(self._marks.segment, place) + 1
        while self._data[place : place + 1] in (b"\r", b"\n", b" "):
            place += 1
        return place


def _interchange(data: bytes, offset: int) -> tuple[int, _Marks]:
    """Where the interchange that holds the offset begins, and its separators."""
    start, found = data.find(b"ISA"), -1
    while 0 <= start <= offset:
        found = start
        end = data[start + ISA_LENGTH - 1 : start + ISA_LENGTH]
        closing = re.compile(re.escape(end) + rb"\s*IEA[^A-Za-z0-9].*?" + re.escape(end) + rb"\s*(?=ISA)", re.S).search(data, start)
        start = closing.end() if closing else -1
    marks = read_isa(data[found : found + ISA_LENGTH], "the 837", 1, found)
    behind = data[found + ISA_LENGTH : found + ISA_LENGTH + 2]
    eol = b"\r\n" if behind == b"\r\n" else b"\n" if behind[:1] == b"\n" else b""
    return found, _Marks(bytes([marks.element]), bytes([marks.component]), bytes([marks.segment]), eol)


# ---- the changes -------------------------------------------------------------------------------------------------------------


def _replacing(claim: list[Segment], control: bytes, marks: _Marks) -> list[Segment]:
    """Frequency 7 in CLM05-3, and the payer's claim number as the claim's only REF*F8."""
    end = next((n for n, segment in enumerate(claim) if segment[0] in _ENDS_CLAIM), len(claim))
    own = [s for s in claim[:end] if s[:2] != [b"REF", b"F8"]]
    parts = own[0][5].split(marks.component)
    own[0] = [*own[0][:5], marks.component.join([*parts[:2], b"7"]), *own[0][6:]]
    place = next((n for n, segment in enumerate(own) if segment[0] not in _BEFORE_REF), len(own))
    return [*own[:place], [b"REF", b"F8", control], *own[place:], *claim[end:]]


def _changed(segment: Segment, change: Correction, marks: _Marks) -> Segment:
    if segment[0] not in _CHARGED:
        return segment
    code, units = _CHARGED[segment[0]]
    made = list(segment)
    if change.units is not None:
        made[units] = change.units.encode()
        return made
    parts = made[code].split(marks.component)
    after = change.modifiers([part.decode() for part in parts[2:6] if part])
    if after is None:
        raise InputError("the change does not fit the line as it was sent", hint="Make it by hand.", code="no-such-change")
    kept = [*parts[:2], *(m.encode() for m in after), *([b""] * (4 - len(after))), *parts[6:]]
    while kept and not kept[-1]:
        kept.pop()
    made[code] = marks.component.join(kept)
    return made


# ---- levels and envelope -----------------------------------------------------------------------------------------------------


def _numbered(sent: Sent, reader: _Reader) -> list[Segment]:
    """The levels above the claim, numbered from 1, each below the one before."""
    levels = [reader.all(level) for level in (sent.billing, sent.subscriber, sent.patient) if level]
    for number, level in enumerate(levels, 1):
        parent = str(number - 1).encode() if number > 1 else b""
        child = b"1" if number < len(levels) else b"0"
        level[0] = [b"HL", str(number).encode(), parent, level[0][3], child]
    return [segment for level in levels for segment in level]


def _enveloped(isa: bytes, head: list[Segment], body: list[Segment], marks: _Marks, now: datetime) -> bytes:
    """ISA to IEA round the claim, with the day, the counts, and a control number that follows from what is inside."""
    day, time = now.strftime("%Y%m%d").encode(), now.strftime("%H%M").encode()
    inside = hashlib.sha256(b"".join(b"".join(segment) for segment in body) + day).digest()
    control = str(int.from_bytes(inside[:8], "big") % _MOST_CONTROL + 1).encode()
    group, opened, *header = head
    group = [*group[:4], day, time, control, *group[7:]]
    header = [_begun(segment, control, day, time) for segment in header]
    opened = [*opened[:2], b"0001", *opened[3:]]
    inner = [opened, *header, *body]
    segments = [
        group,
        *inner,
        [b"SE", str(len(inner) + 1).encode(), b"0001"],
        [b"GE", b"1", control],
        [b"IEA", b"1", control.zfill(9)],
    ]
    end = marks.segment + marks.eol
    lead = isa.split(marks.element)
    lead[9], lead[10], lead[13] = day[2:], time, control.zfill(9)
    first = marks.element.join(lead) + marks.eol
    return first + b"".join(_trimmed(segment, marks) + end for segment in segments)


def _begun(segment: Segment, control: bytes, day: bytes, time: bytes) -> Segment:
    return [*segment[:3], control, day, time, *segment[6:]] if segment[0] == b"BHT" else segment


def _trimmed(segment: Segment, marks: _Marks) -> bytes:
    kept = list(segment)
    while kept and not kept[-1].strip():
        kept.pop()
    return marks.element.join(kept)


# ---- reading back ------------------------------------------------------------------------------------------------------------


def _same_but(plain: bytes, made: bytes, line: int | None, change: Correction | None, control: str) -> None:
    """Raises ModwiseError unless the reader finds the same lines, but for frequency, claim number and the one change."""
    before, after = _rows(plain), _rows(made)
    for row in before:
        row["frequency"], row["original_ref"] = "7", control
        if change is not None and row["line"] == line:
            if change.units is not None:
                row["units"] = float(change.units)
            else:
                row["modifiers"] = change.modifiers(row["modifiers"])
    if not before or before != after:
        raise ModwiseError("the corrected claim, read back, is not the claim that was meant", code="claim-read-back")


def _rows(data: bytes) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claim.837"
        path.write_bytes(data)
        return [row for frame in reading.read([path], columns=[*_COMPARED, *_ALSO]) for row in frame.to_dicts()]
