"""REP203."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class LabRepeatOnOther(Edit):
    """Modifier 91 on a code that is no laboratory test.

    ## What it does
    Flags lines with 91 whose code is no laboratory test.

    ## Why it is denied
    91 is for repeated laboratory tests. On a procedure or study it has no meaning and the line stays a duplicate.

    ## Known limits
    Which codes are laboratory tests is our list, dated.

    ## Example
    `93010-91`.

    ## Use instead
    76 or 77 for a repeated procedure or study.
    """

    code = "REP203"
    outcome = "reject"
    modifiers = ("91",)
    facts = ("91.on-non-lab",)
    carc = ("4",)
    message = "{code} with modifier 91: the code is no laboratory test; a repeated procedure takes 76 or 77."
    fix = Fix("proposal", "76 if the same clinician repeated it, 77 if another did.", remove=("91",))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return ~known.family("laboratory")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("91.on-non-lab", "invalid")
