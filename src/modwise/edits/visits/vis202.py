"""VIS202."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class TwentyFiveMisplaced(Edit):
    """Modifier 25 on a line that is no visit.

    ## What it does
    Flags lines with 25 whose code is neither an evaluation and management service nor an eye visit.

    ## Why it is denied
    25 sets a visit apart from a procedure; it stands on the visit. On the procedure it says nothing and the visit is
    denied.

    ## Known limits
    Which codes count as visits is our list, dated. Some payers take 25 on certain screening or counselling codes that the
    list may not hold.

    ## Example
    `20610-25` beside `99213`.

    ## Use instead
    25 on the visit line. For two procedures, a modifier that tells them apart.
    """

    code = "VIS202"
    outcome = "reject"
    modifiers = ("25",)
    facts = ("25.on-non-visit",)
    carc = ("4",)
    message = "{code} with modifier 25: the code is no visit, and 25 belongs on the visit's line."
    fix = Fix("proposal", "Move 25 to the visit if the record supports it.", remove=("25",))

    def applies(self, lines: Lines, known: Known) -> pl.Series:
        clinic = known.family("hospital-clinic-visit")
        return ~(known.family("evaluation-and-management") | known.family("eye-visits") | clinic)

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return known.says("25.on-non-visit", "invalid")
