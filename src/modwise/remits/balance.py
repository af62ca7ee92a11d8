"""Whether the amounts of a block's claims add up, in integer cents."""

from __future__ import annotations

import numpy as np

from modwise.remits.block import BlockRemits, sums
from modwise.remits.columns import Money
from modwise.remits.frames import CLAIM, LINE, Quarantined
from modwise.x12 import values
from modwise.x12.scan import Flags

_LINE = "the line's charge less its adjustments is not what it was paid"
_CHARGES = "the charges of the lines do not add up to the claim's charge"
_PAID = "the claim's charge less all adjustments is not what it was paid"


def unbalanced(remits: BlockRemits, money: Money) -> tuple[Flags, list[Quarantined]]:
    """Which claims of the block do not balance, and each place with its difference: the lines, else the claim."""
    loops = remits.loops
    count = len(loops.claim)
    line_off = money.line_charge - money.line_adjusted - money.line_paid
    has_lines = np.zeros(count, dtype=bool)
    has_lines[loops.claim_of] = True
    charges_off = np.where(has_lines, sums(money.line_charge, loops.claim_of, count) - money.claim_charge, 0)
    adjusted = money.claim_adjusted + sums(money.line_adjusted, loops.claim_of, count)
    paid_off = money.claim_charge - adjusted - money.claim_paid
    bad = (charges_off != 0) | (paid_off != 0)
    bad[loops.claim_of[line_off != 0]] = True
    if not bad.any():
        return bad, []
    return bad, _told(remits, bad, line_off, charges_off, paid_off)


def _told(
    remits: BlockRemits, bad: Flags, line_off: np.ndarray, charges_off: np.ndarray, paid_off: np.ndarray
) -> list[Quarantined]:
    loops, block = remits.loops, remits.block
    names = values.strings(block, block.element(loops.claim, 1))
    first = np.searchsorted(loops.line, loops.claim)
    found = []
    for claim in np.flatnonzero(bad).tolist():
        lines = np.flatnonzero((loops.claim_of == claim) & (line_off != 0)).tolist()
        places = [(int(loops.line[n]), LINE, n - int(first[claim]) + 1, int(line_off[n]), _LINE) for n in lines]
        if not places:
            off, why = (charges_off, _CHARGES) if charges_off[claim] else (paid_off, _PAID)
            places = [(int(loops.claim[claim]), CLAIM, 0, int(off[claim]), why)]
        for segment, level, line, difference, why in places:
            position = int(block.positions(np.array([segment]))[0])
            found.append(Quarantined(remits.file, position, level, names[claim] or "", line, difference, why))
    return found
