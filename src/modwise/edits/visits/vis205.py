"""VIS205."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class VisitModifierOnProcedure(Edit):
    """Modifier 24 or 57 on a line that is no visit.

    ## What it does
    Flags lines with 24 or 57 whose code is neither an evaluation and management service nor an eye visit.

    ## Why it is denied
    24 and 57 set visits apart from an operation's package. On a procedure they say nothing; 58, 78 or 79 are meant there.

    ## Known limits
    Which codes count as visits is our list, dated.

    ## Example
    `20610-24` in the weeks after an operation.

    ## Use instead
    79 for an unrelated procedure, 58 for a planned one, 78 for an unplanned return to the operating room.
    """

    code = "VIS205"
    outcome = "reject"
    modifiers = ("24", "57")
    facts = ("24.on-non-visit", "57.on-non-visit")
    carc = ("4",)
    message = "{code} with modifier {modifier}: the code is no visit. For a procedure after an operation 58, 78 or 79 is meant."
    fix = Fix("proposal", "Report the modifier the record supports: 58, 78 or 79.", remove=("24", "57"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return ~(known.family("evaluation-and-management") | known.family("eye-visits"))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        after = lines.carries("24") & known.says("24.on-non-visit", "invalid")
        return after | (lines.carries("57") & known.says("57.on-non-visit", "invalid"))
