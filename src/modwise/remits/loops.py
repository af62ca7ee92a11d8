"""Which segments of a block belong to which payment, claim and line of an 835, as rank among segment numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modwise.claims.loops import after, before, first_within
from modwise.x12.scan import Flags, Index, Segments


@dataclass(frozen=True)
class Owned:
    """Segments of one kind that stand in claims: their numbers, the claim of each, and its line (-1 = at claim level)."""

    segments: Index
    claim: Index
    line: Index

    def __getitem__(self, rows: Index) -> Owned:
        return Owned(self.segments[rows], self.claim[rows], self.line[rows])


class RemitLoops:
    """Payments, claims and lines of a block by segment number.

    `payment` ST segments, `header_end` where each one's header ends; `claim` CLP segments, `end` where each ends, `head_end` where
    its lines begin; `payment_of` the payment of each claim (-1 = one begun in an earlier block); `line` SVC segments, `claim_of` the
    claim of each, `line_end` where each ends; `stray` SVC and CAS that stand in no claim.
    """

    def __init__(self, block: Segments) -> None:
        self.block = block
        self.payment = block.where("ST")
        self.claim = block.where("CLP")
        # TS3 and LX open a group of claims, PLB follows the last one.
        groups = [block.where(name) for name in ("LX", "TS3", "PLB", "SE", "ST", "GE", "GS", "IEA", "ISA")]
        closing = np.sort(np.concatenate([self.claim, *groups]))
        size = len(block)
        self.end = np.minimum(after(closing, self.claim), size)
        self.header_end = np.minimum(after(closing, self.payment), size)
        self.payment_of = before(self.payment, self.claim)
        service = block.where("SVC")
        owner, inside = self._claims_of(service)
        self.stray = service[~inside]
        self.line, self.claim_of = service[inside], owner[inside]
        self.line_end = np.minimum(after(self.line, self.line), self.end[self.claim_of])
        self.head_end = np.minimum(after(self.line, self.claim), self.end)

    def _claims_of(self, places: Index) -> tuple[Index, Flags]:
        """For each place the claim above it, and whether it stands inside that claim."""
        owner = before(self.claim, places)
        return owner, (owner >= 0) & (places < np.append(self.end, 0)[owner])

    def owned(self, places: Index) -> Owned:
        """The places that stand in claims, with their owners."""
        claim, inside = self._claims_of(places)
        if not inside.all():
            places, claim = places[inside], claim[inside]
        line = before(self.line, places)
        # The line above belongs to an earlier claim where this claim has none yet.
        own = (line >= 0) & (np.append(self.claim_of, -1)[line] == claim)
        return Owned(places, claim, np.where(own, line, -1))

    def in_header(self, places: Index) -> tuple[Index, Flags]:
        """The first of the places in each payment's header."""
        return first_within(places, self.payment, self.header_end)

    def in_claim(self, places: Index) -> tuple[Index, Flags]:
        """The first of the places in each claim's own part."""
        return first_within(places, self.claim, self.head_end)

    def in_line(self, places: Index) -> tuple[Index, Flags]:
        """The first of the places in each line."""
        return first_within(places, self.line, self.line_end)
