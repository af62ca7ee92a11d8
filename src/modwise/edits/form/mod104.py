"""MOD104."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ModifierRepeated(Edit):
    """The same modifier twice on a line.

    ## What it does
    Flags lines that carry a modifier more than once.

    ## Why it is denied
    The second says nothing new; some payers reject the line, others read the places wrongly.

    ## Known limits
    None.

    ## Example
    `20610-RT-RT`.

    ## Use instead
    The modifier once.
    """

    code = "MOD104"
    outcome = "form"
    facts = ("form.once",)
    carc = ("4",)
    message = "{code}-{modifiers}: a modifier stands twice."
    fix = Fix("safe", "The modifier once, in its first place.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.len() > 1

    def check(self, lines: Lines, known: Known) -> pl.Series:
        listed = lines["modifiers"]
        return known.says("form.once", "true") & (listed.list.n_unique() < listed.list.len())

    def proposed(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.unique(maintain_order=True)
