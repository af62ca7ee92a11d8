"""One block of an 835: its loops, shared look-ups and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from modwise.claims.x12_lines import Problem
from modwise.remits.loops import Owned, RemitLoops
from modwise.x12 import values
from modwise.x12.blocks import Block
from modwise.x12.components import split
from modwise.x12.scan import Flags, Index, Span, segment_id

Cents = npt.NDArray[np.int64]
NOTHING = np.empty(0, dtype=np.int64)
COMPONENTS = 6


@dataclass
class Carry:
    """What the next block needs of those before: how much was counted, in the reading and in the file."""

    payments: int = 0
    claims: int = 0
    lines: int = 0
    file_claims: int = 0


@dataclass
class BlockRemits:
    """One block with its loops; `problems` fills as columns are made."""

    whole: Block
    carry: Carry
    file: str
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.block = self.whole.segments
        self.loops = RemitLoops(self.block)
        self._owned: dict[str, Owned] = {}

    # ---- keys ------------------------------------------------------------------------------------------------------------

    def claim_keys(self, claims: Index) -> pl.Series:
        """Keys of claims given by their index in the block."""
        return pl.Series(claims + (self.carry.claims + 1))

    def line_keys(self, lines: Index) -> pl.Series:
        """Keys of lines given by their index in the block; null for -1."""
        return values.masked(lines + (self.carry.lines + 1), lines >= 0)

    def payment_keys(self, payments: Index) -> pl.Series:
        """Keys of payments given by their index in the block; -1 is the one that an earlier block began."""
        return pl.Series(payments + (self.carry.payments + 1))

    # ---- values ----------------------------------------------------------------------------------------------------------

    def at(self, found: tuple[Index, Flags], element: int) -> Span:
        """An element of the segments found; absent where none was."""
        places, there = found
        span = self.block.element(places, element)
        return Span(span.start, np.where(there, span.length, 0))

    def text(self, found: tuple[Index, Flags], element: int) -> pl.Series:
        """An element of the segments found as text; null where there is none."""
        if not found[1].any():
            return nothing(len(found[1]), pl.String())
        return values.strings(self.block, self.at(found, element))

    def cents(self, segments: Index, element: int, name: str, loop: str, *, needed: bool = True) -> Cents:
        """Money of an element of those segments; what is no money is reported, and so is what is absent but needed."""
        span = self.block.element(segments, element)
        amount, bad = values.cents(self.block, span)
        self.report(segments, bad | (needed & (span.length == 0)), "the amount is no amount of money", name, loop, "6")
        return amount

    def quantity(self, segments: Index, element: int, name: str, loop: str) -> tuple[npt.NDArray[np.float64], Flags]:
        """Quantities of an element of those segments and where there are any; what is no number is reported."""
        span = self.block.element(segments, element)
        there = span.length > 0
        if not there.any():
            return np.zeros(len(span)), there
        amount, bad = values.quantities(self.block, span)
        self.report(segments, bad, "the quantity is no number", name, loop, "6")
        return amount, there

    @cached_property
    def days(self) -> npt.NDArray[np.int32]:
        """The day of each DTM segment of the block, in order; a wrong one is reported and is 0."""
        segments = self.block.where("DTM")
        span = self.block.element(segments, 2)
        found, bad = values.days(self.block, span.start)
        bad |= span.length != 8
        self.report(segments, bad, "no valid date", "DTM02", "", "8")
        found[bad] = 0
        return found

    def date_of(self, found: tuple[Index, Flags]) -> pl.Series:
        """The dates of the DTM segments found."""
        places, there = found
        days = np.append(self.days, np.int32(0))
        place = np.searchsorted(self.block.where("DTM"), places)
        return values.masked(days[np.minimum(place, len(days) - 1)], there, pa.date32())

    def single_days(self, segments: Index, element: int, name: str, loop: str) -> pl.Series:
        """Dates that an element of those segments holds; null where absent."""
        span = self.block.element(segments, element)
        found, bad = values.days(self.block, span.start)
        bad = (span.length > 0) & (bad | (span.length != 8))
        self.report(segments, bad, "no valid date", name, loop, "8")
        return values.masked(found, (span.length > 0) & ~bad, pa.date32())

    def npi(self, found: tuple[Index, Flags]) -> pl.Series:
        """NM109 of the segments found, where NM108 says it is an NPI."""
        places, there = found
        is_npi = self.block.word(self.block.element(places, 8)) == np.uint64(segment_id("XX"))
        return self.text((places, there & is_npi), 9)

    def owned(self, name: str) -> Owned:
        """The segments of that identifier that stand in claims."""
        if name not in self._owned:
            self._owned[name] = self.loops.owned(self.block.where(name))
        return self._owned[name]

    @cached_property
    def stated(self) -> Cents:
        """The amount of each AMT segment that stands in a claim, in order."""
        return self.cents(self.owned("AMT").segments, 2, "AMT02", "2100/2110")

    @cached_property
    def is_revenue(self) -> Flags:
        """For each line whether it is decided by a revenue code alone."""
        return self._names_revenue(self.service[0])

    @cached_property
    def sent_revenue(self) -> Flags:
        """For each line whether it was sent by a revenue code alone."""
        decided, sent, _ = self.service
        return self.is_revenue if sent is decided else self._names_revenue(sent)

    def _names_revenue(self, parts: list[Span]) -> Flags:
        return np.asarray(self.block.word(parts[0]) == np.uint64(segment_id("NU")), dtype=bool)

    @cached_property
    def revenue(self) -> Span:
        """The revenue code of each line."""
        own = self.block.element(self.loops.line, 4)
        use = (own.length == 0) & self.is_revenue
        code = self.service[0][1]
        return Span(np.where(use, code.start, own.start), np.where(use, code.length, own.length)) if use.any() else own

    @cached_property
    def service(self) -> tuple[list[Span], list[Span], Flags]:
        """Components of the composite as decided (SVC01), as sent (SVC06, else as decided), and where SVC06 is there."""
        lines = self.loops.line
        decided = split(self.block, self.block.element(lines, 1), COMPONENTS)
        sent = self.block.element(lines, 6)
        recoded = sent.length > 0
        rows = np.flatnonzero(recoded)
        if not len(rows):
            return decided, decided, recoded
        told = split(self.block, sent[rows], COMPONENTS)
        submitted = []
        for whole, part in zip(decided, told, strict=True):
            start, length = whole.start.copy(), whole.length.copy()
            start[rows], length[rows] = part.start, part.length
            submitted.append(Span(start, length))
        return decided, submitted, recoded

    def report(self, segments: Index, bad: Flags, message: str, element: str, loop: str, code: str) -> None:
        """Adds a problem for each bad one."""
        if bad.any():
            self.problems += [Problem(segment, message, element, loop, code) for segment in segments[bad].tolist()]


def nothing(count: int, kind: pl.DataType) -> pl.Series:
    """A column of nulls."""
    return pl.Series([None], dtype=kind).new_from_index(0, count)


def sums(amounts: Cents, owners: Index, count: int) -> Cents:
    """The sum of the amounts for each owner; exact."""
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, owners, amounts)
    return total
