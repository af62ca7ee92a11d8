"""NCC203."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DistinctTwice(Edit):
    """Modifier 59 together with an X modifier on one line.

    ## What it does
    Flags lines that carry 59 and also XE, XS, XP or XU.

    ## Why it is denied
    The X modifiers are the precise forms of 59. Payers take one of them; with both the line is returned or the modifier
    ignored.

    ## Known limits
    A payer without a known rule falls under the general one.

    ## Example
    `45380-59-XS`.

    ## Use instead
    The X modifier alone if it tells the story, else 59 alone.
    """

    code = "NCC203"
    outcome = "reject"
    modifiers = ("59",)
    facts = ("59.with-x",)
    carc = ("4",)
    message = "{code}-{modifiers}: 59 and an X modifier stand on one line; one of them is wanted."
    fix = Fix("proposal", "Keep the X modifier if it tells the story, else 59.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines.carries("XE", "XS", "XP", "XU")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("59.with-x", "invalid")
