"""RED207."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class IncreasedWithoutNarrative(Edit):
    """Modifier 22 without a statement of the extra work.

    ## What it does
    Flags lines with 22 that have neither a note nor a paperwork segment, on the line or the claim, where the payer prices
    22 from it.

    ## Why it is denied
    Without a concise statement and the operative report the line is paid as if 22 were not there.

    ## Known limits
    Whether the note says enough cannot be told from the claim. Contractors that are not known to demand it are not
    assessed.

    ## Example
    `45378-22` without NTE or PWK.

    ## Use instead
    The same line with a note: what was different, how much, why; and the operative report where it is surgery.
    """

    code = "RED207"
    outcome = "reduce"
    modifiers = ("22",)
    claim_types = ("professional",)
    facts = ("22.narrative",)
    carc = ("252",)
    message = "{code} with 22 has neither a narrative (NTE) nor an attachment (PWK): it will be paid at the normal rate."
    fix = Fix("proposal", "State in NTE what made the work greater, and send the operative report.")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        silent = lines["narrative"].is_null() & lines["attachment"].is_null()
        return known.says("22.narrative", "required-for-increase") & silent
