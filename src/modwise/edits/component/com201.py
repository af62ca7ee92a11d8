"""COM201."""

import polars as pl

from modwise.edits.base import Edit, Fix
from modwise.edits.known import Known
from modwise.edits.lines import Lines


class ComponentNotSplit(Edit):
    """Modifier 26 or TC on a code that has no such part.

    ## What it does
    Flags lines with 26 or TC whose PC/TC indicator in the physician fee schedule does not allow that modifier. The row of
    the component is read where there is one.

    ## Why it is denied
    The code is a physician service that cannot be split, or is one of the two parts already, or is a laboratory code
    without a physician part. There is no price for the combination, so the line is rejected as a modifier that does not
    fit.

    ## Known limits
    The indicator is Medicare's. A payer that is not known to follow the fee schedule is not assessed. Laboratory codes
    have a row for 26 only where Medicare pays a physician's reading.

    ## Example
    `99213-26`, PC/TC indicator 0; `93010-26`, which is the reading already.

    ## Use instead
    The code without the modifier, or the code of the part that was done.
    """

    code = "COM201"
    outcome = "reject"
    modifiers = ("26", "TC")
    facts = ("mpfs.component.allows-26", "mpfs.component.allows-tc")
    tables = ("fee_schedule",)
    carc = ("4",)
    message = "{code} with modifier {modifier}: the fee schedule's PC/TC indicator is {component}, so the code has no such part."
    fix = Fix("proposal", "Report the code without 26 or TC, or the code that names the part that was done.", remove=("26", "TC"))

    def check(self, lines: Lines, known: Known) -> pl.Series:
        component = known.fee("component")
        professional = lines.carries("26") & ~known.within("mpfs.component.allows-26", component)
        technical = lines.carries("TC") & ~known.within("mpfs.component.allows-tc", component)
        return professional | technical
