"""Which segments of a block belong to which claim and line: the 837's hierarchy as rank among segment numbers."""

from __future__ import annotations

import numpy as np

from modwise.x12 import kernels, primitives
from modwise.x12.scan import Flags, Index, Segments

NOWHERE = np.int64(primitives.NOWHERE)


def before(places: Index, numbers: Index) -> Index:
    """For each number the index of the last place at or before it; -1 when there is none."""
    found: Index = kernels.in_use().last_at(places, numbers)
    return found


def after(places: Index, numbers: Index) -> Index:
    """For each number the next place behind it; NOWHERE when there is none."""
    found: Index = kernels.in_use().next_after(places, numbers)
    return found


def first_within(places: Index, low: Index, high: Index) -> tuple[Index, Flags]:
    """The first place in each open interval (low, high), and whether there is one (else the place given is 0)."""
    found = after(places, low)
    there = found < high
    return np.where(there, found, 0), there


class Loops:
    """Claims and lines of a block by segment number.

    `claim` CLM segments; `billing`, `subscriber`, `patient` the HL above each (-1 = not in this block, or none); `end` where each
    claim's segments end; `head_end` where its own part (before other payers and lines) ends. `line` SV1/SV2 segments, `claim_of`
    the claim of each, `counter` its LX, `line_end` where its segments end.
    """

    def __init__(self, block: Segments) -> None:
        self.block = block
        self.claim = block.where("CLM")
        self.levels = block.where("HL")
        self.lx = block.where("LX")
        services = np.concatenate([block.where("SV1"), block.where("SV2")])
        self.line: Index = np.sort(services)
        self._hierarchy()
        self._claims()
        self._lines()

    def _hierarchy(self) -> None:
        def of_level(level: str) -> Index:
            places = self.block.qualified("HL", 3, level)
            index = before(places, self.claim)
            return np.where(index >= 0, np.append(places, -1)[index], -1)

        self.billing = of_level("20")
        self.subscriber = of_level("22")
        patient = of_level("23")
        # A patient loop belongs to the subscriber above it; the next subscriber ends it.
        self.patient = np.where(patient > self.subscriber, patient, -1)
        self.claims_after_header = after(self.claim, np.maximum(self.subscriber, 0))

    def _claims(self) -> None:
        closing = np.sort(np.concatenate([self.claim, self.levels, self.block.where("SE"), self.block.where("ST")]))
        self.end = np.minimum(after(closing, self.claim), len(self.block))
        first_line = after(self.lx, self.claim)
        other_payer = after(self.block.where("SBR"), self.claim)
        self.head_end = np.minimum(np.minimum(self.end, first_line), other_payer)

    def _lines(self) -> None:
        claim = before(self.claim, self.line)
        keep = (claim >= 0) & (self.line < np.append(self.end, 0)[claim])
        self.stray = self.line[~keep]
        self.line, self.claim_of = self.line[keep], claim[keep]
        counter = before(self.lx, self.line)
        owned = (counter >= 0) & (np.append(self.lx, -1)[counter] > self.claim[self.claim_of])
        self.uncounted = self.line[~owned]
        self.line, self.claim_of = self.line[owned], self.claim_of[owned]
        self.counter = self.lx[counter[owned]]
        self.line_end = np.minimum(after(self.lx, self.line), self.end[self.claim_of])

    def header_end(self, header: Index) -> Index:
        """Where the segments of an HL's own header end: at the next HL or claim."""
        return np.minimum(after(self.levels, header), after(self.claim, header))

    def in_header(self, places: Index, header: Index) -> tuple[Index, Flags]:
        """The first of the places in each header (an HL segment; -1 = none)."""
        found, there = first_within(places, header, self.header_end(header))
        return found, there & (header >= 0)

    def in_claim(self, places: Index) -> tuple[Index, Flags]:
        """The first of the places in each claim's own part."""
        return first_within(places, self.claim, self.head_end)

    def in_line(self, places: Index) -> tuple[Index, Flags]:
        """The first of the places in each line."""
        return first_within(places, self.line, self.line_end)
