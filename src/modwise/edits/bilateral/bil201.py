"""BIL201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class BilateralNotAllowed(Edit):
    """Modifier 50 on a code that Medicare does not pay as bilateral.

    ## What it does
    Flags lines with modifier 50 whose row in the physician fee schedule has a bilateral indicator other than 1 or 3.

    ## Why it is denied
    With indicator 0 the anatomy or another code rules the bilateral payment out; with 2 the value already covers both sides;
    with 9 the concept does not apply. The payer rejects the modifier or pays the code once.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. CPT and Medicare differ on
    some codes, such as ear wax removal.

    ## Example
    `45378-50`, bilateral indicator 0.

    ## Use instead
    The code once without 50; or, where another code is the bilateral one, that code.
    """

    code = "BIL201"
    outcome = "deny"
    modifiers = ("50",)
    facts = ("mpfs.bilateral.allows-50",)
    tables = ("fee_schedule",)
    carc = ("4",)
    message = "{code} with modifier 50: the fee schedule's bilateral indicator is {bilateral}, which does not allow it."
    fix = Fix(
        "proposal", "Report the code once without 50, unless the record supports another code for both sides.", remove=("50",)
    )

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return ~known.within("mpfs.bilateral.allows-50", known.fee("bilateral"))
