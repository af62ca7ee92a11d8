"""COM202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class BothComponents(Edit):
    """Modifiers 26 and TC on one line.

    ## What it does
    Flags lines that carry 26 and TC together.

    ## Why it is denied
    The two parts together are the whole test, which is billed without a modifier. A line with both has no row in the fee
    schedule.

    ## Known limits
    None: the two exclude each other on one line for every payer whose rule is known.

    ## Example
    `71046-26-TC`.

    ## Use instead
    The code without either modifier when one provider furnished both parts; else two claims, each with its own part.
    """

    code = "COM202"
    outcome = "reject"
    modifiers = ("26",)
    facts = ("26.with-tc",)
    carc = ("4",)
    message = "{code}-{modifiers}: 26 and TC stand on one line; together they are the whole test, billed without a modifier."
    fix = Fix("proposal", "Drop both when the same provider furnished the whole test.", remove=("26", "TC"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines.carries("TC")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("26.with-tc", "invalid")
