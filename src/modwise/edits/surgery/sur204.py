"""SUR204."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class TwoAssistantModifiers(Edit):
    """AS together with 80, 81 or 82 on one line.

    ## What it does
    Flags lines that carry AS and also a physician assistant-at-surgery modifier.

    ## Why it is denied
    AS says a physician assistant, nurse practitioner or clinical nurse specialist assisted; 80, 81 and 82 say a physician
    did. Medicare takes one of them.

    ## Known limits
    Some commercial payers ask for both; where that is known it stands in the payer's facts, else the line is not
    assessed.

    ## Example
    `27447-80-AS`.

    ## Use instead
    AS alone for a non-physician, 80, 81 or 82 alone for a physician.
    """

    code = "SUR204"
    outcome = "reject"
    modifiers = ("AS",)
    facts = ("AS.with-80-82",)
    carc = ("4",)
    message = "{code}-{modifiers}: AS says a non-physician assisted, 80, 81 or 82 that a physician did."
    fix = Fix("proposal", "Keep the one that fits the clinician who assisted.")

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return lines.carries("80", "81", "82")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("AS.with-80-82", "invalid")
