"""MOD107."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import WELL_FORMED


class ModifierLowerCase(Edit):
    """A modifier in lower case.

    ## What it does
    Flags lines with a modifier that is well formed but for lower-case letters.

    ## Why it is denied
    The standard's codes are upper case. Some payers read them all the same, others reject the line.

    ## Known limits
    None.

    ## Example
    `20610-rt`.

    ## Use instead
    The same modifier in upper case.
    """

    code = "MOD107"
    outcome = "form"
    facts = ("form.modifier",)
    carc = ("16",)
    message = "{code}-{modifiers}: modifiers are written in upper case."
    fix = Fix("safe", "Written in upper case.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.len() > 0

    def check(self, lines: Lines, known: Known) -> pl.Series:
        lower = lines["modifiers"].list.eval(pl.element().str.contains(WELL_FORMED) & pl.element().str.contains("[a-z]")).list.any()
        return known.says("form.modifier", "two characters") & lower

    def proposed(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.eval(pl.element().str.to_uppercase())
