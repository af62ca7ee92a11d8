"""MUL201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class MultipleNotReducible(Edit):
    """Modifier 51 on a code that the multiple-procedure rule does not touch.

    ## What it does
    Flags lines with 51 whose multiple-procedure indicator says that no reduction applies.

    ## Why it is denied
    Add-on codes, visits and codes without the rule are paid in full. With 51 a payer may cut them by half or reject the
    modifier.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Most Medicare
    contractors ask that 51 is not sent at all, because their systems rank the lines themselves.

    ## Example
    `22614-51`, an add-on code with indicator 0.

    ## Use instead
    The code without 51.
    """

    code = "MUL201"
    outcome = "reduce"
    modifiers = ("51",)
    facts = ("mpfs.multiple.reducible", "mpfs.multiple.informational")
    tables = ("fee_schedule",)
    carc = ("4", "59")
    message = (
        "{code} with modifier 51: its multiple-procedure indicator is {multiple}, so no reduction applies and 51 can only cost."
    )
    fix = Fix("proposal", "Drop 51.", remove=("51",))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        indicator = known.fee("multiple")
        taken = known.within("mpfs.multiple.reducible", indicator) | known.within("mpfs.multiple.informational", indicator)
        return ~taken
