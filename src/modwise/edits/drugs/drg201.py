"""DRG201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class DiscardModifierMissing(Edit):
    """A single-dose drug line says nothing about discarded drug.

    ## What it does
    Flags drug lines from single-dose containers that carry neither JW nor JZ.

    ## Why it is denied
    The payer cannot tell whether any drug was thrown away, so it returns the line.

    ## Known limits
    Which drugs come in single-dose containers only is our list, dated and not complete; other drug codes are not looked
    at.

    ## Example
    `J9271` with no modifier, served 2023-07-01.

    ## Use instead
    JZ if nothing was discarded; a second line with JW and the discarded units if some was.
    """

    code = "DRG201"
    outcome = "reject"
    facts = ("JZ.requirement", "family.single-dose-drugs")
    carc = ("16",)
    message = "{code} is a single-dose drug, and the line carries neither JW nor JZ."
    fix = Fix("proposal", "JZ if the record shows nothing was discarded; else a second line with JW.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        # Before the list begins nothing was required either: the codes decide which lines the edit is about.
        listed = known.family("single-dose-drugs")
        return listed.fill_null(value=False)

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("JZ.requirement", "required") & ~lines.carries("JW", "JZ")
