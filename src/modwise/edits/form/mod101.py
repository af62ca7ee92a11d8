"""MOD101."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines
from modwise.edits.modifiers import WELL_FORMED


class ModifierMalformed(Edit):
    """A modifier that is not two letters or digits.

    ## What it does
    Flags lines with a modifier that is longer or shorter than two characters, or holds anything but letters and digits.

    ## Why it is denied
    No payer can read it; the claim is rejected at the door.

    ## Known limits
    Lower-case letters are the matter of another edit, which mends them.

    ## Example
    `20610-R`.

    ## Use instead
    The modifier that was meant.
    """

    code = "MOD101"
    outcome = "reject"
    facts = ("form.modifier",)
    carc = ("4", "16")
    message = "{code}: {wrong} is no modifier: two letters or digits are."
    fix = Fix("proposal", "Write the modifier that was meant.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines["modifiers"].list.len() > 0

    def check(self, lines: Lines, known: Known) -> pl.Series:
        wrong = lines["modifiers"].list.eval(pl.element().filter(~pl.element().str.contains(WELL_FORMED)))
        known.say("wrong", wrong)
        return known.says("form.modifier", "two characters") & (wrong.list.len() > 0)
