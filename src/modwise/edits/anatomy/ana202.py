"""ANA202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class BothSidesOnOneLine(Edit):
    """LT and RT on one line.

    ## What it does
    Flags lines that carry LT and RT together.

    ## Why it is denied
    One line names one side. A payer that reads the first modifier pays one side; others reject the line.

    ## Known limits
    A few payers have taken both sides on one line; none is known to now.

    ## Example
    `20610-LT-RT`.

    ## Use instead
    50 with one unit, or two lines, as the payer takes both sides.
    """

    code = "ANA202"
    outcome = "reject"
    modifiers = ("LT",)
    facts = ("anatomic.one-side-a-line",)
    carc = ("4",)
    message = "{code}-{modifiers}: LT and RT stand on one line; both sides are 50, or two lines."
    fix = Fix("proposal", "50 with one unit where the bilateral indicator allows it, else two lines.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines.carries("RT")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("anatomic.one-side-a-line", "true")
