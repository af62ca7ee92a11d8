"""REP204."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class RepeatModifierOnVisit(Edit):
    """Modifier 76 or 77 on a visit.

    ## What it does
    Flags visits that carry 76 or 77.

    ## Why it is denied
    Visits are not repeated procedures. A second visit of the day is added into one level, or stands for another problem
    or hour as the payer's rule says.

    ## Known limits
    Which codes count as visits is our list, dated.

    ## Example
    `99213-76`.

    ## Use instead
    One visit at the level of the whole day's work; 25 or 27 where their rules fit.
    """

    code = "REP204"
    outcome = "reject"
    modifiers = ("76", "77")
    facts = ("76.on-evaluation-and-management", "77.on-evaluation-and-management")
    carc = ("4",)
    message = "{code} with modifier {modifier}: a visit is no repeated procedure."
    fix = Fix("proposal", "Report the day's visits as the payer's rule says.", remove=("76", "77"))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        return known.family("evaluation-and-management")

    def check(self, lines: Lines, known: Known) -> pl.Series:
        same = lines.carries("76") & known.says("76.on-evaluation-and-management", "invalid")
        return same | (lines.carries("77") & known.says("77.on-evaluation-and-management", "invalid"))
