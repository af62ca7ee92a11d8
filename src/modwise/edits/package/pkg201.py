"""PKG201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class SplitCareWithoutPackage(Edit):
    """Modifier 54, 55 or 56 on a code without a surgical package to split.

    ## What it does
    Flags lines with 54, 55 or 56 whose global period holds no care before or after the operation.

    ## Why it is denied
    Only procedures with days after the operation have parts to divide. On a code of the same day, an add-on or a test the
    modifier has no price.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed.

    ## Example
    `45378-54`, global period 000.

    ## Use instead
    The code without the modifier.
    """

    code = "PKG201"
    outcome = "reject"
    modifiers = ("54", "55", "56")
    claim_types = ("professional",)
    facts = ("mpfs.global.split-care",)
    tables = ("fee_schedule",)
    carc = ("4",)
    message = "{code} with modifier {modifier}: its global period is {global_days}, which has no care to split."
    fix = Fix("proposal", "Report the code without the modifier.", remove=("54", "55", "56"))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        return ~known.within("mpfs.global.split-care", known.fee("global_days"))
