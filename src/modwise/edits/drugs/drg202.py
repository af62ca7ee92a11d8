"""DRG202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DiscardedAndNot(Edit):
    """JW and JZ on one line.

    ## What it does
    Flags lines that carry both.

    ## Why it is denied
    JW says drug was discarded, JZ that none was.

    ## Known limits
    None known.

    ## Example
    `J9271-JW-JZ`.

    ## Use instead
    JZ on the administered line if nothing was discarded; else JW on a line of its own with the discarded units.
    """

    code = "DRG202"
    outcome = "reject"
    modifiers = ("JW",)
    facts = ("JW.with-jz",)
    carc = ("4",)
    message = "{code}-{modifiers}: JW says drug was discarded, JZ that none was."
    fix = Fix("proposal", "Keep the one the record shows.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines.carries("JZ")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("JW.with-jz", "invalid")
