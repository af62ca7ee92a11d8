"""One claim's segments, read again from its 835 or 837: the frames hold no identities, a letter needs them."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from modwise.claims.sources import STDIN, opened
from modwise.errors import InputError
from modwise.x12.blocks import ISA_LENGTH, read_isa

_ENDS_REMIT = ("CLP", "LX", "TS3", "PLB", "SE")
_MOST_BLANK = 64  # blanks between two interchanges
# Other characters that Python counts as blank are separators in real files.
_BLANK = " \t\r\n"
_LEVELS = {"20": "billing", "22": "subscriber", "23": "patient"}


@dataclass(frozen=True)
class Segment:
    """One segment; `offset` is that of its first byte in the file."""

    tag: str
    elements: tuple[str, ...]
    offset: int
    component: str

    def at(self, number: int) -> str:
        """Element `number`, from 1; empty where there is none."""
        return self.elements[number - 1].strip(_BLANK) if number <= len(self.elements) else ""

    def parts(self, number: int) -> list[str]:
        """The components of element `number`."""
        return self.at(number).split(self.component)

    @property
    def place(self) -> str:
        """In words, for the ledger."""
        return f"{self.tag} segment, byte {self.offset}"


@dataclass(frozen=True)
class Paid:
    """What an 835 says of one claim: the payment's header, the claim's own segments, and those of each of its lines."""

    header: tuple[Segment, ...]
    claim: tuple[Segment, ...]
    lines: tuple[tuple[Segment, ...], ...]


@dataclass(frozen=True)
class Sent:
    """What an 837 says of one claim: the headers above it, its own segments, and those of each line by its number (LX)."""

    billing: tuple[Segment, ...]
    subscriber: tuple[Segment, ...]
    patient: tuple[Segment, ...]
    claim: tuple[Segment, ...]
    lines: dict[int, tuple[Segment, ...]]


@dataclass(frozen=True)
class _Interchange:
    start: int
    end: int
    element: str
    component: str
    segment: str


class ClaimFile:
    """An 835 or 837 held for reading single claims again. Raises InputError for standard input, which cannot be read twice."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        if self.path == STDIN:
            raise InputError(
                "standard input cannot be read again for the letter",
                where=self.path,
                hint="Give the file's name.",
                code="not-again",
            )
        with opened(self.path, None) as (stream, _):
            raw = b"".join(iter(lambda: stream.read(1 << 22), b""))
        self.sha256 = hashlib.sha256(raw).hexdigest()
        # Line ends are layout, unless they end segments; without them every segment begins right behind a terminator.
        ends = {raw[m.start() + ISA_LENGTH - 1 : m.start() + ISA_LENGTH] for m in re.finditer(rb"ISA(?=[^A-Za-z0-9\s])", raw)}
        layout = bytes(byte for byte in b"\r\n" if bytes([byte]) not in ends)
        self._breaks = [match.start() for match in re.finditer(b"[" + layout + b"]", raw)] if layout else []
        # One character a byte, so that offsets are the file's; elements are decoded one by one.
        self._text = raw.translate(None, layout).decode("latin-1")
        self._shifts = [place - number for number, place in enumerate(self._breaks)]

    def paid(self, position: int) -> Paid:
        """The claim whose line (or itself) stands at that byte of the file."""
        place = position - bisect_left(self._breaks, position)
        start = self._before("CLP", place)
        head = self._before("ST", start)
        ends = [self._after(tag, start) for tag in _ENDS_REMIT]
        header_end = min(self._after(tag, head) for tag in ("CLP", "LX", "TS3"))
        own, lines = _split(self._segments(start, min(ends)), "SVC")
        return Paid(tuple(self._segments(head, header_end)), own, lines)

    def sent(self, claim: str) -> list[Sent]:
        """The claims of that number (CLM01), in the order of the file."""
        return [self._sent(place) for place in self._claims.get(claim, [])]

    def original(self, offset: int) -> int:
        """The offset in the file as it lies on the disk."""
        return offset + bisect_right(self._shifts, offset)

    def _sent(self, start: int) -> Sent:
        above: dict[str, tuple[Segment, ...]] = {}
        billing = self._level("20", start)
        for level, name in _LEVELS.items():
            place = self._level(level, start)
            # A subscriber belongs to the provider above it, a patient to the subscriber: an earlier one is another's.
            inside = place >= (billing if level != "23" else self._level("22", start)) >= 0
            end = min(self._after("HL", place), self._after("CLM", place))
            above[name] = tuple(self._segments(place, end)) if place >= 0 and inside else ()
        end = min(self._after(tag, start) for tag in ("CLM", "HL", "SE"))
        own, lines = _split(self._segments(start, end), "LX")
        numbered = {int(line[0].at(1)): line for line in lines if line[0].at(1).isdecimal()}
        return Sent(above["billing"], above["subscriber"], above["patient"], own, numbered)

    # ---- places --------------------------------------------------------------------------------------------------------------

    @cached_property
    def _interchanges(self) -> list[_Interchange]:
        starts = [
            m.start() for m in re.finditer(r"ISA(?=[^A-Za-z0-9 \t\r\n])", self._text) if len(self._text) >= m.start() + ISA_LENGTH
        ]
        found: list[_Interchange] = []
        for start in starts:
            # The letters may stand at the end of a note's text: an interchange begins behind a terminator only.
            if found and not self._closed(start, found[-1].segment):
                continue
            marks = read_isa(self._text[start : start + ISA_LENGTH].encode("latin-1"), self.path, 1, start)
            found.append(_Interchange(start, len(self._text), chr(marks.element), chr(marks.component), chr(marks.segment)))
        ends = [one.start for one in found[1:]] + [len(self._text)]
        return [_Interchange(one.start, end, one.element, one.component, one.segment) for one, end in zip(found, ends, strict=True)]

    def _closed(self, place: int, segment: str) -> bool:
        """Whether a terminator stands before the place, with nothing but blanks between."""
        blank = " \t\r\n\0\x1a".replace(segment, "")
        return self._text[max(0, place - _MOST_BLANK) : place].rstrip(blank).endswith(segment)

    @cached_property
    def _marks(self) -> dict[str, list[int]]:
        """Where the segments stand that begin or end loops, by identifier; of HL also by its level, as "HL20"."""
        found: dict[str, list[int]] = {}
        for one in self._interchanges:
            cut, end = re.escape(one.element), re.escape(one.segment)
            pattern = rf"{end}[ \t\r\n]*(ST|SE|CLP|CLM|LX|TS3|PLB|HL(?={cut}[^{cut}]*{cut}[^{cut}]*{cut}(\d+)))(?={cut}|{end})"
            for match in re.compile(pattern).finditer(self._text, one.start, one.end):
                found.setdefault(match[1], []).append(match.start(1))
                if match[2]:
                    found.setdefault(f"HL{match[2]}", []).append(match.start(1))
        return found

    @cached_property
    def _claims(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place in self._marks.get("CLM", []):
            found.setdefault(next(self._segments(place, place + 1)).at(1), []).append(place)
        return found

    def _level(self, level: str, place: int) -> int:
        return self._before(f"HL{level}", place)

    def _before(self, tag: str, place: int) -> int:
        places = self._marks.get(tag, [])
        found = bisect_right(places, place)
        return places[found - 1] if found else -1

    def _after(self, tag: str, place: int) -> int:
        places = self._marks.get(tag, [])
        found = bisect_right(places, place)
        return places[found] if found < len(places) else len(self._text)

    def _segments(self, start: int, end: int) -> Iterator[Segment]:
        """The segments that begin in [start, end)."""
        if start < 0:
            return
        one = self._interchanges[bisect_right([i.start for i in self._interchanges], start) - 1]
        while start < end:
            stop = self._text.find(one.segment, start)
            stop = len(self._text) if stop < 0 else stop
            text = self._text[start:stop]
            lead = len(text) - len(text.lstrip(_BLANK))
            if start + lead >= end:  # only blanks stood before the end
                return
            tag, *elements = _decoded(text.strip(_BLANK)).split(one.element)
            if tag:
                yield Segment(tag, tuple(elements), self.original(start + lead), one.component)
            start = stop + 1


def _decoded(text: str) -> str:
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "replace")


def _split(segments: Iterator[Segment], tag: str) -> tuple[tuple[Segment, ...], tuple[tuple[Segment, ...], ...]]:
    """What stands before the first segment of that tag, and what each such segment opens."""
    groups: list[list[Segment]] = [[]]
    for segment in segments:
        if segment.tag == tag:
            groups.append([])
        groups[-1].append(segment)
    return tuple(groups[0]), tuple(tuple(group) for group in groups[1:])


def first(segments: Sequence[Segment], tag: str, *qualifiers: str, at: int = 1) -> Segment | None:
    """The first segment of that tag whose element `at` is one of the qualifiers (any where none is named)."""
    return next((s for s in segments if s.tag == tag and (not qualifiers or s.at(at) in qualifiers)), None)


def follows(segments: Sequence[Segment], lead: Segment | None, tag: str) -> Segment | None:
    """The segment of that tag that belongs to the lead: behind it, before the next one of the lead's own tag."""
    if lead is None:
        return None
    for segment in segments[segments.index(lead) + 1 :]:
        if segment.tag == lead.tag:
            return None
        if segment.tag == tag:
            return segment
    return None
