"""BIL202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class BilateralWithSide(Edit):
    """Modifier 50 together with LT or RT on one line.

    ## What it does
    Flags lines that carry 50 and also LT or RT.

    ## Why it is denied
    50 says both sides, LT or RT one side. The payer cannot tell which was done and rejects the line or pays one side.

    ## Known limits
    None known.

    ## Example
    `66984-50-RT`.

    ## Use instead
    50 alone when both sides were done in the session; LT or RT alone when one was.
    """

    code = "BIL202"
    outcome = "reject"
    modifiers = ("50",)
    facts = ("50.with-side",)
    carc = ("4",)
    message = "{code}-{modifiers}: 50 says both sides, LT or RT says one; they cannot stand on one line."
    fix = Fix("proposal", "Keep 50 if the record shows both sides, else the side that was done.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines.carries("LT", "RT")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("50.with-side", "invalid")
