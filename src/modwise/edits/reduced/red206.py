"""RED206."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ReducedWithoutNarrative(Edit):
    """Modifier 52 without a word on what was reduced, at a contractor that demands it.

    ## What it does
    Flags lines with 52 that have neither a note nor a paperwork segment, on the line or the claim, where the payer is
    known to require it.

    ## Why it is denied
    The contractor returns the line as unprocessable: a new claim is owed, and there is nothing to appeal.

    ## Known limits
    Whether the note says enough cannot be told from the claim. Contractors that are not known to demand it are not
    assessed.

    ## Example
    `45378-52` without NTE or PWK.

    ## Use instead
    The same line with a note: what was different, how much, why; and the operative report where it is surgery.
    """

    code = "RED206"
    outcome = "reject"
    modifiers = ("52",)
    claim_types = ("professional",)
    facts = ("52.narrative",)
    carc = ("226", "16")
    message = "{code} with 52 has neither a narrative (NTE) nor an attachment (PWK); this contractor returns such lines."
    fix = Fix("proposal", "State in NTE or an attachment what was left out, how much was done and why.")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        silent = lines["narrative"].is_null() & lines["attachment"].is_null()
        return known.says("52.narrative", "required") & silent
